"""One study with all that is known of it: a Trial, its nights, and what they are as entries.

A Trial is built from its own record, its own lines in the log and its own description, and from no
other trial. "Today" is the day of the last good check.
"""

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from monitor.catalog.rewind import countries_at, diseases_at
from monitor.changes import Message, Slip, as_of, describe_night, is_silent, slips
from monitor.content import Claims, TrialText, Vocabulary, claimed_span
from monitor.data import MAJOR, MEMBERSHIP, MINOR, RANKS, Change
from monitor.facets import Sorting, merged
from monitor.registry import Ages, Study, terms
from monitor.review import Verdict, contradictions, review
from monitor.text import capitalized, cut, many

LONGEST = 110  # characters of an entry's title, so that a phone and a list show all of it
SHORTEST_NAME = 32  # of these are the trial's name, where what happened is long

_QUALIFIER = (
    r"(?:open[- ]label|(?:single|two)[- ](?:arm|group)|international"
    r"|(?:single|multi)[- ]?(?:cent(?:er|re)|national)|(?:non-?)?randomi[sz]ed"
    r"|double[- ]blind(?:ed)?|placebo[- ]controlled|and)"
)
_OPENING = re.compile(
    rf"(?:An?\s|The\s)?(?:{_QUALIFIER}[,\s]+)*(?:[\w/,-]+\s){{0,4}}?"
    r"(?:Study|Trial|Evaluation|Comparison|Efficacy)\s"
    r"(?:Of|To|Testing|Evaluating|Comparing|Investigating|Assessing|In Which|That)\b"
    r"(?:\s(?:of|Learn More About|Learn About|Investigate|Evaluate|Assess|Compare|Determine|Test"
    r"|the|(?:Study )?Medicine Called|Study Medicine|Combination of|Efficacy|Safety|and|Use of"
    r"|Effects?|Feasibility|Tolerability|Addition of),?)*\s+(?=\S)",
    re.IGNORECASE,
)
"""How titles begin that first say "A Study to Evaluate the Safety and Efficacy of"."""


def gist(title: str) -> str:
    """Return a title from where it begins to say what no other trial's says."""
    found = _OPENING.match(title)
    rest = title[found.end() :] if found else ""
    return capitalized(rest) if len(rest) > 8 else title


