"""What readers come for, in a real browser: where it stands, in how many clicks, and in print."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from monitor import website
from tests.records import nct, place, record
from tests.registry_server import RegistryServer
from tests.trees import night, tree, write
from tests.vocabulary_tree import DISEASE, VOCABULARY

PHONE: ViewportSize = {"width": 375, "height": 812}
DESK: ViewportSize = {"width": 1280, "height": 900}
HELPLINES = """- country: United Kingdom
  name: Example Line
  phone: 0555 010 020
  url: https://line.example/
  for: all
  source: paper
  read: 2026-05-01
- country: Canada
  name: Other Line
  phone: 1-555-010-0300
  url: https://other.example/
  for: all
  source: paper
  read: 2026-05-01
"""
SOURCES = """paper:
  publisher: P
  title: T
  url: https://paper.example/x
  year: 2025
  read: 2026-05-01
  says: [The lines are 0555 010 020 and 1-555-010-0300.]
"""


def at(city: str, country: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    return place(f"{city} Hospital", city, country, geoPoint={"lat": lat, "lon": lon}, **more)


def records() -> Iterator[dict[str, Any]]:
    """Yield 100 trials of three stages; the first is open in three cities, closed in a fourth."""
    stages = ("Newly Diagnosed Leukemia", "Relapsed Leukemia", "Leukemia After CAR-T")
    where = [
        at("Leeds", "United Kingdom", 53.8, -1.55, status="RECRUITING"),
        at("Munich", "Germany", 48.14, 11.58, status="RECRUITING"),
        at("Boston", "United States", 42.36, -71.06, status="RECRUITING"),
        at("York", "United Kingdom", 53.96, -1.08, status="COMPLETED"),
    ]
    for number in range(1, 101):
        more = {"contactsLocationsModule__locations": where} if number == 1 else {}
        title = f"A Study of Drug {number} in {stages[number % 3]}"
        status = "COMPLETED" if number % 4 == 0 else "RECRUITING"
        yield record(
            number,
            identificationModule__briefTitle=title,
            statusModule__overallStatus=status,
            **more,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tree(tmp_path_factory.mktemp("pages") / "tree")
    write(root / "content/vocabulary/invented.yaml", VOCABULARY)
    write(root / "content/diseases/leukemia.md", DISEASE)
    write(root / "content/sources.yaml", SOURCES)
    write(root / "content/helplines.yaml", HELPLINES)
    with RegistryServer(records()) as server:
        night(root, server, "2026-05-01")
        paused = record(2, statusModule__overallStatus="SUSPENDED")
        server.put(paused)
        night(root, server, "2026-05-02")
    website.write(root, root / "site")
    return root / "site"


def screens(page: Page) -> float:
    height: int = page.evaluate("document.documentElement.scrollHeight")
    return height / page.viewport_size["height"] if page.viewport_size else 0.0


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"]


def test_on_a_phone_the_content_begins_in_the_upper_half(page: Page, site: Path) -> None:
    page.set_viewport_size(PHONE)
    for address in ("leukemia/", f"trials/{nct(1)}/", "", "changes/", "guides/"):
        page.goto(f"file://{site}/{address}index.html")
        assert top(page, "main h1") < 200, address
        assert top(page, "main h1 + *, main .head + *") < 450, address
        notice = page.locator("#notice p").bounding_box()
        assert notice, address
        assert notice["height"] <= 2 * 20 + 1, address


@pytest.mark.soak
def test_however_many_trials_a_disease_has_its_page_stays_short(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/leukemia/index.html")
    for size, most in ((DESK, 6), (PHONE, 12)):
        page.set_viewport_size(size)
        assert screens(page) <= most
    page.goto(f"file://{site}/index.html")
    page.set_viewport_size(DESK)
    assert screens(page) <= 1.5


def test_each_trial_stands_once_and_no_cell_is_broken(page: Page, site: Path) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"file://{site}/leukemia/index.html")
    ids = page.locator("#page-trials > section > table .id").all_inner_texts()
    assert len(ids) == len(set(ids)) > 5
    heights = page.locator(".pill").evaluate_all("all => all.map((e) => e.offsetHeight)")
    assert set(heights) - {0} == {24}
    rows = page.locator("#page-trials > section > table tbody tr")
    assert max(rows.evaluate_all("all => all.map((e) => e.offsetHeight)")) <= 75


def test_what_decides_is_in_the_first_screen_of_a_trial(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/trials/{nct(1)}/index.html")
    for size, most in ((DESK, 900), (PHONE, 1624)):
        page.set_viewport_size(size)
        for what in (".facts", ".call .button"):
            box = page.locator(what).first.bounding_box()
            assert box
            assert box["y"] + box["height"] <= most, (what, size)


def test_whom_to_call_is_two_clicks_from_the_start(page: Page, site: Path) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"file://{site}/index.html")
    page.get_by_role("heading", name="Invented leukemia").get_by_role("link").click()
    page.locator("#page-trials a.called").first.click()
    contacts = page.get_by_role("link", name="Contacts at ClinicalTrials.gov")
    expect(contacts).to_be_in_viewport()
    expect(contacts).to_have_attribute("href", re.compile(r"/study/NCT\d{8}#contacts"))
    line = page.locator("a[href='tel:0555010020']")
    expect(line).to_be_hidden()
    page.get_by_text("United Kingdom", exact=True).click()
    expect(line).to_be_visible()
    page.get_by_text("Canada", exact=True).click()
    expect(line).to_be_hidden()  # one country at a time
    page.reload()
    expect(page.locator("a[href='tel:1-555-010-0300']")).to_be_visible()  # it is remembered
    page.goto(f"file://{site}/leukemia/index.html")
    expect(page.locator("a[href='tel:1-555-010-0300']")).to_be_visible()


def test_a_parent_near_leeds_finds_an_open_place(page: Page, site: Path) -> None:
    page.goto(f"file://{site}/trials/{nct(1)}/index.html")
    expect(page.locator("#nearest")).to_be_hidden()
    page.locator("#near-place").fill("York, United Kingdom")
    page.keyboard.press("Enter")
    expect(page.locator("#nearest")).to_contain_text("Leeds Hospital")  # York is closed
    nearest = page.locator("#spots li")
    expect(nearest).to_have_count(4)
    expect(nearest.first).to_contain_text("York")
    expect(nearest.first).to_contain_text("Ended")
    expect(nearest.nth(1)).to_contain_text("km")
    page.locator("#near-place").fill("")
    expect(page.locator("#spots")).to_be_hidden()


def test_menu_and_search_open_without_script(browser: Browser, site: Path) -> None:
    page = browser.new_page(java_script_enabled=False, viewport=PHONE)
    page.goto(f"file://{site}/leukemia/index.html")
    menu = page.get_by_role("navigation", name="Site")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(menu.get_by_role("link")).to_have_text(
        ["Find yours", "Trials", "Changes", "Get alerts", "My trials", "Guides"]
    )
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_label("Search", exact=True)).to_be_visible()
    page.set_viewport_size(DESK)
    page.reload()
    expect(menu.get_by_role("link", name="Changes")).to_be_visible()
    expect(page.get_by_label("Search", exact=True)).to_be_visible()
    bar = page.locator("header.site").bounding_box()
    assert bar
    assert bar["height"] <= 66  # one row
    page.close()


@pytest.mark.soak
def test_contents_say_where_the_reader_is(page: Page, site: Path) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"file://{site}/leukemia/index.html")
    here = page.locator(".contents [aria-current]")
    expect(here).to_have_text("Find yours")
    page.locator("#page-trials").evaluate("element => element.scrollIntoView()")
    expect(here).to_have_text("Trials by stage")
    expect(here).to_be_in_viewport()  # they stay


@pytest.mark.soak
def test_a_link_opens_what_is_folded_around_its_place(page: Page, served: str) -> None:
    page.goto(f"{served}leukemia/guide/index.html")
    page.locator("sup a").first.click()
    expect(page.locator(".sources li").first).to_be_visible()


@pytest.mark.soak
def test_differences_and_statuses_need_no_colours(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport=DESK, forced_colors="active")
    page = context.new_page()
    page.goto(f"file://{site}/changes/index.html")
    for name, sign, line in (("del", "−", "line-through"), ("ins", "+", "underline")):
        change = page.locator(name).first
        expect(change).to_have_css("text-decoration-line", line)
        content = change.evaluate("e => getComputedStyle(e, '::before').content")
        assert sign in content
    page.goto(f"file://{site}/leukemia/index.html")
    expect(page.locator(".pill svg").first).to_be_visible()
    context.close()


def test_a_trial_prints_on_two_pages(context: BrowserContext, site: Path) -> None:
    page = context.new_page()
    page.goto(f"file://{site}/trials/{nct(1)}/index.html")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) <= 2
    page.emulate_media(media="print")
    for shown in (".facts", ".criteria", "#locations li", "#page-questions", ".printed"):
        expect(page.locator(shown).first).to_be_visible()
    expect(page.locator(".printed")).to_contain_text(f"trials/{nct(1)}/ · {nct(1)} · data of")
    for hidden in ("#site-menu", ".contents", ".follows", "footer.site"):
        expect(page.locator(hidden)).to_be_hidden()


@pytest.mark.soak
def test_a_picture_has_its_numbers_as_a_table(page: Page, site: Path) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"file://{site}/leukemia/index.html")
    section = page.locator(".over-time")
    pictures = section.locator("svg[role=img]")
    assert [picture.is_visible() for picture in pictures.all()] == [True, False]  # the wide one
    table = section.get_by_role("table")
    expect(table).to_be_hidden()
    section.get_by_text("The same as a table").click()
    expect(table.get_by_role("row")).to_have_count(61)  # the first 60, and the head
    page.set_viewport_size(PHONE)
    assert [picture.is_visible() for picture in pictures.all()] == [False, True]
