"""The offline half: content/, data/ and templates/ -> the files of the website.

A pure function of the tree: no clock, no network. It gives everything or, with every problem named,
nothing.
"""

import re
from pathlib import Path

from monitor import changelog, feeds
from monitor.catalog import Catalog, build_catalog
from monitor.content import Content, read_content
from monitor.files import gather
from monitor.pages import Pages
from monitor.problems import Problem, Refused
from monitor.snapshot import read_data


def build(root: Path, base_url: str = "") -> dict[str, bytes]:
    """Path -> bytes of the whole website; `base_url` overrides the one in content/site.yaml.

    Raises Refused with every Problem of content/ and data/.
    """
    problems: list[Problem] = []
    content = read_content(root, problems)
    catalog = _catalog(root, content, problems)
    pages = Pages(catalog, root / "templates", base_url or content.site.url, problems)
    files = dict(pages.render())
    problems += _broken_links(pages, files)
    if problems:
        raise Refused(*problems)
    rendered_feeds = feeds.render(catalog, pages.base_url, pages.entry_html)
    return gather([*files.items(), *rendered_feeds])


def _catalog(root: Path, content: Content, problems: list[Problem]) -> Catalog:
    return build_catalog(content, read_data(root, problems), changelog.read(root, problems))


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
