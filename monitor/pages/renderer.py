"""The frame of all pages: templates with their common values, and relative links.

Links are relative and name index.html, so that the site works below any sub-path and from the file
system. Only 404.html, which is served from anywhere, has whole addresses.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monitor.catalog import Catalog, Notice, Week
from monitor.content import ADDRESSES, Disease, claim_in_words
from monitor.exports import FeedItem, Welcome
from monitor.files import Bundle
from monitor.pages import linked_data, night_lines, pills, registry_text, rows
from monitor.pages.edit_links import Editing
from monitor.pages.templates import Templates
from monitor.registry import history_url, record_url, search_url, terms
from monitor.text import capitalized, first_sentence, many, shortened

Link = Callable[[str], str]
"""Turns an address from the site's root into a link from one page."""


class Renderer:
    """Renders pages of one catalog."""

    def __init__(self, catalog: Catalog, folder: Path, base_url: str) -> None:
        self.catalog = catalog
        self.folder = folder  # templates/
        self.base_url = base_url
        self._frames: dict[tuple[str, str], dict[str, Markup]] = {}  # by depth and part of the site
        self._helplines: dict[tuple[str, ...], Markup] = {}  # by the slugs of diseases
        self.templates = Templates(
            folder,
            {**FUNCTIONS, **_values(catalog), "trail_of": self._trail},
            {**FILTERS, "row_day": partial(_row_day, catalog.checked.year)},
        )

    def page(self, address: str, template: str, **values: Any) -> Bundle:
        """Return a page as a Bundle: `address` is "", "…/", or "404.html"."""
        return self.page_of(address, template, lambda: values)

    def page_of(self, address: str, template: str, work: Callable[[], Mapping[str, Any]]) -> Bundle:
        """Return a page whose values `work` returns when it is rendered: each process its share."""
        path = address if address == "404.html" else f"{address}index.html"
        return Bundle((path,), lambda: [(path, self.html(address, template, work()))])

    def html(self, address: str, template: str, values: Mapping[str, Any]) -> bytes:
        """Render a template as the page of an address."""
        link = self.absolute if address == "404.html" else self.relative(address)
        shared = {
            "address": address,
            "canonical": self.absolute(address),
            "link": link,
            "picture": self.absolute(self._picture(address)),
            "frame": self._frame(link, _section(address)),
        }
        return self.templates.page(template, {**shared, **values}).encode()

    def entry_html(self, entry: FeedItem) -> str:
        """Render the body of an entry in a feed, with whole addresses."""
        if isinstance(entry, Week):
            return self.templates.macro("_digest.html", "sections", entry.changes, self.absolute)
        if isinstance(entry, Welcome):
            return self.templates.macro("_feeds.html", "welcome", entry, self.absolute)
        template = "_review.html" if isinstance(entry, Notice) else "_entry.html"
        return self.templates.macro(template, "feed_body", entry, self.absolute)

    def _frame(self, link: Link, section: str) -> dict[str, Markup]:
        """Render what is the same on all pages of one depth and one part of the site, once."""
        key = link(""), section
        if key not in self._frames:
            macro = self.templates.macro
            self._frames[key] = {
                "header": macro("_frame.html", "header", link, section),
                "notice": macro("_frame.html", "notice", link),
                "footer": macro("_frame.html", "footer", link, section),
                "near": macro("_frame.html", "near", link),
            }
        return self._frames[key]

    def helplines(self, slugs: tuple[str, ...]) -> Markup:
        """Render whom people with these diseases can call, once for all their trials."""
        if slugs not in self._helplines:
            places = self.catalog.content.helplines_for(slugs)
            self._helplines[slugs] = self.templates.macro("_parts.html", "helplines", places)
        return self._helplines[slugs]

    def _picture(self, address: str) -> str:
        """Return the preview picture of a disease's page, or the site's."""
        slug = address.split("/", maxsplit=1)[0]
        is_one = any(view.disease.slug == slug for view in self.catalog.followed)
        return f"{slug}/preview.png" if is_one else "preview.png"

    def _trail(self, diseases: Sequence[Disease], address: str, name: str) -> Mapping[str, Any]:
        """Return the breadcrumbs of a page as JSON-LD."""
        steps = [("", self.catalog.site.name)]
        steps += [(disease.address, disease.header.name) for disease in diseases]
        return linked_data.trail([(self.absolute(a), n) for a, n in (*steps, (address, name))])

    def absolute(self, address: str) -> str:
        """Return a link that holds from anywhere."""
        return self.base_url + address

    def relative(self, page: str) -> Link:
        """Return what turns an address into a link from the page at `page`."""
        up = "../" * page.count("/")

        def link(address: str) -> str:
            path, hash_, anchor = address.partition("#")
            if path == "" or path.endswith("/"):
                path += "index.html"
            return f"{up}{path}{hash_}{anchor}"

        return link


_OF_DISEASE = {"find": "find", "trials": "trials", "guide": "guides"}
"""The part of the site that a disease's own pages belong to, by the second part of the address."""


def _section(address: str) -> str:
    first, *rest = address.strip("/").split("/")
    if first in ADDRESSES:
        return ADDRESSES[first].section
    return _OF_DISEASE.get(rest[0], "") if rest else ""


def _menu(catalog: Catalog) -> list[tuple[str, str, str]]:
    """Return (address, name, part of the site) for each item of the menu."""
    one = catalog.followed[0].disease if len(catalog.followed) == 1 else None
    find = f"{one.address}{'find/' if one.vocabulary else ''}" if one else "#diseases"
    rest = ((f"{name}/", part.menu, part.section) for name, part in ADDRESSES.items())
    return [
        (find, "Find yours", "find"),
        (f"{one.address}trials/" if one else "#diseases", "Trials", "trials"),
        *(item for item in rest if item[1]),
    ]


FUNCTIONS: dict[str, Any] = {
    "capitalized": capitalized,
    "claim_in_words": claim_in_words,
    "first_sentence": first_sentence,
    "history_url": history_url,
    "json_ld": linked_data.script,
    "line_of": night_lines.line,
    "many": many,
    "name_of": rows.name_of,
    "pill_of": pills.pill,
    "record_url": record_url,
    "row_of": rows.row,
    "search_url": search_url,
    "shapes": pills.SHAPES,
    "shortened": shortened,
    "tag_of": night_lines.tag,
    "terms": terms,
}
"""What every template may call, or look up."""

FILTERS: dict[str, Callable[[str], str]] = {
    "day": terms.day,
    "prose": registry_text.prose,
    "short_day": terms.short_day,
    "unbroken": registry_text.unbroken,
}


def _values(catalog: Catalog) -> dict[str, Any]:
    """Return the values of a catalog that every template may show."""
    return {
        "about": next((p.address for p in catalog.pages if p.slug == "about"), ""),
        "catalog": catalog,
        "editing": Editing(catalog.site.repository, catalog.last_check, catalog.site.branch),
        "glossary": catalog.glossary,
        "menu": _menu(catalog),
        "last_check": catalog.last_check,
        "site": catalog.site,
    }


def _row_day(year: int, day: str) -> str:
    """Return a date in short words, without the year if it is that of the data."""
    return terms.short_day(day).removesuffix(f" {year}")
