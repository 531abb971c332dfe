"""A record as its page lays it out: what is missing, criteria by section, places by country."""

from collections import defaultdict

from monitor import criteria
from monitor.study import Location, Study

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


def sections(study: Study) -> list[tuple[str, list[criteria.Item]]]:
    """The criteria by section, in the order in which they are shown; empty sections left out."""
    items = criteria.parse(study.criteria)
    groups = [
        (name, [item for item in items if item.section == name]) for name in criteria.SECTIONS
    ]
    return [(name, found) for name, found in groups if found]


def by_country(study: Study) -> list[tuple[str, list[Location]]]:
    """The locations of each country, both in alphabetical order."""
    countries: dict[str, list[Location]] = defaultdict(list)
    for place in study.locations:
        countries[place.country or "Country not given"].append(place)
    return sorted(
        (name, sorted(places, key=lambda place: (place.state, place.city, place.facility)))
        for name, places in countries.items()
    )
