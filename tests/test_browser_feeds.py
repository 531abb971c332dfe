"""Getting alerts, in a real browser."""

from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.records import nct
from tests.trees import BASE


def address(page: Page) -> str:
    return page.locator("#alert-address").inner_text()


def card(page: Page, name: str) -> None:
    page.locator(".card", has_text=name).click()


def test_what_and_how_give_one_address(page: Page, served: str) -> None:
    page.goto(f"{served}feeds/index.html")
    expect(page.locator("#alert-title")).to_have_text("IL, major changes, on your phone")
    assert address(page) == "ntfy.example/miniature-monitor-major"
    opens = page.get_by_role("link", name="Open in the ntfy app")
    assert opens.get_attribute("href") == "ntfy://ntfy.example/miniature-monitor-major"
    card(page, "Feed reader")
    assert address(page) == f"{BASE}leukemia/feeds/major/feed.xml"
    opens = page.get_by_role("link", name="Open in my reader")
    assert opens.get_attribute("href") == f"feed:{BASE}leukemia/feeds/major/feed.xml"
    page.get_by_label("All changes").check()
    assert address(page) == f"{BASE}leukemia/feeds/all/feed.xml"
    card(page, "Calendar")
    assert address(page) == f"{BASE}leukemia/calendar.ics"
    opens = page.get_by_role("link", name="Add to my calendar")
    assert opens.get_attribute("href") == "webcal://monitor.example/base/leukemia/calendar.ics"
    alone = page.locator("#alert").get_by_role("link", name="when its trials expect")
    expect(alone).to_have_attribute(
        "href", "webcal://monitor.example/base/leukemia/primary-completions.ics"
    )
    card(page, "Everything")
    assert address(page) == f"{BASE}calendar.ics"
    card(page, "E-mail")
    expect(page.locator("#alert")).to_contain_text("What the service learns: your e-mail address")


def test_a_parent_asks_to_be_told_when_a_trial_opens_near_them(page: Page, served: str) -> None:
    """Three choices: a country, which one, how."""
    page.goto(f"{served}feeds/index.html")
    card(page, "A country")
    page.get_by_label("Which").select_option("Lemuria")
    card(page, "E-mail")
    assert address(page) == f"{BASE}leukemia/feeds/country-lemuria/feed.xml"
    expect(page.locator("#alert-title")).to_contain_text("Lemuria")


@pytest.mark.soak
def test_on_a_phone_the_answer_is_one_tap_from_the_choices(page: Page, served: str) -> None:
    page.goto(f"{served}feeds/index.html")
    card(page, "E-mail")
    title = page.locator("#alert-title")
    expect(title).not_to_be_in_viewport()
    page.get_by_role("link", name="Your alert, below").click()
    expect(title).to_be_in_viewport()
    expect(title).to_contain_text("by e-mail")  # the choices stand
    page.goto(f"{served}feeds/index.html#trial={nct(1)}&how=calendar")
    expect(title).to_be_in_viewport()


def test_a_choice_without_phone_messages_offers_what_comes_nearest(page: Page, served: str) -> None:
    page.goto(f"{served}feeds/index.html")
    page.get_by_label("What happens").select_option("New trials")
    expect(page.locator(".card", has_text="Phone")).to_contain_text("Not for this alone")
    expect(page.locator("#alert-note")).to_contain_text("no phone messages for this alone")
    expect(page.locator("#alert-address")).to_be_hidden()
    page.get_by_role("button", name="E-mail when something changes").click()
    assert address(page) == f"{BASE}leukemia/feeds/new/feed.xml"
    card(page, "Phone")
    page.get_by_role("button", name="Phone messages on major changes in IL").click()
    assert address(page) == "ntfy.example/miniature-monitor-major"


def test_one_trial_can_be_followed_by_its_major_changes(
    page: Page, served: str, miniature_files: dict[str, bytes]
) -> None:
    page.goto(f"{served}feeds/index.html#trial={nct(1)}")
    expect(page.locator("#alert-title")).to_contain_text("all changes, by e-mail")
    page.get_by_label("Major only").check()
    assert address(page) == f"{BASE}trials/{nct(1)}/feeds/major/feed.xml"
    assert address(page).removeprefix(BASE) in miniature_files
    for name in ("Blogtrottr", "FeedMail"):
        href = page.locator("#alert").get_by_role("link", name=name).get_attribute("href") or ""
        assert href.endswith(quote(address(page), safe=""))
    expect(page.locator("label", has_text="No minor edits")).to_be_hidden()
    card(page, "Phone")
    page.get_by_role("button", name="Phone messages on major changes in IL").click()
    expect(page.locator("#alert-title")).to_have_text("IL, major changes, on your phone")


