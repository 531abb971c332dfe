"""How hard our texts are to read. It reports, and fails nobody: a grade is a hint, not a truth."""

import re
import statistics

import pytest
import textstat

from monitor.content import read_content
from monitor.problems import Problem
from tests.conftest import REPORT
from tests.trees import PROJECT


def plain(markdown: str) -> str:
    """A text as it is read: without notes, lists of trials and marks."""
    text = re.sub(r"^\[\^[^\]]+\]:.*$|```.*?```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\[\^[^\]]+\]|[*_#]|NCT[0-9]{8}", "", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def test_reading_levels_are_reported(request: pytest.FixtureRequest) -> None:
    problems: list[Problem] = []
    content = read_content(PROJECT, problems)
    assert problems == []
    grades = {
        "trial summaries": [t.header.summary for t in content.trials.values()],
        "trial texts": [plain(t.text.markdown) for t in content.trials.values()],
        **{d.text.path: [plain(d.text.markdown)] for d in content.diseases},
        **{p.text.path: [plain(p.text.markdown)] for p in content.pages},
        "glossary": [term.definition for term in content.glossary.terms],
    }
    lines = [
        f"  {name}: {statistics.median(map(textstat.flesch_kincaid_grade, texts)):.1f}"
        for name, texts in grades.items()
    ]
    assert len(lines) >= 5
    request.config.stash[REPORT] = ["Reading level (US school grade, median):", *lines]
