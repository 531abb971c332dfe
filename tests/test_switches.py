"""Each switch of GitHub's that is wrong, in turn: what somebody reads, and where it leads.

Also what else is said to a person whose push, publication or source is refused.
"""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests import rehearsal
from tests.conftest import sampled
from tests.github import Machine, commit, git
from tests.records import record
from tests.registry_server import RegistryServer
from tests.switch_cases import CASES, REFUSALS
from tests.trees import PROJECT, SITE, write

SCRIPTS = PROJECT / ".github/scripts"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with RegistryServer([record(1)]) as server:
        yield Machine(tmp_path, server)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Machine]:
    """Yield a machine whose repository has the scripts of the workflows and no program."""
    seed = tmp_path / "seed"
    shutil.copytree(PROJECT / ".github", seed / ".github")
    write(seed / "content/site.yaml", SITE)
    with RegistryServer() as server:
        yield Machine(tmp_path, server, seed)


@pytest.mark.parametrize("name", sampled(CASES, 1))
def test_a_switch_that_is_wrong_is_said_first(gate: Machine, name: str) -> None:
    case = CASES[name]
    gate.set(case)
    where = gate.clone("--depth=1")
    for path, text in case.files.items():
        write(where / path, text)
    for job in ("night", "publish"):
        status, reason, summary = gate.preflight(job, where, case.variables)
        said = reason if status else summary
        assert status == (job in case.stops.split()), said
        if status or job == "publish":
            assert said.removeprefix("### Switches to look at\n\n- ").startswith(case.words), said
            assert f"/docs/OPERATIONS.md#{case.step})" in said


def test_a_private_repository_without_pages_is_reported_what_that_costs(gate: Machine) -> None:
    gate.switch("", private=True)
    gate.set(CASES["Pages is off"])
    _, reason, _ = gate.preflight("publish", gate.clone("--depth=1"))
    assert "The repository is private: Pages then needs a paid plan" in reason


def test_where_all_is_well_nothing_is_said(gate: Machine) -> None:
    where = gate.clone("--depth=1")
    for job in ("night", "publish"):
        assert gate.preflight(job, where) == (0, "", "")


def test_where_github_does_not_answer_nothing_is_stopped(gate: Machine) -> None:
    gate.change(api={"pages": {"message": "Server Error", "status": "502"}})
    assert gate.preflight("publish", gate.clone("--depth=1")) == (0, "", "")


def test_every_place_that_words_lead_to_is_in_the_guide() -> None:
    headings = re.findall(r"(?m)^#+ (.+)$", (PROJECT / "docs/OPERATIONS.md").read_text("utf-8"))
    code = (SCRIPTS / "switches.py").read_text("utf-8")
    steps = set(re.findall(r'Missing\(words, "([^"]+)"', code))
    assert len(steps) >= 5
    assert steps <= set(headings)
    said = "".join(path.read_text("utf-8") for path in SCRIPTS.glob("*.sh"))
    for number in re.findall(r"docs/OPERATIONS\.md, step (\d+)", said):
        assert any(heading.startswith(f"{number}. ") for heading in headings), number


# A push that is refused


@pytest.mark.parametrize("git_says", sampled(REFUSALS, 1))
def test_a_refused_push_is_reported_by_its_reason(gate: Machine, git_says: str) -> None:
    gate.refuse_pushes(git_says)
    done = gate.push_of_a_night()
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("The push was refused")]
    assert REFUSALS[git_says] in line
    assert git_says[:40] in done.stdout + done.stderr


def test_a_run_from_a_tag_is_reported_so(gate: Machine) -> None:
    done = gate.push_of_a_night(detached=True)
    assert done.returncode == 1
    assert "This run is of a tag or of a commit, to which nobody can push" in done.stderr


