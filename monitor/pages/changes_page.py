"""The page of recent changes by month, with tables of slipped and overdue dates.

A row is a trial's night. Its diseases, kinds, rank, facet values and words are in its data
attributes, by which the page's script (static/changes.js) filters; without it the page is the whole
list.
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
DAYS = timedelta(days=92)  # before the last check: what a page of recent changes shows
LEAST, MOST = 60, 400  # rows of it
FACETS = ("treatment", "target", "subtype")  # what else it can be filtered by
GOES_ON = ("open", "not-yet", "invitation", "paused", "closed")  # groups of statuses before the end


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    key: str
    label: str
    diseases: str = ""  # slugs between spaces: those that have a feed of it; "" for all


@dataclass(frozen=True)
class Slipped:
    """A date that is later than this site first saw it."""

    trial: Trial
    slip: Slip
    moved: str  # ISO: when this site saw it move last


@dataclass(frozen=True)
class Overdue:
    """A trial whose primary completion was due and is not reported, and that has not ended."""

    trial: Trial
    due: str  # the date, as exact as it is
    days: int  # since the last day that it can mean
    slip: Slip | None  # how that date moved since this site first saw it


def bundles(renderer: Renderer) -> Iterator[Bundle]:
    """Yield the page of recent changes, one a month, and those of slipped and overdue dates."""
    catalog = renderer.catalog
    months = [
        (month, list(entries))
        for month, entries in groupby(catalog.entries, lambda entry: entry.date[:7])
    ]
    slipped, overdue = slipped_dates(catalog), overdue_dates(catalog)
    shared = {"slipped": slipped, "overdue": overdue}
    yield renderer.page(
        ADDRESS,
        "changes.html",
        month="",
        entries=last_three_months(catalog),
        filters=filters(catalog),
        months=[(month, len(entries)) for month, entries in months],
        attributes_of=attributes,
        **shared,
    )
    for month, entries in months:
        yield renderer.page(
            f"{ADDRESS}{month}/",
            "changes.html",
            month=month,
            entries=entries,
            filters=[],
            months=[],
            attributes_of=attributes,
            **shared,
        )
    since = catalog.followed_since
    yield renderer.page("changes/slipped/", "slipped.html", since=since, **shared)
    yield renderer.page("changes/overdue/", "overdue.html", **shared)


def last_three_months(catalog: Catalog) -> Sequence[Entry]:
    """Return the entries of the three months before the last check; at least 60, at most 400."""
    return catalog.latest(catalog.entries, DAYS, LEAST, MOST)


def filters(catalog: Catalog) -> list[tuple[str, str, list[Choice]]]:
    """Return (key, label, choices) for each filter with choices."""
    diseases = [Choice(view.disease.slug, view.disease.short_name) for view in catalog.followed]
    kinds = [Choice(kind.name, kind.heading.partition(":")[0]) for kind in KINDS.values()]
    choices: dict[str, dict[str, Choice]] = {key: {} for key in FACETS}
    labels: dict[str, str] = {}
    for view in catalog.followed:
        for facet in view.disease.vocabulary.facets if view.disease.vocabulary else ():
            if facet.key in choices:
                labels[facet.key] = facet.label
                own = choices[facet.key]
                for value in facet.values:
                    others = own[value.key].diseases if value.key in own else ""
                    slugs = f"{others} {view.disease.slug}".strip()
                    own[value.key] = Choice(value.key, value.label, slugs)
    rows = [
        ("disease", "Disease", diseases if len(diseases) > 1 else []),
        ("kind", "Kind", kinds),
        *((key, labels[key], [*choices[key].values()]) for key in FACETS if key in labels),
    ]
    return [row for row in rows if row[2]]


def attributes(entry: Entry) -> dict[str, str]:
    """Return the filter attributes of a row: keys separated by spaces, and words."""
    sortings = [night.trial.sorting for night in entry.nights]
    studies = [night.study for night in entry.nights if night.study]
    words = {word for s in studies for word in (s.brief_title, s.acronym)}
    words |= {s.lead_sponsor.name for s in studies if s.lead_sponsor}
    rank = "major" if entry.is_major else "minor" if entry.is_minor else "notable"
    return {
        "disease": " ".join(sorted(entry.diseases)),
        "kind": " ".join(sorted(entry.kinds)),
        "rank": rank,
        **{
            facet: " ".join(dict.fromkeys(v for s in sortings for v in s.yes.get(facet, ())))
            for facet in FACETS
        },
        "words": " ".join(sorted(words)).lower(),
        "trials": " ".join(night.trial.nct_id for night in entry.nights),
    }


def slipped_dates(catalog: Catalog) -> list[Slipped]:
    """Return the dates that are later than when first seen, the largest slip first."""
    slipped = [
        Slipped(trial, slip, max(c.date for c in trial.history if c.field == slip.field))
        for trial in catalog.trials.values()
        for slip in trial.slips.values()
        if slip.days > 0 and not trial.is_gone
    ]
    return sorted(slipped, key=lambda each: (-each.slip.days, each.trial.nct_id))


def overdue_dates(catalog: Catalog) -> list[Overdue]:
    """Return the primary completions due before the last check, the oldest first."""
    overdue = []
    for trial in catalog.trials.values():
        date = trial.study.primary_completion_date if trial.study else None
        goes_on = trial.status_group in GOES_ON or trial.is_unconfirmed
        if date is None or date.type == "ACTUAL" or not goes_on:
            continue
        days = (catalog.checked - date.last_day).days
        if days > 0:
            slip = trial.slips.get("primary_completion_date")
            overdue.append(Overdue(trial, date.date, days, slip))
    return sorted(overdue, key=lambda each: (-each.days, each.trial.nct_id))
