"""Nights that go wrong at random: nothing is lost, nothing is reported that did not happen.

Over STORIES times TIMES seeded combinations of faults, kills and full disks. A night has happened
or it has not; so data/ must equal, byte for byte, that of an undisturbed replay of the nights that
happened, and whatever was published must be what that replay publishes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPORT, sampled
from tests.disturbed import Story, edit, load, one_night, plant, run_many, undisturbed
from tests.registry_server import RegistryServer
from tests.trees import PROJECT, snapshot_of

STORIES, TIMES, FEW_TIMES = 40, 13, 5

counts: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def outcome(pytestconfig: pytest.Config) -> Iterator[None]:
    yield
    head = f"Faults, kills, full disks: {counts.pop('combinations', 0)} combinations"
    reported = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    pytestconfig.stash.setdefault(REPORT, []).append(f"{head}. {reported}.")


@pytest.mark.parametrize("number", sampled(range(STORIES), 1))
def test_whatever_goes_wrong_the_record_is_that_of_quiet_nights(
    tmp_path: Path, soak_seed: int, number: int
) -> None:
    times = TIMES if soak_seed else FEW_TIMES
    counts.update(run_many(soak_seed * STORIES + number, times, tmp_path))


@pytest.mark.soak
@pytest.mark.parametrize("number", sampled(range(4), 1))
def test_the_command_itself_killed_at_any_moment(
    tmp_path: Path, soak_seed: int, number: int
) -> None:
    """`build.py update` as the workflow starts it, killed while it starts, asks, or writes."""
    draw = random.Random(soak_seed + number)
    story = Story(1000 + soak_seed + number)
    root = plant(tmp_path / "killed")
    with RegistryServer() as server:
        server.match = lambda record, query: True
        for day in story.days:
            edit(root, day)
            load(server, day)
            begun = len(server.requests)
            process = subprocess.Popen(
                [sys.executable, "build.py", "--root", root, "update", "--on", day.on],
                cwd=PROJECT,
                env={**os.environ, "MONITOR_REGISTRY": server.base_url},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while len(server.requests) == begun and process.poll() is None:
                time.sleep(0.002)
            time.sleep(draw.uniform(0, 0.05))
            process.kill()
            counts["commands killed"] += process.wait() == -signal.SIGKILL
            one_night(root, server, day, patience=60)
    nights = tuple((day.on, day.timestamp) for day in story.days)
    assert snapshot_of(root / "data") == undisturbed(story, nights, tmp_path / "quiet").data
