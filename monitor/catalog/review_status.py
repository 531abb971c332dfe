"""The status of each description: does the registry's current record still support it?

In: a Catalog. Out: a ReviewStatus for each description, the notices of the editors' feed, and what
`check` says. That the registry moved on is never an error: it is said next to the text.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from monitor.catalog.catalog import Catalog
from monitor.catalog.trial import Entry, Trial
from monitor.content import TrialText
from monitor.data import MINOR, Change
from monitor.problems import Finding, Problem
from monitor.registry import terms
from monitor.review import AGREES, CONTRADICTS, UNKNOWN, Verdict, contradictions

RESTS_ON = frozenset(
    {"title", "description", "eligibility", "design", "arms", "sponsor", "removed"}
)
"""Kinds of change after which a claim may no longer hold, however small they are."""


@dataclass(frozen=True)
class ReviewStatus:
    """One description, its claims compared with the record, and what happened since then."""

    trial: Trial
    text: TrialText
    verdicts: tuple[Verdict, ...]
    entries: tuple[Entry, ...]  # after the day it was checked against, newest first; not minor ones
    replaced_on: str = ""
    """The ISO date on which the record was replaced, so that nobody knows what changed."""

    @property
    def contradicted(self) -> list[Verdict]:
        """Return the claims that the record contradicts."""
        return contradictions(self.verdicts)

    @property
    def has_moved(self) -> bool:
        """Return whether the record may differ from the one that the text was checked against."""
        return bool(self.entries or self.replaced_on)

    @property
    def is_unrecorded(self) -> bool:
        """Return whether there is no record to compare it with."""
        return self.trial.study is None

    @property
    def needs_an_editor(self) -> bool:
        """Return whether somebody should look at the text again."""
        return self.has_moved or bool(self.contradicted)

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers of claims that agree, that contradict and that are undecided."""
        says = [verdict.says for verdict in self.verdicts]
        return {word: says.count(word) for word in (AGREES, CONTRADICTS, UNKNOWN)}

    @property
    def checked_against(self) -> str:
        """Return the ISO date of the registry data that it was compared with; "" for none."""
        day = self.text.header.checked_against
        return day.isoformat() if day else ""


@dataclass(frozen=True)
class Notice:
    """An entry of the editors' feed: the night on which a record moved away from our text."""

    review_status: ReviewStatus
    entry: Entry

    @property
    def id(self) -> str:
        """Return the permanent id."""
        return f"review/{self.entry.id}"

    @property
    def date(self) -> str:
        """Return the ISO date of the night."""
        return self.entry.date

    @property
    def title(self) -> str:
        """Return what changed, and whose text it is."""
        return f"To look at: {self.review_status.trial.short_name}: {self.entry.main_message}"

    @property
    def summary(self) -> str:
        """Return the text, and the date of its last check."""
        trial, against = self.review_status.trial, terms.day(self.review_status.checked_against)
        return f"Our description of {trial.nct_id} was checked against the record of {against}."

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of that night's changes."""
        return self.entry.kinds

    @property
    def diseases(self) -> frozenset[str]:
        """Return the slugs of the trial's diseases."""
        return frozenset(self.review_status.trial.diseases)

    @property
    def address(self) -> str:
        """Return its address on the editors' page, from the site's root."""
        return f"{ADDRESS}#{self.review_status.trial.nct_id}"


ADDRESS = "review/"  # of the editors' page


def review_statuses(catalog: Catalog) -> dict[str, ReviewStatus]:
    """Return NCT id -> status of its description, the contradicted ones first."""
    statuses = [
        _review_status(trial, trial.curated, catalog.last_check.logged_since)
        for trial in catalog.trials.values()
        if trial.curated
    ]
    statuses.sort(key=lambda one: (-len(one.contradicted), not one.entries, not one.replaced_on))
    return {one.trial.nct_id: one for one in statuses}


def _review_status(trial: Trial, text: TrialText, logged_since: str) -> ReviewStatus:
    header = text.header
    verdicts = trial.verdicts
    if not header.checked_against or trial.study is None:
        return ReviewStatus(trial, text, verdicts, ())
    against = header.checked_against.isoformat()
    entries = tuple(
        entry
        for entry in trial.entries
        if entry.date > against and any(map(_may_matter, entry.changes))
    )
    return ReviewStatus(
        trial, text, verdicts, entries, logged_since if against < logged_since else ""
    )


def _may_matter(change: Change) -> bool:
    """Return whether a claim may no longer hold after a change."""
    return change.rank != MINOR or change.kind in RESTS_ON


def notices(statuses: Mapping[str, ReviewStatus]) -> tuple[Notice, ...]:
    """Return the entries of the editors' feed, newest first."""
    entries = [Notice(one, entry) for one in statuses.values() for entry in one.entries]
    return tuple(sorted(entries, key=lambda notice: (notice.date, notice.id), reverse=True))


def claim_findings(
    catalog: Catalog, statuses: Mapping[str, ReviewStatus], edited: Collection[str] | None = None
) -> Iterator[Finding]:
    """Yield a Finding for each claim that the record contradicts.

    `edited` are the files that a proposal changes: it answers for those, and for no others. None
    where nobody knows: then for every text whose record still is the one it was checked against.
    """
    for one in statuses.values():
        path, lines = one.text.text.path, one.text.lines
        is_ours = not one.has_moved if edited is None else path in edited
        against, newest = one.checked_against, catalog.last_check.checked
        if against > newest and newest:
            message = f"checked_against: {against} is later than the registry data here: {newest}"
            yield Finding(Problem(path, lines[("checked_against",)], message), is_ours)
        for verdict in one.contradicted:
            since = (
                "" if is_ours else f" (the record changed after {against}, or the text is older)"
            )
            message = f"{verdict.name}: the registry says otherwise: {verdict.because}{since}"
            yield Finding(Problem(path, lines[verdict.place], message), is_ours)
