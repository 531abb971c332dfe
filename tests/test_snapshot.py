"""What is kept of a record, and how it is written."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.changes import describe
from monitor.data import changelog, shapes, snapshot
from monitor.data.change import KINDS, RANKS, Change
from monitor.data.snapshot import dump, normalise, parse
from monitor.files import write_atomically
from monitor.problems import Problem
from monitor.registry.json_object import ShapeError
from monitor.registry.study import study_from
from tests.records import nct, record
from tests.trees import log, write

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)
RECORDS = st.dictionaries(
    st.sampled_from([*snapshot.KEPT, "derivedSection", "resultsSection"]),
    st.dictionaries(st.sampled_from(["contactsLocationsModule", "a", "b"]), JSON, max_size=3),
)


@given(RECORDS)
def test_normalising_twice_is_normalising_once(given_record: dict[str, Any]) -> None:
    once = normalise(given_record)
    assert normalise(once) == once


@given(RECORDS)
def test_what_is_written_is_read_and_written_the_same(given_record: dict[str, Any]) -> None:
    written = dump(normalise(given_record))
    assert dump(parse(written)) == written
    assert written.endswith(b"\n")
    assert not written.endswith(b"\n\n")


def test_people_results_and_derived_parts_are_left_out() -> None:
    given_record = record(1)
    module = given_record["protocolSection"]["contactsLocationsModule"]
    module["centralContacts"] = [{"name": "A. Person", "phone": "555"}]
    module["locations"][0]["contacts"] = [{"name": "B. Person", "email": "b@example.org"}]
    given_record["resultsSection"] = {"a": 1}
    given_record["derivedSection"] = {"miscInfoModule": {"versionHolder": "2026-05-01"}}
    assert dump(normalise(given_record)) == dump(record(1))


def test_what_xml_cannot_carry_is_taken_out_and_nothing_else() -> None:
    text = "a\x00b\x0bc\ud800d\ufffee\u2028f\tg\r\nh é 中 ש"
    kept = normalise(record(1, identificationModule__briefTitle=text))
    title = kept["protocolSection"]["identificationModule"]["briefTitle"]
    assert title == "abcde\u2028f\tg\nh é 中 ש"


def test_an_unknown_module_is_kept() -> None:
    kept = normalise(record(1, brandNewModule__something="x"))
    assert kept["protocolSection"]["brandNewModule"] == {"something": "x"}


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("statusModule__overallStatus", 1, "statusModule.overallStatus"),
        ("designModule__phases", "PHASE1", "designModule.phases"),
        ("designModule__phases", [1], "designModule.phases"),
        ("designModule__enrollmentInfo", {"count": "9"}, "enrollmentInfo.count"),
        ("statusModule__startDateStruct", {"date": "May 2026"}, "startDateStruct.date"),
        ("statusModule__startDateStruct", {"date": "2026-02-30"}, "startDateStruct.date"),
        ("contactsLocationsModule__locations", [[]], "locations[0]"),
        ("eligibilityModule__healthyVolunteers", "no", "healthyVolunteers"),
        ("identificationModule__nctId", "NCT1", "nctId"),
    ],
)
def test_a_record_of_a_wrong_shape_names_the_place(path: str, value: Any, place: str) -> None:
    with pytest.raises(ShapeError, match=r"expected|is not") as error:
        study_from(record(1, **{path: value}))
    assert place in str(error.value)


def test_a_record_may_lack_everything_but_its_id() -> None:
    study = study_from({"protocolSection": {"identificationModule": {"nctId": nct(1)}}})
    assert study.overall_status == ""
    assert study.locations == ()
    assert study.enrollment is None
    assert study.has_results is None


# The log


TEXT = st.text(max_size=20)
NAMES = st.lists(TEXT, min_size=1, max_size=3)
DATES = st.fixed_dictionaries(
    {"date": st.sampled_from(["2026", "2026-02", "2026-02-28"])}, optional={"type": TEXT}
)
PLACES = st.lists(
    st.dictionaries(st.sampled_from(["facility", "city", "zip", "country", "status"]), TEXT),
    min_size=1,
    max_size=2,
)
VALUES: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("status", "overall_status"): TEXT,
    ("results", "has_results"): st.booleans(),
    ("dates", "start_date"): DATES,
    ("enrollment", "enrollment"): st.fixed_dictionaries({"count": st.integers(0, 10**9)}),
    ("locations", "locations"): PLACES,
    ("title", "brief_title"): TEXT,
    ("new", "searches"): NAMES,
}


@st.composite
def sound_changes(draw: st.DrawFn) -> Change:
    kind, field = draw(st.sampled_from(sorted(VALUES)))
    value = draw(VALUES[kind, field])
    both = draw(st.booleans())
    opened = draw(st.none() | PLACES | st.dictionaries(TEXT, st.integers(), min_size=1, max_size=2))
    return Change(
        date=draw(st.sampled_from(["2026-05-01", "2026-05-31"])),
        nct_id=nct(1),
        kind=kind,
        rank=draw(st.sampled_from(RANKS)),
        field=field,
        old=value if both else None,
        new=value,
        why_stopped=draw(TEXT),
        opened=opened,
        catch_up=draw(st.booleans()),
    )


@given(sound_changes())
def test_a_change_is_read_as_it_was_written(change: Change) -> None:
    line = change.dump()
    assert "\n" not in line
    assert changelog.parse(line.encode()) == change


def test_every_kind_has_fields_of_known_shapes() -> None:
    assert shapes.FIELDS.keys() == KINDS.keys()


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, 7, True, "x", [], [1], [None], {}, {"a": 1}, [["x"]], [{}], 1.5]
)


@given(sound_changes(), st.sampled_from(["old", "new", "opened", "field"]), ODD)
def test_whatever_is_read_can_be_put_into_words(change: Change, key: str, odd: Any) -> None:
    """A line is damaged, or a reader gets a sentence: nothing lies between."""
    line = {**json.loads(change.dump()), key: odd}
    try:
        read = changelog.parse(json.dumps(line).encode())
    except ValueError:
        return
    assert describe(read).title


def test_a_line_nested_too_deeply_is_damaged(tmp_path: Path) -> None:
    write(tmp_path / "data/changes/2026-05.jsonl", '{"old": ' + "[" * 100_000 + "\n")
    problems: list[Problem] = []
    assert changelog.read(tmp_path, problems) == []
    assert [problem.line for problem in problems] == [1]


def append(root: Path, changes: list[Change]) -> None:
    for path, content in changelog.appended(root, changes).items():
        write_atomically(root / "data" / path, content)


def test_the_log_only_grows(tmp_path: Path) -> None:
    first = Change("2026-05-01", nct(1), "status", "major", "overall_status", "A", "B")
    zero = Change("2026-05-02", nct(1), "results", "major", "has_results", False, True)
    other_month = Change("2026-06-01", nct(1), "status", "major", "overall_status", "B", "\u2028")
    append(tmp_path, [first])
    before = (tmp_path / "data/changes/2026-05.jsonl").read_bytes()
    append(tmp_path, [zero, other_month])
    assert (tmp_path / "data/changes/2026-05.jsonl").read_bytes().startswith(before)
    assert log(tmp_path) == [first, zero, other_month]


def test_lines_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    """Also those that another program wrote, in another form of JSON."""
    log_file = tmp_path / "data/changes/2026-05.jsonl"
    line = (
        '{"date": "2026-05-01", "field": "overall_status", "kind": "status", "new": "B",'
        f' "nct_id": "{nct(1)}", "old": null, "rank": "major", "run": 1}}\n'
    )
    write(log_file, line)
    append(tmp_path, [Change("2026-05-02", nct(1), "results", "major", "has_results", False, True)])
    assert log_file.read_text().startswith(line)
    assert len(log(tmp_path)) == 2


def test_a_line_without_its_end_is_not_glued_to_the_next(tmp_path: Path) -> None:
    change = Change("2026-05-01", nct(1), "status", "major", "overall_status", "A", "B")
    write(tmp_path / "data/changes/2026-05.jsonl", change.dump())
    other = Change("2026-05-01", nct(2), "status", "major", "overall_status", "A", "B")
    append(tmp_path, [other])
    assert log(tmp_path) == [change, other]


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "nonsense"},
        {"rank": "huge"},
        {"nct_id": "NCT1"},
        {"date": "2026-05-32"},
        {"date": "2026-06-01"},
        {"extra": 1},
        {"field": "locations"},
        {"new": 7},
        {"old": None, "new": None},
        {"opened": {"Atlantis": "many"}},
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, damage: dict[str, Any]) -> None:
    change = Change("2026-05-01", nct(1), "status", "major", "overall_status", "A", "B")
    good = json.loads(change.dump())
    lines = [json.dumps(good), json.dumps({**good, **damage})]
    write(tmp_path / "data/changes/2026-05.jsonl", "\n".join(lines) + "\n")
    problems: list[Problem] = []
    assert len(changelog.read(tmp_path, problems)) == 1
    ((path, line),) = [(problem.path, problem.line) for problem in problems]
    assert (path, line) == ("data/changes/2026-05.jsonl", 2)


def test_a_write_that_dies_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    assert write_atomically(path, b"old")
    assert not write_atomically(path, b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
