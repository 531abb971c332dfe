"""A trial in a row, a lane or a card: names that fit, and a status that can be believed."""

from pathlib import Path
from typing import Any

import pytest

from monitor.text import shortened
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import Site, night, tree
from tests.vocabulary_tree import CRITERIA, TITLE, vocabulary_tree

UPDATED = "statusModule__lastUpdatePostDateStruct"
END = "statusModule__completionDateStruct"
LONG = "Identification of necessary information for treatment induction in new disease"


def built(root: Path, *records: dict[str, Any]) -> dict[str, str]:
    tree(root)
    with RegistryServer(records) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    return {path: site[path].decode() for path in site if path.endswith(".html")}


@pytest.mark.parametrize(
    ("longest", "short"),
    [
        (28, "Identification of necessary…"),
        (27, "Identification…"),
        (78, LONG),
    ],
)
def test_a_text_is_cut_behind_the_last_whole_word_that_says_something(
    longest: int, short: str
) -> None:
    assert shortened(LONG, longest) == short
    assert len(short) <= longest


def test_a_word_longer_than_the_room_is_cut_within() -> None:
    assert shortened("Pneumonoultramicroscopic silicosis", 12) == "Pneumonoult…"
    influenza = "Vaccine against influenza A in children"
    assert shortened(influenza, 28) == "Vaccine against influenza A…"
    assert shortened("A (B) with the (very long name)", 17) == "A (B)…"


def test_a_name_that_a_chart_cuts_is_whole_in_its_title_and_table(tmp_path: Path) -> None:
    site = built(tmp_path / "tree", record(1, **{TITLE: LONG}), record(2))
    page = site["leukemia/index.html"]
    assert f"<g><title>{LONG}</title>" in page
    assert f'/{nct(1)}/index.html">{LONG}</a></th>' in page


@pytest.mark.parametrize(
    ("updated", "end", "word"),
    [
        ("2024-04-01", "2025-01", "Unknown"),  # what the registry itself will say
        ("2024-06-01", "2025-01", "Open"),  # confirmed less than two years ago
        ("2019-01-01", "2027-01", "Open"),  # it goes on
        ("", "2025-01", "Open"),  # nobody knows since when it stands so
    ],
)
def test_an_open_status_that_nobody_confirmed_for_two_years_is_not_shown_as_open(
    tmp_path: Path, updated: str, end: str, word: str
) -> None:
    dates = {UPDATED: {"date": updated} if updated else None, END: {"date": end}}
    site = built(tmp_path / "tree", record(1, **dates))
    assert f"</svg>{word}</span>" in site["leukemia/trials/index.html"]
    page = site[f"trials/{nct(1)}/index.html"]
    is_doubted = "its record has not been updated since 1 April 2024." in page
    assert is_doubted == (word == "Unknown")
    assert "recruiting" in page  # the registry's own word stays


def test_nobody_who_cannot_join_is_said_and_not_left_empty(tmp_path: Path) -> None:
    bare = {"eligibilityModule__healthyVolunteers": None, CRITERIA: ""}
    root = vocabulary_tree(
        tmp_path / "tree", [record(1, **{TITLE: "A drug in relapsed leukemia"}, **bare)]
    )
    page = Site(root)[f"trials/{nct(1)}/index.html"].decode()
    _, _, cannot = page.partition("<h3>Cannot join</h3>")
    assert cannot.lstrip().startswith('<p class="small">Not stated')
