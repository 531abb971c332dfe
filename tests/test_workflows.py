"""The workflows' own steps, run as GitHub would: a clone, a remote, a registry, a false `gh`."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import website
from monitor.reports.night import message
from tests import trees
from tests.records import nct, record
from tests.registry_server import Faults, RegistryServer
from tests.replay import replay
from tests.trees import DISEASE, PROJECT, REAL, SITE, log, snapshot_of, tree, write

GH = """import json, os, sys
path = os.environ["GH_STATE"]
state = json.load(open(path))
state["calls"].append(sys.argv[1:])
match sys.argv[1:3]:
    case ["issue", "list"]:
        found = [n for n, title in state["open"].items() if title == os.environ["TITLE"]]
        print(*found[:1])
    case ["issue", "create" | "comment" | "edit"]:
        state["text"] = open(sys.argv[sys.argv.index("--body-file") + 1]).read()
        if "--title" in sys.argv:
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

    def clone(self, *depth: str) -> Path:
        self.clones += 1
        made = self.folder / f"clone {self.clones}"
        git(self.folder, "clone", "--quiet", *depth, f"file://{self.remote}", str(made))
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

    def baseline(self, today: str) -> None:
        """The first night, without its workflow."""
        trees.night(self.seed, self.registry, today)
        self.commit(self.seed, "A first night")
        git(self.seed, "push", "--quiet", "origin", "main")

    def night(
        self, today: str, jobs: str = "update publish issue", *, accept_shrinkage: bool = False
    ) -> "Run":
        """The jobs of nightly.yml in the order of their needs, as GitHub runs them."""
        inputs = {"accept_shrinkage": str(accept_shrinkage).lower()}
        return self.run("nightly", today, {"inputs": inputs}, jobs.split())

    def run(
        self, workflow: str, today: str, context: dict[str, Any], only: Sequence[str] = ()
    ) -> "Run":
        """The jobs of a workflow: a job whose needs did not end well is skipped."""
        run = Run({}, {}, "", None, "")
        for name, job in load(workflow)["jobs"].items():
            if only and name not in only:
                continue
            wanted = job.get("needs", [])
            wanted = [wanted] if isinstance(wanted, str) else wanted
            waits = any(run.results[need] != "success" for need in wanted)
            if waits and job.get("if") != "${{ always() }}":
                run.results[name] = "skipped"
                continue
            known = {need: run.for_needs(need) for need in wanted}
            if "uses" in job:
                called = job["uses"].rpartition("/")[2].removesuffix(".yml")
                inner = self.run(called, today, {})
                ended = "success" if set(inner.results.values()) == {"success"} else "failure"
                outputs = on(called)["workflow_call"]["outputs"]
                jobs = {"jobs": {job: inner.for_needs(job) for job in inner.results}}
                run.outputs[name] = {k: value(v["value"], jobs) for k, v in outputs.items()}
                run.clone, run.summary = inner.clone, run.summary + inner.summary
                run.output += inner.output
            else:
                ended = self._job(job, today, {**context, "needs": known}, run, name)
            run.results[name] = ended
        return run

    def _job(
        self, job: dict[str, Any], today: str, context: dict[str, Any], run: "Run", name: str
    ) -> str:
        """The `run` steps of a job in order, until one fails, in a clone like its checkout's."""
        checkout = [step.get("with", {}) for step in job["steps"] if "checkout" in str(step)]
        where = self.clone(f"--depth={checkout[0].get('fetch-depth', 1)}") if checkout else None
        steps: dict[str, Any] = {"pages": {"outputs": {"base_url": "https://monitor.example/base"}}}
        context = {**CONTEXT, **context, "steps": steps}
        ended = "success"
        for step in job["steps"]:
            if "run" not in step:
                continue
            files = {
                key: self.folder / key.lower() for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
            }
            for path in files.values():
                path.write_text("")
            environment = {
                **os.environ,
                **{key: value(str(text), context) for key, text in step.get("env", {}).items()},
                **{key: str(path) for key, path in files.items()},
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "GH_STATE": str(self.state),
                "RUNNER_TEMP": str(self.folder),
                "MONITOR_REGISTRY": self.registry.base_url,
                "TODAY": today,
                "PAUSE": "0",
            }
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=where,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            run.output += done.stdout + done.stderr
            run.summary += files["GITHUB_STEP_SUMMARY"].read_text()
            lines = files["GITHUB_OUTPUT"].read_text().splitlines()
            outputs = dict(line.split("=", 1) for line in lines)
            steps[step.get("id", "")] = {"outputs": outputs}
            if done.returncode:
                ended = "failure"
                break
        given = job.get("outputs", {})
        run.outputs[name] = {key: value(text, context) for key, text in given.items()}
        if where and (where / "site").exists():
            run.clone = where
        return ended

    @property
    def gh(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.state.read_text())
        return found


