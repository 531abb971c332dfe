"""Catalog -> Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing and prepends by default; so every date is
given and every entry appended, and the same tree gives the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator

from monitor.catalog import Catalog, Entry

DAYS, LEAST, MOST = timedelta(days=30), 20, 100
MOST_BYTES = 500_000  # some readers refuse larger feeds


@dataclass(frozen=True)
class Feed:
    """One feed: what it holds and where it stands."""

    address: str  # of its folder, from the site's root: "" or "…/"
    title: str
    page: str  # address of the page that it belongs to
    entries: tuple[Entry, ...]  # newest first


def feeds_of(catalog: Catalog) -> list[Feed]:
    """Every feed of the site. Each leaves minor changes out and has a twin, `all`, with them."""
    name = catalog.site.name
    feeds = [Feed("", name, "", _weighty(catalog.entries))]
    feeds.append(Feed("feeds/all/", f"{name}: all changes", "", catalog.entries))
    for view in catalog.diseases:
        slug, disease = view.disease.slug, view.disease.header.name
        title = f"{disease}: {name}"
        feeds.append(Feed(f"{slug}/", title, f"{slug}/", _weighty(view.entries)))
        feeds.append(Feed(f"{slug}/feeds/all/", f"{title}: all changes", f"{slug}/", view.entries))
    return feeds


def _weighty(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not entry.is_minor)


def render(
    catalog: Catalog, base_url: str, html: Callable[[Entry], str]
) -> Iterator[tuple[str, bytes]]:
    """Every feed in its three forms as (path, bytes). `html` gives an entry's body."""
    base = base_url.rstrip("/") + "/"
    bodies: dict[str, str] = {}
    for feed in feeds_of(catalog):
        entries = recent(catalog, feed.entries)
        for entry in entries:
            if entry.id not in bodies:
                bodies[entry.id] = html(entry)
        while (
            entries and sum(len(bodies[entry.id].encode()) for entry in entries) > MOST_BYTES * 0.8
        ):
            entries = entries[:-1]
        generator = _generator(catalog, feed, entries, bodies, base)
        yield f"{feed.address}feed.xml", generator.atom_str(pretty=True)
        yield f"{feed.address}rss.xml", generator.rss_str(pretty=True)
        yield f"{feed.address}feed.json", _json_feed(catalog, feed, entries, bodies, base)


def recent(catalog: Catalog, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The last 30 days before the last check, at least 20 entries, at most 100."""
    if not catalog.night.checked:
        return ()
    since = (catalog.checked - DAYS).isoformat()
    count = sum(entry.date >= since for entry in entries)
    return entries[: min(max(count, LEAST), MOST)]


def entry_id(catalog: Catalog, entry: Entry) -> str:
    """The entry's id for ever: from the site's own host, whatever address this build is for."""
    return f"{_tag(catalog)}:{entry.id}"


def _tag(catalog: Catalog) -> str:
    return f"tag:{urlsplit(catalog.site.url).hostname},{catalog.site.began}"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _updated(catalog: Catalog, entries: tuple[Entry, ...]) -> datetime:
    """From the newest entry; of an empty feed, the last check; else the site's first year."""
    day = entries[0].date if entries else catalog.night.checked or f"{catalog.site.began}-01-01"
    return _moment(day)


def _generator(
    catalog: Catalog, feed: Feed, entries: tuple[Entry, ...], bodies: dict[str, str], base: str
) -> FeedGenerator:
    made = FeedGenerator()
    made.id(f"{_tag(catalog)}:feed:/{feed.address}")
    made.title(feed.title)
    made.subtitle(catalog.site.description)
    made.description(catalog.site.description)
    made.language("en")
    made.author(name=catalog.site.name)
    made.generator(catalog.site.name)
    made.link(href=f"{base}{feed.address}feed.xml", rel="self", type="application/atom+xml")
    made.link(href=base + feed.page, rel="alternate", type="text/html")  # last: RSS takes this one
    made.updated(_updated(catalog, entries))
    made.pubDate(_updated(catalog, entries))
    made.lastBuildDate(_updated(catalog, entries))
    for entry in entries:
        item = made.add_entry(order="append")
        item.id(entry_id(catalog, entry))
        item.guid(entry_id(catalog, entry), permalink=False)
        item.title(entry.title)
        item.link(href=base + entry.address, rel="alternate", type="text/html")
        item.content(bodies[entry.id], type="html")
        item.published(_moment(entry.date))
        item.updated(_moment(entry.date))
        for kind in _kinds(entry):
            item.category(term=kind)
    return made


def _kinds(entry: Entry) -> list[str]:
    return sorted({change.kind for part in entry.parts for change in part.changes})


def _json_feed(
    catalog: Catalog, feed: Feed, entries: tuple[Entry, ...], bodies: dict[str, str], base: str
) -> bytes:
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": catalog.site.description,
        "home_page_url": base + feed.page,
        "feed_url": f"{base}{feed.address}feed.json",
        "language": "en",
        "authors": [{"name": catalog.site.name, "url": base}],
        "items": [
            {
                "id": entry_id(catalog, entry),
                "url": base + entry.address,
                "title": entry.title,
                "content_html": bodies[entry.id],
                "date_published": _moment(entry.date).isoformat(),
                "date_modified": _moment(entry.date).isoformat(),
                "tags": _kinds(entry),
            }
            for entry in entries
        ],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"
