"""Messages: a title and lines in which removed and added words are marked. Text, never HTML.

And the forms of messages about lists and texts, whatever they are about.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile
from typing import Any

from monitor.changes.matching import ALIKE, likeness
from monitor.data import Change
from monitor.registry import terms
from monitor.text import capitalized, many, shortened, words

REMOVED, ADDED = "del", "ins"
_BEFORE = re.compile(r" \((?:was|planned|last known)\b[^()]*\)")
"""What was before: the first to go where room is scarce."""
_LONGEST_IN_TITLE = 100  # characters


@dataclass(frozen=True)
class Run:
    """A piece of a sentence; `mark` is "del", "ins" or ""."""

    text: str
    mark: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Message:
    """A change in words: a title, and lines that say the rest."""

    title: str
    lines: tuple[Line, ...] = ()
    shorter: tuple[str, ...] = ()  # what a headline says instead, for less and less room

    @property
    def headlines(self) -> tuple[str, ...]:
        """Return what happened in one line, without quotations: the longest form first."""
        first, *shorter = self.shorter or (self.title,)
        return (first, *(shorter or [_BEFORE.sub("", first)]))


def line(text: str) -> Line:
    """Return a line without marks."""
    return (Run(text),)


def items(
    change: Change,
    what: str,
    form: Callable[[Any], str] = str,
    words_of: Callable[[Any], Sequence[str]] | None = None,
) -> Message:
    """Describe items that were removed, added or changed: the three shapes of a list's Change.

    `words_of` returns the words that decide whether an item was reworded or replaced.
    """
    old, new = change.old, change.new
    if new is None:
        return _listing("removed", what, old, form)
    if old is None:
        return _listing("added", what, new, form)
    key = words_of or (lambda item: words(form(item)))
    alike = [likeness(key(before), key(after)) for before, after in zip(old, new, strict=True)]
    verb = "reworded" if min(alike) >= ALIKE else "replaced" if max(alike) < ALIKE else "changed"
    return Message(f"{number(len(old), what)} {verb}", _in_step(change, form))


def names(change: Change, what: str, verb: str = "") -> Message:
    """Describe items by their names: removed, added or changed ones.

    `verb` ("renamed") says that the item is the same; without it, one name replaces another.
    """
    if change.old is None or change.new is None:
        return items(change, what)
    if len(change.old) == 1 and len(change.old[0] + change.new[0]) <= _LONGEST_IN_TITLE:
        title = f"{capitalized(what)} {verb}".strip()
        return Message(f"{title}: {change.new[0]} (was: {change.old[0]})")
    return Message(f"{number(len(change.old), what)} {verb or 'changed'}", _in_step(change, str))


def _in_step(change: Change, form: Callable[[Any], str]) -> tuple[Line, ...]:
    pairs = zip(map(form, change.old), map(form, change.new), strict=True)
    return tuple(line for before, after in pairs for line in both(before, after))


def detail(change: Change, what: str, part: str) -> Message:
    """Describe a changed part of named items: their time frame, description or type."""
    lines: list[Line] = []
    for old, new in zip(change.old, change.new, strict=True):
        lines.append(line(f"{new['name']}:"))
        lines += both(*(_flat(part, side[part]) for side in (old, new)))
    changed = f"{part.replace('_', ' ')} changed"
    names = [terms.quoted(shortened(new["name"], 60)) for new in change.new]
    whose = f"{capitalized(what)} {names[0]}" if len(names) == 1 else many(len(names), what)
    return Message(f"{whose}: {changed}", tuple(lines))


def _flat(part: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    text = terms.name_of(value) if part == "type" and value else value
    return str(text or "none given")


def number(count: int, what: str) -> str:
    """Return the beginning of a title: "Primary outcome", "2 primary outcomes"."""
    return capitalized(what) if count == 1 else many(count, what)


def _listing(verb: str, what: str, things: list[Any], form: Callable[[Any], str]) -> Message:
    """Return a message about some items: a short one in the title, others in lines."""
    forms = [form(thing) for thing in things]
    if len(forms) == 1 and len(forms[0]) <= _LONGEST_IN_TITLE:
        return Message(f"{capitalized(what)} {verb}: {forms[0]}")
    return Message(f"{number(len(forms), what)} {verb}", tuple(map(line, forms)))


def both(old: str, new: str) -> list[Line]:
    """Return a line with the old text and one with the new, the words that differ marked."""
    before, after = difference(old, new)
    return [(Run("Before: "), *before), (Run("Now: "), *after)]


def apart(old: str, new: str) -> tuple[str, str]:
    """Return two texts from one word before they begin to differ."""
    before, after = old.split(), new.split()
    pairs = zip(before[:-1], after[:-1], strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if same < 3:
        return old, new
    return f"…{' '.join(before[same - 1 :])}", f"…{' '.join(after[same - 1 :])}"


_TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
_MOST_TOKENS = 4000  # comparing more words would take seconds: both texts are shown whole
_LONG = 240  # of a longer common stretch only the ends are shown
_ENDS = 90  # characters of each end


@lru_cache(maxsize=10_000)
def difference(old: str, new: str) -> tuple[Line, Line]:
    """Return two texts, removed words marked in the first and added ones in the second.

    Long common stretches are shortened to their ends.
    """
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(a), len(b)) > _MOST_TOKENS:
        return (Run(old),), (Run(new),)
    keys = [[token.strip() for token in tokens] for tokens in (a, b)]
    before, after = list[Run](), list[Run]()
    for tag, i, j, k, m in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        removed, added = "".join(a[i:j]), "".join(b[k:m])
        if tag == "equal":
            before.append(Run(_shortened(removed)))
            after.append(Run(_shortened(added)))
            continue
        before += _marked(removed, REMOVED)
        after += _marked(added, ADDED)
    return tuple(before), tuple(after)


def _marked(text: str, mark: str) -> list[Run]:
    """Return a text as a marked Run, the white space after it as one without a mark."""
    word = text.rstrip()
    return [run for run in (Run(word, mark), Run(text[len(word) :])) if run.text]


def _shortened(text: str) -> str:
    if len(text) <= _LONG:
        return text
    head, tail = text[:_ENDS].rsplit(" ", 1)[0], text[-_ENDS:].split(" ", 1)[-1]
    return f"{head} … {tail}"
