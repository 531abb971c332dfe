"""Groups the entries of some days by importance: for a week's page and feed, or a release.

In: a Catalog's entries. Out: values that a template renders, and the same as Markdown.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from monitor.catalog.catalog import Catalog
from monitor.catalog.trial import LONGEST, LONGEST_LINE, Entry, TrialNight
from monitor.changes import is_later
from monitor.data import KINDS, MAJOR, MINOR, RANKS, Change
from monitor.registry import terms
from monitor.text import many, sentence, shortened


@dataclass(frozen=True)
class SummaryItem:
    """A trial's night in a summary."""

    entry: Entry
    night: TrialNight


@dataclass(frozen=True)
class Section:
    """Items whose weightiest change is of one kind."""

    kind: str
    items: tuple[SummaryItem, ...]  # newest first

    @property
    def title(self) -> str:
        """Return the kind in words."""
        return KINDS[self.kind].heading


@dataclass(frozen=True)
class ChangeSummary:
    """What changed on some days, the weightiest kinds first; of minor changes only the number."""

    sections: tuple[Section, ...]
    counts: Mapping[str, int]  # of RANKS -> nights of a trial whose weightiest change has it
    added: tuple[SummaryItem, ...]  # older trials that were found: no edit of anything
    minor: tuple[tuple[str, int], ...]  # (heading, how many) by the kind of the minor ones
    headline: str  # "ALL: 2 trials opened, 1 stopped"

    @property
    def is_major(self) -> bool:
        """Return whether it has a major change."""
        return self.counts[MAJOR] > 0

    @property
    def is_after_gap(self) -> bool:
        """Return whether some of its changes were seen after a gap, so may be older."""
        items = (*self.added, *(item for section in self.sections for item in section.items))
        return any(item.entry.is_after_gap for item in items)

    @property
    def counted(self) -> str:
        """Return "2 major, 1 notable, 4 minor, 1 older trial added"."""
        words = [f"{count} {rank}" for rank, count in self.counts.items() if count]
        if self.added:
            words.append(f"{many(len(self.added), 'older trial')} added")
        return ", ".join(words) or "nothing"

    @property
    def minor_counted(self) -> str:
        """Return "start and end dates (3), titles (1)"."""
        return ", ".join(f"{heading[:1].lower()}{heading[1:]} ({n})" for heading, n in self.minor)


@dataclass(frozen=True)
class Week:
    """A digest of one ISO week, once it is over: a page, and an entry of its feed."""

    name: str  # "2026-W34"
    date: str  # ISO: its Sunday
    changes: ChangeSummary

    @property
    def id(self) -> str:
        """Return the permanent id."""
        return f"digest/{self.name}"

    @property
    def first(self) -> str:
        """Return the ISO date of its Monday."""
        return (date.fromisoformat(self.date) - timedelta(days=6)).isoformat()

    @property
    def title(self) -> str:
        """Return the title: the first day of the week and its headline."""
        week = f"Week of {terms.day(self.first)}"
        return shortened(f"{week}: {self.changes.headline}", LONGEST)

    @property
    def summary(self) -> str:
        """Return its weightiest changes in words."""
        items = [item for section in self.changes.sections for item in section.items]
        return " ".join(sentence(item.night.headline_in(LONGEST_LINE)) for item in items[:5])

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of its sections."""
        return frozenset(section.kind for section in self.changes.sections)

    @property
    def diseases(self) -> frozenset[str]:
        """Return the slugs of its diseases."""
        sections = self.changes.sections
        return frozenset(slug for s in sections for item in s.items for slug in item.entry.diseases)

    @property
    def address(self) -> str:
        """Return the address of its page, from the site's root."""
        return f"changes/digest/{self.name}/"


def summarize(catalog: Catalog, entries: Iterable[Entry]) -> ChangeSummary:
    """Return the ChangeSummary of entries, newest first."""
    groups: dict[str, list[SummaryItem]] = defaultdict(list)
    counts = dict.fromkeys(RANKS, 0)
    added: list[SummaryItem] = []
    minor: Counter[str] = Counter()
    all_entries = list(entries)
    for entry in all_entries:
        night = entry.nights[0]
        item, first = SummaryItem(entry, night), night.changes[0]
        if entry.is_minor and entry.is_first_seen:
            added.append(item)
            continue
        counts[first.rank] += 1
        if first.rank == MINOR:
            minor[KINDS[first.kind].heading] += 1
        else:
            groups[first.kind].append(item)
    ranked = ((kind, groups[kind]) for kind in _by_weight() if groups[kind])
    return ChangeSummary(
        tuple(Section(kind, tuple(items)) for kind, items in ranked),
        counts,
        tuple(added),
        tuple(sorted(minor.items(), key=lambda item: (-item[1], item[0]))),
        _headline(catalog, all_entries),
    )


