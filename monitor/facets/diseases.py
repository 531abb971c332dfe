"""Reads which disease a phrase is about: ours, any, or another one."""

import re
from collections.abc import Sequence
from itertools import pairwise

from monitor.facets import language
from monitor.facets.passages import CONDITION, INCLUSION, TITLE
from monitor.facets.reading import ADJECTIVE, DiseaseKind, Mention, PhraseMatch, Reading
from monitor.registry import EXCLUSION

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
_REACH = 360  # letters between a phrase and the disease, other phrases among them
_WORDS_TO_NAME = 5  # between a phrase and the disease: "B-cell precursor adult ALL"
_WORDS_TO_ANY = 1  # "B-cell malignancies"


def disease_kind(mention: Mention, *, is_shared: bool) -> DiseaseKind:
    """Return the kind of disease that a phrase is about.

    "Relapsed lymphoma or leukemia" is said of both (`is_shared`), "B-cell lymphoma or leukemia"
    of the first for sure.
    """
    reading, phrase, context = mention
    inside = [each.label.kind for each in reading.diseases if phrase.overlaps(each)]
    if inside:
        return min(inside)
    is_adjective = mention.role == ADJECTIVE
    kind = _following(mention, is_shared=is_shared)
    if kind is None:
        if is_adjective and not _NO_NOUN_AFTER.match(context.words, context.end):
            return DiseaseKind.NONE
        kind = _preceding(mention)
        if kind is None and _is_elsewhere(phrase, reading):
            return DiseaseKind.NONE
        if kind is None and is_adjective and not _describes_people(mention):
            return DiseaseKind.NONE
    return _last_named(mention) if kind in (None, DiseaseKind.ANY) else kind


def is_about_others(readings: Sequence[Reading]) -> bool:
    """Return whether a record is about another disease of the vocabulary, and never names ours.

    Its titles say so, or its conditions where no title names a disease. "Leukemia" in its criteria
    is then that disease: "Venetoclax in CLL", and "relapsed leukemia".
    """
    if any(each.matches.is_ours for each in readings):
        return False
    for kind in (TITLE, CONDITION):
        named = [each.diseases for each in readings if each.passage.kind == kind]
        labels = [disease.label for diseases in named for disease in diseases]
        if labels:
            is_other = all(label.kind == DiseaseKind.OTHER for label in labels)
            return is_other and any(label.disease for label in labels)
    return False


def is_of_another(mention: Mention) -> bool:
    """Return whether people with another disease are meant: "those with NHL who received …"."""
    before = diseases_before(mention)
    words = mention.context.words
    if not before or _PERSON.search(words, before[-1].end, mention.phrase.start):
        return False  # "graft-versus-host disease in patients who have undergone …"
    return min(_listed(words, before[::-1])) == DiseaseKind.OTHER


