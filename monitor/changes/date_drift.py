"""How often and how far the dates of a study have moved in the log.

A date that is put off by a few days every few nights is one fact. A drift is a chain of small moves
of one date, each within a month of the one before, with no change of status between them. Readers
see its first move and, as notable, the move with which the drift amounts to a month. The others are
silent on pages and in feeds, and count in the Slip.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.changes.watched import LONG, days_moved
from monitor.data import MINOR, NOTABLE, Change

CHAIN = timedelta(days=31)  # a longer silence ends a drift


@dataclass(frozen=True)
class Slip:
    """How far one date has moved since it was first seen."""

    field: str
    first: str  # the date as first seen
    now: str
    delays: int  # moves to a later date
    moves: int  # all moves
    days: int  # from first to now; negative where it came nearer


def slip(moves: Sequence[Change]) -> Slip | None:
    """Return the sum of one date's changes, oldest first; None where it did not move."""
    steps = [(move.old["date"], move.new["date"]) for move in moves if move.old and move.new]
    steps = [step for step in steps if days_moved(*step)]
    if not steps:
        return None
    first, now = steps[0][0], steps[-1][1]
    delays = sum(days_moved(*step) > 0 for step in steps)
    return Slip(moves[0].field, first, now, delays, len(steps), days_moved(first, now))


def slips(changes: Sequence[Change]) -> dict[str, Slip]:
    """Return field -> Slip of each date that moved, from all changes of a study, oldest first."""
    fields = dict.fromkeys(change.field for change in changes if change.kind == "dates")
    of_each = (slip([c for c in changes if c.kind == "dates" and c.field == f]) for f in fields)
    return {one.field: one for one in of_each if one}


def moves_before(change: Change, changes: Sequence[Change]) -> list[Change]:
    """Return the earlier changes of the same date of the same study, oldest first."""
    return [
        other
        for other in changes
        if (other.nct_id, other.kind, other.field) == (change.nct_id, change.kind, change.field)
        and other.date < change.date
    ]


def is_silent(change: Change, log: Sequence[Change]) -> bool:
    """Return whether a minor move of a date only continues a drift that readers have seen."""
    return change.rank == MINOR and _is_small(change) and bool(_drift(change, log))


def with_drift(change: Change, log: Sequence[Change]) -> Change:
    """Return the change; as notable where with it a drift amounts to a month."""
    if change.rank != MINOR or not _is_small(change):
        return change
    drift = _drift(change, log)
    if not drift or any(move.rank == NOTABLE for move in drift):
        return change
    days = days_moved(drift[0].old["date"], change.new["date"])
    return replace(change, rank=NOTABLE) if abs(days) >= LONG else change


def days_later(change: Change) -> int | None:
    """Return the days by which a date moved; None for a date added or removed, and for no date."""
    if change.kind != "dates" or not change.old or not change.new:
        return None
    return days_moved(change.old["date"], change.new["date"])


def is_later(change: Change) -> bool:
    """Return whether a change moves a date to a later day."""
    return (days_later(change) or 0) > 0


def _is_small(change: Change) -> bool:
    """Return whether a change moves an expected date by less than a month."""
    days = days_later(change)
    if days is None or "ACTUAL" in (change.old.get("type"), change.new.get("type")):
        return False
    return abs(days) < LONG


def _drift(change: Change, log: Sequence[Change]) -> list[Change]:
    """Return the drift that this move continues, oldest first; empty where it begins one."""
    return list(_backwards(change, log))[::-1]


def _backwards(change: Change, log: Sequence[Change]) -> Iterator[Change]:
    """Yield the moves of the drift before this one, latest first."""
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
