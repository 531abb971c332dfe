"""Simulates GitHub for the workflows: a remote, clones, variables, and a `gh` of its own.

A Machine runs the jobs of a workflow in the order of their needs, with their conditions. It does
not run other people's actions (`uses`), which check out, set up Python and deploy.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.registry_server import RegistryServer
from tests.switch_cases import OFF, Case
from tests.trees import PROJECT, SITE, night, tree, write

REPOSITORY = "somebody/monitor"


WAITING = """#!/bin/sh
"{python}" "$@" || exit
if [ "$2" = update ] && [ -e "{folder}/wait" ]; then
  mv "{folder}/wait" "{folder}/asked"
  until [ -e "{folder}/go" ]; do sleep 0.05; done
fi
"""
"""A `python` that, if a test wants it, waits once after `update`, before the push."""

SWITCHES: dict[str, Any] = {
    "": {
        "default_branch": "main",
        "archived": False,
        "private": False,
        "has_issues": True,
        "fork": True,
    },
    "pages": {"build_type": "workflow", "public": True},
    "actions/workflows/nightly.yml": {"state": "active"},
    "rules/branches/main": [],
    "actions/runs/7": {"run_started_at": "2026-05-02T11:37:00Z"},
}
"""GitHub's API for a repository with correct settings: path below the repository -> answer."""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> None:
    git(folder, "config", "user.name", "Somebody")
    git(folder, "config", "user.email", "somebody@example.org")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)


@dataclass
class Run:
    """The result of a run of a workflow."""

    results: dict[str, str] = field(default_factory=dict)  # job -> success, failure, skipped
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    output: str = ""
    clone: Path | None = None  # where the site was built
    summary: str = ""

    @property
    def is_good(self) -> bool:
        return set(self.results.values()) == {"success"}

    def for_needs(self, job: str) -> dict[str, Any]:
        return {"result": self.results[job], "outputs": self.outputs.get(job, {})}