def _became(event: str) -> Callable[[Change], bool]:
    return lambda c: c.field == "overall_status" and terms.status(c.new or "").event == event


def _became_unknown(change: Change) -> bool:
    return change.field == "overall_status" and change.new == "UNKNOWN"


def _slipped(change: Change) -> bool:
    return change.kind == "dates" and change.rank != MINOR and is_later(change)


def _is_new_there(change: Change) -> bool:
    return change.field == "locations" and bool(change.new) and not change.old


_EVENTS: tuple[tuple[str, str, Callable[[Change], bool]], ...] = (
    ("new trial", "new trials", lambda change: change.kind == "new"),
    *((*words, _became(event)) for event, words in terms.STATUS_EVENTS.items()),
    ("results posted", "results posted", lambda change: change.field == "results_first_post_date"),
    ("removed", "removed", lambda change: change.kind == "removed"),
    (
        "main measure changed",
        "changes of main measures",
        lambda change: change.kind == "primary_outcome" and change.rank == MAJOR,
    ),
    ("trial with new locations", "trials with new locations", _is_new_there),
    ("date slipped", "dates slipped", _slipped),
    ("now of unknown status", "now of unknown status", _became_unknown),
    ("off our list", "off our list", lambda change: change.kind == "left"),
)
"""What a headline counts: in words for one, for several, and which changes."""
_MOST_EVENTS = 4


def _headline(catalog: Catalog, entries: Iterable[Entry]) -> str:
    """Return "ALL: 2 trials opened, 1 stopped, 3 dates slipped. AML, CLL: 4 trials changed".

    Diseases with the same trials are named once.
    """
    by_disease: dict[str, list[TrialNight]] = defaultdict(list)
    for entry in entries:
        for slug in sorted(entry.nights[0].diseases or entry.diseases) or ["other trials"]:
            by_disease[slug].append(entry.nights[0])
    named = {d.slug: d.short_name for d in catalog.content.diseases}
    alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for slug in sorted(by_disease, key=lambda slug: (-len(by_disease[slug]), slug)):
        alike[tuple(map(id, by_disease[slug]))].append(slug)
    return ". ".join(
        f"{', '.join(named.get(slug, slug) for slug in slugs)}: {counted(by_disease[slugs[0]])}"
        for slugs in alike.values()
    )


def counted(nights: Sequence[TrialNight], *, with_minor: bool = False) -> str:
    """Return "2 trials opened, 1 stopped, 3 other changes", minor ones only where wanted."""
    words: list[str] = []
    rest = [night for night in nights if with_minor or night.changes[0].rank != MINOR]
    for one, more, test in _EVENTS:
        count = sum(map(test, (change for night in nights for change in night.changes)))
        if count and len(words) < _MOST_EVENTS:
            words.append(f"{count} {one if count == 1 else more}")
            rest = [night for night in rest if not any(map(test, night.changes))]
    if not words:
        return f"{many(len(nights), 'trial')} changed"
    return ", ".join([*words, many(len(rest), "other change")] if rest else words)


def _by_weight() -> list[str]:
    return sorted(KINDS, key=lambda kind: KINDS[kind].rank != MAJOR)


def weeks(catalog: Catalog) -> tuple[Week, ...]:
    """Return the past weeks that had more than minor changes, newest first.

    A week is over when a night after its Sunday has been checked: none can be added to it then.
    """
    past = []
    for sunday, entries in groupby(catalog.entries, key=lambda entry: _sunday(entry.date)):
        summary = summarize(catalog, entries)
        if summary.sections and sunday.isoformat() < catalog.last_check.checked:
            year, week, _ = sunday.isocalendar()
            past.append(Week(f"{year}-W{week:02}", sunday.isoformat(), summary))
    return tuple(past)


def _sunday(day: str) -> date:
    moment = date.fromisoformat(day)
    return moment + timedelta(days=7 - moment.isoweekday())
