"""Finds statements of a summary that no claim of its description has.

A summary is shown in lists, feeds and downloads, where nobody sees what it rests on. So each of its
words for a population, a stage, an age, a drug or a comparison has to be a claim, which is compared
with the record; and the number of a protocol names the group that numbers its trials so.
"""

import math
import re
from collections.abc import Iterator, Sequence

from monitor.content import (
    ABOUT_PEOPLE,
    LIFE,
    MIXED,
    NOTHING,
    TREATMENT,
    Claims,
    Vocabulary,
    claimed_ages,
    claimed_value,
    plain,
    statements,
)
from monitor.facets import ValueKey, is_named, people_named
from monitor.registry import Ages
from monitor.review.drug_names import DrugNames, key_of
from monitor.review.sponsor_names import is_called, numbers_in
from monitor.text import blank


def unclaimed(
    summary: str,
    short_name: str,
    claims: Claims | None,
    names: DrugNames,
    vocabularies: Sequence[Vocabulary],
) -> Iterator[str]:
    """Yield what a summary states without a claim, in words for an editor."""
    if claims is None:
        yield "the description has no `claims`: without them nothing checks its summary"
        claims = Claims()
    for vocabulary in () if _has_odd_words(claims, vocabularies) else vocabularies:
        yield from _people(summary, claims, vocabulary)
        yield from _people(short_name, claims, vocabulary)
    yield from _ages(summary, claims)
    yield from _drugs(summary, claims, names, vocabularies)
    yield from _comparison(summary, claims, names)
    yield from _group(f"{short_name} {summary}", claims)
    if match := _APPROVED.search(summary):
        yield f"{match[0]!r}: an approval belongs in the text, with its source"


def _has_odd_words(claims: Claims, vocabularies: Sequence[Vocabulary]) -> bool:
    """Return whether a claim about people has an unknown word, which is reported elsewhere."""
    return any(
        claim in ABOUT_PEOPLE and not any(claimed_value(claim, value, one) for one in vocabularies)
        for claim, value, _ in statements(claims)
    )


def _people(summary: str, claims: Claims, vocabulary: Vocabulary) -> Iterator[str]:
    claimed = {claimed_value(claim, value, vocabulary) for claim, value, _ in statements(claims)}
    affirmed = _NOT_FOR.sub(blank, summary)
    for key, named in people_named(affirmed, vocabulary).items():
        facet, value = vocabulary.by_key[key[0]], vocabulary.by_key[key[0]].by_key[key[1]]
        if key not in claimed and not value.earlier:
            claim = "line" if facet.key == "stage" else "population"
            own = summary[named.start : named.end]
            yield f"{own!r} needs the claim `{claim}: [{_claimable(vocabulary, key)}]`"
    refractory, match = vocabulary.named("refractory"), _FAILURE.search(summary)
    if match and refractory and refractory not in claimed:
        yield f"{match[0]!r} needs the claim `line: [{_claimable(vocabulary, refractory)}]`"


def _claimable(vocabulary: Vocabulary, key: ValueKey) -> str:
    """Return a value as a claim names it, without what its label explains in brackets."""
    label = vocabulary.by_key[key[0]].by_key[key[1]].label
    short = label.partition(" (")[0]
    return short if vocabulary.named(short) == key else key[1]


_FAILURE = re.compile(r"\b(?:failure|failed)\b", re.IGNORECASE)
_NOT_FOR = re.compile(r"\bnot for\b[^.;]*", re.IGNORECASE)


_AGES: tuple[tuple[re.Pattern[str], Ages | None], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), ages)
    for words, ages in (
        (r"infants?|bab(?:y|ies)|newborns?", Ages(0, 1)),
        (r"child(?:ren)?|teenagers?|adolescents?|boys|girls", Ages(0, 17)),
        (r"older adults?|older people|elderly", Ages(40, math.inf)),
        (r"(?<!older )adults?", Ages(18, math.inf)),
        (r"(?:from|aged?|under|over|up to) [0-9]+|[0-9]+ (?:and|or) older", None),
    )
)
_NOT_WHO = re.compile(r"\b(?:not for|no|unlike|than) (?:\w+ ){0,3}$", re.IGNORECASE)


