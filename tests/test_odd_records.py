"""Whatever the registry may send, a night takes it or keeps what it had, and the site renders it.

Fields are those of the registry's own description (registry_fields); values are what each could
hold and what none should: other kinds of JSON, numbers and dates beyond reason, texts without end.
"""

import copy
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor import website
from tests.conftest import REPORT
from tests.records import Record, nct, place, record
from tests.registry_fields import KNOWN, Steps
from tests.registry_server import RegistryServer
from tests.trees import log, night, snapshot_of, tree

TOP = ("protocolSection", "hasResults", "documentSection", "annotationSection")
NAMED = ("protocolSection", "identificationModule", "nctId")  # without it a record is nobody's
FIELDS = sorted(path for path in KNOWN if path[0] in TOP and path != NAMED[: len(path)])
RECORDS = 12  # of a night

DEEP: Any = "end"
for _ in range(300):
    DEEP = [DEEP]
WIDE: Any = {"a": {"b": {"c": [[{}]]}}}

DATES = (
    *("9999-12-31", "9999-12", "9999", "0001-01-01", "0000-00-00", "1900-02-29", "2026-13"),
    *("2026-02-30", "2026-1-1", "31.12.2026", "2026-05-01T00:00:00Z", "-2026-05-01", "10000-01-01"),
)
NUMBERS = (
    *(0, -1, 1, 2**31, 2**53 + 1, 2**63, 2**64, 10**400, -(2**70)),
    *(0.1, 1e-320, 1e308, -0.0, 33.333),
)
TEXTS = (
    *("", " ", "\n\n", "\x00", "\u202e\u2066", "\ufffe", "'\"<>&", "{{ 7 }}", "a" * 100_000),
    *("[" * 30_000, "(" * 30_000, "* " * 20_000, "1. " * 10_000, "\\" * 30_000, "\n* a" * 3_000),
    *("é" * 5_000, "日本語" * 300, "☃", "N/A", "18 Years", "-1 Years", "9" * 400 + " Years"),
    *("https://[bad/", "javascript:alert(1)", "https://?", "//evil.example", "con", "../../x"),
    *("RECRUITING", "NEW_STATUS", "PHASE9", "ACTUAL", "NCT00000000", "Inclusion Criteria:"),
)
SCALARS = st.sampled_from([None, True, False, *NUMBERS, *DATES, *TEXTS]) | st.text(max_size=30)
VALUES = (
    SCALARS
    | st.sampled_from([[], {}, [[]], [None], [{}], DEEP, WIDE, {"date": "9999-12-31"}])
    | st.lists(SCALARS, max_size=3)
    | st.builds(lambda value, count: [value] * count, SCALARS, st.sampled_from([2, 400]))
)
EDIT = st.tuples(st.sampled_from(FIELDS), VALUES, st.booleans())
EDITS = st.lists(EDIT, min_size=1, max_size=3)

counts: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def outcome(pytestconfig: pytest.Config) -> Iterator[None]:
    yield
    reported = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    pytestconfig.stash.setdefault(REPORT, []).append(f"Odd records: {reported}.")


def whole(number: int) -> Record:
    """A record with something in most of its parts."""
    return record(
        number,
        identificationModule__acronym="ODD",
        contactsLocationsModule__locations=[place("A", "B", zip="1", status="RECRUITING")],
        referencesModule__references=[{"pmid": "1", "citation": "C", "type": "RESULT"}],
        referencesModule__seeAlsoLinks=[{"label": "D", "url": "https://example.org"}],
        top__documentSection={"largeDocumentModule": {"largeDocs": [{"label": "E"}]}},
    )


def edited(number: int, edits: list[tuple[Steps, Any, bool]]) -> Record:
    """A record with some fields set, and what stands above them where there is nothing yet."""
    odd = whole(number)
    for path, value, in_list in edits:
        part: Any = odd
        for step in path[:-1]:
            if isinstance(part, list):
                part = part[0] if part else {}
            if not isinstance(part, dict):
                break
            part = part.setdefault(step, [{}] if in_list else {})
        if isinstance(part, list) and part:
            part = part[0]
        if isinstance(part, dict):
            part[path[-1]] = copy.deepcopy(value)
    return odd


