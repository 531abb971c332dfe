"""A change as the log has it, and the table of kinds."""

import json
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

MAJOR, NOTABLE, MINOR = RANKS = ("major", "notable", "minor")


class Kind(NamedTuple):
    """A kind of change, with a feed of its own."""

    name: str
    rank: str  # its usual one
    heading: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("removed", MAJOR, "Removed from the registry, or merged"),
        Kind("status", MAJOR, "Status: opened, closed, paused, stopped"),
        Kind("results", MAJOR, "Results"),
        Kind("expanded_access", MAJOR, "Treatment outside the trial"),
        Kind("primary_outcome", MAJOR, "Primary outcomes: what is mainly measured"),
        Kind("new", MAJOR, "New trials"),
        Kind("left", NOTABLE, "Trials that left our list"),
        Kind("eligibility", NOTABLE, "Who can join"),
        Kind("design", NOTABLE, "Phase and design"),
        Kind("arms", NOTABLE, "Groups and treatments"),
        Kind("enrollment", NOTABLE, "Number of participants"),
        Kind("dates", NOTABLE, "Start and end dates"),
        Kind("locations", NOTABLE, "Locations"),
        Kind("sponsor", NOTABLE, "Sponsors"),
        Kind("documents", NOTABLE, "Documents posted"),
        Kind("secondary_outcome", MINOR, "Secondary outcomes"),
        Kind("tracked", MINOR, "Older trials added to our list"),
        Kind("title", MINOR, "Titles"),
        Kind("description", MINOR, "Descriptions"),
        Kind("references", MINOR, "Publications and links"),
    )
}
"""By name, the weightiest first: the order within an entry."""

_PLACES = {kind: place for place, kind in enumerate(KINDS)}
_FIRST = ("start_date", "primary_completion_date")  # fields that a reader wants to see first

MEMBERSHIP = ("new", "tracked", "left", "removed")
"""Kinds about searches and the registry as a whole; all others are about fields of a record."""


@dataclass(frozen=True)
class Change:
    """One change of one study, as a nightly check noticed it: a fact, not a sentence."""

    date: str  # ISO date of the check that noticed it
    nct_id: str
    kind: str
    rank: str
    field: str = ""  # a field of `Study`, or a part of one: "locations.status"; see shapes.FIELDS
    old: Any = None  # JSON; None where the record had nothing
    new: Any = None
    why_stopped: str = ""  # the sponsor's reason, with a change of status
    last_known: str = ""  # the last known status, with a status that became UNKNOWN
    opened: Any = None
    """With a status that opens the study: the locations that opened with it as a list, or, if they
    are many, country -> number."""
    catch_up: bool = False  # noticed after a gap in the checks: made on any day of it
    diseases: tuple[str, ...] = ()
    """With `catch_up`: slugs of the diseases whose digests contain it, as of that night.
    With the kind `removed`: of those whose searches had the study."""
    run: int = 1  # which check of that day noticed it, of those that noticed anything

    @property
    def order(self) -> tuple[int, int, int, bool, int, str]:
        """Return a sort key: by rank, by kind, by the number of items, new places first."""
        size = max(len(value) if isinstance(value, list) else 0 for value in (self.old, self.new))
        first = _FIRST.index(self.field) if self.field in _FIRST else len(_FIRST)
        is_lost = self.kind == "locations" and self.new is None
        is_a_name = self.field == "arms" and self.old and self.new  # the same arm, renamed
        place = len(KINDS) if is_a_name else _PLACES[self.kind]
        return RANKS.index(self.rank), place, -size, is_lost, first, self.field

    @property
    def fact(self) -> str:
        """Return a text that is equal for two changes that differ only in their dates."""
        return json.dumps([self.nct_id, self.kind, self.field, self.old, self.new], sort_keys=True)

    def dump(self) -> str:
        """Return it as a line of the log, without a line end."""
        values = ((item, getattr(self, item.name)) for item in fields(self))
        row = {item.name: value for item, value in values if value != item.default}
        return json.dumps(row, sort_keys=True, ensure_ascii=False)
