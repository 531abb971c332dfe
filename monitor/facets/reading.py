"""Matches a record with a compiled vocabulary: the phrases of each passage."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.content import Facet, Value, Vocabulary
from monitor.facets.language import Context, in_sentence
from monitor.facets.passages import Passage, piece
from monitor.facets.phrases import Match, Phrases
from monitor.facets.sorting import Reason, ValueKey

# What a phrase of the vocabulary does where a text has it.
SAYS = "says"  # names a value
ADJECTIVE = "adjective"  # names one, of the disease next to it: "untreated"
PART = "part"  # names some of those of whom a value is true
CONTRARY = "contrary"  # excludes a value
UNLESS = "unless"  # contains a phrase of a value, and means something else
ENDED = "ended"  # excludes a value where it is asked for
DISEASE = "disease"  # names a disease
ELSEWHERE = "elsewhere"  # changes the disease after it: "CNS disease"


class DiseaseKind(IntEnum):
    """What a disease is to the one that is sorted for; the least is the closest to it."""

    OURS = 0
    ANY = 1  # a word for all: "leukemia"
    OTHER = 2
    NONE = 3  # no disease of the blood: "CNS disease", "refractory to transfusion"


class Label(NamedTuple):
    """What a phrase of the vocabulary does."""

    role: str  # one of the above
    key: ValueKey = ("", "")
    kind: DiseaseKind = DiseaseKind.OURS  # of DISEASE
    disease: str = ""  # the one of the vocabulary that it names


PhraseMatch = Match[Label]


class CompiledVocabulary:
    """A vocabulary ready for use."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.values: dict[ValueKey, tuple[Facet, Value]] = {
            (facet.key, value.key): (facet, value)
            for facet in vocabulary.facets
            for value in facet.values
        }
        self.phrases = Phrases(
            _labelled(vocabulary, self.values),
            vocabulary.lists,
            is_noun=lambda label: label.role != ADJECTIVE,  # "T-cell leukemia", but no "T cells"
        )
        self.short: dict[str, Matches] = {}  # of short texts: records have the same ones


def _labelled(
    vocabulary: Vocabulary, values: dict[ValueKey, tuple[Facet, Value]]
) -> Iterator[tuple[str, Label]]:
    """Yield each phrase of a vocabulary with its label."""
    for key, (_, value) in values.items():
        for role, phrases in (
            (SAYS, value.phrases),
            (ADJECTIVE, value.adjectives),
            (PART, value.parts),
            (CONTRARY, value.contrary),
            (UNLESS, value.unless),
            (ENDED, value.ended_by),
        ):
            yield from ((phrase, Label(role, key)) for phrase in phrases)
    for drugs in vocabulary.drugs:
        keys = [(facet, value) for facet, names in drugs.means.items() for value in names]
        for key in filter(values.__contains__, keys):
            yield from ((name, Label(SAYS, key)) for row in drugs.names for name in row)
    for disease, names in vocabulary.diseases.items():
        kind = DiseaseKind.OURS if vocabulary.disease in (None, disease) else DiseaseKind.OTHER
        yield from ((name, Label(DISEASE, kind=kind, disease=disease)) for name in names)
    yield from ((name, Label(DISEASE, kind=DiseaseKind.ANY)) for name in vocabulary.any_disease)
    yield from (
        (name, Label(DISEASE, kind=DiseaseKind.OTHER)) for name in vocabulary.other_diseases
    )
    yield from ((name, Label(ELSEWHERE)) for name in vocabulary.elsewhere)


@lru_cache(64)
def compiled(vocabulary: Vocabulary) -> CompiledVocabulary:
    """Return the compiled vocabulary, cached; call it before processes fork."""
    return CompiledVocabulary(vocabulary)


class Matches(NamedTuple):
    """The phrases in a text."""

    phrases: Sequence[PhraseMatch] = ()  # SAYS, ADJECTIVE, PART and CONTRARY
    diseases: Sequence[PhraseMatch] = ()
    elsewhere: Sequence[PhraseMatch] = ()
    endings: Sequence[PhraseMatch] = ()  # what people are past, of whom a value was true
    named: frozenset[ValueKey] = frozenset()  # the values that it names, whatever it says of them
    facets: frozenset[str] = frozenset()  # of which it says something
    is_ours: bool = False  # whether it names the disease


