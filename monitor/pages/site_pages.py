"""Builds all HTML pages but those of single trials (trial_page.py)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from monitor.catalog import ADDRESS as REVIEW
from monitor.catalog import (
    Catalog,
    DiseaseView,
    PageDoubt,
    ReviewStatus,
    filter_of,
    page_doubts,
    selected,
    weeks,
)
from monitor.content import TrialsBlock
from monitor.exports import LICENCE, Feed, tables_of
from monitor.files import Bundle
from monitor.pages import (
    alerts_page,
    changes_page,
    disease_page,
    finder,
    home_page,
    linked_data,
    trial_list,
)
from monitor.pages.charts import disease_charts
from monitor.pages.disease_page import guide_address
from monitor.pages.markdown import Rendered
from monitor.pages.over_time import over_time
from monitor.pages.preview_picture import preview_png
from monitor.pages.renderer import Renderer
from monitor.problems import Problem, Refused
from monitor.tree import files_below

LATEST = 6  # changes on the start page


@dataclass(frozen=True)
class Pages:
    """Renders a Catalog."""

    catalog: Catalog
    feeds: Sequence[Feed]
    review_statuses: Mapping[str, ReviewStatus]
    renderer: Renderer
    texts: Mapping[str, Rendered]  # by address

    def bundles(self) -> Iterator[Bundle]:
        """Yield every page and static file, without the trials' pages."""
        catalog = self.catalog
        yield self._home()
        for view in catalog.diseases:
            yield self._disease(view)
            yield from self._guide(view)
            if view.is_followed:
                name = f"{view.disease.address}preview.png"
                yield _file(name, partial(preview_png, view.trials))
        for view in catalog.followed:
            yield from trial_list.bundles(self.renderer, view)
            yield from finder.bundles(self.renderer, view)
        yield from self._changes()
        alerts = alerts_page.values(catalog, self.feeds)
        yield self._page("feeds/", "feeds.html", **alerts, absolute=self.renderer.absolute)
        yield self._data()
        yield self._guides()
        yield _file("preview.png", partial(preview_png, catalog.trials.values()))
        yield self._page(
            REVIEW,
            "review.html",
            review_statuses=list(self.review_statuses.values()),
            doubts=self._doubts,
        )
        for name in ("watch", "search"):
            yield self._page(f"{name}/", f"{name}.html")
        for page in catalog.pages:
            text = self.texts[page.address]
            yield self._page(page.address, "page.html", page=page, text=text)
        if catalog.glossary.terms:
            yield self._glossary()
        yield self._page("404.html", "404.html")
        static = self.renderer.folder / "static"
        for path in files_below(static):
            yield _file(f"static/{path.relative_to(static).as_posix()}", path.read_bytes)

    @cached_property
    def _doubts(self) -> tuple[PageDoubt, ...]:
        """Return what the pages of diseases state and a record contradicts."""
        return page_doubts(self.catalog)

    # The pages

    def _home(self) -> Bundle:
        catalog = self.catalog
        return self._page(
            "",
            "home.html",
            card=home_page.card(catalog),
            weeks=home_page.weekly_counts(catalog),
            latest=catalog.entries[:LATEST],
            guides=[
                (address, view.disease.short_name)
                for view in catalog.followed
                if (address := guide_address(view, catalog))
            ],
        )

    def _disease(self, view: DiseaseView) -> Bundle:
        address = view.disease.address
        work = partial(self._disease_values, view, address)
        return with_distinct_ids(self.renderer.page_of(address, "disease.html", work))

    def _disease_values(self, view: DiseaseView, address: str) -> dict[str, Any]:
        catalog = self.catalog
        lists = [self._list(b, view, address, "folded_list") for b in view.disease.trial_lists]
        text = self.texts[address].with_tables(lists).gathered()
        values = {
            "view": view,
            "header": view.disease.header,
            "doubts": [one for one in self._doubts if one.address == address],
            "parts": [*text.parts],
            "guide": guide_address(view, catalog),
            "numbers": disease_page.numbers(view, catalog),
            "chips": disease_page.chips_by_question(view),
            "over_time": over_time(view.trials, catalog.checked),
            "stages": disease_page.stages(view),
            "latest": view.entries[: disease_page.LATEST],
            "related": disease_page.related(view, catalog),
            "charts": disease_charts(view.trials, catalog.checked),
            "places": disease_page.open_places(view.trials),
            "world": disease_page.world,
            "helplines": catalog.content.helplines_for([view.disease.slug]),
        }
        return {**values, "sections": disease_page.sections(values)}

    def _guide(self, view: DiseaseView) -> Iterator[Bundle]:
        """Yield the guide to a disease."""
        guide = self.catalog.content.guides.get(view.disease.slug)
        if guide:
            address = guide.address
            lists = [self._list(block, view, address, "table") for block in guide.trial_lists]
            text = self.texts[address].with_tables(lists)
            yield self._page(
                address,
                "guide.html",
                view=view,
                guide=guide,
                text=text,
                doubts=[one for one in self._doubts if one.address == address],
                helplines=self.catalog.content.helplines_for([view.disease.slug]),
            )

    def _changes(self) -> Iterator[Bundle]:
        yield from changes_page.bundles(self.renderer)
        digests = weeks(self.catalog)
        yield self._page("changes/digest/", "digest.html", week=None, weeks=digests)
        for week in digests:
            yield self._page(week.address, "digest.html", week=week)

    def _data(self) -> Bundle:
        whole = self.renderer.absolute
        tables = tables_of(self.catalog, self.renderer.base_url)
        files = [
            (whole(f"data/{table.name}.{form}"), media)
            for table in tables
            for form, media in (("csv", "text/csv"), ("json", "application/json"))
        ]
        dataset = linked_data.dataset(self.catalog, whole("data/"), LICENCE, files)
        sections = {table.name: table.title for table in tables}
        sections["status"] = "Is this site up to date?"
        values = {"tables": tables, "licence": LICENCE, "dataset": dataset, "sections": sections}
        return self._page("data/", "data.html", **values)

    def _guides(self) -> Bundle:
        """Return the page with all guides and explanations."""
        guides = [(view, guide_address(view, self.catalog)) for view in self.catalog.diseases]
        return self._page("guides/", "guides.html", guides=guides)

    def _glossary(self) -> Bundle:
        terms = self.catalog.glossary.terms
        letters = [(letter, list(own)) for letter, own in groupby(terms, lambda t: t.letter)]
        return self._page("glossary/", "glossary.html", letters=letters)

    # Parts of pages

    def _list(self, block: TrialsBlock, view: DiseaseView, address: str, macro: str) -> Markup:
        """Return a list of trials in a text: a table with a title, else a single line."""
        catalog, slug = self.catalog, view.disease.slug
        trials = selected(block, view.trials, catalog.trials, slug)
        more = len(trials[block.limit :]) if block.limit else 0
        shown = trials[: block.limit]
        rest = disease_page.list_address(slug, filter_of(block)) if view.is_followed else ""
        link = self.renderer.relative(address)
        if not block.title:
            return self.renderer.templates.macro("_trials.html", "line", shown, link)
        return self.renderer.templates.macro(
            "_trials.html", macro, shown, link, block.title, more, rest
        )

    def _page(self, address: str, template: str, **values: Any) -> Bundle:
        page = self.renderer.page(address, template, **values)
        return with_distinct_ids(page) if address in self.texts else page


def with_distinct_ids(page: Bundle) -> Bundle:
    """Return a page whose curated headings take none of the page's own ids.

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
