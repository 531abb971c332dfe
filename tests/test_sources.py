"""Sources as data: their notes on a page."""

import re
from pathlib import Path

from monitor import website
from monitor.content.reader import read_content
from monitor.content.sources import Sources, read_sources
from monitor.problems import Problem
from tests.records import nct
from tests.trees import DISEASE, SOURCES, tree, write

OTHER = """
other:
  publisher: A *starred* [body]
  title: Words & <b>marks</b>
  year: [2023, 2024]
  url: https://other.example/a?b=%22c%22&d=1
  read: 2026-05-02
  copy: true
  through: book
"""


def read(text: str) -> Sources:
    problems: list[Problem] = []
    sources = read_sources(text, "content/sources.yaml", problems)
    assert problems == []
    return sources


def page(root: Path, text: str) -> str:
    write(root / "content/sources.yaml", SOURCES + OTHER)
    write(root / "content/diseases/leukemia.md", DISEASE.replace("Text in Markdown.", text))
    return website.build(root)["leukemia/index.html"].decode()


def test_notes_are_numbered_as_they_are_met_and_each_stands_once(tmp_path: Path) -> None:
    html = page(tree(tmp_path), "First.[^other] Second.[^book] Again.[^other]")
    assert re.findall(r'href="#fn:([a-z]+)">([0-9])', html) == [
        ("other", "1"),
        ("book", "2"),
        ("other", "1"),
    ]
    assert re.findall(r'<li id="fn:([a-z]+)"', html) == ["other", "book"]
    assert '<h2 id="sources">Sources (2)</h2>' in html


def test_what_a_source_is_called_is_only_text(tmp_path: Path) -> None:
    html = page(tree(tmp_path), "First.[^other]")
    assert "A *starred* [body], Words &amp; &lt;b&gt;marks&lt;/b&gt;, 2023, 2024. Read on" in html
    assert '<a href="https://other.example/a?b=%22c%22&amp;d=1">' in html
    assert "<b>" not in html.split('id="fn:other"')[1].split("</li>")[0]


def test_a_note_says_how_its_source_was_read() -> None:
    sources = read(SOURCES + OTHER)
    assert sources.cited("book")[0] == "Example Press, A book, 2026. Read on 1 May 2026."
    assert sources.cited("other")[0].endswith(
        "2024. Read on 2 May 2026, in the copy of Example Press."
    )
    copied = read(SOURCES + "  copy: true\n").cited("book")[0]
    assert copied.endswith("Read on 1 May 2026, in a copy.")
    quoted = read(SOURCES + "  through: a newspaper\n").cited("book")[0]
    assert quoted.endswith("Read on 1 May 2026, as quoted by a newspaper.")
    assert "2026, 2026" not in read(SOURCES.replace("A book", "A book of 2026")).cited("book")[0]


def test_a_record_is_cited_by_its_id(tmp_path: Path) -> None:
    html = page(tree(tmp_path), f"It exists.[^{nct(1)}]")
    assert f'<a href="https://clinicaltrials.gov/study/{nct(1)}">' in html


def test_a_source_that_names_a_trial_is_no_reason_to_ask_for_it(tmp_path: Path) -> None:
    write(tree(tmp_path) / "content/sources.yaml", SOURCES.replace("A book", f"On {nct(7)}"))
    assert read_content(tmp_path, []).named == set()


def test_one_bad_source_is_one_problem_and_its_citations_are_none(tmp_path: Path) -> None:
    page(tree(tmp_path), "First.[^other]")
    write(tmp_path / "content/sources.yaml", (SOURCES + OTHER).replace("read: 2026-05-02", ""))
    problems: list[Problem] = []
    read_content(tmp_path, problems)
    assert [str(problem) for problem in problems] == [
        "content/sources.yaml:10: 'other.read' is missing"
    ]
    write(tmp_path / "content/sources.yaml", 'book:\n  title: "A\n')
    problems.clear()
    read_content(tmp_path, problems)
    assert len(problems) == 1
