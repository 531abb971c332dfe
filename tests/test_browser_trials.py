"""The list of all trials, "Find yours" and "near me" in a real browser."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from monitor import website
from tests.conftest import sampled
from tests.records import nct, place, record
from tests.trees import write
from tests.vocabulary_tree import (
    BOSTON,
    COUNT,
    CRITERIA,
    LEEDS,
    MUNICH,
    TITLE,
    WHERE,
    vocabulary_tree,
)

PURPOSE = "designModule__designInfo__primaryPurpose"
UPDATED = "statusModule__lastUpdatePostDateStruct"

Expect = Callable[[int], None]
"""Waits until the list has a number of trials, else fails."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = vocabulary_tree(tmp_path_factory.mktemp("list") / "tree")
    website.write(root, root / "site")
    return root / "site"


@pytest.fixture
def address(site: Path) -> str:
    """Return an address in a folder: what works there works on a server, too."""
    return f"file://{site}/leukemia/trials/index.html"


@pytest.fixture
def expect_trials(page: Page, address: str) -> Expect:
    """Open the list and its form."""
    page.goto(address)
    page.locator("#asked > summary").click()
    expect(page.locator("#filter")).to_be_visible()
    return partial(expect_count, page)


def expect_count(page: Page, count: int) -> None:
    expect(page.locator("#found")).to_have_text(re.compile(rf"^{count} of {COUNT} trials"))


def chip(page: Page, name: str, value: str) -> Any:
    return page.locator(f"label.chip:has([name={name}][value={value}])")


def first_ids(page: Page, count: int) -> list[str]:
    return page.locator("#trials .id").all_inner_texts()[:count]


def test_a_choice_narrows_two_of_one_question_widen(page: Page, expect_trials: Expect) -> None:
    expect_trials(COUNT)
    chip(page, "status", "open").click()
    expect_trials(4)
    chip(page, "stage", "relapsed-refractory").click()
    expect_trials(2)
    chip(page, "stage", "newly-diagnosed").click()
    expect_trials(3)
    chip(page, "treatment", "antibody").click()
    expect(page.locator("#trials")).to_contain_text(nct(2))
    reasons = "Matches: newly diagnosed (title) · Antibody (intervention 1)"
    expect(page.locator("#trials .extra", has_text=reasons)).to_have_count(1)


def test_by_invitation_is_not_open(page: Page, expect_trials: Expect) -> None:
    chip(page, "status", "invitation").click()
    expect_trials(1)
    expect(page.locator("#trials tbody .pill")).to_have_class("pill invitation")
    assert first_ids(page, 1) == [nct(5)]


def test_what_the_record_does_not_say_is_listed_apart(page: Page, expect_trials: Expect) -> None:
    chip(page, "status", "open").click()
    chip(page, "subtype", "ph-negative").click()
    expect_trials(2)
    details = page.locator("#trials details")
    expect(details.locator("summary")).to_have_text(re.compile(r"2 more trials may match"))
    details.locator("summary").click()
    expect(details.locator(".extra").first).to_have_text("Not stated in the record: subtype")
    page.get_by_text("Count as a match").click()
    expect_trials(4)
    page.get_by_text("Leave out").click()
    expect_trials(2)
    expect(page.locator("#trials details")).to_have_count(0)


def test_an_exact_age(page: Page, expect_trials: Expect) -> None:
    chip(page, "status", "open").click()
    page.locator("[name=age]").fill("10")
    expect_trials(1)
    page.locator("[name=age]").fill("21.5")
    expect_trials(3)
    expect(page.locator("#trials details summary")).to_have_text(re.compile("1 more trial may"))


@pytest.mark.parametrize(
    "words", sampled(["chimeric antigen receptor", "CAR-T", "car t", "CART"], 1)
)
def test_search_knows_spellings_of_the_vocabulary(
    page: Page, expect_trials: Expect, words: str
) -> None:
    page.locator("#filter [name=q]").fill(words)
    expect_trials(1)


def test_a_country_is_found_by_what_people_call_it(page: Page, expect_trials: Expect) -> None:
    for typed, many in (("UK", 1), ("usa", 2), ("united", 2), ("germ", 1)):
        page.locator("[name=country]").fill(typed)
        expect_trials(many)


def test_words_are_asked_for_when_somebody_searches(page: Page, expect_trials: Expect) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    chip(page, "status", "open").click()
    expect_trials(4)
    assert "words.js" not in loaded
    page.locator("#filter [name=q]").fill("examplex newly")
    expect_trials(1)
    assert loaded.count("words.js") == 1


