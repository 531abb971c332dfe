"""The log for people: what changed lately, by month, and the dates that slipped.

A row is a trial's night. Its diseases, kinds, rank and facet values stand in its data attributes,
by which the page's script (static/changes.js) filters; without it the page is the whole list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from monitor.catalog import Catalog, Entry, Trial
from monitor.changes import Slip
from monitor.data import KINDS
from monitor.files import Bundle
from monitor.pages.renderer import Renderer

ADDRESS = "changes/"
SLIPS = "changes/slipped/"
DAYS = timedelta(days=62)  # before the last check: what a page of recent changes shows
LEAST, MOST = 60, 400  # rows of it
FACETS = ("treatment", "subtype")  # what it can be filtered by, beside disease, kind and date


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    key: str
    label: str


@dataclass(frozen=True)
class Slipped:
    """A date that is later than this site first saw it."""

    trial: Trial
    slip: Slip


def bundles(renderer: Renderer) -> Iterator[Bundle]:
    """Yield the page of recent changes, one a month, and that of dates that slipped."""
    catalog = renderer.catalog
    months = [
        (month, list(entries))
        for month, entries in groupby(catalog.entries, lambda entry: entry.date[:7])
    ]
    slipped = slipped_dates(catalog)
    yield renderer.page(
        ADDRESS,
        "changes.html",
        month="",
        entries=recent(catalog),
        filters=filters(catalog),
        months=[(month, len(entries)) for month, entries in months],
        slipped=slipped,
        attributes_of=attributes,
    )
    for month, entries in months:
        yield renderer.page(
            f"{ADDRESS}{month}/",
            "changes.html",
            month=month,
            entries=entries,
            filters=[],
            months=[],
            slipped=slipped,
            attributes_of=attributes,
        )
    yield renderer.page(SLIPS, "slipped.html", slipped=slipped)


def recent(catalog: Catalog) -> Sequence[Entry]:
    """The entries of the last two months before the last check, at least 60, at most 400."""
    since = (catalog.checked - DAYS).isoformat() if catalog.night.checked else ""
    count = sum(entry.date >= since for entry in catalog.entries)
    return catalog.entries[: min(max(count, LEAST), MOST)]


def filters(catalog: Catalog) -> list[tuple[str, str, list[Choice]]]:
    """(key, label, choices) of each filter that has any choice."""
    diseases = [
        Choice(view.disease.slug, view.disease.header.short_name or view.disease.header.name)
        for view in catalog.followed
    ]
    kinds = [Choice(kind.name, kind.heading.partition(":")[0]) for kind in KINDS.values()]
    known: dict[str, dict[str, str]] = {key: {} for key in FACETS}
    labels: dict[str, str] = {}
    for view in catalog.followed:
        for facet in view.disease.vocabulary.facets if view.disease.vocabulary else ():
            if facet.key in known:
                labels[facet.key] = facet.label
                known[facet.key] |= {value.key: value.label for value in facet.values}
    rows = [
        ("disease", "Disease", diseases if len(diseases) > 1 else []),
        ("kind", "Kind", kinds),
        *(
            (key, labels[key], [Choice(*both) for both in known[key].items()])
            for key in FACETS
            if key in labels
        ),
    ]
    return [row for row in rows if row[2]]


def attributes(entry: Entry) -> dict[str, str]:
    """What a row can be filtered by: each a list of keys between spaces."""
    sortings = [night.trial.sorting for night in entry.trials]
    rank = "major" if entry.is_major else "minor" if entry.is_minor else "notable"
    return {
        "disease": " ".join(sorted(entry.diseases)),
        "kind": " ".join(sorted(entry.kinds)),
        "rank": rank,
        **{
            facet: " ".join(dict.fromkeys(v for s in sortings for v in s.yes.get(facet, ())))
            for facet in FACETS
        },
    }


def slipped_dates(catalog: Catalog) -> list[Slipped]:
    """Every date that is later than this site first saw it, the farthest first."""
    slipped = [
        Slipped(trial, slip)
        for trial in catalog.trials.values()
        for slip in trial.slips
        if slip.days > 0 and not trial.is_gone
    ]
    return sorted(slipped, key=lambda each: (-each.slip.days, each.trial.nct_id))
