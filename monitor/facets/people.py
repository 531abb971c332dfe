"""Reads who can join: the evidence of each passage for the values of facets about people."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.content import PERSON, TREATMENT, Facet, Value
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
    CONTRARY,
    PART,
    Compiled,
    Key,
    Kind,
    PhraseMatch,
    Reading,
)
from monitor.facets.sorting import NO, YES, Reason
from monitor.registry import EXCLUSION

RANKS = {INCLUSION: 1, EXCLUSION: 1, TITLE: 2, CONDITION: 3, KEYWORD: 4, SUMMARY: 5}
"""Who can join is said by the criteria first; what ranks lower counts where they are silent."""


class Evidence(NamedTuple):
    """What a passage says of a value."""

    answer: str
    rank: int
    is_strict: bool  # it is about all who can join, not some
    named: frozenset[Key]  # values that the passage names, too: it rules none of them out
    reason: Reason


def evidence(readings: Sequence[Reading], words: Compiled) -> Iterator[tuple[Key, Evidence]]:
    """Yield the evidence of a record for who can join."""
    telling = [each for each in readings if each.matches.phrases or each.matches.endings]
    record = _Record(readings, words)
    for reading in telling:
        if reading.passage.kind not in RANKS or _is_of_others(reading):
            continue
        is_one = _is_one_of_several(reading)
        if not is_one:
            yield from _endings(reading)
        for phrase, kind, each in _passage_evidence(reading, words):
            _, value = words.values[phrase.label.key]
            is_plain = record.is_plain(phrase, kind)
            if is_plain and phrase.label.role == ADJECTIVE and value.opposite:
                continue  # "B-cell malignancies", and the disease itself without a word of it
            if is_one and each.answer == NO and record.is_listed(reading):
                continue  # who does not fit one of several may fit another
            is_open = is_one or record.is_open(reading, phrase, kind, each.answer, value)
            is_strict = each.is_strict and reading.passage.kind in record.strict and not is_open
            named = each.named | record.also_named
            yield phrase.label.key, each._replace(is_strict=is_strict, named=named)


class _Record:
    """What the passages of a record say together: whom they name beside whom."""

    def __init__(self, readings: Sequence[Reading], words: Compiled) -> None:
        is_whole = any(each.passage.kind in (INCLUSION, EXCLUSION) for each in readings)
        # Kinds of passages that can be meant for all who join, not for some.
        self.strict = {TITLE, SUMMARY, *((INCLUSION, EXCLUSION) if is_whole else (CONDITION,))}
        self._criteria = [each for each in readings if each.passage.kind == INCLUSION]
        self._conditions = [each for each in readings if each.passage.kind == CONDITION]
        self._below: dict[int, list[Reading]] = defaultdict(list)  # by the criterion above
        for reading in self._criteria:
            if reading.above:
                self._below[id(reading.above[-1])].append(reading)
        # "Relapsed or high-risk leukemia" rules out nobody who was not treated before.
        self.also_named = frozenset(
            (phrase.label.key[0], earlier)
            for reading in readings
            if reading.matches.phrases and reading.passage.kind in (TITLE, INCLUSION)
            for phrase in reading.matches.phrases
            if phrase.label.role == ADJECTIVE
            and language.is_or_high_risk(reading.passage.words, phrase.start, phrase.end)
            for earlier in words.values[phrase.label.key][1].comes_after
        )

    def is_plain(self, phrase: PhraseMatch, kind: Kind) -> bool:
        """Return whether it is said of any disease, and a criterion names ours without it."""
        return kind == Kind.ANY and _is_named_without(phrase.label.key, self._criteria)

    def is_listed(self, reading: Reading) -> bool:
        """Return whether an inclusion criterion is in a list below another one."""
        is_inclusion = reading.passage.kind == INCLUSION
        return is_inclusion and bool(reading.above) and not _is_barred(reading)

    def is_open(
        self, reading: Reading, phrase: PhraseMatch, kind: Kind, answer: str, value: Value
    ) -> bool:
        """Return whether people whom a phrase does not describe can join, too."""
        key = phrase.label.key
        if reading.passage.kind == TITLE:
            # "Relapsed ALL" or "B-cell malignancies" are no limit where criteria go further.
            return self.is_plain(phrase, kind)
        if reading.passage.kind == CONDITION:
            return _is_named_without(key, self._conditions)
        beside = self._below[id(reading.above[-1])] if self.is_listed(reading) else ()
        if _is_named_without(key, beside):
            return True
        is_choice = answer == YES and value.opposite
        return bool(is_choice) and (_is_beside(key, beside) or _is_one_choice(reading, key))


def _is_beside(key: Key, readings: Sequence[Reading]) -> bool:
    """Return whether one of these criteria has another value of the facet but not this one."""
    return any(
        any(each.label.key[0] == key[0] and each.label.key != key for each in reading.phrases)
        and not any(each.label.key == key for each in reading.phrases)
        for reading in readings
    )


def _is_named_without(key: Key, readings: Sequence[Reading]) -> bool:
    """Return whether one of these criteria names the disease without this facet."""
    return any(
        reading.matches.is_ours and key[0] not in reading.matches.facets for reading in readings
    )


_ALTERNATIVES = re.compile(
    r"\b(?:one|any|either|(?<!\()includ\w+|such as|defin\w+|e\.g|as follows|high[- ]risk"
    r"|allowed)\b"
)


_ONE_IS_ENOUGH = re.compile(r"\b(?:one|any|either|1) of\b|\b(?:one|1) (?:or more )?criteri")


def _is_one_of_several(reading: Reading) -> bool:
    """Return whether a criterion is an alternative: one of several is enough.

    Not where it names the disease and what stands above does not: that is a list of diseases.
    """
    several: list[Reading] = []
    for above in reversed(reading.above):
        is_named = (above.phrases or above.diseases) and _ALTERNATIVES.search(above.passage.words)
        if is_named or _ONE_IS_ENOUGH.search(above.passage.words):
            several.append(above)
        elif above.matches.is_ours and not above.phrases:
            break  # what is listed below a disease is true of all who have it
    if reading.matches.is_ours:
        return any(above.matches.is_ours for above in several)
    return bool(several)


def _is_barred(reading: Reading) -> bool:
    """Return whether a heading above the criterion excludes these people."""
    return any(language.is_exclusion_heading(above.passage.words) for above in reading.above)


def _is_of_others(reading: Reading) -> bool:
    """Return whether a criterion, or its parent, is about donors or parents."""
    is_criterion = reading.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and any(
        language.is_of_others(each.passage.words) for each in (*reading.above, reading)
    )


def _endings(reading: Reading) -> Iterator[tuple[Key, Evidence]]:
    """Yield a no for the values that what people are past has ended."""
    passage = reading.passage
    if passage.kind not in (TITLE, INCLUSION):
        return
    for phrase in reading.endings:
        first, last = language.sentence(passage.words, phrase.start, phrase.end)
        is_asked = _joins(reading, phrase, first, last) == (YES, True)
        if is_asked and not _is_of_other_people(reading, phrase, first):
            named = reading.matches.named
            yield phrase.label.key, _evidence(passage, phrase, NO, named, is_strict=True)


def _is_of_other_people(reading: Reading, phrase: PhraseMatch, first: int) -> bool:
    """Return whether people with another disease are meant: "those with NHL who received …"."""
    before = [each for each in reading.diseases if first <= each.start <= each.end <= phrase.start]
    if not before or _PERSON.search(reading.passage.words, before[-1].end, phrase.start):
        return False  # "graft-versus-host disease in patients who have undergone …"
    return min(_listed(reading.passage.words, before[::-1])) == Kind.OTHER


def _passage_evidence(
    reading: Reading, words: Compiled
) -> Iterator[tuple[PhraseMatch, Kind, Evidence]]:
    """Yield the matches of a passage, the kind of disease of each, and its evidence."""
    passage = reading.passage
    named: frozenset[Key] = frozenset()
    for phrase in reading.phrases:
        facet, value = words.values[phrase.label.key]
        if not _is_heard(passage, phrase, facet):
            continue
        first, last = language.sentence(passage.words, phrase.start, phrase.end)
        if not _is_of_people_who_join(passage, phrase, first, last):
            continue
        kind = Kind.OURS if value.earlier else _disease(phrase, reading, first, last, value)
        if kind > Kind.ANY:
            continue
        if value.earlier:
            answer, is_strict = _can_join_after(passage, phrase, first, last), False
        else:
            answer, is_strict = _joins(reading, phrase, first, last)
        if answer and phrase.label.role == CONTRARY:
            if answer == YES and not is_strict:
                continue  # "prior chemotherapy is allowed" asks nobody for it
            if answer == NO and _is_excepted(reading, phrase, last, words):
                continue
            answer = NO if answer == YES else YES
        if answer:
            named = named or _named_now(reading)
            yield phrase, kind, _evidence(passage, phrase, answer, named, is_strict=is_strict)


def _is_heard(passage: Passage, phrase: PhraseMatch, facet: Facet) -> bool:
    """Return whether such a passage can say such a thing of people."""
    if facet.about != PERSON or language.is_part(passage.words, phrase.end):
        return False
    if phrase.label.role == CONTRARY:
        return passage.kind in (INCLUSION, EXCLUSION)
    return not (facet.state and passage.kind == KEYWORD)


def _is_of_people_who_join(passage: Passage, phrase: PhraseMatch, first: int, last: int) -> bool:
    """Return whether a sentence is about them, not about earlier knowledge or what a test finds."""
    if passage.kind == SUMMARY:
        return language.is_of_study(passage.words, first, last)
    return passage.kind != INCLUSION or not language.is_question(passage.words, first, phrase.start)


def _evidence(
    passage: Passage,
    phrase: PhraseMatch,
    answer: str,
    named: frozenset[Key],
    *,
    is_strict: bool,
) -> Evidence:
    reason = Reason(passage.where, piece(passage.text, phrase.start, phrase.end))
    return Evidence(answer, RANKS[passage.kind], is_strict, named, reason)


def _named_now(reading: Reading) -> frozenset[Key]:
    """Return the values that a passage names, but for those of the past in a criterion.

    "In CR2 after relapse" is not for people in relapse.
    """
    if reading.passage.kind != INCLUSION:
        return reading.matches.named
    words = reading.passage.words
    return frozenset(
        phrase.label.key
        for phrase in reading.phrases
        if phrase.label.role != CONTRARY
        and not language.is_history(
            words, language.sentence(words, phrase.start, phrase.end)[0], phrase.start
        )
    )


_EXCEPTION = re.compile(r"\b(?:aside from|apart from|other than|except(?:ing)?)\b")


def _is_excepted(reading: Reading, phrase: PhraseMatch, last: int, words: Compiled) -> bool:
    """Return whether a treatment of the disease is excepted: "no therapy other than imatinib"."""
    exception = _EXCEPTION.search(reading.passage.words, phrase.end, last)
    if not exception:
        return False
    later = (
        words.values[each.label.key] for each in reading.phrases if each.start >= exception.end()
    )
    return any(facet.about == TREATMENT and not value.background for facet, value in later)


def _can_join_after(passage: Passage, phrase: PhraseMatch, first: int, last: int) -> str:
    """Return YES or NO for people after a treatment; "" where it is not stated."""
    words = passage.words
    if passage.kind == INCLUSION:
        can = language.inclusion_admits_after(words, first, phrase.start, phrase.end, last)
    elif passage.kind == EXCLUSION:
        can = language.exclusion_admits_after(words, first, phrase.start, phrase.end, last)
    elif passage.kind == TITLE:
        can = language.is_after(words, first, phrase.start) or None
    else:
        can = None
    return "" if can is None else YES if can else NO


_CLOSE_REACH = 20  # letters before a phrase in which a denial is meant for it, and no more than it


def _joins(reading: Reading, phrase: PhraseMatch, first: int, last: int) -> tuple[str, bool]:
    """Return (answer for people whom the phrase describes, whether it holds for all)."""
    if reading.passage.kind == EXCLUSION or _is_barred(reading):
        return _is_kept_out(reading, phrase, first)
    words, start, end = reading.passage.words, phrase.start, phrase.end
    if language.is_denied(words, first, start, end):
        if _is_of_part(reading, phrase):
            return "", False  # "no mature B-cell leukemia" leaves the others of them
        # "Without lesions, measurable disease of the marrow" is said of some.
        is_close = language.is_denied(words, first, start, end, reach=_CLOSE_REACH)
        return (NO, True) if is_close or phrase.label.role != CONTRARY else ("", False)
    if language.is_refused(words, end, last):
        return NO, False
    if language.is_history(words, first, start):
        return "", False
    is_for_some = language.is_for_some(words, first, start, end, last)
    return YES, not is_for_some and not _is_one_in_list(phrase, reading, first)


def _is_of_part(reading: Reading, phrase: PhraseMatch) -> bool:
    """Return whether a phrase means a part of those of whom the value is true: "in CR1"."""
    is_value = phrase.label.role != CONTRARY
    return phrase.label.role == PART or (
        is_value and language.is_numbered(reading.passage.words, phrase.start, phrase.end)
    )


def _is_one_choice(reading: Reading, key: Key) -> bool:
    """Return whether a value is one of several alternatives: "t(9;22), t(4;11) or hypodiploidy"."""
    phrases = [p for p in reading.phrases if p.label.key == key and p.label.role != ADJECTIVE]
    if len(phrases) != 1 or any(_overlap(phrases[0], each) for each in reading.diseases):
        return False  # "BCR-ABL1 or t(9;22)" are one and the same; "B-ALL or lymphoma" are two
    return language.is_choice(reading.passage.words, phrases[0].start, phrases[0].end)


def _is_kept_out(reading: Reading, phrase: PhraseMatch, first: int) -> tuple[str, bool]:
    """Return the same as `_joins` for an exclusion criterion."""
    words, start, end = reading.passage.words, phrase.start, phrase.end
    if _is_of_part(reading, phrase) or _is_in_name(phrase, reading):
        return "", False
    if language.is_denied(words, first, start, end):  # to keep out who is not, is to ask for it
        is_close = language.is_denied(words, first, start, end, reach=_CLOSE_REACH)
        return (YES, False) if is_close and phrase.label.role != CONTRARY else ("", False)
    facet = phrase.label.key[0]
    same = (each for each in reading.phrases if each.label.key[0] == facet)
    rest = [(each.start, each.end) for each in (*same, *reading.diseases)]
    return (NO, True) if language.bars_everyone(words, start, end, rest) else ("", False)


_OPENING_BRACKET = re.compile(r"[\s(\[]*$")


def _is_one_in_list(phrase: PhraseMatch, reading: Reading, first: int) -> bool:
    """Return whether the disease comes first without the facet: "KMT2A-r ALL, T-cell ALL"."""
    facet = phrase.label.key[0]
    before = [
        each
        for each in reading.diseases
        if each.label.kind == Kind.OURS and first <= each.start and each.end <= phrase.start
    ]
    after = (each for each in reading.diseases if each.start >= phrase.start)
    if not before or all(each.label.kind == Kind.ANY for each in after):
        return False
    if _OPENING_BRACKET.match(reading.passage.words, before[-1].end, phrase.start):
        return False  # "acute lymphoblastic leukemia (B-ALL)"
    return not any(
        each.label.key[0] == facet and each.start <= before[0].end and each is not phrase
        for each in reading.phrases
    )


def _is_in_name(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether a phrase is part of a disease's name: "high-grade B-cell lymphoma"."""
    return any(
        each.start <= phrase.start
        and phrase.end <= each.end
        and each.end - each.start > phrase.end - phrase.start
        and each.label.kind != Kind.ANY
        for each in reading.diseases
    )


