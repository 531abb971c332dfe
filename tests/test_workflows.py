"""The workflows' own steps, run as GitHub would: a clone, a remote, a registry, a false `gh`."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import website
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, log, snapshot_of, tree, write

GH = """import json, os, sys
path = os.environ["GH_STATE"]
state = json.load(open(path))
state["calls"].append(sys.argv[1:])
match sys.argv[1:3]:
    case ["issue", "list"]:
        found = [n for n, title in state["open"].items() if title == os.environ["TITLE"]]
        print(*found[:1])
    case ["issue", "create"]:
        state["open"][str(len(state["calls"]))] = sys.argv[sys.argv.index("--title") + 1]
    case ["issue", "close"]:
        del state["open"][sys.argv[3]]
    case ["release", "view"]:
        if sys.argv[3] not in state["releases"]:
            sys.exit(1)
    case ["release", "create"]:
        notes = open(sys.argv[sys.argv.index("--notes-file") + 1]).read()
        state["releases"][sys.argv[3]] = notes
json.dump(state, open(path, "w"))
"""


WAITING = """#!/bin/sh
"{python}" "$@" || exit
if [ "$2" = update ] && [ -e "{folder}/wait" ]; then
  mv "{folder}/wait" "{folder}/asked"
  until [ -e "{folder}/go" ]; do sleep 0.05; done
fi
"""
"""Python; where a test says so, it waits once between the asking and the pushing."""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


class Machine:
    """What GitHub gives a run: a clone of the remote for each job, files, variables, `gh`."""

    def __init__(self, folder: Path, registry: RegistryServer) -> None:
        self.folder = folder
        self.registry = registry
        self.remote = folder / "remote.git"
        self.state = folder / "gh.json"
        self.state.write_text(json.dumps({"calls": [], "open": {}, "releases": {}}))
        write(folder / "gh.py", GH)
        write(folder / "bin/gh", f'#!/bin/sh\nexec "{sys.executable}" "{folder}/gh.py" "$@"\n')
        (folder / "bin/gh").chmod(0o755)
        seed = tree(folder / "seed")
        for name in ("build.py", "Makefile", "requirements.lock", ".gitattributes", ".gitignore"):
            shutil.copy(PROJECT / name, seed / name)
        for name in ("monitor", ".github"):
            shutil.copytree(
                PROJECT / name, seed / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        git(seed, "init", "--quiet", "--initial-branch=main")
        self.commit(seed, "A tree")
        git(seed, "remote", "add", "origin", str(self.remote))
        git(seed, "push", "--quiet", "origin", "main")
        self.seed = seed
        self.clones = 0

    def commit(self, folder: Path, message: str) -> None:
        git(folder, "config", "user.name", "Somebody")
        git(folder, "config", "user.email", "somebody@example.org")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message", message)

    def clone(self) -> Path:
        self.clones += 1
        made = self.folder / f"clone {self.clones}"
        git(self.folder, "clone", "--quiet", str(self.remote), str(made))
        write(made / ".venv/bin/python", WAITING.format(python=sys.executable, folder=self.folder))
        (made / ".venv/bin/python").chmod(0o755)
        for name in ("made", "site.done"):
            write(made / ".venv" / name, "")
        return made

    def push_meanwhile(self, path: str, text: str) -> None:
        """Somebody else's commit, on top of the remote."""
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        git(self.folder, "clone", "--quiet", str(self.remote), str(other))
        write(other / path, text)
        self.commit(other, f"Edit {path}")
        git(other, "push", "--quiet", "origin", "main")

    def run(self, workflow: str, job: str, today: str, **given: str) -> tuple[int, str, Path]:
        """The `run` steps of a job in order, until one fails: (status, output, the clone)."""
        steps = load(workflow)["jobs"][job]["steps"]
        where = self.clone()
        output = ""
        for step in steps:
            if "run" not in step:
                continue
            known = {**CONTEXT, **given}
            values = {name: known.get(value, value) for name, value in step.get("env", {}).items()}
            if "${{" in step.get("if", "") and known.get(step["if"]) != "true":
                continue
            environment = {
                **os.environ,
                **values,
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "GH_STATE": str(self.state),
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                "MONITOR_REGISTRY": self.registry.base_url,
                "TODAY": today,
            }
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=where,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            output += done.stdout + done.stderr
            if done.returncode:
                return done.returncode, output, where
        return 0, output, where

    @property
    def gh(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.state.read_text())
        return found

    def tell(self, today: str, update: str, publish: str) -> None:
        status, output, _ = self.run(
            "nightly",
            "tell",
            today,
            **{
                "${{ needs.update.result }}": update,
                "${{ needs.publish.result }}": publish,
                "${{ needs.update.result == 'success' }}": str(update == "success").lower(),
            },
        )
        assert status == 0, output


