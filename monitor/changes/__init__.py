"""Compares two versions of a study, and puts the changes into words."""

from monitor.changes.combine import describe_night
from monitor.changes.date_drift import (
    Slip,
    days_later,
    is_later,
    is_silent,
    slips,
    with_drift,
)
from monitor.changes.locations import country_key
from monitor.changes.marked_text import ADDED, REMOVED, Message, Run, difference
from monitor.changes.membership import Membership, last_membership, membership
from monitor.changes.watched import compare
from monitor.changes.wording import describe

__all__ = [
    "ADDED",
    "REMOVED",
    "Membership",
    "Message",
    "Run",
    "Slip",
    "compare",
    "country_key",
    "days_later",
    "describe",
    "describe_night",
    "difference",
    "is_later",
    "is_silent",
    "last_membership",
    "membership",
    "slips",
    "with_drift",
]