@pytest.mark.soak
def test_search_knows_brands_and_leaves_accents_aside(page: Page, expect_trials: Expect) -> None:
    page.locator("#filter [name=q]").fill("Examplex newly leukaemia")
    expect_trials(1)
    page.locator("#filter [name=q]").fill("arzte")
    expect_trials(1)
    page.locator("#filter [name=q]").fill("nothing like this")
    expect(page.locator("#trials")).to_contain_text("No trials match. Remove a filter.")


def test_a_filter_is_in_the_fragment_and_can_be_shared(
    page: Page, context: BrowserContext, expect_trials: Expect
) -> None:
    chip(page, "stage", "relapsed-refractory").click()
    chip(page, "status", "open").click()
    page.locator("#sort").select_option("name")
    page.wait_for_url(re.compile(r"#status=open&stage=relapsed-refractory&sort=name$"))
    other = context.new_page()
    other.goto(page.url)
    expect_count(other, 2)
    expect(other.locator("#sort")).to_have_value("name")
    other.get_by_role("button", name="Remove relapsed or refractory").click()
    expect_count(other, 4)


@pytest.mark.soak
def test_an_address_with_nonsense_is_as_good_as_none(page: Page, address: str) -> None:
    page.goto(f"{address}#status=%3Cb%3E&sort=nearest&stage=Nowhere&x=%E0%A4%A")
    expect_count(page, COUNT)
    expect(page.locator("#sort")).to_have_value("")


@pytest.mark.soak
def test_a_table_of_a_page_leads_to_its_age_group(page: Page, address: str) -> None:
    page.goto(f"{address}#status=open&age=children")
    expect_count(page, 1)


@pytest.mark.soak
def test_clear_takes_everything_back(page: Page, expect_trials: Expect) -> None:
    page.locator("#filter [name=q]").fill("examplex")
    chip(page, "status", "open").click()
    page.get_by_role("button", name="Clear all").click()
    expect_trials(COUNT)
    page.wait_for_url(re.compile(r"index\.html$"))


@pytest.mark.soak
def test_rows_are_drawn_as_they_are_needed(page: Page, expect_trials: Expect) -> None:
    expect_trials(COUNT)
    assert page.locator("#trials tbody tr").count() < COUNT
    for _ in range(4):
        page.mouse.wheel(0, 60_000)
        page.wait_for_timeout(150)
    expect(page.locator("#trials tbody tr")).to_have_count(COUNT)


@pytest.mark.soak
def test_sorting(page: Page, expect_trials: Expect) -> None:
    page.locator("#sort").select_option("newest")
    assert first_ids(page, 2) == [nct(COUNT), nct(COUNT - 1)]
    page.locator("#sort").select_option("changed")
    expect(page.locator("#trials .extra").first).to_contain_text("No change seen yet")


def test_hostile_text_stays_text(page: Page, expect_trials: Expect) -> None:
    page.locator("#filter [name=q]").fill("alert")
    expect_trials(1)
    expect(page.locator("#trials a").first).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#trials script")).to_have_count(0)


@pytest.mark.soak
def test_follow_and_compare(page: Page, expect_trials: Expect) -> None:
    chip(page, "status", "open").click()
    button = page.locator("#trials button.link").first
    button.click()
    expect(button).to_have_text("Following")
    for number in (0, 1):
        page.locator(".compares input").nth(number).check()
    page.get_by_role("button", name="Compare 2").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("thead a")).to_have_count(2)
    expect(dialog).to_contain_text("Not stated")
    dialog.get_by_role("button", name="Close").click()


@pytest.mark.soak
def test_what_is_shown_is_downloaded_as_rows_of_the_whole_file(
    page: Page, served: str, miniature_files: dict[str, bytes]
) -> None:
    page.goto(f"{served}leukemia/trials/index.html")
    page.locator("#asked > summary").click()
    chip(page, "status", "open").click()
    ids = page.locator("#trials .id").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (CSV)").click()
    assert download.value.suggested_filename == "trials-shown.csv"
    shown = Path(download.value.path()).read_bytes().decode()
    whole = miniature_files["data/trials.csv"].decode()
    rows, every = ([*csv.DictReader(io.StringIO(t, newline=""))] for t in (shown, whole))
    assert [row["nct_id"] for row in rows] == ids
    assert 0 < len(rows) < len(every)
    assert all(row in every for row in rows)
    assert shown.startswith(whole.partition("\r\n")[0])  # the same columns, no mark before them


