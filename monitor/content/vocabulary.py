"""content/vocabulary/<name>.yaml: the questions that decide whether a trial fits, and their words.

In: YAML. Out: a Vocabulary, or a Problem for each mistake. What the phrases do to a record is said
in `monitor.facets`; how they are written, in docs/vocabulary.md.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from monitor.content.front_matter import (
    EXPLAINED,
    Checked,
    Described,
    Field,
    Place,
    Words,
    model,
    read_header,
)
from monitor.problems import Problem


def _key(given: object) -> object:
    if isinstance(given, str) and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given.strip()):
        raise ValueError(f"{given!r} is a part of addresses: small letters, digits and hyphens")
    return given


Key = Annotated[str, Checked(_key)]


def _names(given: object) -> object:
    """Texts between commas and line ends."""
    if not isinstance(given, str):
        return given
    return tuple(name for part in re.split(r"[,\n]", given) if (name := " ".join(part.split())))


def _lines(given: object) -> object:
    """A row for each line, in each the texts between commas."""
    if not isinstance(given, str):
        return given
    return tuple(names for line in given.split("\n") if (names := _names(line)))


_TEXT = Described({"type": "string"})
Names = Annotated[tuple[Words, ...], Checked(_names), _TEXT]
"""Phrases, separated by commas or on lines of their own."""
Rows = Annotated[tuple[tuple[Words, ...], ...], Checked(_lines), _TEXT]
"""A row of names on each line, separated by commas."""
Meaning = dict[Key, Annotated[tuple[Key, ...], Checked(_names), _TEXT]]
"""Values of facets: {target: cd19, treatment: car-t}."""

PERSON, TREATMENT = "person", "treatment"


@model(frozen=True, config=EXPLAINED)
class Value:
    """An answer to a facet's question."""

    key: Key
    """What it is called in addresses, downloads and claims. It never changes."""
    label: Words
    """What readers see."""
    phrases: Names = ()
    """How records write it."""
    adjectives: Names = ()
    """Words that count only where they are said of the disease: "untreated", "recurrent"."""
    parts: Names = ()
    """What only some of them have: named, it counts; kept out, it says nothing of the others."""
    unless: Names = ()
    """Longer phrases that hold one of these and mean something else."""
    contrary: Names = ()
    """Phrases for what nobody is who is this: "previously treated" for the newly diagnosed."""
    means: Meaning = Field(default_factory=dict)
    """What else is true of a trial for which this is."""
    opposite: Key | None = None
    """The value of this facet that everybody has who has not this one."""
    rules_out: Names = ()
    """Values of this facet that a trial for this one is not for, unless it names them."""
    leads_to: Names = ()
    """Values that people come to have in the course of it: only criteria rule them out."""
    comes_after: Names = ()
    """Values that lie behind who is this: criteria that take some of these, and nobody of those."""
    hardly_without: Meaning = Field(default_factory=dict)
    """It is hardly ever met without these: a claim of it for a trial of others is wrong."""
    hardly_for: Meaning = Field(default_factory=dict)
    """Who hardly joins where a title names it: that a list of conditions has them says nothing."""
    earlier: bool = False
    """The phrases name a treatment that people had before they join."""
    background: bool = False
    """Often given along: it counts where a title names it, or nothing else is studied."""


@model(frozen=True, config=EXPLAINED)
class Facet:
    """A question, and the answers that a trial can have."""

    key: Key
    label: Words
    """Its name in a word or two: "Stage"."""
    question: Words
    """The question that it answers, in plain words."""
    about: Literal["person", "treatment"] = "person"
    """Whether it asks who can join, or what is studied."""
    folded: bool = False
    """Whether few people know the answer: "Find yours" asks it last, and only who unfolds it."""
    values: tuple[Value, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Value]:
        """Its values."""
        return {value.key: value for value in self.values}


@model(frozen=True, config=EXPLAINED)
class Drugs:
    """Medicines of one kind, so that a record which names one need not say what it is."""

    means: Meaning
    """Which values of which facets they stand for."""
    names: Rows
    """A medicine a line: the generic name first, then brands, codes and short forms."""


