"""What is new on channels: over HTTP and SMTP, night by night, whatever fails on the way."""

import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

import build
import monitor.reports.announce as announce_module
from monitor import website
from monitor.problems import Refused
from monitor.reports.announce import (
    AGAIN,
    NTFY_BYTES,
    Announcement,
    Item,
    announcements,
    text,
)
from tests.records import STATUS, Record, nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, night, tree, write

SCRIPT = PROJECT / ".github/scripts/announce.sh"


class Ntfy:
    """A server that takes messages and gives them back as ntfy does."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.resumed = threading.Event()
        self.answer = 200
        self.read_answer = 200
        self.is_stalled = False  # it takes messages and does not answer

    @contextmanager
    def running(self) -> Iterator["Ntfy"]:
        ntfy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if ntfy.answer == 200:
                    ntfy.messages.append(json.loads(body))
                    ntfy.tokens.append(self.headers.get("Authorization"))
                if ntfy.is_stalled:
                    ntfy.resumed.wait()
                self.send_response(ntfy.answer)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def do_GET(self) -> None:
                topic, _, asked = self.path[1:].partition("/")
                assert asked == "json?poll=1&since=all"
                kept = [one for one in ntfy.messages if one["topic"] == topic]
                body = "".join(f"{json.dumps(one)}\n" for one in kept).encode()
                self.send_response(ntfy.read_answer)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self.resumed.set()
            server.shutdown()
            server.server_close()

    def ids(self, topic: str) -> list[str]:
        """Return the ids of the trials in its messages, in order."""
        texts = [f"{m['title']}\n{m['message']}" for m in self.messages if m["topic"] == topic]
        return [nct_id for text in texts for nct_id in ids_in(text)]


def ids_in(text: str) -> list[str]:
    return [nct(number) for number in range(1, 60) if nct(number) in text]


@pytest.fixture
def ntfy() -> Iterator[Ntfy]:
    with Ntfy().running() as server:
        yield server


class Mailbox:
    """What an SMTP server took; `refuses` says whether it takes nothing."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuses = False

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "554 no"
        self.mails.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    address = f"mailto://127.0.0.1:{port}/?from=monitor@sender.example&to=reader@mail.example"
    yield box, f"{address}&mode=insecure&format=text"
    controller.stop()


def channels(ntfy: Ntfy, *rows: str) -> str:
    """Return content/site.yaml with channels: NAME FEED of ntfy, or NAME FEED mail."""
    lines = [f"{SITE}repository: https://github.com/someone/monitor", "channels:"]
    for row in rows:
        name, feed, *kind = row.split()
        lines += [f"  - name: {name}", f"    feed: {feed}"]
        lines += [] if kind else [f"    ntfy: {ntfy.url}", f"    topic: topic-{name}"]
    return "\n".join(lines) + "\n"


def paused(*numbers: int, status: str = "SUSPENDED") -> list[Record]:
    return [record(number, **{STATUS: status}) for number in numbers]


def announce(root: Path, *arguments: str) -> int:
    return build.main(["--root", str(root), "announce", *arguments])


@pytest.fixture
def root(tmp_path: Path, ntfy: Ntfy) -> Path:
    """Return a tree after a night on which two trials paused and one was retitled."""
    root = tree(tmp_path / "tree")
    rows = ("everything /", "major /feeds/major/", "results /leukemia/feeds/results/")
    write(root / "content/site.yaml", channels(ntfy, *rows))
    with RegistryServer(record(number) for number in (1, 2, 3)) as server:
        night(root, server, "2026-05-01")
        for one in paused(1, 2):
            server.put(one)
        retitled = {"identificationModule__officialTitle": "Renamed"}
        server.put(record(3, designModule__phases=["PHASE3"], **retitled))
        night(root, server, "2026-05-02")
    return root


