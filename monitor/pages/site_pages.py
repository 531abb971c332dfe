"""Catalog -> HTML pages, but for those of single trials (trial_page.py)."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from markupsafe import Markup

from monitor.catalog import ADDRESS as REVIEW
from monitor.catalog import Catalog, DiseaseView, Entry, ReviewStatus, Trial, weeks
from monitor.exports import LICENCE, TABLES, Feed
from monitor.files import Bundle
from monitor.pages import changes_page, trial_list
from monitor.pages.figures import disease_figures
from monitor.pages.markdown import Rendered
from monitor.pages.renderer import Renderer
from monitor.problems import Problem, Refused
from monitor.registry import STATUSES
from monitor.tree import files_below

RECENT = 40  # entries on a page of recent changes
PER_PAGE = 100  # trials on a page of the list


class Pages:
    """Renders a Catalog."""

    def __init__(
        self,
        catalog: Catalog,
        feeds: Sequence[Feed],
        review_statuses: Mapping[str, ReviewStatus],
        renderer: Renderer,
        texts: Mapping[str, Rendered],
    ) -> None:
        self.catalog = catalog
        self.feeds = feeds
        self.review_statuses = review_statuses
        self.renderer = renderer
        self.texts = texts

    def bundles(self) -> Iterator[Bundle]:
        """Every page and static file but the trials' pages."""
        catalog = self.catalog
        yield self._page("", "home.html", lately=catalog.lately(catalog.entries))
        for view in catalog.diseases:
            yield self._disease(view)
        for view in catalog.followed:
            yield from trial_list.bundles(self.renderer, view)
        yield from self._changes()
        yield self._page("feeds/", "feeds.html", feeds=self.feeds, absolute=self.renderer.absolute)
        yield self._page("data/", "data.html", tables=TABLES, licence=LICENCE)
        yield self._page(REVIEW, "review.html", review_statuses=list(self.review_statuses.values()))
        for name in ("watch", "search"):
            yield self._page(f"{name}/", f"{name}.html")
        for page in catalog.pages:
            address = f"{page.slug}/"
            yield self._page(address, "page.html", page=page, text=self.texts[address])
        if catalog.glossary.terms:
            yield self._glossary()
        yield self._page("404.html", "404.html")
        static = self.renderer.folder / "static"
        for path in files_below(static):
            yield _file(f"static/{path.relative_to(static).as_posix()}", path.read_bytes)

    # The pages

    def _disease(self, view: DiseaseView) -> Bundle:
        address = f"{view.disease.slug}/"
        tables = [
            self._table([self._listed(i) for i in block.nct_ids], address)
            for block in view.disease.trial_lists
        ]
        return self._page(
            address,
            "disease.html",
            view=view,
            header=view.disease.header,
            text=self.texts[address].with_tables(tables),
            lately=self.catalog.lately(view.entries),
            figures=disease_figures(view.trials, self.catalog.checked),
            statuses=[(term, len(found)) for term, _, found in _by_status(view.trials)],
        )

    def _changes(self) -> Iterator[Bundle]:
        yield from changes_page.bundles(self.renderer)
        digests = weeks(self.catalog)
        yield self._page("changes/digest/", "digest.html", week=None, weeks=digests)
        for week in digests:
            yield self._page(week.address, "digest.html", week=week)

    def _glossary(self) -> Bundle:
        found = self.catalog.glossary.terms
        letters = [(letter, list(own)) for letter, own in groupby(found, lambda t: t.letter)]
        return self._page("glossary/", "glossary.html", letters=letters)

    # Parts of pages

    def _listed(self, nct_id: str) -> Trial:
        return self.catalog.trials.get(nct_id) or Trial(nct_id, None, None, ())

    def _table(self, trials: Sequence[Trial], address: str) -> Markup:
        link = self.renderer.relative(address)
        return self.renderer.templates.macro("_trials.html", "table", trials, link)

    def _page(self, address: str, template: str, **values: Any) -> Bundle:
        page = self.renderer.page(address, template, **values)
        return with_distinct_ids(page) if address in self.texts else page


def with_distinct_ids(page: Bundle) -> Bundle:
    """A page with a curated text: none of its headings may take a name that the page has already.

    Raises Refused.
    """
    (path,) = page.paths

    def render() -> Iterator[tuple[str, bytes]]:
        for _, content in page.render():
            counts = Counter(re.findall(rb'\bid="([^"]+)"', content))
            message = "the page has two places named {!r}: word a heading differently"
            doubled = sorted(place.decode() for place, count in counts.items() if count > 1)
            if doubled:
                place = f"/{path.removesuffix('index.html')}"
                raise Refused(*(Problem(place, 0, message.format(name)) for name in doubled))
            yield path, content

    return replace(page, render=render)


def _file(path: str, make: Callable[[], bytes]) -> Bundle:
    return Bundle((path,), lambda: [(path, make())])


def _by_status(trials: Sequence[Trial]) -> list[tuple[str, str, list[Trial]]]:
    """(heading, what it means, the trials) of each status, in page order."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.status].append(trial)
    meanings = {status.term: status.meaning for status in STATUSES.values()}
    return [(term, meanings.get(term, ""), found) for term, found in groups.items()]


def _by_day(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    return [(day, list(found)) for day, found in groupby(entries, lambda entry: entry.date)]
