"""Invented registry records. Ids from NCT99000001 up, so that nobody takes them for real."""

import copy
from typing import Any

Record = dict[str, Any]


def nct(number: int) -> str:
    """Return an invented id."""
    return f"NCT{99_000_000 + number}"


def place(facility: str, city: str, country: str = "Atlantis", **more: Any) -> Record:
    """Return a location."""
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
    """Return a whole record; `changes` are set by path: record(1, statusModule__overallStatus="…").

    A value of None takes the part out.
    """
    whole = copy.deepcopy(_WHOLE)
    protocol = whole["protocolSection"]
    protocol["identificationModule"]["nctId"] = nct(number)
    protocol["identificationModule"]["briefTitle"] = f"Invented Study {number}"
    for path, value in changes.items():
        *way, last = path.split("__")
        part = whole if way[:1] == ["top"] else protocol
        for step in way[1:] if way[:1] == ["top"] else way:
            part = part.setdefault(step, {})
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    return whole
