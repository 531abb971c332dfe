"""How hard our texts are to read. It reports, and fails nobody: a grade is a hint, not a truth."""

import re
import statistics

import pyphen
import pytest

from monitor.content.reader import read_content
from monitor.problems import Problem
from tests.conftest import REPORT
from tests.trees import PROJECT

HYPHENS = pyphen.Pyphen(lang="en_US")


def plain(markdown: str) -> str:
    """Return a text as it is read: without notes, lists of trials and marks."""
    text = re.sub(r"^\[\^[^\]]+\]:.*$|```.*?```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\[\^[^\]]+\]|[*_#]|NCT[0-9]{8}", "", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: the years of school in the US that a text asks for."""
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    syllables = sum(len(HYPHENS.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_reading_levels_are_reported(request: pytest.FixtureRequest) -> None:
    problems: list[Problem] = []
    content = read_content(PROJECT, problems)
    assert problems == []
    written = {
        "trial summaries": [t.header.summary for t in content.trials.values()],
        "trial texts": [plain(t.text.markdown) for t in content.trials.values()],
        **{d.text.path: [plain(d.text.markdown)] for d in content.diseases},
        **{g.text.path: [plain(g.text.markdown)] for g in content.guides.values()},
        **{p.text.path: [plain(p.text.markdown)] for p in content.pages},
        "glossary": [term.definition for term in content.glossary.terms],
    }
    lines = [
        f"  {name}: {statistics.median(map(grade, some)):.1f}"
        for name, texts in written.items()
        if (some := [text for text in texts if re.search("[A-Za-z]", text)])
    ]
    assert lines
    report = request.config.stash.setdefault(REPORT, [])
    report += ["Reading level (US school grade, median):", *lines]
