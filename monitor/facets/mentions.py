"""Finds where a text names a value or a treatment, whether it affirms or denies it."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.content import PERSON, Vocabulary
from monitor.facets import people
from monitor.facets.passages import TITLE, Passage, arms, passages, piece
from monitor.facets.reading import CONTRARY, PART, Key, compiled, read, read_passage
from monitor.facets.sorting import YES, Reason
from monitor.registry import Study


def mentions(study: Study, key: Key, vocabulary: Vocabulary) -> Iterator[Reason]:
    """Yield the passages of a record that name a facet's value, the weightiest first."""
    for each in read([*passages(study), *arms(study)], compiled(vocabulary)):
        for said in each.said:
            if said.label.key == key and said.label.role != CONTRARY:
                passage = each.passage
                yield Reason(passage.where, piece(passage.text, said.start, said.end))


def is_named(text: str, key: Key, vocabulary: Vocabulary) -> bool:
    """Return whether a text names a value of a facet, or a drug that stands for it."""
    words = compiled(vocabulary).phrases
    return any(match.label.key == key for match in words.find(text))


class Named(NamedTuple):
    """Words of a text for a value."""

    start: int
    end: int
    is_part: bool  # whether they mean only some of those of whom the value is true


def people_named(text: str, vocabulary: Vocabulary) -> dict[Key, Named]:
    """Return the values about people that a sentence names, with its words for each."""
    words = compiled(vocabulary)
    each = read_passage(Passage(TITLE, TITLE, 0, text), words)
    answered = {key for key, evidence in people.evidence([each], words) if evidence.answer == YES}
    named: dict[Key, Named] = {}
    for said in each.said:
        facet, _ = words.values[said.label.key]
        if said.label.key in answered and facet.about == PERSON:
            named.setdefault(said.label.key, Named(said.start, said.end, said.label.role == PART))
    return named
