"""JSON from outside, with checked types: absent and null are the same, a wrong type is an error."""

import calendar
import datetime
import re
from functools import lru_cache
from typing import Any, NamedTuple

from monitor.text import without_direction_marks


class ShapeError(ValueError):
    """A part of a record has not the type that the registry documents; the message has its path."""


class StudyDate(NamedTuple):
    """A date of the registry: of a day, a month or a year, as the sponsor entered it."""

    date: str  # YYYY-MM-DD, YYYY-MM or YYYY
    type: str = ""  # ACTUAL, ESTIMATED, or "" where the record does not say

    @property
    def first_day(self) -> datetime.date:
        """Return the earliest day that it can mean."""
        return _days(self.date)[0]

    @property
    def last_day(self) -> datetime.date:
        """Return the latest day that it can mean."""
        return _days(self.date)[1]

    @property
    def precision(self) -> int:
        """Return 1 for a year, 2 for a month, 3 for a day."""
        return self.date.count("-") + 1


DAYS = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
"""First and last day that is calculated with: 9999-12-31, a typing error, has no day after it.

The date is shown as it is."""

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


@lru_cache(1000)
def _days(text: str) -> tuple[datetime.date, datetime.date]:
    """Return the earliest and the latest day that a date can mean, both within DAYS."""
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    latest = month or 12, day or calendar.monthrange(year, month or 12)[1]
    days = datetime.date(year, month or 1, day or 1), datetime.date(year, *latest)
    return min(max(days[0], DAYS[0]), DAYS[1]), min(max(days[1], DAYS[0]), DAYS[1])


@lru_cache(10_000)
def is_date(text: str) -> bool:
    """Return whether a text is a date of the registry: YYYY, YYYY-MM or YYYY-MM-DD."""
    try:
        return bool(_DATE.fullmatch(text) and _days(text))
    except ValueError:  # the 31st of a short month
        return False


@lru_cache(10_000)
def _date(text: str, type_: str) -> StudyDate:
    """Return a date; cached, as many trials have the same. Raises ValueError where it is none."""
    if not is_date(text):
        raise ValueError(text)
    return StudyDate(text, type_)


class JsonObject:
    """A JSON object with its path in the record, for the message of a ShapeError.

    Each method returns the value of a key. Raises ShapeError where it has another type.
    """

    __slots__ = ("_above", "_name", "value")

    def __init__(self, value: Any, name: str = "", above: "JsonObject | None" = None) -> None:
        self._name = name
        self._above = above
        self.value: dict[str, Any] = {} if value is None else value
        if not isinstance(self.value, dict):
            raise ShapeError(f"{self.path or 'the record'}: expected an object")

    @property
    def path(self) -> str:
        """Return its path in the record, joined only when a message needs it."""
        return f"{self._above.path}.{self._name}".lstrip(".") if self._above else self._name

    def text(self, key: str) -> str:
        """Return a text without surrounding white space; "" where absent.

        Characters that reverse the writing direction are removed: they would reverse ours as well.
        """
        try:
            text: str = self.value.get(key, "").strip()
        except AttributeError:
            if self.value[key] is None:
                return ""
            raise ShapeError(f"{self.path}.{key}: expected text") from None
        return text if text.isascii() else without_direction_marks(text)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where absent."""
        try:
            texts = [value.strip() for value in self._list(key)]
            return tuple(
                [text if text.isascii() else without_direction_marks(text) for text in texts]
            )
        except AttributeError:
            raise ShapeError(f"{self.path}.{key}: expected a list of texts") from None

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number from `low` to `high`; None where absent."""
        value = self.value.get(key)
        if value is None:
            return None
        if type(value) is not float and type(value) is not int:  # true is an int
            raise ShapeError(f"{self.path}.{key}: expected a number")
        if not low <= value <= high:
            raise ShapeError(f"{self.path}.{key}: expected a number from {low:g} to {high:g}")
        return value

    def count(self, key: str, most: int) -> int | None:
        """Return a whole number from 0 to `most`; None where absent."""
        value = self.number(key, 0, most)
        if value is not None and value != int(value):
            raise ShapeError(f"{self.path}.{key}: expected a whole number")
        return None if value is None else int(value)

    def flag(self, key: str) -> bool | None:
        """Return true or false; None where absent."""
        value = self.value.get(key)
        if value is not None and not isinstance(value, bool):
            raise ShapeError(f"{self.path}.{key}: expected true or false")
        return value

    def object(self, key: str) -> "JsonObject":
        """Return an object; an empty one where absent."""
        return JsonObject(self.value.get(key), key, self)

    def objects(self, key: str) -> list["JsonObject"]:
        """Return a list of objects; empty where absent."""
        return [JsonObject(value, f"{key}[{i}]", self) for i, value in enumerate(self._list(key))]

    def date(self, key: str) -> StudyDate | None:
        """Return the registry's {date, type}; None where absent."""
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
