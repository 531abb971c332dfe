"""Two versions of a study -> Findings: what changed that a reader could care about.

`WATCHED` is the whole of it: each row names a kind of change and how its part of the study is
compared. Bookkeeping (verification and update dates, coordinates, the sponsor's own numbering) has
no row and is never a change. What is absent, empty and the registry's own default are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from monitor.changes.locations import compare_locations
from monitor.changes.matching import Difference, match, pair
from monitor.changes.rules import (
    Compare,
    Finding,
    as_json,
    as_object,
    changed_in_step,
    detail,
    listed,
    named,
    paragraphs,
    texts,
    value,
)
from monitor.data import KINDS, MINOR, NOTABLE
from monitor.registry import (
    DATES,
    OTHER,
    SECTIONS,
    Arm,
    Document,
    Intervention,
    Location,
    Outcome,
    Publication,
    Sponsor,
    Study,
    StudyDate,
    UnpostedEvent,
    parse_criteria,
    terms,
)
from monitor.text import normal

LONG = 30  # days: from here on a moved date is notable
_MONTH = 30.4375  # days


def compare(old: Study, new: Study) -> list[Finding]:
    """Everything that changed from `old` to `new`, in the order of the table."""
    return [
        replace(finding, kind=kind, rank=finding.rank or KINDS[kind].rank)
        for kind, rule in WATCHED
        for finding in rule(old, new)
    ]


def status(old: Study, new: Study) -> Iterator[Finding]:
    """The overall status, with the sponsor's reason; or a reason given later."""
    if old.overall_status != new.overall_status:
        yield Finding(
            "overall_status",
            as_json(old.overall_status),
            as_json(new.overall_status),
            why_stopped=new.why_stopped,
            last_known=new.last_known_status,
        )
    elif normal(old.why_stopped) != normal(new.why_stopped):
        yield Finding("why_stopped", as_json(old.why_stopped), as_json(new.why_stopped), NOTABLE)


def results(old: Study, new: Study) -> Iterator[Finding]:
    """Results posted; or a step of results that are on their way."""
    before, after = old.results_first_post_date, new.results_first_post_date
    if bool(before) != bool(after):
        yield Finding("results_first_post_date", _date(before), _date(after))
    elif bool(old.has_results) != bool(new.has_results):
        yield Finding("has_results", bool(old.has_results), bool(new.has_results))
    if not new.has_results and not old.has_results:
        yield from listed(
            "unposted_events",
            match(old.unposted_events, new.unposted_events, lambda event: event)[1],
            UnpostedEvent._asdict,
        )


def enrollment(old: Study, new: Study) -> Iterator[Finding]:
    """The planned number, or the actual one posted."""
    before, after = old.enrollment, new.enrollment
    if before and after:
        types = {before.type, after.type}
        if before.count == after.count and ("" in types or len(types) == 1):
            return
    if before != after:
        yield Finding("enrollment", as_object(before), as_object(after))


def dates(field: str) -> Compare:
    """A date that moved, or became actual. More exactness about the same month is no move."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before: StudyDate | None = getattr(old, field)
        after: StudyDate | None = getattr(new, field)
        if before == after:
            return
        if before is None or after is None:
            yield Finding(field, _date(before), _date(after), MINOR)
            return
        days = days_moved(before.date, after.date)
        typed = bool(before.type and after.type and before.type != after.type)
        if days or typed:
            yield Finding(
                field, _date(before), _date(after), NOTABLE if abs(days) >= LONG else MINOR
            )

    return rule


@lru_cache(maxsize=10_000)
def days_moved(old: str, new: str) -> int:
    """Days from one date to the other, negative where it came nearer.

    Both are read as exactly as the less exact of them: 2026-06 to 2026-06-17 is 0, and a month
    counts as 30 days or a little more.
    """
    before, after = StudyDate(old), StudyDate(new)
    precision = min(before.precision, after.precision)
    if precision == 3:
        return (after.first_day - before.first_day).days
    months = (after.first_day.year - before.first_day.year) * 12
    if precision == 2:
        months += after.first_day.month - before.first_day.month
    return round(months * _MONTH)


def _date(given: StudyDate | None) -> Any:
    return as_object(given)


def outcomes(field: str, other: str) -> Compare:
    """Outcome measures: dropped, added, replaced; and those that changed places with the others."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        if getattr(old, field) == getattr(new, field):
            return
        _, mine = match(getattr(old, field), getattr(new, field), _measure_key)
        _, theirs = match(getattr(old, other), getattr(new, other), _measure_key)
        lost = _exchange(mine.removed, theirs.added)
        won = _exchange(mine.added, theirs.removed)
        rest = Difference(
            tuple(item for item in mine.removed if item not in lost),
            tuple(item for item in mine.added if item not in won),
        )
        if field == "primary_outcomes" and (lost or won):
            yield Finding(
                "primary_outcomes.swapped",
                [as_object(item) for item in lost] or None,
                [as_object(item) for item in won] or None,
            )
        rest = pair(rest, _measure)
        if len(rest.removed) == len(rest.added) == 1:  # one went and one came: it was replaced
            rest = Difference((), (), (*rest.paired, (rest.removed[0], rest.added[0])))
        # A study has a primary outcome: a list that is empty as a whole is a gap in the record.
        gap = not getattr(old, field) or not getattr(new, field)
        yield from listed(field, rest, as_object, MINOR if gap else "")

    return rule


def _exchange(mine: Sequence[Outcome], theirs: Sequence[Outcome]) -> list[Outcome]:
    """Those of mine that now stand (or stood) among theirs."""
    keys = {_measure_key(item) for item in theirs}
    return [item for item in mine if _measure_key(item) in keys]


def eligibility_criteria(old: Study, new: Study) -> Iterator[Finding]:
    """Criteria, item by item and section by section."""
    if old.criteria == new.criteria:
        return
    before, after = parse_criteria(old.criteria), parse_criteria(new.criteria)
    for section in SECTIONS:
        field = "criteria" if section == OTHER else f"{section}_criteria"
        yield from texts(
            field,
            [item.text for item in before if item.section == section],
            [item.text for item in after if item.section == section],
        )


def locations(old: Study, new: Study) -> Iterator[Finding]:
    """Places that opened, closed, were renamed; and places whose status changed."""
    if old.locations == new.locations:
        return
    moves = compare_locations(
        old.locations, new.locations, (old.overall_status, new.overall_status)
    )
    rest = moves.difference
    yield from listed("locations", Difference(rest.removed, rest.added), _place)
    yield from changed_in_step("locations.name", rest.paired, _place, MINOR)
    reopened = [pair for pair in moves.status if terms.status(pair[1].status).is_open]
    others = [pair for pair in moves.status if not terms.status(pair[1].status).is_open]
    yield from changed_in_step("locations.status", reopened, _place, NOTABLE)
    yield from changed_in_step("locations.status", others, _place, MINOR)


def _place(place: Location) -> Any:
    return as_object(place._replace(lat=None, lon=None))


def _measure(outcome: Outcome) -> str:
    return outcome.measure


def _measure_key(outcome: Outcome) -> str:
    return normal(outcome.measure)


def _label(arm: Arm) -> str:
    return arm.label


def _name(thing: Intervention | Sponsor) -> str:
    return thing.name


def _citation(publication: Publication) -> str:
    return publication.citation


def _document(document: Document) -> str:
    return " ".join(filter(None, (document.label, document.date)))


def _lead_sponsor(old: Study, new: Study) -> Iterator[Finding]:
    before, after = (study.lead_sponsor.name if study.lead_sponsor else "" for study in (old, new))
    if normal(before) != normal(after):
        yield Finding("lead_sponsor", as_json(before), as_json(after))


WATCHED: tuple[tuple[str, Compare], ...] = (
    ("status", status),
    ("results", results),
    ("primary_outcome", outcomes("primary_outcomes", "secondary_outcomes")),
    ("primary_outcome", detail("primary_outcomes", _measure, "time_frame", "major")),
    ("primary_outcome", detail("primary_outcomes", _measure, "description")),
    ("eligibility", value("minimum_age")),
    ("eligibility", value("maximum_age")),
    ("eligibility", value("sex")),
    ("eligibility", value("healthy_volunteers")),
    ("eligibility", eligibility_criteria),
    ("design", value("study_type")),
    ("design", value("phases")),
    ("design", value("allocation")),
    ("design", value("intervention_model")),
    ("design", value("masking")),
    ("design", value("primary_purpose")),
    ("arms", named("arms", _label)),
    ("arms", named("interventions", _name)),
    ("arms", detail("arms", _label, "type")),
    ("arms", detail("arms", _label, "interventions")),
    ("arms", detail("arms", _label, "description")),
    ("arms", detail("interventions", _name, "description")),
    ("enrollment", enrollment),
    *(("dates", dates(field)) for field in DATES),
    ("locations", locations),
    ("sponsor", _lead_sponsor),
    ("sponsor", named("collaborators", _name)),
    ("documents", named("documents", _document)),
    ("secondary_outcome", outcomes("secondary_outcomes", "primary_outcomes")),
    ("secondary_outcome", detail("secondary_outcomes", _measure, "time_frame")),
    ("secondary_outcome", detail("secondary_outcomes", _measure, "description")),
    ("title", value("brief_title")),
    ("title", value("official_title")),
    ("title", value("acronym")),
    ("description", paragraphs("brief_summary")),
    ("description", paragraphs("detailed_description")),
    ("description", named("conditions", str)),
    ("description", named("keywords", str)),
    ("references", named("references", _citation)),
    ("references", detail("references", _citation, "type")),
    ("references", named("see_also", _citation)),
)
