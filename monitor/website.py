"""The website: a pure function of content/, data/ and templates/, without clock or network.

Three steps: read the tree into a Catalog; plan the files, as bundles with their paths; render and
write them, each process a share. Either everything is written or, with all problems named, nothing.
"""

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from monitor import files, tree
from monitor.catalog import (
    Catalog,
    ReviewStatus,
    build_catalog,
    claim_findings,
    facet_findings,
    review_statuses,
    text_findings,
)
from monitor.content import Content, Publisher, read_content
from monitor.data import Change, Data, changelog, read_data, study_files, unlike_written
from monitor.exports import (
    Feed,
    FeedWriter,
    calendar,
    downloads,
    editors_feed,
    feeds_of,
    missing_feeds,
    opml,
    sitemap,
    trial_feeds,
)
from monitor.files import Bundle
from monitor.pages import (
    CuratedTexts,
    Pages,
    Renderer,
    render_texts,
    search_index,
    trial_page,
    with_distinct_ids,
)
from monitor.parallel import in_shares
from monitor.problems import Problem, Refused
from monitor.progress import Progress, silent

NOBODY = Publisher()
"""The publisher of a local build: what content/site.yaml leaves out gets a placeholder."""

VOCABULARY = "content/vocabulary/"
READING = "reading content/ and data/, sorting trials"

Causes = list[Problem | str]  # the arguments of Refused


@dataclass(frozen=True)
class Records:
    """The content of data/, and its problems."""

    data: Data
    log: Sequence[Change]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Website:
    """A planned website: every file that it will have, and the problems of its tree so far."""

    records: Records
    catalog: Catalog
    review_statuses: dict[str, ReviewStatus]
    texts: CuratedTexts
    bundles: tuple[Bundle, ...]
    problems: list[Problem]

    @cached_property
    def by_path(self) -> dict[str, Bundle]:
        """Return path of a file -> the bundle that renders it."""
        return {path: bundle for bundle in self.bundles for path in bundle.paths}

    def file(self, path: str) -> bytes:
        """Return the content of one file. Raises Refused with the problems of its page."""
        return dict(self.by_path[path].render())[path]


@contextmanager
def _without_gc() -> Iterator[None]:
    """Turn the collector of reference cycles off: it costs a tenth of a build, and frees little."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_gc()
def write(
    root: Path,
    out: Path,
    base_url: str = "",
    processes: int = 1,
    publisher: Publisher = NOBODY,
    progress: Progress = silent,
) -> int:
    """Build the website of a tree into a folder; return the number of its files.

    `base_url` ends in "/" and overrides the one in content/site.yaml, which overrides the
    publisher's. `progress` shows what is being done. Raises Refused with every Problem of the tree;
    the folder is then unchanged.
    """
    progress(READING)
    website = plan(root, base_url, processes, publisher)
    progress(f"writing {len(website.by_path):,} files")
    with files.replaced(out) as folder:
        return _render(website, partial(files.write_files, folder), processes)


def build(root: Path, base_url: str = "", publisher: Publisher = NOBODY) -> dict[str, bytes]:
    """Build the website of a tree in memory: path -> bytes. Raises Refused as `write` does."""
    website = plan(root, base_url, publisher=publisher)
    problems: Causes = []
    rendered = dict(_rendered(_renderable(website), problems))
    _refuse([*website.problems, *problems])
    return rendered


@_without_gc()
def check(
    root: Path,
    edited: Collection[str] | None = None,
    processes: int = 1,
    today: date | None = None,
    progress: Progress = silent,
) -> tuple[int, list[Problem]]:
    """Render everything and write nothing; return the number of files, and warnings.

    `edited` are the files that a pull request changes: only their claims have to agree with the
    records (see `claim_findings`). Raises Refused with every Problem, contradicted claims among
    them.
    """
    progress(READING)
    website = plan(root, processes=processes)
    if not website.records.problems:
        shares = in_shares(partial(unlike_written, root), study_files(root), processes)
        website.problems.extend(chain.from_iterable(shares))
    progress("comparing descriptions with records and sources")
    compared = [
        *claim_findings(website.catalog, website.review_statuses, edited),
        *text_findings(website.catalog, website.review_statuses, edited, today),
        *facet_findings(website.catalog),
    ]
    website.problems.extend(each.problem for each in compared if each.is_error)
    progress(f"rendering {len(website.by_path):,} files")
    count = _render(website, lambda rendered: sum(1 for _ in rendered), processes)
    return count, [each.problem for each in compared if not each.is_error]


def read_catalog(root: Path, publisher: Publisher = NOBODY) -> Catalog:
    """Return the Catalog of a tree. Raises Refused with every Problem of content/ and data/."""
    problems: list[Problem] = []
    content, records = _content(root, problems, publisher), _records(root)
    _refuse([*problems, *records.problems])
    return build_catalog(content, records.data, records.log)


@_without_gc()
def plan(
    root: Path,
    base_url: str = "",
    processes: int = 1,
    publisher: Publisher = NOBODY,
    records: Records | None = None,
) -> Website:
    """Read a tree; return its planned website, with the problems so far.

    `records` are those of an earlier plan, if data/ has not changed since. Raises Refused where
    there are no templates, or forbidden links.
    """
    problems: list[Problem] = []
    content = _content(root, problems, publisher, base_url)
    records = records or _records(root)
    problems += records.problems
    if any(problem.path.startswith(VOCABULARY) for problem in problems):
        raise Refused(*problems)  # tables and texts would all be at fault without their words
    catalog = build_catalog(content, records.data, records.log, processes)
    if not (root / "templates").is_dir():
        raise Refused(*problems, Problem("templates", 0, "is missing"))
    renderer = Renderer(catalog, root / "templates", base_url or catalog.site.url)
    problems += renderer.templates.problems()
    texts = render_texts(catalog, renderer, problems)
    statuses = review_statuses(catalog)
    feeds = feeds_of(catalog)
    problems += missing_feeds(catalog, feeds)
    bundles = _bundles(catalog, feeds, statuses, texts, renderer)
    website = Website(records, catalog, statuses, texts, bundles, problems)
    problems += [*_broken_links(website)]
    return website


def _content(
    root: Path, problems: list[Problem], publisher: Publisher, base_url: str = ""
) -> Content:
    """Return content/; `base_url` is the site's address where nothing else says one."""
    _refuse(list(tree.link_problems(root)))  # before any file is read through one
    problems += tree.name_problems(root)
    content = read_content(root, problems)
    known = replace(publisher, url=publisher.url or base_url)
    content = replace(content, site=content.site.completed(known))
    if publisher is not NOBODY:
        why = content.site.placeholders()
        problems += [Problem("content/site.yaml", 0, line) for line in why]
    return content


