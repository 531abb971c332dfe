"""Accessibility, as far as rules can tell: every kind of page, light and dark, narrow and wide."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.conftest import sampled

LOOKS = [("light", 1280), ("dark", 320), ("light", 320), ("dark", 1280)]


@pytest.mark.parametrize("look", sampled(LOOKS, 1), ids=str)
def test_axe_finds_nothing(
    browser: Browser, served: str, miniature_site: Path, look: tuple[str, int]
) -> None:
    scheme, width = look
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    found = []
    for path in sorted(miniature_site.rglob("*.html")):
        if path.name == "404.html":
            continue  # its links are whole addresses, so that its styles are elsewhere
        page.goto(served + path.relative_to(miniature_site).as_posix())
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true }")
        results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
        found += [
            (path.name, v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]
        ]
    context.close()
    assert found == []
