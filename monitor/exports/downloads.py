"""Catalog -> /data/: every trial and every change as CSV and JSON, with what each column holds.

One table a file says its columns: the files, their descriptors and the page are made from it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from monitor.catalog import Catalog, Trial
from monitor.changes import describe
from monitor.files import Bundle
from monitor.registry import DATES, record_url
from monitor.text import capitalized

LICENCE = (
    "Registry data is in the public domain; name ClinicalTrials.gov as the source and give the date"
    " of the data. The editors’ texts (column editors_summary) are under CC BY 4.0."
)


@dataclass(frozen=True)
class Column:
    """One column of a CSV file, one key of a JSON object."""

    name: str
    type: str  # as in JSON Schema: "string", "integer" or "array" (of texts); "any" for JSON
    description: str
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Table:
    """A file of rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # columns that tell rows apart; () where lines may repeat


def _of(field: str, form: Callable[[Any], Any] | None = None) -> Callable[[Trial], Any]:
    """What a trial's record has in a field; None where there is no record, or nothing in it."""
    given_in = attrgetter(field)

    def value(trial: Trial) -> Any:
        given = given_in(trial.study) if trial.study else None
        if given is None or given == "":
            return None
        return form(given) if form else given

    return value


def _text(field: str, words: str) -> Column:
    return Column(field, "string", words, _of(field))


def _list(field: str, words: str, form: Callable[[Any], Any] = str) -> Column:
    return Column(field, "array", words, _of(field, lambda given: [form(item) for item in given]))


def _day(field: str, words: str) -> Column:
    return Column(field, "string", words, _of(field, lambda given: given.date))


def _typed(field: str, words: str) -> tuple[Column, Column]:
    exact = f"{words}: YYYY-MM-DD, or YYYY-MM where the registry gives no day"
    kind = _of(field, _kind)
    return _day(field, exact), Column(f"{field}_type", "string", "ESTIMATED or ACTUAL", kind)


def _kind(thing: Any) -> str | None:
    return thing.type or None


def _name(thing: Any) -> str:
    return str(thing.name)


def _summary(trial: Trial) -> str | None:
    return trial.summary_shown or None


def _last_change(trial: Trial) -> str | None:
    return trial.history[-1].date if trial.history else None


def _yes(given: bool) -> str:
    return "yes" if given else "no"


TRIALS = Table(
    "trials",
    "Every trial that this site follows",
    (
        Column("nct_id", "string", "The registry’s id", lambda t: t.nct_id),
        _text("brief_title", "Brief title"),
        _text("acronym", "Acronym"),
        Column("known_as", "string", "What people call it", lambda t: t.known_as or None),
        Column("diseases", "array", "Pages of this site that list it", lambda t: [*t.diseases]),
        _text("overall_status", "Status, in the registry’s code"),
        Column("is_gone", "string", "yes: removed from the registry", lambda t: _yes(t.is_gone)),
        _text("study_type", "INTERVENTIONAL, OBSERVATIONAL or EXPANDED_ACCESS"),
        _list("phases", "Phases, in the registry’s codes"),
        _list("conditions", "Conditions, as registered"),
        _list("interventions", "Names of the interventions", _name),
        Column("lead_sponsor", "string", "Lead sponsor", _of("lead_sponsor", _name)),
        _list("collaborators", "Collaborators", _name),
        Column("enrollment", "integer", "Participants", _of("enrollment", lambda e: int(e.count))),
        Column("enrollment_type", "string", "ESTIMATED or ACTUAL", _of("enrollment", _kind)),
        _text("minimum_age", "Youngest age that can join"),
        _text("maximum_age", "Oldest age that can join"),
        _text("sex", "ALL, FEMALE or MALE"),
        *(column for each in DATES.items() for column in _typed(each[0], capitalized(each[1]))),
        _day("first_post_date", "First posted in the registry"),
        _day("last_update_post_date", "Last update posted"),
        _day("results_first_post_date", "Results first posted"),
        _list("countries", "Countries of its locations"),
        Column("locations", "integer", "Number of locations", _of("locations", len)),
        Column("last_change", "string", "Day of the last change that this site saw", _last_change),
        Column("editors_summary", "string", "This site’s own summary", _summary),
        Column("record", "string", "The registry’s record", lambda t: record_url(t.nct_id)),
    ),
    ("nct_id",),
)

CHANGES = Table(
    "changes",
    "Every change that this site saw, oldest first",
    (
        Column("date", "string", "Day on which it was seen: YYYY-MM-DD", lambda c: c.date),
        Column("nct_id", "string", "The trial", lambda c: c.nct_id),
        Column("kind", "string", "Kind of change", lambda c: c.kind),
        Column("rank", "string", "major, notable or minor", lambda c: c.rank),
        Column("field", "string", "What of the record changed", lambda c: c.field or None),
        Column("told", "string", "The change in words", lambda c: describe(c).title),
        Column("old", "any", "Before; in the CSV file as JSON", lambda c: c.old),
        Column("new", "any", "After; in the CSV file as JSON", lambda c: c.new),
        Column("catch_up", "string", "yes: seen after a gap", lambda c: _yes(c.catch_up)),
    ),
    (),
)

