"""Catalog -> Atom, RSS and JSON Feed. Only here: feedgen.

feedgen fills in the time of day where a date is missing and prepends by default; so every date is
given and every entry appended, and the same tree gives the same bytes. It is asked once for each
entry and once for what stands around them: a feed is put together from those pieces, and is byte
for byte what feedgen would have made of the whole (tests/test_feeds.py holds that).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from feedgen.feed import FeedGenerator
from markupsafe import Markup

from monitor.basis import Basis
from monitor.catalog import Catalog
from monitor.facets import Feed, Item
from monitor.files import Job

DAYS, LEAST, MOST = timedelta(days=30), 20, 100
MOST_BYTES = 500_000  # some readers refuse larger feeds
STYLE = '<?xml-stylesheet type="text/css" href="{}static/feed.css"?>\n'
"""For whoever opens a feed in a browser: it looks like no error."""

_PLACE = "\ue000"  # around the names of what differs from feed to feed; content/ may not hold it
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)  # the same for its date


def render(
    catalog: Catalog, feeds: Iterable[Feed], base_url: str, html: Callable[[Item], str]
) -> Iterator[tuple[str, bytes]]:
    """Feeds and their twins in three forms each as (path, bytes). `html` gives an entry's body."""
    writer = FeedWriter(catalog, base_url, html)
    for feed in feeds:
        yield from writer.files(feed)


@dataclass(frozen=True)
class _Pieces:
    """An entry in the three forms, as it stands in a feed."""

    atom: str
    rss: str
    json: str


class FeedWriter:
    """Makes the feeds of one night; an entry is made once, in whatever feeds it stands."""

    def __init__(self, basis: Basis, base_url: str, html: Callable[[Item], str]) -> None:
        self.basis = basis
        self.base = base_url.rstrip("/") + "/"
        self.html = html
        self.atom = _Frame(_generator(basis, self.base, "atom").atom_str(pretty=True), "</feed>")
        self.rss = _Frame(_generator(basis, self.base, "rss").rss_str(pretty=True), "  </channel>")
        self._made: dict[str, _Pieces] = {}  # by the entry's id

    def job(self, feed: Feed) -> Job:
        """A feed, and its twin where it has one."""
        names = ("feed.xml", "rss.xml", "feed.json")
        paths = tuple(f"{each.address}{name}" for each in feed.both for name in names)
        return Job(paths, partial(self.files, feed))

    def files(self, feed: Feed) -> Iterator[tuple[str, bytes]]:
        """A feed, and its twin where it has one, as (path, bytes)."""
        for each in feed.both:
            entries = recent(self.basis, each.entries)
            pieces = [self._pieces(entry) for entry in entries]
            # From its newest entry; an empty feed has not been updated since the site began.
            day = entries[0].date if entries else f"{self.basis.site.began}-01-01"
            made = self._forms(each, day, pieces)
            while max(map(len, made.values())) > MOST_BYTES and len(pieces) > 1:
                pieces = pieces[: len(pieces) * 3 // 4]
                made = self._forms(each, day, pieces)
            yield from made.items()

    def _forms(self, feed: Feed, day: str, pieces: list[_Pieces]) -> dict[str, bytes]:
        moment = _moment(day)
        said = {
            "id": f"{_tag(self.basis)}:feed:/{feed.address}",
            "title": feed.title,
            "folder": self.base + feed.address,
            "page": self.base + feed.page,
            "moment": moment.isoformat(),
            "date": format_datetime(moment),
        }
        style = STYLE.format("../" * feed.address.count("/"))
        return {
            f"{feed.address}feed.xml": self.atom.around(style, said, [p.atom for p in pieces]),
            f"{feed.address}rss.xml": self.rss.around(style, said, [p.rss for p in pieces]),
            f"{feed.address}feed.json": self._json_feed(feed, [p.json for p in pieces]),
        }

    def _pieces(self, entry: Item) -> _Pieces:
        if entry.id not in self._made:
            body = self.html(entry)
            if len(body.encode()) >= MOST_BYTES / 4:
                link = Markup('<p><a href="{}">{}</a></p>')
                body = str(link.format(self.base + entry.address, entry.title))
            whole = self._generator_with(entry, body)
            self._made[entry.id] = _Pieces(
                _between(whole.atom_str(pretty=True), "  <entry>", "</entry>\n"),
                _between(whole.rss_str(pretty=True), "    <item>", "</item>\n"),
                self._json_item(entry, body),
            )
        return self._made[entry.id]

    def _generator_with(self, entry: Item, body: str) -> FeedGenerator:
        made = _generator(self.basis, self.base, "")
        item = made.add_entry(order="append")
        item.id(entry_id(self.basis, entry))
        item.guid(entry_id(self.basis, entry), permalink=False)
        item.title(entry.title)
        item.link(href=self.base + entry.address, rel="alternate", type="text/html")
        item.description(entry.summary or entry.title, isSummary=True)
        item.content(body, type="html")
        item.published(_moment(entry.date))
        item.updated(_moment(entry.date))
        item.author(name=self.basis.site.name)
        item.category([{"term": term} for term in _categories(self.basis, entry)])
        return made

    def _json_feed(self, feed: Feed, items: list[str]) -> bytes:
        head = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": _about(self.basis, self.base),
            "home_page_url": self.base + feed.page,
            "feed_url": f"{self.base}{feed.address}feed.json",
            "language": "en",
            "authors": [{"name": self.basis.site.name, "url": self.base}],
        }
        listed = f"[{','.join(items)}\n ]" if items else "[]"
        return f'{_indented(head)[:-2]},\n "items": {listed}\n}}\n'.encode()

    def _json_item(self, entry: Item, body: str) -> str:
        moment = _moment(entry.date).isoformat()
        item = {
            "id": entry_id(self.basis, entry),
            "url": self.base + entry.address,
            "title": entry.title,
            "summary": entry.summary or entry.title,
            "content_html": body,
            "date_published": moment,
            "date_modified": moment,
            "tags": _categories(self.basis, entry),
        }
        return f"\n{_indented(item)}".replace("\n", "\n  ")


