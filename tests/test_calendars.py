"""Calendars of expected dates, as a calendar program reads them."""

from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from monitor import website
from monitor.exports import calendar as calendars
from tests.miniature_days import HOSTILE
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import night, tree


def moved(date: str, kind: str = "ESTIMATED", **more: Any) -> dict[str, Any]:
    struct = {"date": date, "type": kind} if kind else {"date": date}
    return record(1, statusModule__primaryCompletionDateStruct=struct, **more)


def calendar_after(tmp_path: Path, *records: dict[str, Any], path: str = "calendar.ics") -> bytes:
    root = tree(tmp_path)
    with RegistryServer() as server:
        for day, one in enumerate(records, 1):
            server.put(one)
            night(root, server, f"2026-05-0{day}")
    return website.build(root)[path]


def events(content: bytes) -> dict[str, Any]:
    """By the milestone in their UID."""
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return {
        str(event["UID"]).partition("@")[0].removeprefix(f"{nct(1)}-"): event for event in found
    }


def test_a_month_spans_the_month_and_says_so(tmp_path: Path) -> None:
    event = events(calendar_after(tmp_path, moved("2028-02")))["primary-completion-date"]
    assert event["DTSTART"].to_ical() == b"20280201"
    assert event["DTEND"].to_ical() == b"20280301"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert "some day in February 2028" in event["SUMMARY"]
    assert "gives the month and no day" in event["DESCRIPTION"]
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_day_is_one_day(tmp_path: Path) -> None:
    event = events(calendar_after(tmp_path, moved("2028-12-31")))["primary-completion-date"]
    assert event["DTSTART"].to_ical() == b"20281231"
    assert event["DTEND"].to_ical() == b"20290101"


def test_a_move_raises_the_sequence_and_keeps_the_uid(tmp_path: Path) -> None:
    nights = [moved("2028-06"), moved("2028-06-20"), moved("2028-09-05"), moved("2028-09-09")]
    before = events(calendar_after(tmp_path / "a", *nights[:2]))["primary-completion-date"]
    after = events(calendar_after(tmp_path / "b", *nights))["primary-completion-date"]
    assert before["UID"] == after["UID"] == f"{nct(1)}-primary-completion-date@monitor.example"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert "Moved 2 times" in after["DESCRIPTION"]


def test_a_night_that_changes_no_date_changes_no_event(tmp_path: Path) -> None:
    same = moved("2028-06", identificationModule__officialTitle="Another")
    once = calendar_after(tmp_path / "a", moved("2028-06"))
    assert calendar_after(tmp_path / "b", moved("2028-06"), same) == once


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"statusModule__overallStatus": "TERMINATED"}, set()),
        ({"statusModule__overallStatus": "WITHDRAWN"}, set()),
        ({"statusModule__completionDateStruct": {"date": "2026-04-30", "type": "ACTUAL"}},
         {"primary-completion-date"}),
        ({"statusModule__completionDateStruct": {"date": "2025-04"}}, {"primary-completion-date"}),
    ],
)  # fmt: skip
def test_only_what_can_be_expected_is_there(
    tmp_path: Path, changes: dict[str, Any], left: set[str]
) -> None:
    assert set(events(calendar_after(tmp_path, moved("2028-06", **changes)))) == left


def test_an_expected_date_that_has_passed_says_so(tmp_path: Path) -> None:
    event = events(calendar_after(tmp_path, moved("2026-03")))["primary-completion-date"]
    assert "The date has passed" in event["DESCRIPTION"]


@given(st.text(st.sampled_from("abc äß試🧬\\\\;,:^\n\"'"), max_size=200))
def test_lines_are_those_that_the_library_writes(title: str) -> None:
    event = icalendar.Event()
    event.add("summary", title)
    event.add("categories", [title, "b"])
    made = calendars._lines(
        {
            "BEGIN": "VEVENT",
            "SUMMARY": calendars._text(title),
            "CATEGORIES": f"{calendars._text(title)},b",
            "END": "VEVENT",
        }
    )
    assert made.encode() == event.to_ical()


def test_another_reader_takes_it_whatever_a_title_holds(tmp_path: Path) -> None:
    title = f"{HOSTILE}; a, b\\n\r\nBEGIN:VEVENT\r\nÜber " + "äöü" * 60
    hostile = moved("2028-06", identificationModule__briefTitle=title)
    content = calendar_after(tmp_path, hostile, path="leukemia/calendar.ics")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert icalendar.Calendar.from_ical(content).to_ical() == content
    assert b"\n" not in content.replace(b"\r\n", b"")
    read = vobject.readOne(content.decode())
    assert len(read.vevent_list) == len(events(content)) == 2
    assert read.version.value == "2.0"
    assert {event.summary.value.split(":")[0] for event in read.vevent_list} == {
        "Primary completion expected (some day in June 2028)",
        "Study completion expected (some day in June 2029)",
    }
