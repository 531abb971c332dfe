"""Data of the list of a disease's trials, for the script that filters, searches and sorts it.

Scripts that assign one global each, as a fetch() fails from a folder, and that the page asks for
when a reader wants them: index.js to filter (what is shown, and the answers to the questions),
words.js to search (what no row shows), locations.js to find what is near (where each trial can be
joined). All carry one mark, as the page does: files of two nights are never joined. Arrays instead
of objects, and each repeated text once: a third of the size.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from monitor.catalog import LABELS, DiseaseView, Trial, values_of
from monitor.content import TREATMENT, Disease, Vocabulary
from monitor.pages import rows
from monitor.pages.countries import names_of
from monitor.pages.rows import Row
from monitor.pages.scripts import assignment
from monitor.registry import Ages, terms

FILES = {"TRIALS": "index.js", "TRIAL_WORDS": "words.js", "TRIAL_LOCATIONS": "locations.js"}
"""What each script assigns, and where it is beside the first page of the list."""


class Town(NamedTuple):
    """A town where a trial is open, with its degrees where the record has them."""

    name: str
    lat: float | None
    lon: float | None


T = TypeVar("T")


class Numbered(Generic[T]):
    """Values, each once, known by their number; in the order in which they came."""

    def __init__(self) -> None:
        self.numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        """Return the number of a value, the next one if it is new."""
        return self.numbers.setdefault(value, len(self.numbers))

    def all(self, values: Iterable[T]) -> list[int]:
        """Return the numbers of some values, each once."""
        return [self.number(value) for value in dict.fromkeys(values)]


def filters(vocabulary: Vocabulary | None) -> list[dict[str, Any]]:
    """Return the filters of the list with their values: the record's, then the facets'."""
    own = [
        {"key": key, "label": label, "values": list(LABELS[key].items())}
        for key, label in (("status", "Status"), ("phase", "Phase"))
    ]
    facets = [
        {
            "key": facet.key,
            "label": facet.label,
            "question": facet.question,
            "isComplete": facet.about == TREATMENT,  # what a record names is all that it tests
            "values": [(value.key, value.label) for value in facet.values],
        }
        for facet in (vocabulary.facets if vocabulary else ())
    ]
    return [own[0], *facets, own[1]]


def scripts(view: DiseaseView) -> tuple[str, dict[str, bytes]]:
    """Return (mark, {name: bytes}) of the scripts of a disease's list."""
    ordered = sorted(
        view.trials, key=lambda trial: list(terms.STATUS_GROUPS).index(trial.status_group)
    )
    shown = [(trial, rows.row(trial)) for trial in ordered]
    values = {
        "TRIALS": _index(view.disease, shown),
        "TRIAL_WORDS": _words(view.disease.vocabulary, shown),
        "TRIAL_LOCATIONS": _locations(view.trials),
    }
    mark = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
    return mark, {
        FILES[name]: assignment(name, {"mark": mark, **value}) for name, value in values.items()
    }


def _index(disease: Disease, shown: list[tuple[Trial, Row]]) -> dict[str, Any]:
    """Return tables of repeated texts, and a row for each trial in order of status and page.

    A row: id, name, purpose, pill, phase, ages, sponsor, where, day of the last change, answers,
    `age_limits` or 0, countries. The last two are missing where there is no record.
    """
    slug, vocabulary = disease.slug, disease.vocabulary
    asked = filters(vocabulary)
    numbers = {
        q["key"]: {key: number for number, (key, _) in enumerate(q["values"])} for q in asked
    }
    pills, words, countries = Numbered[str](), Numbered[str](), Numbered[str]()
    groups = {cells.pill.word: cells.pill.group for _, cells in shown}
    listed = []
    for trial, cells in shown:
        answers = [_answer(trial, slug, question, numbers, words) for question in numbers]
        line: list[Any] = [
            trial.nct_id,
            cells.name,
            cells.purpose,
            pills.number(cells.pill.word),
            *map(words.number, (cells.phase, cells.ages, cells.sponsor, cells.where)),
            trial.entries[0].date if trial.entries else "",
            answers,
        ]
        if trial.study:
            ages = trial.ages
            line += [age_limits(ages) if ages else 0, countries.all(trial.study.countries)]
        listed.append(line)
    return {
        "questions": asked,
        "pills": [[word, groups[word]] for word in pills.numbers],
        "words": list(words.numbers),
        "countries": [names_of(name) for name in countries.numbers],
        "rows": listed,
    }


