"""Writes iCalendar files of expected dates (RFC 5545). Only here: icalendar.

Of the site, of each disease, of its primary completions alone, and of each trial. What a date is
worth is said in each event: it is the sponsor's plan, copied from the registry.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from monitor.catalog import Catalog, Trial, gist
from monitor.exports.feeds import moment
from monitor.files import Bundle
from monitor.registry import Study, StudyDate, record_url, terms
from monitor.text import many, shortened

SHOWN = {"overall_status", "brief_title", "acronym", "searches"}
"""What else of the log an event shows: it changes with them."""
LONGEST_NAME = 60
PRIMARY = "primary-completions.ics"
"""Of a disease: when its trials expect their last main measurement, and nothing else."""
END = b"END:VCALENDAR\r\n"


def bundle(catalog: Catalog, base_url: str) -> Bundle:
    """Return the bundle of all calendars."""
    slugs = [view.disease.slug for view in catalog.followed]
    places = ["", *(f"{slug}/" for slug in slugs)]
    places += [trial.address for trial in catalog.trials.values()]
    paths = [f"{place}calendar.ics" for place in places]
    paths += [f"{slug}/{PRIMARY}" for slug in slugs]
    return Bundle(tuple(paths), partial(render, catalog, base_url))


def render(catalog: Catalog, base_url: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) for each calendar."""
    trials = catalog.trials.values()
    each = {trial.nct_id: dict(_events(catalog, trial, base_url)) for trial in trials}
    events = {nct_id: b"".join(own.values()) for nct_id, own in each.items()}
    name = f"expected dates: {catalog.site.name}"
    yield "calendar.ics", _calendar(catalog, f"All trials: {name}", events.values())
    for view in catalog.followed:
        slug, ids = view.disease.slug, sorted(trial.nct_id for trial in view.trials)
        title = f"{view.disease.header.name}: {name}"
        own = [events[nct_id] for nct_id in ids]
        yield f"{slug}/calendar.ics", _calendar(catalog, title, own)
        title = f"{view.disease.header.name}: primary completions: {catalog.site.name}"
        own = [each[nct_id].get("primary_completion_date", b"") for nct_id in ids]
        yield f"{slug}/{PRIMARY}", _calendar(catalog, title, own)
    for trial in trials:
        title = f"{_name(trial)}: {name}"
        yield f"{trial.address}calendar.ics", _calendar(catalog, title, [events[trial.nct_id]])


def _calendar(catalog: Catalog, title: str, events: Iterable[bytes]) -> bytes:
    about = (
        "What sponsors expect, as ClinicalTrials.gov has it; dates often move. Not medical advice."
    )
    if not catalog.last_check.is_fetched:
        about += " Compiled data, not fetched from the registry."
    calendar = Calendar()
    calendar.add("prodid", f"-//{catalog.site.name}//expected dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, " ".join(title.split()))  # X- names are written as they come
    calendar.add("description", about)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    head: bytes = calendar.to_ical().removesuffix(END)
    # Each event is in three calendars and written once: that is most of the work.
    return head + (b"".join(events) or _utc()) + END


@cache
def _utc() -> bytes:
    """Write what nobody sees, for a calendar without events: it has to hold something."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # local time, by the standard
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    content: bytes = zone.to_ical()
    return content


def _events(catalog: Catalog, trial: Trial, base: str) -> Iterator[tuple[str, bytes]]:
    """Yield a trial's events, each with the field that it is of."""
    study = trial.study
    if study is None or trial.is_gone or terms.status(study.overall_status).has_ended:
        return
    for field in terms.DATES:
        date: StudyDate | None = getattr(study, field)
        if date and _is_expected(catalog, date):
            yield field, _event(catalog, trial, study, field, date, base).to_ical()


def _is_expected(catalog: Catalog, date: StudyDate) -> bool:
    """Return whether a date is still to come and not labelled actual."""
    is_over = date.date < catalog.last_check.checked[: len(date.date)]
    return date.precision > 1 and date.type != "ACTUAL" and not is_over


def _event(
    catalog: Catalog, trial: Trial, study: Study, field: str, date: StudyDate, base: str
) -> Event:
    words = terms.DATES[field]
    moves = [change for change in trial.history if change.field == field]
    lines = [
        f"{words.capitalize()} of {trial.nct_id}, expected by the sponsor: {terms.day(date.date)}.",
        "The registry gives the month and no day: this is put on the first day of that month."
        if date.precision == 2
        else "",
        _moved(trial, field, len(moves)),
        f"Status: {terms.status(study.overall_status).term}." if study.overall_status else "",
        f"Record: {record_url(trial.nct_id)}",
    ]
    changed = _changed(catalog, trial, study, field)
    event = Event()
    event.add("uid", f"{trial.nct_id}-{field.replace('_', '-')}@{catalog.site.host}")
    event.add("summary", f"{_name(trial, f'{words} (expected {terms.short_day(date.date)})')}")
    event.add("dtstart", date.first_day)  # a whole day: without an end it is that day
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", len(moves))
    if trial.diseases:
        event.add("categories", [catalog.disease_name(slug) for slug in trial.diseases])
    event.add("description", "\n".join(filter(None, lines)))
    event.add("transp", "TRANSPARENT")  # a plan of others keeps nobody busy
    event.add("url", base + trial.address)
    return event


def _moved(trial: Trial, field: str, moves: int) -> str:
    """Return "Moved 3 times since this site first saw it as …"; "" where it did not."""
    slip = trial.slips.get(field)
    if slip is None:
        return ""
    shift = f", {terms.shift(slip.days)}" if slip.days else ""
    first = terms.day(slip.first)
    return f"Moved {many(moves, 'time')} since this site first saw it as {first}{shift}."


def _name(trial: Trial, what: str = "") -> str:
    """Return "T-RRex: primary completion (expected Sep 2027), NCT06514794"."""
    name = shortened(gist(trial.short_name), LONGEST_NAME)
    title = f"{name}: {what}" if what else name
    return title if name == trial.nct_id and not what else f"{title}, {trial.nct_id}"


def _changed(catalog: Catalog, trial: Trial, study: Study, field: str) -> datetime:
    """Return the time of the event's last change; the build's time would change every file."""
    log = [moment(c.date, c.run) for c in trial.history if c.field in SHOWN or c.field == field]
    posted = study.first_post_date
    days = [posted.first_day.isoformat() if posted else f"{catalog.site.began}-01-01"]
    if trial.curated and trial.curated.header.checked:  # its short name is ours
        days.append(trial.curated.header.checked.isoformat())
    return max([*log, *map(moment, days)]).astimezone(UTC)
