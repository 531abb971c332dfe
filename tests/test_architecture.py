"""The shape of the code: rooms in a row, a door to each, and one door to each library."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.trees import PROJECT

MONITOR = PROJECT / "monitor"

ROOMS = {
    "registry": "text",
    "data": "registry files problems tree",
    "changes": "data registry text",
    "content": "registry text problems tree",
    "facets": "content registry text problems",
    "review": "facets content registry text problems",
    "catalog": "review facets content changes data registry text problems parallel",
    "exports": "catalog facets content changes data registry text files problems",
    "pages": "exports catalog review facets content changes data registry text files problems tree",
    "reports": "website update exports catalog content changes data registry text problems tree",
}
"""What each room stands on, in the order in which data goes through them."""

LIBRARIES = {
    "requests": "registry/client reports/announce",  # one repeats what fails, one never must
    "urllib3": "registry/client",
    "orjson": "data/snapshot",
    "yaml": "content/front_matter",
    "pydantic": "content/front_matter",
    "feedgen": "exports/feeds",
    "apprise": "reports/announce",
    "icalendar": "exports/calendar",
    "jinja2": "pages/templates",
    "markdown": "pages/markdown",
    "nh3": "pages/markdown",
    "watchfiles": "serve",
    "markupsafe": "exports pages",  # safe text, handed on
}


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_rooms_stand_on_those_before_them_through_their_doors() -> None:
    for room, below in ROOMS.items():
        for path in (MONITOR / room).glob("*.py"):
            for name in imports(path):
                package, _, inside = name.removeprefix("monitor.").partition(".")
                if name.startswith("monitor.") and package != room:
                    assert package in below.split(), f"{path} imports {name}"
                    door = package not in ROOMS or "." not in inside
                    assert door, f"{path} imports {name} past the door of {package}"


def test_what_is_imported_through_a_door_is_named_in_it() -> None:
    exported = {room: import_module(f"monitor.{room}").__all__ for room in ROOMS}
    for path in MONITOR.rglob("*.py"):
        for name in imports(path):
            package, _, inside = name.removeprefix("monitor.").partition(".")
            if package in ROOMS and package != path.parent.name:
                assert inside in exported[package], f"{path}: {name} is not in its __all__"


def test_each_library_has_one_door() -> None:
    for path in MONITOR.rglob("*.py"):
        place = path.relative_to(MONITOR).with_suffix("").as_posix()
        for library in {name.split(".")[0] for name in imports(path)} - {"monitor"}:
            if library not in sys.stdlib_module_names:
                doors = LIBRARIES.get(library, "").split()
                assert place in doors or place.split("/")[0] in doors, f"{path} imports {library}"


def test_the_offline_half_knows_no_clock_and_no_network() -> None:
    for path in MONITOR.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not any(clock in text for clock in ("date.today", ".now(", "utcnow", "time.time("))
        if path.stem not in ("client", "serve"):
            assert not set(imports(path)) & {"socket", "urllib.request", "http.client"}