def age_limits(ages: Ages) -> list[Any]:
    """Return [youngest, oldest or null], for age groups also [ages accepted for certain].

    `ageFits` of static/site.js reads them.
    """
    whole = [ages.low, None if math.isinf(ages.high) else ages.high]
    return whole if ages.is_exact else [*whole, list(ages.certain or ())]


def _words(vocabulary: Vocabulary | None, shown: list[tuple[Trial, Row]]) -> dict[str, Any]:
    """Return the searchable words that rows don't show, in the order of the index.

    A row: the title ("" where the row shows it), conditions, interventions by all their names.
    """
    conditions, interventions = Numbered[str](), Numbered[str]()
    listed: list[list[Any]] = []
    for trial, cells in shown:
        study = trial.study
        title = "" if trial.title in (cells.name, cells.purpose) else trial.title
        names = (
            [name for each in study.interventions for name in (each.name, *each.other_names)]
            if study
            else ()
        )
        listed.append(
            [title, conditions.all(study.conditions if study else ()), interventions.all(names)]
        )
    return {
        "same": same_words(vocabulary),
        "conditions": list(conditions.numbers),
        "interventions": list(interventions.numbers),
        "rows": listed,
    }


def _answer(
    trial: Trial, slug: str, question: str, numbers: dict[str, dict[str, int]], words: Numbered[str]
) -> list[list[int]]:
    """Return [matching values, others, place of each match]; empty ends left out."""
    sorting = trial.sortings.get(slug)
    fits = values_of(trial, question, slug)
    others = sorting.no.get(question, ()) if sorting else ()
    where = [words.number(_where(trial, slug, question, value)) for value in fits]
    answer = [
        [numbers[question][value] for value in fits],
        [numbers[question][value] for value in others],
        where if sorting and question in sorting.yes else [],
    ]
    while answer and not answer[-1]:
        answer.pop()
    return answer


def _where(trial: Trial, slug: str, question: str, value: str) -> str:
    """Return the place that supports a value: "title", "inclusion 3"."""
    sorting = trial.sortings.get(slug)
    reasons = sorting.reasons.get((question, value), ()) if sorting else ()
    return reasons[0].where if reasons else ""


def same_words(vocabulary: Vocabulary | None) -> list[list[str]]:
    """Return groups of spellings that a search treats as equal: generic and brand names, CAR-T."""
    if vocabulary is None:
        return []
    drugs = (row for kind in vocabulary.drugs for row in kind.names if len(row) > 1)
    return [list(row) for row in (*vocabulary.same, *drugs)]


def _locations(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return id -> open locations of each open trial.

    Of trials that are not open nothing: a record of unknown status may still call a place
    recruiting. A location without a status of its own has the trial's.
    """
    towns = Numbered[Town]()
    rows = {trial.nct_id: own for trial in trials if (own := towns.all(open_towns(trial)))}
    return {"places": list(towns.numbers), "rows": rows}


def open_towns(trial: Trial) -> Iterable[Town]:
    """Yield the town of each location where an open trial is open, as far as its record says."""
    if trial.study is None or not trial.is_open:
        return
    for place in trial.study.locations:
        is_open = not place.status or terms.status(place.status).is_open
        if is_open and place.city:
            parts = filter(None, dict.fromkeys((place.city, place.state, place.country)))
            name = ", ".join(parts)  # a state may have its town's name
            yield Town(name, _rounded(place.lat), _rounded(place.lon))


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 2)
