"""A trial's status as a pill: a colour, a shape and a word."""

from typing import NamedTuple

from monitor.catalog import Trial
from monitor.registry import terms


class Pill(NamedTuple):
    """A status as it is shown."""

    group: str  # of STATUS_GROUPS: the class in the stylesheet, and the shape
    word: str


SHAPES = {
    "open": "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 1 1 0-11z",
    "not-yet": "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 1 1 0-11z"
    "m0 2.2a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 1 0 0-6.6z",
    "invitation": "M6-.5 12.5 6 6 12.5-.5 6zm0 2.9L2.4 6 6 9.6 9.6 6zM6 4.4 7.6 6 6 7.6 4.4 6z",
    "paused": "M1.8.8h3v10.4h-3zm5.4 0h3v10.4h-3z",
    "closed": "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 1 1 0-11zM3 5v2h6V5z",
    "ended": "M.8.8h10.4v10.4H.8z",
    "withdrawn": "M1 2.6 2.6 1 6 4.4 9.4 1 11 2.6 7.6 6 11 9.4 9.4 11 6 7.6 2.6 11 1 9.4 4.4 6z",
    "unknown": "M2.8 4.1A3.2 3.2 0 1 1 7.9 6.7C7.2 7.2 7 7.5 7 8.3H5C5 6.8 5.5 6 6.5 5.3"
    " 7 5 7.2 4.6 7.2 4.1a1.2 1.2 0 1 0-2.4 0zM5 9.4h2v2H5z",
}
"""A path in a square of 12 for each group of statuses: no two are alike without their colours."""


def pill(trial: Trial) -> Pill:
    """Return the status of a trial; a record that is missing or gone has no status to show."""
    if trial.study is None:
        return Pill("unknown", "No record")
    if trial.is_gone:
        return Pill("withdrawn", "Removed")
    return Pill(trial.status_group, terms.STATUS_GROUPS[trial.status_group].heading)


def status_pill(code: str) -> Pill:
    """Return the pill of a status of the registry, of a trial or of a place."""
    group = terms.status(code).group
    return Pill(group, terms.STATUS_GROUPS[group].heading)
