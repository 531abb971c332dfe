"""data/changes/YYYY-MM.jsonl: what changed, as facts. Append-only, one change a line."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

from monitor.data.change import KINDS, RANKS, Change
from monitor.problems import Problem
from monitor.registry import NCT_ID

_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What a line that is no change may raise."""


_NAMES = {item.name for item in fields(Change)}
_TEXTS = ("date", "nct_id", "kind", "rank", "field", "why_stopped", "last_known")
_TYPES: dict[str, type] = {**dict.fromkeys(_TEXTS, str), "catch_up": bool, "run": int}
_WORDS = {str: "a text", bool: "true or false", int: "a number"}


def parse(line: str) -> Change:
    """One line of the log. Raises ValueError with what is wrong in it."""
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    missing = {"date", "nct_id", "kind", "rank"} - value.keys()
    if missing:
        raise ValueError(f"lacks {', '.join(sorted(missing))}")
    unknown = value.keys() - _NAMES
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    for name, kind in _TYPES.items():
        if name in value and type(value[name]) is not kind:
            raise ValueError(f"{name} is not {_WORDS[kind]}")
    lists = [value.get("diseases", [])]
    if value.get("field") == "searches":
        lists += [value.get("old") or [], value.get("new") or []]
    if not all(isinstance(one, list) and all(isinstance(s, str) for s in one) for one in lists):
        raise ValueError("diseases, and what searches find, are lists of texts")
    change = Change(**{**value, "diseases": tuple(value.get("diseases", ()))})
    if len(change.date) != len("2026-01-01"):
        raise ValueError(f"{change.date!r} is not a date")
    date.fromisoformat(change.date)
    if not NCT_ID.fullmatch(change.nct_id):
        raise ValueError(f"{change.nct_id!r} is not an NCT id")
    if change.kind not in KINDS:
        raise ValueError(f"unknown kind {change.kind!r}")
    if change.rank not in RANKS:
        raise ValueError(f"unknown rank {change.rank!r}")
    return change


def read(
    root: Path, problems: list[Problem], use: Callable[[Change], object] = lambda _: None
) -> list[Change]:
    """The whole log, in the order it was written, adding a Problem for each damaged line.

    `use` is tried on each Change: a line that it cannot work with is damaged, too.
    """
    return in_order(_read(root, problems, use))


def in_order(changes: Iterable[Change]) -> list[Change]:
    """By date; of one date as they were written, and each once.

    Two branches that both added to the log are merged by union (.gitattributes): lines may stand in
    another order then, and twice. A fact that is said again after it was taken back on the same day
    is no repetition.
    """
    found: list[Change] = []
    said: dict[str, set[str]] = defaultdict(set)  # date -> facts that hold
    by_date = sorted(changes, key=lambda change: change.date)
    counts = Counter(map(_what, by_date))
    for change in by_date:
        if counts[_what(change)] == 1:  # nothing else is said of it that day: the usual case
            found.append(change)
        elif change.fact not in said[change.date]:
            said[change.date].add(change.fact)
            said[change.date].discard(replace(change, old=change.new, new=change.old).fact)
            found.append(change)
    return found


def _what(change: Change) -> tuple[str, str, str, str]:
    """What a change is of: two of the same day that say the same have this in common."""
    return change.date, change.nct_id, change.kind, change.field


def _read(root: Path, problems: list[Problem], use: Callable[[Change], object]) -> Iterator[Change]:
    for path in sorted((root / "data" / "changes").glob("*.jsonl")):
        name = path.relative_to(root).as_posix()
        # Not splitlines(): a line separator inside a text is no end of line in JSON Lines.
        try:
            lines = path.read_bytes().rstrip(b"\n").split(b"\n")
        except OSError as error:
            problems.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
            continue
        for number, line in enumerate(lines, 1):
            try:
                change = parse(line.decode())
                if not change.date.startswith(path.stem):
                    raise ValueError(f"{change.date} is not in this month")
                use(change)
            except _DAMAGE as error:
                problems.append(Problem(name, number, f"is not a change: {error!r}"))
            else:
                yield change


def grown(root: Path, changes: Iterable[Change]) -> dict[str, bytes]:
    """The log's files as they are with `changes` added: path below data/ -> content.

    What a merge put out of order is put back. A file with a damaged line only grows: that line, and
    what stands around it, is for a person to mend.
    """
    months: dict[str, list[Change]] = {}
    for change in changes:
        months.setdefault(change.date[:7], []).append(change)
    return {
        f"changes/{month}.jsonl": _grown(root / "data" / "changes" / f"{month}.jsonl", added)
        for month, added in sorted(months.items())
    }


def _grown(path: Path, added: list[Change]) -> bytes:
    before = path.read_bytes().rstrip(b"\n").split(b"\n") if path.exists() else []
    lines = [change.dump().encode() for change in added]
    try:
        whole = in_order([*(parse(line.decode()) for line in before if line), *added])
    except _DAMAGE:
        return b"\n".join([*before, *lines, b""])
    return b"".join(change.dump().encode() + b"\n" for change in whole)
