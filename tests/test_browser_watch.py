"""The list of followed trials and the marks of what is new, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from monitor import website
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.test_website import BASE
from tests.trees import night, tree

TODAY = "2026-06-02T12:00:00Z"  # the miniature's data is of 1 June
REFUSED = """Object.defineProperty(window, "localStorage",
    {get() { throw new DOMException("refused", "SecurityError"); }})"""


@pytest.fixture
def follow(page: Page, served: str) -> Callable[[int], None]:
    """Follow a trial on its page."""

    def press(number: int) -> None:
        page.goto(f"{served}trials/{nct(number)}/index.html")
        page.get_by_role("button", name="Follow this trial").click()

    page.clock.set_fixed_time(TODAY)
    return press


def watch(page: Page, served: str) -> None:
    page.goto(f"{served}watch/index.html")


def test_a_trial_is_followed_and_no_longer(
    page: Page, served: str, follow: Callable[[int], None]
) -> None:
    follow(2)
    button = page.locator("#follow")
    expect(button).to_have_text("Following")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(button).to_have_text("Following")
    button.click()
    expect(button).to_have_text("Follow this trial")
    expect(button).to_have_attribute("aria-pressed", "false")
    watch(page, served)
    expect(page.get_by_text("No trials yet")).to_be_visible()


def test_the_list_shows_status_and_changes_newest_first(
    page: Page, served: str, follow: Callable[[int], None]
) -> None:
    for number in (1, 2, 5):
        follow(number)
    watch(page, served)
    page.reload()
    expect(page.locator("#watch-trials > li")).to_have_count(3)
    first = page.locator("#watch-trials > li").first
    expect(first).to_contain_text("Invented Study 5")
    expect(first.locator(".pill")).to_have_text("Open")
    days = [t.get_attribute("datetime") for t in page.locator("#watch-news time").all()]
    assert days == ["2026-06-01", "2026-05-03", "2026-05-03", "2026-05-02", "2026-05-02"]
    page.get_by_role("link", name="New location: New Hospital").click()
    expect(page).to_have_url(re.compile(rf"/trials/{nct(5)}/index\.html#d2026-06-01$"))
    expect(page.locator("#d2026-06-01")).to_be_visible()


@pytest.mark.soak
def test_a_trial_is_stopped_on_the_list_by_keyboard(
    page: Page, served: str, follow: Callable[[int], None]
) -> None:
    follow(1)
    follow(5)
    watch(page, served)
    alerts = page.get_by_role("link", name="Get alerts of Invented Study 5")
    expect(alerts).to_have_attribute("href", f"../feeds/index.html#trial={nct(5)}&how=mail")
    page.get_by_role("button", name="Stop following Invented Study 5").press("Enter")
    expect(page.locator("#watch-trials > li")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("Invented Study 5 is no longer on your list.")
    expect(page.locator("#watch-said")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Stop following Invented Study 1").press("Enter")
    expect(page.get_by_text("No trials yet")).to_be_visible()
    expect(page.locator("#watch-list")).to_be_hidden()


@pytest.mark.soak
def test_their_feeds_are_exported(
    page: Page, served: str, follow: Callable[[int], None], tmp_path: Path
) -> None:
    for number in (2, 4):
        follow(number)
    watch(page, served)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all changes (OPML)").click()
    assert download.value.suggested_filename == "trials-i-follow.opml"
    download.value.save_as(tmp_path / "feeds.opml")
    body = etree.fromstring((tmp_path / "feeds.opml").read_bytes()).find("body")
    assert body is not None
    assert [outline.get("xmlUrl") for outline in body] == [
        f"{BASE}trials/{nct(number)}/feed.xml" for number in (4, 2)
    ]
    assert (body[0].get("text") or "").startswith("<script>alert(1)</script> ]]>")


@pytest.mark.soak
def test_only_major_changes_can_be_shown_and_exported(
    page: Page, served: str, follow: Callable[[int], None], tmp_path: Path
) -> None:
    for number in (1, 5):
        follow(number)
    watch(page, served)
    every = page.locator("#watch-news > li")
    expect(every).to_have_count(3)
    page.get_by_label("Major only").check()
    expect(every).to_have_count(2)
    expect(page.locator("#watch-news")).not_to_contain_text("New location")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export major only (OPML)").click()
    download.value.save_as(tmp_path / "major.opml")
    outlines = etree.fromstring((tmp_path / "major.opml").read_bytes()).iter("outline")
    assert [outline.get("xmlUrl") for outline in outlines] == [
        f"{BASE}trials/{nct(number)}/feeds/major/feed.xml" for number in (5, 1)
    ]
    page.evaluate("localStorage.clear()")
    page.reload()
    page.locator("#watch-import").set_input_files(tmp_path / "major.opml")
    expect(page.locator("#watch-said")).to_have_text("2 trials added.")


def test_hostile_titles_are_only_text(
    page: Page, served: str, follow: Callable[[int], None]
) -> None:
    follow(4)
    watch(page, served)
    expect(page.locator("#watch-trials")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script").count() == 0


@pytest.mark.soak
@pytest.mark.parametrize(
    "stored", ["{", "[1, null, {}]", '"NCT99000001"', '["../../x", "NCT1"]', "{}"]
)
def test_what_another_hand_stored_breaks_nothing(page: Page, served: str, stored: str) -> None:
    page.goto(served)
    page.evaluate("s => localStorage.setItem('trial-monitor.followed', s)", stored)
    page.evaluate("s => localStorage.setItem('trial-monitor.visit', s)", stored)
    watch(page, served)
    expect(page.get_by_text("No trials yet")).to_be_visible()
    assert page.locator(".new").count() == 0


@pytest.mark.soak
def test_a_trial_that_left_the_site_can_be_stopped(page: Page, served: str) -> None:
    page.goto(served)
    page.evaluate("localStorage.setItem('trial-monitor.followed', '[\"NCT00000001\"]')")
    watch(page, served)
    expect(page.get_by_text("NCT00000001 is no longer on this site")).to_be_visible()
    page.get_by_role("button", name="Stop following NCT00000001").click()
    expect(page.get_by_text("No trials yet")).to_be_visible()


@pytest.mark.soak
def test_the_list_works_from_a_folder(page: Page, miniature_site: Path) -> None:
    page.clock.set_fixed_time(TODAY)
    page.goto(f"file://{miniature_site}/trials/{nct(1)}/index.html")
    page.get_by_role("button", name="Follow this trial").click()
    page.get_by_role("link", name="My trials").click()
    expect(page.locator("#watch-trials")).to_contain_text("Invented Study 1")


@pytest.mark.soak
def test_where_storage_is_refused_the_rest_works(
    page: Page, context: BrowserContext, served: str
) -> None:
    context.add_init_script(REFUSED)
    page.goto(f"{served}trials/{nct(1)}/index.html")
    expect(page.locator("h1")).to_have_text("Invented Study 1")
    expect(page.locator("#follow")).to_be_hidden()
    watch(page, served)
    expect(page.get_by_text("Your browser keeps nothing for this site")).to_be_visible()
    expect(page.locator("#watch-list")).to_be_hidden()


def test_without_script_the_page_says_so(browser: Browser, served: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    watch(page, served)
    expect(page.get_by_text("This page needs script")).to_be_visible()
    expect(page.get_by_role("button", name="Export")).to_be_hidden()
    page.goto(f"{served}trials/{nct(1)}/index.html")
    expect(page.get_by_role("button", name="Follow")).to_be_hidden()
    page.close()


# What is new


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the sites after the first night and after those of 2 and 3 May, each with a change."""
    root = tree(tmp_path_factory.mktemp("nights") / "tree")
    sites = []
    with RegistryServer(record(number) for number in (1, 2)) as server:
        for day, status in ((1, "RECRUITING"), (2, "SUSPENDED"), (3, "COMPLETED")):
            server.put(record(1, statusModule__overallStatus=status))
            night(root, server, f"2026-05-0{day}")
            sites.append(root.parent / f"site{day}")
            website.write(root, sites[-1])
    return sites


