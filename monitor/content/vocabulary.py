"""content/vocabulary/<name>.yaml: the facets by which trials are sorted, and their phrases.

Reads YAML into a Vocabulary, or a Problem for each mistake. `monitor.facets` applies it to records;
docs/vocabulary.md says how to write it.
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
from monitor.registry import AGE_GROUPS


def _key(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value.strip()):
        raise ValueError(f"{value!r} is a part of addresses: small letters, digits and hyphens")
    return value


Key = Annotated[str, Checked(_key)]


def _no_list(value: object) -> object:
    """Return the value unless it is a YAML list, which the JSON Schema refuses, too."""
    if isinstance(value, list):
        raise ValueError("put commas between several, and no brackets around them")
    return value


def _names(value: object) -> object:
    """Return the texts between commas and line ends."""
    if not isinstance(value, str):
        return _no_list(value)
    return tuple(name for part in re.split(r"[,\n]", value) if (name := " ".join(part.split())))


def _lines(value: object) -> object:
    """Return a row for each line: the texts between its commas."""
    if not isinstance(value, str):
        return _no_list(value)
    return tuple(names for line in value.split("\n") if (names := _names(line)))


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
    """Its name in addresses, downloads and claims. It never changes."""
    label: Words
    """What readers see."""
    phrases: Names = ()
    """Phrases by which records say it."""
    adjectives: Names = ()
    """Words that count only next to the disease: "untreated", "recurrent"."""
    parts: Names = ()
    """Phrases for only some of these people: excluding them says nothing of the others."""
    unless: Names = ()
    """Longer phrases that contain one of these and mean something else: "relapse-free"."""
    contrary: Names = ()
    """Phrases that exclude it: "previously treated" for the newly diagnosed."""
    ended_by: Names = ()
    """Phrases that exclude it where they are asked for; where they are barred, they say nothing."""
    means: Meaning = Field(default_factory=dict)
    """Values of other facets that follow from it."""
    opposite: Key | None = None
    """The value of this facet that everybody else has."""
    rules_out: Names = ()
    """Values of this facet that a trial for this one excludes, unless it names them."""
    leads_to: Names = ()
    """Values that people with this one may have later: only criteria rule them out."""
    comes_after: Names = ()
    """Earlier values: criteria for this one that do not name them rule them out."""
    hardly_without: Meaning = Field(default_factory=dict)
    """Values that nearly always go with it: a claim of it without them is reported as wrong."""
    hardly_for: Meaning = Field(default_factory=dict)
    """People who hardly ever join if a title names it: their being a condition is no yes."""
    earlier: bool = False
    """Whether the phrases name a treatment that people had before they join."""
    background: bool = False
    """Often given with others: it counts if a title names it, or nothing else is studied."""

    @property
    def excluded(self) -> tuple[str, ...]:
        """Return the values of the facet that a trial for this one excludes."""
        return (*self.rules_out, self.opposite) if self.opposite else self.rules_out


@model(frozen=True, config=EXPLAINED)
class Facet:
    """A question, and the answers that a trial can have."""

    key: Key
    label: Words
    """Its name in a word or two: "Stage"."""
    question: Words
    """The question that it answers, in plain words."""
    about: Literal["person", "treatment"] = "person"
    """Whether it is about the people who can join, or about the treatment that is studied."""
    state: bool = False
    """Whether it is the state of people at entry: keywords say nothing of that."""
    folded: bool = False
    """Whether few people know the answer: "Find yours" asks it last, folded."""
    values: tuple[Value, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Value]:
        """Return its values by key."""
        return {value.key: value for value in self.values}


@model(frozen=True, config=EXPLAINED)
class Drugs:
    """Medicines of one kind, which a record may name without saying what they are."""

    means: Meaning
    """The values of facets that follow from them."""
    names: Rows
    """A medicine a line: the generic name first, then brands, codes and short forms."""


@model(frozen=True, eq=False, config=EXPLAINED)
class Vocabulary:
    """The facets that some diseases share. Compared by identity."""

    label: Words
    """What it is for, in a word or two."""
    facets: tuple[Facet, ...]
    """The questions, in the order in which pages show them."""
    lists: dict[str, Names] = Field(default_factory=dict)
    """Words that phrases refer to in braces: "{ph} positive"."""
    diseases: dict[Key, Names] = Field(default_factory=dict)
    """Names of the diseases that it sorts, by the names of their files."""
    any_disease: Names = ()
    """Words that may mean any of them: leukemia, malignancy."""
    other_diseases: Names = ()
    """Other diseases in records: statements about them do not count."""
    elsewhere: Names = ()
    """Words before a disease that change its meaning: "CNS disease", "second malignancy"."""
    drugs: tuple[Drugs, ...] = ()
    """Medicines by name."""
    same: Rows = ()
    """Spellings that the search treats as the same."""
    apart: Rows = ()
    """Words that exclude each other and are no values of a facet, to compare texts with sources."""
    disease: Key | None = None
    """The disease that trials are sorted for; none for all of them."""

    @cached_property
    def by_key(self) -> Mapping[str, Facet]:
        """Return its facets by key."""
        return {facet.key: facet for facet in self.facets}

    @cached_property
    def people(self) -> tuple[Facet, ...]:
        """Return its facets about the people who can join."""
        return tuple(facet for facet in self.facets if facet.about == PERSON)

    def of(self, disease: str, facets: tuple[str, ...] = ()) -> "Vocabulary":
        """Return the vocabulary for one disease, with these facets alone; without any, with all."""
        return _part(self, disease, facets)

    def spellings(self, phrase: str) -> tuple[str, ...]:
        """Return all spellings of a phrase, its lists in braces written out."""
        braces = _BRACES.search(phrase)
        if not braces:
            return (phrase,)
        before, after = phrase[: braces.start()], self.spellings(phrase[braces.end() :])
        names = self.lists.get(braces[1], ())
        parts = dict.fromkeys(part for name in names for part in self.spellings(name))
        return tuple(f"{before}{part}{rest}" for part in parts for rest in after)

    def named(self, words: str, about: str = PERSON) -> tuple[str, str] | None:
        """Return (facet, value) of a key, label or phrase; None where there is none."""
        return self._by_name[about].get(plain(words))

    @cached_property
    def _by_name(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        by_name: dict[str, dict[str, tuple[str, str]]] = {PERSON: {}, TREATMENT: {}}
        for facet in self.facets:
            for value in facet.values:
                phrases = (*value.phrases, *value.adjectives)
                names = (name for phrase in phrases for name in self.spellings(phrase))
                for name in (value.key, value.label, *names):
                    by_name[facet.about].setdefault(plain(name), (facet.key, value.key))
        return by_name


_BRACES = re.compile(r"\{([^{}]*)\}")


def plain(name: str) -> str:
    """Return a name as it is compared: lower case, one space for hyphens and spaces."""
    return re.sub(r"[\s-]+(?=\S)", " ", name).strip().casefold()


@lru_cache(64)
def _part(vocabulary: Vocabulary, disease: str, facets: tuple[str, ...]) -> Vocabulary:
    used = tuple(vocabulary.by_key[key] for key in facets) or vocabulary.facets
    return replace(vocabulary, disease=disease, facets=used)


def read_vocabulary(text: str, path: str, problems: list[Problem]) -> Vocabulary | None:
    """Return the vocabulary of a YAML text; None, with a Problem for each mistake, if it has any.

    Cached: equal texts return the same object, so that results of sorting by it can be cached.
    """
    vocabulary, mistakes = _read(text, path)
    problems += mistakes
    return vocabulary


@lru_cache(16)
def _read(text: str, path: str) -> tuple[Vocabulary | None, list[Problem]]:
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    vocabulary = read_header(text, path, 1, Vocabulary, problems, lines)
    rows = text.split("\n")
    for place, name, message in _mistakes(vocabulary) if vocabulary else ():
        line = _line_of(place, name, lines, rows)
        problems.append(Problem(path, line, f"{'.'.join(map(str, place))}: {message}"))
    return None if problems else vocabulary, problems


def _line_of(place: Place, name: str, lines: dict[Place, int], rows: list[str]) -> int:
    """Return the line of a name in a value of many lines: the first with it, from its key on."""
    nearest = next(place[:end] for end in range(len(place), -1, -1) if place[:end] in lines)
    line = lines[nearest]
    # The value ends with the first line that is not indented further than its key.
    indent = len(rows[line - 1]) - len(rows[line - 1].lstrip(" -"))
    for number, row in enumerate(rows[line - 1 :], line):
        if number > line and row.strip() and len(row) - len(row.lstrip(" ")) <= indent - 2:
            break
        if name and name in " ".join(row.split()):
            return number
    return line


Mistake = tuple[Place, str, str]  # place of a value, name or phrase in it, message

_SHORTEST = 3  # characters of a phrase
_COMMON = re.compile(
    "all|and|any|cells?|disease|for|no|not|of|or|patients?|prior|study|the|therapy|treatment|trial"
    "|with|without"
)
"""Words in every record: a phrase of one alone would match them all."""


def _mistakes(vocabulary: Vocabulary) -> Iterator[Mistake]:
    """Yield the mistakes in a vocabulary that the types of its fields cannot exclude."""
    yield from _doubled_keys(vocabulary)
    yield from _list_mistakes(vocabulary)
    for number, facet in enumerate(vocabulary.facets):
        place: Place = ("facets", number)
        if not facet.values:
            yield (*place, "values"), "", "a facet has at least one value"
        for index, value in enumerate(facet.values):
            yield from _value_mistakes(vocabulary, facet, value, (*place, "values", index))
        yield from _doubled_phrases(vocabulary, facet, place)
    yield from _drug_mistakes(vocabulary)


RESERVED = frozenset(
    {"status", "phase", "age", "country", "intervention", "kind", "rank", "disease", "trial"}
)
"""What lists, feeds and their categories ask besides: no facet can have these keys."""
_FEEDS = ("country-", "intervention-")
"""How the addresses of other feeds begin, whose ends are names that records have."""
BY_AGE = frozenset({"subtype", "stage"})
"""Facets whose values also have a feed for each age group."""


def _doubled_keys(vocabulary: Vocabulary) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, facet in enumerate(vocabulary.facets):
        place: Place = ("facets", number, "key")
        if facet.key in seen:
            yield place, facet.key, f"{facet.key!r} is a facet already"
        if facet.key in RESERVED or facet.key.startswith(_FEEDS):
            message = f"{facet.key!r} is a question that every list has: choose another key"
            yield place, facet.key, message
        seen.add(facet.key)
        values: set[str] = set()
        for index, value in enumerate(facet.values):
            if value.key in values:
                place = ("facets", number, "values", index, "key")
                yield place, value.key, f"{value.key!r} is a value of {facet.key!r} already"
            values.add(value.key)
    yield from _doubled_addresses(vocabulary)


def _doubled_addresses(vocabulary: Vocabulary) -> Iterator[Mistake]:
    """Yield values whose feeds would have one address: "c" of "a-b" and "b-c" of "a"."""
    owners: dict[str, str] = {}
    for number, facet in enumerate(vocabulary.facets):
        for index, value in enumerate(facet.values):
            address, name = f"{facet.key}-{value.key}", f"{value.key!r} of {facet.key!r}"
            ages = AGE_GROUPS if facet.key in BY_AGE else ()
            for each in (address, *(f"{address}-{age}" for age in ages)):
                owner = owners.setdefault(each, name)
                if owner != name:
                    message = f"its feed would be at {each}, as that of {owner} is: rename one"
                    yield ("facets", number, "values", index, "key"), value.key, message
                    break  # their other addresses are one, too


def _list_mistakes(vocabulary: Vocabulary) -> Iterator[Mistake]:
    seen: list[str] = []
    for name, phrases in vocabulary.lists.items():
        for phrase in phrases:
            for other in _BRACES.findall(phrase):
                if other not in seen:
                    message = f"{{{other}}} is not a list above this one"
                    yield ("lists", name), phrase, message
        seen.append(name)


def _value_mistakes(
    vocabulary: Vocabulary, facet: Facet, value: Value, place: Place
) -> Iterator[Mistake]:
    for field in ("phrases", "adjectives", "parts", "unless", "contrary", "ended_by"):
        for phrase in getattr(value, field):
            yield from _phrase_mistakes(vocabulary, phrase, (*place, field))
    is_drugs = any(
        value.key in drugs.means.get(facet.key, ()) for drugs in vocabulary.drugs if drugs.names
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
    yield from _meaning_mistakes(vocabulary, value.means, (*place, "means"))
    yield from _meaning_mistakes(vocabulary, value.hardly_without, (*place, "hardly_without"))
    yield from _meaning_mistakes(vocabulary, value.hardly_for, (*place, "hardly_for"))
    if facet.about == PERSON and value.background:
        yield (*place, "background"), "", "only a treatment can be given along"
    if facet.about == TREATMENT:
        for field in ("earlier", "contrary", "ended_by", "opposite"):
            if getattr(value, field):
                message = f"{field!r} says something of people, and not of a treatment"
                yield (*place, field), "", message


def _phrase_mistakes(vocabulary: Vocabulary, phrase: str, place: Place) -> Iterator[Mistake]:
    for name in _BRACES.findall(phrase):
        if name not in vocabulary.lists:
            names = ", ".join(vocabulary.lists) or "none"
            yield place, phrase, f"{phrase!r}: there is no list {{{name}}}; known are {names}"
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
        yield place, phrase, f"{phrase!r} is in every record: write a longer phrase"


def _doubled_phrases(vocabulary: Vocabulary, facet: Facet, place: Place) -> Iterator[Mistake]:
    """Yield phrases of more than one value of a facet, which would be ambiguous."""
    owners: dict[str, str] = {}
    for index, value in enumerate(facet.values):
        for field in ("phrases", "adjectives", "parts"):
            for phrase in getattr(value, field):
                for name in vocabulary.spellings(phrase):
                    owner = owners.setdefault(plain(name), value.key)
                    if owner != value.key:
                        message = f"{name!r} is a phrase of {owner!r}, too"
                        yield (*place, "values", index, field), phrase, message
                        break


def _meaning_mistakes(vocabulary: Vocabulary, means: Meaning, place: Place) -> Iterator[Mistake]:
    for key, values in means.items():
        facet = vocabulary.by_key.get(key)
        if facet is None:
            yield (
                (*place, key),
                "",
                f"there is no facet {key!r}; known: {', '.join(vocabulary.by_key)}",
            )
            continue
        for value in values:
            if value not in facet.by_key:
                keys = ", ".join(facet.by_key)
                yield (*place, key), "", f"{value!r} is no value of {key!r}: {keys}"


def _drug_mistakes(vocabulary: Vocabulary) -> Iterator[Mistake]:
    seen: dict[str, tuple[int, tuple[str, ...]]] = {}
    for number, drugs in enumerate(vocabulary.drugs):
        place: Place = ("drugs", number)
        yield from _meaning_mistakes(vocabulary, drugs.means, (*place, "means"))
        for row in drugs.names:
            for name in row:
                yield from _phrase_mistakes(vocabulary, name, (*place, "names"))
                first = seen.setdefault(plain(name), (number, row))
                if first != (number, row) or row.count(name) > 1:
                    message = f"{name!r} is a name of {first[1][0]!r} already"
                    yield (*place, "names"), ", ".join(row), message
