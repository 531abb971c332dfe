"""Vocabularies: mistakes are named with their line, and another disease is content alone."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import build
from monitor import website
from monitor.content import schema_files
from monitor.content.reader import read_content
from monitor.content.vocabulary import Vocabulary, read_vocabulary
from monitor.facets import NO, NOT_STATED, YES, sort
from monitor.problems import Problem, Refused
from monitor.registry.study import study_from
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import PROJECT, night, tree, vocabulary, write
from tests.vocabulary_tree import COUNT, vocabulary_tree

PATH = "content/vocabulary/example.yaml"

SOUND = """label: Brain tumors
lists:
  idh: IDH, IDH1, IDH1/2
diseases:
  glioblastoma: |
    glioblastoma, glioblastoma multiforme, GBM
other_diseases: brain metastases, meningioma
any_disease: glioma, brain tumor
facets:
  - key: idh
    label: IDH
    question: Is a gene called IDH changed?
    values:
      - key: wildtype
        label: IDH-wildtype
        phrases: "{idh} wildtype, {idh} wild-type, {idh} wild type"
        opposite: mutant
      - key: mutant
        label: IDH-mutant
        phrases: "{idh} mutant, {idh} mutated, {idh} mutation"
        opposite: wildtype
  - key: stage
    label: Stage
    question: When do people join?
    values:
      - key: new
        label: Newly diagnosed
        adjectives: newly diagnosed, untreated
        rules_out: back
      - key: back
        label: Come back
        adjectives: recurrent, progressive
        rules_out: new
  - key: treatment
    label: Treatment
    question: What is tested?
    about: treatment
    values:
      - key: vaccine
        label: Vaccine
        phrases: vaccine, dendritic cell vaccine
      - key: device
        label: Device
drugs:
  - means: {treatment: device}
    names: |
      Optune, NovoTTF
same: |
  glioblastoma, GBM
  tumor, tumour
