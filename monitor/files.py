"""Writes one file, or a whole website, so that a killed process leaves no half.

A file has its old or its new content. A website is written to a new folder, which then replaces the
old one: a build that fails or is killed leaves the old website as it was.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from monitor.problems import Refused

try:
    import fcntl
except ImportError:  # on Windows nothing prevents a second build to the same folder
    fcntl = None  # type: ignore[assignment]

PARTIAL = ".partial"  # suffix of a file that is being written
MARK = ".website"  # a file in each website: only a folder with it is ever replaced


@dataclass(frozen=True)
class Bundle:
    """Files that are rendered together, on demand; their paths come first."""

    paths: tuple[str, ...]  # from the root of the website, without a leading slash
    render: Callable[[], Iterable[tuple[str, bytes]]]  # returns (path, content) of exactly these


def write_atomically(path: Path, content: bytes) -> bool:
    """Replace a file in one step, flushed to disk; return whether its content changed."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}{PARTIAL}")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return True


def require_distinct(bundles: Iterable[Bundle]) -> None:
    """Raise ValueError where two bundles have the same path, or a path leaves the website's folder.

    Either is a fault of the program, not of the input.
    """
    taken: set[str] = set()
    for path in (path for bundle in bundles for path in bundle.paths):
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise ValueError(f"{path!r} is outside the output folder")
        if path in taken:
            raise ValueError(f"two pages want the address {path!r}")
        taken.add(path)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write (path, content) below a new folder; return the number of files."""
    count = 0
    for path, content in files:
        file = folder / path
        try:
            file.write_bytes(content)
        except FileNotFoundError:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        count += 1
    return count


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces `out` when the block ends without an error.

    Raises Refused where `out` is anything but a website of this program, so that a mistyped name
    destroys nothing, and where another build is writing to it.
    """
    is_empty = out.is_dir() and not any(out.iterdir())
    if out.exists() and not is_empty and not (out / MARK).exists():
        raise Refused(
            f"{out} holds what this program did not write: delete it, or name another folder"
        )
    new, old = (out.with_name(f".{out.name}.{name}") for name in ("new", "old"))
    new.mkdir(parents=True, exist_ok=True)
    with _locked(new, out):
        if old.exists() and not out.exists():
            old.rename(out)  # a build was killed between the two renames below
        _empty(new)
        shutil.rmtree(old, ignore_errors=True)
        try:
            yield new
            (new / MARK).touch()
            if out.exists():
                out.rename(old)
            new.rename(out)
        finally:
            for remains in (new, old):
                shutil.rmtree(remains, ignore_errors=True)


@contextmanager
def _locked(folder: Path, out: Path) -> Iterator[None]:
    """Hold a lock on a folder, which the system releases however this process ends."""
    if not fcntl:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), folder.stat()):
            raise BlockingIOError  # the other build has just ended, and moved the folder away
        yield
    except BlockingIOError:
        raise Refused(f"another build is writing to {out}: wait until it ends") from None
    finally:
        os.close(handle)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