class _Frame:
    """What feedgen makes of a feed without entries, cut where feeds differ from each other."""

    def __init__(self, made: bytes, end: str) -> None:
        head, _, tail = made.decode().rpartition(end)
        for name, words in (("moment", _NEVER.isoformat()), ("date", format_datetime(_NEVER))):
            head = head.replace(words, _place(name))
        self.declaration, _, rest = head.partition("\n")
        self.parts = re.split(f"{_PLACE}([a-z]+){_PLACE}", rest)  # every second is a name
        self.tail = end + tail

    def around(self, style: str, said: dict[str, str], entries: list[str]) -> bytes:
        """The whole feed."""
        filled = list(self.parts)
        for index in range(1, len(filled), 2):
            filled[index] = escape(said[filled[index]], _ESCAPED)
        return "".join([self.declaration, "\n", style, *filled, *entries, self.tail]).encode()


_ESCAPED = {"\r": "&#13;"}
"""As lxml has it. A quote it escapes in attributes only, where we have addresses, without any."""


def _place(name: str) -> str:
    return f"{_PLACE}{name}{_PLACE}"


def _generator(basis: Basis, base: str, form: str) -> FeedGenerator:
    """A feed without entries, and with names in the places where feeds differ."""
    name = {"atom": "feed.xml"}.get(form, "rss.xml")
    made = FeedGenerator()
    made.id(_place("id"))
    made.title(_place("title"))
    made.subtitle(_about(basis, base))
    made.description(_about(basis, base))
    made.language("en")
    made.author(name=basis.site.name)
    made.generator(basis.site.name)
    made.link(href=f"{_place('folder')}{name}", rel="self", type=f"application/{form}+xml")
    made.link(href=_place("page"), rel="alternate", type="text/html")  # last: RSS takes this one
    made.updated(_NEVER)
    made.pubDate(_NEVER)
    made.lastBuildDate(_NEVER)
    return made


def _between(made: bytes, start: str, end: str) -> str:
    text = made.decode()
    return text[text.index(start) : text.rindex(end) + len(end)]


def _indented(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _categories(basis: Basis, entry: Item) -> list[str]:
    """The kinds of its changes, and its diseases by name."""
    found = (d.header.name for d in basis.content.diseases if d.slug in entry.diseases)
    return [*sorted(entry.kinds), *found]


def _about(basis: Basis, base: str) -> str:
    """The site's description, what a feed is, and where its data is not the registry's own."""
    compiled = "" if basis.night.is_fetched else " Compiled data, not fetched from the registry."
    return f"{basis.site.description}{compiled} How to use this feed: {base}feeds/"


def recent(basis: Basis, entries: tuple[Item, ...]) -> tuple[Item, ...]:
    """The last 30 days before the last check, at least 20 entries, at most 100."""
    if not basis.night.checked:
        return ()
    since = (basis.checked - DAYS).isoformat()
    count = sum(entry.date >= since for entry in entries)
    return entries[: min(max(count, LEAST), MOST)]


def entry_id(basis: Basis, entry: Item) -> str:
    """The entry's id for ever: from the site's own host, whatever address this build is for."""
    return f"{_tag(basis)}:{entry.id}"


def _tag(basis: Basis) -> str:
    return f"tag:{urlsplit(basis.site.url).hostname},{basis.site.began}"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def lists_job(catalog: Catalog, feeds: Sequence[Feed], base_url: str) -> Job:
    """The feeds as OPML lists."""
    slugs = ("", *(f"{view.disease.slug}/" for view in catalog.followed))
    paths = tuple(f"{slug}feeds/feeds.opml" for slug in slugs)
    return Job(paths, partial(render_lists, catalog, feeds, base_url))


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