def test_a_channel_gets_one_message_with_the_weightiest_first(root: Path, ntfy: Ntfy) -> None:
    assert announce(root) == 0
    everything, major = ntfy.messages  # nothing about results is new: no third message
    assert everything["topic"] == "topic-everything"
    assert everything["title"] == "Invented leukemia: 2 paused, 1 other change"
    lines = everything["message"].splitlines()
    assert [nct_id for line in lines for nct_id in map(nct, (1, 2, 3)) if nct_id in line] == [
        *(nct(1), nct(1), nct(2), nct(2), nct(3), nct(3)),  # title and link of each
    ]
    assert everything["click"] == "https://monitor.example/base/changes/"
    assert "Not medical advice" in everything["message"]
    assert nct(3) not in major["message"]


def test_nothing_is_sent_with_links_that_lead_nowhere(
    root: Path, ntfy: Ntfy, capsys: pytest.CaptureFixture[str]
) -> None:
    site = root / "content/site.yaml"
    write(site, re.sub("(?m)^url: .*\n", "", site.read_text("utf-8")))
    saved = root / "saved"
    for arguments, status in (
        (["--dry-run"], 0),
        (["--save", str(saved), "--channel", "major"], 1),
        ([], 1),
    ):
        assert announce(root, *arguments) == status
        assert "content/site.yaml has no url" in capsys.readouterr().err
    assert not saved.exists()
    assert ntfy.messages == []


def test_one_entry_is_the_message(root: Path, ntfy: Ntfy) -> None:
    write(root / "content/site.yaml", channels(ntfy, "phase /leukemia/feeds/design/"))
    assert announce(root) == 0
    (message,) = ntfy.messages
    assert (
        message["title"] == f"Phase: Phase 3 (was: Phase 2) (+1 change): Invented Study 3, {nct(3)}"
    )
    assert message["click"] == f"https://monitor.example/base/trials/{nct(3)}/#d2026-05-02"


def test_a_dry_run_prints_and_sends_nothing(
    root: Path, ntfy: Ntfy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert announce(root, "--dry-run", "--channel", "major") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# major: Invented leukemia: 2 paused\n")
    assert nct(1) in printed
    assert ntfy.messages == []


def test_since_a_day_or_a_quiet_night(root: Path, ntfy: Ntfy) -> None:
    assert announce(root, "--since", "2026-05-03") == 0
    assert ntfy.messages == []
    assert announce(root, "--since", "2026-05-02", "--channel", "major") == 0
    assert len(ntfy.messages) == 1


def test_a_reserved_topic_gets_its_token(
    root: Path, ntfy: Ntfy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOUNCE_ADDRESSES", "major tk_secret\n")
    assert announce(root) == 0
    assert ntfy.tokens == [None, "Bearer tk_secret"]


def test_an_entry_of_many_says_nothing_twice(root: Path, ntfy: Ntfy) -> None:
    assert announce(root) == 0
    lines = ntfy.messages[0]["message"].splitlines()
    at = next(n for n, line in enumerate(lines) if nct(3) in line)
    assert lines[at] == f"• Phase: Phase 3 (was: Phase 2) (+1 change): Invented Study 3, {nct(3)}"
    assert lines[at + 1].startswith("Phase: Phase 3 (was: Phase 2); Official title: Renamed")
    at = next(n for n, line in enumerate(lines) if nct(1) in line)
    assert lines[at : at + 2] == [
        f"• Paused (was: recruiting): Invented Study 1, {nct(1)}",
        "Paused (was: recruiting). No reason is given in our copy of the record. "
        "Invented leukemia · phase 2 · suspended · ages 18 to 75 years · Atlantis.",
    ]


def test_a_channel_of_one_disease_counts_for_that_one(tmp_path: Path, ntfy: Ntfy) -> None:
    root = tree(tmp_path / "tree")
    write(root / "content/diseases/another.md", DISEASE.replace("Invented leukemia", "Another"))
    write(root / "content/site.yaml", channels(ntfy, "one /leukemia/", "all /"))
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, designModule__phases=["PHASE3"]))
        server.put(*paused(2))
        night(root, server, "2026-05-02")
    assert announce(root) == 0
    one, every = ntfy.messages
    assert one["title"] == "Invented leukemia: 1 paused, 1 other change"
    assert every["title"] == "Another, Invented leukemia: 1 paused, 1 other change"
    title = f"• Phase: Phase 3 (was: Phase 2): Invented Study 1, {nct(1)}"
    assert f"{title}\nAnother · Invented leukemia · " in one["message"]


