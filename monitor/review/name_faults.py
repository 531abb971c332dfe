"""Names that no source has: drugs, brands, protocols, markers, genes, companies and groups."""

import re
from collections.abc import Collection, Iterator

from monitor.content import Term, Text, keys_in, sentence_spans
from monitor.registry import NCT_ID
from monitor.review.backing import Library, claimed_drugs
from monitor.review.cited import Cited, Fault
from monitor.review.clauses import GENE, MARKER
from monitor.review.sponsor_names import PROTOCOL

_BRAND = re.compile(r"[A-Z][a-z]{4,}")
_BRACKETS = re.compile(r"\s*\(([^()]+)\)")
_PROPER = re.compile(r"(?<=[a-z,;:(] )(?P<name>[A-Z][a-z]{3,})\b")
"""A capital letter that begins no sentence."""
_MAKER = re.compile(r"\b(?P<name>[A-Z][\w-]{2,})(?:, which makes\b| is the sponsor\b)")
_NOT_BODIES = frozenset(
    [
        *("United", "Kingdom", "States", "American", "Europe", "European", "England", "English"),
        *("Italian", "German", "French", "Spanish", "Japanese", "Chinese", "Canadian"),
        *("Australian", "Britain", "British", "January", "February", "March", "April", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ]
)
"""Countries and peoples, which a source may have in other words, and months."""
_SETTLES_NOTHING = re.compile(
    r"^So\b|\b(?:open|whether|not known|under study|ask)\b|[?:]$|\]\(/|\bNCT[0-9]", re.IGNORECASE
)
"""In a sentence that concludes, asks, leaves open, or points to a list, page or record."""

_STRANGE = "neither the record nor a source of this description names {!r}"


def names_without_source(cited: Cited) -> Iterator[Fault]:
    """Yield the names of a passage that nothing it rests on has."""
    if cited.names_from is None:
        return
    if cited.keys or (cited.about and not cited.passage.beside):
        yield from _abbreviations(cited)
    if not cited.keys:
        return
    library, text, backing = cited.library, cited.text, cited.names_from
    for match in (*_PROPER.finditer(text), *_MAKER.finditer(text)):
        if match["name"] not in _NOT_BODIES and match["name"].lower() not in backing.words:
            yield _unnamed(match.start(), match["name"], cited)
    protocols = backing.protocols.union(*map(library.protocols_of, cited.trials))
    for start, name in _strangers(text, backing.drugs, protocols, library):
        yield _unnamed(start, name, cited)
    # A marker has to be in the sources of its own part of a sentence.
    lines = " ".join((*backing.lines, *cited.term_names))
    for start, name in library.abbreviations.unnamed(text, lines):
        if MARKER.fullmatch(name):
            yield _unnamed(start, name, cited)


def _abbreviations(cited: Cited) -> Iterator[Fault]:
    """Yield markers, genes, diseases and bodies that nothing beside a sentence names."""
    library = cited.library
    header = library.content.trials[cited.about].header if cited.about else None
    lines = [f"{header.summary} {header.claims}"] if header else []
    sources = header.sources if header else ()
    for key in (*{*cited.passage.beside, *cited.trials}, *sources):
        trial = library.content.trials.get(key)
        lines += [trial.header.short_name] if trial else []
        lines += library.backing([key]).lines
    lines += cited.term_names
    for start, name in library.abbreviations.unnamed(cited.text, " ".join(lines)):
        yield _unnamed(start, name, cited)


def _unnamed(start: int, name: str, cited: Cited) -> Fault:
    if not cited.keys:
        return Fault(start, name, _STRANGE.format(name))
    remedy = "correct it, or cite a source that does"
    return Fault(start, name, f"no line of {cited.sources} names {name!r}: {remedy}")


def names_without_note(cited: Cited) -> Iterator[Fault]:
    """Yield the first drug, marker or gene of each sentence that states something of it.

    Of pages and guides: a description has sources in its header.
    """
    if cited.keys or cited.about or cited.term_names:
        return
    for at, end in sentence_spans(cited.text):
        sentence = cited.text[at:end].strip()
        if _SETTLES_NOTHING.search(sentence):
            continue
        names = [drug.text for drug in cited.library.names.find(sentence)]
        names += [*MARKER.findall(sentence), *GENE.findall(sentence)]
        for name in names[:1]:
            message = f"what this sentence says of {name!r} needs a source: put a note after it"
            yield Fault(at, name, message)


def names_in_definition(term: Term, library: Library) -> list[str]:
    """Return the drugs and abbreviations in a definition, without those of its term."""
    drugs = [drug.text for drug in library.names.find(term.definition)]
    unnamed = library.abbreviations.unnamed(term.definition, " ".join(term.names))
    return drugs + [name for _, name in unnamed]


def strangers(text: Text, about: str, library: Library) -> Iterator[tuple[int, Fault]]:
    """Yield (line, fault) for drugs and protocols that a description's grounds do not name.

    These are its record, its claims, and every source that it cites anywhere.
    """
    header = library.content.trials[about].header
    keys = {about, *header.sources, *(key for _, key in keys_in(text.markdown))}
    backing = library.backing(keys, claimed_drugs(header.claims))
    ids = {about, *NCT_ID.findall(text.markdown)}
    protocols = backing.protocols.union(*map(library.protocols_of, ids))
    for number, line in enumerate(text.markdown.split("\n"), text.first_line):
        for start, name in _strangers(line, backing.drugs, protocols, library):
            yield number, Fault(start, name, _STRANGE.format(name))


def _strangers(
    text: str, drugs: Collection[str], protocols: Collection[str], library: Library
) -> Iterator[tuple[int, str]]:
    """Yield (start, name) of the drugs and protocols in a text that are not among these."""
    for drug in library.names.find(text):
        if drug.generic not in drugs:
            yield drug.start, drug.text
    for match in PROTOCOL.finditer(text):
        if match[0] not in protocols:
            yield match.start(), match[0]


def wrong_brands(text: str, library: Library) -> Iterator[Fault]:
    """Yield each brand in brackets after the name of another drug."""
    for drug in library.names.find(text):
        brackets = _BRACKETS.match(text, drug.end)
        if not brackets:
            continue
        brand = brackets[1]
        other = library.names.generic_name(brand)
        if other not in ("", drug.generic):
            yield Fault(drug.start, brand, f"{brand} is a name of {other}, not of {drug.text}")
        elif not other and _BRAND.fullmatch(brand):
            where = "in content/vocabulary: correct it, or add it there"
            message = f"{brand} is no name of {drug.text} {where}"
            yield Fault(drug.start, brand, message)
