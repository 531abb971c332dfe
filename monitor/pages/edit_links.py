"""Addresses that open GitHub's editor or a form, for editors.

A pure function of the catalog. Registry text goes into them only where `check` would accept it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from monitor.catalog import Trial
from monitor.content import PLACEHOLDER, limits, markdown_checks
from monitor.data import Check
from monitor.registry import terms

LONGEST = 6000  # characters of an address: GitHub answers 414 to one that is much longer
WORDS = 160  # characters of one fact from the record
MANY = 12  # interventions


@dataclass(frozen=True)
class Editing:
    """Where a reader can change or report something. Every address is "" without a repository."""

    repository: str  # URL of a GitHub repository, or ""
    last_check: Check
    branch: str = "main"

    def edit(self, path: str) -> str:
        """Return the address of GitHub's editor for a file, `path` from the root of the tree."""
        return self._address(f"edit/{quote(self.branch)}/{quote(path)}")

    def describe(self, trial: Trial) -> str:
        """Return the editor's address for a trial's description, new or existing."""
        if trial.curated or not self.repository:
            return self.edit(f"content/trials/{trial.nct_id}.md")
        facts, claims = list(_facts(trial)), list(_claims(trial))
        while True:
            fields = {
                "filename": f"{trial.nct_id}.md",
                "value": template(
                    trial.nct_id, [*self._help, *facts], claims, self.last_check.checked
                ),
            }
            query = urlencode(fields, quote_via=quote)
            address = self._address(f"new/{quote(self.branch)}/content/trials?{query}")
            if len(address) <= LONGEST or not (facts or claims):
                return address
            (facts or claims).pop()

    def report(self, nct_id: str = "") -> str:
        """Return the address of the form for reporting an error."""
        about = {"template": "wrong-description.yml"} | ({"trial": nct_id} if nct_id else {})
        return self._address(f"issues/new?{urlencode(about)}")

    @property
    def forms(self) -> str:
        """Return the address of the list of forms."""
        return self._address("issues/new/choose")

    @property
    def guide(self) -> str:
        """Return the address of the guide for new writers."""
        return self._address(f"blob/{quote(self.branch)}/docs/editing.md")

    @property
    def _help(self) -> tuple[str, ...]:
        return (
            "# Two places in capitals wait for your words. Lines like this one are not shown.",
            f"# How to write, and how to name a source: {self.guide}",
        )

    def _address(self, way: str) -> str:
        return f"{self.repository.rstrip('/')}/{way}" if self.repository else ""


def template(nct_id: str, facts: list[str], claims: list[str], checked: str) -> str:
    """Return a new description; it is valid once both placeholders are replaced.

    `facts` and `claims` are lines of YAML comments; `checked` is the day of the registry data, or
    "".
    """
    against = [f"checked_against: {checked}  # the registry data you read"] if checked else []
    lines = [
        "---",
        *facts,
        "summary: >-",
        f"  {PLACEHOLDER} one or two sentences: for whom, and what is tested against what.",
        "# Take the # away from the lines from here on that hold for your text:",
        *claims,
        f"# sources: [{nct_id}]  (the record itself; others are keys of content/sources.yaml)",
        "# checked: YYYY-MM-DD  (the day on which you read the sources)",
        *against,
        "---",
        f"{PLACEHOLDER} the text, in plain words, each number with its source.",
        "",
    ]
    return "\n".join(lines)


def _facts(trial: Trial) -> Iterator[str]:
    """Yield the record's facts as comments, the most useful first."""
    study = trial.study
    if study is None:
        return
    ages = terms.ages(study.minimum_age, study.maximum_age, study.std_ages)
    named = [study.lead_sponsor, *study.collaborators]
    lines = {
        "name": [study.brief_title],
        "acronym": [study.acronym],
        "ages": [ages],
        "interventions": [item.name for item in study.interventions[:MANY]],
        "sponsor": [sponsor.name for sponsor in named[:MANY] if sponsor],
    }
    yield "# What the registry says:"
    for name, values in lines.items():
        if texts := [plain for value in values if (plain := _short(value))]:
            yield f"# {name}: {'; '.join(texts)}"


def _claims(trial: Trial) -> Iterator[str]:
    """Yield the record's claims as comments, for an editor to confirm."""
    study = trial.study
    if study is None:
        return
    yield "# claims:"
    ages = terms.ages(study.minimum_age, study.maximum_age)
    if limits(ages):
        yield f"#   ages: {ages}"
    names = (_short(item.name) for item in study.interventions[:MANY])
    if drugs := [json.dumps(name, ensure_ascii=False) for name in names if name]:
        yield f"#   drugs: [{', '.join(drugs)}]"
    if study.lead_sponsor and (sponsor := _short(study.lead_sponsor.name)):
        yield f"#   sponsor: {json.dumps(sponsor, ensure_ascii=False)}"


def _short(text: str) -> str:
    """Return a fact in one short line; "" where content/ forbids its characters."""
    line = " ".join(text.split())
    short = line if len(line) <= WORDS else f"{line[:WORDS].rsplit(' ', 1)[0]} …"
    is_sound = "[^" not in short and not any(markdown_checks.characters(short))
    return short if is_sound else ""
