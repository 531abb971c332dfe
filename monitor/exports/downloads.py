"""Writes /data/: every trial and every change as CSV and JSON, with a schema of each column.

Each file has one table of columns, from which the file, its schema and its page are written.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any

from monitor.catalog import AGE, LABELS, Catalog, Trial
from monitor.changes import days_later, describe
from monitor.data import KINDS, RANKS, Change
from monitor.exports.json_document import json_document
from monitor.files import Bundle
from monitor.registry import record_url, terms

LICENCE = (
    "Registry data is in the public domain; name ClinicalTrials.gov as the source and give the date"
    " of the data. The editors’ texts (column editors_summary) are under CC BY 4.0."
)
SEPARATOR = "|"  # of several values in a cell of a CSV file
SEPARATOR_WITHIN = "∣"  # replaces it within a value: U+2223

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
PARTIAL = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"


@dataclass(frozen=True)
class Column:
    """One column of a CSV file, one key of a JSON object."""

    name: str
    type: str  # a key of _TYPES
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
    kind = _of(field, lambda date: date.type or None)
    return _day(field, words), Column(f"{field}_type", "code", TYPE, kind, DATE_TYPES)


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
        "record",
        "address",
        "The registry’s record",
        lambda t: record_url(t.nct_id),
        required=True,
    )


def _change_columns(catalog: Catalog, slugs: tuple[str, ...], base: str) -> Iterator[Column]:
    """Yield the columns of the table of changes."""

    def trial(value: Callable[[Trial], Any]) -> Callable[[Change], Any]:
        return lambda change: value(catalog.trials[change.nct_id])

    yield Column("date", "day", "Day on which it was seen", attrgetter("date"), required=True)
    yield Column("nct_id", "id", "The trial", attrgetter("nct_id"), required=True)
    yield Column("brief_title", "text", "Brief title of the trial, as it is now", trial(_title))
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
    yield Column("facets", "facets", words, partial(_answers, keys), keys, True, "json")


def _answers(facets: Sequence[str], trial: Trial) -> dict[str, dict[str, list[str]]]:
    return trial.sorting.answers(facets)


def _yes(facet: str, trial: Trial) -> list[str] | None:
    return list(trial.sorting.yes.get(facet, ())) or None


def _type(thing: Any) -> str | None:
    return thing.type or None


def _title(trial: Trial) -> str:
    return trial.title


def _summary(trial: Trial) -> str | None:
    return trial.summary_shown or None


def _open_locations(trial: Trial) -> int | None:
    places = trial.open_locations
    return None if places is None else len(places)


def _last_change(trial: Trial) -> str | None:
    return trial.history[-1].date if trial.history else None


Row = dict[str, Any]


def bundle(catalog: Catalog, base_url: str) -> Bundle:
    """Return the bundle of data/ and status.json."""
    ends = ("csv", "json", "schema.json")
    names = [f"{name}.{end}" for name in ("trials", "changes") for end in ends]
    paths = [f"data/{name}" for name in (*names, "datapackage.json")]
    return Bundle((*paths, "status.json"), partial(render, catalog, base_url))


def render(catalog: Catalog, base_url: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) for each file of data/ and for status.json."""
    changes = sorted((c for c in catalog.log if c.nct_id in catalog.trials), key=lambda c: c.date)
    sources: tuple[Sequence[Any], ...] = ([*catalog.trials.values()], changes)
    tables = []
    for plain, source in zip(tables_of(catalog, base_url), sources, strict=True):
        cells = {c.name: [c.value(thing) for thing in source] for c in plain.columns}
        table = _with_every_code(plain, cells)
        yield f"data/{table.name}.csv", _csv(table, cells)
        names = [column.name for column in table.of("json")]
        columns = (cells[name] for name in names)
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        yield f"data/{table.name}.json", json_document(_about(catalog), **{table.name: rows})
        yield f"data/{table.name}.schema.json", json_document(_schema(table))
        tables.append(table)
    yield "data/datapackage.json", json_document(_package(catalog, tables))
    yield "status.json", json_document(_status(catalog, len(changes)))


def _with_every_code(table: Table, cells: dict[str, list[Any]]) -> Table:
    """Return the table, its codes extended by new ones of the registry in the data."""
    columns = []
    for column in table.columns:
        used: Iterable[str] = ()
        if column.type == "code":
            used = {value for value in cells[column.name] if value is not None}
        elif column.type == "codes":
            used = {code for value in cells[column.name] for code in value or ()}
        new = sorted(set(used) - set(column.codes))
        columns.append(replace(column, codes=(*column.codes, *new)))
    return replace(table, columns=tuple(columns))


def _about(catalog: Catalog) -> Row:
    return {
        "source": catalog.night.source,
        "is_fetched": catalog.night.is_fetched,
        "checked": catalog.night.checked or None,
        "licence": LICENCE,
        "disclaimer": "Not medical advice; not reviewed by a physician.",
    }


def _status(catalog: Catalog, changes: int) -> Row:
    """Return status.json, by which a monitor checks that `checked` is today or yesterday."""
    night = catalog.night
    return {
        "checked": night.checked or None,
        "data_timestamp": night.data_timestamp or None,
        "api_version": night.api_version or None,
        "source": night.source or None,
        "is_fetched": night.is_fetched,
        "trials": len(catalog.trials),
        "changes": changes,
    }


def _csv(table: Table, cells: dict[str, list[Any]]) -> bytes:
    """Return CSV by RFC 4180: UTF-8 without a byte order mark, CRLF, a header row."""
    file = io.StringIO()
    writer = csv.writer(file)
    columns = table.of("csv")
    writer.writerow([column.name for column in columns])
    forms = [(_TYPES[column.type].cell, cells[column.name]) for column in columns]
    texts = [[_cell(form, value) for value in values] for form, values in forms]
    writer.writerows(zip(*texts, strict=True))
    return file.getvalue().encode()


