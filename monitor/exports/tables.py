"""The tables of trials and of changes in /data/: one row of words, type and value for each column.

From it the files, their schemas and the page about them are written.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from monitor.catalog import AGE, LABELS, Catalog, Trial
from monitor.changes import days_later, describe
from monitor.data import KINDS, RANKS, Change
from monitor.registry import record_url, terms


@dataclass(frozen=True)
class Column:
    """One column of a CSV file, one key of a JSON object."""

    name: str
    type: str  # a key of _TYPES in downloads.py
    description: str
    value: Callable[[Any], Any]
    codes: tuple[str, ...] = ()  # the only values; with "codes", of each; with "facets", its keys
    required: bool = False  # whether it is never empty
    files: str = "csv json"  # which files have it


@dataclass(frozen=True)
class Table:
    """A file of rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # columns that tell rows apart; () where lines may repeat
    parent: str = ""  # the table that its nct_id is a key of

    def of(self, file: str) -> list[Column]:
        """Return the columns of its "csv" or "json" file."""
        return [column for column in self.columns if file in column.files.split()]


def _of(field: str, form: Callable[[Any], Any] | None = None) -> Callable[[Trial], Any]:
    """Return a reader of a record's field; it returns None where there is no value."""
    value_in = attrgetter(field)

    def value(trial: Trial) -> Any:
        recorded = value_in(trial.study) if trial.study else None
        if recorded is None or recorded in ("", ()):
            return None
        return form(recorded) if form else recorded

    return value


def _text(field: str, words: str) -> Column:
    return Column(field, "text", words, _of(field))


def _code(field: str, words: str, codes: Iterable[str]) -> Column:
    return Column(field, "code", f"{words}, in the registry’s code", _of(field), tuple(codes))


def _list(field: str, words: str, form: Callable[[Any], Any] = str) -> Column:
    return Column(field, "texts", words, _of(field, lambda values: [form(item) for item in values]))


def _day(field: str, words: str) -> Column:
    exact = f"{words}: YYYY-MM-DD, or YYYY-MM where the registry gives no day"
    return Column(field, "partial", exact, _of(field, attrgetter("date")))


def _typed(field: str, words: str) -> tuple[Column, Column]:
    return _day(field, words), Column(f"{field}_type", "code", TYPE, _of(field, _type), DATE_TYPES)


PHASES = "Phases, in the registry’s codes"
TYPE = "Whether that is expected or has happened: ESTIMATED or ACTUAL"
DATE_TYPES = ("ESTIMATED", "ACTUAL")
STUDY_TYPES = ("INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS")
SEXES = ("ALL", "FEMALE", "MALE")


def _status_doubt(trial: Trial) -> str | None:
    """Return the editors' reason, or the registry's rule; None where the status holds."""
    if trial.is_unconfirmed:
        return "Its end has passed, and the record was not updated for two years"
    return trial.status_doubt or None


def tables_of(catalog: Catalog, base_url: str) -> tuple[Table, Table]:
    """Return the tables of trials and of changes, with a column for each facet."""
    slugs = tuple(disease.slug for disease in catalog.content.diseases)
    before, after = [*_identity_columns(slugs), *_record_columns()], [*_site_columns(base_url)]
    facets = _facets(catalog, {column.name for column in (*before, *after)})
    trials = Table(
        "trials", "Every trial that this site follows", (*before, *facets, *after), ("nct_id",)
    )
    changes = Table(
        "changes",
        "Every change this site has recorded, oldest first",
        (*_change_columns(catalog, slugs, base_url),),
        (),
        "trials",
    )
    return trials, changes


def _identity_columns(slugs: tuple[str, ...]) -> Iterator[Column]:
    """Yield the columns that say which trial a row is, and in which state."""
    yield Column("nct_id", "id", "The registry’s id", attrgetter("nct_id"), required=True)
    yield _text("brief_title", "Brief title")
    yield _text("acronym", "Acronym")
    yield Column("known_as", "text", "What people call it", lambda t: t.known_as or None)
    yield _diseases("Pages of this site that list it", slugs, lambda t: [*t.diseases])
    yield _code("overall_status", "Status", terms.STATUSES)
    yield Column(
        "status_doubt",
        "text",
        "Why this site shows the status as unknown, though the record says otherwise",
        _status_doubt,
    )
    yield Column(
        "has_record",
        "boolean",
        "Whether this site has a copy of the record; without one its columns are empty",
        lambda t: t.study is not None,
    )
    yield Column("is_gone", "boolean", "Removed from the registry", attrgetter("is_gone"))


