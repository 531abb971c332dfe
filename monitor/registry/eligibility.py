"""Eligibility criteria: parses the one Markdown text of a record into items.

Sponsors write them as they like: with bullets, numbers or letters, nested, under "Inclusion
Criteria:" in all its spellings and in other languages, or under no heading at all. An item is the
text after one marker, or one paragraph where there is no marker.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from monitor.registry import headings
from monitor.text import unescape

INCLUSION, EXCLUSION, OTHER = SECTIONS = headings.SECTIONS


class Criterion(NamedTuple):
    """One criterion."""

    section: str  # of SECTIONS: inclusion, exclusion, or other where no heading says which
    text: str  # without its marker and escapes
    level: int  # 0 for an item on its own, 1 and more below another
    above: tuple[str, ...] = ()
    """The texts that it belongs to, outermost first: the heading, if about a part of the study
    ("Inclusion Criteria for Part C"), then the items and lines above it ("Cohort A:")."""


_BULLETS = "•·▪●○◦‣⁃∙▫■□◆◇★☆►▶➢➤→✓✔✦❖※§\uf0b7\uf0a7\uf0d8\uf076"
_MARKER = re.compile(
    rf"""^(?:
        [{_BULLETS}]\s*                                # a bullet
      | [*–—-]{{1,3}}\s+                               # a bullet with other uses
      | [*-](?=[A-Z][a-z])
      | \+\s+(?=[A-Z])                                 # a bullet of Markdown
      | o\s+(?=[A-Z])                                  # a bullet of a word processor
      | [(（]?[0-9０-９]{{1,3}}(?:\.[0-9]{{1,2}})*[.)]\s+   # 1.  1)  (1)  1.2.
      | [(（]?[0-9０-９]{{1,2}}[.)](?=[^\W\d_])        # 1.Age
      | [(（]?[0-9０-９]{{1,2}}[、．）]\s*             # 1、 （1）
      | [0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{2,4}}\s+           # 1.1.1
      | (?:\[[0-9]{{1,2}}\]|\#\s?[0-9]{{1,2}}[.):]?(?=\s))\s*(?=[^\W\d_])   # [1]  #1
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
# Numbers only if their predecessors occur: 1-Age, but also 5-FU; 1.1 Age, but also 1.5 mg.
_TIGHT = re.compile(r"([0-9]{1,2})-(?=[^\W\d_])")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\s+(?=[^\W\d_])")

_PART = re.compile(
    r"""(?:for\s+)?(?:the\s+)?
        (?:(?:cohort|arm|group|part|phase|stratum|dose\slevel)s?\s+\w{1,4}
              (?:\s*[(（].{0,60}[)）])?(?:\s*[:：–-].{0,60})?
          |(?:donors?|recipients?|controls?|siblings|\w+\s(?:cohort|arm|group)):)""",
    re.IGNORECASE | re.VERBOSE,
)
"""An item that names the part of the study that later items of the same indent are about."""
_LONGEST_PART = 160  # characters


class _Line(NamedTuple):
    """A line that later lines may belong to."""

    indent: int
    has_marker: bool
    is_part: bool
    item: int  # index in the list of items

    def is_above(self, indent: int, has_marker: bool, is_part: bool) -> bool:
        """Return whether a later line of this kind belongs to it."""
        if self.indent != indent:
            return self.indent < indent
        if self.has_marker == has_marker:
            return self.is_part and not is_part
        return has_marker


class _Outline:
    """The items so far, and where the next one belongs.

    An item belongs to the nearest line before it that is less indented, that has no marker where
    the item has one, or that names a part of the study.
    """

    def __init__(self) -> None:
        self.items: list[Criterion] = []
        self._section = OTHER
        self._scope: tuple[str, ...] = ()  # the heading, if it is about a part of the study
        self._parents: list[_Line] = []  # lines that the next one may belong to, innermost last

    def begin(self, heading: headings.Heading) -> None:
        """Begin a section: no later line belongs to one before its heading."""
        self._section, self._scope, self._parents = heading.section, heading.above, []

    def add(self, body: str, indent: int, *, has_marker: bool) -> None:
        """Add an item."""
        is_part = len(body) < _LONGEST_PART and bool(_PART.fullmatch(body))
        parents = self._parents
        while parents and not parents[-1].is_above(indent, has_marker, is_part):
            parents.pop()
        above, level = self._scope, 0
        if parents:
            parent = self.items[parents[-1].item]
            above = (*parent.above, parent.text)
            level = parent.level + (parents[-1].indent < indent)
        parents.append(_Line(indent, has_marker, is_part, len(self.items)))
        self.items.append(Criterion(self._section, _spaced(body), level, above))

    def extend(self, body: str) -> None:
        """Add a text to the last item."""
        last = self.items[-1]
        self.items[-1] = last._replace(text=f"{last.text} {body}")


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """Return the items of a criteria text in order; headings are not items."""
    outline = _Outline()
    continues = False  # whether a line without a marker continues the last item
    lines = _lines(unescape(text).replace("\u2028", "\n"))
    marker_of = _markers(lines)
    for line in lines:
        stripped = line.strip()
        if not stripped:
            continues = False
            continue
        marker = marker_of(stripped)
        body = stripped[marker.end() :] if marker else stripped
        heading = headings.read(body, is_item=bool(marker))
        if heading:
            outline.begin(heading)
            body, continues = heading.rest, False
            if not body:
                continue
        if continues and not marker and not heading:
            outline.extend(body)
        elif body.strip(" .:;,-*_"):
            indent = len(line) - len(line.lstrip())
            outline.add(body, indent, has_marker=bool(marker))
            continues = bool(marker)
    return tuple(outline.items)


_ENGLISH_HEADING = (
    r"(?:(?:Key|Main|Major)\s)?(?:Non[\s-])?(?:In|Ex)clusion\sCriteria"
    r"|(?:KEY\s|MAIN\s)?(?:IN|EX)CLUSION\sCRITERIA"
)
_HEADING_IN_LINE = re.compile(
    r"(?<=[.;:)；。）])\s*(?=(?:"
    rf"{'|'.join([_ENGLISH_HEADING, *map(re.escape, headings.TRANSLATED)])})\s*[:：])",
    re.IGNORECASE,
)
_AT_START = re.compile(rf"\W*(?:{_ENGLISH_HEADING})\s*:", re.IGNORECASE)
_HEADING_AS_TITLE = re.compile(
    rf"(?<=[\w)\]])(?<!Main)(?<!Key)(?<!Major)(?<!Non)\s+(?=(?:{_ENGLISH_HEADING})\s*:)"
)
_FIRST = re.compile(r"[(（]?(?P<label>[1a])(?:(?P<end>[.)])\s|(?P<wide>[、．）]))\s*")
_RUN_IN = re.compile(r"[(]?1(?P<end>[.)])\s.*[.;]\s+[(]?2(?P=end)\s")
_DASH = re.compile(r"(?:^|\s)[-–•*]\s(?=[A-Z])")
_LONGEST_ITEM = 3000  # characters, of a list in one line
_SEMICOLON_OR_BRACKET = re.compile("[;；(（)）]")


def _lines(text: str) -> list[str]:
    """Return the lines of a text, those with a heading or a list inside split into several."""
    lines: list[str] = []
    for line in text.split("\n"):
        body = line.lstrip()
        has_colon = ":" in line or "：" in line  # as headings have
        pieces = _HEADING_IN_LINE.split(line) if has_colon else [line]
        begins_with_heading = has_colon and _AT_START.match(body)
        if begins_with_heading:
            pieces = [title for piece in pieces for title in _HEADING_AS_TITLE.split(piece)]
        if len(pieces) == 1 and not begins_with_heading:
            indent = line[: len(line) - len(body)]
            lines += [indent + item for item in _listed(body)] if _RUN_IN.match(body) else [line]
            continue
        for piece in pieces:
            head, colon, rest = re.split("([:：]|$)", piece, maxsplit=1)
            lines.append(f"{head}{colon}")
            for item in _listed(rest.strip()):
                lines += ("", item)
    return lines


def _listed(text: str) -> Iterator[str]:
    """Yield the items of "1. Adults. 2. Consent.", "- Adults - Consent", or "adults; consent"."""
    first, number = _FIRST.match(text), 1
    if not first:
        pieces = _DASH.split(text) if _DASH.match(text) else _between_semicolons(text)
        yield from filter(None, map(str.strip, pieces))
        return
    end = rf"{re.escape(first['end'])}\s" if first["end"] else re.escape(first["wide"])
    start = 0
    while True:
        label = chr(ord(first["label"]) + number) if first["label"] == "a" else str(number + 1)
        mark = rf"\s*(?=[(（]?{re.escape(label)}{end})"
        after = (re.compile(rf"(?<={before}){mark}") for before in ("[.;,；。，]", r"\s"))
        matches = (pattern.search(text, start, start + _LONGEST_ITEM) for pattern in after)
        following = next(filter(None, matches), None)
        if not following:
            break
        yield text[start : following.start()].strip()
        start, number = following.end(), number + 1
    yield text[start:]


def _between_semicolons(text: str) -> Iterator[str]:
    """Yield the parts of a text between its semicolons, ignoring those in brackets."""
    start = depth = 0
    for sign in _SEMICOLON_OR_BRACKET.finditer(text):
        if sign[0] in "(（":
            depth += 1
        elif sign[0] in ")）":
            depth = max(depth - 1, 0)
        elif not depth:
            yield text[start : sign.start()]
            start = sign.end()
    yield text[start:]


def _markers(lines: list[str]) -> Callable[[str], re.Match[str] | None]:
    """Return a function that matches the marker of a line of this text.

    A number tied to a word by a hyphen ("1-Age", but also "5-FU") is a marker only if other lines
    begin with all the numbers before it; one with a point in it ("1.2 Age") only if they do and
    there is more than one such list.
    """
    tight = {int(number[1]) for number in _matches(_TIGHT, "-", lines)}
    dotted = {(int(n[1]), int(n[2])) for n in _matches(_DOTTED, ".", lines)}
    lists = {
        first
        for first, _ in dotted
        if (first, 1) in dotted
        and not dotted.isdisjoint({(first, 2), (first - 1, 1), (first + 1, 1)})
    }

    def marker_of(line: str) -> re.Match[str] | None:
        number = _TIGHT.match(line) if 1 in tight else None
        if number and tight.issuperset(range(1, int(number[1]))):
            return number
        number = _DOTTED.match(line) if lists else None
        if number and int(number[1]) in lists:
            before = ((int(number[1]), n) for n in range(1, int(number[2])))
            if dotted.issuperset(before):
                return number
        return _MARKER.match(line)

    return marker_of


def _matches(pattern: re.Pattern[str], sign: str, lines: list[str]) -> Iterator[re.Match[str]]:
    """Yield matches at the start of lines; lines without `sign` have none, and are skipped."""
    return filter(None, (pattern.match(line.lstrip()) for line in lines if sign in line))


def _spaced(text: str) -> str:
    """Return a text with single spaces, and none at its ends."""
    return text if text.isprintable() and "  " not in text else " ".join(text.split())
