"""Reads numbers and dates in a text: "85%", "one in five", "June 14, 2024", "3-year".

What only looks like a number is none: CD19, E1910, BCL-2, NCT ids, phases, the marks of a list.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.registry import terms
from monitor.text import blank

PERCENT, SHARE, TIMES, NUMBER, DATE = "percent", "share", "times", "number", "date"


@dataclass(frozen=True)
class Figure:
    """A number or a date, and where it is in its text."""

    kind: str
    value: float  # of a date, its year
    unit: str = ""  # of time: "year", "month", …; "" without one
    day: tuple[int, int] = (0, 0)  # of a date: month and day, 0 where it does not say
    text: str = ""
    start: int = 0
    end: int = 0


_MONTHS = tuple(map(str.lower, terms.MONTHS))
_MONTH = rf"(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_WORD = rf"(?:{'|'.join(_WORDS)})"
_UNITS = ("year", "month", "week", "day", "hour", "minute", "cycle", "course", "dose")
_UNIT = rf"(?:{'|'.join(_UNITS)})s?\b"
_COUNTED = (
    r"(?:people|persons?|patients?|participants?|children|adults|babies|infants|boys|girls|men|women"
    r"|teenagers|studies|deaths|cases|relapses|hospitals|centers|advisers|points)\b"
)
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_BREAK = r"(?:\s*(?:to|and|or|–|-|/)\s*)"  # what joins the ends of a range

_NO_FIGURE = re.compile(
    r"https?://\S+"
    r"|\bNCT[0-9]+"
    r"|\b(?:phases?|grades?|stages?|parts?|tables?|figures?|type|abstracts?|protocols?|chapter)"
    r"\s+[0-9]+(?:[-/][0-9]+)?(?:\s*(?:to|and|or)\s*[0-9]+(?:/[0-9]+)?)*\b"
    r"|\bt\([0-9]+;[0-9]+\)"
    r"|\b[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}\b"  # of the European register
    r"|\b[0-9]{4};[0-9]+(?::[0-9]+)?"  # of a journal: 2024;391:320
    r"|[A-Za-z][\w.:/+]*(?:-[\w:/+]+)*-[0-9][\w-]*(?<!-year)(?<!-month)(?<!-day)"  # BCL-2
    r"|\b[A-Za-z]+[A-Za-z:_]*[0-9][\w:]*(?:-[\w]+)*"  # CD19, E1910, KMT2A
    r"|\b[0-9]+[A-Za-z]{1,3}[0-9]\w*"
    r"|\b24/7\b|(?<![\w])[0-9]+(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)

_FIGURE = re.compile(
    rf"""
    (?P<date>
        {_MONTH}\s+[0-9]{{1,2}},?\s+(?:19|20)[0-9]{{2}}\b
      | \b[0-9]{{1,2}}\s+{_MONTH}\s+(?:19|20)[0-9]{{2}}\b
      | \b(?:19|20)[0-9]{{2}}-[0-9]{{2}}(?:-[0-9]{{2}})?\b
      | {_MONTH}\s+(?:of\s+)?(?:19|20)[0-9]{{2}}\b
      | (?<![\w.,-])(?:19|20)[0-9]{{2}}\b(?!\s*%|[.,][0-9]|\s+(?:{_COUNTED}|{_UNIT}))
      (?:(?=[-–/])[-–/](?:19|20)?[0-9]{{2}}\b)?)
  | (?P<share>\b(?:{_WORD}\s+in(?=\s+(?:every\s+)?ten\b)
      | (?:one|1|two|three)\s+(?:{_COUNTED}|\w+)?\s*(?:in|of|out\s+of))
      \s+(?:every\s+)?(?:{_WORD}|{_DIGITS})\b(?!\s*%)(?=\s|[.,;:)]|$))
  | (?P<part>\b(?:(?:a|one|two|three)[ -])?(?:half|halves|thirds?|quarters?|fifths?)\b)
  | (?P<times>\b(?:twice|double[ds]?|three\s+times|four\s+times|tenfold)\b)
  | (?P<number>(?<![\w.,])(?:{_DIGITS})(?![0-9])s?(?P<percent>\s*(?:%|percent\b|per\s+cent\b))?
      (?P<unit>[\s-]*{_UNIT})?)
  | (?P<word>\b{_WORD}[\s-]+(?:\w+[\s-]+)?(?:{_UNIT}|{_COUNTED}))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TIMES = {"tw": 2.0, "do": 2.0, "th": 3.0, "fo": 4.0, "te": 10.0}
