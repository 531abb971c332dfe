"""Settings for all tests, and a real browser for those that need one."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from monitor import website
from tests.accept import copy_tree, make_data

# A machine under load is slow: that is no failure of a rule.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

REPORT = pytest.StashKey[list[str]]()
"""Lines to print at the end of a run."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests report without failing on it."""
    for line in terminalreporter.config.stash.get(REPORT, []):
        terminalreporter.write_line(line)


CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, which .ci/run installs")
        pytest.skip("NOT TESTED IN A BROWSER: install Chromium (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="session")
def miniature_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature's website in a folder."""
    root = copy_tree(tmp_path_factory.mktemp("browser") / "miniature")
    make_data(root)
    website.write(root, root / "site")
    return root / "site"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def served(miniature_site: Path) -> Iterator[str]:
    """The address of the miniature's website, below a sub-path as on GitHub Pages."""
    outer = miniature_site.parent / "served"
    outer.mkdir(exist_ok=True)
    (outer / "base").symlink_to(miniature_site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(outer)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/base/"
    server.shutdown()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile on a phone; a page that logs an error or asks the outside fails the test."""
    made = browser.new_context(viewport={"width": 375, "height": 800}, locale="en-US")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of that profile."""
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    made.on(
        "request",
        lambda r: (
            None
            if r.url.startswith(("http://127.0.0.1", "file:", "data:"))
            else wrong.append(r.url)
        ),
    )
    yield made
    assert wrong == []
