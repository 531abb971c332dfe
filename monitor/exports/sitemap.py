"""Writes sitemap.xml and robots.txt for search engines."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from markupsafe import escape

from monitor.catalog import Catalog
from monitor.files import Bundle

MOST = 50_000  # addresses in one file, by the protocol of sitemaps.org
_PAGES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</urlset>\n'
)
_PARTS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</sitemapindex>\n'
)


def bundle(catalog: Catalog, paths: Sequence[str], base_url: str) -> Bundle:
    """Return the bundle. `paths` are those of the rest of the site."""
    pages = sum(path.endswith("index.html") for path in paths)
    parts = range(1, -(-pages // MOST) + 1) if pages > MOST else ()
    names = ("sitemap.xml", *(f"sitemap-{number}.xml" for number in parts), "robots.txt")
    return Bundle(names, partial(render, catalog, paths, base_url))


def render(catalog: Catalog, paths: Iterable[str], base_url: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) for each file. `paths` are those of the built site."""
    pages = sorted(path.removesuffix("index.html") for path in paths if path.endswith("index.html"))
    changed = {
        trial.address: f"<lastmod>{escape(trial.entries[0].date)}</lastmod>"
        for trial in catalog.trials.values()
        if trial.entries
    }
    lines = [
        f"<url><loc>{escape(base_url + page)}</loc>{changed.get(page, '')}</url>\n"
        for page in pages
    ]
    parts = [lines[start : start + MOST] for start in range(0, len(lines), MOST)]
    if len(parts) == 1:
        yield "sitemap.xml", _file(_PAGES, parts[0])
    else:
        at, numbered = escape(base_url), list(enumerate(parts, 1))
        entries = [f"<sitemap><loc>{at}sitemap-{n}.xml</loc></sitemap>\n" for n, _ in numbered]
        yield "sitemap.xml", _file(_PARTS, entries)
        for number, part in numbered:
            yield f"sitemap-{number}.xml", _file(_PAGES, part)
    yield "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {base_url}sitemap.xml\n".encode()


def _file(whole: str, lines: Iterable[str]) -> bytes:
    return whole.format("".join(lines)).encode()
