"""Compares the denials of a text with those of its sources: a "not" too few or too many.

"Obe-cel is approved as consolidation" has all the words of a line that denies it. So the words that
a line denies may not be in a text undenied, and what a text denies, a line has to deny.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.review.mismatch import Mismatch
from monitor.text import blank

_WORD = re.compile(r"[A-Za-z][\w-]*(?:::\w+)*|[0-9][\w.,%]*\w%?")
_DENIAL = re.compile(
    r"\b(?:not|no|nor|never|neither|none|nobody|nothing|cannot)\b|n[’']t\b", re.IGNORECASE
)
_WITHOUT = re.compile(r"(?<!or )\bwithout\s+(?!it\b|them\b|that\b)(?=[a-z])", re.IGNORECASE)
_FOR = re.compile(
    r"\b(?:is|are|was|were|and|but)\s+(?P<denial>not\s+)?(?:also\s+|only\s+)?for\s+(?P<whom>[^.;:,()]+)"
)
_NEUTRAL = re.compile(
    r"\bnot (?:yet|only|just|all|every\w*|always|necessarily|known)\b"
    r"|\b(?:did|do|does) not respond\b"  # the plain words for refractory
    r"|\bwhether or not\b|\bor not\b|\bwith (?:or|and) without\b"
    r"|\b(?:if|unless|until|when)\b[^,.;:]{0,40}?\b(?:not|no)\b"
    r"|\b(?:no|not) (?:more|fewer|less|longer|later|older|younger) than\b|\bno longer\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:without|lack\w*|los[te]\w*|loss|fail\w*|unlike|except|instead|rather|yet|hardly|rarely"
    r"|un(?!der|it|ion|ti)\w{3,}|miss\w+|absen\w+|exclu\w+|refus\w+|declin\w+|stop\w*|kept|keep"
    r"|leav\w+|other|too (?:few|small|short|early|little)|few|little|only|also|alone"
    r"|still|whether|before|until|would|could|if|in place of|clos\w+|suspend\w*"
    r"|hold|free of|stay\w*|withdr\w+|out)\b|-free\b",
    re.IGNORECASE,
)
"""Words that deny in their own way, or leave it open: they settle nothing."""
_SENTENCE = re.compile(r"[.;:?!](?=\s|$)|\b(?:but|while|whereas|although)\b", re.IGNORECASE)
_PIECE = re.compile(r"\(|[,)](?=\s|$)|\b(?:and|or|nor|which|who|because|so that)\b", re.IGNORECASE)
_SMALL = re.compile(
    r"(?:an?|the|of|in|on|at|to|for|by|as|and|or|with|was|were|is|are|be|been|had|has|have|do|does"
    r"|did|th(?:at|is|ey|em|eir|ose|ese|an|en|ere)|its?|here|wh(?:o|ich|at)|from|about|any|also"
    r"|c(?:an|ould)|may|might|must|will|w?sh?ould|would|so|such|each|others?|after|only)"
)
_ENDINGS = ("ing", "ed", "es", "s")
_NUMBER = re.compile(r"\b[0-9]")
_TELLS_APART = re.compile(r"(?:It|This|That) (?:is|was) not (?:an?|the)\b")  # from something else
_THAT = re.compile(r"\bthat\s*$", re.IGNORECASE)
_OTHERS = frozenset(["peopl", "patient", "adult", "disea"])
_REACH = 4  # words behind a denial that it surely denies


@dataclass(frozen=True)
class _Piece:
    """A part of a sentence between commas."""

    text: str
    start: int
    words: tuple[str, ...]
    before: tuple[str, ...] = ()  # of its sentence, before its denial
    affirmed: tuple[str, ...] = ()  # in front of "that" and its denial: "it proves that nothing"
    denied: tuple[str, ...] = ()  # behind its denial
    sentence: tuple[str, ...] = ()
    says_so: bool = True  # neither denied nor left open


def lost_denials(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each statement that its sources only deny."""
    sources = {line: _WITHOUT.sub("no ", line) for line in lines}
    for line, plain in sources.items():
        for piece in _pieces(plain):
            statement = _saying(text, piece, _words(text)) if piece.denied else None
            if statement and not any(
                _saying(each, piece, is_loose=True) for each in sources.values()
            ):
                yield Mismatch(statement.start, statement.text, line)