# Of which disease a phrase is said

_NO_NOUN_AFTER = re.compile(
    r"(?: \([^()]*\))? ?(?:$|[.,;:)/\"\]+]|-(?= |$)|(?:and|or|in|of|to|for|with|after|from|on|by"
    r"|at|is|are|was|were|has|have|must|who|that|which|will|may|can|should|as|defined|following|despite|within"
    r"|prior|during|while|vs|versus|but|without|using|treated|undergoing|receiving|origin|phenotype"
    rf"|lineage|immunophenotype|status|{language.PEOPLE})\b)"
)
_CLAUSE_BREAK = re.compile(
    r"[.;:]|\b(?:in|of|to|for|after|from|on|by|at|is|are|was|were|has|have|must|that|which|will|may"
    r"|can|should|within|during|as|than|since|due|despite)\b"
)
_PERSON = re.compile(rf"\b{language.PEOPLE}\b")
_CONJUNCTION = re.compile(r"\b(?:and|or)\b|\([^()]*\)")
_WORD = re.compile(r"[a-z0-9]+")
_LIST_GAP = re.compile(
    r"[\s,/()&-]*(?:(?:and|or|and/or|with|including|chronic|acute)[\s,/()&-]*)*$"
)
_OR_BEFORE = re.compile(r"\bor $")  # "relapsed, or secondary malignancy"
_WORD_OR_BRACKET = re.compile(r"[)a-z0-9]")
_OR_ANOTHER = re.compile(r"[\s,)]*(?:or|and/or)[^,.;:]*$")
_SEPARATOR = re.compile(r"[,/]|\b(?:and|or)\b")
_REACH, _LIST_REACH = 90, 40  # letters
_WORDS_BETWEEN = {Kind.ANY: 1}  # "B-cell malignancies"; for names: "B-cell precursor adult ALL"