_PARTS = {"half": 1 / 2, "halv": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5}
_RANGE = re.compile(rf"({_DIGITS})(\s*(?:to|–|-)\s*)(?=(?:{_DIGITS})\s*(?:%|percent\b))")
_RANGE_UNIT = re.compile(rf"\b({_DIGITS})({_BREAK})(?=(?:{_DIGITS})[\s-]+({_UNIT}))", re.IGNORECASE)


@lru_cache(20_000)
def figures(text: str) -> tuple[Figure, ...]:
    """Return each number and date in a text, in order."""
    return tuple(_figures(text)) if _DIGIT_OR_WORD.search(text) else ()


def _figures(text: str) -> Iterator[Figure]:
    plain = _NO_FIGURE.sub(blank, re.sub(r"\bmid-(?=[0-9])", "mid ", text))
    ends = {match.end(1): "%" for match in _RANGE.finditer(plain)}
    units = {match.end(1): match[3] for match in _RANGE_UNIT.finditer(plain)}
    for match in _FIGURE.finditer(plain):
        figure = _figure(match, ends, units)
        if figure:
            yield figure


_DIGIT_OR_WORD = re.compile(rf"[0-9]|{_WORD}|half|third|quarter|twice|doubl", re.IGNORECASE)


def _figure(match: re.Match[str], ends: dict[int, str], units: dict[int, str]) -> Figure | None:
    """Return the Figure of a match; None where it only looks like one."""
    text = match[0].strip()
    kind, value, unit, day = NUMBER, -1.0, "", (0, 0)
    if match["date"]:
        year, *rest = _date(text)
        kind, value, day = DATE, float(year), (rest[0], rest[1])
    elif match["share"]:
        first, of = _number(text.split()[0]), _number(re.split(r"\s", text)[-1])
        kind, value = SHARE, first / of if of > first else -1
    elif match["part"]:
        kind, value = SHARE, _part(text.lower())
    elif match["times"]:
        kind, value = TIMES, _TIMES[text[:2].lower()]
    elif match["word"]:
        value, unit = _number(re.split(r"[\s-]", text)[0]), _unit(text)
        value = -1 if value == 1 and not unit else value  # "one person" counts nobody
    elif digits := re.match(_DIGITS, text):
        at = match.start() + digits.end()
        kind = PERCENT if match["percent"] or ends.get(at) == "%" else NUMBER
        value = float(digits[0].replace(",", ""))
        unit = _unit(match["unit"] or "") or _unit(units.get(at, ""))
    return None if value < 0 else Figure(kind, value, unit, day, text, match.start(), match.end())


def _part(text: str) -> float:
    """Return the value of "a third of"; -1 of "the third trial"."""
    words = re.split(r"[ -]", text)
    part = next(value for name, value in _PARTS.items() if words[-1].startswith(name))
    if len(words) == 1 and part != _PARTS["half"]:
        return -1
    return {"two": 2, "three": 3}.get(words[0], 1) * part


def _number(word: str) -> float:
    plain = word.lower().strip(".,;:)")
    return float(_WORDS.index(plain)) if plain in _WORDS else float(plain.replace(",", ""))


def _unit(text: str) -> str:
    match = re.search(_UNIT, text, re.IGNORECASE)
    return match[0].lower().removesuffix("s") if match else ""


