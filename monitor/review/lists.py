"""Compares the `for` of a list of trials with the trials in it."""

from collections.abc import Iterator

from monitor.content import Claims, TrialsBlock, Vocabulary, claimed_ages, claimed_value, statements
from monitor.facets import EDITORS, NO, Sorting
from monitor.registry import AGE_GROUPS, Study, terms


def unknown_values(block: TrialsBlock, vocabulary: Vocabulary | None) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each word of `for` that is no age group or facet value."""
    facets = vocabulary.by_key.values() if vocabulary else ()
    values = {key for facet in facets for key in facet.by_key}
    for index, value in enumerate(block.for_):
        if value not in AGE_GROUPS and value not in values:
            allowed = ", ".join((*AGE_GROUPS, *sorted(values)))
            line = (block.lines or {}).get(("for", index), block.line_of("for"))
            yield line, f"for: {value!r} is not among its words: {allowed}"


def misplacement(
    value: str,
    study: Study | None,
    sorting: Sorting,
    claims: Claims | None,
    vocabulary: Vocabulary | None = None,
) -> str:
    """Return why a trial does not belong in this list; "" where it does.

    The record decides by its ages, or as it was sorted; where it is silent, the claims of the
    trial's description.
    """
    if value in AGE_GROUPS:
        return _by_age(value, study, claims)
    for facet in (*sorting.yes, *sorting.no):
        if sorting.answer(facet, value) == NO:
            reason = next(iter(sorting.reasons.get((facet, value), ())), None)
            if reason and reason.where == EDITORS:
                return f"its description claims {reason.text}"
            passage = f": {reason.where}: “{reason.text}”" if reason else ""
            return f"the record says that it is not{passage}"
        if value in sorting.yes.get(facet, ()):
            return ""
    if claims and vocabulary:
        return _by_claims(value, claims, vocabulary)
    return ""


def _by_claims(value: str, claims: Claims, vocabulary: Vocabulary) -> str:
    """Return "its description claims …" where a value rules out a claimed one; "" otherwise.

    What a claim rules out is a no of the sorting (`facets.with_claims`).
    """
    claimed = {claimed_value(claim, word, vocabulary) for claim, word, _ in statements(claims)}
    for facet in vocabulary.facets:
        about = facet.by_key.get(value)
        for name in about.rules_out if about else ():
            if (facet.key, name) in claimed and (facet.key, value) not in claimed:
                return f"its description claims {name}"
    return ""


def _by_age(value: str, study: Study | None, claims: Claims | None) -> str:
    if study and study.ages:
        groups = study.ages.groups
        because = f"the record's ages are {terms.ages(study.minimum_age, study.maximum_age)}"
    elif claims and (ages := claimed_ages(claims.ages)):
        groups, because = ages.groups, f"its description claims {claims.ages}"
    else:
        return ""
    # Babies are children, too.
    return "" if value in groups or (value == "children" and "infants" in groups) else because
