"""What a build learned that the next one need not: the facts about studies, compiled templates.

Reading 3,500 whole records anew takes more than all else that a usual night's build has to do. Lost
or damaged, the file costs nothing but that; written by other code, it counts as lost.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.data.snapshot import compact, parse
from monitor.files import MEMORY, digest, read, write_atomically
from monitor.registry.json_object import StudyDate
from monitor.registry.study import Enrollment, Facts, Intervention, Location, Sponsor


@dataclass
class Memory:
    """What was learned."""

    facts: dict[str, Facts] = field(default_factory=dict)  # by the digest of the record
    compiled: dict[str, bytes] = field(default_factory=dict)  # templates (engine.py)


def recall(out: Path, code: str) -> Memory:
    """What the code of this digest noted in `out`."""
    head, _, noted = (read(out / MEMORY) or b"").partition(b"\n")
    if head.decode("ascii", "replace") != f"{code} {digest(noted)}":
        return Memory()
    given = parse(noted)
    facts = {sum_: _facts(value) for sum_, value in given["facts"].items()}
    return Memory(facts, {key: b64decode(text) for key, text in given["compiled"].items()})


def remember(out: Path, code: str, memory: Memory) -> None:
    """Note it for the next build."""
    compiled = {key: b64encode(made).decode() for key, made in memory.compiled.items()}
    noted = compact({"facts": memory.facts, "compiled": compiled})
    content = f"{code} {digest(noted)}\n".encode() + noted
    write_atomically(out / MEMORY, content, durable=False)


def _facts(value: dict[str, Any]) -> Facts:
    return Facts(**{name: _READ.get(name, _plain)(given) for name, given in value.items()})


def _plain(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


def _one(kind: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda given: None if given is None else kind(*given)


def _many(kind: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda given: tuple([kind(*each) for each in given])


def _intervention(*given: Any) -> Intervention:
    return Intervention(*map(_plain, given))


_READ: dict[str, Callable[[Any], Any]] = {
    **{name: _one(StudyDate) for name in Facts.__dataclass_fields__ if name.endswith("_date")},
    "lead_sponsor": _one(Sponsor),
    "enrollment": _one(Enrollment),
    "collaborators": _many(Sponsor),
    "locations": _many(Location),
    "interventions": _many(_intervention),
}
