"""What a change of each kind holds: its fields, and what `old` and `new` of each look like.

The contract of data/changes between `update`, which writes it, and whatever puts it into words. A
field of `Study` that is one value, or a list of texts, needs no row: its type says what it looks
like.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, get_type_hints

from monitor.registry import NCT_ID, Study, StudyDate

Shape = Callable[[Any], bool]


def text(value: Any) -> bool:
    """Whether it is a text."""
    return isinstance(value, str)


def flag(value: Any) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def number(value: Any) -> bool:
    """Whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def study_id(value: Any) -> bool:
    """Whether it is the id of a study."""
    return text(value) and NCT_ID.fullmatch(value) is not None


def day(value: Any) -> bool:
    """Whether it is a date as exact as the registry's are: YYYY, YYYY-MM or YYYY-MM-DD."""
    if not text(value) or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def many(item: Shape) -> Shape:
    """A list of one or more."""
    return lambda value: isinstance(value, list) and bool(value) and all(map(item, value))


def either(*shapes: Shape) -> Shape:
    """One of some shapes."""
    return lambda value: any(shape(value) for shape in shapes)


def nothing(value: Any) -> bool:
    """Whether it is null."""
    return value is None


def entry(needed: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    """An object with some keys, and no others than these."""
    known = {**needed, **(optional or {})}
    return lambda value: (
        isinstance(value, dict)
        and needed.keys() <= value.keys() <= known.keys()
        and all(known[key](item) for key, item in value.items())
    )


def table(item: Shape) -> Shape:
    """An object of names."""
    return lambda value: isinstance(value, dict) and bool(value) and all(map(item, value.values()))


DATE = entry({"date": day}, {"type": text})
STEP = entry({"type": text}, {"date": text})
OUTCOME = entry(
    {},
    dict.fromkeys(("measure", "time_frame", "description", "elsewhere", "elsewhere_as"), text),
)
CRITERION = either(text, entry({"text": text, "above": text}))
PLACE = entry({}, dict.fromkeys(("facility", "city", "state", "zip", "country", "status"), text))
OPENED = either(many(PLACE), table(number))


def part(name: str, shape: Shape = text) -> Shape:
    """A list of things of which one part changed, each with its name."""
    return many(entry({"name": text, name: either(shape, nothing)}))


def _outcomes(field: str) -> dict[str, Shape]:
    return {
        field: many(OUTCOME),
        f"{field}.swapped": many(OUTCOME),
        f"{field}.time_frame": part("time_frame"),
        f"{field}.description": part("description"),
    }


def _criteria(*fields: str) -> dict[str, Shape]:
    lists: dict[str, Shape] = dict.fromkeys(fields, many(CRITERION))
    return lists | {f"{field}.above": part("above", text) for field in fields}


TEXTS = many(text)

_BY_TYPE: dict[Any, Shape] = {
    str: either(text, TEXTS),  # of a long text: the paragraphs that changed
    bool | None: flag,
    int | None: number,
    tuple[str, ...]: TEXTS,
}
_TYPES = get_type_hints(Study)
PLAIN = {name: _BY_TYPE[kind] for name, kind in _TYPES.items() if kind in _BY_TYPE}
"""Field of Study -> what it looks like."""

FIELDS: dict[str, dict[str, Shape]] = {
    "new": {"searches": TEXTS},
    "tracked": {"searches": TEXTS},
    "left": {"searches": TEXTS},
    "removed": {"nct_id": study_id},
    "status": {"overall_status": text, "why_stopped": text},
    "results": {
        "results_first_post_date": DATE,
        "has_results": flag,
        "unposted_events": many(STEP),
    },
    "primary_outcome": _outcomes("primary_outcomes"),
    "secondary_outcome": _outcomes("secondary_outcomes"),
    "eligibility": _criteria("inclusion_criteria", "exclusion_criteria", "criteria"),
    "arms": {
        "arms": TEXTS,
        "interventions": TEXTS,
        "arms.type": part("type"),
        "arms.interventions": part("interventions", TEXTS),
        "arms.description": part("description"),
        "interventions.type": part("type"),
        "interventions.description": part("description"),
    },
    "design": {},
    "enrollment": {"enrollment": entry({"count": number}, {"type": text})},
    "dates": {name: DATE for name, kind in _TYPES.items() if kind == StudyDate | None},
    "locations": dict.fromkeys(("locations", "locations.name", "locations.status"), many(PLACE)),
    "sponsor": {"lead_sponsor": text, "collaborators": TEXTS},
    "expanded_access": {
        "expanded_access": entry({}, {"is_offered": flag, "nct_id": text, "status": text})
    },
    "documents": {"documents": TEXTS},
    "title": dict.fromkeys(("brief_title", "official_title", "acronym"), text),
    "description": dict.fromkeys(
        ("brief_summary", "detailed_description", "conditions", "keywords"), TEXTS
    ),
    "references": {"references": TEXTS, "references.type": part("type"), "see_also": TEXTS},
}
"""Kind -> field -> what `old` and `new` are, where they are not null."""

_WITH_PLAIN = ("eligibility", "design", "arms", "sponsor", "documents", "description", "references")
"""Kinds that can hold any plain field besides."""


def is_plain(kind: str, field: str) -> bool:
    """Whether a change is of one value, or of a list of texts, and has no row of its own."""
    return kind in _WITH_PLAIN and field not in FIELDS[kind] and field in PLAIN


def problem(kind: str, field: str, old: Any, new: Any) -> str:
    """Return what is wrong with a change of a known kind; "" where nothing is."""
    shape = PLAIN[field] if is_plain(kind, field) else FIELDS[kind].get(field)
    if shape is None:
        return f"{kind} has no field {field!r}"
    if old is None and new is None:
        return "neither old nor new"
    for name, value in (("old", old), ("new", new)):
        if value is not None and not shape(value):
            return f"{name} of {kind}, {field}, is not of the shape that it has to have"
    in_step = isinstance(old, list) and isinstance(new, list) and _is_in_step(kind, field)
    if in_step and len(old) != len(new):
        return f"old and new of {field} are not as many"
    if old is None or new is None:
        return "" if "." not in field or field.endswith(".swapped") else f"{field} lacks old or new"
    return ""


def _is_in_step(kind: str, field: str) -> bool:
    """Whether the items of old and new belong to each other one by one."""
    is_whole = is_plain(kind, field) or field in ("searches", "unposted_events")
    return not is_whole and not field.endswith(".swapped")
