"""A disease's trials for the script of the page that lists them: what it filters and sorts by.

Two scripts that assign one global each, as a fetch() fails from a folder: index.js has what is
shown and filtered, locations.js where each trial can be joined (asked for only when a reader wants
the nearest). Arrays instead of objects, and each repeated text once: a third of the size.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.catalog import Trial
from monitor.pages.scripts import assignment
from monitor.registry import Study, is_set, terms, years
from monitor.text import capitalized

NOT_GIVEN = "Not given"
AGES = {
    "CHILD": "Child (0 to 17)",
    "ADULT": "Adult (18 to 64)",
    "OLDER_ADULT": "Older adult (65 and older)",
}
_FROM = {"CHILD": 0.0, "ADULT": 18.0, "OLDER_ADULT": 65.0}  # years: the registry's own groups
_TO = {"CHILD": 18.0, "ADULT": 65.0, "OLDER_ADULT": math.inf}  # up to, but not on, this birthday


class _Names:
    """Texts, each once, known by their number; in the order in which they came."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self.numbers: dict[str, int] = {}
        for name in first:
            self.number(name)

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def all(self, names: Iterable[str]) -> list[int]:
        return [self.number(name) for name in dict.fromkeys(names)]


def age_groups(study: Study) -> tuple[str, ...]:
    """The registry's age groups, or what the limits come to; () where the record gives none.

    A limit that cannot be read is no limit that we could compute with: ().
    """
    if study.std_ages:
        return study.std_ages
    low, high = (years(text) for text in (study.minimum_age, study.maximum_age))
    if low is None and high is None:
        return ()
    if (low is None and is_set(study.minimum_age)) or (high is None and is_set(study.maximum_age)):
        return ()
    youngest, oldest = low or 0.0, math.inf if high is None else high
    return tuple(code for code in AGES if youngest < _TO[code] and oldest >= _FROM[code])


def index_js(trials: Sequence[Trial]) -> bytes:
    """What the page's script shows, filters and sorts by: `TRIALS = {…}`, rows in page order."""
    spelling = _spelling(trials)
    statuses = _Names(trial.status for trial in trials)
    phases = _Names((*terms.PHASE.values(), NOT_GIVEN))
    ages = _Names((*AGES.values(), NOT_GIVEN))
    countries = _Names(
        sorted({country for t in trials if t.study for country in t.study.countries})
    )
    interventions, sponsors = _Names(), _Names()
    in_words, conditions = _Names(), _Names()
    rows = []
    for trial in trials:
        study = trial.study
        summary = trial.curated.header.summary if trial.curated else ""
        changed = trial.entries[0].date if trial.entries else ""
        head = [trial.nct_id, trial.title, statuses.number(trial.status), changed, summary]
        if study is None:
            rows.append(head)
            continue
        named = [terms.PHASE.get(code, terms.phase((code,))) for code in study.phases]
        groups = [AGES.get(code, terms.name_of(code)) for code in age_groups(study)]
        given = (spelling[item.name.casefold()] for item in study.interventions)
        sponsor = study.lead_sponsor.name if study.lead_sponsor else NOT_GIVEN
        limits = terms.ages(study.minimum_age, study.maximum_age, study.std_ages)
        rows.append(
            [
                *head,
                phases.all(named or [NOT_GIVEN]),
                ages.all(groups or [NOT_GIVEN]),
                countries.all(study.countries or [NOT_GIVEN]),
                interventions.all(given) or interventions.all([NOT_GIVEN]),
                sponsors.number(sponsor),
                in_words.number(terms.phase(study.phases) or NOT_GIVEN),
                in_words.number(capitalized(limits) or "Ages not given"),
                conditions.all(study.conditions),
                trial.known_as,
            ]
        )
    is_open = {trial.status for trial in trials if trial.is_open}
    tables = {
        "statuses": statuses,
        "phases": phases,
        "ages": ages,
        "countries": countries,
        "interventions": interventions,
        "sponsors": sponsors,
        "words": in_words,
        "conditions": conditions,
    }
    return assignment(
        "TRIALS",
        {name: list(table.numbers) for name, table in tables.items()}
        | {"open": [number for name, number in statuses.numbers.items() if name in is_open]}
        | {"rows": rows},
    )


def locations_js(trials: Sequence[Trial]) -> bytes:
    """Where each trial can be joined: `TRIAL_LOCATIONS = {…}`, rows in the order of index.js.

    Only of trials that are open: a record of unknown status may still call a place recruiting. Of
    those, the locations that are open; one without a status of its own has the trial's.
    """
    places: dict[tuple[str, float, float], int] = {}
    rows = []
    for trial in trials:
        own = dict.fromkeys(_open_places(trial))
        rows.append([places.setdefault(place, len(places)) for place in own])
    return assignment("TRIAL_LOCATIONS", {"places": list(places), "rows": rows})


def _open_places(trial: Trial) -> Iterable[tuple[str, float, float]]:
    if trial.study is None or not trial.is_open:
        return
    for place in trial.study.locations:
        if (
            (not place.status or terms.status(place.status).is_open)
            and place.lat is not None
            and place.lon is not None
        ):
            name = ", ".join(filter(None, (place.city, place.state, place.country)))
            yield name, round(place.lat, 2), round(place.lon, 2)


def _spelling(trials: Iterable[Trial]) -> dict[str, str]:
    """Of an intervention's spellings in capitals and small letters, the most usual one."""
    counted = Counter(
        item.name for trial in trials if trial.study for item in trial.study.interventions
    )
    usual = sorted(counted, key=lambda name: (counted[name], name))
    return {name.casefold(): name for name in usual}
