"""A record as its page lays it out: what is missing, criteria by section, places by country."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from monitor import criteria, terms
from monitor.study import Location, Study

MANY = 12  # locations of a country that are shown without regions
DEEPEST = 3  # level of a criterion below others that the stylesheet knows

MISSING = (
    (("overall_status",), "its status"),
    (("brief_summary",), "a summary"),
    (("minimum_age", "maximum_age", "std_ages"), "ages"),
    (("criteria",), "who can and cannot join, in detail"),
    (("phases",), "a phase"),
    (("enrollment",), "how many people take part"),
    (("arms",), "the groups that are compared"),
    (("interventions",), "what is tested"),
    (("primary_outcomes",), "what is measured"),
    (("start_date",), "a start date"),
    (("primary_completion_date",), "a date of primary completion"),
    (("locations",), "where it runs"),
    (("lead_sponsor",), "the sponsor"),
    (("last_update_post_date",), "when it was last updated"),
)
"""Parts of a record that a reader would look for (one of the fields is enough), and what to say."""


def missing(study: Study) -> list[str]:
    """What a reader would look for and the record does not have, in words."""
    return [
        words
        for fields, words in MISSING
        if not any(getattr(study, field) for field in fields)
        and not (fields == ("phases",) and study.study_type not in ("", "INTERVENTIONAL"))
    ]


def sections(study: Study) -> list[tuple[str, list[tuple[int, str]]]]:
    """The criteria as (level, text) by section, in the order in which they are shown."""
    groups: dict[str, list[tuple[int, str]]] = {name: [] for name in criteria.SECTIONS}
    for item in criteria.parse(study.criteria):
        groups[item.section].append((min(item.level, DEEPEST), item.text))
    return [(name, found) for name, found in groups.items() if found]


Place = tuple[str, str, str]  # "59.33 18.06" or "", what it is called, its status or ""


@dataclass(frozen=True, slots=True)
class Country:
    """The locations of a trial in one country."""

    name: str
    count: int
    regions: list[tuple[str, list[Place]]]  # with a heading, "" where there is nothing to part


def countries(study: Study) -> list[Country]:
    """Where a trial runs: countries, regions of those with many locations, all by the alphabet."""
    found: dict[str, list[Location]] = defaultdict(list)
    for place in study.locations:
        found[place.country or "Country not given"].append(place)
    return [
        Country(name, len(places), [*_regions(sorted(places, key=_order))])
        for name, places in sorted(found.items())
    ]


def _order(place: Location) -> tuple[str, str, str]:
    return place.state, place.city, place.facility


def _regions(places: list[Location]) -> Iterator[tuple[str, list[Place]]]:
    if len(places) <= MANY:
        yield "", [*map(_place, places)]
        return
    places = sorted(places, key=_region)
    for _, group in groupby(places, key=_region):
        found = list(group)
        named = found[0].state or ("Region not given" if len(found) < len(places) else "")
        yield f"{named} ({len(found)})" if named else "", [*map(_place, found)]


def _region(place: Location) -> str:
    """In whatever capitals a sponsor writes it."""
    return place.state.lower()


def _place(place: Location) -> Place:
    at = "" if place.lat is None or place.lon is None else f"{place.lat} {place.lon}"
    names = (place.facility or "Facility not named", place.city, place.state)
    status = terms.status_term(place.status).lower() if place.status else ""
    return at, ", ".join(filter(None, names)), status
