"""The glossary: what is refused, which mention becomes a link, and that nothing needs it."""

import json
import re
from pathlib import Path

import pytest

from monitor import website
from monitor.content.glossary import Glossary, Term, read_glossary
from monitor.problems import Problem
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.test_content import problems_of
from tests.trees import DISEASE, SOURCES, night, tree, write

FILE = "content/glossary.yaml"
GOOD = """- term: Measurable residual disease
  also: [MRD]
  definition: Leukemia that the microscope misses.
  source: [book]
- term: CD19
  definition: A marker.
"""


def glossary(*terms: tuple[str, ...]) -> Glossary:
    return Glossary(tuple(Term(term, "Means.", tuple(also)) for term, *also in terms))


def page(root: Path, text: str, name: str = "leukemia/index.html") -> str:
    """The disease page with a text."""
    write(root / "content/diseases/leukemia.md", DISEASE.replace("Text in Markdown.", text))
    return website.build(root)[name].decode()


def linked(html: str) -> list[str]:
    """The words that lead to an entry, in order."""
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', html)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tree(tmp_path)
    write(root / FILE, GOOD)
    write(root / "content/sources.yaml", SOURCES)
    return root


# Reading


def test_a_good_glossary_is_read_a_to_z() -> None:
    problems: list[Problem] = []
    glossary = read_glossary(GOOD, FILE, problems, [])
    assert problems == []
    assert [term.term for term in glossary.terms] == ["CD19", "Measurable residual disease"]
    assert glossary.terms[1].id == "measurable-residual-disease"
    assert (
        glossary.named("mrd") is glossary.named("measurable residual-disease") is glossary.terms[1]
    )
    assert glossary.named("other") is None


BAD = {
    "unknown key": (GOOD + "  defintion: x\n", 7, "'defintion': is 'definition' meant?"),
    "no definition": (GOOD + "- term: x\n", 7, "'definition' is missing"),
    "empty definition": (GOOD + "- term: x\n  definition:\n", 8, "'definition'"),
    "address twice": (GOOD + "- term: CD19!\n  definition: x\n", 7, "is that of line 5"),
    "term twice": (GOOD + "- {term: cd19, definition: x}\n", 7, "line 5"),
    "also is a term": (GOOD + "  also: [MRD]\n", 7, "'MRD' stands here already, in line 2"),
    "also twice": (GOOD + "  also: [B, b]\n", 7, "'b' stands here already, in line 7"),
    "also is its own term": (GOOD + "  also:\n  - x\n  - CD19\n", 9, "already, in line 5"),
    "also is no list": (GOOD + "  also: x\n", 7, "'also'"),
    "no name": (GOOD + "  also: ['-']\n", 7, "holds no letter"),
    "no list": ("term: x\ndefinition: y\n", 1, "a list"),
    "no entries": ("- x\n- y\n", 2, "'what stands here'"),
    "broken YAML": (GOOD + "- term: a: b\n", 7, "is not YAML"),
    "malformed id": (GOOD + "  source: NCT123\n", 7, "is not an NCT id"),
    "no key": (GOOD + "  source: A Book\n", 7, "'A Book' is no key of content/sources.yaml"),
    "no source": (GOOD + "  source: books\n", 7, "'books' is no key of content/sources.yaml: is"),
}


@pytest.mark.parametrize(("text", "line", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_glossary_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    root = tree(tmp_path)
    write(root / FILE, text)
    write(root / "content/sources.yaml", SOURCES)
    reported = problems_of(root)
    assert any(p.startswith(f"{FILE}:{line}: ") and message in p for p in reported), reported


# What counts as a mention


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MRD, then", ["MRD"]),
        ("mrd and AMRD and MRDs", ["MRDs"]),  # an abbreviation as it is written, or its plural
        ("MRD-negative, non-MRD", ["MRD"]),
        ("Open\nlabel, open-label", ["Open\nlabel", "open-label"]),
        ("a complete remission; remission", ["complete remission", "remission"]),
        ("remissions, intermission", ["remissions"]),
        ("Ph+, Ph+", ["Ph+", "Ph+"]),
        ("It was completed.", []),  # a common word: only its sense in brackets is a term
    ],
)
def test_whole_words_are_found_the_longest_first(text: str, expected: list[str]) -> None:
    known = glossary(
        ("Remission",),
        ("Complete remission",),
        ("Measurable residual disease", "MRD"),
        ("Open label",),
        ("Philadelphia chromosome", "Ph+"),
        ("Completed (status)",),
    )
    assert [text[start:end] for start, end, _ in known.mentions(text)] == expected


