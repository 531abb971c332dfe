"""Compares the arms and interventions of two versions of a study.

Names alone do not identify them: a drug code becomes a name, an arm gets a new label. The other
names that a record lists, and the interventions of an arm, are better evidence than common words.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from monitor.changes.matching import Difference, match, pair, without
from monitor.changes.rules import FieldChange, listed, parts_changed
from monitor.registry import Arm, Intervention, Study
from monitor.text import identity, name_identity, words

T = TypeVar("T", Arm, Intervention)


def arms(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield arms and interventions that were added, removed or renamed, and their changed parts."""
    if (old.arms, old.interventions) == (new.arms, new.interventions):
        return
    drugs, other_drugs = _pair_interventions(old.interventions, new.interventions)
    new_names = {_key(before): _key(after) for before, after in (*drugs, *other_drugs.paired)}
    arms, other_arms = _pair_arms(old.arms, new.arms, new_names)
    yield from listed("arms", other_arms, _name)
    yield from listed("interventions", other_drugs, _name)
    arms += other_arms.paired
    drugs += other_drugs.paired
    composed = [(a, b) for a, b in arms if _content(a, new_names) != _content(b, {})]
    yield from _parts("arms", arms, "type")
    yield from parts_changed("arms", composed, _name, "interventions")
    yield from _parts("arms", arms, "description")
    yield from _parts("interventions", drugs, "type")
    yield from _parts("interventions", drugs, "description")


def _parts(field: str, pairs: Iterable[tuple[T, T]], part: str) -> Iterator[FieldChange]:
    changed = (
        (before, after)
        for before, after in pairs
        if identity(getattr(before, part)) != identity(getattr(after, part))
    )
    yield from parts_changed(field, changed, _name, part)


def _pair_interventions(
    old: Sequence[Intervention], new: Sequence[Intervention]
) -> tuple[list[tuple[Intervention, Intervention]], Difference[Intervention]]:
    """Pair those of equal names, then those of which one lists the other's name; return both.

    The second value also has the pairs of similar names, and those without a partner.
    """
    same, rest = match(old, new, _key)
    respelled, rest = match(rest.removed, rest.added, _code)
    same += respelled
    by_name, by_any_name = defaultdict(list), defaultdict(list)
    for drug in rest.added:
        by_name[_letters(drug.name)].append(drug)
        for name in _all_names(drug):
            by_any_name[name].append(drug)
    renamed = [
        (drug, other)
        for drug in rest.removed
        for other in (
            *by_any_name[_letters(drug.name)],
            *(other for name in sorted(_all_names(drug)) for other in by_name[name]),
        )
    ]
    rest = _paired(rest, renamed)
    rest = _pair_by_evidence(rest, _description, _description)
    return same, pair(rest, _name, words_of=_words)


def _words(name: str) -> list[str]:
    """Return the words of a name, a code as a single word: XMP-101 is nothing like XMP-102."""
    return words(_IN_A_CODE.sub("", name_identity(name)))


_IN_A_CODE = re.compile(r"(?<=[a-z]{2}) - (?=\d)")


def _description(drug: Intervention) -> Hashable:
    return identity(drug.description)


def _pair_arms(
    old: Sequence[Arm], new: Sequence[Arm], new_names: Mapping[str, str]
) -> tuple[list[tuple[Arm, Arm]], Difference[Arm]]:
    """Pair arms of equal labels; then the rest by type and content, by description, by words."""

    def composition(names: Mapping[str, str]) -> Callable[[Arm], Hashable]:
        return lambda arm: (arm.type, _content(arm, names)) if arm.interventions else None

    def description(names: Mapping[str, str]) -> Callable[[Arm], Hashable]:
        return lambda arm: (
            (identity(arm.description), _content(arm, names)) if arm.description else None
        )

    same, rest = match(old, new, _key)
    for evidence in (composition, description):
        rest = _pair_by_evidence(rest, evidence(new_names), evidence({}))
    return same, pair(rest, _name)


def _pair_by_evidence(
    rest: Difference[T], of_old: Callable[[T], Hashable], of_new: Callable[[T], Hashable]
) -> Difference[T]:
    """Pair items of equal evidence, where they have any; of several, the most similar ones."""
    groups: dict[Hashable, tuple[list[T], list[T]]] = defaultdict(lambda: ([], []))
    for item in rest.removed:
        groups[of_old(item)][0].append(item)
    for item in rest.added:
        groups[of_new(item)][1].append(item)
    pairs: list[tuple[T, T]] = []
    for evidence, (before, after) in groups.items():
        if evidence:
            group = pair(Difference(tuple(before), tuple(after)), _name)
            pairs += group.paired
            if len(group.removed) == len(group.added):  # otherwise they are ambiguous
                pairs += zip(group.removed, group.added, strict=True)
    return _paired(rest, pairs)


def _paired(rest: Difference[T], pairs: Iterable[tuple[T, T]]) -> Difference[T]:
    """Move pairs into `paired`, each item with its first partner, in the order of the old list."""
    partner: dict[int, tuple[T, T]] = {}
    taken: set[int] = set()
    for both in pairs:
        if id(both[0]) not in partner and id(both[1]) not in taken:
            partner[id(both[0])] = both
            taken.add(id(both[1]))
    chosen = [partner[id(item)] for item in rest.removed if id(item) in partner]
    left = without(rest, chosen)
    return Difference(left.removed, left.added, rest.paired + tuple(chosen))


def _name(thing: Arm | Intervention) -> str:
    return thing.label if isinstance(thing, Arm) else thing.name


def _key(thing: Arm | Intervention) -> str:
    return name_identity(_name(thing))


def _code(thing: Arm | Intervention) -> str:
    """Return a key that is equal for XMP-101, XMP 101 and XMP101."""
    return _BEFORE_A_NUMBER.sub("", _key(thing))


_BEFORE_A_NUMBER = re.compile(r"(?<=[a-z])(?: -)? (?=\d)")


def _content(arm: Arm, new_names: Mapping[str, str]) -> frozenset[str]:
    """Return the interventions of an arm by their new names, without the prefix "Drug: "."""
    names = (name_identity(text.partition(": ")[2] or text) for text in arm.interventions)
    return frozenset(new_names.get(name, name) for name in names)


def _letters(name: str) -> str:
    """Return a name without spaces and dashes, which codes are written with or without."""
    return name_identity(name).replace(" - ", "").replace(" ", "")


def _all_names(drug: Intervention) -> set[str]:
    return {_letters(name) for name in (drug.name, *drug.other_names)}
