"""Fenced blocks marked `trials` in a text: lists of trials, by ids or by a filter.

A block may have ids alone. With a YAML header it can say who its trials are for, and select them by
a filter: the header comes first, then, one a line, ids that are listed in any case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from monitor.content.front_matter import (
    EXPLAINED,
    Checked,
    Field,
    Listed,
    Place,
    Words,
    model,
    read_header,
)
from monitor.content.markdown_checks import NCT_LIKE, Text, fenced
from monitor.problems import Problem
from monitor.registry import NCT_ID, terms

WORD = "trials"  # after the fence
Phase = Literal["early-1", "1", "2", "3", "4", "na"]
Order = Literal["status", "phase", "newest", "updated", "name"]


def _status(value: object) -> object:
    if value not in terms.STATUS_GROUPS:
        raise ValueError(f"{value!r} is not among its words: {', '.join(terms.STATUS_GROUPS)}")
    return value


def _nct_id(value: object) -> str:
    text = str(value).strip()
    if not NCT_ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an NCT id: NCT and eight digits")
    return text


NctId = Annotated[str, Checked(_nct_id)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Keys = Annotated[tuple[Key, ...], Listed]


@model(frozen=True, config=EXPLAINED)
class BlockHeader:
    """The header of a block, above its ids."""

    title: str = ""
    """The title above the table."""
    for_: Annotated[Keys, Field(alias="for")] = ()
    """The patients of all its trials: values of facets, or age groups of which some can join."""
    filter: Mapping[Key, Keys] = Field(default_factory=dict)
    """The block fills itself with trials that have one of the values of each of these facets."""
    status: Annotated[tuple[Annotated[str, Checked(_status)], ...], Listed] = ()
    phase: Annotated[tuple[Phase, ...], Listed] = ()
    country: Annotated[tuple[Words, ...], Listed] = ()
    order: Order = "status"
    """The order of the rows: that of the disease's list, the latest phase first, …"""
    limit: Annotated[int, Field(gt=0)] | None = None
    """The largest number of rows; a link leads to the rest."""
    first: Annotated[tuple[NctId, ...], Listed] = ()
    """The first trials of the table, in this order."""
    leave_out: Mapping[NctId, Words] = Field(default_factory=dict)
    """Trials that the filter finds and that do not belong, each with the reason."""
    ids: Annotated[tuple[NctId, ...], Listed] = ()
    """Trials that the filter does not decide on; they may also follow the header, one per line."""


@dataclass(frozen=True)
class TrialsBlock:
    """A list of trials in a text, as written."""

    title: str = ""
    for_: tuple[str, ...] = ()
    filter: Mapping[str, tuple[str, ...]] | None = None  # None in a block of ids alone
    status: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    order: str = "status"
    limit: int | None = None
    first: tuple[str, ...] = ()
    leave_out: Mapping[str, str] | None = None
    ids: tuple[str, ...] = ()
    line: int = 0  # of the opening fence
    lines: Mapping[Place, int] | None = None  # place of a value, ("ids", n) of an id -> line

    @property
    def nct_ids(self) -> tuple[str, ...]:
        """Return every id in the block, each once, those at the top first."""
        return tuple(dict.fromkeys((*self.first, *self.ids)))

    @property
    def is_living(self) -> bool:
        """Return whether it has a filter, so that its trials change with the data."""
        return bool(self.filter or self.status or self.phase or self.country)

    def line_of_id(self, nct_id: str) -> int:
        """Return the line of one of its ids."""
        for key, ids in (("first", self.first), ("ids", self.ids)):
            if nct_id in ids:
                return (self.lines or {}).get((key, ids.index(nct_id)), self.line_of(key))
        return self.line

    def line_of(self, *place: str | int) -> int:
        """Return the line of a value; that of the opening fence where it has none."""
        return (self.lines or {}).get(place, self.line)


def trials_blocks(text: Text, problems: list[Problem]) -> tuple[TrialsBlock, ...]:
    """Return the blocks of a text in order, adding a Problem for each wrong line in one."""
    return tuple(
        _block(text.path, text.first_line + start, inside, problems)
        for start, word, inside in fenced(text.markdown)
        if word == WORD
    )


_KEY = re.compile(r"[A-Za-z_]+\s*:(?:\s|$)")


def _block(path: str, line: int, inside: list[str], problems: list[Problem]) -> TrialsBlock:
    """Return the block between a fence in `line` and the next one."""
    split = _end_of_header(inside)
    lines: dict[Place, int] = {}
    header = None
    problems_before = len(problems)
    if split:
        text = "\n".join(inside[:split])
        header = read_header(text, path, line + 1, BlockHeader, problems, lines)
    above = len(header.ids) if header else 0
    ids = _ids(path, line + 1 + split, inside[split:], above, lines, problems)
    if header is None:
        if not ids and len(problems) == problems_before and not any(map(NCT_LIKE.search, inside)):
            message = "a list of trials without trials: one id a line, or a `filter:`"
            problems.append(Problem(path, line, message))
        return TrialsBlock(ids=ids, line=line, lines=lines)
    values: dict[str, Any] = {name: getattr(header, name) for name in _FIELDS}
    block = TrialsBlock(**{**values, "ids": (*header.ids, *ids)}, line=line, lines=lines)
    for nct_id in block.nct_ids:
        if nct_id in header.leave_out:
            message = f"{nct_id} is left out, and it is one of the block's ids"
            problems.append(Problem(path, block.line_of("leave_out", nct_id), message))
    if not (block.nct_ids or block.is_living) and len(problems) == problems_before:
        problems.append(Problem(path, line, "a list of trials without trials: ids or a `filter:`"))
    return block


_FIELDS = tuple(BlockHeader.__dataclass_fields__)


def _end_of_header(inside: list[str]) -> int:
    """Return the number of lines of the header; 0 without one."""
    first = next((row for row in inside if row.strip() and not row.startswith("#")), "")
    if not _KEY.match(first):
        return 0
    for number, row in enumerate(inside):
        is_yaml = not row.strip() or row[0] in " #-" or _KEY.match(row)
        if not is_yaml or re.match(r"-{3}\s*$", row):
            return number
    return len(inside)


def _ids(
    path: str,
    first: int,
    rows: list[str],
    above: int,
    lines: dict[Place, int],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return the ids below a header, which has `above` ids itself; fill `lines`."""
    ids: dict[str, int] = {}
    for number, row in enumerate(rows, first):
        word = row.strip()
        if not word or (number == first and re.fullmatch("-{3}", word)):
            continue
        if word in ids:
            message = f"{word} is already in this list"
            problems.append(Problem(path, number, message))
        elif NCT_ID.fullmatch(word):
            lines["ids", above + len(ids)] = number
            ids[word] = number
        elif message := _no_id(word):
            problems.append(Problem(path, number, message))
    return tuple(ids)


def _no_id(word: str) -> str:
    """Return the mistake in a line that is no id; "" where another check reports it."""
    ids = [each for each in NCT_LIKE.findall(word) if NCT_ID.fullmatch(each)]
    if len(ids) > 1:
        return f"one id per line: this one has {' and '.join(ids)}"
    if ids:
        return f"{word!r}: write only the id, {ids[0]}"
    if NCT_LIKE.search(word) and NCT_LIKE.fullmatch(word):
        return ""  # malformed ids are reported in any text
    return f"{word!r} is not an NCT id: NCT and eight digits, one a line"
