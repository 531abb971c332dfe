"""Finds each "and" that became an "or", and each "or" that became an "and" or is missing."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.review.mismatch import Mismatch

_JOINT = re.compile(r",?\s+\b(and|or)\s+", re.IGNORECASE)
_WORD = re.compile(r"[\w:%.-]*\w")
_SMALL = frozenset(
    ["a", "an", "the", "of", "in", "to", "from", "with", "who", "whose", "not", "by"]
)
_DIGIT = re.compile(r"(?<![\w-])[0-9]")
_REACH = 3  # words on either side


class Joint(NamedTuple):
    """Two things that a word joins."""

    word: str
    before: frozenset[str]
    after: frozenset[str]
    start: int
    text: str


def swapped_conjunctions(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each "and" or "or" for which all lines have the other.

    Two joints are the same if their neighbouring words are.
    """
    theirs = [(line, joint) for line in lines for joint in _joints(line)]
    for mine in _joints(text):
        if not _DIGIT.search(" ".join((*mine.before, *mine.after))):
            continue  # of two names, either may be said: "A and B are", "A or B is"
        same = [
            (line, joint)
            for line, joint in theirs
            if len(mine.before & joint.before) >= 1
            and len(mine.after & joint.after) >= 1
            and len((mine.before & joint.before) | (mine.after & joint.after)) >= 3
        ]
        if same and all(joint.word != mine.word for _, joint in same):
            yield Mismatch(mine.start, mine.text, same[0][0])


def dropped_conjunctions(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield two words side by side that a line joins."""
    words = [(match[0].lower(), match.start(), match.end()) for match in _WORD.finditer(text)]
    for line in lines:
        ends = [(joint.text.lower().split()) for joint in _joints(line)]
        for (one, start, end), (two, after, stop) in pairwise(words):
            is_bare = not text[end:after].strip()
            if is_bare and any((one, two) == (each[0], each[-1]) for each in ends):
                yield Mismatch(start, text[start:stop], line)


@lru_cache(20_000)
def _joints(text: str) -> tuple[Joint, ...]:
    return tuple(_all_joints(text))


def _all_joints(text: str) -> Iterator[Joint]:
    for match in _JOINT.finditer(text):
        before = _WORD.findall(text[: match.start()])[-_REACH:]
        after = _WORD.findall(text[match.end() :])[:_REACH]
        is_both = "without" in (after[:1] + before[-1:])  # with or without
        if before and after and not is_both:
            words = f"{before[-1]} {match[1]} {after[0]}"
            yield Joint(
                match[1].lower(),
                frozenset(map(str.lower, before)) - _SMALL,
                frozenset(map(str.lower, after)) - _SMALL,
                match.start(),
                words,
            )
