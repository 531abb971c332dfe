"""Changes in words: true to the facts, readable without marks, and no more often than needed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from monitor.catalog.catalog import build_catalog
from monitor.catalog.trial import Entry
from monitor.changes.combine import describe_night
from monitor.changes.date_drift import slip, with_drift
from monitor.changes.marked_text import difference
from monitor.changes.watched import WATCHED
from monitor.changes.wording import _FIELDS, describe
from monitor.content.reader import Content
from monitor.content.site import Site
from monitor.data import changelog
from monitor.data.change import KINDS, Change
from monitor.data.snapshot import Check, Data
from monitor.registry import terms
from monitor.registry.study import study_from
from monitor.update import changes_between
from tests.records import Record, nct, place, record

END = "statusModule__primaryCompletionDateStruct"
ENROLLMENT = "designModule__enrollmentInfo"
LOCATIONS = "contactsLocationsModule__locations"


def reported(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The titles of what changed between two records."""
    old, new = study_from(record(1, **before)), study_from(record(1, **after))
    return [item.title for item in describe_night(list(changes_between(old, new)))]


SAID: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"statusModule__overallStatus": "NOT_YET_RECRUITING"},
        {"statusModule__overallStatus": "RECRUITING"},
        ["Now recruiting (was: not yet recruiting)"],
    ),
    (
        {},
        {"statusModule__overallStatus": "SUSPENDED", "statusModule__whyStopped": "FDA"},
        ["Paused (was: recruiting). Sponsor's stated reason: “FDA”"],
    ),
    (
        {"eligibilityModule__healthyVolunteers": None},
        {"eligibilityModule__healthyVolunteers": True},
        ["Healthy volunteers: accepted (not given before)"],
    ),
    (
        {},
        {"statusModule__overallStatus": "TERMINATED"},
        ["Stopped early (was: recruiting). No reason is given in our copy of the record"],
    ),
    (
        {"statusModule__overallStatus": "NOT_YET_RECRUITING"},
        {
            "statusModule__overallStatus": "UNKNOWN",
            "statusModule__lastKnownStatus": "NOT_YET_RECRUITING",
        },
        [
            "Status now unknown: the sponsor has not confirmed it for two years"
            " (last known: not yet recruiting)"
        ],
    ),
    (
        {ENROLLMENT: {"count": 35, "type": "ESTIMATED"}},
        {
            ENROLLMENT: {"count": 4, "type": "ACTUAL"},
            "statusModule__overallStatus": "ACTIVE_NOT_RECRUITING",
        },
        ["Closed to new participants (was: recruiting); 4 enrolled (35 planned)"],
    ),
    (
        {ENROLLMENT: {"count": 263, "type": "ESTIMATED"}},
        {
            ENROLLMENT: {"count": 99, "type": "ACTUAL"},
            "statusModule__overallStatus": "TERMINATED",
            "statusModule__whyStopped": "Not about safety.",
        },
        [
            "Stopped early (was: recruiting); 99 enrolled (263 planned)."
            " Sponsor's stated reason: “Not about safety.”"
        ],
    ),
    (
        {ENROLLMENT: {"count": 200, "type": "ESTIMATED"}, END: {"date": "2026-07"}},
        {ENROLLMENT: {"count": 102, "type": "ESTIMATED"}, END: {"date": "2027-09"}},
        [
            "Smaller and later: 102 planned (was 200); primary completion September 2027"
            " (was July 2026, 14 months later)"
        ],
    ),
    (
        {ENROLLMENT: {"count": 200}, END: {"date": "2026-07"}},
        {ENROLLMENT: {"count": 102}, END: {"date": "2027-09"}},
        [
            "Participants, planned or actual: 102 (was: 200)",
            "Later: primary completion September 2027 (was July 2026, 14 months later)",
        ],
    ),
    (
        {END: {"date": "2029-10-30", "type": "ESTIMATED"}},
        {END: {"date": "2026-03-31", "type": "ESTIMATED"}},
        ["Earlier: primary completion 31 March 2026 (was 30 October 2029, 3.5 years earlier)"],
    ),
    (
        {"statusModule__startDateStruct": {"date": "2025-04", "type": "ESTIMATED"}},
        {"statusModule__startDateStruct": {"date": "2025-05-09", "type": "ACTUAL"}},
        ["Started 9 May 2025 (planned: April 2025, at least 9 days later)"],
    ),
    (
        {ENROLLMENT: {"count": 34}},
        {ENROLLMENT: {"count": 10}},
        ["Participants, planned or actual: 10 (was: 34)"],
    ),
    (
        {ENROLLMENT: {"count": 34}},
        {ENROLLMENT: {"count": 10}, "statusModule__overallStatus": "ACTIVE_NOT_RECRUITING"},
        [
            "Closed to new participants (was: recruiting); "
            "participants, planned or actual: 10 (was: 34)"
        ],
    ),
    (
        {LOCATIONS: []},
        {LOCATIONS: [place("A Hospital", "X", status="NOT_YET_RECRUITING")]},
        ["New location: A Hospital, X, Atlantis (not yet recruiting)"],
    ),
    (
        {},
        {"identificationModule__briefTitle": "Invented Study 2"},
        ["Title: Invented Study 2 (was: Invented Study 1)"],
    ),
    (
        {},
        {"outcomesModule__primaryOutcomes": None},
        ["The record lists no primary outcome at present"],
    ),
    (
        {LOCATIONS: []},
        {LOCATIONS: [place("E-Da Cancer Hospital", "Kaohsiung City", "Taiwan")]},
        ["New location: E-Da Cancer Hospital, Kaohsiung City, Taiwan"],
    ),
    (
        {LOCATIONS: []},
        {LOCATIONS: [place("A", "X", "Spain"), place("B", "X", "Italy"), place("C", "Y", "Italy")]},
        ["3 locations added in Italy (2), Spain (1)"],
    ),
    (
        {},
        {"eligibilityModule__minimumAge": "1 Year"},
        ["Minimum age: 1 year (was: 18 years)"],
    ),
    (
        {"designModule__phases": ["PHASE1", "PHASE2"]},
        {"designModule__phases": ["PHASE1"]},
        ["Phase: Phase 1 (was: Phase 1/2)"],
    ),
    (
        {},
        {"statusModule__overallStatus": "BRAND_NEW_STATUS"},
        ["Status is now brand new status (was: recruiting)"],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), SAID)
