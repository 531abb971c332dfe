"""Subscribing, in a real browser."""

from playwright.sync_api import BrowserContext, Page, expect


def test_a_feeds_address_can_be_copied(page: Page, served: str, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{served}feeds/index.html")
    button = page.get_by_role("button", name="Copy").first
    button.click()
    expect(button).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("code.address").first.text_content()
    assert copied.startswith("https://monitor.example/base/")


def test_without_leave_to_copy_the_address_is_marked(page: Page, served: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(f"{served}feeds/index.html")
    button = page.get_by_role("button", name="Copy").first
    button.click()
    expect(button).to_have_text("Not copied")
    assert page.evaluate("String(getSelection())").startswith("https://monitor.example/base/")


def test_a_feed_that_is_opened_is_no_error(context: BrowserContext, served: str) -> None:
    page = context.new_page()  # it asks for an icon that there is not, as feeds name none
    for form in ("feed.xml", "rss.xml"):
        page.goto(f"{served}{form}")
        shown = page.evaluate(
            "[...document.querySelectorAll('*')].filter((e) => e.getClientRects().length)"
            ".map((e) => e.localName)"
        )
        assert {"title", "feed" if form == "feed.xml" else "rss"} <= set(shown)
        assert "content" not in shown
        assert "encoded" not in shown
