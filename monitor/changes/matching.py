"""Two lists of texts held against each other: what went, what came, what was reworded.

Nothing here knows what the items are. Order does not count: an item that only moved is the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from monitor.text import words

T = TypeVar("T")

ALIKE = 0.5  # share of common words from which two items count as one, reworded


@dataclass(frozen=True)
class Difference(Generic[T]):
    """`removed` stands only in the old list, `added` only in the new, `paired` is (old, new)."""

    removed: tuple[T, ...]
    added: tuple[T, ...]
    paired: tuple[tuple[T, T], ...] = ()


def match(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], Difference[T]]:
    """Pair items of equal key, each once; the rest is the difference."""
    waiting: dict[Hashable, list[T]] = defaultdict(list)
    for item in old:
        waiting[key(item)].append(item)
    same, added = [], []
    for item in new:
        partners = waiting.get(key(item))
        if partners:
            same.append((partners.pop(0), item))
        else:
            added.append(item)
    left = Counter({name: len(items) for name, items in waiting.items()})
    removed = []
    for item in reversed(old):  # the first of equal items were paired, so the last are left
        if left[key(item)]:
            left[key(item)] -= 1
            removed.append(item)
    return same, Difference(tuple(reversed(removed)), tuple(added))


def without(difference: Difference[T], pairs: Sequence[tuple[T, T]]) -> Difference[T]:
    """A difference less what was paired already (by identity: equal things may stand twice)."""
    paired = {id(item) for both in pairs for item in both}
    return Difference(
        tuple(item for item in difference.removed if id(item) not in paired),
        tuple(item for item in difference.added if id(item) not in paired),
        difference.paired,
    )


def pair(
    difference: Difference[T], text: Callable[[T], str], alike: float = ALIKE
) -> Difference[T]:
    """Pair what went with what came where the words are much the same, the most alike first.

    Symmetric: with old and new exchanged, the same pairs are found.
    """
    old = [(words(text(item)), item) for item in difference.removed]
    new = [(words(text(item)), item) for item in difference.added]
    candidates = sorted(
        (
            (-likeness(a, b), sorted([" ".join(a), " ".join(b)]), i, j)
            for i, (a, _) in enumerate(old)
            for j, (b, _) in enumerate(new)
        ),
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for negative, _, i, j in candidates:
        if -negative < alike:
            break
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return Difference(
        tuple(item for i, (_, item) in enumerate(old) if i not in partner),
        tuple(item for j, (_, item) in enumerate(new) if j not in taken),
        tuple((old[i][1], new[j][1]) for i, j in sorted(partner.items())),
    )


def recut(difference: Difference[str]) -> Difference[str]:
    """Less the items that are the same words in the same order, cut in another way."""
    old, new = list(difference.removed), list(difference.added)
    found = _same_run(old, new)
    while found:
        (start, end), (first, last) = found
        del old[start:end], new[first:last]
        found = _same_run(old, new)
    return Difference(tuple(old), tuple(new), difference.paired)


def _same_run(old: list[str], new: list[str]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Neighbours of each list that together have the same words."""
    a, b = [words(text) for text in old], [words(text) for text in new]
    for start, first in product(range(len(a)), range(len(b))):
        mine, theirs, end, last = a[start], b[first], start + 1, first + 1
        while mine != theirs:
            if end < len(a) and len(mine) < len(theirs) and theirs[: len(mine)] == mine:
                mine, end = mine + a[end], end + 1
            elif last < len(b) and len(theirs) < len(mine) and mine[: len(theirs)] == theirs:
                theirs, last = theirs + b[last], last + 1
            else:
                break
        else:
            return (start, end), (first, last)
    return None


def likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    common = (Counter(a) & Counter(b)).total()
    return 2 * common / (len(a) + len(b)) if a or b else 1.0
