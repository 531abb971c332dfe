"""Another revision of this tree, from git. The only file that asks git."""

import io
import subprocess
import tarfile
from pathlib import Path

from monitor.problems import Refused


def edited(root: Path, revision: str) -> frozenset[str]:
    """The files below content/ that differ from where this tree left `revision`, new ones too.

    Paths from the root of the tree. What is not committed yet counts. Raises Refused where git
    does not know the revision.
    """
    since = _parting(root, revision)
    listed = (
        _git(root, "diff", "--name-only", "--relative", "-z", since, "--", "content"),
        _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "content"),
    )
    return frozenset(path for found in listed for path in found.decode().split("\0") if path)


def unpack(root: Path, revision: str, folder: Path) -> None:
    """The tree as it was where this one left `revision`, as files below `folder`."""
    made = _git(root, "archive", _parting(root, revision))
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        archive.extractall(folder, filter="data")


def extract(root: Path, revision: str, path: str, folder: Path) -> None:
    """The files below `path` as they were at a revision itself, below `folder`; none is no error.

    Raises Refused where git does not know the revision.
    """
    if _git(root, "ls-tree", "-r", "--name-only", revision, "--", path):
        content = _git(root, "archive", revision, "--", path)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, filter="data")


def _parting(root: Path, revision: str) -> str:
    """The commit where this tree left a revision."""
    return _git(root, "merge-base", revision, "HEAD").decode().strip()


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)  # noqa: S603, S607
    except FileNotFoundError:
        raise Refused("git is needed for this, and is not installed") from None
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.decode("utf-8", "replace").split())
        raise Refused(f"git {arguments[0]} failed: {said}") from None
    return done.stdout
