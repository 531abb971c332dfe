"""Compares claims with the registry's record: agrees, contradicts, or cannot tell.

`review` takes a description's Claims and the Study, and returns a Verdict for each single claim,
with what the record says and where. `RULES` has a rule for each kind of claim. What the record only
mentions somewhere is UNKNOWN, never AGREES.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.content import (
    LIFE,
    MIXED,
    Claims,
    Place,
    Vocabulary,
    claimed_ages,
    claimed_value,
    statements,
)
from monitor.facets import (
    DESCRIPTION,
    KEYWORD,
    NO,
    SUMMARY,
    TITLE,
    YES,
    Sorting,
    ValueKey,
    mentions,
)
from monitor.registry import AGE_GROUPS, Ages, Study, is_limit, terms, years
from monitor.review.record import AGREES, CONTRADICTS, UNKNOWN, Record, Ruling
from monitor.review.sponsor_names import GROUPS, group_of, is_called, may_be
from monitor.review.treatments import compared_with, drugs
from monitor.text import normal


@dataclass(frozen=True)
class Verdict:
    """What the record says of one claim."""

    claim: str  # a key of Claims
    value: str
    says: str  # AGREES, CONTRADICTS or UNKNOWN
    because: str  # what the record has and where, in a sentence without its end; text, not HTML
    place: Place = ()  # in the front matter

    @property
    def name(self) -> str:
        """Return the claim in words: "compared with: imatinib"."""
        return f"{self.claim.replace('_', ' ')}: {self.value}"


def review(claims: Claims, study: Study, vocabularies: Sequence[Vocabulary]) -> tuple[Verdict, ...]:
    """Return the verdict on each claim, in the order of the front matter."""
    record = Record(study, vocabularies)
    return tuple(
        Verdict(claim, value, *next(RULES[claim](value, record)), place)
        for claim, value, place in statements(claims)
    )


def contradictions(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts of claims that the record contradicts."""
    return [verdict for verdict in verdicts if verdict.says == CONTRADICTS]


# Each rule yields rulings in the order of their weight; the first one counts.


def _facet(claim: str) -> Callable[[str, Record], Iterator[Ruling]]:
    """Return the rule for a claim about people: the answer of sorting to its value."""

    def rule(value: str, record: Record) -> Iterator[Ruling]:
        for vocabulary, sorting in record.sortings:
            key = claimed_value(claim, value, vocabulary)
            if key is None:
                continue
            reasons = [f"{where}: “{text}”" for where, text in sorting.reasons.get(key, ())]
            answer = sorting.answer(*key)
            if answer == YES:
                yield AGREES, reasons[0]
            elif answer == NO:
                yield CONTRADICTS, f"they are kept out, or it is for others: {reasons[0]}"
            yield from _hardly(key, vocabulary, sorting)
            for where, text in mentions(record.study, key, vocabulary):
                yield UNKNOWN, f"it is only mentioned: {where}: “{text}”"
        yield UNKNOWN, "the record does not say"

    return rule


def _hardly(key: ValueKey, vocabulary: Vocabulary, sorting: Sorting) -> Iterator[Ruling]:
    """Yield a contradiction where the record's patients hardly ever have this."""
    about = vocabulary.by_key[key[0]].by_key[key[1]]
    for facet, values in about.hardly_without.items():
        for value in values:
            if sorting.answer(facet, value) == NO:
                where, text = sorting.reasons[facet, value][0]
                yield CONTRADICTS, f"the record is for others: {where}: “{text}”"


_EVERYBODY = {"CHILD", "ADULT", "OLDER_ADULT"}  # the registry's age groups: with all, no limit
_DAY = 1.5 / 365  # years: 12 months and 365 days are one year


_OLDER = AGE_GROUPS["older-adults"][1]  # years: a trial for these alone is not for "adults"


