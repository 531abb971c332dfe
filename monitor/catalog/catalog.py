"""Joins content, records and log into a Catalog: values that pages and feeds only have to render.

Nothing here knows HTML or the clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Protocol, TypeVar

from monitor.catalog.selection import LABELS
from monitor.catalog.trial import AGE, Entry, Trial, build_trial, with_history
from monitor.content import Content, Disease, Glossary, Page, Site, Vocabulary
from monitor.data import Change, Check, Data
from monitor.facets import Sorting, compiled, sort, with_claims
from monitor.parallel import in_shares
from monitor.registry import Study, terms


class Dated(Protocol):
    """Anything with a day."""

    @property
    def date(self) -> str:
        """Return the day: YYYY-MM-DD."""


Item = TypeVar("Item", bound=Dated)


@dataclass(frozen=True)
class DiseaseView:
    """A disease with its trials and their entries."""

    disease: Disease
    trials: tuple[Trial, ...]  # in its search or in lists of its text, in page order
    entries: tuple[Entry, ...]  # newest first
    is_followed: bool  # whether its first night is over; before it has a page, but no list or feeds

    @property
    def open_trials(self) -> tuple[Trial, ...]:
        """Return the trials that people can join."""
        return tuple(trial for trial in self.trials if trial.is_open)


@dataclass(frozen=True)
class Catalog:
    """The values of the whole website."""

    content: Content
    last_check: Check
    log: tuple[Change, ...]  # all changes, oldest first
    diseases: tuple[DiseaseView, ...]
    trials: dict[str, Trial]  # by id, sorted
    entries: tuple[Entry, ...]  # newest first, of all trials

    def study_of(self, nct_id: str) -> Study | None:
        """Return the record of a trial; None where data/ has none."""
        trial = self.trials.get(nct_id)
        return trial.study if trial else None

    @property
    def site(self) -> Site:
        """Return content/site.yaml."""
        return self.content.site

    @property
    def pages(self) -> tuple[Page, ...]:
        """Return the pages of text, such as /about/."""
        return self.content.pages

    @property
    def glossary(self) -> Glossary:
        """Return the glossary."""
        return self.content.glossary

    def disease_name(self, slug: str) -> str:
        """Return the name of a disease; for one without a file, the words of its slug."""
        names = (d.header.name for d in self.content.diseases if d.slug == slug)
        return next(names, slug.replace("-", " "))

    def with_log(self, log: Sequence[Change], checked: str) -> "Catalog":
        """Return the catalog with another log and day of the last check, otherwise unchanged."""
        histories = _histories(log)
        trials = {
            nct_id: with_history(trial, histories.get(nct_id, ()))
            for nct_id, trial in self.trials.items()
        }
        entries = _newest_first(entry for trial in trials.values() for entry in trial.entries)
        views = tuple(
            replace(view, entries=_entries_of(view.disease.slug, entries)) for view in self.diseases
        )
        last_check = replace(self.last_check, checked=checked)
        return replace(
            self,
            last_check=last_check,
            log=tuple(log),
            diseases=views,
            trials=trials,
            entries=entries,
        )

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """Return (key of a facet, key of a value) -> label, of all diseases."""
        ages = {(AGE, key): label for key, label in LABELS[AGE].items()}
        return ages | {
            (facet.key, value.key): value.label
            for disease in self.content.diseases
            if disease.vocabulary
            for facet in disease.vocabulary.facets
            for value in facet.values
        }

    @property
    def checked(self) -> date:
        """Return the day of the last check, which is the website's "today"; date.min before it."""
        return self.last_check.checked_on

    @property
    def followed(self) -> tuple[DiseaseView, ...]:
        """Return the diseases whose first night is over."""
        return tuple(view for view in self.diseases if view.is_followed)

    @property
    def followed_since(self) -> str:
        """Return the ISO date of the first night of all; "" before it."""
        nights = (self.last_check.since(view.disease.slug) for view in self.followed)
        return min(nights, default="")

    def latest(
        self, items: tuple[Item, ...], span: timedelta, least: int, most: int
    ) -> tuple[Item, ...]:
        """Return the newest of some items: those of a span before the last check, within limits."""
        since = (self.checked - span).isoformat() if self.last_check.checked else ""
        count = sum(item.date >= since for item in items)
        return items[: min(max(count, least), most)]


def build_catalog(
    content: Content, data: Data, log: Sequence[Change], processes: int = 1
) -> Catalog:
    """Return the Catalog of content, data and log (oldest first)."""
    members = {disease.slug: _members(disease, data) for disease in content.diseases}
    histories = _histories(log)
    sortings = _sortings(content, data, members, processes)
    trials = {
        nct_id: build_trial(
            nct_id,
            content,
            data,
            tuple(slug for slug, ids in members.items() if nct_id in ids),
            histories.get(nct_id, ()),
            sortings.get(nct_id, {}),
        )
        for nct_id in sorted(data.studies.keys() | content.trials.keys())
    }
    entries = _newest_first(entry for trial in trials.values() for entry in trial.entries)
    views = tuple(
        DiseaseView(
            disease,
            tuple(
                sorted((trials[i] for i in members[disease.slug] if i in trials), key=page_order)
            ),
            _entries_of(disease.slug, entries),
            disease.slug in data.last_check.searches,
        )
        for disease in content.diseases
    )
    return Catalog(content, data.last_check, tuple(log), views, trials, entries)