def wrong_admissions(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each group of people whom a study "is for", where a line says it is not.

    At least two words have to name them: "not for babies without it".
    """
    barred = [
        (line, {*_words(match["whom"])} - _OTHERS)
        for line in lines
        for match in _FOR.finditer(line)
        if match["denial"]
    ]
    for match in _FOR.finditer(text):
        whom = {*_words(match["whom"])}
        for line, people in barred if not match["denial"] else ():
            if len(people) > 1 and people <= whom:
                yield Mismatch(match.start(), match[0], line)


def new_denials(text: str, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (position, words) for each denial that none of the sources has."""
    sources = [*lines]
    everything = {*_words(text)}
    for piece in _pieces(text):
        if _TELLS_APART.match(piece.text):
            continue
        if piece.denied and not any(_denies(one, everything) for one in sources):
            yield piece.start, piece.text


def denied(text: str, lines: Iterable[str]) -> Iterator[Mismatch]:
    """Yield each denial of a text of what a line affirms."""
    sources = [*lines]
    for piece in _pieces(text):
        for line in sources if len(piece.denied) > 1 else ():
            if _saying(line, piece, is_loose=True):
                yield Mismatch(piece.start, piece.text, line)


def _denies(line: str, words: set[str]) -> bool:
    """Return whether a line denies something about one of these words."""
    plain = _NEUTRAL.sub(blank, line)
    return bool(_DENIAL.search(line) or _HEDGE.search(plain)) and bool(words & {*_words(line)})


def _saying(
    text: str, denial: _Piece, whole: tuple[str, ...] = (), *, is_loose: bool = False
) -> _Piece | None:
    """Return the piece of a text that states what another one denies.

    Its subject may be in its sentence, or anywhere in `whole`. A loose one may leave it open.
    """
    for piece in _pieces(text):
        is_first = denial.denied and denial.denied[0] in piece.affirmed
        if not (piece.says_so or is_first or (is_loose and not piece.denied)):
            continue
        same = [word for word in denial.denied if word in piece.words]
        are_most = len(same) >= 2 and len(same) * 2 >= len(denial.denied)
        are_all = len(same) == len(denial.denied) and any(
            word in (*piece.sentence, *whole) for word in denial.before
        )
        if are_most or are_all:
            return piece
    return None


@lru_cache(20_000)
def _pieces(text: str) -> tuple[_Piece, ...]:
    return tuple(_split(_NEUTRAL.sub(blank, text)))


def _split(text: str) -> Iterator[_Piece]:
    for first, last in _between(_SENTENCE, text, 0, len(text)):
        before: tuple[str, ...] = ()
        whole = _words(text[first:last])
        is_open = bool(_HEDGE.search(text, first, last))
        for start, end in _between(_PIECE, text, first, last):
            denial = _DENIAL.search(text, start, end)
            words = _words(text[start:end])
            at = start + len(text[start:end]) - len(text[start:end].lstrip())
            phrase = text[start:end].strip()
            if denial:
                stated = _THAT.search(text, start, denial.start())
                affirmed = _words(text[start : stated.start()]) if stated and not is_open else ()
                is_open = True  # what follows may be denied with it
                behind = _words(_NUMBER.split(text[denial.end() : end], 1)[0])[:_REACH]
                front = (*before, *_words(text[start : denial.start()]))[-4:]
                yield _Piece(phrase, at, words, front, affirmed, behind, whole, says_so=False)
            else:
                yield _Piece(phrase, at, words, sentence=whole, says_so=not is_open)
            before += words


def _between(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in mark.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:end].strip():
        yield start, end


def _words(text: str) -> tuple[str, ...]:
    words = (word.lower() for word in _WORD.findall(text) if not _DENIAL.fullmatch(word))
    return tuple(_stem(word) for word in words if not _SMALL.fullmatch(word))


def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 4), "")
    return word.removesuffix(ending).removesuffix("e")
