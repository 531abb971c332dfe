"""Compares what figures and names refer to: a bound, a whole, an end point.

"Up to the age of 26" and "from the age of 26" have the same number; "4 of 25" and "4 of 50" have
a part in common; 80% may be alive, or alive without a relapse.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.review.exclusive_words import is_denied
from monitor.review.figures import NUMBER, PERCENT, Figure, agree, figures
from monitor.review.mismatch import Mismatch
from monitor.text import blank

_AGE = r"(?:the\s+)?(?:ages?\s+(?:of\s+)?)?"
_LOW_BEFORE = re.compile(
    rf"\b(?:from|at least|over|above|older than|more than|beyond|after)\s+{_AGE}$", re.IGNORECASE
)
_LOW_AFTER = re.compile(
    r"\s*(?:and|or)\s+(?:older|over|more|above|upwards?|later)\b|\s+on\b|\+", re.IGNORECASE
)
_HIGH_BEFORE = re.compile(
    rf"\b(?:up to|within|under|below|younger than|less than|fewer than|at most)\s+{_AGE}$",
    re.IGNORECASE,
)
_HIGH_AFTER = re.compile(r"\s*(?:and|or)\s+(?:younger|under|less|below)\b", re.IGNORECASE)
_TO = re.compile(r"\s*(?:to|through|–|-)\s*[0-9]")
_LOW, _HIGH = "from there on", "up to there"
_OTHER = {_LOW: _HIGH, _HIGH: _LOW, "": ""}
_NOT_FOR = re.compile(
    r"\b(?:(?:not|nor) (?:for|take)|nobody|no one)\b[^.;:()]{0,60}$", re.IGNORECASE
)


def _bound(text: str, figure: Figure) -> str:
    """Return the side of a bound, turned round by a denial before it; "" for any other figure."""
    before, after = text[: figure.start], figure.end
    if _TO.match(text, after):
        return ""
    sides = {
        _LOW: _LOW_BEFORE.search(before) or _LOW_AFTER.match(text, after),
        _HIGH: _HIGH_BEFORE.search(before) or _HIGH_AFTER.match(text, after),
    }
    side = next((name for name, match in sides.items() if match), "")
    return _OTHER[side] if _NOT_FOR.search(before) else side


def reversed_bounds(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each bound that its sources have the other way round."""
    figured = [(line, figures(line)) for line in lines]
    for figure in figures(text):
        mine = _bound(text, figure)
        before = text[: figure.start]
        is_open = is_denied(before) and not _NOT_FOR.search(before)
        if not mine or is_open or figure.kind not in (NUMBER, PERCENT):
            continue
        theirs = [
            (_bound(line, one), line)
            for line, in_line in figured
            for one in in_line
            if agree(figure, one)
        ]
        closest = _closest(text, [line for _, line in theirs])
        nearest = [(bound, line) for bound, line in theirs if line in closest]
        if nearest and all(bound not in ("", mine) for bound, _ in nearest):
            yield Mismatch(figure.start, figure.text, nearest[0][1])


_SURELY = 3  # words more than another line shares with a text


def _closest(text: str, lines: Sequence[str]) -> Sequence[str]:
    """Return the line that surely is about the same as a text; all, where none is."""
    mine = {*_LONG.findall(text.lower())}
    shared = {line: len(mine & {*_LONG.findall(line.lower())}) for line in lines}
    best = sorted(shared, key=lambda line: -shared[line])
    is_sure = len(best) > 1 and shared[best[0]] - shared[best[1]] >= _SURELY
    return best[:1] if is_sure else lines


_LONG = re.compile(r"[a-z]{4,}")


class Fraction(NamedTuple):
    """So many of so many: "22 of the 53"."""

    part: Figure
    whole: Figure


_OF = re.compile(r"\s+(?:\w+\s+)?(?:out\s+)?of\s+(?:the\s+|these\s+|those\s+)?")


def fractions(text: str) -> Iterator[Fraction]:
    """Yield the fractions of a text."""
    numbers = [one for one in figures(text) if one.kind == NUMBER and not one.unit]
    for part in numbers:
        for whole in numbers:
            if part.value < whole.value and _OF.fullmatch(text, part.end, whole.start):
                yield Fraction(part, whole)


