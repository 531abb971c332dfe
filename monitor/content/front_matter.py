"""Reads YAML into a typed shape, and reports every mistake with its line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
    "Listed",
    "Place",
    "Words",
    "model",
    "read_header",
]

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_date(value: object) -> date:
    """Return a YYYY-MM-DD as a date: pydantic would read any number as seconds since 1970."""
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise ValueError("is not a date: YYYY-MM-DD")
    return date.fromisoformat(value)


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Listed = BeforeValidator(_listed)  # of a single value a list of one
Checked = BeforeValidator  # with a function that returns the value, or raises ValueError
Described = WithJsonSchema  # the JSON Schema of a value that has a parser of its own
Day = Annotated[date, BeforeValidator(_iso_date)]
STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
EXPLAINED = ConfigDict(**STRICT, use_attribute_docstrings=True)  # descriptions for `schema`
Words = Annotated[str, Field(min_length=1)]
Shape = TypeVar("Shape")
LONGEST_VALUE = 4_000  # characters of one value: a summary has some 300
Place = tuple[str | int, ...]  # the path of a value: keys and indices from the top


def read_header(
    text: str,
    path: str,
    first_line: int,
    shape: type[Shape],
    problems: list[Problem],
    lines: dict[Place, int] | None = None,
) -> Shape | None:
    """Return the YAML `text` as `shape`, adding a Problem for each mistake.

    Values that do not fit are left out, so that the rest can be checked as well; None where nothing
    is left. Every scalar is read as text and converted to the type in the shape, so that NO, 010
    and 1:30 stay as written. `path` and `first_line` are the place of the text; `lines` is filled
    with the line of each value.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        line, message = _not_yaml(text.split("\n"), error)
        problems.append(Problem(path, first_line + line, message))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(path, first_line, f"is not YAML: {error}"))
        return None
    lines = {} if lines is None else lines
    lines[()] = first_line
    for number, row in enumerate(text.split("\n"), first_line):
        if comment := _COMMENT_IN_VALUE.match(row):
            message = f"the text after # is ignored, {comment[1]!r}: put the value in quotes"
            problems.append(Problem(path, number, message))
    value = _Tree(path, first_line, lines, problems).values(node)
    return _shaped({} if value is None else value, path, shape, lines, problems)


def _shaped(
    value: Any, path: str, shape: type[Shape], lines: Mapping[Place, int], problems: list[Problem]
) -> Shape | None:
    """Return a value as `shape`, without what does not fit; None where nothing is left."""
    reported: set[Place] = set()
    while True:
        try:
            return TypeAdapter(shape).validate_python(value)
        except ValidationError as error:
            for mistake in error.errors():
                place = tuple(mistake["loc"])
                if any(_is_within(place, one) or _is_within(one, place) for one in reported):
                    continue  # a value that was left out is missing now
                reported.add(place)
                nearest = next(place[:i] for i in range(len(place), -1, -1) if place[:i] in lines)
                message = _message(mistake, place, _keys(shape))
                problems.append(Problem(path, lines[nearest], message))
            if not all(_leave_out(value, mistake) for mistake in error.errors()):
                return None


def _is_within(place: Place, outer: Place) -> bool:
    return place[: len(outer)] == outer


def _leave_out(value: Any, mistake: Mapping[str, Any]) -> bool:
    """Remove a value that does not fit from a mapping; return whether that is possible."""
    place = tuple(mistake["loc"])
    if mistake["type"] in ("missing", "missing_argument"):
        place = place[:-1]
    keys = tuple(takewhile(lambda part: isinstance(part, str), place))
    for key in keys[:-1]:
        value = value.get(key) if isinstance(value, dict) else None
    if not keys or not isinstance(value, dict):
        return False
    value.pop(keys[-1], None)  # two mistakes may be below one key
    return True


_COMMENT_IN_VALUE = re.compile(
    r"\s*(?:- )?[\w-]+:\s(?:[^\"'\[{|>]*\s)?(#[^\s#].*)"
)  # "name: #1 in it"
_COLON_WITHOUT_SPACE = re.compile(r"\s*[a-z_]+:[^\s:/]")
_SIGN = re.compile(r"\s*(?:- )?(?:[\w-]+:\s+)?([@`%&*!])")
_UNCLOSED = frozenset(
    {
        "while parsing a flow sequence",
        "while parsing a flow mapping",
        "while scanning a quoted scalar",
    }
)


_REFERENCES = "references (*name) are not used here"


class _Loader(Composer, yaml.CBaseLoader):
    """Composes nodes from what libyaml parses, which is ten times as fast as PyYAML.

    Not with libyaml's composer, which crashes the process on deeply nested lists.
    """

    def __init__(self, text: str) -> None:
        yaml.CBaseLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return a node. Raises MarkedYAMLError where it is a reference to another one."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=_REFERENCES, problem_mark=mark)
        return super().compose_node(parent, index)


