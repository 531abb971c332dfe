"""What GitHub reads in .github: held against its schemas, by checkers, and by rules of ours."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.trees import PROJECT, write

GITHUB = PROJECT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
SCRIPTS = [*sorted(GITHUB.glob("scripts/*.sh")), PROJECT / ".ci/run"]
LOADED: dict[str, dict[Any, Any]] = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in WORKFLOWS
}
JOBS = [(name, job) for name, workflow in LOADED.items() for job in workflow["jobs"]]

READ = "contents: read"
NEEDED = {
    ("check", "scope"): {READ},
    ("check", "texts"): {READ},
    ("check", "test"): {READ},
    ("comment", "comment"): {READ, "actions: read", "pull-requests: write"},
    ("nightly", "update"): {"contents: write", "pages: read", "actions: read"},
    ("nightly", "publish"): {READ, "pages: write", "id-token: write", "actions: read"},
    ("nightly", "issue"): {READ, "actions: read", "issues: write"},
    ("nightly", "release"): {"contents: write"},
    ("nightly", "announce"): {"contents: write"},
    ("publish", "build"): {READ, "pages: read", "actions: read"},
    ("publish", "publish"): {"pages: write", "id-token: write"},
    ("sources", "ask"): {READ, "issues: write"},
    ("soak", "soak"): {"contents: read"},
}
"""What each job may do. A job that is not here, or that may do more, is a mistake."""


def run(tool: str, *arguments: object, text: str = "") -> tuple[int, str]:
    """Run a tool of the test dependencies, as installed beside this Python."""
    done = subprocess.run(
        [Path(sys.executable).parent / tool, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_auditor_finds_no_weakness_in_the_workflows(tmp_path: Path) -> None:
    audit = ("--offline", "--persona=auditor", "--no-progress")
    status, said = run("zizmor", *audit, GITHUB)
    assert status == 0, said
    weak = (
        (GITHUB / "workflows/check.yml")
        .read_text()
        .replace("  pull_request:", "  pull_request_target:")
    )
    write(tmp_path / ".github/workflows/check.yml", weak)
    status, said = run("zizmor", *audit, tmp_path)
    assert status != 0
    assert "dangerous-triggers" in said


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("github-workflows", WORKFLOWS), ("dependabot", [GITHUB / "dependabot.yml"])],
)
def test_they_fit_the_schemas_of_github(schema: str, paths: list[Path], tmp_path: Path) -> None:
    check = ("--builtin-schema", f"vendor.{schema}")
    status, said = run("check-jsonschema", *check, *paths)
    assert status == 0, said
    for path in paths:
        write(tmp_path / path.name, f"{path.read_text()}\nnonsense: 1\n")
    status, said = run("check-jsonschema", *check, *sorted(tmp_path.iterdir()))
    assert status != 0
    assert all(path.name in said for path in paths)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound_and_may_be_run(path: Path) -> None:
    status, said = run("shellcheck", path)
    assert status == 0, said
    assert os.access(path, os.X_OK) or path.name == "run"
    assert "set -euo pipefail" in path.read_text()


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_run_steps_are_sound_and_name_what_is_there(name: str, job: str) -> None:
    for step in LOADED[name]["jobs"][job].get("steps", ()):
        text = step.get("run", "")
        assert "${{" not in text, "a shell would run what it becomes"
        status, said = run("shellcheck", "--shell=bash", "-", text=f"{text}\n")
        assert status == 0, f"{text}\n{said}"
        for script in re.findall(r"\.github/scripts/[\w-]+\.sh", text):
            assert (PROJECT / script).exists(), script
        for goal in re.findall(r"\bmake (\S+)", text):
            rule = rf"^(\S+ )*{re.escape(goal)}(:| .*:)"
            assert re.search(rule, (PROJECT / "Makefile").read_text(), re.MULTILINE), goal


def expressions(value: Any) -> Iterator[str]:
    """Yield every path that an expression below `value` names."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from expressions(item)
    for inner in re.findall(r"\$\{\{(.*?)\}\}", str(value)) if isinstance(value, str) else ():
        yield from re.findall(r"\b[a-z]+(?:\.[\w-]+)+", re.sub(r"'[^']*'", "", inner))


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_expressions_name_what_is_there(name: str, job: str) -> None:
    """Steps of the job, jobs that it waits for and what they give, inputs: a typo is silent."""
    workflow = LOADED[name]
    this = workflow["jobs"][job]
    needs = this.get("needs", [])
    needs = [needs] if isinstance(needs, str) else needs
    assert set(needs) <= workflow["jobs"].keys() - {job}
    ids = {step["id"] for step in this.get("steps", ()) if "id" in step}
    for path in expressions(this):
        match path.split("."):
            case ["steps", step, "outputs", _]:
                assert step in ids, path
            case ["needs", other, "result"]:
                assert other in needs, path
            case ["needs", other, "outputs", output]:
                assert other in needs, path
                assert output in outputs_of(workflow["jobs"][other]), path
            case ["inputs", name]:
                assert name in workflow[True]["workflow_dispatch"]["inputs"], path
            case ["matrix", key]:
                assert key in this["strategy"]["matrix"], path
            case ["secrets", "ANNOUNCE_ADDRESSES"]:
                assert this["environment"] == "announce"
            case ["github" | "event", *_]:
                pass
            case _:
                pytest.fail(f"{path}: what is that?")


