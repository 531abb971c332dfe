"""The picture for link previews (og:image): the site's logo above a bar for each status.

PNG, as services that show previews take no SVG; drawn by hand in a few flat colours, so that it
needs no library and is the same bytes everywhere. It has no words: the title is beside it.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from monitor.catalog import Trial
from monitor.pages import pills

WIDTH, HEIGHT = 1200, 630
PAPER, ACCENT = 0, 1
COLOURS = {
    "open": (11, 102, 56),
    "invitation": (103, 64, 143),
    "not-yet": (31, 87, 150),
    "paused": (122, 74, 0),
    "closed": (117, 130, 143),
    "ended": (23, 33, 43),
    "withdrawn": (150, 38, 42),
    "unknown": (211, 218, 224),
}
PALETTE = ((255, 255, 255), (10, 85, 115), *COLOURS.values())
PULSE = ((100, 190), (330, 190), (450, 70), (610, 310), (720, 190), (1100, 190))
"""The mark's line."""
THICK = 13
LEFT, RIGHT, TOP, BAR = 100, 1100, 370, 170  # of the bar in parts


def preview_png(trials: Iterable[Trial]) -> bytes:
    """Draw the shares of the statuses of some trials, in the order of COLOURS."""
    counts = Counter(pills.pill(trial).group for trial in trials)
    rows = [bytearray(row) for row in _mark()]
    total, left = counts.total(), LEFT
    passed = 0
    for colour, group in enumerate(COLOURS, 2):
        passed += counts[group]
        right = LEFT + (RIGHT - LEFT) * passed // total if total else LEFT
        for row in rows[TOP : TOP + BAR]:
            row[left:right] = bytes([colour]) * (right - left)
        left = right
    return _png(rows)


@cache
def _mark() -> tuple[bytes, ...]:
    """Draw what all pictures have in common, as rows of numbers of colours."""
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    for (x, y), (to_x, to_y) in pairwise(PULSE):
        steps = max(abs(to_x - x), abs(to_y - y))
        for step in range(steps + 1):
            _square(rows, x + (to_x - x) * step // steps, y + (to_y - y) * step // steps)
    return tuple(map(bytes, rows))


def _square(rows: list[bytearray], x: int, y: int) -> None:
    for row in rows[y - THICK : y + THICK]:
        row[x - THICK : x + THICK] = bytes([ACCENT]) * (2 * THICK)


def _png(rows: list[bytearray]) -> bytes:
    """Return a PNG file of rows of colour numbers."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    palette = b"".join(map(bytes, PALETTE))
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
