"""A Trial joins a study's record, its description and its changes; an Entry says what changed.

An Entry has one night of one trial, or as a digest one night of each of several.

A Trial depends on no other trial. "Today" is the day of the last check.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from monitor.catalog.rewind import countries_at, diseases_at, study_at
from monitor.changes import Message, Slip, describe_night, is_silent, slips
from monitor.content import Claims, Content, TrialText, Vocabulary, claimed_ages
from monitor.data import MAJOR, MEMBERSHIP, MINOR, RANKS, Change, Data
from monitor.facets import Sorting, merged
from monitor.registry import AGE_GROUPS, Ages, Location, Study, terms
from monitor.review import Verdict, contradictions, review
from monitor.text import capitalized, many, shortened

AGE = "age"  # the facet that every disease has, answered by fields of the record
STATUS_LIFETIME = timedelta(days=2 * 365)  # without an update; then the registry doubts it
LONGEST = 110  # characters of an entry's title, so that a phone and a list show all of it
SHORTEST_NAME = 32  # characters of it reserved for the trial's name, however long the change is
LONGEST_LINE = 200  # characters of a headline in a summary
USUAL_NAME = 48  # a longer form of the headline is used if a name of this length fits beside it
MOST_COUNTRIES = 3  # that are named among the facts

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
"""Phrases that begin many titles: "A Study to Evaluate the Safety and Efficacy of"."""
_QUALITIES = re.compile(
    r"(?:(?:A\s)?(?:Clinical\s)?(?:Study|Trial)\s(?:on|for)\s)?(?:the\s)?"
    r"(?!pharmacokinetics\s)(?:(?:preliminary|safety|efficacy|effectiveness|efficiency|tolerability|pharmacokinetics"
    r"|and|&)[\s,]+)+of\s(?:an?\s|the\s)?(?=\S)",
    re.IGNORECASE,
)
"""A phrase after that one, or alone: "Preliminary Efficacy of", "Study on the Safety of"."""


def gist(title: str) -> str:
    """Return a title without the opening phrases that many titles share."""
    rest = title
    for pattern in (_OPENING, _QUALITIES):
        opening = pattern.match(rest)
        if opening and len(rest) - opening.end() > 8:
            rest = rest[opening.end() :]
            rest = capitalized(rest) if rest.split()[0].islower() and rest.isascii() else rest
    return rest


@dataclass(frozen=True)
class Trial:
    """A study: its record and its description, of which one may be absent, and its changes."""

    nct_id: str
    study: Study | None
    curated: TrialText | None
    diseases: tuple[str, ...]  # slugs
    entries: tuple["Entry", ...] = ()  # its nights with changes, newest first
    history: tuple[Change, ...] = ()  # its changes in the log, oldest first
    is_gone: bool = False  # the registry no longer has it; the record is the last version
    took_over: str = ""  # the id of the record that it was merged into
    sortings: Mapping[str, Sorting] = field(default_factory=dict)  # by slug of its disease
    vocabularies: tuple[Vocabulary, ...] = ()  # that the claims of its description refer to
    is_unconfirmed: bool = False  # its record calls it open, and has not been updated for long

    @cached_property
    def sorting(self) -> Sorting:
        """Return who can join and what is studied, for all its diseases together."""
        return merged([*self.sortings.values(), self._sorting_by_age])

    @property
    def _sorting_by_age(self) -> Sorting:
        """Return for each age group whether anybody of it can join; not stated without ages.

        Ages are fields of the record, so that no passage supports an answer.
        """
        if self.ages is None:
            return Sorting()
        can_join = self.ages.groups
        others = tuple(key for key in AGE_GROUPS if key not in can_join)
        return Sorting({AGE: can_join}, {AGE: others}, {(AGE, key): () for key in AGE_GROUPS})

    @property
    def title(self) -> str:
        """Return the brief title, or the id without one."""
        return (self.study.brief_title if self.study else "") or self.nct_id

    @property
    def is_open(self) -> bool:
        """Return whether anybody who fits can ask to join it."""
        return self.status_group == "open"

    @property
    def open_locations(self) -> list[Location] | None:
        """Return where it is open; None where it is not, or its record says it of no place."""
        places = self.study.locations if self.study and self.is_open else ()
        if not any(place.status for place in places):
            return None
        return [place for place in places if terms.status(place.status).is_open]

    @property
    def status_group(self) -> str:
        """Return the group of its status, of STATUS_GROUPS; "unknown" where that is uncertain."""
        if self.study is None or self.is_gone or self.is_unconfirmed or self.status_doubt:
            return "unknown"
        return terms.status(self.study.overall_status).group

    @property
    def status_doubt(self) -> str:
        """Return the editors' doubt about its status; "" once the status has changed since."""
        header = self.curated.header if self.curated else None
        if not header or not header.status_doubt:
            return ""
        since = header.checked_against.isoformat() if header.checked_against else ""
        changed = any(c.kind == "status" and c.date > since for c in self.history)
        return "" if changed else header.status_doubt

    @property
    def claims(self) -> Claims | None:
        """Return the claims of its description; None where the record contradicts one."""
        return self.curated.header.claims if self.curated and not self.is_contradicted else None

    @property
    def ages(self) -> Ages | None:
        """Return the ages that it accepts: its record's limits, else a claim, else age groups."""
        return self._claimed_ages or (self.study.ages if self.study else None)

    @property
    def has_claimed_ages(self) -> bool:
        """Return whether its ages are a claim of its description: its record has no limits."""
        return self._claimed_ages is not None

    @property
    def _claimed_ages(self) -> Ages | None:
        if self.claims is None or (self.study and self.study.ages and self.study.ages.is_exact):
            return None
        return claimed_ages(self.claims.ages)

    @property
    def address(self) -> str:
        """Return its address from the site's root."""
        return f"trials/{self.nct_id}/"

    @cached_property
    def slips(self) -> dict[str, Slip]:
        """Return field -> how far that date has moved, of the dates that have."""
        return slips(self.history)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return how the record compares with each claim of its description."""
        claims = self.curated.header.claims if self.curated else None
        return review(claims, self.study, self.vocabularies) if claims and self.study else ()

    @property
    def is_contradicted(self) -> bool:
        """Return whether the record contradicts a claim of its description."""
        return bool(contradictions(self.verdicts))

    @property
    def summary_shown(self) -> str:
        """Return the editors' summary for lists: a sentence or two.

        "" without a description, and where the record contradicts it: such a text is only on the
        trial's own page, beside the record.
        """
        return self.curated.header.summary if self.curated and not self.is_contradicted else ""

    @property
    def name_shown(self) -> str:
        """Return the editors' short name; "" in the cases of `summary_shown`."""
        return self.curated.header.short_name if self.curated and not self.is_contradicted else ""

    @property
    def known_as(self) -> str:
        """Return the editors' short name or the registry's acronym; "" without either."""
        return self.name_shown or (self.study.acronym if self.study else "")

    @property
    def short_name(self) -> str:
        """Return a name for a line: the short name, the acronym or the title."""
        return self.known_as or self.title


