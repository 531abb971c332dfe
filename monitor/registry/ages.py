"""Ages as the registry and sponsors write them: parsed, in years, in groups."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

AGE_PATTERN = r"([0-9]{1,6}) (year|month|week|day|hour|minute)s?"
_AGE = re.compile(AGE_PATTERN, re.IGNORECASE | re.ASCII)
DAYS_IN_YEAR = 365.25  # nobody of 365 days is one year old
_PER_YEAR = {
    "year": 1,
    "month": 12,
    "week": DAYS_IN_YEAR / 7,
    "day": DAYS_IN_YEAR,
    "hour": DAYS_IN_YEAR * 24,
    "minute": DAYS_IN_YEAR * 1440,
}


def years(age: str) -> float | None:
    """Return an age in years, 18.0 for "18 Years"; None where it is no age."""
    match = _AGE.fullmatch(age)
    return int(match[1]) / _PER_YEAR[match[2].lower()] if match else None


def is_limit(age: str) -> bool:
    """Return whether an age limit of a record is a limit: "" and "N/A" are none."""
    return age not in ("", "N/A")


AGE_GROUPS: dict[str, tuple[str, float, float]] = {
    "infants": ("Infants (under 1)", 0, 1),
    "children": ("Children (1 to 17)", 1, 18),
    "adults": ("Adults (18 to 64)", 18, 65),
    "older-adults": ("Older adults (65 and older)", 65, math.inf),
}
"""Key -> label, and the years that it spans: from the first one to just below the second."""


class StdAge(NamedTuple):
    """One of the registry's own age groups, which a record without limits has."""

    words: str
    low: float  # in years
    high: float


STD_AGES = {
    "CHILD": StdAge("children (to 17 years)", 0.0, 17.0),
    "ADULT": StdAge("adults (18 to 64 years)", 18.0, 64.0),
    "OLDER_ADULT": StdAge("older adults (65 years and older)", 65.0, math.inf),
}
"""By the registry's code."""


class Ages(NamedTuple):
    """The ages that a trial accepts, in years: from `low` to `high`, both included."""

    low: float
    high: float
    is_exact: bool = True
    """False where the record has only age groups: a trial for 12 to 25 years has "child" and
    "adult", and accepts only part of each."""

    @property
    def certain(self) -> tuple[float, float] | None:
        """Return the ages that it certainly accepts: of all three age groups the middle one."""
        if self.is_exact:
            return self.low, self.high
        has_all_groups = self.low == 0 and self.high == math.inf
        adults = STD_AGES["ADULT"]
        return (adults.low, adults.high) if has_all_groups else None

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the keys of the AGE_GROUPS of which at least some people can join."""
        return tuple(
            key
            for key, (_, first, end) in AGE_GROUPS.items()
            if self.low < end and self.high >= first
        )


def ages_of(minimum: str, maximum: str, std_ages: Sequence[str] = ()) -> Ages | None:
    """Return the ages between two limits; None where neither limits nor groups can be parsed."""
    low, high = years(minimum), years(maximum)
    if (low is None and is_limit(minimum)) or (high is None and is_limit(maximum)):
        return None
    if low is None and high is None and not (minimum or maximum):
        groups = [STD_AGES[code] for code in std_ages if code in STD_AGES]
        if not groups:
            return None
        low, high = min(group.low for group in groups), max(group.high for group in groups)
        return Ages(low, high, is_exact=False)
    return Ages(low or 0.0, math.inf if high is None else high)


_IN_EXACT_UNITS = {
    "year": (12, "months"),
    "month": (1, "months"),
    "week": (10080, "minutes"),
    "day": (1440, "minutes"),
    "hour": (60, "minutes"),
    "minute": (1, "minutes"),
}


def exact_age(age: str) -> tuple[int, str] | None:
    """Return an age as (number, unit), equal for equal ages: 18 years are 216 months.

    None where it cannot be parsed.
    """
    match = _AGE.fullmatch(age)
    if not match:
        return None
    factor, unit = _IN_EXACT_UNITS[match[2].lower()]
    return int(match[1]) * factor, unit
