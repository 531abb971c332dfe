"""Compares the statements of a text about a trial with its record.

Two kinds of sentences are plain enough: those that name one trial by its id and deny nothing, and
those of a description that begin with whom its trial is for ("It is not for children").
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.content import (
    MIXED,
    Claims,
    Sentence,
    Text,
    Vocabulary,
    claimed_value,
    sentences,
    statements,
)
from monitor.facets import Named, Sorting, ValueKey, people_named
from monitor.registry import NCT_ID, Study
from monitor.review.lists import misplacement
from monitor.review.record import AGREES, CONTRADICTS
from monitor.review.rules import review

_OTHERS = re.compile(
    r"\b(?:not|no|nor|unlike|different|other|others|another|than|confused|mixed up|instead|earlier"
    r"|similar|also|whether|part)\b|n[’']t\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:It|(?:The|This) (?:trial|study)) (?:is|was) (?:only |also )?(?:not )?for\b")
_BOTH = re.compile(r"NCT[0-9]{8}(?:(?:,| and|, and) NCT[0-9]{8})+ (?:are|were|test|take|took)\b")
_IS_FOR = re.compile(r"\b(?:is|are|was|were) (?:set up )?for\b")
_NOT = re.compile(r"(?<!has )(?<!have )(?<!did )\b(?:not|nor|neither|no)\b", re.IGNORECASE)
_BUT = re.compile(r"\bbut\b|;|\bonly\b|\balso for\b", re.IGNORECASE)
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
    claims_of: Mapping[str, Claims],
    vocabularies: Sequence[Vocabulary],
    about: str = "",
) -> Iterator[Statement]:
    """Yield the sentences of a text that the record of their trial contradicts."""
    for sentence in sentences(text):
        for part in sentence.text.split("; "):
            ids = set(NCT_ID.findall(part))
            if about and not ids and _OWN.match(part):
                subjects, affirmed, denied = {about}, *_parted(part)
            elif (len(ids) == 1 or _BOTH.match(part)) and not _OTHERS.search(part):
                subjects, affirmed, denied = ids, part, ""
            else:
                continue
            for nct_id in sorted(subjects):
                for because in (
                    *_by_record(affirmed, denied, study_of.get(nct_id), vocabularies),
                    # `conflicts` compares a description with its own claims.
                    *_by_claims(
                        affirmed, claims_of.get(nct_id) if ids else None, vocabularies, nct_id
                    ),
                ):
                    yield Statement(sentence, nct_id, because)


def _by_record(
    affirmed: str, denied: str, study: Study | None, vocabularies: Sequence[Vocabulary]
) -> Iterator[str]:
    if study:
        yield from _against(affirmed, study, vocabularies)
        yield from _wrongly_denied(denied, study, vocabularies)


def _by_claims(
    text: str, claims: Claims | None, vocabularies: Sequence[Vocabulary], nct_id: str
) -> Iterator[str]:
    """Yield for whom a page says that a trial is, where its description claims others."""
    match = _IS_FOR.search(text)
    if match is None or claims is None:
        return
    for vocabulary in vocabularies:
        for value, rival in _rival_claims(text[match.end() :], claims, vocabulary):
            yield f"not {value}: the description of {nct_id} claims {rival}"


def _rival_claims(text: str, claims: Claims, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield (value, claimed value) for people whom a text names and a claim rules out."""
    claimed = _claimed(claims, vocabulary)
    for facet, value in people_named(text, vocabulary):
        others = vocabulary.by_key[facet].by_key[value].excluded
        rival = next((other for other in others if (facet, other) in claimed), None)
        if rival and (facet, value) not in claimed:
            yield value, rival


def _claimed(claims: Claims, vocabulary: Vocabulary) -> set[ValueKey | None]:
    return {claimed_value(claim, value, vocabulary) for claim, value, _ in statements(claims)}


def _parted(text: str) -> tuple[str, str]:
    """Return the affirmed and the denied part of a sentence."""
    affirmed, denied = [], []
    for piece in _BUT.split(text):
        match = _NOT.search(piece)
        affirmed.append(piece[: match.start()] if match else piece)
        denied.append(piece[match.end() :] if match else "")
    return " ; ".join(affirmed), " ; ".join(denied)


def conflicts(
    text: Text, claims: Claims, vocabularies: Sequence[Vocabulary]
) -> Iterator[tuple[int, str]]:
    """Yield (line, message) where a description denies one of its own claims."""
    for sentence in sentences(text):
        affirmed, denied = _parted(sentence.text) if _OWN.match(sentence.text) else ("", "")
        if refused := _CANNOT.search(sentence.text):
            denied += f" {refused[0]}"
        for vocabulary in vocabularies:
            claimed = _claimed(claims, vocabulary)
            for key in filter(claimed.__contains__, _refused(denied, vocabulary)):
                yield sentence.line, _BOTH_WAYS.format(key[1])
            for value, rival in _rival_claims(affirmed, claims, vocabulary):
                message = f"the text says that it is for {value}, and a claim says {rival}"
                yield sentence.line, message
        for life, pattern in _LIFE:
            if pattern.search(denied) and claims.ages in (life, MIXED):
                yield sentence.line, _BOTH_WAYS.format(life)


_BOTH_WAYS = "the text says that it is not for {}, and a claim says that it is"
_CANNOT = re.compile(
    r"\b(?:adults|children|babies) (?:cannot|can[’']t|must not|are not allowed to)\b", re.IGNORECASE
)


def _against(affirmed: str, study: Study, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """Yield the record's words against people whom a text includes."""
    limits = _LIMITS.findall(affirmed)
    ages = [f"{low} to {high} years" for low, high in limits] if len(limits) == 1 else []
    verdicts = [verdict for span in ages for verdict in review(Claims(ages=span), study, ())]
    for vocabulary in vocabularies:
        named = _by_facet(people_named(affirmed, vocabulary))
        verdicts += review(Claims(facets=named), study, [vocabulary])
    for verdict in verdicts:
        if verdict.says == CONTRADICTS:
            yield f"{verdict.name}: {verdict.because}"
    for life, pattern in _LIFE:
        if pattern.search(affirmed) and (because := misplacement(life, study, Sorting(), None)):
            yield f"{life}: {because}"


def _wrongly_denied(denied: str, study: Study, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """Yield where the record admits people whom the text says it excludes."""
    for vocabulary in vocabularies:
        named = _by_facet(_refused(denied, vocabulary))
        for verdict in review(Claims(facets=named), study, [vocabulary]):
            if verdict.says == AGREES:
                yield f"not {verdict.value.partition(': ')[2]}: {verdict.because}"
    for life, other in (("children", "adults"), ("adults", "children")):
        is_denied = any(name == life and words.search(denied) for name, words in _LIFE)
        if is_denied and (because := misplacement(other, study, Sorting(), None)):
            yield f"not {life}: {because}"


def _refused(denied: str, vocabulary: Vocabulary) -> dict[ValueKey, Named]:
    """Return the values that a denial names as a whole: not "other Ph-like ALL"."""
    return {
        key: each
        for key, each in people_named(denied, vocabulary).items()
        if not each.is_part and not _SOME.search(denied[: each.start])
    }


_SOME = re.compile(r"\b(?:other|ordinary|second|later|certain|some)\s+$", re.IGNORECASE)


def _by_facet(keys: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return facet -> claimed values."""
    named: dict[str, list[str]] = defaultdict(list)
    for facet, value in keys:
        named[facet].append(value)
    return {facet: tuple(values) for facet, values in named.items()}
