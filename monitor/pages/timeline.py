"""A chart of one trial's dates: past, expected and moved ones.

The page's list has the same dates; this shows how far apart they are. "Our data" is the day of
the last good check.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from monitor.catalog import Trial
from monitor.pages.charts import Chart
from monitor.pages.svg import WIDTH, Axis, circle, path, picture, text
from monitor.registry import StudyDate, terms
from monitor.text import capitalized

SHOWN = ("first_post_date", *terms.DATES, "results_first_post_date")
"""Fields of Study."""

SIGNS = {
    "actual": "actual",
    "expected": "expected",
    "unsaid": "actual or expected: not stated",
    "first": "first seen here",
}
LEFT, RIGHT = 142, 304  # where the line of time begins and ends
LANE = 25


class _Mark(NamedTuple):
    """One date, as it is drawn and said."""

    label: str
    when: StudyDate
    kind: str  # of SIGNS
    first: StudyDate | None = None  # where it was when we first saw it

    @property
    def words(self) -> str:
        """Return "Start 15 January 2026 (actual)"."""
        moved = f", first seen here as {terms.day(self.first.date)}" if self.first else ""
        return f"{self.label} {terms.day(self.when.date)} ({SIGNS[self.kind]}{moved})"


def timeline(trial: Trial, checked: date) -> Chart | None:
    """Draw the dates of a trial; None where there are fewer than two, or no check yet."""
    marks = list(_marks(trial, checked))
    if len(marks) < 2 or checked == date.min:
        return None
    used = {mark.kind for mark in marks} | {"first" for mark in marks if mark.first}
    kinds = tuple([kind for kind in SIGNS if kind in used])
    ours = terms.day(checked.isoformat())
    description = f"{'; '.join([mark.words for mark in marks])}. Our data, {ours}."
    bottom = 26 + LANE * len(marks)
    height = bottom + 28 + 20 * ((len(kinds) + 1) // 2)
    title = "The dates on a line"
    drawn = [*_dates(marks, checked), _legend(kinds, bottom)]
    return Chart(
        name="dates",
        title=title,
        caption=_next(marks, checked, _has_ended(trial)),
        svg=picture("dates", height, title, description, drawn),
    )


def _dates(marks: list[_Mark], checked: date) -> Iterator[str]:
    """Yield the parts of the picture above the legend."""
    places = [(_middle(mark.when), mark.first and _middle(mark.first)) for mark in marks]
    days = [checked, *(day for both in places for day in both if day)]
    years = min(days).year, max(days).year
    axis = _axis(*years)
    bottom = 26 + LANE * len(marks)
    yield _our_day(checked, axis, bottom)
    yield _years(*years, bottom)
    for index, (mark, (now, before)) in enumerate(zip(marks, places, strict=True)):
        x, y = axis.at(now), 26 + LANE * index + LANE / 2
        yield _lane(mark.label, y)
        if before:
            yield from _arrow(axis.at(before), x, y)
        yield _sign(mark.kind, x, y)
    yield path(f"M{LEFT} {bottom}H{RIGHT}", "axis")


def _axis(start: int, end: int) -> Axis:
    """Return an axis from the first day of a year to the last day of another."""
    return Axis(date(start, 1, 1), date(end, 12, 31), LEFT, RIGHT)


@lru_cache(1000)
def _years(start: int, end: int, bottom: int) -> str:
    """Return the labels of the years, some left out where there are many."""
    axis = _axis(start, end)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 500, 5000) if end - start < 4 * s)
    drawn = ""
    for year in range(-(-start // step) * step, end + 1, step):
        place = axis.at(date(year, 1, 1))
        drawn += path(f"M{place:.1f} {bottom}v5", "axis")
        drawn += text(f"{year}", place, bottom + 19, "middle")
    return drawn


@cache
def _lane(label: str, y: float) -> str:
    return text(label, 0, y + 5) + path(f"M{LEFT} {y:g}H{RIGHT}", "lane")


@cache
def _legend(kinds: tuple[str, ...], bottom: int) -> str:
    drawn = ""
    for index, kind in enumerate(kinds):
        left, y = 7 + 150 * (index % 2), bottom + 42 + 20 * (index // 2)
        drawn += _sign(kind, left, y - 5) + text(SIGNS[kind], left + 13, y)
    return drawn


def _our_day(checked: date, axis: Axis, bottom: int) -> str:
    """Return the line at the date of the data."""
    at = axis.at(checked)
    ours = f"our data, {terms.day(checked.isoformat())}"
    label = text(ours, min(max(at, 90), WIDTH - 90), 13, "middle")
    return label + path(f"M{at:.1f} 19V{bottom}", "ours")


def _marks(trial: Trial, checked: date) -> Iterator[_Mark]:
    slips = {field: slip for field, slip in trial.slips.items() if slip.days}
    for field in SHOWN:
        when: StudyDate | None = getattr(trial.study, field, None)
        if not when:
            continue
        ahead = when.last_day > checked
        kind = "expected" if when.type == "ESTIMATED" or ahead else "unsaid"
        if when.type == "ACTUAL" or (field in terms.POSTED and not ahead):
            kind = "actual"
        slip = slips.get(field)
        yield _Mark(
            capitalized(terms.ALL_DATES[field]), when, kind, StudyDate(slip.first) if slip else None
        )


def _has_ended(trial: Trial) -> bool:
    study = trial.study
    return trial.is_gone or (study is not None and terms.status(study.overall_status).has_ended)


def _next(marks: list[_Mark], checked: date, has_ended: bool) -> str:
    """Return the next date of a trial in words, or its last."""
    expected = [mark for mark in marks if mark.kind == "expected"]
    expected.sort(key=lambda mark: mark.when.first_day)
    ahead = [mark for mark in expected if mark.when.last_day > checked]
    if has_ended and expected:
        return "The trial has ended or left the registry: expected dates no longer hold."
    if ahead:
        return f"Next date given: {_lower(ahead[0])}, expected {terms.day(ahead[0].when.date)}."
    if expected:
        last = expected[-1]
        return f"{last.label} was expected {terms.day(last.when.date)}; no actual date is given."
    last = max(marks, key=lambda mark: mark.when.first_day)
    return f"The last of these dates, {_lower(last)}, was {terms.day(last.when.date)}."


def _lower(mark: _Mark) -> str:
    return mark.label[0].lower() + mark.label[1:]


def _middle(when: StudyDate) -> date:
    """Return the middle day of a date."""
    return when.first_day + (when.last_day - when.first_day) // 2


def _sign(kind: str, x: float, y: float) -> str:
    """Return the sign of a date: filled if actual, hollow if expected, else a diamond."""
    if kind == "unsaid":
        return path(f"M{x:.1f} {y - 6:g}l6 6-6 6-6-6z", kind)
    return circle(x, y, 3.5 if kind == "first" else 5.2, kind)


def _arrow(first: float, now: float, y: float) -> Iterator[str]:
    """Yield an arrow from the first date seen to the current one, unless too short."""
    way = 1 if now > first else -1
    start, end = first + 4 * way, now - 7 * way
    if (end - start) * way > 5:
        head = f"m{-4 * way} -3.5l{4 * way} 3.5{-4 * way} 3.5"
        yield path(f"M{start:.1f} {y:g}H{end:.1f}{head}", "moved")
    yield _sign("first", first, y)
