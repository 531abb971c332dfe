"""Whom a list of trials says it is for, held against the trials in it."""

from collections.abc import Iterator

from monitor.content import Claims, TrialsBlock, Vocabulary, limits
from monitor.facets import NO, Sorting
from monitor.registry import AGE_GROUPS, Ages, Study, terms

CLAIMED = {
    "Philadelphia-positive": "ph-positive",
    "Philadelphia-negative": "ph-negative",
    "Philadelphia-like": "ph-like",
    "KMT2A-rearranged": "kmt2a",
    "B-cell": "b-cell",
    "T-cell": "t-cell",
    "newly diagnosed": "newly-diagnosed",
    "relapsed or refractory": "relapsed-refractory",
    "in remission": "in-remission",
}
"""Words of claims -> the values of facets that they are."""
_RIVALS = (
    {"ph-positive", "ph-negative"},
    {"b-cell", "t-cell"},
    {"newly-diagnosed", "relapsed-refractory"},
)


def unknown_values(block: TrialsBlock, vocabulary: Vocabulary | None) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of each word of `for` that is no age group and no value of a facet."""
    facets = vocabulary.by_key.values() if vocabulary else ()
    values = {key for facet in facets for key in facet.by_key}
    for index, value in enumerate(block.for_):
        if value not in AGE_GROUPS and value not in values:
            known = ", ".join((*AGE_GROUPS, *sorted(values)))
            line = (block.lines or {}).get(("for", index), block.line_of("for"))
            yield line, f"for: {value!r} is not among its words: {known}"


def misplaced(value: str, study: Study | None, sorting: Sorting, claims: Claims | None) -> str:
    """Why a trial does not belong in a list for these people; "" where nothing speaks against it.

    The record decides by its ages, or as it was sorted; where it is silent, the claims of the
    trial's description.
    """
    if value in AGE_GROUPS:
        return _by_age(value, study, claims)
    for facet in (*sorting.yes, *sorting.no):
        if sorting.answer(facet, value) == NO:
            reasons = sorting.reasons.get((facet, value), ())
            said = f": {reasons[0].where}: “{reasons[0].text}”" if reasons else ""
            return f"the record says that it is not{said}"
        if value in sorting.yes.get(facet, ()):
            return ""
    words = (*claims.population, *claims.line) if claims else ()
    claimed = {CLAIMED[word] for word in words if word in CLAIMED}
    for pair in _RIVALS:
        if value in pair and claimed & pair == pair - {value}:
            return f"its description claims {', '.join(sorted(pair - {value}))}"
    return ""


def _by_age(value: str, study: Study | None, claims: Claims | None) -> str:
    if study and study.ages:
        groups = study.ages.groups
        said = f"the record's ages are {terms.ages(study.minimum_age, study.maximum_age)}"
    elif claims and (span := limits(claims.ages)):
        groups, said = Ages(span.low, span.high).groups, f"its description claims {claims.ages}"
    else:
        return ""
    return "" if value in groups else said
