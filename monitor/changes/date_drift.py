"""One study's dates over all nights: how often and how far they moved since we first saw it.

A date that rolls ahead a few days every few nights is one fact. A run is a chain of small moves of
one date, each within a month of the one before, with no change of status between. Readers hear of
its first move, and once, as notable, of the move by which the run has come to a month; the rest is
silent in pages and feeds, and counts in the Slip.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from monitor.changes.watched import LONG, days_moved
from monitor.data import MINOR, NOTABLE, Change
from monitor.registry import Sponsor, Study

CHAIN = timedelta(days=31)  # a longer silence ends a run


@dataclass(frozen=True)
class Slip:
    """How one date moved since this project first saw the study."""

    field: str
    first: str  # the date as first seen
    now: str
    delays: int  # moves to a later date
    moves: int  # all moves
    days: int  # from first to now; negative where it came nearer


_BEFORE: dict[str, Callable[[Any], Any]] = {
    "overall_status": lambda old: old or "",
    "phases": lambda old: tuple(old or ()),
    "lead_sponsor": lambda old: Sponsor(old) if old else None,
    "brief_title": lambda old: old or "",
    "acronym": lambda old: old or "",
}
"""What an entry says of its trial besides what changed, and how the log's `old` is read."""


def as_of(study: Study, night: str, changes: Sequence[Change]) -> Study:
    """Return a study with its status, phases, lead sponsor and short names of a night.

    `changes` are all of the study's, oldest first: what they say of later nights is taken back. All
    else is as it is now.
    """
    before = {
        change.field: _BEFORE[change.field](change.old)
        for change in reversed(changes)
        if change.date > night and change.field in _BEFORE
    }
    return replace(study, **before) if before else study


def slip(moves: Sequence[Change]) -> Slip | None:
    """Sum up a study's changes of one date, oldest first; None where it did not move."""
    steps = [(move.old["date"], move.new["date"]) for move in moves if move.old and move.new]
    steps = [step for step in steps if days_moved(*step)]
    if not steps:
        return None
    first, now = steps[0][0], steps[-1][1]
    delays = sum(days_moved(*step) > 0 for step in steps)
    return Slip(moves[0].field, first, now, delays, len(steps), days_moved(first, now))


def slips(changes: Sequence[Change]) -> list[Slip]:
    """Return the Slip of each date of a study, from all its changes, oldest first."""
    fields = dict.fromkeys(change.field for change in changes if change.kind == "dates")
    of_each = (slip([c for c in changes if c.kind == "dates" and c.field == f]) for f in fields)
    return [one for one in of_each if one]


def moves_before(change: Change, changes: Sequence[Change]) -> list[Change]:
    """Return the earlier moves of the same date of the same study, oldest first."""
    return [
        other
        for other in changes
        if (other.nct_id, other.kind, other.field) == (change.nct_id, change.kind, change.field)
        and other.date < change.date
    ]


def is_silent(change: Change, log: Sequence[Change]) -> bool:
    """Whether a minor move of a date only goes on with a run that readers know of."""
    return change.rank == MINOR and _is_small(change) and bool(_run(change, log))


def with_drift(change: Change, log: Sequence[Change]) -> Change:
    """Return the change, as notable where with it a run of small moves has come to a month."""
    if change.kind != "dates" or change.rank != MINOR or not _is_small(change):
        return change
    run = _run(change, log)
    if not run or any(move.rank == NOTABLE for move in run):
        return change
    drift = days_moved(run[0].old["date"], change.new["date"])
    return replace(change, rank=NOTABLE) if abs(drift) >= LONG else change


def days_later(change: Change) -> int | None:
    """By how many days a date moved; None of any other change, and of a date that came or went."""
    if change.kind != "dates" or not change.old or not change.new:
        return None
    return days_moved(change.old["date"], change.new["date"])


def is_later(change: Change) -> bool:
    """Whether a date was moved to a later one."""
    return (days_later(change) or 0) > 0


def _is_small(change: Change) -> bool:
    """Whether it is a move of an expected date by less than a month."""
    if change.kind != "dates" or not change.old or not change.new:
        return False
    actual = "ACTUAL" in (change.old.get("type"), change.new.get("type"))
    return not actual and abs(days_moved(change.old["date"], change.new["date"])) < LONG


def _run(change: Change, log: Sequence[Change]) -> list[Change]:
    """Return the chain of small moves that this one goes on with, oldest first; maybe none."""
    return list(_backwards(change, log))[::-1]


def _backwards(change: Change, log: Sequence[Change]) -> Iterator[Change]:
    since = max(
        (
            c.date
            for c in log
            if c.nct_id == change.nct_id and c.field == "overall_status" and c.date <= change.date
        ),
        default="",
    )
    latest = date.fromisoformat(change.date)
    for move in reversed(moves_before(change, log)):
        seen = date.fromisoformat(move.date)
        if latest - seen > CHAIN or move.date < since or not _is_small(move):
            return
        yield move
        latest = seen
