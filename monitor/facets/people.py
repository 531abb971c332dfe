"""Reads who can join: the evidence of each passage for the values of facets about people."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.content import PERSON, TREATMENT, Value
from monitor.facets import language
from monitor.facets.passages import (
    CONDITION,
    INCLUSION,
    KEYWORD,
    SUMMARY,
    TITLE,
    Passage,
    piece,
)
from monitor.facets.reading import (
    ADJECTIVE,
    ANY,
    CONTRARY,
    OTHER,
    OURS,
    PART,
    Compiled,
    Key,
    Read,
    Said,
)
from monitor.facets.sorting import NO, YES, Reason
from monitor.registry import EXCLUSION

RANKS = {INCLUSION: 1, EXCLUSION: 1, TITLE: 2, CONDITION: 3, KEYWORD: 4, SUMMARY: 5}
"""Who can join is said by the criteria first; what ranks lower counts where they are silent."""


class Evidence(NamedTuple):
    """What a passage says of a value."""

    answer: str
    rank: int
    is_strict: bool  # it speaks of all who can join, not of some
    named: frozenset[Key]  # values that the passage names, too: it rules none of them out
    reason: Reason


def evidence(reads: Sequence[Read], words: Compiled) -> Iterator[tuple[Key, Evidence]]:
    """Yield the evidence of a record for who can join."""
    criteria = [read for read in reads if read.passage.kind == INCLUSION]
    conditions = [read for read in reads if read.passage.kind == CONDITION]
    has_criteria = any(read.passage.kind in (INCLUSION, EXCLUSION) for read in reads)
    strict = {TITLE, INCLUSION, EXCLUSION} if has_criteria else {TITLE, CONDITION}
    below: dict[int, list[Read]] = defaultdict(list)
    for read in criteria:
        if read.above:
            below[id(read.above[-1])].append(read)
    groups = _grouped(below.values())
    for read in reads:
        if not read.said or read.passage.kind not in RANKS or _is_of_others(read):
            continue
        is_listed = bool(read.above) and not _is_barred(read)
        beside = below[id(read.above[-1])] if is_listed else []
        is_one = bool(read.above) and _is_one_of_several(read)
        for said, kind, each in _of_passage(read, words):
            key = said.label.key
            if is_one and each.answer == NO and read.passage.kind == INCLUSION and is_listed:
                continue  # who does not fit one of several may fit another
            is_plain = kind == ANY and _is_named_without(key, criteria)
            if is_plain and said.label.role == ADJECTIVE and words.values[key][1].opposite:
                continue  # "B-cell malignancies", and the disease itself without a word of it
            if read.passage.kind == TITLE:
                # "Relapsed ALL" or "B-cell malignancies" are no limit where criteria go further.
                is_open = is_plain or key[0] in groups
            elif read.passage.kind == CONDITION:
                is_open = _is_named_without(key, conditions)
            else:
                is_open = is_one or _is_named_without(key, beside)
                if each.answer == YES and words.values[key][1].opposite:
                    is_open = is_open or _is_beside(key, beside) or _is_one_choice(read, key)
            is_strict = read.passage.kind in strict and not is_open
            yield key, each if is_strict else each._replace(is_strict=False)


def _grouped(lists: Iterable[Sequence[Read]]) -> set[str]:
    """Facets of which some groups in a list of the criteria say something, and others nothing."""
    grouped: set[str] = set()
    for reads in lists:
        groups = [read.found.facets for read in reads if read.found.is_ours]
        facets = frozenset().union(*[read.found.facets for read in reads]) if groups else ()
        grouped.update(facet for facet in facets if not all(facet in each for each in groups))
    return grouped


def _is_beside(key: Key, reads: Sequence[Read]) -> bool:
    """Return whether one of these criteria has another value of the facet but not this one."""
    return any(
        any(each.label.key[0] == key[0] and each.label.key != key for each in read.said)
        and not any(each.label.key == key for each in read.said)
        for read in reads
    )


def _is_named_without(key: Key, reads: Sequence[Read]) -> bool:
    """Return whether one of these criteria names the disease without this facet."""
    return any(read.found.is_ours and key[0] not in read.found.facets for read in reads)


_SEVERAL = re.compile(
    r"\b(?:one|any|either|includ\w+|such as|defin\w+|e\.g|as follows|high[- ]risk|allowed)\b"
)


_ONE_OF = re.compile(r"\b(?:one|any|either|1) of\b|\b(?:one|1) (?:or more )?criteri")


def _is_one_of_several(read: Read) -> bool:
    """Return whether a criterion is an alternative: one of several is enough.

    Not where it names the disease and what stands above does not: that is a list of diseases.
    """
    several: list[Read] = []
    for above in reversed(read.above):
        is_named = (above.said or above.diseases) and _SEVERAL.search(above.passage.words)
        if is_named or _ONE_OF.search(above.passage.words):
            several.append(above)
        elif above.found.is_ours and not above.said:
            break  # what stands below a disease is true of all who have it
    if read.found.is_ours:
        return any(above.found.is_ours for above in several)
    return bool(several)


def _is_barred(read: Read) -> bool:
    """Return whether a heading above the criterion excludes these people."""
    return any(language.bars(above.passage.words) for above in read.above)


def _is_of_others(read: Read) -> bool:
    """Return whether a criterion, or its parent, is about donors or parents."""
    is_criterion = read.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and any(
        language.is_of_others(each.passage.words) for each in (*read.above, read)
    )


def _of_passage(read: Read, words: Compiled) -> Iterator[tuple[Said, int, Evidence]]:
    """Yield the matches of a passage, the kind of disease of each, and its evidence."""
    passage = read.passage
    for said in read.said:
        facet, value = words.values[said.label.key]
        if facet.about != PERSON or language.is_part(passage.words, said.end):
            continue
        if said.label.role == CONTRARY and passage.kind not in (INCLUSION, EXCLUSION):
            continue
        first, last = language.sentence(passage.words, said.start, said.end)
        if passage.kind == SUMMARY and not language.is_of_study(passage.words, first, last):
            continue
        kind = OURS if value.earlier else _disease(said, read, first, last, value)
        if kind in (None, OTHER):
            continue
        if value.earlier:
            answer, is_strict = _had(passage, said, first, last), False
        else:
            answer, is_strict = _joins(read, said, first, last)
        if answer and said.label.role == CONTRARY:
            if answer == YES and not is_strict:
                continue  # "prior chemotherapy is allowed" asks nobody for it
            if answer == NO and _is_excepted(read, said, last, words):
                continue
            answer = NO if answer == YES else YES
        if answer:
            reason = Reason(passage.where, piece(passage.text, said.start, said.end))
            evidence = Evidence(answer, RANKS[passage.kind], is_strict, read.found.named, reason)
            yield said, kind or OURS, evidence


_EXCEPTION = re.compile(r"\b(?:aside from|apart from|other than|except(?:ing)?)\b")


def _is_excepted(read: Read, said: Said, last: int, words: Compiled) -> bool:
    """Return whether a treatment of the disease is excepted: "no therapy other than imatinib"."""
    exception = _EXCEPTION.search(read.passage.words, said.end, last)
    if not exception:
        return False
    later = (words.values[each.label.key] for each in read.said if each.start >= exception.end())
    return any(facet.about == TREATMENT and not value.background for facet, value in later)


def _had(passage: Passage, said: Said, first: int, last: int) -> str:
    """Return YES or NO for people after a treatment; "" where it is not stated."""
    words = passage.words
    if passage.kind == INCLUSION:
        can = language.had_in_inclusion(words, first, said.start, said.end, last)
    elif passage.kind == EXCLUSION:
        can = language.had_in_exclusion(words, first, said.start, said.end, last)
    elif passage.kind == TITLE:
        can = language.is_after(words, first, said.start) or None
    else:
        can = None
    return "" if can is None else YES if can else NO


_CLOSE = 20  # letters before a phrase in which a denial is meant for it, and no more than it


def _joins(read: Read, said: Said, first: int, last: int) -> tuple[str, bool]:
    """Return (answer for people whom the phrase describes, whether it holds for all)."""
    if read.passage.kind == EXCLUSION or _is_barred(read):
        return _is_kept_out(read, said, first)
    words, start, end = read.passage.words, said.start, said.end
    if language.is_denied(words, first, start, end):
        if said.label.role == PART:
            return "", False  # "no mature B-cell leukemia" leaves the others of them
        # "Without lesions, measurable disease of the marrow" is said of some.
        is_close = language.is_denied(words, first, start, end, reach=_CLOSE)
        return (NO, True) if is_close or said.label.role != CONTRARY else ("", False)
    if language.is_refused(words, end, last):
        return NO, False
    if language.is_history(words, first, start):
        return "", False
    is_for_some = language.is_for_some(words, first, start, end, last)
    return YES, not is_for_some and not _is_one_in_list(said, read, first)


def _is_one_choice(read: Read, key: Key) -> bool:
    """Return whether a value is one of several alternatives: "t(9;22), t(4;11) or hypodiploidy"."""
    said = [each for each in read.said if each.label.key == key and each.label.role != ADJECTIVE]
    if len(said) != 1 or any(_overlap(said[0], each) for each in read.diseases):
        return False  # "BCR-ABL1 or t(9;22)" are one and the same; "B-ALL or lymphoma" are two
    return language.is_choice(read.passage.words, said[0].start, said[0].end)


def _is_kept_out(read: Read, said: Said, first: int) -> tuple[str, bool]:
    """Return the same as `_joins` for an exclusion criterion."""
    words, start, end = read.passage.words, said.start, said.end
    if said.label.role == PART or _is_in_name(said, read):
        return "", False
    if language.is_denied(words, first, start, end):  # to keep out who is not, is to ask for it
        is_close = language.is_denied(words, first, start, end, reach=_CLOSE)
        return (YES, False) if is_close and said.label.role != CONTRARY else ("", False)
    facet = said.label.key[0]
    same = (each for each in read.said if each.label.key[0] == facet)
    rest = [(each.start, each.end) for each in (*same, *read.diseases)]
    return (NO, True) if language.is_whole(words, start, end, rest) else ("", False)


_SAME = re.compile(r"[\s(\[]*$")


def _is_one_in_list(said: Said, read: Read, first: int) -> bool:
    """Return whether the disease comes first without the facet: "KMT2A-r ALL, T-cell ALL"."""
    facet = said.label.key[0]
    before = [
        each
        for each in read.diseases
        if each.label.kind == OURS and first <= each.start and each.end <= said.start
    ]
    after = (each for each in read.diseases if each.start >= said.start)
    if not before or all(each.label.kind == ANY for each in after):
        return False
    if _SAME.match(read.passage.words, before[-1].end, said.start):
        return False  # "acute lymphoblastic leukemia (B-ALL)"
    return not any(
        each.label.key[0] == facet and each.start <= before[0].end and each is not said
        for each in read.said
    )


def _is_in_name(said: Said, read: Read) -> bool:
    """Return whether a phrase is part of a disease's name: "high-grade B-cell lymphoma"."""
    return any(
        each.start <= said.start
        and said.end <= each.end
        and each.end - each.start > said.end - said.start
        and each.label.kind != ANY
        for each in read.diseases
    )


