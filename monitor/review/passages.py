"""Where a record says what: passages of it, and whether they say that a trial is for somebody.

A record never states "this trial is for X" in a field of its own. What comes nearest are its
titles, conditions and keywords, and the criteria: an inclusion criterion that names X is for it, a
short exclusion criterion that names X is against it. Everything else only mentions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.registry import Study, eligibility
from monitor.text import normal, unescape

AGREES, CONTRADICTS, UNKNOWN = "agrees", "contradicts", "cannot tell"
Ruling = tuple[str, str]  # one of these three, and because of what

FOR, AGAINST, MENTIONED = "for", "against", "mentioned"

_HEADINGS = ("title", "official title", "conditions", "keywords")
INCLUSION, EXCLUSION = "inclusion criteria", "exclusion criteria"


@dataclass(frozen=True)
class Passage:
    """A piece of a record: where it stands, and its words as they are compared."""

    where: str
    words: str  # as they are compared: without case and escapes, with plain dashes and quotes
    text: str  # as they stand, in one line

    @property
    def is_heading(self) -> bool:
        """Whether it says what the whole trial is about."""
        return self.where in _HEADINGS


@dataclass(frozen=True)
class Found:
    """A passage that names what was looked for, and what that says."""

    says: str  # FOR, AGAINST or MENTIONED
    passage: Passage
    start: int  # of the name in the passage's words
    end: int

    def __str__(self) -> str:
        text = self.passage.text
        if len(text) > _QUOTED:
            # Comparing mostly keeps the length; where it does not, the compared words are quoted.
            same = (
                text.casefold()[self.start : self.end] == self.passage.words[self.start : self.end]
            )
            text = _around(text if same else self.passage.words, self.start, self.end)
        return f"{self.passage.where}: “{text}”"


_QUOTED = 100  # characters that are quoted whole


def _around(text: str, start: int, end: int) -> str:
    """A piece of a long text, cut between words."""
    first, last = max(0, start - 60), min(len(text), end + 60)
    piece = text[first:last]
    if first:
        piece = f"… {piece.partition(' ')[2] or piece}"
    return f"{piece.rpartition(' ')[0] or piece} …" if last < len(text) else piece


def passages(study: Study) -> Iterator[Passage]:
    """Everything in a record that is made of words, the weightiest first."""
    yield from _each("title", [study.brief_title, study.acronym])
    yield from _each("official title", [study.official_title])
    yield from _each("conditions", study.conditions)
    yield from _each("keywords", study.keywords)
    for item in eligibility.parse_criteria(study.criteria):
        outside = item.section == eligibility.EXCLUSION or _REFUSES.search(normal(item.text))
        yield _passage(EXCLUSION if outside else INCLUSION, item.text)
    yield from _each("summary", [study.brief_summary])
    yield from _each("description", [study.detailed_description])
    for arm in study.arms:
        yield from _each("groups", (arm.label, arm.description))
    for given in study.interventions:
        yield from _each("interventions", (given.name, *given.other_names, given.description))


def _each(where: str, texts: Iterable[str]) -> Iterator[Passage]:
    return (_passage(where, text) for text in texts if text)


def _passage(where: str, text: str) -> Passage:
    return Passage(where, normal(text), " ".join(unescape(text).split()))


_REFUSES = re.compile(
    r"\b(?:(?:is|are|will be) (?:not eligible|ineligible|excluded|not allowed)|must not have)\b"
)
_NOT = re.compile(
    r"\b(?:no|not|non|without|absence of|negative for|lack(?:ing|s)?(?: of)?|never|neither|nor"
    r"|exclud\w+|other than|except(?: for)?|rather than)\b[^.;,:()]{0,40}$"
)
_UNLESS = re.compile(
    r"\b(?:unless|except|if|who|whose|within|prior|previous|requir\w+|only|until|after"
    r"|with (?:no|un)|fail\w*|intoleran\w+|amenable|candidates?|eligible for|risk)\b"
)
_SHORT = 22  # words: a longer exclusion criterion is about more than one thing


@dataclass(frozen=True)
class Record:
    """A study, and its words taken apart once for all rules."""

    study: Study
    passages: list[Passage]


def find(pattern: re.Pattern[str], study_passages: list[Passage]) -> list[Found]:
    """Where a record names something, and what each of these passages says of it."""
    found = []
    for passage in study_passages:
        for match in pattern.finditer(passage.words):
            denied = bool(_NOT.search(passage.words[: match.start()]))
            found.append(Found(_says(passage, denied=denied), passage, *match.span()))
    return found


def _says(passage: Passage, *, denied: bool) -> str:
    if passage.is_heading or passage.where == INCLUSION:
        return AGAINST if denied else FOR
    if passage.where == EXCLUSION and not denied:
        plain = len(passage.words.split()) <= _SHORT and not _UNLESS.search(passage.words)
        return AGAINST if plain else MENTIONED
    return MENTIONED
