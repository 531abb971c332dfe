"""Splits a text into sentences, each with the sources that it cites.

A note covers what it follows, back to the note before it: that is a sentence or a part of one,
and the sentences before it that have no note of their own. It reaches no further than its paragraph
or item of a list. What follows the last note of a sentence, up to its end, is covered by that note.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.content.markdown_checks import Text, outside_fences

_ITEM = re.compile(r"\s*(?:[-*+]|[0-9]+[.)])\s+")
_NO_TEXT = re.compile(r"#{1,6}\s|\s{0,3}\[\^[^\]]+\]:")  # headings, and notes defined in a text
_NOTES = re.compile(r"(?:\[\^[^\]\s]+\])+")
_KEY = re.compile(r"\[\^([^\]\s]+)\]")
_SHORT = r"(?<!\bDr)(?<!\bvs)(?<!\bNo)(?<!\bU\.S)(?<!\be\.g)(?<!\bi\.e)(?<!\bSt)(?<!\b[A-Z])"
_END = re.compile(rf"{_SHORT}[.?!][”\"')]*(?=\s|$|\[\^)")


@dataclass(frozen=True)
class CitedPassage:
    """A piece of a text that cites the same sources."""

    text: str  # without its notes, in one line
    keys: tuple[str, ...]  # of its sources; none where it cites none
    path: str
    places: tuple[tuple[int, int], ...]  # (where a line of the file begins in `text`, the line)
    beside: tuple[str, ...] = ()  # the sources of its whole paragraph

    def line_at(self, position: int) -> int:
        """Return the line of the file for a position in the text."""
        return next(line for start, line in reversed(self.places) if start <= position)


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is read, and the sources of any part of it."""

    text: str
    keys: tuple[str, ...]
    path: str
    line: int


def cited_passages(text: Text) -> Iterator[CitedPassage]:
    """Yield the cited passages of a text, without headings and lists of trials."""
    for lines in _paragraphs(text):
        yield from _cited_passages(lines, text.path)


def sentences(text: Text) -> Iterator[Sentence]:
    """Yield the sentences of a text, in order."""
    for lines in _paragraphs(text):
        whole, places = _joined(lines)
        covered = [*_covered(whole)]
        for start, end in sentence_spans(whole):
            keys = dict.fromkeys(
                key for a, b, names in covered if a < end and start < b for key in names
            )
            plain = " ".join(_NOTES.sub("", whole[start:end]).split())
            if plain:
                line = next(n for at, n in reversed(places) if at <= start)
                yield Sentence(plain, tuple(keys), text.path, line)


_Lines = list[tuple[int, str]]  # (number in the file, the line)


def _paragraphs(text: Text) -> Iterator[_Lines]:
    lines: _Lines = []
    for number, line in outside_fences(text.markdown):
        is_item = bool(_ITEM.match(line))
        if lines and (not line.strip() or is_item or number != lines[-1][0] - text.first_line + 1):
            yield lines
            lines = []
        if line.strip() and not _NO_TEXT.match(line):
            words = _ITEM.sub("", line, 1) if is_item else line
            lines.append((text.first_line + number, words.strip()))
    if lines:
        yield lines


def _joined(lines: _Lines) -> tuple[str, list[tuple[int, int]]]:
    whole, places = "", list[tuple[int, int]]()
    for number, line in lines:
        places.append((len(whole), number))
        whole += f"{line} "
    return whole.rstrip(), places


def sentence_spans(whole: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of a paragraph, with its notes."""
    start = 0
    for end in _END.finditer(whole):
        notes = _NOTES.match(whole, end.end())
        stop = notes.end() if notes else end.end()
        if whole[stop:].lstrip()[:1].islower():
            continue  # an abbreviation
        yield start, stop
        start = stop
    if whole[start:].strip():
        yield start, len(whole)


def _covered(whole: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield (start, end, keys) of each cited passage; they cover all but the notes."""
    start = 0
    keys: tuple[str, ...] = ()
    for notes in _NOTES.finditer(whole):
        keys = tuple(_KEY.findall(notes[0]))
        yield start, notes.start(), keys
        start = notes.end()
    rest = whole[start:]
    ended = not keys or _END.search(_NOTES.sub("", whole[:start])[-3:] or "")
    if ended:
        yield start, len(whole), ()
        return
    end = _END.search(rest)
    stop = start + end.end() if end else len(whole)
    yield start, stop, keys
    yield stop, len(whole), ()


def _cited_passages(lines: _Lines, path: str) -> Iterator[CitedPassage]:
    whole, places = _joined(lines)
    beside = tuple(dict.fromkeys(_KEY.findall(whole)))
    for start, end, keys in _covered(whole):
        piece = whole[start:end]
        if not piece.strip():
            continue
        first = next(n for at, n in reversed(places) if at <= start)
        inside = [(at - start, n) for at, n in places if start < at < end]
        yield CitedPassage(piece, keys, path, ((0, first), *inside), beside)
