"""A trial -> the files that it has for itself, and the digest of what they are made from."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from monitor import reuse
from monitor.catalog.basis import Basis, Trial
from monitor.data.snapshot import compact
from monitor.exports.feed_list import trial_feed
from monitor.exports.feeds import FORMS, FeedWriter, recent
from monitor.files import Job, digest
from monitor.pages.renderer import Press
from monitor.registry.study import Facts, Study

NAMES = ("index.html", *FORMS)
"""Of the files, in the trial's folder."""
DATES = [name for name in Facts.__dataclass_fields__ if name.endswith("_date")]
"""What of a record is held against the day of the night."""


class TrialFiles:
    """The page of each trial, and its feeds."""

    def __init__(self, root: Path, basis: Basis, base_url: str, compiled: dict[str, bytes]) -> None:
        self.root, self.basis = root, basis
        self.press = Press(basis, root / "templates", base_url or basis.site.url, compiled)
        self.writer = FeedWriter(basis, self.press.base_url, self.press.entry_html)
        code, written = reuse.of_code(), reuse.of_folders(root, "content", "templates")
        self.made_from = json.dumps([code, written, base_url])

    def job(self, trial: Trial, page: Job) -> Job:
        """Both, where the page is there already."""
        return page + self.writer.job(trial_feed(self.basis, trial))

    def alone(self, trial: Trial, read: Callable[[], Study]) -> Job:
        """Both of a trial without a curated text, which are made from its record alone."""
        job = self.job(trial, self.press.trial(trial, read, {}, None))
        return replace(job, key=self.key(trial))

    def key(self, trial: Trial) -> str:
        """The digest of all that these are made from.

        Of the night that is: which of its dates have passed, and what decides on the feeds' length.
        """
        basis = self.basis
        night = basis.night
        dates = [getattr(trial.study, name) for name in DATES]
        parts = [
            self.made_from,
            trial.digest,
            [change.dump() for change in trial.history],
            [trial.diseases, trial.is_gone],
            [night.source, bool(night.checked), basis.checked.year],
            [
                given and (given.last_day <= basis.checked, given.date > night.checked)
                for given in dates
            ],
            len(recent(basis, trial.entries)),
        ]
        return digest(compact(parts))
