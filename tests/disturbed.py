"""Runs `update` through random nights with faults, and compares the result with quiet nights.

A Story is some nights of an invented registry. A Run takes `update` through them while responses
are damaged, the process is killed (by SIGKILL) or the disk is full. `undisturbed` replays those of
its nights that succeeded, without any fault.
"""

import errno
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from monitor import update, website
from monitor.data.transaction import STAGE, is_unfinished
from monitor.exports.feed_list import feeds_of, trial_feeds
from monitor.exports.feeds import recent, tag_prefix
from monitor.problems import Refused
from monitor.registry import client
from monitor.registry.client import Registry
from tests.records import nct, record
from tests.registry_faults import Answer, Fault, Faults
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, SITE, snapshot_of, write

Act = tuple[str, Any]  # a method of RegistryServer, its arguments
Night = tuple[str, str]  # its date, the timestamp of the registry's data
Entry = tuple[str, str, str]  # address of the feed, id and title of the entry
CONDITIONS = ("Leukemia", "Leukemia OR Lymphoma")


@dataclass(frozen=True)
class Day:
    """The edits that the registry loads on a day, and the disease's search on it."""

    on: str
    acts: tuple[Act, ...]
    condition: str

    @property
    def timestamp(self) -> str:
        return f"{self.on}T09:00:05"


class Story:
    """About five nights of about five trials, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        self.seed = seed
        self._parts: dict[int, dict[str, Any]] = {number: {} for number in range(1, 6)}
        self._next = 6
        on = date(2026, 4, 27)
        acts = [("put", record(number)) for number in self._parts]
        self.days = [Day(on.isoformat(), tuple(acts), CONDITIONS[0])]
        for _ in range(draw.randint(3, 5)):
            on += timedelta(draw.choice([1, 1, 1, 1, 1, 1, 2, 3, 20]))
            condition = self.days[-1].condition
            if draw.random() < 0.05:
                condition = next(one for one in CONDITIONS if one != condition)
            acts = [self._act(draw) for _ in range(draw.choice([0, 1, 1, 2, 3]))]
            self.days.append(Day(on.isoformat(), tuple(acts), condition))

    def _act(self, draw: random.Random) -> Act:
        number = draw.choice(list(self._parts))
        parts = self._parts[number]
        match draw.choices(
            ("status", "enrollment", "dates", "title", "text", "new", "hide", "back", "remove",
             "merge"), (6, 3, 4, 1, 2, 3, 4, 4, 1, 1),
        ):  # fmt: skip
            case ["status"]:
                status = draw.choice(["RECRUITING", "SUSPENDED", "COMPLETED", "UNKNOWN"])
                parts["statusModule__overallStatus"] = status
            case ["enrollment"]:
                info = {"count": draw.choice([9, 50, 200]), "type": "ESTIMATED"}
                parts["designModule__enrollmentInfo"] = info
            case ["dates"]:
                usual = f"2028-06-{draw.randint(1, 28):02}"
                on = draw.choice([usual, usual, usual, usual, "9999-12-31", "9999-12"])
                day = {"date": on, "type": "ESTIMATED"}
                parts["statusModule__primaryCompletionDateStruct"] = day
            case ["title"]:
                title = f"Renamed {draw.randint(1, 3)}" + draw.choice(["", "", " at length" * 2000])
                parts["identificationModule__briefTitle"] = title
            case ["text"]:
                text = f"Inclusion Criteria:\n\n* Older than {draw.randint(1, 3)} years"
                parts["eligibilityModule__eligibilityCriteria"] = text
            case ["new"]:
                number, self._next = self._next, self._next + 1
                posted = {"date": draw.choice(["2026-04-30", "2019-01-01"]), "type": "ACTUAL"}
                parts = self._parts[number] = {"statusModule__studyFirstPostDateStruct": posted}
            case ["hide"]:
                return "hide", nct(number)
            case ["remove"] if len(self._parts) > 3:
                del self._parts[number]
                return "remove", nct(number)
            case ["merge"] if len(self._parts) > 3:
                del self._parts[number]
                return "merge", (nct(number), nct(draw.choice(list(self._parts))))
        return "put", record(number, **parts)


def load(server: RegistryServer, day: Day) -> None:
    """Load a day's data in the registry."""
    for name, arguments in day.acts:
        getattr(server, name)(*(arguments if isinstance(arguments, tuple) else (arguments,)))
    server.data_timestamp = day.timestamp


def plant(root: Path) -> Path:
    """Write a tree with content/ alone; return its root."""
    write(root / "content/site.yaml", SITE)
    return root


def edit(root: Path, day: Day) -> None:
    """Write the disease with the search of a day."""
    write(root / "content/diseases/leukemia.md", DISEASE.replace("Leukemia", day.condition))


