"""What a text states of a trial, read as claims and held against its record.

Two kinds of sentences are plain enough: those that name one trial by its id and deny nothing, and
those of a description that begin with whom its trial is for ("It is not for children").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.content import PERSON, Claims, Sentence, Text, Vocabulary, sentences
from monitor.facets import YES, Sorting, is_named, sort
from monitor.registry import NCT_ID, Study
from monitor.review.lists import misplaced
from monitor.review.passages import AGREES, CONTRADICTS
from monitor.review.rules import review
from monitor.review.unclaimed import titled

_OTHERS = re.compile(
    r"\b(?:not|no|nor|unlike|different|other|others|another|than|confused|mixed up|instead|earlier"
    r"|similar|also|whether|part)\b|n[’']t\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:It|(?:The|This) (?:trial|study)) (?:is|was) (?:only |also )?(?:not )?for\b")
_NOT = re.compile(r"\b(?:not|nor|neither|no)\b", re.IGNORECASE)
_BUT = re.compile(r"\bbut\b|;|\bonly\b", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:from|aged) ([0-9]+) to ([0-9]+)\b")
_LIFE = (
    ("infants", re.compile(r"\b(?:infants?|bab(?:y|ies))\b", re.IGNORECASE)),
    ("children", re.compile(r"\bchild(?:ren)?\b", re.IGNORECASE)),
    ("adults", re.compile(r"\badults?\b", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Statement:
    """A sentence about one trial, and what its record says against it."""

    sentence: Sentence
    nct_id: str
    because: str


def statements_about(
    text: Text,
    study_of: Mapping[str, Study],
    vocabularies: Sequence[Vocabulary],
    about: str = "",
) -> Iterator[Statement]:
    """The sentences of a text that the record of their trial contradicts."""
    for sentence in sentences(text):
        ids = set(NCT_ID.findall(sentence.text))
        if about and not ids and _OWN.match(sentence.text):
            nct_id, (told, denied) = about, _parted(sentence.text)
        elif len(ids) == 1 and not _OTHERS.search(sentence.text):
            nct_id, told, denied = ids.pop(), sentence.text, ""
        else:
            continue
        study = study_of.get(nct_id)
        if study:
            for because in (
                *_against(told, study, vocabularies),
                *_for(denied, study, vocabularies),
            ):
                yield Statement(sentence, nct_id, because)


def _parted(text: str) -> tuple[str, str]:
    """What a sentence says, and what it denies."""
    told, denied = [], []
    for piece in _BUT.split(text):
        found = _NOT.search(piece)
        told.append(piece[: found.start()] if found else piece)
        denied.append(piece[found.end() :] if found else "")
    return " ; ".join(told), " ; ".join(denied)


def _against(told: str, study: Study, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """What the record says against the people that a text says it is for."""
    limits = _LIMITS.findall(told)
    claims = Claims(facets=_people(told, vocabularies))
    if len(limits) == 1:
        claims = replace(claims, ages=f"{limits[0][0]} to {limits[0][1]} years")
    for verdict in review(claims, study, vocabularies):
        if verdict.says == CONTRADICTS:
            yield f"{verdict.name}: {verdict.because}"
    for life, pattern in _LIFE:
        if pattern.search(told) and (because := misplaced(life, study, Sorting(), None)):
            yield f"{life}: {because}"


def _for(denied: str, study: Study, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """What the record says for the people that a text says it is not for."""
    claims = Claims(facets=_denied(denied, vocabularies))
    for verdict in review(claims, study, vocabularies):
        if verdict.says == AGREES:
            yield f"not {verdict.value}: {verdict.because}"
    for life, other in (("children", "adults"), ("adults", "children")):
        is_denied = any(name == life and words.search(denied) for name, words in _LIFE)
        if is_denied and (because := misplaced(other, study, Sorting(), None)):
            yield f"not {life}: {because}"


def _people(text: str, vocabularies: Sequence[Vocabulary]) -> dict[str, tuple[str, ...]]:
    """The values of people that a piece of text is about, by their facets."""
    named: dict[str, tuple[str, ...]] = {}
    for words in vocabularies:
        said = sort(titled(text), words)
        for facet in words.facets:
            values = (v for v in facet.by_key if said.answer(facet.key, v) == YES)
            about = tuple(v for v in values if is_named(text, (facet.key, v), words))
            if facet.about == PERSON and about:
                named[facet.key] = about
    return named


def _denied(text: str, vocabularies: Sequence[Vocabulary]) -> dict[str, tuple[str, ...]]:
    """Values that stand right before a disease: "T-cell ALL", and not "other Ph-like ALL"."""
    named: dict[str, tuple[str, ...]] = {}
    for words in vocabularies:
        diseases = [name for names in words.diseases.values() for name in names]
        nouns = "|".join(map(re.escape, (*diseases, *words.any_disease)))
        for facet in words.facets if text else ():
            for value in facet.values if facet.about == PERSON else ():
                form = rf"\b{re.escape(value.label)} (?:{nouns})\b"
                if re.search(rf"(?<!other )(?<!ordinary )(?<!second ){form}", text, re.IGNORECASE):
                    named[facet.key] = (*named.get(facet.key, ()), value.key)
    return named
