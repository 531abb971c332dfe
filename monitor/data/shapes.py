"""The shapes of changes: which fields each kind has, and what `old` and `new` of each look like.

The contract of data/changes between `update`, which writes it, and whatever puts it into words. A
field of `Study` that is a single value or a list of texts needs no row here: its type is its
shape.
"""

from collections.abc import Callable
from typing import Any, get_type_hints

from monitor.registry import NCT_ID, Study, StudyDate, is_date

Shape = Callable[[Any], bool]
"""Returns whether a JSON value has the shape."""


def text(value: Any) -> bool:
    """Return whether a value is a text."""
    return isinstance(value, str)


def flag(value: Any) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def number(value: Any) -> bool:
    """Return whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def study_id(value: Any) -> bool:
    """Return whether a value is an NCT id."""
    return text(value) and NCT_ID.fullmatch(value) is not None


def day(value: Any) -> bool:
    """Return whether a value is a date of the registry."""
    return text(value) and is_date(value)


def many(item: Shape) -> Shape:
    """Return the shape of a list of one or more items."""
    return lambda value: isinstance(value, list) and bool(value) and all(map(item, value))


def either(*shapes: Shape) -> Shape:
    """Return the shape of a value that has one of several shapes."""
    return lambda value: any(shape(value) for shape in shapes)


def nothing(value: Any) -> bool:
    """Return whether a value is null."""
    return value is None


def entry(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    """Return the shape of an object with these keys and no others."""
    shapes = {**required, **(optional or {})}
    return lambda value: (
        isinstance(value, dict)
        and required.keys() <= value.keys() <= shapes.keys()
        and all(shapes[key](item) for key, item in value.items())
    )


def table(item: Shape) -> Shape:
    """Return the shape of an object with one or more keys of any name."""
    return lambda value: isinstance(value, dict) and bool(value) and all(map(item, value.values()))


DATE = entry({"date": day}, {"type": text})
STEP = entry({"type": text}, {"date": text})
OUTCOME = entry(
    {},
    dict.fromkeys(("measure", "time_frame", "description", "elsewhere", "elsewhere_as"), text),
)
CRITERION = either(text, entry({"text": text, "above": text}))
LOCATION = entry({}, dict.fromkeys(("facility", "city", "state", "zip", "country", "status"), text))
OPENED = either(many(LOCATION), table(number))


def part(name: str, shape: Shape = text) -> Shape:
    """Return the shape of a list of named items of which one part changed."""
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
"""Field of Study -> its shape."""

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
    "locations": dict.fromkeys(("locations", "locations.name", "locations.status"), many(LOCATION)),
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
"""Kind -> field -> the shape of `old` and `new` where they are not null."""

_WITH_PLAIN = ("eligibility", "design", "arms", "sponsor", "documents", "description", "references")
"""Kinds that can have any PLAIN field besides: a row of WATCHED in one of them needs none here."""


def is_plain(kind: str, field: str) -> bool:
    """Return whether a field has no row in FIELDS: its shape is that of its type in `Study`."""
    return kind in _WITH_PLAIN and field not in FIELDS[kind] and field in PLAIN


def fault(kind: str, field: str, old: Any, new: Any) -> str:
    """Return the fault in a change of one of the KINDS; "" where there is none."""
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
    """Return whether the items of `old` and `new` are pairs, in the same order."""
    is_whole = is_plain(kind, field) or field in ("searches", "unposted_events")
    return not is_whole and not field.endswith(".swapped")
