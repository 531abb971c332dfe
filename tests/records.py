"""Invented registry records. Their ids start with NCT99000001, which no real one has."""

import copy
from typing import Any

Record = dict[str, Any]

STATUS = "statusModule__overallStatus"
"""A path of `record`."""


def nct(number: int) -> str:
    """Return the invented NCT id of a number."""
    return f"NCT{99_000_000 + number}"


def place(facility: str, city: str, country: str = "Atlantis", **more: Any) -> Record:
    """Return a location as the registry has it."""
    return {"facility": facility, "city": city, "country": country, **more}


_WHOLE: Record = {
    "hasResults": False,
    "protocolSection": {
        "identificationModule": {
            "nctId": "",
            "briefTitle": "",
            "officialTitle": "A Randomized Study of Examplumab in Invented Leukemia",
            "orgStudyIdInfo": {"id": "EX-1"},
        },
        "statusModule": {
            "overallStatus": "RECRUITING",
            "startDateStruct": {"date": "2026-01-15", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2028-06", "type": "ESTIMATED"},
            "completionDateStruct": {"date": "2029-06", "type": "ESTIMATED"},
            "studyFirstPostDateStruct": {"date": "2025-12-01", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2026-05-01", "type": "ACTUAL"},
            "statusVerifiedDate": "2026-04",
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Example University", "class": "OTHER"},
            "collaborators": [{"name": "Sample Pharma", "class": "INDUSTRY"}],
        },
        "descriptionModule": {"briefSummary": "A study of an invented drug."},
        "conditionsModule": {"conditions": ["Acute Lymphoblastic Leukemia"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"},
            "enrollmentInfo": {"count": 200, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Examplumab", "type": "EXPERIMENTAL"},
                {"label": "Chemotherapy", "type": "ACTIVE_COMPARATOR"},
            ],
            "interventions": [{"name": "Examplumab", "type": "DRUG"}],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "Overall survival", "timeFrame": "3 years"}],
            "secondaryOutcomes": [{"measure": "Adverse events", "timeFrame": "1 year"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": (
                "Inclusion Criteria:\n\n* Confirmed diagnosis\n* Written consent\n\n"
                "Exclusion Criteria:\n\n* Pregnant or breast-feeding\n* Prior CAR-T cell therapy"
            ),
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "75 Years",
            "healthyVolunteers": False,
        },
        "contactsLocationsModule": {
            "locations": [
                place("Example Hospital", "Port Sample", zip="100", status="RECRUITING"),
                place("Sample Clinic", "Exampleton", zip="200", status="RECRUITING"),
            ]
        },
    },
}


def record(number: int, **changes: Any) -> Record:
    """Return a whole record with changes, by path: record(1, statusModule__overallStatus="…").

    A path begins below protocolSection, or, with `top`, at the record. None removes a part.
    """
    whole = copy.deepcopy(_WHOLE)
    protocol = whole["protocolSection"]
    protocol["identificationModule"]["nctId"] = nct(number)
    protocol["identificationModule"]["briefTitle"] = f"Invented Study {number}"
    for path, value in changes.items():
        *parents, last = path.split("__")
        is_top = parents[:1] == ["top"]
        part = whole if is_top else protocol
        for name in parents[is_top:]:
            part = part.setdefault(name, {})
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    return whole
