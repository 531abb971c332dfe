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
    """Run it to its end. Raises CalledProcessError, with what it said, where it fails."""
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as it:
        said = it.stdout.read() if it.stdout else b""
        _, status, used = os.wait4(it.pid, 0)
        it.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if it.returncode:
        raise subprocess.CalledProcessError(it.returncode, it.args, said.decode())
    return Run(wall, used.ru_utime + used.ru_stime)


def peak_memory(command: Sequence[str | Path], cwd: Path) -> float:
    """The most that it and its children had at one time, in MB.

    The sum of the proportional set sizes (Linux, smaps_rollup): a page that several processes share
    counts once. Looking takes time, so this is no run to take the time of.
    """
    peak = 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as it:
        while it.poll() is None:
            peak = max(peak, sum(map(_held, _family(it.pid))))
            time.sleep(EVERY)
    return peak / 1024


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for each in found:
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return found


def _held(pid: int) -> int:
    """The proportional set size of a process in KB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def told(values: Sequence[float]) -> str:
    """ "1.82 (1.79–1.90)": the median, the least and the most."""
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"
