"""A record taken apart for the rules, and where it names what is looked for."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.content import Vocabulary
from monitor.facets import Passage, Sorting, arms, descriptions, passages, piece, sort
from monitor.registry import Study

AGREES, CONTRADICTS, UNKNOWN = "agrees", "contradicts", "cannot tell"
Ruling = tuple[str, str]  # one of these three, and because of what


@dataclass(frozen=True)
class Found:
    """A passage that names what was looked for."""

    passage: Passage
    start: int  # of the name in the passage's words
    end: int

    @property
    def before(self) -> str:
        """The words that come before it."""
        return self.passage.words[: self.start]

    def __str__(self) -> str:
        return f"{self.passage.where}: “{piece(self.passage.text, self.start, self.end)}”"


@dataclass(frozen=True)
class Record:
    """A study, its words taken apart once for all rules, and the words to read it with."""

    study: Study
    vocabularies: Sequence[Vocabulary]

    @cached_property
    def passages(self) -> list[Passage]:
        """Everything in it that is made of words, the weightiest first."""
        return [*passages(self.study), *arms(self.study), *descriptions(self.study)]

    @cached_property
    def sortings(self) -> list[tuple[Vocabulary, Sorting]]:
        """What each vocabulary makes of it."""
        return [(words, sort(self.study, words)) for words in self.vocabularies]

    def find(self, pattern: re.Pattern[str], kinds: Collection[str]) -> list[Found]:
        """Where passages of some kinds have words."""
        return [
            Found(passage, *match.span())
            for passage in self.passages
            if passage.kind in kinds
            for match in pattern.finditer(passage.words)
        ]
