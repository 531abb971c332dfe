"""Words of a text that a line of its sources contradicts: what the detectors of this room yield."""

from typing import NamedTuple


class Mismatch(NamedTuple):
    """Words of a text, and a line that says otherwise."""

    start: int  # of the words in the text
    words: str
    line: str


class Contradiction(NamedTuple):
    """Words of a text, and the answer of a line to the same question."""

    start: int  # of the words in the text
    words: str
    answer: str
    line: str