def outputs_of(job: dict[str, Any]) -> dict[str, str]:
    """Return the outputs of a job, or of the workflow that it calls."""
    if "uses" not in job:
        return dict(job.get("outputs", {}))
    called = LOADED[Path(job["uses"]).stem]
    outputs = called[True]["workflow_call"]["outputs"]
    for path in expressions(outputs):
        _, inner, _, output = path.split(".")
        assert output in called["jobs"][inner]["outputs"], path
    return dict(outputs)


def test_each_job_may_do_what_it_needs_and_no_more() -> None:
    assert all(workflow["permissions"] == {} for workflow in LOADED.values())
    for name, job in JOBS:
        permissions = LOADED[name]["jobs"][job]["permissions"]
        assert {f"{what}: {how}" for what, how in permissions.items()} == NEEDED[name, job]
    # A called workflow has what its caller gives it, at most; `write` lets it read.
    for what, how in (
        item.split(": ") for job in ("build", "publish") for item in NEEDED["publish", job]
    ):
        assert NEEDED["nightly", "publish"] & {f"{what}: {how}", f"{what}: write"}


def test_actions_are_githubs_own_and_pinned_to_a_commit() -> None:
    pins: dict[str, str] = {}
    for path in WORKFLOWS:
        for line in re.findall(r"uses: (.*)", path.read_text()):
            if line.startswith("./"):
                assert (PROJECT / line.split()[0]).exists()
                continue
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
            name, _, pin = line.partition("@")
            assert pins.setdefault(name, pin) == pin, f"{name} is pinned to two commits"


def test_pull_requests_from_strangers_find_nothing_to_steal() -> None:
    check = (GITHUB / "workflows/check.yml").read_text()
    assert "pull_request:" in check
    for word in ("pull_request_target", "secrets", "github.token", "write", "environment:"):
        assert word not in re.sub(r"(?m)#.*$", "", check), word
    assert check.count("persist-credentials: false") == check.count("actions/checkout@")


def test_nights_run_one_at_a_time_off_the_full_hour() -> None:
    (schedule,) = LOADED["nightly"][True]["schedule"]
    minute, hour, *rest = schedule["cron"].split()
    assert rest == ["*", "*", "*"]
    assert int(minute) % 5, "everybody's jobs start at round minutes"
    assert 9 < int(hour) < 24, "after the registry's load at about 9:00 UTC"
    groups = {name: workflow["concurrency"] for name, workflow in LOADED.items()}
    for name in ("nightly", "publish"):
        assert groups[name]["cancel-in-progress"] is False
    # Of those that wait in one group only the last stays; and a workflow that waits for its own
    # group waits for ever.
    assert groups["nightly"]["group"] != groups["publish"]["group"]


def test_no_token_where_libraries_run() -> None:
    """GH_TOKEN may write; python gets an environment without it."""
    with_token = set()
    for name, job in JOBS:
        for step in LOADED[name]["jobs"][job].get("steps", ()):
            if "GH_TOKEN" in step.get("env", {}):
                assert "python" not in step["run"]
                assert "make" not in step["run"]
                with_token |= set(re.findall(r"scripts/([\w-]+\.sh)", step["run"]))
    assert {"nightly.sh", "release.sh", "announce.sh", "preflight.sh", "issue.sh"} < with_token
    for path in SCRIPTS:
        for line in path.read_text().splitlines() if path.name in with_token else ():
            if re.search(r"python\d?\"? (-I|build\.py)", line):
                assert re.search(r"env (-u \w+ )*-u GH_TOKEN \S*python", line), (
                    f"{path.name}: {line}"
                )


