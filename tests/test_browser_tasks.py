"""What readers come for, from the start page to the answer: clicks and scrolls are counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from monitor import website
from tests.conftest import sampled
from tests.records import Record, nct, record
from tests.registry_server import RegistryServer
from tests.trees import night, tree, write
from tests.vocabulary_tree import (
    BOSTON,
    CRITERIA,
    DISEASE,
    LEEDS,
    MAXIMUM,
    MINIMUM,
    MUNICH,
    TITLE,
    WHERE,
)
from tests.vocabulary_tree import VOCABULARY as SHORT

VOCABULARY = SHORT.replace(
    "  - key: subtype\n",
    """  - key: lineage
    label: Lineage
    question: Which kind of cell?
    values:
      - key: b-cell
        label: B-cell
        phrases: B-cell
      - key: t-cell
        label: T-cell
        phrases: T-cell
  - key: target
    label: Target
    question: What does it bind?
    about: treatment
    values:
      - key: cd22
        label: CD22
        phrases: CD22
      - key: cd19
        label: CD19
        phrases: CD19
  - key: subtype
""",
)
END = "statusModule__primaryCompletionDateStruct"


def trial(number: int, title: str, criteria: str, ages: tuple[str, str], **more: Any) -> Record:
    low, high = ages
    words = {TITLE: title, CRITERIA: criteria, MINIMUM: low, MAXIMUM: high, WHERE: [BOSTON]}
    return record(number, **{**words, **more})


ADULT, CHILD = ("18 Years", "75 Years"), ("1 Year", "17 Years")


def records() -> Iterator[Record]:
    """Yield six open trials, each for one of the readers, and forty that have ended."""
    yield trial(
        1,
        "CART cells in relapsed Ph-positive B-cell leukemia",
        "Inclusion Criteria:\n\n* Relapsed Ph-positive B-cell leukemia",
        ADULT,
    )
    yield trial(
        2,
        "Examplumab in relapsed B-cell leukemia after CAR-T",
        "Inclusion Criteria:\n\n* Relapsed leukemia after CAR-T\n* B-cell",
        ADULT,
    )
    yield trial(
        3,
        "Examplumab in newly diagnosed Ph-negative B-cell leukemia",
        "Inclusion Criteria:\n\n* Newly diagnosed, Ph-negative, B-cell",
        CHILD,
        **{WHERE: [LEEDS, MUNICH]},
    )
    yield trial(4, "Drug 4 in relapsed T-cell leukemia", "Inclusion Criteria:\n\n* T-cell", ADULT)
    yield trial(5, "CART cells against CD22", "", ADULT)
    yield trial(6, "Drug 6 in newly diagnosed T-cell leukemia", "", CHILD, **{WHERE: [MUNICH]})
    for number in range(7, 47):
        yield record(number, statusModule__overallStatus="COMPLETED", **{CRITERIA: ""})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tree(tmp_path_factory.mktemp("tasks") / "tree")
    write(root / "content/vocabulary/invented.yaml", VOCABULARY)
    write(root / "content/diseases/leukemia.md", DISEASE)
    with RegistryServer(records()) as server:
        night(root, server, "2026-05-01")
        slipped = {END: {"date": "2029-12", "type": "ESTIMATED"}}
        server.put(trial(4, "Drug 4 in relapsed T-cell leukemia", "", ADULT, **slipped))
        ended = {"statusModule__overallStatus": "SUSPENDED", TITLE: "CART cells against CD22"}
        server.put(trial(5, "CART cells against CD22", "", ADULT, **ended))
        night(root, server, "2026-05-02")
    website.write(root, root / "site")
    return root / "site"


class Reader:
    """Somebody at a page, who clicks, types and scrolls; counts how often."""

    def __init__(self, page: Page, site: Path) -> None:
        self.page, self.clicks, self.scrolls = page, 0, 0
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"file://{site}/index.html")

    def click(self, what: Locator) -> None:
        """Click what can be seen; scroll to it before."""
        self.see(what)
        what.click()
        self.clicks += 1

    def see(self, what: Locator) -> None:
        """Scroll, a screen at a time, until it is there to be read."""
        expect(what).to_be_visible()
        for _ in range(9):
            box, size = what.bounding_box(), self.page.viewport_size
            assert box
            assert size
            if 0 <= box["y"] <= size["height"] - min(box["height"], 40):
                return
            self.page.mouse.wheel(0, size["height"] * (1 if box["y"] > 0 else -1))
            self.page.wait_for_timeout(50)
            self.scrolls += 1
        raise AssertionError("not found in nine screens")

    def took(self, clicks: int, scrolls: int = 0) -> None:
        """Hold the answer against what it may take."""
        assert self.clicks == clicks
        assert self.scrolls <= scrolls

    def link(self, name: str) -> Locator:
        """Find a link of the menu."""
        return self.page.get_by_role("navigation", name="Site").get_by_role("link", name=name)

    def chip(self, name: str) -> Locator:
        """Find a choice of a form."""
        return self.page.locator("label.chip").get_by_text(name, exact=True)


@pytest.fixture
def reader(page: Page, site: Path) -> Reader:
    return Reader(page, site)


def test_a_parent_looks_for_an_open_trial_near_leeds(reader: Reader) -> None:
    reader.click(reader.link("Find yours"))
    reader.click(reader.page.locator("#near-place"))
    reader.page.keyboard.type("Leeds")
    reader.page.keyboard.press("Enter")
    first = reader.page.locator("#fits .card").first
    expect(first).to_contain_text(nct(3))
    expect(first.locator(".place")).to_contain_text("Leeds, United Kingdom")
    reader.see(first)
    reader.took(clicks=2, scrolls=1)


FINDS = {
    "an adult with a Ph-positive relapse": ("45", ("Ph-positive", "Relapsed or refractory"), 1),
    "a child with a new Ph-negative B-cell leukemia": (
        "10",
        ("B-cell", "Ph-negative", "Newly diagnosed"),
        3,
    ),
}


@pytest.mark.parametrize("who", sampled(FINDS, 1))
def test_a_haematologist_finds_what_fits(reader: Reader, who: str) -> None:
    age, answers, wanted = FINDS[who]
    reader.click(reader.link("Find yours"))
    reader.page.locator("[name=age]").fill(age)
    for answer in answers:
        reader.click(reader.chip(answer))
    fits = reader.page.locator("#fits .id")
    expect(fits).to_have_text([nct(wanted)])
    reader.see(fits)
    reader.took(clicks=1 + len(answers), scrolls=1)


@pytest.mark.soak
def test_a_haematologist_finds_trials_after_car_t(reader: Reader) -> None:
    reader.click(reader.link("Find yours"))
    question = reader.page.locator("[data-question=after-car-t]")
    reader.click(question.locator("label.chip").get_by_text("Yes", exact=True))
    fits = reader.page.locator("#fits .id")
    expect(fits).to_have_text([nct(2)])
    reader.see(fits)
    reader.took(clicks=2, scrolls=1)


@pytest.mark.soak
def test_a_haematologist_finds_trials_of_t_cell_leukemia(reader: Reader) -> None:
    heading = reader.page.get_by_role("heading", name="Invented leukemia")
    reader.click(heading.get_by_role("link"))
    reader.click(reader.page.locator(".find a.chip", has_text="T-cell"))
    rows = reader.page.locator("#trials tbody .id")
    expect(rows).to_have_count(2)
    assert {*rows.all_inner_texts()} == {nct(4), nct(6)}
    reader.see(rows.first)
    reader.took(clicks=2)


def test_an_analyst_sees_which_primary_completions_slipped(reader: Reader) -> None:
    reader.click(reader.link("Changes"))
    reader.click(reader.page.get_by_role("link", name="Slipped dates"))
    row = reader.page.get_by_role("row").filter(has_text=nct(4))
    for words in ("Primary completion", "June 2028", "December 2029", "548 days", "once"):
        expect(row).to_contain_text(words)
    reader.see(row)
    reader.took(clicks=2)


def test_an_analyst_sees_what_changed_in_cd22_car_t_this_month(reader: Reader) -> None:
    reader.click(reader.link("Changes"))
    reader.page.locator("select[name=treatment]").select_option(label="CAR T cells")
    reader.page.locator("select[name=target]").select_option(label="CD22")
    reader.page.locator("select[name=since]").select_option("31")
    shown = reader.page.locator("#changes > .filtered:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("CART cells against CD22")
    expect(shown.locator("ins")).to_have_text("Suspended")
    reader.see(shown)
    reader.took(clicks=1)
