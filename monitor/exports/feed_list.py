"""Lists the feeds of a catalog, each with its entries, title and address.

A group is a question (which kind of change, which country) with a feed for each answer. An entry
has one id and one body in all feeds; what was seen only after a gap is in a digest of each feed's
own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from operator import attrgetter

from monitor.catalog import ADDRESS as REVIEW
from monitor.catalog import (
    LABELS,
    LONGEST,
    Catalog,
    DigestSubject,
    DiseaseView,
    Entry,
    Notice,
    ReviewStatus,
    Trial,
    Week,
    notices,
    values_of,
    weeks,
    with_digests,
)
from monitor.changes import country_key
from monitor.content import BY_AGE, Treatment
from monitor.data import KINDS
from monitor.problems import Problem
from monitor.text import shortened, slug_of


@dataclass(frozen=True)
class Welcome:
    """The first entry of a feed, so that none is empty: what one now follows."""

    feed: str  # its address
    title: str
    summary: str
    date: str  # ISO: when the feed began
    address: str  # of the page that the feed belongs to
    kinds: frozenset[str] = frozenset({"follow"})
    diseases: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """Return the permanent id."""
        return f"follow:/{self.feed}"


FeedItem = Entry | Week | Notice | Welcome
"""An entry of a feed: each has an id, a title, a date, kinds, diseases and an address."""


FORMS = ("feed.xml", "rss.xml", "feed.json")
"""Names of files in a feed's folder: Atom, RSS, JSON Feed."""


@dataclass(frozen=True)
class Feed:
    """One feed: its entries and its address."""

    address: str  # of its folder, from the site's root: "" or "…/"
    title: str  # complete by itself: in a reader's list it has no context
    about: str  # a sentence or two: what is in it
    page: str  # address of the page that it belongs to
    entries: tuple[FeedItem, ...]  # newest first
    label: str = ""  # short, under the heading of its group
    group: str = ""  # key of its Group, which has a heading; "" for what leads
    heading: str = ""
    disease: str = ""  # slug; "" for the whole site
    twin: "Feed | None" = None  # the same with minor changes
    is_listed: bool = True  # else only its address keeps working, for those who have it
    forms: tuple[str, ...] = FORMS

    @property
    def both(self) -> "tuple[Feed, ...]":
        """Return the feed, and its twin where it has one."""
        return (self, self.twin) if self.twin else (self,)


@dataclass(frozen=True)
class Group:
    """A question, with a feed for each of its answers."""

    key: str
    heading: str
    about: str  # what is in a feed, with {} for the disease and {} for the answer
    labels: Mapping[str, str]  # the answers: last part of the feed's address -> in words
    answers: Callable[[Entry], Iterable[str]]  # an entry -> keys of its answers
    has_minor: bool = False  # whether its feeds have minor changes; else their twins do
    unlisted: frozenset[str] = frozenset()  # answers that another group has under the same name


EVERY = "One entry for each trial and night with changes."
WEIGHTY = f"{EVERY} Minor edits are left out."
WHOLE = f"{EVERY} Minor edits are included."


def feeds_of(catalog: Catalog) -> tuple[Feed, ...]:
    """Return the feeds of the site and of each disease, without twins and single trials."""
    diseases = (feed for view in catalog.followed for feed in disease_feeds(catalog, view))
    return (*_site_feeds(catalog), *diseases)


def missing_feeds(catalog: Catalog, feeds: Iterable[Feed]) -> Iterator[Problem]:
    """Yield a Problem for each channel whose feed this website will never have."""
    addresses = {each.address for feed in feeds for each in feed.both}
    waiting = tuple(v.disease.address for v in catalog.diseases if not v.is_followed)
    for channel in catalog.site.channels:
        address = channel.feed.removeprefix("/")
        if address not in addresses and not address.startswith(waiting):
            message = f"channel {channel.name!r}: there is no feed at {channel.feed}"
            yield Problem("content/site.yaml", 0, message)


