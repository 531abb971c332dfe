"""How parts of a study are compared, whatever they are: values, named things, long texts.

Each rule is made for a field of `Study` and gives Findings. What is absent, empty and the
registry's own default are the same; letter case, white space and order do not count.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.changes.matching import Difference, match, pair, recut, without
from monitor.data import MINOR
from monitor.registry import Arm, Intervention, Study
from monitor.text import normal


@dataclass(frozen=True)
class Finding:
    """One difference; `old` and `new` are JSON values that stand in the two records."""

    field: str
    old: Any
    new: Any
    rank: str = ""  # "" for the usual rank of its kind
    why_stopped: str = ""
    last_known: str = ""
    kind: str = ""  # filled in from the table


Compare = Callable[[Study, Study], Iterable[Finding]]


_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "phases": (("NA",),),
    "sex": ("ALL",),
    "healthy_volunteers": (False,),
    "minimum_age": ("N/A",),
    "maximum_age": ("N/A",),
}
"""What says no more than absence does: pages of the registry show both the same."""


def value(field: str, rank: str = "") -> Compare:
    """A single value, or a list told as a whole; white space and case do not count."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before != after and _plain(field, before) != _plain(field, after):
            yield Finding(field, as_json(before), as_json(after), rank)

    return rule


def _plain(field: str, given: Any) -> Any:
    if given in _DEFAULTS.get(field, ()) or given in ("", (), None):
        return None
    return normal(given) if isinstance(given, str) else given


def as_json(given: Any) -> Any:
    """A value of a Study as JSON: absent parts left out, None where nothing is there."""
    if isinstance(given, tuple):
        return list(given) or None
    return None if given == "" else given


def as_object(given: Any) -> Any:
    """A part of a Study as a JSON object without its empty values."""
    if given is None:
        return None
    return {key: value for key, value in given._asdict().items() if value not in ("", None, ())}


def listed(
    field: str, difference: Difference[Any], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[Finding]:
    """At most three Findings: removed (only old), added (only new), changed (both, in step)."""
    if difference.removed:
        yield Finding(field, [form(item) for item in difference.removed], None, rank)
    if difference.added:
        yield Finding(field, None, [form(item) for item in difference.added], rank)
    yield from changed_in_step(field, difference.paired, form, rank)


def changed_in_step(
    field: str, pairs: Sequence[tuple[Any, Any]], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[Finding]:
    """One Finding for all pairs, if there are any."""
    if pairs:
        yield Finding(field, [form(old) for old, _ in pairs], [form(new) for _, new in pairs], rank)


def named(field: str, name: Callable[[Any], str]) -> Compare:
    """A list of things with names: gone, new, renamed; told by their names.

    A thing is renamed where its name is much the same, or all else that is said of it.
    """

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            return
        _, rest = match(before, after, lambda item: normal(name(item)))
        twins = [
            both
            for both in match(rest.removed, rest.added, _all_but_name)[0]
            if _all_but_name(both[0])
        ]
        rest = pair(without(rest, twins), name)
        yield from listed(field, Difference(rest.removed, rest.added, (*twins, *rest.paired)), name)

    return rule


def _all_but_name(thing: Any) -> tuple[str, ...]:
    """What tells a thing apart besides its name; empty where nothing does."""
    if not isinstance(thing, Arm | Intervention) or not thing.description:
        return ()
    more = sorted(thing.interventions) if isinstance(thing, Arm) else []
    return (normal(thing.description), *more)


def detail(field: str, name: Callable[[Any], str], part: str, rank: str = MINOR) -> Compare:
    """A part of things whose name stayed: told as {name, part} before and after."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        if getattr(old, field) == getattr(new, field):
            return

        def by_name(item: Any) -> str:
            return normal(name(item))

        def by_both(item: Any) -> Any:  # of two things with one name, like goes with like
            return by_name(item), _detail(item, part)

        _, rest = match(getattr(old, field), getattr(new, field), by_both)
        changed, _ = match(rest.removed, rest.added, by_name)

        def form(item: Any) -> Any:
            return {"name": name(item), part: as_json(getattr(item, part))}

        yield from changed_in_step(f"{field}.{part}", changed, form, rank)

    return rule


def _detail(item: Any, part: str) -> Any:
    given = getattr(item, part)
    if isinstance(given, tuple):
        return tuple(sorted(normal(text) for text in given))
    return normal(given)


def paragraphs(field: str) -> Compare:
    """A long text: only the paragraphs that changed are told."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        if getattr(old, field) == getattr(new, field):
            return
        before, after = (
            [part.strip() for part in getattr(study, field).split("\n") if part.strip()]
            for study in (old, new)
        )
        yield from texts(field, before, after)

    return rule


def texts(field: str, old: list[str], new: list[str]) -> Iterator[Finding]:
    """Items of text: gone, new, reworded; the same words cut in another way are the same."""
    _, rest = match(old, new, normal)
    yield from listed(field, pair(recut(rest), str), str)
