"""Rewrite tests/miniature's data/ and expected site/, after an intended change.

    python -m tests.accept

Read the difference in git before committing it: it is what readers will see.
"""

import shutil
import tempfile
from pathlib import Path

from monitor import website
from monitor.files import write_files
from tests.miniature_days import write_days
from tests.replay import replay
from tests.trees import PROJECT

MINIATURE = PROJECT / "tests" / "miniature"


def make_data(root: Path) -> None:
    """Replay the invented days into a tree without data/."""
    with tempfile.TemporaryDirectory() as folder:
        write_days(Path(folder))
        for _ in replay(Path(folder), root):
            pass


def copy_tree(root: Path) -> Path:
    """Copy the miniature, with the project's templates and without data/ and site/; return it."""
    shutil.copytree(MINIATURE / "content", root / "content")
    shutil.copytree(PROJECT / "templates", root / "templates")
    return root


def main() -> None:
    """Write data/ and site/ of the miniature."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_tree(Path(folder) / "tree")
        make_data(root)
        for name in ("data", "site"):
            shutil.rmtree(MINIATURE / name, ignore_errors=True)
        shutil.copytree(root / "data", MINIATURE / "data")
        files = website.build(root)
        static = {path for path in files if path.startswith("static/")}
        write_files(MINIATURE / "site", ((p, c) for p, c in files.items() if p not in static))
    print(f"{len(files)} files. Now read: git add -N tests/miniature && git diff tests/miniature")


if __name__ == "__main__":
    main()
