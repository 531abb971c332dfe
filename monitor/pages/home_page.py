"""The values of the start page: numbers of each disease, and changes by week.

A week is seven days that end on the day of the data. What is counted is trials: one that changed
twice in a week is one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles
from typing import NamedTuple

from markupsafe import Markup, escape

from monitor.catalog import Catalog, DiseaseView, Trial
from monitor.data import Change
from monitor.pages import pills
from monitor.pages.disease_page import Chip, chips_by_question
from monitor.pages.pills import Pill
from monitor.registry import terms

WEEKS = 26
FEWEST = 8  # weeks before this one, to say what is usual
NEXT = 2  # main results that come next
CHIPS = 3


# Is this week unusual?


def _opened(change: Change) -> bool:
    return _status(change) and terms.opens(change.old, change.new)


def _closed(change: Change) -> bool:
    return _status(change) and terms.opens(change.new, change.old)


def _status(change: Change) -> bool:
    return change.field == "overall_status"


KINDS_OF_CHANGE: tuple[tuple[str, Callable[[Change], bool]], ...] = (
    ("Opened", _opened),
    ("Closed or paused", _closed),
    ("Locations", lambda change: change.kind == "locations"),
    ("Criteria", lambda change: change.kind == "eligibility"),
    ("Dates", lambda change: change.kind == "dates"),
)


@dataclass(frozen=True)
class WeeklyRow:
    """How many trials had one kind of change in each week, oldest first."""

    name: str
    counts: tuple[int | None, ...]  # None before the first check
    usual: tuple[int, int] | None  # the middle half of the weeks before this one

    @property
    def now(self) -> int:
        """Return the number of this week."""
        return self.counts[-1] or 0

    @property
    def usually(self) -> str:
        """Return "usual: 0 or 1"; "" after too few weeks."""
        if self.usual is None:
            return ""
        low, high = self.usual
        between = {0: f"{low}", 1: f"{low} or {high}"}
        return f"usual: {between.get(high - low, f'{low} to {high}')}"

    @property
    def svg(self) -> Markup:
        """Return the bars, hatched before the first check."""
        most = max([count or 0 for count in self.counts] + [4])
        step = 100 / len(self.counts)
        name = f"week-{self.name.split()[0].lower()}"
        bars = f'<rect x="{100 - step:.2f}%" width="{step:.2f}%" height="34" class="this-week"/>'
        unseen = sum(count is None for count in self.counts)
        if unseen:
            bars += f'<rect width="{unseen * step:.2f}%" y="4" height="29" fill="url(#unseen)"/>'
        for number, count in enumerate(self.counts):
            if count:
                height = max(count / most * 30, 3)
                kind = "now" if number == len(self.counts) - 1 else "then"
                bars += (
                    f'<rect x="{number * step + step * 0.12:.2f}%" width="{step * 0.76:.2f}%"'
                    f' y="{33 - height:.1f}" height="{height:.1f}" class="{kind}"/>'
                )
        title = ", ".join(filter(None, (f"{self.name}: {self.now} this week", self.usually)))
        line = '<line x2="100%" y1="33.5" y2="33.5" class="axis"/>'
        return Markup(  # noqa: S704  # ours
            f'<svg role="img" aria-labelledby="{name}" width="100%" height="34">'
            f'<title id="{name}">{escape(title)}</title>{bars}{line}</svg>'
        )


@dataclass(frozen=True)
class WeeklyCounts:
    """The chart of the last weeks."""

    caption: str
    rows: tuple[WeeklyRow, ...]
    ends: tuple[date, ...]  # the last day of each week

    @property
    def has_unseen(self) -> bool:
        """Return whether some weeks were before the first check."""
        return self.rows[0].counts[0] is None


def weekly_counts(catalog: Catalog) -> WeeklyCounts | None:
    """Return the changes of each of the last weeks; None before the first check."""
    if not catalog.last_check.checked:
        return None
    ends = tuple(catalog.checked - timedelta(days=7 * n) for n in reversed(range(WEEKS)))
    since = date.fromisoformat(catalog.last_check.logged_since or catalog.last_check.checked)
    trials: Counter[tuple[str, date]] = Counter()
    for name, is_one in KINDS_OF_CHANGE:
        weeks = {(c.nct_id, _week(c.date, catalog.checked)) for c in catalog.log if is_one(c)}
        trials.update((name, ends[-1 - week]) for _, week in weeks if 0 <= week < WEEKS)
    rows = []
    for name, _ in KINDS_OF_CHANGE:
        counts = tuple(trials[name, end] if end > since else None for end in ends)
        rows.append(WeeklyRow(name, counts, _usual(counts[:-1])))
    return WeeklyCounts(_caption(rows), tuple(rows), ends)


def _week(day: str, checked: date) -> int:
    """Return the number of weeks between a day and the last check."""
    return (checked - date.fromisoformat(day)).days // 7


def _usual(counts: Sequence[int | None]) -> tuple[int, int] | None:
    measured = [count for count in counts if count is not None]
    if len(measured) < FEWEST:
        return None
    low, _, high = quantiles(measured, n=4, method="inclusive")
    return round(low), round(high)


def _caption(rows: Sequence[WeeklyRow]) -> str:
    more = [row.name for row in rows if row.usual and row.now > row.usual[1]]
    less = [row.name for row in rows if row.usual and row.now < row.usual[0]]
    if not any(row.usual for row in rows):
        return "We have watched for too few weeks to say what is usual."
    if not more and not less:
        return "No: this week is as usual."
    named = (("more", more), ("less", less))
    parts = [f"{how} than usual in {_and(names)}" for how, names in named if names]
    rest = "" if len(more) + len(less) == len(rows) else "; the rest is as usual"
    whole = f"{'; '.join(parts)}{rest}."
    return whole[0].upper() + whole[1:]


def _and(names: Sequence[str]) -> str:
    words = [name.lower() for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


# A disease


class Counted(NamedTuple):
    """A status with its trials."""

    pill: Pill
    trials: int


@dataclass(frozen=True)
class Card:
    """A followed disease."""

    view: DiseaseView
    open: int
    others: tuple[Counted, ...]
    line: Markup  # the number of open trials over the weeks; "" where it is not known
    chips: tuple[Chip, ...]
    next: tuple[tuple[Trial, str], ...]  # main results that come next, with their date


def card(catalog: Catalog) -> Card | None:
    """Return the card of the first followed disease; None where none is followed."""
    if not catalog.followed:
        return None
    view = catalog.followed[0]
    counts = Counter(pills.pill(trial) for trial in view.trials)
    order = list(terms.STATUS_GROUPS)
    others = sorted(
        (Counted(pill, count) for pill, count in counts.items() if pill.group != "open"),
        key=lambda counted: (order.index(counted.pill.group), counted.pill.word),
    )
    stages = chips_by_question(view)[:1]
    return Card(
        view=view,
        open=len(view.open_trials),
        others=tuple(others),
        line=_line(view, catalog),
        chips=tuple(stages[0][1][:CHIPS]) if stages else (),
        next=_next(view, catalog.checked),
    )


def _next(view: DiseaseView, checked: date) -> tuple[tuple[Trial, str], ...]:
    """Return the trials whose main result is due next, with the date."""
    dated = [
        (trial.study.primary_completion_date, trial)
        for trial in view.trials
        if trial.study and trial.study.primary_completion_date and not trial.is_gone
    ]
    ahead = [
        (day, trial) for day, trial in dated if day.first_day > checked and day.type != "ACTUAL"
    ]
    ahead.sort(key=lambda both: (both[0].first_day, both[1].nct_id))
    return tuple((trial, terms.day(day.date[:7])) for day, trial in ahead[:NEXT])


def _line(view: DiseaseView, catalog: Catalog) -> Markup:
    """Return a chart of the open trials at the end of each week."""
    if not catalog.last_check.checked or not catalog.last_check.logged_since:
        return Markup()
    since = date.fromisoformat(catalog.last_check.logged_since)
    ends = [catalog.checked - timedelta(days=7 * n) for n in reversed(range(WEEKS))]
    counts = [_open_on(view.trials, end.isoformat()) for end in ends if end >= since]
    if len(counts) < 2:
        return Markup()
    low, high = min(counts), max(counts)
    span = max(high - low, 4)
    points = [
        (8 + number * 180 / (len(counts) - 1), 34 - (count - low) / span * 28)
        for number, count in enumerate(counts)
    ]
    way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    (x, y), slug = points[-1], view.disease.slug
    title = f"Open trials, {len(counts)} weeks: from {counts[0]} to {counts[-1]}"
    return Markup(  # noqa: S704  # ours
        f'<svg role="img" aria-labelledby="{slug}-line" viewBox="0 0 196 40">'
        f'<title id="{slug}-line">{title}</title><path d="{way}" class="curve"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="end"/></svg>'
    )


def _open_on(trials: Iterable[Trial], day: str) -> int:
    """Return the number of trials that were open on a day."""
    count = 0
    for trial in trials:
        is_open = trial.is_open
        for change in reversed(trial.history):
            if change.date <= day:
                break
            if _status(change):
                is_open = terms.status(change.old or "").is_open
            elif change.kind == "new":
                is_open = False
        count += is_open
    return count
