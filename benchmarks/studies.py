"""Generates many studies from real ones, with other ids, dates, statuses and places; and edits.

Seeded: the same number generates the same studies. They are never published.
"""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

Record = dict[str, Any]

STATUSES = {
    "RECRUITING": 20,
    "COMPLETED": 38,
    "UNKNOWN": 12,
    "TERMINATED": 9,
    "ACTIVE_NOT_RECRUITING": 11,
    "NOT_YET_RECRUITING": 5,
    "WITHDRAWN": 4,
    "SUSPENDED": 1,
}
"""Approximate frequency of a status among the registry's trials of a cancer, in percent."""


def real_records(folder: Path) -> list[Record]:
    """Return the whole records in a folder, sorted by id."""
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def variants(real: list[Record], ids: list[str], random: Random) -> Iterator[Record]:
    """Yield a record for each id, each a variant of a real one."""
    for number, nct_id in enumerate(ids):
        yield _variant(real[number % len(real)], nct_id, random)


def _variant(record: Record, nct_id: str, random: Random) -> Record:
    other = copy.deepcopy(record)
    protocol = other["protocolSection"]
    identification = protocol["identificationModule"]
    identification["nctId"] = nct_id
    title = identification.get("briefTitle", "A study")
    identification["briefTitle"] = f"{title}, series {random.randrange(1000)}"
    status = protocol["statusModule"]
    (status["overallStatus"],) = random.choices([*STATUSES], [*STATUSES.values()])
    days = timedelta(days=random.randrange(-1500, 900))
    for key, value in status.items():
        if key.endswith("DateStruct") and "date" in value:
            value["date"] = _moved(value["date"], days)
    places = protocol.get("contactsLocationsModule", {}).get("locations", [])
    kept = [place for place in places if random.random() < 0.9]
    for place in kept:
        if status["overallStatus"] == "RECRUITING":
            place["status"] = random.choice(["RECRUITING", "RECRUITING", "COMPLETED"])
        else:
            place.pop("status", None)
        if point := place.get("geoPoint"):
            point["lat"] = round(point["lat"] + random.uniform(-0.2, 0.2), 5)
    if places:
        protocol["contactsLocationsModule"]["locations"] = kept
    return other


def _moved(text: str, days: timedelta) -> str:
    """Return a date of the registry moved by some days, of the same precision."""
    year, month, day = (*map(int, text.split("-")), 6, 15)[:3]
    place = date(min(max(year, 1990), 2060), month, min(day, 28)) + days
    return place.isoformat()[: len(text)]


# Edits of a night


def edited(record: Record, random: Random) -> Record:
    """Return the record with one random edit."""
    other = copy.deepcopy(record)
    edit = random.choice(_EDITS)
    edit(other["protocolSection"], random)
    return other


def _status(protocol: Record, random: Random) -> None:
    now = protocol["statusModule"]["overallStatus"]
    others = [status for status in STATUSES if status != now]
    protocol["statusModule"]["overallStatus"] = random.choice(others)


def _date(protocol: Record, random: Random) -> None:
    completion = protocol["statusModule"].setdefault(
        "primaryCompletionDateStruct", {"date": "2027-03"}
    )
    completion["date"] = _moved(completion["date"], timedelta(days=random.randrange(40, 400)))
    completion["type"] = "ESTIMATED"


def _enrollment(protocol: Record, random: Random) -> None:
    enrollment = protocol.setdefault("designModule", {}).setdefault("enrollmentInfo", {"count": 10})
    enrollment["count"] = enrollment.get("count", 10) + random.randrange(1, 90)


def _criteria(protocol: Record, random: Random) -> None:
    module = protocol.setdefault("eligibilityModule", {})
    text = module.get("eligibilityCriteria", "Inclusion Criteria:\n")
    item = f"\n* No other treatment within {random.randrange(1, 200)} days"
    module["eligibilityCriteria"] = text + item


def _locations(protocol: Record, random: Random) -> None:
    module = protocol.setdefault("contactsLocationsModule", {})
    city, country = random.choice([("Lyon", "France"), ("Osaka", "Japan"), ("Leeds", "Canada")])
    place = {"facility": f"Hospital {random.randrange(900)}", "city": city, "country": country}
    module["locations"] = [*module.get("locations", []), place]


def _outcome(protocol: Record, random: Random) -> None:
    module = protocol.setdefault("outcomesModule", {})
    measure = {"measure": f"Relapse within {random.randrange(2, 90)} months", "timeFrame": "Years"}
    module["primaryOutcomes"] = [*module.get("primaryOutcomes", []), measure]


def _title(protocol: Record, random: Random) -> None:
    module = protocol["identificationModule"]
    module["officialTitle"] = f"{module.get('officialTitle', 'A study')}, {random.randrange(99)}"


_EDITS: tuple[Callable[[Record, Random], None], ...] = (
    *(_status, _date, _date, _enrollment, _criteria),
    *(_locations, _locations, _outcome, _title),
)
