"""A passage of a text beside what it rests on, and a Fault: what a comparison takes and yields.

A note says where a figure is from. Without one, a passage rests on the records of the trials that
it names, and in a description on that of its trial.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from monitor.content import CitedPassage
from monitor.registry import NCT_ID
from monitor.review.backing import Backing, Library, claimed_drugs
from monitor.review.mismatch import Contradiction


class Fault(NamedTuple):
    """What is wrong at a place of a text."""

    start: int  # in the text
    words: str  # that are wrong
    message: str  # for a contributor: what is wrong, and what to do or what the source says


def distinct(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield one fault for the same words at the same place: the first."""
    by_place: dict[tuple[int, str], Fault] = {}
    for fault in faults:
        by_place.setdefault((fault.start, fault.words.casefold()), fault)
    yield from by_place.values()


def contradicted(place: Contradiction) -> Fault:
    """Return the Fault of words that a line of a source contradicts."""
    start, words, answer, line = place
    return Fault(start, words, f"{words!r}: the source says otherwise ({answer}): {line}")


@dataclass(frozen=True)
class Cited:
    """A passage of a text, and where its statements have to be."""

    passage: CitedPassage
    library: Library
    about: str = ""  # the id of the trial that the text describes
    term_names: tuple[str, ...] = ()  # of the term that the text defines

    @property
    def text(self) -> str:
        """Return its words."""
        return self.passage.text

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the sources that it cites."""
        return self.passage.keys

    @property
    def sources(self) -> str:
        """Return those keys in words."""
        return ", ".join(self.keys)

    @cached_property
    def trials(self) -> frozenset[str]:
        """Return the ids of the trials that it names or is about."""
        return frozenset({*NCT_ID.findall(self.text), *([self.about] if self.about else [])})

    @cached_property
    def backing(self) -> Backing:
        """Return all that it rests on."""
        return self.library.backing({*self.keys, *self.trials})

    @cached_property
    def figures_from(self) -> Backing:
        """Return where its figures have to be: with a note not in the record it is about."""
        if not self.keys:
            return self.backing
        return self.library.backing({*self.keys, *(self.trials - {self.about})})

    @cached_property
    def names_from(self) -> Backing | None:
        """Return where its names have to be; None where that cannot be known.

        A description whose record is not in data/ has its sources and claims instead.
        """
        if self.library.has_records({*self.keys, self.about}):
            return self.backing
        if not self.has_sources or not self.keys:
            return None
        header = self.library.content.trials[self.about].header
        keys = {*self.keys, *self.trials, *header.sources}
        return self.library.backing(keys, claimed_drugs(header.claims))

    @property
    def has_sources(self) -> bool:
        """Return whether every record that it cites is in data/."""
        return self.library.has_records(self.keys)


Comparison = Callable[[Cited], Iterator[Fault]]
"""Yields what is wrong with a passage; nothing where it does not apply to it."""
