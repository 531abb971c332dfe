"""A night of one study in words: the weightiest first, and what belongs together as one story."""

from collections.abc import Sequence

from monitor.changes.date_drift import moves_before, slip
from monitor.changes.marked_text import Line, Told
from monitor.changes.watched import LONG, days_moved
from monitor.changes.wording import reason_of, tell
from monitor.data.changelog import Change
from monitor.registry.terms import ordinal, shift


def tell_all(changes: Sequence[Change], log: Sequence[Change] = ()) -> list[Told]:
    """One study's changes of one night; `log` has what was logged of it before, oldest first."""
    left = sorted(changes, key=lambda change: change.order)
    told: list[Told] = []
    while left:
        change = left.pop(0)
        story = _closed(change, left) or _smaller_and_later(change, left, log)
        if story:
            one, partner = story
            told.append(one)
            left.remove(partner)
        else:
            told.append(_tell(change, log))
    return _joined(told)


def _joined(told: list[Told]) -> list[Told]:
    """Tellings of one title as one: a text of which parts went and parts were reworded."""
    lines: dict[str, tuple[Line, ...]] = {}
    for item in told:
        lines[item.title] = lines.get(item.title, ()) + item.lines
    return [Told(title, said) for title, said in lines.items()]


def _tell(change: Change, log: Sequence[Change]) -> Told:
    """A change; a date that moved before with how often, and how far in all."""
    told = tell(change)
    if change.kind != "dates" or not change.old or not change.new:
        return told
    whole = slip([*moves_before(change, log), change])
    days = days_moved(change.old["date"], change.new["date"])
    if not whole or whole.moves < 2 or not days:
        return told
    count = f"{ordinal(whole.delays)} delay" if days > 0 else f"moved {whole.moves} times"
    total = f"{shift(whole.days)} than" if whole.days else "the same as"
    return Told(f"{told.title}; {count}; {total} first seen here", told.lines)


def _find(changes: Sequence[Change], field: str) -> Change | None:
    found = (c for c in changes if c.field == field and c.old and c.new)
    return next(found, None)


def _closed(change: Change, changes: Sequence[Change]) -> tuple[Told, Change] | None:
    """Closed to new participants; 4 enrolled (35 planned)."""
    size = _find(changes, "enrollment")
    if change.field != "overall_status" or change.new == "RECRUITING" or not size:
        return None
    if size.new.get("type", "ACTUAL") != "ACTUAL" or size.old.get("type") == "ACTUAL":
        return None
    reason = reason_of(change)
    what, number = tell(change).title.removesuffix(reason), tell(size)
    title = f"{what}; {number.title[:1].lower()}{number.title[1:]}{reason}"
    return Told(title, number.lines), size


def _smaller_and_later(
    change: Change, changes: Sequence[Change], log: Sequence[Change]
) -> tuple[Told, Change] | None:
    """Smaller and later: 102 planned (was 200); primary completion June 2027 (was July 2026)."""
    end = _find(changes, "primary_completion_date")
    if change.field != "enrollment" or not change.old or not change.new or not end:
        return None
    types = (change.new.get("type"), change.old.get("type"), end.new.get("type"))
    actual = types[0] != "ESTIMATED" or "ACTUAL" in types
    later = days_moved(end.old["date"], end.new["date"]) >= LONG
    if actual or not later or change.new["count"] >= change.old["count"]:
        return None
    size = f"{change.new['count']:,} planned (was {change.old['count']:,})"
    return Told(f"Smaller and later: {size}; {_tell(end, log).title.removeprefix('Later: ')}"), end
