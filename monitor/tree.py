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


def problems(root: Path) -> list[Problem]:
    """Return what is wrong with the links and names below content/, data/ and templates/."""
    return [problem for name in FOLDERS for problem in _problems(root, root / name)]


def _problems(root: Path, top: Path) -> Iterator[Problem]:
    real = root.resolve() / top.name
    if top.is_symlink():
        yield Problem(top.name, 0, "is a link: the folder itself has to stand here")
        return
    for where, folders, files in os.walk(top):
        spellings: dict[str, str] = {}
        for name in sorted(filter(counts, [*folders, *files])):
            path = Path(where, name)
            place = path.relative_to(root).as_posix()
            if path.is_symlink():
                yield from _link_problems(path, place, real)
            if why := unfit(name):
                yield Problem(place, 0, why)
            same = unicodedata.normalize("NFC", name).casefold()
            if same in spellings:
                message = f"is the same file as {spellings[same]} where capitals do not count"
                yield Problem(place, 0, f"{message} (Windows, macOS): give one another name")
            spellings[same] = name
        folders[:] = filter(counts, folders)


def _link_problems(path: Path, place: str, top: Path) -> Iterator[Problem]:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        yield Problem(place, 0, "is a link that leads nowhere")
        return
    if not target.is_relative_to(top):
        yield Problem(place, 0, f"is a link that leads out of {top.name}/: put the file here")
    elif path.parent.resolve().is_relative_to(target):
        yield Problem(place, 0, "is a link to a folder that it stands in")


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
