"""What a text states of a trial, read as claims and held against its record.

Two kinds of sentences are plain enough: those that name one trial by its id and deny nothing, and
those of a description that begin with whom its trial is for ("It is not for children").
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.content import MIXED, Claims, Sentence, Text, sentences
from monitor.facets import Sorting
from monitor.registry import NCT_ID, Study
from monitor.review.lists import misplaced
from monitor.review.passages import AGREES, CONTRADICTS, find
from monitor.review.passages import Passage as Piece
from monitor.review.populations import LINE, POPULATION
from monitor.review.rules import review
from monitor.text import normal

_OTHERS = re.compile(
    r"\b(?:not|no|nor|unlike|different|other|others|another|than|confused|mixed up|instead|earlier"
    r"|similar|also|whether|part)\b|n[’']t\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"(?:It|(?:The|This) (?:trial|study)) (?:is|was) (?:only |also )?(?:not )?for\b")
_BOTH = re.compile(r"NCT[0-9]{8}(?:(?:,| and|, and) NCT[0-9]{8})+ (?:are|were|test|take|took)\b")
_NOT = re.compile(r"\b(?:not|nor|neither|no)\b", re.IGNORECASE)
_BUT = re.compile(r"\bbut\b|;|\bonly\b", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:from|aged) ([0-9]+) to ([0-9]+)\b")
_LIFE = (
    ("infants", re.compile(r"\b(?:infants?|bab(?:y|ies))\b", re.IGNORECASE)),
    ("children", re.compile(r"\bchild(?:ren)?\b", re.IGNORECASE)),
    ("adults", re.compile(r"\badults?\b", re.IGNORECASE)),
)


_DENIED = tuple(
    (key, value, re.compile(rf"(?<!other )(?<!ordinary )(?<!second )\b(?:{words})\b"))
    for key, value, words in (
        ("population", "Philadelphia-positive", "Ph-positive ALL"),
        ("population", "Philadelphia-negative", "Ph-negative ALL"),
        ("population", "T-cell", "T-cell ALL"),
        ("population", "B-cell", "B-cell ALL"),
        ("line", "newly diagnosed", "newly diagnosed disease"),
        ("line", "relapsed or refractory", "relapsed (?:or refractory )?disease"),
    )
)


@dataclass(frozen=True)
class Statement:
    """A sentence about one trial, and what its record says against it."""

    sentence: Sentence
    nct_id: str
    because: str


def statements_about(
    text: Text, study_of: Mapping[str, Study], about: str = ""
) -> Iterator[Statement]:
    """The sentences of a text that the record of their trial contradicts."""
    for sentence in sentences(text):
        ids = set(NCT_ID.findall(sentence.text))
        if about and not ids and _OWN.match(sentence.text):
            subjects, told, denied = {about}, *_parted(sentence.text)
        elif (len(ids) == 1 or _BOTH.match(sentence.text)) and not _OTHERS.search(sentence.text):
            subjects, told, denied = ids, sentence.text, ""
        else:
            continue
        for nct_id in sorted(subjects & study_of.keys()):
            study = study_of[nct_id]
            for because in (*_against(told, study), *_for(denied, study)):
                yield Statement(sentence, nct_id, because)


def _parted(text: str) -> tuple[str, str]:
    """What a sentence says, and what it denies."""
    told, denied = [], []
    for piece in _BUT.split(text):
        found = _NOT.search(piece)
        told.append(piece[: found.start()] if found else piece)
        denied.append(piece[found.end() :] if found else "")
    return " ; ".join(told), " ; ".join(denied)


def conflicts(text: Text, claims: Claims) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) where a description says that it is not for those it claims."""
    for sentence in sentences(text):
        denied = _parted(sentence.text)[1] if _OWN.match(sentence.text) else ""
        if refused := _CANNOT.search(sentence.text):
            denied += f" {refused[0]}"
        for key, value, words in _DENIED:
            if words.search(denied) and value in getattr(claims, key):
                yield sentence.line, _BOTH_WAYS.format(value)
        for life, words in _LIFE:
            if words.search(denied) and claims.ages in (life, MIXED):
                yield sentence.line, _BOTH_WAYS.format(life)


_BOTH_WAYS = "the text says that it is not for {}, and a claim that it is"
_CANNOT = re.compile(
    r"\b(?:adults|children|babies) (?:cannot|can[’']t|must not|are not allowed to)\b", re.IGNORECASE
)


def _against(told: str, study: Study) -> Iterator[str]:
    """What the record says against the people that a text says it is for."""
    limits = _LIMITS.findall(told)
    ages = {"ages": f"{limits[0][0]} to {limits[0][1]} years"} if len(limits) == 1 else {}
    for verdict in review(Claims(**_people(told), **ages), study):  # type: ignore[arg-type]
        if verdict.says == CONTRADICTS:
            yield f"{verdict.name}: {verdict.because}"
    for life, pattern in _LIFE:
        if pattern.search(told) and (because := misplaced(life, study, Sorting(), None)):
            yield f"{life}: {because}"


def _for(denied: str, study: Study) -> Iterator[str]:
    """What the record says for the people that a text says it is not for."""
    for key, value, words in _DENIED:
        if words.search(denied):
            verdict = review(Claims(**{key: (value,)}), study)[0]  # type: ignore[arg-type]
            if verdict.says == AGREES:
                yield f"not {value}: {verdict.because}"
    for life, other in (("children", "adults"), ("adults", "children")):
        is_denied = any(name == life and words.search(denied) for name, words in _LIFE)
        if is_denied and (because := misplaced(other, study, Sorting(), None)):
            yield f"not {life}: {because}"


def _people(text: str) -> dict[str, tuple[str, ...]]:
    """The populations and stages that a piece of text names."""
    piece = [Piece("summary", normal(text), text)]
    return {
        key: tuple(value for value, term in words.items() if find(term.says, piece))
        for key, words in (("population", POPULATION), ("line", LINE))
    }
