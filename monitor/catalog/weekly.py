"""Entries of some days, grouped by what matters: a week for its page and feed, or a release's text.

In: a Catalog's entries. Out: values that a template renders, and the same as Markdown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from monitor.catalog.catalog import Catalog
from monitor.catalog.trial import Entry, TrialNight
from monitor.data import KINDS, MAJOR, MINOR, RANKS


@dataclass(frozen=True)
class WeekItem:
    """What one night brought of one trial."""

    entry: Entry
    night: TrialNight

    @property
    def what(self) -> str:
        """Its weightiest change, and how many more there are."""
        told = self.night.messages
        more = f" (+{len(told) - 1} more)" if len(told) > 1 else ""
        return told[0].title.rstrip(".") + more


@dataclass(frozen=True)
class Section:
    """Items whose weightiest change is of one kind."""

    kind: str
    items: tuple[WeekItem, ...]  # newest first

    @property
    def title(self) -> str:
        """The kind in words."""
        return KINDS[self.kind].heading


@dataclass(frozen=True)
class WeekSummary:
    """What changed on some days, the weightiest kinds first; of minor changes only the number."""

    sections: tuple[Section, ...]
    counts: tuple[int, int, int]  # nights of a trial by their weightiest change: as in RANKS

    @property
    def is_major(self) -> bool:
        """Whether something major is in it."""
        return self.counts[0] > 0

    @property
    def counted(self) -> str:
        """ "2 major, 1 notable, 4 minor"."""
        both = zip(self.counts, RANKS, strict=True)
        return ", ".join(f"{count} {rank}" for count, rank in both if count) or "nothing"


@dataclass(frozen=True)
class Week:
    """A digest of one ISO week, once it is over: a page, and an entry of its feed."""

    name: str  # "2026-W34"
    date: str  # ISO: its Sunday
    changes: WeekSummary

    @property
    def id(self) -> str:
        """For ever, as an Entry's."""
        return f"digest/{self.name}"

    @property
    def first(self) -> str:
        """ISO: its Monday."""
        return (date.fromisoformat(self.date) - timedelta(days=6)).isoformat()

    @property
    def title(self) -> str:
        """With its counts."""
        return f"Week {self.name[6:].lstrip('0')} of {self.name[:4]}: {self.changes.counted}"

    @property
    def summary(self) -> str:
        """What is weightiest in it."""
        items = [item for section in self.changes.sections for item in section.items]
        return ". ".join(f"{item.night.name}: {item.what}" for item in items[:5])

    @property
    def kinds(self) -> frozenset[str]:
        """Of its sections."""
        return frozenset(section.kind for section in self.changes.sections)

    @property
    def diseases(self) -> frozenset[str]:
        """Slugs of the diseases in it."""
        sections = self.changes.sections
        return frozenset(slug for s in sections for item in s.items for slug in item.entry.diseases)

    @property
    def address(self) -> str:
        """Of its page, from the site's root."""
        return f"changes/digest/{self.name}/"


def summarize(entries: Iterable[Entry]) -> WeekSummary:
    """Entries, newest first, as a WeekSummary."""
    groups: dict[str, list[WeekItem]] = defaultdict(list)
    counts = dict.fromkeys(RANKS, 0)
    for entry in entries:
        for night in entry.trials:
            first = min(night.changes, key=lambda change: change.order)
            counts[first.rank] += 1
            if first.rank != MINOR:
                groups[first.kind].append(WeekItem(entry, night))
    found = ((kind, groups[kind]) for kind in _by_weight() if groups[kind])
    sections = tuple(Section(kind, tuple(items)) for kind, items in found)
    return WeekSummary(sections, (counts[RANKS[0]], counts[RANKS[1]], counts[RANKS[2]]))


def _by_weight() -> list[str]:
    return sorted(KINDS, key=lambda kind: KINDS[kind].rank != MAJOR)


def weeks(catalog: Catalog) -> tuple[Week, ...]:
    """The weeks that are over and had more than minor changes, newest first.

    A week is over when a night after its Sunday has been checked: none can be added to it then.
    """
    found = []
    for sunday, entries in groupby(catalog.entries, key=lambda entry: _sunday(entry.date)):
        made = summarize(entries)
        if made.sections and sunday.isoformat() < catalog.night.checked:
            year, week, _ = sunday.isocalendar()
            found.append(Week(f"{year}-W{week:02}", sunday.isoformat(), made))
    return tuple(found)


def _sunday(day: str) -> date:
    given = date.fromisoformat(day)
    return given + timedelta(days=7 - given.isoweekday())
