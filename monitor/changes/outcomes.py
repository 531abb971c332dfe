"""Compares the outcome measures of two versions: removed, added, replaced, moved between lists."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from monitor.changes.matching import Difference, match, pair, without
from monitor.changes.rules import FieldChange, Rule, as_object, listed
from monitor.data import MINOR
from monitor.registry import Outcome, Study
from monitor.text import identity, same, words

LISTS = ("primary_outcomes", "secondary_outcomes", "other_outcomes")

_FRAME = """number of the a an in with to at by for from and or on as per any all first last
    participants patients subjects people persons individuals who whose
    rate rates percentage percent proportion incidence frequency occurrence change changes
    mean median time day days week weeks month months year years baseline end cycle cycles course
    visit after before during until through up measured assessed assessment defined evaluated
    treatment study using according based including but not limited such"""
_FRAME_WORDS = frozenset(_FRAME.split())


def core(measure: str) -> list[str]:
    """Return the words of a measure that name what is measured; all its words where none does.

    "Number of participants with complete remission at the end of cycle 2" and the same with "dose-
    limiting toxicity" share most words, and measure different things.
    """
    all_words = words(measure)
    core_words = [w for w in all_words if w not in _FRAME_WORDS and not w[0].isdigit()]
    return core_words or all_words


@dataclass(frozen=True)
class _Move:
    """A measure that moved to another list, perhaps in other words."""

    old: Outcome
    old_list: str
    new: Outcome
    new_list: str

    def item(self, field: str) -> dict[str, Any]:
        """Return the measure as one of its lists has it, with the other list and its wording."""
        here, there = (self.old, self.new) if field == self.old_list else (self.new, self.old)
        elsewhere = self.new_list if field == self.old_list else self.old_list
        item = {**as_object(here), "elsewhere": elsewhere}
        if not same(here.measure, there.measure):
            item["elsewhere_as"] = there.measure
        if not same(here.time_frame, there.time_frame):
            item["elsewhere_time_frame"] = there.time_frame
        return item


def outcomes(field: str, rank: str = "") -> Rule:
    """Return the rule for the measures of one list, and for those that moved from it or to it."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        if _lists(old) == _lists(new):
            return
        differences, moves = _compare(old, new)
        moves = [
            move for move in moves if field == min(move.old_list, move.new_list, key=LISTS.index)
        ]
        if moves:
            moved_out = [move.item(field) for move in moves if move.old_list == field]
            moved_in = [move.item(field) for move in moves if move.new_list == field]
            yield FieldChange(f"{field}.swapped", moved_out or None, moved_in or None, rank)
        rest = differences[field]
        if len(rest.removed) == len(rest.added) == 1:  # one removed, one added: it was replaced
            rest = Difference((), (), (*rest.paired, (rest.removed[0], rest.added[0])))
        # Every study has outcomes: an empty list is a gap in the record.
        gap = not getattr(old, field) or not getattr(new, field)
        yield from listed(field, rest, as_object, MINOR if gap else "")

    return rule


def _lists(study: Study) -> tuple[tuple[Outcome, ...], ...]:
    return tuple(getattr(study, field) for field in LISTS)


def _compare(old: Study, new: Study) -> tuple[dict[str, Difference[Outcome]], list[_Move]]:
    """Return the difference of each list, and the measures that moved between two."""
    differences = {
        field: match(_once(before), _once(after), _key)[1]
        for field, before, after in zip(LISTS, _lists(old), _lists(new), strict=True)
    }
    moves = _take_moves(differences, lambda rest: match(rest.removed, rest.added, _key)[0])
    for field, rest in differences.items():
        differences[field] = pair(rest, measure, words_of=core)
    moves += _take_moves(differences, lambda rest: pair(rest, measure, words_of=core).paired)
    return differences, moves


def _once(measures: Sequence[Outcome]) -> list[Outcome]:
    """Return each measure once: records repeat some in the same words."""
    return list({tuple(map(identity, outcome)): outcome for outcome in measures}.values())


def _take_moves(
    differences: dict[str, Difference[Outcome]],
    pairs_of: Callable[[Difference[Outcome]], Sequence[tuple[Outcome, Outcome]]],
) -> list[_Move]:
    """Return the measures that moved between lists, and remove them from `differences`."""
    moves = []
    for source, target in permutations(LISTS, 2):
        rest = Difference(differences[source].removed, differences[target].added)
        pairs = pairs_of(rest)
        moves += [_Move(before, source, after, target) for before, after in pairs]
        for field in (source, target):
            differences[field] = without(differences[field], pairs)
    return moves


def measure(outcome: Outcome) -> str:
    """Return the text of a measure."""
    return outcome.measure


def _key(outcome: Outcome) -> str:
    return identity(outcome.measure)
