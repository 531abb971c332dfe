"""The registry: ask it, read its records, name its terms."""

from monitor.registry.addresses import history_url, record_url
from monitor.registry.ages import AGE, AGE_GROUPS, Ages, ages_of, is_set, years
from monitor.registry.client import Merged, Registry, RegistryError, Version, is_loopback
from monitor.registry.eligibility import EXCLUSION, OTHER, SECTIONS, Criterion, parse_criteria
from monitor.registry.json_object import ShapeError, StudyDate
from monitor.registry.known_fields import unknown
from monitor.registry.study import (
    NCT_ID,
    Arm,
    Document,
    Intervention,
    Location,
    Outcome,
    Publication,
    Sponsor,
    Study,
    UnpostedEvent,
    study_from,
)
from monitor.registry.terms import (
    STATUS_GROUPS,
    STATUSES,
    day,
    name_of,
    people,
    phase,
    place,
    quoted,
    shift,
    status,
)

__all__ = [
    "AGE",
    "AGE_GROUPS",
    "EXCLUSION",
    "NCT_ID",
    "OTHER",
    "SECTIONS",
    "STATUSES",
    "STATUS_GROUPS",
    "Ages",
    "Arm",
    "Criterion",
    "Document",
    "Intervention",
    "Location",
    "Merged",
    "Outcome",
    "Publication",
    "Registry",
    "RegistryError",
    "ShapeError",
    "Sponsor",
    "Study",
    "StudyDate",
    "UnpostedEvent",
    "Version",
    "ages_of",
    "day",
    "history_url",
    "is_loopback",
    "is_set",
    "name_of",
    "parse_criteria",
    "people",
    "phase",
    "place",
    "quoted",
    "record_url",
    "shift",
    "status",
    "study_from",
    "unknown",
    "years",
]
