"""What the website is made of: curated text, registry records and the log, joined.

In: Content, Data and the Changes. Out: one Catalog of values that pages and feeds only have to
render. Nothing here knows HTML or the clock: "today" is the day of the last good check.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor import terms
from monitor.changelog import MAJOR, MEMBERSHIP, MINOR, Change
from monitor.content import Content, Disease, Page, TrialText
from monitor.glossary import Glossary
from monitor.history import Slip, as_of, is_silent, slips
from monitor.shapes import Site
from monitor.snapshot import Data, Night
from monitor.stories import tell_all
from monitor.study import Facts, Study
from monitor.told import Told

LATELY = timedelta(days=14)  # what a page calls "in the last days"


@dataclass(frozen=True)
class Trial:
    """One study: what the registry has, what the editors say (one may be absent), what happened."""

    nct_id: str
    study: Facts | None
    curated: TrialText | None
    diseases: tuple[str, ...]  # slugs
    entries: tuple["Entry", ...] = ()  # newest first
    history: tuple[Change, ...] = ()  # all that the log has of it, oldest first
    is_gone: bool = False  # the registry has it no longer; the record is the last that we saw
    took_over: str = ""  # the id that it was merged into
    digest: str = ""  # of the record's bytes

    @property
    def record(self) -> Study | None:
        """The whole study, which is at hand for trials with a curated text only."""
        return self.study if isinstance(self.study, Study) else None

    @property
    def title(self) -> str:
        """The brief title, or the id where there is no record."""
        return (self.study.brief_title if self.study else "") or self.nct_id

    @property
    def is_open(self) -> bool:
        """Whether people can join it, as far as the registry says."""
        return self.study is not None and self.study.is_open and not self.is_gone

    @property
    def status(self) -> str:
        """In plain words."""
        if self.study is None:
            return "Without a record yet"
        if self.is_gone:
            return "No longer in the registry"
        return terms.status_term(self.study.overall_status)

    @property
    def address(self) -> str:
        """From the site's root."""
        return f"trials/{self.nct_id}/"

    @property
    def slips(self) -> list[Slip]:
        """How its dates moved since this project first saw it."""
        return slips(self.history)

    @property
    def known_as(self) -> str:
        """What people call it: the editors' name or the registry's acronym; "" without either."""
        curated = self.curated.header.short_name if self.curated else ""
        return curated or (self.study.acronym if self.study else "")

    @property
    def short_name(self) -> str:
        """What a line has room for."""
        return self.known_as or self.title

    @property
    def nights(self) -> tuple["Entry", ...]:
        """Its entries, and of each digest only its own part."""
        return tuple(entry.of(self.nct_id) for entry in self.entries)


@dataclass(frozen=True)
class TrialNight:
    """What an Entry says of one trial."""

    trial: Trial
    told: tuple[Told, ...]  # the weightiest first
    changes: tuple[Change, ...]
    study: Facts | None  # the trial's record, its status, phase and names as they were that night

    @property
    def title(self) -> str:
        """The trial's title as it was."""
        return (self.study.brief_title if self.study else "") or self.trial.nct_id

    @property
    def name(self) -> str:
        """Its short name as it was."""
        curated = self.trial.curated.header.short_name if self.trial.curated else ""
        return curated or (self.study.acronym if self.study else "") or self.title

    @property
    def facts(self) -> str:
        """Status, phase and sponsor of that night in a line; what the record lacks is left out."""
        study = self.study
        if study is None:
            return ""
        sponsor = study.lead_sponsor.name if study.lead_sponsor else ""
        status = terms.status_term(study.overall_status) if study.overall_status else ""
        return ". ".join(filter(None, (status, terms.phase(study.phases), sponsor)))


