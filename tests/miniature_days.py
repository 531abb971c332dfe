"""The invented days from which tests/miniature/data is generated."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.records import nct, place, record

HOSTILE = '<script>alert(1)</script> ]]> \x0b\u2028 [x](javascript:alert(1)) & "quotes"'


def days() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (date, records that changed on it)."""
    yield "2026-05-01", [record(1), record(2), _partial(), _hostile()]
    yield (
        "2026-05-02",
        [
            record(
                1,
                statusModule__overallStatus="ACTIVE_NOT_RECRUITING",
                designModule__enrollmentInfo={"count": 4, "type": "ACTUAL"},
            ),
            record(
                2,
                designModule__enrollmentInfo={"count": 102, "type": "ESTIMATED"},
                statusModule__primaryCompletionDateStruct={"date": "2029-08", "type": "ESTIMATED"},
                eligibilityModule__eligibilityCriteria=(
                    "Inclusion Criteria:\n\n1. Confirmed diagnosis\n2. Written consent\n\n"
                    "Exclusion Criteria:\n\n1. Pregnant or breast-feeding"
                ),
            ),
        ],
    )
    yield (
        "2026-05-03",
        [
            record(5, statusModule__studyFirstPostDateStruct={"date": "2026-05-02"}),
            record(
                2,
                designModule__enrollmentInfo={"count": 102, "type": "ESTIMATED"},
                statusModule__primaryCompletionDateStruct={"date": "2029-08", "type": "ESTIMATED"},
                identificationModule__briefTitle="Invented Study 2, Renamed",
                eligibilityModule__eligibilityCriteria=(
                    "Inclusion Criteria:\n\n* Written consent\n* Confirmed diagnosis\n\n"
                    "Exclusion Criteria:\n\n* Pregnant or breast-feeding"
                ),
            ),
        ],
    )
    yield (
        "2026-06-01",
        [
            record(
                5,
                statusModule__studyFirstPostDateStruct={"date": "2026-05-02"},
                contactsLocationsModule__locations=[
                    place("Example Hospital", "Port Sample", zip="100", status="RECRUITING"),
                    place("Sample Clinic", "Exampleton", zip="200", status="RECRUITING"),
                    place("New Hospital", "Testville", "Lemuria", status="RECRUITING"),
                ],
            )
        ],
    )


def _partial() -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": nct(3), "briefTitle": "Invented Partial Record"},
            "statusModule": {"overallStatus": "UNKNOWN", "lastKnownStatus": "RECRUITING"},
        }
    }


def _hostile() -> dict[str, Any]:
    """Return a record with hostile text in every field that pages show."""
    return record(
        4,
        identificationModule__briefTitle=f"Hostile {HOSTILE}",
        identificationModule__acronym=HOSTILE,
        statusModule__overallStatus=HOSTILE,
        statusModule__whyStopped=HOSTILE,
        descriptionModule__briefSummary=HOSTILE,
        conditionsModule__conditions=[HOSTILE],
        sponsorCollaboratorsModule__leadSponsor={"name": HOSTILE},
        designModule__phases=[HOSTILE],
        armsInterventionsModule__armGroups=[{"label": HOSTILE, "description": HOSTILE}],
        outcomesModule__primaryOutcomes=[{"measure": HOSTILE, "timeFrame": HOSTILE}],
        eligibilityModule__eligibilityCriteria=HOSTILE,
        eligibilityModule__minimumAge=HOSTILE,
        contactsLocationsModule__locations=[place(HOSTILE, HOSTILE, HOSTILE, status=HOSTILE)],
        referencesModule__references=[{"pmid": "1/../x", "citation": HOSTILE}],
    )


def write_days(folder: Path) -> None:
    """Write the days as files for `tests.replay`."""
    folder.mkdir(parents=True, exist_ok=True)
    for day, records in days():
        lines = "".join(f"{json.dumps(item)}\n" for item in records)
        (folder / f"{day}.jsonl").write_text(lines, "utf-8")
