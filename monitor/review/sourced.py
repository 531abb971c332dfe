"""What a text states, held against what its sources say and what the records of its trials hold.

A number or a date has to stand in a `says` line (or the title) of a source that stands for it, or
in the record of a trial that it is about. So has a drug, and the number of a protocol. What cannot
be checked this way, such as a "not" that went, meets a reader's eye in the preview, beside the
lines it rests on.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.content.figures import DATE, Figure, Known, figures, known
from monitor.content.markdown_checks import Text
from monitor.content.reader import Content
from monitor.content.sentences import Stretch, sentence_spans, stretches
from monitor.content.sources import Source
from monitor.content.swaps import swapped
from monitor.problems import Problem
from monitor.registry.study import NCT_ID, Study
from monitor.review.drug_names import NAMES, key_of

StudyOf = Callable[[str], Study | None]
"""The record of a trial by its id, or None where there is none here."""


@dataclass(frozen=True)
class Backing:
    """What stands for a piece of text: the lines of its sources, and the words of records."""

    lines: tuple[str, ...]

    @cached_property
    def known(self) -> Known:
        """The figures in it."""
        return known(self.lines)

    @cached_property
    def drugs(self) -> frozenset[str]:
        """The drugs that it names, by their generic names."""
        return frozenset(name for line in self.lines for _, _, name in drugs_in(line))

    @cached_property
    def protocols(self) -> frozenset[str]:
        """The numbers of protocols in it."""
        return frozenset(found[0] for line in self.lines for found in PROTOCOL.finditer(line))


PROTOCOL = re.compile(r"\b[A-Z]{1,5}[0-9]{3,}[A-Z0-9]*\b(?<!NCT[0-9]{8})")
"""As cooperative groups number their trials: E1910, AALL1731, S1318, A041501."""


def _drug_pattern() -> re.Pattern[str]:
    names = sorted(NAMES, key=len, reverse=True)
    words = "|".join(r"[\s-]?".join(map(re.escape, name.split())) for name in names)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


_DRUG = _drug_pattern()
_GENERIC = {key_of(name): generic for name, generic in NAMES.items()}


def drugs_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, generic name) of each drug that a text names, by any of its names."""
    for found in _DRUG.finditer(text):
        yield found.start(), found.end(), _GENERIC[key_of(found[0])]


def lines_of_source(source: Source) -> tuple[str, ...]:
    """What a source says, its title among it."""
    return (f"{source.title}, {', '.join(map(str, source.year))}", source.publisher, *source.says)


def lines_of_record(study: Study) -> Iterator[str]:
    """The words of a record, and its ages, dates and numbers."""
    yield from (study.nct_id, study.brief_title, study.acronym, study.official_title)
    yield from (study.brief_summary, study.detailed_description, study.criteria)
    yield from study.conditions
    yield from study.keywords
    for arm in study.arms:
        yield from (arm.label, arm.description, *arm.interventions)
    for given in study.interventions:
        yield from (given.name, given.description, *given.other_names)
    for outcome in (*study.primary_outcomes, *study.secondary_outcomes):
        yield from outcome
    yield f"ages {study.minimum_age.lower()}, {study.maximum_age.lower()}"
    if study.enrollment:
        yield f"{study.enrollment.count} people"
    yield f"{len(study.locations)} locations"
    yield f"{len(study.countries)} countries"
    if study.lead_sponsor:
        yield study.lead_sponsor.name
    for day in (
        *(study.start_date, study.primary_completion_date, study.completion_date),
        *(study.first_post_date, study.last_update_post_date, study.results_first_post_date),
    ):
        yield day.date if day else ""


@dataclass(frozen=True)
class Checker:
    """Holds texts against the sources and records of a tree."""

    content: Content
    study_of: StudyOf

    def problems(self, text: Text, about: str = "") -> Iterator[Problem]:
        """What a text states and nothing stands for. `about` is the id of its one trial."""
        named = self._names_of(about)
        for stretch in stretches(text):
            for start, message in self._unsupported(stretch, about, named):
                yield Problem(text.path, stretch.line_at(start), message)

    def _names_of(self, nct_id: str) -> frozenset[str]:
        text = self.content.trials.get(nct_id)
        return frozenset(PROTOCOL.findall(text.header.short_name)) if text else frozenset()

    def _unsupported(
        self, stretch: Stretch, about: str, named: frozenset[str]
    ) -> Iterator[tuple[int, str]]:
        text = stretch.text
        ids = {*NCT_ID.findall(text), *([about] if about else [])}
        backing = self._backing(stretch.keys, ids)
        for figure in figures(text):
            if not backing.known.supports(figure) and not _is_our_search(text, figure):
                yield figure.start, _unknown(figure, stretch)
        for first, second, line in swapped(text, backing.lines):
            message = f"{first.text!r} and {second.text!r} changed places? The source says: {line}"
            yield second.start, message
        yield from _brands(text)
        if not stretch.keys:
            return
        for start, end, name in drugs_in(text):
            if name not in backing.drugs:
                yield (
                    start,
                    f"{text[start:end]!r} is named by none of the sources: {_cited(stretch)}",
                )
        for nct_id in ids:
            named |= self._names_of(nct_id)
        for protocol in PROTOCOL.finditer(text):
            if protocol[0] not in backing.protocols | named:
                said = protocol[0]
                yield (
                    protocol.start(),
                    f"{said!r} is named by none of the sources: {_cited(stretch)}",
                )

    def _backing(self, keys: Iterable[str], ids: Iterable[str]) -> Backing:
        lines: list[str] = []
        for key in keys:
            lines += self._lines(key)
        for nct_id in ids:
            lines += self._lines(nct_id)
        return Backing(tuple(lines))

    def _lines(self, key: str) -> tuple[str, ...]:
        if key not in self._known_lines:
            source = self.content.sources.by_key.get(key)
            study = None if source else self.study_of(key)
            lines = (
                lines_of_source(source)
                if source
                else tuple(lines_of_record(study))
                if study
                else ()
            )
            self._known_lines[key] = lines
        return self._known_lines[key]

    @cached_property
    def _known_lines(self) -> dict[str, tuple[str, ...]]:
        return {}


_BRACKETS = re.compile(r"\s*\(([^()]+)\)")


def _brands(text: str) -> Iterator[tuple[int, str]]:
    """A brand in brackets behind the name of another drug."""
    for start, end, name in drugs_in(text):
        brackets = _BRACKETS.match(text, end)
        other = _GENERIC.get(key_of(brackets[1])) if brackets else None
        if brackets and other and other != name:
            yield start, f"{brackets[1]} is {other}, and no name of {text[start:end]}"


def _unknown(figure: Figure, stretch: Stretch) -> str:
    if not stretch.keys:
        return f"{figure.text!r} has no source: a note belongs behind it, in the same paragraph"
    return f"{figure.text!r} stands in no `says` line of {_cited(stretch)}"


def _unnamed(name: str, stretch: Stretch) -> str:
    return f"{name!r} is named by no source that stands for it: {_cited(stretch)}"


def _cited(stretch: Stretch) -> str:
    return ", ".join(stretch.keys)


_NOT_FOUND = re.compile(r"\b(?:did not find|(?:not|n[’']t) (?:be )?found|found no|find no)\b")


def _is_our_search(text: str, figure: Figure) -> bool:
    """Whether a year belongs to what the editors looked for and did not find."""
    return figure.kind == DATE and any(
        start <= figure.start < end and _NOT_FOUND.search(text[start:end])
        for start, end in sentence_spans(text)
    )
