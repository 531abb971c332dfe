"""content/vocabulary/<name>.yaml: the questions that decide whether a trial fits, and their words.

In: YAML. Out: a Vocabulary, or a Problem for each mistake. What the phrases do to a record is said
in `monitor.facets`; how they are written, in docs/vocabulary.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Literal

from monitor.content.front_matter import EXPLAINED, Field, Words, model

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Meaning = dict[Key, tuple[Key, ...]]
"""Values of facets: {target: [cd19], treatment: [car-t]}."""

PERSON, TREATMENT = "person", "treatment"


@model(frozen=True, config=EXPLAINED)
class Value:
    """An answer to a facet's question."""

    key: Key
    """What it is called in addresses, downloads and claims. It never changes."""
    label: Words
    """What readers see."""
    phrases: tuple[Words, ...] = ()
    """How records write it."""
    unless: tuple[Words, ...] = ()
    """Longer phrases that hold one of these and mean something else."""
    means: Meaning = Field(default_factory=dict)
    """What else is true of a trial for which this is."""
    opposite: Key | None = None
    """The value of this facet that everybody has who has not this one."""
    rules_out: tuple[Key, ...] = ()
    """Values of this facet that a trial for this one is not for, unless it names them."""


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
class Drug:
    """A medicine and what it is, so that a record which names it need not say so."""

    names: tuple[Words, ...]
    """The generic name first, then brands, codes and short forms."""
    means: Meaning = Field(default_factory=dict)
    """Which values of which facets it stands for."""


@model(frozen=True, config=EXPLAINED)
class Vocabulary:
    """The facets that some diseases share."""

    label: Words
    facets: tuple[Facet, ...]
    drugs: tuple[Drug, ...] = ()
    same: tuple[tuple[Words, ...], ...] = ()
    """Spellings that mean the same for who searches by words."""

    @cached_property
    def by_key(self) -> Mapping[str, Facet]:
        """Its facets."""
        return {facet.key: facet for facet in self.facets}

    def only(self, facets: tuple[str, ...]) -> "Vocabulary":
        """With these facets alone, in this order."""
        return replace(self, facets=tuple(self.by_key[key] for key in facets))