CONTEXT = {
    "${{ github.token }}": "token",
    "${{ inputs.accept_shrinkage }}": "",
    "${{ steps.pages.outputs.base_url }}": "https://monitor.example/base",
    "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}": "RUN",
}


def load(workflow: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (PROJECT / f".github/workflows/{workflow}.yml").read_text()
    )
    return found


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with RegistryServer(record(number) for number in (1, 2)) as server:
        yield Machine(tmp_path, server)


def at_remote(machine: Machine) -> Path:
    where = machine.folder / "at remote"
    shutil.rmtree(where, ignore_errors=True)
    git(machine.folder, "clone", "--quiet", str(machine.remote), str(where))
    return where


def assert_built_from_remote(machine: Machine, clone: Path) -> None:
    built = {p: b for p, b in snapshot_of(clone / "site").items() if p != ".manifest"}
    assert built == website.build(at_remote(machine))


def test_a_night_commits_what_changed_and_builds_what_was_pushed(machine: Machine) -> None:
    status, output, clone = machine.run("nightly", "update", "2026-05-01")
    assert status == 0, output
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    status, output, clone = machine.run("nightly", "update", "2026-05-02")
    assert status == 0, output
    subjects = git(machine.remote, "log", "--format=%s", "main").splitlines()
    assert subjects == [
        "1 trial changed (1 major): 2 trials seen",
        "Baseline: 2 trials seen, nothing to compare with",
        "A tree",
    ]
    assert f"{nct(1)}: Paused" in git(machine.remote, "log", "-1", "--format=%b", "main")
    assert "1 trial changed" in (machine.folder / "summary").read_text()
    assert_built_from_remote(machine, clone)


def run_while(machine: Machine, today: str, act: Callable[[], object]) -> tuple[int, str, Path]:
    """A night, and something that happens after it has asked and before it pushes."""
    write(machine.folder / "wait", "")
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(machine.run, "nightly", "update", today)
        while not (machine.folder / "asked").exists() and not run.done():
            time.sleep(0.05)
        try:
            act()
        finally:
            write(machine.folder / "go", "")
        return run.result(timeout=120)


def test_a_text_that_is_edited_meanwhile_is_kept_and_built(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    edited = DISEASE.replace("Text in", "A better text in")
    path = "content/diseases/leukemia.md"
    status, output, clone = run_while(
        machine, "2026-05-02", lambda: machine.push_meanwhile(path, edited)
    )
    assert status == 0, output
    remote = at_remote(machine)
    assert "A better text" in (remote / "content/diseases/leukemia.md").read_text()
    assert [change.kind for change in log(remote)] == ["status"]
    assert "A better text" in (clone / "site/leukemia/index.html").read_text()
    assert_built_from_remote(machine, clone)


def test_another_night_meanwhile_logs_each_change_once(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))

    def another() -> None:
        status, output, _ = machine.run("nightly", "update", "2026-05-02")
        assert status == 0, output
        machine.registry.put(record(2, statusModule__overallStatus="COMPLETED"))

    status, output, clone = run_while(machine, "2026-05-02", another)
    assert status == 0, output
    told = [(change.nct_id, change.new) for change in log(at_remote(machine))]
    assert told == [(nct(1), "SUSPENDED"), (nct(2), "COMPLETED")]
    assert_built_from_remote(machine, clone)


def test_a_force_push_meanwhile_is_where_the_night_begins_again(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))

    def rewrite() -> None:
        machine.commit(machine.seed, "Another history")
        git(machine.seed, "push", "--quiet", "--force", "origin", "main")

    status, output, clone = run_while(machine, "2026-05-02", rewrite)
    assert status == 0, output
    subjects = git(machine.remote, "log", "--format=%s", "main").splitlines()
    assert subjects[0].startswith("Baseline")
    assert subjects[1] == "Another history"
    assert_built_from_remote(machine, clone)


