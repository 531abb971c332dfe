"""The shape of the code: imports run one way, and each library has one door."""

import ast
import sys
from pathlib import Path

import pytest

from tests.trees import PROJECT

MONITOR = sorted((PROJECT / "monitor").glob("*.py"))

DOORS = {
    "requests": "registry",
    "urllib3": "registry",
    "yaml": "headers",
    "pydantic": "headers",
    "jinja2": "engine",
    "markdown": "markup",
    "nh3": "markup",
    "feedgen": "feeds",
    "lxml": "feeds",
    "orjson": "snapshot",
    "watchfiles": "serve",
}
SHARED = {
    "markupsafe": {
        *("markup", "layout", "engine", "press", "pages"),
        *("feeds", "opml", "sitemap", "stamps", "svg"),
    }
}  # safe text, handed on

ORDER = (
    *(
        "problems",
        "workers",
        "stamps",
        "files",
        "reuse",
        "journal",
        "parts",
        "registry",
        "items",
        "scripts",
        "vocabulary",
        "github",
    ),
    *("ages", "drugs", "sponsors", "populations"),
    *("revisions",),
    *("study", "headers", "terms", "texts", "glossary", "claims", "shapes"),
    *("changelog", "snapshot", "records", "memory", "criteria", "places"),
    *("evidence", "treatments", "review"),
    *("rules", "content", "told"),
    *("compare", "members"),
    *("history", "wording"),
    *("update", "stories"),
    *("schemas",),
    *("basis", "catalog", "report"),
    *("digest", "standing"),
    *("upkeep",),
    *("facets", "calendars", "downloads", "sitemap"),
    *("markup", "feeds", "opml"),
    *("index", "lookups"),
    *("svg", "figures", "timeline"),
    *("editing", "layout"),
    *("engine", "press", "curated", "trial_files"),
    *("pages",),
    *("website",),
    *("serve", "preview"),
)
"""A module imports only what stands before it."""


def imports(path: Path) -> set[str]:
    """What a file imports: "monitor.study", "requests", …"""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            module = node.module or ""
            found.add(module)
            if module == "monitor":
                found |= {f"monitor.{alias.name}" for alias in node.names}
    return found


def ours(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("monitor.")}


def test_every_module_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == [path.stem for path in MONITOR if path.stem != "__init__"]


@pytest.mark.parametrize("path", MONITOR, ids=lambda path: path.stem)
def test_imports_run_one_way(path: Path) -> None:
    if path.stem != "__init__":
        assert ours(path) <= set(ORDER[: ORDER.index(path.stem)])


def test_the_registry_client_and_the_study_stand_on_nothing() -> None:
    for name in ("registry", "parts", "items", "vocabulary", "svg", "problems"):
        assert ours(PROJECT / "monitor" / f"{name}.py") == set()


def test_each_library_has_one_door() -> None:
    for path in MONITOR:
        libraries = {name.split(".")[0] for name in imports(path)}
        for library in libraries - sys.stdlib_module_names - {"monitor"}:
            allowed = SHARED.get(library, {DOORS.get(library)})
            assert path.stem in allowed, f"{path.name} imports {library}"


def test_the_offline_half_knows_no_clock_and_no_network() -> None:
    for path in MONITOR:
        text = path.read_text("utf-8")
        assert not any(clock in text for clock in ("date.today", ".now(", "utcnow", "time.time("))
        if path.stem not in ("registry", "serve"):
            assert not imports(path) & {"socket", "urllib.request", "http.client", "http.server"}


def test_the_libraries_are_those_of_pyproject() -> None:
    project = (PROJECT / "pyproject.toml").read_text("utf-8")
    names = {"yaml": "pyyaml", "urllib3": "requests", "lxml": "feedgen"}
    for library in DOORS:
        assert f'"{names.get(library, library)}>=' in project
