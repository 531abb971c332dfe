"""A trial as a row of a table, in two lines."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from monitor.catalog import Trial, gist
from monitor.pages import pills
from monitor.pages.countries import short
from monitor.pages.pills import Pill
from monitor.registry import Location, Study, terms
from monitor.text import capitalized, many, shortened

LONGEST = 84  # characters of a purpose: two lines of the column
NAME = 56  # of a name, which has two lines; a longer one is cut between words
TITLE = 100  # of a title that is alone: three lines in small letters
SPONSOR = 32  # of a sponsor's name
ONE_LINE = 28  # of a name that leaves its line to the id: then the purpose has two lines, else one
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
    study, aim = trial.study, purpose(trial)
    name = name_of(trial, NAME if aim else TITLE)
    return Row(
        pills.pill(trial),
        name,
        shortened(aim, LONGEST if len(name) <= ONE_LINE else LONGEST // 2),
        phase(study),
        ages(study),
        sponsor(study),
        where(trial),
    )


def name_of(trial: Trial, longest: int = NAME) -> str:
    """Return what people call a trial, else its title from where it begins to say something."""
    if trial.known_as:
        return shortened(trial.known_as, longest)
    return shortened(gist(trial.title), longest)


def purpose(trial: Trial) -> str:
    """Return the purpose of a trial in a line: the editors' words, or its title."""
    if not trial.summary_shown:
        return trial.title if trial.known_as else ""
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z])", trial.summary_shown)
    tested = [s for s in sentences if not s.startswith("For ")] or sentences
    return tested[0].split(";")[0].rstrip(".")


def phase(study: Study | None) -> str:
    """Return "3", "1/2", "Early 1"; a dash where the record gives none."""
    named = terms.phase(study.phases) if study else ""
    if named == terms.PHASE["NA"]:
        return UNKNOWN
    return named.removeprefix("Phase ").replace("Early phase", "Early") or UNKNOWN


_AGES = (
    (re.compile(r" years?\b"), ""),
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
        words = "children to older adults" if everybody else ", ".join(groups)
    return capitalized(words) or UNKNOWN


_SPONSORS = {
    "National Cancer Institute (NCI)": "NCI",
    "National Heart, Lung, and Blood Institute (NHLBI)": "NHLBI",
}


def sponsor(study: Study | None) -> str:
    """Return the lead sponsor's name, as people say it where it has one."""
    name = study.lead_sponsor.name if study and study.lead_sponsor else ""
    return _SPONSORS.get(name) or shortened(name, SPONSOR) or UNKNOWN


def where(trial: Trial) -> str:
    """Return how many of its places are open, and where; of a record without any, that."""
    study = trial.study
    if study is None or not study.locations:
        return "No places listed"
    places = trial.open_locations
    if places is None:
        return f"{many(len(study.locations), 'place')}, {in_countries(study.locations)}"
    if not places:
        return f"None of {many(len(study.locations), 'place')} open"
    return f"{len(places):,} open, {in_countries(places)}"


def in_countries(places: Sequence[Location]) -> str:
    """Return the names of up to two countries, or the number of more."""
    counts = Counter(place.country for place in places if place.country)
    countries = sorted(counts, key=lambda country: (-counts[country], country))
    if 0 < len(countries) <= 2:
        return " and ".join(map(short, countries))
    return many(len(countries), "country") if countries else "country not given"
