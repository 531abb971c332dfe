"""A record as the rules read it: its passages, its sortings, and the places of words in them."""

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
class Mention:
    """A passage that has certain words, and where in it."""

    passage: Passage
    start: int  # of the name in the passage's words
    end: int

    @property
    def before(self) -> str:
        """Return the words that come before it."""
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
        """Return its passages of text, the weightiest first."""
        return [*passages(self.study), *arms(self.study), *descriptions(self.study)]

    @cached_property
    def sortings(self) -> list[tuple[Vocabulary, Sorting]]:
        """Return the sorting by each vocabulary."""
        return [(vocabulary, sort(self.study, vocabulary)) for vocabulary in self.vocabularies]

    def find(self, pattern: re.Pattern[str], kinds: Collection[str]) -> list[Mention]:
        """Return the places of words in passages of some kinds."""
        return [
            Mention(passage, *match.span())
            for passage in self.passages
            if passage.kind in kinds
            for match in pattern.finditer(passage.words)
        ]
