"""Joins content, records and log into values that pages and feeds only render."""

from monitor.catalog.catalog import (
    Catalog,
    DigestSubject,
    DiseaseView,
    build_catalog,
    page_order,
    with_digests,
)
from monitor.catalog.facet_findings import facet_findings
from monitor.catalog.page_status import PageDoubt, page_doubts
from monitor.catalog.review_status import (
    ADDRESS,
    Notice,
    ReviewStatus,
    claim_findings,
    notices,
    review_statuses,
)
from monitor.catalog.selection import LABELS, filter_of, fragment, matches, selected, values_of
from monitor.catalog.text_findings import text_findings
from monitor.catalog.trial import (
    AGE,
    LONGEST,
    LONGEST_LINE,
    STATUS_LIFETIME,
    Entry,
    Trial,
    TrialNight,
    gist,
)
from monitor.catalog.weekly import ChangeSummary, SummaryItem, Week, counted, summarize, weeks

__all__ = [
    "ADDRESS",
    "AGE",
    "LABELS",
    "LONGEST",
    "LONGEST_LINE",
    "STATUS_LIFETIME",
    "Catalog",
    "ChangeSummary",
    "DigestSubject",
    "DiseaseView",
    "Entry",
    "Notice",
    "PageDoubt",
    "ReviewStatus",
    "SummaryItem",
    "Trial",
    "TrialNight",
    "Week",
    "build_catalog",
    "claim_findings",
    "counted",
    "facet_findings",
    "filter_of",
    "fragment",
    "gist",
    "matches",
    "notices",
    "page_doubts",
    "page_order",
    "review_statuses",
    "selected",
    "summarize",
    "text_findings",
    "values_of",
    "weeks",
    "with_digests",
]
