"""Descriptions held against records."""

from monitor.review.passages import AGREES, CONTRADICTS, UNKNOWN
from monitor.review.rules import Verdict, contradictions, review

__all__ = [
    "AGREES",
    "CONTRADICTS",
    "UNKNOWN",
    "Verdict",
    "contradictions",
    "review",
]