@dataclass(frozen=True)
class Entry:
    """One trial's night; or, after a gap, one disease's digest of everything that was found."""

    id: str  # for ever: "NCT01234567/2026-08-22"
    date: str  # ISO: when it was seen
    parts: tuple[TrialNight, ...]
    is_minor: bool  # nothing in it but minor changes: left out of the default feeds
    diseases: frozenset[str] = frozenset()  # slugs: whose pages and feeds it belongs to
    digest_of: str = ""  # the disease's name; "" for a trial's night
    days_unseen: bool = False  # found after a gap: each change happened on some day before

    @property
    def what(self) -> str:
        """The weightiest change, and how many more there are."""
        if self.digest_of:
            return f"{terms.many(len(self.parts), 'trial')} changed during a gap in the checks"
        told = self.parts[0].told
        more = f" (+{len(told) - 1} more)" if len(told) > 1 else ""
        return told[0].title.rstrip(".") + more

    @property
    def whole(self) -> str:
        """Everything that happened to its first trial that night, but for a long tail."""
        titles = [told.title.rstrip(".") for told in self.parts[0].told]
        return "; ".join(titles[:6]) + (f"; and {len(titles) - 6} more" if titles[6:] else "")

    @property
    def name(self) -> str:
        """What it is about: the trial's short name, or the disease."""
        return self.digest_of or self.parts[0].name

    @property
    def title(self) -> str:
        """Both in one line."""
        return f"{self.what}: {self.name}"

    @property
    def summary(self) -> str:
        """What the title does not say, in a few plain words for a list of entries."""
        if self.digest_of:
            return ". ".join(f"{part.name}: {part.told[0].title}" for part in self.parts[:5])
        part = self.parts[0]
        also = "; ".join(told.title.rstrip(".") for told in part.told[1:4])
        more = f"; and {len(part.told) - 4} more" if len(part.told) > 4 else ""
        return ". ".join(filter(None, (f"Also: {also}{more}" if also else "", part.facts)))

    @property
    def kinds(self) -> frozenset[str]:
        """Of all its changes."""
        return frozenset(change.kind for part in self.parts for change in part.changes)

    @property
    def is_major(self) -> bool:
        """Whether a major change is among them."""
        return any(change.rank == MAJOR for part in self.parts for change in part.changes)

    @property
    def address(self) -> str:
        """The page that tells it, from the site's root."""
        if self.digest_of:
            return f"changes/{self.date[:7]}/#{self.anchor}"
        return f"{self.parts[0].trial.address}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Its name on a page."""
        return f"d{self.date}" if not self.digest_of else self.id.replace("/", "-")

    def of(self, nct_id: str) -> "Entry":
        """The same night of one trial alone."""
        if not self.digest_of:
            return self
        parts = tuple(part for part in self.parts if part.trial.nct_id == nct_id)
        is_minor = all(change.rank == MINOR for part in parts for change in part.changes)
        return replace(
            self, id=f"{nct_id}/{self.date}", parts=parts, is_minor=is_minor, digest_of=""
        )


@dataclass(frozen=True)
class DiseaseView:
    """A disease with its trials and what happened to them."""

    disease: Disease
    trials: tuple[Trial, ...]  # found by its search or named in its lists, in page order
    entries: tuple[Entry, ...]  # newest first
    is_followed: bool  # its search was asked: until then it has a page, and no list and no feeds

    @property
    def open_trials(self) -> tuple[Trial, ...]:
        """Those that people can join."""
        return tuple(trial for trial in self.trials if trial.is_open)


