"""How parts of a study are compared, whatever they are: values, named things, long texts.

Each rule is for a field of `Study` and gives Findings. What is absent, empty and the registry's own
default are the same; typography and order do not count.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.changes.matching import Difference, match, pair, recut
from monitor.data import MINOR
from monitor.registry import Study, length
from monitor.text import identity, name_identity


@dataclass(frozen=True)
class Finding:
    """One difference; `old` and `new` are JSON values that stand in the two records."""

    field: str
    old: Any
    new: Any
    rank: str = ""  # "" for the usual rank of its kind
    why_stopped: str = ""
    last_known: str = ""
    opened: Any = None
    kind: str = ""  # filled in from the table


Compare = Callable[[Study, Study], Iterable[Finding]]


def value(field: str, default: Any = None) -> Compare:
    """Return the rule for a single value, or a list that is one value.

    `default` says no more than absence does: pages of the registry show both the same.
    """

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after and _plain(before, default) != _plain(after, default):
            yield Finding(field, as_json(before), as_json(after))

    return rule


def age(field: str) -> Compare:
    """Return the rule for a limit of age, in whatever unit: 216 months are 18 years."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = (length(getattr(study, field)) for study in (old, new))
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
    """Return a value of a Study as JSON; None where nothing is there."""
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
) -> Iterator[Finding]:
    """Yield up to three Findings: removed (only old), added (only new), changed (both, in step)."""
    if difference.removed:
        yield Finding(field, [form(item) for item in difference.removed], None, rank)
    if difference.added:
        yield Finding(field, None, [form(item) for item in difference.added], rank)
    yield from changed_in_step(field, difference.paired, form, rank)


def changed_in_step(
    field: str, pairs: Iterable[tuple[Any, Any]], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[Finding]:
    """Yield one Finding for all pairs, if there are any."""
    old, new = [], []
    for before, after in pairs:
        old.append(form(before))
        new.append(form(after))
    if old:
        yield Finding(field, old, new, rank)


def named(field: str, name: Callable[[Any], str]) -> Compare:
    """Return the rule for a list of things that are known by their names."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            _, rest = match(before, after, lambda item: name_identity(name(item)))
            yield from listed(field, pair(rest, name), name)

    return rule


def detail(field: str, name: Callable[[Any], str], part: str, rank: str = MINOR) -> Compare:
    """Return the rule for a part of things whose name stayed: {name, part} before and after."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            return

        def by_name(item: Any) -> str:
            return identity(name(item))

        def by_both(item: Any) -> Hashable:  # of two things with one name, like goes with like
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
) -> Iterator[Finding]:
    """Yield a Finding for a part of things, each with its partner, where there are any."""
    yield from changed_in_step(
        f"{field}.{part}",
        pairs,
        lambda item: {"name": name(item), part: as_json(getattr(item, part))},
        rank,
    )


def paragraphs(field: str) -> Compare:
    """Return the rule for a long text, which gives only the paragraphs that changed."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            _, rest = match(_paragraphs(before), _paragraphs(after), identity)
            yield from listed(field, pair(recut(rest, str), str), str)

    return rule


def _paragraphs(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]
