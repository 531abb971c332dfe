"""Texts held against their sources, summaries against their claims, lists against their trials."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import yaml

from monitor import website
from monitor.catalog import text_findings
from monitor.content import Text, cited_passages, sentences
from monitor.content.claims import Claims
from monitor.data import Data, read_data
from monitor.problems import Refused
from monitor.reports import review_issue
from monitor.review import unclaimed
from monitor.review.drug_names import DrugNames
from monitor.review.figures import figures
from monitor.review.swapped_figures import swapped
from tests.brief_records import CLAIMS
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, REAL, night, text_problems, tree, vocabulary, write

FILE = f"content/trials/{nct(1)}.md"
PAGE = "content/diseases/leukemia.md"

# Figures


def reported(text: str) -> list[tuple[str, float, str]]:
    return [(one.kind, round(one.value, 4), one.unit) for one in figures(text)]


FIGURES = {
    "85% of 1,200 people after 3 years": [
        ("percent", 85, ""),
        ("number", 1200, ""),
        ("number", 3, "year"),
    ],
    "3-year survival, 2 to 3 years": [
        ("number", 3, "year"),
        ("number", 2, "year"),
        ("number", 3, "year"),
    ],
    "30 to 50%": [("percent", 30, ""), ("percent", 50, "")],
    "one in five, a third of them, half of all": [
        ("share", 0.2, ""),
        ("share", 0.3333, ""),
        ("share", 0.5, ""),
    ],
    "22 of 53 (42%)": [("number", 22, ""), ("number", 53, ""), ("percent", 42, "")],
    "two cycles for twelve people, twice": [
        ("number", 2, "cycle"),
        ("number", 12, ""),
        ("times", 2, ""),
    ],
    "the mid-20s": [("number", 20, "")],
    "June 14, 2024, 14 June 2024, 2024-06-14, June 2024, 2024": [("date", 2024, "")] * 5,
    "CD19, E1910, BCL-2, WU-CART-007, KMT2A, t(9;22), NCT99000001, NCI-2025-04660": [],
    "phase 1/2, part 2, the third trial, one person, 2024;391:320, https://a.example/85%25": [],
}


@pytest.mark.parametrize(("text", "expected"), FIGURES.items(), ids=FIGURES.keys())
def test_figures_are_read_and_what_looks_like_one_is_not(
    text: str, expected: list[tuple[str, float, str]]
) -> None:
    assert reported(text) == expected


SWAPS = (
    ("85% with the drug and 68% without", False),
    ("68% with the drug and 85% without", True),
    ("85% without and 68% with the drug", True),
    ("68% without the drug, 85% with it", False),
    ("Without the drug 68% were alive; with it, 85%", False),
    ("Without the drug 85% were alive; with it, 68%", True),
    ("85% against 68%", False),
    ("68% against 85%", True),
)


@pytest.mark.parametrize(("text", "is_swapped"), SWAPS)
def test_figures_that_changed_places_are_noticed(text: str, is_swapped: bool) -> None:
    line = "Survival after 3 years: 85% with the drug, 68% without the drug"
    assert bool([*swapped(text, [line])]) == is_swapped


# Which source stands for what


def test_a_note_stands_for_what_it_follows() -> None:
    text = "One. Two.[^a] Three,[^b] and four. Five.\n\n- Six.[^c]\n- Seven.\n\n```trials\nx\n```\n"
    pieces = [(one.text.strip(), one.keys) for one in cited_passages(Text(text, "x.md", 1))]
    assert pieces == [
        ("One. Two.", ("a",)),
        ("Three,", ("b",)),
        ("and four.", ("b",)),
        ("Five.", ()),
        ("Six.", ("c",)),
        ("Seven.", ()),
    ]


def test_sentences_have_their_lines_and_all_their_sources() -> None:
    text = "The U.S. took two steps,[^a]\nat once.[^b] It was late.\n\n## No\n\nLast.[^c]\n"
    pieces = [(one.line, one.text, one.keys) for one in sentences(Text(text, "x.md", 10))]
    assert pieces == [
        (10, "The U.S. took two steps, at once.", ("a", "b")),
        (11, "It was late.", ()),
        (15, "Last.", ("c",)),
    ]


# Texts against sources and records

SOURCES = """study-2026:
  publisher: Example Press
  title: A study of Blincyto (E1910)
  year: 2026
  url: https://study.example/
  read: 2026-05-01
  says:
    - In B-cell ALL 85% of 1,200 adults were alive after 3 years with blinatumomab, 68% without.
    - It was approved on June 14, 2024.
    - In refractory ALL 41.6% reached remission.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tree(tmp_path)
    write(root / "content/sources.yaml", SOURCES)
    shutil.copytree(PROJECT / "content/vocabulary", root / "content/vocabulary")
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    return root


