"""The registry's facts in words: statuses, phases, ages, dates, places. Text, never HTML.

Names of drugs and places stay as the registry has them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from monitor.text import many

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Status(NamedTuple):
    """One OverallStatus of the registry."""

    code: str
    term: str  # the registry's own
    meaning: str  # from the registry's glossary, restated; "" for a code that is new to us
    group: str  # of STATUS_GROUPS
    is_open: bool = False  # whether anybody who fits can ask to join


STATUSES: dict[str, Status] = {
    status.code: status
    for status in (
        Status("RECRUITING", "Recruiting", "looking for participants", "open", True),
        Status("NOT_YET_RECRUITING", "Not yet recruiting", "planned, not open yet", "not-yet"),
        Status(
            "ENROLLING_BY_INVITATION",
            "Enrolling by invitation",
            "only people who are invited can join",
            "invitation",
        ),
        Status(
            "ACTIVE_NOT_RECRUITING",
            "Active, not recruiting",
            "under way, closed to new participants",
            "closed",
        ),
        Status("SUSPENDED", "Suspended", "paused, may start again", "paused"),
        Status("COMPLETED", "Completed", "ended normally", "ended"),
        Status("TERMINATED", "Terminated", "stopped early, will not start again", "ended"),
        Status("WITHDRAWN", "Withdrawn", "stopped before anyone took part", "withdrawn"),
        Status(
            "UNKNOWN", "Unknown status", "not confirmed by the sponsor for a long time", "unknown"
        ),
        Status(
            "AVAILABLE",
            "Available",
            "expanded access: treatment outside a trial can be asked for",
            "open",
            True,
        ),
        Status("NO_LONGER_AVAILABLE", "No longer available", "expanded access has ended", "ended"),
        Status(
            "TEMPORARILY_NOT_AVAILABLE",
            "Temporarily not available",
            "expanded access is paused",
            "paused",
        ),
        Status(
            "APPROVED_FOR_MARKETING",
            "Approved for marketing",
            "expanded access ended with approval",
            "ended",
        ),
        Status(
            "WITHHELD", "Withheld", "the sponsor has delayed publication of the record", "unknown"
        ),
    )
}
"""By code, in the order in which a person who looks for a trial would want them."""

STATUS_GROUPS = {
    "open": "Open",
    "not-yet": "Not yet open",
    "invitation": "By invitation",
    "paused": "Paused",
    "closed": "Closed to new",
    "ended": "Ended",
    "withdrawn": "Withdrawn",
    "unknown": "Unknown",
}
"""Each looks different on a page."""


def status(code: str) -> Status:
    """Return the Status of a code; one made from the code itself where it is new to us."""
    known = STATUSES.get(code)
    return known or Status(code, name_of(code).capitalize() or "Not given", "", "unknown")


PHASE = {
    "NA": "Not applicable",
    "EARLY_PHASE1": "Early phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}


CLAIM = {
    "population": "For people with",
    "line": "At which point",
    "ages": "Ages",
    "drugs": "Under study",
    "compared_with": "Compared with",
    "sponsor": "Sponsor",
    "group": "Run by",
}
"""What a description rests on, as a reader would ask for it."""

_CLAIMED = {
    "B-cell": "B-cell disease",
    "T-cell": "T-cell disease",
    "nothing": "nothing: everybody gets what is under study",
}


def claim(key: str, value: str) -> str:
    """ "For people with: B-cell disease"."""
    return f"{CLAIM[key]}: {_CLAIMED.get(value, value)}"


def name_of(code: str) -> str:
    """A registry code that we have no words for, made readable: SINGLE_GROUP -> single group."""
    return code.replace("_", " ").lower()


def phase(phases: Sequence[str]) -> str:
    """ "Phase 1/2"; "" where the record gives none."""
    named = [PHASE.get(code, name_of(code).capitalize()) for code in phases]
    if len(named) > 1 and all(name.startswith("Phase ") for name in named):
        return "Phase " + "/".join(name.removeprefix("Phase ") for name in named)
    return ", ".join(named)


_ISO = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?")


@lru_cache(maxsize=10_000)
def day(text: str) -> str:
    """A date as exact as it is: "22 August 2026", "August 2026", "2026"; else the text itself."""
    if not _ISO.fullmatch(text):
        return text
    year, month, number = (*text.split("-"), "", "")[:3]
    words = (str(int(number)) if number else "", _MONTHS[int(month) - 1] if month else "", year)
    return " ".join(filter(None, words))


def short_day(text: str) -> str:
    """ "22 Aug 2026", "Aug 2026", "2026": as it stands in rows and pictures."""
    words = day(text).split()
    return " ".join(word[:3] if word.isalpha() else word for word in words)


STD_AGE = {
    "CHILD": "children (to 17 years)",
    "ADULT": "adults (18 to 64 years)",
    "OLDER_ADULT": "older adults (65 years and older)",
}


def ages(minimum: str, maximum: str, std_ages: Sequence[str] = ()) -> str:
    """ "18 to 75 years", "65 years and older", "up to 365 days", or "" where none is given."""
    low, high = ("" if age == "N/A" else age.lower() for age in (minimum, maximum))
    if low and high:
        number, _, unit = low.partition(" ")
        if low == high:
            return low
        return f"{number} to {high}" if unit == high.partition(" ")[2] else f"{low} to {high}"
    if low or high:
        return f"{low} and older" if low else f"up to {high}"
    return ", ".join(STD_AGE.get(code, name_of(code)) for code in std_ages)


def people(count: int) -> str:
    """ "1 person", "1,440 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


def quoted(text: str) -> str:
    """Somebody's own words."""
    return f"“{' '.join(text.split())}”"


def shift(days: int) -> str:
    """ "3 years later", "2 months earlier", "12 days later"."""
    size, way = abs(days), "later" if days > 0 else "earlier"
    if size >= 700:
        years = round(size / 365.25 * 2) / 2
        return f"{years:g} years {way}"
    if size >= 45:
        return f"{many(round(size / 30.4375), 'month')} {way}"
    return f"{many(size, 'day')} {way}"


def place(location: dict[str, Any]) -> str:
    """ "E-Da Cancer Hospital, Kaohsiung City, Taiwan"."""
    parts = (location.get(key, "") for key in ("facility", "city", "state", "country"))
    return ", ".join(dict.fromkeys(part for part in parts if part))
