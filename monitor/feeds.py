"""Catalog -> Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing and prepends by default; so every date is
given and every entry appended, and the same tree gives the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator
from markupsafe import Markup

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


def trial_feeds(catalog: Catalog) -> Iterator[Feed]:
    """A feed for each trial, with its minor changes: who follows one trial wants all of them."""
    for trial in catalog.trials.values():
        title = f"{trial.title} ({trial.nct_id}): {catalog.site.name}"
        yield Feed(trial.address, title, trial.address, trial.nights)


def _weighty(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not entry.is_minor)


def render(
    catalog: Catalog, base_url: str, html: Callable[[Entry], str]
) -> Iterator[tuple[str, bytes]]:
    """Every feed in its three forms as (path, bytes). `html` gives an entry's body."""
    base = base_url.rstrip("/") + "/"
    bodies: dict[str, str] = {}
    for feed in chain(feeds_of(catalog), trial_feeds(catalog)):
        entries = recent(catalog, feed.entries)
        for entry in entries:
            if entry.id not in bodies:
                body = html(entry)
                small = len(body.encode()) < MOST_BYTES / 4
                bodies[entry.id] = body if small else _elsewhere(base, entry)
        made = _forms(catalog, feed, entries, bodies, base)
        while max(map(len, made.values())) > MOST_BYTES and len(entries) > 1:
            entries = entries[: len(entries) * 3 // 4]
            made = _forms(catalog, feed, entries, bodies, base)
        yield from made.items()
    yield "feeds/feeds.opml", _opml(catalog, base)


def _opml(catalog: Catalog, base: str) -> bytes:
    """The feeds as a list that feed readers import; without the feeds of single trials."""
    line = Markup('<outline type="rss" text="{}" xmlUrl="{}" htmlUrl="{}"/>\n')
    lines = [
        line.format(feed.title, f"{base}{feed.address}feed.xml", base + feed.page)
        for feed in feeds_of(catalog)
    ]
    whole = Markup(
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "<head><title>{}</title></head>\n<body>\n{}</body>\n</opml>\n"
    )
    return whole.format(catalog.site.name, Markup().join(lines)).encode()


def _elsewhere(base: str, entry: Entry) -> str:
    return str(Markup('<p><a href="{}">{}</a></p>').format(base + entry.address, entry.title))


def _forms(
    catalog: Catalog, feed: Feed, entries: tuple[Entry, ...], bodies: dict[str, str], base: str
) -> dict[str, bytes]:
    given = (catalog, feed, entries, bodies, base)
    atom, rss = f"{feed.address}feed.xml", f"{feed.address}rss.xml"
    return {
        atom: _generator(*given, atom, "application/atom+xml").atom_str(pretty=True),
        rss: _generator(*given, rss, "application/rss+xml").rss_str(pretty=True),
        f"{feed.address}feed.json": _json_feed(*given),
    }


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


def _about(catalog: Catalog) -> str:
    """The site's description, and plainly where its data is not the registry's own."""
    compiled = "" if catalog.night.is_fetched else " Compiled data, not fetched from the registry."
    return f"{catalog.site.description}{compiled}"


def _generator(
    catalog: Catalog,
    feed: Feed,
    entries: tuple[Entry, ...],
    bodies: dict[str, str],
    base: str,
    path: str,
    media_type: str,
) -> FeedGenerator:
    made = FeedGenerator()
    made.id(f"{_tag(catalog)}:feed:/{feed.address}")
    made.title(feed.title)
    made.subtitle(_about(catalog))
    made.description(_about(catalog))
    made.language("en")
    made.author(name=catalog.site.name)
    made.generator(catalog.site.name)
    made.link(href=base + path, rel="self", type=media_type)
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
        "description": _about(catalog),
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
