"""Sorts a trial by its record: who can join, which treatments it tests, with reasons."""

from monitor.facets.answers import sort
from monitor.facets.claims import with_claims
from monitor.facets.language import is_past_treatment
from monitor.facets.mentions import Named, is_named, mentions, people_named
from monitor.facets.passages import (
    ARM,
    DESCRIPTION,
    INTERVENTION,
    KEYWORD,
    SUMMARY,
    TITLE,
    Passage,
    arms,
    descriptions,
    passages,
    piece,
)
from monitor.facets.reading import compiled
from monitor.facets.sorting import EDITORS, NO, NOT_STATED, YES, Reason, Sorting, ValueKey, merged

__all__ = [
    "ARM",
    "DESCRIPTION",
    "EDITORS",
    "INTERVENTION",
    "KEYWORD",
    "NO",
    "NOT_STATED",
    "SUMMARY",
    "TITLE",
    "YES",
    "Named",
    "Passage",
    "Reason",
    "Sorting",
    "ValueKey",
    "arms",
    "compiled",
    "descriptions",
    "is_named",
    "is_past_treatment",
    "mentions",
    "merged",
    "passages",
    "people_named",
    "piece",
    "sort",
    "with_claims",
]
