"""A vocabulary ready for use, and a record read with it: which phrases stand in which passage."""

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
    """Every phrase of a vocabulary, and what it does."""
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
    """The vocabulary ready for use, made once: best before processes part that sort by it."""
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
        """Phrases of values."""
        return self.found.said

    @property
    def diseases(self) -> Sequence[Said]:
        """Names of diseases."""
        return self.found.diseases

    @property
    def elsewhere(self) -> Sequence[Said]:
        """Words that make a disease another thing."""
        return self.found.elsewhere


_SHORT, _MANY = 80, 50_000  # letters of a text that is kept, and how many are


def read(whole: Sequence[Passage], words: Compiled) -> list[Read]:
    """Return the passages of a record with the phrases in them."""
    found = _found([passage.text for passage in whole], words)
    known: dict[int, Read] = {}
    for passage in whole:
        above = tuple([known[id(each)] for each in passage.above]) if passage.above else ()
        known[id(passage)] = Read(passage, found[passage.text], above)
    return list(known.values())


def read_passage(passage: Passage, words: Compiled) -> Read:
    """A passage that stands alone, with the phrases in it."""
    return Read(passage, _found([passage.text], words)[passage.text])


def _found(texts: Iterable[str], words: Compiled) -> dict[str, Found]:
    """The phrases in each text. All that are new are looked through in one go."""
    if len(words.short) > _MANY:
        words.short.clear()
    known = words.short
    texts = dict.fromkeys(texts)
    found = {text: known[text] for text in texts if text in known}
    new = [text for text in texts if text not in known]
    for text, matches in zip(new, words.phrases.find_each(new), strict=True):
        found[text] = _sorted(matches) if matches else _NOTHING
        if len(text) <= _SHORT:
            known[text] = found[text]
    return found


_NOTHING = Found()


def _sorted(matches: Sequence[Said]) -> Found:
    """Phrases by what they do, without those that lie within others."""
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
    """Whether it lies within a longer phrase of the same facet: "Ph" in "Ph-like"."""
    is_inside = other.start <= each.start and each.end <= other.end
    is_longer = other.end - other.start > each.end - each.start
    is_same_facet = other.label.key[0] == each.label.key[0]
    return is_inside and is_longer and is_same_facet and other.label.role != CONTRARY


def _longest(diseases: list[Said]) -> list[Said]:
    """Without those that lie within a longer one; of equal ones that which is ours."""
    kept: list[Said] = []
    for each in sorted(diseases, key=lambda each: (each.start, -each.end, each.label.kind)):
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept
