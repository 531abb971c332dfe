"""The registry: request its records, parse them, put its codes into words."""

from monitor.registry import terms
from monitor.registry.addresses import API, history_url, record_url, search_url
from monitor.registry.ages import AGE_GROUPS, AGE_PATTERN, Ages, ages_of, exact_age, is_limit, years
from monitor.registry.api_fields import unknown_parts
from monitor.registry.client import Merged, Registry, RegistryError, Version, is_loopback
from monitor.registry.eligibility import EXCLUSION, OTHER, SECTIONS, Criterion, parse_criteria
from monitor.registry.json_object import ShapeError, StudyDate, is_date
from monitor.registry.study import (
    NCT_ID,
    Arm,
    Document,
    ExpandedAccess,
    Intervention,
    Location,
    Outcome,
    Publication,
    Sponsor,
    Study,
    UnpostedEvent,
    study_from,
)

__all__ = [
    "AGE_GROUPS",
    "AGE_PATTERN",
    "API",
    "EXCLUSION",
    "NCT_ID",
    "OTHER",
    "SECTIONS",
    "Ages",
    "Arm",
    "Criterion",
    "Document",
    "ExpandedAccess",
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
    "exact_age",
    "history_url",
    "is_date",
    "is_limit",
    "is_loopback",
    "parse_criteria",
    "record_url",
    "search_url",
    "study_from",
    "terms",
    "unknown_parts",
    "years",
]
