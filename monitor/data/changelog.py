"""The log, data/changes/YYYY-MM.jsonl: read, checked and appended to. One change a line."""

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
_REQUIRED = {"date", "nct_id", "kind", "rank"}
_TEXTS = {*_REQUIRED, "field", "why_stopped", "last_known"}


def parse(line: bytes) -> Change:
    """Return a line of the log as a Change. Raises ValueError where it is none."""
    try:
        value = json.loads(line.decode())
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON at character {error.pos + 1}: {error.msg}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    for message, keys in (
        ("lacks", _REQUIRED - value.keys()),
        ("unknown keys:", value.keys() - _NAMES),
        ("not a text:", {key for key in value.keys() & _TEXTS if not shapes.text(value[key])}),
    ):
        if keys:
            raise ValueError(f"{message} {', '.join(sorted(keys))}")
    for key, is_sound in _OPTIONAL:
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
    if fault := shapes.fault(change.kind, change.field, change.old, change.new):
        raise ValueError(fault)
    return change


_OPTIONAL = (
    ("catch_up", shapes.flag),
    ("diseases", shapes.either(shapes.TEXTS, lambda value: value == [])),
    ("opened", shapes.OPENED),
    ("run", shapes.number),
)


def read(root: Path, problems: list[Problem]) -> list[Change]:
    """Return the whole log in order, adding a Problem for each damaged line."""
    return in_order(_read(root, problems))


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes by date, those of one date in the order written, without repetitions.

    Git merges two branches that both append to the log by union (.gitattributes), which may reorder
    lines and repeat them. A change that is made again after it was undone on the same day is no
    repetition.
    """
    distinct: list[Change] = []
    facts: dict[str, set[str]] = defaultdict(set)  # date -> facts that hold so far
    by_date = sorted(changes, key=lambda change: change.date)
    counts = Counter(map(_subject, by_date))
    for change in by_date:
        if counts[_subject(change)] == 1:  # nothing to compare it with: the usual case
            distinct.append(change)
        elif change.fact not in facts[change.date]:
            facts[change.date].add(change.fact)
            facts[change.date].discard(replace(change, old=change.new, new=change.old).fact)
            distinct.append(change)
    return distinct


def _subject(change: Change) -> tuple[str, str, str, str]:
    """Return what a change is about: a repetition has the same."""
    return change.date, change.nct_id, change.kind, change.field


def _read(root: Path, problems: list[Problem]) -> Iterator[Change]:
    for path in members(root / "data" / "changes", ".jsonl"):
        name = path.relative_to(root).as_posix()
        # Not splitlines(): a Unicode line separator inside a text ends no line of JSON Lines.
        try:
            content = path.read_bytes().rstrip(b"\n")
        except OSError as error:
            problems.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
            continue
        for number, line in enumerate(content.split(b"\n") if content else (), 1):
            try:
                change = parse(line)
                if not change.date.startswith(path.stem):
                    raise ValueError(f"{change.date} is not in this month")
            except ValueError as error:
                problems.append(Problem(name, number, f"is not a change: {error}"))
            else:
                yield change


def appended(root: Path, changes: Iterable[Change]) -> dict[str, bytes]:
    """Return the files of the log with `changes` appended: path below data/ -> content.

    Lines that a merge reordered or repeated are put in order. A file with a damaged line is only
    appended to: a person has to repair it.
    """
    months: dict[str, list[Change]] = {}
    for change in changes:
        months.setdefault(change.date[:7], []).append(change)
    return {
        f"changes/{month}.jsonl": _appended(root / "data" / "changes" / f"{month}.jsonl", added)
        for month, added in sorted(months.items())
    }


def _appended(path: Path, added: list[Change]) -> bytes:
    lines = [line for line in path.read_bytes().split(b"\n") if line] if path.exists() else []
    longer = b"\n".join([*lines, *(change.dump().encode() for change in added), b""])
    try:
        changes = [*map(parse, lines), *added]
    except ValueError:
        return longer
    ordered = in_order(changes)
    if ordered == changes:
        return longer  # what is there stays as it is, byte for byte
    return b"".join(change.dump().encode() + b"\n" for change in ordered)
