"""Compares claims about drugs and comparators with a record.

A rule yields rulings in the order of their weight; the first one counts.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial

from monitor.content import NOTHING, TREATMENT, Vocabulary
from monitor.facets import (
    ARM,
    DESCRIPTION,
    INTERVENTION,
    KEYWORD,
    SUMMARY,
    TITLE,
    is_named,
    is_past_treatment,
)
from monitor.registry import Arm, Study, terms
from monitor.review.drug_names import key_of, keys_of
from monitor.review.record import AGREES, CONTRADICTS, UNKNOWN, Mention, Record, Ruling
from monitor.text import normal

_NAMING = (TITLE, ARM, INTERVENTION, SUMMARY, DESCRIPTION, KEYWORD)
"""Where a drug that is under study can be named. Criteria name drugs that people had before."""

_AGAINST = re.compile(r"\b(?:versus|vs|compared (?:with|to)|with or without)\b[^.;:]{0,60}$")
_COMPARATORS = ("ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION")


_NOT_COMPARED = "nobody is assigned by chance, and no group is there to compare with"


def drugs(value: str, record: Record) -> Iterator[Ruling]:
    """Yield (verdict, evidence) on a claimed drug: interventions, titles, other passages."""
    study = record.study
    keys = keys_of(value, record.vocabularies)
    for item in study.interventions:
        for name in (item.name, *item.other_names):
            if _is_called(name, keys):
                also = "" if item.name == name else f", also called “{name}”"
                yield AGREES, f"intervention: “{item.name}”{also}"
    shows = _kind(value, record)
    if shows:
        for passage in record.passages:
            if passage.kind in (TITLE, ARM, INTERVENTION) and shows(passage.text):
                yield AGREES, f"{passage.where}: “{passage.text}”"
    for mention in _mentions(keys, value, record, (TITLE,)):
        if not is_past_treatment(mention.before):
            yield AGREES, str(mention)
    yield from _aimed_elsewhere(value, record)
    lacking = "not among the interventions" if study.interventions else "it lists no interventions"
    for mention in _mentions(keys, value, record, _NAMING):
        yield UNKNOWN, f"{lacking}; {mention}"
    if not study.interventions:
        yield UNKNOWN, "the record lists no interventions"
    names = (
        name for vocabulary in record.vocabularies for name in _named_values(value, vocabulary)
    )
    if shows or (len(keys) == 1 and any(names)):
        yield UNKNOWN, "the record names no intervention like that"
    yield CONTRADICTS, f"{_meant(value, study)}the record's interventions are {_listed(study)}"


def _kind(value: str, record: Record) -> Callable[[str], bool] | None:
    """Return a matcher for a claimed kind of treatment; None for a single drug.

    A kind that a record does not show contradicts nothing: records name drugs, not kinds.
    """
    name = _LITTLE.sub("", normal(value)).strip()
    for vocabulary in record.vocabularies:
        for called in (name, name.removesuffix("s")):
            if key := vocabulary.named(called, TREATMENT):
                return partial(is_named, key=key, vocabulary=vocabulary)
    for names, pattern in _OF_DESIGN:
        if name in names:
            return partial(_has, pattern)
    return None


def _has(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(normal(text)))


_LITTLE = re.compile(r"^(?:an?|standard) (?!of\b|care\b|treatment\b)| (?:alone|only)$")
_OF_DESIGN = (
    (("placebo",), re.compile(r"\bplacebo")),
    (
        ("standard of care", "standard treatment", "usual care"),
        re.compile(r"\b(?:standard(?: of)?[- ]?(?:care|treatment|therapy)?|usual care|soc\b)"),
    ),
    (
        ("observation", "no treatment", "no further treatment"),
        re.compile(r"\b(?:observation|no intervention)"),
    ),
)
"""What is given to compare with, in any field, and how records write it."""


def _aimed_elsewhere(value: str, record: Record) -> Iterator[Ruling]:
    """Yield a contradiction where the record's treatment has another target."""
    for vocabulary, sorting in record.sortings:
        claimed: dict[str, set[str]] = defaultdict(set)
        for facet, name in _named_values(value, vocabulary):
            claimed[facet].add(name)
        shared = [facet for facet in claimed if claimed[facet] & {*sorting.yes.get(facet, ())}]
        for facet in claimed if shared else ():
            targets = sorting.yes.get(facet, ())
            if targets and facet not in shared:
                where, text = sorting.reasons[facet, targets[0]][0]
                label = vocabulary.by_key[facet].by_key[targets[0]].label
                yield CONTRADICTS, f"the record's is aimed at {label}: {where}: “{text}”"


