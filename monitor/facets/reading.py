"""A vocabulary ready for use, and a record read with it: which phrases stand in which passage."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.content import Facet, Value, Vocabulary
from monitor.facets.passages import Passage, passages
from monitor.facets.phrases import Match, Phrases
from monitor.registry import Study

Key = tuple[str, str]  # a facet and one of its values

SAYS, CONTRARY, UNLESS, DISEASE, ELSEWHERE = range(5)
OURS, ANY, OTHER = range(3)  # diseases: the one that is sorted for, a word for all, another one


class Label(NamedTuple):
    """What a phrase of the vocabulary does."""

    role: int  # SAYS, CONTRARY, UNLESS, DISEASE or ELSEWHERE
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
        self.phrases = Phrases(_labelled(vocabulary, self.values), vocabulary.lists)


def _labelled(
    vocabulary: Vocabulary, values: dict[Key, tuple[Facet, Value]]
) -> Iterator[tuple[str, Label]]:
    """Every phrase of a vocabulary, and what it does."""
    for key, (_, value) in values.items():
        for role, phrases in (
            (SAYS, value.phrases),
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
    """The vocabulary ready for use, made once."""
    return Compiled(vocabulary)


@dataclass(slots=True)
class Read:
    """A passage, and the phrases in it."""

    passage: Passage
    said: list[Said]  # SAYS and CONTRARY
    diseases: list[Said]
    elsewhere: list[Said]
    above: tuple["Read", ...]  # what it stands below, nearest last


def read(study: Study, words: Compiled) -> list[Read]:
    """A record's passages with the phrases in them."""
    known: dict[int, Read] = {}
    for passage in passages(study):
        above = tuple(known[id(each)] for each in passage.above)
        known[id(passage)] = _read(passage, above, words)
    return list(known.values())


def _read(passage: Passage, above: tuple[Read, ...], words: Compiled) -> Read:
    said: list[Said] = []
    diseases: list[Said] = []
    elsewhere: list[Said] = []
    masks: list[Said] = []
    lists = (said, said, masks, diseases, elsewhere)  # by role
    for match in words.phrases.find(passage.text, passage.words):
        lists[match.label.role].append(match)
    if masks:
        said = [each for each in said if not any(_is_masked(each, mask) for mask in masks)]
    if len(said) > 1:
        said = [each for each in said if not any(_is_part(each, other) for other in said)]
    if len(diseases) > 1:
        diseases = _longest(diseases)
    return Read(passage, said, diseases, elsewhere, above)


def _is_masked(each: Said, mask: Said) -> bool:
    is_inside = mask.start <= each.start and each.end <= mask.end
    return is_inside and mask.label.key == each.label.key


def _is_part(each: Said, other: Said) -> bool:
    """Whether it lies within a longer phrase of the same facet: "Ph" in "Ph-like"."""
    is_inside = other.start <= each.start and each.end <= other.end
    is_longer = other.end - other.start > each.end - each.start
    return is_inside and is_longer and other.label.key[0] == each.label.key[0]


def _longest(diseases: list[Said]) -> list[Said]:
    """Without those that lie within a longer one; of equal ones that which is ours."""
    kept: list[Said] = []
    for each in sorted(diseases, key=lambda each: (each.start, -each.end, each.label.kind)):
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept
