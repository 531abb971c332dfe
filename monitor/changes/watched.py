"""Compares two versions of a study: the changes that a reader could care about.

`WATCHED` decides it: each row has a kind of change and the rule that compares a part of the study.
Bookkeeping (verification and update dates, coordinates, the sponsor's numbers) has no row and is
never a change. Absent, empty and the registry's own default are the same.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from monitor.changes.arms import arms
from monitor.changes.criteria import criteria
from monitor.changes.locations import compare_locations
from monitor.changes.matching import Difference, match
from monitor.changes.outcomes import measure, outcomes
from monitor.changes.rules import (
    FieldChange,
    Rule,
    age,
    as_json,
    as_object,
    changed_in_step,
    detail,
    listed,
    named,
    paragraphs,
    value,
)
from monitor.data import KINDS, MAJOR, MINOR, NOTABLE
from monitor.registry import (
    Document,
    ExpandedAccess,
    Location,
    Publication,
    Sponsor,
    Study,
    StudyDate,
    UnpostedEvent,
    terms,
)
from monitor.text import same, same_name

LONG = 30  # days by which a date must move to be notable
FEW = 3  # more locations that open with a study are not named, but counted


def compare(old: Study, new: Study) -> list[FieldChange]:
    """Return everything that changed from `old` to `new`, in the order of WATCHED."""
    return [
        replace(change, kind=kind, rank=change.rank or KINDS[kind].rank)
        for kind, rule in WATCHED
        for change in rule(old, new)
        if _is_event(old, new, change)
    ]


def _is_event(old: Study, new: Study, change: FieldChange) -> bool:
    """Return whether a difference is a change of the study, and no side effect of a larger one.

    A withheld record has only its status, one of expanded access no design, dates, outcomes. What
    they lack has not changed when a record becomes such a one, or ceases to be.
    """
    statuses = {old.overall_status, new.overall_status}
    if "WITHHELD" in statuses and len(statuses) > 1:
        return change.field == "overall_status"
    types = {old.study_type, new.study_type}
    if "EXPANDED_ACCESS" in types and len(types) > 1:
        return change.old is not None and change.new is not None
    return True


def status(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield a change of the overall status with the sponsor's reason; or of the reason alone."""
    if old.overall_status != new.overall_status:
        yield FieldChange(
            "overall_status",
            as_json(old.overall_status),
            as_json(new.overall_status),
            why_stopped=new.why_stopped,
            last_known=new.last_known_status,
            opened=_opened(old, new),
        )
    elif not same(old.why_stopped, new.why_stopped):
        yield FieldChange(
            "why_stopped", as_json(old.why_stopped), as_json(new.why_stopped), NOTABLE
        )


def _opened(old: Study, new: Study) -> Any:
    """Return the locations that opened with the study: as a list; if many, country -> number.

    None where the study did not open.
    """
    if old.is_open or not new.is_open or not old.locations:
        return None
    opened = compare_locations(old.locations, new.locations).opened
    if len(opened) <= FEW:
        return [_place(place) for place in opened] or None
    counts = Counter(place.country or "country not given" for place in opened)
    return dict(sorted(counts.items()))


