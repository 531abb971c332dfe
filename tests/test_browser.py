"""The website in a real browser, on a phone's width."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect


def test_old_data_is_noticed_by_the_readers_clock(page: Page, served: str) -> None:
    page.clock.set_fixed_time("2026-06-03T12:00:00Z")
    page.goto(served)
    expect(page.locator("#age")).to_be_hidden()
    page.clock.set_fixed_time("2026-06-09T12:00:00Z")
    page.reload()
    expect(page.locator("#notice")).to_contain_text("from the registry, 8 days old.")


def test_the_site_works_from_a_folder(page: Page, miniature_site: Path) -> None:
    page.goto(f"file://{miniature_site}/index.html")
    page.get_by_role("heading", name="Invented leukemia").get_by_role("link").click()
    expect(page).to_have_title(re.compile("Invented leukemia"))
    expect(page.locator(".pill").first).to_have_css("white-space", "nowrap")  # styles are found


def test_no_page_is_wider_than_a_phone_nor_with_text_of_twice_the_size(
    page: Page, served: str, addresses: list[str]
) -> None:
    for address in addresses:
        page.goto(served + address)
        for width in (320, 375):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        page.evaluate("document.documentElement.style.fontSize = '32px'")
        page.evaluate("document.querySelectorAll('main details').forEach(f => { f.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
