"""Gathers what texts rest on: the lines of sources and records, and what those lines name.

A source has a few lines in the editors' words (`says`), a record has short facts and long texts.
`Library.backing` joins those of all the keys that a piece of text cites, once for equal keys.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from monitor.content import Claims, Content, Source, Vocabulary
from monitor.registry import NCT_ID, Study
from monitor.review.abbreviations import Abbreviations
from monitor.review.clauses import ClauseReader
from monitor.review.drug_names import DrugNames, drug_names
from monitor.review.figures import NUMBER, Figure, FigureSet, figure_set
from monitor.review.sponsor_names import PROTOCOL

StudyOf = Callable[[str], Study | None]
"""The record of a trial by its id, or None where there is none here."""


def lines_of_source(source: Source) -> tuple[str, ...]:
    """Return the lines of a source; title and publisher say what they are, in quotations, too."""
    title = ", ".join((source.title, *map(str, source.year)))
    return (f"title: {title}", f"publisher: {source.publisher}", *source.says)


def lines_of_record(study: Study) -> Iterator[str]:
    """Yield the short facts of a record: titles, groups, measures, ages, dates, numbers."""
    yield from (study.nct_id, study.brief_title, study.acronym, study.official_title)
    yield study.brief_summary
    yield from study.conditions
    for arm in study.arms:
        yield from (arm.label, *arm.interventions)
    for intervention in study.interventions:
        yield from (intervention.name, *intervention.other_names)
    for outcome in (*study.primary_outcomes, *study.secondary_outcomes):
        yield from (outcome.measure, outcome.time_frame)
    yield f"ages {study.minimum_age.lower()}, {study.maximum_age.lower()}"
    if study.enrollment:
        yield f"{study.enrollment.count} people"
    if study.lead_sponsor:
        yield study.lead_sponsor.name
    for when in (
        *(study.start_date, study.primary_completion_date, study.completion_date),
        *(study.first_post_date, study.last_update_post_date, study.results_first_post_date),
    ):
        yield when.date if when else ""


def details_of_record(study: Study) -> Iterator[str]:
    """Yield a record's long texts; their many small numbers support nothing by themselves."""
    yield from (study.criteria, study.detailed_description)
    yield from study.keywords
    for arm in study.arms:
        yield arm.description
    for intervention in study.interventions:
        yield intervention.description
    for outcome in (*study.primary_outcomes, *study.secondary_outcomes):
        yield outcome.description


@dataclass(frozen=True)
class Backing:
    """All that a piece of text rests on."""

    names: DrugNames
    says: tuple[str, ...]  # lines of sources, and of claims
    record: tuple[str, ...]  # short facts of records
    details: tuple[str, ...]  # long texts of records

    @property
    def lines(self) -> tuple[str, ...]:
        """Return all lines."""
        return (*self.says, *self.record, *self.details)

    @cached_property
    def figure_set(self) -> FigureSet:
        """Return the figures in it; of long texts only those that stand out."""
        long = (each for each in figure_set(self.details).figures if _stands_out(each))
        short = figure_set((*self.says, *self.record))
        return FigureSet((*short.figures, *long), short.has_median)

    @cached_property
    def drugs(self) -> frozenset[str]:
        """Return the drugs that it names, by their generic names."""
        return frozenset(drug.generic for line in self.lines for drug in self.names.find(line))

    @cached_property
    def words(self) -> frozenset[str]:
        """Return its words, in lower case."""
        return frozenset(re.findall(r"[a-z]+", " ".join(self.lines).lower()))

    @cached_property
    def protocols(self) -> frozenset[str]:
        """Return the numbers of protocols in it."""
        return frozenset(match[0] for line in self.lines for match in PROTOCOL.finditer(line))


def _stands_out(figure: Figure) -> bool:
    is_small = figure.value < 100 and figure.value == int(figure.value)
    return figure.kind != NUMBER or bool(figure.unit) or not is_small


def claimed_drugs(claims: Claims | None) -> tuple[str, ...]:
    """Return the drugs that a description claims, those of its comparison included."""
    return (*claims.drugs, *claims.compared_with) if claims else ()


@dataclass(frozen=True)
class Library:
    """The content and the records of a tree, what they know by name, and what each key says."""

    content: Content
    study_of: StudyOf

    def backing(self, keys: Collection[str], claims: tuple[str, ...] = ()) -> Backing:
        """Return what these keys of sources and ids of trials say, and claims as further lines."""
        grounds = tuple(sorted(keys)), claims
        if grounds not in self._backings:
            self._backings[grounds] = self._read(*grounds)
        return self._backings[grounds]

    def has_records(self, keys: Collection[str]) -> bool:
        """Return whether each record among these keys is in data/."""
        return all(self.study_of(key) for key in keys if NCT_ID.fullmatch(key))

    def protocols_of(self, nct_id: str) -> frozenset[str]:
        """Return the protocol numbers in a described trial's short name."""
        trial = self.content.trials.get(nct_id)
        return frozenset(PROTOCOL.findall(trial.header.short_name)) if trial else frozenset()

    @cached_property
    def names(self) -> DrugNames:
        """Return the medicines that are known by name."""
        return drug_names(self.content)

    @cached_property
    def abbreviations(self) -> Abbreviations:
        """Return the names in capitals."""
        return Abbreviations(self.content, self.names)

    @cached_property
    def clause_reader(self) -> ClauseReader:
        """Return what takes texts apart into clauses."""
        return ClauseReader(self.names, self.vocabularies)

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """Return all vocabularies."""
        return tuple(self.content.vocabularies.values())

    @cached_property
    def all_lines(self) -> tuple[str, ...]:
        """Return the lines of all sources and of the glossary."""
        sources = self.content.sources.by_key.values()
        terms = self.content.glossary.terms
        definitions = (f"{term.term}: {term.definition}" for term in terms)
        return (*(line for source in sources for line in source.says), *definitions)

    @cached_property
    def trial_of(self) -> dict[str, str]:
        """Return protocol number -> id of the described trial that is called so."""
        ids = self.content.trials
        return {protocol: nct_id for nct_id in ids for protocol in self.protocols_of(nct_id)}

    @cached_property
    def _backings(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Backing]:
        return {}

    def _read(self, keys: tuple[str, ...], claims: tuple[str, ...]) -> Backing:
        by_key = self.content.sources.by_key
        sources = [by_key[key] for key in keys if key in by_key]
        studies = [study for key in keys if key not in by_key and (study := self.study_of(key))]
        return Backing(
            self.names,
            (*chain.from_iterable(map(lines_of_source, sources)), *claims),
            tuple(chain.from_iterable(map(lines_of_record, studies))),
            tuple(chain.from_iterable(map(details_of_record, studies))),
        )
