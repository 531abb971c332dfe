"""Replaces several files as one: all of them or none, even if the process is killed.

The new files are written to a folder of their own, then a list of them. Once the list exists the
replacement is decided: the files only have to be moved, which takes no disk space, and which
the next process can do (`finish`). Without the list nothing has happened.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from monitor.files import write_atomically
from monitor.problems import Refused

STAGE = ".unfinished"  # below the folder whose files are replaced
_LIST = "list"  # in it: "+path" for each file to move from there, "-path" for each to remove


def replace_all(folder: Path, files: Mapping[str, bytes | None]) -> list[str]:
    """Replace files (path below `folder` -> content, None to remove); return changed paths.

    Raises Refused, with nothing changed, where they cannot be written.
    """
    finish(folder)
    changed = {path: new for path, new in files.items() if _read(folder / path) != new}
    if not changed:
        return []
    stage = folder / STAGE
    path = ""
    try:
        for path, content in changed.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                write_atomically(stage / path, content)
        lines = [f"{'-' if new is None else '+'}{path}\n" for path, new in changed.items()]
        write_atomically(stage / _LIST, "".join(lines).encode())
    except OSError as error:
        shutil.rmtree(stage, ignore_errors=True)
        why = error.strerror or str(error)
        raise Refused(
            f"{folder.name}/{path} cannot be written: {why}. Nothing was changed"
        ) from error
    finish(folder)
    return list(changed)


def is_unfinished(folder: Path) -> bool:
    """Return whether a killed process may have moved some files of its list, and others not."""
    return (folder / STAGE / _LIST).exists()


def finish(folder: Path) -> None:
    """Complete what a killed process began: move the files on its list, remove all others."""
    stage = folder / STAGE
    for line in (_read(stage / _LIST) or b"").decode().splitlines():
        path = line[1:]
        if line.startswith("-"):
            (folder / path).unlink(missing_ok=True)
        elif (stage / path).exists():  # otherwise it is moved already
            (stage / path).replace(folder / path)
    if stage.exists():
        (stage / _LIST).unlink(missing_ok=True)
        shutil.rmtree(stage)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
