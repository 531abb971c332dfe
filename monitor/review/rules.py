"""Curated claims held against the registry's record: agrees, contradicts, or cannot tell.

In: a description's Claims and the Study. Out: a Verdict for each single claim, with what the record
says and where. `RULES` is the whole of it: a row a claim. "Cannot tell" is never dressed up as
agreement: what the record only mentions somewhere settles nothing.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.content import LIFE, MIXED, Claims, Place, Span, limits, statements
from monitor.registry import Study, is_set, terms, years
from monitor.review.passages import (
    AGAINST,
    AGREES,
    CONTRADICTS,
    FOR,
    UNKNOWN,
    Record,
    Ruling,
    find,
    passages,
)
from monitor.review.populations import LINE, POPULATION, Term
from monitor.review.sponsor_names import GROUPS, is_called, may_be
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
        """The claim in words: "compared with: imatinib"."""
        return f"{self.claim.replace('_', ' ')}: {self.value}"


def review(claims: Claims, study: Study) -> tuple[Verdict, ...]:
    """Every claim held against the record, in the order of the front matter."""
    record = Record(study, list(passages(study)))
    return tuple(
        Verdict(claim, value, *next(RULES[claim](value, record)), place)
        for claim, value, place in statements(claims)
    )


def contradictions(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that the record contradicts."""
    return [verdict for verdict in verdicts if verdict.says == CONTRADICTS]


# Each rule yields rulings in the order of their weight; the first one counts.


def _one_of(words: dict[str, Term]) -> Callable[[str, Record], Iterator[Ruling]]:
    """Who it is for: the record says so, keeps them out, or is for those who are not them."""

    def rule(value: str, record: Record) -> Iterator[Ruling]:
        def saying(says: str, *names: str) -> Iterator[str]:
            for name in names:
                found = find(words[name].says, record.passages)
                yield from (str(each) for each in found if each.says == says)

        term = words[value]
        blurs = [
            found
            for name in term.blurred_by
            for found in find(words[name].says, record.passages)
            if found.says == FOR and found.passage.is_heading
        ]
        if blurs and any(saying(FOR, value)):
            yield UNKNOWN, f"the record says this and “{term.blurred_by[0]}”: {blurs[0]}"
        for found in (*saying(FOR, value), *saying(AGAINST, *term.excludes)):
            yield AGREES, found
        for found in saying(AGAINST, value):
            yield CONTRADICTS, f"they are kept out: {found}"
        mentioned = find(term.says, record.passages)
        rivals = list(term.rivals)
        if term.rival_unless and not find(words[term.rival_unless[1]].says, record.passages):
            rivals.append(term.rival_unless[0])
        if not mentioned or record.study.criteria:
            for found in saying(FOR, *rivals):
                yield CONTRADICTS, f"the record is for others: {found}"
        for each in mentioned:
            yield UNKNOWN, f"it is only mentioned: {each}"
        yield UNKNOWN, "the record does not say"

    return rule


_EVERYBODY = {"CHILD", "ADULT", "OLDER_ADULT"}  # the registry's age groups: with all, no limit
_DAY = 1.5 / 365  # years: 12 months and 365 days are one year


def _ages(value: str, record: Record) -> Iterator[Ruling]:
    study = record.study
    given = (study.minimum_age, study.maximum_age)
    if not any(map(is_set, given)):
        if set(study.std_ages) < _EVERYBODY:
            yield UNKNOWN, "the record gives no age limits"
        if value not in LIFE and value != MIXED:
            yield UNKNOWN, "the record gives no limits, only that all age groups can join"
    low, high = map(years, given)
    for age, read in zip(given, (low, high), strict=True):
        if is_set(age) and read is None:
            yield UNKNOWN, f"the record's limit {age!r} cannot be read"
    has = Span(low or 0.0, math.inf if high is None else high)
    fits = _fits(value, has)
    yield (
        AGREES if fits else CONTRADICTS,
        f"the record's ages are {terms.ages(*given) or 'without limits'}",
    )


def _fits(value: str, has: Span) -> bool:
    if value == MIXED:
        return has.low < LIFE["adults"].low <= has.high
    if value in LIFE and value != "any age":
        outer = LIFE[value]  # up to 17 years is up to the 18th birthday
        ends = outer.high == math.inf or has.high < outer.high + 1
        return has.low >= outer.low - _DAY and ends
    claimed = LIFE.get(value) or limits(value) or Span()
    return _is_close(claimed.low, has.low) and _is_close(claimed.high, has.high)


def _is_close(a: float, b: float) -> bool:
    return a == b or (math.inf not in (a, b) and abs(a - b) <= max(_DAY, 0.002 * max(a, b)))


def _sponsor(value: str, record: Record) -> Iterator[Ruling]:
    named = _sponsors(record.study)
    yield from _named_among(named, value)
    said = _said(named)
    for place in record.study.locations:
        if is_called(place.facility, value):
            yield UNKNOWN, f"{said}; “{place.facility}” is one of its locations"
    for where in _mentioned(value, record):
        yield UNKNOWN, f"{said}; {where} mentions it"
    yield CONTRADICTS, said


def _group(value: str, record: Record) -> Iterator[Ruling]:
    """The group that runs it. The record may well not say: another body is the sponsor on paper."""
    named = _sponsors(record.study)
    yield from _named_among(named, value)
    for where in _mentioned(value, record):
        yield AGREES if where in ("title", "official title") else UNKNOWN, f"{where} mentions it"
    others = [name for name in named if any(is_called(group, name) for group in GROUPS)]
    if others:
        yield CONTRADICTS, f"the record names “{others[0]}”"
    yield UNKNOWN, f"{_said(named)}; it does not say which group runs the trial"


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


def _said(named: list[str]) -> str:
    return f"the record names {', '.join(f'“{name}”' for name in named[:5])}"


def _mentioned(value: str, record: Record) -> Iterator[str]:
    """Where else the record names an organisation. Criteria name companies for other reasons."""
    for passage in record.passages:
        is_ours = passage.where in ("title", "official title", "summary", "description", "keywords")
        if is_ours and f" {normal(value)} " in f" {passage.words} ":
            yield passage.where


RULES: dict[str, Callable[[str, Record], Iterator[Ruling]]] = {
    "population": _one_of(POPULATION),
    "line": _one_of(LINE),
    "ages": _ages,
    "drugs": drugs,
    "compared_with": compared_with,
    "sponsor": _sponsor,
    "group": _group,
}
"""How each claim is held against the record."""
