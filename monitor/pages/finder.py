"""The page "Find yours": a few questions, and the open trials of a disease that match.

The page gets every open trial with what its record says of each question, and the passage that says
so; the browser compares. Nothing that a reader enters is sent anywhere.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from monitor.catalog import STATUS_LIFETIME, DiseaseView, Trial
from monitor.content import Facet, Value, Vocabulary
from monitor.facets import EDITORS
from monitor.files import Bundle
from monitor.pages import rows
from monitor.pages.renderer import Renderer
from monitor.pages.scripts import assignment
from monitor.pages.trial_index import Numbered, Town, age_limits, open_towns
from monitor.registry import Study, terms
from monitor.text import shortened

LONGEST = 140  # characters of a passage


def bundles(renderer: Renderer, view: DiseaseView) -> Iterator[Bundle]:
    """Yield the page of a disease that has a vocabulary, with the data of its script."""
    if view.disease.vocabulary:
        address = f"{view.disease.address}find/"
        paths = (f"{address}index.html", f"{address}index.js")
        yield Bundle(paths, partial(_page, renderer, view, view.disease.vocabulary, address))


def _page(
    renderer: Renderer, view: DiseaseView, vocabulary: Vocabulary, address: str
) -> Iterator[tuple[str, bytes]]:
    asked = questions(vocabulary)
    trials = _trials(view, asked, renderer.catalog.checked)
    mark = hashlib.sha256(json.dumps([asked, trials]).encode()).hexdigest()[:16]
    values = {"view": view, "questions": asked, "mark": mark, "count": len(trials["rows"])}
    yield f"{address}index.html", renderer.html(address, "find.html", values)
    script = assignment("FIND", {"mark": mark, "questions": asked, **trials})
    yield f"{address}index.js", script


def questions(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Return what is asked of a person: facets of persons, each with its values.

    Treatments that people had before are questions of their own, to be answered by yes or no. What
    few people know comes last, folded.
    """
    people = vocabulary.people
    return [
        *(_question(facet) for facet in people if not facet.folded),
        *(_earlier(facet, value) for facet in people for value in facet.values if value.earlier),
        *(_question(facet) for facet in people if facet.folded),
    ]


def _question(facet: Facet) -> dict[str, Any]:
    values = [(value.key, value.label) for value in facet.values if not value.earlier]
    return {
        "key": facet.key,
        "label": facet.label,
        "facet": facet.key,
        "values": values,
        "folded": facet.folded,
    }


def _earlier(facet: Facet, value: Value) -> dict[str, Any]:
    answers = [("no", "No"), ("yes", "Yes")]
    label = value.label[:1].upper() + value.label[1:]
    return {
        "key": value.key,
        "label": f"{label}?",
        "facet": facet.key,
        "earlier": value.key,
        "values": answers,
        "folded": False,
    }


def _trials(view: DiseaseView, asked: list[dict[str, Any]], checked: date) -> dict[str, Any]:
    """Return the open trials as rows, and their open places.

    A row is what `trialFrom` of static/find.js takes apart: id, name, purpose, ages, answers by
    facet, numbers of its places, where, aim, day of the last update.
    """
    facets = list(dict.fromkeys(question["facet"] for question in asked))
    towns = Numbered[Town]()
    listed = []
    for trial in view.open_trials:
        cells = rows.row(trial)
        listed.append(
            [
                trial.nct_id,
                cells.name,
                cells.purpose,
                _ages(trial),
                {facet: _answers(trial, view.disease.slug, facet) for facet in facets},
                towns.all(open_towns(trial)),
                cells.where,
                _aim(trial.study),
                _updated(trial.study, checked),
            ]
        )
    return {"rows": listed, "places": list(towns.numbers)}


def _ages(trial: Trial) -> list[Any]:
    """Return [limits, words, source]; [] without ages."""
    if trial.ages is None:
        return []
    if trial.has_claimed_ages:
        return [age_limits(trial.ages), trial.claims.ages if trial.claims else "", EDITORS]
    words = terms.ages(trial.study.minimum_age, trial.study.maximum_age) if trial.study else ""
    return [age_limits(trial.ages), words or rows.ages(trial.study), "Ages"]


_OTHER_STUDIES = {
    "OBSERVATIONAL": "An observational study: no treatment is tested.",
    "EXPANDED_ACCESS": "Expanded access: a treatment outside a trial, which tests none.",
}
"""Kind of study -> what somebody in search of a trial should know of it."""


def _aim(study: Study | None) -> str:
    """Return the aim of a study that tests no treatment; "" for one that does."""
    if study is None or study.tests_treatment:
        return ""
    if study.primary_purpose in ("", "TREATMENT"):
        return _OTHER_STUDIES.get(study.study_type, "Not registered as a trial of a treatment.")
    purpose = terms.name_of(study.primary_purpose)
    return f"Not a treatment trial: its main purpose is {purpose}."


def _updated(study: Study | None, checked: date) -> str:
    """Return a warning about a record that is long out of date; "" otherwise."""
    posted = study.last_update_post_date if study else None
    if posted is None or checked - posted.first_day < STATUS_LIFETIME:
        return ""
    day = terms.day(posted.date)
    return f"The record has not been updated since {day}: ask whether it still takes people."


def _answers(trial: Trial, slug: str, facet: str) -> dict[str, list[Any]]:
    """Return value -> [1 for yes or 0 for no, passage, place]."""
    sorting = trial.sortings.get(slug)
    if sorting is None:
        return {}
    answers = {}
    for says, values in ((1, sorting.yes.get(facet, ())), (0, sorting.no.get(facet, ()))):
        for value in values:
            reason = next(iter(sorting.reasons.get((facet, value), ())), None)
            text = shortened(reason.text, LONGEST) if reason else ""
            answers[value] = [says, text, reason.where if reason else ""]
    return answers
