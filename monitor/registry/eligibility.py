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
# Numbers only among their neighbours: 1-Age, but also 5-FU; 1.1 Age, but also 1.5 mg.
_TIGHT = re.compile(r"([0-9]{1,2})-(?=[^\W\d_])")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\s+(?=[^\W\d_])")

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
        heading = headings.read(body, is_item=bool(marker))
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
    """Return the lines of a text; one with headings or a list in it as several."""
    lines: list[str] = []
    for line in text.split("\n"):
        pieces = _HEADING_IN_LINE.split(line) if ":" in line or "：" in line else [line]
        begins_with_heading = bool(_AT_START.match(line.lstrip()))
        if begins_with_heading:
            pieces = [title for piece in pieces for title in _HEADING_AS_TITLE.split(piece)]
        if len(pieces) == 1 and not begins_with_heading:
            body = line.lstrip()
            indent = line[: len(line) - len(body)]
            items = _listed(body) if _RUN_IN.match(body) else [body]
            lines += [f"{indent}{item}" for item in items]
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
        tried = (pattern.search(text, start, start + _LONGEST_ITEM) for pattern in after)
        then = next(filter(None, tried), None)
        if not then:
            break
        yield text[start : then.start()].strip()
        start, number = then.end(), number + 1
    yield text[start:]


def _between_semicolons(text: str) -> Iterator[str]:
    """Yield the parts of a text between its semicolons, other than those in brackets."""
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
    """Return what finds the marker of a line of a text.

    A number that a hyphen ties to a word ("1-Age", but also "5-FU") is a marker only where lines
    begin with all numbers before it likewise; one with a point in it ("1.2 Age") where they do and
    its list is not alone.
    """
    tight = {int(number[1]) for number in _matches(_TIGHT, "-", lines)}
    dotted = {(int(n[1]), int(n[2])) for n in _matches(_DOTTED, ".", lines)}
    lists = {
        a
        for a, _ in dotted
        if (a, 1) in dotted and not dotted.isdisjoint({(a, 2), (a - 1, 1), (a + 1, 1)})
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
    return filter(None, (pattern.match(line.lstrip()) for line in lines if sign in line))


def _spaced(text: str) -> str:
    """Return a text without white space around it and with single spaces in it."""
    return text if text.isprintable() and "  " not in text else " ".join(text.split())