# Sources, and ids


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers each address with the status that its path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.soak
def test_sources_that_are_gone_are_listed(tmp_path: Path, pages: str) -> None:
    wanted = (200, 206, 403, 404, 410, 429, 503)
    lines = [f"s{status}:\n  title: A\n  url: {pages}/{status}\n" for status in wanted]
    quoted = "nobody:\n  url: 'http://127.0.0.1:9/'\n"
    write(tmp_path / "sources.yaml", "# What we read\n\n" + "\n".join(lines) + quoted)
    done = subprocess.run(
        [SCRIPTS / "sources.sh", "sources.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PAUSE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    assert listed == [
        f"- `s404` (`sources.yaml`, line 17) answers 404: `{pages}/404`",
        f"- `s410` (`sources.yaml`, line 21) answers 410: `{pages}/410`",
        "- `nobody` (`sources.yaml`, line 31) does not answer: `http://127.0.0.1:9/`",
    ]
    assert done.stderr == "8 addresses asked, 3 do not answer\n"


def test_the_sources_of_this_project_are_all_seen() -> None:
    """The script reads the file by its lines; this, by its meaning."""
    path = PROJECT / "content/sources.yaml"
    code = (SCRIPTS / "sources.sh").read_text("utf-8")
    program = re.search(r"awk '(.*?)' \"\$file\"", code, re.DOTALL)
    assert program
    done = subprocess.run(
        ["awk", program[1], path], capture_output=True, text=True, check=True
    ).stdout
    seen = {line.split()[0]: line.split()[2] for line in done.splitlines()}
    known = yaml.safe_load(path.read_text("utf-8"))
    assert seen == {key: source["url"] for key, source in known.items()}
    assert len(seen) > 50


@pytest.fixture
def published(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a published website: the folder `published` below tmp_path."""
    (tmp_path / "published").mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "published"))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (None, 0),
        ("<id>tag:somebody.github.io,2026:feed:/</id>", 0),
        ("<id>https://another.program/</id>", 0),
        ("<id>tag:old.example.org,2025:feed:/</id>", 1),
    ],
)
def test_a_publication_that_would_give_new_ids_is_stopped(
    tmp_path: Path, published: str, before: str | None, status: int
) -> None:
    write(tmp_path / "site/feed.xml", "<feed><id>tag:somebody.github.io,2026:feed:/</id></feed>")
    if before:
        write(tmp_path / "published/feed.xml", f"<feed>{before}</feed>")
    done = subprocess.run(
        [SCRIPTS / "same-ids.sh", published],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    if status:
        assert "`id_host: old.example.org` and `began: 2025`" in done.stderr


# A night whose publication an edit took the place of


@pytest.mark.soak
def test_a_night_that_waits_behind_an_edit_is_no_failure(machine: Machine) -> None:
    assert machine.run("nightly", "2026-05-01", only=("update",)).is_good
    edit = {"createdAt": "2026-05-02T11:40:00Z", "status": "in_progress", "conclusion": ""}
    for run, failed in (
        ([edit], False),
        ([{**edit, "status": "completed", "conclusion": "success"}], False),
        ([{**edit, "status": "completed", "conclusion": "failure"}], True),
        ([{**edit, "createdAt": "2026-05-02T11:00:00Z"}], True),
        ([], True),
    ):
        machine.change(runs=run, open={})
        night = machine.run(
            "nightly", "2026-05-02", only=("update", "publish", "issue"), cancelled=("publish",)
        )
        assert night.results["issue"] == "success", night.output
        assert (machine.gh["open"] != {}) == failed, run


# Another name for the default branch, a repository that was renamed


@pytest.mark.soak
def test_any_default_branch_is_checked_and_published(tmp_path: Path) -> None:
    with RegistryServer([record(1)]) as server:
        machine = Machine(tmp_path, server, branch="trunk/1")
        machine.change(api={**machine.gh["api"], "rules/branches/trunk/1": []})
        run = machine.night("2026-05-01")
        assert run.is_good, run.output
        assert run.clone
        page = (run.clone / "site/leukemia/index.html").read_text("utf-8")
        assert "https://github.com/somebody/monitor/edit/trunk/1/content/diseases/" in page
        for workflow in ("check", "publish"):
            for branch, ended in (("trunk/1", "success"), ("main", "skipped")):
                event = {"before": "0" * 40, "repository": {"default_branch": "trunk/1"}}
                github = {"event_name": "push", "ref_name": branch, "event": event, "token": "t"}
                only = ("scope", "build")
                done = machine.run(workflow, "", {"github": github}, only, machine.clone())
                assert set(done.results.values()) == {ended}, done.output


@pytest.mark.soak
def test_without_issues_a_good_night_is_good(machine: Machine) -> None:
    machine.switch("", has_issues=False)
    run = machine.night("2026-05-01")
    assert run.is_good, run.output
    assert not [call for call in machine.gh["calls"] if call[0] == "issue"]
    assert "Issues are off" in run.summary


def test_a_first_commit_and_a_queue_have_something_before_them(tmp_path: Path) -> None:
    """before.sh alone, on a branch with one commit."""
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "One")
    known = {"MERGE_BASE": "", "PUSHED_ONTO": "0" * 40}
    for event in ("push", "pull_request", "merge_group", "workflow_dispatch"):
        done = subprocess.run(
            [SCRIPTS / "before.sh"],
            cwd=tmp_path,
            env={**os.environ, **known, "GITHUB_EVENT_NAME": event},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "HEAD\n"
        assert json.dumps(done.stderr) == '""'


@pytest.mark.soak
def test_the_rehearsal_goes_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a rehearsal"
    monkeypatch.setattr(rehearsal, "FOLDER", folder)
    monkeypatch.setattr(rehearsal, "MARK", folder / ".rehearsal")
    for _ in range(2):  # again, in the place of the first
        assert rehearsal.main() == 0
        assert capsys.readouterr().out.endswith(f"Open {folder / 'site' / 'index.html'}\n")
        assert (folder / "site/index.html").exists()
    write(tmp_path / "other/file", "")
    monkeypatch.setattr(rehearsal, "FOLDER", tmp_path / "other")
    monkeypatch.setattr(rehearsal, "MARK", tmp_path / "other/.rehearsal")
    assert rehearsal.main() == 1
    assert (tmp_path / "other/file").exists()
