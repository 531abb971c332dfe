"""Words that exclude each other, in a text and in what stands for it.

"Approved for B-cell ALL", where all that its sources speak of is T-cell ALL, is a slip of the pen
that no number gives away. Which values exclude each other, and how they are written, says the
vocabulary: `opposite`, and `rules_out` on both sides.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from monitor.content import PERSON, Facet, Value, Vocabulary
from monitor.facets import Key, Named, is_named, people_named

_LIFE = {
    "children": re.compile(
        r"\bchild(?:ren|hood)?\b|\bpediatric|\bbab(?:y|ies)\b|\binfants?|\bteenage", re.IGNORECASE
    ),
    "adults": re.compile(r"\badults?\b", re.IGNORECASE),
}
_DENIED = re.compile(
    r"\b(?:not|no|nor|never|without|neither|unlike|than|instead of|outside)\b[^.;:()]{0,60}$",
    re.IGNORECASE,
)


def rivals(
    text: str, says: Iterable[str], around: str = "", vocabularies: Sequence[Vocabulary] = ()
) -> Iterator[tuple[int, str, str]]:
    """(where, the words, what the sources say) of each that stands against all of its sources.

    `around` is the text that the same sources stand for: where it has both, nobody mixed them up.
    """
    lines = [*says]
    for words in vocabularies:
        yield from _people(text, lines, words, around or text)
    for name, rival in (("children", "adults"), ("adults", "children")):
        own, other = _LIFE[name], _LIFE[rival]
        found = _told(own, text)
        is_mixed_up = any(_told(other, line) for line in lines) and not any(map(own.search, lines))
        if found and is_mixed_up and not other.search(around or text):
            yield found.start(), found[0], rival


def _told(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first of them that a text does not deny."""
    return next(
        (one for one in words.finditer(text) if not _DENIED.search(text[: one.start()])), None
    )


def _people(
    text: str, lines: Sequence[str], words: Vocabulary, around: str
) -> Iterator[tuple[int, str, str]]:
    """The same of those for whom something is, as a vocabulary has them."""
    theirs = [_affirmed(line, words) for line in lines]
    for key, named in _affirmed(text, words).items():
        if any(is_named(line, key, words) for line in lines):
            continue
        for rival in _rivals_of(words)[key]:
            if any(rival in each for each in theirs) and not is_named(around, rival, words):
                label = words.by_key[rival[0]].by_key[rival[1]].label
                yield named.start, text[named.start : named.end], label


def _affirmed(text: str, words: Vocabulary) -> dict[Key, Named]:
    """Those for whom a text says that something is, and does not deny it."""
    return {
        key: named
        for key, named in people_named(text, words).items()
        if not _DENIED.search(text[: named.start])
    }


@lru_cache(16)
def _rivals_of(words: Vocabulary) -> dict[Key, list[Key]]:
    """Value -> those that exclude it."""
    facets = [facet for facet in words.facets if facet.about == PERSON]
    return {
        (facet.key, value.key): [(facet.key, other.key) for other in _others(facet, value)]
        for facet in facets
        for value in facet.values
    }


def _others(facet: Facet, value: Value) -> list[Value]:
    return [
        other
        for other in facet.values
        if other.key == value.opposite
        or (other.key in value.rules_out and value.key in other.rules_out)
    ]
