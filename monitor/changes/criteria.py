"""Compares the eligibility criteria of two versions of a study, each item with its parents.

An item depends on the lines above it: "prior transplant" below "Cohort A" is another criterion than
below "Cohort B". A list that only loses or gains its indentation is unchanged.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.changes.matching import Difference, match, pair, recut
from monitor.changes.rules import FieldChange, listed
from monitor.registry import OTHER, SECTIONS, Criterion, Study, parse_criteria
from monitor.text import identity, same


@dataclass(eq=False, slots=True)
class Item:
    """A criterion, or a heading about a part of the study."""

    place: int  # index in the list of items
    section: str
    text: str
    level: int  # of indentation; -1 for a heading
    parent: "Item | None"  # the line that it belongs to
    path: int  # equal for items with equal texts and equal parents, in both versions
    is_indented: bool  # more than its parent; or it has none
    has_items: bool = False  # whether it is the parent of others

    def parents(self) -> "list[Item]":
        """Return all lines that it belongs to, innermost first."""
        lines = []
        item = self.parent
        while item:
            lines.append(item)
            item = item.parent
        return lines


Pairs = list[tuple[Item, Item]]


def criteria(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield criteria that were added, removed, reworded or moved, section by section."""
    if old.criteria == new.criteria:
        return
    paths: dict[tuple[int, str], int] = {}
    before, after = (_items(parse_criteria(study.criteria), paths) for study in (old, new))
    differences: dict[str, Difference[Item]] = {}
    same_text: Pairs = []  # perhaps with other parents
    paired: Pairs = []
    for section in SECTIONS:
        old_items, new_items = (
            [item for item in items if item.section == section] for items in (before, after)
        )
        in_place, rest = match(old_items, new_items, lambda item: item.path)
        moved, rest = match(rest.removed, rest.added, lambda item: identity(item.text))
        rest = pair(recut(rest, _text), _text)
        differences[section] = rest
        same_text += moved
        paired += (*in_place, *moved, *rest.paired)
    moved = _moved(before, after, paired, same_text)
    for section in SECTIONS:
        field = "criteria" if section == OTHER else f"{section}_criteria"
        yield from listed(field, differences[section], _form)
        here = [both for both in moved if both[0].section == section]
        if here:
            old_places = [_place(a, b) for a, b in here]
            yield FieldChange(f"{field}.above", old_places, [_place(b, a) for a, b in here])


def _items(criteria: Sequence[Criterion], paths: dict[tuple[int, str], int]) -> list[Item]:
    """Return criteria as items, with the headings about parts of the study among them.

    `paths` numbers the paths of both versions; it grows.
    """
    items: list[Item] = []
    latest: dict[tuple[str, ...], Item] = {}  # section, then texts from the outermost on -> item

    def add(section: str, text: str, level: int, above: tuple[str, ...]) -> Item:
        parent, is_indented = None, True
        if above:
            # A parent that is no item is a heading: it is the outermost line.
            parent = latest.get((section, *above)) or add(section, above[-1], -1, above[:-1])
            parent.has_items = True
            is_indented = level > parent.level
        path = paths.setdefault((parent.path if parent else -1, identity(text)), len(paths))
        item = Item(len(items), section, text, level, parent, path, is_indented)
        latest[section, *above, text] = item
        items.append(item)
        return item

    for criterion in criteria:
        add(*criterion)
    return items


def _text(item: Item) -> str:
    return item.text


def _form(item: Item) -> Any:
    return {"text": item.text, "above": item.parent.text} if item.parent else item.text


def _place(item: Item, other: Item) -> Any:
    """Return an item with its parent; with all of them where the parent did not change."""
    lines = item.parents()
    if item.parent and other.parent and same(item.parent.text, other.parent.text):
        return {"name": item.text, "above": " › ".join(line.text for line in reversed(lines))}
    return {"name": item.text, "above": lines[0].text if lines else ""}


def _moved(before: list[Item], after: list[Item], paired: Pairs, candidates: Pairs) -> Pairs:
    """Return the candidates that belong to another line than before.

    Only lines in both versions count: a line that was inserted above some items, or removed, is a
    change of its own. As lists gain and lose their indentation, that alone is no evidence. Either
    the item has moved across a line, before which or after which it stood; or it has no items of
    its own, and its indentation is unambiguous in both versions.
    """
    now = {a.place: b.place for a, b in paired}
    was = {new: old for old, new in now.items()}
    flat_now, flat_before = _FlatList(after, before, was), _FlatList(before, after, now)
    moved = []
    for a, b in sorted(candidates, key=lambda both: both[1].place):
        old_line = next((line for line in a.parents() if line.place in now), None)
        new_line = next((line for line in b.parents() if line.place in was), None)
        line_now = now[old_line.place] if old_line else None
        line_before = was[new_line.place] if new_line else None
        if line_now == (new_line.place if new_line else None):
            continue
        has_crossed = (line_now is not None and line_now > b.place) or (
            line_before is not None and line_before > a.place
        )
        is_clear = all(item.is_indented and not item.has_items for item in (a, b))
        has_only_lost_indent = (line_now is not None and flat_now.follows(b, after[line_now])) or (
            line_before is not None and flat_before.follows(a, before[line_before])
        )
        if has_crossed or (is_clear and not has_only_lost_indent):
            moved.append((a, b))
    return sorted(moved, key=lambda both: both[0].place)


class _FlatList:
    """The items of one version that would belong to a line if their list were indented.

    `partner` maps places in `items` to places in `others`, the other version.
    """

    def __init__(self, items: list[Item], others: list[Item], partner: dict[int, int]) -> None:
        self._items, self._others, self._partner = items, others, partner
        self._followers: dict[int, set[int]] = defaultdict(set)  # line -> places, a cache

    def follows(self, item: Item, line: Item) -> bool:
        """Return whether an item follows a line directly, or after items that belonged to it.

        False for a line that has items of its own.
        """
        if line.has_items or line.place not in self._partner:
            return False
        followers = self._followers[line.place]
        other_line = self._others[self._partner[line.place]]
        place = item.place - 1
        while place > line.place and place not in followers and self._belonged(place, other_line):
            place -= 1
        if place != line.place and place not in followers:
            return False
        followers.add(item.place)
        return True

    def _belonged(self, place: int, other_line: Item) -> bool:
        """Return whether an item belonged to a line in the other version, or is not in it."""
        partner = self._partner.get(place)
        return partner is None or other_line in self._others[partner].parents()