def test_is_said_like_this(
    before: dict[str, Any], after: dict[str, Any], expected: list[str]
) -> None:
    assert reported(before, after) == expected


def _filled(number: int) -> Record:
    """A record with something in every part that is watched."""
    text = f"words of version {number}"
    day = f"2026-0{number}-01"
    outcome = {"measure": "Survival", "timeFrame": text, "description": text}
    return record(
        1,
        identificationModule__briefTitle=text,
        identificationModule__officialTitle=text,
        identificationModule__acronym=text,
        statusModule__overallStatus=["RECRUITING", "SUSPENDED"][number % 2],
        statusModule__whyStopped=text,
        statusModule__startDateStruct={"date": day},
        statusModule__primaryCompletionDateStruct={"date": day},
        statusModule__completionDateStruct={"date": day},
        statusModule__expandedAccessInfo={
            "hasExpandedAccess": True,
            "nctId": nct(8),
            "statusForNctId": ["AVAILABLE", "NO_LONGER_AVAILABLE"][number % 2],
        },
        sponsorCollaboratorsModule__leadSponsor={"name": text},
        sponsorCollaboratorsModule__collaborators=[{"name": text}],
        descriptionModule__briefSummary=text,
        descriptionModule__detailedDescription=text,
        conditionsModule__conditions=[text],
        conditionsModule__keywords=[text],
        designModule__studyType=text,
        designModule__phases=[f"PHASE{number}"],
        designModule__designInfo={
            "allocation": text,
            "interventionModel": text,
            "primaryPurpose": text,
            "maskingInfo": {"masking": text},
        },
        designModule__enrollmentInfo={"count": number, "type": "ESTIMATED"},
        armsInterventionsModule__armGroups=[
            {"label": "A", "type": text, "description": text, "interventionNames": [text]},
            {"label": text, "description": text},
        ],
        armsInterventionsModule__interventions=[{"name": "A", "description": text}, {"name": text}],
        outcomesModule__primaryOutcomes=[outcome, {"measure": text}],
        outcomesModule__secondaryOutcomes=[outcome, {"measure": f"second {text}"}],
        eligibilityModule__eligibilityCriteria=(
            f"{text}\n\nInclusion Criteria:\n\n* {text}\n\nExclusion Criteria:\n\n* {text}"
        ),
        eligibilityModule__sex=["MALE", "FEMALE"][number % 2],
        eligibilityModule__minimumAge=f"{number} Years",
        eligibilityModule__maximumAge=f"{number} Years",
        eligibilityModule__healthyVolunteers=True,
        contactsLocationsModule__locations=[
            place("A", "X", zip="1", status=["RECRUITING", "SUSPENDED"][number % 2]),
            place("B", "Y", zip="2", status=["WITHDRAWN", "RECRUITING"][number % 2]),
            place(text, "Z", zip="3"),
            place("C", f"town {number}"),
        ],
        referencesModule__references=[{"citation": "R", "type": text}, {"citation": text}],
        referencesModule__seeAlsoLinks=[{"label": text}],
        top__hasResults=False,
        top__documentSection={"largeDocumentModule": {"largeDocs": [{"label": text}]}},
        top__annotationSection={
            "annotationModule": {
                "unpostedAnnotation": {"unpostedEvents": [{"type": "RESET", "date": text}]}
            }
        },
    )