def _disease(phrase: PhraseMatch, reading: Reading, first: int, last: int, value: Value) -> Kind:
    """Return the kind of disease that a phrase is about."""
    words = reading.passage.words
    is_adjective = phrase.label.role == ADJECTIVE
    inside = [each for each in reading.diseases if _overlap(phrase, each)]
    if inside:
        return min(each.label.kind for each in inside)
    kind = _following(phrase, reading, last, is_shared=not value.opposite)
    if kind is None:
        if is_adjective and not _is_without_noun(words, phrase.end):
            return Kind.NONE
        kind = _preceding(phrase, reading, first)
    if kind is None and _is_elsewhere(phrase, reading):
        return Kind.NONE
    if kind is None and is_adjective and not _is_of_people(phrase, reading, first):
        return Kind.NONE
    return _named(phrase, reading) if kind in (None, Kind.ANY) else kind


def _is_of_people(phrase: PhraseMatch, reading: Reading, first: int) -> bool:
    """Return whether an adjective describes participants: "must be untreated", or alone."""
    words = reading.passage.words
    if language.is_said_of_people(words, first, phrase.start, phrase.end):
        return True
    if reading.passage.kind == INCLUSION and not phrase.start:
        return True  # "Relapsed while receiving chemotherapy"
    rest = [(each.start, each.end) for each in reading.phrases]
    is_criterion = reading.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and language.bars_everyone(words, phrase.start, phrase.end, rest)


