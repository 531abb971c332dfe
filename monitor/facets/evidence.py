"""What a passage says of a value, and how much each kind of passage weighs."""

from typing import NamedTuple

from monitor.facets.passages import CONDITION, INCLUSION, INTERVENTION, KEYWORD, SUMMARY, TITLE
from monitor.facets.sorting import Reason, ValueKey
from monitor.registry import EXCLUSION

PEOPLE_RANKS = {INCLUSION: 1, EXCLUSION: 1, TITLE: 2, CONDITION: 3, KEYWORD: 4, SUMMARY: 5}
"""Kind of passage -> rank of what it says of who can join. 1 is the strongest: the criteria come
first, and a weaker kind counts where all stronger ones are silent.
"""
TREATMENT_RANKS = {INTERVENTION: 1, TITLE: 2}
"""Kind of passage -> rank of what it says of the treatments that are studied.

Both tables are one scale. They meet where a treatment implies something of people: as an
intervention, CD19 says "B-cell" even against a criterion's no, and in a title it does not.
"""
IMPLIED_RANK = PEOPLE_RANKS[TITLE]
"""The strongest rank of an implied answer: in what it rules out it counts like a title's."""


class Evidence(NamedTuple):
    """What a passage says of a value."""

    answer: str
    rank: int  # of its kind of passage, in one of the tables above
    is_strict: bool  # it is about all who can join, not some
    named: frozenset[ValueKey]  # values that the passage names, too: it rules none of them out
    reason: Reason
