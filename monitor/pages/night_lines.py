"""A night's changes in short: a tag and a line.

A tag is a word for the kind of change; its weight is the rank. The line has the change itself: what
was removed, an arrow, what was added.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from monitor.catalog import TrialNight
from monitor.changes import ADDED, REMOVED, Run, difference
from monitor.data import KINDS, Change
from monitor.pages.pills import status_pill
from monitor.registry import terms
from monitor.text import capitalized, shortened

# Tags


class Tag(NamedTuple):
    """What a night brought, in a word."""

    word: str
    rank: str


def tag(night: TrialNight) -> Tag:
    """Return the kind of a night's weightiest change."""
    first = night.changes[0]
    word = _TAGS.get(first.kind, KINDS[first.kind].heading)
    kind = [change for change in night.changes if change.kind == first.kind]
    return Tag(word if isinstance(word, str) else word(kind), first.rank)


def _status(changes: Sequence[Change]) -> str:
    first = changes[0]
    if first.field == "why_stopped":
        return "Reason given"
    now = terms.status(first.new or "")
    if now.group == "open" and terms.status(first.old or "").group in ("closed", "paused", "ended"):
        return "Reopened"
    group = terms.STATUS_GROUPS[now.group]
    return now.tag or group.tag or group.heading


def _locations(changes: Sequence[Change]) -> str:
    added = sum(len(c.new or ()) for c in changes if c.field == "locations" and not c.old)
    removed = sum(len(c.old or ()) for c in changes if c.field == "locations" and not c.new)
    if added or removed:
        counts = (f" +{added}" if added else "", f" −{removed}" if removed else "")
        return f"Locations{''.join(counts)}"
    groups = {
        terms.status(place.get("status", "")).group
        for change in changes
        if change.field == "locations.status"
        for place in change.new
    }
    if len(groups) == 1 and (word := terms.STATUS_GROUPS[groups.pop()].location):
        count = sum(len(change.new) for change in changes)
        return f"{'Location' if count == 1 else 'Locations'} {word}"
    return "Locations"


def _dates(changes: Sequence[Change]) -> str:
    first = changes[0]
    if not (first.old and first.new):
        return "Dates"
    if first.new.get("type") == "ACTUAL" and first.old.get("type") != "ACTUAL":
        return "Date reached"
    return "Date slipped" if first.new["date"] > first.old["date"] else "Date earlier"


_TAGS: dict[str, str | Callable[[Sequence[Change]], str]] = {
    "removed": lambda changes: "Merged" if changes[0].new else "Removed",
    "status": _status,
    "results": "Results",
    "primary_outcome": "Main measure",
    "new": "New trial",
    "left": "Left our list",
    "eligibility": "Who may join",
    "design": lambda changes: "Phase" if changes[0].field == "phases" else "Design",
    "arms": "Groups",
    "enrollment": "Size",
    "dates": _dates,
    "locations": _locations,
    "sponsor": "Sponsor",
    "documents": "Document",
    "secondary_outcome": "Other measure",
    "tracked": "Added",
    "title": "Title",
    "description": "Wording",
    "references": "Links",
}
"""By kind: short words, as they are beside a row."""


# Lines

Line = tuple[Run, ...]
MOST = 3  # messages of a night in its line, and places in one of them
FACILITY = 44  # characters of a place's name
LONGEST = 150  # characters of a text that was removed or added
ARROW = Run(" → ")


def line(night: TrialNight) -> Line:
    """Return a night in one line: its weightiest changes, removed and added words marked."""
    lines: list[Line] = [(Run(message.title),) for message in night.messages]
    if len(lines) == len(night.changes):  # otherwise one message is of several changes
        lines = [_short(c) or words for c, words in zip(night.changes, lines, strict=True)]
    runs: list[Run] = []
    for number, each in enumerate(lines[:MOST]):
        runs += (Run(". "), *each) if number else each
    if len(lines) > MOST:
        runs.append(Run(f". {len(lines) - MOST} more"))
    return tuple(runs)