@dataclass(frozen=True)
class TrialNight:
    """What changed in one trial on one night: an Entry of a trial has one, a digest several."""

    trial: Trial
    messages: tuple[Message, ...]  # the weightiest first
    changes: tuple[Change, ...]
    study: Study | None  # the record, with the status, phase and names of that night
    diseases: tuple[str, ...] = ()  # slugs of that night
    countries: tuple[str, ...] = ()  # of that night

    @property
    def title(self) -> str:
        """Return the trial's title on that night."""
        return (self.study.brief_title if self.study else "") or self.trial.nct_id

    @property
    def name(self) -> str:
        """Return its short name on that night."""
        acronym = self.study.acronym if self.study else ""
        return self.trial.name_shown or acronym or self.title

    @property
    def headline(self) -> str:
        """Return the weightiest message, the trial's name and its id, in one line."""
        return self.headline_in(LONGEST)

    def headline_in(self, longest_line: int) -> str:
        """Return the headline in a line of at most `longest_line` characters."""
        first, *others = self.messages
        more = f" (+{many(len(others), 'change')})" if others else ""
        room = longest_line - len(f"{more}: {self.trial.nct_id}")
        is_renamed = self.changes[0].field == "brief_title" and self.name == self.title
        is_in_message = is_renamed and len(first.headlines[0]) <= room
        is_unnamed = is_in_message or self.name == self.trial.nct_id
        name = "" if is_unnamed else f"{gist(self.name).rstrip('.')}, "
        name_length = min(len(name), USUAL_NAME)
        fitting = (form for form in first.headlines if len(form) + name_length <= room)
        what = next(fitting, first.headlines[-1])
        longest = max(room - len(what), SHORTEST_NAME)
        if len(name) > longest:
            name = f"{shortened(name[:-2], longest - 2)}, "
        return f"{shortened(what, room - len(name))}{more}: {name}{self.trial.nct_id}"

    @property
    def all_messages(self) -> str:
        """Return the first six messages, and the number of others."""
        *titles, last = (message.title for message in self.messages)
        titles = [*(title.removesuffix(".") for title in titles), last]
        return "; ".join(titles[:6]) + (f"; and {len(titles) - 6} more" if titles[6:] else "")

    @property
    def facts(self) -> tuple[str, ...]:
        """Return phase, status, ages and countries on that night, where the record has them."""
        study = self.study
        if study is None:
            return ()
        phase = "" if study.phases == ("NA",) else terms.phase(study.phases)
        phase = phase if "hase" in phase or not phase else f"phase: {phase.lower()}"
        status = terms.status(study.overall_status).term.lower() if study.overall_status else ""
        if status and any(change.kind == "removed" for change in self.changes):
            status = f"last known status, before removal: {status}"
        countries = ", ".join(self.countries)
        if len(self.countries) > MOST_COUNTRIES:
            countries = many(len(self.countries), "country")
        ages = terms.ages(study.minimum_age, study.maximum_age)
        ages = f"ages {ages}" if ages[:1].isdigit() else ages
        return tuple(filter(None, (phase[:1].lower() + phase[1:], status, ages, countries)))