def _is_without_noun(words: str, end: int) -> bool:
    """Return whether an adjective has no noun after it."""
    return bool(_NO_NOUN_AFTER.match(words, end))


def _named(phrase: PhraseMatch, reading: Reading) -> Kind:
    """Return the kind of "the disease": the last one named, here or in a parent."""
    if _is_elsewhere(phrase, reading):  # "or other Ph-positive leukemia"
        return Kind.ANY
    named = [each.label.kind for each in reading.diseases if each.label.kind != Kind.ANY]
    before = [
        each
        for each in reading.diseases
        if each.label.kind != Kind.ANY
        and each.end <= phrase.start
        and not _is_elsewhere(each, reading)
    ]
    if before:
        others = (each for each in reading.diseases if before[-1].end <= each.start < phrase.start)
        after = next(others, None)  # "solid tumor or any malignancy that came back"
        if after and _OR_ANOTHER.match(reading.passage.words, before[-1].end, after.start):
            return Kind.ANY
        return min(_listed(reading.passage.words, before[::-1]))
    for above in () if named else reversed(reading.above):
        kinds = {each.label.kind for each in above.diseases}
        if kinds - {Kind.ANY}:
            is_any = _kind(above.passage.words, above.diseases[::-1]) != Kind.OTHER
            return Kind.ANY if is_any and Kind.OURS not in kinds else min(kinds - {Kind.ANY})
    return Kind.ANY


