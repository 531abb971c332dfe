"""The workflows' own steps, run as GitHub would: a clone, a remote, a registry, a false `gh`."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from monitor import website
from monitor.content import Publisher
from monitor.reports.night import message
from tests.conftest import sampled
from tests.github import REPOSITORY, Machine, Run, commit, git, obeyed
from tests.records import nct, record
from tests.registry_server import Faults, RegistryServer
from tests.replay import replay
from tests.trees import DISEASE, REAL, log, snapshot_of, tree, write


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with RegistryServer(record(number) for number in (1, 2)) as server:
        yield Machine(tmp_path, server)


PUBLISHER = Publisher(
    "https://somebody.github.io/monitor", f"https://github.com/{REPOSITORY}", "main"
)


def at_remote(machine: Machine) -> Path:
    where = machine.folder / "at remote"
    shutil.rmtree(where, ignore_errors=True)
    git(machine.folder, "clone", "--quiet", str(machine.remote), str(where))
    return where


def assert_built_from_remote(machine: Machine, run: Run) -> int:
    """Compare what was published with the remote's tree; return the number of files."""
    assert run.is_good, run.output
    assert run.clone
    built = {p: b for p, b in snapshot_of(run.clone / "site").items() if p[0] != "."}
    assert built == website.build(at_remote(machine), publisher=PUBLISHER)
    return len(built)


def subjects(machine: Machine) -> list[str]:
    return git(machine.remote, "log", "--format=%s", "main").splitlines()


def test_a_night_commits_what_changed_and_builds_what_was_pushed(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    run = machine.night("2026-05-02", "update publish issue release")
    assert subjects(machine) == [
        "1 trial changed (1 major): 2 trials seen",
        "A first night",
        "A tree",
    ]
    assert f"{nct(1)}: Paused" in git(machine.remote, "log", "-1", "--format=%b", "main")
    files = assert_built_from_remote(machine, run)
    assert set(git(machine.remote, "show", "--name-only", "--format=", "main").splitlines()) == {
        "data/changes/2026-05.jsonl", "data/registry.json", f"data/studies/{nct(1)}.json",
    }  # fmt: skip
    reported = run.summary.splitlines()
    assert reported[0] == "### 1 trial changed (1 major): 2 trials seen"
    assert reported[2] == "**Major**"
    assert re.fullmatch(rf"- \[{nct(1)}\]\(https://\S+\): Paused.*", reported[4])
    assert "Found: leukemia 2." in run.summary
    assert re.search(r"3 requests, 0\.\d MB, \d+ seconds\.", run.summary)
    assert f"{files} files for <https://somebody.github.io/monitor/>" in run.summary


def run_while(machine: Machine, today: str, act: Callable[[], object]) -> Run:
    """Run a night, and something else after it has asked and before it pushes."""
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


@pytest.mark.soak
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


@pytest.mark.soak
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
    reported = [(change.nct_id, change.new) for change in log(at_remote(machine))]
    assert reported == [(nct(1), "SUSPENDED"), (nct(2), "COMPLETED")]
    assert "By hand" in subjects(machine)
    assert_built_from_remote(machine, run)


@pytest.mark.soak
def test_a_force_push_meanwhile_is_where_the_night_begins_again(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))

    def rewrite() -> None:
        git(machine.seed, "reset", "--quiet", "--hard", "HEAD~1")
        commit(machine.seed, "Another history")
        git(machine.seed, "push", "--quiet", "--force", "origin", "main")

    run = run_while(machine, "2026-05-02", rewrite)
    assert subjects(machine)[0].startswith("Baseline")
    assert subjects(machine)[1] == "Another history"
    assert_built_from_remote(machine, run)


@pytest.mark.soak
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


@pytest.mark.soak
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
        assert "https://github.com/somebody/monitor/actions/runs/7" in machine.gh["text"]
        assert list(machine.gh["open"].values()) == ["The nightly run fails"]
    assert git(machine.remote, "rev-parse", "main") == before
    machine.registry.put(record(1))
    machine.registry.put(record(2))
    assert machine.night("2026-05-04").is_good
    assert machine.gh["open"] == {}
    kinds = [call[1] for call in machine.gh["calls"] if call[0] == "issue" and call[1] != "list"]
    assert kinds == ["create", "comment", "close"]


@pytest.mark.soak
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
    assert f"https://somebody.github.io/monitor/trials/{nct(1)}/" in machine.gh["text"]
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