def test_a_failed_night_pushes_nothing_and_keeps_one_issue(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    before = git(machine.remote, "rev-parse", "main")
    machine.registry.hide(nct(1))
    machine.registry.hide(nct(2))
    for day in ("2026-05-02", "2026-05-03"):
        status, output, clone = machine.run("nightly", "update", day)
        assert status == 1
        assert "found 0 studies" in output
        assert not (clone / "site").exists()
        machine.tell(day, "failure", "skipped")
        assert list(machine.gh["open"].values()) == ["The nightly run fails"]
    assert git(machine.remote, "rev-parse", "main") == before
    machine.registry.put(record(1))
    machine.registry.put(record(2))
    status, output, _ = machine.run("nightly", "update", "2026-05-04")
    assert status == 0, output
    machine.tell("2026-05-04", "success", "success")
    assert machine.gh["open"] == {}
    kinds = [call[1] for call in machine.gh["calls"] if call[0] == "issue" and call[1] != "list"]
    assert kinds == ["create", "comment", "close"]


def test_a_week_with_something_major_is_one_release(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-04")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    machine.run("nightly", "update", "2026-05-06")
    machine.tell("2026-05-06", "success", "success")
    assert machine.gh["releases"] == {}  # the week is not over
    machine.run("nightly", "update", "2026-05-12")
    for _ in range(2):
        machine.tell("2026-05-12", "success", "success")
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]
    assert "Paused" in machine.gh["releases"]["digest-2026-W19"]
    machine.tell("2026-05-19", "success", "success")  # a week without anything
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]


def test_publishing_builds_the_tip(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    machine.push_meanwhile("content/site.yaml", SITE.replace("Test Monitor", "Better Name"))
    status, output, clone = machine.run("publish", "build", "2026-05-01")
    assert status == 0, output
    assert_built_from_remote(machine, clone)


def test_a_pull_request_that_edits_data_is_refused_in_plain_words(machine: Machine) -> None:
    machine.run("nightly", "update", "2026-05-01")
    where = machine.clone()
    base = git(where, "rev-parse", "HEAD")
    write(where / "content/pages/new.md", "---\ntitle: New\n---\nText.\n")
    machine.commit(where, "A page")
    guard = ["bash", ".github/guard-data.sh", base]
    assert subprocess.run(guard, cwd=where, check=False).returncode == 0
    write(where / f"data/studies/{nct(1)}.json", "{}\n")
    machine.commit(where, "An edit of data")
    done = subprocess.run(guard, cwd=where, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"data/studies/{nct(1)}.json" in done.stdout
    assert "written by the nightly job only" in done.stdout


@pytest.mark.parametrize("name", ["nightly", "publish", "check"])
def test_a_workflow_gives_each_job_only_what_it_needs(name: str) -> None:
    workflow = load(name)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in (PROJECT / f".github/workflows/{name}.yml").read_text()
    for job in workflow["jobs"].values():
        if name == "check":
            assert job["permissions"] == {"contents": "read"}
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                assert len(step["uses"].partition("@")[2]) == 40


def test_logs_of_two_branches_are_merged_and_read_in_order(machine: Machine) -> None:
    for day, status in (("2026-05-01", "RECRUITING"), ("2026-05-02", "SUSPENDED")):
        machine.registry.put(record(1, statusModule__overallStatus=status))
        machine.run("nightly", "update", day)
    here, there = machine.clone(), machine.clone()
    line = (here / "data/changes/2026-05.jsonl").read_text()
    later, earlier = line.replace("05-02", "05-05"), line.replace("05-02", "05-04")
    for where, text in ((here, later), (there, earlier + later)):
        (where / "data/changes/2026-05.jsonl").write_text(line + text)
        machine.commit(where, "A night")
    git(here, "fetch", "--quiet", str(there), "main")
    git(here, "merge", "--quiet", "--no-edit", "FETCH_HEAD")
    assert [change.date for change in log(here)] == ["2026-05-02", "2026-05-04", "2026-05-05"]
