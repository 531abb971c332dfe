"""Where the registry stands on the web."""

API = "https://clinicaltrials.gov/api/v2"


def record_url(nct_id: str) -> str:
    """Return the page of a study's record."""
    return f"https://clinicaltrials.gov/study/{nct_id}"


def history_url(nct_id: str) -> str:
    """Return the page of a record's history, where the registry compares its versions."""
    return f"{record_url(nct_id)}?tab=history"
