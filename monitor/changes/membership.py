"""Which studies came and went: first seen, missing from a search, gone from the registry.

Searches lose studies for a day, and so may the registry itself. A study that is missing from a
search was asked for by id, and nothing is logged before a second night confirms it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.data import KINDS, MEMBERSHIP, Change, Data
from monitor.registry import Study

RECENTLY = timedelta(days=30)  # registered so long before the last check, a study is still new


@dataclass(frozen=True)
class Membership:
    """Who came and went in a night, and what waits for a second night to confirm it."""

    changes: list[Change]
    missing: dict[str, dict[str, str]]  # as in snapshot.Night
    absent: dict[str, str]


def membership(
    before: Data,
    searches: Mapping[str, set[str]],
    gone: Mapping[str, str],
    first_seen: Mapping[str, Study],
    log: list[Change],
    on: date,
) -> Membership:
    """Hold tonight's answers against what was known.

    `searches` are tonight's ids for each search that can be compared with its last time; `gone` the
    ids that the registry does not have, each with the id that took over or ""; `first_seen` the
    studies that had no snapshot until tonight.
    """
    tonight = on.isoformat()
    was: dict[str, set[str]] = {}  # id -> slugs of the searches it was last known to be in
    now: dict[str, set[str]] = {}
    missing: dict[str, dict[str, str]] = {}
    for slug, ids in searches.items():
        waiting = before.night.missing.get(slug, {})
        known = {*before.searches.get(slug, ()), *waiting}
        since = {nct_id: waiting.get(nct_id, tonight) for nct_id in sorted(known - ids)}
        pending = {nct_id: night for nct_id, night in since.items() if night == tonight}
        if pending:
            missing[slug] = pending
        for table, members in ((was, known), (now, ids | pending.keys())):
            for nct_id in members:
                table.setdefault(nct_id, set()).add(slug)
    absent = {
        nct_id: before.night.absent.get(nct_id, tonight)
        for nct_id in sorted(gone.keys() & before.studies.keys())
    }
    highest = max([*before.studies, *(change.nct_id for change in log)], default="")
    changes = []
    for nct_id in sorted({*was, *now, *absent}):
        old, new = was.get(nct_id, set()), now.get(nct_id, set())
        if nct_id in absent:
            sure = gone[nct_id] or absent[nct_id] < tonight
            if sure and last_membership(log, nct_id) != "removed":
                removed = _change(nct_id, "removed", "nct_id", nct_id, gone[nct_id] or None)
                changes.append(replace(removed, diseases=tuple(sorted(old))))
        elif new != old:
            kind = "tracked" if new - old else "left"
            study = first_seen.get(nct_id)
            if kind == "tracked" and study and _is_new(study, highest, before.night.checked):
                kind = "new"
            slugs = (sorted(each) or None for each in (old, new))
            changes.append(_change(nct_id, kind, "searches", *slugs))
    return Membership(changes, missing, absent)


def last_membership(log: list[Change], nct_id: str) -> str:
    """Return the last kind that the log has on a study's coming and going; "" for none."""
    kinds = (c.kind for c in reversed(log) if c.nct_id == nct_id and c.kind in MEMBERSHIP)
    return next(kinds, "")


def _is_new(study: Study, highest: str, last_check: str) -> bool:
    """Whether a study that is first seen tonight was registered lately.

    Its record says so by a date, or its id does: the registry counts them up, and `highest` is the
    highest that was ever seen.
    """
    if study.nct_id > highest:
        return True
    posted = study.first_post_date
    return bool(posted and posted.first_day >= date.fromisoformat(last_check) - RECENTLY)


def _change(nct_id: str, kind: str, field: str, old: object, new: object) -> Change:
    return Change("", nct_id, kind, KINDS[kind].rank, field, old, new)