@settings(
    max_examples=settings().max_examples // 10 or 1,
    phases=[Phase.explicit, Phase.generate],  # to shrink a dozen long records takes very long
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.too_slow],
)
@given(st.data())
def test_no_field_of_a_record_ends_a_night_or_a_build(data: st.DataObject) -> None:
    """Two nights of a dozen odd records beside a sound one; the site after each."""
    with tempfile.TemporaryDirectory() as folder, RegistryServer([record(99)]) as server:
        root = tree(Path(folder) / "tree")
        server.match = lambda record, query: True
        for on in ("2026-05-01", "2026-05-02"):
            for number in range(1, RECORDS + 1):
                server.put(edited(number, data.draw(EDITS, f"{on}: record {number}")))
                counts["shapes tried"] += 1
            counts["nights begun"] += 1
            counts["nights lost"] += 1
            ran = night(root, server, on)
            assert website.build(root)
            counts["nights lost"] -= 1
            counts["records kept as they were or left out"] += sum(
                "is left out" in warning or "is kept as it was" in warning
                for warning in ran.report.warnings
            )
        before = snapshot_of(root / "data")
        night(root, server, "2026-05-02")  # again: nothing changes, and nothing is reported twice
        assert snapshot_of(root / "data") == before


@pytest.mark.parametrize("field", ["primaryCompletionDateStruct", "completionDateStruct"])
@pytest.mark.parametrize("on", ["9999-12-31", "9999-12", "9999", "0001-01", "2199-12-31"])
def test_a_date_beyond_reason_stops_neither_a_night_nor_a_build(
    tmp_path: Path, field: str, on: str
) -> None:
    root = tree(tmp_path)
    given_as = {f"statusModule__{field}": {"date": on, "type": "ESTIMATED"}}
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, **given_as))
        ran = night(root, server, "2026-05-02")
    site = website.build(root)
    is_shown = on[:4].lstrip("0") in site[f"trials/{nct(1)}/index.html"].decode()
    is_reported = any("is kept as it was" in warning for warning in ran.report.warnings)
    assert is_shown or is_reported
    assert b"BEGIN:VEVENT" in site["calendar.ics"]


@pytest.mark.soak
def test_a_record_of_fifty_megabytes_is_kept_as_it_was(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, descriptionModule__detailedDescription="a word " * 7_000_000))
        server.put(record(3, descriptionModule__detailedDescription="a word " * 7_000_000))
        server.put(record(2, statusModule__overallStatus="SUSPENDED"))
        ran = night(root, server, "2026-05-02")
    reported = "\n".join(ran.report.warnings)
    assert f"{nct(1)} is kept as it was: it has 49 MB, 5 at most" in reported
    assert f"{nct(3)} is left out: it has 49 MB, 5 at most" in reported
    assert [change.nct_id for change in log(root)] == [nct(2)]
    assert website.build(root)


@pytest.mark.soak
def test_a_record_as_large_as_is_taken_is_rendered(tmp_path: Path) -> None:
    """Four megabytes in one text, and in many places and outcomes."""
    root = tree(tmp_path)
    texts = {
        "descriptionModule__detailedDescription": "a word " * 570_000,
        "eligibilityModule__eligibilityCriteria": "* a criterion\n" * 280_000,
    }
    with RegistryServer([record(9)]) as server:
        for number, (path, text) in enumerate(texts.items(), 1):
            server.put(record(number, **{path: text}))
        server.put(record(3, contactsLocationsModule__locations=[
            place(f"Hospital {n}", f"Town {n}", status="RECRUITING") for n in range(20_000)]
        ))  # fmt: skip
        ran = night(root, server, "2026-05-01")
        assert not [w for w in ran.report.warnings if "left out" in w]
        start = time.process_time()
        assert website.build(root)
    assert time.process_time() - start < 60
