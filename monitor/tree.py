"""Which files of a tree count, and what no tree may hold.

The tree is all there is: a link that leads elsewhere would bring in what nobody has read, and no
pull request shows an edit behind it. So a link stays in that one of content/, data/ and templates/
that it stands in, where everything that looks (a build, git, `serve`) sees the same.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePath

from monitor.problems import Problem

FOLDERS = ("content", "data", "templates")
LONGEST_NAME = 100  # characters: a checkout on Windows has some 250 for the whole path

_DROPPINGS = re.compile(
    r"[.#].*|.*(~|\.(bak|orig|rej|swp|tmp))|Thumbs\.db|desktop\.ini", re.IGNORECASE
)
"""What editors and systems leave beside the files that somebody meant: .#a.md, ._a.md, a.md~."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')


def members(folder: Path, ending: str = "") -> list[Path]:
    """Return what stands in a folder and counts, sorted by name; nothing where there is none."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if counts(path.name) and _ends(path, ending))


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file that counts in a folder and in those below it, sorted."""
    for path in members(folder):
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def counts(name: str) -> bool:
    """Return whether a file or folder of this name is anything that somebody meant."""
    return not _DROPPINGS.fullmatch(name)


def _ends(path: Path, ending: str) -> bool:
    return path.name.endswith(ending) and path.name != ending


def link_problems(root: Path) -> Iterator[Problem]:
    """Yield a Problem for each link that may not be followed: ask before anything is read."""
    for name in FOLDERS:
        top = root / name
        if top.is_symlink():
            yield Problem(name, 0, "is a link: the folder itself has to stand here")
        for path in _below(top):
            if path.is_symlink() and (why := _misled(path, root.resolve() / name)):
                yield Problem(path.relative_to(root).as_posix(), 0, why)


def name_problems(root: Path) -> Iterator[Problem]:
    """Yield a Problem for each name that some checkout can't hold."""
    spellings: dict[tuple[Path, str], str] = {}
    for name in FOLDERS:
        for path in _below(root / name):
            place = path.relative_to(root).as_posix()
            if why := unfit(path.name):
                yield Problem(place, 0, why)
            same = path.parent, unicodedata.normalize("NFC", path.name).casefold()
            if same in spellings:
                message = f"is the same file as {spellings[same]} where capitals do not count"
                yield Problem(place, 0, f"{message} (Windows, macOS): give one another name")
            spellings[same] = path.name


def _below(top: Path) -> Iterator[Path]:
    """Yield everything that counts below a folder, sorted; what stands behind a link once."""
    for where, folders, files in os.walk(top):
        folders[:] = filter(counts, folders)
        yield from (Path(where, name) for name in sorted(filter(counts, [*folders, *files])))


def _misled(link: Path, top: Path) -> str:
    """Return why a link may not be followed; "" where it stays in its folder."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        return "is a link that leads nowhere"
    if not target.is_relative_to(top):
        return f"is a link that leads out of {top.name}/: put the file here"
    if link.parent.resolve().is_relative_to(target):
        return "is a link to a folder that it stands in"
    return ""


def unfit(name: str) -> str:
    """Return why a checkout on some system can't hold a name; "" where all can."""
    if _DEVICES.fullmatch(PurePath(name).name):
        return f"{name.partition('.')[0]} is the name of a device on Windows: give it another name"
    if found := _FORBIDDEN.search(name):
        return f"no name can have {found[0]!r} on Windows: give it another name"
    if name.endswith((" ", ".")):
        return "no name can end with a space or a point on Windows: give it another name"
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters: {LONGEST_NAME} at most"
    return ""
