"""Keys for comparing names of treatments, without salts and strengths."""

import re
from collections.abc import Iterable, Sequence

from monitor.content import Vocabulary
from monitor.text import normal

_SALTS = re.compile(
    r"\b(?:hydrochloride|sulfate|sulphate|mesylate|sodium|phosphate|acetate|succinate|tartrate"
    r"|monohydrate|anhydrous|citrate|maleate|tosylate|disodium|hcl|liposomal?|pegylated)\b"
)
_APART = re.compile(r"[^a-z0-9+]+")


def key_of(name: str) -> str:
    """Return a key for a name: words without salts, marks and case, joined by spaces."""
    words = normal(name)
    joined = _SALTS.sub(" ", words)
    return " ".join(_APART.sub(" ", joined).split()) or " ".join(_APART.sub(" ", words).split())


def keys_of(name: str, vocabularies: Sequence[Vocabulary]) -> tuple[str, ...]:
    """Return the keys of all names that a record may use for this treatment."""
    key = key_of(name)
    for row in _rows(vocabularies):
        keys = tuple(dict.fromkeys(map(key_of, row)))
        if key in keys:
            return keys
    return (key,)


def _rows(vocabularies: Sequence[Vocabulary]) -> Iterable[Sequence[str]]:
    """Return the names of each treatment: drugs, and equal spellings of the vocabulary."""
    for vocabulary in vocabularies:
        yield from (row for drugs in vocabulary.drugs for row in drugs.names)
        yield from vocabulary.same
