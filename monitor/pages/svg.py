"""Writes inline SVG: a picture with a text alternative, bars, stacked bars.

No style attributes, which the pages' content security policy would refuse: the stylesheet colours
by class. Elements are plain strings, in which words are escaped; a whole picture is Markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH = 320  # of every picture, in its own units: about a pixel each on a phone
LABELS = 132  # of it, for what is before a bar
BARS = 140  # of it, for the longest bar; the rest is for its number
LONGEST = 17  # characters of a label; the table has the whole of it
TEXTURES = ("closed", "unknown")  # classes of parts that are filled with a pattern


class Axis(NamedTuple):
    """Days along a line, from one end of it to the other."""

    first: date
    last: date
    left: float = 0  # where these are; by default the line is measured in percent
    right: float = 100

    def at(self, day: date) -> float:
        """Return the place of a day."""
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + share * (self.right - self.left)


def _rounded(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def picture(name: str, height: float, title: str, description: str, parts: Sequence[str]) -> Markup:
    """Return the SVG, with its title and description for screen readers."""
    # What is not ours is escaped.
    return Markup(  # noqa: S704
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc"'
        f' viewBox="0 0 {WIDTH} {height:g}" font-size="14">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def text(words: str, x: float, y: float, anchor: str = "") -> str:
    """Return a line of text, cut to the length of a label."""
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{_rounded(x)}" y="{_rounded(y)}"{anchored}>{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, fill: str = "") -> str:
    """Return a rectangle; a `fill` comes before what the stylesheet gives its class."""
    where = f'x="{_rounded(x)}" y="{_rounded(y)}"'
    size = f'width="{_rounded(width)}" height="{_rounded(height)}"'
    return f'<rect class="{kind}" {where} {size}{fill}></rect>'


def path(way: str, kind: str) -> str:
    """Return a path."""
    return f'<path d="{way}" class="{kind}"></path>'


def circle(x: float, y: float, radius: float, kind: str) -> str:
    """Return a circle around a point."""
    where = f'cx="{_rounded(x)}" cy="{_rounded(y)}" r="{_rounded(radius)}"'
    return f'<circle {where} class="{kind}"></circle>'


def bars(name: str, title: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """Return a chart with a bar for each number, from top to bottom."""
    longest = max(number for _, number in rows) or 1
    drawn = []
    for index, (label, number) in enumerate(rows):
        y, width = 21 * index, number / longest * BARS
        drawn.append(text(_cut(label), 0, y + 15))
        if number:
            drawn.append(rect(LABELS, y + 4, max(width, 1), 13, "bar"))
        drawn.append(text(f"{number:,}", LABELS + 6 + width, y + 15))
    numbers = "; ".join(f"{label}: {number:,}" for label, number in rows)
    return picture(name, 21 * len(rows), title, f"Bars. {numbers}.", drawn)


def stacks(
    name: str,
    title: str,
    kinds: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, str, Sequence[int]]],
) -> Markup:
    """Return a chart with a stacked bar for each row of numbers.

    `kinds` are the parts: what each is called, and its class.
    """
    drawn = list(_legend(name, kinds))
    top = 21 * ((len(kinds) + 1) // 2) + 21
    longest = max(sum(numbers) for _, _, numbers in rows) or 1
    for index, (label, count, numbers) in enumerate(rows):
        y, x = top + 39 * index, 0.0
        drawn += [text(_cut(label), 0, y), text(count, WIDTH, y, "end")]
        for (_, kind), number in zip(kinds, numbers, strict=True):
            width = number / longest * WIDTH
            if number:
                drawn.append(_part(name, kind, x, y + 6, width))
            x += width
    whole = "; ".join(f"{label}: {count}" for label, count, _ in rows)
    height = top - 10 + 39 * len(rows)
    return picture(name, height, title, f"Bars in parts. {whole}.", drawn)


def _legend(name: str, kinds: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the texture and name of each part."""
    lines = path("M-2 2 2-2M0 8 8 0M6 10 10 6", "hatch")
    dots = circle(3, 3, 1.2, "dots")
    for kind, size, inside in zip(TEXTURES, (8, 6), (lines, dots), strict=True):
        key = f'id="{name}-{kind}" patternUnits="userSpaceOnUse"'
        yield f'<pattern width="{size}" height="{size}" {key}>{inside}</pattern>'
    for index, (label, kind) in enumerate(kinds):
        x, y = 172 * (index % 2), 21 * (index // 2)
        yield _part(name, kind, x, y, 24)
        yield text(label, x + 31, y + 12)


def _part(name: str, kind: str, x: float, y: float, width: float) -> str:
    fill = f' fill="url(#{name}-{kind})"' if kind in TEXTURES else ""
    return rect(x + 0.7, y + 0.7, max(width - 1.4, 0.6), 12.6, f"part {kind}", fill)


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"


MAP = (-340, -168, 720, 282)
"""What static/land.svg shows, in half degrees: 170 west to 190 east, 84 north to 57 south."""


def world(
    name: str, title: str, description: str, points: Iterable[tuple[float, float]], land: str
) -> Markup:
    """Return a map with a dot for each (latitude, longitude); `land` links to static/land.svg.

    Places that are less than a degree apart are one dot.
    """
    spots = sorted({(round(2 * lon), round(-2 * lat)) for lat, lon in points})
    dots = "".join(f"M{x if x >= MAP[0] else x + 720} {y}h0" for x, y in spots)
    left, top, width, height = MAP
    return Markup(  # noqa: S704
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc"'
        f' viewBox="{left} {top} {width} {height}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc><image'
        f' href="{escape(land)}" x="{left}" y="{top}" width="{width}" height="{height}"></image>'
        f'<path class="dots" d="{dots}"></path></svg>'
    )
