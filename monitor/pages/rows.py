"""A trial as a row of a table: what decides, in two lines."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from monitor.catalog import Trial
from monitor.pages import marks
from monitor.pages.marks import Pill
from monitor.registry import Location, Study, terms
from monitor.text import capitalized, many

LONGEST = 84  # characters of a purpose: two lines of the column
NAME = 60  # of a name; a longer one is cut between words
UNKNOWN = "–"


class Row(NamedTuple):
    """A row; every cell is text."""

    pill: Pill
    name: str
    purpose: str
    phase: str
    ages: str
    sponsor: str
    where: str


def row(trial: Trial) -> Row:
    """Return what a row says of a trial."""
    study = trial.study
    name = shortened(trial.short_name, NAME)
    return Row(
        marks.pill(trial),
        name,
        purpose(trial),
        phase(study),
        ages(study),
        sponsor(study),
        where(trial),
    )


def purpose(trial: Trial) -> str:
    """Say in a line what a trial is for: the editors' words, or its title where it has a name."""
    if not trial.summary_shown:
        return shortened(trial.title, LONGEST) if trial.known_as else ""
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z])", trial.summary_shown)
    tested = [s for s in sentences if not s.startswith("For ")] or sentences
    return shortened(tested[0].split(";")[0].rstrip("."), LONGEST)


def shortened(text: str, longest: int) -> str:
    """Cut a text between two words where it is too long."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"


def phase(study: Study | None) -> str:
    """Return "3", "1/2", "Early 1"; a dash where the record gives none."""
    named = terms.phase(study.phases) if study else ""
    if named == terms.PHASE["NA"]:
        return UNKNOWN
    return named.removeprefix("Phase ").replace("Early phase", "Early") or UNKNOWN


_AGES = (
    (re.compile(r" years\b"), ""),
    (re.compile(r"\band older\b"), "and over"),
    (re.compile(r"^up to "), "To "),
)
_GROUPS = {"CHILD": "children", "ADULT": "adults", "OLDER_ADULT": "older adults"}


def ages(study: Study | None) -> str:
    """Return the limits in years, as below the heading "Ages": "1 to 25", "18 and over"."""
    if study is None:
        return UNKNOWN
    words = terms.ages(study.minimum_age, study.maximum_age)
    for pattern, instead in _AGES:
        words = pattern.sub(instead, words)
    if not words and study.std_ages:
        everybody = len(study.std_ages) == len(_GROUPS)
        groups = [_GROUPS.get(code, terms.name_of(code)) for code in study.std_ages]
        words = "Any" if everybody else ", ".join(groups)
    return capitalized(words) or UNKNOWN


_SPONSORS = {
    "National Cancer Institute (NCI)": "NCI",
    "National Heart, Lung, and Blood Institute (NHLBI)": "NHLBI",
}


def sponsor(study: Study | None) -> str:
    """Return the lead sponsor's name, as people say it where it has one."""
    name = study.lead_sponsor.name if study and study.lead_sponsor else ""
    return _SPONSORS.get(name) or shortened(name, 48) or UNKNOWN


_COUNTRIES = {"United States": "US", "United Kingdom": "UK", "Korea, Republic of": "South Korea"}


def where(trial: Trial) -> str:
    """Return how many of its places are open, and where; of a record without any, that."""
    study = trial.study
    if study is None or not study.locations:
        return "Not in our copy"
    if not (trial.is_open and any(place.status for place in study.locations)):
        return f"{many(len(study.locations), 'place')}, {in_countries(study.locations)}"
    places = [place for place in study.locations if terms.status(place.status).is_open]
    if not places:
        return f"None of {many(len(study.locations), 'place')} open"
    return f"{len(places):,} open, {in_countries(places)}"


def in_countries(places: Sequence[Location]) -> str:
    """Name up to two countries, or count them."""
    countries = sorted({place.country for place in places if place.country})
    if 0 < len(countries) <= 2:
        return " and ".join(_COUNTRIES.get(country, country) for country in countries)
    return many(len(countries), "country") if countries else "country not given"