@dataclass
class Run:
    """What a workflow's run leaves."""

    results: dict[str, str]  # job -> success, failure, skipped
    outputs: dict[str, dict[str, str]]
    output: str
    clone: Path | None  # where the site was built
    summary: str

    @property
    def is_good(self) -> bool:
        return set(self.results.values()) == {"success"}

    def for_needs(self, job: str) -> dict[str, Any]:
        return {"result": self.results[job], "outputs": self.outputs.get(job, {})}


CONTEXT = {
    "github": {
        "token": "token",
        "ref_name": "main",
        "server_url": "https://github.example",
        "repository": "example/monitor",
        "run_id": "7",
    },
}


def value(text: str, context: dict[str, Any]) -> str:
    """A text with its expressions filled in: paths, and "or" between them."""

    def filled(match: re.Match[str]) -> str:
        for path in match[1].split("||"):
            found: Any = context
            for name in path.strip().split("."):
                found = found.get(name, "") if isinstance(found, dict) else ""
            if found:
                return str(found)
        return ""

    return re.sub(r"\$\{\{(.*?)\}\}", filled, text)


def on(workflow: str) -> dict[str, Any]:
    """What starts it: YAML reads the word as a truth value."""
    found: dict[Any, dict[str, Any]] = load(workflow)
    return found[True]


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


def assert_built_from_remote(machine: Machine, run: Run) -> None:
    assert run.is_good, run.output
    assert run.clone
    built = {p: b for p, b in snapshot_of(run.clone / "site").items() if p[0] != "."}
    assert built == website.build(at_remote(machine))


def subjects(machine: Machine) -> list[str]:
    return git(machine.remote, "log", "--format=%s", "main").splitlines()


def test_a_night_commits_what_changed_and_builds_what_was_pushed(machine: Machine) -> None:
    assert machine.night("2026-05-01", "update").is_good
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    run = machine.night("2026-05-02", "update publish issue release")
    assert subjects(machine) == [
        "1 trial changed (1 major): 2 trials seen",
        "Baseline: 2 trials seen, nothing to compare with",
        "A tree",
    ]
    assert f"{nct(1)}: Paused" in git(machine.remote, "log", "-1", "--format=%b", "main")
    assert_built_from_remote(machine, run)
    assert set(git(machine.remote, "show", "--name-only", "--format=", "main").splitlines()) == {
        "data/changes/2026-05.jsonl", "data/registry.json", f"data/studies/{nct(1)}.json",
    }  # fmt: skip
    files = len(website.build(at_remote(machine)))
    told = run.summary.splitlines()
    assert told[0] == "### 1 trial changed (1 major): 2 trials seen"
    assert told[2] == "**Major**"
    assert re.fullmatch(rf"- \[{nct(1)}\]\(https://\S+\): Paused.*", told[4])
    assert "Found: leukemia 2." in run.summary
    assert re.search(r"3 requests, 0\.\d MB, \d+ seconds\.", run.summary)
    assert f"{files} files for <https://monitor.example/base/>" in run.summary