@pytest.mark.soak
@pytest.mark.parametrize("endings", sampled([("failure",), ("failure", "success")], 1), ids=str)
def test_a_pull_request_of_texts_is_reported_what_it_does(
    machine: Machine, endings: tuple[str, ...]
) -> None:
    """The jobs of check.yml on the merge that GitHub makes of it, and then of comment.yml.

    What is pushed to it later is reported in the same comment.
    """
    machine.baseline("2026-05-01")
    path = f"content/trials/{nct(1)}.md"
    machine.change(
        pulls=[{"number": 5, "headRefOid": "cafe", "changedFiles": 1}], files={"5": [path]}
    )
    texts = {"success": CLAIMING, "failure": CLAIMING.replace("75", "70")}
    for ended in endings:
        run = machine.check(machine.propose({path: texts[ended]}))
        assert run.results == {"scope": "success", "texts": ended}, run.output
        assert run.outputs["scope"]["program"] == "false"
        assert f"/trials/{nct(1)}/" in run.summary
        assert "+ For adults." in run.summary
        run = machine.comment("cafe")
        assert run.is_good, run.output
        (comment,) = machine.gh["comments"]
        body = comment["body"]
        assert "+ For adults." in body
        assert ("### The texts are sound" in body) == (ended == "success")
        wrong = rf"^    {path}:4: ages: .*: the registry says otherwise"
        assert bool(re.search(wrong, body, re.MULTILINE)) == (ended == "failure")
        assert ("### To be mended first" in body) == (ended == "failure")


@pytest.mark.soak
def test_no_comment_says_what_a_program_of_strangers_wrote(machine: Machine) -> None:
    """A proposal of more than texts; one that was pushed to meanwhile; one without end."""
    machine.baseline("2026-05-01")
    path = f"content/trials/{nct(1)}.md"
    machine.check(machine.propose({path: CLAIMING}))
    pull = {"number": 5, "headRefOid": "cafe", "changedFiles": 2}
    for files, count, head, words in (
        ([path, "build.py"], 2, "cafe", "is not of texts alone"),
        ([path, ".github/workflows/check.yml"], 2, "cafe", "is not of texts alone"),
        ([path, "content/../build.py"], 3000, "cafe", "is not of texts alone"),
        ([path], 1, "beef", "No open pull request is at cafe"),
    ):
        machine.change(
            pulls=[{**pull, "changedFiles": count, "headRefOid": head}], files={"5": files}
        )
        run = machine.comment("cafe")
        assert run.is_good
        assert words in run.output
        assert machine.gh["comments"] == []


@pytest.mark.soak
def test_a_merge_queue_is_held_against_what_stands_before_it(machine: Machine) -> None:
    """Two texts of which the first waits, too: both are what the queue adds to the branch."""
    machine.baseline("2026-05-01")
    where = machine.clone()
    base = git(where, "rev-parse", "HEAD")
    for name in ("a", "b"):
        write(where / f"content/pages/{name}.md", f"---\ntitle: Page {name}\n---\nText.\n")
        commit(where, f"Page {name}")
    git(where, "push", "--quiet", "origin", "HEAD:queue")
    shallow = machine.clone("--depth=2", "--branch=queue")
    run = machine.check(shallow, "merge_group", merge_group={"base_sha": base})
    assert run.is_good, run.output
    assert run.outputs["scope"]["program"] == "false"
    assert "/a/" in run.summary
    assert "/b/" in run.summary


@pytest.mark.soak
def test_a_push_is_held_against_what_it_was_pushed_onto(machine: Machine) -> None:
    """Also the first of all, a new branch, and one whose last commit a force-push took away."""
    (one,) = git(machine.remote, "rev-list", "main").splitlines()
    for before in ("0" * 40, "1" * 40):
        run = machine.check(machine.clone("--depth=2"), "push", before=before)
        assert run.is_good, run.output
        assert "before=HEAD\nprogram=true" in run.output
    for name in ("a", "b"):
        machine.push_meanwhile(f"content/pages/{name}.md", f"---\ntitle: {name}\n---\nText.\n")
    run = machine.check(machine.clone("--depth=2"), "push", before=one)
    assert run.is_good, run.output
    assert f"before={one}\nprogram=true" in run.output
    assert "/a/" in run.summary
    assert "/b/" in run.summary


@pytest.mark.soak
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


