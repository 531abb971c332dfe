"""The values of a disease's page: numbers, links, tables by stage, next results."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from monitor.catalog import LABELS, Catalog, DiseaseView, Trial, fragment, values_of
from monitor.content import Facet
from monitor.data import Change
from monitor.pages import pills, svg
from monitor.registry import terms
from monitor.text import many, slug_of

ROWS = 8  # of a table on a disease's page that a reader sees at first; the list has all
ALL_ROWS = 20  # of all its tables; where there are more,
FEW_ROWS = 3  # each has only its first, and leads to the list
NAMED = 12  # closed trials that are named on the line that folds them
CHIP = 28  # characters of a chip
PLACES = 6  # countries with a chip of their own
LATEST = 6  # changes


# Numbers


class Number(NamedTuple):
    """How many trials, of what."""

    trials: int
    what: str
    context: str  # "of 32 trials we follow"


def numbers(view: DiseaseView, catalog: Catalog) -> list[Number]:
    """Return how many trials are open, opened and closed in the data's month, and are to open."""
    groups = Counter(pills.pill(trial).group for trial in view.trials)
    opened = [c for c in _moves(view.trials) if terms.opens(c.old, c.new)]
    closed = [c for c in _moves(view.trials) if terms.opens(c.new, c.old)]
    unknown = groups["unknown"]
    checked = catalog.last_check.checked
    month = f"in {terms.day(checked[:7]).split()[0]}" if checked else "this month"
    return [
        Number(groups["open"], "open", f"of {many(len(view.trials), 'trial')} we follow"),
        Number(_trials_this_month(opened, catalog), f"opened {month}", _since(opened, catalog)),
        Number(_trials_this_month(closed, catalog), f"closed {month}", _since(closed, catalog)),
        Number(groups["not-yet"], "not yet open", f"and {unknown:,} of unknown status"),
    ]


def _moves(trials: Iterable[Trial]) -> list[Change]:
    """Return the changes of status, oldest first."""
    moves = (c for trial in trials for c in trial.history if c.field == "overall_status")
    return sorted(moves, key=lambda change: change.date)


def _trials_this_month(changes: Sequence[Change], catalog: Catalog) -> int:
    """Return the number of trials with a change in the month of the data."""
    month = catalog.last_check.checked[:7]
    return len({change.nct_id for change in changes if change.date[:7] == month})


def _since(changes: Sequence[Change], catalog: Catalog) -> str:
    if changes:
        return f"last: {terms.short_day(changes[-1].date)}"
    since = catalog.last_check.logged_since
    if since and since == catalog.last_check.checked:
        return f"first look: {terms.short_day(since)}"
    return f"none since {terms.short_day(since)}" if since else "none seen yet"


# Find yours


class Chip(NamedTuple):
    """A way to the list of trials with a filter."""

    label: str
    trials: int  # open ones
    address: str