def _site_feeds(catalog: Catalog) -> Iterator[Feed]:
    name, began = catalog.site.name, catalog.followed_since
    subjects = [DigestSubject(d.slug, d.slug, d.header.name) for d in catalog.content.diseases]
    entries = with_digests(catalog.entries, subjects)
    about = "What changes in all trials that this site follows."
    site = Feed("", name, f"{about} {WEIGHTY}", "", (), "All changes that matter")
    yield _with_welcome(
        catalog, _weighty_with_twin(site, entries, "feeds/all/", f"{about} {WHOLE}"), began
    )
    subjects = [
        DigestSubject(d.slug, f"{d.slug}/major", f"{d.header.name}, {MAJOR_LABEL}")
        for d in catalog.content.diseases
    ]
    major = with_digests((entry for entry in catalog.entries if entry.is_major), subjects)
    feed = Feed("feeds/major/", f"Major changes: {name}", MAJOR_ABOUT, "", major, MAJOR_LABEL)
    yield _with_welcome(catalog, feed, began)
    about = "What changed week by week, grouped by what matters: one entry when a week is over."
    address = "changes/digest/"
    week = Feed(address, f"Week by week: {name}", about, address, weeks(catalog), "Week by week")
    yield _with_welcome(catalog, week, began)


MAJOR_LABEL = "Major changes only"
MAJOR_ABOUT = (
    "Trials that are new, open, close, pause, stop or are removed; results; and what is mainly"
    f" measured. {EVERY}"
)


def disease_feeds(catalog: Catalog, view: DiseaseView) -> Iterator[Feed]:
    """Yield a disease's feeds: all changes, major changes, and one for each value."""
    slug, site = view.disease.slug, catalog.site.name
    disease = view.disease.header.name
    home, base, began = f"{slug}/", f"{slug}/feeds/", catalog.last_check.since(slug)

    def digested(entries: Iterable[Entry], key: str, name: str) -> tuple[Entry, ...]:
        return with_digests(entries, [DigestSubject(slug, f"{slug}/{key}".rstrip("/"), name)])

    def feed(key: str, label: str, about: str, entries: Iterable[Entry]) -> Feed:
        title = f"{disease}: {label}: {site}"
        digests = digested(entries, key, f"{disease}, {label}")
        return Feed(f"{base}{key}/", title, about, home, digests, label, disease=slug)

    about = f"What changes in trials of {disease}."
    title = f"{disease}: {site}"
    label = "All changes that matter"
    whole = Feed(home, title, f"{about} {WEIGHTY}", home, (), label, disease=slug)
    entries = digested(view.entries, "", disease)
    twin = f"{about} {WHOLE}"
    yield _with_welcome(catalog, _weighty_with_twin(whole, entries, f"{base}all/", twin), began)
    major = (entry for entry in view.entries if entry.is_major)
    about = f"{disease}: {MAJOR_ABOUT[:1].lower()}{MAJOR_ABOUT[1:]}"
    yield _with_welcome(catalog, feed("major", MAJOR_LABEL, about, major), began)
    for group in _groups(view):
        answers = _by_each(view.entries, group.answers)
        for key, label in group.labels.items():
            about = group.about.format(disease, label)
            scope = WHOLE if group.has_minor else WEIGHTY
            one = feed(key, label, f"{about} {scope}", answers[key])
            is_listed = key not in group.unlisted
            one = replace(one, group=group.key, heading=group.heading, is_listed=is_listed)
            if not group.has_minor:
                one = _weighty_with_twin(one, one.entries, f"{one.address}all/", f"{about} {WHOLE}")
            yield _with_welcome(catalog, one, began)