def one_night(root: Path, server: RegistryServer, day: Day, *, patience: float) -> None:
    """Run `update` as build.py does; `patience` is the timeout in seconds."""
    searches = {"leukemia": day.condition}
    with Registry(server.base_url, "", timeout=patience, deadline=patience) as registry:
        on = date.fromisoformat(day.on)
        update.write(root, update.check_registry(root, searches, (), registry, on))


_published: dict[int, frozenset[Entry]] = {}


def published(root: Path) -> frozenset[Entry]:
    """Return the entries of all feeds of a tree."""
    key = hash((mark(root), (root / "content/diseases/leukemia.md").read_bytes()))
    if key not in _published:
        catalog = website.read_catalog(root)
        trials = catalog.trials.values()
        _published[key] = frozenset(
            (feed.address, f"{tag_prefix(catalog)}:{entry.id}", entry.title)
            for each in (*feeds_of(catalog), *(f for t in trials for f in trial_feeds(catalog, t)))
            for feed in each.both
            for entry in recent(catalog, feed.entries)
        )
    return _published[key]


@dataclass
class Outcome:
    """The result of some nights."""

    data: dict[str, bytes]  # data/ after the last one
    after: dict[Night, int]  # `mark` of data/ after each
    published: set[Entry]  # by any of them


def mark(root: Path) -> int:
    """Return a hash of data/."""
    return hash(tuple(snapshot_of(root / "data").items()))


def undisturbed(story: Story, nights: tuple[Night, ...], root: Path) -> Outcome:
    """Replay some nights without a fault; return the outcome and remove the tree."""
    entries: set[Entry] = set()
    after: dict[Night, int] = {}
    pending = list(story.days)
    days = {day.on: day for day in story.days}
    plant(root)
    with RegistryServer() as server:
        server.match = lambda record, query: True
        for on, timestamp in nights:
            while pending and pending[0].timestamp <= timestamp:
                load(server, pending.pop(0))
            edit(root, days[on])
            one_night(root, server, days[on], patience=60)
            entries |= published(root)
            after[on, timestamp] = mark(root)
    outcome = Outcome(snapshot_of(root / "data"), after, entries)
    shutil.rmtree(root)
    return outcome


def _if(fits: Callable[[Answer], object], fault: Fault) -> Fault:
    return lambda answer: fault(answer) if fits(answer) else None


def _is_page(answer: Answer) -> bool:
    return bool(answer.payload and answer.payload.get("studies"))


def _is_later(answer: Answer) -> bool:
    return _is_page(answer) and "pageToken" in answer.request.params


def _has_total(answer: Answer) -> bool:
    return _is_page(answer) and "totalCount" in answer.payload


FAULTS: dict[str, Fault] = {
    "429": Faults.status(429, Retry_After="0"),
    "500": Faults.status(500),
    "503": Faults.status(503, "<html>busy"),
    "403": Faults.status(403),
    "proxy's 404": lambda answer: answer.say(404, "<html>404 Not Found", "text/html"),
    "dropped": Faults.drop(),
    "cut": Faults.cut(),
    "cut quietly": Faults.cut_quietly(),
    "empty": Faults.cut_quietly(0),
    "drip": Faults.drip(pieces=15, pause=0.02),
    "HTML": Faults.html(),
    "bad JSON": Faults.bad_json(),
    "Latin-1": Faults.latin1(),
    "other JSON": Faults.other_json(),
    "a list": Faults.other_json([]),
    "no rows": Faults.other_json({"studies": [], "totalCount": 5}),
    "row twice": _if(_is_page, Faults.duplicate()),
    "row lost": _if(_is_page, Faults.lose()),
    "page twice": _if(_is_later, Faults.page_twice()),
    "token again": _if(_is_later, Faults.repeat_token()),
    "empty page": _if(_is_page, Faults.empty_page()),
    "too many": _if(_has_total, Faults.wrong_total()),
    "too few": _if(_has_total, Faults.wrong_total(-1)),
    "slow headers": Faults.drip_headers(pieces=15, pause=0.02),
    "slow chunk": Faults.drip_chunk(pieces=15, pause=0.02),
    "bomb": Faults.bomb(1 << 21),
    "endless": Faults.endless(1 << 21),
}
"""Faults of responses, none of which makes one that is wrong and yet complete."""

FEWER = {"row lost", "page twice", "no rows"}
"""Together with a total that is too low, these may make a response that looks complete."""
SUBTLE = ["row lost", "page twice", "too few", "empty", "no rows", "cut quietly"]
"""Faults that a careless client does not notice, and which are drawn more often."""


def _writes(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        return bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir")


def _die_at(folder: Path, fatal: int) -> None:
    """Make this process kill itself before write number `fatal` (from 0) in `folder`."""
    remaining = [fatal]

    def step() -> None:
        remaining[0] -= 1
        if remaining[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if _writes(event, arguments) and str(folder) in str(arguments[0]):
            step()

    os.fsync = lambda fd: step()
    sys.addaudithook(hook)


@contextmanager
def _full_at(fatal: int) -> Iterator[None]:
    """Make the disk full from flush number `fatal` (from 0) on."""
    real, remaining = os.fsync, [fatal]

    def fsync(fd: object) -> None:
        remaining[0] -= 1
        if remaining[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    os.fsync = fsync
    try:
        yield
    finally:
        os.fsync = real


def _refuse_large(size: int) -> None:
    """Let this process write no file of more bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@dataclass
class Run:
    """A run of `update` through a story, with faults drawn from a seed."""

    story: Story
    root: Path
    draw: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    happened: list[Night] = field(default_factory=list)  # nights that data/ has had
    after: dict[Night, int] = field(default_factory=dict)  # `mark` of data/ after each
    published: set[Entry] = field(default_factory=set)

    def again_each_night(self, server: RegistryServer) -> None:
        """Repeat each night on the same day until it succeeds."""
        for day in self.story.days:
            edit(self.root, day)
            load(server, day)
            for _ in range(self.draw.randint(1, 3)):
                if self.attempt(server, day):
                    break
            else:
                self.quiet(server, day)

    def lost_nights(self, server: RegistryServer) -> None:
        """Try each night once, with new data perhaps loaded meanwhile; the last one succeeds."""
        *days, last = self.story.days
        for day in days:
            edit(self.root, day)
            loads_late = self.draw.random() < 0.3
            if not loads_late:
                load(server, day)
            reload_at = self.draw.randint(0, 8) if loads_late else None
            is_good = self.attempt(server, day, reload_at=reload_at)
            if server.data_timestamp != day.timestamp:
                load(server, day)
            self.counts["nights lost"] += not is_good
        edit(self.root, last)
        load(server, last)
        self.quiet(server, last)

    def quiet(self, server: RegistryServer, day: Day) -> None:
        """Run a night without faults."""
        server.faults.clear()
        server.always = None
        one_night(self.root, server, day, patience=60)
        self.note()
        self.publish()

    def publish(self) -> None:
        """Publish the feeds, as the workflow does after a night that succeeded."""
        self.published |= published(self.root)
        self.after[self.happened[-1]] = mark(self.root)

    def attempt(self, server: RegistryServer, day: Day, *, reload_at: int | None = None) -> bool:
        """Run `update` with random faults; return whether it succeeded."""
        draw, counts = self.draw, self.counts
        counts["nights begun"] += 1
        server.faults.clear()
        server.always = None
        faults = self._some_faults()
        if draw.random() < 0.08:
            always = draw.choice(list(FAULTS))
            server.always = FAULTS[always]
            faults = faults[: draw.randint(0, 6)]
            if always in {"too few", *FEWER}:
                faults = [None] * len(faults)
        if reload_at is not None:
            faults = faults or [None]
            reload_at = min(reload_at, len(faults) - 1)
            faults[reload_at] = self._reloading(day, faults[reload_at])
        way = draw.choice(["none", "none", "step", "step", "answer", "moment", "full", "limit"])
        before, was_unfinished = self._data(), is_unfinished(self.root / "data")
        child: list[int] = []
        if way == "answer":
            place = draw.randint(0, 9)
            faults += [None] * (place + 1 - len(faults))
            faults[place] = lambda answer: os.kill(child[0], signal.SIGKILL)
        server.faults.extend(faults)
        if way in ("none", "full"):
            ended = self._here(server, day, draw.randint(0, 14) if way == "full" else 10**9)
        else:
            ended = self._forked(server, day, way, child)
        counts[ended] += 1
        self.note()
        if ended == "refused" and not was_unfinished:
            assert self._data() == before, "half-written"
        if ended == "good":
            self.publish()
        return ended == "good"

    def _some_faults(self) -> list[Fault | None]:
        """Draw which of the first answers have a fault, and which."""
        draw = self.draw
        faults: list[Fault | None] = [None] * 14
        if draw.random() < 0.6:
            names = {
                place: draw.choice(draw.choice([list(FAULTS), SUBTLE]))
                for place in draw.sample(range(8), draw.randint(1, 4))
            }
            for place, name in names.items():
                # One study fewer and a count that is one too low are, together, a whole answer.
                if name != "too few" or not FEWER & set(names.values()):
                    faults[place] = FAULTS[name]
        return faults

    def _data(self) -> dict[str, bytes]:
        """Return data/ without the files that a killed process had only staged."""
        data = snapshot_of(self.root / "data")
        return {path: content for path, content in data.items() if not path.startswith(STAGE)}

    def _reloading(self, day: Day, fault: Fault | None) -> Fault:
        def reload(answer: Answer) -> None:
            if fault:
                fault(answer)
            load(answer.registry, day)

        return reload

    def _here(self, server: RegistryServer, day: Day, fatal: int) -> str:
        with _full_at(fatal):
            try:
                one_night(self.root, server, day, patience=0.2)
            except Refused as refused:
                self.counts["disk full"] += "No space left" in str(refused)
                return "refused"
        return "good"

    def _forked(self, server: RegistryServer, day: Day, way: str, child: list[int]) -> str:
        """Run `update` in a process that is killed in one of three ways, or can write little."""
        fatal = self.draw.choice([self.draw.randint(0, 15), self.draw.randint(0, 60)])
        size = self.draw.choice([0, 10, 200, 4000])
        moment = self.draw.uniform(0, 0.06)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 3
            try:
                os.read(reading, 1)
                if way == "step":
                    _die_at(self.root / "data", fatal)
                elif way == "limit":
                    _refuse_large(size)
                code = self._code_of_night(server, day)
            finally:
                os._exit(code)
        child.append(pid)
        os.write(writing, b"!")
        timer = threading.Timer(moment if way == "moment" else 60, os.kill, (pid, signal.SIGKILL))
        timer.start()
        _, status = os.waitpid(pid, 0)
        timer.cancel()
        os.close(reading)
        os.close(writing)
        if os.WIFSIGNALED(status):
            moments = {
                "step": "a step of its writing",
                "answer": "an answer",
                "moment": "any moment",
            }
            self.counts[f"killed at {moments.get(way, way)}"] += 1
            return "killed"
        code = os.WEXITSTATUS(status)
        assert code in (0, 1, 2), "the process failed in a way nobody planned"
        self.counts["disk full"] += code == 2
        return "good" if code == 0 else "refused"

    def _code_of_night(self, server: RegistryServer, day: Day) -> int:
        """Run `update`; return 0, or 2 where a file grew too large, or 1 where it refused."""
        try:
            one_night(self.root, server, day, patience=0.2)
        except Refused as refused:
            return 2 if "too large" in str(refused) else 1
        return 0

    def note(self) -> None:
        """Add the night of data/ to `happened`: once its list is written, moved or not."""
        data = self.root / "data"
        path = data / "registry.json"
        if is_unfinished(data):
            self.counts["killed while moving"] += 1
            staged = data / STAGE / "registry.json"
            path = staged if staged.exists() else path
        if path.exists():
            night = json.loads(path.read_bytes())
            latest = (night["checked"], night["data_timestamp"])
            if latest not in self.happened[-1:]:
                self.happened.append(latest)


@contextmanager
def quick(tmp: Path) -> Iterator[Path]:
    """Yield a folder in memory, if possible, with short pages and no flushing to disk.

    A killed process loses nothing that it wrote, and thousands of small files come and go.
    """
    memory = Path("/dev/shm")
    page_size, fsync = client.PAGE_SIZE, os.fsync
    client.PAGE_SIZE, os.fsync = 3, lambda fd: None
    most = client.MOST_RECEIVED, client.MOST_UNPACKED
    client.MOST_RECEIVED, client.MOST_UNPACKED = 1 << 20, 1 << 20
    try:
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp) as name:
            yield Path(name)
    finally:
        client.PAGE_SIZE, os.fsync = page_size, fsync
        client.MOST_RECEIVED, client.MOST_UNPACKED = most


def run_many(seed: int, times: int, tmp: Path) -> Counter[str]:
    """Compare disturbed runs of a story with quiet nights; return counts of what happened."""
    counts: Counter[str] = Counter()
    story = Story(seed)
    all_nights: tuple[Night, ...] = tuple((day.on, day.timestamp) for day in story.days)
    outcomes: dict[tuple[Night, ...], Outcome] = {}
    with quick(tmp) as folder:
        for turn in range(times):
            where = f"story {seed}, turn {turn}"
            run = Run(story, plant(folder / where), random.Random(where), counts)
            with RegistryServer() as server:
                server.match = lambda record, query: True
                if is_repeated := turn % 2 == 0:
                    run.again_each_night(server)
                else:
                    run.lost_nights(server)
            nights = tuple(run.happened)
            assert nights == all_nights or not is_repeated, where
            if nights not in outcomes:
                outcomes[nights] = undisturbed(story, nights, folder / "quiet")
            quiet = outcomes[nights]
            assert snapshot_of(run.root / "data") == quiet.data, where
            assert run.after.items() <= quiet.after.items(), where
            assert run.published <= quiet.published, where
            assert run.published == quiet.published or not is_repeated, where
            counts["combinations"] += 1
            counts["feed entries published"] += len(run.published)
    return counts
