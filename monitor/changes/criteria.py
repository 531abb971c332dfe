"""The eligibility criteria of two versions of a study: items, and what each stands below.

An item belongs to what stands above it: "prior transplant" below "Cohort A" is another criterion
than below "Cohort B". A list that only loses or gains its indentation is the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.changes.matching import Difference, match, pair, recut
from monitor.changes.rules import Finding, changed_in_step, listed
from monitor.registry import OTHER, SECTIONS, Criterion, Study, parse_criteria
from monitor.text import identity


@dataclass(eq=False, slots=True)
class Item:
    """A criterion, or a heading that speaks of a part of the study."""

    place: int  # in the text
    section: str
    text: str
    parent: "Item | None"  # what it stands directly below
    path: int  # the same for items of the same text below the same
    has_items: bool = False  # whether others stand below it

    def above(self) -> "list[Item]":
        """What it stands below, the innermost first."""
        lines = []
        item = self.parent
        while item:
            lines.append(item)
            item = item.parent
        return lines


Pairs = list[tuple[Item, Item]]


def criteria(old: Study, new: Study) -> Iterator[Finding]:
    """Yield criteria that came, went, were reworded or moved, section by section."""
    if old.criteria == new.criteria:
        return
    paths: dict[tuple[int, str], int] = {}
    before, after = (_items(parse_criteria(study.criteria), paths) for study in (old, new))
    differences: dict[str, Difference[Item]] = {}
    elsewhere: Pairs = []  # the same text, perhaps below something else
    paired: Pairs = []
    for section in SECTIONS:
        old_items, new_items = (
            [item for item in items if item.section == section] for items in (before, after)
        )
        in_place, rest = match(old_items, new_items, lambda item: item.path)
        moved, rest = match(rest.removed, rest.added, lambda item: identity(item.text))
        rest = pair(recut(rest, _text), _text)
        differences[section] = rest
        elsewhere += moved
        paired += (*in_place, *moved, *rest.paired)
    moved = _moved(before, after, paired, elsewhere)
    for section in SECTIONS:
        field = "criteria" if section == OTHER else f"{section}_criteria"
        yield from listed(field, differences[section], _form)
        here = (both for both in moved if both[0].section == section)
        yield from changed_in_step(f"{field}.above", here, _form_of_place)


def _items(criteria: Sequence[Criterion], paths: dict[tuple[int, str], int]) -> list[Item]:
    """The items of a text, with those of its headings that speak of a part of the study."""
    items: list[Item] = []
    latest: dict[tuple[str, ...], Item] = {}  # section, then texts from the outermost on -> item

    def add(section: str, above: tuple[str, ...], text: str) -> Item:
        parent = None
        if above:  # else a heading is above, which is no item itself
            parent = latest.get((section, *above)) or add(section, above[:-1], above[-1])
            parent.has_items = True
        key = (parent.path if parent else -1, identity(text))
        item = Item(len(items), section, text, parent, paths.setdefault(key, len(paths)))
        latest[section, *above, text] = item
        items.append(item)
        return item

    for section, text, _, above in criteria:
        add(section, above, text)
    return items


def _text(item: Item) -> str:
    return item.text


def _form(item: Item) -> Any:
    return {"text": item.text, "above": item.parent.text} if item.parent else item.text


def _form_of_place(item: Item) -> Any:
    return {"name": item.text, "above": " › ".join(line.text for line in reversed(item.above()))}


def _moved(before: list[Item], after: list[Item], paired: Pairs, candidates: Pairs) -> Pairs:
    """Those candidates that stand below something else than before.

    Only lines that both versions have count: one that was put in above some items, or taken out, is
    told by itself. Nor do items move that only lost their indentation, and still follow theirs.
    """
    now = {a.place: b.place for a, b in paired}
    was = {b: a for a, b in now.items()}
    flat_now, flat_before = _Run(after, before, was), _Run(before, after, now)
    moved = []
    for a, b in sorted(candidates, key=lambda both: both[1].place):
        old_lines = [now[line.place] for line in reversed(a.above()) if line.place in now]
        new_lines = [line.place for line in reversed(b.above()) if line.place in was]
        if old_lines == new_lines:
            continue
        if old_lines[: len(new_lines)] == new_lines and flat_now.follows(
            b, after[old_lines[len(new_lines)]]
        ):
            continue
        if new_lines[: len(old_lines)] == old_lines and flat_before.follows(
            a, before[was[new_lines[len(old_lines)]]]
        ):
            continue
        moved.append((a, b))
    return sorted(moved, key=lambda both: both[0].place)


class _Run:
    """Which items follow a line directly, or after others that stood below it in the other text."""

    def __init__(self, items: list[Item], others: list[Item], partner: dict[int, int]) -> None:
        self._items, self._others, self._partner = items, others, partner
        self._followers: dict[int, set[int]] = defaultdict(set)  # line -> those known to follow it

    def follows(self, item: Item, line: Item) -> bool:
        """Whether an item follows a line below which nothing stands any more."""
        if line.has_items or line.place not in self._partner:
            return False
        known = self._followers[line.place]
        other_line = self._others[self._partner[line.place]]
        place = item.place - 1
        while place > line.place and place not in known and self._stood_below(place, other_line):
            place -= 1
        if place != line.place and place not in known:
            return False
        known.add(item.place)
        return True

    def _stood_below(self, place: int, other_line: Item) -> bool:
        partner = self._partner.get(place)
        return partner is None or other_line in self._others[partner].above()
