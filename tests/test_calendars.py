"""Calendars of expected dates, as a calendar program reads them."""

from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject

from tests.miniature_days import HOSTILE
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import Site, night, tree


def moved(date: str, kind: str = "ESTIMATED", **more: Any) -> dict[str, Any]:
    struct = {"date": date, "type": kind} if kind else {"date": date}
    return record(1, statusModule__primaryCompletionDateStruct=struct, **more)


def calendar_after(tmp_path: Path, *records: dict[str, Any], path: str = "calendar.ics") -> bytes:
    root = tree(tmp_path)
    with RegistryServer() as server:
        for day, one in enumerate(records, 1):
            server.put(one)
            night(root, server, f"2026-05-0{day}")
    return Site(root)[path]


def read(content: bytes) -> Any:
    return icalendar.Calendar.from_ical(content)


def events(content: bytes) -> dict[str, Any]:
    """Return milestone, as in the UID -> event."""
    components = read(content).walk("VEVENT")
    return {
        str(event["UID"]).partition("@")[0].removeprefix(f"{nct(1)}-"): event
        for event in components
    }


def test_a_month_is_its_first_day_and_says_so(tmp_path: Path) -> None:
    event = events(calendar_after(tmp_path, moved("2028-02")))["primary-completion-date"]
    assert event["DTSTART"].to_ical() == b"20280201"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert "DTEND" not in event
    assert event["SUMMARY"] == (
        f"Invented Study 1: primary completion (expected Feb 2028), {nct(1)}"
    )
    assert "gives the month and no day" in event["DESCRIPTION"]
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize("day", ["2028-12-31", "9999-12-31"])
def test_a_day_is_one_day(tmp_path: Path, day: str) -> None:
    event = events(calendar_after(tmp_path, moved(day)))["primary-completion-date"]
    expected = "21991231" if day.startswith("9999") else day.replace("-", "")  # beyond reason
    assert event["DTSTART"].to_ical() == expected.encode()
    assert f"(expected 31 Dec {day[:4]})" in event["SUMMARY"]
    assert "month and no day" not in event["DESCRIPTION"]


def test_a_move_raises_the_sequence_and_keeps_the_uid(tmp_path: Path) -> None:
    nights = [moved("2028-06"), moved("2028-06-20"), moved("2028-09-05"), moved("2028-09-09")]
    before = events(calendar_after(tmp_path / "a", *nights[:2]))["primary-completion-date"]
    after = events(calendar_after(tmp_path / "b", *nights))["primary-completion-date"]
    assert before["UID"] == after["UID"] == f"{nct(1)}-primary-completion-date@monitor.example"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["DTSTAMP"].to_ical() == after["LAST-MODIFIED"].to_ical() == b"20260504T100000Z"
    assert "Moved" not in before["DESCRIPTION"]
    said = "Moved 2 times since this site first saw it as 20 June 2028, 3 months later."
    assert said in after["DESCRIPTION"]


@pytest.mark.parametrize(
    "changes",
    [
        {"statusModule__overallStatus": "ACTIVE_NOT_RECRUITING"},
        {"identificationModule__acronym": "RENAMED"},
        {"identificationModule__briefTitle": "Another title"},
    ],
)
def test_whatever_an_event_shows_moves_its_stamp(tmp_path: Path, changes: dict[str, Any]) -> None:
    first, second = moved("2028-06"), moved("2028-06", **changes)
    before = events(calendar_after(tmp_path / "a", first))["primary-completion-date"]
    after = events(calendar_after(tmp_path / "b", first, second))["primary-completion-date"]
    assert before.to_ical() != after.to_ical()
    assert after["LAST-MODIFIED"].to_ical() == b"20260502T100000Z"
    assert before["SEQUENCE"] == after["SEQUENCE"]


