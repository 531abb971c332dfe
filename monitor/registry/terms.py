"""The registry's facts in words: statuses, phases, ages, dates, places. Text, never HTML.

Names of drugs and places stay as the registry has them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

STATUS: dict[str, tuple[str, str]] = {
    "RECRUITING": ("Recruiting", "looking for participants"),
    "NOT_YET_RECRUITING": ("Not yet recruiting", "planned, not open yet"),
    "ENROLLING_BY_INVITATION": ("Enrolling by invitation", "only people who are invited can join"),
    "ACTIVE_NOT_RECRUITING": ("Active, not recruiting", "under way, closed to new participants"),
    "SUSPENDED": ("Suspended", "paused, may start again"),
    "COMPLETED": ("Completed", "ended normally"),
    "TERMINATED": ("Terminated", "stopped early, will not start again"),
    "WITHDRAWN": ("Withdrawn", "stopped before anyone took part"),
    "UNKNOWN": ("Unknown status", "not confirmed by the sponsor for a long time"),
    "AVAILABLE": ("Available", "expanded access: treatment outside a trial can be asked for"),
    "NO_LONGER_AVAILABLE": ("No longer available", "expanded access has ended"),
    "TEMPORARILY_NOT_AVAILABLE": ("Temporarily not available", "expanded access is paused"),
    "APPROVED_FOR_MARKETING": ("Approved for marketing", "expanded access ended with approval"),
    "WITHHELD": ("Withheld", "the sponsor has delayed publication of the record"),
}
"""OverallStatus -> the registry's term, and what it means (from the registry's glossary, restated).
In the order in which a person who looks for a trial would want them."""

PHASE = {
    "NA": "Not applicable",
    "EARLY_PHASE1": "Early phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}


KIND = {
    "removed": "Removed from the registry, or merged",
    "status": "Status: opened, closed, paused, stopped",
    "results": "Results",
    "primary_outcome": "Primary outcomes: what is mainly measured",
    "new": "New trials",
    "left": "No longer found by the search",
    "eligibility": "Who can join",
    "design": "Phase and design",
    "arms": "Groups and treatments",
    "enrollment": "Number of participants",
    "dates": "Start and end dates",
    "locations": "Locations",
    "sponsor": "Sponsors",
    "documents": "Documents posted",
    "secondary_outcome": "Secondary outcomes",
    "tracked": "Older trials now found by the search",
    "title": "Titles",
    "description": "Descriptions",
    "references": "Publications and links",
}
"""Every kind of change as a heading."""


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


def status_term(code: str) -> str:
    """The registry's own term for a status."""
    return STATUS[code][0] if code in STATUS else name_of(code).capitalize() or "Not given"


def status_meaning(code: str) -> str:
    """What a status means, in a few plain words; "" for one that is new to us."""
    return STATUS[code][1] if code in STATUS else ""


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


def many(count: int, what: str) -> str:
    """ "1 location", "3 locations", "2 exclusion criteria"."""
    if count == 1:
        return f"1 {what}"
    plural = {"criterion": "criteria", "country": "countries", "entry": "entries"}
    head, _, last = what.rpartition(" ")
    return f"{count:,} {' '.join(filter(None, (head, plural.get(last, last + 's'))))}"


def shift(days: int) -> str:
    """ "3 years later", "2 months earlier", "12 days later"."""
    size, way = abs(days), "later" if days > 0 else "earlier"
    if size >= 700:
        years = round(size / 365.25 * 2) / 2
        return f"{years:g} years {way}"
    if size >= 45:
        return f"{many(round(size / 30.4375), 'month')} {way}"
    return f"{many(size, 'day')} {way}"


def ordinal(number: int) -> str:
    """ "first" to "fifth", then "6th", "11th", "22nd"."""
    words = ("", "first", "second", "third", "fourth", "fifth")
    if number < len(words):
        return words[number]
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def capitalized(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def place(location: dict[str, Any]) -> str:
    """ "E-Da Cancer Hospital, Kaohsiung City, Taiwan"."""
    parts = (location.get(key, "") for key in ("facility", "city", "state", "country"))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def slug_of(name: str) -> str:
    """A name as a part of an address: small letters without accents, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
