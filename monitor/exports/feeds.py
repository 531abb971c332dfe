"""Writes feeds as Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing, so every date is set, and the same tree
gives the same bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.feed import FeedGenerator
from markupsafe import Markup

from monitor.catalog import LONGEST_LINE, Catalog, Entry, counted, gist
from monitor.data import KINDS
from monitor.exports.feed_list import Feed, FeedItem, countries_of
from monitor.exports.json_document import json_document
from monitor.files import Bundle
from monitor.text import sentence, shortened

DAYS, LEAST_ENTRIES, MOST_ENTRIES = timedelta(days=30), 20, 100
HOUR = "10:00:00+00:00"  # of an entry's day: the same day from Honolulu to Auckland
MOST_TRIALS = 20  # of a digest whose trials are categories
ICONS = ("static/icon-144.png", "static/icon-512.png")
MOST_BYTES = 500_000  # some readers refuse larger feeds
STYLE = '<?xml-stylesheet type="text/css" href="{}static/feed.css"?>\n'
"""So that a feed opened in a browser does not look like an error."""


@dataclass(frozen=True)
class _Entry:
    """An entry in the forms that its feeds share."""

    xml: FeedEntry  # Atom and RSS
    json: dict[str, Any]


class FeedWriter:
    """Renders feeds; an entry is rendered once for all feeds that have it."""

    def __init__(self, catalog: Catalog, base_url: str, html: Callable[[FeedItem], str]) -> None:
        self.catalog = catalog
        self.base = base_url
        self.html = html
        self._entries: dict[str, _Entry] = {}  # by the entry's id

    def bundle(self, feed: Feed) -> Bundle:
        """Return a feed, and its twin where it has one, in every form."""
        paths = tuple(f"{each.address}{name}" for each in feed.both for name in each.forms)
        return Bundle(paths, lambda: self.files(feed))

    def files(self, feed: Feed) -> Iterator[tuple[str, bytes]]:
        """Render a feed, and its twin where it has one, as (path, bytes)."""
        for each in feed.both:
            items = recent(self.catalog, each.entries)
            newest = _changed(items[0])
            entries = [self._entry(item) for item in items]
            forms = self._forms(each, newest, entries)
            while max(map(len, forms.values())) > MOST_BYTES and len(entries) > 1:
                entries = entries[: len(entries) * 3 // 4]
                forms = self._forms(each, newest, entries)
            yield from forms.items()

    def _forms(self, feed: Feed, newest: datetime, entries: list[_Entry]) -> dict[str, bytes]:
        return {
            f"{feed.address}{name}": self._form(name, feed, newest, entries) for name in feed.forms
        }

    def _form(self, name: str, feed: Feed, newest: datetime, entries: list[_Entry]) -> bytes:
        if name == "feed.json":
            return json_document(self._head(feed), items=[entry.json for entry in entries])
        generator = self._generator(feed, newest, name)
        generator.entry([entry.xml for entry in entries], replace=True)
        xml = generator.atom_str if name == "feed.xml" else generator.rss_str
        return _styled(feed, xml(pretty=True))

    def _generator(self, feed: Feed, newest: datetime, name: str) -> FeedGenerator:
        """Return a feed of feedgen's without entries."""
        site, about = self.catalog.site, self._about(feed)
        kind = {"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml"}[name]
        generator = FeedGenerator()
        generator.register_extension("dc", DcExtension, atom=False)
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
            date_of(newest)
        generator.icon(f"{self.base}{ICONS[0]}")
        generator.image(f"{self.base}{ICONS[0]}", feed.title, self.base + feed.page)
        return generator

    def _head(self, feed: Feed) -> dict[str, Any]:
        """Return a JSON Feed without items."""
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": self._about(feed),
            "home_page_url": self.base + feed.page,
            "feed_url": f"{self.base}{feed.address}feed.json",
            "icon": f"{self.base}{ICONS[1]}",
            "favicon": f"{self.base}{ICONS[0]}",
            "language": "en",
            "authors": [{"name": self.catalog.site.name, "url": self.base}],
        }

    def _about(self, feed: Feed) -> str:
        """Return what the feed contains, its source and its limits."""
        source = (
            "From the records of ClinicalTrials.gov."
            if self.catalog.last_check.is_fetched
            else "Compiled data, not fetched from the registry."
        )
        return f"{feed.about} {source} Not medical advice. How to use it: {self.base}feeds/"

    def _entry(self, item: FeedItem) -> _Entry:
        if item.id not in self._entries:
            body = self.html(item)
            if len(body.encode()) >= MOST_BYTES / 4:
                link = Markup('<p><a href="{}">{}</a></p>')
                body = str(link.format(self.base + item.address, item.title))
            categories = [*_categories(self.catalog, item)]
            fields = {
                "id": f"{tag_prefix(self.catalog)}:{item.id}",
                "url": self.base + item.address,
                "title": item.title,
                "summary": summary(self.catalog, item),
                "content_html": body,
                "date_published": f"{item.date}T{HOUR}",
                "date_modified": _changed(item).isoformat(),
                "tags": [f"{category.scheme}:{category.term}" for category in categories],
            }
            xml = _xml(fields, self.catalog.site.name)
            prefix = tag_prefix(self.catalog)
            xml.category([{**c._asdict(), "scheme": f"{prefix}:{c.scheme}"} for c in categories])
            self._entries[item.id] = _Entry(xml, fields)
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
    entry.author(name=author)  # Atom's alone: in RSS an author is a mail address
    entry.register_extension("dc", DcEntryExtension, atom=False)
    entry.dc.dc_creator(author)
    return entry


