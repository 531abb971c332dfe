"""The facts about studies as an earlier build read them, known by the digest of the record.

Reading 3,500 whole records anew takes more than all else that a usual night's build has to do. Lost
or damaged, the file costs nothing but that; written by other code, it counts as lost.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from monitor.files import FACTS, write_atomically
from monitor.parts import StudyDate
from monitor.snapshot import compact, parse
from monitor.study import Enrollment, Facts, Intervention, Location, Sponsor


def recall(out: Path, code: str) -> dict[str, Facts]:
    """Digest of a record -> its facts, as the code of this digest noted them in `out`."""
    try:
        noted = parse((out / FACTS).read_bytes())
        if noted["code"] != code:
            return {}
        return {str(sum_): _facts(value) for sum_, value in noted["facts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def remember(out: Path, code: str, facts: Mapping[str, Facts]) -> None:
    """Note them for the next build."""
    write_atomically(out / FACTS, compact({"code": code, "facts": facts}), durable=False)


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
