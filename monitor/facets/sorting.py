"""The answers of a record to each value of each facet, as small values for the catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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
    reasons: Mapping[tuple[str, str], tuple[Reason, ...]] = field(default_factory=dict)

    def answer(self, facet: str, value: str) -> str:
        """Return YES, NO or NOT_STATED."""
        if value in self.yes.get(facet, ()):
            return YES
        return NO if value in self.no.get(facet, ()) else NOT_STATED

    def is_editors(self, facet: str, value: str) -> bool:
        """Return whether only the editors' claim supports the answer."""
        return any(reason.where == EDITORS for reason in self.reasons.get((facet, value), ()))

    def answers(self, facets: Iterable[str]) -> dict[str, dict[str, list[str]]]:
        """Return {"lineage": {"yes": ["b-cell"], "no": []}} for these facets, as in downloads."""
        return {
            facet: {YES: list(self.yes.get(facet, ())), NO: list(self.no.get(facet, ()))}
            for facet in facets
        }


def merged(sortings: Iterable[Sorting]) -> Sorting:
    """Return the answers of a trial in several diseases: a yes of one is a yes."""
    yes: dict[str, tuple[str, ...]] = {}
    no: dict[str, tuple[str, ...]] = {}
    reasons: dict[tuple[str, str], tuple[Reason, ...]] = {}
    several = list(sortings)
    for one in several:
        for facet, values in one.yes.items():
            yes[facet] = tuple(dict.fromkeys((*yes.get(facet, ()), *values)))
    for one in several:
        for facet, values in one.no.items():
            more = (value for value in values if value not in yes.get(facet, ()))
            no[facet] = tuple(dict.fromkeys((*no.get(facet, ()), *more)))
    for answers, each in ((yes, YES), (no, NO)):
        for facet, values in answers.items():
            for value in values:
                supporting = (
                    one.reasons[facet, value] for one in several if one.answer(facet, value) == each
                )
                reasons[facet, value] = next(supporting, ())
    return Sorting(yes, no, reasons)
