"""Adds the claims of editors as answers where the record has none."""

from collections.abc import Iterator

from monitor.content import PERSON, TREATMENT, Claims, Vocabulary, claimed_value, plain, statements
from monitor.facets.passages import TITLE
from monitor.facets.sorting import EDITORS, NO, YES, Reason, Sorting, ValueKey, grouped


def with_claims(sorting: Sorting, claims: Claims | None, vocabulary: Vocabulary) -> Sorting:
    """Return the sorting with editors' answers where the record has none.

    A claim says yes to its value, and no to those that this value rules out and nobody claims. Such
    a no also stands against a title: "relapsed" there may be what people had before.
    """
    if claims is None:
        return sorting
    answers = {key: answer for key in sorting.reasons if (answer := sorting.answer(*key))}
    reasons = dict(sorting.reasons)
    claimed: dict[ValueKey, str] = {}
    for key, text in _claimed(claims, vocabulary):
        claimed.setdefault(key, text)
    for key, text in claimed.items():
        if key not in answers:
            answers[key], reasons[key] = YES, (Reason(EDITORS, text),)
    for (facet, value), text in claimed.items():
        about = vocabulary.by_key[facet].by_key[value]
        for other in about.excluded:
            key = facet, other
            is_open = answers.get(key) != NO and key not in claimed
            if is_open and all(reason.where.endswith(TITLE) for reason in reasons.get(key, ())):
                answers[key], reasons[key] = NO, (Reason(EDITORS, text),)
    in_order = ((facet.key, value.key) for facet in vocabulary.facets for value in facet.values)
    return grouped({key: answers[key] for key in in_order if key in answers}, reasons)


def _claimed(claims: Claims, vocabulary: Vocabulary) -> Iterator[tuple[ValueKey, str]]:
    """Yield the values of claims, and those that they imply."""
    for claim, value, _ in statements(claims):
        keys = [key] if (key := claimed_value(claim, value, vocabulary)) else []
        if claim == "drugs":
            keys = list(_of_drug(value, vocabulary))
        for key in keys:
            yield key, value
            about = vocabulary.by_key[key[0]].by_key[key[1]]
            for facet, names in about.means.items():
                yield from (((facet, name), value) for name in names if facet in vocabulary.by_key)


def _of_drug(name: str, vocabulary: Vocabulary) -> Iterator[ValueKey]:
    """Yield the values of a drug, by its name or its kind."""
    if drug := vocabulary.named(name, TREATMENT):
        yield drug
    for drugs in vocabulary.drugs:
        if any(plain(name) in map(plain, row) for row in drugs.names):
            for facet, values in drugs.means.items():
                known_facet = vocabulary.by_key.get(facet)
                if known_facet and known_facet.about != PERSON:
                    yield from ((facet, value) for value in values)
