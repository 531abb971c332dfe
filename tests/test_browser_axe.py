"""Accessibility, as far as rules can tell: every kind of page, light and dark, narrow and wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.conftest import sampled

OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
LOOKS = [("light", 1280), ("dark", 320), ("light", 320), ("dark", 1280)]


@pytest.mark.parametrize("look", sampled(LOOKS, 1), ids=str)
def test_axe_finds_nothing(
    browser: Browser, served: str, addresses: list[str], look: tuple[str, int]
) -> None:
    scheme, width = look
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    violations = []
    for address in addresses:
        page.goto(served + address)
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        results = Axe().run(page, options=OPTIONS)
        violations += [
            (address, v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]
        ]
    context.close()
    assert violations == []
