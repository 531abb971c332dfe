"""A change, and the one table of its kinds."""

import json
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

MAJOR, NOTABLE, MINOR = RANKS = ("major", "notable", "minor")


class Kind(NamedTuple):
    """What happened."""

    name: str
    rank: str  # the usual one
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
"""By name, the weightiest first, as entries tell them."""

_PLACES = {kind: place for place, kind in enumerate(KINDS)}
_FIRST = ("start_date", "primary_completion_date")  # what a reader would want to know first

MEMBERSHIP = ("new", "tracked", "left", "removed")
"""Kinds that speak of searches and the registry; all others of what stands in a record."""


@dataclass(frozen=True)
class Change:
    """One fact about one study, as seen on one night."""

    date: str  # ISO: the night it was seen
    nct_id: str
    kind: str
    rank: str
    field: str = ""  # what of the study: a name of `Study`, or of one of its parts
    old: Any = None  # JSON; None where there was nothing
    new: Any = None
    why_stopped: str = ""  # the sponsor's reason, with a change of status
    last_known: str = ""  # the status before it became UNKNOWN
    opened: Any = None
    """With a status that opens the study: the locations that opened with it, or, of more than a
    few, country -> how many."""
    catch_up: bool = False  # seen after a gap: it happened on some day before
    diseases: tuple[str, ...] = ()
    """With catch_up: slugs of the diseases whose digests tell it, as they were that night.
    With `removed`: those whose searches had it."""
    run: int = 1  # which of that day's checks saw it, counting those that saw something

    @property
    def order(self) -> tuple[int, int, int, bool, int, str]:
        """Return a key that sorts by rank, kind, how many things changed, new places first."""
        size = max(len(value) if isinstance(value, list) else 0 for value in (self.old, self.new))
        first = _FIRST.index(self.field) if self.field in _FIRST else len(_FIRST)
        is_lost = self.kind == "locations" and self.new is None
        is_a_name = self.field == "arms" and self.old and self.new  # the same arm, renamed
        place = len(KINDS) if is_a_name else _PLACES[self.kind]
        return RANKS.index(self.rank), place, -size, is_lost, first, self.field

    @property
    def fact(self) -> str:
        """Return what changed, apart from when: the same for a change that is logged twice."""
        return json.dumps([self.nct_id, self.kind, self.field, self.old, self.new], sort_keys=True)

    def dump(self) -> str:
        """Return one line of the log, without its end."""
        values = ((item, getattr(self, item.name)) for item in fields(self))
        row = {item.name: value for item, value in values if value != item.default}
        return json.dumps(row, sort_keys=True, ensure_ascii=False)
