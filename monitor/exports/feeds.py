"""Feeds -> Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing, so every date is set, and the same tree
gives the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from markupsafe import Markup

from monitor.catalog import Catalog
from monitor.exports.feed_list import Feed, FeedItem
from monitor.files import Bundle

DAYS, LEAST, MOST = timedelta(days=30), 20, 100
FORMS = ("feed.xml", "rss.xml", "feed.json")
MOST_BYTES = 500_000  # some readers refuse larger feeds
STYLE = '<?xml-stylesheet type="text/css" href="{}static/feed.css"?>\n'
"""For whoever opens a feed in a browser: it looks like no error."""


@dataclass(frozen=True)
class _Entry:
    """An entry in the forms that its feeds share."""

    xml: FeedEntry  # Atom and RSS
    json: dict[str, Any]


class FeedWriter:
    """Renders feeds; an entry is rendered once, whatever feeds it stands in."""

    def __init__(self, catalog: Catalog, base_url: str, html: Callable[[FeedItem], str]) -> None:
        self.catalog = catalog
        self.base = base_url.rstrip("/") + "/"
        self.html = html
        self._entries: dict[str, _Entry] = {}  # by the entry's id

    def bundle(self, feed: Feed) -> Bundle:
        """Return a feed, and its twin where it has one, in every form."""
        paths = tuple(f"{each.address}{name}" for each in feed.both for name in FORMS)
        return Bundle(paths, lambda: self.files(feed))

    def files(self, feed: Feed) -> Iterator[tuple[str, bytes]]:
        """Render a feed, and its twin where it has one, as (path, bytes)."""
        for each in feed.both:
            items = recent(self.catalog, each.entries)
            # The date of the newest entry; an empty feed has not been updated since the site began.
            day = items[0].date if items else f"{self.catalog.site.began}-01-01"
            entries = [self._entry(item) for item in items]
            forms = self._forms(each, day, entries)
            while max(map(len, forms.values())) > MOST_BYTES and len(entries) > 1:
                entries = entries[: len(entries) * 3 // 4]
                forms = self._forms(each, day, entries)
            yield from forms.items()

    def _forms(self, feed: Feed, day: str, entries: list[_Entry]) -> dict[str, bytes]:
        style = STYLE.format("../" * feed.address.count("/")).encode()
        atom, rss = (self._generator(feed, day, name) for name in FORMS[:2])
        for generator in (atom, rss):
            generator.entry([entry.xml for entry in entries], replace=True)
        items = [entry.json for entry in entries]
        return {
            f"{feed.address}feed.xml": _styled(atom.atom_str(pretty=True), style),
            f"{feed.address}rss.xml": _styled(rss.rss_str(pretty=True), style),
            f"{feed.address}feed.json": _json({**self._head(feed), "items": items}),
        }

    def _generator(self, feed: Feed, day: str, name: str) -> FeedGenerator:
        """Return a feed of feedgen's without entries."""
        site, about = self.catalog.site, self._about
        kind = {"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml"}[name]
        generator = FeedGenerator()
        generator.id(f"{tag_prefix(self.catalog)}:feed:/{feed.address}")
        generator.title(feed.title)
        generator.subtitle(about)
        generator.description(about)
        generator.language("en")
        generator.author(name=site.name)
        generator.generator(site.name)
        generator.link(href=f"{self.base}{feed.address}{name}", rel="self", type=kind)
        # RSS takes the link that was set last.
        generator.link(href=self.base + feed.page, rel="alternate", type="text/html")
        for date_of in (generator.updated, generator.pubDate, generator.lastBuildDate):
            date_of(_moment(day))
        return generator

    def _head(self, feed: Feed) -> dict[str, Any]:
        """Return a JSON Feed without items."""
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": self._about,
            "home_page_url": self.base + feed.page,
            "feed_url": f"{self.base}{feed.address}feed.json",
            "language": "en",
            "authors": [{"name": self.catalog.site.name, "url": self.base}],
        }

    @property
    def _about(self) -> str:
        """The site's description, what a feed is, and where its data is not the registry's own."""
        catalog = self.catalog
        is_fetched = catalog.night.is_fetched
        compiled = "" if is_fetched else " Compiled data, not fetched from the registry."
        return f"{catalog.site.description}{compiled} How to use this feed: {self.base}feeds/"

    def _entry(self, item: FeedItem) -> _Entry:
        if item.id not in self._entries:
            body = self.html(item)
            if len(body.encode()) >= MOST_BYTES / 4:
                link = Markup('<p><a href="{}">{}</a></p>')
                body = str(link.format(self.base + item.address, item.title))
            moment = _moment(item.date).isoformat()
            fields = {
                "id": f"{tag_prefix(self.catalog)}:{item.id}",
                "url": self.base + item.address,
                "title": item.title,
                "summary": item.summary or item.title,
                "content_html": body,
                "date_published": moment,
                "date_modified": moment,
                "tags": _categories(self.catalog, item),
            }
            self._entries[item.id] = _Entry(_xml(fields, self.catalog.site.name), fields)
        return self._entries[item.id]


def _xml(fields: dict[str, Any], author: str) -> FeedEntry:
    """Return an entry of feedgen's from an item of JSON Feed."""
    entry = FeedEntry()
    entry.id(fields["id"])
    entry.guid(fields["id"], permalink=False)
    entry.title(fields["title"])
    entry.link(href=fields["url"], rel="alternate", type="text/html")
    entry.description(fields["summary"], isSummary=True)
    entry.content(fields["content_html"], type="html")
    entry.published(datetime.fromisoformat(fields["date_published"]))
    entry.updated(datetime.fromisoformat(fields["date_modified"]))
    entry.author(name=author)
    entry.category([{"term": term} for term in fields["tags"]])
    return entry


def _styled(xml: bytes, style: bytes) -> bytes:
    """Put the stylesheet's line behind the XML declaration."""
    declaration, _, rest = xml.partition(b"\n")
    return declaration + b"\n" + style + rest


def _json(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def _categories(catalog: Catalog, item: FeedItem) -> list[str]:
    """The kinds of its changes, and its diseases by name."""
    names = (d.header.name for d in catalog.content.diseases if d.slug in item.diseases)
    return [*sorted(item.kinds), *names]


def recent(catalog: Catalog, entries: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return those of the last 30 days before the last check, at least 20, at most 100."""
    if not catalog.night.checked:
        return ()
    since = (catalog.checked - DAYS).isoformat()
    count = sum(entry.date >= since for entry in entries)
    return entries[: min(max(count, LEAST), MOST)]


def tag_prefix(catalog: Catalog) -> str:
    """Begin an id for ever: with the site's own host, whatever address this build is for."""
    return f"tag:{catalog.site.host},{catalog.site.began}"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
