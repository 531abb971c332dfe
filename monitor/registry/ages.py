"""Ages as the registry and people write them, made comparable."""

import re

AGE = r"([0-9]{1,6}) (year|month|week|day|hour|minute)s?"
_AGE = re.compile(AGE, re.IGNORECASE | re.ASCII)
_PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 365, "hour": 8760, "minute": 525600}


def years(age: str) -> float | None:
    """ "18 Years" in years; None where there is no limit, or none that can be read."""
    found = _AGE.fullmatch(age)
    return int(found[1]) / _PER_YEAR[found[2].lower()] if found else None


def is_set(age: str) -> bool:
    """Whether a record gives this limit."""
    return age not in ("", "N/A")


_IN = {"year": (12, "months"), "month": (1, "months"), "week": (10080, "minutes"),
       "day": (1440, "minutes"), "hour": (60, "minutes"), "minute": (1, "minutes")}  # fmt: skip


def length(age: str) -> tuple[int, str] | None:
    """Return how long an age is, exactly: 18 years are 216 months; None where it can't be read."""
    found = _AGE.fullmatch(age)
    if not found:
        return None
    times, unit = _IN[found[2].lower()]
    return int(found[1]) * times, unit