def run_while(machine: Machine, today: str, act: Callable[[], object]) -> Run:
    """A night, and something that happens after it has asked and before it pushes."""
    write(machine.folder / "wait", "")
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(machine.night, today)
        while not (machine.folder / "asked").exists() and not run.done():
            time.sleep(0.05)
        try:
            act()
        finally:
            write(machine.folder / "go", "")
        return run.result(timeout=120)


def test_a_text_that_is_edited_meanwhile_is_kept_and_built(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    edited = DISEASE.replace("Text in", "A better text in")
    path = "content/diseases/leukemia.md"
    run = run_while(machine, "2026-05-02", lambda: machine.push_meanwhile(path, edited))
    assert_built_from_remote(machine, run)
    remote = at_remote(machine)
    assert "A better text" in (remote / "content/diseases/leukemia.md").read_text()
    assert [change.kind for change in log(remote)] == ["status"]
    assert run.clone
    assert "A better text" in (run.clone / "site/leukemia/index.html").read_text()


def test_another_night_meanwhile_logs_each_change_once(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))

    def another() -> None:
        other = machine.clone("--depth=1")
        for command in (
            [sys.executable, "build.py", "update", "--on", "2026-05-02",
             "--registry", machine.registry.base_url],
            ["git", "add", "data"],
            ["git", "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "By hand"],
            ["git", "push", "-q"],
        ):  # fmt: skip
            subprocess.run(command, cwd=other, check=True, capture_output=True)
        machine.registry.put(record(2, statusModule__overallStatus="COMPLETED"))

    run = run_while(machine, "2026-05-02", another)
    told = [(change.nct_id, change.new) for change in log(at_remote(machine))]
    assert told == [(nct(1), "SUSPENDED"), (nct(2), "COMPLETED")]
    assert "By hand" in subjects(machine)
    assert_built_from_remote(machine, run)


def test_a_force_push_meanwhile_is_where_the_night_begins_again(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))

    def rewrite() -> None:
        git(machine.seed, "reset", "--quiet", "--hard", "HEAD~1")
        machine.commit(machine.seed, "Another history")
        git(machine.seed, "push", "--quiet", "--force", "origin", "main")

    run = run_while(machine, "2026-05-02", rewrite)
    assert subjects(machine)[0].startswith("Baseline")
    assert subjects(machine)[1] == "Another history"
    assert_built_from_remote(machine, run)


def test_after_a_force_push_what_it_lost_is_found_again(machine: Machine) -> None:
    """Two nights are taken back by hand; the next one sees the sum of what they saw."""
    machine.baseline("2026-05-01")
    for day, status in (("2026-05-02", "SUSPENDED"), ("2026-05-03", "COMPLETED")):
        machine.registry.put(record(1, statusModule__overallStatus=status))
        machine.night(day, "update")
    git(machine.remote, "update-ref", "refs/heads/main", "main~2")
    run = machine.night("2026-05-04")
    (change,) = log(at_remote(machine))
    assert (change.date, change.old, change.new) == ("2026-05-04", "RECRUITING", "COMPLETED")
    assert_built_from_remote(machine, run)


