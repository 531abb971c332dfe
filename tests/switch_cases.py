"""Wrong settings of a repository at GitHub, and the message about each.

Used by tests/test_switches.py and `make rehearsal`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

OFF: Any = object()
"""In place of an answer: GitHub gives none."""

PAGES_OFF = "GitHub Pages is off: “Settings”, “Pages”, “Source”: “GitHub Actions”"


class Case(NamedTuple):
    """A wrong setting."""

    words: str  # the beginning of the message
    step: str  # the anchor in docs/OPERATIONS.md that the message links to
    stops: str = ""  # jobs that it fails; in others it is a note in the summary
    path: str = ""  # of GitHub's API, below the repository
    answer: Any = None  # of the API there, instead of the usual one
    variables: Mapping[str, str] = MappingProxyType({})  # of the run's environment
    files: Mapping[str, str] = MappingProxyType({})  # path -> content, in the tree


CASES = {
    "Pages is off": Case(PAGES_OFF, "4-pages", "publish", "pages", OFF),
    "Pages publishes a branch": Case(
        "GitHub Pages publishes a branch: “Settings”, “Pages”, “Source”: “GitHub Actions”",
        *("4-pages", "publish", "pages", {"build_type": "legacy"}),
    ),
    "Pages is on, and the repository private": Case(
        "The repository is private, and the site is public: everybody can read it",
        *("4-pages", "", "", {"private": True}),
    ),
    "the repository is archived": Case(
        "The repository is archived: “Settings”, “Danger Zone”, “Unarchive this repository”",
        *("1-fork", "night publish", "", {"archived": True}),
    ),
    "files are in Git LFS": Case(
        "content/pages/about.md (1 such files in all) is a pointer of Git LFS, not the file",
        *("1-fork", "night publish"),
        files={
            "content/pages/about.md": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
        },
    ),
    "the run is of a tag": Case(
        "This run is of the tag v1: choose main under “Run workflow”",
        *("9-the-first-night", "night publish"),
        variables={"GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"},
    ),
    "the run is of another branch": Case(
        "This run is of the branch try: choose main under “Run workflow”",
        *("9-the-first-night", "night publish"),
        variables={"GITHUB_REF_NAME": "try"},
    ),
    "Issues are off": Case(
        "Issues are off, so nobody hears of a night that fails: “Settings”, “General”",
        *("5-issues", "", "", {"has_issues": False}),
    ),
    "nights are switched off in a fork": Case(
        "Nights are switched off (disabled_fork): “Actions”, “Nightly”, “Enable workflow”",
        *("2-actions", "", "actions/workflows/nightly.yml", {"state": "disabled_fork"}),
    ),
    "nights are switched off after 60 days": Case(
        "Nights are switched off (disabled_inactivity): “Actions”, “Nightly”, “Enable workflow”",
        *("2-actions", "", "actions/workflows/nightly.yml", {"state": "disabled_inactivity"}),
    ),
    "the branch is protected": Case(
        "main is protected (changes need a pull request): nights need “GitHub Actions” on the",
        *("9-the-first-night", "", "rules/branches/main", [{"type": "pull_request"}]),
    ),
}

REFUSALS = {
    "GH006: Protected branch update failed for refs/heads/main.": "main is protected: put",
    "GH013: Repository rule violations found for refs/heads/main.": "main is protected: put",
    "error: GH001: Large files detected. You may want to try Git Large File": "a file or the",
    "error: File data/a.json is 101.00 MB; this exceeds GitHub's file size limit": "a file or the",
    "fatal: pack exceeds maximum allowed size (2.00 GiB)": "a file or the commit is larger than",
    "Permission to somebody/monitor.git denied to github-actions[bot].": "this workflow may not",
    "Write access to repository not granted.": "this workflow may not write to main",
    "This repository was archived so it is read-only.": "the repository is archived",
    "something that nobody has seen before": "three times, and nobody pushed meanwhile. Git says",
}
"""git's message about a push that GitHub refuses -> a part of ours."""