def test_no_terms_no_mentions() -> None:
    assert list(Glossary().mentions("MRD")) == []
    assert list(glossary(("Completed (status)",)).mentions("x")) == []


# In a text


def test_only_the_first_mention_of_a_term_is_a_link(root: Path) -> None:
    html = page(root, "*It is* MRD, or CD19.\n\n- measurable residual disease\n- CD19 and MRD.")
    assert linked(html) == ["MRD", "CD19"]
    link = '<a class="term" href="../glossary/index.html#measurable-residual-disease">MRD</a>'
    assert f"<p><em>It is</em> {link}, or <a " in html
    assert ">CD19</a>.</p>" in html
    assert "<li>CD19 and MRD.</li>" in html


def test_links_headings_code_and_sources_are_left_alone(root: Path) -> None:
    text = (
        "## About MRD\n\n[MRD](/feeds/) and **[its MRD](https://a.example/)**, `MRD`\n\n"
        "    MRD\n\n> Then **MRD**.[^book]"
    )
    write(root / "content/sources.yaml", SOURCES.replace("A book", "CD19"))
    html = page(root, text)
    assert linked(html) == ["MRD"]
    assert '<strong><a class="term"' in html


def test_every_page_starts_anew(root: Path) -> None:
    write(root / "content/pages/about.md", "---\ntitle: About\n---\nMRD\n")
    assert linked(page(root, "MRD")) == linked(page(root, "MRD", "about/index.html")) == ["MRD"]


def test_escapes_and_entities_stay_what_they_are(root: Path) -> None:
    html = page(root, r"1 < 2 &amp; \*MRD\* &lt;CD19&gt; R&D")
    assert ">MRD</a>* &lt;<a " in html
    assert "<p>1 &lt; 2 &amp; *<a " in html
    assert "</a>&gt; R&amp;D</p>" in html


def test_texts_can_link_to_an_entry(root: Path) -> None:
    assert "#cd19" in page(root, "[a marker](/glossary/#cd19)")
    write(root / FILE, GOOD.replace("CD19", "CD20"))
    assert any("/glossary/#cd19: the page has no such place" in p for p in problems_of(root))


# The page, and the script that explains


def test_hostile_entries_are_only_text(root: Path) -> None:
    bad = "</script><script>alert(1)</script>"
    write(root / FILE, f"- term: '{bad}'\n  definition: '<b onclick=x>\"{bad}'\n  source: book\n")
    write(root / "content/sources.yaml", SOURCES.replace("A book", f"'{bad}'"))
    site = website.build(root)
    html = site["glossary/index.html"].decode()
    assert "<script>" not in html
    assert "<b " not in html
    assert "&lt;script&gt;alert(1)" in html
    assert b"<" not in site["static/glossary.js"]


def test_the_script_holds_what_the_page_says(root: Path) -> None:
    site = website.build(root)
    name, is_, entries = site["static/glossary.js"].decode().partition(" = ")
    assert (name, is_) == ("GLOSSARY", " = ")
    terms = json.loads(entries.rstrip(";\n"))
    assert terms["cd19"] == ["CD19", "A marker."]
    html = site["glossary/index.html"].decode()
    assert all(f'<div id="{id_}">' in html for id_ in terms)
    words = "Example Press, A book, 2026. Read on 1 May 2026."
    assert f'<a href="https://book.example/">{words}</a>' in html


def test_without_a_glossary_nothing_speaks_of_it(tmp_path: Path) -> None:
    site = website.build(tree(tmp_path))
    assert not {"glossary/index.html", "static/glossary.js"} & site.keys()
    pages = [body for path, body in site.items() if path.endswith(".html")]
    assert not [body for body in pages if b"lossary" in body or b"terms.js" in body]


def test_the_facts_of_a_trial_lead_to_their_entries(root: Path) -> None:
    whole = record(
        1, statusModule__overallStatus="COMPLETED", designModule__phases=["PHASE1", "PHASE2"]
    )
    with RegistryServer([whole]) as server:
        night(root, server, "2026-05-01")
    terms = "- {term: Completed (status), definition: x}\n- {term: Phase 1/2, definition: x}\n"
    write(root / FILE, terms)
    site = website.build(root)
    assert linked(site[f"trials/{nct(1)}/index.html"].decode()) == ["completed", "Phase 1/2"]
