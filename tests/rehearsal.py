"""Plays the first days of a fork on this machine: `make rehearsal`.

A bare repository stands for GitHub's, a server on this machine for the registry (with the records
of data/), a simulated `gh` for GitHub's settings, issues and comments. The scripts and the program
are those of this tree as it is; the jobs run in the order of the workflows. Ends with a site.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from monitor.content import read_content
from tests.github import Machine, Run, git
from tests.records import record
from tests.registry_server import RegistryServer, words_match
from tests.switch_cases import CASES, REFUSALS
from tests.trees import PROJECT, write

FOLDER = PROJECT / "rehearsal"
MARK = FOLDER / ".rehearsal"  # only a folder with it is ever removed


class Failed(Exception):
    """A step failed; the message is the output of the run."""


def main() -> int:
    """Run all steps; return the exit status."""
    if FOLDER.exists() and not MARK.exists():
        print(f"{FOLDER} is not of an earlier rehearsal: move it away", file=sys.stderr)
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    write(MARK, "")
    seed = _copied(FOLDER / "fork")
    with RegistryServer(_records(seed)) as registry:
        registry.match = _as_searched(seed)
        machine = Machine(FOLDER, registry, seed)
        try:
            for step in (_switches, _publish, _first_night, _second_night, _proposal, _pushes):
                title, _, _ = (step.__doc__ or "").partition("\n")
                print(f"\n== {title}", flush=True)
                step(machine)
        except Failed as failed:
            print(f"\nIt did not go well:\n{failed}", file=sys.stderr)
            return 1
    print(f"\nOpen {FOLDER / 'site' / 'index.html'}")
    return 0


def _switches(machine: Machine) -> None:
    """Before: each setting at GitHub that may be wrong, and the message about it."""
    before = machine.gh["api"]
    for name, case in CASES.items():
        machine.set(case)
        where = machine.clone("--depth=1")
        for path, text in case.files.items():
            write(where / path, text)
        status, reason, summary = machine.preflight("publish", where, case.variables)
        words = reason if status else summary.rpartition("- ")[2].strip()
        print(f"{name}:\n    {'stops' if status else 'a note'}: {words}")
        machine.change(api=before)
        if not words.startswith(case.words):
            raise Failed(words)


def _publish(machine: Machine) -> None:
    """Steps 1 to 8: an address that is a placeholder, and then the first publication."""
    path = "content/site.yaml"
    own = (machine.seed / path).read_text("utf-8")
    machine.push_meanwhile(path, f"{own}url: https://trials.example/\n")
    run = machine.run("publish")
    print(f"    stops: {run.outputs['build']['reason']}")
    if run.results["publish"] != "skipped":
        raise Failed(run.output)
    machine.push_meanwhile(path, own)
    print(_summary(_good(machine.run("publish"))))


def _first_night(machine: Machine) -> None:
    """Step 9: the first night, a baseline."""
    _nightly(machine, "2026-11-02")
    print("This issue is expected: the first night of a source compares with nothing.")


def _second_night(machine: Machine) -> None:
    """Step 10: the day after, on which a trial was suspended."""
    registry = machine.registry
    (nct_id, *_) = sorted(path.stem for path in (machine.seed / "data/studies").iterdir())
    study = json.loads((machine.seed / f"data/studies/{nct_id}.json").read_bytes())
    study["protocolSection"]["statusModule"] |= {
        "overallStatus": "SUSPENDED",
        "whyStopped": "An invented reason, for the rehearsal",
    }
    registry.put(study)
    registry.data_timestamp = "2026-11-03T09:00:05"
    _nightly(machine, "2026-11-03")


def _proposal(machine: Machine) -> None:
    """A pull request that adds a page, its comment, and the publication of it."""
    path, text = "content/pages/rehearsal.md", "---\ntitle: Rehearsal\n---\nA page of it.\n"
    pull = {"number": 1, "headRefOid": "head", "changedFiles": 1}
    machine.change(pulls=[pull], files={"1": [path]})
    run = _good(machine.check(machine.propose({path: text})))
    print(f"Check: {run.results}")
    _good(machine.comment("head"))
    (comment,) = machine.gh["comments"]
    print("\n".join(f"    {line}" for line in comment["body"].splitlines()[:12]))
    machine.push_meanwhile(path, text)
    run = _good(machine.run("publish"))
    print(_summary(run))
    if run.clone:
        shutil.copytree(run.clone / "site", FOLDER / "site")


def _pushes(machine: Machine) -> None:
    """What a night says if GitHub refuses its push."""
    for git_says, words in REFUSALS.items():
        machine.refuse_pushes(git_says)
        last = machine.push_of_a_night().stderr.splitlines()[-1]
        print(f"{git_says}\n    {last}")
        if words not in last:
            raise Failed(last)


def _nightly(machine: Machine, on: str) -> None:
    run = _good(machine.night(on, "update publish issue release"))
    subject = git(machine.remote, "log", "-1", "--format=%an: %s", "main")
    print(f"Jobs: {', '.join(run.results)}, all good. The newest commit is of {subject}")
    print(_summary(run))
    for title in machine.gh["open"].values():
        first = machine.gh["text"].partition("\n")[0]
        print(f"Issue: {title}\n    {first}")


def _good(run: Run) -> Run:
    if not run.is_good:
        raise Failed(f"{run.results}\n{run.output}")
    return run


def _summary(run: Run) -> str:
    return "\n".join(f"    {line}" for line in run.summary.splitlines() if line)


def _copied(folder: Path) -> Path:
    """Copy the tracked and new files of this tree, with data/ marked as of another source."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listing.split("\0")):
        source = PROJECT / name
        if source.is_file() and not name.startswith(("tests/", "benchmarks/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    path = folder / "data/registry.json"
    night = json.loads(path.read_bytes())
    path.write_text(json.dumps({**night, "source": "compiled"}), "utf-8")
    return folder


def _records(root: Path) -> list[dict[str, Any]]:
    """Return the records of data/, and an invented one for each disease without a night."""
    records = [json.loads(p.read_bytes()) for p in sorted((root / "data/studies").glob("*.json"))]
    searches = read_content(root, []).searches
    searched = json.loads((root / "data/registry.json").read_bytes())["searches"]
    for number, slug in enumerate(sorted(searches.keys() - searched.keys()), 1):
        records.append(record(number, conditionsModule__conditions=[searches[slug]]))
    return records


def _as_searched(root: Path) -> Callable[[dict[str, Any], str], bool]:
    """Return the registry's `match`: the last result of a search; of a new one, by its words."""
    searches = json.loads((root / "data/registry.json").read_bytes())["searches"]
    results = {
        condition: set((root / f"data/searches/{slug}.txt").read_text().split())
        for slug, condition in searches.items()
    }

    def matches(record: dict[str, Any], query: str) -> bool:
        nct_id = record["protocolSection"]["identificationModule"]["nctId"]
        return nct_id in results[query] if query in results else words_match(record, query)

    return matches


if __name__ == "__main__":
    sys.exit(main())