@pytest.mark.soak
def test_a_push_that_is_refused_asks_the_registry_once(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    hook = machine.remote / "hooks/pre-receive"
    write(hook, "#!/bin/sh\necho protected branch >&2\nexit 1\n")
    hook.chmod(0o755)
    machine.registry.requests.clear()
    run = machine.night("2026-05-02")
    assert run.results["update"] == "failure"
    assert "The push was refused: main is protected" in machine.gh["text"]
    assert len(machine.registry.requests) == 3


@pytest.mark.soak
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


@pytest.mark.soak
def test_a_week_with_something_major_is_one_release(machine: Machine) -> None:
    machine.baseline("2026-05-04")
    machine.registry.put(record(1, statusModule__overallStatus="SUSPENDED"))
    machine.night("2026-05-06", "update publish release")
    assert machine.gh["releases"] == {}  # the week is not over
    for _ in range(2):
        machine.night("2026-05-12", "update publish release")
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]
    assert "Paused" in machine.gh["releases"]["digest-2026-W19"]
    machine.night("2026-05-19", "update publish release")  # a week without anything
    assert list(machine.gh["releases"]) == ["digest-2026-W19"]


@pytest.mark.soak
def test_publishing_builds_the_tip(machine: Machine) -> None:
    machine.baseline("2026-05-01")
    own = (machine.seed / "content/site.yaml").read_text()
    machine.push_meanwhile("content/site.yaml", own.replace("Test Monitor", "Better Name"))
    assert_built_from_remote(machine, machine.run("publish", "2026-05-01", {}))


ORDERS = "##[error]x ::set-output name=a::b @everyone fixes #1 `$(id)` <img src=x> \n::add-mask::e"


@pytest.mark.soak
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


@pytest.mark.soak
def test_a_pull_request_that_edits_data_is_refused_in_plain_words(machine: Machine) -> None:
    """On the merge that GitHub makes of it: what main got meanwhile is not its doing."""
    machine.baseline("2026-05-01")
    for name, text, ended in (
        ("content/pages/new.md", "---\ntitle: New\n---\nText.\n", "success"),
        (f"data/studies/{nct(1)}.json", "{}\n", "failure"),
        ("data/::add-mask::e\n::error::x", "", "failure"),
    ):
        where = machine.propose({name: text})
        run = machine.run("check", "", {"github": PULL_REQUEST}, ("scope",), where)
        assert run.results["scope"] == ended, run.output
        if ended == "failure":
            assert "written by the nightly job only" in run.output
            assert "data/" in run.output.splitlines()[-1]
        assert obeyed(run.output) == []


PULL_REQUEST = {
    "event_name": "pull_request",
    "ref_name": "5/merge",
    "event": {"repository": {"default_branch": "main"}},
}


@pytest.mark.soak
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
    reported = [message(report).splitlines()[0] for report in reports]
    assert sum(bool(report.changes) for report in reports) > 1
    remote = at_remote(machine)
    assert subjects(machine) == [
        *(
            reported[3],
            reported[2],
            "Edit content/diseases/leukemia.md",
            reported[1],
            reported[0],
            "A tree",
        ),
    ]
    assert snapshot_of(remote / "data") == snapshot_of(quiet / "data")
    assert "A better text" in (remote / "content/diseases/leukemia.md").read_text()


def load_day(registry: RegistryServer, path: Path) -> Iterator[dict[str, Any]]:
    """The records of a day's file; what it says is gone is hidden."""
    registry.data_timestamp = f"{path.stem}T00:00:00"
    for line in path.read_text("utf-8").splitlines():
        kept = json.loads(line)
        if "gone" in kept:
            registry.hide(kept["gone"])
        else:
            yield kept


@pytest.mark.soak
def test_logs_of_two_branches_are_merged_and_read_in_order(machine: Machine) -> None:
    for day, status in (("2026-05-01", "RECRUITING"), ("2026-05-02", "SUSPENDED")):
        machine.registry.put(record(1, statusModule__overallStatus=status))
        machine.night(day, "update")
    here, there = machine.clone(), machine.clone()
    line = (here / "data/changes/2026-05.jsonl").read_text()
    later, earlier = line.replace("05-02", "05-05"), line.replace("05-02", "05-04")
    for where, text in ((here, later), (there, earlier + later)):
        (where / "data/changes/2026-05.jsonl").write_text(line + text)
        commit(where, "A night")
    git(here, "fetch", "--quiet", str(there), "main")
    git(here, "merge", "--quiet", "--no-edit", "FETCH_HEAD")
    assert [change.date for change in log(here)] == ["2026-05-02", "2026-05-04", "2026-05-05"]
