"""Words that exclude each other, in a text and in what stands for it.

"Approved for B-cell ALL", where all that its sources speak of is T-cell ALL, is a slip of the pen
that no number gives away.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import permutations

_PAIRS = (
    (
        ("Ph-positive", r"\b(?:Ph|Philadelphia)-positive|\bPh\+"),
        ("Ph-negative", r"\b(?:Ph|Philadelphia)-negative|\bwithout (?:the Phil|BCR::ABL1)"),
    ),
    (
        ("B-cell", r"\bB-(?:cell|lineage|lymphoblastic|ALL\b)|\bB (?:or T )?lymphoblast"),
        ("T-cell", r"\bT-(?:cell (?:ALL|LBL)|ALL\b|LBL\b|lymphoblast)|\bT lymphoblast"),
    ),
    (
        ("newly diagnosed", r"\bnewly diagnosed|\bfirst (?:treatment|remission)|\buntreated"),
        ("relapsed or refractory", r"\brelapsed\b|\brefractory|\bcame back|\bresisted"),
    ),
    (
        ("children", r"\bchild(?:ren|hood)?\b|\bpediatric|\bbab(?:y|ies)\b|\binfants?|\bteenage"),
        ("adults", r"\badults?\b"),
    ),
)
_WORDS = tuple(
    (name, re.compile(pattern, re.IGNORECASE), re.compile(other, re.IGNORECASE), rival)
    for pair in _PAIRS
    for (name, pattern), (rival, other) in permutations(pair)
)
_DENIED = re.compile(
    r"\b(?:not|no|nor|never|without|neither|unlike|than|instead of|outside)\b[^.;:()]{0,60}$",
    re.IGNORECASE,
)


def rivals(text: str, says: Iterable[str], around: str = "") -> Iterator[tuple[int, str, str]]:
    """(where, the words, what the sources say) of each that stands against all of its sources.

    `around` is the text that the same sources stand for: where it has both, nobody mixed them up.
    """
    lines = [*says]
    for _, words, others, rival in _WORDS:
        found = _told(words, text)
        is_mixed_up = any(_told(others, one) for one in lines) and not any(map(words.search, lines))
        if found and is_mixed_up and not others.search(around or text):
            yield found.start(), found[0], rival


def _told(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first of them that a text does not deny."""
    return next(
        (one for one in words.finditer(text) if not _DENIED.search(text[: one.start()])), None
    )