WORDED_BY_KIND = {
    *("overall_status", "why_stopped", "has_results", "results_first_post_date"),
    *("unposted_events", "expanded_access", "enrollment", "locations"),
}
"""Fields that have words in the function for their kind of change, and none in `_FIELDS`."""


def test_each_watched_field_has_words() -> None:
    """A field without words would read "Is fda regulated drug: yes"."""
    met = set()
    for row, (kind, rule) in enumerate(WATCHED, 1):
        pairs = [(_filled(1), _filled(2)), (record(1), _filled(2)), (_filled(1), record(1))]
        findings = [f for pair in pairs for f in rule(*map(study_from, pair))]
        assert findings, f"WATCHED, row {row} ({kind}): give its field a value in _filled"
        fields = {finding.field.partition(".")[0] for finding in findings}
        assert fields <= _FIELDS.keys() | WORDED_BY_KIND, f"{kind}: no words for one of {fields}"
        met |= fields
    assert WORDED_BY_KIND - met == {"has_results", "results_first_post_date"}  # rules on steps


def test_everything_that_is_watched_can_be_told() -> None:
    """Each row of the table of what is watched, as something that went, came and changed."""
    bare = {"protocolSection": {"identificationModule": {"nctId": nct(1)}}}
    met: set[str] = set()
    for before, after in (
        (_filled(1), _filled(2)),
        (_filled(2), _filled(1)),
        (bare, _filled(1)),
        (_filled(1), bare),
        (_filled(1), record(1, statusModule__overallStatus="SUSPENDED", top__hasResults=True)),
        (record(1), record(1, statusModule__resultsFirstPostDateStruct={"date": "2026-01-01"})),
        (
            record(1, outcomesModule__primaryOutcomes=[{"measure": "A"}, {"measure": "B"}]),
            record(
                1,
                outcomesModule__primaryOutcomes=[{"measure": "A"}],
                outcomesModule__secondaryOutcomes=[{"measure": "B"}],
            ),
        ),
    ):
        changes = list(changes_between(study_from(before), study_from(after)))
        for change in changes:
            met.add(change.kind)
            told_ = describe(change)
            assert told_.title, change
            assert all(run.text for line in told_.lines for run in line), change
            dated = replace(change, date="2026-05-01")
            assert changelog.parse(dated.dump().encode()) == dated
        assert describe_night(changes)
    membership: dict[str, dict[str, Any]] = {
        "new": {"field": "searches", "new": ["leukemia"]},
        "tracked": {"field": "searches", "new": ["leukemia"]},
        "left": {"field": "searches", "old": ["leukemia"]},
        "removed": {"field": "nct_id", "old": nct(1), "new": nct(2)},
    }
    for kind, values in membership.items():
        assert describe(Change("2026-05-01", nct(1), kind, KINDS[kind].rank, **values)).title
    assert met | membership.keys() == KINDS.keys()


def test_what_is_said_never_promises() -> None:
    before = record(1)
    after = record(
        2,
        identificationModule__nctId=nct(1),
        designModule__phases=["PHASE3"],
        contactsLocationsModule__locations=[place("Z", "Z")],
        outcomesModule__primaryOutcomes=[{"measure": "Toxicity"}],
    )
    text = " ".join(
        item.title
        for item in describe_night(list(changes_between(study_from(before), study_from(after))))
    ).lower()
    assert not any(word in text for word in ("breakthrough", "promising", "works", "effective"))


