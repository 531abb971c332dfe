"""What a description of a trial rests on, written so that a program can hold it against the record.

The words that may stand there are few: what nobody can check is said in the text, not here.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from monitor.ages import AGE, years
from monitor.headers import STRICT, Checked, Place, Words, model

Population = Literal[
    "Philadelphia-positive",
    "Philadelphia-negative",
    "Philadelphia-like",
    "KMT2A-rearranged",
    "B-cell",
    "T-cell",
    "CD19-positive",
    "CD22-positive",
]
Line = Literal["newly diagnosed", "relapsed or refractory", "in remission"]

NOTHING = "nothing"  # what a trial without a comparison is compared with


@dataclass(frozen=True)
class Span:
    """Ages from `low` to `high`, both in years and both included."""

    low: float = 0.0
    high: float = math.inf


LIFE = {
    "any age": Span(),
    "infants": Span(0, 1),
    "children": Span(0, 17),
    "adults": Span(18),
}
"""Ages that have a name. A trial for them takes nobody else; "any age" is for everybody."""
MIXED = "children and adults"  # at least one person of each can join

_LIMITS = (
    re.compile(rf"(?P<low>{AGE}) and older", re.IGNORECASE),
    re.compile(rf"up to (?P<high>{AGE})", re.IGNORECASE),
    re.compile(rf"(?P<low>{AGE}) to (?P<high>{AGE})", re.IGNORECASE),
)
_SHORT = re.compile(r"([0-9]+) to ([0-9]+) ([a-z]+)", re.IGNORECASE)  # "1 to 21 years"


def limits(text: str) -> Span | None:
    """The ages that a claim gives by numbers; None where it gives none."""
    whole = _SHORT.sub(r"\1 \3 to \2 \3", " ".join(text.split()))
    for form in _LIMITS:
        if found := form.fullmatch(whole):
            given = {name: years(age) for name, age in found.groupdict().items()}
            low, high = given.get("low"), given.get("high")
            return Span(low or 0.0, math.inf if high is None else high)
    return None


def _ages(given: object) -> str:
    text = " ".join(str(given).split()).lower()
    if text in LIFE or text == MIXED or limits(text):
        return text
    named = ", ".join((*LIFE, MIXED))
    raise ValueError(
        f"{text!r} cannot be read: write '18 years and older', '1 to 21 years',"
        f" 'up to 365 days', or one of {named}"
    )


Ages = Annotated[str, Checked(_ages)]


@model(frozen=True, config=STRICT)
class Claims:
    """The front matter's `claims`. Each is held against the registry's record."""

    population: tuple[Population, ...] = ()  # whose disease: people with it are a part of the trial
    line: tuple[Line, ...] = ()  # at which point of their treatment
    ages: Ages = ""  # who can join: the limits, or a word for them
    drugs: tuple[Words, ...] = ()  # what is under study, each by a name that the record uses
    compared_with: tuple[Words, ...] = ()  # drugs, or the one word "nothing"
    sponsor: str = ""  # who leads it, pays for it, or the group that runs it


def statements(claims: Claims) -> Iterator[tuple[str, str, Place]]:
    """Each single claim: its key, its value, and its place in the front matter."""
    for key in Claims.__dataclass_fields__:
        given = getattr(claims, key)
        if isinstance(given, str):
            if given:
                yield key, given, ("claims", key)
            continue
        for index, value in enumerate(given):
            yield key, value, ("claims", key, index)
