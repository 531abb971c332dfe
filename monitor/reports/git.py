"""Reads other revisions of this tree. No other file runs git."""

import io
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from monitor.problems import Refused
from monitor.tree import files_below


def edited(root: Path, revision: str) -> frozenset[str]:
    """Return the files of content/ that differ from the merge base with `revision`.

    Paths from the root of the tree. What is not committed yet counts. Raises Refused where git
    does not know the revision.
    """
    since = _merge_base(root, revision)
    listed = (
        _git(root, "diff", "--name-only", "--relative", "-z", since, "--", "content"),
        _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "content"),
    )
    changed = {path for output in listed for path in output.decode().split("\0") if path}
    through_links = (
        path.relative_to(root).as_posix()
        for path in files_below(root / "content")
        if path.resolve().relative_to(root.resolve()).as_posix() in changed
    )
    return frozenset((*changed, *through_links))


def unpack(root: Path, revision: str, folder: Path) -> None:
    """Write the tree of the merge base with `revision` into `folder`."""
    tar = _git(root, "archive", _merge_base(root, revision))
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        try:
            archive.extractall(folder, filter="data")
        except tarfile.FilterError as error:  # a link that leads out, a device
            raise Refused(f"{revision} holds what can't be unpacked: {error}") from error


def extract(root: Path, revision: str, path: str, folder: Path) -> None:
    """Write the files below `path` of a revision into `folder`; there may be none.

    Raises Refused where git does not know the revision.
    """
    if _git(root, "ls-tree", "-r", "--name-only", revision, "--", path):
        content = _git(root, "archive", revision, "--", path)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, filter="data")


def committed(root: Path, revision: str) -> datetime:
    """Return when a revision was committed. Raises Refused where git does not know it."""
    return datetime.fromtimestamp(int(_git(root, "show", "-s", "--format=%ct", revision)), UTC)


def _merge_base(root: Path, revision: str) -> str:
    """Return the merge base with a revision; the revision in a shallow clone."""
    parting = _git(root, "merge-base", "--all", revision, "HEAD", may_end_with=1).decode().split()
    return parting[0] if parting else _git(root, "rev-parse", f"{revision}^0").decode().strip()


def _git(root: Path, *arguments: str, may_end_with: int = 0) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, check=False, capture_output=True)  # noqa: S603, S607
        if done.returncode not in (0, may_end_with):
            done.check_returncode()
    except FileNotFoundError:
        raise Refused("git is needed for this, and is not installed") from None
    except subprocess.CalledProcessError as error:
        message = " ".join(error.stderr.decode("utf-8", "replace").split())
        raise Refused(f"git {arguments[0]} failed: {message}") from None
    return done.stdout
