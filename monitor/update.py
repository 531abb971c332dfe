"""One night: ask the registry, tell what changed, write data/.

In: data/ as it was, the searches and ids that content/ names, a Registry, a date. Out: data/ as it
is, and a Report. Either the whole night is written or nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from monitor import changelog
from monitor.changelog import KINDS, MEMBERSHIP, Change
from monitor.compare import compare
from monitor.problems import Problem, Refused
from monitor.registry import Merged, Registry, RegistryError, Version, is_loopback
from monitor.snapshot import Data, Night, dump, normalise, parse, read_data, study_path, write_data
from monitor.study import ShapeError, Study, study_from

RECENTLY = timedelta(days=30)  # registered so long before the last check, a study is still new
CATCH_UP = timedelta(days=14)  # after a longer gap nobody can say on which day a change happened
SHRINKAGE = 0.9  # a search that finds less than this share of the last time's is not believed
WALKS = 3  # how often a night is begun again because the registry loaded new data meanwhile

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a night brought."""

    changes: list[Change]
    warnings: list[str]
    written: list[str]  # files, from the root of the tree
    studies: int  # seen tonight
    baseline: bool  # nothing could be compared: first night, or another source


@dataclass(frozen=True)
class _Seen:
    """The registry's answers of one night."""

    version: Version
    searches: dict[str, set[str]]  # disease slug -> ids
    records: dict[str, bytes]  # id -> snapshot
    absent: dict[str, str]  # ids asked for by name and not there -> the id that took over, or ""
    warnings: list[str]


