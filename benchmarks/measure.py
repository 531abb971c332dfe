"""A command as a whole process: its time, and the memory of it and its children."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

EVERY = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, with its children's


def run(command: Sequence[str | Path], cwd: Path) -> Run:
    """Run a command to its end. Raises RuntimeError with its output where it fails."""
    begin = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=cwd, stdout=pipe, stderr=subprocess.STDOUT) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if process.returncode:
        raise RuntimeError(f"{command}: {output.decode()}")
    return Run(wall, used.ru_utime + used.ru_stime)


@dataclass(frozen=True)
class Memory:
    """The most memory that a command had at one time, in MB."""

    largest: float  # resident, of the process that had most
    together: float  # of all its processes, pages that they share counted once


def peak_memory(command: Sequence[str | Path], cwd: Path) -> Memory:
    """Run a command and return the most that it had (Linux: smaps_rollup).

    Looking takes time, so this is no run to take the time of.
    """
    largest = together = 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            held = [_held(pid) for pid in _family(process.pid)]
            largest = max(largest, *(resident for resident, _ in held))
            together = max(together, sum(share for _, share in held))
            time.sleep(EVERY)
    return Memory(largest / 1024, together / 1024)


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    pids = [pid]
    for each in pids:
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return pids


def _held(pid: int) -> tuple[int, int]:
    """Return the resident and the proportional set size of a process in KB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
    return sizes.get("Rss:", 0), sizes.get("Pss:", 0)


def spread(values: Sequence[float]) -> str:
    """Return the median, the least and the most: "1.82 (1.79–1.90)"."""
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
