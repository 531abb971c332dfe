"""Which studies entered or left the searches, or the registry.

Searches lose studies for a day, and so may the registry itself. A study that a search misses is
requested by its id, and nothing is logged before a second night confirms that it has left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.data import KINDS, MEMBERSHIP, Change, Data
from monitor.registry import Study

RECENTLY = timedelta(days=30)  # a study registered this long before the last check is still new


@dataclass(frozen=True)
class Membership:
    """The studies that entered or left in a night, and those that a second night has to confirm."""

    changes: list[Change]
    missing: dict[str, dict[str, str]]  # as in Check
    absent: dict[str, str]  # as in Check


def membership(
    before: Data,
    searches: Mapping[str, set[str]],
    gone: Mapping[str, str],
    first_seen: Mapping[str, Study],
    log: list[Change],
    on: date,
) -> Membership:
    """Compare tonight's searches with data/; return the changes, undated.

    `searches` has tonight's ids of each search that is comparable with its last result; `gone` the
    ids that the registry does not have, each with the id that took over or ""; `first_seen` the
    studies that had no snapshot until tonight.
    """
    tonight = on.isoformat()
    earlier = {
        slug: {*before.searches.get(slug, ()), *before.last_check.missing.get(slug, ())}
        for slug in searches
    }
    missing = {
        slug: dict.fromkeys(unconfirmed, tonight)
        for slug, ids in searches.items()
        if (unconfirmed := _unconfirmed(before, slug, earlier[slug] - ids, tonight))
    }
    was = _by_study(earlier)
    now = _by_study({slug: {*ids, *missing.get(slug, ())} for slug, ids in searches.items()})
    absent = {
        nct_id: before.last_check.absent.get(nct_id, tonight)
        for nct_id in sorted(gone.keys() & before.studies.keys())
    }
    changes = [
        replace(
            _change(nct_id, "removed", "nct_id", nct_id, gone[nct_id] or None),
            diseases=tuple(sorted(was.get(nct_id, ()))),
        )
        for nct_id, since in absent.items()
        if (gone[nct_id] or since < tonight) and last_membership(log, nct_id) != "removed"
    ]
    highest = max([*before.studies, *(change.nct_id for change in log)], default="")
    for nct_id in sorted({*was, *now} - absent.keys()):
        old, new = was.get(nct_id, set()), now.get(nct_id, set())
        if new != old:
            study = first_seen.get(nct_id)
            is_new = study and _is_new(study, highest, before.last_check.checked)
            kind = "left" if not new - old else "new" if is_new else "tracked"
            changes.append(
                _change(nct_id, kind, "searches", sorted(old) or None, sorted(new) or None)
            )
    return Membership(changes, missing, absent)


def _unconfirmed(before: Data, slug: str, lost: set[str], tonight: str) -> list[str]:
    """Return those of the studies that a search has lost which it has lost only tonight."""
    since = before.last_check.missing.get(slug, {})
    return [nct_id for nct_id in sorted(lost) if since.get(nct_id, tonight) == tonight]


def _by_study(searches: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return id -> slugs of the searches that have it."""
    slugs: dict[str, set[str]] = {}
    for slug, ids in searches.items():
        for nct_id in ids:
            slugs.setdefault(nct_id, set()).add(slug)
    return slugs


def last_membership(log: list[Change], nct_id: str) -> str:
    """Return the kind of the last MEMBERSHIP change of a study; "" for none."""
    kinds = (c.kind for c in reversed(log) if c.nct_id == nct_id and c.kind in MEMBERSHIP)
    return next(kinds, "")


def _is_new(study: Study, highest: str, last_check: str) -> bool:
    """Return whether a study that is first seen tonight was registered recently.

    By its first post date, or by its id: the registry numbers studies upwards, and `highest` is the
    highest id so far.
    """
    if study.nct_id > highest:
        return True
    posted = study.first_post_date
    return bool(posted and posted.first_day >= date.fromisoformat(last_check) - RECENTLY)


def _change(nct_id: str, kind: str, field: str, old: object, new: object) -> Change:
    return Change("", nct_id, kind, KINDS[kind].rank, field, old, new)
