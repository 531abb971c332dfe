"""Catalog -> which feeds there are: each a row of entries with a title and an address.

A facet is a filter and a title. One entry has one id and one body, in whatever feeds it stands.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from monitor.catalog import ADDRESS as REVIEW
from monitor.catalog import (
    Catalog,
    DiseaseView,
    Entry,
    Notice,
    ReviewStatus,
    Trial,
    Week,
    notices,
    weeks,
)
from monitor.changes import country_key
from monitor.content import Treatment
from monitor.data import KINDS
from monitor.text import slug_of

FeedItem = Entry | Week | Notice
"""What a feed is made of: each has an id, a title, a summary, a date, kinds and an address."""


@dataclass(frozen=True)
class Feed:
    """One feed: what it holds and where it stands."""

    address: str  # of its folder, from the site's root: "" or "…/"
    title: str  # says all: it stands alone in a reader's list
    page: str  # address of the page that it belongs to
    entries: tuple[FeedItem, ...]  # newest first
    label: str = ""  # short, under the heading of its group
    group: str = ""  # "kind", "country", "intervention", or "" for what leads
    disease: str = ""  # slug; "" for the whole site
    twin: "Feed | None" = None  # the same with minor changes

    @property
    def both(self) -> "tuple[Feed, ...]":
        """Itself, and its twin where it has one."""
        return (self, self.twin) if self.twin else (self,)


def feeds_of(catalog: Catalog) -> tuple[Feed, ...]:
    """Every feed but twins and those of single trials: the site's, then each disease's."""
    name = catalog.site.name
    site = _with_twin(Feed("", name, "", (), "Everything"), catalog.entries, "feeds/all/")
    week = Feed("changes/digest/", f"{name}: week by week", "changes/digest/", weeks(catalog))
    diseases = (feed for view in catalog.followed for feed in disease_feeds(catalog, view))
    return (site, replace(week, label="Week by week"), *diseases)


def disease_feeds(catalog: Catalog, view: DiseaseView) -> Iterator[Feed]:
    """A disease's feeds: its own, major changes, by kind, by country, by intervention."""
    slug, site = view.disease.slug, catalog.site.name
    disease = view.disease.header.name
    home, base = f"{slug}/", f"{slug}/feeds/"

    def facet(group: str, key: str, label: str, entries: Iterable[Entry] = ()) -> Feed:
        title = f"{disease}: {label}: {site}"
        return Feed(f"{base}{key}/", title, home, tuple(entries), label, group, slug)

    everything = Feed(home, f"{disease}: {site}", home, (), "All trials", disease=slug)
    yield _with_twin(everything, view.entries, f"{base}all/")
    major = (entry for entry in view.entries if entry.is_major)
    yield facet("", "major", "Major changes only", major)
    told = _by_each(view.entries, lambda entry: entry.kinds)
    for kind in KINDS:
        yield facet("kind", kind, KINDS[kind].heading, told[kind])
    local = _by_each(view.entries, _countries_of)
    for key, country in _countries(view, local):
        feed = facet("country", f"country-{key}", country)
        yield _with_twin(feed, tuple(local[key]), f"{feed.address}all/")
    tested = _tested(view.entries)
    for key, treatment in {slug_of(t.name): t for t in view.disease.header.interventions}.items():
        feed = facet("intervention", f"intervention-{key}", treatment.name)
        named = _naming(treatment, tested)
        testing = tuple(e for e in view.entries if any(p.trial.nct_id in named for p in e.trials))
        yield _with_twin(feed, testing, f"{feed.address}all/")


def trial_feed(catalog: Catalog, trial: Trial) -> Feed:
    """A trial's own feed, with its minor changes: who follows one trial wants all of them."""
    title = f"{trial.title} ({trial.nct_id}): {catalog.site.name}"
    return Feed(trial.address, title, trial.address, trial.entries)


def editors_feed(catalog: Catalog, review_statuses: Mapping[str, ReviewStatus]) -> Feed:
    """The feed of the editors' page: a night a description, on which its record moved away."""
    title = f"Texts to look at again: {catalog.site.name}"
    return Feed(REVIEW, title, REVIEW, notices(review_statuses))


def _with_twin(feed: Feed, entries: tuple[Entry, ...], address: str) -> Feed:
    """The feed without entries that are minor, and with a twin that has all of them."""
    weighty = tuple(entry for entry in entries if not entry.is_minor)
    title = f"{feed.title}: all changes"
    twin = replace(feed, address=address, title=title, entries=entries)
    return replace(feed, entries=weighty, twin=twin)


def _by_each(
    entries: Iterable[Entry], keys_of: Callable[[Entry], Iterable[str]]
) -> defaultdict[str, list[Entry]]:
    """The entries of each key, in order; an entry may have several."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in keys_of(entry):
            found[key].append(entry)
    return found


def _countries_of(entry: Entry) -> frozenset[str]:
    """Keys of the countries where its trials run, or where a location went or came."""
    run = (c for part in entry.trials if part.trial.study for c in part.trial.study.countries)
    told = (
        place["country"]
        for part in entry.trials
        for change in part.changes
        if change.kind == "locations"
        for place in (*(change.old or ()), *(change.new or ()))
        if place.get("country")
    )
    return frozenset(_key(name) for name in (*run, *told))


@cache
def _key(country: str) -> str:
    return slug_of(country_key(country))


def _countries(view: DiseaseView, told: Iterable[str]) -> list[tuple[str, str]]:
    """(key, name) of every country of the disease's trials, now or in what is told."""
    names = {key: key.replace("-", " ").title() for key in told}
    for trial in view.trials:
        for name in trial.study.countries if trial.study else ():
            names[_key(name)] = name
    return sorted(((key, name) for key, name in names.items() if key), key=lambda both: both[1])


def _tested(entries: Iterable[Entry]) -> dict[str, str]:
    """By the trial's id: its title and all names of its treatments in its record, without case."""
    studies = {p.trial.nct_id: p.trial.study for entry in entries for p in entry.trials}
    return {
        nct_id: "\n".join(
            [study.brief_title]
            + [name for each in study.interventions for name in (each.name, *each.other_names)]
        ).casefold()
        for nct_id, study in studies.items()
        if study
    }


def _naming(treatment: Treatment, tested: Mapping[str, str]) -> set[str]:
    """The trials whose record names the treatment: as whole words, in any case."""
    words = "|".join(re.escape(name.casefold()) for name in (treatment.name, *treatment.also))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return {nct_id for nct_id, named in tested.items() if pattern.search(named)}
