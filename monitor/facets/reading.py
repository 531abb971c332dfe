"""Matches a record with a compiled vocabulary: the phrases of each passage."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.content import Facet, Value, Vocabulary
from monitor.facets.passages import Passage
from monitor.facets.phrases import Match, Phrases

Key = tuple[str, str]  # a facet and one of its values

SAYS, ADJECTIVE, PART, CONTRARY, UNLESS, DISEASE, ELSEWHERE = range(7)
OURS, ANY, OTHER = range(3)  # diseases: the one that is sorted for, a word for all, another one


class Label(NamedTuple):
    """What a phrase of the vocabulary does."""

    role: int  # one of the above
    key: Key = ("", "")
    kind: int = 0  # of DISEASE: OURS, ANY or OTHER


Said = Match[Label]


class Compiled:
    """A vocabulary ready for use."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.values: dict[Key, tuple[Facet, Value]] = {
            (facet.key, value.key): (facet, value)
            for facet in vocabulary.facets
            for value in facet.values
        }
        self.phrases = Phrases(
            _labelled(vocabulary, self.values),
            vocabulary.lists,
            is_noun=lambda label: label.role != ADJECTIVE,  # "T-cell leukemia", but no "T cells"
        )
        self.short: dict[str, Found] = {}  # of short texts: records have the same ones


def _labelled(
    vocabulary: Vocabulary, values: dict[Key, tuple[Facet, Value]]
) -> Iterator[tuple[str, Label]]:
    """Yield each phrase of a vocabulary with its label."""
    for key, (_, value) in values.items():
        for role, phrases in (
            (SAYS, value.phrases),
            (ADJECTIVE, value.adjectives),
            (PART, value.parts),
            (CONTRARY, value.contrary),
            (UNLESS, value.unless),
        ):
            yield from ((phrase, Label(role, key)) for phrase in phrases)
    for drugs in vocabulary.drugs:
        keys = [(facet, value) for facet, names in drugs.means.items() for value in names]
        for key in filter(values.__contains__, keys):
            yield from ((name, Label(SAYS, key)) for row in drugs.names for name in row)
    for disease, names in vocabulary.diseases.items():
        kind = OURS if vocabulary.disease in (None, disease) else OTHER
        yield from ((name, Label(DISEASE, kind=kind)) for name in names)
    yield from ((name, Label(DISEASE, kind=ANY)) for name in vocabulary.any_disease)
    yield from ((name, Label(DISEASE, kind=OTHER)) for name in vocabulary.other_diseases)
    yield from ((name, Label(ELSEWHERE)) for name in vocabulary.elsewhere)


@lru_cache(64)
def compiled(vocabulary: Vocabulary) -> Compiled:
    """Return the compiled vocabulary, cached; call it before processes fork."""
    return Compiled(vocabulary)


class Found(NamedTuple):
    """The phrases in a text."""

    said: Sequence[Said] = ()  # SAYS, ADJECTIVE, PART and CONTRARY
    diseases: Sequence[Said] = ()
    elsewhere: Sequence[Said] = ()
    named: frozenset[Key] = frozenset()  # the values that it names, whatever it says of them
    facets: frozenset[str] = frozenset()  # of which it says something
    is_ours: bool = False  # whether it names the disease


@dataclass(slots=True)
class Read:
    """A passage, and the phrases in it."""

    passage: Passage
    found: Found
    above: tuple["Read", ...] = ()  # what it stands below, nearest last

    @property
    def said(self) -> Sequence[Said]:
        """Return the phrases of facets' values."""
        return self.found.said

    @property
    def diseases(self) -> Sequence[Said]:
        """Return the names of diseases."""
        return self.found.diseases

    @property
    def elsewhere(self) -> Sequence[Said]:
        """Return the words that change the meaning of a disease's name."""
        return self.found.elsewhere


_SHORT, _MANY = 80, 50_000  # letters of a text that is kept, and how many are


def read(whole: Sequence[Passage], words: Compiled) -> list[Read]:
    """Return the passages of a record with their phrases."""
    matches = _found([passage.text for passage in whole], words)
    reads: dict[int, Read] = {}
    for passage in whole:
        above = tuple([reads[id(each)] for each in passage.above]) if passage.above else ()
        reads[id(passage)] = Read(passage, matches[passage.text], above)
    return list(reads.values())


def read_passage(passage: Passage, words: Compiled) -> Read:
    """Return a single passage with its phrases."""
    return Read(passage, _found([passage.text], words)[passage.text])


def _found(texts: Iterable[str], words: Compiled) -> dict[str, Found]:
    """Return text -> its phrases; new texts are searched at once."""
    if len(words.short) > _MANY:
        words.short.clear()
    cache = words.short
    texts = dict.fromkeys(texts)
    matches_of = {text: cache[text] for text in texts if text in cache}
    new = [text for text in texts if text not in cache]
    for text, matches in zip(new, words.phrases.find_each(new), strict=True):
        matches_of[text] = _sorted(matches) if matches else _NOTHING
        if len(text) <= _SHORT:
            cache[text] = matches_of[text]
    return matches_of


_NOTHING = Found()


def _sorted(matches: Sequence[Said]) -> Found:
    """Return the phrases by role, without those within others."""
    said: list[Said] = []
    diseases: list[Said] = []
    elsewhere: list[Said] = []
    masks: list[Said] = []
    lists = (said, said, said, said, masks, diseases, elsewhere)  # by role
    for match in matches:
        lists[match.label.role].append(match)
    if masks:
        said = [each for each in said if not any(_is_masked(each, mask) for mask in masks)]
    if any(other.start < each.end for each, other in pairwise(said)):
        said = [each for each in said if not any(_is_part(each, other) for other in said)]
    if len(diseases) > 1:
        diseases = _longest(diseases)
    named = frozenset([each.label.key for each in said if each.label.role != CONTRARY])
    facets = frozenset([each.label.key[0] for each in said])
    is_ours = any(each.label.kind == OURS for each in diseases)
    return Found(said, diseases, elsewhere, named, facets, is_ours)


def _is_masked(each: Said, mask: Said) -> bool:
    is_inside = mask.start <= each.start and each.end <= mask.end
    return is_inside and mask.label.key == each.label.key


def _is_part(each: Said, other: Said) -> bool:
    """Return whether it is within a longer phrase of the facet: "Ph" in "Ph-like"."""
    is_inside = other.start <= each.start and each.end <= other.end
    is_longer = other.end - other.start > each.end - each.start
    is_same_facet = other.label.key[0] == each.label.key[0]
    return is_inside and is_longer and is_same_facet and other.label.role != CONTRARY


def _longest(diseases: list[Said]) -> list[Said]:
    """Return the phrases that are in no longer one; of equal ones that of our disease."""
    kept: list[Said] = []
    for each in sorted(diseases, key=lambda each: (each.start, -each.end, each.label.kind)):
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept
