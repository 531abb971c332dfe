"""A trial's page: a record as the page lays it out, criteria by section, locations by country."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from markupsafe import Markup

from monitor.catalog import ReviewStatus, Trial
from monitor.files import Bundle
from monitor.pages import markdown
from monitor.pages.markdown import Rendered
from monitor.pages.renderer import Renderer
from monitor.pages.timeline import timeline
from monitor.registry import SECTIONS, Location, Study, parse_criteria, terms

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


def trial_page(
    renderer: Renderer, trial: Trial, text: Rendered | None, review_status: ReviewStatus | None
) -> Bundle:
    """Return a trial's page. `text` is its description, `review_status` how that stands now."""
    catalog, study = renderer.catalog, trial.study
    return renderer.page(
        trial.address,
        "trial.html",
        trial=trial,
        study=study,
        text=text,
        review_status=review_status,
        missing=missing(study) if study else [],
        criteria=sections(study) if study else [],
        countries=countries(study) if study else [],
        recruiting=recruiting(study) if study else "",
        has_points=any(map(has_point, study.locations)) if study else False,
        timeline=timeline(trial, catalog.checked),
        diseases=[d for d in catalog.content.diseases if d.slug in trial.diseases],
    )


def missing(study: Study) -> list[str]:
    """What a reader would look for and the record does not have, in words."""
    return [
        words
        for fields, words in MISSING
        if not any(getattr(study, field) for field in fields)
        and not (fields == ("phases",) and study.study_type not in ("", "INTERVENTIONAL"))
    ]


def sections(study: Study) -> list[tuple[str, Markup]]:
    """The criteria as items of a list by section, in the order in which they are shown."""
    items = parse_criteria(study.criteria)
    said = markdown.escaped(item.text for item in items)
    groups: dict[str, list[str]] = {name: [] for name in SECTIONS}
    for item, words in zip(items, said, strict=True):
        groups[item.section].append(f'<li class="level-{min(item.level, DEEPEST)}">{words}</li>')
    return [(name, Markup("".join(found))) for name, found in groups.items() if found]  # noqa: S704


@dataclass(frozen=True, slots=True)
class Country:
    """The locations of a trial in one country."""

    name: str
    count: int
    regions: list[tuple[str, Markup]]  # items of a list, below a heading or ""


def countries(study: Study) -> list[Country]:
    """Where a trial runs: countries, regions of those with many locations, all by the alphabet."""
    found: dict[str, list[_Line]] = defaultdict(list)
    for line in sorted(_lines(study.locations), key=_order):
        found[line[0].country or "Country not given"].append(line)
    return [Country(name, len(lines), _regions(lines)) for name, lines in sorted(found.items())]


_Line = tuple[Location, str]  # an item of a list


def _order(line: _Line) -> tuple[str, str, str]:
    place = line[0]
    return place.state, place.city, place.facility


def _regions(lines: list[_Line]) -> list[tuple[str, Markup]]:
    if len(lines) <= MANY:
        return [("", _items(lines))]
    groups = [[*group] for _, group in groupby(sorted(lines, key=_region), key=_region)]
    return [(_heading(group, len(groups) > 1), _items(group)) for group in groups]


def _heading(lines: list[_Line], has_others: bool) -> str:
    named = lines[0][0].state or ("Region not given" if has_others else "")
    return f"{named} ({len(lines)})" if named else ""


def _region(line: _Line) -> str:
    """In whatever capitals a sponsor writes it."""
    return line[0].state.lower()


def _items(lines: list[_Line]) -> Markup:
    return Markup("".join([words for _, words in lines]))  # noqa: S704  # escaped below


def _lines(places: Sequence[Location]) -> Iterator[_Line]:
    said = markdown.escaped(
        ", ".join(filter(None, (place.facility or "Facility not named", place.city, place.state)))
        for place in places
    )
    for place, words in zip(places, said, strict=True):
        yield place, f"<li{_at(place)}>{words}{_status(place.status)}</li>\n"


def _at(place: Location) -> str:
    return f' data-at="{place.lat!r} {place.lon!r}"' if has_point(place) else ""


def recruiting(study: Study) -> str:
    """How many of its locations are open, in words; "" where the record gives a status of none."""
    statuses = [place.status for place in study.locations]
    if not any(statuses):
        return ""
    if len(statuses) == 1:
        return terms.status(statuses[0]).term.lower()
    return f"{statuses.count('RECRUITING')} of them recruiting"


def has_point(place: Location) -> bool:
    """Whether its record says where on the earth it is."""
    return place.lat is not None and place.lon is not None


@cache
def _status(code: str) -> Markup:
    said = Markup(' <span class="type">{}</span>')
    return said.format(terms.status(code).term.lower()) if code else Markup()