TABLES = (TRIALS, CHANGES)
Row = dict[str, Any]


def bundle(catalog: Catalog) -> Bundle:
    """All files of this module."""
    names = [f"{table.name}.{end}" for table in TABLES for end in ("csv", "json", "schema.json")]
    paths = [f"data/{name}" for name in (*names, "datapackage.json")]
    return Bundle((*paths, "status.json"), partial(render, catalog))


def render(catalog: Catalog) -> Iterator[tuple[str, bytes]]:
    """The files below data/ and status.json as (path, bytes)."""
    known = sorted((c for c in catalog.log if c.nct_id in catalog.trials), key=lambda c: c.date)
    sources: tuple[Sequence[Any], ...] = ([*catalog.trials.values()], known)
    for table, source in zip(TABLES, sources, strict=True):
        columns = [[column.value(thing) for thing in source] for column in table.columns]
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        yield f"data/{table.name}.csv", _csv(table, columns)
        yield f"data/{table.name}.json", _json(_about(catalog), **{table.name: rows})
        yield f"data/{table.name}.schema.json", _json(_schema(table))
    yield "data/datapackage.json", _json(_package(catalog))
    yield "status.json", _json(_status(catalog, len(known)))


def _about(catalog: Catalog) -> Row:
    return {
        "source": catalog.night.source,
        "is_fetched": catalog.night.is_fetched,
        "checked": catalog.night.checked or None,
        "licence": LICENCE,
        "disclaimer": "Not medical advice; not reviewed by a physician.",
    }


def _status(catalog: Catalog, changes: int) -> Row:
    """What a service that watches the site asks: is `checked` of today or yesterday?"""
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


def _csv(table: Table, columns: Sequence[Sequence[Any]]) -> bytes:
    """RFC 4180: CRLF, quotes where needed, UTF-8, the first line names the columns."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([column.name for column in table.columns])
    forms = [_FORMS[column.type] for column in table.columns]
    cells = [[_cell(form, v) for v in values] for form, values in zip(forms, columns, strict=True)]
    writer.writerows(zip(*cells, strict=True))
    return made.getvalue().encode()


_FORMS: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: value,
    "integer": lambda value: value,
    "array": "; ".join,
    "any": json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode,
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SUSPICIOUS = {" ", *_FORMULA}  # first letters: few texts need a second look


def _cell(form: Callable[[Any], Any], value: Any) -> Any:
    """A text or a number. A text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None or value == []:
        return ""
    made = form(value)
    if isinstance(made, str) and made[:1] in _SUSPICIOUS and made.lstrip(" ").startswith(_FORMULA):
        return f"'{made}"
    return made


def _schema(table: Table) -> Row:
    """JSON Schema of a table's JSON file."""
    kinds: dict[str, Row] = {
        "string": {"type": ["string", "null"]},
        "integer": {"type": ["integer", "null"]},
        "array": {"type": ["array", "null"], "items": {"type": "string"}},
        "any": {},
    }
    properties = {c.name: kinds[c.type] | {"description": c.description} for c in table.columns}
    rows = {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }
    about = {
        "source": {"type": "string"},
        "is_fetched": {"type": "boolean"},
        "checked": {"type": ["string", "null"]},
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


def _package(catalog: Catalog) -> Row:
    """A Frictionless Data Package of the CSV files."""
    resources = []
    for table in TABLES:
        fields = [
            {
                "name": column.name,
                "type": "integer" if column.type == "integer" else "string",
                "description": column.description
                + {"array": "; several are separated by “; ”"}.get(column.type, ""),
            }
            for column in table.columns
        ]
        key = {"primaryKey": [*table.key]} if table.key else {}
        resources.append(
            {
                "name": table.name,
                "title": table.title,
                "path": f"{table.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, **key},
            }
        )
    return {
        "name": "clinical-trial-monitor",
        "title": catalog.site.name,
        "description": f"{catalog.site.description} {LICENCE}",
        "profile": "tabular-data-package",
        "resources": [{**resource, "profile": "tabular-data-resource"} for resource in resources],
    }


_ROW = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Row, **tables: Sequence[Row]) -> bytes:
    """An object to be read, and tables in it with a row a line, which takes half the room."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    for name, rows in tables.items():
        lines = ",\n".join(map(_ROW, rows))
        text = f'{text[:-2]},\n "{name}": [\n{lines}\n ]\n}}'
    return f"{text}\n".encode()