@model(frozen=True, eq=False, config=EXPLAINED)
class Vocabulary:
    """The facets that some diseases share. Each is one of its kind: equal to itself alone."""

    label: Words
    """What it is for, in a word or two."""
    facets: tuple[Facet, ...]
    """The questions, in the order in which pages show them."""
    lists: dict[str, Names] = Field(default_factory=dict)
    """Words that phrases name in braces: "{ph} positive"."""
    diseases: dict[Key, Names] = Field(default_factory=dict)
    """What the diseases that it serves are called, by the names of their files."""
    any_disease: Names = ()
    """Words that may mean each of them: leukemia, malignancy."""
    other_diseases: Names = ()
    """Diseases that records name beside these: what is said of them is not said of ours."""
    elsewhere: Names = ()
    """Words before a disease that make it something else: "CNS disease", "second malignancy"."""
    drugs: tuple[Drugs, ...] = ()
    """Medicines by name."""
    same: Rows = ()
    """Spellings that mean the same to somebody who searches by words."""
    apart: Rows = ()
    """Words that exclude each other and are no values of a facet, for texts held to sources."""
    disease: Key | None = None
    """The disease that is sorted for; none for all of them."""

    @cached_property
    def by_key(self) -> Mapping[str, Facet]:
        """Its facets."""
        return {facet.key: facet for facet in self.facets}

    def of(self, disease: str, facets: tuple[str, ...] = ()) -> "Vocabulary":
        """For one disease: what is said of others is passed over; with these facets alone."""
        return _part(self, disease, facets)

    def spellings(self, phrase: str) -> tuple[str, ...]:
        """A phrase with the lists that it names written out."""
        found = _BRACES.search(phrase)
        if not found:
            return (phrase,)
        before, after = phrase[: found.start()], self.spellings(phrase[found.end() :])
        names = self.lists.get(found[1], ())
        parts = dict.fromkeys(part for name in names for part in self.spellings(name))
        return tuple(f"{before}{part}{rest}" for part in parts for rest in after)

    def named(self, words: str, about: str = PERSON) -> tuple[str, str] | None:
        """The facet and value that somebody means by these words; None where there is none."""
        return self._called[about].get(plain(words))

    @cached_property
    def _called(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        called: dict[str, dict[str, tuple[str, str]]] = {PERSON: {}, TREATMENT: {}}
        for facet in self.facets:
            for value in facet.values:
                phrases = (*value.phrases, *value.adjectives)
                names = (name for phrase in phrases for name in self.spellings(phrase))
                for name in (value.key, value.label, *names):
                    called[facet.about].setdefault(plain(name), (facet.key, value.key))
        return called


_BRACES = re.compile(r"\{([^{}]*)\}")


def plain(name: str) -> str:
    """A name as it is compared: small letters, a space for hyphens and spaces."""
    return re.sub(r"[\s-]+(?=\S)", " ", name).strip().casefold()


@lru_cache(64)
def _part(words: Vocabulary, disease: str, facets: tuple[str, ...]) -> Vocabulary:
    known = tuple(words.by_key[key] for key in facets) or words.facets
    return replace(words, disease=disease, facets=known)


def read_vocabulary(text: str, path: str, problems: list[Problem]) -> Vocabulary | None:
    """Read a vocabulary; None, and a Problem for each mistake, where it is not sound.

    The same text gives the same vocabulary, so that what was sorted by it need not be sorted again.
    """
    words, mistakes = _read(text, path)
    problems += mistakes
    return words


@lru_cache(16)
def _read(text: str, path: str) -> tuple[Vocabulary | None, list[Problem]]:
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    words = read_header(text, path, 1, Vocabulary, problems, lines)
    rows = text.split("\n")
    for place, name, message in _mistakes(words) if words else ():
        line = _line_of(place, name, lines, rows)
        problems.append(Problem(path, line, f"{'.'.join(map(str, place))}: {message}"))
    return None if problems else words, problems


def _line_of(place: Place, name: str, lines: dict[Place, int], rows: list[str]) -> int:
    """The line of a name in a text of many: the first from its key on that has it."""
    known = next(place[:end] for end in range(len(place), -1, -1) if place[:end] in lines)
    line = lines[known]
    # A block reaches as far as its lines stand further in than its key.
    indent = len(rows[line - 1]) - len(rows[line - 1].lstrip(" -"))
    for number, row in enumerate(rows[line - 1 :], line):
        if number > line and row.strip() and len(row) - len(row.lstrip(" ")) <= indent - 2:
            break
        if name and name in " ".join(row.split()):
            return number
    return line


Mistake = tuple[Place, str, str]  # the place, the name or phrase there, and what is wrong with it

_SHORTEST = 3  # signs of a phrase that is no abbreviation
_COMMON = re.compile(
    "all|and|any|cells?|disease|for|no|not|of|or|patients?|prior|study|the|therapy|treatment|trial"
    "|with|without"
)
"""Words that stand in every record: a phrase of one of these alone would sort them all."""


def _mistakes(words: Vocabulary) -> Iterator[Mistake]:
    """Everything in a vocabulary that is well written and makes no sense."""
    yield from _doubled_keys(words)
    yield from _of_lists(words)
    for number, facet in enumerate(words.facets):
        place: Place = ("facets", number)
        if not facet.values:
            yield (*place, "values"), "", "a facet has at least one value"
        for index, value in enumerate(facet.values):
            yield from _of_value(words, facet, value, (*place, "values", index))
        yield from _doubled_phrases(words, facet, place)
    yield from _of_drugs(words)


def _doubled_keys(words: Vocabulary) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, facet in enumerate(words.facets):
        if facet.key in seen:
            yield ("facets", number, "key"), facet.key, f"{facet.key!r} is a facet already"
        seen.add(facet.key)
        values: set[str] = set()
        for index, value in enumerate(facet.values):
            if value.key in values:
                place = ("facets", number, "values", index, "key")
                yield place, value.key, f"{value.key!r} is a value of {facet.key!r} already"
            values.add(value.key)


def _of_lists(words: Vocabulary) -> Iterator[Mistake]:
    seen: list[str] = []
    for name, phrases in words.lists.items():
        for phrase in phrases:
            for other in _BRACES.findall(phrase):
                if other not in seen:
                    message = f"{{{other}}} is no list that stands above this one"
                    yield ("lists", name), phrase, message
        seen.append(name)


def _of_value(words: Vocabulary, facet: Facet, value: Value, place: Place) -> Iterator[Mistake]:
    for field in ("phrases", "adjectives", "parts", "unless", "contrary"):
        for phrase in getattr(value, field):
            yield from _of_phrase(words, phrase, (*place, field))
    is_drugs = any(
        value.key in drugs.means.get(facet.key, ()) for drugs in words.drugs if drugs.names
    )
    if not (value.phrases or value.adjectives or value.parts or is_drugs):
        message = f"{value.key!r} has no phrases, and no drug means it: no record can say it"
        yield (*place, "key"), value.key, message
    for field in ("opposite", "rules_out", "leads_to", "comes_after"):
        others = getattr(value, field) or ()
        for other in (others,) if isinstance(others, str) else others:
            if other not in facet.by_key or other == value.key:
                message = f"{other!r} is no other value of {facet.key!r}"
                yield (*place, field), other, f"{message}: {', '.join(facet.by_key)}"
    yield from _of_meaning(words, value.means, (*place, "means"))
    yield from _of_meaning(words, value.hardly_without, (*place, "hardly_without"))
    yield from _of_meaning(words, value.hardly_for, (*place, "hardly_for"))
    if facet.about == PERSON and value.background:
        yield (*place, "background"), "", "only a treatment can be given along"
    if facet.about == TREATMENT and (value.earlier or value.contrary or value.opposite):
        field = next(f for f in ("earlier", "contrary", "opposite") if getattr(value, f))
        yield (*place, field), "", f"{field!r} says something of people, and not of a treatment"


def _of_phrase(words: Vocabulary, phrase: str, place: Place) -> Iterator[Mistake]:
    for name in _BRACES.findall(phrase):
        if name not in words.lists:
            known = ", ".join(words.lists) or "none"
            yield place, phrase, f"{phrase!r}: there is no list {{{name}}}; known are {known}"
    rest = _BRACES.sub("", phrase)
    if "{" in rest or "}" in rest:
        yield place, phrase, f"{phrase!r}: a brace is missing"
    if phrase.startswith("...") or phrase.endswith("..."):
        yield place, phrase, f"{phrase!r}: dots stand between words, not at an end"
    if rest != phrase:
        return
    if len(re.sub(r"\s", "", phrase)) < _SHORTEST:
        yield place, phrase, f"{phrase!r} is too short: it would be found where it is not meant"
    elif _COMMON.fullmatch(plain(phrase)) and not phrase.isupper():
        yield place, phrase, f"{phrase!r} stands in every record: write more of what is meant"


def _doubled_phrases(words: Vocabulary, facet: Facet, place: Place) -> Iterator[Mistake]:
    """Phrases that two values of a facet have: nobody could tell which is meant."""
    owners: dict[str, str] = {}
    for index, value in enumerate(facet.values):
        for field in ("phrases", "adjectives", "parts"):
            for phrase in getattr(value, field):
                for name in words.spellings(phrase):
                    owner = owners.setdefault(plain(name), value.key)
                    if owner != value.key:
                        message = f"{name!r} is a phrase of {owner!r}, too"
                        yield (*place, "values", index, field), phrase, message
                        break


def _of_meaning(words: Vocabulary, means: Meaning, place: Place) -> Iterator[Mistake]:
    for key, values in means.items():
        facet = words.by_key.get(key)
        if facet is None:
            yield (*place, key), "", f"there is no facet {key!r}; known: {', '.join(words.by_key)}"
            continue
        for value in values:
            if value not in facet.by_key:
                known = ", ".join(facet.by_key)
                yield (*place, key), "", f"{value!r} is no value of {key!r}: {known}"


def _of_drugs(words: Vocabulary) -> Iterator[Mistake]:
    seen: dict[str, tuple[int, tuple[str, ...]]] = {}
    for number, drugs in enumerate(words.drugs):
        place: Place = ("drugs", number)
        yield from _of_meaning(words, drugs.means, (*place, "means"))
        for row in drugs.names:
            for name in row:
                yield from _of_phrase(words, name, (*place, "names"))
                first = seen.setdefault(plain(name), (number, row))
                if first != (number, row) or row.count(name) > 1:
                    message = f"{name!r} is a name of {first[1][0]!r} already"
                    yield (*place, "names"), ", ".join(row), message