def problems(root: Path, text: str) -> list[str]:
    """What check says of the text of a disease."""
    write(root / PAGE, DISEASE.replace("Text in Markdown.", text))
    return checked(root)


def checked(root: Path) -> list[str]:
    try:
        website.check(root)
    except Refused as refused:
        return refused.problems
    return []


SOUND = (
    "After 3 years, 85% of 1,200 adults were alive with blinatumomab.[^study-2026]",
    "It helped 85%. That was so in 1,200 people.[^study-2026]",
    "Without blinatumomab 68% were alive, and 85% with it.[^study-2026]",
    "Of people whose ALL did not respond, about 42% reached remission.[^study-2026]",
    "In refractory ALL about four in ten people reached remission.[^study-2026]",
    "In June 2024 it was approved, and in 2024 again;[^study-2026] see E1910.[^study-2026]",
    "Blincyto was given in E1910.[^study-2026] We found no figures for 2025.",
    f"{nct(1)} is for people of 18 to 75 years; 200 take part.",
    f"It takes people from 18 years.[^{nct(1)}]",
    "Whether blinatumomab (Blincyto) helps is not known. This is phase 2 of it.",
)


@pytest.mark.parametrize("text", SOUND)
def test_what_a_source_or_record_says_may_stand(root: Path, text: str) -> None:
    assert problems(root, text) == []


