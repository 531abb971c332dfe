"""Reads which treatments are studied, without those that only accompany them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.content import TREATMENT
from monitor.facets import language
from monitor.facets.evidence import TREATMENT_RANKS, Evidence
from monitor.facets.passages import DESIGN, INTERVENTION, TITLE
from monitor.facets.reading import CONTRARY, CompiledVocabulary, PhraseMatch, Reading
from monitor.facets.sorting import YES, ValueKey
from monitor.registry import Study

_MEANWHILE_BEFORE = re.compile(
    r"\b(?:undergoing|receiving|during|patients on|bridg\w+(?: therapy)? (?:to|for))\b[^.;:]*$"
)
_CAUSE_BEFORE = re.compile(
    r"\b(?:(?:caused|induced) by|(?:related|due|secondary) to|associated with"
    r"|protect\w* [^.;:]{0,40}(?:from|against)) [^.;:]*$"
)
_PREPOSITION = re.compile(r"[^.;:]{0,60}\b(?:in|to|for)\b")
_PREVENTION = re.compile(r"\b(?:prevent\w*|reduc\w+|prophylaxis)\b")
_NAMING_KINDS = (TITLE, INTERVENTION, DESIGN)
_ASIDE_AFTER = re.compile(
    r"[- ](?:free|na[iï]ve|resistan\w+|refractory|sensitive|induced|related|associated|patients"
    r"|recipients|survivors|technique|treated|primed|mobili[sz]ed|stimulated)\b"
)
_INSTEAD_BEFORE = re.compile(
    r"\b(?:compared (?:with|to)|alternatives? to|(?<!with or )without|no)\b[^.;:]{0,40}$"
)
_VERSUS_BEFORE = re.compile(r"(?<!-)\b(?:versus(?!-)|vs\.?)[^.;:]{0,40}$")
_CONDITIONING_BEFORE = re.compile(
    r"\bconditioning (?:with|using)\b(?:(?!\b(?:for|followed|before|prior)\b)[^.;:])*$"
)
_REGIMEN_SIZE = 4  # drugs of one kind that are more than company to another treatment
_SUPPORT = ("SUPPORTIVE_CARE", "PREVENTION")


def _is_aside(before: str, *, is_own: bool) -> bool:
    """Return whether the next words of a title are not what is studied."""
    return bool(
        language.is_past_treatment(before)
        or _INSTEAD_BEFORE.search(before)
        or _CONDITIONING_BEFORE.search(before)
        or _CAUSE_BEFORE.search(before)
        or (not is_own and _MEANWHILE_BEFORE.search(before))
    )


def _is_comparator(phrase: PhraseMatch, reading: Reading, vocabulary: CompiledVocabulary) -> bool:
    """Return whether a title compares another treatment with this one: "dasatinib vs imatinib".

    "Matched versus mismatched transplants" names one, which is studied.
    """
    return bool(_VERSUS_BEFORE.search(reading.passage.words, 0, phrase.start)) and any(
        each.end <= phrase.start and vocabulary.values[each.label.key][0].about == TREATMENT
        for each in reading.phrases
    )


def _is_to_prevent(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether a treatment is to prevent what follows: "methotrexate to prevent GVHD"."""
    return any(
        each.label.key != phrase.label.key
        and _PREPOSITION.match(reading.passage.words, phrase.end, each.start)
        and _PREVENTION.search(reading.passage.words, each.start, each.end)
        for each in reading.phrases
    )


class _Treatment(NamedTuple):
    """A treatment that a title, the study's purpose or an intervention names."""

    key: ValueKey
    evidence: Evidence
    is_listed: bool  # it is an intervention
    is_background: bool  # it is often given with others

    @property
    def is_main(self) -> bool:
        """Return whether it is studied whatever else is."""
        return not (self.is_listed and self.is_background)


def treatment_evidence(
    study: Study, readings: Sequence[Reading], vocabulary: CompiledVocabulary
) -> Iterator[tuple[ValueKey, Evidence]]:
    """Yield the treatments that are studied, without those that accompany them."""
    treatments = list(_treatments(study, readings, vocabulary))
    if any(each.is_main for each in treatments):
        regimens = _regimens(treatments)
        treatments = [each for each in treatments if each.is_main or each.key in regimens]
    yield from ((each.key, each.evidence) for each in treatments)


def _treatments(
    study: Study, readings: Sequence[Reading], vocabulary: CompiledVocabulary
) -> Iterator[_Treatment]:
    """Yield the treatments that are named as given, not as a part of people's history or care."""
    naming = [each for each in readings if each.passage.kind in _NAMING_KINDS and each.phrases]
    interventions = (each for each in naming if each.passage.kind == INTERVENTION)
    listed = {key for each in interventions for key in each.matches.named}
    is_help = any(each.passage.kind == DESIGN for each in naming)  # "purpose: supportive care"
    is_observed = study.study_type == "OBSERVATIONAL"
    for reading in naming:
        is_listed = reading.passage.kind == INTERVENTION
        for phrase in reading.phrases:
            key = phrase.label.key
            facet, value = vocabulary.values[key]
            if facet.about != TREATMENT or phrase.label.role == CONTRARY:
                continue
            # Who is observed was treated anyway. Where help is the purpose, an antibody is against
            # the harm, not the disease.
            is_beside = is_observed if value.background else is_help
            if is_beside or _ASIDE_AFTER.match(reading.passage.words, phrase.end):
                continue
            if not is_listed:
                # "Undergoing a transplant" is studied, too, where the record lists it; not where
                # help to those who undergo it is the purpose.
                is_own = key in listed and study.primary_purpose not in _SUPPORT
                if _is_aside(reading.passage.words[: phrase.start], is_own=is_own):
                    continue
                if value.background and _is_to_prevent(phrase, reading):
                    continue
                if _is_comparator(phrase, reading, vocabulary):
                    continue
            rank = TREATMENT_RANKS[INTERVENTION if is_listed else TITLE]
            named, reason = reading.matches.named, reading.quote(phrase)
            each = Evidence(YES, rank, is_strict=True, named=named, reason=reason)
            yield _Treatment(key, each, is_listed, value.background)


def _regimens(treatments: Sequence[_Treatment]) -> set[ValueKey]:
    """Return the kinds of background treatment of which many are given, and no title names any."""
    background = [each for each in treatments if each.is_background]
    if not all(each.is_listed for each in background):
        return set()
    drugs = {(each.key, each.evidence.reason.where) for each in background}
    sizes = Counter(key for key, _ in drugs)
    return {key for key, size in sizes.items() if size >= _REGIMEN_SIZE}
