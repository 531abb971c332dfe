"""How something is told: a title and lines, with what went and what came marked.

The forms that lists and texts share, whatever they are about. Text, never HTML.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from monitor.changelog import Change
from monitor.items import ALIKE, likeness, words
from monitor.terms import many

REMOVED, ADDED = "del", "ins"


@dataclass(frozen=True)
class Run:
    """A piece of a sentence; `mark` is "del", "ins" or ""."""

    text: str
    mark: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Told:
    """A change in words: a title, and lines that say the rest."""

    title: str
    lines: tuple[Line, ...] = ()


def line(text: str) -> Line:
    """A line without marks."""
    return (Run(text),)


def items(change: Change, what: str, form: Callable[[Any], str] = str) -> Told:
    """Things that went, came, or changed: the three shapes that `compare` gives a list."""
    old, new = change.old, change.new
    if new is None:
        return Told(_counted("removed", what, old, form), _listing(old, form))
    if old is None:
        return Told(_counted("added", what, new, form), _listing(new, form))
    pairs = [(form(before), form(after)) for before, after in zip(old, new, strict=True)]
    alike = [likeness(words(before), words(after)) for before, after in pairs]
    verb = "reworded" if min(alike) >= ALIKE else "replaced"
    lines = [line for before, after in pairs for line in both(before, after)]
    return Told(f"{number(len(pairs), what)} {verb}", tuple(lines))


def detail(change: Change, what: str, part: str) -> Told:
    """A part of named things changed: time frame, description, type."""
    part = part.replace("_", " ")
    lines: list[Line] = []
    for old, new in zip(change.old, change.new, strict=True):
        key = next(key for key in new if key != "name")
        lines.append(line(f"{new['name']}:"))
        lines += both(_flat(old[key]), _flat(new[key]))
    return Told(f"{number(len(change.new), what)}: {part} changed", tuple(lines))


def _flat(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "none given")


def number(count: int, what: str) -> str:
    """ "Primary outcome", "2 primary outcomes": the beginning of a title."""
    return what.capitalize() if count == 1 else many(count, what)


def _counted(verb: str, what: str, things: list[Any], form: Callable[[Any], str]) -> str:
    if len(things) == 1 and len(form(things[0])) <= 100:
        return f"{what.capitalize()} {verb}: {form(things[0])}"
    return f"{number(len(things), what)} {verb}"


def _listing(things: list[Any], form: Callable[[Any], str]) -> tuple[Line, ...]:
    if len(things) == 1 and len(form(things[0])) <= 100:
        return ()
    return tuple(line(form(thing)) for thing in things)


def both(old: str, new: str) -> list[Line]:
    """Two lines, before and after, the words that differ marked; readable without the marks."""
    before, after = difference(old, new)
    return [(Run("Before: "), *before), (Run("Now: "), *after)]


def difference(old: str, new: str) -> tuple[Line, Line]:
    """Two texts word by word: what went is marked in the first, what came in the second."""
    a, b = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (old, new))
    before, after = list[Run](), list[Run]()
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = "".join(a[i:j]), "".join(b[k:m])
        if gone:
            before.append(Run(gone, "" if tag == "equal" else REMOVED))
        if come:
            after.append(Run(come, "" if tag == "equal" else ADDED))
    return tuple(before), tuple(after)
