"""What the website is made of: every trial, and what happened to all of them, joined.

In: content, records and log. Out: one Catalog of values that pages and feeds only have to render.
Nothing here knows HTML or the clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from monitor.catalog.trial import Entry, Trial, TrialNight, build_trial, entry_of
from monitor.content import Content, Disease, Glossary, Page, Site
from monitor.data import Change, Data, Night
from monitor.facets import Sorting, sort, with_claims
from monitor.parallel import in_shares
from monitor.registry import Study, terms

LATELY = timedelta(days=14)  # what a page calls "in the last days"


@dataclass(frozen=True)
class DiseaseView:
    """A disease with its trials and what happened to them."""

    disease: Disease
    trials: tuple[Trial, ...]  # found by its search or named in its lists, in page order
    entries: tuple[Entry, ...]  # newest first
    is_followed: bool  # its search was asked: until then it has a page, and no list and no feeds

    @property
    def open_trials(self) -> tuple[Trial, ...]:
        """Those that people can join."""
        return tuple(trial for trial in self.trials if trial.is_open)


@dataclass(frozen=True)
class Catalog:
    """The whole website as values."""

    content: Content
    night: Night
    log: tuple[Change, ...]  # every change ever seen, oldest first
    diseases: tuple[DiseaseView, ...]
    trials: dict[str, Trial]  # by id, sorted
    entries: tuple[Entry, ...]  # newest first, of all trials

    def study_of(self, nct_id: str) -> Study | None:
        """The record of a trial; None where there is none here."""
        trial = self.trials.get(nct_id)
        return trial.study if trial else None

    @property
    def site(self) -> Site:
        """What content/site.yaml says."""
        return self.content.site

    @property
    def pages(self) -> tuple[Page, ...]:
        """Pages of their own, such as /about/."""
        return self.content.pages

    @property
    def glossary(self) -> Glossary:
        """The terms that are explained."""
        return self.content.glossary

    @property
    def checked(self) -> date:
        """The day of the last good check: the only "today" that the website knows."""
        return date.fromisoformat(self.night.checked) if self.night.checked else date.min

    @property
    def followed(self) -> tuple[DiseaseView, ...]:
        """The diseases whose first night is over."""
        return tuple(view for view in self.diseases if view.is_followed)

    def lately(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries of the last days before the last check, without the minor ones."""
        since = (self.checked - LATELY).isoformat() if self.night.checked else ""
        return [entry for entry in entries if entry.date >= since and not entry.is_minor]


def build_catalog(
    content: Content, data: Data, log: Sequence[Change], processes: int = 1
) -> Catalog:
    """Join what people wrote, the records, and the log (oldest first)."""
    members = {disease.slug: _members(disease, data) for disease in content.diseases}
    histories: dict[str, list[Change]] = defaultdict(list)
    for change in log:
        histories[change.nct_id].append(change)
    sortings = _sortings(content, data, members, processes)
    trials = {
        nct_id: build_trial(
            nct_id,
            data.studies.get(nct_id),
            content.trials.get(nct_id),
            tuple(slug for slug, ids in members.items() if nct_id in ids),
            histories.get(nct_id, ()),
            data.night.absent,
            sortings.get(nct_id, {}),
            tuple(content.vocabularies.values()),
        )
        for nct_id in sorted(data.studies.keys() | content.trials.keys())
    }
    entries = _entries(content, trials)
    views = tuple(
        DiseaseView(
            disease,
            tuple(
                sorted((trials[i] for i in members[disease.slug] if i in trials), key=page_order)
            ),
            tuple(entry for entry in entries if disease.slug in entry.diseases),
            disease.slug in data.night.searches,
        )
        for disease in content.diseases
    )
    return Catalog(content, data.night, tuple(log), views, trials, tuple(entries))


def _members(disease: Disease, data: Data) -> frozenset[str]:
    """The ids of the trials that its search returned or its lists name."""
    listed = (nct_id for block in disease.trial_lists for nct_id in block.nct_ids)
    unconfirmed = data.night.missing.get(disease.slug, ())  # missing for one night only
    return frozenset({*data.searches.get(disease.slug, ()), *unconfirmed, *listed})


def _sortings(
    content: Content, data: Data, members: Mapping[str, frozenset[str]], processes: int
) -> dict[str, dict[str, Sorting]]:
    """Sort each trial by the vocabulary of each of its diseases: NCT id -> slug -> Sorting."""
    claims = {nct_id: text.header.claims for nct_id, text in content.trials.items()}
    vocabularies = {d.slug: d.vocabulary for d in content.diseases if d.vocabulary}

    def sort_share(ids: Sequence[str]) -> list[tuple[str, dict[str, Sorting]]]:
        return [
            (
                nct_id,
                {
                    slug: with_claims(
                        sort(data.studies[nct_id], vocabulary), claims.get(nct_id), vocabulary
                    )
                    for slug, vocabulary in vocabularies.items()
                    if nct_id in members[slug]
                },
            )
            for nct_id in ids
        ]

    shares = in_shares(sort_share, list(data.studies), processes)
    return dict(chain.from_iterable(shares))


def page_order(trial: Trial) -> tuple[bool, int, int, int]:
    """Open trials first, then by how late their phase is, then the newest registration."""
    study = trial.study
    number = int(trial.nct_id[3:])
    if study is None:
        return True, len(terms.STATUSES) + 1, 0, -number
    statuses = list(terms.STATUSES)
    known = study.overall_status in statuses and not trial.is_gone
    rank = statuses.index(study.overall_status) if known else len(statuses)
    phases = list(terms.PHASE)
    latest = max((phases.index(code) for code in study.phases if code in phases), default=0)
    return not trial.is_open, rank, -latest, -number


def _entries(content: Content, trials: Mapping[str, Trial]) -> list[Entry]:
    """The entries of all trials, newest first; of one date, the weightiest, then by id.

    What a gap left to be found is in digests, one a disease.
    """
    entries: list[Entry] = []
    digests: dict[tuple[str, str], list[TrialNight]] = defaultdict(list)  # (slug, date)
    for trial in trials.values():
        for entry in trial.entries:
            part = entry.trials[0]
            slugs = {slug for c in part.changes if c.catch_up for slug in c.diseases}
            for slug in slugs:
                digests[slug, entry.date].append(part)
            if not slugs:
                entries.append(entry)
    names = {disease.slug: disease.header.name for disease in content.diseases}
    for (slug, day), nights in digests.items():
        nights.sort(key=lambda night: night.changes[0].order)
        name = names.get(slug, slug)
        entries.append(entry_of(f"{slug}/{day}", day, tuple(nights), frozenset({slug}), name))
    entries.sort(key=lambda entry: entry.id)
    entries.sort(key=lambda entry: min(part.changes[0].order for part in entry.trials))
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return entries
