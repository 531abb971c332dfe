"""Detects two figures of a comparison in exchanged places: "68% with the drug, 85% without".

Both are in the same line of a source, so each by itself is right. What they are figures of shows
in the words beside them: those of the text are compared with those of the line, both ways.
"""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, product

from monitor.review.figures import NUMBER, PERCENT, Figure, agree, figures

_SMALL = """
    a an the of in on at to for by as and or with was were is are be been had has have who
    that this it its they them their those these other others than after from about only all
    both each people patients adults children years year months month weeks days alive
"""
_STOP = frozenset(_SMALL.split())
_CLAUSE = re.compile(r"[.;:](?=\s|$)")
_Label = frozenset[str]


def swapped(text: str, lines: Iterable[str]) -> Iterator[tuple[Figure, Figure, str]]:
    """Yield two figures that a line has in the opposite order, and that line."""
    compared = [figure for figure in figures(text) if _compares(figure)]
    kinds = {(figure.kind, figure.unit) for figure in compared}
    pairs = [
        pair
        for kind in kinds
        for pair in pairwise([one for one in compared if (one.kind, one.unit) == kind])
    ]
    for line in lines:
        others = [figure for figure in figures(line) if _compares(figure)]
        for first, second in pairs:
            one, two = _only(first, others), _only(second, others)
            if (
                one
                and two
                and one is not two
                and _is_crossed(text, (first, second), line, (one, two))
            ):
                yield first, second, line


def _compares(figure: Figure) -> bool:
    return figure.kind in (PERCENT, NUMBER)


def _only(figure: Figure, others: list[Figure]) -> Figure | None:
    """Return the only figure that equals this one; None where none or several do.

    "1 year (one year)" is one.
    """
    same = [one for one in others if one.kind == figure.kind and agree(figure, one)]
    are_one = same and same[-1].start - same[0].end <= _CLOSE
    return same[0] if are_one else None


_CLOSE = 2  # characters: " ("


def _is_crossed(
    text: str, own: tuple[Figure, Figure], line: str, sourced: tuple[Figure, Figure]
) -> bool:
    if own[0].kind != own[1].kind or math.isclose(own[0].value, own[1].value):
        return False
    of_text, of_line = [*_labels(text, own)], [*_labels(line, sourced)]
    labels: Iterable[tuple[tuple[_Label, _Label], tuple[_Label, _Label]]]
    labels, is_reversed = product(of_text, of_line), sourced[0].start > sourced[1].start
    if own[0].kind == NUMBER and _OF.fullmatch(text, own[0].end, own[1].start):
        return False
    if own[0].kind == NUMBER and not own[0].unit:  # numbers of things that are not alike
        labels, is_reversed = zip(of_text, of_line, strict=True), False
    best, crossed = 0, is_reversed
    for a, b in labels:
        ways = (len(a[0] & b[0]), len(a[1] & b[1])), (len(a[0] & b[1]), len(a[1] & b[0]))
        straight, across = map(sum, ways)
        if all(ways[0]) and not across:
            return False  # each stands where it does in the line
        if straight + across > best:
            best = straight + across
            crossed = across > straight or (across == straight and is_reversed)
    return crossed


_OF = re.compile(
    r"[\s-]*(?:\w+ )?(?:of|to|and|or|in)(?: the| these)?\s*"
)  # 22 of 53, from 18 to 39


def _labels(text: str, pair: tuple[Figure, Figure]) -> Iterator[tuple[_Label, _Label]]:
    """Yield the possible labels of two figures: the words after each, or before each."""
    for label in (_label_behind, _label_before):
        first, second = (label(text, figure) for figure in pair)
        yield first, second


def _label_behind(text: str, figure: Figure) -> _Label:
    ends = [one.start for one in figures(text) if one.start >= figure.end]
    clause = _CLAUSE.search(text, figure.end)
    return _words(text[figure.end : min([*ends, clause.start() if clause else len(text)])])


def _label_before(text: str, figure: Figure) -> _Label:
    starts = [one.end for one in figures(text) if one.end <= figure.start]
    clauses = [clause.end() for clause in _CLAUSE.finditer(text, 0, figure.start)]
    return _words(text[max([0, *starts, *clauses]) : figure.start])


def _words(text: str) -> _Label:
    plain = re.sub(r"\bwithout (?:an?|any) [\w-]+", "", text.lower())  # "without a relapse"
    denied = re.sub(r"\bwithout [\w-]+", "without", plain)  # of a drug, its absence
    words = re.findall(r"[a-z][a-z0-9-]+", denied)
    return frozenset(word.removesuffix("s") for word in words if word not in _STOP)
