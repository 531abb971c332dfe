"""Names of medicines: when two are the same, and which ones a text has.

Salts and strengths are left out of the comparison; a vocabulary has all names of a medicine.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.content import Content, Vocabulary
from monitor.text import normal

_SALTS = re.compile(
    r"\b(?:hydrochloride|sulfate|sulphate|mesylate|sodium|phosphate|acetate|succinate|tartrate"
    r"|monohydrate|anhydrous|citrate|maleate|tosylate|disodium|hcl|liposomal?|pegylated)\b"
)
_APART = re.compile(r"[^a-z0-9+]+")


def key_of(name: str) -> str:
    """Return a key for a name: words without salts, marks and case, joined by spaces."""
    words = normal(name)
    joined = _SALTS.sub(" ", words)
    return " ".join(_APART.sub(" ", joined).split()) or " ".join(_APART.sub(" ", words).split())


def keys_of(name: str, vocabularies: Sequence[Vocabulary]) -> tuple[str, ...]:
    """Return the keys of all names that a record may use for this treatment."""
    key = key_of(name)
    for row in _rows(vocabularies):
        keys = tuple(dict.fromkeys(map(key_of, row)))
        if key in keys:
            return keys
    return (key,)


def _rows(vocabularies: Sequence[Vocabulary]) -> Iterator[Sequence[str]]:
    """Yield the names of each treatment: drugs, and equal spellings of a vocabulary."""
    for vocabulary in vocabularies:
        yield from (row for drugs in vocabulary.drugs for row in drugs.names)
        yield from vocabulary.same


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
        self._generic: dict[str, str] = {}
        self._known: dict[str, tuple[Drug, ...]] = {}
        for row in rows:
            generic = next((g for name in row if (g := self._generic.get(key_of(name)))), row[0])
            for name in row:
                if len(name) >= _SHORT:
                    self._generic.setdefault(key_of(name), generic)

    def find(self, text: str) -> tuple[Drug, ...]:
        """Return the drugs of a text, the longest name where several begin together."""
        if text not in self._known:
            self._known[text] = tuple(self._find(text))
        return self._known[text]

    def _find(self, text: str) -> Iterator[Drug]:
        for match in self._pattern.finditer(text):
            generic = self._generic.get(key_of(match[0]))
            if generic:
                yield Drug(generic, match[0], *match.span())

    def generic_name(self, name: str) -> str:
        """Return the generic name of a drug; "" where the name is unknown."""
        return self._generic.get(key_of(name), "")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return the pattern of all names: by first letter, as it tries one after the other."""
        by_letter: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._generic, key=len, reverse=True):
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