def _overlap(phrase: PhraseMatch, disease: PhraseMatch) -> bool:
    return (
        (disease.start <= phrase.start and phrase.end <= disease.end)
        or (phrase.start <= disease.start and disease.end <= phrase.end)
        or disease.start < phrase.end < disease.end
    )


def _following(phrase: PhraseMatch, reading: Reading, last: int, *, is_shared: bool) -> Kind | None:
    """Return the kind of the next disease, if any: "relapsed or refractory B-cell ALL".

    "Relapsed lymphoma or leukemia" is said of both (`is_shared`), "B-cell lymphoma or leukemia"
    of the first for sure.
    """
    words = reading.passage.words
    for number, disease in enumerate(reading.diseases):
        if disease.start < phrase.end:
            continue
        if disease.end > last or disease.start > phrase.end + 4 * _REACH:
            break
        gap = _without(words[phrase.end : disease.start], phrase.end, reading.phrases)
        gap = " ".join(gap.split())
        if len(gap) > _REACH:
            break
        if _CLAUSE_BREAK.search(gap):
            break
        between = len(_WORD.findall(_CONJUNCTION.sub(" ", gap)))
        if between > _WORDS_BETWEEN.get(disease.label.kind, 5):
            break
        if any(
            phrase.end <= each.start <= each.end <= disease.start
            and not _OR_BEFORE.search(words, phrase.end, each.start)
            for each in reading.elsewhere
        ):
            return Kind.NONE
        is_other = disease.label.kind == Kind.OTHER
        if is_other and phrase.label.role == ADJECTIVE and is_shared:
            return min(_listed(words, reading.diseases[number:]))
        if is_other and phrase.label.role != ADJECTIVE and number:
            # "ALL in first remission Early relapse Chronic myeloid leukemia": a list without commas
            is_next = not _WORD_OR_BRACKET.search(words, phrase.end, disease.start)
            return disease.label.kind if is_next else None
        return disease.label.kind
    return None