@pytest.mark.soak
def test_the_map_has_its_numbers_as_a_table(page: Page, expect_trials: Expect) -> None:
    chip(page, "status", "open").click()
    page.get_by_role("button", name="Map").click()
    expect(page.locator("#map")).to_contain_text("3 towns in 3 countries")
    expect(page.locator("#map circle")).to_have_count(3)
    land = page.locator("#map image")  # 170 degrees west to 190 east: Boston is in its left half
    expect(land).to_have_attribute("href", "../../static/land.svg")
    edges = land.bounding_box()
    boston = page.locator("#map circle", has_text="Boston").bounding_box()
    assert edges
    assert boston
    assert 0.2 < (boston["x"] - edges["x"]) / edges["width"] < 0.35
    page.locator("#map summary").click()
    expect(page.locator("#map tbody tr")).to_have_count(3)


def test_files_of_two_nights_are_never_joined(page: Page, site: Path, tmp_path: Path) -> None:
    other = tmp_path / "site"
    for name in ("static", "leukemia"):
        shutil.copytree(site / name, other / name, ignore=shutil.ignore_patterns("feeds"))
    script = (other / "leukemia/trials/index.js").read_text()
    write(other / "leukemia/trials/index.js", script.replace('"mark":"', '"mark":"x', 1))
    page.goto(f"file://{other}/leukemia/trials/index.html#status=open")
    expect(page.locator("#trials .warning")).to_contain_text("of different nights")
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#trials tbody tr")).to_have_count(50)


@pytest.mark.soak
def test_the_keyboard_is_enough(page: Page, expect_trials: Expect) -> None:
    page.locator("#filter [name=q]").focus()
    page.keyboard.press("Enter")  # submits nothing
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect_trials(4)
    page.wait_for_url(re.compile("#status=open$"))


def test_without_script_there_are_pages(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#trials tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 3 of 3")).to_be_visible()
    page.goto(address.replace("/trials/", "/find/"))
    expect(page.get_by_text("This page needs script")).to_be_visible()
    context.close()


# Near me


def test_the_nearest_first_from_a_place_that_is_typed(page: Page, expect_trials: Expect) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.locator("#near-place").fill("LEED")
    page.keyboard.press("Enter")
    expect(page.locator("#near-said")).to_have_text("Distances from Leeds, United Kingdom.")
    expect(page.locator("#sort")).to_have_value("nearest")
    expect(page.locator("#trials .extra").first).to_have_text(
        "Nearest place: Leeds, United Kingdom, less than 10 km (6 mi)"
    )
    assert first_ids(page, 3) == [nct(1), nct(2), nct(3)]
    assert "Leeds" not in page.url  # where the reader is, is in no address
    assert sorted(set(loaded)) == ["locations.js", "places.js"]


@pytest.mark.soak
def test_of_two_places_of_a_name_the_readers_own_country_has_the_first(
    browser: Browser, address: str
) -> None:
    for locale, country in (("en-GB", "United Kingdom"), ("en-US", "Pennsylvania, United States")):
        context = browser.new_context(locale=locale, viewport={"width": 375, "height": 812})
        page = context.new_page()
        page.goto(address)
        page.locator("#asked > summary").click()
        page.locator("#near-place").fill("York")
        page.keyboard.press("Enter")
        expect(page.locator("#near-said")).to_have_text(f"Distances from York, {country}.")
        context.close()


def test_the_sites_search_leads_from_a_place_to_the_trials_near_it(page: Page, site: Path) -> None:
    search = f"file://{site}/search/index.html"
    page.goto(search)
    page.get_by_label("Words, or a place").fill("leeds")
    results = page.locator("#results a")
    expect(results).to_have_text(
        ["Open trials near Leeds, United Kingdom", "Find yours near Leeds, United Kingdom"]
    )
    results.first.click()
    expect(page.locator("#trials .extra").first).to_contain_text("Leeds, United Kingdom, less than")
    expect_count(page, 4)
    page.wait_for_url(re.compile("#status=open$"))  # where the reader is stays in no address
    page.goto(search)
    page.get_by_label("Words, or a place").fill("leeds")
    results.nth(1).click()
    expect(page.locator("#fits .place").first).to_contain_text("Leeds, United Kingdom")
    page.goto(search)
    page.get_by_label("Words, or a place").fill("uk")
    expect(page.locator("#results li").first).to_contain_text("1 open of 1")
    results.first.click()
    expect_count(page, 1)
    assert first_ids(page, 1) == [nct(1)]


@pytest.mark.soak
def test_the_browsers_own_location_only_when_asked_for(
    page: Page, context: BrowserContext, expect_trials: Expect
) -> None:
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("#near-said")).to_contain_text("gave no location")
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 42.0, "longitude": -71.0})
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("#near-said")).to_have_text("Distances from your location.")
    expect(page.locator("#trials .extra").first).to_contain_text("Boston, United States")


