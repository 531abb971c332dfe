"""Settings and fixtures of all tests: the miniature's website, and a browser.

An ordinary run is short and the same each time. `--soak SEED` adds the tests marked `soak`, with
many more random cases, drawn from the seed.
"""

import os
import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from monitor import website
from monitor.files import write_files
from tests.accept import copy_tree, make_data
from tests.trees import REAL

# A machine under load is slow: that is no failure of a rule.
settings.register_profile(
    "ordinary",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    max_examples=20,
)
settings.register_profile(
    "soak", settings.get_profile("ordinary"), derandomize=False, max_examples=1000
)

REPORT = pytest.StashKey[list[str]]()
"""Lines that tests print at the end of a run; -q leaves them out."""

ONLY_IN_SOAK = "only in `make soak`"


def sampled(cases: Iterable[Any], ordinary: int) -> list[Any]:
    """Return cases for `parametrize`: the first few for every run, the others for soak."""
    return [
        case if number < ordinary else pytest.param(case, marks=pytest.mark.soak)
        for number, case in enumerate(cases)
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", type=int, metavar="SEED", help="run everything, drawn from a seed")


def pytest_configure(config: pytest.Config) -> None:
    soak = config.getoption("--soak")
    settings.load_profile("ordinary" if soak is None else "soak")
    if soak is not None:
        config.option.hypothesis_seed = soak


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak") is None:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason=ONLY_IN_SOAK))


@pytest.fixture(scope="session")
def soak_seed(pytestconfig: pytest.Config) -> int:
    """Return the seed of random cases; 0 in an ordinary run."""
    return int(pytestconfig.getoption("--soak") or 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the lines of a worker to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["report"] = session.config.stash.get(REPORT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(REPORT, []).extend(output.get("report", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests report without failing, and a line on what was not run."""
    config = terminalreporter.config
    if config.get_verbosity() >= 0:
        for line in config.stash.get(REPORT, []):
            terminalreporter.write_line(line)
    reasons = Counter(map(_reason, terminalreporter.getreports("skipped")))
    if reasons:
        parts = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        terminalreporter.write_line(f"\nNot run: {parts}.")


def _reason(report: Any) -> str:
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    lacks_data = "real" in report.keywords and reason != ONLY_IN_SOAK
    return f"for want of real registry data in {REAL}" if lacks_data else reason


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the miniature with its days replayed; read-only: a test that edits copies it."""
    root = copy_tree(tmp_path_factory.mktemp("a tree") / "miniature")
    make_data(root)
    return root


@pytest.fixture(scope="session")
def miniature_files(miniature: Path) -> dict[str, bytes]:
    """Return the miniature's website: path -> content."""
    return website.build(miniature)


@pytest.fixture
def site(miniature_files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the website to test: the miniature's, unless a module overrides it."""
    return miniature_files


# The browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


FRUGAL = [
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update"),
    *("--disable-gpu", "--disable-software-rasterizer", "--disable-extensions"),
    *("--in-process-gpu", "--renderer-process-limit=1", "--disable-site-isolation-trials"),
    "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess",
]
"""Options that switch off what these pages do not need: a process for each page, above all."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield the system's Chromium."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("no Chromium, which .ci/run installs")
        pytest.skip("in a browser: there is no Chromium (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FRUGAL)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def miniature_site(miniature: Path, miniature_files: dict[str, bytes]) -> Path:
    """Return a folder with the miniature's website."""
    folder = miniature.parent / "site"
    write_files(folder, miniature_files.items())
    return folder


@pytest.fixture(scope="session")
def addresses(miniature_site: Path, pytestconfig: pytest.Config) -> list[str]:
    """Return the pages of the miniature's website except 404; in an ordinary run one of each kind.

    404.html has absolute links, so its styles do not load here.
    """
    pages = sorted(path.relative_to(miniature_site) for path in miniature_site.rglob("*.html"))
    all_pages = [page.as_posix() for page in pages if page.name != "404.html"]
    if pytestconfig.getoption("--soak") is not None:
        return all_pages
    kinds: dict[str, str] = {}
    for page in all_pages:
        kinds.setdefault(re.sub(r"NCT\d+|\d[\dW-]*", "*", page), page)
    return [*kinds.values()]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def served(miniature_site: Path) -> Iterator[str]:
    """Yield the address of the miniature's website, below a sub-path as on GitHub Pages."""
    outer = miniature_site.parent / "served"
    outer.mkdir(exist_ok=True)
    (outer / "base").symlink_to(miniature_site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(outer)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/base/"
    server.shutdown()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a new profile on a phone."""
    profile = browser.new_context(viewport={"width": 375, "height": 800}, locale="en-US")
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Yield a page of that profile; fail if it logs an error or sends a request elsewhere."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None
    )
    opened.on(
        "request",
        lambda r: (
            None
            if r.url.startswith(("http://127.0.0.1", "file:", "data:"))
            else faults.append(r.url)
        ),
    )
    yield opened
    assert faults == []
