"""What the search looks into."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.pages.countries import in_sentence, names_of
from monitor.pages.search_index import sections
from tests.records import nct
from tests.test_watch import assigned
from tests.trees import Site, tree, write


@pytest.fixture(scope="module")
def index(miniature_files: Mapping[str, bytes]) -> dict[str, Any]:
    script: dict[str, Any] = assigned(miniature_files["static/search-index.js"], "SEARCH")
    return script


def test_trials_are_found_by_their_fields(index: dict[str, Any]) -> None:
    by_id = {trial[0]: trial for trial in index["trials"]}
    _, title, status, words = by_id[nct(1)]
    assert title == "Invented Study 1"
    assert index["statuses"][status] == "Closed to new"
    assert words == "Acute Lymphoblastic Leukemia; Examplumab; Example University"
    assert by_id[nct(9)][3] == ""


def test_open_trials_come_first(index: dict[str, Any]) -> None:
    assert [trial[0] for trial in index["trials"]][:2] == [nct(5), nct(2)]


def test_curated_texts_are_found_by_section(index: dict[str, Any]) -> None:
    said = "It exists in tests only. NCT99000001 asks about examplumab; so does another trial."
    assert ["leukemia/#what-it-is", "Invented leukemia", "What it is", said] in index["texts"]
    (summary,) = [text for text in index["texts"] if text[0] == "leukemia/"]
    assert summary[3] == "A disease made up for tests."
    (trial,) = [text for text in index["texts"] if text[0].startswith(f"trials/{nct(1)}/")]
    assert trial[0].endswith("#curated")
    assert trial[3].endswith("against chemotherapy. What is not known: everything.")
    assert any(text[0] == "about/" for text in index["texts"])
    (chapter,) = [t for t in index["texts"] if t[0] == "leukemia/guide/#where-it-comes-from"]
    heading = ["Guide to invented leukemia", "Where it comes from"]
    assert chapter[1:] == [*heading, "It was made up for tests."]


def test_the_glossary_is_found(index: dict[str, Any]) -> None:
    assert ["recruiting-status", "Recruiting (status)", "open", "People can join."] in index[
        "terms"
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p>a</p><p>b &amp; <em>c</em>d</p>", [("", "", "a b & cd")]),
        ('<h2 id="x">A <em>b</em></h2><p>c</p>', [("x", "A b", "c")]),
        ('<h2 id="x">A</h2><h3 id="y">B</h3><p>c</p>', [("y", "B", "c")]),
        ('<p>a<sup id="r"><a class="footnote-ref" href="#f">1</a></sup>.</p>', [("", "", "a.")]),
        ('<li>a <a class="footnote-backref" href="#r">↩</a></li><p>b</p>', [("", "", "a b")]),
        ('<table class="trials"><tr><td><a href="x">t</a></td></tr></table>b', [("", "", "b")]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", [("", "", "a b")]),
    ],
)
def test_a_text_is_cut_at_its_headings(html: str, expected: list[tuple[str, str, str]]) -> None:
    assert sections(html) == expected


def test_a_country_is_found_by_its_names(index: dict[str, Any]) -> None:
    ((slug, name, _, countries),) = index["lists"]
    assert (slug, name) == ("leukemia", "IL")
    assert countries[1:] == [
        ["atlantis", "Atlantis", 2, 3, "Atlantis"],
        ["lemuria", "Lemuria", 1, 1, "Lemuria"],
    ]
    assert names_of("United States") == ["United States", "US", "USA", "America"]
    assert in_sentence("Korea, Republic of") == "South Korea"


def test_hostile_words_cannot_leave_the_script(tmp_path: Path) -> None:
    root = tree(tmp_path)
    bad = "</script><script>alert(1)</script> é"
    write(root / "content/glossary.yaml", f'- term: "x {bad}"\n  definition: "{bad}"\n')
    script = Site(root)["static/search-index.js"]
    assert script.isascii()
    assert assigned(script, "SEARCH")["terms"][0][3].startswith("</script>")


def test_every_page_but_the_search_has_the_field(tmp_path: Path) -> None:
    site = Site(tree(tmp_path))
    for path, body in site.items():
        if path.endswith(".html"):
            has_field = b'<form id="site-search"' in body
            assert has_field == (path != "search/index.html"), path
            assert b"form-action 'self'" in body