SCARCE: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {},
        {"statusModule__overallStatus": "UNKNOWN", "statusModule__lastKnownStatus": "RECRUITING"},
        [
            "Status now unknown: the sponsor has not confirmed it for two years"
            " (last known: recruiting)",
            "Status now unknown: the sponsor has not confirmed it for two years",
            "Status now unknown",
        ],
    ),
    (
        {},
        {"statusModule__overallStatus": "TERMINATED", "statusModule__whyStopped": "No funds"},
        ["Stopped early (was: recruiting)", "Stopped early", "Stopped early"],
    ),
    (
        {END: {"date": "2026-05-05", "type": "ESTIMATED"}},
        {END: {"date": "2029-05-05", "type": "ESTIMATED"}},
        [
            "Later: primary completion 5 May 2029 (was 5 May 2026, 3 years later)",
            "Primary completion 3 years later: 5 May 2029",
        ],
    ),
    (
        {ENROLLMENT: {"count": 30, "type": "ESTIMATED"}},
        {ENROLLMENT: {"count": 24, "type": "ACTUAL"}, "statusModule__overallStatus": "COMPLETED"},
        [
            "Completed (was: recruiting); 24 enrolled (30 planned)",
            "Completed",
            "Completed",
        ],
    ),
    (
        {LOCATIONS: [place("Old Clinic", "Essen", "Germany")]},
        {LOCATIONS: []},
        [
            "Location no longer listed: Old Clinic, Essen, Germany",
            "Location no longer listed: Essen, Germany",
        ],
    ),
    (
        {LOCATIONS: []},
        {LOCATIONS: [place("A", "X", "Spain"), place("B", "X", "Italy"), place("C", "Y", "Italy")]},
        [
            "3 locations added in Italy (2), Spain (1)",
            "3 locations added in 2 countries",
            "3 locations added",
        ],
    ),
    (
        {LOCATIONS: []},
        {LOCATIONS: [place("Children's Hospital of an Invented Province", "Aurora", "Atlantis")]},
        [
            "New location: Children's Hospital of an Invented…, Aurora, Atlantis",
            "New location: Aurora, Atlantis",
        ],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), SCARCE)
def test_with_less_room_what_was_before_goes_first(
    before: dict[str, Any], after: dict[str, Any], expected: list[str]
) -> None:
    old, new = study_from(record(1, **before)), study_from(record(1, **after))
    (message,) = describe_night(list(changes_between(old, new)))
    assert list(message.headlines) == expected


def test_a_location_that_came_is_reported_before_one_that_went() -> None:
    assert reported(
        {LOCATIONS: [place("A", "X", "Spain"), place("B", "Y", "Italy")]},
        {LOCATIONS: [place("A", "X", "Spain"), place("C", "Z", "Chile")]},
    ) == ["New location: C, Z, Chile", "No longer listed: B, Y, Italy"]


def test_a_reworded_outcome_is_named() -> None:
    outcome = "Number of participants with complete remission"
    assert reported(
        {"outcomesModule__primaryOutcomes": [{"measure": f"{outcome} of any kind"}]},
        {"outcomesModule__primaryOutcomes": [{"measure": outcome}]},
    ) == [f"Primary outcome measure reworded: “{outcome}”"]


def test_a_renamed_arm_weighs_least() -> None:
    arms = "armsInterventionsModule__armGroups"
    titles = reported(
        {arms: [{"label": "Arm A", "type": "EXPERIMENTAL", "description": "Weekly."}]},
        {
            arms: [{"label": "Arm 1", "type": "EXPERIMENTAL", "description": "Weekly."}],
            "designModule__phases": ["PHASE3"],
        },
    )
    assert titles == ["Phase: Phase 3 (was: Phase 2)", "Arm renamed: Arm 1 (was: Arm A)"]


def test_a_reworded_text_reads_well_without_its_marks() -> None:
    before, after = difference("Age 18 to 65 years", "Age 18 to 75 years (inclusive)")
    assert "".join(run.text for run in before) == "Age 18 to 65 years"
    assert "".join(run.text for run in after) == "Age 18 to 75 years (inclusive)"
    assert [run.text for run in before if run.mark == "del"] == ["65"]
    assert [run.text for run in after if run.mark == "ins"] == ["75", "(inclusive)"]


