"""Bytes to disk. Each file is either its old or its new self, whenever the process is killed."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from monitor.problems import Refused

PARTIAL = ".partial"  # the suffix of a file that is being written
MANIFEST = ".manifest"  # the files that the last build wrote, one a line: only these may be removed


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> bool:
    """Replace `path` by `content` in one step; False where it already held just that.

    `durable` waits until the disk has it; a page, which can be built again, needs no waiting.
    """
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}{PARTIAL}")
    with partial.open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    partial.replace(path)
    return True


def gather(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Collect (path, bytes) pairs; refuse two for one path, and a path that leaves the tree.

    Raises ValueError: either would be a mistake in the code that renders, not in the input.
    """
    gathered: dict[str, bytes] = {}
    for path, content in files:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise ValueError(f"{path!r} is outside the output folder")
        if path in gathered:
            raise ValueError(f"two pages want the address {path!r}")
        gathered[path] = content
    return gathered


def write_tree(out: Path, files: dict[str, bytes]) -> int:
    """Make `out` hold `files`; return how many were written anew.

    Files of an earlier build that are no longer wanted are removed. A folder with files in it that
    no earlier build of ours wrote to is refused, so that a mistyped name loses nothing.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise Refused(f"{out} holds files that this program did not write: name another folder")
    earlier = _earlier(out)
    for leftover in out.rglob(f".*{PARTIAL}"):
        leftover.unlink()
    listing = "".join(f"{path}\n" for path in sorted({*files, *earlier}))
    # The union goes first: a build that is killed half way leaves no file that nobody remembers.
    write_atomically(out / MANIFEST, listing.encode())
    written = sum(
        write_atomically(out / path, content, durable=False)
        for path, content in sorted(files.items())
    )
    for path in sorted(earlier - files.keys()):
        _remove(out, path)
    listing = "".join(f"{path}\n" for path in sorted(files))
    write_atomically(out / MANIFEST, listing.encode())
    return written


def _earlier(out: Path) -> set[str]:
    try:
        lines = (out / MANIFEST).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {line for line in lines if line and not line.startswith("/") and ".." not in line}


def _remove(out: Path, path: str) -> None:
    (out / path).unlink(missing_ok=True)
    for folder in _parents(out, path):
        try:
            folder.rmdir()
        except OSError:
            return


def _parents(out: Path, path: str) -> Iterator[Path]:
    folder = (out / path).parent
    while folder != out and out in folder.parents:
        yield folder
        folder = folder.parent