def _groups(view: DiseaseView) -> Iterator[Group]:
    """Yield the groups of a disease's feeds; /feeds/ lists them in the same order."""
    kinds = {kind: KINDS[kind].heading for kind in KINDS}
    about, kinds_of = "Trials of {}: {}.", attrgetter("kinds")
    yield Group("kind", "By kind of change", about, kinds, kinds_of, has_minor=True)
    yield from _facets(view)
    treatments = {f"intervention-{slug_of(t.name)}": t for t in view.disease.header.interventions}
    facets = view.disease.vocabulary.facets if view.disease.vocabulary else ()
    sorted_by = {value.label.casefold() for facet in facets for value in facet.values}
    names = {key: treatment.name for key, treatment in treatments.items()}
    twice = frozenset(key for key, name in names.items() if name.casefold() in sorted_by)
    about, naming = "Trials of {} whose record names {}.", _naming(treatments, view.entries)
    yield Group("intervention", "By drug", about, names, naming, unlisted=twice)
    about = "Trials of {} with a location in {}, or with one that opened or closed there."
    heading, countries = "By country of the locations", _countries(view)
    yield Group("country", heading, about, countries, _countries_of)


LEAST_TRIALS = 3  # trials that match both, or there is no feed


def _facets(view: DiseaseView) -> Iterator[Group]:
    """Yield a group for each facet of the disease, some of them also by age group."""
    slug, vocabulary = view.disease.slug, view.disease.vocabulary
    for facet in vocabulary.facets if vocabulary else ():
        labels = {f"{facet.key}-{value.key}": value.label for value in facet.values}
        about = f"Trials of {{}} with this answer under {facet.label.lower()}: {{}}."
        answers = partial(_values_of, facet.key, slug)
        yield Group(facet.key, f"By {facet.label.lower()}", about, labels, answers)
        if facet.key in BY_AGE:
            counts = Counter(
                key for trial in view.trials for key in _of_age(facet.key, slug, trial)
            )
            ages = {
                f"{facet.key}-{value.key}-{age}": f"{value.label}, {_age_label(age)}"
                for value in facet.values
                for age in LABELS["age"]
                if counts[f"{facet.key}-{value.key}-{age}"] >= LEAST_TRIALS
            }
            heading = f"By {facet.label.lower()} and age"
            by_age = partial(_of_ages, facet.key, slug)
            yield Group(f"{facet.key}-age", heading, about, ages, by_age)


def _age_label(key: str) -> str:
    """Return "children" or "older adults"."""
    return LABELS["age"][key].partition(" (")[0].lower()


def _values_of(facet: str, disease: str, entry: Entry) -> list[str]:
    trials = (night.trial for night in entry.nights)
    return [f"{facet}-{value}" for trial in trials for value in values_of(trial, facet, disease)]


def _of_ages(facet: str, disease: str, entry: Entry) -> list[str]:
    return [key for night in entry.nights for key in _of_age(facet, disease, night.trial)]


def _of_age(facet: str, disease: str, trial: Trial) -> list[str]:
    ages = values_of(trial, "age", disease)
    return [f"{facet}-{v}-{age}" for v in values_of(trial, facet, disease) for age in ages]


def trial_feeds(catalog: Catalog, trial: Trial) -> tuple[Feed, Feed]:
    """Return a trial's feeds: all changes, and major changes alone."""
    page, site = trial.address, catalog.site.name
    title = f"{trial.title} ({trial.nct_id}): {site}"
    about = (
        f"Every change in the record of {trial.nct_id}, minor ones too. One entry for each night"
        " with changes."
    )
    began = min((catalog.last_check.since(slug) for slug in trial.diseases), default="")
    seen = (change.date for change in trial.history if change.kind in ("new", "tracked"))
    date = next(seen, began)
    whole = Feed(page, title, about, page, trial.entries)
    entries = tuple(entry for entry in trial.entries if entry.is_major)
    about = (
        f"{trial.nct_id}: when it opens, closes, pauses, stops or is removed; results; and what is"
        f" mainly measured. {EVERY}"
    )
    major = Feed(
        f"{page}feeds/major/", f"Major changes: {title}", about, page, entries, MAJOR_LABEL
    )
    major = replace(major, forms=FORMS[:1])  # one for each trial: a third of the files
    return _with_welcome(catalog, whole, date), _with_welcome(catalog, major, date)


def editors_feed(catalog: Catalog, review_statuses: Mapping[str, ReviewStatus]) -> Feed:
    """Return the editors' feed: an entry for each description whose record changed."""
    title = f"Texts to look at again: {catalog.site.name}"
    about = "For editors: a description whose registry record changed after it was checked."
    feed = Feed(REVIEW, title, about, REVIEW, notices(review_statuses))
    return _with_welcome(catalog, feed, catalog.last_check.logged_since)