# Of which disease a phrase is said

_NO_NOUN = re.compile(
    r"(?: \([^()]*\))? ?(?:$|[.,;:)/\"\]+]|-(?= |$)|(?:and|or|in|of|to|for|with|after|from|on|by"
    r"|at|is|are|was|were|has|have|must|who|that|which|will|may|can|should|as|defined|following|despite|within"
    r"|prior|during|while|vs|versus|but|without|using|treated|undergoing|receiving|origin|phenotype"
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
_MORE = re.compile(r"[\s,)]*(?:or|and/or)[^,.;:]*$")
_OR = re.compile(r"[,/]|\b(?:and|or)\b")
_FAR, _FAR_IN_LIST = 90, 40  # letters
_WORDS_BETWEEN = {ANY: 1}  # "B-cell malignancies"; for names: "B-cell precursor adult ALL"


def _disease(said: Said, read: Read, first: int, last: int, value: Value) -> int | None:
    """Return the kind of disease that a phrase is about; None for something else."""
    words = read.passage.words
    inside = [each for each in read.diseases if _overlap(said, each)]
    if inside:
        return min(each.label.kind for each in inside)
    kind = _following(said, read, last, is_shared=not value.opposite)
    if kind == _NONE:
        if said.label.role == ADJECTIVE and not _is_without_noun(words, said.end):
            return None
        kind = _preceding(said, read, first)
    if kind == _NONE and _is_elsewhere(said, read):
        return None
    if kind == _NONE and said.label.role == ADJECTIVE and not _is_of_people(said, read, first):
        return None
    return _named(said, read) if kind in (_NONE, ANY) else kind


def _is_of_people(said: Said, read: Read, first: int) -> bool:
    """Return whether an adjective describes participants: "must be untreated", or alone."""
    words = read.passage.words
    if language.is_said_of_people(words, first, said.start):
        return True
    if read.passage.kind == INCLUSION and not said.start:
        return True  # "Relapsed while receiving chemotherapy"
    rest = [(each.start, each.end) for each in read.said]
    is_criterion = read.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and language.is_whole(words, said.start, said.end, rest)


def _is_without_noun(words: str, end: int) -> bool:
    """Return whether an adjective has no noun after it."""
    return bool(_NO_NOUN.match(words, end))


def _named(said: Said, read: Read) -> int:
    """Return the kind of "the disease": the last one named, here or in a parent."""
    if _is_elsewhere(said, read):  # "or other Ph-positive leukemia"
        return ANY
    named = [each.label.kind for each in read.diseases if each.label.kind != ANY]
    before = [
        each
        for each in read.diseases
        if each.label.kind != ANY and each.end <= said.start and not _is_elsewhere(each, read)
    ]
    if before:
        others = (each for each in read.diseases if before[-1].end <= each.start < said.start)
        after = next(others, None)  # "solid tumor or any malignancy that came back"
        if after and _MORE.match(read.passage.words, before[-1].end, after.start):
            return ANY
        return min(_listed(read.passage.words, before[::-1]))
    for above in () if named else reversed(read.above):
        kinds = {each.label.kind for each in above.diseases}
        if kinds - {ANY}:
            is_any = _kind(above.passage.words, above.diseases[::-1]) != OTHER
            return ANY if is_any and OURS not in kinds else min(kinds - {ANY})
    return ANY


_NONE = -1  # no disease stands there


def _overlap(said: Said, disease: Said) -> bool:
    return (
        (disease.start <= said.start and said.end <= disease.end)
        or (said.start <= disease.start and disease.end <= said.end)
        or disease.start < said.end < disease.end
    )


def _following(said: Said, read: Read, last: int, *, is_shared: bool) -> int | None:
    """Return the kind of the next disease: "relapsed or refractory B-cell ALL".

    "Relapsed lymphoma or leukemia" is said of both (`is_shared`), "B-cell lymphoma or leukemia"
    of the first for sure.
    """
    words = read.passage.words
    for number, disease in enumerate(read.diseases):
        if disease.start < said.end:
            continue
        if disease.end > last or disease.start > said.end + 4 * _FAR:
            break
        gap = _without(words[said.end : disease.start], said.end, read.said)
        gap = _PEOPLE.sub(" ", " ".join(gap.split()))
        if len(gap) > _FAR:
            break
        if _BREAK.search(gap):
            break
        between = len(_WORD.findall(_JOINED.sub(" ", gap)))
        if between > _WORDS_BETWEEN.get(disease.label.kind, 5):
            break
        if any(said.end <= each.start and each.end <= disease.start for each in read.elsewhere):
            return None
        if disease.label.kind == OTHER and said.label.role == ADJECTIVE and is_shared:
            return min(_listed(words, read.diseases[number:]))
        return disease.label.kind
    return _NONE


def _without(gap: str, offset: int, phrases: Sequence[Said]) -> str:
    """Return a text with its phrases replaced by spaces."""
    for each in phrases:
        a, b = max(each.start - offset, 0), min(each.end - offset, len(gap))
        if a < b:
            gap = gap[:a] + " " * (b - a) + gap[b:]
    return gap


def _preceding(said: Said, read: Read, first: int) -> int | None:
    """Return the kind of the disease before: "ALL in remission", "leukemia of B-cell origin"."""
    words = read.passage.words
    before = [
        each
        for each in read.diseases
        if first <= each.start
        and each.end <= said.start
        and not language.is_excepted(words, first, each.start)
    ]
    if not before:
        return _NONE
    return None if _is_elsewhere(before[-1], read) else _kind(words, before[::-1])


def _kind(words: str, diseases: Sequence[Said]) -> int:
    """Return the kind closest to ours of the first disease and those listed with it.

    Those that may be any disease, joined by "or" with another one, may be ours.
    """
    kinds = _listed(words, diseases)
    gap = words[diseases[1].end : diseases[0].start] if len(kinds) > 1 else ""
    return OURS if {*kinds} == {ANY, OTHER} and _OR.search(gap) else min(kinds)


def _is_elsewhere(said: Said, read: Read) -> bool:
    """Return whether the word before changes the disease: "CNS disease"."""
    return any(0 <= said.start - each.end <= 1 for each in read.elsewhere)


def _listed(words: str, diseases: Sequence[Said]) -> list[int]:
    """Return the kinds of the diseases in one list with the first."""
    kinds = [diseases[0].label.kind]
    for one, other in pairwise(diseases):
        gap = words[min(one.end, other.end) : max(one.start, other.start)]
        if len(gap) > _FAR_IN_LIST or not _LINK.match(gap):
            break
        kinds.append(other.label.kind)
    return kinds