@dataclass(frozen=True)
class Trial:
    """One study: what the registry has, what the editors say (one may be absent), what happened."""

    nct_id: str
    study: Study | None
    curated: TrialText | None
    diseases: tuple[str, ...]  # slugs
    entries: tuple["Entry", ...] = ()  # its nights, newest first; of a digest its own part
    history: tuple[Change, ...] = ()  # all that the log has of it, oldest first
    is_gone: bool = False  # the registry has it no longer; the record is the last that we saw
    took_over: str = ""  # the id that it was merged into
    sortings: Mapping[str, Sorting] = field(default_factory=dict)  # by the slug of its disease
    vocabularies: tuple[Vocabulary, ...] = ()  # the words that its description's claims use

    @cached_property
    def sorting(self) -> Sorting:
        """Whom it is for and what it studies, for all its diseases together."""
        return merged(self.sortings.values())

    @property
    def title(self) -> str:
        """The brief title, or the id where there is no record."""
        return (self.study.brief_title if self.study else "") or self.nct_id

    @property
    def is_open(self) -> bool:
        """Whether anybody who fits can ask to join it, as far as is known."""
        return self.status_group == "open"

    @property
    def status_group(self) -> str:
        """The group of its status (registry.STATUS_GROUPS); "unknown" where there is none now."""
        if self.study is None or self.is_gone or self.status_doubt:
            return "unknown"
        return terms.status(self.study.overall_status).group

    @property
    def status_doubt(self) -> str:
        """The editors' reason not to trust the status; "" when it has changed since they looked."""
        header = self.curated.header if self.curated else None
        if not header or not header.status_doubt:
            return ""
        since = header.checked_against.isoformat() if header.checked_against else ""
        changed = any(c.kind == "status" and c.date > since for c in self.history)
        return "" if changed else header.status_doubt

    @property
    def claims(self) -> Claims | None:
        """What its description claims; None without any, and where the record contradicts it."""
        return self.curated.header.claims if self.curated and not self.is_contradicted else None

    @property
    def ages(self) -> Ages | None:
        """Whom it takes, in years: by the limits of its record, else by a claim, else by groups."""
        return self._claimed_ages or (self.study.ages if self.study else None)

    @property
    def has_claimed_ages(self) -> bool:
        """Whether its ages are a claim of its description: its record has no limits."""
        return self._claimed_ages is not None

    @property
    def _claimed_ages(self) -> Ages | None:
        if self.claims is None or (self.study and self.study.ages and self.study.ages.is_exact):
            return None
        span = claimed_span(self.claims.ages)
        return Ages(span.low, span.high) if span else None

    @property
    def status(self) -> str:
        """In plain words."""
        if self.study is None:
            return "Without a record yet"
        if self.is_gone:
            return "No longer in the registry"
        return terms.status(self.study.overall_status).term

    @property
    def address(self) -> str:
        """From the site's root."""
        return f"trials/{self.nct_id}/"

    @cached_property
    def slips(self) -> list[Slip]:
        """How its dates moved since this project first saw it."""
        return slips(self.history)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the record says of each claim of its description."""
        claims = self.curated.header.claims if self.curated else None
        return review(claims, self.study, self.vocabularies) if claims and self.study else ()

    @property
    def is_contradicted(self) -> bool:
        """Whether the record says otherwise than its description."""
        return bool(contradictions(self.verdicts))

    @property
    def summary_shown(self) -> str:
        """What the editors say of it in a sentence or two, wherever trials are listed.

        "" without a description, and where the record contradicts it: such a text is shown on the
        trial's own page alone, with what the record says.
        """
        return self.curated.header.summary if self.curated and not self.is_contradicted else ""

    @property
    def name_shown(self) -> str:
        """What the editors call it; "" as for `summary_shown`."""
        return self.curated.header.short_name if self.curated and not self.is_contradicted else ""

    @property
    def known_as(self) -> str:
        """What people call it: the editors' name or the registry's acronym; "" without either."""
        return self.name_shown or (self.study.acronym if self.study else "")

    @property
    def short_name(self) -> str:
        """What a line has room for."""
        return self.known_as or self.title


@dataclass(frozen=True)
class TrialNight:
    """What an Entry says of one trial."""

    trial: Trial
    messages: tuple[Message, ...]  # the weightiest first
    changes: tuple[Change, ...]
    study: Study | None  # the trial's record, its status, phase and names as they were that night
    diseases: tuple[str, ...] = ()  # slugs: whose trial it was that night
    countries: tuple[str, ...] = ()  # where it ran that night

    @property
    def title(self) -> str:
        """The trial's title as it was."""
        return (self.study.brief_title if self.study else "") or self.trial.nct_id

    @property
    def name(self) -> str:
        """Its short name as it was."""
        acronym = self.study.acronym if self.study else ""
        return self.trial.name_shown or acronym or self.title

    @property
    def headline(self) -> str:
        """What happened, in one line, then whom it happened to: a name and the id."""
        return self.headline_in(LONGEST)

    def headline_in(self, longest_line: int) -> str:
        """The same in a line of so many characters at most."""
        first, *others = self.messages
        more = f" (+{len(others)} more)" if others else ""
        is_told = self.changes[0].field == "brief_title" and self.name == self.title
        name = "" if is_told or self.name == self.trial.nct_id else f"{gist(self.name)}, "
        room = longest_line - len(f"{more}: {self.trial.nct_id}")
        longest = max(room - len(first.headline), SHORTEST_NAME)
        if len(name) > longest:
            name = f"{cut(name[:-2], longest - 2)}, "
        return f"{cut(first.headline, room - len(name))}{more}: {name}{self.trial.nct_id}"

    @property
    def whole(self) -> str:
        """Everything that happened to it that night, but for a long tail."""
        titles = [message.title for message in self.messages]
        return "; ".join(titles[:6]) + (f"; and {len(titles) - 6} more" if titles[6:] else "")

    @property
    def facts(self) -> tuple[str, ...]:
        """Phase, status, number of countries of that night; what the record lacks is left out."""
        study = self.study
        if study is None:
            return ()
        phase = "" if study.phases == ("NA",) else terms.phase(study.phases)
        status = terms.status(study.overall_status).term.lower() if study.overall_status else ""
        if status and any(change.kind == "removed" for change in self.changes):
            status = f"last known status, before removal: {status}"
        countries = many(len(self.countries), "country") if self.countries else ""
        return tuple(filter(None, (phase[:1].lower() + phase[1:], status, countries)))