def other_wholes(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each fraction that a line has only with another whole."""
    theirs = [(line, one) for line in lines for one in fractions(line)]
    for mine in fractions(text):
        others = [(line, one) for line, one in theirs if one.part.value == mine.part.value]
        if others and all(one.whole.value != mine.whole.value for _, one in others):
            fraction = f"{mine.part.text} of {mine.whole.text}"
            yield Mismatch(mine.part.start, fraction, others[0][0])


def is_share(fraction: Fraction, percents: Iterable[Figure]) -> bool:
    """Return whether a fraction equals one of these percentages."""
    part, whole = fraction.part.value, fraction.whole.value
    shares = [one.value for one in percents if one.kind == PERCENT]
    return whole > 0 and any(math.isclose(each, 100 * part / whole, abs_tol=0.5) for each in shares)


_WITHOUT = (
    r"(?:without|free\s+of|free\s+from)\s+(?:\w+\s+){0,2}?(?:relapse|leukemia|disease|cancer|event)"
)
_END_POINTS = {
    "alive": re.compile(
        rf"\balive\b(?!\s+(?:and\s+)?{_WITHOUT})|\boverall\s+survival|\bsurvived\b|^survival\b",
        re.IGNORECASE,
    ),
    "alive without a relapse or another event": re.compile(
        rf"{_WITHOUT}|\b(?:event|disease|relapse|progression)-free", re.IGNORECASE
    ),
    "remission": re.compile(r"\bremissions?\b|\brespon(?:se|ses|ded|d)\b", re.IGNORECASE),
}


def other_end_points(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield the first percentage if all lines with it are of another end point."""
    mine = _end_points(text)
    percents = [figure for figure in figures(text) if figure.kind == PERCENT]
    theirs = [
        (figure, line, _end_points(line))
        for line in lines
        for figure in percents
        if any(agree(figure, one) for one in figures(line))
    ]
    if mine and theirs and all(them and not mine & them for _, _, them in theirs):
        figure, line, _ = theirs[0]
        yield Mismatch(figure.start, figure.text, line)


def _end_points(text: str) -> set[str]:
    return {name for name, words in _END_POINTS.items() if words.search(text)}


_NOUN = re.compile(
    r"\b(?P<how>with|without)\s+(?:(?!with)[\w-]+\s+){0,2}?(?P<noun>[a-z]{5,})(?![\w-])",
    re.IGNORECASE,
)


def swapped_with_without(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each "without" that every line has as "with", and the other way round."""
    plain = [(line, _BOTH.sub("", line)) for line in lines]
    nouns = [
        (line, match)
        for line, words in plain
        for match in _NOUN.finditer(words)
        if not _has_both(words, match["noun"])
    ]
    for mine in _NOUN.finditer(_BOTH.sub(blank, text)):
        same = [
            (line, each) for line, each in nouns if each["noun"].lower() == mine["noun"].lower()
        ]
        if same and all(each["how"].lower() != mine["how"].lower() for _, each in same):
            yield Mismatch(mine.start(), mine[0], same[0][0])


def _has_both(text: str, noun: str) -> bool:
    """Return whether a line compares people with something and people without it."""
    hows = {match["how"].lower() for match in _NOUN.finditer(text) if match["noun"] == noun}
    return len(hows) > 1 or bool(_IS_BARE.search(text))


_IS_BARE = re.compile(r"\bwithout(?: it)?\s*(?:[.,;:()]|$)|\bwith it\b", re.IGNORECASE)
_BOTH = re.compile(r"\bwith\s+(?:or|and)\s+without\b", re.IGNORECASE)


_KINDS = (  # names that could be mistaken for each other
    re.compile(r"[Pp]hase [1-4]"),
    re.compile(r"[a-z]+(?:mab|nib|clax|mycin|gene|sine)"),
    re.compile(r"[A-Z]{2,}[A-Z0-9:]*(?:-[\w-]+|[0-9]\w*)"),  # BCL-2, CD19, S1318
)
_NAMES = re.compile("|".join(rf"\b(?:{kind.pattern})(?![\w-])" for kind in _KINDS))
_CLAUSE = re.compile(r"[.;:](?=\s|$)")
_LISTED = re.compile(r",? (?:and |or )?")  # between two names of a list
_ORDINARY = re.compile(r"\b[a-z][a-z-]{2,}\b")
_SMALL = frozenset(
    ["the", "and", "for", "with", "was", "were", "are", "has", "had", "that", "this", "its", "who"]
)


def swapped_names(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield both names where two have exchanged descriptions.

    Names of a list ("A, B and C are …") have the same words behind them.
    """
    mine = _labels(text)
    for line in lines:
        theirs = _labels(line)
        shared = [name for name in mine if name in theirs]
        for i, one in enumerate(shared):
            for two in shared[i + 1 :]:
                a, b = _apart(mine[one][1], mine[two][1])
                c, d = _apart(theirs[one][1], theirs[two][1])
                is_crossed = (a & d or b & c) and not (a & c or b & d)
                if is_crossed and _kind(one) == _kind(two):
                    yield Mismatch(mine[two][0], f"{one} and {two}", line)


def _labels(text: str) -> dict[str, tuple[int, frozenset[str]]]:
    """Return name -> (position, words up to the next name), for names that occur once."""
    matches = [*_NAMES.finditer(text)]
    labels: dict[str, tuple[int, frozenset[str]]] = {}
    words: frozenset[str] = frozenset()
    for one, after in reversed([*zip(matches, chain(matches[1:], [None]), strict=False)]):
        end = after.start() if after else len(text)
        if not (after and _LISTED.fullmatch(text, one.end(), end)):  # else those of the whole list
            clause = _CLAUSE.search(text, one.end(), end)
            behind = text[one.end() : clause.start() if clause else end]
            words = frozenset(_ORDINARY.findall(behind)) - _SMALL
        labels[_called(one)] = one.start(), words
    names = [*map(_called, matches)]
    return {name: label for name, label in labels.items() if names.count(name) == 1}


def _called(match: re.Match[str]) -> str:
    return match[0][0].lower() + match[0][1:] if match[0].startswith("Phase") else match[0]


def _kind(name: str) -> int:
    return next(number for number, kind in enumerate(_KINDS) if kind.fullmatch(name))


def _apart(a: frozenset[str], b: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    return a - b, b - a
