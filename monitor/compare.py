"""Two versions of a study -> Findings: what changed that a reader could care about.

`WATCHED` is the whole of it: each row names a kind of change and how its part of the study is
compared. Bookkeeping (verification and update dates, coordinates, the sponsor's own numbering) has
no row and is never a change. What is absent, empty and the registry's own default are the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from monitor import criteria, places
from monitor.changelog import KINDS, MINOR, NOTABLE
from monitor.items import Difference, match, normal, pair, recut, without
from monitor.parts import StudyDate
from monitor.study import (
    OPEN_STATUSES,
    Arm,
    Document,
    Intervention,
    Location,
    Outcome,
    Publication,
    Sponsor,
    Study,
)

LONG = 30  # days: from here on a moved date is notable
_MONTH = 30.4375  # days


@dataclass(frozen=True)
class Finding:
    """One difference; `old` and `new` are JSON values that stand in the two records."""

    field: str
    old: Any
    new: Any
    rank: str = ""  # "" for the usual rank of its kind
    why_stopped: str = ""
    last_known: str = ""
    kind: str = ""  # filled in from the table


Compare = Callable[[Study, Study], Iterable[Finding]]


def compare(old: Study, new: Study) -> list[Finding]:
    """Everything that changed from `old` to `new`, in the order of the table."""
    return [
        replace(finding, kind=kind, rank=finding.rank or KINDS[kind])
        for kind, rule in WATCHED
        for finding in rule(old, new)
    ]


# Values


_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "phases": (("NA",),),
    "sex": ("ALL",),
    "healthy_volunteers": (False,),
    "minimum_age": ("N/A",),
    "maximum_age": ("N/A",),
}
"""What says no more than absence does: pages of the registry show both the same."""


def value(field: str, rank: str = "") -> Compare:
    """A single value, or a list told as a whole; white space and case do not count."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = getattr(old, field), getattr(new, field)
        if _plain(field, before) != _plain(field, after):
            yield Finding(field, _json(before), _json(after), rank)

    return rule


def _plain(field: str, given: Any) -> Any:
    if given in _DEFAULTS.get(field, ()) or given in ("", (), None):
        return None
    return normal(given) if isinstance(given, str) else given


def _json(given: Any) -> Any:
    """A value of a Study as JSON: absent parts left out, None where nothing is there."""
    if isinstance(given, tuple):
        return list(given) or None
    return None if given == "" else given


def status(old: Study, new: Study) -> Iterator[Finding]:
    """The overall status, with the sponsor's reason; or a reason given later."""
    if old.overall_status != new.overall_status:
        yield Finding(
            "overall_status",
            _json(old.overall_status),
            _json(new.overall_status),
            why_stopped=new.why_stopped,
            last_known=new.last_known_status,
        )
    elif normal(old.why_stopped) != normal(new.why_stopped):
        yield Finding("why_stopped", _json(old.why_stopped), _json(new.why_stopped), NOTABLE)


def results(old: Study, new: Study) -> Iterator[Finding]:
    """Results posted; or a step of results that are on their way."""
    before, after = old.results_first_post_date, new.results_first_post_date
    if bool(before) != bool(after):
        yield Finding("results_first_post_date", _date(before), _date(after))
    elif bool(old.has_results) != bool(new.has_results):
        yield Finding("has_results", bool(old.has_results), bool(new.has_results))
    if not new.has_results and not old.has_results:
        yield from _listed(
            "unposted_events",
            match(old.unposted_events, new.unposted_events, lambda event: event)[1],
            asdict,
        )


def enrollment(old: Study, new: Study) -> Iterator[Finding]:
    """The planned number, or the actual one posted."""
    before, after = old.enrollment, new.enrollment
    if before and after:
        types = {before.type, after.type}
        if before.count == after.count and ("" in types or len(types) == 1):
            return
    if before != after:
        yield Finding("enrollment", _given(before), _given(after))


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
    return _given(given)


def _given(given: Any) -> Any:
    """A part of a Study as a JSON object without its empty values."""
    if given is None:
        return None
    return {key: value for key, value in asdict(given).items() if value not in ("", None, ())}


# Lists