def test_a_failed_night_pushes_nothing_and_keeps_one_issue(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    before = git(machine.remote, "rev-parse", "main")
    machine.registry.hide(nct(1))
    machine.registry.hide(nct(2))
    for day in ("2026-05-02", "2026-05-03"):
        run = machine.night(day)
        assert run.results == {
            "update": "failure", "publish": "skipped", "issue": "success",
        }  # fmt: skip
        why = "the search for 'Leukemia' found 0 studies, 2 last time"
        assert why in run.summary
        assert f"    {why}\n" in machine.gh["text"]
        assert "https://github.example/example/monitor/actions/runs/7" in machine.gh["text"]
        assert list(machine.gh["open"].values()) == ["The nightly run fails"]
    assert git(machine.remote, "rev-parse", "main") == before
    machine.registry.put(record(1))
    machine.registry.put(record(2))
    assert machine.night("2026-05-04").is_good
    assert machine.gh["open"] == {}
    kinds = [call[1] for call in machine.gh["calls"] if call[0] == "issue" and call[1] != "list"]
    assert kinds == ["create", "comment", "close"]


def test_texts_that_the_registry_moved_away_from_are_one_issue(machine: Machine) -> None:
    """No night fails for it; the text of the issue is replaced, and it is closed in the end."""
    machine.baseline("2026-05-01")
    path = f"content/trials/{nct(1)}.md"
    machine.push_meanwhile(path, CLAIMING)
    assert machine.night("2026-05-02").is_good
    assert machine.gh["open"] == {}
    machine.registry.put(record(1, eligibilityModule__maximumAge="65 Years"))
    for day in ("2026-05-03", "2026-05-04"):
        assert machine.night(day).is_good
        assert list(machine.gh["open"].values()) == ["Descriptions to look at again"]
    assert "**contradicted**: ages: 18 to 75 years" in machine.gh["text"]
    assert f"https://monitor.example/base/trials/{nct(1)}/" in machine.gh["text"]
    mended = CLAIMING.replace("75", "65").replace("2026-05-01", "2026-05-03")
    machine.push_meanwhile(path, mended)
    assert machine.night("2026-05-05").is_good
    assert machine.gh["open"] == {}
    kinds = [call[1] for call in machine.gh["calls"] if call[0] == "issue" and call[1] != "list"]
    assert kinds == ["create", "edit", "close"]


CLAIMING = """---
summary: For adults.
claims:
  ages: 18 to 75 years
sources: [NCT99000001]
checked: 2026-05-01
checked_against: 2026-05-01
---
Text.
"""


def test_a_pull_request_is_told_what_it_does(machine: Machine) -> None:
    """The steps of check.yml before its tests, on the merge that GitHub makes of a proposal."""
    machine.baseline("2026-05-01")
    wrong = CLAIMING.replace("75", "70")
    where = machine.clone("--depth=2")
    steps = load("check")["jobs"]["test"]["steps"]
    checks = [s["run"] for s in steps if "run" in s and "AGAINST" not in s.get("env", {})]
    for text, ended in ((wrong, 1), (CLAIMING, 0)):
        git(where, "reset", "--quiet", "--hard", "origin/main")
        write(where / f"content/trials/{nct(1)}.md", text)
        machine.commit(where, "A description")
        summary = machine.folder / "summary"
        summary.write_text("")
        environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(summary)}
        told = [
            subprocess.run(
                ["bash", "-e", "-c", command],
                cwd=where,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            for command in checks
        ]
        assert [done.returncode for done in told] == [ended, 0], told
        assert ("the registry says otherwise" in told[0].stderr) == bool(ended)
        assert f"/trials/{nct(1)}/" in summary.read_text()
        assert "+ For adults." in summary.read_text()


def test_a_search_that_found_far_less_waits_for_somebody_to_say_so(machine: Machine) -> None:
    for number in range(3, 20):
        machine.registry.put(record(number))
    machine.baseline("2026-05-01")
    for number in range(3, 20):
        machine.registry.hide(nct(number))
    run = machine.night("2026-05-02")
    assert run.results["update"] == "failure"
    assert "found 2 studies, 19 last time" in machine.gh["text"]
    assert machine.night("2026-05-02", accept_shrinkage=True).is_good
    assert (at_remote(machine) / "data/searches/leukemia.txt").read_text().count("\n") == 2


def test_a_push_that_is_refused_asks_the_registry_once(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    hook = machine.remote / "hooks/pre-receive"
    write(hook, "#!/bin/sh\necho protected branch >&2\nexit 1\n")
    hook.chmod(0o755)
    machine.registry.requests.clear()
    run = machine.night("2026-05-02")
    assert run.results["update"] == "failure"
    assert "may this workflow write to main?" in machine.gh["text"]
    assert len(machine.registry.requests) == 3


def test_a_text_at_fault_stops_the_site_and_not_the_record(machine: Machine) -> None:
    """Somebody pushes a mistake past the checks while a night runs: the issue names its file."""
    machine.baseline("2026-05-01")
    run = run_while(
        machine, "2026-05-02", lambda: machine.push_meanwhile("content/pages/bad.md", "no header")
    )
    assert run.results["update"] == "success"
    assert run.results["publish"] == "failure"
    assert run.clone is None
    assert "    content/pages/bad.md" in machine.gh["text"]
    assert json.loads((at_remote(machine) / "data/registry.json").read_text())["checked"] == (
        "2026-05-02"
    )


def test_a_week_with_something_major_is_one_release(machine: Machine) -> None:
    machine.baseline("2026-05-04")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    machine.night("2026-05-06", "update release")
    assert machine.gh["releases"] == {}  # the week is not over
    for _ in range(2):
        machine.night("2026-05-12", "update release")
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]
    assert "Paused" in machine.gh["releases"]["digest-2026-W19"]
    machine.night("2026-05-19", "update release")  # a week without anything
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]


