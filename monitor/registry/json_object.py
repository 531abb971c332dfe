"""JSON that somebody else wrote: absent and null are the same, a wrong kind is an error."""

import calendar
import datetime
import re
from functools import lru_cache
from typing import Any, NamedTuple

from monitor.text import unturned


class ShapeError(ValueError):
    """A record is not shaped as the registry's description says; the message names the place."""


class StudyDate(NamedTuple):
    """A date of the registry, as exact as the sponsor gave it."""

    date: str  # YYYY-MM-DD, YYYY-MM or YYYY
    type: str = ""  # ACTUAL, ESTIMATED, or "" where the record does not say

    @property
    def first_day(self) -> datetime.date:
        """The earliest day it can mean."""
        return _days(self.date)[0]

    @property
    def last_day(self) -> datetime.date:
        """The latest day it can mean."""
        return _days(self.date)[1]

    @property
    def precision(self) -> int:
        """1 year, 2 month, 3 day."""
        return self.date.count("-") + 1


DAYS = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
"""What is reckoned with: a slip of the pen, as 9999-12-31, has no day after it. It is shown."""

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


@lru_cache(1000)
def _days(text: str) -> tuple[datetime.date, datetime.date]:
    """The earliest and the latest day that a date can mean, both among the DAYS."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    latest = month or 12, day or calendar.monthrange(year, month or 12)[1]
    days = datetime.date(year, month or 1, day or 1), datetime.date(year, *latest)
    return min(max(days[0], DAYS[0]), DAYS[1]), min(max(days[1], DAYS[0]), DAYS[1])


@lru_cache(10_000)
def _date(text: str, type_: str) -> StudyDate:
    """Raises ValueError where it is none. Many trials have the same: it is kept once."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    _days(text)  # raises for the 31st of a short month
    return StudyDate(text, type_)


class JsonObject:
    """A JSON object, with its path for the message when it is damaged."""

    __slots__ = ("_above", "_name", "value")

    def __init__(self, value: Any, name: str = "", above: "JsonObject | None" = None) -> None:
        self._name = name
        self._above = above
        self.value: dict[str, Any] = {} if value is None else value
        if not isinstance(self.value, dict):
            raise ShapeError(f"{self.path or 'the record'}: expected an object")

    @property
    def path(self) -> str:
        """Where it stands in the record: put together only when something is wrong there."""
        return f"{self._above.path}.{self._name}".lstrip(".") if self._above else self._name

    def text(self, key: str) -> str:
        """Return a text without white space around it; "" where absent.

        What turns round the writing behind it is taken out: no sponsor's text turns ours.
        """
        try:
            text: str = self.value.get(key, "").strip()
        except AttributeError:
            if self.value[key] is None:
                return ""
            raise ShapeError(f"{self.path}.{key}: expected text") from None
        return text if text.isascii() else unturned(text)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where absent."""
        try:
            return tuple([unturned(value.strip()) for value in self._list(key)])
        except AttributeError:
            raise ShapeError(f"{self.path}.{key}: expected a list of texts") from None

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number between two others; None where absent."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ShapeError(f"{self.path}.{key}: expected a number")
        if not low <= value <= high:
            raise ShapeError(f"{self.path}.{key}: expected a number from {low:g} to {high:g}")
        return value

    def count(self, key: str, most: int) -> int | None:
        """Return a whole number of 0 or more; None where absent."""
        value = self.number(key, 0, most)
        if value is not None and value != int(value):
            raise ShapeError(f"{self.path}.{key}: expected a whole number")
        return None if value is None else int(value)

    def flag(self, key: str) -> bool | None:
        """True or false; None where absent."""
        value = self.value.get(key)
        if value is not None and not isinstance(value, bool):
            raise ShapeError(f"{self.path}.{key}: expected true or false")
        return value

    def object(self, key: str) -> "JsonObject":
        """An object; an empty one where absent."""
        return JsonObject(self.value.get(key), key, self)

    def objects(self, key: str) -> list["JsonObject"]:
        """A list of objects; empty where absent."""
        return [JsonObject(value, f"{key}[{i}]", self) for i, value in enumerate(self._list(key))]

    def date(self, key: str) -> StudyDate | None:
        """The registry's {date, type}; None where absent."""
        part = self.object(key)
        text = part.text("date")
        if not text:
            return None
        type_ = part.text("type")
        try:
            return _date(text, type_)
        except ValueError:
            raise ShapeError(f"{part.path}.date: {text!r} is not a date") from None

    def _list(self, key: str) -> list[Any]:
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ShapeError(f"{self.path}.{key}: expected a list")
        return value
