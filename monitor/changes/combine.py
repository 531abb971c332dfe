"""One study's changes of one night in words: the weightiest first, related ones as one message."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.changes.date_drift import days_later, moves_before, slip
from monitor.changes.marked_text import Message
from monitor.changes.watched import LONG, days_moved
from monitor.changes.wording import describe, reason_of
from monitor.data import Change
from monitor.registry import terms
from monitor.text import ordinal


def describe_night(changes: Sequence[Change], log: Sequence[Change] = ()) -> list[Message]:
    """Return one study's changes of one night in words.

    `log` has the study's earlier changes, oldest first.
    """
    rest = sorted(changes, key=lambda change: change.order)
    messages: list[Message] = []
    while rest:
        change = rest.pop(0)
        combined = _closed(change, rest) or _smaller_and_later(change, rest, log)
        if combined:
            message, partner = combined
            messages.append(message)
            rest.remove(partner)
        else:
            messages.append(_describe(change, log))
    return _joined(messages)


def _joined(messages: list[Message]) -> list[Message]:
    """Join messages of equal titles: parts of one text that were removed, and parts reworded."""
    joined: dict[str, Message] = {}
    for message in messages:
        first = joined.get(message.title)
        joined[message.title] = (
            replace(first, lines=first.lines + message.lines) if first else message
        )
    return [*joined.values()]


def _describe(change: Change, log: Sequence[Change]) -> Message:
    """Describe a change; of a date that has moved before, also how often and how far in total."""
    message = describe(change)
    days = days_later(change)
    whole = slip([*moves_before(change, log), change]) if days else None
    if not days or not whole or whole.moves < 2:
        return message
    count = f"{ordinal(whole.delays)} delay" if days > 0 else f"moved {whole.moves} times"
    total = f"{terms.shift(whole.days)} than" if whole.days else "the same as"
    title = f"{message.title}; {count}; {total} first seen here"
    return Message(title, message.lines, message.shorter)


def _find(changes: Sequence[Change], field: str) -> Change | None:
    """Return the change of a field from one value to another; None where there is none."""
    return next((c for c in changes if c.field == field and c.old and c.new), None)


def _closed(change: Change, changes: Sequence[Change]) -> tuple[Message, Change] | None:
    """Combine a closed trial with its final enrollment; return the message and the partner.

    "Closed to new participants; 4 enrolled (35 planned)".
    """
    size = _find(changes, "enrollment")
    if change.field != "overall_status" or change.new == "RECRUITING" or not size:
        return None
    if size.new.get("type", "ACTUAL") != "ACTUAL" or size.old.get("type") == "ACTUAL":
        return None
    reason = reason_of(change)
    what, number = describe(change).title.removesuffix(reason), describe(size)
    short = f"{what}; {number.title[:1].lower()}{number.title[1:]}"
    return Message(f"{short}{reason}", number.lines, (short, *describe(change).headlines[1:])), size


def _smaller_and_later(
    change: Change, changes: Sequence[Change], log: Sequence[Change]
) -> tuple[Message, Change] | None:
    """Combine a smaller trial with its later end; return the message and the partner.

    "Smaller and later: 102 planned (was 200); primary completion June 2027 (was …)".
    """
    end = _find(changes, "primary_completion_date")
    if change.field != "enrollment" or not change.old or not change.new or not end:
        return None
    types = (change.new.get("type"), change.old.get("type"), end.new.get("type"))
    actual = types[0] != "ESTIMATED" or "ACTUAL" in types
    later = days_moved(end.old["date"], end.new["date"]) >= LONG
    if actual or not later or change.new["count"] >= change.old["count"]:
        return None
    size = f"{change.new['count']:,} planned (was {change.old['count']:,})"
    move = _describe(end, log).title.removeprefix("Later: ")
    return Message(f"Smaller and later: {size}; {move}"), end
