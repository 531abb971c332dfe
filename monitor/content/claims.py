"""The claims of a trial's description, in a form that can be compared with its record.

The words allowed there are few: what nobody can check is said in the text, not here.
"""

import math
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Annotated

from monitor.content.front_matter import EXPLAINED, Checked, Field, Place, Words, model
from monitor.content.vocabulary import PERSON, Names, Vocabulary, plain
from monitor.registry import AGE_PATTERN, Ages, ages_of

NOTHING = "nothing"  # what a trial without a comparison is compared with

CLAIM_LABELS = {
    "population": "Disease",
    "line": "At which point",
    "facets": "Sorted as",
    "ages": "Ages",
    "drugs": "Under study",
    "compared_with": "Compared with",
    "sponsor": "Sponsor",
    "group": "Run by",
}
"""Key of a claim -> its label on pages."""

_IN_WORDS = {NOTHING: "nothing: everybody gets what is under study"}


LIFE = {
    "any age": Ages(0, math.inf),
    "infants": Ages(0, 1),
    "children": Ages(0, 17),
    "adults": Ages(18, math.inf),
}
"""Ages that have a name. A trial for them takes nobody else; "any age" is for everybody."""
MIXED = "children and adults"  # at least one person of each can join

_LIMITS = (
    re.compile(rf"(?P<low>{AGE_PATTERN}) and older", re.IGNORECASE),
    re.compile(rf"up to (?P<high>{AGE_PATTERN})", re.IGNORECASE),
    re.compile(rf"(?P<low>{AGE_PATTERN}) to (?P<high>{AGE_PATTERN})", re.IGNORECASE),
)
_SHORT = re.compile(r"([0-9]+) to ([0-9]+) ([a-z]+)", re.IGNORECASE)  # "1 to 21 years"


def limits(text: str) -> Ages | None:
    """Return the ages of a claim in numbers; None where it has none."""
    whole = _SHORT.sub(r"\1 \3 to \2 \3", " ".join(text.split()))
    for form in _LIMITS:
        if match := form.fullmatch(whole):
            ages = match.groupdict()
            return ages_of(ages.get("low", ""), ages.get("high", ""))
    return None


def claimed_ages(ages: str) -> Ages | None:
    """Return the ages that a claim includes; None where it is "" or has no limits."""
    return LIFE.get(ages) or limits(ages)


def _ages(claim: object) -> str:
    text = " ".join(str(claim).split()).lower()
    if text in LIFE or text == MIXED or limits(text):
        return text
    named = ", ".join((*LIFE, MIXED))
    raise ValueError(
        f"{text!r} cannot be read: write '18 years and older', '1 to 21 years',"
        f" 'up to 365 days', or one of {named}"
    )


AgeWords = Annotated[
    str,
    Checked(_ages),
    Field(examples=["18 years and older", "1 to 21 years", "up to 365 days", *LIFE, MIXED]),
]


@model(frozen=True, config=EXPLAINED)
class Claims:
    """The front matter's `claims`. Each is compared with the registry's record."""

    population: tuple[Words, ...] = ()
    """Whose disease: people with it are a part of the trial, or the whole of it. Words of a
    vocabulary: Philadelphia-negative, B-cell."""
    line: tuple[Words, ...] = ()
    """At which point of their treatment they are: newly diagnosed, relapsed or refractory."""
    facets: dict[str, Names] = Field(default_factory=dict)
    """Any other value of a facet, by their keys: {stage: after-car-t}."""
    ages: AgeWords = ""
    """Who can join: the limits as the trial's page shows them, or a word for them."""
    drugs: tuple[Words, ...] = ()
    """What is under study, each by its generic name or by one that the record uses."""
    compared_with: tuple[Words, ...] = ()
    """What other people in the trial are given instead; "nothing" where nobody is compared."""
    sponsor: str = ""
    """Who leads it or pays for it, as the record says."""
    group: str = ""
    """The group of hospitals that runs it, where that is not the sponsor: SWOG, ECOG-ACRIN."""


def statements(claims: Claims) -> Iterator[tuple[str, str, Place]]:
    """Yield (key, value, place in the front matter) for each single claim."""
    for key in Claims.__dataclass_fields__:
        claimed = getattr(claims, key)
        if isinstance(claimed, dict):
            for facet, values in claimed.items():
                yield from ((key, f"{facet}: {value}", ("claims", key, facet)) for value in values)
            continue
        if isinstance(claimed, str):
            if claimed:
                yield key, claimed, ("claims", key)
            continue
        for index, value in enumerate(claimed):
            yield key, value, ("claims", key, index)


ABOUT_PEOPLE = ("population", "line")
"""Claims whose values are words for the values of facets about people."""


def claimed_value(claim: str, value: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Return the (facet, value) of a claim; None where this vocabulary has none for it."""
    if claim in ABOUT_PEOPLE:
        return vocabulary.named(value, PERSON)
    facet, _, name = value.partition(": ")
    defined = vocabulary.by_key.get(facet) if claim == "facets" else None
    return (facet, name) if defined and name in defined.by_key else None


def unknown_claims(
    claims: Claims, vocabularies: Sequence[Vocabulary]
) -> Iterator[tuple[str, str, Place]]:
    """Yield (key, message, place) for each claim that should name a facet's value and doesn't."""
    for claim, value, place in statements(claims):
        if claim not in (*ABOUT_PEOPLE, "facets") or not vocabularies:
            continue  # without a vocabulary nobody can tell what words mean
        if any(claimed_value(claim, value, vocabulary) for vocabulary in vocabularies):
            continue
        yield claim, f"{value!r} is no value of a facet{_meant(claim, value, vocabularies)}", place


def _meant(claim: str, value: str, vocabularies: Sequence[Vocabulary]) -> str:
    """Return ": is 'x' meant?" for a similar value, or a list of all values."""
    about = [
        (facet, candidate)
        for vocabulary in vocabularies
        for facet in vocabulary.facets
        for candidate in facet.values
        if claim == "facets" or facet.about == PERSON
    ]
    if claim == "facets":
        names = [f"{facet.key}: {candidate.key}" for facet, candidate in about]
    else:
        names = [candidate.label for _, candidate in about]
    by_plain = {plain(name): name for name in names}
    close = get_close_matches(plain(value), by_plain, 1, 0.6)
    if close:
        return f": is {by_plain[close[0]]!r} meant?"
    return f". They are {', '.join(dict.fromkeys(names))}"


def claim_in_words(key: str, value: str) -> str:
    """Return a claim as pages show it: "Ages: 18 to 75 years"."""
    return f"{CLAIM_LABELS[key]}: {_IN_WORDS.get(value, value)}"