@pytest.mark.soak
def test_no_choice_stands_twice_and_each_is_in_its_group(page: Page, served: str) -> None:
    page.goto(f"{served}feeds/index.html")
    card(page, "A subtype or treatment")
    which = page.get_by_label("Which")
    groups = which.locator("optgroup").evaluate_all("all => all.map((one) => one.label)")
    assert groups
    assert not [group for group in groups if group.startswith("By ") or "change" in group]
    labels = which.locator("option").all_inner_texts()
    assert len(labels) == len(set(labels))


@pytest.mark.soak
@pytest.mark.parametrize("typed", ["invented study 2", nct(2).lower()])
def test_a_trial_is_found_by_its_name_or_number(page: Page, served: str, typed: str) -> None:
    page.goto(f"{served}feeds/index.html")
    card(page, "One trial")
    expect(page.locator("#alert-title")).to_have_text("Choose a trial")
    page.get_by_label("Trial", exact=True).fill(typed)
    if "study" in typed:
        page.locator("#matches button").first.click()
    card(page, "E-mail")
    expect(page.locator("#alert-note")).to_contain_text("also when a place opens")
    assert address(page) == f"{BASE}trials/{nct(2)}/feed.xml"
    page.get_by_label("Major only").check()
    expect(page.locator("#alert-note")).to_contain_text("not when one more place opens")
    card(page, "Calendar")
    expect(page.locator("#alert-title")).to_contain_text(nct(2))
    assert address(page) == f"{BASE}trials/{nct(2)}/calendar.ics"
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    expect(page.locator("#alert-title")).to_contain_text(nct(2))


@pytest.mark.soak
def test_links_from_other_pages_choose_for_the_reader(page: Page, served: str) -> None:
    page.goto(f"{served}trials/{nct(1)}/index.html")
    page.get_by_role("link", name="calendar", exact=True).click()
    expect(page.locator("#alert-title")).to_contain_text(f"{nct(1)}, in your calendar")
    page.goto(f"{served}feeds/index.html#leukemia")
    expect(page.locator("#alert-title")).to_contain_text("IL, major changes")


def test_the_address_can_be_copied(page: Page, served: str, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{served}feeds/index.html")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#alert-copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == address(page)


@pytest.mark.soak
def test_without_leave_to_copy_the_address_is_marked(page: Page, served: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(f"{served}feeds/index.html")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#alert-copy")).to_have_text("Not copied")
    assert page.evaluate("String(getSelection())") == address(page)


@pytest.mark.soak
def test_it_can_be_used_by_keyboard(page: Page, served: str) -> None:
    page.goto(f"{served}feeds/index.html")
    page.locator("input[name=what]:checked").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#alert-title")).to_contain_text("All diseases")
    page.locator("input[name=how]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#alert-title")).to_contain_text("by e-mail")


@pytest.mark.soak
@pytest.mark.parametrize(("width", "height"), [(375, 812), (1280, 900)])
def test_the_first_screen_asks_both_and_nothing_is_cut(
    page: Page, served: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{served}feeds/index.html")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    how = page.locator("legend", has_text="How?").bounding_box()
    assert how is not None
    assert how["y"] < height
    if width > 1000:
        alert = page.locator("#alert").bounding_box()
        assert alert is not None
        assert alert["y"] + alert["height"] < height


def test_without_script_the_same_is_a_plain_list(context: BrowserContext, served: str) -> None:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{served}feeds/index.html")
    expect(page.get_by_role("heading", name="On your phone")).to_be_visible()
    expect(page.locator("#alerts")).to_be_hidden()
    page.locator("summary", has_text="Invented leukemia").click()
    line = page.locator("li", has_text="Lemuria").first
    expect(line.get_by_role("link", name="RSS").first).to_be_visible()
    href = line.get_by_role("link", name="Atom").first.get_attribute("href")
    assert href == "../leukemia/feeds/country-lemuria/feed.xml"
    expect(page.locator("a[href^='https://ntfy.example']")).to_have_count(1)
    plain.close()


@pytest.mark.soak
def test_a_feed_that_is_opened_is_no_error(context: BrowserContext, served: str) -> None:
    page = context.new_page()
    for form in ("feed.xml", "rss.xml"):
        page.goto(f"{served}{form}")
        shown = page.evaluate(
            "[...document.querySelectorAll('*')].filter((e) => e.getClientRects().length)"
            ".map((e) => e.localName)"
        )
        assert {"title", "feed" if form == "feed.xml" else "rss"} <= set(shown)
        assert "content" not in shown
        assert "encoded" not in shown
