"""What held on a night, from what holds now and what the log says of later nights."""

from collections import Counter
from collections.abc import Sequence

from monitor.changes import country_key
from monitor.data import Change
from monitor.registry import Study


def countries_at(study: Study, night: str, history: Sequence[Change]) -> tuple[str, ...]:
    """Return the countries where a study ran on a night, by the alphabet."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}  # a country that the registry renamed is one

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
    """Return the slugs of the diseases that a trial was found for on a night.

    `diseases` are those of now, by searches and by the lists of the editors' texts.
    """
    later = [change for change in history if change.date > night and change.field == "searches"]
    if not later:
        return tuple(diseases)
    then, now = set(later[0].old or ()), set(later[-1].new or ())
    kept = [slug for slug in diseases if slug in then or slug not in now]
    return tuple(dict.fromkeys([*kept, *sorted(then)]))
