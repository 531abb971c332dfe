"""Generates a tree of many whole studies with a year of changes in its log."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.studies import Record, edited, variants
from monitor.content.reader import read_content
from monitor.data import changelog, snapshot
from monitor.data.change import Change
from monitor.data.snapshot import Check, dump, normalise
from monitor.data.transaction import replace_all
from monitor.registry.study import study_from
from monitor.update import changes_between

PROJECT = Path(__file__).resolve().parent.parent
SEED = 20260824
FIRST = date(2025, 8, 24)  # the first night
CHANGES = 0.6  # nights with a change, per trial and year


class Tree:
    """A tree on disk, its records in memory, and the day of its last check."""

    def __init__(self, root: Path, real: list[Record], count: int) -> None:
        self.root = root
        self.random = Random(SEED + count)
        self.checked = FIRST
        for name in ("content", "templates"):
            shutil.copytree(PROJECT / name, root / name)
        content = read_content(root, [])
        self.searches = dict([*content.searches.items()][:1])  # one disease has all trials
        own = sorted(content.trials)[:count]
        others = self.random.sample(range(10_000_000, 99_000_000), count - len(own))
        ids = [*own, *(f"NCT{number}" for number in sorted(others))]
        self.records = {
            nct_id: normalise(record)
            for nct_id, record in zip(ids, variants(real, ids, self.random), strict=True)
        }
        self._begin()

    def _begin(self) -> None:
        """Write data/ as of a year after FIRST."""
        ids = [*self.records]
        changes: list[Change] = []
        nights = sorted(self.random.choices(range(1, 365), k=int(len(ids) * CHANGES)))
        for night in nights:
            changes += self._edit(self.random.choice(ids), FIRST + timedelta(days=night))
        self.checked = FIRST + timedelta(days=365)
        studies = {nct_id: dump(record) for nct_id, record in self.records.items()}
        results = dict.fromkeys(self.searches, ids)
        self._write(snapshot.files(self.root, studies, results, self._check()), changes)

    def _write(self, files: dict[str, bytes | None], changes: list[Change]) -> None:
        replace_all(self.root / "data", {**files, **changelog.appended(self.root, changes)})

    def _edit(self, nct_id: str, on: date) -> Iterator[Change]:
        before, after = self.records[nct_id], edited(self.records[nct_id], self.random)
        self.records[nct_id] = after
        for change in changes_between(study_from(before), study_from(after)):
            yield replace(change, date=on.isoformat())

    def _check(self) -> Check:
        return Check(
            api_version="2.0.5",
            data_timestamp=f"{self.checked}T00:00:00",
            checked=self.checked.isoformat(),
            source="replay",
            searches=self.searches,
        )