def _short(change: Change) -> Line | None:
    """Return a change as before → after; None where it has no such form."""
    write = _LINES.get(change.kind)
    return write(change) if write else None


def _pair(what: str, old: str, new: str, more: str = "") -> Line:
    before = (Run(old, REMOVED), ARROW) if old and new else (Run(old, REMOVED),) if old else ()
    after = (Run(new, ADDED),) if new else ()
    return (Run(f"{what}: "), *before, *after, *((Run(more),) if more else ()))


def _status_line(change: Change) -> Line | None:
    if change.field != "overall_status" or not change.old:
        return None
    old, new = (terms.status(code or "").term for code in (change.old, change.new))
    reason = f". Sponsor’s stated reason: {terms.quoted(change.why_stopped)}"
    return _pair("Status", old, new, reason if change.why_stopped else "")


def _sponsor_line(change: Change) -> Line | None:
    if change.field != "lead_sponsor":
        return None
    return _pair("Lead sponsor", change.old or "", change.new or "")


def _size_line(change: Change) -> Line | None:
    old, new = change.old or {}, change.new or {}
    if not old or not new or old.get("type") != new.get("type"):
        return None
    what = f"People {terms.ENROLLMENT.get(new.get('type', ''), '')}".rstrip()
    return _pair(what, f"{old['count']:,}", f"{new['count']:,}")


def _date_line(change: Change) -> Line | None:
    if not change.old or not change.new or change.old["date"] == change.new["date"]:
        return None
    old, new = (terms.day(date["date"]) for date in (change.old, change.new))
    reached = change.new.get("type") == "ACTUAL" and change.old.get("type") != "ACTUAL"
    return _pair(capitalized(terms.DATES[change.field]), old, new, " (reached)" if reached else "")


def _place(location: dict[str, Any]) -> str:
    """Return facility and town, with the country where no state is stated."""
    where = location.get("city", ""), location.get("state") or location.get("country", "")
    facility = shortened(re.sub(r"\s*\(.*", "", location.get("facility", "")), FACILITY)
    return ", ".join(dict.fromkeys(filter(None, (facility, *where))))


def _places_line(change: Change) -> Line | None:
    old, new = change.old or [], change.new or []
    if change.field == "locations.status":
        if len(new) > 1:
            return None
        before, after = (status_pill(p[0].get("status", "")).word for p in (old, new))
        return _pair(_place(new[0]), before, after)
    if change.field != "locations" or (old and new):
        return None
    codes = {item.get("status", "RECRUITING") for item in new}
    what = "No longer listed" if old else "Opened" if codes == {"RECRUITING"} else "Added"
    runs = [Run(f"{what}: ")]
    for number, place in enumerate((old or new)[:MOST]):
        run = Run(_place(place), REMOVED if old else ADDED)
        runs += (Run(", "), run) if number else (run,)
    if len(old or new) > MOST:
        runs.append(Run(f" and {len(old or new) - MOST:,} more"))
    return tuple(runs)


def _outcome_line(change: Change) -> Line | None:
    if change.field.partition(".")[2] or not (change.old and change.new):
        return None
    old, new = (items[0].get("measure", "") for items in (change.old, change.new))
    if len(change.new) > 1 or old == new:
        return None
    return _inside(old, new)


def _inside(old: str, new: str) -> Line | None:
    """Return one text with marked removals and additions; None where that is too long."""
    before, after = (list(line) for line in difference(old, new))
    runs: list[Run] = []
    while before or after:
        if before and after and before[0] == after[0]:
            runs.append(before.pop(0))
            after.pop(0)
        elif before and (before[0].mark or not after or not before[0].text.strip()):
            runs.append(before.pop(0))
        else:
            runs.append(after.pop(0))
    length = sum(len(run.text) for run in runs)
    return tuple(runs) if length <= 2 * LONGEST else None


_LINES: dict[str, Callable[[Change], Line | None]] = {
    "status": _status_line,
    "sponsor": _sponsor_line,
    "enrollment": _size_line,
    "dates": _date_line,
    "locations": _places_line,
    "primary_outcome": _outcome_line,
}
"""By kind; all other kinds have the words of their message."""
