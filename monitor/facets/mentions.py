"""Finds where a text names a value or a treatment, whether it affirms or denies it."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.content import Vocabulary
from monitor.facets.passages import TITLE, Passage, arms, passages
from monitor.facets.people import people_evidence
from monitor.facets.reading import CONTRARY, PART, compiled, match_record
from monitor.facets.sorting import YES, Reason, ValueKey
from monitor.registry import Study


def mentions(study: Study, key: ValueKey, vocabulary: Vocabulary) -> Iterator[Reason]:
    """Yield the passages of a record that name a facet's value, the weightiest first."""
    for each in match_record([*passages(study), *arms(study)], compiled(vocabulary)):
        for phrase in each.phrases:
            if phrase.label.key == key and phrase.label.role != CONTRARY:
                yield each.quote(phrase)


def is_named(text: str, key: ValueKey, vocabulary: Vocabulary) -> bool:
    """Return whether a text names a value of a facet, or a drug that implies it."""
    return any(match.label.key == key for match in compiled(vocabulary).phrases.find(text))


class Named(NamedTuple):
    """Words of a text for a value."""

    start: int
    end: int
    is_part: bool  # whether they mean only some of those of whom the value is true


def people_named(text: str, vocabulary: Vocabulary) -> dict[ValueKey, Named]:
    """Return the values about people that a sentence names, with its words for each."""
    ready = compiled(vocabulary)
    (reading,) = match_record([Passage(TITLE, TITLE, 0, text)], ready)
    answered = {key for key, each in people_evidence([reading], ready) if each.answer == YES}
    named: dict[ValueKey, Named] = {}
    for phrase in reading.phrases:
        key, role = phrase.label.key, phrase.label.role
        if key in answered:
            named.setdefault(key, Named(phrase.start, phrase.end, is_part=role == PART))
    return named
