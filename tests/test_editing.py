"""The way for editors: links to GitHub's editor and forms, and the template of a description."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalog.trial import Trial
from monitor.content import markdown_checks as texts
from monitor.content.reader import read_content
from monitor.data.snapshot import Check, normalise
from monitor.pages.edit_links import LONGEST, Editing
from monitor.problems import Problem
from monitor.registry.study import study_from
from monitor.review.rules import review
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import SITE, Site, night, tree, write

REPOSITORY = "https://github.com/example/monitor"
DESCRIPTION = "---\nsummary: For adults.\n---\nText.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a tree with a repository, a described and an undescribed trial."""
    root = tree(tmp_path)
    write(root / "content/site.yaml", f"{SITE}repository: {REPOSITORY}/\n")
    write(root / f"content/trials/{nct(1)}.md", DESCRIPTION)
    write(root / "content/pages/about.md", "---\ntitle: About\n---\nText.\n")
    write(root / "content/glossary.yaml", "- term: Arm\n  definition: A group.\n")
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    return root


def hrefs(files: Mapping[str, bytes], path: str, words: str) -> list[str]:
    """Return where the links with these words lead."""
    page = files[path].decode()
    addresses = re.findall(rf'<a href="([^"]+)"[^>]*>{words}</a>', page)
    return [address.replace("&amp;", "&") for address in addresses]


@pytest.mark.parametrize(
    ("page", "words", "file"),
    [
        (f"trials/{nct(1)}/", "Edit this description", f"content/trials/{nct(1)}.md"),
        ("leukemia/", "Edit this text", "content/diseases/leukemia.md"),
        ("about/", "Edit this text", "content/pages/about.md"),
        ("glossary/", "Edit this glossary", "content/glossary.yaml"),
    ],
)
def test_every_text_leads_to_its_file_in_the_editor(
    root: Path, page: str, words: str, file: str
) -> None:
    files = Site(root)
    assert hrefs(files, f"{page}index.html", words) == [f"{REPOSITORY}/edit/main/{file}"]
    assert (root / file).is_file()


def test_what_is_wrong_can_be_said_in_a_form_that_knows_the_trial(root: Path) -> None:
    files = Site(root)
    for number in (1, 2):
        (form,) = hrefs(files, f"trials/{nct(number)}/index.html", "Suggest a correction")
        assert form == f"{REPOSITORY}/issues/new?template=wrong-description.yml&trial={nct(number)}"
    (form,) = hrefs(files, "leukemia/index.html", "Suggest a correction")
    assert form == f"{REPOSITORY}/issues/new?template=wrong-description.yml"
    assert hrefs(files, "index.html", "Report a mistake") == [f"{REPOSITORY}/issues/new/choose"]


def test_without_a_repository_nothing_is_offered(root: Path) -> None:
    write(root / "content/site.yaml", SITE)
    for path, content in Site(root).items():
        assert not re.search(rb"Edit this|Describe this|Suggest a|Report a mistake", content), path


def written(address: str) -> tuple[str, str]:
    """Return the file's name and text that an address asks GitHub's editor to open."""
    assert len(address) <= LONGEST
    assert re.fullmatch(r"[!-~]+", address)
    query = parse_qs(urlsplit(address).query)
    return query["filename"][0], query["value"][0]


def replaced(text: str) -> str:
    """Return the template as an editor leaves it who only replaces the placeholders."""
    filled, count = re.subn(rf"{texts.PLACEHOLDER}.*", "Invented words.", text)
    assert count == 2
    return filled


def test_a_trial_without_a_description_gets_one_from_what_the_registry_says(root: Path) -> None:
    page = f"trials/{nct(2)}/index.html"
    (address,) = hrefs(Site(root), page, "Describe this trial in plain words")
    assert address.startswith(f"{REPOSITORY}/new/main/content/trials?filename=")
    name, text = written(address)
    assert name == f"{nct(2)}.md"
    for fact in ("Invented Study 2", "18 to 75 years", "Examplumab", "Example University"):
        assert fact in text
    assert "checked_against: 2026-05-01" in text
    path = root / "content/trials" / name
    write(path, text)
    problems: list[Problem] = []
    read_content(root, problems)
    assert {problem.message for problem in problems} == {
        "WRITE HERE is still to be replaced by your own words"
    }
    write(path, replaced(text))
    described = Site(root)[page].decode()
    head, body = described.split("</head>")
    assert body.count("Invented words.") == 2  # summary and text
    assert head.count("Invented words.") == 3  # for searches, previews and machines
    assert "What the registry says" not in described


def test_the_claims_of_the_template_are_the_records_own(root: Path) -> None:
    page = f"trials/{nct(2)}/index.html"
    (address,) = hrefs(Site(root), page, "Describe this trial in plain words")
    _, text = written(address)
    lines = replaced(text).split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("# Take the #"))
    for number in range(start + 1, len(lines)):
        lines[number] = lines[number].removeprefix("# ").removeprefix("#").partition("  (")[0]
    agreed = (
        "\n".join(lines).replace("YYYY-MM-DD", "2026-05-01").replace("https://…", "https://a.b")
    )
    write(root / f"content/trials/{nct(2)}.md", agreed)
    problems: list[Problem] = []
    claims = read_content(root, problems).trials[nct(2)].header.claims
    assert problems == []
    assert claims
    verdicts = review(claims, study_from(normalise(record(2))), [])
    assert [(v.name, v.says) for v in verdicts] == [
        ("ages: 18 to 75 years", "agrees"),
        ("drugs: Examplumab", "agrees"),
        ("sponsor: Example University", "agrees"),
    ]


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([*"\n\r\t\x85\u2028\u2029\ufeff:#-|>'\"&*!%@`[]{}^<\\/,?=+; "]),
        st.sampled_from(["---", "NCT0123", "[^1]", texts.PLACEHOLDER, "\n---\n", "\nsummary: x\n"]),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    max_size=40,
).map("".join)


@given(title=HOSTILE, name=HOSTILE, age=HOSTILE, drugs=st.lists(HOSTILE, max_size=30))
def test_nothing_in_a_record_can_spoil_the_template(
    tmp_path_factory: pytest.TempPathFactory, title: str, name: str, age: str, drugs: list[str]
) -> None:
    hostile = record(
        3,
        identificationModule__briefTitle=title,
        identificationModule__acronym=title,
        sponsorCollaboratorsModule__leadSponsor={"name": name or "x"},
        eligibilityModule__minimumAge=age,
        armsInterventionsModule__interventions=[{"name": drug or "x"} for drug in drugs],
    )
    trial = Trial(nct(3), study_from(normalise(hostile)), None, ())
    _, text = written(Editing(REPOSITORY, Check(checked="2026-05-01")).describe(trial))
    root = tmp_path_factory.mktemp("hostile")
    write(root / "content/site.yaml", SITE)
    write(root / f"content/trials/{nct(3)}.md", replaced(text))
    problems: list[Problem] = []
    content = read_content(root, problems)
    assert problems == []
    assert content.trials[nct(3)].header.summary == "Invented words."
    assert content.trials[nct(3)].text.markdown.strip() == "Invented words."


def test_a_long_record_is_cut_to_what_an_address_can_hold() -> None:
    names = [{"name": f"{number} " + "試" * 300} for number in range(30)]
    long = record(
        3,
        identificationModule__briefTitle="薬" * 300,
        armsInterventionsModule__interventions=names,
    )
    trial = Trial(nct(3), study_from(long), None, ())
    _, text = written(Editing(REPOSITORY, Check()).describe(trial))
    assert "薬" in text
    assert "試" not in text