def _not_yaml(rows: list[str], error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Return the mistake in a header that is no YAML, and its line counted from 0.

    In words for readers who have never heard of YAML.
    """
    is_unclosed = error.context in _UNCLOSED  # reported where it begins
    mark = error.context_mark if is_unclosed else error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    if not is_unclosed and line and _COLON_WITHOUT_SPACE.match(rows[line - 1]):
        return line - 1, "a space belongs behind the colon"
    return line, _fault_of(rows[line] if line < len(rows) else "", error)


def _fault_of(row: str, error: yaml.MarkedYAMLError) -> str:
    if error.problem == _REFERENCES:
        return _REFERENCES
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "begins with a tab: use spaces, two for each step to the right"
    if error.context in _UNCLOSED:
        mark = row[error.context_mark.column] if error.context_mark else ""
        return f"{mark} is opened here and not closed"
    if sign := _SIGN.match(row):
        return f"a value that begins with {sign[1]} goes in quotes"
    message = f"is not YAML: {error.problem or error.context}"
    if re.match(r"\s*[\w ]+:\s.*:\s", row):
        return (
            f"{message}. A text with a colon in it goes in quotes, or on a line of its own below >-"
        )
    return message


_CURLY = re.compile(r"[“”„‘’][^“”„‘’]*[“”‘’]")


def schema(shape: Any, title: str) -> dict[str, Any]:
    """Return the JSON Schema of a header, for text editors that complete and check it."""
    shape_schema = TypeAdapter(shape).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **shape_schema,
        "title": title,
    }


@dataclass(frozen=True)
class _Tree:
    """A YAML tree, and where its lines and mistakes are noted."""

    path: str
    first_line: int
    lines: dict[Place, int]
    problems: list[Problem]

    def values(self, node: yaml.Node | None, place: Place = ()) -> Any:
        """Return a node as plain values, noting the line of each."""
        if isinstance(node, yaml.ScalarNode):
            return self._text(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._below((*place, i), child, child) for i, child in enumerate(node.value)]
        mapping: dict[str, Any] = {}
        for key, child in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, "a key is a single word")
                continue
            name = str(key.value)
            if name in mapping:
                line = self.lines[(*place, name)]
                self._problem(key, f"{name!r} stands here already, in line {line}")
            mapping[name] = self._below((*place, name), key, child)
        return mapping

    def _below(self, place: Place, start: yaml.Node, node: yaml.Node) -> Any:
        self.lines[place] = self._line(start)
        return self.values(node, place)

    def _text(self, node: yaml.ScalarNode) -> str:
        text: str = node.value
        if len(text) > LONGEST_VALUE:
            self._problem(node, f"has {len(text):,} characters: {LONGEST_VALUE:,} at most")
        if _CURLY.fullmatch(text):
            self._problem(node, f'curly quotes are a part of {text}: leave them out, or type "')
        return text

    def _line(self, node: yaml.Node) -> int:
        return self.first_line + int(node.start_mark.line)

    def _problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.path, self._line(node), message))


def _keys(shape: Any) -> set[str]:
    """Return all keys that a shape has at any depth."""
    names = set()
    for part in get_args(shape):
        names |= _keys(part)
    if hasattr(shape, "__pydantic_fields__"):
        for name, kind in shape.__annotations__.items():
            names |= {name.rstrip("_")} | _keys(kind)
    return names


def _message(mistake: Mapping[str, Any], place: Place, keys: set[str]) -> str:
    """Return pydantic's mistake in plain words; `keys` are all those of the shape."""
    kind = mistake["type"]
    name = ".".join(part for part in place if isinstance(part, str)) or "what stands here"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        if name in _REGISTRY_FIELDS:
            return f"{name!r} is never written here: the site takes it from the registry"
        close = get_close_matches(str(place[-1]), keys, 1)
        hint = f": is {close[0]!r} meant?" if close else f"; known are {', '.join(sorted(keys))}"
        return f"unknown key {name!r}{hint}"
    if kind == "string_pattern_mismatch" and name.endswith("phone"):
        return f"{name!r}: {mistake['input']!r} is no number as people dial it: digits and spaces"
    if kind in ("missing", "missing_argument"):
        return f"{name!r} is missing"
    if kind == "literal_error":
        word, words = str(mistake["input"]), re.findall(r"'([^']*)'", mistake["ctx"]["expected"])
        close = get_close_matches(word, words, 1, 0.4)
        hint = f": is {close[0]!r} meant? " if close else ". "
        return f"{name!r}: {word!r} is not among its words{hint}They are {', '.join(words)}"
    text = _IN_WORDS.get(kind, mistake["msg"].removeprefix("Value error, "))
    return f"{name!r}: {text[0].lower()}{text[1:]}"


_REGISTRY_FIELDS = ("status", "overall_status", "phase", "phases", "enrollment", "locations")
"""Keys that people write into headers although the record has them."""

_IN_WORDS = {
    "dataclass_type": "expects keys below it, one a line",
    "dict_type": "expects keys below it, one a line",
    "list_type": "expects a list, each item behind a hyphen",
    "tuple_type": "expects a list, each item behind a hyphen",
    "string_type": "expects a text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is not written as it has to be: see docs/editing.md",
    "int_parsing": "is not a whole number",
}
"""pydantic's type of mistake -> the mistake, in words for people who write YAML."""
