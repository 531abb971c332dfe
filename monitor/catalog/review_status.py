"""How each description stands to the registry's record as it is now: what an editor should look at.

In: a Catalog. Out: a ReviewStatus for each description, the notices of the editors' feed, and what
`check` says. That the registry moved on is never an error: it is told next to the text.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from monitor.catalog.catalog import Catalog
from monitor.catalog.trial import Entry, Trial
from monitor.content import TrialText
from monitor.data import MINOR, Change
from monitor.problems import Problem
from monitor.registry import day
from monitor.review import AGREES, CONTRADICTS, UNKNOWN, Verdict, contradictions

RESTS_ON = frozenset(
    {"title", "description", "eligibility", "design", "arms", "sponsor", "removed"}
)
"""Kinds of change after which a claim may be told otherwise, however small they are."""


@dataclass(frozen=True)
class ReviewStatus:
    """One description, its claims held against the record, and what happened since then."""

    trial: Trial
    text: TrialText
    verdicts: tuple[Verdict, ...]
    nights: tuple[Entry, ...]  # after the day it was checked against, newest first; not minor ones
    gap: str = ""  # the day on which the record was taken anew, so that nobody knows what changed

    @property
    def contradicted(self) -> list[Verdict]:
        """The claims that the record contradicts."""
        return contradictions(self.verdicts)

    @property
    def has_moved(self) -> bool:
        """Whether the record is not (or may not be) the one that the text was checked against."""
        return bool(self.nights or self.gap)

    @property
    def is_unrecorded(self) -> bool:
        """Whether there is no record to hold it against."""
        return self.trial.study is None

    @property
    def needs_an_editor(self) -> bool:
        """Whether somebody should look at the text again."""
        return self.has_moved or bool(self.contradicted)

    @property
    def counts(self) -> dict[str, int]:
        """How many claims agree, contradict, and cannot be told."""
        says = [verdict.says for verdict in self.verdicts]
        return {word: says.count(word) for word in (AGREES, CONTRADICTS, UNKNOWN)}

    @property
    def checked_against(self) -> str:
        """ISO: the day of the registry data that it was held against; "" where it says none."""
        day = self.text.header.checked_against
        return day.isoformat() if day else ""


@dataclass(frozen=True)
class Notice:
    """An entry of the editors' feed: the night on which a record moved away from our text."""

    review_status: ReviewStatus
    night: Entry

    @property
    def id(self) -> str:
        """For ever, as an Entry's."""
        return f"review/{self.night.id}"

    @property
    def date(self) -> str:
        """ISO: the night."""
        return self.night.date

    @property
    def title(self) -> str:
        """What changed, and whose text it is."""
        return f"To look at: {self.review_status.trial.short_name}: {self.night.what}"

    @property
    def summary(self) -> str:
        """Which text, and since when it has not been looked at."""
        trial, against = self.review_status.trial, day(self.review_status.checked_against)
        return f"Our description of {trial.nct_id} was checked against the record of {against}."

    @property
    def kinds(self) -> frozenset[str]:
        """Of the changes of that night."""
        return self.night.kinds

    @property
    def diseases(self) -> frozenset[str]:
        """Slugs of the trial's diseases."""
        return frozenset(self.review_status.trial.diseases)

    @property
    def address(self) -> str:
        """Of the trial on the editors' page, from the site's root."""
        return f"{ADDRESS}#{self.review_status.trial.nct_id}"


ADDRESS = "review/"  # of the editors' page


def review_statuses(catalog: Catalog) -> dict[str, ReviewStatus]:
    """How each description stands, by the trial's id; those that the record contradicts first."""
    statuses = [
        _standing(trial, trial.curated, catalog.night.logged_since)
        for trial in catalog.trials.values()
        if trial.curated
    ]
    statuses.sort(key=lambda one: (-len(one.contradicted), not one.nights, not one.gap))
    return {one.trial.nct_id: one for one in statuses}


def _standing(trial: Trial, text: TrialText, logged_since: str) -> ReviewStatus:
    header = text.header
    verdicts = trial.verdicts
    if not header.checked_against or trial.study is None:
        return ReviewStatus(trial, text, verdicts, ())
    against = header.checked_against.isoformat()
    nights = tuple(
        night
        for night in trial.entries
        if night.date > against and any(map(_counts, night.trials[0].changes))
    )
    return ReviewStatus(
        trial, text, verdicts, nights, logged_since if against < logged_since else ""
    )


def _counts(change: Change) -> bool:
    return change.rank != MINOR or change.kind in RESTS_ON


def notices(statuses: Mapping[str, ReviewStatus]) -> tuple[Notice, ...]:
    """The editors' feed, newest first."""
    entries = [Notice(one, night) for one in statuses.values() for night in one.nights]
    return tuple(sorted(entries, key=lambda notice: (notice.date, notice.id), reverse=True))


def findings(
    catalog: Catalog, statuses: Mapping[str, ReviewStatus], edited: Collection[str] | None = None
) -> Iterator[tuple[bool, Problem]]:
    """(whether it is an error, what) of each claim that the record contradicts.

    `edited` are the files that a proposal changes: it answers for those, and for no others. None
    where nobody knows: then for every text whose record still is the one it was checked against.
    """
    for one in statuses.values():
        path, lines = one.text.text.path, one.text.lines
        is_ours = not one.has_moved if edited is None else path in edited
        against, newest = one.checked_against, catalog.night.checked
        if against > newest and newest:
            message = f"checked_against: {against} is later than the registry data here: {newest}"
            yield is_ours, Problem(path, lines[("checked_against",)], message)
        for verdict in one.contradicted:
            since = (
                "" if is_ours else f" (the record changed after {against}, or the text is older)"
            )
            message = f"{verdict.name}: the registry says otherwise: {verdict.because}{since}"
            yield is_ours, Problem(path, lines[verdict.place], message)
