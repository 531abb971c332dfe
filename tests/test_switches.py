"""Each switch of GitHub's that is wrong, in turn: what somebody reads, and where it leads.

Also what else is said to a person whose push, publication or source is refused.
"""

import http.server
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github import Machine, commit, git
from tests.records import record
from tests.registry_server import RegistryServer
from tests.trees import PROJECT, write

SCRIPTS = PROJECT / ".github/scripts"
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"

Switch = tuple[str, dict[str, Any]]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with RegistryServer([record(1)]) as server:
        yield Machine(tmp_path, server)


def preflight(machine: Machine, job: str, where: Path, **environment: str) -> tuple[int, str, str]:
    """The first step of a job, as its workflow runs it: status, reason, summary."""
    files = {key: machine.folder / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    known = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "somebody/monitor",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GH_STATE": str(machine.state),
        "PATH": f"{machine.folder / 'bin'}:{os.environ['PATH']}",
        **{key: str(path) for key, path in files.items()},
    }
    done = subprocess.run(
        [".github/scripts/say-why.sh", ".github/scripts/preflight.sh", job],
        cwd=where,
        env={**os.environ, **known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    reason = files["GITHUB_OUTPUT"].read_text().removeprefix("reason=").strip()
    return done.returncode, reason, files["GITHUB_STEP_SUMMARY"].read_text()


PAGES_OFF = "GitHub Pages is off: “Settings”, “Pages”, “Source”: “GitHub Actions”"
STOPPING: dict[str, tuple[str, str, Switch | None, dict[str, str], str]] = {
    # name: (jobs, step of the guide, what is switched, the run's variables, words)
    "Pages off": ("publish", "4-pages", ("pages", {}), {}, PAGES_OFF),
    "private": (
        *("publish", "4-pages", ("", {"private": True})),
        *({}, f"{PAGES_OFF}. The repository is private: Pages then needs a paid plan"),
    ),
    "Pages of a branch": (
        *("publish", "4-pages", ("pages", {"build_type": "legacy"})),
        *({}, "GitHub Pages publishes a branch: “Settings”, “Pages”, “Source”: “GitHub Actions”"),
    ),
    "archived": (
        *("night publish", "1-fork", ("", {"archived": True})),
        *({}, "The repository is archived: “Settings”, “Danger Zone”"),
    ),
    "a tag": (
        *("night publish", "9-the-first-night", None),
        {"GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"},
        "This run is of the tag v1: choose main under “Run workflow”",
    ),
    "another branch": (
        *("night publish", "9-the-first-night", None),
        {"GITHUB_REF_NAME": "try"},
        "This run is of the branch try: choose main under “Run workflow”",
    ),
    "LFS": (
        *("night publish", "1-fork", None, {}),
        "content/pages/about.md (1 such files in all) is a pointer of Git LFS, not the file",
    ),
}


@pytest.mark.parametrize("name", STOPPING)
def test_a_switch_that_stops_a_job_is_said_first(machine: Machine, name: str) -> None:
    jobs, step, switch, environment, words = STOPPING[name]
    where = machine.clone("--depth=1")
    if switch:
        machine.switch(switch[0], **switch[1])
    if name in ("Pages off", "private"):
        api = machine.gh["api"]
        del api["pages"]
        machine.change(api=api)
    if name == "LFS":
        write(where / "content/pages/about.md", LFS)
    for job in ("night", "publish"):
        status, reason, _ = preflight(machine, job, where, **environment)
        assert status == (job in jobs.split()), reason
        if status:
            assert reason.startswith(words), reason
            assert f"/docs/OPERATIONS.md#{step})" in reason


NOTED: dict[str, tuple[str, str, Any, str]] = {
    "no Issues": (
        *("5-issues", "", {"has_issues": False}),
        "Issues are off, so nobody hears of a night that fails: “Settings”, “General”",
    ),
    "no schedule in a fork": (
        *("2-actions", "actions/workflows/nightly.yml", {"state": "disabled_fork"}),
        "Nights are switched off (disabled_fork): “Actions”, “Nightly”, “Enable workflow”",
    ),
    "no schedule after 60 days": (
        *("2-actions", "actions/workflows/nightly.yml", {"state": "disabled_inactivity"}),
        "Nights are switched off (disabled_inactivity)",
    ),
    "protected": (
        *("9-the-first-night", "rules/branches/main", [{"type": "pull_request"}]),
        "main is protected (changes need a pull request): nights need “GitHub Actions” on the",
    ),
    "private, with Pages": (
        *("4-pages", "", {"private": True}),
        "The repository is private, and the site is public: everybody can read it",
    ),
}


@pytest.mark.parametrize("name", NOTED)
def test_a_switch_that_is_missed_later_is_a_note(machine: Machine, name: str) -> None:
    step, path, value, words = NOTED[name]
    api = machine.gh["api"]
    api[path] = {**api[path], **value} if isinstance(value, dict) else value
    machine.change(api=api)
    status, reason, summary = preflight(machine, "publish", machine.clone("--depth=1"))
    assert (status, reason) == (0, "")
    assert words in summary
    assert f"/docs/OPERATIONS.md#{step})" in summary


def test_where_all_is_well_nothing_is_said(machine: Machine) -> None:
    where = machine.clone("--depth=1")
    for job in ("night", "publish"):
        assert preflight(machine, job, where) == (0, "", "")


def test_where_github_does_not_answer_nothing_is_stopped(machine: Machine) -> None:
    machine.change(api={"pages": {"message": "Server Error", "status": "502"}})
    assert preflight(machine, "publish", machine.clone("--depth=1")) == (0, "", "")


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


REFUSALS = {
    "GH006: Protected branch update failed for refs/heads/main.": "main is protected",
    "GH013: Repository rule violations found for refs/heads/main.": "main is protected",
    "error: GH001: Large files detected. You may want to try Git Large File": "larger than GitHub",
    "error: File data/a.json is 101.00 MB; this exceeds GitHub's file size limit": "larger than",
    "fatal: pack exceeds maximum allowed size (2.00 GiB)": "larger than GitHub takes",
    "Permission to somebody/monitor.git denied to github-actions[bot].": "may not write to main",
    "Write access to repository not granted.": "may not write to main",
    "This repository was archived so it is read-only.": "the repository is archived",
    "something that nobody has seen before": "three times, and nobody pushed meanwhile. Git says:",
}


@pytest.mark.parametrize("git_says", REFUSALS)
def test_a_refused_push_is_told_by_its_reason(machine: Machine, git_says: str) -> None:
    hook = machine.remote / "hooks/pre-receive"
    write(hook, f'#!/bin/sh\necho "{git_says}" >&2\nexit 1\n')
    hook.chmod(0o755)
    where = machine.clone("--depth=1")
    git(where, "config", "user.name", "A")
    git(where, "config", "user.email", "a@example.org")
    write(where / "data/registry.json", "{}")
    done = nightly(machine, where, "#!/bin/sh\nexit 0\n")
    assert done.returncode == 1
    assert REFUSALS[git_says] in done.stderr
    assert done.stderr.splitlines()[-1].startswith("The push was refused")
    assert git_says[:40] in done.stdout + done.stderr


def test_a_run_from_a_tag_is_told_so(machine: Machine) -> None:
    where = machine.clone()
    git(where, "checkout", "--quiet", "--detach")
    done = nightly(machine, where, "#!/bin/sh\nexit 0\n")
    assert done.returncode == 1
    assert "This run is of a tag or of a commit, to which nobody can push" in done.stderr


def nightly(machine: Machine, where: Path, python: str) -> subprocess.CompletedProcess[str]:
    """nightly.sh with another program in the place of Python."""
    write(where / ".venv/bin/python", python)
    write(machine.folder / "message", "A night")
    return subprocess.run(
        [".github/scripts/nightly.sh", machine.folder / "message", machine.folder / "summary"],
        cwd=where,
        env={**os.environ, "PAUSE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


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
    """A website that is published: its root is `published` below tmp_path."""
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
