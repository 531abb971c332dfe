"""The offline half: content/, data/ and templates/ -> the files of the website.

A pure function of the tree: no clock, no network. It gives everything or, with every problem named,
nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

from monitor import calendars, changelog, downloads, feeds, lookups, sitemap
from monitor.catalog import Catalog, build_catalog
from monitor.changelog import Change
from monitor.content import read_content
from monitor.facets import editors_feed, feeds_of, trial_feeds
from monitor.files import gather
from monitor.pages import Pages
from monitor.problems import Problem, Refused
from monitor.snapshot import read_data
from monitor.standing import findings, standings
from monitor.wording import tell


def build(root: Path, base_url: str = "") -> dict[str, bytes]:
    """Path -> bytes of the whole website; `base_url` overrides the one in content/site.yaml.

    Raises Refused with every Problem of content/ and data/.
    """
    problems: list[Problem] = []
    catalog, log = _join(root, problems)
    if not (root / "templates").is_dir():
        raise Refused(*problems, Problem("templates", 0, "is missing"))
    found = feeds_of(catalog)
    stand = standings(catalog)
    pages = Pages(catalog, found, stand, root / "templates", base_url or catalog.site.url, problems)
    every = chain(found, [editors_feed(catalog, stand)], trial_feeds(catalog))
    scripts = lookups.render(catalog, pages.texts)  # which are all made once the pages are
    files = gather(
        chain(
            pages.render(),
            feeds.render(catalog, every, pages.base_url, pages.entry_html),
            feeds.render_lists(catalog, found, pages.base_url),
            scripts,
            calendars.render(catalog, pages.base_url),
            downloads.render(catalog, log),
        )
    )
    files |= sitemap.render(catalog, files, pages.base_url)
    problems += [*_broken_links(pages, files), *_doubled_places(pages, files)]
    if problems:
        raise Refused(*problems)
    return files


def check(root: Path, edited: Collection[str] | None = None) -> tuple[int, list[Problem]]:
    """Build everything, write nothing: how many files, and what to warn of.

    `edited` are the files that a proposal changes (standing.findings). Raises Refused with every
    Problem, claims that the record contradicts among them.
    """
    problems: list[Problem] = []
    catalog, _ = _join(root, problems)
    told = list(findings(catalog, standings(catalog), edited))
    errors = [problem for is_error, problem in told if is_error]
    try:
        files = build(root)
    except Refused as refused:
        raise Refused(*refused.found, *errors) from None
    if errors:
        raise Refused(*errors)
    return len(files), [problem for is_error, problem in told if not is_error]


def read_catalog(root: Path) -> Catalog:
    """What the website is made of. Raises Refused with every Problem of content/ and data/."""
    problems: list[Problem] = []
    catalog, _ = _join(root, problems)
    if problems:
        raise Refused(*problems)
    return catalog


def _join(root: Path, problems: list[Problem]) -> tuple[Catalog, list[Change]]:
    content = read_content(root, problems)
    data = read_data(root, problems)
    log = changelog.read(root, problems, use=tell)
    return build_catalog(content, data, log), log


def _broken_links(pages: Pages, files: dict[str, bytes]) -> list[Problem]:
    problems = []
    for href, path, line in pages.links:
        address, _, anchor = href.lstrip("/").partition("#")
        target = f"{address}index.html" if address == "" or address.endswith("/") else address
        if target not in files:
            problems.append(Problem(path, line, f"{href} leads nowhere on this site"))
        elif anchor and not re.search(rf'\bid="{re.escape(anchor)}"'.encode(), files[target]):
            problems.append(Problem(path, line, f"{href}: the page has no such place"))
    return problems


def _doubled_places(pages: Pages, files: dict[str, bytes]) -> Iterator[Problem]:
    """Headings of curated texts that take a name which their page has already."""
    for address in pages.texts:
        counts = Counter(re.findall(rb'\bid="([^"]+)"', files[f"{address}index.html"]))
        for place in sorted(place.decode() for place, count in counts.items() if count > 1):
            message = f"the page has two places named {place!r}: word a heading differently"
            yield Problem(f"/{address}", 0, message)