def list_address(slug: str, chosen: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Return the address of a disease's list, with a filter behind "#"."""
    return f"{slug}/trials/{f'#{fragment(chosen)}' if chosen else ''}"


def chips_by_question(view: DiseaseView) -> list[tuple[str, list[Chip]]]:
    """Return the questions that decide, each with the values that open trials have."""
    rows = [
        (facet.label, _chips_of(view, facet.key, {v.key: v.label for v in facet.values}))
        for facet in _questions(view)
        if not facet.folded
    ]
    rows += [("Age", _chips_of(view, "age", LABELS["age"])), ("Place", _places(view))]
    return [(label, chips) for label, chips in rows if chips]


def _questions(view: DiseaseView) -> list[Facet]:
    """Return the vocabulary's questions about a person, the stage first."""
    facets = view.disease.vocabulary.people if view.disease.vocabulary else ()
    return sorted(facets, key=lambda facet: facet.key != STAGE)


def _chips_of(view: DiseaseView, question: str, labels: Mapping[str, str]) -> list[Chip]:
    slug = view.disease.slug
    counts = Counter(k for t in view.open_trials for k in values_of(t, question, slug))
    chips = []
    for key, label in labels.items():
        if counts[key]:
            short = label.partition(" (")[0] if len(label) > CHIP else label
            address = list_address(slug, {"status": ("open",), question: (key,)})
            chips.append(Chip(short, counts[key], address))
    return chips


def _places(view: DiseaseView) -> list[Chip]:
    slug = view.disease.slug
    counts = Counter(c for t in view.open_trials if t.study for c in t.study.countries)
    ranked = sorted(counts.items(), key=lambda both: (-both[1], both[0]))
    chips = [
        Chip(name, count, list_address(slug, {"status": ("open",), "country": (slug_of(name),)}))
        for name, count in ranked[:PLACES]
    ]
    if ranked[PLACES:]:
        chips.append(Chip(f"{len(ranked) - PLACES} more", 0, list_address(slug)))
    return chips


# Tables by stage: each trial once

STAGE = "stage"
SHOWN = ("open", "invitation", "not-yet", "paused", "unknown")
"""Groups of statuses that are rows; all others are folded."""


@dataclass(frozen=True)
class Stage:
    """The trials for people at one point of the disease."""

    id: str
    label: str
    counted: str  # "4 open, 1 not yet open"
    also: tuple[Trial, ...]  # open trials that take these people too, and are elsewhere
    rows: tuple[Trial, ...]
    more: int  # rows that only the list has
    folded: tuple[Trial, ...]  # closed and ended ones
    folded_more: int  # of these, on the list alone
    address: str  # of the list with this stage


def stages(view: DiseaseView) -> list[Stage]:
    """Return a table for each value of the stage, and one for trials that state none."""
    slug = view.disease.slug
    facet = next((f for f in _questions(view) if f.key == STAGE), None)
    groups: dict[str, list[Trial]] = {}
    for trial in view.trials:
        groups.setdefault(_first(trial, slug, facet) if facet else "", []).append(trial)
    shown = sum(pills.pill(trial).group in SHOWN for trial in view.trials)
    most = ROWS if shown <= ALL_ROWS else FEW_ROWS
    tables = []
    for value in facet.values if facet else ():
        if own := groups.pop(value.key, None):
            also = [t for t in view.open_trials if value.key in values_of(t, STAGE, slug)]
            others = tuple(trial for trial in also if trial not in own)
            address = list_address(slug, {STAGE: (value.key,)})
            name = value.label.partition(" (")[0]
            tables.append(_stage(f"stage-{value.key}", name, own, others, address, most))
    if rest := groups.pop("", None):
        name = "Stage not stated" if tables else "All trials"
        tables.append(_stage("stage-not-stated", name, rest, (), list_address(slug), most))
    return tables


def _first(trial: Trial, slug: str, facet: Facet) -> str:
    """Return the first stage of a trial in the vocabulary's order; "" for none."""
    values = values_of(trial, facet.key, slug)
    return next((value.key for value in facet.values if value.key in values), "")


def _stage(
    id_: str, label: str, trials: list[Trial], also: tuple[Trial, ...], address: str, most: int
) -> Stage:
    rows = [trial for trial in trials if pills.pill(trial).group in SHOWN]
    folded = [trial for trial in trials if pills.pill(trial).group not in SHOWN]
    order = {group: number for number, group in enumerate(SHOWN)}
    rows.sort(key=lambda trial: order[pills.pill(trial).group])
    few = folded if len(folded) <= NAMED else []
    return Stage(
        id=id_,
        label=label,
        counted=counted(trials),
        also=also,
        rows=tuple(rows[:most]),
        more=len(rows[most:]),
        folded=tuple(few),
        folded_more=len(folded) - len(few),
        address=address,
    )


def counted(trials: Iterable[Trial]) -> str:
    """Return how many trials have which status, in words: "4 open, 1 not yet open"."""
    counts = Counter(pills.pill(trial).word for trial in trials)
    words = dict.fromkeys([*(group.heading for group in terms.STATUS_GROUPS.values()), *counts])
    parts = [f"{counts[word]:,} {word.lower()}" for word in words if counts[word]]
    return ", ".join(parts)


# What is beside


def sections(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sections that the page has, id -> name, in order."""
    view, parts = values["view"], [part for part in values["parts"] if part.heading]
    others = "Related diseases" if values["header"].related else "Other diseases"
    rows = (
        ("page-find", "Find yours", view.is_followed and values["chips"]),
        ("page-over-time", "Trials over time", view.is_followed and values["over_time"]),
        ("page-trials", "Trials by stage", view.is_followed),
        *((part.id, part.heading, True) for part in parts if part.has_lists),
        ("page-changed", "What changed", view.is_followed),
        *((part.id, part.heading, True) for part in parts if not part.has_lists),
        ("page-related", others, values["related"]),
        ("page-figures", "Figures", values["charts"]),
    )
    return {id_: name for id_, name, is_there in rows if is_there}


class OpenPlaces(NamedTuple):
    """Where trials are open."""

    locations: int
    countries: int
    trials: int  # whose records say which places are open
    points: tuple[tuple[float, float], ...]


def open_places(trials: Iterable[Trial]) -> OpenPlaces:
    """Return the places where open trials are open themselves, as far as records say."""
    by_trial = [places for trial in trials if (places := trial.open_locations)]
    locations = [place for places in by_trial for place in places]
    points = tuple((p.lat, p.lon) for p in locations if p.lat is not None and p.lon is not None)
    countries = {place.country for place in locations}
    return OpenPlaces(len(locations), len(countries), len(by_trial), points)


def world(places: OpenPlaces, land: str) -> Markup:
    """Draw a map of open places; `land` is a link to static/land.svg."""
    counted = f"{many(places.locations, 'place')} in {many(places.countries, 'country')}"
    title, about = "Open locations on a map", f"A dot for each of {counted}."
    return svg.world("world", title, about, places.points, land)


def related(view: DiseaseView, catalog: Catalog) -> list[DiseaseView]:
    """Return the diseases that its editors name, else all others."""
    named = view.disease.header.related
    by_slug: Mapping[str, DiseaseView] = {each.disease.slug: each for each in catalog.diseases}
    if named:
        return [by_slug[slug] for slug in named if slug in by_slug]
    return [each for each in catalog.diseases if each is not view]


def guide_address(view: DiseaseView, catalog: Catalog) -> str:
    """Return the address of the long text; "" where there is none."""
    guide = catalog.content.guides.get(view.disease.slug)
    return guide.address if guide else ""