# Find yours


@pytest.fixture
def finder(page: Page, site: Path) -> Page:
    page.goto(f"file://{site}/leukemia/find/index.html")
    expect(page.locator("#finder")).to_be_visible()
    return page


def ids(page: Page, group: str) -> list[str]:
    return sorted(page.locator(f"#{group} .id").all_inner_texts())


def test_open_trials_fall_into_three_groups_with_reasons(finder: Page) -> None:
    expect(finder.locator("#tally")).to_have_text("4 open trials: answer what you can")
    for group in ("fits", "unsaid", "fails"):
        expect(finder.locator(f"#{group}")).to_be_hidden()  # nothing fits before there is an answer
    finder.locator("[name=age]").fill("10")
    chip(finder, "stage", "relapsed-refractory").click()
    chip(finder, "subtype", "ph-negative").click()
    assert ids(finder, "fits") == [nct(1)]
    assert ids(finder, "unsaid") == [nct(4)]
    assert ids(finder, "fails") == [nct(2), nct(3)]
    reasons = finder.locator("#fits .reasons li")
    expect(reasons).to_have_count(3)
    expect(reasons.nth(1)).to_contain_text("“CART cells for relapsed leukemia” title")
    expect(reasons.nth(2)).to_contain_text("inclusion 1")
    expect(finder.locator("#unsaid .ask")).to_have_text(
        "Ask the trial team about: age 10; stage: relapsed or refractory; subtype: Ph-negative."
    )
    expect(finder.locator("#fails")).to_contain_text("Takes 18 to 75 years only. (Ages)")
    finder.wait_for_url(re.compile("#age=10&stage=relapsed-refractory&subtype=ph-negative$"))


def test_an_age_fits_does_not_or_is_left_open(finder: Page) -> None:
    for limits, age, answer in (
        ("[1, 17]", 17.5, 2),  # a year lasts until the next birthday
        ("[1, 17]", 18, 0),
        ("[1, 17]", 0.9, 0),
        ("[18, null]", 90, 2),
        ("[0, 64, []]", 60, 1),  # children and adults, who knows up to which age
        ("[0, 64, []]", 66, 0),
        ("[0, null, [18, 64]]", 60, 2),
        ("[0, null, [18, 64]]", 70, 1),
    ):
        assert finder.evaluate(f"ageFits({limits}, {age})") == answer, (limits, age)


def test_what_a_trial_takes_and_nobody_was_asked_is_said(finder: Page) -> None:
    chip(finder, "stage", "relapsed-refractory").click()
    card = finder.locator("#fits .card", has_text=nct(1))
    expect(card.locator(".note").first).to_have_text(
        "It also depends on what you have not answered. The trial is for subtype: Ph-negative."
    )
    chip(finder, "subtype", "ph-negative").click()
    expect(card.locator(".note")).to_have_count(0)


def test_earlier_treatment_keeps_out_or_is_asked_about(finder: Page) -> None:
    chip(finder, "after-car-t", "yes").click()
    assert nct(3) in ids(finder, "fails")
    expect(finder.locator("#fails")).to_contain_text("exclusion 1")
    chip(finder, "after-car-t", "yes").click()
    chip(finder, "after-car-t", "no").click()
    assert nct(3) in ids(finder, "fits")


def test_the_nearest_open_location_comes_first(finder: Page) -> None:
    finder.locator("#near-place").fill("Leeds, United Kingdom")
    finder.keyboard.press("Enter")
    expect(finder.locator("#fits .id").first).to_have_text(nct(1))
    expect(finder.locator("#fits h2")).to_have_text("4 Open, the nearest first")
    expect(finder.locator("#fits .place").first).to_contain_text("Leeds, United Kingdom")
    assert "Leeds" not in finder.url


