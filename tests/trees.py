"""Small trees to run on: content/, templates/ and what `update` writes."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from monitor import update
from monitor.catalog import build_catalog, findings, review_statuses, text_findings
from monitor.content.reader import read_content
from monitor.content.vocabulary import Vocabulary, read_vocabulary
from monitor.data import Data, changelog
from monitor.data.change import Change
from monitor.problems import Problem
from monitor.registry.client import Registry
from monitor.update import Report, look
from tests.registry_server import RegistryServer

PROJECT = Path(__file__).resolve().parent.parent
REAL = PROJECT.parent / "shared"  # real registry data, where somebody has put it beside the project

DISEASE = """---
name: Invented leukemia
search:
  condition: Leukemia
---
Text in Markdown.
"""
SOURCES = """book:
  publisher: Example Press
  title: A book
  year: 2026
  url: https://book.example/
  read: 2026-05-01
  says:
    - 85% of 1,200 people were alive after 3 years.
"""
SITE = """name: Test Monitor
url: https://monitor.example/base/
began: 2026
description: An invented monitor.
"""


def tree(root: Path) -> Path:
    """Write a small tree, with the project's templates, one disease and no data; return it."""
    shutil.copytree(PROJECT / "templates", root / "templates")
    write(root / "content/site.yaml", SITE)
    write(root / "content/diseases/leukemia.md", DISEASE)
    return root


def vocabulary() -> Vocabulary:
    """The project's vocabulary of blood cancers, for all of its diseases."""
    problems: list[Problem] = []
    path = "content/vocabulary/blood-cancers.yaml"
    words = read_vocabulary((PROJECT / path).read_text("utf-8"), path, problems)
    assert words, problems
    return words


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def sorted_tree(root: Path) -> Path:
    """A tree whose one disease is sorted by the project's vocabulary."""
    tree(root)
    shutil.copytree(PROJECT / "content/vocabulary", root / "content/vocabulary")
    (root / "content/diseases/leukemia.md").unlink()
    facets = "vocabulary: blood-cancers\nfacets: [subtype, stage, treatment]\n"
    text = DISEASE.replace("search:", f"{facets}search:")
    write(root / "content/diseases/acute-lymphoblastic-leukemia.md", text)
    return root


@dataclass(frozen=True)
class Ran:
    """A night of `update`: its report, and the files that it wrote."""

    report: Report
    written: list[str]


def text_problems(root: Path, data: Data) -> list[str]:
    """What `check` says of the texts of a tree, its website left unbuilt: each as it prints it."""
    problems: list[Problem] = []
    content = read_content(root, problems)
    catalog = build_catalog(content, data, [])
    stand = review_statuses(catalog)
    everything = {path.relative_to(root).as_posix() for path in (root / "content").rglob("*")}
    found = (*findings(catalog, stand, everything), *text_findings(catalog, stand, everything))
    problems += [problem for _, problem in found]
    return sorted({str(problem) for problem in problems})


def night(root: Path, server: RegistryServer, on: str, *, accept_shrinkage: bool = False) -> Ran:
    """Run `update` on a tree as on a date; return what came of it."""
    problems: list[Problem] = []
    content = read_content(root, problems)
    assert not problems
    with Registry(server.base_url, "https://monitor.example/") as registry:
        report = look(
            root,
            content.searches,
            content.named,
            registry,
            date.fromisoformat(on),
            accept_shrinkage=accept_shrinkage,
        )
    return Ran(report, update.write(root, report))


def log(root: Path) -> list[Change]:
    """Return the log of a tree."""
    problems: list[Problem] = []
    changes = changelog.read(root, problems)
    assert not problems
    return changes


def entries(site: dict[str, bytes], folder: str) -> list[dict[str, Any]]:
    """The items of a feed but its first one, which says what the feed is."""
    items: list[dict[str, Any]] = json.loads(site[f"{folder}feed.json"])["items"]
    *told, first = items
    assert first["id"].endswith(f":follow:/{folder}")
    return told


def snapshot_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