def is_in_name(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether a phrase is part of a disease's name: "high-grade B-cell lymphoma"."""
    return any(phrase.is_within(each) and not each.is_within(phrase) for each in reading.diseases)


def diseases_before(mention: Mention) -> list[PhraseMatch]:
    """Return the diseases that the sentence names before the phrase."""
    reading, phrase, context = mention
    return [
        each
        for each in reading.diseases
        if context.first <= each.start and each.end <= phrase.start
    ]


def _following(mention: Mention, *, is_shared: bool) -> DiseaseKind | None:
    """Return the kind of the next disease, if any: "relapsed or refractory B-cell ALL"."""
    reading, phrase, context = mention
    diseases = [each for each in reading.diseases if each.start >= phrase.end]
    if not diseases or not _is_near(mention, diseases[0]):
        return None
    disease = diseases[0]
    if any(
        phrase.end <= each.start <= each.end <= disease.start
        and not _OR_BEFORE.search(context.words, phrase.end, each.start)
        for each in reading.matches.elsewhere
    ):
        return DiseaseKind.NONE
    if disease.label.kind != DiseaseKind.OTHER:
        return disease.label.kind
    if mention.role == ADJECTIVE:
        return min(_listed(context.words, diseases)) if is_shared else DiseaseKind.OTHER
    # "ALL in first remission Early relapse Chronic myeloid leukemia": a list without commas
    is_first = disease is reading.diseases[0]
    is_next = not _WORD_OR_BRACKET.search(context.words, phrase.end, disease.start)
    return DiseaseKind.OTHER if is_first or is_next else None


def _is_near(mention: Mention, disease: PhraseMatch) -> bool:
    """Return whether a disease stands in the clause after a phrase, a few words away at most."""
    reading, phrase, _ = mention
    if disease.start - phrase.end > _REACH:
        return False
    gap = _between(phrase.end, disease.start, reading)
    if _CLAUSE_BREAK.search(gap):
        return False
    words = _WORD.findall(_CONJUNCTION.sub(" ", gap))
    return len(words) <= (
        _WORDS_TO_ANY if disease.label.kind == DiseaseKind.ANY else _WORDS_TO_NAME
    )


def _between(start: int, end: int, reading: Reading) -> str:
    """Return the words between two places of a passage, without the phrases there."""
    pieces = []
    for each in reading.phrases:
        if start < each.end and each.start < end:
            pieces.append(reading.passage.words[start : each.start])
            start = each.end
    pieces.append(reading.passage.words[start:end])
    return " ".join(" ".join(pieces).split())


def _preceding(mention: Mention) -> DiseaseKind | None:
    """Return the kind of the disease before: "ALL in remission", "leukemia of B-cell origin"."""
    reading, _, context = mention
    before = [
        each
        for each in diseases_before(mention)
        if not language.is_excepted(context.words[context.first : each.start])
    ]
    if not before:
        return None
    return (
        DiseaseKind.NONE
        if _is_elsewhere(before[-1], reading)
        else _kind(context.words, before[::-1])
    )


def _last_named(mention: Mention) -> DiseaseKind:
    """Return the kind of "the disease": the last one named, here or in a criterion above."""
    reading, phrase, context = mention
    if _is_elsewhere(phrase, reading):  # "or other Ph-positive leukemia"
        return DiseaseKind.ANY
    named = [each for each in reading.diseases if each.label.kind != DiseaseKind.ANY]
    before = [each for each in named if each.end <= phrase.start]
    if before:
        others = (each for each in reading.diseases if before[-1].end <= each.start < phrase.start)
        after = next(others, None)  # "solid tumor or any malignancy that came back"
        if after and _OR_ANOTHER.match(context.words, before[-1].end, after.start):
            return DiseaseKind.ANY
        return min(_listed(context.words, before[::-1]))
    return DiseaseKind.ANY if named else _named_above(reading)


def _named_above(reading: Reading) -> DiseaseKind:
    """Return the kind that the nearest criterion above names."""
    for above in reversed(reading.above):
        kinds = {each.label.kind for each in above.diseases}
        if DiseaseKind.OURS in kinds:
            return DiseaseKind.OURS
        if DiseaseKind.OTHER in kinds:
            is_other = _kind(above.passage.words, above.diseases[::-1]) == DiseaseKind.OTHER
            return DiseaseKind.OTHER if is_other else DiseaseKind.ANY
    return DiseaseKind.ANY


def _describes_people(mention: Mention) -> bool:
    """Return whether an adjective describes participants: "must be untreated", or alone."""
    reading, phrase, context = mention
    if language.is_said_of_people(context):
        return True
    if mention.passage.kind == INCLUSION and not phrase.start:
        return True  # "Relapsed while receiving chemotherapy"
    is_criterion = mention.passage.kind in (INCLUSION, EXCLUSION)
    return is_criterion and language.stands_alone(context, reading.phrases)


def _is_elsewhere(phrase: PhraseMatch, reading: Reading) -> bool:
    """Return whether the word before changes the disease: "CNS disease"."""
    return any(0 <= phrase.start - each.end <= 1 for each in reading.matches.elsewhere)


def _kind(words: str, diseases: Sequence[PhraseMatch]) -> DiseaseKind:
    """Return the kind closest to ours of the first disease and those listed with it.

    Those that may be any disease, joined by "or" with another one, may be ours.
    """
    kinds = _listed(words, diseases)
    gap = words[diseases[1].end : diseases[0].start] if len(kinds) > 1 else ""
    is_either = {*kinds} == {DiseaseKind.ANY, DiseaseKind.OTHER} and _SEPARATOR.search(gap)
    return DiseaseKind.OURS if is_either else min(kinds)


def _listed(words: str, diseases: Sequence[PhraseMatch]) -> list[DiseaseKind]:
    """Return the kinds of the diseases in one list with the first."""
    kinds = [diseases[0].label.kind]
    for one, other in pairwise(diseases):
        gap = words[min(one.end, other.end) : max(one.start, other.start)]
        if not _LIST_GAP.match(gap):
            break
        kinds.append(other.label.kind)
    return kinds
