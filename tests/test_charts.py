"""What the figures count and draw: the picture, the table and the sentence say the same."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from lxml import etree

from monitor.catalog.trial import Trial
from monitor.data.change import Change
from monitor.pages import svg
from monitor.pages.charts import Chart, disease_charts
from monitor.pages.timeline import LEFT, RIGHT, timeline
from monitor.registry.study import study_from
from tests.records import place, record

CHECKED = date(2026, 8, 22)
_numbers = count(1)


def trial(**changes: Any) -> Trial:
    """Return a trial by its registry record; see records.record for `changes`."""
    study = study_from(record(next(_numbers), **changes))
    return Trial(study.nct_id, study, None, ("leukemia",))


def status(code: str, *phases: str) -> Trial:
    return trial(statusModule__overallStatus=code, designModule__phases=list(phases))


def sites(*locations: dict[str, Any], status: str = "RECRUITING") -> Trial:
    return trial(
        statusModule__overallStatus=status, contactsLocationsModule__locations=list(locations)
    )


def starting(day: str | None) -> Trial:
    return trial(statusModule__startDateStruct={"date": day} if day else None)


def completing(day: str | None, type_: str = "ESTIMATED", **more: Any) -> Trial:
    struct = {"date": day, "type": type_} if day else None
    return trial(statusModule__primaryCompletionDateStruct=struct, **more)


def chart(name: str, trials: list[Trial], checked: date = CHECKED) -> Chart:
    return next(each for each in disease_charts(trials, checked) if each.name == name)


def parsed(picture: str) -> Any:
    """Return the SVG as a tree; it is well-formed XML, too."""
    return etree.fromstring(picture.encode())


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in parsed(picture).iter("text")]


def boxes(picture: str, kind: str) -> list[float]:
    """Return the widths of the boxes of a class."""
    boxes = parsed(picture).iter("rect")
    return [float(box.get("width")) for box in boxes if kind in box.get("class").split()]


MANY = [
    *[status("RECRUITING", "PHASE2") for _ in range(3)],
    status("ENROLLING_BY_INVITATION", "PHASE2"),
    status("AVAILABLE"),
    status("NOT_YET_RECRUITING", "PHASE1", "PHASE2"),
    *[status("ACTIVE_NOT_RECRUITING", "PHASE2") for _ in range(2)],
    status("SUSPENDED", "PHASE2"),
    status("COMPLETED", "PHASE3"),
    status("WITHDRAWN", "NA"),
    status("UNKNOWN", "EARLY_PHASE1"),
    status("A_NEW_ONE", "PHASE2"),
    sites(place("A", "B", "Atlantis", status="RECRUITING"), place("A", "B", "Lemuria")),
    completing("2027-05"),
    completing("2027"),
    starting("2019"),
    starting(None),
]


# All of them


@pytest.mark.parametrize("name", ["by-country", "by-start", "by-completion"])
def test_the_table_has_the_numbers_of_the_bars(name: str) -> None:
    drawn = chart(name, MANY)
    labels, numbers = zip(*((label, row[0]) for label, row in drawn.rows), strict=True)
    said = texts(drawn.svg)
    assert said[::2] == list(labels)
    assert said[1::2] == [f"{number:,}" for number in numbers]
    widths = [svg.BARS * number / max(numbers) for number in numbers if number]
    assert boxes(drawn.svg, "bar") == pytest.approx(widths, abs=0.06)
    assert f"({max(numbers)}" in drawn.caption


def test_the_parts_of_the_bars_have_the_numbers_of_the_table() -> None:
    drawn = chart("by-phase", MANY)
    longest = max(numbers[-1] for _, numbers in drawn.rows)
    parts = [n for _, numbers in drawn.rows for n in numbers[:-1] if n]
    widths = boxes(drawn.svg, "part")[len(drawn.head) - 2 :]  # after the legend
    assert widths == pytest.approx([n / longest * svg.WIDTH - 1.4 for n in parts], abs=0.06)
    assert all(sum(numbers[:-1]) == numbers[-1] for _, numbers in drawn.rows)
    assert sum(numbers[-1] for _, numbers in drawn.rows) == len(MANY)


@pytest.mark.parametrize("drawn", disease_charts(MANY, CHECKED), ids=lambda drawn: drawn.name)
def test_every_picture_has_words_for_those_who_do_not_see_it(drawn: Chart) -> None:
    picture = parsed(drawn.svg)
    assert picture.get("role") == "img"
    ids = {element.get("id"): element.text for element in picture.iter("title", "desc")}
    assert list(ids) == picture.get("aria-labelledby").split()
    title, description = ids.values()
    assert title
    for label, numbers in drawn.rows:
        assert re.search(rf"{re.escape(label)}: {numbers[0]}\b", description)


def test_pictures_say_nothing_by_style_attributes_or_foreign_addresses() -> None:
    for drawn in disease_charts(MANY, CHECKED):
        for element in parsed(drawn.svg).iter():
            assert "style" not in element.attrib
            assert not [v for v in element.attrib.values() if "url(" in v and "url(#" not in v]


def test_the_same_trials_give_the_same_bytes_in_any_order() -> None:
    assert disease_charts(MANY, CHECKED) == disease_charts(MANY[::-1], CHECKED)


def test_nothing_to_count() -> None:
    assert disease_charts([], CHECKED) == []
    assert disease_charts([Trial("NCT99000001", None, None, ())], CHECKED) == []
    assert disease_charts(MANY, date.min) == []  # no check yet


def test_a_trial_that_is_gone_is_not_counted() -> None:
    gone = Trial("NCT99000001", MANY[0].study, None, (), is_gone=True)
    assert disease_charts([gone], CHECKED) == []


def test_a_bare_record_gives_sentences_instead_of_pictures() -> None:
    study = study_from({"protocolSection": {"identificationModule": {"nctId": "NCT99000001"}}})
    drawn = disease_charts([Trial("NCT99000001", study, None, ())], CHECKED)
    assert [bool(each.svg) for each in drawn] == [True, False, False, False]
    assert [each.caption for each in drawn] == [
        "None of 1 trial is open to participants.",
        "Our copy has no location where a trial is recruiting.",
        "None of 1 trial gives a start in our copy.",
        "No trial expects primary completion in the two years after 22 August 2026."
        " Of those that have not ended, 1 gives no date.",
    ]


def test_hostile_names_are_escaped_and_cut() -> None:
    name = "<script>alert('x')</script>&\""
    drawn = chart("by-country", [sites(place("A", "B", name, status="RECRUITING"))])
    assert texts(drawn.svg)[0] == name[: svg.LONGEST - 1] + "…"
    assert drawn.rows[0][0] == name
    phase = chart("by-phase", [status("RECRUITING", name)])
    for each in (drawn, phase):
        assert "<script" not in each.svg
        assert {element.tag for element in parsed(each.svg).iter()} <= {
            *("svg", "title", "desc", "rect", "text", "pattern", "path", "circle")
        }


def test_thousands_of_trials() -> None:
    trials = [status("RECRUITING", "PHASE2")] * 3_499 + [status("COMPLETED", "PHASE3")]
    drawn = chart("by-phase", trials)
    assert drawn.caption.startswith("3,499 of 3,500 trials are open")
    assert boxes(drawn.svg, "ended")[-1] > 0  # one of thousands is still there to be seen
    places = chart("by-country", trials)
    assert texts(places.svg)[1] == "6,998"


# Each of them


def test_statuses_are_grouped() -> None:
    rows = dict(chart("by-phase", MANY).rows)
    assert list(rows)[:4] == ["Early phase 1", "Phase 1/2", "Phase 2", "Phase 3"]
    assert rows["Early phase 1"] == (0, 0, 0, 0, 1, 1)
    assert rows["Phase 1/2"] == (0, 1, 0, 0, 0, 1)
    assert rows["Phase 3"] == (0, 0, 0, 1, 0, 1)
    assert rows["Not applicable"] == (0, 0, 0, 1, 0, 1)
    open_, _, closed, _, unknown, _ = rows["Phase 2"]
    assert (closed, unknown) == (4, 1)  # by invitation is not open to everybody
    assert open_ == 3 + 5  # and the whole records of MANY, which are recruiting


def test_a_study_that_has_no_phase_is_named_by_what_it_is() -> None:
    observational = trial(designModule__phases=None, designModule__studyType="OBSERVATIONAL")
    rows = chart("by-phase", [observational, status("RECRUITING")]).rows
    assert [label for label, _ in rows] == ["Observational", "Not given"]


def test_only_what_recruits_counts_as_recruiting() -> None:
    recruiting, closed = {"status": "RECRUITING"}, {"status": "COMPLETED"}
    trials = [
        sites(place("1", "A", **recruiting), place("2", "A", **closed), place("3", "A")),
        sites(place("1", "A", **recruiting)),
        sites(place("1", "A", "Lemuria", **recruiting), status="UNKNOWN"),
        sites(place("1", "A", "Lemuria"), status="COMPLETED"),
        sites(place("1", "A", "", **recruiting)),
        sites(),
        sites(status="COMPLETED"),
    ]
    drawn = chart("by-country", trials)
    assert drawn.rows == (("Atlantis", (3, 2)), ("Country not given", (1, 1)))
    assert drawn.caption.startswith("4 locations of open trials are open or have no status")
    assert drawn.caption.endswith(", the most in Atlantis (3).")
    assert drawn.absent == (trials[5],)


def test_countries_beyond_the_first_ten_are_put_together() -> None:
    names = [f"Country {letter}" for letter in "ABCDEFGHIJKL"]
    many = [sites(*(place("1", "A", name) for name in names)), sites(place("1", "A", names[-1]))]
    drawn = chart("by-country", many)
    assert len(drawn.rows) == 11
    assert drawn.rows[0] == ("Country L", (2, 2))
    assert drawn.rows[-1] == ("2 others", (2, 1))  # one trial, at two places


def test_years_of_start() -> None:
    days = ["2001", "2016-12-31", "2017-01", "2019-05-05", "2019", "2027", "2031-01", None]
    drawn = chart("by-start", [starting(day) for day in days])
    rows = dict(drawn.rows)
    assert next(iter(rows)) == "2016 and before"
    assert list(rows)[-2:] == ["2027", "2028 and later"]
    assert [rows[k][0] for k in ("2016 and before", "2017", "2018", "2019")] == [2, 1, 0, 2]
    assert rows["2028 and later"] == (1,)
    assert (
        drawn.caption == "7 of 8 trials give a start, the most in 2019 (2); for 1 it is not given."
    )


@pytest.mark.parametrize(
    ("day", "row"),
    [
        ("2026-08-22", None),  # the day of the check has passed
        ("2026-08-23", "23 Aug–Sep 2026"),
        ("2026-08", "23 Aug–Sep 2026"),  # not over yet
        ("2026-07", None),
        ("2026-10-01", "Oct–Dec 2026"),
        ("2028-06-30", "Apr–Jun 2028"),
        ("2028-07-01", "Jul–22 Aug 2028"),
        ("2028-08-22", "Jul–22 Aug 2028"),
        ("2028-08-23", None),
        ("2028-08", "Jul–22 Aug 2028"),
        ("2028-09", None),
        ("2026", "Only a year given"),
        ("2027", "Only a year given"),
        ("2028", "Only a year given"),
        ("2029", None),
        ("2025", None),
    ],
)
def test_two_years_exact_at_their_edges(day: str, row: str | None) -> None:
    drawn = chart("by-completion", [completing(day)])
    assert [label for label, (number,) in drawn.rows if number] == ([row] if row else [])
    assert bool(drawn.svg) == bool(row)
    assert drawn.caption.startswith("1 trial expects" if row else "No trial expects")


@pytest.mark.parametrize(
    ("checked", "first", "last", "count"),
    [
        (date(2026, 9, 30), "Oct–Dec 2026", "Jul–Sep 2028", 8),
        (date(2026, 12, 31), "Jan–Mar 2027", "Oct–Dec 2028", 8),
        (date(2026, 7, 5), "6 Jul–Sep 2026", "1–5 Jul 2028", 9),
        (date(2026, 9, 12), "13–30 Sep 2026", "Jul–12 Sep 2028", 9),
        (date(2026, 8, 31), "Sep 2026", "Jul–Aug 2028", 9),
        (date(2028, 2, 29), "Mar 2028", "Jan–Feb 2030", 9),
    ],
)
def test_quarters_begin_and_end_with_the_window(
    checked: date, first: str, last: str, count: int
) -> None:
    rows = chart("by-completion", [completing(f"{checked.year + 1}-05")], checked).rows
    assert (rows[0][0], rows[-1][0], len(rows)) == (first, last, count)


def test_a_caption_says_where_all_are() -> None:
    drawn = chart("by-start", [starting("2024"), starting("2024-05-01"), starting(None)])
    assert drawn.caption == "2 of 3 trials give a start, all in 2024; for 1 it is not given."
    drawn = chart("by-start", [starting(f"20{n}") for n in (20, 20, 21, 21, 22, 22, 23)])
    assert (
        drawn.caption == "7 of 7 trials give a start, the most in 2020, 2021 and 1 other (2 each)."
    )


def test_only_expected_completions_of_trials_that_go_on() -> None:
    ended = completing("2027-05", statusModule__overallStatus="WITHDRAWN")
    drawn = chart(
        "by-completion",
        [
            completing("2027-05", "ACTUAL"),
            completing("2027-05", ""),
            completing("2025-05"),
            completing(None),
            ended,
        ],
    )
    assert drawn.caption == (
        "1 trial expects primary completion in the two years after 22 August 2026, in"
        " Apr–Jun 2027. In 1 more that day has passed, and no actual date is given."
        " Of those that have not ended, 1 gives no date."
    )


# The dates of one trial


def dated(**dates: tuple[str, str]) -> Trial:
    """Return a trial with these dates alone: start=("2026-01", "ACTUAL")."""
    names = {
        "posted": "studyFirstPost",
        "start": "start",
        "primary": "primaryCompletion",
        "completion": "completion",
        "results": "resultsFirstPost",
    }
    recorded = {key: {"date": day, "type": type_} for key, (day, type_) in dates.items()}
    return trial(
        **{f"statusModule__{name}DateStruct": recorded.get(key) for key, name in names.items()}
    )


def signs(picture: str) -> Iterator[tuple[str, float]]:
    """Yield (class, place on the line) of the signs, without those of the legend below."""
    elements = list(parsed(picture))
    below = max(i for i, element in enumerate(elements) if element.get("class") == "axis")
    for element in elements[:below]:
        if element.get("class") in ("actual", "expected", "unsaid", "first"):
            place = element.get("cx") or element.get("d")[1:].split()[0]
            yield element.get("class"), float(place)


def test_a_timeline_shows_what_was_and_what_is_expected() -> None:
    drawn = timeline(
        dated(
            posted=("2024-01-01", "ESTIMATED"),  # ESTIMATED says of it only: the day is not exact
            start=("2024-07", ""),
            primary=("2026", "ESTIMATED"),
            completion=("2028-12-31", ""),
        ),
        CHECKED,
    )
    assert drawn
    drawn_signs = list(signs(drawn.svg))
    assert [kind for kind, _ in drawn_signs] == ["actual", "unsaid", "expected", "expected"]
    places = [x for _, x in drawn_signs]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (LEFT, RIGHT)
    assert drawn.caption == "Next date given: primary completion, expected 2026."
    description = parsed(drawn.svg).findtext("desc")
    assert description == (
        "First posted 1 January 2024 (actual); Start July 2024 (actual or expected: not stated);"
        " Primary completion 2026 (expected); Study completion 31 December 2028 (expected)."
        " Our data, 22 August 2026."
    )


def test_a_timeline_shows_where_a_date_was_before() -> None:
    moving = dated(start=("2025-01-01", "ACTUAL"), primary=("2028-06", "ESTIMATED"))
    primary = ("primary_completion_date", "2027-06", "2028-06", "ESTIMATED")
    start = ("start_date", "2025-01-01", "2025-03-01", "ACTUAL")
    back = ("start_date", "2025-03-01", "2025-01-01", "ACTUAL")
    moves = tuple(
        Change(
            f"2026-07-0{day}",
            moving.nct_id,
            "dates",
            "notable",
            field,
            {"date": old, "type": kind},
            {"date": new, "type": kind},
        )
        for day, (field, old, new, kind) in enumerate((primary, start, back), 1)
    )
    drawn = timeline(Trial(moving.nct_id, moving.study, None, (), history=moves), CHECKED)
    assert drawn
    drawn_signs = list(signs(drawn.svg))
    assert [kind for kind, _ in drawn_signs] == ["actual", "first", "expected"]
    assert drawn_signs[1][1] < drawn_signs[2][1]
    assert 'class="moved"' in drawn.svg
    assert "June 2028 (expected, first seen here as June 2027)" in drawn.svg


def test_no_timeline_of_fewer_than_two_dates() -> None:
    assert timeline(dated(), CHECKED) is None
    assert timeline(dated(start=("2026", "")), CHECKED) is None
    assert timeline(Trial("NCT99000001", None, None, ()), CHECKED) is None
    two = dated(start=("2026-08-22", ""), posted=("2026-08-22", ""))
    assert timeline(two, CHECKED) is not None
    assert timeline(two, date.min) is None


@pytest.mark.parametrize(
    ("dates", "caption"),
    [
        (
            {"start": ("2020", "ACTUAL"), "completion": ("2024-03-01", "ESTIMATED")},
            "Study completion was expected 1 March 2024; no actual date is given.",
        ),
        (
            {"start": ("2020", "ACTUAL"), "completion": ("2024-03", "ACTUAL")},
            "The last of these dates, study completion, was March 2024.",
        ),
        (
            {"start": ("2026-08", ""), "primary": ("2026-09-01", "ESTIMATED")},
            "Next date given: start, expected August 2026.",
        ),
    ],
)
def test_what_a_timeline_says_first(dates: Any, caption: str) -> None:
    drawn = timeline(dated(**dates), CHECKED)
    assert drawn
    assert drawn.caption == caption


@pytest.mark.parametrize(
    ("first", "last"), [("0001", "9999"), ("1970-01-01", "2026"), ("2026", "2026")]
)
def test_a_timeline_holds_any_dates(first: str, last: str) -> None:
    drawn = timeline(dated(start=(first, "ACTUAL"), completion=(last, "ESTIMATED")), CHECKED)
    assert drawn
    years = [text for text in texts(drawn.svg) if re.fullmatch(r"\d+", text)]
    assert 1 <= len(years) <= 4
    assert all(LEFT <= x <= RIGHT for _, x in signs(drawn.svg))
