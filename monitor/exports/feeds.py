"""Catalog -> Atom, RSS and JSON Feed. Only here: feedgen, and lxml, whose elements it makes.

feedgen fills in the time of day where a date is missing, so every date is given, and the same tree
gives the same bytes. It is asked once for each entry and once for what stands around them: a feed
is put together from those pieces, and is byte for byte what feedgen would have made of the whole
(tests/test_feeds.py holds that).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree
from markupsafe import Markup

from monitor.catalog.basis import Basis
from monitor.exports.feed_list import Feed, Item
from monitor.files import Job

DAYS, LEAST, MOST = timedelta(days=30), 20, 100
FORMS = ("feed.xml", "rss.xml", "feed.json")
MOST_BYTES = 500_000  # some readers refuse larger feeds
STYLE = '<?xml-stylesheet type="text/css" href="{}static/feed.css"?>\n'
"""For whoever opens a feed in a browser: it looks like no error."""

_PLACE = "\ue000"  # around the names of what differs from feed to feed; content/ may not hold it
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)  # the same for its date


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
        self.tag = _tag(basis)
        self.atom = _Frame(_generator(basis, self.base, "atom").atom_str(pretty=True), "</feed>")
        self.rss = _Frame(_generator(basis, self.base, "rss").rss_str(pretty=True), "  </channel>")
        self.json = _template(_json_head(basis, self.base))
        self._made: dict[str, _Pieces] = {}  # by the entry's id

    def job(self, feed: Feed) -> Job:
        """A feed, and its twin where it has one."""
        paths = tuple(f"{each.address}{name}" for each in feed.both for name in FORMS)
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
        said = {
            "id": f"{self.tag}:feed:/{feed.address}",
            "title": feed.title,
            "folder": self.base + feed.address,
            "page": self.base + feed.page,
        }
        xml = {name: _escaped(words) for name, words in said.items()} | _moments(day)
        style = STYLE.format("../" * feed.address.count("/"))
        head = self.json % {name: _ENCODE(words)[1:-1] for name, words in said.items()}
        items = f"[{','.join(piece.json for piece in pieces)}\n ]" if pieces else "[]"
        return {
            f"{feed.address}feed.xml": self.atom.around(style, xml, [p.atom for p in pieces]),
            f"{feed.address}rss.xml": self.rss.around(style, xml, [p.rss for p in pieces]),
            f"{feed.address}feed.json": f'{head[:-2]},\n "items": {items}\n}}\n'.encode(),
        }

    def _pieces(self, entry: Item) -> _Pieces:
        if entry.id not in self._made:
            body = self.html(entry)
            if len(body.encode()) >= MOST_BYTES / 4:
                link = Markup('<p><a href="{}">{}</a></p>')
                body = str(link.format(self.base + entry.address, entry.title))
            said = self._said(entry, body)
            item = _item(said, self.basis.site.name)
            self._made[entry.id] = _Pieces(
                _within(("feed",), item.atom_entry()),
                _within(("rss", "channel"), item.rss_entry()),
                f"\n  {_json(said, before='  ')}",
            )
        return self._made[entry.id]

    def _said(self, entry: Item, body: str) -> dict[str, Any]:
        """An entry as an item of JSON Feed, from which its other forms are made."""
        moment = _moment(entry.date).isoformat()
        return {
            "id": f"{self.tag}:{entry.id}",
            "url": self.base + entry.address,
            "title": entry.title,
            "summary": entry.summary or entry.title,
            "content_html": body,
            "date_published": moment,
            "date_modified": moment,
            "tags": _categories(self.basis, entry),
        }


def _item(said: dict[str, Any], author: str) -> FeedEntry:
    item = FeedEntry()
    item.id(said["id"])
    item.guid(said["id"], permalink=False)
    item.title(said["title"])
    item.link(href=said["url"], rel="alternate", type="text/html")
    item.description(said["summary"], isSummary=True)
    item.content(said["content_html"], type="html")
    item.published(datetime.fromisoformat(said["date_published"]))
    item.updated(datetime.fromisoformat(said["date_modified"]))
    item.author(name=author)
    item.category([{"term": term} for term in said["tags"]])
    return item


class _Frame:
    """What feedgen makes of a feed without entries, cut where feeds differ from each other."""

    def __init__(self, made: bytes, end: str) -> None:
        head, _, tail = made.decode().rpartition(end)
        for name, words in _moments(_NEVER.date().isoformat()).items():
            head = head.replace(words, _place(name))
        self.declaration, _, rest = head.partition("\n")
        self.head = _template(rest)
        self.tail = end + tail

    def around(self, style: str, said: dict[str, str], entries: list[str]) -> bytes:
        """The whole feed. What is `said` stands in it as it is given."""
        head = self.head % said
        return "".join([self.declaration, "\n", style, head, *entries, self.tail]).encode()


def _escaped(text: str) -> str:
    """As lxml has it. A quote it escapes in attributes only, where we have addresses, without."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def _place(name: str) -> str:
    return f"{_PLACE}{name}{_PLACE}"


def _template(text: str) -> str:
    """For the operator %: a text with places, to be filled by their names."""
    return re.sub(f"{_PLACE}([a-z]+){_PLACE}", r"%(\1)s", text.replace("%", "%%"))


@cache
def _moments(day: str) -> dict[str, str]:
    """A day as Atom and as RSS write it."""
    moment = _moment(day)
    return {"moment": moment.isoformat(), "date": format_datetime(moment)}


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


def _json_head(basis: Basis, base: str) -> str:
    """The same of a JSON Feed."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _place("title"),
        "description": _about(basis, base),
        "home_page_url": _place("page"),
        "feed_url": f"{_place('folder')}feed.json",
        "language": "en",
        "authors": [{"name": basis.site.name, "url": base}],
    }
    return _json(head)


def _within(names: tuple[str, ...], item: etree._Element) -> str:
    """An entry as it is printed inside elements of these names."""
    whole = inner = etree.Element(names[0], nsmap=_SPACES)
    for name in names[1:]:
        inner = etree.SubElement(inner, name)
    inner.append(item)
    made: str = etree.tostring(whole, pretty_print=True, encoding="unicode")
    start, end = f"{'  ' * len(names)}<{item.tag}>", f"</{item.tag}>\n"
    return made[made.index(start) : made.rindex(end) + len(end)]


_SPACES = {"content": "http://purl.org/rss/1.0/modules/content/"}
"""By the names that feedgen has for them."""


def _json(value: Any, before: str = "") -> str:
    """As json.dumps() with an indent of 1, for which that is slow; `before` stands before lines."""
    inner = f"{before} "
    if isinstance(value, dict):
        lines = [f"{inner}{_ENCODE(key)}: {_json(each, inner)}" for key, each in value.items()]
        return f"{{\n{_LINES(lines)}\n{before}}}"
    if isinstance(value, list) and value:
        lines = [inner + _json(each, inner) for each in value]
        return f"[\n{_LINES(lines)}\n{before}]"
    return _ENCODE(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_LINES = ",\n".join


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
