"""Facts of an earlier night: those of today, less what the log has of later nights."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from monitor.changes import country_key
from monitor.data import Change
from monitor.registry import Sponsor, Study

_PARSE_OLD: dict[str, Callable[[Any], Any]] = {
    "overall_status": lambda old: old or "",
    "phases": lambda old: tuple(old or ()),
    "lead_sponsor": lambda old: Sponsor(old) if old else None,
    "brief_title": lambda old: old or "",
    "acronym": lambda old: old or "",
}
"""Fields that an entry shows besides the changes -> how the log's `old` is parsed."""


def study_at(study: Study, night: str, changes: Sequence[Change]) -> Study:
    """Return a study with the status, phases, lead sponsor and titles that it had on a night.

    `changes` are all of the study's, oldest first: those of later nights are undone. All other
    fields are those of today.
    """
    before = {
        change.field: _PARSE_OLD[change.field](change.old)
        for change in reversed(changes)
        if change.date > night and change.field in _PARSE_OLD
    }
    return replace(study, **before) if before else study


def countries_at(study: Study, night: str, history: Sequence[Change]) -> tuple[str, ...]:
    """Return the countries where a study ran on a night, in alphabetical order."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}  # country_key -> name: a renamed country is one

    def count(places: Sequence[str], by: int) -> None:
        for name in filter(None, places):
            counts[names.setdefault(country_key(name), name)] += by

    count([location.country for location in study.locations], 1)
    for change in history:
        if change.date > night and change.field == "locations":
            count([place.get("country", "") for place in change.new or ()], -1)
            count([place.get("country", "") for place in change.old or ()], 1)
    return tuple(sorted(name for name, number in counts.items() if number > 0))


def diseases_at(diseases: Sequence[str], night: str, history: Sequence[Change]) -> tuple[str, ...]:
    """Return the slugs of the diseases that a trial belonged to on a night.

    `diseases` are those of today, by searches and by lists in the editors' texts.
    """
    later = [change for change in history if change.date > night and change.field == "searches"]
    if not later:
        return tuple(diseases)
    then, now = set(later[0].old or ()), set(later[-1].new or ())
    kept = [slug for slug in diseases if slug in then or slug not in now]
    return tuple(dict.fromkeys([*kept, *sorted(then)]))
