"""Who can join: what each passage of a record says of the values of facets about people."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.content import PERSON, Facet
from monitor.facets import language
from monitor.facets.passages import (
    ARM,
    CONDITION,
    INCLUSION,
    KEYWORD,
    SUMMARY,
    TITLE,
    Passage,
    piece,
)
from monitor.facets.reading import ANY, CONTRARY, OTHER, SAYS, Compiled, Key, Read, Said
from monitor.facets.sorting import NO, YES, Reason
from monitor.registry import EXCLUSION

RANKS = {INCLUSION: 1, EXCLUSION: 1, TITLE: 2, CONDITION: 3, KEYWORD: 4, ARM: 4, SUMMARY: 5}
"""Who can join is said by the criteria first; what ranks lower counts where they are silent."""


class Evidence(NamedTuple):
    """What a passage says of a value."""

    answer: str
    rank: int
    is_strict: bool  # it speaks of all who can join, not of some
    reason: Reason


def evidence(reads: Sequence[Read], words: Compiled) -> Iterator[tuple[Key, Evidence]]:
    """Everything that a record says of who can join."""
    for read in reads:
        if read.said and read.passage.kind in RANKS and not _is_of_others(read):
            yield from _of_passage(read, words)


def _is_of_others(read: Read) -> bool:
    return any(language.is_of_others(each.passage.words) for each in (*read.above, read))


def _of_passage(read: Read, words: Compiled) -> Iterator[tuple[Key, Evidence]]:
    passage = read.passage
    for said in read.said:
        facet, value = words.values[said.label.key]
        if facet.about != PERSON:
            continue
        first, last = language.sentence(passage.words, said.start, said.end)
        if value.earlier:
            answer, is_strict = _had(passage, said, first, last), False
        elif _disease(said, read, first, last, facet) in (None, OTHER):
            continue
        else:
            answer, is_strict = _joins(read, said, first, last)
        if answer and said.label.role == CONTRARY:
            answer = NO if answer == YES else YES
        if answer:
            reason = Reason(passage.where, piece(passage.text, said.start, said.end))
            yield said.label.key, Evidence(answer, RANKS[passage.kind], is_strict, reason)


def _had(passage: Passage, said: Said, first: int, last: int) -> str:
    """Whether those who had a treatment before can join."""
    words = passage.words
    if passage.kind == INCLUSION:
        can = language.had_in_inclusion(words, first, said.start, said.end, last)
    elif passage.kind == EXCLUSION:
        can = language.had_in_exclusion(words, first, said.start, said.end, last)
    else:
        can = language.is_after(words, first, said.start) or None
    return "" if can is None else YES if can else NO


def _joins(read: Read, said: Said, first: int, last: int) -> tuple[str, bool]:
    """(whether those of whom the phrase is true can join, whether that is said of all)."""
    words, start, end = read.passage.words, said.start, said.end
    is_denied = language.is_denied(words, first, start, end)
    if read.passage.kind == EXCLUSION:
        if is_denied:  # to keep out who is not, is to ask for it
            is_close = language.is_denied(words, first, start, end, reach=12)
            return (YES, False) if is_close and said.label.role == SAYS else ("", False)
        rest = [(each.start, each.end) for each in (*read.said, *read.diseases)]
        return (NO, True) if language.is_whole(words, start, end, rest) else ("", False)
    if is_denied or language.is_refused(words, end, last):
        return NO, True
    if language.is_history(words, first, start):
        return "", False
    return YES, not language.is_for_some(words, first, start, end, last)


# Of which disease a phrase is said

_NO_NOUN = re.compile(
    r" ?(?:$|[.,;:)(/\"\]+]|-(?= |$)|(?:and|or|in|of|to|for|with|after|from|on|by|at|is|are|was"
    r"|were|has|have|must|who|that|which|will|may|can|should|as|defined|following|despite|within"
    r"|prior|during|vs|versus|but|without|using|treated|undergoing|receiving|origin|phenotype"
    rf"|lineage|immunophenotype|status|{language.PEOPLE})\b)"
)
_BREAK = re.compile(
    r"[.;:]|\b(?:in|of|to|for|after|from|on|by|at|is|are|was|were|has|have|must|that|which|will|may"
    r"|can|should|within|during|as|than|since|due|despite)\b"
)
_PEOPLE = re.compile(
    rf"\b(?:(?:adult|pa?ediatric|childhood|elderly|older|younger|young) )?{language.PEOPLE}\b"
    r"(?: (?:with|who have|diagnosed with|having))?"
)
_JOINED = re.compile(r"\b(?:and|or)\b|\([^()]*\)")
_WORD = re.compile(r"[a-z0-9]+")
_LINK = re.compile(r"[\s,/()&-]*(?:(?:and|or|and/or|with|including|chronic|acute)[\s,/()&-]*)*$")
_FAR, _FAR_IN_LIST = 90, 40  # letters
_WORDS_BETWEEN = {ANY: 1}  # "B-cell malignancies"; for names: "B-cell precursor adult ALL"


def _disease(said: Said, read: Read, first: int, last: int, facet: Facet) -> int | None:
    """The kind of disease of which a phrase is said; None where of something else."""
    inside = [each for each in read.diseases if _overlap(said, each)]
    if inside:
        return min(each.label.kind for each in inside)
    if (kind := _following(said, read, last, facet)) != _NONE:
        return kind
    if facet.of_disease and not _NO_NOUN.match(read.passage.words, said.end):
        return None
    if (kind := _preceding(said, read, first)) != _NONE:
        return kind
    for above in reversed(read.above):
        kinds = {each.label.kind for each in above.diseases}
        if kinds and min(kinds) != ANY:
            return min(kinds)
    return None if _is_elsewhere(said, read) else ANY


_NONE = -1  # no disease stands there


def _overlap(said: Said, disease: Said) -> bool:
    return (
        (disease.start <= said.start and said.end <= disease.end)
        or (said.start <= disease.start and disease.end <= said.end)
        or disease.start < said.end < disease.end
    )


def _following(said: Said, read: Read, last: int, facet: Facet) -> int | None:
    """The kind of the disease that comes next: "relapsed or refractory B-cell ALL"."""
    words = read.passage.words
    for number, disease in enumerate(read.diseases):
        if disease.start < said.end or disease.end > last:
            continue
        gap = words[said.end : disease.start]
        if len(gap) > _FAR:
            break
        gap = _PEOPLE.sub(" ", _without(gap, said.end, read.said))
        if _BREAK.search(gap):
            break
        if any(said.end <= each.start and each.end <= disease.start for each in read.elsewhere):
            return None
        between = len(_WORD.findall(_JOINED.sub(" ", gap)))
        if between > _WORDS_BETWEEN.get(disease.label.kind, 5):
            break
        if disease.label.kind == OTHER and facet.of_disease:
            return min(_listed(words, read.diseases[number:]))
        return disease.label.kind
    return _NONE


def _without(gap: str, offset: int, phrases: Sequence[Said]) -> str:
    """A text with spaces where phrases stand in it."""
    for each in phrases:
        a, b = max(each.start - offset, 0), min(each.end - offset, len(gap))
        if a < b:
            gap = gap[:a] + " " * (b - a) + gap[b:]
    return gap


def _preceding(said: Said, read: Read, first: int) -> int | None:
    """The kind of the disease before: "ALL in first remission", "leukemia of B-cell origin"."""
    before = [each for each in read.diseases if first <= each.start and each.end <= said.start]
    if not before:
        return _NONE
    nearest = before[-1]
    if _is_elsewhere(nearest, read):
        return None
    return min(nearest.label.kind, *_listed(read.passage.words, before[::-1]))


def _is_elsewhere(said: Said, read: Read) -> bool:
    """Whether a word stands right before that makes it something else: "CNS disease"."""
    return any(0 <= said.start - each.end <= 1 for each in read.elsewhere)


def _listed(words: str, diseases: Sequence[Said]) -> list[int]:
    """The kinds of those diseases that are listed together with the first."""
    kinds = [diseases[0].label.kind]
    for one, other in pairwise(diseases):
        gap = words[min(one.end, other.end) : max(one.start, other.start)]
        if len(gap) > _FAR_IN_LIST or not _LINK.match(gap):
            break
        kinds.append(other.label.kind)
    return kinds