WRONG = {
    "another percentage": ("58% were alive.[^study-2026]", "'58%' is not in the `says` lines"),
    "another number": ("Of 1,100 adults.[^study-2026]", "'1,100' is not in"),
    "another unit": ("After 3 months.[^study-2026]", "'3 months' is not in"),
    "another day": ("On June 15, 2024.[^study-2026]", "'June 15, 2024' is not in"),
    "another month": ("In July 2024.[^study-2026]", "'July 2024' is not in"),
    "another year": ("In 2023.[^study-2026]", "'2023' is not in"),
    "no source": ("85% were alive.", "'85%' has no source"),
    "a source in another paragraph": ("It is so.[^study-2026]\n\n85%.", "'85%' has no source"),
    "changed places": (
        "68% were alive with blinatumomab and 85% without.[^study-2026]",
        "the source has them the other way round: In B-cell ALL",
    ),
    "another drug": ("Imatinib helped 85%.[^study-2026]", "no line of study-2026 names 'Imatinib'"),
    "another brand": ("Blinatumomab (Kymriah) is a drug.", "Kymriah is a name of tisagenlecleucel"),
    "a brand that is none": ("Blinatumomab (Blinzyte) is a drug.", "Blinzyte is no name of"),
    "a brand in a heading": ("## Imatinib (Iclusig)\n\nText.", "Iclusig is a name of ponatinib"),
    "another protocol": (
        "AALL1731 had 85%.[^study-2026]",
        "no line of study-2026 names 'AALL1731'",
    ),
    "another kind": (
        "In T-cell ALL 85%.[^study-2026]",
        "the source says otherwise (B-cell): In B-cell ALL",
    ),
    "other people": (
        "Of children 85%.[^study-2026]",
        "the source says otherwise (adults): In B-cell",
    ),
    "a number that the record has not": (f"{nct(1)} is for people of 19 years.", "'19 years' has"),
    "ages that the record has not": (
        f"{nct(1)} takes people from 20 to 75.",
        "ages: 20 to 75 years: the record's ages are 18 to 75 years",
    ),
    "children, where only adults can join": (
        f"{nct(1)} is for children.",
        f"the record of {nct(1)} says otherwise: children",
    ),
    "an id like one of ours": (
        f"{nct(1)} and {nct(1)[:-2]}81 ask.",
        f"is no trial here: is {nct(1)} meant?",
    ),
    "an id of the future": ("NCT99999999 asks.", "the registry has no such number yet"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_nothing_stands_for_is_named_with_its_line(
    root: Path, text: str, message: str
) -> None:
    messages = problems(root, f"A sound sentence.\n\n{text}")
    lines = [f"{PAGE}:{number}: " for number in (8, 10)]
    assert any(one.startswith(tuple(lines)) and message in one for one in messages), messages


def test_a_definition_and_a_summary_rest_on_sources_too(root: Path) -> None:
    write(
        root / "content/glossary.yaml",
        "- {term: A, definition: Of 85%., source: study-2026}\n- {term: B, definition: Of 85%.}\n",
    )
    write(root / PAGE, DISEASE.replace("search:\n", "summary: For 7,000 people.\nsearch:\n"))
    assert checked(root) == [
        f"{PAGE}:3: '7,000' is in none of its sources",
        "content/glossary.yaml:2: '85%' has no source: add `source:` to the definition",
    ]


def test_a_title_is_quoted_as_a_title(root: Path) -> None:
    source = "study-2025:" + SOURCES.partition(":")[2].partition("  says:")[0]
    source = source.replace("A study of Blincyto", "Blincyto in adults").replace("//study", "//old")
    write(root / "content/sources.yaml", SOURCES + source)
    assert problems(root, "Of children.[^study-2025]") == [
        f"{PAGE}:6: 'children': the source says otherwise (adults): "
        "title: Blincyto in adults (E1910), 2026"
    ]


def test_days_that_have_not_come_are_named(root: Path) -> None:
    write(root / "content/sources.yaml", SOURCES.replace("read: 2026", "read: 2062"))
    (problem,) = checked(root)
    assert problem.startswith("content/sources.yaml:6: study-2026: read: 2062-05-01 has not come")


def test_a_proposal_answers_for_its_own_texts_and_for_its_sources(root: Path) -> None:
    write(root / PAGE, DISEASE.replace("Text in Markdown.", "85% were alive."))
    for edited, errors in (
        (set[str](), 0),
        ({PAGE}, 1),
        ({"content/sources.yaml"}, 1),
        ({FILE}, 0),
        (None, 1),
    ):
        catalog = website.read_catalog(root)
        assert sum(one.is_error for one in text_findings(catalog, {}, edited)) == errors


# Summaries

NAMES = DrugNames([("blinatumomab", "blincyto"), ("imatinib", "gleevec")])
WHOLE = Claims(
    population=("B-cell", "Philadelphia-negative"),
    line=("newly diagnosed",),
    ages="18 to 75 years",
    drugs=("blinatumomab",),
    compared_with=("chemotherapy",),
    group="ECOG-ACRIN",
)
SUMMARIES = {
    "For adults with newly diagnosed B-cell ALL without the Philadelphia chromosome.": "",
    "For people from 18 to 75. Compares Blincyto with chemotherapy.": "",
    "For adults. Not for Ph-positive ALL, and not for children.": "",
    "For adults with Ph-positive ALL.": "'Ph-positive' needs the claim `population: [Ph-positive]`",
    "For adults with the Philadelphia chromosome.": "needs the claim `population: [Ph-positive]`",
    "For adults with T-cell ALL.": "needs the claim `population: [T-cell]`",
    "For adults with ALL that came back.": "'came back' needs the claim `line: [Relapsed or refr",
    "For adults with positive MRD.": "needs the claim `line: [MRD]`",
    "For people in a first remission.": "needs the claim `line: [In remission]`",
    "For children.": "'children' does not fit the claim `ages: 18 to 75 years`",
    "For babies.": "'babies' does not fit the claim `ages:",
    "Tests imatinib.": "'imatinib' needs the claim `drugs: [imatinib]` (or `compared_with:`)",
    "Tests CAR-T cells.": "needs the claim `drugs:`, with the product or CAR T cells",
    "A study without a comparison group.": "needs the claim `compared_with: [nothing]`",
    "S1318, for adults.": "S1318 is a number of SWOG, and not of ECOG-ACRIN",
    "FDA-approved, for adults.": "an approval belongs in the text, with its source",
}


@pytest.mark.parametrize(("summary", "message"), SUMMARIES.items(), ids=SUMMARIES.keys())
def test_each_word_of_a_summary_is_a_claim(summary: str, message: str) -> None:
    messages = [*unclaimed(summary, "", WHOLE, NAMES, [vocabulary()])]
    assert bool(messages) == bool(message), messages
    assert message in "".join(messages)


def test_a_number_of_a_group_names_it() -> None:
    (message,) = unclaimed("A study.", "AALL1731", Claims(), NAMES, [])
    assert message.endswith("it needs the claim `group: Children's Oncology Group`")
    assert [*unclaimed("A study.", "E1910", WHOLE, NAMES, [vocabulary()])] == []
    assert [*unclaimed("Compares two.", "", Claims(), NAMES, [vocabulary()])]
    assert "no `claims`" in next(unclaimed("A study.", "", None, NAMES, []))


def test_a_description_does_not_deny_its_claims(root: Path) -> None:
    text = (
        "---\nsummary: For adults.\nclaims:\n  ages: adults\n"
        f"sources: [{nct(1)}]\nchecked: 2026-05-01\nchecked_against: 2026-05-01\n---\n"
        "It tests a drug.\n\nIt is not for adults.\n"
    )
    write(root / FILE, text)
    messages = checked(root)
    assert (
        f"{FILE}:11: the text says that it is not for adults, and a claim says that it is"
        in messages
    )


HELPLINE = """- country: United States
  name: An office for leukemia
  phone: 1-800-422-6237
  url: https://help.example/
  hours: Monday to Friday
  source: study-2026
  read: 2026-05-01
  languages: [English, Spanish]
  for: [leukemia]
"""
OFFICE = "    - The number 1 800 422-6237 is answered from Monday to Friday; some speak Spanish.\n"
HELPLINES = {
    "as its source": ("", "", ""),
    "another number": (
        "6237",
        "6238",
        "3: 1-800-422-6238 is not in the `says` lines of",
    ),
    "other hours": ("Friday", "Sunday", "5: 'sunday' is not in the `says` lines of study-2026"),
    "another language": ("Spanish", "French", "8: 'french' is not in the `says` lines"),
    "another disease": ("for leukemia", "", "9: no line of study-2026 says that An office is for"),
}


@pytest.mark.parametrize(("old", "new", "message"), HELPLINES.values(), ids=HELPLINES.keys())
def test_a_helpline_is_compared_with_its_source_and_hides_no_preview(
    root: Path, old: str, new: str, message: str
) -> None:
    write(root / "content/sources.yaml", SOURCES + OFFICE)
    write(root / "content/helplines.yaml", HELPLINE.replace(old, new) if old else HELPLINE)
    assert website.build(root)
    problems = checked(root)
    assert len(problems) == bool(message), problems
    assert not message or problems[0].startswith(f"content/helplines.yaml:{message}")


def test_one_slip_is_reported_once(root: Path) -> None:
    """A name that neither its note nor the whole description supports; a figure of another line."""
    text = (
        f"---\nsummary: For adults.\nclaims:\n  ages: adults\nsources: [{nct(1)}]\n"
        "checked: 2026-05-01\nchecked_against: 2026-05-01\n---\n"
        "It tests imatinib.[^study-2026]\n\nAfter 2 years, 85% were alive.[^study-2026]\n"
    )
    write(root / FILE, text)
    reported = [line.partition(" ")[2] for line in checked(root) if line.startswith(FILE)]
    name, figure = sorted(reported, reverse=True)
    assert name.startswith("no line of study-2026 names 'imatinib': correct it, or cite")
    assert figure.startswith("'2 years' is not what the source has beside these figures: In B-cell")


# Lists


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("for: adults", ""),
        ("for: [adults, older-adults]", ""),
        (
            "for: children",
            f"10: {nct(1)} does not belong in a list for children: the record's ages are 18 to 75",
        ),
        ("for: [adults, pensioners]", "9: for: 'pensioners' is not among its words: infants,"),
        ("filter: {stage: [newly-diagnosed]}", "9: there is no facet 'stage'"),
    ],
)
def test_a_list_is_for_the_people_it_says(root: Path, header: str, message: str) -> None:
    messages = problems(root, f"Text.\n\n```trials\n{header}\n{nct(1)}\n```")
    assert bool(messages) == bool(message)
    assert f"{PAGE}:{message}" in "".join(messages) or not message


