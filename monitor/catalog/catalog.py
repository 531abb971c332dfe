"""What the website is made of: every trial, and what happened to all of them, joined.

In: content, records and log. Out: one Catalog of values that pages and feeds only have to render.
Nothing here knows HTML or the clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain

from monitor.catalog.trial import Entry, Trial, build_trial, entry_of, with_history
from monitor.content import PERSON, Content, Disease, Glossary, Page, Site
from monitor.data import Change, Data, Night
from monitor.facets import Sorting, compiled, sort, with_claims
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

    def disease_name(self, slug: str) -> str:
        """What a disease is called; of one that is followed no longer, the words of its address."""
        names = (d.header.name for d in self.content.diseases if d.slug == slug)
        return next(names, slug.replace("-", " "))

    def with_log(self, log: Sequence[Change], checked: str) -> "Catalog":
        """Return the catalog with another log, of a check on another day; all else as it is now."""
        histories = _histories(log)
        trials = {
            nct_id: with_history(trial, histories.get(nct_id, ()))
            for nct_id, trial in self.trials.items()
        }
        entries = _newest_first(entry for trial in trials.values() for entry in trial.entries)
        views = tuple(
            replace(view, entries=_of(view.disease.slug, entries)) for view in self.diseases
        )
        night = replace(self.night, checked=checked)
        return replace(
            self, night=night, log=tuple(log), diseases=views, trials=trials, entries=entries
        )

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """(facet, value) -> what readers see."""
        return {
            (facet.key, value.key): value.label
            for disease in self.content.diseases
            if disease.vocabulary
            for facet in disease.vocabulary.facets
            for value in facet.values
        }

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
    histories = _histories(log)
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
            date.fromisoformat(data.night.checked) if data.night.checked else date.min,
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
            _of(disease.slug, entries),
            disease.slug in data.night.searches,
        )
        for disease in content.diseases
    )
    return Catalog(content, data.night, tuple(log), views, trials, entries)


@dataclass(frozen=True)
class Gap:
    """Whose digest tells what a gap in the checks left to be found."""

    disease: str  # slug
    key: str  # begins the digest's id
    name: str


def folded(entries: Iterable[Entry], gaps: Sequence[Gap]) -> tuple[Entry, ...]:
    """Return entries as a feed tells them: what was found after a gap as one digest a disease.

    A trial stands in the digest of the first disease that has it, and in no other.
    """
    nights: list[Entry] = []
    digests: dict[tuple[str, str], list[Entry]] = defaultdict(list)  # (slug, date)
    others: set[tuple[str, str]] = set()  # those that lack trials, told with another disease
    for entry in entries:
        slugs = [gap.disease for gap in gaps if gap.disease in entry.gap]
        if not slugs:
            nights.append(entry)
            continue
        digests[slugs[0], entry.date].append(entry)
        others |= {(slug, entry.date) for slug in slugs[1:]}
    by_slug = {gap.disease: gap for gap in gaps}
    for (slug, day), found in digests.items():
        gap, is_rest = by_slug[slug], (slug, day) in others
        parts = sorted((e.trials[0] for e in found), key=lambda part: part.changes[0].order)
        id_ = f"{gap.key}/{day}/others" if is_rest else f"{gap.key}/{day}"
        name = f"{gap.name}, other trials" if is_rest else gap.name
        nights.append(entry_of(id_, day, tuple(parts), frozenset({slug}), name))
    return _newest_first(nights)


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
    for slug, words in vocabularies.items():
        if members[slug]:
            compiled(words)  # once, and not in each process

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


def page_order(trial: Trial) -> tuple[bool, int, bool, int, int]:
    """Sort open trials first, then those of a treatment, by phase, the newest ones first."""
    study = trial.study
    number = int(trial.nct_id[3:])
    if study is None:
        return True, len(terms.STATUSES) + 1, True, 0, -number
    statuses = list(terms.STATUSES)
    known = study.overall_status in statuses and not trial.is_gone
    rank = statuses.index(study.overall_status) if known else len(statuses)
    phases = list(terms.PHASE)
    latest = max((phases.index(code) for code in study.phases if code in phases), default=0)
    return not trial.is_open, rank, _is_aside(trial, study), -latest, -number


def _is_aside(trial: Trial, study: Study) -> bool:
    """Whether it tests no treatment, or does not say at which people with the disease it aims.

    A search for a disease also returns trials of antibiotics, of sedation and of other diseases.
    """
    tests_treatment = study.study_type in ("", "INTERVENTIONAL") and (
        study.primary_purpose in ("", "TREATMENT")
    )
    facets = (facet for vocabulary in trial.vocabularies for facet in vocabulary.facets)
    people = {facet.key for facet in facets if facet.about == PERSON}
    return not tests_treatment or people.isdisjoint(trial.sorting.yes)


def _histories(log: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes of each study, in the order of the log."""
    histories: dict[str, list[Change]] = defaultdict(list)
    for change in log:
        histories[change.nct_id].append(change)
    return histories


def _of(slug: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of a disease."""
    return tuple(entry for entry in entries if slug in entry.diseases)


def _newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries by date; of one date, the weightiest first, then by id."""
    by_weight = sorted(entries, key=lambda entry: (entry.trials[0].changes[0].order, entry.id))
    return tuple(sorted(by_weight, key=lambda entry: entry.date, reverse=True))
