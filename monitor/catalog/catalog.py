"""What the website is made of: every trial, and what happened to all of them, joined.

In: a Basis and the records. Out: one Catalog of values that pages and feeds only have to render.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.catalog.basis import Basis, Entry, Trial, TrialNight, entry_of
from monitor.content.reader import Disease
from monitor.data.snapshot import Data
from monitor.registry import terms
from monitor.registry.study import Facts

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
class Catalog(Basis):
    """The whole website as values."""

    diseases: tuple[DiseaseView, ...]
    trials: dict[str, Trial]  # by id, sorted
    entries: tuple[Entry, ...]  # newest first, of all trials

    @property
    def followed(self) -> tuple[DiseaseView, ...]:
        """The diseases whose first night is over."""
        return tuple(view for view in self.diseases if view.is_followed)

    def lately(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries of the last days before the last check, without the minor ones."""
        since = (self.checked - LATELY).isoformat() if self.night.checked else ""
        return [entry for entry in entries if entry.date >= since and not entry.is_minor]


def build_catalog(basis: Basis, data: Data[Facts]) -> Catalog:
    """Join that with the records."""
    trials = {
        nct_id: basis.trial(nct_id, data.studies.get(nct_id), data.digests.get(nct_id, ""))
        for nct_id in sorted(data.studies.keys() | basis.content.trials.keys())
    }
    entries = _entries(basis, trials)
    views = tuple(
        DiseaseView(
            disease,
            tuple(sorted((trials[i] for i in basis.members[slug] if i in trials), key=page_order)),
            tuple(entry for entry in entries if slug in entry.diseases),
            slug in basis.night.searches,
        )
        for slug, disease in ((disease.slug, disease) for disease in basis.content.diseases)
    )
    return Catalog(
        basis.content, basis.night, basis.members, basis.histories, views, trials, tuple(entries)
    )


def page_order(trial: Trial) -> tuple[bool, int, int, int]:
    """Open trials first, then by how late their phase is, then the newest registration."""
    study = trial.study
    number = int(trial.nct_id[3:])
    if study is None:
        return True, len(terms.STATUS) + 1, 0, -number
    statuses = list(terms.STATUS)
    known = study.overall_status in statuses and not trial.is_gone
    rank = statuses.index(study.overall_status) if known else len(statuses)
    phases = list(terms.PHASE)
    latest = max((phases.index(code) for code in study.phases if code in phases), default=0)
    return not trial.is_open, rank, -latest, -number


def _entries(basis: Basis, trials: Mapping[str, Trial]) -> list[Entry]:
    """The entries of all trials, newest first; of one date, the weightiest, then by id.

    What a gap left to be found is in digests, one a disease.
    """
    entries: list[Entry] = []
    digests: dict[tuple[str, str], list[TrialNight]] = defaultdict(list)  # (slug, date)
    for trial in trials.values():
        for entry in trial.entries:
            part = entry.parts[0]
            slugs = {slug for c in part.changes if c.catch_up for slug in c.diseases}
            for slug in slugs:
                digests[slug, entry.date].append(part)
            if not slugs:
                entries.append(entry)
    names = {disease.slug: disease.header.name for disease in basis.content.diseases}
    for (slug, day), parts in digests.items():
        parts.sort(key=lambda part: part.changes[0].order)
        name = names.get(slug, slug)
        entries.append(entry_of(f"{slug}/{day}", day, tuple(parts), frozenset({slug}), name))
    entries.sort(key=lambda entry: entry.id)
    entries.sort(key=lambda entry: min(part.changes[0].order for part in entry.parts))
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return entries
