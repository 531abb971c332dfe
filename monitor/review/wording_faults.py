"""Words of a passage against the lines it cites: what they deny, exclude, bound, pair and join.

Each detector has a module of its own; here are the messages, and which detector reads what: a
sentence, or the whole passage.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from monitor.content import Term, sentence_spans
from monitor.registry import NCT_ID
from monitor.review.cited import Cited, Fault, contradicted
from monitor.review.denials import denied, lost_denials, new_denials, wrong_admissions
from monitor.review.exclusive_words import contradicted_words
from monitor.review.figure_contexts import (
    other_end_points,
    other_wholes,
    reversed_bounds,
    swapped_names,
    swapped_with_without,
)
from monitor.review.figure_faults import NOT_FOUND
from monitor.review.joints import dropped_conjunctions, swapped_conjunctions
from monitor.review.mismatch import Mismatch
from monitor.review.pairings import exchanged_pairs

_OWN = re.compile(r"\s*(?:It|(?:The|This) (?:trial|study)) (?:is|was) (?:\w+ )?not for\b")
_APPROVED = re.compile(
    r"\b(?:is|are|(?:has|have) been) (?:(?:also|now|already|fully) )?(?:approved|authori[sz]ed)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(?:no|not|nobody|none|neither|never)\b", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:what|which|whether|if|once|until|before|after|when)\b", re.IGNORECASE)


Detector = Callable[[str, Sequence[str]], Iterator[Mismatch]]
"""Takes a text and the lines that it rests on."""

_SWAPPED = (swapped_names, "{words!r}: the source has them the other way round: {line}")
_IN_SENTENCES: tuple[tuple[Detector, str], ...] = (
    (
        swapped_with_without,
        "{words!r}: 'with' and 'without' are exchanged. The source says: {line}",
    ),
    (lost_denials, "{words!r}: the source denies that: {line}"),
    (wrong_admissions, "{words!r}: the source denies that: {line}"),
    _SWAPPED,
    (reversed_bounds, "{words!r}: the source has it as a limit to the other side: {line}"),
    (other_wholes, "{words!r}: the source counts these among another number: {line}"),
    (other_end_points, "{words!r}: in the source this figure measures something else: {line}"),
)
_IN_PASSAGES: tuple[tuple[Detector, str], ...] = (
    (swapped_conjunctions, "{words!r}: 'and' and 'or' are not the same. The source says: {line}"),
    (dropped_conjunctions, "{words!r}: 'and' and 'or' are not the same. The source says: {line}"),
    _SWAPPED,
)
"""Detectors that read a sentence by itself, or all of a passage, and what they say of a place."""


def _detected(
    rows: Sequence[tuple[Detector, str]], text: str, says: Sequence[str]
) -> Iterator[Fault]:
    for detector, message in rows:
        for start, words, line in detector(text, says):
            yield Fault(start, words, message.format(words=words, line=line))


def sentences_against_lines(cited: Cited) -> Iterator[Fault]:
    """Yield what the sentences of a passage with a note say otherwise than its lines."""
    for at, end in sentence_spans(cited.text) if cited.keys else ():
        for fault in _sentence_faults(cited.text[at:end], cited):
            yield fault._replace(start=at + fault.start)


def _sentence_faults(text: str, cited: Cited) -> Iterator[Fault]:
    says = cited.backing.says
    for rival in contradicted_words(text, says, cited.text, cited.library.vocabularies):
        yield contradicted(rival)
    yield from _detected(_IN_SENTENCES, text, says)
    for start, words, line in exchanged_pairs(text, (*says, " ".join(says))):
        source = line if line in says else cited.sources
        message = f"{words}: the source pairs these the other way round: {source}"
        yield Fault(start, words, message)
    has_record = any(map(NCT_ID.fullmatch, cited.keys))
    if says and not has_record and not _OWN.match(text) and not NOT_FOUND.search(text):
        for start, words in new_denials(text, says):
            remedy = "correct it, or write it as a sentence without a note"
            message = f"{words!r}: no line of {cited.sources} denies this: {remedy}"
            yield Fault(start, words, message)


def passage_against_lines(cited: Cited) -> Iterator[Fault]:
    """Yield what a passage with a note says otherwise than its lines, from any of its sentences."""
    if not cited.keys:
        return
    text, says = cited.text, cited.backing.says
    yield from _detected(_IN_PASSAGES, text, says)
    for answer in cited.library.clause_reader.mixed_up(text, says):
        yield contradicted(answer)


def passage_against_all_lines(cited: Cited) -> Iterator[Fault]:
    """Yield statements without a note that contradict whatever content/ says of their subject."""
    if cited.keys:
        return
    library = cited.library
    for at, end in sentence_spans(cited.text):
        sentence = cited.text[at:end]
        if _NO.search(sentence) or _OPEN.search(sentence):
            continue
        faults = library.clause_reader.mixed_up(sentence, library.all_lines, drugs=False)
        for start, words, other, line in faults:
            message = f"{words!r} has no source, and content/ says otherwise ({other}): {line}"
            yield Fault(at + start, words, message)


def approvals_without_note(cited: Cited) -> Iterator[Fault]:
    """Yield the first approval of each sentence without a note."""
    for at, end in () if cited.keys else sentence_spans(cited.text):
        sentence = cited.text[at:end]
        match = _APPROVED.search(sentence)
        if match and not _OPEN.search(sentence) and not _NO.search(sentence[: match.start()]):
            message = f"{match[0]!r}: an approval needs a source: put a note after it"
            yield Fault(at + match.start(), match[0], message)


def definition_against_lines(term: Term, says: Iterable[str]) -> Iterator[Fault]:
    """Yield what a definition says otherwise than its source says of the term."""
    name = re.sub(r"\s*\(.*", "", term.term)
    parts = [part for line in says for part in re.split(r"(?<=[.;]) ", line)]
    own = [part for part in parts if name.lower() in part.lower()]
    for start, words, line in denied(term.definition, own):
        yield Fault(start, words, f"{words!r}: the source says of {name!r}: {line}")
    for rival in contradicted_words(term.definition, own, in_order=True):
        yield contradicted(rival)


_MEASURES = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "overall survival": r"\boverall\b[\w\s-]{0,20}survival|\bOS\b",
        "event-free survival": r"\bevent[- ]free|\bEFS\b",
        "disease-free survival": r"\bdisease[- ]free|\bDFS\b",
        "relapse-free survival": r"\b(?:relapse|recurrence)[- ]free|\bRFS\b",
        "progression-free survival": r"\bprogression[- ]free|\bPFS\b",
    }.items()
}


def other_measures(text: str, lines: Iterable[str]) -> Iterator[Fault]:
    """Yield each kind of survival that a text has, where its lines have only other kinds."""
    cited = " ".join(lines)
    theirs = [name for name, words in _MEASURES.items() if words.search(cited)]
    for name, words in _MEASURES.items() if theirs else ():
        match = words.search(text)
        if match and name not in theirs:
            message = f"{name!r}: the sources of this description measure {theirs[0]}"
            yield Fault(match.start(), match[0], message)
