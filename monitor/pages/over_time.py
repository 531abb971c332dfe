"""A chart of a disease's trials: a lane for each, from its start to its main result.

Solid up to the day of the data, pale after it; an arrow from where a date was first seen to where
it is now. Widths are percentages, so that one drawing fits every column and its words keep their
size; a second one, with names above the bars, is for phones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

from monitor.catalog import Trial
from monitor.pages import pills
from monitor.pages.rows import name_of
from monitor.pages.svg import Axis
from monitor.registry import Study, StudyDate, terms
from monitor.text import many

MOST = 24  # lanes; where there are more trials,
FEW = 10  # the picture has only the first: open ones of late phases
ON_A_PHONE = 14
PAST, FUTURE = 12, 8  # years around the day of the data that are drawn at most
NAME = 29  # characters of a name before the plot,
NAME_ABOVE = 40  # and above a bar
WHOLE = 100  # of a name in the table and in the words for a screen reader
ORDER = list(terms.STATUS_GROUPS)
COMING = ("open", "invitation", "not-yet")  # what a phone shows


class Lane(NamedTuple):
    """One trial."""

    trial: Trial
    group: str  # of its status
    start: StudyDate | None
    end: StudyDate | None  # of the main result; of the study where the record gives no such date
    is_main: bool  # whether it is the former
    first: StudyDate | None  # where the main result was when we first saw it
    moved: str  # "14 months later", ""

    @property
    def name(self) -> str:
        """Return the whole name."""
        return name_of(self.trial, WHOLE)


@dataclass(frozen=True)
class OverTime:
    """The picture, the sentence that says the main thing of it, and what its table holds."""

    caption: str
    wide: Markup
    narrow: Markup
    lanes: tuple[Lane, ...]  # all, not only those that are drawn
    drawn: int
    undated: tuple[Trial, ...]


def over_time(trials: Sequence[Trial], checked: date) -> OverTime | None:
    """Draw trials in page order; None where no two have dates, or there was no check yet."""
    current = [(trial, trial.study) for trial in trials if trial.study and not trial.is_gone]
    lanes = [lane for both in current if (lane := _lane(*both)).start or lane.end]
    if len(lanes) < 2 or checked == date.min:
        return None
    lanes.sort(key=lambda lane: ORDER.index(lane.group))
    few = lanes if len(lanes) <= MOST else lanes[:FEW]
    shown = sorted(few, key=lambda lane: (ORDER.index(lane.group), _day(lane)))
    coming = [lane for lane in shown if lane.group in COMING][:ON_A_PHONE] or shown[:ON_A_PHONE]
    dated = {lane.trial.nct_id for lane in lanes}
    return OverTime(
        caption=_caption(lanes, checked),
        wide=_wide(shown, checked),
        narrow=_narrow(coming, checked),
        lanes=tuple(lanes),
        drawn=len(shown),
        undated=tuple(trial for trial in trials if trial.nct_id not in dated),
    )


def _lane(trial: Trial, study: Study) -> Lane:
    slip = trial.slips.get("primary_completion_date")
    main = study.primary_completion_date
    has_moved = slip and slip.days and main
    return Lane(
        trial=trial,
        group=pills.pill(trial).group,
        start=study.start_date,
        end=main or study.completion_date,
        is_main=main is not None,
        first=StudyDate(slip.first) if slip and has_moved else None,
        moved=terms.shift(slip.days) if slip and has_moved else "",
    )


def _day(lane: Lane) -> int:
    moment = lane.start or lane.end
    return moment.first_day.toordinal() if moment else 0


def _caption(lanes: Sequence[Lane], checked: date) -> str:
    """Return a description of the picture in two sentences."""
    coming = [lane for lane in lanes if lane.group == "open"]
    ends = [lane.end.last_day for lane in coming if lane.end]
    parts = []
    if ends:
        later = sum((day - checked).days > 365 for day in ends)
        past = sum(day < checked for day in ends)
        of = f"{later} of the {many(len(ends), 'open trial')} with an end date"
        of += f" {'runs' if later == 1 else 'run'} for another year or more"
        parts.append(of if later else "No open trial with an end date runs for another year")
        if past:
            verb = "is past its end date" if past == 1 else "are past their end dates"
            parts.append(f"{past} {verb}")
    slipped = sum(bool(lane.first) and "later" in lane.moved for lane in lanes)
    if slipped:
        verb = "has" if slipped == 1 else "have"
        parts.append(f"{many(slipped, 'trial')} {verb} put off the main result")
    bars = "Each bar runs from the first participant to the last visit for the main result."
    return f"{'; '.join(parts)}. {bars}" if parts else bars


# Drawing. A place on the axis of time is a percentage of the plot.


def _years(axis: Axis, most: int) -> Iterator[int]:
    """Return the years that are written below an axis: all, every second, every fourth."""
    start, end = axis.first.year, axis.last.year
    step = next(s for s in (1, 2, 4, 5, 10, 20) if (end - start) / s <= most)
    return (year for year in range(start, end + 1) if year % step == 0)


def _axis(lanes: Sequence[Lane], checked: date) -> Axis:
    starts = [lane.start.first_day.year for lane in lanes if lane.start]
    ends = [lane.end.last_day.year for lane in lanes if lane.end]
    first = max(min([*starts, checked.year - 1]), checked.year - PAST)
    last = min(max([*ends, checked.year + 1]) + 1, checked.year + FUTURE)
    return Axis(date(first, 1, 1), date(last, 1, 1))


def _wide(lanes: Sequence[Lane], checked: date) -> Markup:
    """Return the wide form: names left of the plot, 22 px per lane."""
    axis, top, step = _axis(lanes, checked), 30, 22
    height = top + step * len(lanes) + 6
    names = ""
    plot = _Plot(axis, checked, top - 8, height, years=11, hidden=9)
    for index, lane in enumerate(lanes):
        y = top + step * index
        if index and lanes[index - 1].group != lane.group:
            names += f'<line x2="100%" y1="{y}" y2="{y}" class="between"/>'
        names += f'<g class="{lane.group}">{_shape(lane.group, 0, y + 5)}</g>'
        names += _name(lane, NAME, "20", y + 15)
        plot.add(lane, y + 6, y + 15)
    drawn = f'<svg x="24%" width="67%" height="{height}" overflow="visible">{plot.drawn}</svg>'
    return _picture("over-time", height, lanes, names + drawn)


def _narrow(lanes: Sequence[Lane], checked: date) -> Markup:
    """Return the narrow form: names above the bars, 40 px per lane."""
    axis, top, step = _axis(lanes, checked), 30, 40
    height = top + step * len(lanes) + 6
    names = ""
    plot = _Plot(axis, checked, top - 8, height, years=5, hidden=20)
    for index, lane in enumerate(lanes):
        y = top + step * index
        names += f'<g class="{lane.group}">{_shape(lane.group, 0, y + 4)}</g>'
        names += _name(lane, NAME_ABOVE, "18", y + 15, kind="strong halo")
        plot.add(lane, y + 22, y + 31, above=y + 15)
    return _picture("over-time-short", height, lanes, plot.drawn + names)


def _picture(name: str, height: int, lanes: Sequence[Lane], drawn: str) -> Markup:
    words = "; ".join(_words(lane) for lane in lanes)
    return Markup(  # noqa: S704  # what is not ours is escaped
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" width="100%"'
        f' height="{height}" font-size="12"><title id="{name}-title">Trials over time</title>'
        f'<desc id="{name}-desc">{escape(words)}.</desc>{drawn}</svg>'
    )


def _words(lane: Lane) -> str:
    start = terms.day(lane.start.date) if lane.start else "start not given"
    end = terms.day(lane.end.date) if lane.end else "end not given"
    return f"{lane.name}: {start} to {end}" + (f", {lane.moved}" if lane.moved else "")


class _Plot:
    """Bars on an axis: below them its years, above them the line of the day of the data."""

    def __init__(
        self, axis: Axis, checked: date, top: int, bottom: int, *, years: int, hidden: int
    ) -> None:
        self.axis, self.today = axis, axis.at(checked)
        self.grid, self.bars, self.words = "", "", ""
        for year in _years(axis, years):
            x = axis.at(date(year, 1, 1))
            if abs(x - self.today) > hidden:  # percent: what the box with the date would hide
                self.grid += _text(f"{year}", _at(x), top - 8, anchor="middle", kind="quiet")
            where = f'x1="{_at(x)}" x2="{_at(x)}" y1="{top}" y2="{bottom}"'
            self.grid += f'<line {where} class="lane"/>'
        self.line = self._line(terms.short_day(checked.isoformat()), bottom)

    @property
    def drawn(self) -> str:
        """Return all of it."""
        return self.grid + self.bars + self.line + self.words

    def _line(self, words: str, bottom: int) -> str:
        x = _at(self.today)
        box = '<rect x="-46" y="1" width="92" height="18" rx="3" class="flag"/>'
        text = f'<text y="14" text-anchor="middle" class="flag-words">{words}</text>'
        flag = f'<svg x="{x}" overflow="visible">{box}{text}</svg>'
        return f'<line x1="{x}" x2="{x}" y1="19" y2="{bottom}" class="ours"/>{flag}'

    def add(self, lane: Lane, y: int, base: int, above: int = 0) -> None:
        """Add a bar, and its end in words: at `above` where there is no room behind it."""
        today = self.today
        end = self.axis.at(lane.end.last_day) if lane.end else None
        stop = min(today if end is None else end, 100)
        start = max(self.axis.at(lane.start.first_day), 0) if lane.start else min(stop, today)
        kind = "" if lane.is_main else " stands-in"
        if lane.group not in ("open", "invitation"):
            self.bars += _rect(start, stop, y, f"whole {lane.group}{kind}")
        else:
            stop = max(stop, today)  # it goes on, whatever its date says
            if start < today:
                self.bars += _rect(start, today, y, f"so-far {lane.group}")
            if stop > today:
                self.bars += _rect(max(start, today), stop, y, f"to-come {lane.group}{kind}")
        if lane.first:
            self.bars += _slip(self.axis.at(lane.first.last_day), end or stop, y + 4.5)
        words = _month(lane.end) if lane.end else "no end date given"
        if lane.end and end is not None and end < today and lane.group == "open":
            words = f"was due {words}"
        if lane.moved:
            words += f" · {lane.moved.replace(' months', ' mo').replace(' month', ' mo')}"
        if end is not None and end > 100:
            words += " ›"
        self._end(words, max(stop, start), base, above)

    def _end(self, words: str, stop: float, base: int, above: int) -> None:
        """Write words behind a bar if there is room, else at the right edge."""
        # Percent: what a letter takes and where the picture ends, on a phone and beside names.
        letter, edge = (1.9, 100) if above else (1.15, 113)
        if stop < self.today < stop + 2 + letter * len(words):
            stop = self.today  # else the line of the day would cross the words
        if stop + 2 + letter * len(words) <= edge:
            self.words += _text(words, _at(stop), base, dx=6, kind="quiet halo")
        else:
            self.words += _text(words, _at(edge), above or base, anchor="end", kind="quiet halo")


def _at(percent: float) -> str:
    return f"{percent:.2f}%"


def _month(day: StudyDate) -> str:
    """Return "Dec 2027"."""
    return terms.short_day(day.date[:7])


def _slip(old: float, new: float, y: float) -> str:
    """Return a tick at the old date and an arrow to the new one."""
    old, new = (min(max(x, 0), 100) for x in (old, new))
    way = 1 if new > old else -1
    tick = f'<line x1="{old:.2f}%" x2="{old:.2f}%" y1="{y - 8}" y2="{y + 8}"/>'
    shaft = f'<line x1="{old:.2f}%" x2="{new:.2f}%" y1="{y}" y2="{y}"/>'
    point = f'<path d="M{-6 * way} -4L0 0{-6 * way} 4"/>'
    head = f'<svg x="{new:.2f}%" y="{y}" overflow="visible">{point}</svg>'
    return f'<g class="slip">{tick}{shaft}{head}</g>'


def _rect(start: float, stop: float, y: int, kind: str) -> str:
    return (
        f'<rect x="{start:.2f}%" y="{y}" width="{max(stop - start, 0.3):.2f}%" height="9"'
        f' class="{kind}"/>'
    )


def _shape(group: str, x: int, y: int) -> str:
    return f'<path transform="translate({x} {y})" fill-rule="evenodd" d="{pills.SHAPES[group]}"/>'


def _name(lane: Lane, longest: int, x: str, y: int, *, kind: str = "") -> str:
    """Write a name as there is room for it; where it is cut, the whole one is its title."""
    short = name_of(lane.trial, longest)
    drawn = _text(short, x, y, size=13, kind=kind)
    return drawn if short == lane.name else f"<g><title>{escape(lane.name)}</title>{drawn}</g>"


def _text(
    words: str, x: str, y: int, *, size: int = 0, anchor: str = "", dx: int = 0, kind: str = ""
) -> str:
    rim = "stroke" if "halo" in kind else ""  # of paper, below the letters
    named = {"font-size": size, "text-anchor": anchor, "dx": dx, "class": kind, "paint-order": rim}
    attributes = "".join(f' {name}="{value}"' for name, value in named.items() if value)
    return f'<text x="{x}" y="{y}"{attributes}>{escape(words)}</text>'
