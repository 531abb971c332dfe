"""What a summary says and no claim of its description carries.

A summary stands in lists, feeds and downloads, where nobody sees what it rests on. So each of its
words for a population, a stage, an age, a drug or a comparison has to be a claim, which is held
against the record; and the number of a protocol names the group whose it is.
"""

import re
from collections.abc import Iterator, Sequence

from monitor.content import (
    LIFE,
    MIXED,
    NOTHING,
    PERSON,
    TREATMENT,
    Claims,
    Span,
    Value,
    Vocabulary,
    claimed_value,
    limits,
    statements,
)
from monitor.facets import YES, is_named, sort
from monitor.registry import Study, study_from
from monitor.review.drug_names import key_of
from monitor.review.names import DrugNames
from monitor.review.sponsor_names import is_called


def unclaimed(
    summary: str,
    short_name: str,
    claims: Claims | None,
    names: DrugNames,
    vocabularies: Sequence[Vocabulary],
) -> Iterator[str]:
    """What is said there and claimed nowhere, in words for an editor."""
    if claims is None:
        yield "the description has no `claims`: what its summary says is held against the record"
        claims = Claims()
    yield from _people(summary, claims, vocabularies)
    yield from _ages(summary, claims)
    yield from _drugs(summary, claims, names)
    yield from _treatments(summary, claims, vocabularies)
    yield from _comparison(summary, claims)
    yield from _group(f"{short_name} {summary}", claims)


def _people(summary: str, claims: Claims, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """Every value of a person that a vocabulary finds in the summary and no claim has."""
    asked: set[str] = set()
    for words in vocabularies:
        said = sort(titled(summary), words)
        claimed = {claimed_value(claim, value, words) for claim, value, _ in statements(claims)}
        for facet in words.facets:
            if facet.about != PERSON:
                continue
            for value in facet.values:
                key = (facet.key, value.key)
                found = _plainly(summary, value) or (
                    said.answer(*key) == YES and is_named(summary, key, words) and value.label
                )
                if found and key not in claimed and value.label not in asked:
                    asked.add(value.label)
                    yield f"{found!r} needs the claim facets: {{{facet.key}: {value.key}}}"


def titled(summary: str) -> Study:
    """A record that says nothing but this sentence: in a title, it says whom a trial is for."""
    return study_from(
        {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT00000000", "briefTitle": summary}
            }
        }
    )


def _plainly(summary: str, value: Value) -> str:
    """The words by which a sentence of ours names a value; "" where it has none of them."""
    for phrase in value.in_plain_words:
        form = r"\W+(?:\w+\W+){0,3}?".join(map(re.escape, re.split(r"\s*\.\.\.\s*", phrase)))
        if found := re.search(rf"\b{form}\b", summary, re.IGNORECASE):
            return found[0]
    return ""


_AGES: tuple[tuple[re.Pattern[str], Span | None], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), span)
    for words, span in (
        (r"infants?|bab(?:y|ies)|newborns?", Span(0, 1)),
        (r"child(?:ren)?|teenagers?|adolescents?|boys|girls", Span(0, 17)),
        (r"older adults?|older people|elderly", Span(40)),
        (r"(?<!older )adults?", Span(18)),
        (r"(?:from|aged?|under|over|up to) [0-9]+|[0-9]+ (?:and|or) older", None),
    )
)
_NOT_WHO = re.compile(r"\b(?:not for|no|unlike|than) (?:\w+ ){0,3}$", re.IGNORECASE)


def _ages(summary: str, claims: Claims) -> Iterator[str]:
    """A word for an age needs a claim whose ages hold some of it."""
    claimed = Span(0) if claims.ages == MIXED else LIFE.get(claims.ages) or limits(claims.ages)
    for pattern, span in _AGES:
        found = pattern.search(summary)
        if not found or _NOT_WHO.search(summary[: found.start()]):
            continue
        if claimed is None or not claims.ages:
            yield f"{found[0]!r} needs the claim ages:"
        elif span and not (claimed.low <= span.high and span.low <= claimed.high):
            yield f"{found[0]!r} does not fit the claim ages: {claims.ages}"


def _drugs(summary: str, claims: Claims, names: DrugNames) -> Iterator[str]:
    claimed = [*claims.drugs, *claims.compared_with]
    generic = {names.called(name) for name in claimed}
    words = [f" {key_of(name)} " for name in claimed]
    for drug in names.find(summary):
        key = key_of(drug.text)
        if drug.generic not in generic and not any(f" {key} " in word for word in words):
            yield f"{drug.text!r} needs the claim drugs: [{drug.generic}] (or compared_with:)"


def _treatments(summary: str, claims: Claims, vocabularies: Sequence[Vocabulary]) -> Iterator[str]:
    """A kind of treatment that is studied, and not just a drug's name, needs a claim of it."""
    claimed = " ".join((*claims.drugs, *claims.compared_with, *claims.population, *claims.line))
    by_facet = {value for values in claims.facets.values() for value in values}
    for words in vocabularies:
        for facet in words.facets:
            for value in facet.values:
                key = (facet.key, value.key)
                is_asked = (
                    facet.about == TREATMENT and value.claimed and is_named(summary, key, words)
                )
                if is_asked and value.key not in by_facet and not is_named(claimed, key, words):
                    yield f"{value.label!r} needs the claim drugs:, with the product or its kind"


_COMPARES = re.compile(
    r"\bcompar(?:es|ed|ing)\b|\bversus\b|\bvs\b\.?|\bwith (?:and|or) without\b|\binstead of\b"
    r"|\b(?:assigned by chance|at random|randomi[sz]ed|randomly)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"\bwithout a comparison\b|\bno comparison\b", re.IGNORECASE)


def _comparison(summary: str, claims: Claims) -> Iterator[str]:
    single, found = _SINGLE.search(summary), _COMPARES.search(_SINGLE.sub("", summary))
    if single and claims.compared_with != (NOTHING,):
        yield f"{single[0]!r} needs the claim compared_with: [{NOTHING}]"
    if found and (not claims.compared_with or claims.compared_with == (NOTHING,)):
        yield f"{found[0]!r} needs the claim compared_with:, with what others in the trial get"


PROTOCOLS = (
    (r"A(?:ALL|AML|CCL|CNS|EWS|GCT|HEP|HOD|NBL|NHL|OST|REN|RST)[0-9]{4}|ADVL[0-9]{4}",
     "Children's Oncology Group"),
    (r"S[0-9]{4}", "SWOG"),
    (r"EA?[0-9]{4}|EA[A-Z]?[0-9]{3,4}", "ECOG-ACRIN"),
    (r"A0[0-9]{5}|A[0-9]{6}", "Alliance"),
    (r"LAL[0-9]{4}|GIMEMA ?\w*", "GIMEMA"),
)  # fmt: skip
"""How groups of hospitals number their trials."""
_GROUPS = tuple((re.compile(rf"\b(?:{pattern})\b"), group) for pattern, group in PROTOCOLS)


def _group(text: str, claims: Claims) -> Iterator[str]:
    for pattern, group in _GROUPS:
        found = pattern.search(text)
        if not found:
            continue
        named = [name for name in (claims.group, claims.sponsor) if name]
        if any(is_called(group, name) for name in named):
            continue
        if claims.group:
            yield f"{found[0]} is a number of {group}, and not of {claims.group}"
        else:
            yield f"{found[0]} is a number of {group}: it needs the claim group: {group}"
