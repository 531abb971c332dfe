"""Warnings about facets that no disease uses, or that sort no trial."""

from collections.abc import Iterator

from monitor.catalog.catalog import Catalog
from monitor.problems import Finding, Problem

ENOUGH = 20  # records of a disease, after which one of them should answer each facet


def facet_findings(catalog: Catalog) -> Iterator[Finding]:
    """Yield a warning for each facet that no disease lists or none of its records answers.

    The phrases of the latter may be misspelt, or occur only where answers do not come from.
    """
    for name, words in catalog.content.vocabularies.items():
        users = [d for d in catalog.content.diseases if d.header.vocabulary == name]
        used = {f.key for d in users if d.vocabulary for f in d.vocabulary.facets}
        for facet in words.facets:
            if users and facet.key not in used:
                message = f"facet {facet.key!r}: no disease has it in `facets:`"
                problem = Problem(f"content/vocabulary/{name}.yaml", 0, message)
                yield Finding(problem, is_error=False)
    for view in catalog.followed:
        vocabulary, header = view.disease.vocabulary, view.disease.header
        sortings = [trial.sorting for trial in view.trials if trial.study]
        if vocabulary is None or len(sortings) < ENOUGH:
            continue
        for facet in vocabulary.facets:
            if not any(facet.key in sorting.yes for sorting in sortings):
                message = f"facet {facet.key!r}: none of {len(sortings)} records of {header.name}"
                path = f"content/vocabulary/{header.vocabulary}.yaml"
                problem = Problem(path, 0, f"{message} answers it")
                yield Finding(problem, is_error=False)
