"""One night: `look` asks the registry and compares, `write` writes data/.

In: data/ as it was, the searches and ids that content/ names, a Registry, a date. Nothing is
written before everything was asked, checked and compared, and then all of it or nothing: a night
that is killed has either happened or not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from monitor.changes import compare, last_membership, membership, with_drift
from monitor.data import (
    Change,
    Data,
    Night,
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
from monitor.registry import (
    Merged,
    Registry,
    RegistryError,
    ShapeError,
    Study,
    Version,
    is_loopback,
    study_from,
    unknown,
)

CATCH_UP = timedelta(days=14)  # after a longer gap nobody can say on which day a change happened
SHRINKAGE = 0.9  # a search that finds less than this share of the last time's is not believed
LARGEST = 5_000_000  # bytes of a record: the largest real ones have 0.4 MB, and git keeps them all
SMALL = 5  # but a loss of so few studies always is
WALKS = 2  # a night is begun again, once, where the registry loaded new data meanwhile

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a night brought."""

    changes: list[Change]
    warnings: list[str]
    records: dict[str, bytes]  # id -> snapshot, as it is to be written
    searches: dict[str, set[str]]  # disease slug -> ids
    night: Night
    baseline: bool  # nothing could be compared: first night, or another source
    followed: dict[str, int]  # diseases that were followed for the first time -> studies found


@dataclass
class _Seen:
    """The registry's answers of one night."""

    version: Version
    searches: dict[str, set[str]]  # disease slug -> ids
    records: dict[str, bytes]  # id -> snapshot
    aliases: dict[str, str]  # id that was merged -> id that took over
    gone: dict[str, str]  # ids asked for and not there -> the id that took over, or ""
    unreadable: dict[str, str]  # id -> what is wrong with its record
    unknown: dict[str, str]  # what the code has never heard of -> an id that has it
    fresh: dict[str, Study]  # studies whose snapshot is new or another than before

    def take(self, record: dict[str, Any], before: Data, root: Path) -> str:
        """Keep a record as it will be written; return its id ("" where it is of no use).

        The one place where a record proves to be odd: its study is kept as it was, and named.
        """
        nct_id: str = record["protocolSection"]["identificationModule"]["nctId"]
        try:
            kept = normalise(record)
            content = dump(kept)
            if len(content) > LARGEST:
                raise ShapeError(
                    f"it has {len(content) / 1e6:,.0f} MB, {LARGEST / 1e6:.0f} at most"
                )
            study = before.studies.get(nct_id)
            if study is None or study_path(root, nct_id).read_bytes() != content:
                study = study_from(kept)
                self.fresh[nct_id] = study
                self.unknown.update(dict.fromkeys(unknown(kept), nct_id))
        except ShapeError as error:
            self.unreadable[nct_id] = str(error)
            return nct_id if nct_id in before.studies else ""
        self.aliases.update(dict.fromkeys(study.aliases, nct_id))
        self.records[nct_id] = content
        return nct_id


