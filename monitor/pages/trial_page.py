"""The values of a trial's page: criteria by section, locations by country."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from monitor.catalog import ReviewStatus, Trial
from monitor.content import Disease
from monitor.facets import EDITORS, INTERVENTION, YES, Reason
from monitor.files import Bundle
from monitor.pages import linked_data, pills
from monitor.pages.countries import in_sentence
from monitor.pages.markdown import Rendered
from monitor.pages.pills import Pill
from monitor.pages.renderer import Renderer
from monitor.pages.rows import name_of
from monitor.pages.timeline import timeline
from monitor.registry import SECTIONS, Location, Study, parse_criteria, terms
from monitor.text import capitalized, many, shortened

LONGEST = 80  # characters of a page's name
MANY = 24  # locations of a country that are shown without regions
DEEPEST = 3  # level of a criterion below others that the stylesheet knows

MISSING = (
    (("overall_status",), "its status"),
    (("brief_summary",), "a summary"),
    (("minimum_age", "maximum_age", "std_ages"), "ages"),
    (("criteria",), "the full criteria"),
    (("phases",), "a phase"),
    (("enrollment",), "the number of people"),
    (("arms",), "the groups"),
    (("interventions",), "what is tested"),
    (("primary_outcomes",), "what is measured"),
    (("start_date",), "a start date"),
    (("primary_completion_date",), "a date of primary completion"),
    (("locations",), "where it runs"),
    (("lead_sponsor",), "the sponsor"),
    (("last_update_post_date",), "the day of the last update"),
)
"""Parts of a record that a reader would look for (one of the fields is enough), and what to say."""


def trial_page(
    renderer: Renderer, trial: Trial, text: Rendered | None, review_status: ReviewStatus | None
) -> Bundle:
    """Return a trial's page. `text` is its description, `review_status` how it compares."""
    work = partial(_values, renderer, trial, text, review_status)
    return renderer.page_of(trial.address, "trial.html", work)


def _values(
    renderer: Renderer, trial: Trial, text: Rendered | None, review_status: ReviewStatus | None
) -> dict[str, Any]:
    catalog, study = renderer.catalog, trial.study
    diseases = [d for d in catalog.content.diseases if d.slug in trial.diseases]
    values = {
        "trial": trial,
        "study": study,
        "text": text,
        "review_status": review_status,
        "heading": name_of(trial, LONGEST),
        "lead": lead(trial),
        "status": shown_status(trial),
        "ages": ages(trial),
        "audience": audience(trial, diseases),
        "happens": what_happens(trial, study) if study else None,
        "result": main_result(trial, catalog.checked),
        "missing": missing(study) if study else [],
        "criteria": sections(study) if study else [],
        "countries": countries(study) if study else [],
        "places": places(trial),
        "has_points": any(map(has_point, study.locations)) if study else False,
        "timeline": timeline(trial, catalog.checked),
        "diseases": diseases,
        "helplines": renderer.helplines(trial.diseases),
        "linked_data": linked_data.trial(trial, renderer.absolute(trial.address)),
        "trail_steps": [(d.address, d.header.name) for d in diseases[:1]],
    }
    return {**values, "sections": _sections(values)}


