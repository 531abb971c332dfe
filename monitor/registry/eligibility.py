"""Eligibility criteria: one Markdown text of the registry, taken apart into items.

Sponsors write them as they like: bullets, numbers, letters, nested, under "Inclusion Criteria:" in
all its spellings and in other languages, or under no heading at all. An item is what stands behind
one marker, or one paragraph where there is none.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from monitor.registry import headings
from monitor.text import unescape

INCLUSION, EXCLUSION, OTHER = SECTIONS = headings.SECTIONS


class Criterion(NamedTuple):
    """One criterion."""

    section: str  # inclusion, exclusion, or other where no heading says which
    text: str  # without marker and escapes
    level: int  # 0 for an item of its own, 1 and more below another
    above: tuple[str, ...] = ()
    """What it stands below, the outermost first: a heading that speaks of a part of the study
    ("Inclusion Criteria for Part C"), the items and lines above it ("Cohort A:")."""


_BULLETS = "•·▪●○◦‣⁃∙▫■□◆◇★☆►▶➢➤→✓✔✦❖※§\uf0b7\uf0a7\uf0d8\uf076"
_MARKER = re.compile(
    rf"""^(?:
        [{_BULLETS}]\s*                                # a bullet
      | [*–—-]{{1,3}}\s+                               # a bullet that has other uses, too
      | [*-](?=[A-Z][a-z])
      | o\s+(?=[A-Z])                                  # a bullet of a word processor
      | [(（]?[0-9０-９]{{1,3}}(?:\.[0-9]{{1,2}})*[.)]\s+   # 1.  1)  (1)  1.2.
      | [(（]?[0-9０-９]{{1,2}}[.)](?=[^\W\d_])        # 1.Age
      | [(（]?[0-9０-９]{{1,2}}[、．）]\s*             # 1、 （1）
      | [(（]?[0-9]{{1,2}}\s?[.)]?[-–:：)]{{1,2}}\s+(?=[^\W\d_])   # 1- Age  1.- Age  1: Age
      | [(（]?[一二三四五六七八九十]{{1,3}}[、．.)）]\s*
      | [①-⓿㉑-㉟㊱-㊿❶-➓]\s*                          # a number in a circle, in brackets
      | [A-Z]{{1,3}}[ -]?[0-9]{{1,2}}[.)]\s+(?=[^\W\d_])     # I1.  E-12)
      | (?:Criterion|Inclusion|Exclusion)\s\#?[0-9]{{1,2}}[.):]\s+
      | \(?(?:[a-zA-Z]|[ivxIVX]{{2,5}})\)\s+           # a)  (b)  iv)
      | \(?[a-z]\)(?=[A-Z])
      | (?:[a-zA-Z]|[ivxIVX]{{2,5}})\.\s+(?=[A-Z0-9(])  # a. but not E. coli
    )+""",
    re.VERBOSE,
)
_TIGHT = re.compile(r"([0-9]{1,2})-(?=[^\W\d_])")  # 1-Age: a number only among its neighbours

_PART = re.compile(
    r"""(?:for\s+)?(?:the\s+)?
        (?:(?:cohort|arm|group|part|phase|stratum|dose\slevel)s?\s+\w{1,4}
              (?:\s*[(（].{0,60}[)）])?(?:\s*[:：–-].{0,60})?
          |(?:donors?|recipients?|controls?|siblings|\w+\s(?:cohort|arm|group)):)""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_PART = 160  # characters
"""An item that says for which part of the study those behind it are, though not set above them."""


class _Line(NamedTuple):
    """A line that the next ones may stand below."""

    indent: int
    has_marker: bool
    is_part: bool
    item: int  # its place in the list of items

    def is_above(self, indent: int, has_marker: bool, is_part: bool) -> bool:
        if self.indent != indent:
            return self.indent < indent
        if self.has_marker == has_marker:
            return self.is_part and not is_part
        return has_marker


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """Return the items of a criteria text in order. Headings are not items; what follows them is.

    Each line is below the nearest one before it that is less indented, below a line without marker
    where it has one, and below an item that names a part of the study.
    """
    items: list[Criterion] = []
    section = OTHER
    heading_above: tuple[str, ...] = ()
    stack: list[_Line] = []
    open_item = False  # whether the next plain line goes on with the last item
    lines = _lines(unescape(text).replace("\u2028", "\n"))
    marker_of = _markers(lines)
    for line in lines:
        stripped = line.strip()
        if not stripped:
            open_item = False
            continue
        marker = marker_of(stripped)
        body = stripped[marker.end() :] if marker else stripped
        heading = headings.read(body)
        if heading:
            section, heading_above, body = heading.section, heading.above, heading.rest
            stack, open_item = [], False
            if not body:
                continue
        if open_item and not marker and not heading:
            items[-1] = items[-1]._replace(text=f"{items[-1].text} {body}")
            continue
        if not body.strip(" .:;,-*_"):
            continue
        indent = len(line) - len(line.lstrip())
        is_part = len(body) < _LONGEST_PART and bool(_PART.fullmatch(body))
        while stack and not stack[-1].is_above(indent, bool(marker), is_part):
            stack.pop()
        above, level = heading_above, 0
        if stack:
            parent = items[stack[-1].item]
            above = (*parent.above, parent.text)
            level = parent.level + (stack[-1].indent < indent)
        stack.append(_Line(indent, bool(marker), is_part, len(items)))
        items.append(Criterion(section, _spaced(body), level, above))
        open_item = bool(marker)
    return tuple(items)


_HEADING_IN_LINE = re.compile(
    r"(?<=[.;:)])\s+(?=(?:(?:Key|Main|Major)\s)?(?:In|Ex)clusion\sCriteria\s*:)", re.IGNORECASE
)
_ONE = re.compile(r"\(?1([.)])\s")


def _lines(text: str) -> list[str]:
    """Return the lines of a text; one with headings and numbered lists in it as several."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not _HEADING_IN_LINE.search(line):
            lines.append(line)
            continue
        for piece in _HEADING_IN_LINE.split(line):
            head, colon, rest = piece.partition(":")
            lines += (f"{head}{colon}", *_numbered(rest.strip()))
    return lines


def _numbered(text: str) -> Iterator[str]:
    """Yield the items of "1. Adults. 2. Consent."."""
    first, number = _ONE.match(text), 2
    while first:
        then = re.search(rf"(?<=[.;,])\s+(?=\(?{number}\{first[1]}\s)", text)
        if not then:
            break
        yield text[: then.start()]
        text, number = text[then.end() :], number + 1
    yield text


def _markers(lines: list[str]) -> Callable[[str], re.Match[str] | None]:
    """Return what finds the marker of a line of a text.

    A number that a hyphen ties to a word ("1-Age", but also "5-FU") is a marker only where lines
    begin with all numbers before it likewise.
    """
    tight = (_TIGHT.match(line.lstrip()) for line in lines if "-" in line)
    numbers = {int(number[1]) for number in tight if number}

    def marker_of(line: str) -> re.Match[str] | None:
        number = _TIGHT.match(line) if 1 in numbers else None
        if number and numbers.issuperset(range(1, int(number[1]))):
            return number
        return _MARKER.match(line)

    return marker_of


def _spaced(text: str) -> str:
    """Return a text without white space around it and with single spaces in it."""
    return text if text.isprintable() and "  " not in text else " ".join(text.split())
