"""The registry's codes in words: statuses, phases, ages, dates, places. Text, never HTML.

Names of drugs and places stay as the registry has them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from monitor.registry.ages import DAYS_IN_YEAR, STD_AGES
from monitor.registry.json_object import is_date
from monitor.text import many

DAYS_IN_MONTH = DAYS_IN_YEAR / 12
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Status(NamedTuple):
    """One OverallStatus of the registry, of a trial or of a place; each of its words has one use.

    On pages the pill of a trial, or of a place, has the heading of the group. Of a change to the
    status, the message begins with `news`; the tag beside it is `tag`, or "Reopened" where that is
    what it did; and a headline that counts changes does so in the words of `event`.
    """

    code: str
    term: str  # the registry's own word: on a trial's page, and after "was:" in messages
    joining: str  # beside the pill on a trial's page: what it means for somebody who could join
    news: str  # how the message begins that a trial now has it, in headlines, pages and feeds
    group: str  # of STATUS_GROUPS
    is_open: bool = False  # whether anybody who fits can ask to join
    event: str = ""  # of STATUS_EVENTS: as what headlines count it; "" for nothing
    tag: str = ""  # beside a change to it, in lists of changes; "" for the tag of its group
    schema_org: str = ""  # its MedicalStudyStatus; "" where schema.org has none

    @property
    def has_ended(self) -> bool:
        """Return whether the study is over, so that its expected dates no longer hold."""
        return self.group in ("ended", "withdrawn")

    @property
    def takes_nobody(self) -> bool:
        """Return whether nobody can join now or later."""
        return self.has_ended or self.group == "closed"

    @property
    def needs_reason(self) -> bool:
        """Return whether readers ask why: the study was stopped or paused."""
        return self.event in ("stopped", "paused")


class StatusGroup(NamedTuple):
    """Statuses that pages show in the same way."""

    heading: str  # in pills, in filters and over the parts of a list
    tag: str = ""  # beside a change to a status without a tag of its own; "" for the heading
    location: str = ""  # beside a change to a location's status: "Location opened"; "" for no word


STATUS_GROUPS = {
    "open": StatusGroup("Open", tag="Opened", location="opened"),
    "not-yet": StatusGroup("Not yet open"),
    "invitation": StatusGroup("By invitation"),
    "paused": StatusGroup("Paused", location="paused"),
    "closed": StatusGroup("Closed to new", location="closed"),
    "ended": StatusGroup("Ended", location="closed"),
    "withdrawn": StatusGroup("Withdrawn"),
    "unknown": StatusGroup("Unknown", tag="Status unknown"),
}
"""By key, in the order in which lists show them."""

STATUS_EVENTS = {
    "opened": ("trial opened", "trials opened"),
    "stopped": ("stopped", "stopped"),
    "paused": ("paused", "paused"),
    "closed": ("closed to new participants", "closed to new participants"),
    "completed": ("completed", "completed"),
}
"""What headlines count, the weightiest first: the words for one trial, and for several."""


STATUSES: dict[str, Status] = {
    status.code: status
    for status in (
        Status(
            code="RECRUITING",
            term="Recruiting",
            joining="Taking new participants.",
            news="Now recruiting",
            group="open",
            is_open=True,
            event="opened",
            schema_org="Recruiting",
        ),
        Status(
            code="NOT_YET_RECRUITING",
            term="Not yet recruiting",
            joining="Planned; not taking participants yet.",
            news="Now listed as not yet recruiting",
            group="not-yet",
            schema_org="NotYetRecruiting",
        ),
        Status(
            code="ENROLLING_BY_INVITATION",
            term="Enrolling by invitation",
            joining="Only people whom the trial team invites can join.",
            news="Now enrolling by invitation only",
            group="invitation",
            schema_org="EnrollingByInvitation",
        ),
        Status(
            code="ACTIVE_NOT_RECRUITING",
            term="Active, not recruiting",
            joining="Under way; it takes no new participants.",
            news="Closed to new participants",
            group="closed",
            event="closed",
            schema_org="ActiveNotRecruiting",
        ),
        Status(
            code="SUSPENDED",
            term="Suspended",
            joining="Paused for now; it may start again.",
            news="Paused",
            group="paused",
            event="paused",
            schema_org="Suspended",
        ),
        Status(
            code="COMPLETED",
            term="Completed",
            joining="Ended normally.",
            news="Completed",
            group="ended",
            event="completed",
            tag="Completed",
            schema_org="Completed",
        ),
        Status(
            code="TERMINATED",
            term="Terminated",
            joining="Stopped early, will not start again.",
            news="Stopped early",
            group="ended",
            event="stopped",
            tag="Stopped early",
            schema_org="Terminated",
        ),
        Status(
            code="WITHDRAWN",
            term="Withdrawn",
            joining="Stopped before anyone took part.",
            news="Withdrawn before anyone took part",
            group="withdrawn",
            event="stopped",
            schema_org="Withdrawn",
        ),
        Status(
            code="UNKNOWN",
            term="Unknown status",
            joining="Status now unknown: the sponsor has not confirmed it for two years.",
            news="Status now unknown: the sponsor has not confirmed it for two years",
            group="unknown",
        ),
        Status(
            code="AVAILABLE",
            term="Available",
            joining="Treatment outside a trial can be asked for.",
            news="Expanded access is now available",
            group="open",
            is_open=True,
            event="opened",
        ),
        Status(
            code="NO_LONGER_AVAILABLE",
            term="No longer available",
            joining="Expanded access has ended.",
            news="Expanded access is no longer available",
            group="ended",
        ),
        Status(
            code="TEMPORARILY_NOT_AVAILABLE",
            term="Temporarily not available",
            joining="Expanded access is paused for now; it may start again.",
            news="Expanded access is paused",
            group="paused",
        ),
        Status(
            code="APPROVED_FOR_MARKETING",
            term="Approved for marketing",
            joining="Expanded access ended with approval.",
            news="Expanded access ended: approved for marketing",
            group="ended",
        ),
        Status(
            code="WITHHELD",
            term="Withheld",
            joining="The sponsor has delayed publication of the record.",
            news="Status is now withheld",
            group="unknown",
        ),
    )
}
"""By code, those first that a person in search of a trial would want first."""


def opens(old: str | None, new: str | None) -> bool:
    """Return whether a change of status opens a study; swap the codes to ask whether it closes."""
    return status(new or "").is_open and not status(old or "").is_open


def status(code: str) -> Status:
    """Return the Status of a code; for a code that is not in STATUSES, one named after the code."""
    if code in STATUSES:
        return STATUSES[code]
    term = name_of(code)
    return Status(
        code=code,
        term=term.capitalize() or "Not given",
        joining="The registry's word for this is new to us.",
        news=f"Status is now {term}" if term else "Status left out",
        group="unknown",
    )


PHASE = {
    "NA": "Not applicable",
    "EARLY_PHASE1": "Early phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}


def name_of(code: str) -> str:
    """Return a registry code as plain words: SINGLE_GROUP -> single group."""
    return code.replace("_", " ").lower()


def phase(phases: Sequence[str]) -> str:
    """Return the phases of a study as one: "Phase 1/2"; "" where there are none."""
    named = [PHASE.get(code, name_of(code).capitalize()) for code in phases]
    if len(named) > 1 and all(name.startswith("Phase ") for name in named):
        return "Phase " + "/".join(name.removeprefix("Phase ") for name in named)
    return ", ".join(named)


DATES = {
    "start_date": "start",
    "primary_completion_date": "primary completion",
    "completion_date": "study completion",
}
"""Dates of the trial, by field of Study: expected or past."""

POSTED = {
    "first_post_date": "first posted",
    "results_first_post_date": "results posted",
    "last_update_post_date": "last update posted",
}
"""Dates set by the registry, always past. Of these, ESTIMATED means that the day is not exact."""

ALL_DATES = {"first_post_date": POSTED["first_post_date"], **DATES, **POSTED}
"""DATES and POSTED, in the order in which they usually happen."""


@lru_cache(maxsize=10_000)
def day(text: str) -> str:
    """Return a date in words, as exact as it is: "22 August 2026", "August 2026", "2026".

    A text that is no date is returned as it is.
    """
    if not is_date(text):
        return text
    year, month, number = (*text.split("-"), "", "")[:3]
    words = (str(int(number)) if number else "", MONTHS[int(month) - 1] if month else "", year)
    return " ".join(filter(None, words))


def short_day(text: str) -> str:
    """Return a date in short words, for rows and pictures: "22 Aug 2026", "Aug 2026", "2026"."""
    words = day(text).split()
    return " ".join(word[:3] if word.isalpha() else word for word in words)


def ages(minimum: str, maximum: str, std_ages: Sequence[str] = ()) -> str:
    """Return ages in words: "18 to 75 years", "65 years and older"; "" without limits."""
    low, high = ("" if age == "N/A" else age.lower() for age in (minimum, maximum))
    if low and high:
        number, _, unit = low.partition(" ")
        if low == high:
            return low
        return f"{number} to {high}" if unit == high.partition(" ")[2] else f"{low} to {high}"
    if low or high:
        return f"{low} and older" if low else f"up to {high}"
    if len(set(std_ages)) == len(STD_AGES):
        return "children to older adults"
    groups = (STD_AGES[code].words if code in STD_AGES else name_of(code) for code in std_ages)
    return ", ".join(groups)


def people(count: int) -> str:
    """Return a number of people: "1 person", "1,440 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


ENROLLMENT = {"ACTUAL": "enrolled", "ESTIMATED": "planned"}
"""Type of a number of participants -> its word."""


def enrollment(count: int, type_: str) -> str:
    """Return a number of participants: "24 people planned"; without the word for other types."""
    return f"{people(count)} {ENROLLMENT.get(type_, '')}".rstrip()


def quoted(text: str) -> str:
    """Return a text in quotation marks, on one line."""
    return f"“{' '.join(text.split())}”"


def shift(days: int) -> str:
    """Return a number of days as a shift: "3 years later", "2 months earlier", "12 days later"."""
    size, direction = abs(days), "later" if days > 0 else "earlier"
    if size >= 700:
        years = round(size / DAYS_IN_YEAR * 2) / 2
        return f"{years:g} years {direction}"
    if size >= 45:
        return f"{many(round(size / DAYS_IN_MONTH), 'month')} {direction}"
    return f"{many(size, 'day')} {direction}"


def location(value: dict[str, Any]) -> str:
    """Return a location on one line: "E-Da Cancer Hospital, Kaohsiung City, Taiwan"."""
    parts = (value.get(key, "") for key in ("facility", "city", "state", "country"))
    return ", ".join(dict.fromkeys(part for part in parts if part))
