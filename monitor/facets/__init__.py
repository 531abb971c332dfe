"""A record -> whom it is for and what it studies, with reasons."""

from monitor.content.vocabulary import Facet, Value, Vocabulary
from monitor.facets.answers import sort
from monitor.facets.sorting import EDITORS, NO, NOT_STATED, YES, Reason, Sorting, merged

__all__ = [
    "EDITORS",
    "NO",
    "NOT_STATED",
    "YES",
    "Facet",
    "Reason",
    "Sorting",
    "Value",
    "Vocabulary",
    "merged",
    "sort",
]
