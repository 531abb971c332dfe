"""Catalog -> HTML pages.

Yields (path, bytes); writes nothing. Links are relative and name index.html, so that the site works
below any sub-path and from the file system. Only 404.html, which is served from anywhere, has whole
addresses.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monitor import index, layout, markup, terms
from monitor.basis import Entry, Trial
from monitor.catalog import Catalog, DiseaseView
from monitor.digest import Week, weeks
from monitor.downloads import LICENCE, TABLES
from monitor.editing import Editing
from monitor.engine import Engine
from monitor.facets import Feed, Item
from monitor.figures import disease_figures
from monitor.files import Job
from monitor.markup import Rendered
from monitor.problems import Problem
from monitor.stamps import Stamps
from monitor.standing import ADDRESS as REVIEW
from monitor.standing import Notice, Standing
from monitor.study import Study
from monitor.texts import Text
from monitor.timeline import our_day, timeline

RECORD = "https://clinicaltrials.gov/study/{}"
HISTORY = "https://clinicaltrials.gov/study/{}?tab=history"
RECENT = 40  # entries on a page of recent changes
PER_PAGE = 100  # trials on a page of the list


class Pages:
    """Renders a Catalog. Problems in curated texts are added to `problems`."""

    def __init__(
        self,
        catalog: Catalog,
        feeds: Sequence[Feed],
        standings: Mapping[str, Standing],
        read: Callable[[str], Study],
        templates: Path,
        base_url: str,
        problems: list[Problem],
    ) -> None:
        self.catalog = catalog
        self.feeds = feeds
        self.standings = standings
        self.read = read  # a whole study, when its page is made
        self.base_url = base_url.rstrip("/") + "/"
        self.templates = templates
        self.problems = problems
        self.links: list[tuple[str, str, int]] = []  # (address, file, line) of curated links
        self.texts: dict[str, Rendered] = {}  # by the address of their page, as they are made
        self.firsts: dict[str, str] = {}  # template -> path of the first page that is made from it
        self._frames: dict[str, dict[str, Markup]] = {}  # by the link to the start
        self.stamps = Stamps(self._stamp)
        # What editors are shown of the night is stamped, too.
        tonight = str(self.stamps.place("checked")) if catalog.night.checked else ""
        self.engine = Engine(
            templates,
            {
                "catalog": catalog,
                "site": catalog.site,
                "night": catalog.night,
                "editing": Editing(
                    catalog.site.repository, replace(catalog.night, checked=tonight)
                ),
                "terms": terms,
                "record_url": RECORD.format,
                "history_url": HISTORY.format,
            },
            {"prose": markup.prose, "day": terms.day},
        )

    def jobs(self) -> Iterator[Job]:
        """Every page and static file but the trials' pages.

        Curated texts are rendered at once: their problems are known before anything is made.
        """
        catalog = self.catalog
        yield self._page("", "home.html", lately=catalog.lately(catalog.entries))
        for view in catalog.diseases:
            yield self._disease(view)
        for view in catalog.followed:
            yield from self._listing(view)
        yield from self._changes()
        yield self._page("feeds/", "feeds.html", feeds=self.feeds, absolute=self._absolute)
        yield self._page("data/", "data.html", tables=TABLES, licence=LICENCE)
        yield self._page(REVIEW, "review.html", standings=list(self.standings.values()))
        for name in ("watch", "search"):
            yield self._page(f"{name}/", f"{name}.html")
        for page in catalog.pages:
            address = f"{page.slug}/"
            yield self._page(address, "page.html", page=page, text=self._text(page.text, address))
        if catalog.glossary.terms:
            yield self._glossary()
        yield self._page("404.html", "404.html")
        for path in sorted((self.templates / "static").iterdir()):
            yield _file(f"static/{path.name}", path.read_bytes)

    def trial(self, trial: Trial) -> Job:
        """A trial's page."""
        if trial.curated:
            self._text(trial.curated.text, trial.address)
        path = f"{trial.address}index.html"
        self.firsts.setdefault("trial.html", path)
        made = _file(path, partial(self._trial, trial))
        return replace(made, stamps=self.stamps)

    def entry_html(self, entry: Item) -> str:
        """The body of an entry in a feed, with whole addresses."""
        if isinstance(entry, Week):
            digests = self.engine.macros("_digest.html")
            made = digests.sections(entry.digest, self._absolute)
        elif isinstance(entry, Notice):
            reviews = self.engine.macros("_review.html")
            made = reviews.feed_body(entry, self._absolute)
        else:
            entries = self.engine.macros("_entry.html")
            made = entries.feed_body(entry, self._absolute)
        return str(made).strip()

    # The pages

    def _disease(self, view: DiseaseView) -> Job:
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
            text=self._text(view.disease.text, address, tables),
            lately=self.catalog.lately(view.entries),
            figures=disease_figures(view.trials, self.catalog.checked),
            statuses=[(term, len(found)) for term, _, found in _by_status(view.trials)],
        )

    def _listing(self, view: DiseaseView) -> Iterator[Job]:
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
        yield _file(f"{first}index.js", partial(index.index_js, trials))
        yield _file(f"{first}locations.js", partial(index.locations_js, trials))

    def _trial(self, trial: Trial) -> bytes:
        study = trial.record or (self.read(trial.nct_id) if trial.study else None)
        return self._html(
            trial.address,
            "trial.html",
            frame=self._frame(self._relative(trial.address))
            | {"as_of": self.stamps.place("as-of")},
            trial=trial,
            study=study,
            text=self.texts.get(trial.address),
            standing=self.standings.get(trial.nct_id),
            missing=layout.missing(study) if study else [],
            criteria=layout.sections(study) if study else [],
            countries=layout.countries(study) if study else [],
            has_points=any(map(layout.has_point, study.locations)) if study else False,
            timeline=timeline(trial, self.catalog.checked, self._today, self.stamps.place("day")),
            diseases=[v for v in self.catalog.diseases if v.disease.slug in trial.diseases],
        )

    def _today(self, *numbers: int) -> Markup:
        return self.stamps.place("_".join(["today", *map(str, numbers)]))

    def _stamp(self, name: str) -> str:
        """What a page of a trial says of the night."""
        if name == "checked":
            return self.catalog.night.checked
        if name == "day":
            return terms.day(self.catalog.night.checked)
        if name == "as-of":
            return self._frame(self._relative("trials/NCT/"))["as_of"]
        _, *numbers = name.split("_")
        return our_day(self.catalog.checked, *map(int, numbers))

    def _changes(self) -> Iterator[Job]:
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

    def _glossary(self) -> Job:
        found = self.catalog.glossary.terms
        letters = [(letter, list(own)) for letter, own in groupby(found, lambda t: t.letter)]
        return self._page("glossary/", "glossary.html", letters=letters)

    # Parts of pages

    def _listed(self, nct_id: str) -> Trial:
        return self.catalog.trials.get(nct_id) or Trial(nct_id, None, None, ())

    def _table(self, trials: list[Trial], address: str) -> Markup:
        macro = self.engine.macros("_trials.html")
        made = macro.table(trials, self._relative(address))
        return Markup(made)  # noqa: S704  # Jinja has escaped it

    def _text(self, text: Text, address: str, tables: list[Markup] | None = None) -> Rendered:
        rendered = markup.render_text(
            text,
            self._relative(address),
            self._trial_url,
            tables or [],
            self.catalog.glossary,
            self.problems,
        )
        self.links += [(href, text.path, line) for href, line in rendered.links]
        self.texts[address] = rendered
        return rendered

    def _trial_url(self, nct_id: str) -> str:
        if nct_id in self.catalog.trials:
            return f"/{self.catalog.trials[nct_id].address}"
        return RECORD.format(nct_id)

    def _page(self, address: str, template: str, **values: Any) -> Job:
        path = address if address == "404.html" else f"{address}index.html"
        self.firsts.setdefault(template, path)
        made = _file(path, partial(self._html, address, template, **values))
        return replace(made, stamps=self.stamps)

    def _html(self, address: str, template: str, **values: Any) -> bytes:
        everywhere = address == "404.html"
        link = self._absolute if everywhere else self._relative(address)
        shared = {"address": address, "canonical": self._absolute(address), "link": link}
        frame = {"frame": self._frame(link)}
        return self.engine.page(template, {**shared, **frame, **values}).encode()

    def _frame(self, link: Callable[[str], str]) -> dict[str, Markup]:
        """What is the same on all pages from which the start is as far."""
        home = link("")
        if home not in self._frames:
            macros = self.engine.macros("_frame.html")
            made = {
                "nav": macros.nav(link),
                "as_of": macros.as_of(link),
                "footer": macros.footer(link),
            }
            # Jinja has escaped it.
            self._frames[home] = {name: Markup(html.strip()) for name, html in made.items()}  # noqa: S704
        return self._frames[home]

    def _absolute(self, address: str) -> str:
        return self.base_url + address

    def _relative(self, page: str) -> Callable[[str], str]:
        up = "../" * page.count("/")

        def link(address: str) -> str:
            path, hash_, anchor = address.partition("#")
            if path == "" or path.endswith("/"):
                path += "index.html"
            return f"{up}{path}{hash_}{anchor}"

        return link


def _file(path: str, make: Callable[[], bytes]) -> Job:
    return Job((path,), lambda: [(path, make())])


def _by_status(trials: Sequence[Trial]) -> list[tuple[str, str, list[Trial]]]:
    """(heading, what it means, the trials) of each status, in page order."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.status].append(trial)
    meanings = dict(terms.STATUS.values())
    return [(term, meanings.get(term, ""), found) for term, found in groups.items()]


def _by_day(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    return [(day, list(found)) for day, found in groupby(entries, lambda entry: entry.date)]
