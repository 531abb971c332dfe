"""Bytes to disk. Each file is either its old or its new self, whenever the process is killed."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from monitor.problems import Refused
from monitor.stamps import Stamp, Stamps

STAGE = ".stage"  # the folder of files that are made and not yet in place
PARTIAL = ".partial"  # the suffix of a file that is being written
MEMORY = ".memory"  # what the last build learned of records and templates (memory.py)
MADE = ".made"  # what a build's files were made from (reuse.py)
MANIFEST = ".manifest"  # the files that the last build wrote, one a line: only these may be removed


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> bool:
    """Replace `path` by `content` in one step; False where it already held just that.

    `durable` waits until the disk has it; what can be made again needs no waiting.
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


class Output:
    """The folder of a website. Files are staged beside it and put in place when all are made.

    A folder with files in it that no earlier build of ours wrote to is refused, so that a mistyped
    name loses nothing. Raises Refused.
    """

    def __init__(self, out: Path, left: Left = MappingProxyType({})) -> None:
        found = {path.name for path in out.iterdir()} - {STAGE} if out.is_dir() else set[str]()
        if found and MANIFEST not in found:
            raise Refused(f"{out} holds files that this program did not write: name another folder")
        self.out = out
        self.left = left
        self.folder = out / STAGE

    def __enter__(self) -> "Output":
        self._clear()  # what a build that was killed had staged
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()
        with suppress(OSError):
            self.out.rmdir()  # where nothing was put into a new folder

    def stage(self, job: Job) -> list[Written]:
        """Make the files of a job, but for those that stand there already, in any process.

        What the last build left of the same key is not made again.
        """
        kept = self._kept(job)
        if kept is not None:
            return [self._renewed(job, *each) for each in kept]
        return [
            Written(path, digest(content), stamps, job.key, self._put(path, content))
            for path, content, stamps in job.stamped()
        ]

    def put_in_place(self, files: Sequence[Written]) -> None:
        """Make the folder hold these files, and none of an earlier build."""
        wanted = {file.path for file in files}
        earlier = self._earlier()
        # The union goes first: a build that is killed half way leaves no file that is forgotten.
        self._list(wanted | earlier)
        for file in files:
            if file.is_new:
                self._move(file.path)
        for path in sorted(earlier - wanted):
            _remove(self.out, path)
        self._list(wanted)

    def _kept(self, job: Job) -> list[tuple[Written, bytes]] | None:
        """The files of a job as an earlier build left them; None where one is not whole."""
        if not job.key:
            return None
        kept = []
        for path in job.paths:
            before = self.left.get(path)
            content = read(f"{self.out}/{path}") if before and before.key == job.key else None
            if before is None or content is None or digest(content) != before.digest:
                return None
            kept.append((before, content))
        return kept

    def _renewed(self, job: Job, before: Written, content: bytes) -> Written:
        if not job.stamps or not before.stamps:
            return replace(before, is_new=False)
        tonight, stamps = job.stamps.renew(content, before.stamps)
        if tonight == content:
            return replace(before, is_new=False)
        is_new = self._put(before.path, tonight)
        return Written(before.path, digest(tonight), stamps, job.key, is_new)

    def _put(self, path: str, content: bytes) -> bool:
        """Stage a file; False where it stands there already."""
        if read(f"{self.out}/{path}") == content:
            return False
        try:
            _write(self._staged(path), content)
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self._staged(path), content)
        return True

    def _move(self, path: str) -> None:
        place = f"{self.out}/{path}"
        try:
            os.replace(self._staged(path), place)  # noqa: PTH105
        except FileNotFoundError:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self._staged(path), place)  # noqa: PTH105

    def _staged(self, path: str) -> str:
        return f"{self.folder}/{path.replace('/', '+')}"

    def _clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _list(self, paths: Iterable[str]) -> None:
        content = "".join(f"{path}\n" for path in sorted(paths)).encode()
        write_atomically(self.out / MANIFEST, content)

    def _earlier(self) -> set[str]:
        lines = (read(self.out / MANIFEST) or b"").decode().splitlines()
        return {line for line in lines if line and not line.startswith("/") and ".." not in line}


def write_tree(out: Path, files: Mapping[str, bytes]) -> int:
    """Make `out` hold these files, path -> bytes; return how many were new or changed."""
    with Output(out) as output:
        jobs = [Job((path,), [(path, content)].__iter__) for path, content in files.items()]
        made = [*chain.from_iterable(map(output.stage, by_path(jobs).values()))]
        output.put_in_place(made)
    return sum(file.is_new for file in made)


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:  # noqa: PTH123  # as below
        file.write(content)


def read(path: str | Path) -> bytes | None:
    """A file; None where there is none. Many: a Path or a buffer for each costs as much again."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return None


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


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
