"""The nightly check: `check_registry` asks the registry and compares, `write` writes data/.

In: data/ as it was, the searches and ids in content/, a Registry, a date. Nothing is written before
all answers are complete, checked and compared, and then all of it or nothing: a night that is
killed has either happened or not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from monitor.changes import Membership, compare, last_membership, membership, with_drift
from monitor.data import (
    Change,
    Check,
    Data,
    changelog,
    dump,
    finish,
    normalise,
    read_data,
    replace_all,
    snapshot,
    study_path,
)
from monitor.problems import Problem, Refused
from monitor.progress import Progress, silent
from monitor.registry import (
    Merged,
    Registry,
    RegistryError,
    ShapeError,
    Study,
    Version,
    is_loopback,
    study_from,
    unknown_parts,
)

CATCH_UP = timedelta(days=14)  # after a longer gap the day of a change is unknown
SHRINKAGE = 0.9  # a search that finds a smaller share of its last result is refused
SMALL = 5  # but never for a loss of this many studies or fewer
LARGEST = 5_000_000  # bytes of a record: the largest real ones have 0.4 MB, and git keeps them all
ATTEMPTS = 2  # the night starts again where the registry has loaded new data meanwhile


@dataclass(frozen=True)
class Report:
    """The result of a night: what changed, and what `write` is to write."""

    changes: list[Change]
    warnings: list[str]
    records: dict[str, bytes]  # id -> snapshot
    searches: dict[str, set[str]]  # disease slug -> ids
    check: Check
    baseline: bool  # nothing was compared: the first night, or another source
    followed: dict[str, int]  # slug of a disease that is new to data/ -> number of studies


@dataclass
class _Answers:
    """The registry's answers of one night; filled while they arrive."""

    root: Path  # of the tree
    before: Data  # data/ as it was
    version: Version
    searches: dict[str, set[str]] = field(default_factory=dict)  # disease slug -> ids
    records: dict[str, bytes] = field(default_factory=dict)  # id -> snapshot
    aliases: dict[str, str] = field(default_factory=dict)  # merged id -> id that took over
    gone: dict[str, str] = field(default_factory=dict)
    """Id that the registry does not have -> id that took over, or ""."""
    unreadable: dict[str, str] = field(default_factory=dict)  # id -> the fault of its record
    unknown: dict[str, str] = field(default_factory=dict)
    """Field or code that is new to this program -> an id that has it."""
    fresh: dict[str, Study] = field(default_factory=dict)
    """Id -> study whose snapshot is new or has changed."""

    def add(self, record: dict[str, Any]) -> str:
        """Add a record; return its id, or "" where it is unreadable and new to data/.

        The study of an unreadable record is kept as it was, and named in a warning.
        """
        nct_id: str = record["protocolSection"]["identificationModule"]["nctId"]
        try:
            snapshot_record = normalise(record)
            content = dump(snapshot_record)
            if len(content) > LARGEST:
                raise ShapeError(
                    f"it has {len(content) / 1e6:,.0f} MB, {LARGEST / 1e6:.0f} at most"
                )
            study = self.before.studies.get(nct_id)
            if study is None or study_path(self.root, nct_id).read_bytes() != content:
                study = study_from(snapshot_record)
                self.fresh[nct_id] = study
                self.unknown.update(dict.fromkeys(unknown_parts(snapshot_record), nct_id))
        except ShapeError as error:
            self.unreadable[nct_id] = str(error)
            return nct_id if nct_id in self.before.studies else ""
        self.aliases.update(dict.fromkeys(study.aliases, nct_id))
        self.records[nct_id] = content
        return nct_id


def check_registry(
    root: Path,
    searches: Mapping[str, str],
    named: Iterable[str],
    registry: Registry,
    on: date,
    *,
    accept_shrinkage: bool = False,
    progress: Progress = silent,
) -> Report:
    """Ask `registry` on the date `on`, compare with data/ below `root`, and return the Report.

    Writes nothing, except to complete the write of a killed night. `searches` maps a disease's slug
    to its query.cond; `named` are the ids in content/. Raises Refused where data/ is damaged or the
    registry cannot be trusted. A damaged line of the log is a warning: no night is lost for it.
    """
    finish(root / "data")
    before, log, damaged = _read(root, on)
    named = set(named)
    try:
        answers = _collect(root, registry, searches, before, named, log, progress)
    except RegistryError as error:
        raise Refused(str(error)) from error
    searched = _searched(answers, searches, accept_shrinkage=accept_shrinkage)
    source = "replay" if is_loopback(registry.base_url) else registry.base_url
    is_baseline = before.last_check.source != source
    comparable = {} if is_baseline else searched.comparable
    first_seen = {i: study for i, study in answers.fresh.items() if i not in before.studies}
    members = membership(before, comparable, answers.gone, first_seen, log, on)
    changes = [] if is_baseline else [*members.changes, *_record_changes(answers)]
    tonight = on.isoformat()
    return Report(
        changes=_as_logged(changes, answers, log, on),
        warnings=[*map(str, damaged), *_warnings(answers, searched, named)],
        records=answers.records,
        searches=searched.results,
        check=_check(answers, members, searched, tonight, source, is_baseline=is_baseline),
        baseline=is_baseline,
        followed=searched.followed,
    )


