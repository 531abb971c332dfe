"""Rules that compare a field of two versions of a study: single values, named items, long texts.

A rule yields FieldChanges. Absent, empty and the registry's own default are the same; typography
and order do not count.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.changes.matching import Difference, match, pair, recut
from monitor.data import MINOR
from monitor.registry import Study, exact_age
from monitor.text import identity, name_identity


@dataclass(frozen=True)
class FieldChange:
    """A field that differs; `old` and `new` are JSON values from the two versions of the record.

    Each of its fields is one of a Change, under the same name.
    """

    field: str
    old: Any
    new: Any
    rank: str = ""  # "" for the usual rank of its kind
    why_stopped: str = ""
    last_known: str = ""
    opened: Any = None
    kind: str = ""  # of KINDS; filled in by `compare`


Rule = Callable[[Study, Study], Iterable[FieldChange]]
"""A rule: (old, new) -> FieldChanges."""


def value(field: str, default: Any = None) -> Rule:
    """Return the rule for a single value, or for a list as a whole.

    `default` is equal to an absent value: the registry's pages show both in the same way.
    """

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after and _plain(before, default) != _plain(after, default):
            yield FieldChange(field, as_json(before), as_json(after))

    return rule


def age(field: str) -> Rule:
    """Return the rule for an age limit, whatever its unit: 216 months are 18 years."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before, after = (exact_age(getattr(study, field)) for study in (old, new))
        if before is None or before != after:
            yield from value(field, default="N/A")(old, new)

    return rule


def _plain(content: Any, default: Any) -> Any:
    if content in ("", (), None, default):
        return None
    if isinstance(content, tuple):
        return sorted(content)
    return identity(content) if isinstance(content, str) else content


def as_json(content: Any) -> Any:
    """Return a value of a Study as JSON; None for an empty one."""
    if isinstance(content, tuple):
        return list(content) or None
    return None if content == "" else content


def as_object(content: Any) -> Any:
    """Return a part of a Study as a JSON object without its empty values."""
    if content is None:
        return None
    return {key: item for key, item in content._asdict().items() if item not in ("", None, ())}


def listed(
    field: str, difference: Difference[Any], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[FieldChange]:
    """Yield up to three changes: removed items (only old), added ones (only new), pairs (both).

    `form` returns an item as JSON.
    """
    if difference.removed:
        yield FieldChange(field, [form(item) for item in difference.removed], None, rank)
    if difference.added:
        yield FieldChange(field, None, [form(item) for item in difference.added], rank)
    yield from changed_in_step(field, difference.paired, form, rank)


def changed_in_step(
    field: str, pairs: Iterable[tuple[Any, Any]], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[FieldChange]:
    """Yield one change with all pairs, in the same order in `old` and `new`; nothing for none."""
    old, new = [], []
    for before, after in pairs:
        old.append(form(before))
        new.append(form(after))
    if old:
        yield FieldChange(field, old, new, rank)


def named(field: str, name: Callable[[Any], str]) -> Rule:
    """Return the rule for a list of items that have names."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            _, rest = match(before, after, lambda item: name_identity(name(item)))
            yield from listed(field, pair(rest, name), name)

    return rule


def detail(field: str, name: Callable[[Any], str], part: str, rank: str = MINOR) -> Rule:
    """Return the rule for one part of named items: {name, part} before and after."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            return

        def by_name(item: Any) -> str:
            return identity(name(item))

        def by_both(item: Any) -> Hashable:  # of two items with one name, equal ones are paired
            return by_name(item), identity(getattr(item, part))

        _, rest = match(before, after, by_both)
        changed, _ = match(rest.removed, rest.added, by_name)
        yield from parts_changed(field, changed, name, part, rank)

    return rule


def parts_changed(
    field: str,
    pairs: Iterable[tuple[Any, Any]],
    name: Callable[[Any], str],
    part: str,
    rank: str = MINOR,
) -> Iterator[FieldChange]:
    """Yield one change with {name, part} of all pairs; nothing for none."""
    yield from changed_in_step(
        f"{field}.{part}",
        pairs,
        lambda item: {"name": name(item), part: as_json(getattr(item, part))},
        rank,
    )


def paragraphs(field: str) -> Rule:
    """Return the rule for a long text: its changes have only the paragraphs that changed."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            _, rest = match(_paragraphs(before), _paragraphs(after), identity)
            yield from listed(field, pair(recut(rest, str), str), str)

    return rule


def _paragraphs(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]
