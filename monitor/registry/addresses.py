"""Addresses of the registry on the web."""

from urllib.parse import quote

API = "https://clinicaltrials.gov/api/v2"


def record_url(nct_id: str) -> str:
    """Return the address of a study's record."""
    return f"https://clinicaltrials.gov/study/{nct_id}"


def search_url(condition: str) -> str:
    """Return the address of a search by condition."""
    return f"https://clinicaltrials.gov/search?cond={quote(condition, safe='')}"


def history_url(nct_id: str) -> str:
    """Return the address of a record's history, where the registry compares its versions."""
    return f"{record_url(nct_id)}?tab=history"