def test_a_table_that_finds_nothing_is_named(root: Path) -> None:
    for country, is_empty in (("France", True), ("Atlantis", False)):
        messages = problems(root, f"Text.\n\n```trials\ncountry: {country}\n```")
        message = f"{PAGE}:8: the table is empty: no trial here has country={country.lower()}"
        assert (message in messages) == is_empty, messages


def test_a_list_is_held_against_the_facets_of_its_trials(root: Path) -> None:
    words = (PROJECT / "content/vocabulary/blood-cancers.yaml").read_text("utf-8")
    words = words.replace("  acute-lymphoblastic-leukemia: |", "  leukemia: |")
    write(root / "content/vocabulary/words.yaml", words)
    positive = record(
        1,
        identificationModule__briefTitle="Examplumab in Newly Diagnosed Ph-Positive ALL",
        conditionsModule__conditions=["Philadelphia Chromosome Positive ALL"],
    )
    with RegistryServer([positive, record(2)]) as server:
        night(root, server, "2026-05-02")
    header = DISEASE.replace("search:", "vocabulary: words\nsearch:")
    block = "```trials\nfor: {}\n{}\n```\n"
    for value, is_wrong in (("ph-positive", False), ("ph-negative", True)):
        write(root / PAGE, f"{header}\n{block.format(value, nct(1))}")
        messages = checked(root)
        message = f"{nct(1)} does not belong in a list for {value}: the record says"
        assert any(message in one for one in messages) == is_wrong, messages


