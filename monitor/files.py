"""Bytes to disk. Each file is either its old or its new self, whenever the process is killed."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from monitor.problems import Refused
from monitor.workers import each

PARTIAL = ".partial"  # the suffix of a file that is being written
MADE = ".made"  # what a build's files were made from (reuse.py)
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


@dataclass(frozen=True)
class Job:
    """Files that are made together. Which they are is known before they are made."""

    paths: tuple[str, ...]  # from the root of the site
    make: Callable[[], Iterable[tuple[str, bytes]]]

    def files(self) -> dict[str, bytes]:
        """Make them: path -> bytes."""
        made = dict(self.make())
        if made.keys() != set(self.paths):
            raise ValueError(f"{self.paths} were announced, {tuple(made)} were made")
        return made

    def __add__(self, other: "Job") -> "Job":
        """Both in one."""
        return Job(self.paths + other.paths, lambda: (*self.make(), *other.make()))


def by_path(jobs: Iterable[Job]) -> dict[str, Job]:
    """The job of each path; refuse two for one path, and a path that leaves the tree.

    Raises ValueError: either would be a mistake in the code that renders, not in the input.
    """
    found: dict[str, Job] = {}
    for job in jobs:
        for path in job.paths:
            parts = PurePosixPath(path).parts
            if not parts or path.startswith("/") or ".." in parts:
                raise ValueError(f"{path!r} is outside the output folder")
            if path in found:
                raise ValueError(f"two pages want the address {path!r}")
            found[path] = job
    return found


def write_tree(out: Path, files: dict[str, bytes]) -> int:
    """Make `out` hold `files`, as `write_jobs` does; return how many were written anew."""
    jobs = [Job((path,), [(path, files[path])].__iter__) for path in files]
    return sum(is_new for _, is_new in write_jobs(out, jobs).values())


def write_jobs(out: Path, jobs: Sequence[Job], processes: int = 1) -> dict[str, tuple[str, bool]]:
    """Make `out` hold the files of all jobs: path -> its digest, and whether it was written anew.

    Files of an earlier build that are no longer wanted are removed. A folder with files in it that
    no earlier build of ours wrote to is refused, so that a mistyped name loses nothing. What a job
    makes is written at once and forgotten, by so many processes.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise Refused(f"{out} holds files that this program did not write: name another folder")
    wanted = by_path(jobs).keys()
    earlier = _earlier(out)
    for leftover in out.rglob(f".*{PARTIAL}"):
        leftover.unlink()
    # The union goes first: a build that is killed half way leaves no file that nobody remembers.
    _list(out, wanted | earlier)

    def write(job: Job) -> list[tuple[str, str, bool]]:
        return [
            (path, digest(body), write_atomically(out / path, body, durable=False))
            for path, body in job.files().items()
        ]

    made = chain.from_iterable(each(write, jobs, processes))
    written = {path: (sum_, is_new) for path, sum_, is_new in made}
    for path in sorted(earlier - wanted):
        _remove(out, path)
    _list(out, wanted)
    return written


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _list(out: Path, paths: Iterable[str]) -> None:
    write_atomically(out / MANIFEST, "".join(f"{path}\n" for path in sorted(paths)).encode())


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
