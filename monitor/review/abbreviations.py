"""Names in capitals and figures, each with what else it is called: CD19, KMT2A, MRD, AML.

Markers, genes, diseases and bodies are mostly written so. The glossary and the headers of diseases
say what else they are called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.content import Content
from monitor.review.drug_names import DrugNames
from monitor.text import blank

_NAME = re.compile(
    r"""
    \b (?! NCT[0-9] | NCI-[0-9] )  # ids of trials and of contracts
    (?: [A-Z][a-z]*[A-Z0-9]\w*? (?: ::\w+ )?  # CD19, MRD, BCR::ABL1
      | [A-Z]{2,}\w*? )
    (?: -[0-9A-Z]\w* )*  # BCL-2
    (?= s?\b )  # of several, the name of one
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Abbreviations:
    """Those that texts use, by what a site's content knows of them."""

    content: Content
    names: DrugNames

    def unnamed(self, text: str, cited: str) -> Iterator[tuple[int, str]]:
        """Yield (position, name) for each name of a text that its sources do not have."""
        plain = _ADDRESS.sub(blank, text)
        drugs = (drug.generic for drug in self.names.find(f"{plain} {cited}"))
        targets = {aim for generic in drugs for aim in self._aims.get(generic, ())}
        diseases = {match[0] for match in _NAME.finditer(plain)} & self._diseases
        cited = cited.lower()
        for match in _NAME.finditer(plain):
            name = match[0]
            is_beside = len(diseases) > 1 and name in diseases  # one cited from another
            if name.lower().replace("-", "") in targets or is_beside or self._is_of_a_trial(name):
                continue
            if not any(each in cited for each in self._called(name)):
                yield match.start(), name

    def missing(self, text: str, known: str) -> Iterator[tuple[int, str]]:
        """Yield (position, name) for each name of a text that another one lacks."""
        known = known.lower()
        for match in _NAME.finditer(text):
            if not any(each in known for each in self._called(match[0])):
                yield match.start(), match[0]

    def _is_of_a_trial(self, name: str) -> bool:
        return any(name in trial.header.short_name for trial in self.content.trials.values())

    @cached_property
    def _diseases(self) -> frozenset[str]:
        return frozenset(disease.header.short_name for disease in self.content.diseases)

    def _called(self, name: str) -> set[str]:
        others = self._others.get(name, ())
        drug = self.names.generic_name(name)
        return {name.lower(), name.lower().replace("-", " "), *others, *([drug] if drug else [])}

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        rows = [(term.term, *term.also) for term in self.content.glossary.terms]
        rows += [(one.header.name, one.header.short_name) for one in self.content.diseases]
        return {name: tuple(each.lower() for each in row if each) for row in rows for name in row}

    @cached_property
    def _aims(self) -> dict[str, frozenset[str]]:
        """Return generic name of a drug -> what it is aimed at: cd19, bcl2."""
        return {
            self.names.generic_name(row[0]): frozenset(
                value.replace("-", "") for values in drugs.means.values() for value in values
            )
            for vocabulary in self.content.vocabularies.values()
            for drugs in vocabulary.drugs
            for row in drugs.names
        }