def _listed(
    field: str, difference: Difference[Any], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[Finding]:
    """At most three Findings: removed (only old), added (only new), changed (both, in step)."""
    if difference.removed:
        yield Finding(field, [form(item) for item in difference.removed], None, rank)
    if difference.added:
        yield Finding(field, None, [form(item) for item in difference.added], rank)
    yield from _changed(field, difference.paired, form, rank)


def _changed(
    field: str, pairs: Sequence[tuple[Any, Any]], form: Callable[[Any], Any], rank: str = ""
) -> Iterator[Finding]:
    if pairs:
        yield Finding(field, [form(old) for old, _ in pairs], [form(new) for _, new in pairs], rank)


def named(field: str, name: Callable[[Any], str]) -> Compare:
    """A list of things with names: gone, new, renamed; told by their names.

    A thing is renamed where its name is much the same, or all else that is said of it.
    """

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        _, rest = match(getattr(old, field), getattr(new, field), lambda item: normal(name(item)))
        twins = [
            (before, after)
            for before, after in match(rest.removed, rest.added, _all_but_name)[0]
            if _all_but_name(before)
        ]
        rest = pair(without(rest, twins), name)
        yield from _listed(
            field, Difference(rest.removed, rest.added, (*twins, *rest.paired)), name
        )

    return rule


def _all_but_name(thing: Any) -> tuple[str, ...]:
    """What tells a thing apart besides its name; empty where nothing does."""
    if not isinstance(thing, Arm | Intervention) or not thing.description:
        return ()
    more = sorted(thing.interventions) if isinstance(thing, Arm) else []
    return (normal(thing.description), *more)


def detail(field: str, name: Callable[[Any], str], part: str, rank: str = MINOR) -> Compare:
    """A part of things whose name stayed: told as {name, part} before and after."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        same, _ = match(getattr(old, field), getattr(new, field), lambda item: normal(name(item)))
        changed = [
            (before, after)
            for before, after in same
            if _detail(before, part) != _detail(after, part)
        ]

        def form(item: Any) -> Any:
            return {"name": name(item), part: _json(getattr(item, part))}

        yield from _changed(f"{field}.{part}", changed, form, rank)

    return rule


def _detail(item: Any, part: str) -> Any:
    given = getattr(item, part)
    if isinstance(given, tuple):
        return sorted(normal(text) for text in given)
    return normal(given)


def outcomes(field: str, other: str) -> Compare:
    """Outcome measures: dropped, added, replaced; and those that changed places with the others."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
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
                [_given(item) for item in lost] or None,
                [_given(item) for item in won] or None,
            )
        rest = pair(rest, _measure)
        if len(rest.removed) == len(rest.added) == 1:  # one went and one came: it was replaced
            rest = Difference((), (), (*rest.paired, (rest.removed[0], rest.added[0])))
        yield from _listed(field, rest, _given)

    return rule


def _exchange(mine: Sequence[Outcome], theirs: Sequence[Outcome]) -> list[Outcome]:
    """Those of mine that now stand (or stood) among theirs."""
    keys = {_measure_key(item) for item in theirs}
    return [item for item in mine if _measure_key(item) in keys]


def eligibility_criteria(old: Study, new: Study) -> Iterator[Finding]:
    """Criteria, item by item and section by section."""
    if old.criteria == new.criteria:
        return
    before, after = criteria.parse(old.criteria), criteria.parse(new.criteria)
    for section in criteria.SECTIONS:
        field = "criteria" if section == criteria.OTHER else f"{section}_criteria"
        yield from _texts(
            field,
            [item.text for item in before if item.section == section],
            [item.text for item in after if item.section == section],
        )


def paragraphs(field: str) -> Compare:
    """A long text: only the paragraphs that changed are told."""

    def rule(old: Study, new: Study) -> Iterator[Finding]:
        before, after = (
            [part.strip() for part in getattr(study, field).split("\n") if part.strip()]
            for study in (old, new)
        )
        yield from _texts(field, before, after)

    return rule


def _texts(field: str, old: list[str], new: list[str]) -> Iterator[Finding]:
    _, rest = match(old, new, normal)
    yield from _listed(field, pair(recut(rest), str), str)


def locations(old: Study, new: Study) -> Iterator[Finding]:
    """Places that opened, closed, were renamed; and places whose status changed."""
    if old.locations == new.locations:
        return
    moves = places.compare(old.locations, new.locations, (old.overall_status, new.overall_status))
    rest = moves.difference
    yield from _listed("locations", Difference(rest.removed, rest.added), _place)
    yield from _changed("locations.name", rest.paired, _place, MINOR)
    reopened = [pair for pair in moves.status if pair[1].status in OPEN_STATUSES]
    others = [pair for pair in moves.status if pair[1].status not in OPEN_STATUSES]
    yield from _changed("locations.status", reopened, _place, NOTABLE)
    yield from _changed("locations.status", others, _place, MINOR)


def _place(place: Location) -> Any:
    return _given(replace(place, lat=None, lon=None))


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
        yield Finding("lead_sponsor", _json(before), _json(after))


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
    ("dates", dates("start_date")),
    ("dates", dates("primary_completion_date")),
    ("dates", dates("completion_date")),
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