def test_the_run_that_comments_runs_nothing_of_the_pull_request() -> None:
    """It may write, and is started by what strangers propose."""
    (job,) = LOADED["comment"]["jobs"].values()
    checkout, comment = job["steps"]
    assert checkout["with"] == {"persist-credentials": False}  # the default branch
    assert comment["run"] == '.github/scripts/comment.sh "$RUN" "$HEAD_SHA"'
    script = (GITHUB / "scripts/comment.sh").read_text()
    code = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"\b(python|make|bash|sh|eval|source|git)\b", code)
    assert "tar -xOf" in code, "an archive of a stranger names the places of its files"


def test_what_a_job_installs_is_named_with_its_hash() -> None:
    """Also what builds a library that comes as source: pip would fetch that as it likes."""
    makefile = (PROJECT / "Makefile").read_text()
    goals = re.split(r"\n(?=\S)", makefile)
    used = {
        goal
        for path in WORKFLOWS
        for goal in re.findall(r"\bmake (\.venv/\S+\.done|site)", path.read_text())
    }
    assert used == {".venv/site.done", ".venv/announce.done", "site"}
    installs = [line for goal in goals for line in goal.splitlines() if " -r " in line]
    assert len(installs) >= 3
    assert all("--require-hashes" in line for line in installs)
    libraries = [line for line in installs if "requirements-build" not in line]
    assert all("--no-build-isolation" in line for line in libraries)
    for path in WORKFLOWS:
        assert not re.search(r"\b(pip|npm|apt-get|uv) ", path.read_text())


def test_dependabot_sees_what_is_installed() -> None:
    """It looks for requirements*.txt in the folder that it is reported of."""
    installed = set(re.findall(r"requirements[\w-]*\.\w+", (PROJECT / "Makefile").read_text()))
    assert {"requirements.txt", "requirements-build.txt"} <= installed
    assert all(name.endswith(".txt") for name in installed)
    assert not list(PROJECT.glob("*.lock"))


def test_updates_of_dependencies_wait_some_days() -> None:
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)


@pytest.mark.parametrize("path", [*PROJECT.glob("requirements*.txt")], ids=lambda path: path.stem)
def test_every_package_is_pinned_with_hashes(path: Path) -> None:
    requirements = re.split(r"\n(?=\S)", path.read_text("utf-8").strip())
    assert len(requirements) > 2
    for requirement in requirements:
        assert re.match(r"[\w.-]+==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("echo done; echo fine >&2", None),
        ("echo one >&2; echo two >&2; exit 3", "one two"),
        ("printf 'a\\nb\\nc\\nd\\r\\n' >&2; exit 3", "b c d"),
        ("exit 3", ""),
        ("head -c 200001 /dev/zero | tr '\\0' x >&2; exit 3", "x" * 600),
        ("printf 'x%.0s' {1..599} >&2; echo é >&2; exit 3", "x" * 599),
        ("printf 'a\\377b\\0c' >&2; exit 3", "abc"),
        ("printf 'x\\nreason=good\\n%s\\n' '::error::y' >&2; exit 3", "x reason=good ::error::y"),
    ],
)
def test_a_step_that_fails_says_why(tmp_path: Path, command: str, reason: str | None) -> None:
    output, reported = tmp_path / "output", tmp_path / "summary"
    for path in (output, reported):
        path.touch()
    done = subprocess.run(
        [GITHUB / "scripts/say-why.sh", "bash", "-c", command],
        env={**os.environ, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(reported)},
        capture_output=True,
        check=False,
    )
    if reason is None:
        assert (done.returncode, output.read_text(), reported.read_text()) == (0, "", "")
    else:
        assert done.returncode == 3
        assert output.read_text() == f"reason={reason}\n"
        assert reported.read_text() == f"### Failed\n\n    {reason}\n"


def test_the_tools_are_those_of_the_lock() -> None:
    """Not some other ones that happen to be on the machine."""
    for tool in ("zizmor", "check-jsonschema", "shellcheck"):
        assert shutil.which(tool, path=Path(sys.executable).parent)