def _sections(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sections that the page has, id -> name, in order."""
    study = values["study"]
    has_groups = study and (study.arms or any(item.description for item in study.interventions))
    rows = (
        ("page-glance", "At a glance", True),
        ("curated", "In our words", values["text"]),
        ("page-who", "May join, cannot join", study and (values["criteria"] or values["audience"])),
        ("page-groups", "Groups", has_groups),
        ("page-dates", "Dates", study),
        ("locations", "Places", values["countries"]),
        ("page-questions", "Questions to ask", study),
        ("page-history", "History", True),
    )
    return {id_: name for id_, name, is_there in rows if is_there}


# What decides


class ShownStatus(NamedTuple):
    """A trial's status, and what it means."""

    pill: Pill
    means: str
    term: str  # the registry's own
    reason: str  # the sponsor's words


def shown_status(trial: Trial) -> ShownStatus:
    """Return what a trial's status means."""
    pill, study = pills.pill(trial), trial.study
    if study is None:
        return ShownStatus(pill, "We hold no record of this trial.", "", "")
    if trial.is_gone:
        return ShownStatus(pill, "The registry no longer has this record.", "", "")
    status = terms.status(study.overall_status)
    if not study.overall_status:
        return ShownStatus(pill, "The record gives no status.", "", "")
    term = status.term.lower()
    if study.last_known_status:
        term += f", last known {terms.status(study.last_known_status).term.lower()}"
    if trial.status_doubt:
        doubt = f"In doubt: {trial.status_doubt.rstrip('.')}."
        return ShownStatus(pill, doubt, term, study.why_stopped)
    if trial.is_unconfirmed and study.last_update_post_date:
        old = f"its record has not been updated since {terms.day(study.last_update_post_date.date)}"
        doubt = f"Not confirmed: its end date has passed, and {old}."
        return ShownStatus(pill, doubt, term, study.why_stopped)
    return ShownStatus(pill, status.joining, term, study.why_stopped)


def lead(trial: Trial) -> str:
    """Return what the trial is in plain words: the editors' summary or its brief title."""
    if trial.summary_shown:
        return trial.summary_shown
    return trial.title if trial.title != name_of(trial, LONGEST) else ""


class AgeLimits(NamedTuple):
    """The ages that a trial takes."""

    words: str
    where: str  # where that is
    note: str = ""


def ages(trial: Trial) -> AgeLimits | None:
    """Return the ages that a trial takes, by what says most of them (`Trial.ages`)."""
    study, claims = trial.study, trial.claims
    if claims and trial.has_claimed_ages:
        return AgeLimits(capitalized(claims.ages), OURS, "our description")
    words = terms.ages(study.minimum_age, study.maximum_age, study.std_ages) if study else ""
    if not words:
        return None
    if trial.ages and not trial.ages.is_exact:
        note = "age groups; our copy of the record has no exact ages"
        return AgeLimits(capitalized(words), "Record, age groups", note)
    return AgeLimits(capitalized(words), "Record, ages")


class Answer(NamedTuple):
    """A value of a facet that a trial is for, or is not for."""

    label: str
    is_for: bool
    because: str  # where that is


def audience(trial: Trial, diseases: Sequence[Disease]) -> list[tuple[str, list[Answer]]]:
    """Return for whom a trial is, by question: what its record or our description says."""
    questions: dict[str, list[Answer]] = defaultdict(list)
    for disease in diseases:
        sorting = trial.sortings.get(disease.slug)
        if sorting is None or disease.vocabulary is None:
            continue
        for facet in disease.vocabulary.people:
            answers = questions[facet.label]
            for value in facet.values:
                answer = sorting.answer(facet.key, value.key)
                if answer and all(each.label != value.label for each in answers):
                    where = _where(sorting.reasons.get((facet.key, value.key), ()))
                    answers.append(Answer(value.label, answer == YES, where))
    if not questions and trial.curated and (claims := trial.curated.header.claims):
        for label, words in (("Disease", claims.population), ("Stage", claims.line)):
            questions[label] = [Answer(capitalized(w), True, OURS) for w in words]
    return [(label, answers) for label, answers in questions.items() if answers]


OURS = "Our description"


def _where(reasons: Sequence[Reason]) -> str:
    """Return "Record, title" or "Our description"."""
    if not reasons:
        return ""
    return OURS if reasons[0].where == EDITORS else f"Record, {reasons[0].where}"


class Happening(NamedTuple):
    """What people in a trial get, and how many they are."""

    words: str
    phase: str
    people: str


_SECONDARY = ("PROCEDURE", "DIAGNOSTIC_TEST", "OTHER")
"""Types of intervention that are mostly biopsies, scans and questionnaires."""


def what_happens(trial: Trial, study: Study) -> Happening:
    """Say in a sentence or two what people in the trial get, and how many they are.

    The registry lists interventions by the alphabet, biopsies before drugs. Those that the trial is
    sorted by come first here.
    """
    decisive = {reason.where for reasons in trial.sorting.reasons.values() for reason in reasons}
    ranked = sorted(
        enumerate(study.interventions, 1),
        key=lambda item: (f"{INTERVENTION} {item[0]}" not in decisive, item[1].type in _SECONDARY),
    )
    names = list(dict.fromkeys(item.name for _, item in ranked if item.name))
    more = f" and {len(names) - 3} more" if names[3:] else ""
    studied = shortened(f"{', '.join(names[:3])}{more}", 130)
    parts = []
    if study.allocation == "RANDOMIZED":
        number = f" {len(study.arms)}" if len(study.arms) > 1 else ""
        parts.append(f"Chance decides who is in which of the{number} groups.")
    elif study.intervention_model == "SINGLE_GROUP" or len(study.arms) == 1:
        parts.append("Everyone is in one group; there is no comparison.")
    if studied:
        parts.append(f"Given or done: {studied}.")
    size = study.enrollment
    people = terms.enrollment(size.count, size.type) if size else ""
    return Happening(" ".join(parts), terms.phase(study.phases), people)


def main_result(trial: Trial, checked: date) -> str:
    """Return when the main result is due, and how that moved; "" without a date."""
    date_ = trial.study.primary_completion_date if trial.study else None
    if date_ is None:
        return ""
    if date_.type == "ACTUAL":
        words = f"The last visit for it was in {terms.day(date_.date[:7])}"
    elif date_.last_day < checked:
        words = f"Last visit for it: was expected {terms.day(date_.date)}; no actual date is given"
    else:
        words = f"Last visit for it: expected {terms.day(date_.date)}"
    slip = trial.slips.get("primary_completion_date")
    if slip and slip.days:
        words += f"; {terms.shift(slip.days)} than first seen ({terms.day(slip.first)})"
    return words


def missing(study: Study) -> list[str]:
    """Return what the record does not state, in words."""
    return [
        words
        for fields, words in MISSING
        if not any(getattr(study, field) for field in fields)
        and not (fields == ("phases",) and study.study_type not in ("", "INTERVENTIONAL"))
    ]


def sections(study: Study) -> list[tuple[str, list[Markup]]]:
    """Return (heading, criteria as list items) for each section, in page order."""
    groups: dict[str, list[Markup]] = {name: [] for name in SECTIONS}
    for item in parse_criteria(study.criteria):
        line = f'<li class="level-{min(item.level, DEEPEST)}">{escape(item.text)}</li>\n'
        groups[item.section].append(Markup(line))  # noqa: S704
    return [(name, lines) for name, lines in groups.items() if lines]


@dataclass(frozen=True, slots=True)
class Country:
    """The locations of a trial in one country."""

    name: str
    count: int
    regions: list[tuple[str, Markup]]  # items of a list, below a heading or ""


def countries(study: Study) -> list[Country]:
    """Return the trial's countries, with regions where there are many places, by name."""
    by_country: dict[str, list[_Line]] = defaultdict(list)
    ordered = sorted(study.locations, key=lambda place: (place.state, place.city, place.facility))
    for line in _lines(ordered):
        by_country[line[0].country or "Country not given"].append(line)
    return [
        Country(name, len(lines), _regions(lines)) for name, lines in sorted(by_country.items())
    ]


_Line = tuple[Location, str]  # an item of a list


def _regions(lines: list[_Line]) -> list[tuple[str, Markup]]:
    if len(lines) <= MANY:
        return [("", _items(lines))]
    groups = [[*group] for _, group in groupby(sorted(lines, key=_region), key=_region)]
    if len(groups) > len(lines) / 3:  # a heading for every place or two is in the way
        return [("", _items(sorted(lines, key=lambda line: line[0].city)))]
    return [(_heading(group, len(groups) > 1), _items(group)) for group in groups]


def _heading(lines: list[_Line], has_others: bool) -> str:
    named = lines[0][0].state or ("Region not given" if has_others else "")
    return f"{named} ({len(lines)})" if named else ""


def _region(line: _Line) -> str:
    """Return the key of a region, without case."""
    return line[0].state.lower()


def _items(lines: list[_Line]) -> Markup:
    return Markup("".join([words for _, words in lines]))  # noqa: S704  # escaped below


def _lines(places: Sequence[Location]) -> Iterator[_Line]:
    for place in places:
        words = f"<b>{escape(place.facility or 'Facility not named')}</b>"
        if town := ", ".join(filter(None, (place.city, place.state))):
            words += f" <span>{escape(town)}</span>"
        yield place, f"<li{_at(place)}>{words}{_status(place.status)}</li>\n"


def _at(place: Location) -> str:
    return f' data-at="{place.lat!r} {place.lon!r}"' if has_point(place) else ""


def places(trial: Trial) -> str:
    """Return "17 open: 15 in the United States, 2 in Australia"; "" without places."""
    study = trial.study
    if study is None or not study.locations:
        return ""
    open_locations = trial.open_locations
    is_said = open_locations is not None
    counted = study.locations if open_locations is None else open_locations
    whole = many(len(study.locations), "place")
    number = f"{len(counted):,} open" if is_said else whole
    if not counted:
        return f"None of {whole} is open now"
    counts = Counter(place.country or "a country not given" for place in counted)
    ranked = sorted(counts.items(), key=lambda both: (-both[1], both[0]))
    parts = [f"{count:,} in {in_sentence(country)}" for country, count in ranked[:3]]
    if ranked[3:]:
        rest = sum(count for _, count in ranked[3:])
        parts.append(f"{rest:,} in {many(len(ranked) - 3, 'more country')}")
    which = "whether it is open" if len(counted) == 1 else "which are open"
    note = "" if is_said or not trial.is_open else f"; the record does not say {which}"
    if len(ranked) == 1:
        return f"{number}, in {in_sentence(ranked[0][0])}{note}"
    return f"{number}: {', '.join(parts)}{note}"


def has_point(place: Location) -> bool:
    """Return whether a place has coordinates."""
    return place.lat is not None and place.lon is not None


@cache
def _status(code: str) -> Markup:
    """Return the pill of a place's status."""
    if not code:
        return Markup()
    group, word = pills.status_pill(code)
    shape = f'<path fill-rule="evenodd" d="{pills.SHAPES[group]}"/>'
    return Markup(  # noqa: S704  # of two tables
        f' <span class="at {group}"><svg class="shape" viewBox="0 0 12 12" aria-hidden="true">'
        f"{shape}</svg>{word}</span>"
    )