@dataclass(frozen=True)
class Catalog:
    """The whole website as values."""

    site: Site
    night: Night
    diseases: tuple[DiseaseView, ...]
    trials: dict[str, Trial]  # by id, sorted
    entries: tuple[Entry, ...]  # newest first, of all trials
    pages: tuple[Page, ...]
    glossary: Glossary

    @property
    def checked(self) -> date:
        """The day of the last good check: the only "today" that the site knows."""
        return date.fromisoformat(self.night.checked) if self.night.checked else date.min

    @property
    def followed(self) -> tuple[DiseaseView, ...]:
        """The diseases whose first night is over."""
        return tuple(view for view in self.diseases if view.is_followed)

    def lately(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries of the last days before the last check, without the minor ones."""
        since = (self.checked - LATELY).isoformat() if self.night.checked else ""
        return [entry for entry in entries if entry.date >= since and not entry.is_minor]


def build_catalog(content: Content, data: Data[Facts], log: list[Change]) -> Catalog:
    """Join what people wrote, what the registry says, and what changed."""
    members = {
        disease.slug: {
            *data.searches.get(disease.slug, ()),
            *data.night.missing.get(disease.slug, ()),  # until a second night confirms it
            *(nct_id for block in disease.trial_lists for nct_id in block.nct_ids),
        }
        for disease in content.diseases
    }
    histories: dict[str, list[Change]] = defaultdict(list)
    for change in log:
        histories[change.nct_id].append(change)
    trials = {
        nct_id: _trial(nct_id, content, data, members, histories[nct_id])
        for nct_id in sorted(data.studies.keys() | content.trials.keys())
    }
    names = {disease.slug: disease.header.name for disease in content.diseases}
    entries = _entries(log, trials, names, histories)
    by_trial: dict[str, dict[str, Entry]] = defaultdict(dict)  # a night in two digests is one night
    for entry in entries:
        for night in entry.parts:
            by_trial[night.trial.nct_id].setdefault(entry.date, entry)
    trials = {
        nct_id: replace(trial, entries=tuple(by_trial[nct_id].values()))
        for nct_id, trial in trials.items()
    }
    views = tuple(
        DiseaseView(
            disease,
            tuple(sorted((trials[i] for i in members[slug] if i in trials), key=page_order)),
            tuple(entry for entry in entries if slug in entry.diseases),
            slug in data.night.searches,
        )
        for slug, disease in ((disease.slug, disease) for disease in content.diseases)
    )
    return Catalog(
        content.site, data.night, views, trials, tuple(entries), content.pages, content.glossary
    )


def _trial(
    nct_id: str,
    content: Content,
    data: Data[Facts],
    members: dict[str, set[str]],
    history: list[Change],
) -> Trial:
    last = next((change for change in reversed(history) if change.kind in MEMBERSHIP), None)
    is_gone = last is not None and last.kind == "removed" and nct_id in data.night.absent
    return Trial(
        nct_id,
        data.studies.get(nct_id),
        content.trials.get(nct_id),
        tuple(slug for slug, found in members.items() if nct_id in found),
        history=tuple(history),
        is_gone=is_gone,
        took_over=str(last.new or "") if last and is_gone else "",
        digest=data.digests.get(nct_id, ""),
    )


def page_order(trial: Trial) -> tuple[bool, int, int, int]:
    """Open trials first, then by how late their phase is, then the newest registration."""
    study = trial.study
    number = int(trial.nct_id[3:])
    if study is None:
        return True, len(terms.STATUS) + 1, 0, -number
    statuses = list(terms.STATUS)
    known = study.overall_status in statuses and not trial.is_gone
    rank = statuses.index(study.overall_status) if known else len(statuses)
    phases = list(terms.PHASE)
    latest = max((phases.index(code) for code in study.phases if code in phases), default=0)
    return not trial.is_open, rank, -latest, -number


def _entries(
    log: list[Change],
    trials: dict[str, Trial],
    names: dict[str, str],
    histories: dict[str, list[Change]],
) -> list[Entry]:
    """Changes grouped into entries, newest first; of one date, the weightiest, then by id."""
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)  # (id of trial or slug, date)
    for change in log:
        trial = trials.get(change.nct_id)
        if trial is None or is_silent(change, histories[change.nct_id]):
            continue  # a trial whose record was taken out by hand; a date that only goes on rolling
        for head in (change.diseases if change.catch_up else ()) or (change.nct_id,):
            groups[head, change.date].append(change)
    entries = []
    for (head, day), changes in groups.items():
        is_digest = head not in trials
        entries.append(
            Entry(
                id=f"{head}/{day}",
                date=day,
                parts=_nights(day, changes, trials, histories),
                is_minor=all(change.rank == MINOR for change in changes),
                diseases=frozenset({head} if is_digest else _ever(trials[head], histories[head])),
                digest_of=names.get(head, head) if is_digest else "",
                days_unseen=any(change.catch_up for change in changes),
            )
        )
    entries.sort(key=lambda entry: entry.id)
    entries.sort(key=lambda entry: min(c.order for part in entry.parts for c in part.changes))
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return entries


def _ever(trial: Trial, history: list[Change]) -> set[str]:
    """The diseases of a trial, and those it was in before: their feeds tell the end, too."""
    was = set(trial.diseases)
    for change in history:
        was |= set(change.diseases)
        if change.field == "searches":
            was |= {*(change.old or ()), *(change.new or ())}
    return was


def _nights(
    night: str, changes: list[Change], trials: dict[str, Trial], histories: dict[str, list[Change]]
) -> tuple[TrialNight, ...]:
    """The changes of one night by trial, the weightiest first."""
    by_trial: dict[str, list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda change: change.order):
        by_trial[change.nct_id].append(change)
    return tuple(
        TrialNight(
            trials[nct_id],
            tuple(tell_all(own, histories[nct_id])),
            tuple(own),
            _record(trials[nct_id], night, histories[nct_id]),
        )
        for nct_id, own in by_trial.items()
    )


def _record(trial: Trial, night: str, history: list[Change]) -> Facts | None:
    return as_of(trial.study, night, history) if trial.study else None
