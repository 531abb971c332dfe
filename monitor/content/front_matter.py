"""YAML against a typed shape, every mistake with its line. Only here: yaml, pydantic."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from itertools import takewhile
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic.dataclasses import dataclass as model
from yaml.composer import Composer

from monitor.problems import Problem

__all__ = [
    "EXPLAINED",
    "STRICT",
    "Checked",
    "Day",
    "Described",
    "Field",
    "Place",
    "Words",
    "model",
    "read_header",
]

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_date(given: object) -> date:
    """Only YYYY-MM-DD: pydantic would read seconds since 1970 out of any number."""
    if not isinstance(given, str) or not _ISO_DATE.fullmatch(given):
        raise ValueError("is not a date: YYYY-MM-DD")
    return date.fromisoformat(given)


Checked = (
    BeforeValidator  # a function that gives the value, or raises ValueError with what is wrong
)
Described = WithJsonSchema  # what an editor is told of a value that is read in a way of its own
Day = Annotated[date, BeforeValidator(_iso_date)]
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
EXPLAINED = ConfigDict(**STRICT, use_attribute_docstrings=True)  # for `schema`'s descriptions
Words = Annotated[str, Field(min_length=1)]
Shape = TypeVar("Shape")
LONGEST_VALUE = 4_000  # characters of one value: a summary has some 300
Place = tuple[str | int, ...]  # keys and indices from the top


def read_header(
    text: str,
    path: str,
    first_line: int,
    shape: type[Shape],
    problems: list[Problem],
    lines: dict[Place, int] | None = None,
) -> Shape | None:
    """The YAML `text` as `shape`, and one Problem for each mistake.

    What does not fit is left out, so that the rest can be held against the record, too; where
    nothing is left, None comes back. Every scalar is read as text and turned into what the shape
    wants, so that NO, 010 and 1:30 stay what was written. `path` and `first_line` say where the
    text stands; `lines` learns in which line each value does.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        opened = error.context in _OPENED  # what is not closed is told where it begins
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        above = text.split("\n")[:line]
        if not opened and above and _CLOSE.match(above[-1]):
            message = "a space belongs behind the colon"
            problems.append(Problem(path, first_line + line - 1, message))
            return None
        problems.append(Problem(path, first_line + line, _not_yaml(text, line, error)))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(path, first_line, f"is not YAML: {error}"))
        return None
    lines = {} if lines is None else lines
    lines[()] = first_line
    for number, row in enumerate(text.split("\n"), first_line):
        if cut := _CUT.match(row):
            message = f"what stands behind # is left out, {cut[1]!r}: put the value in quotes"
            problems.append(Problem(path, number, message))
    value = _plain(node, path, first_line, (), lines, problems)
    value = {} if value is None else value
    named: set[Place] = set()
    while True:
        try:
            return TypeAdapter(shape).validate_python(value)
        except ValidationError as error:
            for found in error.errors():
                place = tuple(found["loc"])
                if any(one[: len(place)] == place or place[: len(one)] == one for one in named):
                    continue  # what was left out is missing now
                named.add(place)
                near = next(place[:i] for i in range(len(place), -1, -1) if place[:i] in lines)
                message = _message(found, place, _keys(shape))
                problems.append(Problem(path, lines[near], message))
            if not all(_left_out(value, found) for found in error.errors()):
                return None


def _left_out(value: Any, found: Mapping[str, Any]) -> bool:
    """Take what does not fit out of a mapping; whether that could be done."""
    place = tuple(found["loc"])
    if found["type"] in ("missing", "missing_argument"):
        place = place[:-1]
    keys = tuple(takewhile(lambda part: isinstance(part, str), place))
    for key in keys[:-1]:
        value = value.get(key) if isinstance(value, dict) else None
    if not keys or not isinstance(value, dict):
        return False
    value.pop(keys[-1], None)  # two mistakes may stand below one key
    return True


_CUT = re.compile(r"\s*(?:- )?[\w-]+:\s(?:[^\"'\[{|>]*\s)?(#[^\s#].*)")  # "name: #1 in it"
_CLOSE = re.compile(r"\s*[a-z_]+:[^\s:/]")
_SIGN = re.compile(r"\s*(?:- )?(?:[\w-]+:\s+)?([@`%&*!])")
_OPENED = frozenset(
    {
        "while parsing a flow sequence",
        "while parsing a flow mapping",
        "while scanning a quoted scalar",
    }
)


_REFERENCES = "references (*name) are not used here"


class _Loader(Composer, yaml.CBaseLoader):
    """Composes what libyaml parses: a tenth of the time, and lists may be nested deeply.

    libyaml's own composer would end the process there.
    """

    def __init__(self, text: str) -> None:
        yaml.CBaseLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node. Raises MarkedYAMLError where it is a reference to another one."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=_REFERENCES, problem_mark=mark)
        return super().compose_node(parent, index)