def look(
    root: Path,
    searches: Mapping[str, str],
    named: Iterable[str],
    registry: Registry,
    on: date,
    *,
    accept_shrinkage: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Return what `registry` says on the date `on`, held against data/ below `root`.

    Writes nothing, but for finishing what a killed night had decided to write. `searches` maps a
    disease's slug to its query.cond; `named` are ids that content/ names. Raises Refused where
    data/ is damaged or the registry cannot be trusted. A damaged line of the log is a warning, and
    stays as it is: no night is lost for it.
    """
    finish(root / "data")
    problems: list[Problem] = []
    damaged: list[Problem] = []
    before = read_data(root, problems)
    log = changelog.read(root, damaged)
    problems += [problem for problem in damaged if not problem.line]
    if problems:
        raise Refused(*problems)
    last_check = before.night.checked
    if last_check and on < date.fromisoformat(last_check):
        raise Refused(f"{on} is before the last check, {last_check}: the log only grows")
    try:
        seen = _collect(root, registry, searches, before, set(named), log, progress)
    except RegistryError as error:
        raise Refused(str(error)) from error
    skipped = _fruitless(before, seen, searches)
    _refuse_shrinkage(before, seen, searches, skipped, accept=accept_shrinkage)
    for slug in skipped:
        seen.searches[slug] = set(before.searches.get(slug, ()))
    queries = {**searches, **{slug: before.night.searches.get(slug, "") for slug in skipped}}
    queries = {slug: query for slug, query in queries.items() if query}
    results = {slug: ids for slug, ids in seen.searches.items() if slug in queries}
    source = "replay" if is_loopback(registry.base_url) else registry.base_url
    baseline = before.night.source != source
    # The first night of a search, or of an edited one, has nothing to be held against.
    comparable = {
        slug: ids
        for slug, ids in results.items()
        if not baseline
        and slug not in skipped
        and before.night.searches.get(slug) == searches[slug]
    }
    first_seen = {i: study for i, study in seen.fresh.items() if i not in before.studies}
    members = membership(before, comparable, seen.gone, first_seen, log, on)
    undated = [] if baseline else [*members.changes, *_record_changes(before, seen)]
    gap = bool(last_check) and on - date.fromisoformat(last_check) > CATCH_UP
    run = 1 + max((change.run for change in log if change.date == on.isoformat()), default=0)
    dated = [
        replace(
            change,
            date=on.isoformat(),
            catch_up=gap,
            diseases=_diseases(change.nct_id, before, seen) if gap else change.diseases,
            run=run,
        )
        for change in undated
    ]
    changes = [with_drift(change, log) for change in dated]
    changes.sort(key=lambda change: (change.nct_id, *change.order))
    night = Night(
        api_version=seen.version.api_version,
        data_timestamp=seen.version.data_timestamp,
        checked=on.isoformat(),
        source=source,
        searches=queries,
        followed_since={
            slug: before.night.since(slug) if slug in before.searches else on.isoformat()
            for slug in searches
        },
        logged_since=on.isoformat() if baseline else before.night.logged_since,
        missing={
            slug: nights
            for slug, nights in {**before.night.missing, **members.missing}.items()
            if slug in skipped or slug in members.missing
        },
        absent=members.absent,
        unknown=sorted({*before.night.unknown, *seen.unknown}),
    )
    warnings = [
        *map(str, damaged),
        *(f"{_line(slug, searches[slug])} has never found anything: skipped" for slug in skipped),
        *_warnings(before, seen, set(named)),
    ]
    followed = {
        slug: len(ids) for slug, ids in sorted(results.items()) if slug not in before.night.searches
    }
    return Report(changes, warnings, seen.records, results, night, baseline, followed)


def write(root: Path, report: Report) -> list[str]:
    """Write what `look` found, all or nothing; return what changed, from the root of the tree."""
    files = snapshot.files(root, report.records, report.searches, report.night)
    files |= changelog.appended(root, report.changes)
    return [f"data/{path}" for path in replace_all(root / "data", files)]


# Asking


def _collect(
    root: Path,
    registry: Registry,
    searches: Mapping[str, str],
    before: Data,
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> _Seen:
    for _ in range(WALKS):
        seen = _Seen(registry.version(), {}, {}, {}, {}, {}, {}, {})
        failure: RegistryError | None = None
        try:
            _collect_once(root, registry, seen, searches, before, named, log, progress)
        except RegistryError as error:
            failure = error
        if registry.version() == seen.version:
            if failure:
                raise failure
            return seen
        progress("the registry loaded new data meanwhile; beginning again")
    raise RegistryError(f"the registry loaded new data {WALKS} times while it was read")


def _collect_once(
    root: Path,
    registry: Registry,
    seen: _Seen,
    searches: Mapping[str, str],
    before: Data,
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> None:
    """Fill `seen`: every search; then, by id, what content/ names or data/ has besides."""
    for slug, condition in searches.items():
        ids = seen.searches.setdefault(slug, set())
        for record in registry.search(condition):
            ids.add(seen.take(record, before, root))
            ids.discard("")
            if len(ids) % 500 == 0:
                progress(f"{slug}: {len(ids)} studies")
    known = set().union(*seen.searches.values(), seen.unreadable)
    wanted = sorted((named | before.studies.keys()) - known)
    progress(f"{len(wanted)} studies by id")
    by_id = {seen.take(record, before, root) for record in registry.studies(wanted)}
    for nct_id in sorted(set(wanted) - by_id - seen.unreadable.keys()):
        if nct_id in seen.aliases:
            seen.gone[nct_id] = seen.aliases[nct_id]
        elif last_membership(log, nct_id) == "removed":
            seen.gone[nct_id] = ""
        else:
            progress(f"looking for {nct_id}")
            answer = registry.look_up(nct_id)
            if isinstance(answer, dict):
                seen.take(answer, before, root)
            else:
                seen.gone[nct_id] = answer.nct_id if isinstance(answer, Merged) else ""


def _fruitless(before: Data, seen: _Seen, searches: Mapping[str, str]) -> list[str]:
    """Return diseases whose searches, as they are written, never had a result: slips of the pen."""
    return [
        slug
        for slug, query in searches.items()
        if not seen.searches[slug]
        and (not before.searches.get(slug) or before.night.searches.get(slug) != query)
    ]


def _line(slug: str, query: str) -> str:
    return f"content/diseases/{slug}.md: the search for {query!r}"


def _refuse_shrinkage(
    before: Data, seen: _Seen, searches: Mapping[str, str], skipped: Sequence[str], *, accept: bool
) -> None:
    """A search that finds nothing any more is wrong; one that finds far less, unless accepted.

    Where not one finds anything, it is not the searches that are wrong.
    """
    lines = []
    for slug, condition in searches.items():
        known, now = len(before.searches.get(slug, ())), len(seen.searches[slug])
        edited = before.night.searches.get(slug) != condition
        line = f"the search for {condition!r} found {now} studies, {known} last time"
        if slug in skipped:
            if len(skipped) == len(searches):
                lines.append(f"{line}: see content/diseases/{slug}.md")
        elif now == 0:
            lines.append(line)
        elif now < known * SHRINKAGE and known - now > SMALL and not edited and not accept:
            lines.append(f"{line}: if that is right, run again with --accept-shrinkage")
    if lines:
        raise Refused(*lines)


def _warnings(before: Data, seen: _Seen, named: set[str]) -> Iterator[str]:
    was, now = before.night.api_version, seen.version.api_version
    if was and was != now:
        yield f"the registry's API is version {now} now, it was {was}: read what changed in it"
    for nct_id in sorted(seen.gone.keys() & named):
        took_over = f"; {seen.gone[nct_id]} took over" if seen.gone[nct_id] else ""
        yield f"content/ names {nct_id}, which the registry does not have{took_over}"
    for nct_id, error in sorted(seen.unreadable.items()):
        kept = "is kept as it was" if nct_id in before.studies else "is left out"
        yield f"{nct_id} {kept}: {error}"
    for what in sorted(seen.unknown.keys() - set(before.night.unknown)):
        yield f"new to this program: {what} (in {seen.unknown[what]}); kept as it is"


# What changed


def _diseases(nct_id: str, before: Data, seen: _Seen) -> tuple[str, ...]:
    """Return the diseases whose searches have a study, or had it last time."""
    slugs = (s for s in sorted(seen.searches) if nct_id in seen.searches[s])
    return tuple(slugs) or tuple(s for s, ids in sorted(before.searches.items()) if nct_id in ids)


def _record_changes(before: Data, seen: _Seen) -> Iterator[Change]:
    for nct_id, study in sorted(seen.fresh.items()):
        if nct_id in before.studies:
            yield from changes_between(before.studies[nct_id], study)


def changes_between(old: Study, new: Study) -> Iterator[Change]:
    """Yield what `compare` finds, as Changes without a date."""
    for finding in compare(old, new):
        yield Change(
            date="",
            nct_id=new.nct_id,
            kind=finding.kind,
            rank=finding.rank,
            field=finding.field,
            old=finding.old,
            new=finding.new,
            why_stopped=finding.why_stopped,
            last_known=finding.last_known,
            opened=finding.opened,
        )
