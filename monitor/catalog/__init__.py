"""Everything joined, as values that only need rendering."""

from monitor.catalog.catalog import Catalog, DiseaseView, build_catalog, page_order
from monitor.catalog.review_status import (
    ADDRESS,
    Notice,
    ReviewStatus,
    findings,
    notices,
    review_statuses,
)
from monitor.catalog.trial import Entry, Trial
from monitor.catalog.weekly import Week, WeekSummary, summarize, weeks

__all__ = [
    "ADDRESS",
    "Catalog",
    "DiseaseView",
    "Entry",
    "Notice",
    "ReviewStatus",
    "Trial",
    "Week",
    "WeekSummary",
    "build_catalog",
    "findings",
    "notices",
    "page_order",
    "review_statuses",
    "summarize",
    "weeks",
]