def test_mail_goes_by_smtp(
    root: Path, ntfy: Ntfy, mailbox: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, address = mailbox
    write(root / "content/site.yaml", channels(ntfy, "team / mail", "all /feeds/all/"))
    monkeypatch.setenv("ANNOUNCE_ADDRESSES", f"\nteam: {address}\n")
    assert announce(root) == 0
    (mail,) = box.mails
    assert "Subject: Invented leukemia: 2 paused, 1 other change" in mail
    assert "reader@mail.example" in mail
    for number in (1, 2, 3):
        assert f"https://monitor.example/base/trials/{nct(number)}/#d2026-05-02" in mail
    assert len(ntfy.messages) == 1


@pytest.mark.parametrize("fault", ["refuses", "nobody", "not-an-address", "missing"])
def test_a_channel_that_fails_fails_alone_and_gives_nothing_away(
    root: Path,
    ntfy: Ntfy,
    mailbox: tuple[Mailbox, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    box, address = mailbox
    box.refuses = True
    secret = "hunter2"
    addresses = {
        "refuses": address,
        "nobody": f"mailto://user:{secret}@127.0.0.1:9/?from=a@b.example&mode=insecure",
        "not-an-address": f"no://{secret}",
        "missing": "",
    }
    write(root / "content/site.yaml", channels(ntfy, "team / mail", "other /"))
    monkeypatch.setenv("ANNOUNCE_ADDRESSES", f"team {addresses[fault]}")
    assert announce(root) == 1
    printed = capfd.readouterr()
    assert printed.err.startswith("team: ")
    assert len(printed.err.splitlines()) == 1
    for words in (secret, "mail.example", "mailto"):
        assert words not in printed.err + printed.out
    assert len(ntfy.messages) == 1


def test_a_server_that_refuses_is_reported_by_its_name(
    root: Path, ntfy: Ntfy, capsys: pytest.CaptureFixture[str]
) -> None:
    ntfy.answer = 429
    assert announce(root, "--channel", "major") == 1
    assert capsys.readouterr().err == "major: 127.0.0.1 answered 429\n"


def test_an_unknown_channel_or_feed_or_revision_is_named(
    root: Path, ntfy: Ntfy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert announce(root, "--channel", "nobody") == 1
    assert "has no channel 'nobody'" in capsys.readouterr().err
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    assert announce(root, "--since", "no-such-revision") == 1
    assert "git ls-tree failed" in capsys.readouterr().err
    write(root / "content/site.yaml", channels(ntfy, "wrong /leukemia/feeds/nothing/"))
    with pytest.raises(Refused, match=r"channel 'wrong': there is no feed at /leukemia/feeds/noth"):
        website.build(root)
    twice = channels(ntfy, "same /", "same /feeds/all/")
    write(root / "content/site.yaml", twice)
    with pytest.raises(Refused, match="channels: two have the name 'same'"):
        website.build(root)


def test_the_registrys_words_call_nobody(tmp_path: Path, ntfy: Ntfy) -> None:
    root = tree(tmp_path / "tree")
    write(root / "content/site.yaml", channels(ntfy, "everything /"))
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        title = "@everyone <!channel> https://evil.example/"
        server.put(record(1, identificationModule__briefTitle=title))
        server.put(record(1, identificationModule__briefTitle=title, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
    assert announce(root) == 0
    (message,) = ntfy.messages
    words = message["title"] + message["message"]
    assert "@everyone" not in words
    assert "https://evil.example" not in words
    assert "everyone" in words


def announcement(count: int) -> Announcement:
    items = tuple(
        Item(
            nct(n),
            f"Ein Titel über Studie {n} " * 4 + nct(n),
            "Zusammenfassung " * 20,
            f"https://x/{n}",
        )
        for n in range(count)
    )
    return Announcement(
        "name", "", "", "Title", items, "https://x/changes/", ("Not medical advice",)
    )


@pytest.mark.parametrize("count", [1, 2, 8, 20, 60, 900])
def test_a_message_fits_and_says_how_many_there_are(count: int) -> None:
    body = text(announcement(count), NTFY_BYTES, lambda words: len(words.encode()))
    assert len(body.encode()) <= NTFY_BYTES
    assert body.endswith("Not medical advice")
    listed = body.count("•") or 1
    assert f"And {count - listed} more: https://x/changes/" in body or listed == count


def test_what_is_saved_is_what_is_sent(root: Path, ntfy: Ntfy, tmp_path: Path) -> None:
    (one,) = announcements(root, names=["major"])
    assert Announcement.load(one.dump()) == one
    assert announce(root, "--channel", "major", "--save", str(tmp_path / "saved")) == 0
    assert ntfy.messages == []
    assert announce(root, "--saved", str(tmp_path / "saved")) == 0
    assert len(ntfy.messages) == 1


# Nights, as the workflow runs them


class Repository:
    """A repository with a remote, whose nights are announced by the workflow's script."""

    def __init__(self, folder: Path, server: RegistryServer, ntfy: Ntfy, *rows: str) -> None:
        self.root = tree(folder / "clone")
        self.server, self.folder = server, folder
        published = channels(ntfy, *rows).replace(
            "monitor.example/base", "someone.github.io/monitor"
        )
        write(self.root / "content/site.yaml", published)
        shutil.copy(PROJECT / "build.py", self.root)
        write(self.root / ".gitignore", ".venv\n")
        self._executable(self.root / ".venv/bin/python", f'exec "{sys.executable}" "$@"\n')
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "HOME": str(folder),
            "PAUSE": "0",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "someone/monitor",
            "PLAN": str(folder / "plan"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self._executable(folder / "bin/git", KILLING.replace("GIT", shutil.which("git") or "git"))
        self.git("init", "--quiet", "--bare", str(folder / "origin"))
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "user.name", "Test")
        self.git("config", "user.email", "test@test.example")
        self.git("remote", "add", "origin", str(folder / "origin"))

    def _executable(self, path: Path, text: str) -> None:
        write(path, f"#!/usr/bin/env bash\n{text}")
        path.chmod(0o755)

    def git(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def night(self, on: str, **environment: str) -> None:
        """Check the registry, commit, push."""
        night(self.root, self.server, on)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", on, **environment)
        self.git("push", "--quiet", "origin", "main")

    def announce(self, kill: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script; `kill` is "before" or "after" and which of its pushes ends it."""
        (self.folder / "plan").write_text(kill)
        return subprocess.run(
            ["bash", str(SCRIPT), str(self.folder / "summary")],
            cwd=self.root,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()


KILLING = """
# git, but for the push that the plan names: "before 2" or "after 2" of those of one run
read -r when number < "$PLAN" || true
if [ "$1" = push ] && [ -n "${when:-}" ]; then
  echo "$when $((number - 1))" > "$PLAN"
  if [ "$number" = 1 ]; then
    if [ "$when" = after ]; then "GIT" "$@"; fi
    kill -9 "$PPID"
    exit 1
  fi
fi
exec "GIT" "$@"
"""


@pytest.fixture
def repository(tmp_path: Path, ntfy: Ntfy) -> Iterator[Repository]:
    with RegistryServer(record(number) for number in range(1, 30)) as server:
        clone = Repository(tmp_path, server, ntfy, "everything /")
        clone.night("2026-05-01")
        clone.announce()
        yield clone


def test_each_entry_is_sent_once(repository: Repository, ntfy: Ntfy) -> None:
    assert ntfy.messages == []  # a channel begins with the log as it is
    for one in paused(1, 2):
        repository.server.put(one)
    repository.night("2026-05-02")
    for _ in range(2):  # the job is run again
        repository.announce()
        assert ntfy.ids("topic-everything") == [nct(1), nct(2)]
    assert "everything: nothing new" in repository.summary


@pytest.mark.soak
def test_each_entry_is_sent_once_whatever_is_run_again(repository: Repository, ntfy: Ntfy) -> None:
    for one in paused(1, 2):
        repository.server.put(one)
    repository.night("2026-05-02")
    repository.announce()
    for one in paused(3):  # the night is run again, and brings more
        repository.server.put(one)
    repository.server.put(record(1, **{STATUS: "SUSPENDED", "designModule__phases": ["PHASE3"]}))
    repository.night("2026-05-02")
    repository.announce()
    assert ntfy.ids("topic-everything") == [nct(1), nct(2), nct(3)]
    repository.night("2026-05-03")  # a quiet one
    repository.announce()
    assert ntfy.ids("topic-everything") == [nct(1), nct(2), nct(3)]


@pytest.mark.soak
def test_a_failing_channel_is_tried_again_the_next_night_alone(
    tmp_path: Path, ntfy: Ntfy, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    with RegistryServer(record(number) for number in (1, 2)) as server:
        repository = Repository(tmp_path, server, ntfy, "team / mail", "everything /")
        secret = {"ANNOUNCE_ADDRESSES": f"team {address}"}
        repository.night("2026-05-01")
        repository.announce(**secret)
        box.refuses = True
        server.put(*paused(1))
        repository.night("2026-05-02")
        repository.announce(**secret)
        assert "team: failed, and the next run tries again" in repository.summary
        box.refuses = False
        server.put(*paused(2))
        repository.night("2026-05-03")
        ran = repository.announce(**secret)
    (mail,) = box.mails
    assert nct(1) in mail
    assert nct(2) in mail
    assert [nct(n) in ntfy.messages[1]["message"] for n in (1, 2)] == [False, True]
    assert "mail.example" not in ran.stdout + ran.stderr + repository.summary


@pytest.mark.soak
def test_nights_with_kills_send_nothing_twice_and_lose_nothing(
    tmp_path: Path, ntfy: Ntfy, mailbox: tuple[Mailbox, str]
) -> None:
    """Pushes of a run: for each channel with news, one before its message and one after it."""
    box, address = mailbox
    seed = random.Random(18)
    kills = [f"{when} {push}" for when in ("before", "after") for push in range(1, 7)]
    addresses = {"ANNOUNCE_ADDRESSES": f"team {address}"}
    rows = ("everything /", "team / mail", "major /feeds/major/")
    with RegistryServer(record(number) for number in range(1, 30)) as server:
        repository = Repository(tmp_path, server, ntfy, *rows)
        repository.night("2026-05-01")
        repository.announce(**addresses)
        for day in range(2, 14):
            for one in paused(2 * day, 2 * day + 1):
                server.put(one)
            repository.night(f"2026-05-{day:02}")
            repository.announce(kill=seed.choice([*kills, ""]), **addresses)
            if seed.random() < 0.3:
                repository.announce(kill=seed.choice(kills), **addresses)
        server.put(*paused(29))
        repository.night("2026-05-14")
        for _ in range(2):
            repository.announce(**addresses)
    paused_trials = [nct(number) for number in (*range(4, 28), 29)]
    for topic in ("topic-everything", "topic-major"):
        assert ntfy.ids(topic) == paused_trials
    certain, doubtful = mailed(box)
    assert set(Counter(certain).values()) == {1}
    assert sorted({*certain, *doubtful}) == paused_trials
    assert set(doubtful) < set(paused_trials)


def mailed(box: Mailbox) -> tuple[list[str], list[str]]:
    """Return the ids of the trials that mails have as new, and as sent again."""
    bodies = [message_from_string(mail).get_payload(decode=True) for mail in box.mails]
    parts = [body.decode().partition(AGAIN) for body in bodies if isinstance(body, bytes)]
    new, _, again = zip(*parts, strict=True)
    return [i for part in new for i in ids_in(part)], [i for part in again for i in ids_in(part)]


@pytest.mark.soak
@pytest.mark.parametrize("place", ["before 2", "after 1"])
def test_ntfy_is_asked_for_a_message_after_a_kill(
    repository: Repository, ntfy: Ntfy, place: str
) -> None:
    """Killed between the message and its mark, and between the mark and the message."""
    repository.server.put(*paused(1))
    repository.night("2026-05-02")
    assert repository.announce(kill=place).returncode != 0
    assert ntfy.ids("topic-everything") == ([nct(1)] if place == "before 2" else [])
    for _ in range(2):
        repository.announce()
        assert ntfy.ids("topic-everything") == [nct(1)]
    answer = "yes" if place == "before 2" else "no"
    assert f"everything: the last run ended before its answer. In the topic: {answer}" in (
        repository.summary
    )
    assert repository.git("ls-remote", "origin", "refs/announcing/*") == ""


@pytest.mark.soak
@pytest.mark.parametrize("why", ["forbidden", "expired"])
def test_a_message_that_ntfy_cannot_tell_of_is_sent_again_apart(
    repository: Repository, ntfy: Ntfy, why: str
) -> None:
    """Its topic can't be read, or it keeps no message that long."""
    repository.server.put(*paused(1))
    on = {"GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z"} if why == "expired" else {}
    repository.night("2026-05-02", **on)
    repository.announce(kill="before 2")
    if why == "expired":
        ntfy.messages.clear()
    else:
        ntfy.read_answer = 403
    repository.server.put(*paused(2))
    repository.night("2026-05-03", **on)
    repository.announce()
    body = [m for m in ntfy.messages if m["topic"] == "topic-everything"][-1]["message"]
    new, _, again = body.partition(AGAIN)
    assert ids_in(new) == [nct(2)]
    assert ids_in(again) == [nct(1)]
    repository.server.put(*paused(3))
    repository.night("2026-05-04")
    repository.announce()
    assert ids_in(ntfy.messages[-1]["message"]) == [nct(3)]


@pytest.mark.soak
def test_a_mail_that_may_be_lost_is_in_the_next_one_apart(
    tmp_path: Path, ntfy: Ntfy, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    secret = {"ANNOUNCE_ADDRESSES": f"team {address}"}
    with RegistryServer(record(number) for number in range(1, 5)) as server:
        repository = Repository(tmp_path, server, ntfy, "team / mail")
        repository.night("2026-05-01")
        repository.announce(**secret)
        server.put(*paused(1))
        repository.night("2026-05-02")
        repository.announce(kill="after 1", **secret)
        assert box.mails == []
        server.put(*paused(2))
        repository.night("2026-05-03")
        for _ in range(2):
            repository.announce(**secret)
            assert mailed(box) == ([nct(2)], [nct(1)])
        server.put(*paused(3))
        repository.night("2026-05-04")
        repository.announce(kill="before 2", **secret)
        repository.announce(**secret)  # nothing else is new
        assert mailed(box) == ([nct(2), nct(3)], [nct(1), nct(3)])
    assert "Subject: Perhaps sent before: Paused (was: recruiting)" in box.mails[-1]


def test_a_server_that_takes_a_message_and_never_answers_is_asked_later(
    root: Path, ntfy: Ntfy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(announce_module, "TIMEOUT", (10, 0.1))
    ntfy.is_stalled = True
    with pytest.raises(SystemExit, match="3"):
        announce(root, "--channel", "major", "--mark", "0123456789ab")
    assert capsys.readouterr().err == "major: 127.0.0.1 did not answer in time\n"
    assert announce(root, "--channel", "major", "--arrived", "0123456789ab") == 0
    assert capsys.readouterr().out == "yes\n"


def test_a_pull_request_and_a_fork_send_nothing(repository: Repository, ntfy: Ntfy) -> None:
    repository.server.put(*paused(1))
    repository.night("2026-05-02")
    assert repository.announce(GITHUB_EVENT_NAME="pull_request").returncode == 1
    assert repository.announce(GITHUB_REPOSITORY="fork/r").returncode == 0
    assert "https://github.com/fork/r is not the repository" in repository.summary
    assert ntfy.messages == []