@dataclass(frozen=True)
class Entry:
    """One trial's night; or a digest of several trials after a gap in the checks."""

    id: str  # "NCT01234567/2026-08-22"; never changes
    date: str  # ISO date of the check
    nights: tuple[TrialNight, ...]  # one; of a digest one for each trial, the weightiest first
    diseases: frozenset[str] = frozenset()  # slugs of those whose pages and feeds have it
    digest_of: str = ""  # the subject of a digest; "" for one trial's night

    @property
    def main_message(self) -> str:
        """Return the weightiest message, and the number of others."""
        if self.digest_of:
            return f"{many(len(self.nights), 'trial')} changed during a gap in our checks"
        messages = self.nights[0].messages
        more = f" (+{many(len(messages) - 1, 'change')})" if len(messages) > 1 else ""
        return messages[0].title + more

    @property
    def all_messages(self) -> str:
        """Return the first six messages of its first trial, and the number of others."""
        return self.nights[0].all_messages

    @property
    def name(self) -> str:
        """Return its subject: the trial's short name, or the disease."""
        return self.digest_of or self.nights[0].name

    @property
    def title(self) -> str:
        """Return the headline of its weightiest trial, after the number of trials if several."""
        if not self.digest_of:
            return self.nights[0].headline
        others = len(self.nights) - 1
        if not others:
            rest = ", after a gap"
            return f"{self.nights[0].headline_in(LONGEST - len(rest))}{rest}"
        count = f"{len(self.nights):,} trials changed during a gap, among them: "
        return f"{count}{self.nights[0].headline_in(LONGEST - len(count))}"

    @property
    def changes(self) -> list[Change]:
        """Return the changes of all its trials."""
        return [change for night in self.nights for change in night.changes]

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of all its changes."""
        return frozenset(change.kind for change in self.changes)

    @cached_property
    def rank(self) -> str:
        """Return the rank of its weightiest change."""
        return min((change.rank for change in self.changes), key=RANKS.index)

    @property
    def weight(self) -> tuple[tuple[int, int, int, bool, int, str], str]:
        """Return the sort key of entries of one date: the weightiest change first, then by id."""
        return self.nights[0].changes[0].order, self.id

    @property
    def is_major(self) -> bool:
        """Return whether it has a major change."""
        return self.rank == MAJOR

    @property
    def is_minor(self) -> bool:
        """Return whether it has only minor changes: the default feeds leave it out."""
        return self.rank == MINOR

    @property
    def is_after_gap(self) -> bool:
        """Return whether a gap in the checks came before it: a change may be of any day of it."""
        return any(change.catch_up for change in self.changes)

    @cached_property
    def digested_for(self) -> frozenset[str]:
        """Return the slugs of the diseases that have it in a digest, as it is after a gap."""
        return frozenset(s for change in self.changes if change.catch_up for s in change.diseases)

    @property
    def is_first_seen(self) -> bool:
        """Return whether it adds an older trial to the list."""
        return any(change.kind == "tracked" for change in self.changes)

    @property
    def run(self) -> int:
        """Return the number of that day's last check with a change of it."""
        return max(change.run for change in self.changes)

    @property
    def address(self) -> str:
        """Return the address of its place on a page, from the site's root."""
        if self.digest_of:
            return f"changes/{self.date[:7]}/#{self.anchor}"
        return f"{self.nights[0].trial.address}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Return the id of its element; for a digest, of its first row on the month's page."""
        return f"{self.date}-{self.nights[0].trial.nct_id}" if self.digest_of else f"d{self.date}"


