"""Compares what a text and its sources say of the same name or figure.

"IDH1: enasidenib" has only names that its source has, too; but the source's clause with IDH1 has
ivosidenib. So a clause of a text is compared with those clauses of the lines that share the most of
its anchors, which are figures, drugs, markers, genes and protocols: where all of them have another
answer to the same question, somebody mixed up two.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.content import Vocabulary
from monitor.review.drug_names import DrugNames
from monitor.review.exclusive_words import affirmed, is_denied, rivals_of
from monitor.review.figures import DATE, NUMBER, PERCENT, SHARE, Figure, figures
from monitor.review.mismatch import Contradiction
from monitor.review.opposites import ORDER, PATTERNS

_CLAUSE = re.compile(
    r"""
    [.;] (?=\s|$)
  | , (?=\s) (?! \s+ (?: (?:an?|the)\s | [A-Z]{2,}[0-9] | (?:19|20)[0-9]{2}\b ) )  # no apposition
  | (?<=\w{10}) : (?=\s)
  | \s-\s
  | \b(?:but|while|whereas)\b
    """,
    re.VERBOSE,
)
MARKER = re.compile(r"\b(?:CD[0-9]+|BCMA|GPRC5D|BCL-(?:2|xL))\b")
GENE = re.compile(r"\b(?!CD[0-9])(?:[A-Z]{2,6}[0-9]{1,2}[A-Z]?|BCR::ABL1|IGHV)\b")
_HAVING = re.compile(
    r"\b(?P<how>with(?:out)?)\s+(?:(?:an?|the|this|any)\s+)?(?P<name>[A-Z]{2,6}[0-9]{1,2}[A-Z]?)\b"
)
_PART = re.compile(r"[.;](?=\s|$)")
_NAMED = {"marker": MARKER, "gene": GENE}
_MANY = 20  # smaller numbers are in many clauses

Question = tuple[str, str | int]


_DRUG: Question = ("name", "drug")


class Answer(NamedTuple):
    """One of the things that a clause may say to a question."""

    name: str
    start: int  # in the clause
    text: str


@dataclass(frozen=True)
class Clause:
    """A piece of a text between commas."""

    line: str  # the whole text
    part: str  # the sentence of it, or what stands between semicolons
    start: int  # in the whole
    anchors: frozenset[str]
    around: frozenset[str]  # the anchors of its whole sentence, or part between semicolons
    answers: dict[Question, tuple[Answer, ...]]
    wider: frozenset[tuple[Question, str]]  # what that sentence or part answers in words

    def names_for(self, question: Question) -> tuple[str, ...]:
        """Return the names of its answers to a question."""
        own = tuple(answer.name for answer in self.answers.get(question, ()))
        return own or tuple(name for asked, name in self.wider if asked == question)

    def has(self, question: Question, answer: Answer) -> bool:
        """Return whether it gives an answer; if that is no name, anywhere in its part."""
        is_word = question[0] != "name" and answer.text.lower() in self.part.lower()
        return is_word or answer.name in self.names_for(question)


@dataclass(frozen=True)
class ClauseReader:
    """Takes texts apart, with the words that it knows."""

    names: DrugNames
    vocabularies: Sequence[Vocabulary]

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """Return the clauses of a text that have an anchor."""
        return _clauses(text, self.names, tuple(self.vocabularies))

    def mixed_up(
        self, text: str, lines: Iterable[str], *, drugs: bool = True
    ) -> Iterator[Contradiction]:
        """Yield each answer of a text that its sources give about another name."""
        theirs = [clause for line in lines for clause in self.clauses(line)]
        for clause in self.clauses(text):
            for question, answers in clause.answers.items():
                if len(answers) == 1 and (drugs or question != _DRUG):
                    yield from self._against(clause, question, answers[0], theirs)

    def _against(
        self, clause: Clause, question: Question, answer: Answer, others: Sequence[Clause]
    ) -> Iterator[Contradiction]:
        anchors = clause.anchors - {answer.name}
        if question == _DRUG:  # a number of people, or a span of time, is not one drug's
            anchors = frozenset(each for each in anchors if not each.startswith(NUMBER))
        shared = [(anchors & one.anchors, one) for one in others if anchors & one.anchors]
        most = max((len(both) for both, _ in shared), default=0)
        theirs = [
            one
            for both, one in shared
            if len(both) == most and one.names_for(question) and _is_enough(question, both)
        ]
        names_there = {name for one in theirs for name in one.names_for(question)}
        if not names_there or not self._exclude(question, answer.name, names_there):
            return
        # Another line on the same matter may say it: one with something else of the sentence.
        elsewhere = clause.around - {answer.name} - {each for one in theirs for each in one.anchors}
        if any(
            one.has(question, answer) for one in others if one in theirs or elsewhere & one.anchors
        ):
            return
        other = theirs[0].names_for(question)[0]
        start = clause.start + answer.start
        yield Contradiction(start, answer.text, other, theirs[0].line)

    def _exclude(self, question: Question, name: str, names_there: set[str]) -> bool:
        if question[0] != "people":
            return True
        others = {
            value
            for vocabulary in self.vocabularies
            for _, value in rivals_of(vocabulary).get((str(question[1]), name), ())
        }
        return names_there <= others


@lru_cache(50_000)
def _clauses(
    text: str, names: DrugNames, vocabularies: tuple[Vocabulary, ...]
) -> tuple[Clause, ...]:
    return tuple(_split(text, names, vocabularies))


def _split(text: str, names: DrugNames, vocabularies: tuple[Vocabulary, ...]) -> Iterator[Clause]:
    for first, last in _cut_at(_PART, text, 0, len(text)):
        around = frozenset(_anchors(text[first:last], names))
        whole = _answers(text[first:last], names, ()) if around else ()
        wider = frozenset((q, answer.name) for q, answer in whole if q[0] == "words")
        for start, end in _cut_at(_CLAUSE, text, first, last) if around else ():
            piece = text[start:end]
            anchors = frozenset(_anchors(piece, names))
            if anchors:
                answers: dict[Question, dict[str, Answer]] = {}
                for question, answer in _answers(piece, names, vocabularies):
                    answers.setdefault(question, {}).setdefault(answer.name, answer)
                each = {question: tuple(by_name.values()) for question, by_name in answers.items()}
                yield Clause(text, text[first:last], start, anchors, around | anchors, each, wider)


def _cut_at(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in mark.finditer(text, start, end):
        yield start, match.start()
        start = match.start()
    yield start, end


def _anchors(text: str, names: DrugNames) -> Iterator[str]:
    for figure in figures(text):
        if _is_telling(figure):
            yield f"{figure.kind} {figure.value} {figure.unit} {figure.day}"
    for drug in names.find(text):
        yield drug.generic
    for pattern in _NAMED.values():
        yield from pattern.findall(text)


def _is_enough(question: Question, anchors: frozenset[str]) -> bool:
    """Return whether two clauses with these anchors are about the same thing.

    One drug alone may be more frequent, and its dose lower.
    """
    is_telling = any(each.startswith((NUMBER, PERCENT, DATE)) or each.isupper() for each in anchors)
    return question[0] != "words" or is_telling or len(anchors) > 1


def _is_telling(figure: Figure) -> bool:
    has_day = figure.kind == DATE and figure.day != (0, 0)
    return figure.kind in (PERCENT, SHARE) or has_day or bool(figure.unit) or figure.value >= _MANY


def _answers(
    text: str, names: DrugNames, vocabularies: tuple[Vocabulary, ...]
) -> Iterator[tuple[Question, Answer]]:
    for number, row in enumerate((*PATTERNS, ORDER)):
        for name, pattern in row.items():
            for match in pattern.finditer(text):
                if not is_denied(text[: match.start()]):
                    yield ("words", number), Answer(name, match.start(), match[0])
    for kind, pattern in _NAMED.items():
        for match in pattern.finditer(text):
            yield ("name", kind), Answer(match[0], match.start(), match[0])
    for match in _HAVING.finditer(text):
        yield ("having", match["name"]), Answer(match["how"].lower(), match.start(), match[0])
    for drug in names.find(text):
        yield _DRUG, Answer(drug.generic, drug.start, drug.text)
    for vocabulary in vocabularies:
        for (facet, value), named in affirmed(text, vocabulary).items():
            yield ("people", facet), Answer(value, named.start, text[named.start : named.end])
