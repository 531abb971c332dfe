"""The list of all trials and "near me" in a real browser."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from monitor import website
from tests.miniature_days import HOSTILE
from tests.records import nct, place, record
from tests.registry_server import RegistryServer
from tests.trees import night, tree


def at(city: str, country: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    return place(f"{city} Hospital", city, country, geoPoint={"lat": lat, "lon": lon}, **more)


BOSTON = at("Boston", "United States", 42.36, -71.06, status="RECRUITING")
MUNICH = at("Munich", "Germany", 48.14, 11.58, status="RECRUITING")
VIENNA = at("Vienna", "Austria", 48.21, 16.37, status="RECRUITING")


def records() -> Iterator[dict[str, Any]]:
    """240 trials; the first five are all different."""
    where = "contactsLocationsModule__locations"
    drugs = "armsInterventionsModule__interventions"
    yield record(1, **{where: [VIENNA, BOSTON, MUNICH], drugs: [{"name": "Blinatumomab"}]})
    yield record(2, **{where: [MUNICH], "designModule__phases": ["PHASE1", "PHASE2"]})
    child = {"eligibilityModule__minimumAge": "1 Year", "eligibilityModule__maximumAge": "17 Years"}
    yield record(
        3, **{where: [BOSTON], **child}, identificationModule__briefTitle="A study of Ärzte"
    )
    yield record(4, identificationModule__briefTitle=HOSTILE, **{drugs: [{"name": HOSTILE}]})
    yield record(5, sponsorCollaboratorsModule__leadSponsor={"name": "Other Institute"})
    for number in range(6, 241):
        yield record(number, statusModule__overallStatus="COMPLETED")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tree(tmp_path_factory.mktemp("list") / "tree")
    with RegistryServer(records()) as server:
        night(root, server, "2026-05-01")
    website.write(root, root / "site")
    return root / "site"


@pytest.fixture
def address(site: Path) -> str:
    """Opened from a folder: what works there works on a server, too."""
    return f"file://{site}/leukemia/trials/index.html"


@pytest.fixture
def found(page: Page, address: str) -> Any:
    """The page with its list, all filters in sight; expects a number of trials."""
    page.goto(address)
    expect(page.locator("#filter")).to_be_visible()
    page.locator("#filter summary").click()
    return partial(expect_found, page)


def expect_found(page: Page, count: int) -> None:
    expect(page.locator("#found")).to_have_text(f"{count} of 240 trials")
    expect(page.locator("#trials tbody tr")).to_have_count(count)


def field(page: Page, name: str) -> Any:
    return page.locator(f"#filter [name={name}]")


def first_ids(page: Page, count: int) -> list[str]:
    return page.locator("#trials .id").all_inner_texts()[:count]


def choice(page: Page, name: str, text: str) -> Any:
    return expect(field(page, name).locator("option", has_text=re.compile(rf"^{text} \(")))


def test_everything_is_there_in_groups(page: Page, found: Any) -> None:
    found(240)
    expect(page.locator(".batch")).to_have_count(3)
    expect(page.locator(".pages")).to_have_count(0)
    link = page.locator("#trials a").first
    link.click()
    expect(page).to_have_title(re.compile(r"NCT9900"))


def test_filters_and_their_counts(page: Page, found: Any) -> None:
    choice(page, "status", "Completed").to_have_text("Completed (235)")
    choice(page, "status", "Open to participants").to_have_text("Open to participants (5)")
    field(page, "status").select_option("open")
    found(5)
    choice(page, "status", "Completed").to_have_text("Completed (235)")  # under the others
    choice(page, "phase", "Phase 1").to_have_text("Phase 1 (1)")
    choice(page, "age", "Child").to_have_text("Child (0 to 17) (1)")
    choice(page, "country", "Germany").to_have_text("Germany (2)")
    field(page, "country").select_option("Germany")
    found(2)
    choice(page, "age", "Child").to_be_disabled()
    field(page, "phase").select_option("Phase 1")
    found(1)
    assert first_ids(page, 1) == [nct(2)]


def test_names_are_typed_and_suggested(page: Page, found: Any) -> None:
    field(page, "intervention").press_sequentially("blina")
    found(1)
    options = page.locator("#intervention-choices option")
    expect(options).to_have_count(1)
    expect(options).to_have_attribute("label", "Blinatumomab (1)")
    field(page, "intervention").fill("")
    field(page, "sponsor").fill("other institute")
    found(1)


def test_free_text_finds_all_words_without_accents(page: Page, found: Any) -> None:
    field(page, "q").press_sequentially("arzte STUDY")
    found(1)
    field(page, "q").fill("nothing like this")
    expect(page.locator("#found")).to_have_text("0 of 240 trials")
    expect(page.locator("#trials")).to_contain_text("No trial is like that")


def test_a_filter_is_in_the_address_and_can_be_shared(
    page: Page, context: BrowserContext, found: Any
) -> None:
    field(page, "q").fill("invented")
    field(page, "country").select_option("Germany")
    field(page, "sort").select_option("title")
    page.wait_for_url(re.compile(r"\?q=invented&country=Germany&sort=title$"))
    before = page.evaluate("history.length")
    field(page, "q").fill("")
    page.wait_for_url(re.compile(r"\?country=Germany&sort=title$"))
    assert page.evaluate("history.length") == before  # the back button leaves the page
    other = context.new_page()
    other.goto(page.url)
    expect_found(other, 2)
    expect(field(other, "country")).to_have_value("Germany")
    expect(field(other, "sort")).to_have_value("title")
    other.locator("#trials a").first.click()
    other.go_back()
    expect_found(other, 2)
    expect(field(other, "country")).to_have_value("Germany")


def test_an_address_with_nonsense_is_as_good_as_none(page: Page, address: str) -> None:
    page.goto(f"{address}?status=%3Cb%3E&sort=nearest&country=Nowhere&x=1")
    expect_found(page, 240)
    expect(field(page, "sort")).to_have_value("")


def test_clear_takes_everything_back(page: Page, found: Any) -> None:
    field(page, "q").fill("blina")
    field(page, "status").select_option("open")
    found(1)
    page.get_by_role("button", name="Clear").click()
    found(240)
    page.wait_for_url(re.compile(r"index\.html$"))
    expect(field(page, "status")).to_have_value("")


def test_sorting(page: Page, found: Any) -> None:
    found(240)
    assert first_ids(page, 2) == [nct(5), nct(4)]
    field(page, "sort").select_option("newest")
    assert first_ids(page, 2) == [nct(240), nct(239)]
    field(page, "sort").select_option("title")
    assert nct(3) in first_ids(page, 2)
    field(page, "sort").select_option("changed")
    expect(page.locator("#trials .extra").first).to_contain_text("No change seen yet")


def test_hostile_text_stays_text(page: Page, found: Any) -> None:
    field(page, "q").fill("alert")
    found(1)
    expect(page.locator("#trials a")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#trials script")).to_have_count(0)
    field(page, "intervention").press_sequentially("alert")
    expect(page.locator("#intervention-choices option")).to_have_count(1)


def test_the_keyboard_is_enough(page: Page, found: Any) -> None:
    field(page, "q").focus()
    page.keyboard.type("study")
    page.keyboard.press("Enter")  # submits nothing
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Clear")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field(page, "status")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field(page, "status")).to_have_value("open")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d of 240 trials$"))


def test_without_script_there_are_pages(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#trials tbody tr")).to_have_count(100)
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#trials tbody tr")).to_have_count(40)
    expect(page.get_by_text("Page 3 of 3")).to_be_visible()
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    context.close()


# Near me


def test_the_nearest_first_from_a_place_that_is_typed(page: Page, found: Any) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.locator("#near-place").fill("munchen")  # its English name is in the list
    page.keyboard.press("Enter")
    expect(page.locator("#near-said")).to_contain_text("No such place")
    page.locator("#near-place").fill("MUNIC")
    page.keyboard.press("Enter")
    expect(page.locator("#near-said")).to_have_text("Distances from Munich, Germany.")
    expect(field(page, "sort")).to_have_value("nearest")
    expect(page.locator("#trials .extra").first).to_have_text(
        "Nearest open location: Munich, Germany, less than 10 km (6 mi)"
    )
    assert set(first_ids(page, 2)) == {nct(1), nct(2)}
    assert first_ids(page, 3)[2] == nct(3)
    expect(page.locator("#trials .extra").nth(2)).to_contain_text("Boston")
    found(240)
    page.wait_for_timeout(400)
    assert "?" not in page.url  # where the reader is, is in no address
    assert sorted(set(loaded)) == ["locations.js", "places.js"]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#trials .extra")).to_have_count(0)
    expect(field(page, "sort")).to_have_value("")


def test_the_browsers_own_location_only_when_asked_for(
    page: Page, context: BrowserContext, served: str, site: Path
) -> None:
    page.goto(f"file://{site}/leukemia/trials/index.html")
    page.locator("#filter summary").click()
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("#near-said")).to_contain_text("gave no location")
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 42.0, "longitude": -71.0})
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("#near-said")).to_have_text("Distances from your location.")
    expect(page.locator("#trials .extra").first).to_contain_text(
        "Boston, United States, about 40 km (25 mi)"
    )


def test_the_locations_of_a_trial_by_distance(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/trials/{nct(1)}/index.html")
    summaries = page.locator("#locations summary")
    expect(summaries).to_have_text(["Austria (1)", "Germany (1)", "United States (1)"])
    page.locator("#near-place").fill("New York")
    page.keyboard.press("Enter")
    expect(summaries).to_have_text(["United States (1)", "Germany (1)", "Austria (1)"])
    expect(page.locator("#locations .distance").first).to_contain_text(re.compile(r"30\d km"))
    page.locator("#near-place").fill("")
    expect(summaries).to_have_text(["Austria (1)", "Germany (1)", "United States (1)"])
    expect(page.locator("#locations .distance")).to_have_count(0)


def test_without_coordinates_there_is_no_near_me(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/trials/{nct(5)}/index.html")
    expect(page.locator("#near")).to_have_count(0)