def results(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield results that were posted or withdrawn, and steps of results not yet public."""
    before, after = old.results_first_post_date, new.results_first_post_date
    if bool(before) != bool(after):
        yield FieldChange("results_first_post_date", _date(before), _date(after))
    elif bool(old.has_results) != bool(new.has_results):
        yield FieldChange("has_results", bool(old.has_results), bool(new.has_results))
    if not new.has_results and not old.has_results:
        yield from listed(
            "unposted_events",
            match(old.unposted_events, new.unposted_events, lambda event: event)[1],
            UnpostedEvent._asdict,
        )


def expanded_access(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield a change of treatment outside the trial; a record without the field offers none."""
    before, after = (
        study.expanded_access if study.expanded_access != ExpandedAccess() else None
        for study in (old, new)
    )
    if before != after:
        yield FieldChange("expanded_access", _access(before), _access(after))


def _access(access: ExpandedAccess | None) -> Any:
    """Return expanded access as JSON, without empty values but `is_offered`."""
    return access and {**as_object(access), "is_offered": access.is_offered}


def enrollment(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield a change of the number of participants, or of whether it is planned or actual."""
    before, after = old.enrollment, new.enrollment
    if before and after:
        types = {before.type, after.type}
        if before.count == after.count and ("" in types or len(types) == 1):
            return
    if before != after:
        yield FieldChange("enrollment", as_object(before), as_object(after))


def dates(field: str) -> Rule:
    """Return the rule for a date. A day within the month that the record had is no change."""

    def rule(old: Study, new: Study) -> Iterator[FieldChange]:
        before: StudyDate | None = getattr(old, field)
        after: StudyDate | None = getattr(new, field)
        if before == after:
            return
        if before is None or after is None:
            yield FieldChange(field, _date(before), _date(after), MINOR)
            return
        days = days_moved(before.date, after.date)
        typed = bool(before.type and after.type and before.type != after.type)
        if days or typed:
            yield FieldChange(
                field, _date(before), _date(after), NOTABLE if abs(days) >= LONG else MINOR
            )

    return rule


@lru_cache(maxsize=10_000)
def days_moved(old: str, new: str) -> int:
    """Return the days from one date to another, negative for an earlier one.

    A month counts as 30 days or a little more. If one date is less exact than the other, only the
    certain part counts: from 30 June to July is 1 day, from 2026-06 to 2026-06-17 is 0.
    """
    before, after = StudyDate(old), StudyDate(new)
    if before.precision != after.precision:
        later = (after.first_day - before.last_day).days
        earlier = (after.last_day - before.first_day).days
        return max(later, 0) or min(earlier, 0)
    if before.precision == 3:
        return (after.first_day - before.first_day).days
    months = (after.first_day.year - before.first_day.year) * 12
    months += after.first_day.month - before.first_day.month
    return round(months * terms.DAYS_IN_MONTH)


def _date(moment: StudyDate | None) -> Any:
    return as_object(moment)


def locations(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield locations that were added, removed or renamed, or changed their status."""
    if old.locations == new.locations:
        return
    changes = compare_locations(
        old.locations, new.locations, (old.overall_status, new.overall_status)
    )
    rest = changes.difference
    yield from listed("locations", Difference(rest.removed, rest.added), _place)
    yield from changed_in_step("locations.name", rest.paired, _place, MINOR)
    reopened = [pair for pair in changes.status if terms.status(pair[1].status).is_open]
    others = [pair for pair in changes.status if not terms.status(pair[1].status).is_open]
    yield from changed_in_step("locations.status", reopened, _place, NOTABLE)
    yield from changed_in_step("locations.status", others, _place, MINOR)


def _place(place: Location) -> Any:
    return as_object(place._replace(lat=None, lon=None))


def _name(sponsor: Sponsor) -> str:
    return sponsor.name


def _citation(publication: Publication) -> str:
    return publication.citation


def _document(document: Document) -> str:
    return " ".join(filter(None, (document.label, document.date)))


def lead_sponsor(old: Study, new: Study) -> Iterator[FieldChange]:
    """Yield a change of the lead sponsor's name."""
    before, after = (study.lead_sponsor.name if study.lead_sponsor else "" for study in (old, new))
    if not same_name(before, after):
        yield FieldChange("lead_sponsor", as_json(before), as_json(after))


WATCHED: tuple[tuple[str, Rule], ...] = (
    ("status", status),
    ("results", results),
    ("expanded_access", expanded_access),
    ("primary_outcome", outcomes("primary_outcomes")),
    ("primary_outcome", detail("primary_outcomes", measure, "time_frame", MAJOR)),
    ("primary_outcome", detail("primary_outcomes", measure, "description")),
    ("eligibility", age("minimum_age")),
    ("eligibility", age("maximum_age")),
    ("eligibility", value("sex", default="ALL")),
    ("eligibility", value("healthy_volunteers", default=False)),
    ("eligibility", criteria),
    ("design", value("study_type")),
    ("design", value("phases", default=("NA",))),
    ("design", value("allocation")),
    ("design", value("intervention_model")),
    ("design", value("masking")),
    ("design", value("primary_purpose")),
    ("arms", arms),
    ("enrollment", enrollment),
    *(("dates", dates(field)) for field in terms.DATES),
    ("locations", locations),
    ("sponsor", lead_sponsor),
    ("sponsor", named("collaborators", _name)),
    ("documents", named("documents", _document)),
    ("secondary_outcome", outcomes("secondary_outcomes")),
    ("secondary_outcome", detail("secondary_outcomes", measure, "time_frame")),
    ("secondary_outcome", detail("secondary_outcomes", measure, "description")),
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
"""Rows (kind of change, rule), in the order of their changes."""
