"""Compares words that exclude each other in a text and its sources.

"Approved for B-cell ALL", where its sources only mention T-cell ALL, is a mistake that no number
gives away. The vocabulary says which values exclude each other, and how they are written:
`opposite`, `rules_out` on both sides, and `apart`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import permutations

from monitor.content import Facet, Value, Vocabulary
from monitor.facets import Named, ValueKey, is_named, people_named
from monitor.review.mismatch import Contradiction
from monitor.review.opposites import LIVES, ORDER, PATTERNS

_BOTH = re.compile(
    r"\b(?:adults|children) (?:and|or) (?:adults|children)\b|\badults as well as children\b",
    re.IGNORECASE,
)
_LIVES = tuple((name, LIVES[name], LIVES[other]) for name, other in permutations(LIVES))
_DENIED = re.compile(
    r"\b(?:not|no|nor|nobody|never|without|neither|whether|unlike|than|instead of|outside)\b"
    r"[^.;:()]{0,60}$",
    re.IGNORECASE,
)


Pair = tuple[re.Pattern[str], dict[str, re.Pattern[str]]]


def contradicted_words(
    text: str,
    says: Iterable[str],
    around: str = "",
    vocabularies: Sequence[Vocabulary] = (),
    *,
    in_order: bool = False,
) -> Iterator[Contradiction]:
    """Yield the words of a text that exclude what its sources have.

    `around` is the text that cites the same sources: where it has both, nobody mixed them up.
    `in_order` adds before and after, which are opposites only where all is about one thing.
    """
    lines, around = [*says], around or text
    pairs = _ORDERED if in_order else _WORDS
    for vocabulary in vocabularies:
        yield from _people(text, lines, vocabulary, around)
    for own, others in (*pairs, *(pair for each in vocabularies for pair in _apart(each))):
        match = _affirmed_match(own, text)
        if not match or any(map(own.search, lines)):
            continue
        for rival, other in others.items():
            line = next((one for one in lines if _affirmed_match(other, one)), None)
            if line is not None and not other.search(around):
                yield Contradiction(match.start(), match[0], rival, line)
    if both := _affirmed_match(_BOTH, text):
        for rival, one, other in _LIVES:
            line = next(filter(one.search, lines), None)
            if line is not None and not any(map(other.search, lines)):
                yield Contradiction(both.start(), both[0], rival, line)


def is_denied(before: str) -> bool:
    """Return whether the words before it in the sentence deny it."""
    return bool(_DENIED.search(before))


def _affirmed_match(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match that a text does not deny."""
    return next((one for one in words.finditer(text) if not is_denied(text[: one.start()])), None)


def _pairs(patterns: Mapping[str, re.Pattern[str]]) -> Iterator[Pair]:
    """Yield the words of a row, each with those that exclude it."""
    for name, own in patterns.items():
        yield own, {other: each for other, each in patterns.items() if other != name}


_WORDS = [pair for row in PATTERNS for pair in _pairs(row)]
_ORDERED = [*_WORDS, *_pairs(ORDER)]


@lru_cache(16)
def _apart(vocabulary: Vocabulary) -> list[Pair]:
    """Return the pairs of a vocabulary's words that exclude each other outside facets."""
    rows = (
        {name: re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in row}
        for row in vocabulary.apart
    )
    return [pair for row in rows for pair in _pairs(row)]


def _people(
    text: str, lines: Sequence[str], vocabulary: Vocabulary, around: str
) -> Iterator[Contradiction]:
    """Yield the same for the values about people of a vocabulary."""
    for key, named in affirmed(text, vocabulary).items():
        if any(is_named(line, key, vocabulary) for line in lines):
            continue
        for rival in rivals_of(vocabulary)[key]:
            rival_line = next((one for one in lines if rival in affirmed(one, vocabulary)), None)
            if rival_line is not None and not is_named(around, rival, vocabulary):
                label = vocabulary.by_key[rival[0]].by_key[rival[1]].label
                own = text[named.start : named.end]
                yield Contradiction(named.start, own, label, rival_line)


@lru_cache(50_000)
def affirmed(text: str, vocabulary: Vocabulary) -> dict[ValueKey, Named]:
    """Return the values about people that a text affirms."""
    return {
        key: named
        for key, named in people_named(text, vocabulary).items()
        if not is_denied(text[: named.start])
    }


@lru_cache(16)
def rivals_of(vocabulary: Vocabulary) -> dict[ValueKey, list[ValueKey]]:
    """Return value -> those that exclude it."""
    return {
        (facet.key, value.key): [(facet.key, other.key) for other in _others(facet, value)]
        for facet in vocabulary.people
        for value in facet.values
    }


def _others(facet: Facet, value: Value) -> list[Value]:
    return [
        other
        for other in facet.values
        if other.key == value.opposite
        or (other.key in value.rules_out and value.key in other.rules_out)
    ]