def test_long_stretches_in_common_are_shortened() -> None:
    common = "word " * 200
    before, after = difference(f"{common}one {common}", f"{common}two {common}")
    for line, marked in ((before, "one"), (after, "two")):
        text = "".join(run.text for run in line)
        assert f" {marked} " in text
        assert len(text) < 500


def test_huge_texts_are_reported_whole_and_at_once() -> None:
    old, new = "a b c d e " * 20_000, "a b c x e " * 20_000
    assert [run.text for line in difference(old, new) for run in line] == [old, new]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (("18 Years", "75 Years"), "18 to 75 years"),
        (("65 Years", ""), "65 years and older"),
        (("", "365 Days"), "up to 365 days"),
        (("30 Days", "21 Years"), "30 days to 21 years"),
        (("N/A", "N/A"), ""),
    ],
)
def test_ages(limits: tuple[str, str], expected: str) -> None:
    assert terms.ages(*limits) == expected


# A date that moves again and again


def rolling(steps: list[int], *, every: int = 2, between: dict[int, Record] | None = None) -> Any:
    """(log, entries) of a start date that moves by so many days at a time, every few nights."""
    day, start = date(2026, 5, 1), date(2026, 6, 1)
    before = record(1, statusModule__startDateStruct={"date": f"{start}", "type": "ESTIMATED"})
    log: list[Change] = []
    for number, step in enumerate(steps):
        day += timedelta(days=every)
        start += timedelta(days=step)
        status = (between or {}).get(number, {})
        after = record(
            1, statusModule__startDateStruct={"date": f"{start}", "type": "ESTIMATED"}, **status
        )
        changes = changes_between(study_from(before), study_from(after))
        log += [with_drift(_on(change, day), log) for change in changes]
        before = after
    return log, entries_of(log, before)


def _on(change: Change, day: date) -> Change:
    return Change(
        f"{day}", change.nct_id, change.kind, change.rank, change.field, change.old, change.new
    )


def entries_of(log: list[Change], last: Record) -> tuple[Entry, ...]:
    site = Site(name="T", url="https://t.example/", began=2026, description="T")
    data = Data(Check(checked="2026-12-31"), {}, {nct(1): study_from(last)})
    return build_catalog(Content(site), data, log).entries


def test_a_date_that_rolls_ahead_every_few_nights_is_one_fact() -> None:
    """25 re-posts in two months with a start date that rolls a few days ahead each time."""
    log, entries = rolling([2] * 25)
    assert len(log) == 25  # every fact is kept
    in_default_feeds = [entry for entry in entries if not entry.is_minor]
    assert len(in_default_feeds) == 1  # once: when it has come to a month
    assert len(entries) == 2  # and its beginning, for those who want everything
    whole = slip(log)
    assert whole is not None
    assert (whole.moves, whole.days, whole.first, whole.now) == (25, 50, "2026-06-01", "2026-07-21")


def test_a_change_of_status_begins_anew() -> None:
    status = {"statusModule__overallStatus": "SUSPENDED"}
    _, entries = rolling([2] * 40, between={20: status, **dict.fromkeys(range(21, 40), status)})
    weighty = [entry for entry in entries if not entry.is_minor]
    assert len(weighty) == 3  # a month of drift, the status, a month of drift


def test_what_a_past_night_said_stays_when_the_status_changes_later() -> None:
    log, before = rolling([2] * 5)
    status = Change("2026-07-20", nct(1), "status", "major", "overall_status", "A", "B")
    after = entries_of([*log, status], record(1))
    assert [entry.id for entry in after[1:]] == [entry.id for entry in before]


def test_a_large_move_is_reported_each_time_with_how_often_and_how_far() -> None:
    _, entries = rolling([90, 61, 200], every=40)
    assert len([entry for entry in entries if not entry.is_minor]) == 3
    assert "third delay; 12 months later than first seen here" in entries[0].main_message


def test_a_date_that_comes_back_is_said_to_be_the_same() -> None:
    _, entries = rolling([90, -90], every=40)
    assert "moved 2 times; the same as first seen here" in entries[0].main_message
