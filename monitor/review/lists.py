"""Whom a list of trials says it is for, held against the trials in it."""

import math
from collections.abc import Iterator

from monitor.content import Claims, Span, TrialsBlock, Vocabulary, limits
from monitor.facets import NO, Sorting
from monitor.registry import Study, terms, years

OF_AGE = {
    "infants": Span(0, 1),
    "children": Span(0, 17.999),
    "adults": Span(18),
    "older-adults": Span(65),
}
"""Ages that a list may be for: at least some of them can join each of its trials."""

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
    """(line, what is wrong) of each facet and value in a block that the vocabulary has not."""
    facets = vocabulary.by_key if vocabulary else {}
    values = {key for facet in facets.values() for key in facet.by_key}
    for index, value in enumerate(block.for_):
        if value not in OF_AGE and value not in values:
            known = ", ".join((*OF_AGE, *sorted(values)))
            yield _line(block, "for", index), f"for: {value!r} is not among its words: {known}"
    for key, wanted in (block.filter or {}).items():
        if key not in facets:
            known = ", ".join(facets) or "none, as the disease has no vocabulary"
            yield block.line_of("filter", key), f"filter: {key!r} is no facet here: {known}"
            continue
        for index, value in enumerate(wanted):
            if value not in facets[key].by_key:
                known = ", ".join(facets[key].by_key)
                line = _line(block, "filter", key, index)
                yield line, f"filter: {value!r} is no value of {key}: {known}"


def _line(block: TrialsBlock, *place: str | int) -> int:
    """Of an item of a list, or of the list that was written as a single value."""
    lines = block.lines or {}
    return lines.get(place, block.line_of(*place[:-1]))


def misplaced(value: str, study: Study | None, sorting: Sorting, claims: Claims | None) -> str:
    """Why a trial does not belong in a list for these people; "" where nothing speaks against it.

    The record decides by its ages, or as it was sorted; where it is silent, the claims of the
    trial's description.
    """
    if value in OF_AGE:
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
    ages, said = None, ""
    if study and (study.minimum_age or study.maximum_age):
        low, high = years(study.minimum_age), years(study.maximum_age)
        ages = Span(low or 0.0, math.inf if high is None else high)
        said = f"the record's ages are {terms.ages(study.minimum_age, study.maximum_age)}"
    elif claims and (ages := limits(claims.ages)):
        said = f"its description claims {claims.ages}"
    wanted = OF_AGE[value]
    if ages and not (ages.low <= wanted.high and wanted.low <= ages.high):
        return said
    return ""
