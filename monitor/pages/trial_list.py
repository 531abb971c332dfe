"""The list of all trials of a disease."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from monitor.catalog import DiseaseView, Trial
from monitor.files import Bundle
from monitor.pages import trial_index
from monitor.pages.renderer import Renderer
from monitor.registry import terms

PER_PAGE = 50  # trials on a page of the list, as it is without script


def bundles(renderer: Renderer, view: DiseaseView) -> Iterator[Bundle]:
    """Yield the pages of the list, the first with the data of its scripts."""
    first = f"{view.disease.address}trials/"
    starts = range(0, max(len(view.trials), 1), PER_PAGE)
    addresses = [first, *(f"{first}{number}/" for number in range(2, len(starts) + 1))]
    counts = [
        (terms.STATUS_GROUPS[group].heading, group, len(own))
        for group, own in _grouped(view.trials)
    ]
    for address, start in zip(addresses, starts, strict=True):
        values = {
            "view": view,
            "pages": addresses,
            "counts": counts,
            "groups": [
                (terms.STATUS_GROUPS[group].heading, own)
                for group, own in _grouped(view.trials[start : start + PER_PAGE])
            ],
            "questions": trial_index.filters(view.disease.vocabulary),
        }
        if address != first:
            yield renderer.page(address, "trials.html", mark="", **values)
            continue
        paths = (f"{first}index.html", *(f"{first}{name}" for name in trial_index.FILES.values()))
        yield Bundle(paths, partial(_first_page, renderer, view, first, values))


def _first_page(
    renderer: Renderer, view: DiseaseView, address: str, values: dict[str, object]
) -> Iterator[tuple[str, bytes]]:
    """Render the first page and what its script loads, with one mark in all of them."""
    mark, scripts = trial_index.scripts(view)
    html = renderer.html(address, "trials.html", {**values, "mark": mark})
    yield f"{address}index.html", html
    for name, content in scripts.items():
        yield f"{address}{name}", content


def _grouped(trials: Sequence[Trial]) -> list[tuple[str, list[Trial]]]:
    """Return the trials by status group, in page order."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.status_group].append(trial)
    return [(group, groups[group]) for group in terms.STATUS_GROUPS if group in groups]