class Machine:
    """A machine that runs workflows: with a clone for each job, files, variables and `gh`."""

    def __init__(
        self,
        folder: Path,
        registry: RegistryServer,
        seed: Path | None = None,
        branch: str = "main",
    ) -> None:
        """Set up the remote from the tree `seed`; from a small one by default."""
        self.folder = folder
        self.registry = registry
        self.remote = folder / "remote.git"
        self.state = folder / "gh.json"
        self.site_url = "https://somebody.github.io/monitor"
        self.branch = branch
        lists: dict[str, Any] = {name: [] for name in ("calls", "runs", "pulls", "comments")}
        tables: dict[str, Any] = {name: {} for name in ("open", "releases", "artifacts", "files")}
        self.change(**lists, **tables, api=SWITCHES)
        self.switch("", default_branch=branch)
        gh = PROJECT / "tests" / "false_gh.py"
        write(folder / "bin/gh", f'#!/bin/sh\nexec "{sys.executable}" "{gh}" "$@"\n')
        (folder / "bin/gh").chmod(0o755)
        self.seed = seed or self._seed()
        git(folder, "init", "-q", "--bare", f"--initial-branch={self.branch}", str(self.remote))
        git(self.seed, "init", "--quiet", f"--initial-branch={self.branch}")
        commit(self.seed, "A tree")
        git(self.seed, "remote", "add", "origin", str(self.remote))
        git(self.seed, "push", "--quiet", "origin", self.branch)
        self.clones = 0

    def _seed(self) -> Path:
        seed = tree(self.folder / "seed")
        own = "".join(line for line in SITE.splitlines(keepends=True) if "url:" not in line)
        write(seed / "content/site.yaml", own)  # the runner provides the address
        names = ("build.py", "Makefile", ".gitattributes", ".gitignore")
        for path in (*map(PROJECT.joinpath, names), *PROJECT.glob("requirements*.txt")):
            shutil.copy(path, seed / path.name)
        for name in ("monitor", ".github"):
            shutil.copytree(
                PROJECT / name, seed / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        return seed

    @property
    def gh(self) -> dict[str, Any]:
        """Return the state of the simulated `gh`."""
        state: dict[str, Any] = json.loads(self.state.read_text())
        return state

    def change(self, **values: Any) -> None:
        """Change the state of the simulated `gh`."""
        before = self.gh if self.state.exists() else {}
        self.state.write_text(json.dumps({**before, **values}))

    def switch(self, path: str, **values: Any) -> None:
        """Change values of an answer of the API."""
        api = self.gh["api"]
        api[path] = {**api.get(path, {}), **values}
        self.change(api=api)

    def set(self, case: Case) -> None:
        """Change the API to the wrong setting of a case."""
        api = self.gh["api"]
        if case.answer is OFF:
            del api[case.path]
        elif isinstance(case.answer, dict):
            api[case.path] = {**api[case.path], **case.answer}
        elif case.answer is not None:
            api[case.path] = case.answer
        self.change(api=api)

    def preflight(
        self, job: str, where: Path, variables: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run the first step of a job as its workflow does; return (status, reason, summary)."""
        run = Run()
        step = {
            "run": f".github/scripts/say-why.sh .github/scripts/preflight.sh {job}",
            "env": variables or {},
        }
        done, outputs = self._step(step, where, "", self._context(), run)
        return done.returncode, outputs.get("reason", ""), run.summary

    def refuse_pushes(self, words: str) -> None:
        """Let GitHub refuse every push with these words."""
        hook = self.remote / "hooks/pre-receive"
        write(hook, f'#!/bin/sh\necho "{words}" >&2\nexit 1\n')
        hook.chmod(0o755)

    def push_of_a_night(self, *, detached: bool = False) -> subprocess.CompletedProcess[str]:
        """Run nightly.sh after a check that changed something; return its result."""
        where = self.clone("--depth=1")
        git(where, "config", "user.name", "A")
        git(where, "config", "user.email", "a@example.org")
        if detached:
            git(where, "checkout", "--quiet", "--detach")
        write(where / "data/new.txt", f"{self.clones}")
        write(where / ".venv/bin/python", "#!/bin/sh\nexit 0\n")
        write(self.folder / "message", "A night")
        step = {"run": '.github/scripts/nightly.sh "$RUNNER_TEMP/message" /dev/null'}
        done, _ = self._step(step, where, "", self._context(), Run())
        return done

    def propose(self, changes: dict[str, str]) -> Path:
        """Return a clone at the merge commit of a pull request that changes these files."""
        where = self.clone("--depth=2")
        git(where, "checkout", "--quiet", "-b", "pull")
        for path, text in changes.items():
            write(where / path, text)
        commit(where, "A proposal")
        git(where, "checkout", "--quiet", "--detach", f"origin/{self.branch}")
        git(where, "merge", "--quiet", "--no-edit", "--no-ff", "pull")
        return where

    def check(self, where: Path, event: str = "pull_request", **event_values: Any) -> Run:
        """Run the jobs of check.yml, except the tests."""
        github = {**self._context()["github"], "event_name": event}
        github["event"] = {**github["event"], **event_values}
        if event == "pull_request":
            github["ref_name"] = "5/merge"
        return self.run("check", "", {"github": github}, ("scope", "texts"), where)

    def comment(self, head: str) -> Run:
        """Run comment.yml after a run of check.yml."""
        event = {"workflow_run": {"id": "7", "head_sha": head, "event": "pull_request"}}
        github = {**self._context()["github"], "event_name": "workflow_run", "event": event}
        return self.run("comment", "", {"github": github})

    def clone(self, *depth: str) -> Path:
        self.clones += 1
        clone = self.folder / f"clone {self.clones}"
        git(self.folder, "clone", "--quiet", *depth, f"file://{self.remote}", str(clone))
        self.set_up(clone)
        return clone

    def set_up(self, clone: Path) -> None:
        """Do what `make .venv/site.done` does, with the Python that runs this."""
        write(clone / ".venv/bin/python", WAITING.format(python=sys.executable, folder=self.folder))
        (clone / ".venv/bin/python").chmod(0o755)
        for name in ("made", "build.done", "site.done"):
            write(clone / ".venv" / name, "")

    def push_meanwhile(self, path: str, text: str) -> None:
        """Push somebody else's commit."""
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        git(self.folder, "clone", "--quiet", str(self.remote), str(other))
        write(other / path, text)
        commit(other, f"Edit {path}")
        git(other, "push", "--quiet", "origin", self.branch)

    def baseline(self, today: str) -> None:
        """Run and push the first night, without its workflow."""
        night(self.seed, self.registry, today)
        commit(self.seed, "A first night")
        git(self.seed, "push", "--quiet", "origin", self.branch)

    def night(
        self, today: str, jobs: str = "update publish issue", *, accept_shrinkage: bool = False
    ) -> Run:
        """Run jobs of nightly.yml in the order of their needs."""
        inputs = {"accept_shrinkage": str(accept_shrinkage).lower()}
        return self.run("nightly", today, {"inputs": inputs}, jobs.split())

    def run(
        self,
        workflow: str,
        today: str = "",
        context: dict[str, Any] | None = None,
        only: Sequence[str] = (),
        clone: Path | None = None,
        cancelled: Sequence[str] = (),
    ) -> Run:
        """Run the jobs of a workflow; a job whose needs failed is skipped.

        `clone` is the checkout, if it is not the tip of the branch; `cancelled` jobs never begin.
        """
        run = Run()
        context = {**self._context(), **(context or {})}
        for name, job in load(workflow)["jobs"].items():
            if only and name not in only:
                continue
            needs = job.get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            own = {**context, "needs": {need: run.for_needs(need) for need in needs}}
            failed = any(run.results[need] != "success" for need in needs)
            if name in cancelled:
                run.results[name] = "cancelled"
            elif not is_true(condition_of(job), own, failed=failed):
                run.results[name] = "skipped"
            elif "uses" in job:
                run.results[name] = self._call(job["uses"], today, run, name)
            else:
                run.results[name] = self._job(job, today, own, run, name, clone)
        return run

    def _call(self, uses: str, today: str, run: Run, name: str) -> str:
        """Run the workflow that a job calls; return its result."""
        called = uses.rpartition("/")[2].removesuffix(".yml")
        inner = self.run(called, today)
        outputs = on(called)["workflow_call"]["outputs"]
        jobs = {"jobs": {job: inner.for_needs(job) for job in inner.results}}
        run.outputs[name] = {k: value(v["value"], jobs) for k, v in outputs.items()}
        run.clone, run.summary = inner.clone, run.summary + inner.summary
        run.output += inner.output
        return "success" if set(inner.results.values()) == {"success"} else "failure"

    def _context(self) -> dict[str, Any]:
        return {
            "github": {
                "token": "token",
                "ref": f"refs/heads/{self.branch}",
                "ref_name": self.branch,
                "event_name": "workflow_dispatch",
                "event": {"repository": {"default_branch": self.branch}},
            },
        }

    def _job(
        self,
        job: dict[str, Any],
        today: str,
        context: dict[str, Any],
        run: Run,
        name: str,
        clone: Path | None,
    ) -> str:
        """Run the steps of a job in order, in a clone like its checkout; return its result."""
        checkout = [step.get("with", {}) for step in job["steps"] if "checkout" in str(step)]
        where = clone
        if checkout and not where:
            where = self.clone(f"--depth={checkout[0].get('fetch-depth', 1)}")
        steps: dict[str, Any] = {"pages": {"outputs": {"base_url": self.site_url}}}
        context = {**context, "steps": steps}
        ended = "success"
        for step in job["steps"]:
            if not is_true(condition_of(step), context, failed=ended != "success"):
                continue
            if "upload-pages-artifact" in step.get("uses", "") and where:
                self._upload(step.get("with", {}), where)
            if "run" not in step:
                continue
            done, outputs = self._step(step, where, today, context, run)
            if "id" in step:
                steps[step["id"]] = {"outputs": outputs}
            if done.returncode:
                ended = "failure"
        outputs = job.get("outputs", {})
        run.outputs[name] = {key: value(text, context) for key, text in outputs.items()}
        if where and (where / "site").exists():
            run.clone = where
        return ended

    def _step(
        self,
        step: dict[str, Any],
        where: Path | None,
        today: str,
        context: dict[str, Any],
        run: Run,
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        """Run the script of a step; return what ran, and its outputs."""
        files = {key: self.folder / key.lower() for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        environment = self._environment(step, today, context, files)
        assert max(len(f"{key}={text}") for key, text in environment.items()) < 131_071
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=where,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        run.output += done.stdout + done.stderr
        summary = files["GITHUB_STEP_SUMMARY"].read_text()
        assert len(summary.encode()) <= 1 << 20, "GitHub drops a summary of more than 1 MiB"
        run.summary += summary
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        return done, dict(line.split("=", 1) for line in lines)

    def _environment(
        self, step: dict[str, Any], today: str, context: dict[str, Any], files: dict[str, Path]
    ) -> dict[str, str]:
        """Return the variables of a step: GitHub's, its own, and those that the tests set."""
        inherited = {key: text for key, text in os.environ.items() if not key.startswith("GITHUB_")}
        return {
            **inherited,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "7",
            "GITHUB_EVENT_NAME": context["github"]["event_name"],
            "GITHUB_REF_NAME": context["github"]["ref_name"],
            "GITHUB_REF_TYPE": context["github"].get("ref_type", "branch"),
            **{key: value(str(text), context) for key, text in step.get("env", {}).items()},
            **{key: str(path) for key, path in files.items()},
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "GH_STATE": str(self.state),
            "RUNNER_TEMP": str(self.folder),
            "MONITOR_REGISTRY": self.registry.base_url,
            "TODAY": today,
            "PAUSE": "0",
        }

    def _upload(self, inputs: dict[str, Any], where: Path) -> None:
        """Write an artifact: a tar of a folder, without files that begin with a point."""
        name = inputs.get("name", "github-pages")
        path = self.folder / f"{name}.tar"
        with tarfile.open(path, "w") as archive:
            for file in sorted((where / inputs["path"]).rglob("*")):
                if file.is_file() and not file.name.startswith("."):
                    archive.add(file, f"./{file.relative_to(where / inputs['path'])}")
        self.change(artifacts={**self.gh["artifacts"], name: str(path)})


def condition_of(part: dict[str, Any]) -> str:
    """Return the condition of a job or a step, with the success() that GitHub adds."""
    condition: str = part.get("if", "success()")
    if "()" in condition:
        return condition
    return f"success() && ({condition.removeprefix('${{').removesuffix('}}')})"


def value(text: str, context: dict[str, Any]) -> str:
    """Return a text with the values of its expressions."""

    def evaluated(match: re.Match[str]) -> str:
        result = _evaluated(match[1], context, failed=False)
        return str(result).lower() if isinstance(result, bool) else str(result or "")

    return re.sub(r"\$\{\{(.*?)\}\}", evaluated, text)


def is_true(condition: str, context: dict[str, Any], *, failed: bool) -> bool:
    """Return whether a job or step with this `if` runs."""
    return bool(_evaluated(re.sub(r"\$\{\{(.*)\}\}", r"\1", condition), context, failed=failed))


def _evaluated(expression: str, context: dict[str, Any], *, failed: bool) -> Any:
    """Return the value of a GitHub expression: paths, texts, ==, !=, !, &&, || and brackets."""

    def one(match: re.Match[str]) -> str:
        word = match[0]
        if word in ("==", "!=", "(", ")"):
            return word
        if word in ("&&", "||", "!"):
            return {"&&": " and ", "||": " or ", "!": " not "}[word]
        if word.startswith("'"):
            return repr(word[1:-1])
        if word.endswith("()"):
            return repr({"always()": True, "success()": not failed, "cancelled()": False}[word])
        value: Any = context
        for name in word.split("."):
            value = value.get(name, "") if isinstance(value, dict) else ""
        return repr(value)

    tokens = re.compile(r"'[^']*'|&&|\|\||==|!=|!|[\w.-]+\(\)|[\w.-]+|[()]")
    return eval(tokens.sub(one, expression).strip(), {})  # of our own workflows


def on(workflow: str) -> dict[str, Any]:
    """Return a workflow's triggers; YAML reads their key, `on`, as true."""
    content: dict[Any, dict[str, Any]] = load(workflow)
    return content[True]


def load(workflow: str) -> dict[str, Any]:
    """Return the content of a workflow's file."""
    path = PROJECT / f".github/workflows/{workflow}.yml"
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    return content


def obeyed(output: str) -> list[str]:
    """Return the lines that the runner executes: with `::name` at the start, or `##[name]`.

    It executes none between `::stop-commands::TOKEN` and `::TOKEN::`.
    """
    commands: list[str] = []
    token = ""
    for line in output.splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.lstrip().startswith("::") or "##[" in line:
            commands.append(line)
    return commands