_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_SUSPICIOUS = {*_FORMULA, " ", "\u00a0", "\u3000", "\ufeff", "\u200b"}  # few need a second look


def _cell(form: Callable[[Any], Any], value: Any) -> Any:
    """Return a text or a number; a text that looks like a formula gets an apostrophe."""
    if value is None or value == []:
        return ""
    cell = form(value)
    if isinstance(cell, str) and cell[:1] in _SUSPICIOUS:
        bare = cell.lstrip(" \u00a0\u3000\ufeff\u200b")
        return f"'{cell}" if bare.startswith(_FORMULA) else cell
    return cell


def _joined(values: Iterable[str]) -> str:
    return SEPARATOR.join(value.replace(SEPARATOR, SEPARATOR_WITHIN) for value in values)


@dataclass(frozen=True)
class _Type:
    """How values of a column are written, and what they may be."""

    cell: Callable[[Any], Any]  # JSON value -> cell of the CSV file
    json: Callable[[Column], Row]  # JSON Schema, but for null
    field: Callable[[Column], Row]  # Table Schema, but for `required`


def _plain(value: Any) -> Any:
    return value


def _pattern(pattern: str) -> _Type:
    return _Type(
        _plain,
        lambda _: {"type": "string", "pattern": f"^{pattern}$"},
        lambda _: {"type": "string", "constraints": {"pattern": pattern}},
    )


def _any_of(codes: Sequence[str]) -> str:
    """Return a pattern for a cell with one or more of these codes."""
    one = "|".join(re.escape(code.replace(SEPARATOR, SEPARATOR_WITHIN)) for code in codes)
    return rf"({one})(\|({one}))*"


_TYPES: dict[str, _Type] = {
    "text": _Type(_plain, lambda _: {"type": "string"}, lambda _: {"type": "string"}),
    "texts": _Type(
        _joined,
        lambda _: {"type": "array", "items": {"type": "string"}},
        lambda _: {"type": "list", "delimiter": SEPARATOR, "itemType": "string"},
    ),
    "code": _Type(
        _plain,
        lambda column: {"enum": [*column.codes]},
        lambda column: {"type": "string", "constraints": {"enum": [*column.codes]}},
    ),
    "codes": _Type(
        _joined,
        lambda column: {"type": "array", "items": {"enum": [*column.codes]}},
        lambda column: {"type": "string", "constraints": {"pattern": _any_of(column.codes)}},
    ),
    "boolean": _Type(
        lambda value: "true" if value else "false",
        lambda _: {"type": "boolean"},
        lambda _: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    ),
    "count": _Type(
        _plain,
        lambda _: {"type": "integer", "minimum": 0},
        lambda _: {"type": "integer", "constraints": {"minimum": 0}},
    ),
    "number": _Type(
        _plain,
        lambda _: {"type": "integer"},
        lambda _: {"type": "integer"},
    ),
    "day": _Type(
        _plain,
        lambda _: {"type": "string", "pattern": f"^{DAY}$"},
        lambda _: {"type": "date", "format": "default"},
    ),
    "partial": _pattern(PARTIAL),
    "id": _pattern("NCT[0-9]{8}"),
    "address": _Type(
        _plain,
        lambda _: {"type": "string", "pattern": "^https?://"},
        lambda _: {"type": "string", "format": "uri"},
    ),
    "any": _Type(
        json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode,
        lambda _: {},
        lambda _: {"type": "string"},
    ),
    "facets": _Type(
        _plain,
        lambda column: {**FACETS, "required": [*column.codes]},
        lambda _: {},
    ),
}
KEYS: Row = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
FACETS: Row = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"yes": KEYS, "no": KEYS},
        "required": ["yes", "no"],
        "additionalProperties": False,
    },
}


def _schema(table: Table) -> Row:
    """Return the JSON Schema of a table's JSON file."""
    properties = {column.name: _property(column) for column in table.of("json")}
    rows = {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }
    about = {
        "source": {"type": "string"},
        "is_fetched": {"type": "boolean"},
        "checked": {"type": ["string", "null"], "pattern": f"^{DAY}$"},
        "licence": {"type": "string"},
        "disclaimer": {"type": "string"},
        table.name: {"type": "array", "items": rows},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.title,
        "type": "object",
        "properties": about,
        "required": [*about],
        "additionalProperties": False,
    }


def _property(column: Column) -> Row:
    """Return the JSON Schema of a column, null included where it may be empty."""
    schema = dict(_TYPES[column.type].json(column))
    if not column.required and column.type != "boolean":
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        elif "type" in schema:
            schema["type"] = [schema["type"], "null"]
    return {**schema, "description": column.description}


def _package(catalog: Catalog, tables: Sequence[Table]) -> Row:
    """Return the Data Package of the CSV files."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "clinical-trial-monitor",
        "title": catalog.site.name,
        "description": f"{catalog.site.description} {LICENCE}",
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> Row:
    keys: Row = {"primaryKey": [*table.key]} if table.key else {}
    if table.parent:
        reference = {"resource": table.parent, "fields": ["nct_id"]}
        keys["foreignKeys"] = [{"fields": ["nct_id"], "reference": reference}]
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [*map(_field, table.of("csv"))], "missingValues": [""], **keys},
    }


def _field(column: Column) -> Row:
    """Return the Table Schema of a column."""
    field = dict(_TYPES[column.type].field(column))
    if column.required:
        field["constraints"] = {"required": True, **field.get("constraints", {})}
    several = f"; several are separated by {SEPARATOR}" if column.type in ("texts", "codes") else ""
    return {"name": column.name, "description": f"{column.description}{several}", **field}