def _with_welcome(catalog: Catalog, feed: Feed, began: str) -> Feed:
    """Return a feed and its twin, each with its Welcome. `began`: ISO; "" before the first check.

    Older entries of a trial are below it.
    """
    date = began or f"{catalog.site.began}-01-01"
    title = shortened(f"You now follow: {feed.title}", LONGEST)
    first = Welcome(feed.address, title, feed.about, date, feed.page)
    entries = sorted((*feed.entries, first), key=attrgetter("date"), reverse=True)
    twin = _with_welcome(catalog, feed.twin, began) if feed.twin else None
    return replace(feed, entries=tuple(entries), twin=twin)


def _weighty_with_twin(feed: Feed, entries: tuple[FeedItem, ...], address: str, about: str) -> Feed:
    """Return the feed without minor entries, its twin with them."""
    title = f"{feed.title}: with minor edits"
    twin = replace(feed, address=address, title=title, about=about, entries=entries)
    return replace(_weighty(replace(feed, entries=entries)), twin=twin)


def _weighty(feed: Feed) -> Feed:
    """Return the feed without minor entries."""
    kept = (e for e in feed.entries if not (isinstance(e, Entry) and e.is_minor))
    return replace(feed, entries=tuple(kept))


def _by_each(
    entries: Iterable[Entry], keys_of: Callable[[Entry], Iterable[str]]
) -> defaultdict[str, list[Entry]]:
    """Return key -> its entries, in order; an entry may have several keys."""
    by_key: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in keys_of(entry):
            by_key[key].append(entry)
    return by_key


def countries_of(entry: Entry) -> dict[str, str]:
    """Return slug -> country of an entry's trials and of its changed locations."""
    ran = (name for night in entry.nights for name in night.countries)
    moved = (
        place["country"]
        for night in entry.nights
        for change in night.changes
        if change.kind == "locations"
        for place in (*(change.old or ()), *(change.new or ()))
        if place.get("country")
    )
    return {_key(name): name for name in (*moved, *ran)}


def _countries_of(entry: Entry) -> list[str]:
    return [f"country-{key}" for key in countries_of(entry)]


@cache
def _key(country: str) -> str:
    return slug_of(country_key(country))


def _countries(view: DiseaseView) -> dict[str, str]:
    """Return slug -> country of the disease's trials and entries, by name."""
    names: dict[str, str] = {}
    for entry in view.entries:
        names |= countries_of(entry)
    for trial in view.trials:
        names |= {_key(name): name for name in (trial.study.countries if trial.study else ())}
    by_name = sorted(names.items(), key=lambda both: both[1])
    return {f"country-{key}": name for key, name in by_name if key}


def _naming(
    treatments: Mapping[str, Treatment], entries: Iterable[Entry]
) -> Callable[[Entry], list[str]]:
    """Return a function from an entry to the treatments that its trials' records name."""
    tested = _tested(entries)
    ids_of = {key: _named_in(treatment, tested) for key, treatment in treatments.items()}
    return lambda entry: [
        key
        for key, ids in ids_of.items()
        if any(night.trial.nct_id in ids for night in entry.nights)
    ]


def _tested(entries: Iterable[Entry]) -> dict[str, str]:
    """Return NCT id -> title and treatment names of its record, in lower case."""
    studies = {n.trial.nct_id: n.trial.study for entry in entries for n in entry.nights}
    return {
        nct_id: "\n".join(
            [study.brief_title]
            + [name for each in study.interventions for name in (each.name, *each.other_names)]
        ).casefold()
        for nct_id, study in studies.items()
        if study
    }


def _named_in(treatment: Treatment, tested: Mapping[str, str]) -> set[str]:
    """Return the trials whose record names the treatment, as whole words."""
    words = "|".join(re.escape(name.casefold()) for name in (treatment.name, *treatment.also))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return {nct_id for nct_id, named in tested.items() if pattern.search(named)}