def _without(gap: str, offset: int, phrases: Sequence[PhraseMatch]) -> str:
    """Return a text with its phrases replaced by spaces."""
    for each in phrases:
        a, b = max(each.start - offset, 0), min(each.end - offset, len(gap))
        if a < b:
            gap = gap[:a] + " " * (b - a) + gap[b:]
    return gap


def _preceding(phrase: PhraseMatch, reading: Reading, first: int) -> Kind | None:
    """Return the kind of the disease before: "ALL in remission", "leukemia of B-cell origin"."""
    words = reading.passage.words
    before = [
        each
        for each in reading.diseases
        if first <= each.start
        and each.end <= phrase.start
        and not language.is_excepted(words, first, each.start)
    ]
    if not before:
        return None
    return Kind.NONE if _is_elsewhere(before[-1], reading) else _kind(words, before[::-1])


def _kind(words: str, diseases: Sequence[PhraseMatch]) -> Kind:
    """Return the kind closest to ours of the first disease and those listed with it.

    Those that may be any disease, joined by "or" with another one, may be ours.
    """
    kinds = _listed(words, diseases)
    gap = words[diseases[1].end : diseases[0].start] if len(kinds) > 1 else ""
    is_either = {*kinds} == {Kind.ANY, Kind.OTHER} and _SEPARATOR.search(gap)
    return Kind.OURS if is_either else min(kinds)


def _is_elsewhere(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether the word before changes the disease: "CNS disease"."""
    return any(0 <= phrase.start - each.end <= 1 for each in reading.elsewhere)


def _listed(words: str, diseases: Sequence[PhraseMatch]) -> list[Kind]:
    """Return the kinds of the diseases in one list with the first."""
    kinds = [diseases[0].label.kind]
    for one, other in pairwise(diseases):
        gap = words[min(one.end, other.end) : max(one.start, other.start)]
        if len(gap) > _LIST_REACH or not _LIST_GAP.match(gap):
            break
        kinds.append(other.label.kind)
    return kinds
