"""data/changes/YYYY-MM.jsonl: what changed, as facts. Append-only, one change a line."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from monitor.data import shapes
from monitor.data.change import KINDS, RANKS, Change
from monitor.problems import Problem
from monitor.registry import NCT_ID
from monitor.tree import members

_NAMES = {item.name for item in fields(Change)}
_NEEDED = {"date", "nct_id", "kind", "rank"}
_TEXTS = {*_NEEDED, "field", "why_stopped", "last_known"}


def parse(line: bytes) -> Change:
    """Return the Change of one line of the log. Raises ValueError with what is wrong in it."""
    try:
        value = json.loads(line.decode())
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    for message, keys in (
        ("lacks", _NEEDED - value.keys()),
        ("unknown keys:", value.keys() - _NAMES),
        ("not a text:", {key for key in value.keys() & _TEXTS if not shapes.text(value[key])}),
    ):
        if keys:
            raise ValueError(f"{message} {', '.join(sorted(keys))}")
    for key, is_sound in _REST:
        if key in value and not is_sound(value[key]):
            raise ValueError(f"{key} is not of the shape that it has to have")
    change = Change(**{**value, "diseases": tuple(value.get("diseases", ()))})
    if change.kind not in KINDS:
        raise ValueError(f"unknown kind {change.kind!r}")
    if change.rank not in RANKS:
        raise ValueError(f"unknown rank {change.rank!r}")
    if len(change.date) != len("2026-01-01") or not shapes.day(change.date):
        raise ValueError(f"{change.date!r} is not a date")
    if not NCT_ID.fullmatch(change.nct_id):
        raise ValueError(f"{change.nct_id!r} is not an NCT id")
    if problem := shapes.problem(change.kind, change.field, change.old, change.new):
        raise ValueError(problem)
    return change


_REST = (
    ("catch_up", shapes.flag),
    ("diseases", shapes.either(shapes.TEXTS, lambda value: value == [])),
    ("opened", shapes.OPENED),
    ("run", shapes.number),
)


def read(root: Path, problems: list[Problem]) -> list[Change]:
    """Read the whole log, in the order it was written, adding a Problem for each damaged line."""
    return in_order(_read(root, problems))


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Sort changes by date, of one date as they were written, each once.

    Two branches that both added to the log are merged by union (.gitattributes): lines may stand in
    another order then, and twice. A fact that holds again after it was taken back on the same day
    is no repetition.
    """
    distinct: list[Change] = []
    facts: dict[str, set[str]] = defaultdict(set)  # date -> those that hold
    by_date = sorted(changes, key=lambda change: change.date)
    counts = Counter(map(_subject, by_date))
    for change in by_date:
        if counts[_subject(change)] == 1:  # the only change of it that day: the usual case
            distinct.append(change)
        elif change.fact not in facts[change.date]:
            facts[change.date].add(change.fact)
            facts[change.date].discard(replace(change, old=change.new, new=change.old).fact)
            distinct.append(change)
    return distinct


def _subject(change: Change) -> tuple[str, str, str, str]:
    """Return what a change is of: two of the same day that are one have this in common."""
    return change.date, change.nct_id, change.kind, change.field


def _read(root: Path, problems: list[Problem]) -> Iterator[Change]:
    for path in members(root / "data" / "changes", ".jsonl"):
        name = path.relative_to(root).as_posix()
        # Not splitlines(): a line separator inside a text is no end of line in JSON Lines.
        try:
            lines = path.read_bytes().rstrip(b"\n").split(b"\n")
        except OSError as error:
            problems.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
            continue
        for number, line in enumerate(lines, 1):
            try:
                change = parse(line)
                if not change.date.startswith(path.stem):
                    raise ValueError(f"{change.date} is not in this month")
            except ValueError as error:
                problems.append(Problem(name, number, f"is not a change: {error}"))
            else:
                yield change


def grown(root: Path, changes: Iterable[Change]) -> dict[str, bytes]:
    """Return the log's files as they are with `changes` added: path below data/ -> content.

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
        whole = in_order([*(parse(line) for line in before if line), *added])
    except ValueError:
        return b"\n".join([*before, *lines, b""])
    return b"".join(change.dump().encode() + b"\n" for change in whole)
