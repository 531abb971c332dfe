"""Reads who can join: the evidence of each passage for the values of facets about people."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.content import PERSON, TREATMENT, Facet, Value
from monitor.facets import language
from monitor.facets.diseases import (
    disease_kind,
    diseases_before,
    is_about_others,
    is_in_name,
    is_of_another,
)
from monitor.facets.evidence import PEOPLE_RANKS, Evidence
from monitor.facets.passages import CONDITION, INCLUSION, KEYWORD, SUMMARY, TITLE
from monitor.facets.reading import (
    ADJECTIVE,
    CONTRARY,
    PART,
    CompiledVocabulary,
    DiseaseKind,
    Mention,
    PhraseMatch,
    Reading,
)
from monitor.facets.sorting import NO, NOT_STATED, YES, ValueKey
from monitor.registry import EXCLUSION


class Admission(NamedTuple):
    """Whether people whom a phrase describes can join."""

    answer: str
    is_strict: bool = False  # it is about all who can join, not some


_NOTHING_STATED = Admission(NOT_STATED)


def people_evidence(
    readings: Sequence[Reading], vocabulary: CompiledVocabulary
) -> Iterator[tuple[ValueKey, Evidence]]:
    """Yield the evidence of a record for who can join, if they may have our disease."""
    if is_about_others(readings):
        return
    record = _Record(readings, vocabulary)
    telling = [each for each in readings if each.matches.phrases or each.matches.endings]
    for reading in telling:
        if reading.passage.kind not in PEOPLE_RANKS or _is_about_non_patients(reading):
            continue
        is_alternative = _is_alternative(reading)
        if not is_alternative:
            yield from _ended(reading)
        admissions = list(_admissions(reading, vocabulary))
        named = record.also_named | _named_now(reading) if admissions else record.also_named
        for mention, disease, admission in admissions:
            _, value = vocabulary.values[mention.key]
            if mention.role == ADJECTIVE and value.opposite and record.is_plain(mention, disease):
                continue  # "B-cell malignancies", and the disease itself without a word of it
            if is_alternative and admission.answer == NO and record.is_listed(reading):
                continue  # who does not fit one of several may fit another
            is_strict = (
                admission.is_strict
                and reading.passage.kind in record.strict
                and not is_alternative
                and not record.is_open(mention, disease, admission.answer, value)
            )
            yield mention.key, _evidence(mention, Admission(admission.answer, is_strict), named)


class _Record:
    """What the passages of a record say together: whom they name beside whom."""

    def __init__(self, readings: Sequence[Reading], vocabulary: CompiledVocabulary) -> None:
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
            if reading.passage.kind in (TITLE, INCLUSION)
            for phrase in reading.matches.phrases
            if phrase.label.role == ADJECTIVE
            for earlier in vocabulary.values[phrase.label.key][1].comes_after
            if language.is_or_high_risk(reading.mention(phrase).context)
        )

    def is_plain(self, mention: Mention, disease: DiseaseKind) -> bool:
        """Return whether it is said of any disease, and a criterion names ours without it."""
        return disease == DiseaseKind.ANY and _is_named_without(mention.key, self._criteria)

    def is_listed(self, reading: Reading) -> bool:
        """Return whether an inclusion criterion is in a list below another one."""
        is_inclusion = reading.passage.kind == INCLUSION
        return is_inclusion and bool(reading.above) and not _is_barred(reading)

    def is_open(self, mention: Mention, disease: DiseaseKind, answer: str, value: Value) -> bool:
        """Return whether people whom a phrase does not describe can join, too."""
        reading, key = mention.reading, mention.key
        if mention.passage.kind == TITLE:
            # "Relapsed ALL" or "B-cell malignancies" are no limit where criteria go further.
            return self.is_plain(mention, disease)
        if mention.passage.kind == CONDITION:
            return _is_named_without(key, self._conditions)
        beside = self._below[id(reading.above[-1])] if self.is_listed(reading) else ()
        if _is_named_without(key, beside):
            return True
        is_choice = answer == YES and value.opposite
        return bool(is_choice) and (_is_beside(key, beside) or _is_one_choice(reading, key))


def _is_beside(key: ValueKey, readings: Sequence[Reading]) -> bool:
    """Return whether one of these criteria has another value of the facet but not this one."""
    facet = key[0]
    keys_of = [{phrase.label.key for phrase in reading.phrases} for reading in readings]
    return any(facet in {other for other, _ in keys} and key not in keys for keys in keys_of)


def _is_named_without(key: ValueKey, readings: Sequence[Reading]) -> bool:
    """Return whether one of these criteria names the disease without this facet."""
    return any(
        reading.matches.is_ours and key[0] not in reading.matches.facets for reading in readings
    )


_ALTERNATIVES = re.compile(
    r"\b(?:one|any|either|(?<!\()includ\w+|such as|defin\w+|e\.g|as follows|high[- ]risk"
    r"|allowed)\b"
)
_ONE_IS_ENOUGH = re.compile(r"\b(?:one|any|either|1) of\b|\b(?:one|1) (?:or more )?criteri")


def _is_alternative(reading: Reading) -> bool:
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


def _is_about_non_patients(reading: Reading) -> bool:
    """Return whether a criterion, or one above it, is about donors or parents."""
    is_criterion = reading.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and any(
        language.is_about_non_patients(each.passage.words) for each in (*reading.above, reading)
    )


def _ended(reading: Reading) -> Iterator[tuple[ValueKey, Evidence]]:
    """Yield a no for the values that end with what all who join are past."""
    if reading.passage.kind not in (TITLE, INCLUSION):
        return
    for phrase in reading.matches.endings:
        mention = reading.mention(phrase)
        if _admission(mention) == (YES, True) and not is_of_another(mention):
            yield mention.key, _evidence(mention, Admission(NO, True), reading.matches.named)


def _evidence(mention: Mention, admission: Admission, named: frozenset[ValueKey]) -> Evidence:
    reason = mention.reading.quote(mention.phrase)
    return Evidence(
        admission.answer, PEOPLE_RANKS[mention.passage.kind], admission.is_strict, named, reason
    )


def _admissions(
    reading: Reading, vocabulary: CompiledVocabulary
) -> Iterator[tuple[Mention, DiseaseKind, Admission]]:
    """Yield what a passage says of people: the phrase, the kind of disease, who can join."""
    kind = reading.passage.kind
    for phrase in reading.phrases:
        facet, value = vocabulary.values[phrase.label.key]
        if facet.about != PERSON or not _can_tell(kind, phrase, facet):
            continue
        mention = reading.mention(phrase)
        if not _is_about_participants(mention):
            continue
        if value.earlier:
            disease, admission = DiseaseKind.OURS, _admission_after(mention)
        else:
            disease = disease_kind(mention, is_shared=not value.opposite)
            admission = _admission(mention) if disease <= DiseaseKind.ANY else _NOTHING_STATED
        if mention.role == CONTRARY:
            admission = _contrary(admission, mention, vocabulary)
        if admission.answer != NOT_STATED:
            yield mention, disease, admission


def _can_tell(kind: str, phrase: PhraseMatch, facet: Facet) -> bool:
    """Return whether passages of a kind can say such a thing of people."""
    if phrase.label.role == CONTRARY:
        return kind in (INCLUSION, EXCLUSION)
    return not (facet.state and kind == KEYWORD)


def _is_about_participants(mention: Mention) -> bool:
    """Return whether a sentence is about them, not about earlier knowledge or what a test finds."""
    if language.is_in_compound(mention.context):
        return False
    if mention.passage.kind == SUMMARY:
        return language.is_about_study(mention.context)
    return mention.passage.kind != INCLUSION or not language.is_test_result(mention.context)


def _contrary(admission: Admission, mention: Mention, vocabulary: CompiledVocabulary) -> Admission:
    """Return the opposite, for a phrase that excludes its value."""
    if admission.answer == YES and admission.is_strict:
        return Admission(NO, True)
    if admission.answer == NO and not _excepts_treatment(mention, vocabulary):
        return admission._replace(answer=YES)
    return _NOTHING_STATED  # "prior chemotherapy is allowed" asks nobody for it


def _named_now(reading: Reading) -> frozenset[ValueKey]:
    """Return the values that a passage names, but for those of the past in a criterion.

    "In CR2 after relapse" is not for people in relapse.
    """
    if reading.passage.kind != INCLUSION:
        return reading.matches.named
    return frozenset(
        phrase.label.key
        for phrase in reading.phrases
        if phrase.label.role != CONTRARY
        and not language.is_past_or_possible(reading.mention(phrase).context)
    )


_EXCEPTION = re.compile(r"\b(?:aside from|apart from|other than|except(?:ing)?)\b")


def _excepts_treatment(mention: Mention, vocabulary: CompiledVocabulary) -> bool:
    """Return whether a treatment of the disease is excepted: "no therapy other than imatinib"."""
    reading, phrase, context = mention
    exception = _EXCEPTION.search(context.words, phrase.end, context.last)
    if not exception:
        return False
    later = (
        vocabulary.values[each.label.key]
        for each in reading.phrases
        if each.start >= exception.end()
    )
    return any(facet.about == TREATMENT and not value.background for facet, value in later)


_ADMIT_AFTER = {
    INCLUSION: language.inclusion_admits_after,
    EXCLUSION: language.exclusion_admits_after,
    TITLE: language.title_admits_after,
}


def _admission_after(mention: Mention) -> Admission:
    """Return whether people can join after the treatment that a phrase names."""
    admits_after = _ADMIT_AFTER.get(mention.passage.kind)
    return Admission(admits_after(mention.context)) if admits_after else _NOTHING_STATED


def _admission(mention: Mention) -> Admission:
    """Return whether people whom a phrase describes can join."""
    reading, _, context = mention
    if mention.passage.kind == EXCLUSION or _is_barred(reading):
        return _admission_of_excluded(mention)
    if language.is_denied(context):
        if _is_only_part(mention):
            return _NOTHING_STATED  # "no mature B-cell leukemia" leaves the others of them
        # "Without lesions, measurable disease of the marrow" is said of some.
        is_meant = mention.role != CONTRARY or language.is_closely_denied(context)
        return Admission(NO, True) if is_meant else _NOTHING_STATED
    if language.is_refused(context):
        return Admission(NO)
    if language.is_past_or_possible(context):
        return _NOTHING_STATED
    is_for_all = not language.is_for_some(context) and not _is_one_in_list(mention)
    return Admission(YES, is_for_all)


def _admission_of_excluded(mention: Mention) -> Admission:
    """Return whether people can join whom a phrase of an exclusion criterion describes."""
    reading, phrase, context = mention
    if _is_only_part(mention) or is_in_name(phrase, reading):
        return _NOTHING_STATED
    if language.is_denied(context):  # to keep out who is not, is to ask for it
        return Admission(YES) if language.is_closely_denied(context) else _NOTHING_STATED
    facet = mention.key[0]
    same = (each for each in reading.phrases if each.label.key[0] == facet)
    is_alone = language.stands_alone(context, (*same, *reading.diseases))
    return Admission(NO, True) if is_alone else _NOTHING_STATED


def _is_only_part(mention: Mention) -> bool:
    """Return whether a phrase means some of the people of whom the value is true: "in CR1"."""
    return mention.role == PART or language.is_numbered(mention.context)


def _is_one_choice(reading: Reading, key: ValueKey) -> bool:
    """Return whether a value is one of several alternatives: "t(9;22), t(4;11) or hypodiploidy"."""
    phrases = [
        each for each in reading.phrases if each.label.key == key and each.label.role != ADJECTIVE
    ]
    if len(phrases) != 1 or any(phrases[0].overlaps(each) for each in reading.diseases):
        return False  # "BCR-ABL1 or t(9;22)" are one and the same; "B-ALL or lymphoma" are two
    return language.is_choice(reading.mention(phrases[0]).context)


_OPENING_BRACKET = re.compile(r"[\s(\[]*$")


def _is_one_in_list(mention: Mention) -> bool:
    """Return whether the disease comes first without the facet: "KMT2A-r ALL, T-cell ALL"."""
    reading, phrase, context = mention
    before = [each for each in diseases_before(mention) if each.label.kind == DiseaseKind.OURS]
    after = (each for each in reading.diseases if each.start >= phrase.start)
    if not before or all(each.label.kind == DiseaseKind.ANY for each in after):
        return False
    if _OPENING_BRACKET.match(context.words, before[-1].end, phrase.start):
        return False  # "acute lymphoblastic leukemia (B-ALL)"
    return not any(
        each.label.key[0] == mention.key[0] and each.start <= before[0].end
        for each in reading.phrases
    )
