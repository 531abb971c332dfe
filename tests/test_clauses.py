"""Exchanged words and names in invented texts: each kind is reported, its sound twin is not."""

from datetime import date
from pathlib import Path

import pytest

from monitor import website
from monitor.catalog import build_catalog
from monitor.content.reader import read_content
from monitor.data import read_data
from monitor.problems import Refused
from monitor.reports.rests_on import rests_on
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, night, sorted_tree, text_problems, write

PAGE = "content/diseases/acute-lymphoblastic-leukemia.md"
TRIAL = f"content/trials/{nct(1)}.md"
SOURCES = """study-2026:
  publisher: Example Press
  title: A study
  year: 2026
  url: https://study.example/
  read: 2026-05-01
  says:
"""
HEADER = DISEASE.partition("Text in Markdown.")[0].replace(
    "search:", "vocabulary: blood-cancers\nfacets: [lineage, subtype, stage, treatment]\nsearch:"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return sorted_tree(tmp_path)


def reported(root: Path, lines: list[str], text: str) -> list[str]:
    """What `check` says of a text that cites a source with these lines."""
    write(root / "content/sources.yaml", SOURCES + "".join(f"    - {line!r}\n" for line in lines))
    write(root / PAGE, f"{HEADER}{text}\n")
    return text_problems(root, read_data(root, []))


GENES = ["A change in ABC1 is treated with imatinib, one in ABC2 with dasatinib."]
MARKERS = ["Blinatumomab holds CD19 on the cancer cell; its other end holds CD3 on a T cell."]
RISKS = ["Favorable is a change in ABC1. Adverse are a change in ABC2 and a complex karyotype."]
STAGES = [
    "Imatinib is for newly diagnosed adults with a change in ABC1.",
    "Dasatinib is for adults with a change in ABC1 whose leukemia came back or did not respond.",
]
CASES = {
    "a drug of another gene": (
        GENES,
        "ABC1: dasatinib. ABC2: imatinib.[^study-2026]",
        "'imatinib'",
    ),
    "each drug of its gene": (GENES, "ABC1: imatinib. ABC2: dasatinib.[^study-2026]", ""),
    "another marker": (MARKERS, "Blinatumomab holds CD20 on the cell.[^study-2026]", "'CD20'"),
    "its marker": (MARKERS, "With one end blinatumomab holds CD19.[^study-2026]", ""),
    "good for bad": (RISKS, "A change in ABC2 is favorable.[^study-2026]", "'favorable'"),
    "bad as it is": (RISKS, "A change in ABC2 is adverse.[^study-2026]", ""),
    "another stage": (
        STAGES,
        "Dasatinib is for newly diagnosed adults with a change in ABC1.[^study-2026]",
        "'newly diagnosed'",
    ),
    "its stage": (
        STAGES,
        "Imatinib is for newly diagnosed adults, dasatinib for those whose leukemia came back."
        "[^study-2026]",
        "",
    ),
    "larger for smaller": (["Only a small number need it."], "A large number need it.", ""),
    "larger for smaller, cited": (
        ["Only a small number need it."],
        "A large number need it.[^study-2026]",
        "the source says otherwise (small): Only a small",
    ),
    "agreed for declined": (
        ["In 2025 the agency declined to approve imatinib."],
        "In 2025 the agency agreed to approve imatinib.[^study-2026]",
        "the source says otherwise (a refusal or withdrawal): In 2025",
    ),
    "another country": (
        ["Imatinib is approved in the United States."],
        "Imatinib is approved in Europe.[^study-2026]",
        "'Europe'",
    ),
    "the same in other words": (
        ["The FDA approved imatinib."],
        "Imatinib is approved in the United States.[^study-2026]",
        "",
    ),
    "and for or": (
        ["High risk is an age of 10 or a count of 50,000."],
        "High risk is an age of 10 and a count of 50,000.[^study-2026]",
        "'and' and 'or' are not the same",
    ),
    "or that went": (
        ["For adults of 75 and older, or whose heart is weak."],
        "For adults of 75 and older whose heart is weak.[^study-2026]",
        "'and' and 'or' are not the same",
    ),
    "more than chance": (
        ["Fewer got worse with imatinib, more than chance explains."],
        "With imatinib fewer got worse.[^study-2026]",
        "",
    ),
    "a count beside its share": (
        ["72.7% of 11 people responded to imatinib."],
        "Of 11 people 8 (72.7%) responded to imatinib.[^study-2026]",
        "",
    ),
    "a wrong count beside its share": (
        ["72.7% of 11 people responded to imatinib."],
        "Of 11 people 7 (72.7%) responded to imatinib.[^study-2026]",
        "'7' is not in",
    ),
    "a count beside its share, in a source that also counts nobody": (
        ["72.7% responded to imatinib, 0 of 11 had fever."],
        "8 (72.7%) responded to imatinib.[^study-2026]",
        "",
    ),
    "within for after": (
        ["It came back within 12 months."],
        "It came back after 12 months.[^study-2026]",
        "'12 months': the source has it as a limit to the other side",
    ),
    "with for without": (
        ["People with lymphoma are treated without imatinib."],
        "People with lymphoma are treated also with imatinib.[^study-2026]",
        "'with' and 'without' are exchanged",
    ),
    "a record that is not here": ([], f"It takes people from 1 to 25.[^{nct(7)}]", ""),
    "with a gene for without it": (
        ["Those with an ABC1 change are assigned by chance, the others are not."],
        "Those without an ABC1 change are assigned by chance.[^study-2026]",
        "'without an ABC1'",
    ),
    "the other kind of cell": (
        ["Imatinib looks for CD7, a marker on T cells."],
        "CD7 is a marker on B cells; CAR-T cells can look for it.[^study-2026]",
        "'B cells'",
    ),
    "a drug without a source": (
        ["Nothing."],
        "Imatinib is a drug for T-cell ALL.",
        "what this sentence says of 'Imatinib' needs a source",
    ),
    "a question, what is open, and a list": (
        ["Nothing."],
        "Whether imatinib helps is not known.\n\nOpen: what imatinib adds.\n\n"
        "Trials of imatinib:\n\nSo imatinib is no answer.",
        "",
    ),
    "nobody on the other side of a bound": (
        ["The study is for people of 65 and older."],
        "Nobody over 65 can take part.[^study-2026]",
        "'65': the source has it as a limit to the other side",
    ),
    "nobody on the same side of a bound": (
        ["The study is for people of 65 and older, and not for others."],
        "Nobody under 65 can take part.[^study-2026]",
        "",
    ),
    "a sign of what has to be absent": (
        ["People without a sign of cancer after the first cells can join."],
        "To join, there must be signs of cancer after the cells.[^study-2026]",
        "the source denies that",
    ),
    "full recovery, where a line has it with or without": (
        ["People in remission with or without full recovery of blood counts."],
        "Remission counts, with or without full recovery of blood counts.[^study-2026]",
        "",
    ),
    "people whom a line says it is not for": (
        ["It is for babies with a change in ABC1. It is not for babies without it."],
        "It is also for babies without the change in ABC1.[^study-2026]",
        "the source denies that",
    ),
    "people whom a line says it is for": (
        ["It is for babies with a change in ABC1. It is not for babies without it."],
        "It is for babies with a change in ABC1.[^study-2026]",
        "",
    ),
    "alive without a relapse, in the order of the line": (
        ["Alive without a relapse: 80% with imatinib, 64% without."],
        "Alive without a relapse were 80% and 64%.[^study-2026]",
        "",
    ),
    "alive without a relapse, exchanged": (
        ["Alive without a relapse: 80% with imatinib, 64% without."],
        "Alive without a relapse were 64% with imatinib and 80% without.[^study-2026]",
        "the source has them the other way round",
    ),
    "a company": (
        ["Imatinib is made by Novartis."],
        "Roche, which makes imatinib, is the sponsor.[^study-2026]",
        "no line of study-2026 names 'Roche'",
    ),
}


@pytest.mark.parametrize(("lines", "text", "message"), CASES.values(), ids=CASES.keys())
def test_a_clause_is_compared_with_the_clauses_of_its_sources(
    root: Path, lines: list[str], text: str, message: str
) -> None:
    problems = reported(root, lines or ["Nothing."], text)
    assert bool(problems) == bool(message), problems
    assert message in "\n".join(problems)


def test_a_marker_is_named_by_the_source_of_its_own_part(root: Path) -> None:
    other = SOURCES.replace("study", "other") + "    - CD19 sits on B cells.\n"
    write(root / "content/sources.yaml", f"{SOURCES}    - CD7 sits on T cells.\n{other}")
    for first, second, is_wrong in (("CD19", "CD7", False), ("CD7", "CD19", True)):
        text = f"{first} sits on B cells,[^other-2026] {second} on T cells.[^study-2026]"
        write(root / PAGE, f"{HEADER}{text}\n")
        problems = text_problems(root, read_data(root, []))
        message = "no line of other-2026 names 'CD7'"
        assert any(message in one for one in problems) == bool(problems) == is_wrong, problems


LINKS = {
    f"[First study](/trials/{nct(1)}/)": "",
    f"[imatinib](/trials/{nct(1)}/)": "",
    f"[the trial](/trials/{nct(1)}/)": "",
    f"[for adults](/trials/{nct(2)}/)": "",
    f"[First study](/trials/{nct(2)}/)": f"First study is {nct(1)}, but this link leads to",
    f"[imatinib](/trials/{nct(2)}/)": "whose record and description do not name 'imatinib'",
    f"[ABC-12](/trials/{nct(2)}/)": "whose record and description do not name 'ABC-12'",
}


@pytest.mark.parametrize(("link", "message"), LINKS.items(), ids=LINKS.keys())
def test_a_link_to_a_trial_has_the_names_of_that_trial(root: Path, link: str, message: str) -> None:
    for number, name, drug in ((1, "First study", "imatinib"), (2, "Other study", "dasatinib")):
        header = f"short_name: {name}\nsummary: Tests {drug}.\nclaims:\n  drugs: [{drug}]\n"
        days = f"sources: [{nct(number)}]\nchecked: 2026-05-01\nchecked_against: 2026-05-01\n"
        write(root / f"content/trials/{nct(number)}.md", f"---\n{header}{days}---\nText.\n")
    problems = [one for one in reported(root, ["Nothing."], f"See {link}.") if PAGE in one]
    assert bool(problems) == bool(message), problems
    assert message in "\n".join(problems)


TERMS = {
    "{term: Off, definition: It ended before anybody joined., source: study-2026}": "",
    "{term: Off, definition: It ended after people joined., source: study-2026}": "wise (before)",
    "{term: Stop, definition: It may start again., source: study-2026}": "",
    "{term: Stop, definition: It will not start again., source: study-2026}": "says of 'Stop': ",
    "{term: Drug, definition: Imatinib is one.}": "a definition that names 'Imatinib'",
    "{term: Chance, definition: Nobody decides.}": "",
}


@pytest.mark.parametrize(("term", "message"), TERMS.items(), ids=TERMS.keys())
def test_a_definition_is_compared_with_what_its_source_says_of_the_term(
    root: Path, term: str, message: str
) -> None:
    write(root / "content/glossary.yaml", f"- {term}\n")
    lines = [
        "Stop - it ended, and may start again. End - it will not start again.",
        "Off - it ended before anybody joined.",
    ]
    problems = reported(root, lines, "Text.")
    assert bool(problems) == bool(message), problems
    assert message in "\n".join(problems)


DESCRIPTION = """---
short_name: A study
summary: For adults with relapsed B-cell ALL. The main measure is event-free survival.
claims:
  population: [B-cell]
  line: [relapsed or refractory]
  ages: adults
sources: [study-2026]
checked: 2026-05-01
checked_against: 2026-05-01
---
It asks what helps.
"""


def described(root: Path, page: str, summary: str = "event-free") -> str:
    """What `check` says of a page beside the description of a trial."""
    write(root / TRIAL, DESCRIPTION.replace("event-free", summary))
    return "\n".join(reported(root, ["The measure is event-free survival."], page))


def test_a_page_says_of_a_trial_what_its_description_claims(root: Path) -> None:
    assert described(root, f"{nct(1)} is for people with relapsed disease.") == ""
    wrong = described(root, f"{nct(1)} is for people in remission.")
    assert f"not in-remission: the description of {nct(1)} claims relapsed-refractory" in wrong


def test_a_summary_measures_what_its_sources_measure(root: Path) -> None:
    assert described(root, "Text.") == ""
    wrong = described(root, "Text.", "overall")
    assert (
        "'overall survival': the sources of this description measure event-free survival" in wrong
    )


def test_a_trial_in_a_list_has_what_the_list_filters_by(root: Path) -> None:
    block = "```trials\ntitle: {0}\nfilter:\n  lineage: [{1}]\nids: [{2}]\n```"
    assert described(root, block.format("B", "b-cell", nct(1))) == ""
    wrong = described(root, block.format("T", "t-cell", nct(1)))
    assert f"{nct(1)} does not belong in a list for t-cell: its description claims B-cell" in wrong


def test_a_list_for_people_whom_a_claim_leaves_out_names_the_claim(root: Path) -> None:
    """The stage "in remission" rules out the claimed one, and not the other way round."""
    block = f"```trials\ntitle: R\nfor: {{0}}\n{nct(1)}\n```"
    assert described(root, block.format("relapsed-refractory")) == ""
    wrong = described(root, block.format("in-remission"))
    claim = "its description claims relapsed-refractory"
    assert f"{nct(1)} does not belong in a list for in-remission: {claim}" in wrong


def test_drugs_of_a_description_without_a_record_stand_in_its_sources(root: Path) -> None:
    def says(text: str) -> str:
        write(root / TRIAL, DESCRIPTION.replace("It asks what helps.", text))
        return "\n".join(reported(root, ["It is tested with vincristine."], "Text."))

    assert says("It is tested with vincristine.[^study-2026]") == ""
    assert "no line of study-2026 names 'daunorubicin'" in says(
        "It is tested with daunorubicin.[^study-2026]"
    )


def test_no_day_lies_in_the_future(root: Path) -> None:
    reported(root, ["Nothing."], "Text.")
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
    website.check(root, today=date(2026, 4, 30))  # the editor's day may begin before ours
    with pytest.raises(Refused) as refused:
        website.check(root, today=date(2026, 4, 29))
    assert "read: 2026-05-01 has not come yet: today is 2026-04-29" in refused.value.problems[0]


def test_a_place_is_looked_for_beside_other_mistakes_and_a_note_of_ones_own_is_one(
    root: Path,
) -> None:
    text = "A fact.\n\n[^mine]: A book.\n\n[There](/acute-lymphoblastic-leukemia/#nowhere)"
    reported(root, ["Nothing."], text)
    with pytest.raises(Refused) as refused:
        website.check(root)
    assert [problem.partition(": ")[2] for problem in refused.value.problems] == [
        "[^mine]: sources belong in content/sources.yaml, and texts cite their keys",
        "/acute-lymphoblastic-leukemia/#nowhere: the page has no such place",
    ]


def test_a_preview_shows_lists_keys_and_changed_grounds(root: Path) -> None:
    block = "```trials\ntitle: All\nids: [{0}]\n```"
    link = "See [Study one](/trials/{0}/)."
    described(root, f"It was 85%.[^study-2026]\n\n{link.format(nct(1))}\n\n{block.format(nct(1))}")
    before = read_content(root, [])
    described(root, f"It was 85%.[^{nct(1)}]\n\n{link.format(nct(2))}\n\n{block.format(nct(2))}")
    text = (root / TRIAL).read_text("utf-8").replace("ages: adults", "ages: children")
    write(root / TRIAL, text.replace("For adults", "For children"))
    sources = (root / "content/sources.yaml").read_text("utf-8")
    write(root / "content/sources.yaml", sources.replace("event-free", "overall"))
    shown = rests_on(before, build_catalog(read_content(root, []), read_data(root, []), []))
    assert f"- In the list All: {nct(1)}\n+ In the list All: {nct(2)}" in shown
    gone, new = (f"Study one (/trials/{each}/)." for each in (nct(1), nct(2)))
    assert f"**gone:** {gone}; **new:** {new}" in shown
    assert f"**source gone:** `study-2026`; **source new:** `{nct(1)}`" in shown
    assert "**gone:** adults; **new:** children" in shown
    grounds = shown.partition("### Changed grounds")[2]
    assert "Open each of these sources and compare" in grounds
    assert "gone: The measure is event-free survival." in grounds
    assert "its claims change, and so does the summary" in grounds
    assert "claim new: ages: children" in grounds


def test_the_summary_of_a_disease_says_what_its_first_chapter_rests_on(root: Path) -> None:
    lines = ["Example leukemia (EXL) usually gets worse slowly; ABC1 is changed in it."]
    text = "It is slow.[^study-2026]\n\n## More\n\nText."
    for summary, message in {
        "A slow cancer with a change in ABC1.": "",
        "A fast cancer.": "'fast': the source says otherwise (slow): Example",
        "A cancer with a change in ABC2.": "no source of this page or its guide names 'ABC2'",
    }.items():
        reported(root, lines, text)
        page = (root / PAGE).read_text("utf-8")
        write(root / PAGE, page.replace("search:", f"summary: {summary}\nsearch:", 1))
        problems = text_problems(root, read_data(root, []))
        assert bool(problems) == bool(message), problems
        assert message in "".join(problems)
