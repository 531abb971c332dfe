"""Measures what a night costs, and how the repository grows with the nights.

    python -m benchmarks.night [--trials N ...] [--rounds N]
    python -m benchmarks.night --growth NIGHTS [--trials N]

The first prints a Markdown table: requests, bytes both ways, seconds and memory of `update` as a
whole process, against a registry on this machine, where it does not pause. The second replays
nights through `update`, with a commit each, and prints the size of the repository after `git gc`.
Both need the real records in ../shared/registry/studies (never committed). See docs/OPERATIONS.md.
"""

import argparse
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.build import RECORDS, machine
from benchmarks.measure import peak_memory, run, spread
from benchmarks.studies import Record, edited, real_records, variants
from benchmarks.trees import PROJECT
from monitor import update
from monitor.registry.client import Registry
from tests.registry_server import Answer, RegistryServer
from tests.trees import DISEASE, SITE, write

SEED = 20260824
FIRST = date(2026, 1, 5)
CHANGED = 52 / 3500  # share of trials that change in a usual night, as seen over a hundred nights
LOADS = 260  # of new data in a year: Monday to Friday
SEARCHES = {"leukemia": "Leukemia"}


class World:
    """A registry with `count` trials, and a tree whose one disease has them all."""

    def __init__(self, folder: Path, server: RegistryServer, count: int) -> None:
        self.root, self.server = folder, server
        self.random = Random(SEED + count)
        self.on = FIRST
        write(folder / "content/site.yaml", SITE)
        write(folder / "content/diseases/leukemia.md", DISEASE)
        ids = [f"NCT{99_000_000 + number}" for number in range(count)]
        records = variants(real_records(RECORDS), ids, self.random)
        self.records = dict(zip(ids, records, strict=True))
        for record in self.records.values():
            server.put(record)
        server.match = lambda *_: True

    def next_day(self, changed: int) -> None:
        """Load new data in the registry, with updates of `changed` trials."""
        self.on += timedelta(days=1)
        self.server.data_timestamp = f"{self.on}T09:00:05"
        for nct_id in self.random.sample([*self.records], changed):
            self.records[nct_id] = _posted(edited(self.records[nct_id], self.random), self.on)
            self.server.put(self.records[nct_id])

    def rename(self, old: str, new: str) -> int:
        """Rename a country in every record of the registry; return the number of records."""
        self.next_day(0)
        count = 0
        for record in self.records.values():
            module = record["protocolSection"].get("contactsLocationsModule", {})
            places = [p for p in module.get("locations", ()) if p.get("country") == old]
            for place in places:
                place["country"] = new
            if places:
                count += 1
                self.server.put(record)
        return count

    def night(self) -> None:
        """Run `update` in this process, without compression: only its files are measured."""
        with Registry(self.server.base_url, "") as registry:
            registry._session.headers["Accept-Encoding"] = "identity"
            update.write(
                self.root, update.check_registry(self.root, SEARCHES, (), registry, self.on)
            )


def _posted(record: Record, on: date) -> Record:
    status = record["protocolSection"]["statusModule"]
    status["statusVerifiedDate"] = on.isoformat()[:7]
    status["lastUpdateSubmitDate"] = on.isoformat()
    status["lastUpdatePostDateStruct"] = {"date": on.isoformat(), "type": "ACTUAL"}
    return record


def cost(work: Path, counts: list[int], rounds: int) -> None:
    """Print a table of the cost of an unchanged and a usual night."""
    print(f"Machine: {machine()}.\n")
    print("| trials | night | requests | sent, KB | received, MB | seconds | of the processor |"
          " peak memory, MB |\n|---|---|---|---|---|---|---|---|", flush=True)  # fmt: skip
    for count in counts:
        with RegistryServer() as server:
            world = World(work / f"{count}", server, count)
            world.night()
            for name, changed in (("unchanged", 0), ("usual", round(count * CHANGED))):
                world.next_day(changed)
                _measure(world, name, rounds)


