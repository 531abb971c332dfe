"""Eligibility criteria: one Markdown text of the registry, taken apart into items.

Sponsors write them as they like: bullets, numbers, letters, nested, under "Inclusion Criteria:" in
all its spellings, or under no heading at all. An item is what stands behind one marker, or one
paragraph where there is none.
"""

import re
from typing import NamedTuple

from monitor.text import unescape

_LONGEST_HEADING = 160  # characters

INCLUSION, EXCLUSION, OTHER = SECTIONS = ("inclusion", "exclusion", "other")


class Criterion(NamedTuple):
    """One criterion."""

    section: str  # inclusion, exclusion, or other where no heading says which
    text: str  # without marker and escapes
    level: int  # 0 for an item of its own, 1 and more below another


_MARKER = re.compile(
    r"""^(?:
        [*•·▪●○◦‣–—-]\s+                    # a bullet
      | o\s+(?=[A-Z])                       # a bullet of a word processor
      | \\?[-*]\s+                           # a bullet with an escape
      | \(?[0-9]{1,3}(?:\.[0-9]{1,2})*\\?[.)]\s+   # 1.  1)  (1)  1.2.
      | \(?(?:[a-zA-Z]|[ivxIVX]{2,5})\\?\)\s+      # a)  (b)  iv)
      | (?:[a-zA-Z]|[ivxIVX]{2,5})\\?\.\s+(?=[A-Z0-9(])  # a. but not E. coli
    )+""",
    re.VERBOSE,
)
_HEADING = re.compile(
    r"""^\W*(?:[\w/&,-]+\s+){0,4}?
        (?P<section>inclusion|exclusion|eligibility)s?
        (?P<criteria>\s+criteri(?:a|on)s?)?
        (?P<scope>\b[^:]{0,80}?)
        (?:(?P<colon>\s*:)\W*(?P<after>.*?))?\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(
    r"\b(?:meets?|meeting|met|not|may|must|apply|defined|fulfil\w*|satisf\w*|is|are|was|were|"
    r"has|have|will|should|time of|any|all of|listed|same)\b",
    re.IGNORECASE,
)


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """The items of a criteria text in their order. Headings are not items; their remainder is."""
    items: list[Criterion] = []
    section = OTHER
    indents: list[int] = []  # of the items that the next one may stand below
    open_item = False  # whether the next plain line goes on with the last item
    for line in unescape_lines(text):
        stripped = line.strip()
        if not stripped:
            open_item = False
            continue
        marker = _MARKER.match(stripped)
        body = stripped[marker.end() :] if marker else stripped
        heading = _heading(body)
        if heading:
            section, body = heading
            indents, open_item = [], False
            if not body:
                continue
        if open_item and not marker and not heading:
            last = items[-1]
            items[-1] = Criterion(last.section, f"{last.text} {body}", last.level)
            continue
        if not body.strip(" .:;,-*_"):
            continue
        indent = len(line) - len(line.lstrip())
        while indents and indents[-1] >= indent:
            indents.pop()
        items.append(Criterion(section, _spaced(body), len(indents)))
        indents.append(indent)
        open_item = bool(marker)
    return tuple(items)


def unescape_lines(text: str) -> list[str]:
    """Lines without escapes, but for those before a marker, which the parser has to see."""
    lines = text.replace("\u2028", "\n").split("\n")
    if "\\" not in text:
        return lines
    return [
        line if "\\" not in line or _ESCAPED_MARKER.match(line) else unescape(line)
        for line in lines
    ]


_ESCAPED_MARKER = re.compile(r"\s*\S{0,4}\\[.)-]")


def _spaced(text: str) -> str:
    """A text without white space around it, with single spaces in it, as most have them already."""
    return text if text.isprintable() and "  " not in text else " ".join(text.split())


def _heading(body: str) -> tuple[str, str] | None:
    """(section, what follows the colon) where a line is a heading; None where it is an item."""
    if len(body) > _LONGEST_HEADING or not _names_section(body):  # which most lines are
        return None
    found = _HEADING.match(body)
    if not found:
        return None
    scope, colon = found["scope"], found["colon"]
    before = body[: found.start("section")]
    if _SENTENCE.search(before) or _SENTENCE.search(scope):
        return None
    if not colon and not found["criteria"]:
        return None if scope.strip() else _known(found["section"], "")
    return _known(found["section"], found["after"] or "")


def _names_section(body: str) -> bool:
    words = body.casefold()
    return "clusion" in words or "eligibility" in words


def _known(word: str, after: str) -> tuple[str, str]:
    section = word.lower()
    return (section if section in SECTIONS else OTHER), after
