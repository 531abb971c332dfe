"""Writes /data/: every trial and every change as CSV and JSON, with a schema of each column."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from monitor.catalog import Catalog
from monitor.exports.json_document import json_document
from monitor.exports.tables import Column, Table, tables_of
from monitor.files import Bundle

LICENCE = (
    "Registry data is in the public domain; name ClinicalTrials.gov as the source and give the date"
    " of the data. The editors’ texts (column editors_summary) are under CC BY 4.0."
)
SEPARATOR = "|"  # of several values in a cell of a CSV file
SEPARATOR_WITHIN = "∣"  # replaces it within a value: U+2223

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
PARTIAL = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"


JsonObject = dict[str, Any]


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


def _about(catalog: Catalog) -> JsonObject:
    return {
        "source": catalog.last_check.source,
        "is_fetched": catalog.last_check.is_fetched,
        "checked": catalog.last_check.checked or None,
        "licence": LICENCE,
        "disclaimer": "Not medical advice; not reviewed by a physician.",
    }


def _status(catalog: Catalog, changes: int) -> JsonObject:
    """Return status.json, by which a monitor checks that `checked` is today or yesterday."""
    check = catalog.last_check
    return {
        "checked": check.checked or None,
        "data_timestamp": check.data_timestamp or None,
        "api_version": check.api_version or None,
        "source": check.source or None,
        "is_fetched": check.is_fetched,
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
_BLANK = " \u00a0\u3000\ufeff\u200b"


def _cell(form: Callable[[Any], Any], value: Any) -> Any:
    """Return a text or a number; a text that looks like a formula gets an apostrophe."""
    if value is None or value == []:
        return ""
    cell = form(value)
    is_formula = isinstance(cell, str) and cell.lstrip(_BLANK).startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell


def _joined(values: Iterable[str]) -> str:
    return SEPARATOR.join(value.replace(SEPARATOR, SEPARATOR_WITHIN) for value in values)


@dataclass(frozen=True)
class _Type:
    """How values of a column are written, and what they may be."""

    cell: Callable[[Any], Any]  # JSON value -> cell of the CSV file
    json: Callable[[Column], JsonObject]  # JSON Schema, but for null
    field: Callable[[Column], JsonObject]  # Table Schema, but for `required`


def _unchanged(value: Any) -> Any:
    return value


def _pattern(pattern: str) -> _Type:
    return _Type(
        _unchanged,
        lambda _: {"type": "string", "pattern": f"^{pattern}$"},
        lambda _: {"type": "string", "constraints": {"pattern": pattern}},
    )


def _any_of(codes: Sequence[str]) -> str:
    """Return a pattern for a cell with one or more of these codes."""
    one = "|".join(re.escape(code.replace(SEPARATOR, SEPARATOR_WITHIN)) for code in codes)
    return rf"({one})(\|({one}))*"


_TYPES: dict[str, _Type] = {
    "text": _Type(_unchanged, lambda _: {"type": "string"}, lambda _: {"type": "string"}),
    "texts": _Type(
        _joined,
        lambda _: {"type": "array", "items": {"type": "string"}},
        lambda _: {"type": "list", "delimiter": SEPARATOR, "itemType": "string"},
    ),
    "code": _Type(
        _unchanged,
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
        _unchanged,
        lambda _: {"type": "integer", "minimum": 0},
        lambda _: {"type": "integer", "constraints": {"minimum": 0}},
    ),
    "number": _Type(_unchanged, lambda _: {"type": "integer"}, lambda _: {"type": "integer"}),
    "day": _Type(
        _unchanged,
        lambda _: {"type": "string", "pattern": f"^{DAY}$"},
        lambda _: {"type": "date", "format": "default"},
    ),
    "partial": _pattern(PARTIAL),
    "id": _pattern("NCT[0-9]{8}"),
    "address": _Type(
        _unchanged,
        lambda _: {"type": "string", "pattern": "^https?://"},
        lambda _: {"type": "string", "format": "uri"},
    ),
    "any": _Type(
        json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode,
        lambda _: {},
        lambda _: {"type": "string"},
    ),
    "facets": _Type(
        _unchanged, lambda column: {**FACETS, "required": [*column.codes]}, lambda _: {}
    ),
}
KEYS: JsonObject = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
FACETS: JsonObject = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"yes": KEYS, "no": KEYS},
        "required": ["yes", "no"],
        "additionalProperties": False,
    },
}


def _schema(table: Table) -> JsonObject:
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


def _property(column: Column) -> JsonObject:
    """Return the JSON Schema of a column, null included where it may be empty."""
    schema = dict(_TYPES[column.type].json(column))
    if not column.required and column.type != "boolean":
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        elif "type" in schema:
            schema["type"] = [schema["type"], "null"]
    return {**schema, "description": column.description}


def _package(catalog: Catalog, tables: Sequence[Table]) -> JsonObject:
    """Return the Data Package of the CSV files."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "clinical-trial-monitor",
        "title": catalog.site.name,
        "description": f"{catalog.site.description} {LICENCE}",
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Table) -> JsonObject:
    keys: JsonObject = {"primaryKey": [*table.key]} if table.key else {}
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


def _field(column: Column) -> JsonObject:
    """Return the Table Schema of a column."""
    field = dict(_TYPES[column.type].field(column))
    if column.required:
        field["constraints"] = {"required": True, **field.get("constraints", {})}
    several = f"; several are separated by {SEPARATOR}" if column.type in ("texts", "codes") else ""
    return {"name": column.name, "description": f"{column.description}{several}", **field}
