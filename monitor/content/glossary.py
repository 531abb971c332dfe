"""content/glossary.yaml: its terms, and where a text mentions them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from monitor.content.front_matter import STRICT, Place, Words, model, read_header
from monitor.content.markdown_checks import markup
from monitor.content.sources import Citation, Keys, citations
from monitor.problems import Problem

_SENSE = re.compile(r"\s*\([^()]*\)$")


@model(frozen=True, config=STRICT)
class Term:
    """An entry of the glossary. All of it is plain text.

    A sense in brackets, as in "Completed (status)", marks a common word with a special meaning: it
    has an entry, but its mentions in texts are not linked.
    """

    term: Words
    definition: Words
    also: tuple[Words, ...] = ()  # other spellings and abbreviations
    source: Keys = ()  # where the definition comes from: keys of content/sources.yaml

    @property
    def id(self) -> str:
        """Return the id of its element on the glossary's page."""
        return re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")

    @property
    def letter(self) -> str:
        """Return the letter of its section: "A" to "Z", or "0–9"."""
        return self.term[0].upper() if self.term[0].isalpha() else "0–9"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the term and its other names."""
        return (self.term, *self.also)


@dataclass(frozen=True)
class Glossary:
    """All terms, A to Z."""

    terms: tuple[Term, ...] = ()
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)  # of the definitions, by the terms' ids

    def named(self, name: str) -> Term | None:
        """Return the entry of a name; None where there is none."""
        return self._entries.get(_key(name))

    def mentions(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield (start, end, term) of every mention; of two that begin together the longer one."""
        if self._spellings:
            for mention in self._pattern.finditer(text):
                term = self._spellings[(mention.lastindex or 0) - 1][1]
                yield mention.start(), mention.end(), term

    @cached_property
    def _entries(self) -> dict[str, Term]:
        return {_key(name): term for term in self.terms for name in term.names}

    @cached_property
    def _spellings(self) -> list[tuple[str, Term]]:
        """Return (name, term) for all names to link: by first letter, the longest first."""
        names = [(name, term) for term in self.terms for name in term.names]
        linked = (each for each in names if not _SENSE.search(each[0]))
        return sorted(linked, key=lambda each: (_first(each[0]), -len(each[0])))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return a pattern with a group for each spelling, which matches whole words and plurals.

        Alternatives are grouped by first letter: a flat list of all takes far longer.
        """
        letters = [
            f"(?=(?i:{re.escape(letter)}))(?:{'|'.join(f'({_spelling(n)})' for n, _ in names)})"
            for letter, names in groupby(self._spellings, lambda each: _first(each[0]))
        ]
        return re.compile(rf"(?<![\w-])(?:{'|'.join(letters)})s?(?!\w)")


def _key(name: str) -> str:
    """Return a key that is equal for names that differ only in capitals, spaces and hyphens."""
    return re.sub(r"[\s-]+", " ", name).casefold()


def _first(name: str) -> str:
    return name.strip("- ")[:1].lower()


def _spelling(name: str) -> str:
    """Return the pattern of a name, in which a space and a hyphen are the same.

    A name with a capital after its first letter is an abbreviation: capitals count.
    """
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name.strip("- ")))
    return words if any(letter.isupper() for letter in name[1:]) else f"(?i:{words})"


def read_glossary(text: str, path: str, problems: list[Problem], cited: list[Citation]) -> Glossary:
    """Return the glossary of the YAML `text`, adding Problems and, to `cited`, its citations.

    Two entries with one name or one address are a Problem.
    """
    lines: dict[Place, int] = {}
    terms = read_header(text, path, 1, tuple[Term, ...], problems, lines) or ()
    names: dict[str, int] = {}  # key -> line
    ids: dict[str, int] = {}
    for index, term in enumerate(terms):
        line = lines[index, "term"]
        for key, value in (("term", term.term), ("definition", term.definition)):
            if mark := markup(value):
                message = f"{key!r} is plain text, without Markdown: {mark}"
                problems.append(Problem(path, lines[index, key], message))
        if term.source:
            cited += citations(term.source, path, lines, (index, "source"))
        lines_of_names = [line, *(lines[index, "also", i] for i in range(len(term.also)))]
        for name, place in zip(term.names, lines_of_names, strict=True):
            if not re.search("[A-Za-z0-9]", name):
                message = f"{name!r} holds no letter from a to z and no digit"
                problems.append(Problem(path, place, message))
            elif _key(name) in names:
                message = f"{name!r} stands here already, in line {names[_key(name)]}"
                problems.append(Problem(path, place, message))
            elif name == term.term and term.id in ids:
                message = f"the address /glossary/#{term.id} is that of line {ids[term.id]}"
                problems.append(Problem(path, place, message))
            names.setdefault(_key(name), place)
        ids.setdefault(term.id, line)
    places = {term.id: lines[index, "definition"] for index, term in enumerate(terms)}
    return Glossary(tuple(sorted(terms, key=lambda term: term.term.casefold())), path, places)