def _styled(feed: Feed, xml: bytes) -> bytes:
    """Insert the stylesheet after the XML declaration."""
    style = STYLE.format("../" * feed.address.count("/")).encode()
    declaration, _, rest = xml.partition(b"\n")
    return declaration + b"\n" + style + rest


class Category(NamedTuple):
    """What readers and programs can sort entries by."""

    scheme: str  # "kind", "rank", "disease", "trial", "country", or the key of a facet
    term: str
    label: str


def _categories(catalog: Catalog, item: FeedItem) -> Iterator[Category]:
    for kind in sorted(item.kinds):
        yield Category("kind", kind, KINDS[kind].heading if kind in KINDS else kind)
    if isinstance(item, Entry):
        yield Category("rank", item.rank, item.rank)
    for slug in sorted(item.diseases):
        yield Category("disease", slug, catalog.disease_name(slug))
    if not isinstance(item, Entry) or len(item.nights) > MOST_TRIALS:
        return
    for night in item.nights:
        yield Category("trial", night.trial.nct_id, night.name)
    for key, country in sorted(countries_of(item).items()):
        yield Category("country", key, country)
    yes = (night.trial.sorting.yes for night in item.nights)
    values = {(facet, value) for each in yes for facet, own in each.items() for value in own}
    for facet, value in sorted(values):
        yield Category(facet, value, catalog.labels.get((facet, value), value))


def summary(catalog: Catalog, item: FeedItem) -> str:
    """Return what happened, in whole sentences, and what the trial is."""
    if not isinstance(item, Entry):
        return item.summary
    night, others = item.nights[0], item.nights[1:]
    if others:
        lines = [each.headline_in(LONGEST_LINE) for each in item.nights[:5]]
        lines += [f"And {len(item.nights) - 5:,} more"] if item.nights[5:] else []
        changes = f"Among the changes: {counted(item.nights, with_minor=True)}"
        texts = (f"{item.digest_of}: {item.main_message}", changes, *lines)
        return " ".join(map(sentence, texts))
    title = "" if gist(night.title) in item.title else shortened(night.title, LONGEST_LINE)
    diseases = night.diseases or sorted(item.diseases)  # of one that left: whose it was
    facts = " · ".join((*_disease_names(catalog, diseases), *night.facts))
    texts = (
        item.digest_of and f"{item.digest_of}: {item.main_message}",
        night.all_messages,
        title,
        facts,
    )
    return " ".join(sentence(text) for text in texts if text)


def _disease_names(catalog: Catalog, slugs: Sequence[str]) -> list[str]:
    """Return the names of a trial's diseases, short where there are several."""
    short = {d.slug: d.header.short_name for d in catalog.content.diseases if len(slugs) > 2}
    return [short.get(slug) or catalog.disease_name(slug) for slug in slugs]


def recent(catalog: Catalog, entries: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return those of the last 30 days before the last check, at least 20, at most 100."""
    return catalog.latest(entries, DAYS, LEAST_ENTRIES, MOST_ENTRIES)


def tag_prefix(catalog: Catalog) -> str:
    """Return the beginning of permanent ids: the site's own host, whatever this build's address."""
    return f"tag:{catalog.site.host},{catalog.site.began}"


def moment(day: str, run: int = 1) -> datetime:
    """Return 10:00 UTC of a day, a minute later for each further check of that day."""
    return datetime.fromisoformat(f"{day}T{HOUR}") + timedelta(minutes=run - 1)


def _changed(item: FeedItem) -> datetime:
    """Return the time of the entry's last addition."""
    return moment(item.date, item.run if isinstance(item, Entry) else 1)
