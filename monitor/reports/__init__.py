"""Text for GitHub."""

from monitor.reports import preview
from monitor.reports.release_notes import release_notes

__all__ = [
    "preview",
    "release_notes",
]