def test_a_second_check_of_a_day_that_moves_a_date_moves_the_stamp(tmp_path: Path) -> None:
    root = tree(tmp_path)
    stamps = []
    with RegistryServer([moved("2028-06")]) as server:
        night(root, server, "2026-05-01")
        for date in ("2028-09-05", "2028-12-05"):
            server.put(moved(date))
            night(root, server, "2026-05-02")
            event = events(Site(root)["calendar.ics"])["primary-completion-date"]
            stamps.append(event["DTSTAMP"].to_ical())
    assert stamps == [b"20260502T100000Z", b"20260502T100100Z"]


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
        ({"statusModule__completionDateStruct": {"date": "2026-04", "type": "ESTIMATED"}},
         {"primary-completion-date"}),
        ({"statusModule__completionDateStruct": {"date": "2026-05", "type": "ESTIMATED"}},
         {"primary-completion-date", "completion-date"}),
        ({"statusModule__completionDateStruct": {"date": "2026-05-01"}},
         {"primary-completion-date", "completion-date"}),
        ({"statusModule__completionDateStruct": {"date": "2026-04-30"}},
         {"primary-completion-date"}),
    ],
)  # fmt: skip
def test_only_what_can_be_expected_is_there(
    tmp_path: Path, changes: dict[str, Any], left: set[str]
) -> None:
    assert set(events(calendar_after(tmp_path, moved("2028-06", **changes)))) == left


def test_a_trial_has_a_calendar_of_its_own(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    both = {event["UID"]: event.to_ical() for event in read(site["calendar.ics"]).walk("VEVENT")}
    for number in (1, 2):
        own = read(site[f"trials/{nct(number)}/calendar.ics"])
        assert own["X-WR-CALNAME"].startswith(f"Invented Study {number}, {nct(number)}: ")
        by_uid = {event["UID"]: event.to_ical() for event in own.walk("VEVENT")}
        assert len(by_uid) == 2
        assert by_uid.items() <= both.items()


def test_a_disease_has_a_calendar_of_primary_completions_alone(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([moved("2028-02"), record(2)]) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    fields = {
        event["UID"]: event.to_ical()
        for event in read(site["leukemia/calendar.ics"]).walk("VEVENT")
        if "-primary-completion-date@" in event["UID"]
    }
    alone = read(site["leukemia/primary-completions.ics"])
    assert {event["UID"]: event.to_ical() for event in alone.walk("VEVENT")} == fields
    assert len(fields) == 2
    assert alone["X-WR-CALNAME"].startswith("Invented leukemia: primary completions: ")
    assert "../leukemia/primary-completions.ics" in site["feeds/index.html"].decode()


def test_a_calendar_without_a_date_is_valid(tmp_path: Path) -> None:
    ended = moved("2028-06", statusModule__overallStatus="TERMINATED")
    content = calendar_after(tmp_path, ended, path=f"trials/{nct(1)}/calendar.ics")
    calendar = read(content)
    assert calendar.walk("VEVENT") == []
    assert len(calendar.subcomponents) == 1  # RFC 5545, 3.6: at least one component
    assert vobject.readOne(content.decode()).version.value == "2.0"


def test_another_reader_takes_it_whatever_a_title_holds(tmp_path: Path) -> None:
    title = f"{HOSTILE}; a, b\\n\r\nBEGIN:VEVENT\r\nÜber " + "äöü" * 60
    hostile = moved("2028-06", identificationModule__briefTitle=title)
    content = calendar_after(tmp_path, hostile, path="leukemia/calendar.ics")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert read(content).to_ical() == content
    assert b"\n" not in content.replace(b"\r\n", b"")
    other = vobject.readOne(content.decode())
    assert len(other.vevent_list) == len(events(content)) == 2
    assert other.version.value == "2.0"
    assert {event.summary.value.rpartition(": ")[2] for event in other.vevent_list} == {
        f"primary completion (expected Jun 2028), {nct(1)}",
        f"study completion (expected Jun 2029), {nct(1)}",
    }