def _named_values(value: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield the treatment values that a claim names: two for "CD22 CAR-T cells"."""
    for facet in vocabulary.facets:
        keys = ((facet.key, entry.key) for entry in facet.values if facet.about == TREATMENT)
        yield from (key for key in keys if is_named(value, key, vocabulary))


def compared_with(value: str, record: Record) -> Iterator[Ruling]:
    """Yield (verdict, evidence) on a claimed comparator: groups, titles, other passages."""
    study = record.study
    comparators = [arm for arm in study.arms if arm.type in _COMPARATORS]
    is_random = study.allocation == "RANDOMIZED"
    is_single = study.intervention_model == "SINGLE_GROUP" or len(study.arms) == 1
    if value == NOTHING:
        yield from _uncompared(study, comparators, is_single=is_single)
    if is_single and not is_random and not comparators:
        yield CONTRADICTS, "the record has a single group: nothing to compare with"
    if study.arms and study.allocation == "NON_RANDOMIZED" and not comparators:
        yield CONTRADICTS, _NOT_COMPARED
    keys, shows = keys_of(value, record.vocabularies), _kind(value, record)
    for arm in comparators or study.arms:
        if _is_given(keys, shows, arm):
            # Where no group is marked, any of them may be the one that is tested.
            yield AGREES if comparators else UNKNOWN, f"group: {_arm(arm)}"
    if normal(value) == "placebo" and study.masking == "NONE":
        yield CONTRADICTS, "the record says that nobody is blinded (open label)"
    if not is_single:
        for mention in _mentions(keys, value, record, (TITLE,)):
            if _AGAINST.search(mention.before):
                yield AGREES, str(mention)
    lacking = "not in a comparison group" if study.arms else "the record lists no groups"
    for mention in _mentions(keys, value, record, _NAMING):
        yield UNKNOWN, f"{lacking}; {mention}"
    is_described = all(arm.description or arm.interventions for arm in comparators or study.arms)
    if study.arms and is_described and not shows:
        groups = ", ".join(_arm(arm) for arm in (comparators or study.arms)[:4])
        yield CONTRADICTS, f"no group of the record is given it: {groups}"
    yield UNKNOWN, "the record does not say what it is compared with"


def _uncompared(study: Study, comparators: list[Arm], *, is_single: bool) -> Iterator[Ruling]:
    if study.allocation == "RANDOMIZED":
        yield CONTRADICTS, "the record says that people are assigned by chance (randomized)"
    for arm in comparators:
        yield CONTRADICTS, f"the record has a group to compare with: {_arm(arm)}"
    if is_single:
        yield AGREES, "the record has a single group"
    if study.arms and study.allocation == "NON_RANDOMIZED":
        yield AGREES, _NOT_COMPARED
    several = "has several groups and does not say that they are compared"
    yield UNKNOWN, f"the record {several if study.arms else 'does not say'}"


def _is_called(name: str, keys: Sequence[str]) -> bool:
    """Return whether one of the record's names contains a treatment's name as whole words."""
    whole = f" {key_of(name)} "
    return any(f" {key} " in whole for key in keys if key)


def _is_given(keys: Sequence[str], shows: Callable[[str], bool] | None, arm: Arm) -> bool:
    texts = (arm.label, arm.description, *arm.interventions, terms.name_of(arm.type))
    if shows and any(map(shows, texts)):
        return True
    return any(_is_called(text, keys) for text in texts)


def _mentions(
    keys: Sequence[str], value: str, record: Record, kinds: Sequence[str]
) -> list[Mention]:
    names = {normal(value), *keys} - {""}
    words = "|".join(r"[\s-]?".join(map(re.escape, name.split())) for name in sorted(names))
    return record.find(re.compile(rf"(?<!\w)(?:{words})(?!\w)"), kinds)


def _arm(arm: Arm) -> str:
    return f"“{arm.label}”{f' ({terms.name_of(arm.type)})' if arm.type else ''}"


def _listed(study: Study) -> str:
    names = list(dict.fromkeys(f"“{item.name}”" for item in study.interventions))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def _meant(value: str, study: Study) -> str:
    """Return "is “Besponsa” meant? " for a similar name in the record; "" for none."""
    names = (name for item in study.interventions for name in (item.name, *item.other_names))
    by_normal = {normal(name): name for name in names}
    close = get_close_matches(normal(value), by_normal, 1, 0.7)
    return f"is “{by_normal[close[0]]}” meant? " if close else ""