def test_what_a_page_states_against_a_record_is_reported_beside_it(root: Path) -> None:
    text = f"{nct(2)} is for children.\n\n```trials\nfor: children\n{nct(1)}\n```"
    write(root / PAGE, DISEASE.replace("Text in Markdown.", text))
    site = website.build(root)
    for path in ("leukemia/index.html", "review/index.html"):
        page = " ".join(unescape(re.sub(r"<[^>]+>", " ", site[path].decode())).split())
        assert page.count("ecord's ages are 18 to 75 years") == 2, page
    issue = review_issue.markdown(website.read_catalog(root), "https://a.example/")
    assert issue.startswith("2 statements on pages of diseases are contradicted by a record.")
    assert issue.count("**contradicted** by the record of") == 2
    assert "description" not in issue  # of which none has to be read again
    write(root / PAGE, DISEASE)
    assert "says otherwise" not in website.build(root)["leukemia/index.html"].decode()
    assert review_issue.markdown(website.read_catalog(root), "https://a.example/") == ""


# What a contradicted description is still shown in


def test_a_contradicted_summary_is_on_its_own_page_alone(root: Path) -> None:
    text = (
        "---\nsummary: For nobody but a marvel.\nshort_name: Marvel\nclaims:\n  ages: {}\n"
        f"sources: [{nct(1)}]\nchecked: 2026-05-01\nchecked_against: 2026-05-01\n---\nMarvelous.\n"
    )
    block = f"```trials\n{nct(1)}\n```"
    write(root / PAGE, DISEASE.replace("Text in Markdown.", block))
    with RegistryServer([record(1, statusModule__overallStatus="COMPLETED"), record(2)]) as server:
        night(root, server, "2026-05-02")
    places = {}
    for ages in ("18 to 75 years", "children"):
        write(root / FILE, text.format(ages))
        site = website.build(root)
        places[ages] = {path for path, body in site.items() if b"marvel" in body.lower()}
    own = {path for path in places["children"] if f"trials/{nct(1)}/index.html" not in path}
    assert {"data/trials.csv", "leukemia/index.html"} < places["18 to 75 years"]
    assert any("feed" in path for path in places["18 to 75 years"])
    assert any(path.startswith("static/") for path in places["18 to 75 years"])
    assert own <= {"review/index.html", "review/feed.json", "review/feed.xml", "review/rss.xml"}
    page = website.build(root)[f"trials/{nct(1)}/index.html"].decode()
    assert "says otherwise" in page


# The page of the brief, pasted by an unsuspecting editor


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """This project's content, with only the descriptions that the ten rows are pasted into."""
    left_out = shutil.ignore_patterns("guides", "pages")
    shutil.copytree(PROJECT / "content", tmp_path / "content", ignore=left_out)
    for path in (tmp_path / "content/trials").glob("*.md"):
        if path.stem not in MISTAKES:
            path.unlink()
    return tmp_path


