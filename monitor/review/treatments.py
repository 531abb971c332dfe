"""Claims about what is given, held against a record: drugs, and what they are compared with.

A rule yields rulings in the order of their weight; the first one counts.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from monitor.content import NOTHING
from monitor.registry import Arm, Study, name_of
from monitor.review.drug_names import KINDS, key_of, keys_of
from monitor.review.passages import AGREES, CONTRADICTS, UNKNOWN, Found, Record, Ruling, find
from monitor.text import normal

_TITLES = ("title", "official title")
_GIVEN = ("groups", "interventions")
_NAMING = (*_TITLES, *_GIVEN, "summary", "description", "keywords")
"""Where a drug that is under study can be named. Criteria name drugs that people had before."""

_BEFORE = re.compile(
    r"\b(?:after|following|prior|previous\w*|pre-?treated|fail\w*|progress\w*|exposed"
    r"|resistant|refractory|intoleran\w*)\b[^.;:]*$"
)
_AGAINST = re.compile(r"\b(?:versus|vs|compared (?:with|to)|with or without)\b[^.;:]{0,60}$")
_COMPARATORS = ("ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION")


_NOT_COMPARED = "nobody is assigned by chance, and no group is there to compare with"


def drugs(value: str, record: Record) -> Iterator[Ruling]:
    """A drug is among the interventions or their other names, or a title says that it is tested."""
    study = record.study
    for item in study.interventions:
        for name in (item.name, *item.other_names):
            if _is_called(name, value):
                also = "" if item.name == name else f", also called “{name}”"
                yield AGREES, f"intervention: “{item.name}”{also}"
    kind = KINDS.get(normal(value))
    given = _shown(kind, record, (*_GIVEN, *_TITLES)) if kind else []
    tested = [each for each in _mentions(value, record, _TITLES) if not _is_before(each)]
    for found in (*given, *tested):
        yield AGREES, str(found)
    lacking = "not among the interventions" if study.interventions else "it lists no interventions"
    for found in _mentions(value, record, _NAMING):
        yield UNKNOWN, f"{lacking}; {found}"
    if not study.interventions:
        yield UNKNOWN, "the record lists no interventions"
    if kind or any(each.search(normal(value)) for each in (KINDS["car-t"], KINDS["transplant"])):
        yield UNKNOWN, "the record names no intervention like that"
    yield CONTRADICTS, f"{_meant(value, study)}the record's interventions are {_listed(study)}"


def compared_with(value: str, record: Record) -> Iterator[Ruling]:
    """A comparator is given to a group, best one that is marked as such; "nothing" has no group."""
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
    kind = KINDS.get(normal(value))
    for arm in comparators or study.arms:
        if _is_given(value, kind, arm):
            yield AGREES if comparators or is_random else UNKNOWN, f"group: {_arm(arm)}"
    if normal(value) == "placebo" and study.masking == "NONE":
        yield CONTRADICTS, "the record says that nobody is blinded (open label)"
    if not is_single:
        for found in _mentions(value, record, _TITLES):
            if _AGAINST.search(found.passage.words[: found.start]):
                yield AGREES, str(found)
    lacking = "not in a comparison group" if study.arms else "the record lists no groups"
    for found in _mentions(value, record, _NAMING):
        yield UNKNOWN, f"{lacking}; {found}"
    is_told = all(arm.description or arm.interventions for arm in comparators or study.arms)
    if study.arms and is_told and not kind:
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


def _is_called(name: str, value: str) -> bool:
    """Whether a name of the record's holds one of the names of a treatment, as whole words."""
    whole = f" {key_of(name)} "
    return any(f" {key} " in whole for key in keys_of(value) if key)


def _is_given(value: str, kind: re.Pattern[str] | None, arm: Arm) -> bool:
    texts = (arm.label, arm.description, *arm.interventions, name_of(arm.type))
    if kind and any(kind.search(normal(text)) for text in texts):
        return True
    return any(_is_called(text, value) for text in texts)


def _is_before(found: Found) -> bool:
    """Whether a title names it as what people had before."""
    return bool(_BEFORE.search(found.passage.words[: found.start]))


def _mentions(value: str, record: Record, where: Sequence[str]) -> list[Found]:
    names = {normal(value), *keys_of(value)} - {""}
    words = "|".join(r"[\s-]?".join(map(re.escape, name.split())) for name in sorted(names))
    return _shown(re.compile(rf"(?<!\w)(?:{words})(?!\w)"), record, where)


def _shown(pattern: re.Pattern[str], record: Record, where: Sequence[str]) -> list[Found]:
    return find(pattern, [passage for passage in record.passages if passage.where in where])


def _arm(arm: Arm) -> str:
    return f"“{arm.label}”{f' ({name_of(arm.type)})' if arm.type else ''}"


def _listed(study: Study) -> str:
    names = list(dict.fromkeys(f"“{item.name}”" for item in study.interventions))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def _meant(value: str, study: Study) -> str:
    """ "is “Besponsa” meant? ", where a name of the record's is much like this one."""
    names = (name for item in study.interventions for name in (item.name, *item.other_names))
    known = {normal(name): name for name in names}
    close = get_close_matches(normal(value), known, 1, 0.7)
    return f"is “{known[close[0]]}” meant? " if close else ""