class Reader:
    """Someone who comes on some days, and finds the site of that day at one address."""

    URL = "http://127.0.0.1:9/"

    def __init__(self, page: Page, nights: list[Path]) -> None:
        self.page, self.nights, self.site = page, nights, nights[0]
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        route.fulfill(path=self.site / route.request.url.removeprefix(self.URL).split("?")[0])

    def come(self, day: int, path: str, data: int | None = None) -> list[str]:
        """Visit on a day of May, with that day's data or older; return the days marked as new."""
        self.site = self.nights[(data or day) - 1]
        self.page.clock.set_fixed_time(f"2026-05-{day:02}T12:00:00Z")
        self.page.goto(f"{self.URL}{path}index.html")
        marked = self.page.locator("time:has(+ .new)").all()
        return [time.get_attribute("datetime") or "" for time in marked]


@pytest.mark.soak
def test_what_came_since_the_last_visit_is_marked(page: Page, nights: list[Path]) -> None:
    reader = Reader(page, nights)
    trial = f"trials/{nct(1)}/"
    assert reader.come(2, "") == []  # the first visit
    for path in ("leukemia/", trial, "", "changes/"):
        assert reader.come(3, path) == ["2026-05-03"], path  # all through the second
    expect(page.locator(".new").first).to_have_text("new since your last visit (data of 2 May)")
    assert reader.come(4, "", data=3) == []  # the third finds nothing newer


@pytest.mark.soak
def test_the_list_marks_what_is_new(page: Page, nights: list[Path]) -> None:
    reader = Reader(page, nights)
    reader.come(1, f"trials/{nct(1)}/")
    page.locator("#follow").click()
    reader.come(3, "watch/")
    expect(page.locator("#watch-news .new")).to_have_count(2)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#watch-empty")).to_be_visible()


@pytest.mark.soak
def test_nothing_is_marked_where_storage_is_refused(
    page: Page, context: BrowserContext, nights: list[Path]
) -> None:
    context.add_init_script(REFUSED)
    reader = Reader(page, nights)
    assert reader.come(1, "") == reader.come(3, "") == []


@pytest.mark.soak
def test_an_export_can_be_imported_in_another_browser(
    page: Page, served: str, follow: Callable[[int], None], browser: Browser, tmp_path: Path
) -> None:
    for number in (1, 2):
        follow(number)
    watch(page, served)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all changes (OPML)").click()
    download.value.save_as(tmp_path / "trials.opml")
    other = browser.new_page()
    watch(other, served)
    other.locator("#watch-import").set_input_files(tmp_path / "trials.opml")
    expect(other.locator("#watch-said")).to_have_text("2 trials added.")
    expect(other.locator("#watch-trials li")).to_have_count(2)
    other.locator("#watch-import").set_input_files(
        {"name": "x.opml", "mimeType": "text/xml", "buffer": b"<opml><outline"}
    )
    expect(other.locator("#watch-said")).to_have_text("That file names no trial of this site.")
    other.close()
