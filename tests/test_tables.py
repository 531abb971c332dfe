"""Each table is whole: what one place lists has words, or a use, wherever it is to appear."""

import json
from dataclasses import fields
from itertools import islice
from pathlib import Path

import pytest

from monitor import website
from monitor.catalog.selection import LABELS
from monitor.changes import watched
from monitor.changes.rules import named, paragraphs, value
from monitor.changes.watched import WATCHED
from monitor.changes.wording import describe
from monitor.content.addresses import ADDRESSES
from monitor.content.claims import CLAIM_LABELS
from monitor.content.vocabulary import RESERVED
from monitor.data.change import KINDS, RANKS, Change
from monitor.data.reader import CHECK
from monitor.data.snapshot import Check
from monitor.pages import charts, pills, preview_picture
from monitor.registry import terms
from monitor.registry.study import Study
from monitor.review.rules import RULES
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import PROJECT, entries, night, tree
from tests.vocabulary_tree import records, vocabulary_tree


@pytest.mark.parametrize("status", terms.STATUSES.values(), ids=list(terms.STATUSES))
def test_each_status_has_words_and_a_group(status: terms.Status) -> None:
    assert status.term
    assert status.joining.endswith(".")
    assert status.group in terms.STATUS_GROUPS
    assert status.event in ("", *terms.STATUS_EVENTS)
    assert status.takes_nobody or not status.has_ended
    assert not (status.is_open and (status.takes_nobody or status.needs_reason))
    change = Change("2026-05-01", nct(1), "status", "major", "overall_status", "", status.code)
    assert describe(change).title.startswith(status.news)
    assert terms.status(status.code) is status


def test_a_status_that_is_new_to_us_has_words_all_the_same() -> None:
    status = terms.status("ON_THE_MOON")
    assert (status.term, status.news, status.group, status.is_open) == (
        *("On the moon", "Status is now on the moon", "unknown", False),
    )


def test_each_group_has_a_status() -> None:
    assert {status.group for status in terms.STATUSES.values()} == set(terms.STATUS_GROUPS)
    assert {status.event for status in terms.STATUSES.values()} == {"", *terms.STATUS_EVENTS}
    assert set(pills.SHAPES) == set(preview_picture.COLOURS) == set(terms.STATUS_GROUPS)


def test_each_group_of_statuses_is_drawn() -> None:
    drawn = [group for *_, groups in charts.GROUPS for group in groups]
    assert sorted(drawn) == sorted(terms.STATUS_GROUPS)
    style = (PROJECT / "templates/static/style.css").read_text()
    assert [group for group in terms.STATUS_GROUPS if f"\n.{group} {{ color" not in style] == []
    assert [group for group in terms.STATUS_GROUPS if f".pill.{group} {{" not in style] == []


def test_each_kind_of_change_is_ranked_and_has_a_heading_of_its_own() -> None:
    assert all(kind.rank in RANKS for kind in KINDS.values())
    assert len({kind.heading for kind in KINDS.values()} - {""}) == len(KINDS)
    assert {kind for kind, _ in WATCHED} <= KINDS.keys()


def test_a_row_is_all_that_a_field_needs_to_be_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields that nobody watches, one of each type: what a night logs of them is read and shown."""
    rows = (
        ("design", value("has_results")),
        ("arms", value("last_known_status")),
        ("eligibility", named("std_ages", str)),
        ("description", paragraphs("criteria")),
    )
    monkeypatch.setattr(watched, "WATCHED", rows)
    root = tree(tmp_path)
    before, after = (
        record(
            1,
            top__hasResults=has_results,
            statusModule__lastKnownStatus=status,
            eligibilityModule__stdAges=ages,
            eligibilityModule__eligibilityCriteria=criteria,
        )
        for has_results, status, ages, criteria in (
            (False, "RECRUITING", ["CHILD"], "Adults"),
            (True, "COMPLETED", ["CHILD", "ADULT"], "Adults\nWritten consent"),
        )
    )
    with RegistryServer([before]) as server:
        night(root, server, "2026-05-01")
        server.put(after)
        night(root, server, "2026-05-02")
    site = website.build(root)
    (entry,) = entries(site, f"trials/{nct(1)}/")
    for words in (
        "Has results: yes (was: no)",
        "Last known status: COMPLETED (was: RECRUITING)",
        "Std ages given: ADULT",
        "Eligibility criterion given: Written consent",
    ):
        assert words in json.dumps(entry), entry


def test_each_date_is_a_field_of_a_study() -> None:
    assert terms.ALL_DATES.keys() <= {field.name for field in fields(Study)}


def test_each_field_of_a_check_has_a_shape() -> None:
    assert CHECK.keys() == Check.__dataclass_fields__.keys()


def test_each_reserved_address_is_in_use(miniature_files: dict[str, bytes]) -> None:
    """And the first part of each address is reserved, or the name of a text."""
    first = {path.split("/")[0].removesuffix(".html") for path in miniature_files if "/" in path}
    named = {path.stem for path in (PROJECT / "tests/miniature/content").glob("*/*.md")}
    assert first - named <= ADDRESSES.keys(), "reserve it in monitor/content/addresses.py"
    assert ADDRESSES.keys() - first <= {"404"}
    start = miniature_files["index.html"].decode()
    for part, address in ADDRESSES.items():
        assert not address.menu or f'<a href="{part}/index.html">{address.menu}</a>' in start


def test_each_claim_that_is_compared_has_a_label() -> None:
    assert set(RULES) == set(CLAIM_LABELS)


def test_no_facet_can_be_called_like_another_question(tmp_path: Path) -> None:
    """Their labels, and the categories of feeds, would be one."""
    root = vocabulary_tree(tmp_path)
    closed = {"statusModule__overallStatus": "COMPLETED"}
    with RegistryServer([record(1, **closed), *islice(records(), 1, None)]) as server:
        night(root, server, "2026-05-02")
    site = website.build(root)
    tags = {
        tag.partition(":")[0]
        for path, feed in site.items()
        if path.endswith("feed.json")
        for item in json.loads(feed)["items"]
        for tag in item.get("tags", ())
    }
    assert {*LABELS, "country"} | tags - {"stage", "subtype", "treatment"} <= RESERVED
    assert {"kind", "trial"} <= tags
