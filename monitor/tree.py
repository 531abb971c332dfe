"""Which files of a tree are input, and which links and names are not allowed.

A link out of the tree would bring in files that nobody has reviewed, and no pull request would show
an edit of them. So a link has to stay within its folder, content/, data/ or templates/, where a
build, git and `serve` see the same files.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePath

from monitor.problems import Problem

FOLDERS = ("content", "data", "templates")
LONGEST_NAME = 100  # characters: a checkout on Windows has some 250 for the whole path

_LEFTOVERS = re.compile(
    r"[.#].*|.*(~|\.(bak|orig|rej|swp|tmp))|Thumbs\.db|desktop\.ini", re.IGNORECASE
)
"""Files that editors and systems leave beside others: .#a.md, ._a.md, a.md~."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')


def members(folder: Path, ending: str = "") -> list[Path]:
    """Return the input in a folder, files and folders, by name; an absent folder has none."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if is_input(path.name) and _ends(path, ending))


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every input file in a folder and those below it, sorted."""
    for path in members(folder):
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def is_input(name: str) -> bool:
    """Return whether a file or folder of this name is input, and not a leftover."""
    return not _LEFTOVERS.fullmatch(name)


def _ends(path: Path, ending: str) -> bool:
    return path.name.endswith(ending) and path.name != ending


def link_problems(root: Path) -> Iterator[Problem]:
    """Yield a Problem for each link that is not allowed; to be called before any file is read."""
    for name in FOLDERS:
        top = root / name
        if top.is_symlink():
            yield Problem(name, 0, "is a link: the folder itself has to stand here")
        for path in _below(top):
            if path.is_symlink() and (why := _link_fault(path, root.resolve() / name)):
                yield Problem(path.relative_to(root).as_posix(), 0, why)


def name_problems(root: Path) -> Iterator[Problem]:
    """Yield a Problem for each name that is not possible on some system."""
    spellings: dict[tuple[Path, str], str] = {}
    for name in FOLDERS:
        for path in _below(root / name):
            place = path.relative_to(root).as_posix()
            if why := unfit(path.name):
                yield Problem(place, 0, why)
            key = path.parent, unicodedata.normalize("NFC", path.name).casefold()
            if key in spellings:
                message = f"is the same file as {spellings[key]} where capitals do not count"
                yield Problem(place, 0, f"{message} (Windows, macOS): give one another name")
            spellings[key] = path.name


def _below(top: Path) -> Iterator[Path]:
    """Yield every input file and folder below a folder, sorted; links are not followed."""
    for where, folders, files in os.walk(top):
        folders[:] = filter(is_input, folders)
        yield from (Path(where, name) for name in sorted(filter(is_input, [*folders, *files])))


def _link_fault(link: Path, top: Path) -> str:
    """Return why a link is not allowed; "" where it stays in its folder."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return "is a link that leads nowhere"
    if not target.is_relative_to(top):
        return f"is a link that leads out of {top.name}/: put the file here"
    if link.parent.resolve().is_relative_to(target):
        return "is a link to a folder that contains it"
    return ""


def unfit(name: str) -> str:
    """Return why a name is not possible on some system; "" where it is on all."""
    if _DEVICES.fullmatch(PurePath(name).name):
        return f"{name.partition('.')[0]} is the name of a device on Windows: give it another name"
    if sign := _FORBIDDEN.search(name):
        return f"no name can have {sign[0]!r} on Windows: give it another name"
    if name.endswith((" ", ".")):
        return "no name can end with a space or a point on Windows: give it another name"
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters: {LONGEST_NAME} at most"
    return ""
