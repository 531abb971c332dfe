"""Curated claims held against the registry's record: agrees, contradicts, or cannot tell.

In: a description's Claims and the Study. Out: a Verdict for each single claim, with what the record
says and where. `RULES` is the whole of it: a row a claim. "Cannot tell" is never dressed up as
agreement: what the record only mentions somewhere settles nothing.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor import terms
from monitor.ages import is_set, years
from monitor.claims import LIFE, MIXED, Claims, Span, limits, statements
from monitor.evidence import (
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
from monitor.headers import Place
from monitor.items import normal
from monitor.populations import LINE, POPULATION, Term
from monitor.sponsors import GROUPS, is_called, may_be
from monitor.study import Study
from monitor.treatments import compared_with, drugs


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


def rests_on(study: Study) -> tuple[object, ...]:
    """What the rules read of a record: while it stays, so does every Verdict."""
    return (
        *(study.brief_title, study.official_title, study.acronym, study.conditions, study.keywords),
        *(study.brief_summary, study.detailed_description, study.criteria),
        *(study.minimum_age, study.maximum_age, study.std_ages, study.allocation, study.masking),
        *(study.intervention_model, study.arms, study.interventions),
        *(study.lead_sponsor, study.collaborators, {place.facility for place in study.locations}),
    )


# Each rule yields rulings in the order of their weight; the first one counts.


def _one_of(words: dict[str, Term]) -> Callable[[str, Record], Iterator[Ruling]]:
    """Who it is for: the record says so, keeps them out, or is for those who are not them."""

    def rule(value: str, record: Record) -> Iterator[Ruling]:
        def saying(says: str, *names: str) -> Iterator[str]:
            for name in names:
                found = find(words[name].says, record.passages)
                yield from (str(each) for each in found if each.says == says)

        term = words[value]
        for found in (*saying(FOR, value), *saying(AGAINST, *term.excludes)):
            yield AGREES, found
        for found in saying(AGAINST, value):
            yield CONTRADICTS, f"they are kept out: {found}"
        mentioned = find(term.says, record.passages)
        if not mentioned or record.study.criteria:
            for found in saying(FOR, *term.rivals):
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
    if not any(map(is_set, given)) and set(study.std_ages) < _EVERYBODY:
        yield UNKNOWN, "the record gives no age limits"
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
    return a == b or abs(a - b) <= max(_DAY, 0.002 * max(a, b))


def _sponsor(value: str, record: Record) -> Iterator[Ruling]:
    study = record.study
    lead = study.lead_sponsor
    named = [sponsor.name for sponsor in (lead, *study.collaborators) if sponsor]
    for name in named:
        if is_called(name, value):
            role = "lead sponsor" if lead and name == lead.name else "collaborator"
            yield AGREES, f"{role}: “{name}”"
    if not named:
        yield UNKNOWN, "the record names no sponsor"
    said = f"the record names {', '.join(f'“{name}”' for name in named[:5])}"
    for name in named:
        if may_be(name, value):
            yield UNKNOWN, f"{said}; whether “{name}” is meant is not sure"
    for passage in record.passages:
        is_ours = passage.where in ("title", "official title", "summary", "description", "keywords")
        if is_ours and f" {normal(value)} " in f" {passage.words} ":
            yield UNKNOWN, f"{said}; {passage.where} mentions it"
    for place in study.locations:
        if is_called(place.facility, value):
            yield UNKNOWN, f"{said}; “{place.facility}” is one of its locations"
    is_public = lead is not None and lead.kind == "NIH"
    if is_public and _group_of(value) and not any(map(_group_of, named)):
        # The National Cancer Institute leads on paper many trials that its groups run.
        yield UNKNOWN, f"{said}; it does not say which group runs the trial"
    yield CONTRADICTS, said


def _group_of(name: str) -> str:
    return next((group for group in GROUPS if is_called(group, name)), "")


RULES: dict[str, Callable[[str, Record], Iterator[Ruling]]] = {
    "population": _one_of(POPULATION),
    "line": _one_of(LINE),
    "ages": _ages,
    "drugs": drugs,
    "compared_with": compared_with,
    "sponsor": _sponsor,
}
"""How each claim is held against the record."""
