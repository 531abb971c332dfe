"""Compares two builds of the website, as Markdown for a reviewer.

Pages are compared by their words, feeds by their entries; what only moved
around in the code of a page is said to be just that.
"""

import difflib
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from monitor import website
from monitor.content import read_content
from monitor.exports import FORMS
from monitor.problems import Refused
from monitor.reports.git import unpack
from monitor.reports.github_limits import ISSUE, fitted
from monitor.reports.rests_on import rests_on

Files = Mapping[str, bytes]

MOST = 40  # changes that are shown with their words
LINES = 60  # lines of one change
LONGEST = 600  # characters of a line


@dataclass(frozen=True)
class Difference:
    """The same difference of one or more files."""

    paths: tuple[str, ...]
    lines: tuple[str, ...]  # "- before", "+ after"; empty where no word changed


def against(root: Path, revision: str, most: int = ISSUE) -> str:
    """Return the differences from the website of another revision, built by its own code.

    In `most` bytes, so that it fits where it is to be shown.
    """
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder)
        unpack(root, revision, before)
        old = _built(before) if (before / "build.py").exists() else website.build(before)
        sources = rests_on(read_content(before, []), website.read_catalog(root))
        return preview(old, website.build(root), most, sources)


def _built(tree: Path) -> Files:
    """Return the website as a tree's own build.py builds it."""
    command = [sys.executable, str(tree / "build.py"), "site", "--out", str(tree / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = done.stderr.strip().splitlines()[-3:]
        raise Refused("the site of that revision cannot be built:", *lines)
    paths = (path for path in (tree / "site").rglob("*") if path.is_file())
    files = {path.relative_to(tree / "site").as_posix(): path.read_bytes() for path in paths}
    return {path: content for path, content in files.items() if not path.startswith(".")}


def preview(old: Files, new: Files, most: int = ISSUE, sources: str = "") -> str:
    """Return the differences of two websites in at most `most` bytes.

    `sources` are the sentences that changed, each beside the lines it rests on.
    """
    added = sorted(new.keys() - old.keys())
    removed = sorted(old.keys() - new.keys())
    changed = sorted(path for path in old.keys() & new.keys() if old[path] != new[path])
    pages = [path for path in changed if path.endswith(".html")]
    feeds = [path for path in changed if path.endswith("feed.json")]
    others = [path for path in changed if path not in pages and not _is_feed(path)]
    head = f"# What this changes on the site\n\n{_counted(added, removed, pages, feeds)}\n"
    parts = [
        *filter(None, [sources]),
        *_listed("New", added, new),
        *_listed("Gone", removed, old),
        *_told("Pages", pages, {path: (_words(old[path]), _words(new[path])) for path in pages}),
        *_told("Feeds", feeds, {path: (_items(old[path]), _items(new[path])) for path in feeds}),
    ]
    if others:
        parts.append("## Other files\n\n" + "\n".join(f"- `{path}`" for path in others[:MOST]))
    return fitted(head, [f"\n{part}\n" for part in parts], "", most)


def _is_feed(path: str) -> bool:
    return path.endswith(FORMS)


def _counted(added: list[str], removed: list[str], pages: list[str], feeds: list[str]) -> str:
    if not (added or removed or pages or feeds):
        return "Nothing that a reader could see."
    new, gone = (
        (sum(p.endswith(".html") for p in paths), sum(p.endswith("feed.json") for p in paths))
        for paths in (added, removed)
    )
    rows = (("Pages", new[0], len(pages), gone[0]), ("Feeds", new[1], len(feeds), gone[1]))
    head = "| | added | changed | removed |\n|---|---|---|---|\n"
    return head + "\n".join(f"| {a} | {b} | {c} | {d} |" for a, b, c, d in rows)


def _listed(title: str, paths: list[str], files: Files) -> Iterator[str]:
    """Yield the pages and feeds of only one website, pages with their first words."""
    shown = [path for path in paths if path.endswith((".html", "feed.json"))]
    if shown:
        lines = [f"- {_code(_address(path))}{_heading(files[path], path)}" for path in shown[:MOST]]
        more = [f"- and {len(shown) - MOST} more"] if len(shown) > MOST else []
        yield f"## {title}\n\n" + "\n".join([*lines, *more])


def _heading(content: bytes, path: str) -> str:
    if path.endswith("feed.json"):
        return f" (feed): {_code(json.loads(content)['title'])}"
    title = re.search(r"<title>(.*?)</title>", content.decode("utf-8", "replace"), re.DOTALL)
    return f": {_code(unescape(title[1]))}" if title else ""


def _told(
    title: str, paths: list[str], words: Mapping[str, tuple[list[str], list[str]]]
) -> Iterator[str]:
    """Yield the differences, those in the fewest files first, each only once."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in paths:
        groups[_difference(*words[path])].append(path)
    differences = [Difference(tuple(own), lines) for lines, own in groups.items()]
    differences.sort(key=lambda one: (not one.lines, len(one.paths), one.paths))
    heading = f"## {title}\n\n"
    for one in differences[:MOST]:
        yield f"{heading}### {_places(one.paths)}\n\n{_block(one.lines)}"
        heading = ""
    if len(differences) > MOST:
        yield f"And {len(differences) - MOST} more differences that are not shown."


def _places(paths: tuple[str, ...]) -> str:
    named = ", ".join(_code(_address(path)) for path in paths[:3])
    return named + (f" and {len(paths) - 3} more, in the same way" if len(paths) > 3 else "")


def _address(path: str) -> str:
    return "/" + path.removesuffix("index.html").removesuffix("feed.json")


def _code(text: str) -> str:
    return f"`` {text.replace('`', '´')} ``"


def _block(lines: tuple[str, ...]) -> str:
    if not lines:
        return "No word changes, only links or the page's code."
    shown = [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines[:LINES]]
    shown += [f"  … {len(lines) - LINES} more lines"] if lines[LINES:] else []
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}diff", *shown, fence])


def _difference(old: list[str], new: list[str]) -> tuple[str, ...]:
    diff = difflib.unified_diff(old, new, lineterm="", n=0)
    return tuple(
        f"{line[0]} {line[1:]}" for line in diff if not line.startswith(("---", "+++", "@@"))
    )


def _items(feed: bytes) -> list[str]:
    """Return the entries of a feed in order: title, and words of the body."""
    lines = []
    for item in json.loads(feed)["items"]:
        lines += [f"{item['date_published'][:10]} {item['title']}"]
        lines += [f"    {line}" for line in _words(item["content_html"].encode())]
    return lines


def _words(html: bytes) -> list[str]:
    """Return the words of a page by paragraph, without head and scripts."""
    reader = _Words()
    reader.feed(html.decode("utf-8", "replace"))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    return [line for line in lines if line]


class _Words(HTMLParser):
    INLINE = frozenset(
        {"a", "abbr", "b", "code", "del", "em", "i", "ins", "span", "strong", "sub", "sup", "time"}
    )
    SILENT = frozenset({"head", "script", "style", "svg", "template"})

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self.SILENT:
            self.silent.append(tag)
        elif tag not in self.INLINE:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        elif tag not in self.INLINE:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)
