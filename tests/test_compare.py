"""Each rule of comparing on an invented pair, and what holds for any pair."""

import copy
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.changes.outcomes import LISTS
from monitor.changes.rules import FieldChange
from monitor.changes.watched import compare, days_moved
from monitor.registry import eligibility as criteria
from monitor.registry.study import Study, study_from
from tests.records import Record, place, record

Row = tuple[str, str, str, Any, Any]  # kind, field, rank, old, new


def rows(before: Record, after: Record) -> list[Row]:
    changes = compare(study_from(before), study_from(after))
    return [(f.kind, f.field, f.rank, f.old, f.new) for f in changes]


def one(before: Record, after: Record) -> Row:
    (row,) = rows(before, after)
    return row


def criteria_text(inclusion: list[str], exclusion: list[str]) -> str:
    parts = ["Inclusion Criteria:", *inclusion, "Exclusion Criteria:", *exclusion]
    return "\n\n".join(parts)


CRITERIA = "eligibilityModule__eligibilityCriteria"
LOCATIONS = "contactsLocationsModule__locations"
PRIMARY = "outcomesModule__primaryOutcomes"
SECONDARY = "outcomesModule__secondaryOutcomes"
ENROLLMENT = "designModule__enrollmentInfo"
END = "statusModule__primaryCompletionDateStruct"
STATUS = "statusModule__overallStatus"

OS = {"measure": "Overall survival", "timeFrame": "3 years"}
AE = {"measure": "Adverse events", "timeFrame": "1 year"}
MRD = {"measure": "MRD negativity", "timeFrame": "6 months"}

NOTHING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "verification and update dates": (
        {"statusModule__statusVerifiedDate": "2026-01", "statusModule__lastUpdateSubmitDate": "a"},
        {"statusModule__lastUpdatePostDateStruct": {"date": "2026-05-09"}},
    ),
    "the sponsor's own number": ({}, {"identificationModule__orgStudyIdInfo": {"id": "EX-2"}}),
    "absent and NA": ({"designModule__phases": None}, {"designModule__phases": ["NA"]}),
    "absent and everybody": ({"eligibilityModule__sex": None}, {"eligibilityModule__sex": "ALL"}),
    "absent and no healthy volunteers": (
        {"eligibilityModule__healthyVolunteers": None},
        {"eligibilityModule__healthyVolunteers": False},
    ),
    "no enrollment type": (
        {ENROLLMENT: {"count": 9}},
        {ENROLLMENT: {"count": 9, "type": "ESTIMATED"}},
    ),
    "a month that becomes a day in it": (
        {END: {"date": "2028-06", "type": "ESTIMATED"}},
        {END: {"date": "2028-06-30", "type": "ESTIMATED"}},
    ),
    "outcomes in another order": ({PRIMARY: [OS, AE]}, {PRIMARY: [AE, OS]}),
    "collaborators in another order": (
        {"sponsorCollaboratorsModule__collaborators": [{"name": "A"}, {"name": "B"}]},
        {"sponsorCollaboratorsModule__collaborators": [{"name": "B"}, {"name": "A"}]},
    ),
    "criteria with other markers and escapes": (
        {CRITERIA: criteria_text(["1. Age \\>18", "2. Consent"], ["a) Pregnant"])},
        {CRITERIA: criteria_text(["* Consent", "• Age > 18;"], ["- pregnant."])},
    ),
    "criteria cut in another way": (
        {CRITERIA: criteria_text(["* One thing", "* Another thing"], ["* Third"])},
        {CRITERIA: criteria_text(["* One thing another thing"], ["* Third"])},
    ),
    "headings in another spelling": (
        {CRITERIA: "Inclusion Criteria:\n\n* A cat\n\nExclusion Criteria:\n\n* A dog"},
        {CRITERIA: "KEY INCLUSION CRITERIA\n\n- A cat\n\nMain exclusion criteria :\n\n- A dog"},
    ),
    "locations in another order": (
        {LOCATIONS: [place("A", "X", zip="1"), place("B", "Y", zip="2")]},
        {LOCATIONS: [place("B", "Y", zip="2"), place("A", "X", zip="1")]},
    ),
    "a country that the registry renamed": (
        {LOCATIONS: [place("A", "X", "Turkey"), place("B", "Y", "Korea, Republic of")]},
        {LOCATIONS: [place("A", "X", "Turkey (Türkiye)"), place("B", "Y", "South Korea")]},
    ),
    "coordinates": (
        {LOCATIONS: [place("A", "X", geoPoint={"lat": 1.0, "lon": 2.0})]},
        {LOCATIONS: [place("A", "X", geoPoint={"lat": 1.5, "lon": 2.5})]},
    ),
    "one mask for another": (
        {LOCATIONS: [place("Local Institution - 0062", "X", zip="1")]},
        {LOCATIONS: [place("Research Site", "X", zip="1")]},
    ),
    "a sponsor's number behind a name": (
        {LOCATIONS: [place("A Hospital ( Site 0123)", "X", zip="1")]},
        {LOCATIONS: [place("A Hospital /ID# 77", "X", zip="1")]},
    ),
    "a named place listed twice": (
        {LOCATIONS: [place("A", "X", zip="1"), place("A", "X", zip="1")]},
        {LOCATIONS: [place("A", "X", zip="1")]},
    ),
    "statuses that the registry stops showing": (
        {LOCATIONS: [place("A", "X", status="RECRUITING")]},
        {LOCATIONS: [place("A", "X")]},
    ),
    "results section": ({}, {"top__resultsSection": {"outcomeMeasuresModule": {}}}),
    "an unknown module": ({}, {"brandNewModule__a": "b"}),
}


@pytest.mark.parametrize(("before", "after"), NOTHING.values(), ids=NOTHING.keys())
def test_is_no_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert rows(record(1, **before), record(1, **after)) == []
    assert rows(record(1, **after), record(1, **before)) == []


def _date(text: str, type_: str = "ESTIMATED") -> dict[str, str]:
    return {"date": text, "type": type_}


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], list[Row]]] = {
    "phase": (
        {"designModule__phases": ["PHASE1", "PHASE2"]},
        {"designModule__phases": ["PHASE1"]},
        [("design", "phases", "notable", ["PHASE1", "PHASE2"], ["PHASE1"])],
    ),
    "age limit taken out": (
        {"eligibilityModule__maximumAge": "75 Years"},
        {"eligibilityModule__maximumAge": None},
        [("eligibility", "maximum_age", "notable", "75 Years", None)],
    ),
    "reason given later": (
        {STATUS: "TERMINATED"},
        {STATUS: "TERMINATED", "statusModule__whyStopped": "Funding"},
        [("status", "why_stopped", "notable", None, "Funding")],
    ),
    "results posted": (
        {},
        {"top__hasResults": True, "statusModule__resultsFirstPostDateStruct": _date("2026-05-01")},
        [("results", "results_first_post_date", "major", None, _date("2026-05-01"))],
    ),
    "results returned by quality review": (
        {"top__annotationSection": {"annotationModule": {"unpostedAnnotation": {"unpostedEvents": [
            {"type": "RELEASE", "date": "2026-01-01"}]}}}},
        {"top__annotationSection": {"annotationModule": {"unpostedAnnotation": {"unpostedEvents": [
            {"type": "RELEASE", "date": "2026-01-01"}, {"type": "RESET", "date": "2026-02-01"}]}}}},
        [("results", "unposted_events", "major", None, [{"type": "RESET", "date": "2026-02-01"}])],
    ),
    "primary outcome measure added": (
        {PRIMARY: [OS]},
        {PRIMARY: [OS, MRD]},
        [("primary_outcome", "primary_outcomes", "major", None,
          [{"measure": "MRD negativity", "time_frame": "6 months"}])],
    ),
    "primary outcome measure replaced": (
        {PRIMARY: [OS]},
        {PRIMARY: [MRD]},
        [("primary_outcome", "primary_outcomes", "major",
          [{"measure": "Overall survival", "time_frame": "3 years"}],
          [{"measure": "MRD negativity", "time_frame": "6 months"}])],
    ),
    "time frame changed": (
        {PRIMARY: [OS]},
        {PRIMARY: [{**OS, "timeFrame": "5 years"}]},
        [("primary_outcome", "primary_outcomes.time_frame", "major",
          [{"name": "Overall survival", "time_frame": "3 years"}],
          [{"name": "Overall survival", "time_frame": "5 years"}])],
    ),
    "swapped with a secondary outcome": (
        {PRIMARY: [OS], SECONDARY: [AE, MRD]},
        {PRIMARY: [MRD], SECONDARY: [AE, OS]},
        [("primary_outcome", "primary_outcomes.swapped", "major",
          [{"measure": "Overall survival", "time_frame": "3 years",
            "elsewhere": "secondary_outcomes"}],
          [{"measure": "MRD negativity", "time_frame": "6 months",
            "elsewhere": "secondary_outcomes"}])],
    ),
    "one criterion gone from a reformatted list": (
        {CRITERIA: criteria_text(["1. Confirmed diagnosis"], ["1. Pregnant", "2. Prior CAR-T"])},
        {CRITERIA: criteria_text(["* Confirmed diagnosis"], ["* Pregnant"])},
        [("eligibility", "exclusion_criteria", "notable", ["Prior CAR-T"], None)],
    ),
    "criterion reworded": (
        {CRITERIA: "Inclusion Criteria:\n\n* Age 18 to 65 years at consent"},
        {CRITERIA: "Inclusion Criteria:\n\n* Age 18 to 75 years at consent"},
        [("eligibility", "inclusion_criteria", "notable",
          ["Age 18 to 65 years at consent"], ["Age 18 to 75 years at consent"])],
    ),
    "criterion that changed sides": (
        {CRITERIA: criteria_text(["* Consent", "* Prior CAR-T"], ["* Pregnant"])},
        {CRITERIA: criteria_text(["* Consent"], ["* Pregnant", "* Prior CAR-T"])},
        [("eligibility", "inclusion_criteria", "notable", ["Prior CAR-T"], None),
         ("eligibility", "exclusion_criteria", "notable", None, ["Prior CAR-T"])],
    ),
    "criteria without headings": (
        {CRITERIA: "* Consent\n* Adults"},
        {CRITERIA: "* Consent"},
        [("eligibility", "criteria", "notable", ["Adults"], None)],
    ),
    "a different number in an otherwise equal criterion": (
        {CRITERIA: "Inclusion Criteria:\n\n* Platelets > 50"},
        {CRITERIA: "Inclusion Criteria:\n\n* Platelets < 50"},
        [("eligibility", "inclusion_criteria", "notable", ["Platelets > 50"], ["Platelets < 50"])],
    ),
    "actual number posted": (
        {ENROLLMENT: {"count": 35, "type": "ESTIMATED"}},
        {ENROLLMENT: {"count": 0, "type": "ACTUAL"}},
        [("enrollment", "enrollment", "notable",
          {"count": 35, "type": "ESTIMATED"}, {"count": 0, "type": "ACTUAL"})],
    ),
    "same number, now actual": (
        {ENROLLMENT: {"count": 35, "type": "ESTIMATED"}},
        {ENROLLMENT: {"count": 35, "type": "ACTUAL"}},
        [("enrollment", "enrollment", "notable",
          {"count": 35, "type": "ESTIMATED"}, {"count": 35, "type": "ACTUAL"})],
    ),
    "date moved by little": (
        {END: _date("2028-06-01")},
        {END: _date("2028-06-30")},
        [("dates", "primary_completion_date", "minor", _date("2028-06-01"), _date("2028-06-30"))],
    ),
    "date moved by a month": (
        {END: _date("2028-06")},
        {END: _date("2028-07")},
        [("dates", "primary_completion_date", "notable", _date("2028-06"), _date("2028-07"))],
    ),
    "date became actual": (
        {END: _date("2028-06-01")},
        {END: _date("2028-06-01", "ACTUAL")},
        [("dates", "primary_completion_date", "minor",
          _date("2028-06-01"), _date("2028-06-01", "ACTUAL"))],
    ),
    "arm renamed": (
        {"armsInterventionsModule__armGroups": [{"label": "Arm A: low dose of examplumab"}]},
        {"armsInterventionsModule__armGroups": [{"label": "Arm A: high dose of examplumab"}]},
        [("arms", "arms", "notable",
          ["Arm A: low dose of examplumab"], ["Arm A: high dose of examplumab"])],
    ),
    "arm renamed, described as before": (
        {"armsInterventionsModule__armGroups": [{"label": "X", "description": "A long text"}]},
        {"armsInterventionsModule__armGroups": [{"label": "Y", "description": "A long text"}]},
        [("arms", "arms", "notable", ["X"], ["Y"])],
    ),
    "place renamed": (
        {LOCATIONS: [place("Saint Mary", "X", zip="1", status="RECRUITING")]},
        {LOCATIONS: [place("Saint Mary Hospital", "X", zip="1", status="RECRUITING")]},
        [("locations", "locations.name", "minor",
          [place("Saint Mary", "X", zip="1", status="RECRUITING")],
          [place("Saint Mary Hospital", "X", zip="1", status="RECRUITING")])],
    ),
    "mask taken off": (
        {LOCATIONS: [place("Research Site", "X")]},
        {LOCATIONS: [place("A Hospital", "X")]},
        [("locations", "locations.name", "minor",
          [place("Research Site", "X")], [place("A Hospital", "X")])],
    ),
    "another hospital in the same town": (
        {LOCATIONS: [place("Saint Mary", "X")]},
        {LOCATIONS: [place("Children's Clinic", "X")]},
        [("locations", "locations", "notable", [place("Saint Mary", "X")], None),
         ("locations", "locations", "notable", None, [place("Children's Clinic", "X")])],
    ),
    "a rename where another campus keeps the name": (
        {LOCATIONS: [place("Institute", "X", zip="1"), place("Institute", "X", zip="2")]},
        {LOCATIONS: [place("Oncology Institute", "X", zip="1"), place("Institute", "X", zip="2")]},
        [("locations", "locations.name", "minor",
          [place("Institute", "X", zip="1")], [place("Oncology Institute", "X", zip="1")])],
    ),
    "all primary outcomes left out": (
        {PRIMARY: [OS]},
        {PRIMARY: []},
        [("primary_outcome", "primary_outcomes", "minor",
          [{"measure": "Overall survival", "time_frame": "3 years"}], None)],
    ),
    "places that closed and reopened": (
        {LOCATIONS: [place("A", "X", status="RECRUITING"), place("B", "Y", status="SUSPENDED")]},
        {LOCATIONS: [place("A", "X", status="SUSPENDED"), place("B", "Y", status="RECRUITING")]},
        [("locations", "locations.status", "notable",
          [place("B", "Y", status="SUSPENDED")], [place("B", "Y", status="RECRUITING")]),
         ("locations", "locations.status", "minor",
          [place("A", "X", status="RECRUITING")], [place("A", "X", status="SUSPENDED")])],
    ),
    "the whole study opened": (
        {STATUS: "NOT_YET_RECRUITING",
         LOCATIONS: [place(f"H{n}", "X", zip=f"{n}", status="NOT_YET_RECRUITING")
                     for n in range(9)]},
        {STATUS: "RECRUITING",
         LOCATIONS: [place(f"H{n}", "X", zip=str(n), status="RECRUITING") for n in range(9)]},
        [("status", "overall_status", "major", "NOT_YET_RECRUITING", "RECRUITING")],
    ),
    "two masks of a town by their codes": (
        {LOCATIONS: [place("Research Site", "X", zip="1", status="RECRUITING"),
                     place("Research Site", "X", zip="2", status="SUSPENDED")]},
        {LOCATIONS: [place("Research Site", "X", zip="2", status="SUSPENDED"),
                     place("Research Site", "X", zip="1", status="RECRUITING"),
                     place("Research Site", "X", zip="3", status="RECRUITING")]},
        [("locations", "locations", "notable", None,
          [place("Research Site", "X", zip="3", status="RECRUITING")])],
    ),
    "lead sponsor": (
        {"sponsorCollaboratorsModule__leadSponsor": {"name": "Wugen", "class": "INDUSTRY"}},
        {"sponsorCollaboratorsModule__leadSponsor": {"name": "Allotera", "class": "INDUSTRY"}},
        [("sponsor", "lead_sponsor", "notable", "Wugen", "Allotera")],
    ),
    "document": (
        {},
        {"top__documentSection": {"largeDocumentModule": {"largeDocs": [
            {"label": "Study Protocol", "date": "2026-01-02", "filename": "p.pdf"}]}}},
        [("documents", "documents", "notable", None, ["Study Protocol 2026-01-02"])],
    ),
    "one paragraph of a long text": (
        {"descriptionModule__detailedDescription": "First part.\n\nSecond part of it.\n\nThird."},
        {"descriptionModule__detailedDescription": "First part.\n\nSecond part of all.\n\nThird."},
        [("description", "detailed_description", "minor",
          ["Second part of it."], ["Second part of all."])],
    ),
    "publication": (
        {},
        {"referencesModule__references": [{"pmid": "1", "type": "DERIVED", "citation": "A. 2026"}]},
        [("references", "references", "minor", None, ["A. 2026"])],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_is_just_this_change(
    before: dict[str, Any], after: dict[str, Any], expected: list[Row]
) -> None:
    assert rows(record(1, **before), record(1, **after)) == expected


def test_a_fall_to_unknown_keeps_the_last_known_status() -> None:
    before = study_from(record(1))
    after = study_from(
        record(1, statusModule__overallStatus="UNKNOWN", statusModule__lastKnownStatus="RECRUITING")
    )
    (change,) = compare(before, after)
    assert (change.new, change.last_known) == ("UNKNOWN", "RECRUITING")


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        ("2026-06-01", "2026-06-30", 29),
        ("2026-06-30", "2026-06-01", -29),
        ("2026-06", "2026-06-30", 0),
        ("2026-06-30", "2026-07", 1),
        ("2026-06-01", "2026-08", 61),
        ("2026-02", "2026-03", 30),
        ("2026-06", "2030-03", 1370),
        ("2026", "2026-12-31", 0),
        ("2026", "2027", 365),
    ],
)
def test_days_between_dates_of_any_exactness(old: str, new: str, days: int) -> None:
    assert days_moved(old, new) == days
    assert days_moved(new, old) == -days


# What holds for any pair of records

SENTENCES = [
    "Confirmed diagnosis of the disease",
    "Written informed consent",
    "Adequate liver function, bilirubin < 2 mg/dL",
    "Adequate kidney function, creatinine < 2 mg/dL",
    "Pregnant or breast-feeding",
    "Prior CAR-T cell therapy",
    "Age 18 years or older",
    "Karnofsky score of 60 or more",
]
ITEMS = st.lists(st.sampled_from(SENTENCES), max_size=5, unique=True)
PLACES = st.lists(
    st.builds(
        place,
        facility=st.sampled_from(
            ["Hospital A", "Clinic B", "Research Site", "Local Institution - 01", ""]
        ),
        city=st.sampled_from(["X", "Y"]),
        country=st.sampled_from(["Atlantis", "Turkey", "Turkey (Türkiye)"]),
        zip=st.sampled_from(["", "1", "2"]),
        status=st.sampled_from(["", "RECRUITING", "SUSPENDED"]),
    ),
    max_size=5,
)
OUTCOMES = st.lists(
    st.fixed_dictionaries(
        {
            "measure": st.sampled_from(
                ["Overall survival", "Survival, overall", "MRD", "Toxicity"]
            ),
            "timeFrame": st.sampled_from(["1 year", "2 years"]),
        }
    ),
    max_size=4,
    unique_by=lambda item: item["measure"],
)
NAMES = st.lists(st.sampled_from(["A", "B", "Arm one, low", "Arm one, high"]), unique=True)


@st.composite
def records(draw: st.DrawFn) -> Record:
    return record(
        1,
        statusModule__overallStatus=draw(st.sampled_from(["RECRUITING", "SUSPENDED", "UNKNOWN"])),
        statusModule__startDateStruct=draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "date": st.sampled_from(["2026", "2026-01", "2026-01-15", "2026-03-01"]),
                    "type": st.sampled_from(["", "ACTUAL", "ESTIMATED"]),
                }
            )
        ),
        designModule__enrollmentInfo=draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "count": st.sampled_from([0, 10]),
                    "type": st.sampled_from(["", "ACTUAL", "ESTIMATED"]),
                }
            )
        ),
        eligibilityModule__eligibilityCriteria=criteria_text(
            [f"* {text}" for text in draw(ITEMS)], [f"* {text}" for text in draw(ITEMS)]
        ),
        eligibilityModule__minimumAge=draw(st.sampled_from([None, "18 Years", "N/A"])),
        contactsLocationsModule__locations=draw(PLACES),
        outcomesModule__primaryOutcomes=draw(OUTCOMES),
        outcomesModule__secondaryOutcomes=draw(OUTCOMES),
        armsInterventionsModule__armGroups=[{"label": name} for name in draw(NAMES)],
        descriptionModule__briefSummary="\n\n".join(draw(ITEMS)),
        conditionsModule__conditions=draw(NAMES),
    )


@given(records())
def test_nothing_changed_is_nothing(given_record: Record) -> None:
    study = study_from(given_record)
    assert compare(study, study) == []


@given(records(), st.randoms())
def test_order_is_nothing(given_record: Record, randomness: random.Random) -> None:
    shuffled = copy.deepcopy(given_record)
    protocol = shuffled["protocolSection"]
    for items in (
        protocol["contactsLocationsModule"]["locations"],
        protocol["outcomesModule"]["primaryOutcomes"],
        protocol["outcomesModule"]["secondaryOutcomes"],
        protocol["armsInterventionsModule"]["armGroups"],
        protocol["conditionsModule"]["conditions"],
    ):
        randomness.shuffle(items)
    assert rows(given_record, shuffled) == []


MARKERS = ["* ", "- ", "• ", "{n}. ", "{n}) ", "({n}) ", "  * ", "\\- "]


@given(ITEMS, ITEMS, st.sampled_from(MARKERS), st.sampled_from(["\n", "\n\n", "\n\n\n"]))
def test_markers_white_space_and_escapes_are_nothing(
    inclusion: list[str], exclusion: list[str], marker: str, gap: str
) -> None:
    def listed(texts: list[str]) -> list[str]:
        return [marker.format(n=n) + text.replace("<", "\\<") for n, text in enumerate(texts, 1)]

    plain = criteria_text([f"* {t}" for t in inclusion], [f"* {t}" for t in exclusion])
    other = gap.join(
        ["INCLUSION CRITERIA", *listed(inclusion), "Exclusion criteria:", *listed(exclusion)]
    )
    assert rows(record(1, **{CRITERIA: plain}), record(1, **{CRITERIA: other})) == []


def _with_masks(*zips: str) -> Record:
    """Return a record with a hospital, and a masked place for each postal code."""
    masks = [place("Research Site", "Y", "Turkey", zip=code) for code in zips]
    hospital = place("Hospital A", "Y", "Turkey")
    return record(1, contactsLocationsModule__locations=masks or [hospital])


@given(records(), records())
@example(_with_masks(), _with_masks("1", ""))  # the mask without a code may be the hospital
def test_before_and_after_exchanged_mirror_the_changes(before: Record, after: Record) -> None:
    a, b = study_from(before), study_from(after)
    back = [FieldChange(f.field, f.new, f.old, f.rank, kind=f.kind) for f in compare(b, a)]
    forth = [FieldChange(f.field, f.old, f.new, f.rank, kind=f.kind) for f in compare(a, b)]
    assert _facts(forth) == _facts(back)


def _facts(changes: list[FieldChange]) -> list[tuple[str, str, str]]:
    """Changes as a set of facts: what went, what came, what became what."""
    facts = []
    for f in changes:
        old, new = (v if isinstance(v, list) else [v] for v in (f.old, f.new))
        single = f.old is None or f.new is None or f.field.endswith("swapped")
        apart = [*((o, None) for o in old), *((None, n) for n in new)]
        pairs = apart if single else zip(old, new, strict=True)
        facts += [(f.kind, f.field, repr(pair)) for pair in pairs if pair != (None, None)]
    return sorted(facts)


def _stands(value: Any, study: Study, field: str) -> bool:
    """Whether a value of a FieldChange stands in a record."""
    base = field.partition(".")[0]
    if base.endswith("criteria"):
        items = criteria.parse_criteria(study.criteria)
        if isinstance(value, dict):
            text = value.get("text", value.get("name"))
            return any(text == i.text and value["above"] in (*i.above, "") for i in items)
        return value in {item.text for item in items}
    have = getattr(study, base)
    if base == "locations":
        keys = ("facility", "city", "zip", "country", "status")
        return any(all(getattr(p, k) == value.get(k, "") for k in keys) for p in have)
    if base.endswith("outcomes"):
        have = tuple(o for name in LISTS for o in getattr(study, name))
        measure = value.get("name") or value["measure"]
        return any(o.measure == measure and o.time_frame == value["time_frame"] for o in have)
    if base == "arms":
        return value in {arm.label for arm in have}
    if base in ("brief_summary", "detailed_description"):
        return value in [line.strip() for line in have.split("\n")]
    if isinstance(value, dict):
        return have is not None and all(getattr(have, k) == v for k, v in value.items())
    return value in have if isinstance(have, tuple) else value == have


@given(records(), records())
def test_every_value_stands_in_its_record(before: Record, after: Record) -> None:
    a, b = study_from(before), study_from(after)
    for change in compare(a, b):
        for value, study in ((change.old, a), (change.new, b)):
            for item in value if isinstance(value, list) else [value]:
                assert item is None or _stands(item, study, change.field), (change.field, item)


@given(st.text())
def test_any_text_can_be_criteria(text: str) -> None:
    for item in criteria.parse_criteria(text):
        assert item.text.strip()
        assert item.section in criteria.SECTIONS
