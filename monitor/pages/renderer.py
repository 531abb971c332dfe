"""What all pages share: the templates, the frame, links, the stamps of the night.

Links are relative and name index.html, so that the site works below any sub-path and from the file
system. Only 404.html, which is served from anywhere, has whole addresses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from monitor.catalog.basis import Basis, Trial
from monitor.catalog.weekly import Week
from monitor.exports.feed_list import Item
from monitor.files import Job
from monitor.pages import markdown as markup
from monitor.pages import trial_page as layout
from monitor.pages.edit_links import Editing
from monitor.pages.markdown import Rendered
from monitor.pages.templates import Engine
from monitor.pages.timeline import our_day, timeline
from monitor.registry import terms
from monitor.registry.study import Study
from monitor.review.status import Notice, Standing
from monitor.stamps import Stamps

RECORD = "https://clinicaltrials.gov/study/{}"
HISTORY = "https://clinicaltrials.gov/study/{}?tab=history"


class Press:
    """Makes pages from templates, for one night; that of a trial from its record alone."""

    def __init__(
        self,
        basis: Basis,
        templates: Path,
        base_url: str,
        compiled: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self.basis = basis
        self.templates = templates
        self.base_url = base_url.rstrip("/") + "/"
        self.stamps = Stamps(self._stamp)
        self._frames: dict[str, dict[str, Markup]] = {}  # by the link to the start
        # What editors are shown of the night is stamped, too.
        tonight = str(self.stamps.place("checked")) if basis.night.checked else ""
        self.engine = Engine(
            templates,
            {
                "basis": basis,
                "site": basis.site,
                "night": basis.night,
                "glossary": basis.glossary,
                "editing": Editing(basis.site.repository, replace(basis.night, checked=tonight)),
                "terms": terms,
                "record_url": RECORD.format,
                "history_url": HISTORY.format,
            },
            {"prose": markup.prose, "day": terms.day},
            compiled,
        )

    def page(self, address: str, template: str, **values: Any) -> Job:
        """A page with what it shows."""
        path = address if address == "404.html" else f"{address}index.html"
        return self._job(path, partial(self._html, address, template, values))

    def trial(
        self,
        trial: Trial,
        read: Callable[[], Study | None],
        texts: Mapping[str, Rendered],
        standing: Standing | None,
    ) -> Job:
        """A trial's page. `read` gives its record when the page is made."""
        path = f"{trial.address}index.html"
        return self._job(path, partial(self._trial, trial, read, texts, standing))

    def _job(self, path: str, make: Callable[[], bytes]) -> Job:
        return Job((path,), lambda: [(path, make())], self.stamps)

    def _trial(
        self,
        trial: Trial,
        read: Callable[[], Study | None],
        texts: Mapping[str, Rendered],
        standing: Standing | None,
    ) -> bytes:
        study = read()
        checked, frame = self.basis.checked, self._frame(self.relative(trial.address))
        values = {
            "frame": {**frame, "as_of": self.stamps.place("as-of")},
            "trial": trial,
            "study": study,
            "text": texts.get(trial.address),
            "standing": standing,
            "missing": layout.missing(study) if study else [],
            "criteria": layout.sections(study) if study else [],
            "countries": layout.countries(study) if study else [],
            "recruiting": layout.recruiting(study) if study else "",
            "has_points": any(map(layout.has_point, study.locations)) if study else False,
            "timeline": timeline(trial, checked, self._today, self.stamps.place("day")),
            "diseases": [d for d in self.basis.content.diseases if d.slug in trial.diseases],
        }
        return self._html(trial.address, "trial.html", values)

    def entry_html(self, entry: Item) -> str:
        """The body of an entry in a feed, with whole addresses."""
        if isinstance(entry, Week):
            return self.engine.macro("_digest.html", "sections", entry.digest, self.absolute)
        template = "_review.html" if isinstance(entry, Notice) else "_entry.html"
        return self.engine.macro(template, "feed_body", entry, self.absolute)

    def table(self, trials: Sequence[Trial], address: str) -> Markup:
        """Trials as a table on a page."""
        return self.engine.macro("_trials.html", "table", trials, self.relative(address))

    def _html(self, address: str, template: str, values: Mapping[str, Any]) -> bytes:
        link = self.absolute if address == "404.html" else self.relative(address)
        shared = {"address": address, "canonical": self.absolute(address), "link": link}
        shared["frame"] = self._frame(link)
        return self.engine.page(template, {**shared, **values}).encode()

    def _frame(self, link: Callable[[str], str]) -> dict[str, Markup]:
        """What is the same on all pages from which the start is as far."""
        home = link("")
        if home not in self._frames:
            parts = ("nav", "as_of", "footer", "near")
            made = {name: self.engine.macro("_frame.html", name, link) for name in parts}
            self._frames[home] = made
        return self._frames[home]

    def _today(self, *numbers: int) -> Markup:
        return self.stamps.place("_".join(["today", *map(str, numbers)]))

    def _stamp(self, name: str) -> str:
        """What a page of a trial says of the night."""
        if name == "checked":
            return self.basis.night.checked
        if name == "day":
            return terms.day(self.basis.night.checked)
        if name == "as-of":
            return self._frame(self.relative("trials/NCT/"))["as_of"]
        _, *numbers = name.split("_")
        return our_day(self.basis.checked, *map(int, numbers))

    def absolute(self, address: str) -> str:
        """A link that holds from anywhere."""
        return self.base_url + address

    def relative(self, page: str) -> Callable[[str], str]:
        """What makes an address a link from a page."""
        up = "../" * page.count("/")

        def link(address: str) -> str:
            path, hash_, anchor = address.partition("#")
            if path == "" or path.endswith("/"):
                path += "index.html"
            return f"{up}{path}{hash_}{anchor}"

        return link
