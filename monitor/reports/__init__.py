"""Writes texts for GitHub."""

from monitor.reports import preview
from monitor.reports.release_notes import release_notes, release_title

__all__ = [
    "preview",
    "release_notes",
    "release_title",
]
