"""The answers of a record to each value of each facet, as small values for the catalog."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

ValueKey = tuple[str, str]  # the keys of a facet and of one of its values

YES, NO, NOT_STATED = "yes", "no", ""
EDITORS = "our description"


class Reason(NamedTuple):
    """A passage that gave an answer, or the editors' claim."""

    where: str  # "title", "condition 2", "inclusion 3", "arm 1", …; EDITORS
    text: str  # the passage, or a piece of it; plain text in one line


@dataclass(frozen=True, slots=True)
class Sorting:
    """The answers of one trial. What is in neither `yes` nor `no` is not stated."""

    yes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values, in order
    no: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: Mapping[ValueKey, tuple[Reason, ...]] = field(default_factory=dict)

    def answer(self, facet: str, value: str) -> str:
        """Return YES, NO or NOT_STATED."""
        if value in self.yes.get(facet, ()):
            return YES
        return NO if value in self.no.get(facet, ()) else NOT_STATED

    def keys(self, answer: str) -> Iterator[ValueKey]:
        """Yield the values with an answer, YES or NO."""
        for facet, values in (self.yes if answer == YES else self.no).items():
            yield from ((facet, value) for value in values)

    def answers(self, facets: Iterable[str]) -> dict[str, dict[str, list[str]]]:
        """Return {"lineage": {"yes": ["b-cell"], "no": []}} for these facets, as in downloads."""
        return {
            facet: {YES: list(self.yes.get(facet, ())), NO: list(self.no.get(facet, ()))}
            for facet in facets
        }


def grouped(
    answers: Mapping[ValueKey, str], reasons: Mapping[ValueKey, tuple[Reason, ...]]
) -> Sorting:
    """Return answers by facet, in their order."""
    by_facet: dict[str, dict[str, tuple[str, ...]]] = {YES: {}, NO: {}}
    for (facet, value), answer in answers.items():
        values = by_facet[answer]
        values[facet] = (*values.get(facet, ()), value)
    return Sorting(by_facet[YES], by_facet[NO], reasons)


def merged(sortings: Iterable[Sorting]) -> Sorting:
    """Return the answers of a trial in several diseases: a yes of one is a yes."""
    answers: dict[ValueKey, str] = {}
    reasons: dict[ValueKey, tuple[Reason, ...]] = {}
    several = list(sortings)
    for answer in (YES, NO):
        for one in several:
            for key in one.keys(answer):
                if key not in answers:
                    answers[key], reasons[key] = answer, one.reasons[key]
    return grouped(answers, reasons)
