"""Where a record names a value or a treatment, whatever that says of it."""

from collections.abc import Iterator

from monitor.content import Vocabulary
from monitor.facets.passages import piece
from monitor.facets.reading import CONTRARY, Key, compiled, read
from monitor.facets.sorting import Reason
from monitor.registry import Study


def mentions(study: Study, key: Key, vocabulary: Vocabulary) -> Iterator[Reason]:
    """Where a record names a value of a facet, the weightiest passages first."""
    for each in read(study, compiled(vocabulary)):
        for said in each.said:
            if said.label.key == key and said.label.role != CONTRARY:
                passage = each.passage
                yield Reason(passage.where, piece(passage.text, said.start, said.end))


def is_named(text: str, key: Key, vocabulary: Vocabulary) -> bool:
    """Whether a text names a value of a facet, or a drug that stands for it."""
    words = compiled(vocabulary).phrases
    return any(match.label.key == key for match in words.find(text, text.lower()))
