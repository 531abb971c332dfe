"""What the last build left in the output folder, and what it was made from.

Everything is known by the digest of its bytes, never by a file's time. A build is a pure function
of the tree, of this code and of the libraries: the same digest means the same website. A file that
was altered or removed since is noticed, as its bytes are looked at, too.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from monitor.files import MADE, Written, digest, read, write_atomically
from monitor.parallel import each, processors

CODE = Path(__file__).resolve().parent
LIBRARIES = ("jinja2", "markupsafe", "markdown", "nh3", "feedgen", "lxml", "orjson", "pyyaml")
"""Those that decide on what is written."""


@dataclass(frozen=True)
class Note:
    """What is noted of a build beside its files. It is no part of the website."""

    tree: str = ""  # digest of all it was made from
    files: dict[str, Written] = field(default_factory=dict)  # by path

    def is_whole(self, out: Path) -> bool:
        """Whether every file is still there, just as it was written."""
        found = digests(f"{out}/{path}" for path in self.files)
        return found == [file.digest for file in self.files.values()]

    def write(self, out: Path) -> None:
        """Keep it. Nothing but time is lost with it."""
        files = [[f.path, f.digest, f.key, f.stamps] for f in self.files.values()]
        content = json.dumps({"tree": self.tree, "files": files}, separators=(",", ":"))
        write_atomically(out / MADE, content.encode(), durable=False)


def noted(out: Path) -> Note:
    """What is noted of the last build in `out`; nothing where that cannot be read."""
    try:
        found = json.loads((out / MADE).read_bytes())
        files = {str(path): _written(path, *rest) for path, *rest in found["files"]}
        return Note(str(found["tree"]), files)
    except (OSError, ValueError, KeyError, TypeError):
        return Note()


def _written(path: str, sum_: str, key: str, stamps: list[list[Any]]) -> Written:
    return Written(path, sum_, [(int(at), int(size), str(name)) for at, size, name in stamps], key)


def digests(paths: Iterable[str | Path]) -> list[str]:
    """The digest of each file; "" where there is none."""
    return [*each(_digest, list(paths), processors())]


def _digest(path: str | Path) -> str:
    content = read(path)
    return "" if content is None else digest(content)


def of_tree(root: Path, base_url: str) -> str:
    """The digest of all that a website is made from."""
    return digest(
        json.dumps([of_code(), base_url, of_folders(root, "content", "data", "templates")]).encode()
    )


def of_folders(root: Path, *names: str) -> str:
    """The digest of all files in some folders of a tree, with their names."""
    found = chain.from_iterable(os.walk(root / name) for name in names)
    paths = sorted(f"{folder}/{file}" for folder, _, files in found for file in files)
    known = [os.path.relpath(path, root) for path in paths]
    return digest(json.dumps([known, digests(paths)]).encode())


def of_code() -> str:
    """The digest of this program, and the versions of what decides on its output with it."""
    versions = [sys.version, *(f"{name} {version(name)}" for name in LIBRARIES)]
    return digest(json.dumps([versions, digests(sorted(CODE.rglob("*.py")))]).encode())