@pytest.fixture
def long_finder(page: Page, tmp_path: Path) -> Page:
    """Open the page for trials of which only the first one's record states a stage."""
    leeds = place("Infirmary", "Leeds", "United Kingdom", status="RECRUITING")  # no coordinates
    root = vocabulary_tree(
        tmp_path / "tree",
        [
            record(1, **{TITLE: "A drug in relapsed leukemia", WHERE: [LEEDS], CRITERIA: ""}),
            record(2, **{TITLE: "Sleep", WHERE: [LEEDS], CRITERIA: "", PURPOSE: "SUPPORTIVE_CARE"}),
            record(3, **{TITLE: "A drug nearby", WHERE: [leeds], CRITERIA: ""}),
            *(record(n, **{TITLE: "A drug", WHERE: [BOSTON], CRITERIA: ""}) for n in range(4, 30)),
            record(
                30, **{TITLE: "Old", WHERE: [MUNICH], CRITERIA: "", UPDATED: {"date": "2022-03"}}
            ),
        ],
    )
    website.write(root, root / "site")
    page.goto(f"file://{root}/site/leukemia/find/index.html#stage=newly-diagnosed")
    page.locator("#near-place").fill("Leeds")
    page.keyboard.press("Enter")
    expect(page.locator("#closest")).to_be_visible()
    return page


def test_what_is_near_and_says_nothing_else_comes_before_what_is_far_or_names_another_stage(
    long_finder: Page,
) -> None:
    order = long_finder.locator("#unsaid .id")
    expect(order).to_have_count(20)
    shown = order.all_inner_texts()
    assert shown[:3] == [nct(3), nct(30), nct(29)]
    expect(long_finder.locator("#closest")).to_have_text(
        "Of the treatment trials that may fit, 2 have a place within 100 km (60 mi). "
        "The nearest: Leeds, United Kingdom, less than 10 km (6 mi)."
    )
    long_finder.get_by_role("button", name="Show the other 10").click()
    expect(order).to_have_count(30)
    assert order.all_inner_texts()[-2:] == [nct(1), nct(2)]
    cards = long_finder.locator("#unsaid .card")
    expect(cards.nth(1)).to_contain_text("not been updated since March 2022")
    expect(cards.nth(28)).to_contain_text("Names another stage: “A drug in relapsed leukemia”")
    expect(cards.nth(29)).to_contain_text("its main purpose is supportive care")


YORK = {"en-US": "York, Pennsylvania, United States", "en-GB": "York, United Kingdom"}


@pytest.mark.parametrize("language", sampled(YORK, 1))
def test_a_city_of_ones_own_country_comes_first(
    browser: Browser, site: Path, language: str
) -> None:
    city = YORK[language]
    context = browser.new_context(locale=language)
    page = context.new_page()
    page.goto(f"file://{site}/leukemia/find/index.html")
    page.locator("#near-place").fill("york")
    page.keyboard.press("Enter")
    expect(page.locator("#near-said")).to_have_text(f"Distances from {city}.")
    context.close()


@pytest.mark.soak
def test_never_is_anybody_called_eligible(finder: Page) -> None:
    assert "eligible" not in finder.locator("main").inner_text().lower()
    expect(finder.locator(".hint")).to_contain_text("Only the trial team can say")


def test_no_word_of_a_row_is_broken(page: Page, tmp_path: Path) -> None:
    long = {"name": "St. Anna Kinderkrebsforschung"}
    title = "Inotuzumab Ozogamicin and Post-Induction Chemotherapy in Lymphoblastic Leukemia"
    sponsor = "sponsorCollaboratorsModule__leadSponsor"
    root = vocabulary_tree(tmp_path / "tree", [record(1, **{TITLE: title, sponsor: long})])
    website.write(root, root / "site")
    for width in (320, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"file://{root}/site/leukemia/trials/index.html")
        for word in ("Kinderkrebsforschung", "Lymphoblastic"):
            # On a wide screen the script draws the rows anew.
            page.wait_for_function(f"word => ({LINES_OF})(word) === 1", arg=word, timeout=5000)


LINES_OF = """word => {
  const body = document.querySelector("#trials tbody");
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + word.length);
    return range.getClientRects().length;
  }
}"""


@pytest.mark.soak
def test_what_does_not_fit_comes_in_portions(long_finder: Page) -> None:
    long_finder.locator("[name=age]").fill("90")
    lines = long_finder.locator("#fails li")
    expect(lines).to_have_count(20)
    long_finder.locator("#fails").get_by_role("button", name="Show the other 10").click()
    expect(lines).to_have_count(30)