def _measure(world: World, name: str, rounds: int) -> None:
    server, copy = world.server, world.root / "copy"
    sizes: list[int] = []

    def weigh(answer: Answer) -> None:
        def recode(body: bytes) -> bytes:
            sizes.append(len(body))
            return body

        answer.recode = recode

    server.always = weigh
    shutil.copytree(world.root / "data", copy)
    command: list[str | Path] = [sys.executable, PROJECT / "build.py", "--root", world.root]
    command += ["update", "--registry", server.base_url, "--on", world.on.isoformat()]

    def reset() -> None:
        shutil.rmtree(world.root / "data")
        shutil.copytree(copy, world.root / "data")
        server.requests.clear()
        sizes.clear()

    runs = []
    for _ in range(rounds):
        reset()
        runs.append(run(command, PROJECT))
    sent = sum(len(f"GET {r.url} HTTP/1.1\r\n{r.headers}") for r in server.requests)
    requests, received = len(server.requests), sum(sizes)
    reset()
    memory = peak_memory(command, PROJECT).together
    shutil.rmtree(copy)
    print(
        f"| {len(world.records):,} | {name} | {requests} | {sent / 1e3:.1f} | {received / 1e6:.1f} "
        f"| {spread([r.wall for r in runs])} | {spread([r.cpu for r in runs])} | {memory:.0f} |",
        flush=True,
    )


def growth(work: Path, count: int, nights: int) -> None:
    """Print how the size of the repository grows over some nights."""
    print(f"{count:,} trials, {round(count * CHANGED)} updated a night, {nights} nights\n")
    print("| after | repository, MB | data/, MB | of it changes/, KB |")
    print("|---|---|---|---|", flush=True)
    with RegistryServer() as server:
        world = World(work / "growth", server, count)
        _git(world.root, "init", "--quiet")
        sizes = {0: _commit(world, "the first night")}
        for number in range(1, nights + 1):
            world.next_day(round(count * CHANGED))
            is_step = number % max(1, nights // 4) == 0 or number == nights
            size = _commit(world, f"{number} nights more" if is_step else "")
            if is_step:
                sizes[number] = size
        steps = sorted(sizes)
        rates = [(sizes[b] - sizes[a]) / (b - a) / 1e3 for a, b in pairwise(steps)]
        print(f"\nKB a night, from step to step: {', '.join(f'{rate:.0f}' for rate in rates)}.")
        year = median(rates) * LOADS / 1e3
        print(f"A year, in which the registry loads data {LOADS} times: {year:.0f} MB.\n")
        before = sizes[steps[-1]]
        renamed = world.rename("United States", "United States of America")
        after = _commit(world, "")
        print(f"A night in which the registry renames a country in {renamed:,} records adds "
              f"{(after - before) / 1e6:.1f} MB.")  # fmt: skip


def _commit(world: World, label: str) -> int:
    """Run and commit a night; with a label, print a row. Return the packed size in bytes."""
    world.night()
    _git(world.root, "add", "data")
    _git(world.root, "commit", "--quiet", "--message", world.on.isoformat())
    _git(world.root, "gc", "--quiet")
    size = _size(world.root / ".git/objects")
    if label:
        data, changes = _size(world.root / "data"), _size(world.root / "data/changes")
        print(
            f"| {label} | {size / 1e6:.1f} | {data / 1e6:.0f} | {changes / 1e3:.0f} |", flush=True
        )
    return size


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _git(folder: Path, *arguments: str) -> None:
    author = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    author |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **author})


def main() -> int:
    """Measure and print tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--trials", type=int, nargs="+", default=[438, 3500], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", type=int, metavar="NIGHTS")
    parser.add_argument("--work", type=Path, default=Path("/dev/shm/monitor-nights"))
    options = parser.parse_args()
    if not RECORDS.is_dir():
        print(f"NOT MEASURED: there are no real records in {RECORDS}", file=sys.stderr)
        return 1
    shutil.rmtree(options.work, ignore_errors=True)
    if options.growth:
        growth(options.work, options.trials[-1], options.growth)
    else:
        cost(options.work, options.trials, options.rounds)
    shutil.rmtree(options.work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
