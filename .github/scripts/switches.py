"""Reports settings of the repository at GitHub that prevent a job, or matter later.

    switches.py night|publish FOLDER

FOLDER has GitHub's answers as JSON. A setting without which the job would fail is printed to
stderr, with exit status 1; others go to the run's summary. Uses only the standard library.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

LFS = b"version https://git-lfs.github.com/spec/"
BLOCKING = {
    "pull_request": "changes need a pull request",
    "required_status_checks": "changes need checks",
    "required_signatures": "commits need a signature",
    "update": "nobody may push",
    "merge_queue": "changes go through a merge queue",
    "workflows": "changes need workflows",
}
"""Rules of a branch that refuse a night's push -> what each requires."""


class Missing(NamedTuple):
    """A setting that has to be changed."""

    words: str
    step: str  # the heading in docs/OPERATIONS.md with the instructions
    stops: tuple[str, ...] = ()  # jobs that would fail without it


def main() -> int:
    """Report missing settings; return the exit status."""
    job, folder = sys.argv[1], Path(sys.argv[2])
    answers = {path.stem: _read(path) for path in folder.glob("*.json")}
    missing = list(switches(answers, dict(os.environ), Path()))
    stopping = [one for one in missing if job in one.stops]
    notes = [one for one in missing if job not in one.stops]
    for one in stopping:
        print(f"{one.words} ({_guide(one)})", file=sys.stderr)
    if notes:
        with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
            file.write("### Switches to look at\n\n")
            file.writelines(f"- {one.words} ([how]({_guide(one)}))\n" for one in notes)
    return 1 if stopping else 0


def switches(
    answers: dict[str, dict[str, Any]], environment: dict[str, str], root: Path
) -> Iterator[Missing]:
    """Yield every missing setting, those that stop all jobs first."""
    repository, pages = answers["repository"], answers["pages"]
    branch = environment["GITHUB_REF_NAME"]
    default = repository.get("default_branch", branch)
    everything = ("night", "publish")
    if environment.get("GITHUB_REF_TYPE") == "tag" or branch != default:
        kind = environment.get("GITHUB_REF_TYPE", "branch")
        words = f"This run is of the {kind} {branch}: choose {default} under “Run workflow”"
        yield Missing(words, "9. The first night", everything)
    if repository.get("archived"):
        words = "The repository is archived: “Settings”, “Danger Zone”, “Unarchive this repository”"
        yield Missing(words, "1. Fork", everything)
    if pointers := [path for path in _files(root) if _begins_with(path, LFS)]:
        words = (
            f"{pointers[0].relative_to(root).as_posix()} ({len(pointers)} such files in all) is a"
            " pointer of Git LFS, not the file: `git lfs migrate export` brings the files back"
        )
        yield Missing(words, "1. Fork", everything)
    yield from _pages(repository, pages)
    if repository.get("has_issues") is False:
        words = "Issues are off, so nobody hears of a night that fails: “Settings”, “General”"
        yield Missing(words, "5. Issues")
    state = answers["nightly"].get("state", "active")
    if state != "active":
        words = f"Nights are switched off ({state}): “Actions”, “Nightly”, “Enable workflow”"
        yield Missing(words, "2. Actions")
    rules = answers["rules"]
    types: set[str] = {rule.get("type") for rule in rules} if isinstance(rules, list) else set()
    if (blocking := types & BLOCKING.keys()) and not _has_had_a_night(root):
        why = ", ".join(BLOCKING[name] for name in sorted(blocking))
        words = f"{branch} is protected ({why}): nights need “GitHub Actions” on the bypass list"
        yield Missing(words, "9. The first night")


def _pages(repository: dict[str, Any], pages: dict[str, Any]) -> Iterator[Missing]:
    if str(pages.get("status")) == "404":
        words = "GitHub Pages is off: “Settings”, “Pages”, “Source”: “GitHub Actions”"
        if repository.get("private"):
            words += ". The repository is private: Pages then needs a paid plan, or a public one"
        yield Missing(words, "4. Pages", ("publish",))
    elif pages.get("build_type") == "legacy":
        words = "GitHub Pages publishes a branch: “Settings”, “Pages”, “Source”: “GitHub Actions”"
        yield Missing(words, "4. Pages", ("publish",))
    elif repository.get("private") and pages.get("public", True):
        words = "The repository is private, and the site is public: everybody can read it"
        yield Missing(words, "4. Pages")


def _has_had_a_night(root: Path) -> bool:
    try:
        night = _read(root / "data" / "registry.json")
    except OSError:
        return False
    return str(night.get("source", "")).startswith("https://")


def _files(root: Path) -> Iterator[Path]:
    for name in ("content", "data", "templates"):
        yield from (path for path in sorted((root / name).rglob("*")) if path.is_file())


def _begins_with(path: Path, words: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(words)) == words


def _read(path: Path) -> Any:
    """Return the value of a JSON file; {} where GitHub gave no answer."""
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return {}


def _guide(missing: Missing) -> str:
    """Return the address of the step in docs/OPERATIONS.md."""
    variables = os.environ
    anchor = missing.step.lower().replace(".", "").replace(" ", "-")
    tree = f"{variables['GITHUB_SERVER_URL']}/{variables['GITHUB_REPOSITORY']}/blob"
    return f"{tree}/{variables['GITHUB_REF_NAME']}/docs/OPERATIONS.md#{anchor}"


if __name__ == "__main__":
    sys.exit(main())
