"""Catalog -> iCalendar files of expected milestones. Only here: icalendar.

What a date is worth is said in each event: it is the sponsor's plan, copied from the registry.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from monitor import terms
from monitor.catalog import Catalog, Trial
from monitor.parts import StudyDate
from monitor.study import Study

MILESTONES = {
    "start_date": "Start",
    "primary_completion_date": "Primary completion",
    "completion_date": "Study completion",
}
ENDED = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})
"""Statuses after which an expected date is no expectation any more."""


def render(catalog: Catalog, base_url: str) -> Iterator[tuple[str, bytes]]:
    """The site's calendar and each disease's as (path, bytes)."""
    base = base_url.rstrip("/") + "/"
    events = {
        trial.nct_id: list(_events(catalog, trial, base)) for trial in catalog.trials.values()
    }
    name = catalog.site.name
    yield "calendar.ics", _calendar(catalog, f"{name}: expected dates", catalog.trials, events)
    for view in catalog.followed:
        title = f"{view.disease.header.name}: expected dates: {name}"
        ids = sorted(trial.nct_id for trial in view.trials)
        yield f"{view.disease.slug}/calendar.ics", _calendar(catalog, title, ids, events)


def _calendar(
    catalog: Catalog, title: str, ids: Iterable[str], events: dict[str, list[Event]]
) -> bytes:
    made = Calendar()
    made.add("prodid", f"-//{catalog.site.name}//expected dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", title)
    made.add("x-wr-calname", title)
    about = (
        "What sponsors expect, as ClinicalTrials.gov has it; dates often move. Not medical advice."
    )
    if not catalog.night.is_fetched:
        about += " Compiled data, not fetched from the registry."
    made.add("description", about)
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for nct_id in ids:
        for event in events[nct_id]:
            made.add_component(event)
    return bytes(made.to_ical())


def _events(catalog: Catalog, trial: Trial, base: str) -> Iterator[Event]:
    study = trial.study
    if study is None or trial.is_gone or study.overall_status in ENDED:
        return
    for field, words in MILESTONES.items():
        given: StudyDate | None = getattr(study, field)
        if given and given.precision > 1 and _is_expected(catalog, given):
            yield _event(catalog, trial, study, field, words, given, base)


def _is_expected(catalog: Catalog, given: StudyDate) -> bool:
    """Called so by the registry; a date without a type is, where it is still to come."""
    to_come = _span(given)[1].isoformat() > catalog.night.checked
    return given.type == "ESTIMATED" or (not given.type and to_come)


def _event(
    catalog: Catalog,
    trial: Trial,
    study: Study,
    field: str,
    words: str,
    given: StudyDate,
    base: str,
) -> Event:
    moves = [change for change in trial.history if change.field == field]
    seen = max((change.date for change in moves), default=_first_day(catalog, study))
    event = Event()
    host = urlsplit(catalog.site.url).hostname
    event.add("uid", f"{trial.nct_id}-{field.replace('_', '-')}@{host}")
    event.add("sequence", len(moves))
    # Not the time of the build: the event changes when its date does, and then only.
    stamp = datetime.combine(date.fromisoformat(seen), time(), UTC)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    first, end = _span(given)
    event.add("dtstart", first)
    event.add("dtend", end)
    month = f" (some day in {terms.day(given.date)})" if given.precision == 2 else ""
    event.add("summary", f"{words} expected{month}: {trial.short_name}")
    said = [
        f"{words} of {trial.nct_id}, expected by the sponsor: {terms.day(given.date)}.",
        "The registry gives the month and no day." if month else "",
        "The date has passed, and the record does not say yet whether it was met."
        if catalog.night.checked and end.isoformat() <= catalog.night.checked
        else "",
        f"Moved {terms.many(len(moves), 'time')} since this site first saw the trial."
        if moves
        else "",
        f"Status: {terms.status_term(study.overall_status)}." if study.overall_status else "",
        f"Record: https://clinicaltrials.gov/study/{trial.nct_id}",
    ]
    event.add("description", "\n".join(filter(None, said)))
    event.add("url", base + trial.address)
    names = [v.disease.header.name for v in catalog.diseases if v.disease.slug in trial.diseases]
    if names:
        event.add("categories", names)
    event.add("transp", "TRANSPARENT")  # a plan of others keeps nobody busy
    return event


def _span(given: StudyDate) -> tuple[date, date]:
    """The first day, and the day after the last."""
    first = given.first_day
    if given.precision == 3:
        return first, first + timedelta(days=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _first_day(catalog: Catalog, study: Study) -> str:
    """For an event that never moved: the day its record was first posted, or the site's first."""
    posted = study.first_post_date
    return posted.first_day.isoformat() if posted else f"{catalog.site.began}-01-01"
