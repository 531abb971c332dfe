"""Compares two lists of any items: which were removed, added, reworded.

Order does not count: an item that only moved is the same. Equal items are paired first, then those
of equal keys; likeness only pairs the rest.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from monitor.text import identity, words

T = TypeVar("T")

COMMON = 50  # a word, or a text, in more items of a list than this is no evidence for a pair
MOST = 5_000  # items of a list: more are not compared, but all removed and added
ALIKE = 0.5  # share of common words from which two items count as one, reworded


@dataclass(frozen=True)
class Difference(Generic[T]):
    """Items only in the old list, items only in the new one, and pairs (old, new)."""

    removed: tuple[T, ...]
    added: tuple[T, ...]
    paired: tuple[tuple[T, T], ...] = ()


def match(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], Difference[T]]:
    """Pair equal items, then items of equal keys, each once; return the pairs and the rest.

    Equal items must have equal keys.
    """
    equal, rest = _match(old, new, lambda item: item)
    if not rest.removed or not rest.added:
        return equal, rest
    same, rest = _match(rest.removed, rest.added, key)
    return [*equal, *same], rest


def _match(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], Difference[T]]:
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for index in range(len(old) - 1, -1, -1):
        waiting[key(old[index])].append(index)
    taken: set[int] = set()
    same, added = [], []
    for item in new:
        partners = waiting.get(key(item))
        if partners:
            index = partners.pop()
            taken.add(index)
            same.append((old[index], item))
        else:
            added.append(item)
    removed = tuple(item for index, item in enumerate(old) if index not in taken)
    return same, Difference(removed, tuple(added))


def without(difference: Difference[T], pairs: Iterable[tuple[T, T]]) -> Difference[T]:
    """Return a difference without the items of pairs, by identity: equal items may occur twice."""
    paired = {id(item) for both in pairs for item in both}
    return Difference(
        tuple(item for item in difference.removed if id(item) not in paired),
        tuple(item for item in difference.added if id(item) not in paired),
        difference.paired,
    )


def pair(
    difference: Difference[T],
    text: Callable[[T], str],
    alike: float = ALIKE,
    words_of: Callable[[str], Sequence[str]] = words,
) -> Difference[T]:
    """Pair removed with added items of similar words, the most similar first.

    `alike` is the share of common words that makes a pair. Symmetric: with old and new exchanged,
    the pairs are the same.
    """
    if max(len(difference.removed), len(difference.added)) > MOST:
        return difference
    old = [words_of(text(item)) for item in difference.removed]
    new = [words_of(text(item)) for item in difference.added]
    candidates = sorted(
        (-share, sorted([" ".join(old[i]), " ".join(new[j])]), i, j)
        for share, i, j in _alike(old, new, alike)
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in candidates:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    pairs = tuple((difference.removed[i], difference.added[j]) for i, j in sorted(partner.items()))
    rest = without(difference, pairs)
    return Difference(rest.removed, rest.added, (*difference.paired, *pairs))


def _alike(
    old: Sequence[Sequence[str]], new: Sequence[Sequence[str]], alike: float
) -> Iterator[tuple[float, int, int]]:
    """Yield (likeness, index in old, index in new) of similar texts, without comparing all.

    Texts that share this part of their words share one of their rarest: of n words, all but
    n * alike / (2 - alike). Only texts with such a word in common are compared, and a word that is
    COMMON does not count.
    """
    if not old or not new:
        return
    before, after = ([_numbered(text) for text in texts] for texts in (old, new))
    uses = Counter(word for text in (*before, *after) for word in text)

    def rarest(text: set[tuple[str, int]]) -> list[tuple[str, int]]:
        needed = math.ceil(len(text) * alike / (2 - alike))
        ranked = sorted(text, key=lambda word: (uses[word], word))
        return ranked[: len(text) - needed + 1]

    with_word: dict[tuple[str, int], list[int]] = defaultdict(list)
    for j, text in enumerate(after):
        for word in rarest(text):
            with_word[word].append(j)
    for i, text in enumerate(before):
        near = (places for w in rarest(text) if len(places := with_word.get(w, ())) <= COMMON)
        for j in set(chain.from_iterable(near)):
            share = 2 * len(text & after[j]) / (len(text) + len(after[j]))
            if share >= alike:
                yield share, i, j


def _numbered(text: Sequence[str]) -> set[tuple[str, int]]:
    """Return a text as a set of (word, number): the second "of" is ("of", 2)."""
    counts: Counter[str] = Counter()
    numbered = set()
    for word in text:
        counts[word] += 1
        numbered.add((word, counts[word]))
    return numbered


def recut(difference: Difference[T], text: Callable[[T], str]) -> Difference[T]:
    """Remove items that have the same words in the same order, only divided differently."""
    if max(len(difference.removed), len(difference.added)) > MOST:
        return difference
    old = [identity(text(item)) for item in difference.removed]
    new = [identity(text(item)) for item in difference.added]
    used_old, used_new = set[int](), set[int]()
    for i, j in sorted(_beginnings(old, new)):
        same = _same_words(old, new, i, j)
        if same and used_old.isdisjoint(same[0]) and used_new.isdisjoint(same[1]):
            used_old.update(same[0])
            used_new.update(same[1])
    return Difference(
        tuple(item for i, item in enumerate(difference.removed) if i not in used_old),
        tuple(item for j, item in enumerate(difference.added) if j not in used_new),
        difference.paired,
    )


def _beginnings(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (index in old, index in new) where one text begins with the whole other."""
    yield from _begun_by(old, new)
    yield from ((i, j) for j, i in _begun_by(new, old))


def _begun_by(texts: Sequence[str], heads: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (index of a text, index of a head) where the text begins with the head."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, head in enumerate(heads):
        if head:
            places[head].append(place)
    lengths = sorted({len(head) for head in places})
    for i, text in enumerate(texts):
        for length in lengths:
            if length >= len(text):
                break
            if text[length] == " ":
                matches = places.get(text[:length], ())
                yield from ((i, j) for j in matches if len(matches) <= COMMON)


def _same_words(
    old: Sequence[str], new: Sequence[str], i: int, j: int
) -> tuple[range, range] | None:
    """Return neighbours in each list, from i and j on, that together have the same words."""
    mine, theirs, end, last = old[i], new[j], i + 1, j + 1
    while mine != theirs:
        if len(mine) < len(theirs) and end < len(old) and theirs.startswith(f"{mine} "):
            mine, end = f"{mine} {old[end]}", end + 1
        elif len(theirs) < len(mine) and last < len(new) and mine.startswith(f"{theirs} "):
            theirs, last = f"{theirs} {new[last]}", last + 1
        else:
            return None
    return range(i, end), range(j, last)


def likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Return the share of common words of two texts, from 0 to 1."""
    common = (Counter(a) & Counter(b)).total()
    return 2 * common / (len(a) + len(b)) if a or b else 1.0
