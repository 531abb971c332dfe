"""Compares claims with records, and texts with their sources."""

from monitor.review.drug_names import drug_names
from monitor.review.lists import misplacement, unknown_values
from monitor.review.record import AGREES, CONTRADICTS, UNKNOWN
from monitor.review.rules import Verdict, contradictions, review
from monitor.review.sourced import unsupported
from monitor.review.statements import conflicts, statements_about
from monitor.review.unclaimed import unclaimed

__all__ = [
    "AGREES",
    "CONTRADICTS",
    "UNKNOWN",
    "Verdict",
    "conflicts",
    "contradictions",
    "drug_names",
    "misplacement",
    "review",
    "statements_about",
    "unclaimed",
    "unknown_values",
    "unsupported",
]
