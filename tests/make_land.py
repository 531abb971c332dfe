"""Generate templates/static/land.svg: outlines for maps, from npm's world-atlas (ISC).

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python -m tests.make_land package/land-110m.json

The map is equirectangular, so that a point of a record needs no projection. Its left edge is at 170
degrees west, where there is hardly any land. Antarctica and islands of the size of a dot are left
out. The licence is in the file.
"""

import json
import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from tests.trees import PROJECT

SMALLEST = 3.0  # square degrees: an island below it is left out
SOUTH = -57.0
WEST = -170.0
LICENCE = """Land: Natural Earth (public domain), by world-atlas 2.0.2.
Copyright 2013-2019 Michael Bostock. Permission to use, copy, modify, and/or distribute this
software for any purpose with or without fee is hereby granted, provided that the above copyright
notice and this permission notice appear in all copies. The software is provided "as is" and the
author disclaims all warranties with regard to this software including all implied warranties of
merchantability and fitness. In no event shall the author be liable for any special, direct,
indirect, or consequential damages or any damages whatsoever resulting from loss of use, data or
profits, whether in an action of contract, negligence or other tortious action, arising out of or in
connection with the use or performance of this software."""
STYLE = "path{fill:#d3dae0;fill-rule:evenodd}@media(prefers-color-scheme:dark){path{fill:#33404c}}"


def rings(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Return the outlines of the land, as (longitude, latitude) in degrees."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        steps = accumulate(arc, lambda at, step: [at[0] + step[0], at[1] + step[1]])
        arcs.append([(x * scale[0] + shift[0], y * scale[1] + shift[1]) for x, y in steps])
    (land,) = topology["objects"]["land"]["geometries"]
    outlines = []
    for polygon in land["arcs"]:
        for ring in polygon:
            points: list[tuple[float, float]] = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += arc[1 if points else 0 :]
            outlines.append(points)
    return outlines


def area(ring: list[tuple[float, float]]) -> float:
    """Return the area of an outline in square degrees."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def path(ring: list[tuple[float, float]]) -> str:
    """Return an outline as an SVG path in half degrees, y pointing down."""
    whole = list(unwrapped(ring))
    west = sum(x for x, _ in whole) / len(whole) < WEST
    points = list(dict.fromkeys((round(2 * (x + 360 * west)), round(-2 * y)) for x, y in whole))
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    numbers = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{numbers}z"


def unwrapped(ring: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the points of an outline, continued beyond 180 degrees instead of wrapping around."""
    turns, before = 0, ring[0][0]
    for x, y in ring:
        turns += (x - before < -180) - (x - before > 180)
        yield x + 360 * turns, y
        before = x


def main() -> None:
    """Write land.svg."""
    topology = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    kept = [r for r in rings(topology) if area(r) >= SMALLEST and max(y for _, y in r) > SOUTH]
    drawn = "".join(map(path, kept))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-340 -168 720 282"><!-- {LICENCE} -->'
        f'<style>{STYLE}</style><path d="{drawn}"/></svg>\n'
    )
    (PROJECT / "templates/static/land.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
