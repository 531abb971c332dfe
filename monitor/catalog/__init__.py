"""Everything joined, as values that only need rendering."""

from monitor.catalog.catalog import (
    Catalog,
    DiseaseView,
    Gap,
    build_catalog,
    folded,
    page_order,
)
from monitor.catalog.review_status import (
    ADDRESS,
    Notice,
    ReviewStatus,
    findings,
    notices,
    review_statuses,
)
from monitor.catalog.trial import LONGEST, Entry, Trial, TrialNight, gist
from monitor.catalog.weekly import Week, WeekItem, WeekSummary, summarize, weeks

__all__ = [
    "ADDRESS",
    "LONGEST",
    "Catalog",
    "DiseaseView",
    "Entry",
    "Gap",
    "Notice",
    "ReviewStatus",
    "Trial",
    "TrialNight",
    "Week",
    "WeekItem",
    "WeekSummary",
    "build_catalog",
    "findings",
    "folded",
    "gist",
    "notices",
    "page_order",
    "review_statuses",
    "summarize",
    "weeks",
]
