"""What is reported between two records: pairs.yaml, after reports of what such programs miss.

Each of its pairs is one of a kind: mend the kind at its cause, never the pair.
"""

import re
import time
from typing import Any

import pytest
import yaml

from monitor.changes import describe_night
from monitor.changes.marked_text import Message
from monitor.registry import parse_criteria, study_from
from monitor.text import SPELLING, TYPOGRAPHY, Rule, same, same_name
from monitor.update import changes_between
from tests.records import Record, place, record
from tests.trees import PROJECT

PAIRS: dict[str, list[Any]] = yaml.safe_load((PROJECT / "tests/pairs.yaml").read_text("utf-8"))
CASES = {
    f"{part}: {case['why']}": case
    for part, cases in PAIRS.items()
    if part not in ("same", "other")
    for case in cases
}
CRITERIA = "eligibilityModule__eligibilityCriteria"
LOCATIONS = "contactsLocationsModule__locations"


def messages(old: Record, new: Record) -> list[Message]:
    return describe_night(list(changes_between(study_from(old), study_from(new))))


def lines(shown: list[Message]) -> list[str]:
    return ["".join(run.text for run in line) for message in shown for line in message.lines]


def whole(changes: dict[str, Any]) -> Record:
    """A record with the changes of a pair."""
    changes = dict(changes)
    if "criteria" in changes:
        changes[CRITERIA] = "\n\n".join(changes.pop("criteria") or [])
    if "places" in changes:
        changes[LOCATIONS] = [p for text in changes.pop("places") or [] for p in places(text)]
    return record(1, **changes)


def places(text: str) -> list[Record]:
    count, _, rest = text.partition(" x ") if re.match("[0-9]+ x ", text) else ("1", "", text)
    names = ("facility", "city", "country", "zip", "state", "status")
    return [
        {
            name: part.strip()
            for name, part in zip(names, rest.replace("%", f"{number}").split("|"), strict=False)
            if part.strip()
        }
        for number in range(int(count))
    ]


@pytest.mark.parametrize("why", CASES)
def test_a_pair_is_reported_like_this(why: str) -> None:
    case = CASES[why]
    shown = messages(whole(case["old"]), whole(case["new"]))
    assert [message.title for message in shown] == case["reported"]
    if "lines" in case:
        assert lines(shown) == case["lines"]
    if not case["reported"]:
        assert messages(whole(case["new"]), whole(case["old"])) == []


@pytest.mark.parametrize(("a", "b"), PAIRS["same"])
def test_typography_is_nothing(a: str, b: str) -> None:
    assert same(a, b)
    assert messages(_with_text(a), _with_text(b)) == []


@pytest.mark.parametrize(("a", "b"), PAIRS["other"])
def test_meaning_is_reported_wherever_it_stands(a: str, b: str) -> None:
    assert not same(a, b)
    changes = changes_between(study_from(_with_text(a)), study_from(_with_text(b)))
    kinds = {change.kind for change in changes}
    assert kinds == {"eligibility", "arms", "description", "primary_outcome"}


def _with_text(text: str) -> Record:
    """A record that has a text in each part where texts are compared."""
    return record(
        1,
        eligibilityModule__eligibilityCriteria=f"Inclusion Criteria:\n\n* Adults\n* {text}",
        armsInterventionsModule__armGroups=[{"label": "A", "description": text}],
        descriptionModule__briefSummary=text,
        outcomesModule__primaryOutcomes=[{"measure": "Survival", "timeFrame": text}],
    )


@pytest.mark.parametrize("rule", TYPOGRAPHY, ids=lambda rule: rule.name)
def test_each_rule_of_typography(rule: Rule) -> None:
    a, b = rule.example
    assert same(a, b)
    assert rule.apply(a) != a
    assert not rule.beyond_ascii or not f"{a}{b}".isascii()


@pytest.mark.parametrize("rule", SPELLING, ids=lambda rule: rule.name)
def test_each_rule_of_spelling(rule: Rule) -> None:
    a, b = rule.example
    assert same_name(a, b)
    assert not same(a, b)


def test_the_rules_are_documented() -> None:
    page = (PROJECT / "docs/data.md").read_text("utf-8")
    for rule in (*TYPOGRAPHY, *SPELLING):
        assert f"| {rule.name} |" in page


# Long lists

HUNDREDS = [place(f"Clinic {n}", f"C{n}", f"Country {n % 45}") for n in range(1, 201)]


def test_hundreds_of_places_fit_into_a_title_and_an_entry() -> None:
    (message,) = messages(record(1, **{LOCATIONS: []}), record(1, **{LOCATIONS: HUNDREDS}))
    assert message.title == (
        "200 locations added in Country 1 (5), Country 10 (5), Country 11 (5)"
        " and 42 other countries"
    )
    assert len(message.lines) == 45
    text = "\n".join(lines([message]))
    assert all(f"{site['facility']}, {site['city']}" in text for site in HUNDREDS)


def _criteria(texts: list[str]) -> Record:
    return record(1, **{CRITERIA: "Inclusion Criteria:\n" + "\n".join(f"* {t}" for t in texts)})


def _sites(names: list[str], towns: int) -> Record:
    return record(1, **{LOCATIONS: [place(n, f"T {i % towns}") for i, n in enumerate(names)]})


LONG = {
    "5,000 places under another name": (
        _sites([f"Hospital {n}" for n in range(5000)], 5000),
        _sites([f"Hospital {n} North" for n in range(5000)], 5000),
        ["5,000 locations under another name in Atlantis"],
    ),
    "5,000 places of three towns, all others": (
        _sites([f"Old {n} Hospital {n * 7919 % 5000}" for n in range(5000)], 3),
        _sites([f"New {n} Hospital {n * 7919 % 5000}" for n in range(5000)], 3),
        ["5,000 locations added in Atlantis", "5,000 locations no longer listed in Atlantis"],
    ),
    "2,000 criteria reworded": (
        _criteria([f"Platelets above {n} at screening" for n in range(2000)]),
        _criteria([f"Platelets above {n} at enrollment" for n in range(2000)]),
        ["2,000 inclusion criteria reworded"],
    ),
    "2,000 criteria cut in two": (
        _criteria([f"Platelets above {n} and leukocytes above {n}" for n in range(2000)]),
        _criteria(
            [t for n in range(2000) for t in (f"Platelets above {n}", f"and leukocytes above {n}")]
        ),
        [],
    ),
    "2,000 criteria, each below the last": (
        _criteria(["a"]),
        record(1, **{CRITERIA: "\n".join(" " * n + f"* Item {n}" for n in range(2000))}),
        ["2,000 eligibility criteria added", "Inclusion criterion removed: a"],
    ),
}


@pytest.mark.parametrize(("old", "new", "titles"), LONG.values(), ids=LONG.keys())
def test_a_long_list_takes_seconds(old: Record, new: Record, titles: list[str]) -> None:
    """Each took minutes when all was held against all."""
    start = time.process_time()
    assert [message.title for message in messages(old, new)] == titles
    assert time.process_time() - start < 20


def test_every_level_of_deep_criteria_is_kept() -> None:
    text = "\n".join(" " * n + f"* Item {n}" for n in range(300))
    items = parse_criteria(text)
    assert [len(item.above) for item in items] == list(range(300))
    assert [item.level for item in items] == list(range(300))