def test_publishing_builds_the_tip(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.push_meanwhile("content/site.yaml", SITE.replace("Test Monitor", "Better Name"))
    assert_built_from_remote(machine, machine.run("publish", "2026-05-01", {}))


ORDERS = "##[error]x ::set-output name=a::b @everyone fixes #1 `$(id)` <img src=x> \n::add-mask::e"


def test_the_registrys_words_give_no_orders(machine: Machine) -> None:
    """Neither to the runner, nor to GitHub where it reads commit messages and summaries."""
    machine.baseline("2026-05-01")
    machine.registry.put(
        record(1, statusModule__overallStatus="SUSPENDED", statusModule__whyStopped=ORDERS)
    )
    machine.registry.put(record(2, designModule__phases=[ORDERS]))  # a warning, in stderr
    run = machine.night("2026-05-02")
    assert run.is_good, run.output
    message = git(machine.remote, "log", "-1", "--format=%B", "main")
    for text in (message, run.summary):
        assert "everyone" in text
        assert not re.search(r"@everyone|#1\b|##\[|^\s*::", text, re.MULTILINE)
    assert "<img" not in run.summary.replace("\\<img", "")
    assert obeyed(run.output) == []
    machine.registry.always = Faults.status(400, ORDERS)
    run = machine.night("2026-05-03")
    assert run.results["update"] == "failure"
    assert obeyed(run.output) == []
    (line,) = [line for line in machine.gh["text"].splitlines() if "everyone" in line]
    assert line.startswith("    ")  # a block of code, where nobody is called


def obeyed(output: str) -> list[str]:
    """Lines that the runner takes for commands: `::name` at the start, `##[name]` anywhere.

    Between `::stop-commands::TOKEN` and `::TOKEN::` it takes none.
    """
    found: list[str] = []
    token = ""
    for line in output.splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::") or "##[" in line:
            found.append(line)
    return found


def test_a_pull_request_that_edits_data_is_refused_in_plain_words(machine: Machine) -> None:
    """On the merge that GitHub makes of it: what main got meanwhile is not its doing."""
    machine.baseline("2026-05-01")
    (guard,) = [step["run"] for step in load("check")["jobs"]["data"]["steps"] if "run" in step]
    for name, text, status in (
        ("content/pages/new.md", "---\ntitle: New\n---\nText.\n", 0),
        (f"data/studies/{nct(1)}.json", "{}\n", 1),
        ("data/::add-mask::e\n::error::x", "", 1),
    ):
        where = machine.clone()
        write(where / name, text)
        machine.commit(where, "A pull request")
        machine.registry.put(record(1, statusModule__overallStatus=f"S{status}"))
        machine.push_meanwhile("data/changes/2026-05.jsonl", f"{name!r}\n")
        git(where, "fetch", "--quiet", "origin", "main")
        git(where, "branch", "pull")
        git(where, "reset", "--quiet", "--hard", "FETCH_HEAD")
        git(where, "merge", "--quiet", "--no-edit", "--no-ff", "pull")
        done = subprocess.run(
            ["bash", "-e", "-c", guard], cwd=where, check=False, capture_output=True, text=True
        )
        assert done.returncode == status, done.stdout
        if status:
            assert "written by the nightly job only" in done.stdout
            assert "data/" in done.stdout.splitlines()[-1]
        assert obeyed(done.stdout) == []


@pytest.mark.real
def test_real_nights_leave_what_a_replay_leaves(machine: Machine) -> None:
    """Four real nights through the workflow, with an edit pushed during one of them."""
    if not (REAL / "facts/days").is_dir():
        pytest.skip(f"NOT TESTED ON REAL DATA: {REAL / 'facts/days'} is missing")
    registry = machine.registry
    for number in (1, 2):
        registry.remove(nct(number))
    registry.match = lambda record, query: True
    days = machine.folder / "days"
    days.mkdir()
    first, *later = sorted((REAL / "facts/days").glob("*.jsonl"))
    for path in [first, *sorted(later, key=lambda path: -path.stat().st_size)[:3]]:
        shutil.copy(path, days)
    edited = DISEASE.replace("Text in", "A better text in")
    for turn, path in enumerate(sorted(days.glob("*.jsonl"))):
        for study in load_day(registry, path):
            registry.put(study)
        if turn == 2:
            run = run_while(
                machine,
                path.stem,
                lambda: machine.push_meanwhile("content/diseases/leukemia.md", edited),
            )
        else:
            run = machine.night(path.stem)
        assert_built_from_remote(machine, run)
    quiet = tree(machine.folder / "quiet")
    reports = [report for _, report, _ in replay(days, quiet)]
    told = [message(report).splitlines()[0] for report in reports]
    assert sum(bool(report.changes) for report in reports) > 1
    remote = at_remote(machine)
    assert subjects(machine) == [
        *(told[3], told[2], "Edit content/diseases/leukemia.md", told[1], told[0], "A tree"),
    ]
    assert snapshot_of(remote / "data") == snapshot_of(quiet / "data")
    assert "A better text" in (remote / "content/diseases/leukemia.md").read_text()


def load_day(registry: RegistryServer, path: Path) -> Iterator[dict[str, Any]]:
    """The records of a day's file; what it says is gone is hidden."""
    registry.data_timestamp = f"{path.stem}T00:00:00"
    for line in path.read_text("utf-8").splitlines():
        found = json.loads(line)
        if "gone" in found:
            registry.hide(found["gone"])
        else:
            yield found


def test_logs_of_two_branches_are_merged_and_read_in_order(machine: Machine) -> None:
    for day, status in (("2026-05-01", "RECRUITING"), ("2026-05-02", "SUSPENDED")):
        machine.registry.put(record(1, statusModule__overallStatus=status))
        machine.night(day, "update")
    here, there = machine.clone(), machine.clone()
    line = (here / "data/changes/2026-05.jsonl").read_text()
    later, earlier = line.replace("05-02", "05-05"), line.replace("05-02", "05-04")
    for where, text in ((here, later), (there, earlier + later)):
        (where / "data/changes/2026-05.jsonl").write_text(line + text)
        machine.commit(where, "A night")
    git(here, "fetch", "--quiet", str(there), "main")
    git(here, "merge", "--quiet", "--no-edit", "FETCH_HEAD")
    assert [change.date for change in log(here)] == ["2026-05-02", "2026-05-04", "2026-05-05"]
