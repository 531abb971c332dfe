"""Writes the feeds as OPML lists for feed readers, nested by disease and group."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from markupsafe import Markup

from monitor.catalog import Catalog
from monitor.exports.feed_list import Feed
from monitor.files import Bundle

STARTER = "feeds/starter.opml"
_FIRST = ("feeds/major/", "changes/digest/")
_FIRST_OF_DISEASE = ("feeds/major/", "feeds/new/", "feeds/status/")

_FEED = Markup('<outline type="rss" text="{0}" title="{0}" xmlUrl="{1}" htmlUrl="{2}"/>\n')
_FOLDER = Markup('<outline text="{0}" title="{0}">\n{1}</outline>\n')
_FILE = Markup(
    '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
    "<head><title>{}</title></head>\n<body>\n{}</body>\n</opml>\n"
)


def bundle(catalog: Catalog, feeds: Sequence[Feed], base_url: str) -> Bundle:
    """Return the bundle of all OPML lists."""
    slugs = ("", *(view.disease.address for view in catalog.followed))
    paths = (*(f"{slug}feeds/feeds.opml" for slug in slugs), STARTER)
    return Bundle(paths, partial(render, catalog, feeds, base_url))


def render(catalog: Catalog, feeds: Sequence[Feed], base_url: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) for the lists of the site, of each disease, and of a few feeds."""
    name = catalog.site.name
    general = [feed for feed in feeds if not feed.disease]
    lists = [_lines(general, base_url)]
    for view in catalog.followed:
        slug, disease = view.disease.slug, view.disease.header.name
        own = [feed for feed in feeds if feed.disease == slug]
        nested = Markup().join(_folders(own, base_url))
        lists.append(_FOLDER.format(disease, nested))
        yield f"{slug}/feeds/feeds.opml", _FILE.format(f"{disease}: {name}", nested).encode()
    yield "feeds/feeds.opml", _FILE.format(name, Markup().join(lists)).encode()
    yield (
        STARTER,
        _FILE.format(f"{name}: to begin with", _lines(starter(catalog, feeds), base_url)).encode(),
    )


def starter(catalog: Catalog, feeds: Sequence[Feed]) -> list[Feed]:
    """Return five feeds to begin with: quiet ones of the site and of its largest disease."""
    largest = max(catalog.followed, key=lambda view: len(view.trials), default=None)
    own = [largest.disease.address + part for part in _FIRST_OF_DISEASE] if largest else []
    by_address = {feed.address: feed for feed in feeds}
    return [by_address[address] for address in (*_FIRST, *own)]


def _folders(feeds: Iterable[Feed], base: str) -> Iterator[Markup]:
    """Yield a disease's main feeds, then a folder for each group."""
    for heading, own in groupby(feeds, lambda feed: feed.heading):
        lines = _lines(own, base)
        yield _FOLDER.format(heading, lines) if heading else lines


def _lines(feeds: Iterable[Feed], base: str) -> Markup:
    return Markup().join(
        _FEED.format(feed.title, f"{base}{feed.address}feed.xml", base + feed.page)
        for feed in feeds
    )