"""


def read(text: str) -> tuple[Vocabulary | None, list[str]]:
    problems: list[Problem] = []
    words = read_vocabulary(text, PATH, problems)
    return words, [str(problem) for problem in problems]


def test_the_sound_one_is_sound() -> None:
    words, problems = read(SOUND)
    assert problems == []
    assert words
    assert words.named("IDH1-wildtype") == ("idh", "wildtype")
    assert words.named("Come back") == ("stage", "back")
    assert words.spellings("{idh} mutant") == ("IDH mutant", "IDH1 mutant", "IDH1/2 mutant")


def test_an_age_at_the_end_of_a_key_is_doubled_only_where_feeds_by_age_are() -> None:
    assert read(SOUND.replace("device", "vaccine-children"))[1] == []


MISTAKES = [
    ("{idh} mutant,", "{ihd} mutant,", "there is no list {ihd}; known are"),
    ("recurrent, progressive", "recurrent, untreated", "'untreated' is a phrase of 'new', too"),
    ("vaccine, dendritic", "no, dendritic", "'no' is too short"),
    ("dendritic cell vaccine", "treatment", "'treatment' is in every record"),
    ("{treatment: device}", "{treatment: devise}", "'devise' is no value of 'treatment'"),
    ("rules_out: back", "rules_out: gone", "'gone' is no other value of 'stage'"),
    ("opposite: wildtype", "opposite: mutant", "'mutant' is no other value of 'idh'"),
    ("Optune, NovoTTF", "Optune, NovoTTF\n      Optune, other", "'Optune' is a name of 'Optune'"),
    ("label: Device", "label: Device\n        contrary: no device", "and not of a treatment"),
    ("lists:\n", 'lists:\n  all idh: "{idh}, IDH2"\n', "{idh} is not a list above"),
]
"""What was, what stands there instead, and what is said of it."""

ALONE = [
    ("  - key: stage", "  - key: idh", "'idh' is a facet already"),
    ("  - key: stage", "  - key: status", "'status' is a question that every list has"),
    ("  - key: stage", "  - key: country-of", "'country-of' is a question that every list has"),
    ("      - key: back", "      - key: new-children", "that of 'new' of 'stage' is: rename one"),
    ("question: When do people join?", "qestion: When?", "unknown key"),
    ("{treatment: device}", "{treatmet: device}", "there is no facet 'treatmet'"),
    ("{treatment: device}", "{treatment: [device]}", "put commas between several"),
    ("rules_out: new", "comes_after: gone", "'gone' is no other value of 'stage'"),
    ("      - key: back", "      - key: new", "'new' is a value of 'stage' already"),
    ("key: wildtype", "key: Wild Type", "small letters, digits and hyphens"),
    ("label: Brain tumors\n", "", "'label' is missing"),
    ("      Optune, NovoTTF", "      Opt...", "not at an end"),
    (
        "- key: device\n        label: Device",
        "- key: none\n        label: None",
        "no record can say",
    ),
]
"""Others, which hide those."""


def line_of(text: str) -> int:
    """The first line that is not as in SOUND."""
    pairs = zip(text.split("\n"), SOUND.split("\n"), strict=False)
    return next(number for number, (one, other) in enumerate(pairs, 1) if one != other)


@pytest.mark.parametrize(("old", "new", "message"), [*MISTAKES, *ALONE])
def test_a_mistake_is_named_with_its_line(old: str, new: str, message: str) -> None:
    assert old in SOUND
    wrong = SOUND.replace(old, new, 1)
    words, problems = read(wrong)
    assert words is None
    place = f"{PATH}:{line_of(wrong)}: "
    assert any(problem.startswith(place) and message in problem for problem in problems), problems


def test_ten_mistakes_are_named_at_once() -> None:
    wrong = SOUND
    for old, new, _ in MISTAKES:
        wrong = wrong.replace(old, new, 1)
    words, problems = read(wrong)
    assert words is None
    for _, _, message in MISTAKES:
        assert any(message in problem for problem in problems), (message, problems)
    assert len(problems) >= 10


def test_the_blood_cancers_are_sound_and_fit_their_schema() -> None:
    text = (PROJECT / "content/vocabulary/blood-cancers.yaml").read_text("utf-8")
    assert vocabulary().by_key
    schema = json.loads(dict(schema_files.render())["vocabulary.schema.json"])
    plain = yaml.safe_load(text)
    jsonschema.validate(plain, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "facetts": []}, schema)


DISEASE = """---
name: Glioblastoma
search:
  condition: Glioblastoma
{header}
---
Text.
"""


def content(root: Path, header: str) -> tuple[Any, list[str]]:
    write(tree(root) / PATH, SOUND)
    write(root / "content/diseases/glioblastoma.md", DISEASE.format(header=header))
    problems: list[Problem] = []
    return read_content(root, problems), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("vocabulary: exemple", "there is no content/vocabulary/exemple.yaml"),
        ("facets: [idh]", "'facets' need 'vocabulary', too"),
        ("vocabulary: example\nfacets: [idh, stages]", "'stages' is unknown; known are idh"),
    ],
)
def test_a_disease_names_what_there_is(tmp_path: Path, header: str, message: str) -> None:
    _, problems = content(tmp_path, header)
    assert any(message in problem for problem in problems), problems
    assert all("content/diseases/glioblastoma.md:" in problem for problem in problems), problems


def test_claims_are_words_of_the_vocabulary(tmp_path: Path) -> None:
    write(
        tmp_path / f"content/trials/{nct(1)}.md",
        "---\nsummary: For adults.\nclaims:\n  population: [IDH-wildtyp]\n"
        "  facets: {stage: newer}\n---\nText.\n",
    )
    _, problems = content(tmp_path, "vocabulary: example")
    place = f"content/trials/{nct(1)}.md"
    assert any(
        p.startswith(f"{place}:4: ") and "is 'IDH-wildtype' meant?" in p for p in problems
    ), problems
    assert any(p.startswith(f"{place}:5: ") and "is 'stage: new' meant?" in p for p in problems)


def test_a_mistake_in_a_vocabulary_is_named_without_what_follows_from_it(tmp_path: Path) -> None:
    """Each table and each claim in its words would be a mistake, too."""
    root = vocabulary_tree(tmp_path)
    vocabulary = root / "content/vocabulary/invented.yaml"
    disease = root / "content/diseases/leukemia.md"
    block = "```trials\nfilter: {stage: [relapsed-refractory]}\n```\n"
    write(disease, f"{disease.read_text()}\n{block}")
    website.check(root)
    write(vocabulary, vocabulary.read_text().replace("adjectives:", "adjective:", 1))
    with pytest.raises(Refused) as refused:
        website.check(root)
    (problem,) = refused.value.problems
    assert problem.startswith("content/vocabulary/invented.yaml:")
    assert "is 'adjectives' meant?" in problem


CRITERIA = "eligibilityModule__eligibilityCriteria"
TITLE = "identificationModule__briefTitle"


def test_another_disease_is_content_alone(tmp_path: Path) -> None:
    """Glioblastoma, with a facet that no blood cancer has."""
    read, problems = content(tmp_path, "vocabulary: example\nfacets: [stage, idh, treatment]")
    assert problems == []
    disease = next(each for each in read.diseases if each.slug == "glioblastoma")
    assert [facet.key for facet in disease.vocabulary.facets] == ["stage", "idh", "treatment"]
    study = study_from(
        record(
            1,
            **{
                TITLE: "A Dendritic Cell Vaccine in Newly Diagnosed Glioblastoma",
                CRITERIA: (
                    "Inclusion Criteria:\n\n* IDH-wildtype glioblastoma\n"
                    "Exclusion Criteria:\n\n* IDH1 mutation\n* Untreated brain metastases"
                ),
            },
        )
    )
    sorting = sort(study, disease.vocabulary)
    assert sorting.answer("idh", "wildtype") == YES
    assert sorting.answer("idh", "mutant") == NO
    assert sorting.answer("stage", "new") == YES
    assert sorting.answer("stage", "back") == NO
    assert sorting.answer("treatment", "vaccine") == YES
    assert sorting.answer("treatment", "device") == NOT_STATED
    assert sorting.reasons["idh", "mutant"][0].where == "exclusion 1"
    assert sorting.answers(["idh"]) == {"idh": {"yes": ["wildtype"], "no": ["mutant"]}}


def test_the_site_of_another_disease_is_content_alone(tmp_path: Path) -> None:
    """Its page, list, feeds and downloads know its facets, and nothing of them is in the code."""
    page = "vocabulary: example\n"
    _, problems = content(tmp_path, page)
    assert problems == []
    (tmp_path / "content/diseases/leukemia.md").unlink()
    table = "```trials\ntitle: IDH-wildtype\nfilter: {idh: wildtype}\n```\n"
    text = DISEASE.format(header=page).replace("Text.", f"Text.\n\n{table}")
    write(tmp_path / "content/diseases/glioblastoma.md", text)
    titles = ["Optune in IDH-wildtype glioblastoma", "A Study in IDH-mutant glioblastoma"]
    records = (record(number, **{TITLE: title}) for number, title in enumerate(titles, 1))
    with RegistryServer(records) as server:
        night(tmp_path, server, "2026-05-01")
    website.write(tmp_path, tmp_path / "site")

    def content_of(address: str) -> str:
        return (tmp_path / "site" / address).read_text("utf-8")

    called = [f'class="called" href="../trials/{nct(number)}/' for number in (1, 2)]
    listed = [content_of("glioblastoma/index.html").count(row) for row in called]
    assert listed[0] == listed[1] + 1  # in the table, too
    assert 'data-question="idh"' in content_of("glioblastoma/trials/index.html")
    assert 'data-question="idh"' in content_of("glioblastoma/find/index.html")
    feed = json.loads(content_of("glioblastoma/feeds/idh-wildtype/all/feed.json"))
    assert "IDH-wildtype" in feed["title"]
    rows = {
        row["nct_id"]: row for row in csv.DictReader(io.StringIO(content_of("data/trials.csv")))
    }
    assert (rows[nct(1)]["idh"], rows[nct(2)]["idh"]) == ("wildtype", "mutant")
    assert rows[nct(1)]["treatment"] == "device"
    trials = json.loads(content_of("data/trials.json"))
    jsonschema.validate(trials, json.loads(content_of("data/trials.schema.json")))
    assert '"name": "idh"' in content_of("data/datapackage.json")


def test_the_code_knows_no_disease_and_no_drug() -> None:
    words = ("leuk", "lymph", "blina", "philadelphia", "b-cell", "cd19", "tinib", "car-t")
    for path in (PROJECT / "monitor/facets").glob("*.py"):
        lines = path.read_text("utf-8").lower().split("\n")
        code = [
            line
            for line in lines
            if not line.strip().startswith("#") and '"""' not in line and "  # " not in line
        ]
        for word in words:
            hits = [line for line in code if word in line and ("re." in line or "\\b" in line)]
            assert hits == [], f"{path.name}: {word}"


def test_a_facet_that_no_record_answers_or_no_disease_uses_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = vocabulary_tree(tmp_path / "tree")
    path = root / "content/vocabulary/invented.yaml"
    route = """  - key: route
    label: Route
    question: How is it given?
    about: treatment
    values:
      - key: infusion
        label: Infusion
        phrases: drip into a vein
drugs:
"""
    write(path, path.read_text().replace("drugs:\n", route))
    assert build.main(["--root", str(root), "check"]) == 0
    warning = f"content/vocabulary/invented.yaml: facet 'route': none of {COUNT} records of"
    assert warning in capsys.readouterr().err
    disease = next(root.glob("content/diseases/*.md"))
    header = "vocabulary: invented\n"
    write(disease, disease.read_text().replace(header, f"{header}facets: [stage, subtype]\n"))
    assert build.main(["--root", str(root), "check"]) == 0
    printed = capsys.readouterr().err
    assert "content/vocabulary/invented.yaml: facet 'route': no disease has it in" in printed
    assert "facet 'stage': no disease" not in printed
