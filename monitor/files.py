"""Bytes to disk. Each file is either its old or its new self, whenever the process is killed."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from monitor.problems import Refused
from monitor.stamps import Stamp, Stamps
from monitor.workers import each

PARTIAL = ".partial"  # the suffix of a file that is being written
FACTS = ".facts"  # what was read from records (memory.py)
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
    _put(path, content, durable=durable)
    return True


def _put(path: Path, content: bytes, *, durable: bool) -> None:
    partial = f"{path.parent}/.{path.name}{PARTIAL}"
    with open(partial, "wb") as file:  # noqa: PTH123  # many: a Path for each costs as much again
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(partial, path)  # noqa: PTH105


@dataclass(frozen=True)
class Job:
    """Files that are made together. Which they are is known before they are made."""

    paths: tuple[str, ...]  # from the root of the site
    make: Callable[[], Iterable[tuple[str, bytes]]]
    stamps: Stamps | None = None  # where places in the files wait for tonight's stamps
    key: str = ""  # digest of all that the files are made from, but for the stamps; "" if not known

    def files(self) -> dict[str, bytes]:
        """Make them: path -> bytes."""
        return {path: content for path, content, _ in self.stamped()}

    def stamped(self) -> Iterator[tuple[str, bytes, list[Stamp]]]:
        """Make them: path, bytes, and where they are stamped."""
        made = dict(self.make())
        if made.keys() != set(self.paths):
            raise ValueError(f"{self.paths} were announced, {tuple(made)} were made")
        for path, content in made.items():
            yield path, *(self.stamps.stamp(content) if self.stamps else (content, []))

    def __add__(self, other: "Job") -> "Job":
        """Both in one, with the stamps and the key of the first."""
        make = lambda: (*self.make(), *other.make())  # noqa: E731
        return Job(self.paths + other.paths, make, self.stamps, self.key)


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


@dataclass(frozen=True)
class Written:
    """A file that a build left."""

    path: str
    digest: str
    stamps: Sequence[Stamp]
    key: str  # of the job that it is of
    is_new: bool = False  # not there before, or not with these bytes


Left = Mapping[str, Written]  # what the last build left, by path


def write_tree(out: Path, files: dict[str, bytes]) -> int:
    """Make `out` hold `files`, as `write_jobs` does; return how many were written anew."""
    jobs = [Job((path,), [(path, files[path])].__iter__) for path in files]
    return sum(file.is_new for file in write_jobs(out, jobs))


def write_jobs(
    out: Path, jobs: Sequence[Job], processes: int = 1, left: Left = MappingProxyType({})
) -> list[Written]:
    """Make `out` hold the files of all jobs, the work of so many processes.

    Files of an earlier build that are no longer wanted are removed. A folder with files in it that
    no earlier build of ours wrote to is refused, so that a mistyped name loses nothing. What a job
    makes is written at once and forgotten. What `left` has of the same key is not made again.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise Refused(f"{out} holds files that this program did not write: name another folder")
    wanted = by_path(jobs).keys()
    earlier = _earlier(out)
    for leftover in out.rglob(f".*{PARTIAL}"):
        leftover.unlink()
    # The union goes first: a build that is killed half way leaves no file that nobody remembers.
    _list(out, wanted | earlier)

    def write(job: Job) -> list[Written]:
        return _kept(out, job, left) or [
            Written(
                path,
                digest(content),
                stamps,
                job.key,
                write_atomically(out / path, content, durable=False),
            )
            for path, content, stamps in job.stamped()
        ]

    written = [*chain.from_iterable(each(write, jobs, processes))]
    for path in sorted(earlier - wanted):
        _remove(out, path)
    _list(out, wanted)
    return written


def _kept(out: Path, job: Job, left: Left) -> list[Written]:
    """The files of a job as an earlier build left them, stamped anew; [] where one is not whole."""
    kept = []
    for path in job.paths if job.key else ():
        before = left.get(path)
        if before is None or before.key != job.key:
            return []
        try:
            content = (out / path).read_bytes()
        except OSError:
            return []
        if digest(content) != before.digest:
            return []
        kept.append((before, content))
    return [_renewed(out, job, before, content) for before, content in kept]


def _renewed(out: Path, job: Job, before: Written, content: bytes) -> Written:
    if not job.stamps or not before.stamps:
        return replace(before, is_new=False)
    tonight, stamps = job.stamps.renew(content, before.stamps)
    if tonight == content:
        return replace(before, is_new=False)
    _put(out / before.path, tonight, durable=False)
    return Written(before.path, digest(tonight), stamps, job.key, is_new=True)


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
