"""The search, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from monitor import website
from tests.conftest import sampled
from tests.records import nct
from tests.trees import tree, write

TODAY = "2026-06-02T12:00:00Z"


@pytest.fixture
def field(page: Page, served: str) -> Locator:
    """Return the field of the search page."""
    page.clock.set_fixed_time(TODAY)
    page.goto(f"{served}search/index.html")
    return page.get_by_label("Words, or a place")


def results(page: Page) -> Locator:
    return page.locator("#results > li")


def hrefs(page: Page) -> list[str]:
    return [link.get_attribute("href") or "" for link in page.locator("#results a").all()]


@pytest.mark.soak
@pytest.mark.parametrize("asked", sampled(["nct 99000002", nct(2), nct(2).lower(), "99000002"], 1))
def test_an_id_is_found(page: Page, field: Locator, asked: str) -> None:
    field.fill(asked)
    expect(results(page).first.get_by_role("link")).to_have_text("Invented Study 2, Renamed")
    assert hrefs(page)[0].endswith(f"/base/trials/{nct(2)}/index.html")
    expect(results(page)).to_have_count(1)


@pytest.mark.soak
def test_the_beginning_of_an_id_finds_all_of_them(page: Page, field: Locator) -> None:
    field.fill("nct9900")
    expect(page.locator("#results .id")).to_have_count(6)


@pytest.mark.soak
def test_words_and_their_beginnings_are_marked(page: Page, field: Locator) -> None:
    field.fill("UNIVers renam")
    expect(results(page)).to_have_count(1)
    expect(results(page).locator("mark")).to_have_text(["Renamed", "University"])
    expect(results(page)).to_contain_text("Trial · Open")


@pytest.mark.soak
def test_every_word_must_occur_and_begin_a_word(page: Page, field: Locator) -> None:
    for asked in ("renamed nowhere", "niversity"):
        field.fill(asked)
        expect(page.locator("#count")).to_contain_text("Nothing found")
        expect(results(page)).to_have_count(0)


def test_the_glossary_and_our_texts_are_found(page: Page, field: Locator) -> None:
    field.fill("examplumab")
    expect(results(page).first).to_contain_text("Glossary")  # it is called exactly that
    assert hrefs(page)[0].endswith("/glossary/index.html#examplumab")
    field.fill("exists tests about")
    expect(results(page).first).to_contain_text("Our text")
    results(page).first.get_by_role("link", name="Invented leukemia: What it is").click()
    expect(page).to_have_url(re.compile(r"/leukemia/index\.html#what-it-is$"))


@pytest.mark.soak
def test_one_kind_alone(page: Page, field: Locator) -> None:
    field.fill("examplumab")
    page.get_by_label("In", exact=True).select_option("Glossary")
    expect(results(page)).to_have_count(1)
    page.reload()
    expect(results(page)).to_have_count(1)


@pytest.mark.soak
def test_the_count_is_said_when_typing_pauses(page: Page, field: Locator) -> None:
    field.press_sequentially("invented study")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d results$"))
    field.fill("")
    expect(page.get_by_role("status")).to_have_text("")
    expect(results(page)).to_have_count(0)


@pytest.mark.soak
def test_hostile_text_and_questions_stay_text(page: Page, field: Locator) -> None:
    field.fill("hostile <script>")
    expect(results(page)).to_have_count(1)
    expect(results(page)).to_contain_text("Hostile <script>alert(1)</script>")
    assert page.locator("main script").count() == 0
    field.fill("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0
    for odd in ("((", "\\", "%", "🙂", "İ", "a" * 200):
        field.fill(odd)


def test_keyboard_alone_from_the_header_to_a_result(page: Page, served: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}about/index.html")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("invented study")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/index\.html#q=invented\+study"))
    expect(results(page).first).to_be_visible()
    assert asked
    assert not [url for url in asked if "study" in url.partition("#")[0]]  # the host learns nothing
    page.get_by_label("Words, or a place").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(results(page).nth(1).get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Words, or a place")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/trials/"))
    page.go_back()
    expect(results(page).first).to_be_visible()  # the question is in the address


@pytest.mark.soak
def test_an_empty_page_waits_in_its_field(page: Page, field: Locator) -> None:
    expect(field).to_be_focused()
    expect(results(page)).to_have_count(0)


@pytest.mark.soak
def test_the_search_works_from_a_folder(page: Page, miniature_site: Path) -> None:
    page.goto(f"file://{miniature_site}/leukemia/index.html")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox", name="Search").fill("renamed")
    page.keyboard.press("Enter")
    page.locator("#results a").click()
    expect(page.locator("h1")).to_have_text("Invented Study 2, Renamed")


@pytest.mark.soak
def test_many_results_come_in_portions(page: Page, tmp_path: Path) -> None:
    root = tree(tmp_path / "tree")
    terms = "".join(f"- {{term: Word {n}, definition: Same.}}\n" for n in range(40))
    write(root / "content/glossary.yaml", terms)
    website.write(root, tmp_path / "site")
    page.goto(f"file://{tmp_path}/site/search/index.html?q=same")
    expect(results(page)).to_have_count(30)
    page.get_by_role("button", name="Show more").press("Enter")
    expect(results(page)).to_have_count(40)
    expect(results(page).nth(30).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_without_script_the_page_says_where_to_look(browser: Browser, served: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{served}about/index.html")
    page.get_by_role("searchbox").fill("x")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The search needs script")).to_be_visible()
    main = page.locator("main")
    expect(main.get_by_role("link", name="all trials of Invented leukemia")).to_be_visible()
    expect(main.get_by_role("link", name="glossary")).to_be_visible()
    expect(main.get_by_role("searchbox")).to_be_hidden()
    page.close()
