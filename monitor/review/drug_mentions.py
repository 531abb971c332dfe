"""Finds the names of medicines in a text, with the generic name of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.content import Content
from monitor.review.drug_names import key_of

_SHORT = 4  # letters: a shorter name could be a common word


@dataclass(frozen=True)
class Drug:
    """A medicine that a text names."""

    generic: str
    text: str  # as it is written there
    start: int
    end: int


class DrugNames:
    """Rows of names of one medicine each, the generic name first."""

    def __init__(self, rows: Iterable[tuple[str, ...]]) -> None:
        self.generic: dict[str, str] = {}
        self._known: dict[str, tuple[Drug, ...]] = {}
        for row in rows:
            generic = next((g for name in row if (g := self.generic.get(key_of(name)))), row[0])
            for name in row:
                if len(name) >= _SHORT:
                    self.generic.setdefault(key_of(name), generic)

    def find(self, text: str) -> tuple[Drug, ...]:
        """Return the drugs of a text, the longest name where several begin together."""
        if text not in self._known:
            self._known[text] = tuple(self._find(text))
        return self._known[text]

    def _find(self, text: str) -> Iterator[Drug]:
        for match in self._pattern.finditer(text):
            generic = self.generic.get(key_of(match[0]))
            if generic:
                yield Drug(generic, match[0], *match.span())

    def called(self, name: str) -> str:
        """Return the generic name of a drug; "" where the name is unknown."""
        return self.generic.get(key_of(name), "")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return the pattern of all names: by first letter, as it tries one after the other."""
        by_letter: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.generic, key=len, reverse=True):
            words = r"[\s-]?".join(map(re.escape, name.split()))
            by_letter[re.escape(name[:1])].append(words)
        groups = "|".join(
            rf"(?={letter})(?:{'|'.join(names)})" for letter, names in by_letter.items()
        )
        return re.compile(rf"(?<![\w-])(?:{groups})(?![\w-])", re.IGNORECASE)


def drug_names(content: Content) -> DrugNames:
    """Return the drug names of the vocabularies."""
    vocabularies = content.vocabularies.values()
    return DrugNames(row for each in vocabularies for drugs in each.drugs for row in drugs.names)