@dataclass(frozen=True)
class DigestSubject:
    """The disease whose changes after a gap in the checks a feed combines into one digest."""

    disease: str  # slug
    id_prefix: str  # before the date in the digest's id
    name: str


def with_digests(entries: Iterable[Entry], subjects: Sequence[DigestSubject]) -> tuple[Entry, ...]:
    """Return the entries of a feed, those after a gap combined into one digest for each subject.

    A trial is in the digest of the first of its diseases, and in no other.
    """
    combined: list[Entry] = []
    digests: dict[tuple[str, str], list[Entry]] = defaultdict(list)  # (slug, date)
    incomplete: set[tuple[str, str]] = set()  # digests that lack trials, as another has them
    for entry in entries:
        slugs = [each.disease for each in subjects if each.disease in entry.digested_for]
        if not slugs:
            combined.append(entry)
            continue
        digests[slugs[0], entry.date].append(entry)
        incomplete |= {(slug, entry.date) for slug in slugs[1:]}
    by_slug = {subject.disease: subject for subject in subjects}
    for (slug, day), members in digests.items():
        subject, is_rest = by_slug[slug], (slug, day) in incomplete
        nights = sorted((e.nights[0] for e in members), key=lambda night: night.changes[0].order)
        id_ = f"{subject.id_prefix}/{day}/others" if is_rest else f"{subject.id_prefix}/{day}"
        name = f"{subject.name}, other trials" if is_rest else subject.name
        combined.append(Entry(id_, day, tuple(nights), frozenset({slug}), name))
    return _newest_first(combined)


def _members(disease: Disease, data: Data) -> frozenset[str]:
    """Return the ids of a disease's trials: those of its search and of lists in its text."""
    from_lists = (nct_id for block in disease.trial_lists for nct_id in block.nct_ids)
    unconfirmed = data.last_check.missing.get(disease.slug, ())  # missing for one night only
    return frozenset({*data.searches.get(disease.slug, ()), *unconfirmed, *from_lists})


def _sortings(
    content: Content, data: Data, members: Mapping[str, frozenset[str]], processes: int
) -> dict[str, dict[str, Sorting]]:
    """Return how the vocabularies of its diseases sort each trial: NCT id -> slug -> Sorting.

    A trial without a record is sorted by the claims of its description alone.
    """
    claims = {nct_id: text.header.claims for nct_id, text in content.trials.items()}
    vocabularies = {d.slug: d.vocabulary for d in content.diseases if d.vocabulary}
    for slug, vocabulary in vocabularies.items():
        if members[slug]:
            compiled(vocabulary)  # before the processes fork, so that it is done once

    def sort_one(nct_id: str, vocabulary: Vocabulary) -> Sorting:
        study = data.studies.get(nct_id)
        by_record = sort(study, vocabulary) if study else Sorting()
        return with_claims(by_record, claims.get(nct_id), vocabulary)

    def sort_share(ids: Sequence[str]) -> list[tuple[str, dict[str, Sorting]]]:
        return [
            (
                nct_id,
                {
                    slug: sort_one(nct_id, vocabulary)
                    for slug, vocabulary in vocabularies.items()
                    if nct_id in members[slug]
                },
            )
            for nct_id in ids
        ]

    without_record = sorted(claims.keys() - data.studies.keys())
    shares = in_shares(sort_share, [*data.studies, *without_record], processes)
    return dict(chain.from_iterable(shares))


def page_order(trial: Trial) -> tuple[bool, int, bool, int, int]:
    """Return the sort key of lists: open first, then treatments, late phases, new ids."""
    study = trial.study
    number = int(trial.nct_id[3:])
    if study is None:
        return True, len(terms.STATUSES) + 1, True, 0, -number
    statuses = list(terms.STATUSES)
    is_listed = study.overall_status in statuses and not trial.is_gone
    rank = statuses.index(study.overall_status) if is_listed else len(statuses)
    phases = list(terms.PHASE)
    latest = max((phases.index(code) for code in study.phases if code in phases), default=0)
    return not trial.is_open, rank, _is_aside(trial, study), -latest, -number


def _is_aside(trial: Trial, study: Study) -> bool:
    """Return whether a trial tests no treatment, or is not for a stated group of patients.

    A search for a disease also returns trials of antibiotics, of sedation and of other diseases.
    """
    people = {facet.key for words in trial.vocabularies for facet in words.people}
    return not study.tests_treatment or people.isdisjoint(trial.sorting.yes)


def _histories(log: Iterable[Change]) -> dict[str, list[Change]]:
    """Return NCT id -> the changes of the study, in the order of the log."""
    histories: dict[str, list[Change]] = defaultdict(list)
    for change in log:
        histories[change.nct_id].append(change)
    return histories


def _entries_of(slug: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries of a disease."""
    return tuple(entry for entry in entries if slug in entry.diseases)


def _newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries by date, the latest first; of one date the weightiest first, then by id."""
    by_weight = sorted(entries, key=attrgetter("weight"))
    return tuple(sorted(by_weight, key=lambda entry: entry.date, reverse=True))