@dataclass(frozen=True)
class _Searched:
    """A night's searches, those that were skipped with what they had before."""

    skipped: dict[str, str]  # disease slug -> query.cond that has never had a result
    queries: dict[str, str]  # disease slug -> query.cond
    results: dict[str, set[str]]  # disease slug -> ids
    comparable: dict[str, set[str]]  # of these, the ones that data/ has from the same query
    followed: dict[str, int]  # slug of a disease that is new to data/ -> number of studies


def _searched(
    answers: _Answers, searches: Mapping[str, str], *, accept_shrinkage: bool
) -> _Searched:
    """Return the searches of a night. Raises Refused where one has lost too much.

    The first night of a search, or of an edited one, has nothing to be compared with.
    """
    skipped = _fruitless(answers, searches)
    _refuse_shrinkage(answers, searches, skipped, accept=accept_shrinkage)
    for slug in skipped:
        answers.searches[slug] = set(answers.before.searches.get(slug, ()))
    was = answers.before.last_check.searches
    queries = {**searches, **{slug: was.get(slug, "") for slug in skipped}}
    queries = {slug: query for slug, query in queries.items() if query}
    results = {slug: ids for slug, ids in answers.searches.items() if slug in queries}
    comparable = {
        slug: ids
        for slug, ids in results.items()
        if slug not in skipped and was.get(slug) == searches[slug]
    }
    followed = {slug: len(ids) for slug, ids in sorted(results.items()) if slug not in was}
    return _Searched(skipped, queries, results, comparable, followed)


def _check(
    answers: _Answers,
    members: Membership,
    searched: _Searched,
    tonight: str,
    source: str,
    *,
    is_baseline: bool,
) -> Check:
    """Return the Check of a night, with what it had before of a search that was skipped."""
    before = answers.before.last_check
    return Check(
        api_version=answers.version.api_version,
        data_timestamp=answers.version.data_timestamp,
        checked=tonight,
        source=source,
        searches=searched.queries,
        followed_since={
            slug: before.since(slug) if slug in answers.before.searches else tonight
            for slug in answers.searches
        },
        logged_since=tonight if is_baseline else before.logged_since,
        missing={
            slug: since
            for slug, since in {**before.missing, **members.missing}.items()
            if slug in searched.skipped or slug in members.missing
        },
        absent=members.absent,
        unknown=sorted({*before.unknown, *answers.unknown}),
    )


def _read(root: Path, on: date) -> tuple[Data, list[Change], list[Problem]]:
    """Return data/ as it was, the log, and the damaged lines of the log.

    Raises Refused where anything else is damaged, and where `on` is before the last check.
    """
    problems: list[Problem] = []
    damaged: list[Problem] = []
    before = read_data(root, problems)
    log = changelog.read(root, damaged)
    problems += [problem for problem in damaged if not problem.line]
    if problems:
        raise Refused(*problems)
    checked = before.last_check.checked
    if checked and on < date.fromisoformat(checked):
        raise Refused(f"{on} is before the last check, {checked}: the log only grows")
    return before, log, damaged


def write(root: Path, report: Report) -> list[str]:
    """Write a Report to data/, all or nothing; return changed paths from the root of the tree."""
    files = snapshot.files(root, report.records, report.searches, report.check)
    files |= changelog.appended(root, report.changes)
    return [f"data/{path}" for path in replace_all(root / "data", files)]


# The answers