def _not_yaml(text: str, line: int, error: yaml.MarkedYAMLError) -> str:
    """What is wrong with a header that is no YAML, for somebody who has never heard of YAML."""
    rows = text.split("\n")
    row = rows[line] if line < len(rows) else ""
    if error.problem == _REFERENCES:
        return _REFERENCES
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "begins with a tab: use spaces, two for each step to the right"
    if error.context in _OPENED:
        mark = row[error.context_mark.column] if error.context_mark else ""
        return f"{mark} is opened here and not closed"
    if found := _SIGN.match(row):
        return f"a value that begins with {found[1]} goes in quotes"
    said = f"is not YAML: {error.problem or error.context}"
    if re.match(r"\s*[\w ]+:\s.*:\s", row):
        return f"{said}. A text with a colon in it goes in quotes, or on a line of its own below >-"
    return said


_CURLY = re.compile(r"[“”„‘’][^“”„‘’]*[“”‘’]")


def schema(shape: Any, title: str) -> dict[str, Any]:
    """The JSON Schema of a header, for editors that complete and check what one types."""
    shape_schema = TypeAdapter(shape).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **shape_schema,
        "title": title,
    }


def _plain(
    node: yaml.Node | None,
    path: str,
    first: int,
    place: Place,
    lines: dict[Place, int],
    problems: list[Problem],
) -> Any:
    """A YAML tree as plain values; `lines` learns where each of them stands."""
    if isinstance(node, yaml.ScalarNode):
        if len(node.value) > LONGEST_VALUE:
            message = f"has {len(node.value):,} characters: {LONGEST_VALUE:,} at most"
            problems.append(Problem(path, first + node.start_mark.line, message))
        if _CURLY.fullmatch(node.value):
            message = f'curly quotes are a part of {node.value}: leave them out, or type "'
            problems.append(Problem(path, first + node.start_mark.line, message))
        return node.value
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, child in enumerate(node.value):
            here = (*place, index)
            lines[here] = first + child.start_mark.line
            items.append(_plain(child, path, first, here, lines, problems))
        return items
    mapping: dict[str, Any] = {}
    for key, child in node.value if isinstance(node, yaml.MappingNode) else ():
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(path, first + key.start_mark.line, "a key is a single word"))
            continue
        name = str(key.value)
        here = (*place, name)
        if name in mapping:
            message = f"{name!r} stands here already, in line {lines[here]}"
            problems.append(Problem(path, first + key.start_mark.line, message))
        lines[here] = first + key.start_mark.line
        mapping[name] = _plain(child, path, first, here, lines, problems)
    return mapping


def _keys(shape: Any) -> set[str]:
    names = set()
    for part in get_args(shape):
        names |= _keys(part)
    if hasattr(shape, "__pydantic_fields__"):
        for name, kind in shape.__annotations__.items():
            names |= {name.rstrip("_")} | _keys(kind)
    return names


def _message(found: Mapping[str, Any], place: Place, known: set[str]) -> str:
    kind, said = found["type"], found["msg"]
    name = ".".join(part for part in place if isinstance(part, str)) or "what stands here"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        if name in _REGISTRYS:
            return f"{name!r} is never written here: the site takes it from the registry"
        close = get_close_matches(str(place[-1]), known, 1)
        meant = f": is {close[0]!r} meant?" if close else f"; known are {', '.join(sorted(known))}"
        return f"unknown key {name!r}{meant}"
    if kind == "string_pattern_mismatch" and name.endswith("phone"):
        return f"{name!r}: {found['input']!r} is no number as people dial it: digits and spaces"
    if kind in ("missing", "missing_argument"):
        return f"{name!r} is missing"
    if kind == "literal_error":
        given, words = str(found["input"]), re.findall(r"'([^']*)'", found["ctx"]["expected"])
        close = get_close_matches(given, words, 1, 0.4)
        meant = f": is {close[0]!r} meant? " if close else ". "
        return f"{name!r}: {given!r} is not among its words{meant}They are {', '.join(words)}"
    said = _PLAIN.get(kind, said.removeprefix("Value error, "))
    return f"{name!r}: {said[0].lower()}{said[1:]}"


_REGISTRYS = ("status", "overall_status", "phase", "phases", "enrollment", "locations")
"""What people would write into a header, and the record has."""

_PLAIN = {
    "dataclass_type": "expects keys below it, one a line",
    "dict_type": "expects keys below it, one a line",
    "list_type": "expects a list, each item behind a hyphen",
    "tuple_type": "expects a list, each item behind a hyphen",
    "string_type": "expects a text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is not written as it has to be: see docs/editing.md",
    "int_parsing": "is not a whole number",
}
"""What is wrong, in the words of a person who writes YAML."""
