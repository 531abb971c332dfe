"""What editors claim of a trial, as answers where the record has none."""

from collections.abc import Iterator

from monitor.content import PERSON, TREATMENT, Claims, Vocabulary, claimed_value, plain, statements
from monitor.facets.reading import Key
from monitor.facets.sorting import EDITORS, NOT_STATED, Reason, Sorting


def with_claims(sorting: Sorting, claims: Claims | None, vocabulary: Vocabulary) -> Sorting:
    """Answer yes to what editors claim and the record does not tell, marked as theirs."""
    if claims is None:
        return sorting
    yes = {facet: set(values) for facet, values in sorting.yes.items()}
    reasons = dict(sorting.reasons)
    for key, text in _claimed(claims, vocabulary):
        if sorting.answer(*key) == NOT_STATED and key not in reasons:
            yes.setdefault(key[0], set()).add(key[1])
            reasons[key] = (Reason(EDITORS, text),)
    ordered = {
        facet.key: tuple(value.key for value in facet.values if value.key in yes[facet.key])
        for facet in vocabulary.facets
        if facet.key in yes
    }
    return Sorting(ordered, sorting.no, reasons)


def _claimed(claims: Claims, vocabulary: Vocabulary) -> Iterator[tuple[Key, str]]:
    """The values that claims are about, and what is true along with them."""
    for claim, value, _ in statements(claims):
        keys = [key] if (key := claimed_value(claim, value, vocabulary)) else []
        if claim == "drugs":
            keys = list(_of_drug(value, vocabulary))
        for key in keys:
            yield key, value
            about = vocabulary.by_key[key[0]].by_key[key[1]]
            for facet, names in about.means.items():
                yield from (((facet, name), value) for name in names if facet in vocabulary.by_key)


def _of_drug(name: str, vocabulary: Vocabulary) -> Iterator[Key]:
    """The values that a drug stands for, by its name or by what kind it is."""
    if known := vocabulary.named(name, TREATMENT):
        yield known
    for drugs in vocabulary.drugs:
        if any(plain(name) in map(plain, row) for row in drugs.names):
            for facet, values in drugs.means.items():
                known_facet = vocabulary.by_key.get(facet)
                if known_facet and known_facet.about != PERSON:
                    yield from ((facet, value) for value in values)
