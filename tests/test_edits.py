"""Thirty-one real trials in two or more versions: what sponsors and the registry really change.

expected_edits.json was written by reading the records pairwise, not by running the code. A row is
[kind, field, removed, added, changed], the last three counting items.
"""

import json
from collections import Counter
from typing import Any

import pytest

from monitor.changes.rules import FieldChange
from monitor.changes.watched import compare
from monitor.registry.study import Study, study_from
from tests.trees import PROJECT, REAL

EDITS = REAL / "registry" / "edits"
EXPECTED = json.loads((PROJECT / "tests/expected_edits.json").read_text("utf-8"))
CASES = [(nct_id, newer) for nct_id, versions in EXPECTED.items() for newer in versions]

pytestmark = pytest.mark.real


def versions(nct_id: str, newer: str) -> tuple[Study, Study]:
    """The record of a date and the one before it."""
    dates = sorted(path.stem for path in (EDITS / nct_id).glob("*.json"))
    older = dates[dates.index(newer) - 1]
    before, after = (
        study_from(json.loads((EDITS / nct_id / f"{date}.json").read_bytes()))
        for date in (older, newer)
    )
    return before, after


def counts(changes: list[FieldChange]) -> list[list[Any]]:
    """Changes as rows of the expected table."""
    rows: dict[tuple[str, str], Counter[str]] = {}
    for found in changes:
        what = "changed" if found.old is not None and found.new is not None else ""
        what = what or ("added" if found.old is None else "removed")
        listed = next((v for v in (found.new, found.old) if isinstance(v, list)), None)
        single = listed is None or found.field == "phases"
        row = rows.setdefault((found.kind, found.field), Counter())
        row[what] += 1 if single else len(listed or ())
    return sorted([*key, n["removed"], n["added"], n["changed"]] for key, n in rows.items())


@pytest.mark.parametrize(("nct_id", "newer"), CASES)
def test_real_edits_give_exactly_the_expected_changes(nct_id: str, newer: str) -> None:
    if not EDITS.is_dir():
        pytest.skip(f"NOT TESTED ON REAL DATA: {EDITS} is missing")
    before, after = versions(nct_id, newer)
    assert counts(compare(before, after)) == sorted(EXPECTED[nct_id][newer])


@pytest.mark.parametrize(("nct_id", "newer"), CASES)
def test_nothing_changed_is_nothing(nct_id: str, newer: str) -> None:
    if not EDITS.is_dir():
        pytest.skip(f"NOT TESTED ON REAL DATA: {EDITS} is missing")
    for study in versions(nct_id, newer):
        assert compare(study, study) == []