def update(
    root: Path,
    searches: Mapping[str, str],
    named: Iterable[str],
    registry: Registry,
    on: date,
    *,
    accept_shrinkage: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Bring data/ below `root` up to what `registry` says on the date `on`.

    `searches` maps a disease's slug to its query.cond; `named` are ids that content/ names. Raises
    Refused, with nothing written, where data/ is damaged or the registry cannot be trusted.
    """
    problems: list[Problem] = []
    before = read_data(root, problems)
    log = changelog.read(root, problems)
    if problems:
        raise Refused(*problems)
    if before.night.checked and on < date.fromisoformat(before.night.checked):
        raise Refused(f"{on} is before the last check, {before.night.checked}: the log only grows")
    try:
        seen = _ask(registry, searches, before, set(named), log, progress)
    except RegistryError as error:
        raise Refused(str(error)) from error
    if not accept_shrinkage:
        _refuse_shrinkage(before, seen, searches)
    source = "replay" if is_loopback(registry.base_url) else registry.base_url
    baseline = before.night.source != source
    night, changes = _membership(before, seen, searches, log, on, baseline)
    if not baseline:
        changes += _record_changes(root, before, seen)
    gap = bool(before.night.checked) and (on - date.fromisoformat(before.night.checked) > CATCH_UP)
    changes = [replace(change, date=on.isoformat(), catch_up=gap) for change in changes]
    changes = _unsaid(changes, log, before.night.checked)
    changes.sort(key=lambda change: (change.nct_id, *change.order))
    night = replace(
        night,
        api_version=seen.version.api_version,
        data_timestamp=seen.version.data_timestamp,
        checked=on.isoformat(),
        source=source,
        searches=dict(searches),
    )
    # The log goes first and registry.json last: a night that is killed in between is found
    # unfinished by the next one, which then knows what was said already (_unsaid).
    written = changelog.append(root, changes)
    written += write_data(root, seen.records, seen.searches, night)
    return Report(changes, seen.warnings, written, len(seen.records), baseline)


# Asking


def _ask(
    registry: Registry,
    searches: Mapping[str, str],
    before: Data,
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> _Seen:
    for _ in range(WALKS):
        version = registry.version()
        failure: RegistryError | None = None
        try:
            seen = _walk(registry, version, searches, before, named, log, progress)
        except RegistryError as error:
            failure = error
        if registry.version() == version:
            if failure:
                raise failure
            return seen
        progress("the registry loaded new data meanwhile; beginning again")
    raise RegistryError(f"the registry loaded new data {WALKS} times while it was read")


def _walk(
    registry: Registry,
    version: Version,
    searches: Mapping[str, str],
    before: Data,
    named: set[str],
    log: list[Change],
    progress: Progress,
) -> _Seen:
    found: dict[str, set[str]] = {}
    records: dict[str, bytes] = {}
    aliases: dict[str, str] = {}
    warnings: list[str] = []

    def take(record: dict[str, object]) -> str:
        """Keep a record as it will be written; return its id."""
        kept = normalise(record)
        nct_id = str(kept["protocolSection"]["identificationModule"]["nctId"])
        try:
            study = study_from(kept)
        except ShapeError as error:
            warnings.append(f"{nct_id} is kept as it was: {error}")
            return nct_id
        aliases.update(dict.fromkeys(study.aliases, nct_id))
        records[nct_id] = dump(kept)
        return nct_id

    for slug, condition in searches.items():
        found[slug] = set()
        for record in registry.search(condition):
            found[slug].add(take(record))
            if len(found[slug]) % 500 == 0:
                progress(f"{slug}: {len(found[slug])} studies")
    searched = set().union(*found.values())
    wanted = sorted((named | before.studies.keys()) - searched)
    progress(f"{len(wanted)} studies by id")
    by_id = {take(record) for record in registry.studies(wanted)}
    absent: dict[str, str] = {}
    for nct_id in sorted(set(wanted) - by_id):
        if nct_id in aliases:
            absent[nct_id] = aliases[nct_id]
        elif _last_membership(log, nct_id) == "removed":
            absent[nct_id] = ""
        else:
            progress(f"looking for {nct_id}")
            answer = registry.look_up(nct_id)
            if isinstance(answer, dict):
                take(answer)
            else:
                absent[nct_id] = answer.nct_id if isinstance(answer, Merged) else ""
    for nct_id in sorted(absent.keys() & named):
        took_over = f"; {absent[nct_id]} took over" if absent[nct_id] else ""
        warnings.append(f"content/ names {nct_id}, which the registry does not have{took_over}")
    return _Seen(version, found, records, absent, warnings)


def _refuse_shrinkage(before: Data, seen: _Seen, searches: Mapping[str, str]) -> None:
    lines = []
    for slug, condition in searches.items():
        known = len(before.searches.get(slug, ()))
        now = len(seen.searches[slug])
        edited = before.night.searches.get(slug) != condition
        if now == 0 or (now < known * SHRINKAGE and known - now > 5 and not edited):
            lines.append(
                f"the search for {condition!r} found {now} studies, {known} last time:"
                " if that is right, run again with --accept-shrinkage"
            )
    if lines:
        raise Refused(*lines)


# What changed


def _membership(
    before: Data,
    seen: _Seen,
    searches: Mapping[str, str],
    log: list[Change],
    on: date,
    baseline: bool,
) -> tuple[Night, list[Change]]:
    """Which studies came and went; and what waits for a second night to confirm it."""
    tonight = on.isoformat()
    missing: dict[str, dict[str, str]] = {}
    was: dict[str, set[str]] = {}  # id -> slugs of the searches it was last known to be in
    now: dict[str, set[str]] = {}
    for slug, condition in searches.items():
        waiting = before.night.missing.get(slug, {})
        old = {*before.searches.get(slug, ()), *waiting}
        new = set(seen.searches[slug])
        if baseline or before.night.searches.get(slug) != condition:
            continue  # the first night of a search: there is nothing to hold it against
        # Searches lose studies for a day: only a second night makes it true.
        pending = {
            nct_id: waiting.get(nct_id, tonight)
            for nct_id in sorted(old - new)
            if waiting.get(nct_id, tonight) == tonight
        }
        if pending:
            missing[slug] = pending
        for nct_id in old:
            was.setdefault(nct_id, set()).add(slug)
        for nct_id in new | pending.keys():
            now.setdefault(nct_id, set()).add(slug)
    absent = {
        nct_id: before.night.absent.get(nct_id, tonight)
        for nct_id in sorted(seen.absent.keys() & before.studies.keys())
    }
    changes = []
    for nct_id in sorted({*was, *now, *absent}):
        searched = [sorted(table.get(nct_id, ())) or None for table in (was, now)]
        if nct_id in absent:
            successor = seen.absent[nct_id]
            sure = bool(successor) or absent[nct_id] < tonight
            if sure and not baseline and _last_membership(log, nct_id) != "removed":
                changes.append(_change(nct_id, "removed", "nct_id", nct_id, successor or None))
        elif now.get(nct_id, set()) - was.get(nct_id, set()):
            kind = "new" if _is_new(before, seen, nct_id) else "tracked"
            changes.append(_change(nct_id, kind, "searches", *searched))
        elif was.get(nct_id, set()) - now.get(nct_id, set()):
            changes.append(_change(nct_id, "left", "searches", *searched))
    return Night(missing=missing, absent=absent), changes


def _is_new(before: Data, seen: _Seen, nct_id: str) -> bool:
    """First seen tonight, and by its own record registered lately; unknown is not new."""
    if nct_id in before.studies or nct_id not in seen.records:
        return False
    first_post = study_from(parse(seen.records[nct_id])).first_post_date
    last_check = date.fromisoformat(before.night.checked)
    return first_post is not None and first_post.first_day >= last_check - RECENTLY


def _record_changes(root: Path, before: Data, seen: _Seen) -> Iterator[Change]:
    for nct_id, content in sorted(seen.records.items()):
        old = before.studies.get(nct_id)
        if old is None or study_path(root, nct_id).read_bytes() == content:
            continue
        yield from changes_between(old, study_from(parse(content)))


def changes_between(old: Study, new: Study) -> Iterator[Change]:
    """What `compare` finds, as Changes without a date."""
    for found in compare(old, new):
        yield Change(
            date="",
            nct_id=new.nct_id,
            kind=found.kind,
            rank=found.rank,
            field=found.field,
            old=found.old,
            new=found.new,
            why_stopped=found.why_stopped,
            last_known=found.last_known,
        )


def _change(nct_id: str, kind: str, field: str, old: object, new: object) -> Change:
    return Change("", nct_id, kind, KINDS[kind], field, old, new)


def _last_membership(log: list[Change], nct_id: str) -> str:
    for change in reversed(log):
        if change.nct_id == nct_id and change.kind in MEMBERSHIP:
            return change.kind
    return ""


def _unsaid(changes: list[Change], log: list[Change], checked: str) -> list[Change]:
    """Less what a killed night has logged already: whatever is later than the last check."""
    unfinished = [change for change in log if change.date > checked]
    facts = {change.fact for change in unfinished}
    arrived = {change.nct_id for change in unfinished if change.kind in MEMBERSHIP}
    return [
        change
        for change in changes
        if change.fact not in facts and not (change.kind in MEMBERSHIP and change.nct_id in arrived)
    ]
