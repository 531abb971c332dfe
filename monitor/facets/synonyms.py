"""Spellings that mean the same to somebody who searches by words, as data for a page's script."""

from monitor.content import Vocabulary, plain


def synonyms(vocabulary: Vocabulary) -> list[list[str]]:
    """Groups of equal spellings, in small letters and without hyphens; JSON-friendly.

    Drugs by all their names, diseases by theirs, and what the vocabulary itself calls the same. A
    search for one of a group finds records that have any of them.
    """
    rows = [*vocabulary.same, *vocabulary.diseases.values()]
    rows += [row for drugs in vocabulary.drugs for row in drugs.names]
    groups = [
        list(dict.fromkeys(plain(name) for word in row for name in vocabulary.spellings(word)))
        for row in rows
    ]
    return [group for group in groups if len(group) > 1]
