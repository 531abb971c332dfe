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
