"""Reads which treatments are studied, without those that only accompany them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from monitor.content import TREATMENT
from monitor.facets import language
from monitor.facets.passages import DESIGN, INTERVENTION, TITLE, piece
from monitor.facets.people import Evidence
from monitor.facets.reading import CONTRARY, Compiled, Key, PhraseMatch, Reading
from monitor.facets.sorting import YES, Reason
from monitor.registry import Study

_MEANWHILE_BEFORE = re.compile(
    r"\b(?:undergoing|receiving|during|patients on|bridg\w+(?: therapy)? (?:to|for))\b[^.;:]*$"
)
_CAUSE_BEFORE = re.compile(
    r"\b(?:(?:caused|induced) by|(?:related|due|secondary) to|associated with) [^.;:]*$"
)
_PREPOSITION = re.compile(r"[^.;:]{0,60}\b(?:in|to|for)\b")
_PREVENTION = re.compile(r"\b(?:prevent\w*|reduc\w+|prophylaxis)\b")
_NAMING_KINDS = (TITLE, INTERVENTION, DESIGN)
_ASIDE_AFTER = re.compile(
    r"[- ](?:free|na[iï]ve|resistan\w+|refractory|sensitive|induced|related|associated|patients"
    r"|recipients|survivors|technique|treated|primed|mobili[sz]ed|stimulated)\b"
)
_COMPARATOR_BEFORE = re.compile(
    r"(?<!-)\b(?:versus(?!-)|vs\.?|compared (?:with|to)|alternatives? to|(?<!with or )without|no)\b"
    r"[^.;:]{0,40}$"
)
_CONDITIONING_BEFORE = re.compile(
    r"\bconditioning (?:with|using)\b(?:(?!\b(?:for|followed|before|prior)\b)[^.;:])*$"
)
RANKS = {INTERVENTION: 1, TITLE: 2}
"""What is studied is said by the interventions first."""
_REGIMEN_SIZE = 4
"""Drugs of one kind that are more than what accompanies another treatment: a regimen."""
_SUPPORT = ("SUPPORTIVE_CARE", "PREVENTION")


def _is_aside(before: str, *, is_own: bool) -> bool:
    """Return whether the next words of a title are not what is studied."""
    return bool(
        language.is_past_treatment(before)
        or _COMPARATOR_BEFORE.search(before)
        or _CONDITIONING_BEFORE.search(before)
        or _CAUSE_BEFORE.search(before)
        or (not is_own and _MEANWHILE_BEFORE.search(before))
    )


def _is_to_prevent(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether a treatment is to prevent what follows: "methotrexate to prevent GVHD"."""
    return any(
        each.label.key != phrase.label.key
        and _PREPOSITION.match(reading.passage.words, phrase.end, each.start)
        and _PREVENTION.search(reading.passage.words, each.start, each.end)
        for each in reading.phrases
    )


def evidence(
    study: Study, readings: Sequence[Reading], words: Compiled
) -> Iterator[tuple[Key, Evidence]]:
    """Yield the treatments of titles and interventions, without accompanying ones."""
    naming = [each for each in readings if each.passage.kind in _NAMING_KINDS and each.phrases]
    listed = {
        key for each in naming if each.passage.kind == INTERVENTION for key in each.matches.named
    }
    is_help = any(each.passage.kind == DESIGN for each in naming)  # "purpose: supportive care"
    is_observed = study.study_type == "OBSERVATIONAL"
    named: list[tuple[Key, Evidence, bool]] = []
    background: dict[Key, set[str]] = defaultdict(set)  # places of accompanying interventions
    title_names_background = False
    for reading in naming:
        passage = reading.passage
        for phrase in reading.phrases:
            facet, value = words.values[phrase.label.key]
            if facet.about != TREATMENT or phrase.label.role == CONTRARY:
                continue
            # Who is observed was treated anyway. Where help is the purpose, an antibody is against
            # the harm, not the disease.
            is_beside = is_observed if value.background else is_help
            if is_beside:
                continue
            is_title = passage.kind != INTERVENTION
            # "Undergoing a transplant" is studied, too, where the record lists it; not where help
            # to those who undergo it is the purpose.
            is_own = phrase.label.key in listed and study.primary_purpose not in _SUPPORT
            if is_title and _is_aside(passage.words[: phrase.start], is_own=is_own):
                continue
            if _ASIDE_AFTER.match(passage.words, phrase.end):
                continue
            if is_title and value.background and _is_to_prevent(phrase, reading):
                continue
            reason = Reason(passage.where, piece(passage.text, phrase.start, phrase.end))
            each = Evidence(
                YES,
                RANKS[TITLE if is_title else INTERVENTION],
                is_strict=True,
                named=reading.matches.named,
                reason=reason,
            )
            named.append((phrase.label.key, each, is_title or not value.background))
            if value.background and is_title:
                title_names_background = True
            elif value.background:
                background[phrase.label.key].add(passage.where)
    is_anything = any(is_studied for _, _, is_studied in named)
    for key, each, is_studied in named:
        is_regimen = not title_names_background and len(background[key]) >= _REGIMEN_SIZE
        if is_studied or is_regimen or not is_anything:
            yield key, each
