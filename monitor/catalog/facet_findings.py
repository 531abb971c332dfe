"""Warnings about facets that sort no trial."""

from collections.abc import Iterator

from monitor.catalog.catalog import Catalog
from monitor.problems import Problem

ENOUGH = 20  # records of a disease, after which one of them should answer each facet


def facet_findings(catalog: Catalog) -> Iterator[tuple[bool, Problem]]:
    """Yield (False, Problem) for each facet of a disease that none of its records answers.

    Its phrases may be misspelt, or stand where answers do not come from.
    """
    for view in catalog.followed:
        vocabulary, header = view.disease.vocabulary, view.disease.header
        sortings = [trial.sorting for trial in view.trials if trial.study]
        if vocabulary is None or len(sortings) < ENOUGH:
            continue
        for facet in vocabulary.facets:
            if not any(facet.key in sorting.yes for sorting in sortings):
                message = f"facet {facet.key!r}: none of {len(sortings)} records of {header.name}"
                path = f"content/vocabulary/{header.vocabulary}.yaml"
                yield False, Problem(path, 0, f"{message} answers it")
