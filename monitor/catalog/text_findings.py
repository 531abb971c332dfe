"""Compares the texts of content/ with their sources and records, for `check`.

A proposal answers for the files that it changes: what is wrong there is an error, and elsewhere a
warning. A text whose record changed after it was checked is marked as such on its page; here that
is a warning, too, until somebody edits it.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from difflib import get_close_matches

from monitor.catalog.catalog import Catalog
from monitor.catalog.page_status import claims_of, page_doubts
from monitor.catalog.review_status import ReviewStatus
from monitor.catalog.selection import filter_of, fragment, selected, unknown_words
from monitor.content import TrialText
from monitor.problems import Finding, Problem
from monitor.review import (
    conflicts,
    drug_names,
    statements_about,
    unclaimed,
    unknown_values,
    unsupported,
)

ZONES = timedelta(days=1)  # an editor's day may begin before that of this machine
SOURCES = "content/sources.yaml"
FETCHED, COMPILED = timedelta(days=31), timedelta(days=366)
"""How long after the data here an editor may have read something. Compiled data is older."""


def text_findings(
    catalog: Catalog,
    statuses: Mapping[str, ReviewStatus],
    edited: Collection[str] | None = None,
    today: date | None = None,
) -> Iterator[Finding]:
    """Yield a Finding for each statement of a text without support.

    Without today's date, a day is in the future only where it lies far behind the data here.
    """
    moved = {one.text.text.path for one in statuses.values() if one.has_moved}
    for problem in _problems(catalog, today):
        if edited is None:
            is_error = problem.path not in moved
        else:
            is_error = problem.path in edited or SOURCES in edited
        yield Finding(problem, is_error)


def _problems(catalog: Catalog, today: date | None) -> Iterator[Problem]:
    yield from unsupported(catalog.content, catalog.study_of)
    yield from _summaries(catalog)
    yield from _lists(catalog)
    yield from _statements(catalog)
    yield from _days(catalog, today)
    yield from _ids(catalog)


def _summaries(catalog: Catalog) -> Iterator[Problem]:
    names = drug_names(catalog.content)
    vocabularies = tuple(catalog.content.vocabularies.values())
    for text in catalog.content.trials.values():
        header = text.header
        line = text.lines.get(("summary",), 0)
        if _is_whole(text):
            for message in unclaimed(
                header.summary, header.short_name, header.claims, names, vocabularies
            ):
                yield Problem(text.text.path, line, message)
        if header.claims:
            for place, message in conflicts(text.text, header.claims, vocabularies):
                yield Problem(text.text.path, place, message)


def _is_whole(text: TrialText) -> bool:
    """Return whether every claim could be read; a misspelt one is reported elsewhere."""
    written = {place[1] for place in text.lines if len(place) > 1 and place[0] == "claims"}
    return all(getattr(text.header.claims, str(name), None) for name in written)


def _lists(catalog: Catalog) -> Iterator[Problem]:
    for view in catalog.diseases:
        disease, guide = view.disease, catalog.content.guides.get(view.disease.slug)
        blocks = [(disease.text.path, block) for block in disease.trial_lists]
        blocks += [(guide.text.path, block) for block in guide.trial_lists] if guide else []
        for path, block in blocks:
            for line, message in unknown_values(block, disease.vocabulary):
                yield Problem(path, line, message)
            facets = disease.vocabulary.by_key if disease.vocabulary else {}
            for place, message in unknown_words(block, {k: f.by_key for k, f in facets.items()}):
                yield Problem(path, block.line_of(*place), message)
            words = filter_of(block)
            if view.trials and words and not selected(block, view.trials, {}, disease.slug):
                message = f"the table is empty: no trial here has {fragment(words)}"
                yield Problem(path, block.line, message)


def _statements(catalog: Catalog) -> Iterator[Problem]:
    for doubt in page_doubts(catalog):
        yield Problem(doubt.path, doubt.line, doubt.message)
    studies = {nct_id: trial.study for nct_id, trial in catalog.trials.items() if trial.study}
    claims, vocabularies = claims_of(catalog), tuple(catalog.content.vocabularies.values())
    for nct_id, trial in catalog.content.trials.items():
        for one in statements_about(trial.text, studies, claims, vocabularies, nct_id):
            message = f"the record of {one.nct_id} says otherwise: {one.because}"
            yield Problem(one.sentence.path, one.sentence.line, message)


def _days(catalog: Catalog, today: date | None) -> Iterator[Problem]:
    """Yield a Problem for each reading date that is after the newest data."""
    if today:
        latest, since = today + ZONES, f"today is {today}"
    elif catalog.last_check.checked:
        latest = catalog.checked + (FETCHED if catalog.last_check.is_fetched else COMPILED)
        since = f"the data here is of {catalog.last_check.checked}"
    else:
        return
    content = catalog.content
    days: list[tuple[str, str, int, date | None]] = []
    for disease in content.diseases:
        line = disease.lines.get(("checked",), 0)
        days.append(("checked", disease.text.path, line, disease.header.checked))
    for trial in content.trials.values():
        line = trial.lines.get(("checked",), 0)
        days.append(("checked", trial.text.path, line, trial.header.checked))
    for key, source in content.sources.by_key.items():
        line = content.sources.lines.get((key, "read"), 0)
        days.append((f"{key}: read", content.sources.path, line, source.read))
    for name, path, line, day in days:
        if day and day > latest:
            message = f"{name}: {day} has not come yet: {since}"
            yield Problem(path, line, message)


AHEAD = 400_000  # numbers of the registry: some years' worth of new trials
LOWEST = 102  # of NCT00000102, its first


def _ids(catalog: Catalog) -> Iterator[Problem]:
    """Yield a Problem for each id in a text that the registry does not have."""
    numbers = [int(nct_id[3:]) for nct_id, trial in catalog.trials.items() if trial.study]
    highest = max(numbers, default=10**8)
    mentions = catalog.content.mentions
    followed = {nct_id for _, _, nct_id in mentions if nct_id in catalog.trials}
    for path, line, nct_id in mentions:
        close = get_close_matches(nct_id, followed, 1, 0.9) if nct_id not in catalog.trials else []
        absent = catalog.last_check.absent.get(nct_id)
        if absent and not (nct_id in catalog.trials and catalog.trials[nct_id].study):
            yield Problem(path, line, f"{nct_id}: the registry had no such record on {absent}")
        elif not LOWEST <= int(nct_id[3:]) <= highest + AHEAD:
            yield Problem(path, line, f"{nct_id}: the registry has no such number yet: correct it")
        elif close:
            yield Problem(path, line, f"{nct_id} is no trial here: is {close[0]} meant?")
