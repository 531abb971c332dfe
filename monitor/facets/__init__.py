"""A record -> whom it is for and what it studies, with reasons."""

from monitor.facets.answers import sort
from monitor.facets.sorting import EDITORS, NO, NOT_STATED, YES, Reason, Sorting, merged

__all__ = [
    "EDITORS",
    "NO",
    "NOT_STATED",
    "YES",
    "Reason",
    "Sorting",
    "merged",
    "sort",
]