def build_trial(
    nct_id: str,
    content: Content,
    data: Data,
    diseases: tuple[str, ...],
    history: Sequence[Change],
    sortings: Mapping[str, Sorting],
) -> Trial:
    """Return the Trial of a record, its description and its changes (oldest first)."""
    study = data.studies.get(nct_id)
    last = next((change for change in reversed(history) if change.kind in MEMBERSHIP), None)
    is_gone = last is not None and last.kind == "removed" and nct_id in data.last_check.absent
    trial = Trial(
        nct_id,
        study,
        content.trials.get(nct_id),
        diseases,
        history=tuple(history),
        is_gone=is_gone,
        took_over=str(last.new or "") if last and is_gone else "",
        sortings=sortings,
        vocabularies=tuple(content.vocabularies.values()),
        is_unconfirmed=study is not None and _is_unconfirmed(study, data.last_check.checked_on),
    )
    return with_history(trial, history)


def _is_unconfirmed(study: Study, checked: date) -> bool:
    """Return whether the registry's rule makes an open status unknown by `checked`.

    It does where the study's end has passed and the record has had no update for two years. A new
    answer of the registry then has the status UNKNOWN; an older copy of the record does not.
    """
    end, updated = study.completion_date, study.last_update_post_date
    return (
        study.is_open
        and end is not None
        and updated is not None
        and end.last_day < checked
        and updated.last_day < checked - STATUS_LIFETIME
    )


def with_history(trial: Trial, history: Sequence[Change]) -> Trial:
    """Return a trial with these changes, oldest first, and their entries."""
    with_log = replace(trial, history=tuple(history), entries=())
    return replace(with_log, entries=_entries(with_log)) if history else with_log


def _entries(trial: Trial) -> tuple[Entry, ...]:
    """Return the entries of one trial, newest first."""
    history = trial.history
    diseases = frozenset(_all_diseases(trial))
    by_day: dict[str, list[Change]] = defaultdict(list)
    for change in history:
        if not is_silent(change, history):
            by_day[change.date].append(change)
    entries = []
    for day, logged in sorted(by_day.items(), reverse=True):
        changes = sorted(logged, key=lambda change: change.order)
        night = TrialNight(
            trial,
            tuple(describe_night(changes, history)),
            tuple(changes),
            study_at(trial.study, day, history) if trial.study else None,
            diseases_at(trial.diseases, day, history),
            countries_at(trial.study, day, history) if trial.study else (),
        )
        entries.append(Entry(f"{trial.nct_id}/{day}", day, (night,), diseases))
    return tuple(entries)


def _all_diseases(trial: Trial) -> set[str]:
    """Return a trial's diseases, past ones included: their feeds have to report that it left."""
    diseases = set(trial.diseases)
    for change in trial.history:
        diseases |= set(change.diseases)
        if change.field == "searches":
            diseases |= {*(change.old or ()), *(change.new or ())}
    return diseases