def _date(text: str) -> tuple[int, int, int]:
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", text):
        return int(iso[1]), int(iso[2]), int(iso[3] or 0)
    year = int(re.findall(r"(?:19|20)[0-9]{2}", text)[-1])
    name = re.search(_MONTH, text, re.IGNORECASE)
    if name is None:
        return year, 0, 0
    month = next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(name[0][:3].lower()))
    day = re.search(r"\b([0-9]{1,2})\b", text)
    return year, month, int(day[1]) if day else 0


class FigureSet(NamedTuple):
    """Figures that a source or a record holds."""

    figures: tuple[Figure, ...]
    has_median: bool = False  # then half are above it, and half below

    def supports(self, figure: Figure) -> bool:
        """Return whether the source has this figure."""
        if figure.kind == SHARE and self.has_median and math.isclose(figure.value, 0.5):
            return True
        return any(agree(figure, one) for one in self.figures)


def figure_set(lines: Iterable[str]) -> FigureSet:
    """Return the figures of some lines."""
    texts = [*lines]
    in_lines = tuple(figure for text in texts for figure in _with_wholes(text))
    return FigureSet(in_lines, any("median" in text.lower() for text in texts))


def _with_wholes(text: str) -> Iterator[Figure]:
    """Yield the figures of a text; of "1 in 10,000" also the 10,000."""
    for figure in figures(text):
        yield figure
        if figure.kind == SHARE and (digits := re.search(_DIGITS + r"\Z", figure.text)):
            yield Figure(NUMBER, float(digits[0].replace(",", "")))


def mismatched(own: Sequence[Figure], lines: Iterable[str]) -> Iterator[tuple[Figure, str]]:
    """Yield (figure, line) for years and spans that lines with the same other figures contradict.

    A line that holds one of the other figures and a year (or a span of the same unit) is about the
    same thing: where it gives another year, and no such line gives this one, somebody mixed up two.
    """
    figured = [(line, [*_with_wholes(line)]) for line in lines]
    for figure in own:
        if figure.kind != DATE and not (figure.kind == NUMBER and figure.unit):
            continue
        others = [one for one in own if one.kind == PERCENT or _is_count(one)]
        same = [
            (line, [one for one in theirs if (one.kind, one.unit) == (figure.kind, figure.unit)])
            for line, theirs in figured
            if any(agree(other, one) for other in others for one in theirs)
        ]
        rivals = [(line, theirs) for line, theirs in same if theirs]
        if rivals and not any(agree(figure, one) for _, theirs in rivals for one in theirs):
            yield figure, rivals[0][0]


def _is_count(figure: Figure) -> bool:
    return figure.kind == NUMBER and not figure.unit and figure.value >= _MANY


_MANY = 20  # smaller numbers are in many lines


def agree(own: Figure, source: Figure) -> bool:
    """Return whether a figure equals that of a source, rounded or not."""
    if own.kind == DATE:
        if source.kind == DATE:
            return own.value == source.value and all(
                a in (0, b) for a, b in zip(own.day, source.day, strict=True)
            )
        return source.kind == NUMBER and own.day == (0, 0) and own.value == source.value
    if own.kind in (SHARE, PERCENT) and source.kind in (SHARE, PERCENT):
        if own.kind == source.kind == PERCENT:
            is_rounded = own.value.is_integer() and abs(own.value - source.value) <= 0.5
            return is_rounded or math.isclose(own.value, source.value)
        return math.isclose(_share(own), _share(source), rel_tol=_ROUGHLY)
    if own.kind == source.kind:
        same_unit = not own.unit or not source.unit or own.unit == source.unit
        return math.isclose(own.value, source.value) and same_unit
    return False


_ROUGHLY = 0.06  # a third and 33%, one in five and 21%; but not 1 in 108 and 1 in 133


def _share(figure: Figure) -> float:
    return figure.value / 100 if figure.kind == PERCENT else figure.value
