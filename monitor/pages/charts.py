"""The charts of a disease page, each with its table of numbers.

Pure counting, from the records alone; svg.py draws. "Today" is the day of the last good check.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.catalog import Trial
from monitor.pages import svg
from monitor.pages.countries import in_sentence
from monitor.registry import Study, StudyDate, terms
from monitor.text import many

TOP = 10  # countries with a bar of their own
YEARS = 10  # years of start with one
AHEAD = 2  # years in which completions are looked for

GROUPS = (
    ("Open", "open", ("open",)),
    ("Not yet open", "soon", ("not-yet",)),
    ("Closed, under way", "closed", ("closed", "paused", "invitation")),
    ("Ended", "ended", ("ended", "withdrawn")),
    ("Unknown", "unknown", ("unknown",)),
)
"""Name, class in the stylesheet, and groups of statuses: each of STATUS_GROUPS once."""
ENDED = 3  # its place among them


@dataclass(frozen=True)
class Chart:
    """A picture, the sentence that says the main thing of it, and the same numbers as a table."""

    name: str  # first part of its ids on the page
    title: str
    caption: str
    svg: str = ""  # Markup; "" where there is nothing to draw, as the caption then says
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[int, ...]], ...] = ()
    note: str = ""  # how it was counted
    absent: tuple[Trial, ...] = ()  # recruiting, but our copy does not say where


def disease_charts(trials: Iterable[Trial], checked: date) -> list[Chart]:
    """Return the charts of a disease page; none without records or before a check."""
    current = [trial for trial in trials if trial.study and not trial.is_gone]
    studies = [trial.study for trial in current if trial.study]
    if not studies or checked == date.min:
        return []
    return [
        _by_phase(current),
        _by_country(current),
        _by_start(studies, checked),
        _by_completion(studies, checked),
    ]


# Phase and status


def _by_phase(trials: Sequence[Trial]) -> Chart:
    counts = Counter((_phase(trial.study), _group(trial)) for trial in trials if trial.study)
    phases = sorted({phase for phase, _ in counts})
    rows = [(p[-1], tuple(counts[p, group] for group in range(len(GROUPS)))) for p in phases]
    open_ = [(n if n.startswith("Phase") else f"“{n}”", numbers[0]) for n, numbers in rows]
    total = sum(number for _, number in open_)
    caption = f"{_of(total, trials)} {'is' if total < 2 else 'are'} open to participants"
    return Chart(
        name="by-phase",
        title="By phase and status",
        caption=f"{caption}{_most(open_, total)}.",
        svg=svg.stacks(
            "by-phase",
            "Trials by phase and status",
            [group[:2] for group in GROUPS],
            [(label, f"{n[0]:,} open of {sum(n):,}", n) for label, n in rows],
        ),
        head=("Phase", *(group[0] for group in GROUPS), "All"),
        rows=tuple((label, (*numbers, sum(numbers))) for label, numbers in rows),
        note="“Closed, under way” counts paused trials, too, and those by invitation. “Ended”: as"
        " planned, early, or before anyone took part. “Unknown”: long unconfirmed by the sponsor,"
        " not given, or in doubt.",
    )


def _phase(study: Study) -> tuple[int, int, int, str]:
    """Return the sort key of a phase, its name last."""
    codes, name = list(terms.PHASE), terms.phase(study.phases)
    if study.phases and all(code in codes for code in study.phases):
        first, last = codes.index(study.phases[0]), codes.index(study.phases[-1])
        return int(first == 0), first, last, name
    if not name and study.study_type not in ("", "INTERVENTIONAL"):
        return 3, 0, 0, terms.name_of(study.study_type).capitalize()
    return (2, 0, 0, name) if name else (4, 0, 0, "Not given")


def _group(trial: Trial) -> int:
    return next(i for i, (*_, groups) in enumerate(GROUPS) if trial.status_group in groups)


# Countries


def _by_country(trials: Iterable[Trial]) -> Chart:
    name, title = "by-country", "Where trials are recruiting"
    absent = []  # recruiting, without any location
    sites = []  # (country, study)
    for trial in trials:
        if trial.study and trial.is_open:
            places = trial.study.locations
            if not places:
                absent.append(trial)
            sites += [
                (place.country or "Country not given", trial.nct_id)
                for place in places
                if place.status in ("RECRUITING", "")
            ]
    counts = Counter(country for country, _ in sites)
    ranked = sorted(counts, key=lambda country: (-counts[country], country))
    groups = [(country, {country}) for country in ranked[:TOP]]
    if ranked[TOP:]:
        groups.append((many(len(ranked) - TOP, "other"), set(ranked[TOP:])))
    rows = []
    for label, countries in groups:
        ids = [nct_id for country, nct_id in sites if country in countries]
        rows.append((label, (len(ids), len(set(ids)))))
    if not rows:
        caption = "Our copy has no location where a trial is recruiting."
        return Chart(name, title, caption, absent=tuple(absent))
    most = _most([(in_sentence(country), counts[country]) for country in ranked], len(sites))
    return Chart(
        name=name,
        title=title,
        caption=f"{many(len(sites), 'location')} of open trials are open or have no status of"
        f" their own{most}.",
        svg=svg.bars(
            name, "Recruiting locations by country", [(row[0], row[1][0]) for row in rows]
        ),
        head=("Country", "Locations", "Trials"),
        rows=tuple(rows),
        note="A location counts once for each trial that recruits there: the trial is recruiting,"
        " and so is the location, or the record gives no status for it.",
        absent=tuple(absent),
    )


# Dates


def _by_start(studies: list[Study], checked: date) -> Chart:
    name, title = "by-start", "By year of start"
    years = Counter(study.start_date.first_day.year for study in studies if study.start_date)
    if not years:
        return Chart(name, title, f"{_of(0, studies)} gives a start in our copy.")
    dated = years.total()
    first = max(min(years), checked.year - YEARS + 1)
    last = max(first, min(max(years), checked.year + 1))
    rows = [(f"{year}", years[year]) for year in range(first, last + 1)]
    caption = f"{_of(dated, studies)} {_s(dated, 'give')} a start{_most(rows, dated)}"
    if dated < len(studies):
        caption += f"; for {len(studies) - dated:,} it is not given"
    before = sum(count for year, count in years.items() if year < first)
    after = sum(count for year, count in years.items() if year > last)
    if before:
        rows.insert(0, (f"{first - 1} and before", before))
    if after:
        rows.append((f"{last + 1} and later", after))
    return _single(name, title, f"{caption}.", ("Year", "Trials"), rows, "Reached or expected.")


def _by_completion(studies: list[Study], checked: date) -> Chart:
    """Return the expected completion dates of trials that have not ended."""
    start, end = checked + timedelta(days=1), _years_on(checked, AHEAD)
    over = GROUPS[ENDED][2]
    running = [s for s in studies if terms.status(s.overall_status).group not in over]
    dates = [s.primary_completion_date for s in running if s.primary_completion_date]
    within = [d for d in dates if d.type != "ACTUAL" and d.last_day >= start and d.first_day <= end]
    days = [max(date_.first_day, start) for date_ in within if date_.precision > 1]
    rows = [
        (_span(low, high), sum(low <= day <= high for day in days))
        for low, high in _quarters(start, end)
    ]
    passed = sum(date_.type == "ESTIMATED" and date_.last_day < start for date_ in dates)
    caption = f"{many(len(within), 'trial') if within else 'No trial'} "
    caption += f"{_s(len(within) or 1, 'expect')} primary completion in the two years after "
    caption += f"{terms.day(checked.isoformat())}{_most(rows, len(within))}."
    if passed:
        caption += f" In {passed:,} more that day has passed, and no actual date is given."
    undated = len(running) - len(dates)
    if undated:
        caption += f" Of those that have not ended, {undated:,} {_s(undated, 'give')} no date."
    if len(days) < len(within):
        rows.append(("Only a year given", len(within) - len(days)))
    return _single(
        "by-completion",
        "Expected completions",
        caption,
        ("Quarter", "Trials"),
        rows,
        "Primary completion: the day the last participant is examined for the main measure. A date"
        " without a day counts where any day of it is within the two years.",
    )


def _years_on(day: date, years: int) -> date:
    """Return the same day some years later; 28 February for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _quarters(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield (start, end) of each calendar quarter, the first and last cut to the period."""
    while start <= end:
        last = _month(start.replace(month=(start.month + 2) // 3 * 3, day=1)).last_day
        yield start, min(last, end)
        start = last + timedelta(days=1)


def _span(low: date, high: date) -> str:
    """Return "Oct–Dec 2026", "23 Aug–Sep 2026" or "1–22 Jul 2028" for days of one quarter."""
    names = [terms.day(_month(day).date)[:3] for day in (low, high)]
    whole = [low.day == 1, _month(high).last_day == high]
    if low.month == high.month:
        return f"{'' if all(whole) else f'{low.day}–{high.day} '}{names[0]} {high.year}"
    ends = [n if w else f"{d.day} {n}" for n, w, d in zip(names, whole, (low, high), strict=True)]
    return f"{ends[0]}–{ends[1]} {high.year}"


def _month(day: date) -> StudyDate:
    return StudyDate(day.isoformat()[:7])


# What all of them say


def _single(
    name: str,
    title: str,
    caption: str,
    head: tuple[str, ...],
    rows: Sequence[tuple[str, int]],
    note: str,
) -> Chart:
    """Return a chart with one number per row; without the picture where all are 0."""
    if not any(number for _, number in rows):
        return Chart(name, title, caption)
    drawn = svg.bars(name, f"Trials: {title[0].lower()}{title[1:]}", rows)
    table = tuple((label, (number,)) for label, number in rows)
    return Chart(name, title, caption, drawn, head, table, note)


def _of(count: int, studies: Sequence[Study | Trial]) -> str:
    """Return "14 of 25 trials" or "None of 25 trials"."""
    return f"{f'{count:,}' if count else 'None'} of {many(len(studies), 'trial')}"


def _s(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def _most(rows: Sequence[tuple[str, int]], total: int) -> str:
    """Return ", the most in Phase 2 (6)", or ", all in 2021"."""
    most = max((number for _, number in rows), default=0)
    if not most:
        return ""
    names = [label for label, number in rows if number == most]
    if most == total:
        return f", {'all ' if total > 1 else ''}in {names[0]}"
    if len(names) > 2:
        names = [", ".join(names[:2]), many(len(names) - 2, "other")]
    each = " each" if len(names) > 1 else ""
    return f", the most in {' and '.join(names)} ({most:,}{each})"
