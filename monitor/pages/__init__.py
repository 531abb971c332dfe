"""Writes HTML pages, and the data of their scripts."""

from monitor.pages import search_index
from monitor.pages.curated_texts import CuratedTexts, render_texts
from monitor.pages.renderer import Renderer
from monitor.pages.site_pages import Pages, with_distinct_ids
from monitor.pages.trial_page import trial_page

__all__ = [
    "CuratedTexts",
    "Pages",
    "Renderer",
    "render_texts",
    "search_index",
    "trial_page",
    "with_distinct_ids",
]
