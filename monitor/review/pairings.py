"""Detects what a text pairs otherwise than its sources: "autologous means from a donor".

Of two names and two opposites that take turns, "GCB better, ABC poorer", the first name belongs to
the first opposite and the second to the second. Where a source has the same four words in turn,
and pairs them the other way, somebody exchanged two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, combinations, groupby, product

from monitor.review.mismatch import Mismatch
from monitor.review.opposites import PATTERNS

_PAIRED = (
    {"allogeneic": r"\ballogen\w+", "autologous": r"\bautolog\w+"},
    {"a donor": r"\bdonors?\b", "one's own": r"\bown\b"},
)
_ROWS = (
    *({name: re.compile(words, re.IGNORECASE) for name, words in row.items()} for row in _PAIRED),
    *PATTERNS,
)
_NAME = re.compile(r"\b[A-Z]{2,}[A-Z0-9]*\b")
_MOST = 10  # names of a sentence
_Row = Mapping[str, re.Pattern[str]]
_Pairs = frozenset[tuple[str, str]]  # of a name and an opposite


def exchanged_pairs(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield the closest two pairs that a line has crosswise."""
    names = tuple(dict.fromkeys(_NAME.findall(text)))[:_MOST]
    mine = _pairings(text, names)
    for line in lines if mine else ():
        theirs = {pairs for _, pairs in _pairings(line, names)}
        crossed = [(start, words) for start, pairs in mine if (words := _crosswise(pairs, theirs))]
        if crossed:
            yield Mismatch(*max(crossed), line)
            return


def _crosswise(pairs: _Pairs, theirs: set[_Pairs]) -> str:
    (a, x), (b, y) = sorted(pairs)
    return f"{a}: {x}, {b}: {y}" if frozenset(((a, y), (b, x))) in theirs else ""


@lru_cache(20_000)
def _pairings(text: str, names: tuple[str, ...]) -> tuple[tuple[int, _Pairs], ...]:
    return tuple(_all_pairings(text, names))


def _all_pairings(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, _Pairs]]:
    pairs_of_names = combinations((name for name in names if name in text), 2)
    rows = [{name: re.compile(rf"\b{name}\b") for name in pair} for pair in pairs_of_names]
    opposites, named = (
        [*filter(None, (_places(row, text) for row in each))] for each in (_ROWS, rows)
    )
    for one, two in chain(combinations(opposites, 2), product(opposites, named)):
        turns = [next(same) for _, same in groupby(sorted((*one, *two)), key=lambda word: word[1])]
        firsts = {name for _, name in one}
        kinds = [name in firsts for _, name in turns]
        if kinds in ([True, False] * 2, [False, True] * 2):
            a, b, c, d = (name for _, name in turns)
            pairs = ((a, b), (c, d)) if kinds[0] else ((b, a), (d, c))
            yield turns[0][0], frozenset(pairs)


def _places(row: _Row, text: str) -> list[tuple[int, str]]:
    """Return (position, answer) of a row's words, where a text has two of its answers."""
    places = [
        (match.start(), answer) for answer, words in row.items() for match in words.finditer(text)
    ]
    return places if len({answer for _, answer in places}) == 2 else []