@dataclass(slots=True)
class Reading:
    """A passage, and the phrases in it."""

    passage: Passage
    matches: Matches
    above: tuple["Reading", ...] = ()  # those above it, nearest last

    @property
    def phrases(self) -> Sequence[PhraseMatch]:
        """Return the phrases of facets' values."""
        return self.matches.phrases

    @property
    def diseases(self) -> Sequence[PhraseMatch]:
        """Return the names of diseases."""
        return self.matches.diseases

    def quote(self, phrase: PhraseMatch) -> Reason:
        """Return the passage, or a piece of it around a phrase, as a reason."""
        return Reason(self.passage.where, piece(self.passage.text, phrase.start, phrase.end))

    def mention(self, phrase: PhraseMatch) -> "Mention":
        """Return one of its phrases in its sentence."""
        return Mention(self, phrase, in_sentence(self.passage.words, phrase.start, phrase.end))


class Mention(NamedTuple):
    """A phrase of a passage, in its sentence."""

    reading: Reading
    phrase: PhraseMatch
    context: Context

    @property
    def key(self) -> ValueKey:
        """Return the facet and its value."""
        return self.phrase.label.key

    @property
    def role(self) -> str:
        """Return what the phrase does, such as SAYS."""
        return self.phrase.label.role

    @property
    def passage(self) -> Passage:
        """Return the passage that it stands in."""
        return self.reading.passage


_SHORT, _MANY = 80, 50_000  # letters of a text that is kept, and how many are


def match_record(whole: Sequence[Passage], vocabulary: CompiledVocabulary) -> list[Reading]:
    """Return the passages of a record with their phrases."""
    by_text = _matches_of([passage.text for passage in whole], vocabulary)
    readings: dict[int, Reading] = {}
    for passage in whole:
        above = tuple([readings[id(each)] for each in passage.above]) if passage.above else ()
        readings[id(passage)] = Reading(passage, by_text[passage.text], above)
    return list(readings.values())


def _matches_of(texts: Iterable[str], vocabulary: CompiledVocabulary) -> dict[str, Matches]:
    """Return text -> its phrases; new texts are searched at once."""
    if len(vocabulary.short) > _MANY:
        vocabulary.short.clear()
    cache = vocabulary.short
    texts = dict.fromkeys(texts)
    matches_of = {text: cache[text] for text in texts if text in cache}
    new = [text for text in texts if text not in cache]
    for text, matches in zip(new, vocabulary.phrases.find_each(new), strict=True):
        matches_of[text] = _by_role(matches) if matches else Matches()
        if len(text) <= _SHORT:
            cache[text] = matches_of[text]
    return matches_of


def _by_role(matches: Sequence[PhraseMatch]) -> Matches:
    """Return the phrases by role, without those within others."""
    phrases: list[PhraseMatch] = []
    diseases: list[PhraseMatch] = []
    elsewhere: list[PhraseMatch] = []
    masks: list[PhraseMatch] = []
    endings: list[PhraseMatch] = []
    list_of = {
        SAYS: phrases,
        ADJECTIVE: phrases,
        PART: phrases,
        CONTRARY: phrases,
        UNLESS: masks,
        ENDED: endings,
        DISEASE: diseases,
        ELSEWHERE: elsewhere,
    }
    for match in matches:
        list_of[match.label.role].append(match)
    if masks:
        phrases = [
            each
            for each in phrases
            if not any(each.is_within(m) and each.label.key == m.label.key for m in masks)
        ]
    if any(other.start < each.end for each, other in pairwise(phrases)):
        phrases = [
            each for each in phrases if not any(_is_in_longer(each, other) for other in phrases)
        ]
    if len(diseases) > 1:
        diseases = _longest(diseases)
    named = frozenset([each.label.key for each in phrases if each.label.role != CONTRARY])
    facets = frozenset([each.label.key[0] for each in phrases])
    is_ours = any(each.label.kind is DiseaseKind.OURS for each in diseases)
    return Matches(phrases, diseases, elsewhere, endings, named, facets, is_ours)


def _is_in_longer(each: PhraseMatch, other: PhraseMatch) -> bool:
    """Return whether a phrase is part of a longer one of its facet: "Ph" in "Ph-like"."""
    is_same_facet = other.label.key[0] == each.label.key[0]
    is_part = each.is_within(other) and not other.is_within(each)
    return is_part and is_same_facet and other.label.role != CONTRARY


def _longest(diseases: list[PhraseMatch]) -> list[PhraseMatch]:
    """Return the phrases that are in no longer one; of equal ones that of our disease."""
    kept: list[PhraseMatch] = []
    for each in sorted(diseases, key=lambda each: (each.start, -each.end, each.label.kind)):
        if not kept or each.end > kept[-1].end:
            kept.append(each)
    return kept
