"""content/vocabulary/<name>.yaml: the questions that decide whether a trial fits, and their words.

In: YAML. Out: a Vocabulary, or a Problem for each mistake. What the phrases do to a record is said
in `monitor.facets`; how they are written, in docs/vocabulary.md.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Literal

from monitor.content.front_matter import (
    EXPLAINED,
    Checked,
    Described,
    Field,
    Place,
    Words,
    model,
    read_header,
)
from monitor.problems import Problem

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _names(given: object) -> object:
    """Texts between commas and line ends."""
    if not isinstance(given, str):
        return given
    return tuple(name for part in re.split(r"[,\n]", given) if (name := " ".join(part.split())))


def _lines(given: object) -> object:
    """A row for each line, in each the texts between commas."""
    if not isinstance(given, str):
        return given
    return tuple(names for line in given.split("\n") if (names := _names(line)))


_TEXT = Described({"type": "string"})
Names = Annotated[tuple[Words, ...], Checked(_names), _TEXT]
"""Phrases, separated by commas or on lines of their own."""
Rows = Annotated[tuple[tuple[Words, ...], ...], Checked(_lines), _TEXT]
"""A row of names on each line, separated by commas."""
Meaning = dict[Key, Annotated[tuple[Key, ...], Checked(_names), _TEXT]]
"""Values of facets: {target: cd19, treatment: car-t}."""

PERSON, TREATMENT = "person", "treatment"


@model(frozen=True, config=EXPLAINED)
class Value:
    """An answer to a facet's question."""

    key: Key
    """What it is called in addresses, downloads and claims. It never changes."""
    label: Words
    """What readers see."""
    phrases: Names = ()
    """How records write it."""
    unless: Names = ()
    """Longer phrases that hold one of these and mean something else."""
    contrary: Names = ()
    """Phrases for what nobody is who is this: "previously treated" for the newly diagnosed."""
    means: Meaning = Field(default_factory=dict)
    """What else is true of a trial for which this is."""
    opposite: Key | None = None
    """The value of this facet that everybody has who has not this one."""
    rules_out: Names = ()
    """Values of this facet that a trial for this one is not for, unless it names them."""
    earlier: bool = False
    """The phrases name a treatment that people had before they join."""
    background: bool = False
    """Often given along: it counts where a title names it, or nothing else is studied."""


@model(frozen=True, config=EXPLAINED)
class Facet:
    """A question, and the answers that a trial can have."""

    key: Key
    label: Words
    """Its name in a word or two: "Stage"."""
    question: Words
    """The question that it answers, in plain words."""
    about: Literal["person", "treatment"] = "person"
    """Whether it asks who can join, or what is studied."""
    of_disease: bool = False
    """Whether a phrase counts only where it is said of the disease: "untreated", "recurrent"."""
    values: tuple[Value, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Value]:
        """Its values."""
        return {value.key: value for value in self.values}


@model(frozen=True, config=EXPLAINED)
class Drugs:
    """Medicines of one kind, so that a record which names one need not say what it is."""

    means: Meaning
    """Which values of which facets they stand for."""
    names: Rows
    """A medicine a line: the generic name first, then brands, codes and short forms."""


@model(frozen=True, eq=False, config=EXPLAINED)
class Vocabulary:
    """The facets that some diseases share. Each is one of its kind: equal to itself alone."""

    label: Words
    """What it is for, in a word or two."""
    facets: tuple[Facet, ...]
    """The questions, in the order in which pages show them."""
    lists: dict[str, Names] = Field(default_factory=dict)
    """Words that phrases name in braces: "{ph} positive"."""
    diseases: dict[Key, Names] = Field(default_factory=dict)
    """What the diseases that it serves are called, by the names of their files."""
    any_disease: Names = ()
    """Words that may mean each of them: leukemia, malignancy."""
    other_diseases: Names = ()
    """Diseases that records name beside these: what is said of them is not said of ours."""
    elsewhere: Names = ()
    """Words before a disease that make it something else: "CNS disease", "second malignancy"."""
    drugs: tuple[Drugs, ...] = ()
    """Medicines by name."""
    same: Rows = ()
    """Spellings that mean the same to somebody who searches by words."""
    disease: Key | None = None
    """The disease that is sorted for; none for all of them."""

    @cached_property
    def by_key(self) -> Mapping[str, Facet]:
        """Its facets."""
        return {facet.key: facet for facet in self.facets}

    def of(self, disease: str, facets: tuple[str, ...] = ()) -> "Vocabulary":
        """For one disease: what is said of others is passed over; with these facets alone."""
        known = tuple(self.by_key[key] for key in facets) or self.facets
        return replace(self, disease=disease, facets=known)


def read_vocabulary(text: str, path: str, problems: list[Problem]) -> Vocabulary | None:
    """Read a vocabulary; None, and a Problem for each mistake, where it is not sound."""
    lines: dict[Place, int] = {}
    return read_header(text, path, 1, Vocabulary, problems, lines)
