"""Each table is whole: what one place lists has words, or a use, wherever it is to appear."""

from dataclasses import fields

import pytest

from monitor.changes.watched import WATCHED
from monitor.changes.wording import describe
from monitor.content.reader import RESERVED
from monitor.data.change import KINDS, RANKS, Change
from monitor.registry import terms
from monitor.registry.study import Study
from tests.records import nct
from tests.trees import PROJECT


@pytest.mark.parametrize("status", terms.STATUSES.values(), ids=list(terms.STATUSES))
def test_each_status_has_words_and_a_group(status: terms.Status) -> None:
    assert status.term
    assert status.meaning
    assert status.group in terms.STATUS_GROUPS
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


def test_each_kind_of_change_is_ranked_and_has_a_heading_of_its_own() -> None:
    assert all(kind.rank in RANKS for kind in KINDS.values())
    assert len({kind.heading for kind in KINDS.values()} - {""}) == len(KINDS)
    assert {kind for kind, _ in WATCHED} <= KINDS.keys()


def test_each_date_is_a_field_of_a_study() -> None:
    assert terms.STEPS.keys() <= {field.name for field in fields(Study)}


def test_each_reserved_address_is_in_use(miniature_files: dict[str, bytes]) -> None:
    """And the first part of each address is reserved, or the name of a text."""
    first = {path.split("/")[0].removesuffix(".html") for path in miniature_files if "/" in path}
    named = {path.stem for path in (PROJECT / "tests/miniature/content").glob("*/*.md")}
    assert first - named <= RESERVED
    assert RESERVED - first <= {"404"}
