"""Measures a command as a process: its time, and the memory of it and its children."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

INTERVAL = 0.02  # seconds between two readings of the memory


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, children included


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
    """The peak memory of a command, in MB."""

    largest: float  # resident, of its largest process
    together: float  # of all its processes, shared pages counted once


def peak_memory(command: Sequence[str | Path], cwd: Path) -> Memory:
    """Run a command and return its peak memory (Linux: smaps_rollup).

    Reading it takes time, so the duration of this run means nothing.
    """
    largest = together = 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sizes = [_memory(pid) for pid in _with_children(process.pid)]
            largest = max(largest, *(resident for resident, _ in sizes))
            together = max(together, sum(share for _, share in sizes))
            time.sleep(INTERVAL)
    return Memory(largest / 1024, together / 1024)


def _with_children(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    pids = [pid]
    for each in pids:
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return pids


def _memory(pid: int) -> tuple[int, int]:
    """Return the resident and the proportional set size of a process in KB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
    return sizes.get("Rss:", 0), sizes.get("Pss:", 0)


def spread(values: Sequence[float]) -> str:
    """Return median, minimum and maximum as text: "1.82 (1.79–1.90)"."""
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