def _ages(summary: str, claims: Claims) -> Iterator[str]:
    """Yield a message for each word for an age that the claimed ages lack or exclude."""
    claimed = LIFE["any age"] if claims.ages == MIXED else claimed_ages(claims.ages)
    for pattern, ages in _AGES:
        match = pattern.search(summary)
        if not match or _NOT_WHO.search(summary[: match.start()]):
            continue
        if claimed is None or not claims.ages:
            yield f"{match[0]!r} needs the claim `ages:`"
        elif ages and not (claimed.low <= ages.high and ages.low <= claimed.high):
            yield f"{match[0]!r} does not fit the claim `ages: {claims.ages}`"


def _drugs(
    summary: str, claims: Claims, names: DrugNames, vocabularies: Sequence[Vocabulary]
) -> Iterator[str]:
    claimed = [*claims.drugs, *claims.compared_with]
    generic = {names.generic_name(name) for name in claimed}
    words = [f" {key_of(name)} " for name in claimed]
    for drug in names.find(summary):
        key = key_of(drug.text)
        if drug.generic not in generic and not any(f" {key} " in word for word in words):
            yield f"{drug.text!r} needs the claim `drugs: [{drug.generic}]` (or `compared_with:`)"
    for vocabulary in vocabularies:
        yield from _kinds(summary, claimed, vocabulary)


_APPROVED = re.compile(r"\b(?:FDA|EMA|approv(?:ed|al))\b", re.IGNORECASE)


def _kinds(summary: str, claimed: Sequence[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield a message for each kind of treatment without a claim."""
    whole = f" {plain(_APART.sub(' ', summary))} "
    treatments = [facet for facet in vocabulary.facets if facet.about == TREATMENT]
    for facet in treatments[:1]:  # what is given; what it is aimed at follows from that
        for value in facet.values:
            phrases = (name for phrase in value.phrases for name in vocabulary.spellings(phrase))
            own = next((name for name in phrases if f" {plain(name)} " in whole), "")
            key = (facet.key, value.key)
            if (
                own
                and not value.background
                and not any(is_named(c, key, vocabulary) for c in claimed)
            ):
                yield f"{own!r} needs the claim `drugs:`, with the product or {value.label}"


_APART = re.compile(r"[^\w-]+")
_COMPARES = re.compile(
    r"\bcompar(?:es|ed|ing)\b|\bversus\b|\bvs\b\.?|\bwith (?:and|or) without\b|\binstead of\b"
    r"|\b(?:assigned by chance|at random|randomi[sz]ed|randomly)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\bcompar(?:es|ed|ing)\b(?:(?!\beach\b)[^.;])*?\b(?:with|to|against)\b(?! (?:and|or) without)"
    r"(?P<others>[^.;,]*)"
    r"|\b(?:versus|instead of)\b(?P<rest>[^.;,]*)",
    re.IGNORECASE,
)
_CHEMOTHERAPY = re.compile(r"\bchemotherapy\b", re.IGNORECASE)
_SINGLE = re.compile(r"\bwithout a comparison\b|\bno comparison\b", re.IGNORECASE)


def _comparison(summary: str, claims: Claims, names: DrugNames) -> Iterator[str]:
    single, match = _SINGLE.search(summary), _COMPARES.search(_SINGLE.sub("", summary))
    if single and claims.compared_with != (NOTHING,):
        yield f"{single[0]!r} needs the claim `compared_with: [{NOTHING}]`"
    if match and (not claims.compared_with or claims.compared_with == (NOTHING,)):
        yield f"{match[0]!r} needs the claim `compared_with:`, with what others in the trial get"
    elif match and (compared := _COMPARED.search(summary)):
        yield from _others(compared["others"] or compared["rest"] or "", claims, names)


def _others(words: str, claims: Claims, names: DrugNames) -> Iterator[str]:
    """Yield what a summary says that other patients get and no claim has."""
    claimed = [key_of(name) for name in claims.compared_with]
    generic = {names.generic_name(name) for name in claims.compared_with}
    named = {drug.generic: drug.text for drug in names.find(words)}
    if not any(name in key_of(words) for name in claimed):  # "ALLR3 chemotherapy" is claimed
        named |= {match.lower(): match for match in _CHEMOTHERAPY.findall(words)}
    for name, text in named.items():
        if name not in generic and not any(key_of(text) in claim for claim in claimed):
            yield f"compared with {text!r} needs the claim `compared_with: [{name}]`"


def _group(text: str, claims: Claims) -> Iterator[str]:
    for number, group in numbers_in(text):
        named = [name for name in (claims.group, claims.sponsor) if name]
        if any(is_called(group, name) for name in named):
            continue
        if claims.group:
            yield f"{number} is a number of {group}, and not of {claims.group}"
        else:
            yield f"{number} is a number of {group}: it needs the claim `group: {group}`"
