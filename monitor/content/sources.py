"""content/sources.yaml: the sources of the texts, and the notes that a page shows for them.

A key is a short name in small letters; an NCT id is a key, too: it cites that trial's record.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, NamedTuple

from monitor.content.front_matter import (
    EXPLAINED,
    Checked,
    Day,
    Field,
    Listed,
    Place,
    Words,
    model,
    read_header,
)
from monitor.content.web_addresses import WebAddress
from monitor.problems import Problem
from monitor.registry import NCT_ID, record_url, terms

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_YEAR = frozenset({"", "null", "~", "n.d.", "none"})


def _years(value: object) -> tuple[int, ...]:
    texts = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value or "")]
    texts = [text for text in texts if text not in _NO_YEAR]
    if not all(re.fullmatch(r"(?:19|20)[0-9]{2}", text) for text in texts):
        raise ValueError("is a year such as 2025, a list of years, or empty")
    return tuple(map(int, texts))


def _key(value: object) -> str:
    key = str(value).strip()
    if not (KEY.fullmatch(key) or NCT_ID.fullmatch(key)):
        raise ValueError(f"{key!r} is no key of content/sources.yaml: write pdq-aml or NCT…")
    return key


Keys = Annotated[tuple[Annotated[str, Checked(_key)], ...], Listed, Field(examples=[["pdq-aml"]])]
"""Keys of sources, one or a list."""


@model(frozen=True, config=EXPLAINED)
class Source:
    """An entry of content/sources.yaml."""

    publisher: Words
    """Who published it: a body, a journal, a newspaper."""
    title: Words
    """What it is called, with the place in a journal or the date of a notice."""
    url: WebAddress
    """Where it stands."""
    read: Day
    """The day on which an editor read it."""
    year: Annotated[tuple[int, ...], Checked(_years)] = ()
    """When it was published: 2025, a list of years, or empty where it does not say."""
    copy: bool = False
    """Whether a copy was read and not the publisher's own page."""
    through: str = ""
    """Second-hand: the key or the name of what quotes it, and was read instead."""
    note: str = ""
    """For editors only."""
    says: tuple[Words, ...] = ()
    """What it says, in our own words: a line a fact, with its numbers."""


@dataclass(frozen=True)
class Sources:
    """Every source by its key, and where its parts stand in the file."""

    by_key: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    path: str = ""
    lines: Mapping[Place, int] = field(default_factory=lambda: MappingProxyType({}))

    is_whole: bool = True  # the file could be read

    def __contains__(self, key: str) -> bool:
        return (key,) in self.lines or not self.is_whole or bool(NCT_ID.fullmatch(key))

    def cited(self, key: str) -> tuple[str, str]:
        """Return the words and the address of a note."""
        if key not in self.by_key:
            return f"ClinicalTrials.gov, record {key}.", record_url(key)
        source = self.by_key[key]
        by = "" if not source.through else self._named(source.through)
        how = {
            (True, False): ", in a copy",
            (False, True): f", as quoted by {by}",
            (True, True): f", in the copy of {by}",
        }.get((source.copy, bool(by)), "")
        parts = [source.publisher, source.title, *map(str, _years_not_in_title(source))]
        end = "" if parts[-1].endswith((".", "?", "!")) else "."
        read = f"Read on {terms.day(source.read.isoformat())}{how}."
        return f"{', '.join(parts)}{end} {read}", source.url

    def cited_all(self, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the words and the address of the note of each key."""
        return [self.cited(key) for key in keys]

    def _named(self, through: str) -> str:
        return self.by_key[through].publisher if through in self.by_key else through


def _years_not_in_title(source: Source) -> list[int]:
    """Return the years of a source that are not in its title."""
    return [year for year in source.year if str(year) not in source.title]


def read_sources(text: str, path: str, problems: list[Problem]) -> Sources:
    """Return the sources in the YAML `text`."""
    lines: dict[Place, int] = {}
    read = read_header(text, path, 1, dict[str, Source], problems, lines)
    entries = read or {}
    urls: dict[str, str] = {}
    for key, source in entries.items():
        line = lines[key,]
        if not KEY.fullmatch(key):
            message = f"{key!r} is no key: small letters, digits and hyphens, as in pdq-aml"
            problems.append(Problem(path, line, message))
        first = urls.setdefault(source.url, key)
        if first != key and _is_one(source, entries[first]):
            message = f"{key!r} is the same as {first!r}, in line {lines[first,]}"
            problems.append(Problem(path, line, message))
        elif first != key and _name(source) != _name(entries[first]):
            message = f"{key!r} has the address of {first!r}, in line {lines[first,]}"
            problems.append(Problem(path, line, message))
    return Sources(entries, path, lines, is_whole=read is not None or len(lines) > 1)


def _is_one(a: Source, b: Source) -> bool:
    return (a.year, a.title) == (b.year, b.title)


def _name(source: Source) -> str:
    """Return its title without brackets: two editions may have one address."""
    return re.sub(r"\s*\(.*", "", source.title)


class Citation(NamedTuple):
    """A key, and where a file of content/ cites it."""

    key: str
    path: str
    line: int


def citations(
    keys: tuple[str, ...], path: str, lines: Mapping[Place, int], place: Place
) -> list[Citation]:
    """Return the citations in a header: one key below `place`, or a list of keys."""
    return [
        Citation(key, path, lines.get((*place, index), lines[place]))
        for index, key in enumerate(keys)
    ]


_NOTE = re.compile(r"\[\^(?P<key>[^\]\s]+)\](?!:)")


def keys_in(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield (line from 0, key) for each note of a text."""
    for number, line in enumerate(markdown.split("\n")):
        for note in _NOTE.finditer(line):
            yield number, note["key"]


def with_notes(markdown: str, sources: Sources) -> str:
    """Return a text followed by definitions of its notes, in Markdown."""
    keys = dict.fromkeys(key for _, key in keys_in(markdown))
    notes = []
    for key in keys:
        if key in sources.by_key or NCT_ID.fullmatch(key):
            words, url = sources.cited(key)
            notes.append(f"[^{key}]: {_escaped(words)} <{url}>")
    return f"{markdown.rstrip()}\n\n" + "\n".join(notes) + "\n" if notes else markdown


def _escaped(words: str) -> str:
    """Return words with the marks of Markdown escaped."""
    escaped = re.sub(r"([\\`*_\[\]>#])", r"\\\1", " ".join(words.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")