def _records(root: Path) -> Records:
    problems: list[Problem] = []
    return Records(read_data(root, problems), changelog.read(root, problems), problems)


def _bundles(
    catalog: Catalog,
    feeds: Sequence[Feed],
    statuses: dict[str, ReviewStatus],
    texts: CuratedTexts,
    renderer: Renderer,
) -> tuple[Bundle, ...]:
    base_url = renderer.base_url
    writer = FeedWriter(catalog, base_url, renderer.entry_html)
    listed = [feed for feed in feeds if feed.is_listed]
    bundles = [
        search_index.bundle(catalog, texts.by_address),
        calendar.bundle(catalog, base_url),
        downloads.bundle(catalog, base_url),
        opml.bundle(catalog, listed, base_url),
        *map(writer.bundle, (*feeds, editors_feed(catalog, statuses))),
        *Pages(catalog, listed, statuses, renderer, texts.by_address).bundles(),
    ]
    for trial in catalog.trials.values():
        text = texts.by_address.get(trial.address)
        page = trial_page(renderer, trial, text, statuses.get(trial.nct_id))
        bundles.append(with_distinct_ids(page) if text else page)
        bundles += map(writer.bundle, trial_feeds(catalog, trial))
    paths = [path for bundle in bundles for path in bundle.paths]
    bundles.append(sitemap.bundle(catalog, paths, base_url))
    files.require_distinct(bundles)
    return tuple(bundles)


def _renderable(website: Website) -> Sequence[Bundle]:
    """Return all bundles; of a tree with problems only pages of texts, to report theirs as well."""
    if not website.problems:
        return website.bundles
    texts = website.texts.by_address
    return [b for b in website.bundles if b.paths[0].removesuffix("index.html") in texts]


def _render(
    website: Website, consume: Callable[[Iterator[tuple[str, bytes]]], int], processes: int
) -> int:
    """Render each process's share for `consume`, which returns how many files it got; return all.

    Raises Refused with every Problem of the tree.
    """

    def render_share(bundles: Sequence[Bundle]) -> tuple[int, Causes]:
        problems: Causes = []
        return consume(_rendered(bundles, problems)), problems

    shares = in_shares(render_share, _renderable(website), processes)
    _refuse([*website.problems, *chain.from_iterable(problems for _, problems in shares)])
    return sum(count for count, _ in shares)


def _rendered(bundles: Sequence[Bundle], problems: Causes) -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of all files; add the problems of bundles that cannot be rendered."""
    for bundle in bundles:
        try:
            yield from bundle.render()
        except Refused as refused:
            problems += refused.causes


def _refuse(problems: Sequence[Problem | str]) -> None:
    if problems:
        raise Refused(*problems)


def _broken_links(website: Website) -> Iterator[Problem]:
    """Yield a Problem for each link of a text that leads nowhere on this site."""
    for href, path, line in website.texts.links:
        address, _, anchor = href.lstrip("/").partition("#")
        target = f"{address}index.html" if address == "" or address.endswith("/") else address
        if target not in website.by_path:
            yield Problem(path, line, f"{href} leads nowhere on this site")
        elif anchor and not _has_place(website, target, anchor):
            yield Problem(path, line, f"{href}: the page has no such place")


def _has_place(website: Website, path: str, anchor: str) -> bool:
    """Return whether a page has a place. One that cannot be rendered has problems of its own."""
    try:
        return f' id="{anchor}"'.encode() in website.file(path)
    except Refused:
        return True