def _record_columns() -> Iterator[Column]:
    """Yield the columns that are copied from the record, or counted in it."""
    name = attrgetter("name")
    yield _code("study_type", "Kind of study", STUDY_TYPES)
    yield Column("phases", "codes", PHASES, _of("phases", list), (*terms.PHASE,))
    yield _list("conditions", "Conditions, as registered")
    yield _list("interventions", "Names of the interventions", name)
    yield Column("lead_sponsor", "text", "Lead sponsor", _of("lead_sponsor", name))
    yield _list("collaborators", "Collaborators", name)
    yield Column("enrollment", "count", "Participants", _of("enrollment", attrgetter("count")))
    yield Column("enrollment_type", "code", TYPE, _of("enrollment", _type), DATE_TYPES)
    yield _text("minimum_age", "Youngest age that can join, in the registry’s words")
    yield _text("maximum_age", "Oldest age that can join, in the registry’s words")
    yield _code("sex", "Who can join", SEXES)
    yield from _typed("start_date", "Start")
    yield from _typed("primary_completion_date", "Primary completion")
    yield from _typed("completion_date", "Study completion")
    yield _day("first_post_date", "First posted in the registry")
    yield _day(
        "last_update_post_date",
        "Last update posted, which dates this copy of the record; empty where the copy does not"
        " say",
    )
    yield _day("results_first_post_date", "Results first posted")
    yield _list("countries", "Countries of its locations")
    yield Column("locations", "count", "Number of locations", _of("locations", len))
    yield Column(
        "open_locations",
        "count",
        "Those that are recruiting, where the trial is and its record says of which",
        _open_locations,
    )


def _site_columns(base: str) -> Iterator[Column]:
    """Yield the columns of what this site adds, and of addresses."""
    yield Column("last_change", "day", "Day of the last change recorded here", _last_change)
    yield Column("editors_summary", "text", "This site’s own summary", _summary)
    yield Column("page", "address", "Its page here", lambda t: base + t.address, required=True)
    yield Column(
        "record", "address", "The registry’s record", lambda t: record_url(t.nct_id), required=True
    )


def _change_columns(catalog: Catalog, slugs: tuple[str, ...], base: str) -> Iterator[Column]:
    """Yield the columns of the table of changes."""

    def trial(value: Callable[[Trial], Any]) -> Callable[[Change], Any]:
        return lambda change: value(catalog.trials[change.nct_id])

    yield Column("date", "day", "Day on which it was seen", attrgetter("date"), required=True)
    yield Column("nct_id", "id", "The trial", attrgetter("nct_id"), required=True)
    title = trial(attrgetter("title"))
    yield Column("brief_title", "text", "Brief title of the trial, as it is now", title)
    yield _diseases("Pages of this site that list it now", slugs, trial(lambda t: [*t.diseases]))
    yield _ours("kind", "Kind of change", KINDS)
    yield _ours("rank", "How much it weighs", RANKS)
    yield Column("field", "text", "What of the record changed", lambda c: c.field or None)
    yield Column(
        "days_moved",
        "number",
        "Days by which a date moved; negative where it came nearer",
        days_later,
    )
    yield Column("told", "text", "The change in words", lambda c: describe(c).title)
    yield Column("old", "any", "Before; in the CSV file as JSON", attrgetter("old"))
    yield Column("new", "any", "After; in the CSV file as JSON", attrgetter("new"))
    yield Column("catch_up", "boolean", "Seen after a gap in the checks", attrgetter("catch_up"))
    yield Column(
        "link",
        "address",
        "That night on the trial’s page here",
        lambda c: f"{base}trials/{c.nct_id}/#d{c.date}",
        required=True,
    )


def _diseases(words: str, slugs: tuple[str, ...], value: Callable[[Any], Any]) -> Column:
    return Column("diseases", "codes", words, value, slugs)


def _ours(name: str, words: str, codes: Iterable[str]) -> Column:
    all_codes = tuple(codes)
    return Column(
        name, "code", f"{words}: {', '.join(all_codes)}", attrgetter(name), all_codes, True
    )


def _facets(catalog: Catalog, taken: Collection[str]) -> Iterator[Column]:
    """Yield a CSV column for each facet, and one JSON column for all. `taken`: other columns."""
    labels: dict[str, str] = {}
    values: dict[str, dict[str, None]] = {}
    for disease in catalog.content.diseases:
        for facet in disease.vocabulary.facets if disease.vocabulary else ():
            labels.setdefault(facet.key, facet.label)
            values.setdefault(facet.key, {}).update(dict.fromkeys(facet.by_key))
    for key, label in labels.items():
        words = f"{label}: the values that this site’s rules find stated in the record"
        name = f"facet-{key}" if key in taken else key
        yield Column(name, "codes", words, partial(_yes, key), (*values[key],), files="csv")
    spans = ", ".join(f"{key} ({label.split(' (')[1]}" for key, label in LABELS[AGE].items())
    words = f"Age groups of which somebody can join, by the limits where there are any: {spans}"
    yield Column(AGE, "codes", words, partial(_yes, AGE), (*LABELS[AGE],), files="csv")
    words = (
        "For each facet, age included, the values that the record states or rules out; all others"
        " are not stated"
    )
    keys = (*labels, AGE)
    yield Column("facets", "facets", words, lambda t: t.sorting.answers(keys), keys, True, "json")


def _yes(facet: str, trial: Trial) -> list[str] | None:
    return list(trial.sorting.yes.get(facet, ())) or None


def _type(thing: Any) -> str | None:
    return thing.type or None


def _summary(trial: Trial) -> str | None:
    return trial.summary_shown or None


def _open_locations(trial: Trial) -> int | None:
    places = trial.open_locations
    return None if places is None else len(places)


def _last_change(trial: Trial) -> str | None:
    return trial.history[-1].date if trial.history else None
