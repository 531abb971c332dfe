"""Small trees for tests: content/, the project's templates/, and data/ from a night."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from monitor import update, website
from monitor.catalog import build_catalog, claim_findings, review_statuses, text_findings
from monitor.content.reader import read_content
from monitor.content.vocabulary import Vocabulary, read_vocabulary
from monitor.data import Data, changelog
from monitor.data.change import Change
from monitor.problems import Problem, Refused
from monitor.registry.client import Registry
from monitor.update import Report, check_registry
from tests.registry_server import RegistryServer

PROJECT = Path(__file__).resolve().parent.parent
REAL = PROJECT.parent / "shared"  # real registry data, if it lies beside the project

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
BASE = "https://monitor.example/base/"
SITE = f"""name: Test Monitor
url: {BASE}
began: 2026
description: An invented monitor.
"""


def tree(root: Path) -> Path:
    """Write a small tree with one disease, the project's templates and no data; return its root."""
    shutil.copytree(PROJECT / "templates", root / "templates")
    write(root / "content/site.yaml", SITE)
    write(root / "content/diseases/leukemia.md", DISEASE)
    return root


def vocabulary() -> Vocabulary:
    """Return the project's vocabulary of blood cancers, for all of its diseases."""
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
    """Write a tree whose one disease uses the project's vocabulary; return its root."""
    tree(root)
    shutil.copytree(PROJECT / "content/vocabulary", root / "content/vocabulary")
    (root / "content/diseases/leukemia.md").unlink()
    facets = "vocabulary: blood-cancers\nfacets: [subtype, stage, treatment]\n"
    text = DISEASE.replace("search:", f"{facets}search:")
    write(root / "content/diseases/acute-lymphoblastic-leukemia.md", text)
    return root


@dataclass(frozen=True)
class Ran:
    """A night of `update`: its Report, and the paths that changed."""

    report: Report
    written: list[str]


def text_problems(root: Path, data: Data) -> list[str]:
    """Return what `check` reports about the texts of a tree, as lines, without its website."""
    problems: list[Problem] = []
    content = read_content(root, problems)
    catalog = build_catalog(content, data, [])
    statuses = review_statuses(catalog)
    edited = {path.relative_to(root).as_posix() for path in (root / "content").rglob("*")}
    compared = (
        *claim_findings(catalog, statuses, edited),
        *text_findings(catalog, statuses, edited),
    )
    problems += [finding.problem for finding in compared]
    return sorted({str(problem) for problem in problems})


def night(root: Path, server: RegistryServer, on: str, *, accept_shrinkage: bool = False) -> Ran:
    """Run `update` on a tree, on a date; return the report and the paths that changed."""
    problems: list[Problem] = []
    content = read_content(root, problems)
    assert not problems
    with Registry(server.base_url, "https://monitor.example/") as registry:
        report = check_registry(
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


def entries(site: Mapping[str, bytes], folder: str) -> list[dict[str, Any]]:
    """Return the items of a feed without the oldest one, which describes the feed."""
    items: list[dict[str, Any]] = json.loads(site[f"{folder}feed.json"])["items"]
    *entries, welcome = items
    assert welcome["id"].endswith(f":follow:/{folder}")
    return entries


class Site(Mapping[str, bytes]):
    """The website of a tree, path -> content: a file is rendered when a test looks at it."""

    def __init__(self, root: Path) -> None:
        self.website = website.plan(root)
        if self.website.problems:
            raise Refused(*self.website.problems)
        self.rendered: dict[str, bytes] = {}

    def __getitem__(self, path: str) -> bytes:
        if path not in self.rendered:
            self.rendered.update(self.website.by_path[path].render())
        return self.rendered[path]

    def __contains__(self, path: object) -> bool:
        return path in self.website.by_path

    def __iter__(self) -> Iterator[str]:
        return iter(self.website.by_path)

    def __len__(self) -> int:
        return len(self.website.by_path)


def snapshot_of(folder: Path) -> dict[str, bytes]:
    """Return path -> content of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