@dataclass(frozen=True)
class Entry:
    """One trial's night; or, after a gap, a digest of what was found of several trials."""

    id: str  # for ever: "NCT01234567/2026-08-22"
    date: str  # ISO: when it was seen
    trials: tuple[TrialNight, ...]
    is_minor: bool  # nothing in it but minor changes: left out of the default feeds
    diseases: frozenset[str] = frozenset()  # slugs: whose pages and feeds it belongs to
    gap: frozenset[str] = frozenset()  # slugs: in whose digests of a gap it is told
    gap_of: str = ""  # of a digest: what it is about; "" for a trial's night
    days_unseen: bool = False  # found after a gap: each change happened on some day before

    @property
    def what(self) -> str:
        """The weightiest change, and how many more there are."""
        if self.gap_of:
            return f"{many(len(self.trials), 'trial')} changed during a gap in the checks"
        messages = self.trials[0].messages
        more = f" (+{len(messages) - 1} more)" if len(messages) > 1 else ""
        return messages[0].title + more

    @property
    def whole(self) -> str:
        """Everything that happened to its first trial that night, but for a long tail."""
        return self.trials[0].whole

    @property
    def name(self) -> str:
        """What it is about: the trial's short name, or the disease."""
        return self.gap_of or self.trials[0].name

    @property
    def title(self) -> str:
        """What happened, and to whom, in one line: of a digest the weightiest of it."""
        if not self.gap_of:
            return self.trials[0].headline
        others = len(self.trials) - 1
        rest = f", and {others:,} more, after a gap" if others else ", after a gap"
        return f"{self.trials[0].headline_in(LONGEST - len(rest))}{rest}"

    @property
    def kinds(self) -> frozenset[str]:
        """Of all its changes."""
        return frozenset(change.kind for part in self.trials for change in part.changes)

    @property
    def rank(self) -> str:
        """Of its weightiest change."""
        return min(
            (change.rank for part in self.trials for change in part.changes), key=RANKS.index
        )

    @property
    def is_major(self) -> bool:
        """Whether a major change is among them."""
        return self.rank == MAJOR

    @property
    def is_first_seen(self) -> bool:
        """Whether it brings a trial that is older than this site's knowledge of it."""
        return any(change.kind == "tracked" for part in self.trials for change in part.changes)

    @property
    def run(self) -> int:
        """The last of that day's checks of the registry that brought something of it."""
        return max(change.run for part in self.trials for change in part.changes)

    @property
    def address(self) -> str:
        """The page that tells it, from the site's root."""
        if self.gap_of:
            return f"changes/{self.date[:7]}/#{self.anchor}"
        return f"{self.trials[0].trial.address}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Its name on a page: of a digest that of its first row in the changes of the month."""
        return f"{self.date}-{self.trials[0].trial.nct_id}" if self.gap_of else f"d{self.date}"


def build_trial(
    nct_id: str,
    study: Study | None,
    curated: TrialText | None,
    diseases: tuple[str, ...],
    history: Sequence[Change],
    absent: Container[str],
    sortings: Mapping[str, Sorting],
    vocabularies: tuple[Vocabulary, ...],
) -> Trial:
    """Build a Trial from one record, its description and its history (oldest first).

    `absent` are the ids that the registry no longer has.
    """
    last = next((change for change in reversed(history) if change.kind in MEMBERSHIP), None)
    is_gone = last is not None and last.kind == "removed" and nct_id in absent
    trial = Trial(
        nct_id,
        study,
        curated,
        diseases,
        history=tuple(history),
        is_gone=is_gone,
        took_over=str(last.new or "") if last and is_gone else "",
        sortings=sortings,
        vocabularies=vocabularies,
    )
    return with_history(trial, history)


def with_history(trial: Trial, history: Sequence[Change]) -> Trial:
    """A trial with what the log has of it, oldest first, and the entries that are made from it."""
    with_log = replace(trial, history=tuple(history), entries=())
    return replace(with_log, entries=_nights(with_log)) if history else with_log


def _nights(trial: Trial) -> tuple[Entry, ...]:
    """The entries of one trial, newest first."""
    history = trial.history
    diseases = frozenset(_ever(trial))
    nights: dict[str, list[Change]] = defaultdict(list)
    for change in history:
        if not is_silent(change, history):  # a date that only goes on rolling
            nights[change.date].append(change)
    entries = []
    for day, found in sorted(nights.items(), reverse=True):
        changes = sorted(found, key=lambda change: change.order)
        part = TrialNight(
            trial,
            tuple(describe_night(changes, history)),
            tuple(changes),
            as_of(trial.study, day, history) if trial.study else None,
            diseases_at(trial.diseases, day, history),
            countries_at(trial.study, day, history) if trial.study else (),
        )
        entries.append(entry_of(f"{trial.nct_id}/{day}", day, (part,), diseases))
    return tuple(entries)


def entry_of(
    id_: str, day: str, trials: tuple[TrialNight, ...], diseases: frozenset[str], gap_of: str = ""
) -> Entry:
    """An entry of some trials' nights of one date."""
    changes = [change for part in trials for change in part.changes]
    return Entry(
        id=id_,
        date=day,
        trials=trials,
        is_minor=all(change.rank == MINOR for change in changes),
        diseases=diseases,
        gap=frozenset(slug for c in changes if c.catch_up for slug in c.diseases),
        gap_of=gap_of,
        days_unseen=any(change.catch_up for change in changes),
    )


def _ever(trial: Trial) -> set[str]:
    """The diseases of a trial, and those it was in before: their feeds tell the end, too."""
    was = set(trial.diseases)
    for change in trial.history:
        was |= set(change.diseases)
        if change.field == "searches":
            was |= {*(change.old or ()), *(change.new or ())}
    return was
