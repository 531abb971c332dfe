"""Catalog -> Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing and prepends by default; so every date is
given and every entry appended, and the same tree gives the same bytes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator
from markupsafe import Markup

from monitor.catalog import Catalog
from monitor.facets import Feed, Item

DAYS, LEAST, MOST = timedelta(days=30), 20, 100
MOST_BYTES = 500_000  # some readers refuse larger feeds


def render(
    catalog: Catalog, feeds: Iterable[Feed], base_url: str, html: Callable[[Item], str]
) -> Iterator[tuple[str, bytes]]:
    """Feeds and their twins in three forms each as (path, bytes). `html` gives an entry's body."""
    base = base_url.rstrip("/") + "/"
    bodies: dict[str, str] = {}
    for feed in chain.from_iterable(each.both for each in feeds):
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


def render_lists(
    catalog: Catalog, feeds: Sequence[Feed], base_url: str
) -> Iterator[tuple[str, bytes]]:
    """The feeds as OPML lists, of the site and of each disease, as (path, bytes)."""
    base = base_url.rstrip("/") + "/"
    yield "feeds/feeds.opml", _opml(catalog.site.name, feeds, base)
    for view in catalog.followed:
        slug, title = view.disease.slug, f"{view.disease.header.name}: {catalog.site.name}"
        own = [feed for feed in feeds if feed.disease == slug]
        yield f"{slug}/feeds/feeds.opml", _opml(title, own, base)


def _opml(title: str, feeds: Iterable[Feed], base: str) -> bytes:
    """Feeds as a list that feed readers import."""
    line = Markup('<outline type="rss" text="{}" xmlUrl="{}" htmlUrl="{}"/>\n')
    lines = [
        line.format(feed.title, f"{base}{feed.address}feed.xml", base + feed.page)
        for feed in chain.from_iterable(each.both for each in feeds)
    ]
    whole = Markup(
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "<head><title>{}</title></head>\n<body>\n{}</body>\n</opml>\n"
    )
    return whole.format(title, Markup().join(lines)).encode()


def _elsewhere(base: str, entry: Item) -> str:
    return str(Markup('<p><a href="{}">{}</a></p>').format(base + entry.address, entry.title))


def _forms(
    catalog: Catalog,
    feed: Feed,
    entries: tuple[Item, ...],
    bodies: dict[str, str],
    base: str,
) -> dict[str, bytes]:
    given = (catalog, feed, entries, bodies, base)
    atom, rss = f"{feed.address}feed.xml", f"{feed.address}rss.xml"
    style = _STYLE % ("../" * feed.address.count("/")).encode()
    return {
        atom: _styled(
            _generator(*given, atom, "application/atom+xml").atom_str(pretty=True), style
        ),
        rss: _styled(_generator(*given, rss, "application/rss+xml").rss_str(pretty=True), style),
        f"{feed.address}feed.json": _json_feed(*given),
    }


_STYLE = b'<?xml-stylesheet type="text/css" href="%sstatic/feed.css"?>\n'


def _styled(xml: bytes, style: bytes) -> bytes:
    """With a stylesheet, for whoever opens a feed in a browser: it looks like no error."""
    head, _, rest = xml.partition(b"\n")
    return head + b"\n" + style + rest


def recent(catalog: Catalog, entries: tuple[Item, ...]) -> tuple[Item, ...]:
    """The last 30 days before the last check, at least 20 entries, at most 100."""
    if not catalog.night.checked:
        return ()
    since = (catalog.checked - DAYS).isoformat()
    count = sum(entry.date >= since for entry in entries)
    return entries[: min(max(count, LEAST), MOST)]


def entry_id(catalog: Catalog, entry: Item) -> str:
    """The entry's id for ever: from the site's own host, whatever address this build is for."""
    return f"{_tag(catalog)}:{entry.id}"


def _tag(catalog: Catalog) -> str:
    return f"tag:{urlsplit(catalog.site.url).hostname},{catalog.site.began}"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _updated(catalog: Catalog, entries: tuple[Item, ...]) -> datetime:
    """From the newest entry; of an empty feed, the last check; else the site's first year."""
    day = entries[0].date if entries else catalog.night.checked or f"{catalog.site.began}-01-01"
    return _moment(day)


def _about(catalog: Catalog, base: str) -> str:
    """The site's description, what a feed is, and where its data is not the registry's own."""
    compiled = "" if catalog.night.is_fetched else " Compiled data, not fetched from the registry."
    return f"{catalog.site.description}{compiled} How to use this feed: {base}feeds/"


def _generator(
    catalog: Catalog,
    feed: Feed,
    entries: tuple[Item, ...],
    bodies: dict[str, str],
    base: str,
    path: str,
    media_type: str,
) -> FeedGenerator:
    made = FeedGenerator()
    made.id(f"{_tag(catalog)}:feed:/{feed.address}")
    made.title(feed.title)
    made.subtitle(_about(catalog, base))
    made.description(_about(catalog, base))
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
        item.description(entry.summary or entry.title, isSummary=True)
        item.content(bodies[entry.id], type="html")
        item.published(_moment(entry.date))
        item.updated(_moment(entry.date))
        item.author(name=catalog.site.name)
        item.category([{"term": term} for term in _categories(catalog, entry)])
    return made


def _categories(catalog: Catalog, entry: Item) -> list[str]:
    """The kinds of its changes, and its diseases by name."""
    names = (
        view.disease.header.name for view in catalog.diseases if view.disease.slug in entry.diseases
    )
    return [*sorted(entry.kinds), *names]


def _json_feed(
    catalog: Catalog,
    feed: Feed,
    entries: tuple[Item, ...],
    bodies: dict[str, str],
    base: str,
) -> bytes:
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": _about(catalog, base),
        "home_page_url": base + feed.page,
        "feed_url": f"{base}{feed.address}feed.json",
        "language": "en",
        "authors": [{"name": catalog.site.name, "url": base}],
        "items": [
            {
                "id": entry_id(catalog, entry),
                "url": base + entry.address,
                "title": entry.title,
                "summary": entry.summary or entry.title,
                "content_html": bodies[entry.id],
                "date_published": _moment(entry.date).isoformat(),
                "date_modified": _moment(entry.date).isoformat(),
                "tags": _categories(catalog, entry),
            }
            for entry in entries
        ],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"
