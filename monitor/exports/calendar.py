"""Catalog -> iCalendar files of expected milestones (RFC 5545).

What a date is worth is said in each event: it is the sponsor's plan, copied from the registry. The
lines are written here, in a few lines of code: the icalendar library, with which the tests hold
that it would write just the same bytes, takes a third of a whole build for it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial

from monitor.catalog import Catalog, Trial
from monitor.files import Bundle
from monitor.registry import Study, StudyDate, record_url, terms
from monitor.text import capitalized, many

ENDED = ("ended", "withdrawn")
"""Groups of statuses after which an expected date is no expectation any more."""
FOLD = 74  # octets in a line, and its end is no part of it


def bundle(catalog: Catalog, base_url: str) -> Bundle:
    """All files of this module."""
    paths = ("calendar.ics", *(f"{view.disease.slug}/calendar.ics" for view in catalog.followed))
    return Bundle(paths, partial(render, catalog, base_url))


def render(catalog: Catalog, base_url: str) -> Iterator[tuple[str, bytes]]:
    """The site's calendar and each disease's as (path, bytes)."""
    base = base_url.rstrip("/") + "/"
    events = {
        trial.nct_id: "".join(_events(catalog, trial, base)) for trial in catalog.trials.values()
    }
    name = catalog.site.name
    yield "calendar.ics", _calendar(catalog, f"{name}: expected dates", catalog.trials, events)
    for view in catalog.followed:
        title = f"{view.disease.header.name}: expected dates: {name}"
        ids = sorted(trial.nct_id for trial in view.trials)
        yield f"{view.disease.slug}/calendar.ics", _calendar(catalog, title, ids, events)


def _calendar(catalog: Catalog, title: str, ids: Iterable[str], events: dict[str, str]) -> bytes:
    about = (
        "What sponsors expect, as ClinicalTrials.gov has it; dates often move. Not medical advice."
    )
    if not catalog.night.is_fetched:
        about += " Compiled data, not fetched from the registry."
    head = {
        "BEGIN": "VCALENDAR",
        "VERSION": "2.0",
        "PRODID": _text(f"-//{catalog.site.name}//expected dates//EN"),
        "METHOD": "PUBLISH",
        "DESCRIPTION": _text(about),
        "NAME": _text(title),
        "X-WR-CALNAME": _text(title),
        "REFRESH-INTERVAL;VALUE=DURATION": "P1D",
    }
    return "".join([_lines(head), *(events[i] for i in ids), "END:VCALENDAR\r\n"]).encode()


def _lines(properties: dict[str, str]) -> str:
    return "".join(f"{_folded(f'{name}:{value}')}\r\n" for name, value in properties.items())


def _text(value: str) -> str:
    """A value of type TEXT."""
    plain = value.replace("\r\n", "\n").replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A long line in parts of at most 74 octets; no character and no escape is cut in two."""
    if len(line) <= FOLD and line.isascii():
        return line
    whole = line.encode()
    parts = []
    while len(whole) > FOLD:
        end = FOLD
        while whole[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        if whole[end - 1] in b"\\^":
            end -= 1
        parts.append(whole[:end])
        whole = whole[end:]
    return b"\r\n ".join([*parts, whole]).decode()


def _events(catalog: Catalog, trial: Trial, base: str) -> Iterator[str]:
    study = trial.study
    if study is None or trial.is_gone or terms.status(study.overall_status).group in ENDED:
        return
    for field, words in terms.DATES.items():
        given: StudyDate | None = getattr(study, field)
        if given and given.precision > 1 and _is_expected(catalog, given):
            yield _event(catalog, trial, study, field, capitalized(words), given, base)


def _is_expected(catalog: Catalog, given: StudyDate) -> bool:
    """Called so by the registry; a date without a type is, where it is still to come."""
    if given.type:
        return given.type == "ESTIMATED"
    return _span(given)[1].isoformat() > catalog.night.checked


def _event(
    catalog: Catalog,
    trial: Trial,
    study: Study,
    field: str,
    words: str,
    given: StudyDate,
    base: str,
) -> str:
    moves = [change for change in trial.history if change.field == field]
    seen = max((change.date for change in moves), default=_first_day(catalog, study))
    # Not the time of the build: the event changes when its date does, and then only.
    stamp = f"{seen.replace('-', '')}T000000Z"
    first, end = _span(given)
    month = f" (some day in {terms.day(given.date)})" if given.precision == 2 else ""
    said = [
        f"{words} of {trial.nct_id}, expected by the sponsor: {terms.day(given.date)}.",
        "The registry gives the month and no day." if month else "",
        "The date has passed, and the record does not say yet whether it was met."
        if catalog.night.checked and end.isoformat() <= catalog.night.checked
        else "",
        f"Moved {many(len(moves), 'time')} since this site first saw the trial." if moves else "",
        f"Status: {terms.status(study.overall_status).term}." if study.overall_status else "",
        f"Record: {record_url(trial.nct_id)}",
    ]
    names = [v.disease.header.name for v in catalog.diseases if v.disease.slug in trial.diseases]
    properties = {
        "BEGIN": "VEVENT",
        "SUMMARY": _text(f"{words} expected{month}: {trial.short_name}"),
        "DTSTART;VALUE=DATE": first.isoformat().replace("-", ""),
        "DTEND;VALUE=DATE": end.isoformat().replace("-", ""),
        "DTSTAMP": stamp,
        "UID": f"{trial.nct_id}-{field.replace('_', '-')}@{catalog.site.host}",
        "SEQUENCE": str(len(moves)),
        "CATEGORIES": ",".join(map(_text, names)),
        "DESCRIPTION": _text("\n".join(filter(None, said))),
        "LAST-MODIFIED": stamp,
        "TRANSP": "TRANSPARENT",  # a plan of others keeps nobody busy
        "URL": base + trial.address,
        "END": "VEVENT",
    }
    if not names:
        del properties["CATEGORIES"]
    return _lines(properties)


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