def _ages(value: str, record: Record) -> Iterator[Ruling]:
    study = record.study
    limits_set = (study.minimum_age, study.maximum_age)
    if not any(map(is_limit, limits_set)):
        if set(study.std_ages) < _EVERYBODY:
            yield UNKNOWN, "the record gives no age limits"
        if value not in LIFE and value != MIXED:
            yield UNKNOWN, "the record gives no limits, only that all age groups can join"
    low, high = map(years, limits_set)
    for age, read in zip(limits_set, (low, high), strict=True):
        if is_limit(age) and read is None:
            yield UNKNOWN, f"the record's limit {age!r} cannot be read"
    has = Ages(low or 0.0, math.inf if high is None else high)
    if value == "adults" and has.low >= _OLDER:
        yield UNKNOWN, f"the record's ages are narrower: {terms.ages(*limits_set)}"
    fits = _fits(value, has)
    yield (
        AGREES if fits else CONTRADICTS,
        f"the record's ages are {terms.ages(*limits_set) or 'without limits'}",
    )


def _fits(value: str, has: Ages) -> bool:
    if value == MIXED:
        return has.low < LIFE["adults"].low <= has.high
    if value in LIFE and value != "any age":
        outer = LIFE[value]  # up to 17 years is up to the 18th birthday
        ends = outer.high == math.inf or has.high < outer.high + 1
        return has.low >= outer.low - _DAY and ends
    claimed = claimed_ages(value) or LIFE["any age"]
    return _is_close(claimed.low, has.low) and _is_close(claimed.high, has.high)


def _is_close(a: float, b: float) -> bool:
    return a == b or (math.inf not in (a, b) and abs(a - b) <= max(_DAY, 0.002 * max(a, b)))


def _sponsor(value: str, record: Record) -> Iterator[Ruling]:
    named = _sponsors(record.study)
    yield from _named_among(named, value)
    sponsors = _sponsors_in_words(named)
    for place in record.study.locations:
        if is_called(place.facility, value):
            yield UNKNOWN, f"{sponsors}; “{place.facility}” is one of its locations"
    for where in _mentioned(value, record):
        yield UNKNOWN, f"{sponsors}; {where} mentions it"
    yield CONTRADICTS, sponsors


def _group(value: str, record: Record) -> Iterator[Ruling]:
    """Yield (verdict, evidence) on a claimed group: protocol numbers, sponsors, mentions."""
    named = _sponsors(record.study)
    for number in record.study.protocol_numbers:
        if is_called(group_of(number), value):
            yield AGREES, f"protocol number: “{number}”"
    yield from _named_among(named, value)
    for where in _mentioned(value, record):
        yield AGREES if where in ("title", "official title") else UNKNOWN, f"{where} mentions it"
    others = [name for name in named if any(is_called(group, name) for group in GROUPS)]
    if others:
        yield CONTRADICTS, f"the record names “{others[0]}”"
    yield UNKNOWN, f"{_sponsors_in_words(named)}; it does not say which group runs the trial"


def _sponsors(study: Study) -> list[str]:
    return [sponsor.name for sponsor in (study.lead_sponsor, *study.collaborators) if sponsor]


def _named_among(named: list[str], value: str) -> Iterator[Ruling]:
    for name in named:
        if is_called(name, value):
            yield AGREES, f"sponsor or collaborator: “{name}”"
    if not named:
        yield UNKNOWN, "the record names no sponsor"
    for name in named:
        if may_be(name, value):
            yield UNKNOWN, f"whether “{name}” is meant is not sure"


def _sponsors_in_words(named: list[str]) -> str:
    return f"the record names {', '.join(f'“{name}”' for name in named[:5])}"


def _mentioned(value: str, record: Record) -> Iterator[str]:
    """Yield the places of other passages that name an organisation, criteria left out."""
    for passage in record.passages:
        is_ours = passage.kind in (TITLE, SUMMARY, DESCRIPTION, KEYWORD)
        if is_ours and f" {normal(value)} " in f" {normal(passage.text)} ":
            yield passage.where


RULES: dict[str, Callable[[str, Record], Iterator[Ruling]]] = {
    "population": _facet("population"),
    "line": _facet("line"),
    "facets": _facet("facets"),
    "ages": _ages,
    "drugs": drugs,
    "compared_with": compared_with,
    "sponsor": _sponsor,
    "group": _group,
}
"""How each claim is compared with the record."""
