"""The feeds as OPML lists, which feed readers import."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from markupsafe import Markup

from monitor.catalog import Catalog
from monitor.exports.feed_list import Feed
from monitor.files import Bundle


def bundle(catalog: Catalog, feeds: Sequence[Feed], base_url: str) -> Bundle:
    """All files of this module."""
    slugs = ("", *(f"{view.disease.slug}/" for view in catalog.followed))
    paths = tuple(f"{slug}feeds/feeds.opml" for slug in slugs)
    return Bundle(paths, partial(render, catalog, feeds, base_url))


def render(catalog: Catalog, feeds: Sequence[Feed], base_url: str) -> Iterator[tuple[str, bytes]]:
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