def rows() -> Iterator[tuple[str, str]]:
    """(NCT id, what the page says of it) of its ten trials."""
    path = REAL / "brief/disease-page.txt"
    if not path.is_file():
        pytest.skip(f"NOT TESTED ON THE PAGE OF THE BRIEF: {path} is missing")
    for line in path.read_text("utf-8").splitlines():
        if match := re.match(r"(NCT[0-9]{8}) (.*)", line.strip()):
            yield match[1], match[2]


@pytest.fixture(scope="module")
def data() -> Data:
    return read_data(PROJECT, [])


def silent(root: Path, data: Data) -> list[str]:
    """Those of the ten of whose description nothing is said."""
    messages = text_problems(root, data)
    ids = [nct_id for nct_id, _ in rows()]
    return [i for i in ids if not any(one.startswith(f"content/trials/{i}.md") for one in messages)]


def replace(path: Path, block: str, text: str) -> None:
    """Put something else in the place of a key of a header and what stands below it."""
    head, rest = re.split(rf"^{block}:.*\n(?:  .*\n)*", path.read_text("utf-8"), flags=re.MULTILINE)
    write(path, head + text + rest)


MISTAKES = {
    "NCT04530565": "'Ph-negative': the source says otherwise (Ph-positive)",
    "NCT03914625": "'Ph-negative' needs the claim `population: [Ph-negative]`",
    "NCT07400029": "'R/R' needs the claim `line: [Relapsed or refractory]`",
    "NCT07328503": "'failure' needs the claim `line: [Relapsed or refractory]`",
    "NCT05748171": "Besylomone is no name of Inotuzumab ozogamicin in content/vocabulary",
    "NCT06317662": "'adult' does not fit the claim `ages: up to 365 days`",
    "NCT03590171": "'adult' does not fit the claim `ages: children`",
    "NCT02143414": "E1910 is a number of ECOG-ACRIN, and not of SWOG",
    "NCT06207123": "'Ph+' needs the claim `population: [Ph-positive]`",
    "NCT04065399": "'FDA': an approval belongs in the text, with its source",
}
"""What `check` says of each of the ten rows, pasted as the summary of a description with claims."""


def paste(root: Path) -> None:
    """Write each of the ten rows over the summary of its trial."""
    for nct_id, row in rows():
        said = re.split(r" (?:Recruiting|Active|Not Yet|National Cancer|Phase 3)", row)[0]
        path = root / f"content/trials/{nct_id}.md"
        replace(path, "summary", f"summary: >-\n  {said}\n")


def test_the_mistake_of_each_of_the_ten_rows_of_the_brief_is_reported(
    ours: Path, data: Data
) -> None:
    assert [nct_id for nct_id, _ in rows()] == [*MISTAKES]
    paste(ours)
    messages = text_problems(ours, data)
    for nct_id, message in MISTAKES.items():
        reported = [one for one in messages if one.startswith(f"content/trials/{nct_id}.md:3: ")]
        assert any(message in one for one in reported), (nct_id, reported)


@pytest.mark.soak
def test_the_ten_rows_of_the_brief_are_reported_without_claims(ours: Path, data: Data) -> None:
    paste(ours)
    for nct_id, _ in rows():
        replace(ours / f"content/trials/{nct_id}.md", "claims", "")
    assert silent(ours, data) == []


@pytest.mark.soak
def test_the_ten_rows_of_the_brief_are_reported_as_claims(ours: Path, data: Data) -> None:
    """In the descriptions as they are: with the name that people use, and the text below.

    The last row claims nothing false: KMT2A, relapsed or refractory, revumenib and the sponsor are
    those of the record. Its fault, an approval, is reported in the summary.
    """
    for (nct_id, _), (name, claims) in zip(rows(), CLAIMS.items(), strict=True):
        dumped = yaml.safe_dump(claims, allow_unicode=True)
        path = ours / f"content/trials/{nct_id}.md"
        replace(path, "claims", "claims:\n" + "".join(f"  {x}\n" for x in dumped.splitlines()))
        replace(path, "summary", f"summary: A trial, “{name}”.\n")
    assert silent(ours, data) == ["NCT04065399"]


@pytest.mark.soak
def test_todays_texts_raise_no_alarm() -> None:
    catalog = website.read_catalog(PROJECT)
    assert [str(one.problem) for one in text_findings(catalog, {})] == []
