"""Writing: one file, or a whole website.

Whenever the process is killed, a file has its old or its new content. A website is written beside
the folder that it belongs in, and then takes its place: a build that fails or is killed leaves the
earlier website whole.
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
except ImportError:  # Windows, where nothing keeps a second build from the same folder
    fcntl = None  # type: ignore[assignment]

PARTIAL = ".partial"  # suffix of a file that is being written
MARK = ".website"  # a file in each website: only a folder that has it is ever replaced


@dataclass(frozen=True)
class Bundle:
    """Files that are rendered together. Their paths are known before they are rendered."""

    paths: tuple[str, ...]  # from the root of the website
    render: Callable[[], Iterable[tuple[str, bytes]]]  # yields (path, bytes) of just these


def write_atomically(path: Path, content: bytes) -> bool:
    """Replace a file in one step and wait until the disk has it; return whether it changed."""
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
    """Raise ValueError where two bundles want one path, or a path leaves the website's folder.

    Either is a mistake in the code that renders, not in the input.
    """
    seen: set[str] = set()
    for path in (path for bundle in bundles for path in bundle.paths):
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts:
            raise ValueError(f"{path!r} is outside the output folder")
        if path in seen:
            raise ValueError(f"two pages want the address {path!r}")
        seen.add(path)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write (path, bytes) below a new folder; return how many files were written."""
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
    """Yield an empty folder that takes the place of `out` when the block ends without an error.

    Raises Refused where `out` is anything but a website of this program, so that a mistyped
    name loses nothing, and where another build is writing there.
    """
    is_empty = out.is_dir() and not any(out.iterdir())
    if out.exists() and not is_empty and not (out / MARK).exists():
        raise Refused(f"{out} holds what this program did not write: name another folder")
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
    """Hold a lock on a folder; the system takes it back when this process ends, in whatever way."""
    if not fcntl:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), folder.stat()):
            raise BlockingIOError  # the other build ended just now, and took the folder with it
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