def _collect(
    root: Path,
    registry: Registry,
    searches: Mapping[str, str],
    before: Data,
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> _Answers:
    """Return all answers, from a single version of the registry's data. Raises RegistryError."""
    for _ in range(ATTEMPTS):
        answers = _Answers(root, before, registry.version())
        failure: RegistryError | None = None
        try:
            _collect_once(registry, answers, searches, named, log, progress)
        except RegistryError as error:
            failure = error
        if registry.version() == answers.version:
            if failure:
                raise failure
            return answers
        progress("the registry loaded new data meanwhile; beginning again")
    raise RegistryError(f"the registry loaded new data {ATTEMPTS} times while it was read")


def _collect_once(
    registry: Registry,
    answers: _Answers,
    searches: Mapping[str, str],
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> None:
    """Fill `answers`: first every search, then by id what else content/ names or data/ has."""
    for slug, condition in searches.items():
        ids = answers.searches.setdefault(slug, set())
        for record in registry.search(condition):
            ids.add(answers.add(record))
            ids.discard("")
            if len(ids) % 500 == 0:
                progress(f"{slug}: {len(ids)} studies")
    received = set().union(*answers.searches.values(), answers.unreadable)
    remaining = sorted((named | answers.before.studies.keys()) - received)
    progress(f"{len(remaining)} studies by id")
    by_id = {answers.add(record) for record in registry.studies(remaining)}
    for nct_id in sorted(set(remaining) - by_id - answers.unreadable.keys()):
        if nct_id in answers.aliases:
            answers.gone[nct_id] = answers.aliases[nct_id]
        elif last_membership(log, nct_id) == "removed":
            answers.gone[nct_id] = ""
        else:
            progress(f"looking for {nct_id}")
            answer = registry.look_up(nct_id)
            if isinstance(answer, dict):
                answers.add(answer)
            else:
                answers.gone[nct_id] = answer.nct_id if isinstance(answer, Merged) else ""


def _fruitless(answers: _Answers, searches: Mapping[str, str]) -> dict[str, str]:
    """Return the searches that have never had a result: probably typing errors."""
    return {
        slug: query
        for slug, query in searches.items()
        if not answers.searches[slug]
        and (
            not answers.before.searches.get(slug)
            or answers.before.last_check.searches.get(slug) != query
        )
    }


def _refuse_shrinkage(
    answers: _Answers,
    searches: Mapping[str, str],
    skipped: Mapping[str, str],
    *,
    accept: bool,
) -> None:
    """Raise Refused where a search finds nothing any more, or far less and that is not accepted.

    A search that never found anything is only skipped, unless that is true of all searches: then it
    is not the searches that are wrong.
    """
    lines = []
    for slug, condition in searches.items():
        was, now = len(answers.before.searches.get(slug, ())), len(answers.searches[slug])
        is_edited = answers.before.last_check.searches.get(slug) != condition
        line = f"the search for {condition!r} found {now} studies, {was} last time"
        if slug in skipped:
            if len(skipped) == len(searches):
                lines.append(f"{line}: see content/diseases/{slug}.md")
        elif now == 0:
            lines.append(line)
        elif now < was * SHRINKAGE and was - now > SMALL and not is_edited and not accept:
            lines.append(f"{line}: if that is right, run again with --accept-shrinkage")
    if lines:
        raise Refused(*lines)


def _warnings(answers: _Answers, searched: _Searched, named: set[str]) -> Iterator[str]:
    """Yield what a person should look at, though the night succeeds."""
    for slug, query in searched.skipped.items():
        path = f"content/diseases/{slug}.md"
        yield f"{path}: the search for {query!r} has never found anything: skipped"
    was, now = answers.before.last_check.api_version, answers.version.api_version
    if was and was != now:
        yield f"the registry's API is version {now} now, it was {was}: read what changed in it"
    for nct_id in sorted(answers.gone.keys() & named):
        took_over = f"; {answers.gone[nct_id]} took over" if answers.gone[nct_id] else ""
        yield f"content/ names {nct_id}, which the registry does not have{took_over}"
    for nct_id, error in sorted(answers.unreadable.items()):
        outcome = "is kept as it was" if nct_id in answers.before.studies else "is left out"
        yield f"{nct_id} {outcome}: {error}"
    for what in sorted(answers.unknown.keys() - set(answers.before.last_check.unknown)):
        yield f"new to this program: {what} (in {answers.unknown[what]}); kept as it is"


# The changes


def _as_logged(
    changes: Iterable[Change], answers: _Answers, log: Sequence[Change], on: date
) -> list[Change]:
    """Return the changes of a check as they go into the log, sorted by study and weight.

    Each gets the date and number of the check, and after a gap the diseases whose digests have it.
    A small move of a date is notable where it and those before it amount to a month.
    """
    last_check = answers.before.last_check.checked
    is_gap = bool(last_check) and on - date.fromisoformat(last_check) > CATCH_UP
    run = 1 + max((change.run for change in log if change.date == on.isoformat()), default=0)
    dated = [
        replace(
            change,
            date=on.isoformat(),
            catch_up=is_gap,
            diseases=_diseases(change.nct_id, answers) if is_gap else change.diseases,
            run=run,
        )
        for change in changes
    ]
    return sorted(
        (with_drift(change, log) for change in dated),
        key=lambda change: (change.nct_id, *change.order),
    )


def _diseases(nct_id: str, answers: _Answers) -> tuple[str, ...]:
    """Return the slugs of the diseases whose searches have a study, or else had it."""
    slugs = (s for s in sorted(answers.searches) if nct_id in answers.searches[s])
    return tuple(slugs) or tuple(
        s for s, ids in sorted(answers.before.searches.items()) if nct_id in ids
    )


def _record_changes(answers: _Answers) -> Iterator[Change]:
    for nct_id, study in sorted(answers.fresh.items()):
        if nct_id in answers.before.studies:
            yield from changes_between(answers.before.studies[nct_id], study)


def changes_between(old: Study, new: Study) -> Iterator[Change]:
    """Yield the differences of two versions of a study as Changes without a date."""
    for field_change in compare(old, new):
        yield Change(date="", nct_id=new.nct_id, **vars(field_change))
