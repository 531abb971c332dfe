"""Catalog -> HTML pages, but for those of single trials (trial_page.py)."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from monitor.catalog import ADDRESS as REVIEW
from monitor.catalog import Catalog, DiseaseView, Entry, ReviewStatus, Trial, weeks
from monitor.content import TrialsBlock
from monitor.exports import LICENCE, TABLES, Feed
from monitor.files import Bundle
from monitor.pages import disease_page, home_page, linked_data, trial_index
from monitor.pages.disease_page import has_guide
from monitor.pages.figures import disease_figures
from monitor.pages.markdown import Rendered
from monitor.pages.over_time import over_time
from monitor.pages.preview_picture import preview_png
from monitor.pages.renderer import Renderer
from monitor.problems import Problem, Refused
from monitor.registry import STATUSES

LATEST = 6  # changes on the start page
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
        yield self._home()
        for view in catalog.diseases:
            yield self._disease(view)
            yield from self._guide(view)
            if view.is_followed:
                name = f"{view.disease.slug}/preview.png"
                yield _file(name, partial(preview_png, view.trials))
        for view in catalog.followed:
            yield from self._listing(view)
        yield from self._changes()
        yield self._page("feeds/", "feeds.html", feeds=self.feeds, absolute=self.renderer.absolute)
        yield self._data()
        yield self._guides()
        yield _file("preview.png", partial(preview_png, catalog.trials.values()))
        yield self._page(REVIEW, "review.html", review_statuses=list(self.review_statuses.values()))
        for name in ("watch", "search"):
            yield self._page(f"{name}/", f"{name}.html")
        for page in catalog.pages:
            address = f"{page.slug}/"
            yield self._page(address, "page.html", page=page, text=self.texts[address])
        if catalog.glossary.terms:
            yield self._glossary()
        yield self._page("404.html", "404.html")
        for path in sorted((self.renderer.folder / "static").iterdir()):
            yield _file(f"static/{path.name}", path.read_bytes)

    # The pages

    def _home(self) -> Bundle:
        catalog = self.catalog
        return self._page(
            "",
            "home.html",
            cards=home_page.cards(catalog),
            weeks=home_page.weeks(catalog),
            latest=catalog.entries[:LATEST],
        )

    def _disease(self, view: DiseaseView) -> Bundle:
        catalog, slug = self.catalog, view.disease.slug
        address = f"{slug}/"
        lists = [self._list(block, address) for block in view.disease.trial_lists]
        text = self.texts[address].with_tables(lists)
        return self._page(
            address,
            "disease.html",
            view=view,
            header=view.disease.header,
            parts=[*text.parts],
            guide=f"{slug}/guide/" if has_guide(view, catalog) else "",
            numbers=disease_page.numbers(view, catalog),
            finder=disease_page.finder(view),
            over_time=over_time(view.trials, catalog.checked),
            stages=disease_page.stages(view),
            latest=view.entries[: disease_page.LATEST],
            related=disease_page.related(view, catalog),
            figures=disease_figures(view.trials, catalog.checked),
            places=disease_page.open_places(view.trials),
            helplines=disease_page.helplines(catalog, [slug]),
        )

    def _guide(self, view: DiseaseView) -> Iterator[Bundle]:
        """The long text on a disease."""
        if not has_guide(view, self.catalog):
            return
        address = f"{view.disease.slug}/guide/"
        guide = self.catalog.content.guides.get(view.disease.slug)
        blocks = guide.trial_lists if guide else view.disease.trial_lists
        tables = [self._table([self._listed(i) for i in b.nct_ids], address) for b in blocks]
        yield self._page(
            address,
            "guide.html",
            view=view,
            guide=guide.header if guide else None,
            source=(guide or view.disease).text,
            text=self.texts[address].with_tables(tables),
        )

    def _listing(self, view: DiseaseView) -> Iterator[Bundle]:
        """All trials, so many a page; and for trials.js, which shows all of them on the first."""
        first = f"{view.disease.slug}/trials/"
        groups = _by_status(view.trials)
        trials = [trial for _, _, found in groups for trial in found]
        starts = range(0, max(len(trials), 1), PER_PAGE)
        addresses = [first, *(f"{first}{number}/" for number in range(2, len(starts) + 1))]
        parts = [
            {heading: found for heading, _, found in _by_status(trials[start : start + PER_PAGE])}
            for start in starts
        ]
        begins = {  # the page on which a status begins
            heading: address
            for address, part in reversed([*zip(addresses, parts, strict=True)])
            for heading in part
        }
        for address, part in zip(addresses, parts, strict=True):
            yield self._page(
                address,
                "trials.html",
                view=view,
                groups=groups,
                begins=begins,
                part=part,
                pages=addresses,
            )
        yield _file(f"{first}index.js", partial(trial_index.index_js, trials))
        yield _file(f"{first}locations.js", partial(trial_index.locations_js, trials))

    def _changes(self) -> Iterator[Bundle]:
        entries = self.catalog.entries
        months = [
            (month, list(found)) for month, found in groupby(entries, lambda entry: entry.date[:7])
        ]
        recent = [entry for entry in entries if not entry.is_minor][:RECENT]
        yield self._page(
            "changes/",
            "changes.html",
            month="",
            groups=_by_day(recent),
            months=[(month, len(found)) for month, found in months],
        )
        for month, found in months:
            yield self._page(
                f"changes/{month}/", "changes.html", month=month, groups=_by_day(found), months=[]
            )
        digests = weeks(self.catalog)
        yield self._page("changes/digest/", "digest.html", week=None, weeks=digests)
        for week in digests:
            yield self._page(week.address, "digest.html", week=week)

    def _data(self) -> Bundle:
        whole = self.renderer.absolute
        files = [
            (whole(f"data/{table.name}.{form}"), media)
            for table in TABLES
            for form, media in (("csv", "text/csv"), ("json", "application/json"))
        ]
        dataset = linked_data.dataset(self.catalog, whole("data/"), LICENCE, files)
        return self._page("data/", "data.html", tables=TABLES, licence=LICENCE, dataset=dataset)

    def _guides(self) -> Bundle:
        """All that explains something, each with its address where it has a page of its own."""
        guides = [
            (view, f"{view.disease.slug}/guide/" if has_guide(view, self.catalog) else "")
            for view in self.catalog.diseases
        ]
        return self._page("guides/", "guides.html", guides=guides)

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

    def _list(self, block: TrialsBlock, address: str) -> Markup:
        """A list as it stands beside the tables of a disease's page: a line, if it has no title."""
        trials = [self._listed(nct_id) for nct_id in block.nct_ids]
        if block.title:
            return self._table(trials, address)
        link = self.renderer.relative(address)
        return self.renderer.templates.macro("_trials.html", "line", trials, link)

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
