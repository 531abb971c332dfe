"""Bad input is reported with file and line, all at once."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from monitor import website
from monitor.content import schema_files as schemas
from monitor.content.claims import Claims
from monitor.content.front_matter import Place, read_header
from monitor.content.reader import read_content
from monitor.problems import Problem, Refused
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, night, tree, write

GOOD_TRIAL = "---\nsummary: For adults.\nchecked: 2026-08-01\n---\nText.\n"
CLAIMING = """---
summary: For children.
claims:
  drugs: [examplumab]
sources: [Somebody. https://a.example/b]
checked: 2026-08-01
checked_against: 2026-08-01
---
Text.
"""
DISEASE_FILE = "content/diseases/leukemia.md"
TRIAL_FILE = f"content/trials/{nct(1)}.md"


def problems_of(root: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        website.build(root)
    return refused.value.problems


def test_the_smallest_disease_file_is_enough(tmp_path: Path) -> None:
    problems: list[Problem] = []
    content = read_content(tree(tmp_path), problems)
    assert problems == []
    assert content.searches == {"leukemia": "Leukemia"}


BAD = {
    "broken YAML": (DISEASE_FILE, DISEASE.replace("Leukemia\n", '"Leukemia\n'), 4, "is not YAML"),
    "unknown key": (DISEASE_FILE, DISEASE.replace("name:", "nam:"), 2, "unknown key 'nam'"),
    "two treatments of one address": (
        DISEASE_FILE,
        DISEASE.replace("search:", "interventions:\n  - name: CAR T\n  - name: Car-T\nsearch:"),
        0,
        "interventions: 'CAR T' and 'Car-T' are one address",
    ),
    "a treatment without a name": (
        DISEASE_FILE,
        DISEASE.replace("search:", "interventions:\n  - also: [X]\nsearch:"),
        4,
        "'interventions.name' is missing",
    ),
    "unknown key below": (
        DISEASE_FILE,
        DISEASE.replace("  condition:", "  conditon:"),
        4,
        "unknown key 'search.conditon': is 'condition' meant?",
    ),
    "missing key": (DISEASE_FILE, "---\nname: A\n---\n", 2, "'search' is missing"),
    "key twice": (DISEASE_FILE, DISEASE.replace("search:", "name: B\nsearch:"), 3, "'name' stands"),
    "empty value": (DISEASE_FILE, DISEASE.replace("name: Invented leukemia", "name:"), 2, "'name'"),
    "a date that is none": (TRIAL_FILE, GOOD_TRIAL.replace("08-01", "13-01"), 3, "'checked'"),
    "no header": (TRIAL_FILE, "Text.\n", 1, "begins with a header"),
    "references": (TRIAL_FILE, "---\na: &x [*x]\n---\n", 2, "not used here"),
    "malformed id in a list": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\n{nct(1)}\n12345678\n```\n",
        10,
        "'12345678' is not an NCT id",
    ),
    "id twice in a list": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\n{nct(1)}\n{nct(2)}\n{nct(1)}\n```\n",
        11,
        f"{nct(1)} stands in this list already",
    ),
    "malformed id in a text": (DISEASE_FILE, f"{DISEASE}\nSee NCT1234567.\n", 8, "'NCT1234567'"),
    "link to nowhere": (DISEASE_FILE, f"{DISEASE}\n[x](/nowhere/)\n", 8, "/nowhere/ leads nowhere"),
    "anchor to nowhere": (DISEASE_FILE, f"{DISEASE}\n[x](/feeds/#x)\n", 8, "has no such place"),
    "relative link": (DISEASE_FILE, f"{DISEASE}\n[x](trials)\n", 8, "a link begins with"),
    "javascript link": (DISEASE_FILE, f"{DISEASE}\n[x](javascript:alert)\n", 8, "a link begins"),
    "picture": (DISEASE_FILE, f"{DISEASE}\n![x](https://a.example/b.png)\n", 8, "pictures"),
    "HTML": (DISEASE_FILE, f"{DISEASE}\na <b>bold</b> word\n", 8, "HTML is not used here"),
    "control character": (DISEASE_FILE, f"{DISEASE}\na\x07b\n", 8, "control character"),
    "undefined note": (
        DISEASE_FILE,
        f"{DISEASE}\nA claim.[^who]\n",
        8,
        "note [^who] is not defined",
    ),
    "unused note": (DISEASE_FILE, f"{DISEASE}\n[^who]: Someone\n", 8, "note [^who] is not used"),
    "emptied file": (DISEASE_FILE, "", 0, "is empty"),
    "note in the header": (TRIAL_FILE, GOOD_TRIAL.replace("For", "For[^a]"), 2, "notes"),
    "list of trials elsewhere": (
        TRIAL_FILE,
        f"{GOOD_TRIAL}\n```trials\n{nct(1)}\n```\n",
        7,
        "only",
    ),
    "praise": (DISEASE_FILE, f"{DISEASE}\nA\npromising drug.\n", 9, "'promising' is praise: say"),
    "praise over two lines": (DISEASE_FILE, f"{DISEASE}\nThe most\nimportant.\n", 8, "is praise"),
    "praise in a header": (TRIAL_FILE, GOOD_TRIAL.replace("For", '"Breakthrough'), 2, "is praise"),
    "praise in a heading": (DISEASE_FILE, f"{DISEASE}\n## Revolutionary\n", 8, "is praise"),
    "unwritten": (TRIAL_FILE, f"{GOOD_TRIAL}WRITE HERE the text\n", 6, "your own words"),
    "open fence": (DISEASE_FILE, f"{DISEASE}\n```trials\n{nct(1)}\n", 8, "a fence (```)"),
    "a list of nothing": (DISEASE_FILE, f"{DISEASE}\n```trials\n```\n", 8, "without trials"),
    "heading of the page": (DISEASE_FILE, f"{DISEASE}\n# Big\n", 8, "headings are ##"),
    "place on this page": (DISEASE_FILE, f"{DISEASE}\n[x](#nope)\n", 8, "no such place"),
    "space in an address": (DISEASE_FILE, f"{DISEASE}\n[x](<https://a b.example>)\n", 8, "a link"),
    "a letter for a digit": (DISEASE_FILE, f"{DISEASE}\nNCT0123456O\n", 8, "'NCT0123456O'"),
    "seconds for a date": (TRIAL_FILE, GOOD_TRIAL.replace("2026-08-01", "1693526400"), 3, "a date"),
    "key that is a list": (TRIAL_FILE, "---\n? [a]\n: b\nsummary: s\n---\n", 2, "single word"),
    "a tab": (TRIAL_FILE, CLAIMING.replace("  drugs", "\tdrugs"), 4, "begins with a tab"),
    "a colon in a value": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("For adults.", "ALL: for adults: who?"),
        2,
        "goes in quotes",
    ),
    "a misspelt claim": (
        TRIAL_FILE,
        CLAIMING.replace("drugs", "drug"),
        4,
        "unknown key 'claims.drug': is 'drugs' meant?",
    ),
    "a typed status": (
        TRIAL_FILE,
        CLAIMING.replace("claims:", "status: Recruiting\nclaims:"),
        3,
        "'status' is never written here: the site takes it from the registry",
    ),
    "a word that is none of the words": (
        TRIAL_FILE,
        CLAIMING.replace("  drugs: [examplumab]", "  population: [Philadelphia-postive]"),
        4,
        "is not among its words: is 'Philadelphia-positive' meant?",
    ),
    "ages that cannot be read": (
        TRIAL_FILE,
        CLAIMING.replace("  drugs: [examplumab]", "  ages: grown-ups"),
        4,
        "write '18 years and older'",
    ),
    "claims without sources": (
        TRIAL_FILE,
        CLAIMING.replace("sources: [Somebody. https://a.example/b]\n", ""),
        3,
        "claims need 'sources', too",
    ),
    "a source without an address": (
        TRIAL_FILE,
        CLAIMING.replace(" https://a.example/b", ""),
        5,
        "names no address",
    ),
    "a copied description": (
        f"content/trials/{nct(2)}.md",
        CLAIMING,
        2,
        f"has the summary of content/trials/{nct(1)}.md: one of the two is a copy",
    ),
    "a long text": (TRIAL_FILE, GOOD_TRIAL + "word " * 10_000, 5, "12,000 at most"),
    "file name": ("content/trials/NCT1.md", GOOD_TRIAL, 0, "is not an NCT id and .md"),
    "address taken": ("content/pages/feeds.md", "---\ntitle: F\n---\n", 0, "/feeds/ is taken"),
    "address of a disease": (
        "content/pages/leukemia.md",
        "---\ntitle: F\n---\n",
        0,
        "a disease has",
    ),
    "odd address": ("content/pages/A B.md", "---\ntitle: F\n---\n", 0, "small letters"),
    "site without url": ("content/site.yaml", SITE.replace("url: ", "uri: "), 2, "is 'url' meant?"),
    "site's url": (
        "content/site.yaml",
        SITE.replace("monitor.example", "[bad"),
        2,
        "begins with https://",
    ),
    "damaged record": (f"data/studies/{nct(1)}.json", '{\n"a": }\n', 2, "is not JSON"),
    "another's record": (
        f"data/studies/{nct(1)}.json",
        f'{{"protocolSection": {{"identificationModule": {{"nctId": "{nct(2)}"}}}}}}',
        0,
        f"holds the record of {nct(2)}",
    ),
    "record of a wrong shape": (f"data/studies/{nct(1)}.json", "[]", 0, "expected an object"),
    "damaged search": ("data/searches/leukemia.txt", f"{nct(1)}\nNCT1\n", 2, "is not an NCT id"),
    "damaged log": ("data/changes/2026-05.jsonl", '{"date": "2026-05-01"}\n', 1, "is not a change"),
    "damaged registry.json": ("data/registry.json", '{"checkd": ""}', 0, "unknown keys: checkd"),
    "odd date": ("data/registry.json", '{"checked": "2026-W34-6"}', 0, "are dates"),
    "change that can't be told": (
        "data/changes/2026-05.jsonl",
        f'{{"date":"2026-05-01","kind":"dates","nct_id":"{nct(1)}","rank":"minor","new":[1]}}\n',
        1,
        "is not a change",
    ),
    "change of a part that is not there": (
        "data/changes/2026-05.jsonl",
        f'{{"date":"2026-05-01","kind":"primary_outcome","field":"primary_outcomes.time_frame",'
        f'"nct_id":"{nct(1)}","rank":"major","old":[{{"name":"a"}}],"new":[{{"name":"a"}}]}}\n',
        1,
        "is not a change",
    ),
    "searches that are no list": (
        "data/changes/2026-05.jsonl",
        f'{{"date":"2026-05-01","kind":"tracked","field":"searches",'
        f'"nct_id":"{nct(1)}","rank":"minor","new":5}}\n',
        1,
        "lists of texts",
    ),
    "template": ("templates/home.html", "{% extends 'base.html' %}\n{% if %}", 2, "Expected"),
}


@pytest.mark.parametrize(("path", "text", "line", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_named_with_its_line(
    tmp_path: Path, path: str, text: str, line: int, message: str
) -> None:
    root = tree(tmp_path)
    write(root / TRIAL_FILE, CLAIMING)
    write(root / path, text)
    found = problems_of(root)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert any(problem.startswith(place) and message in problem for problem in found), found
    assert all("\n" not in problem for problem in found)


NO_PRAISE = (
    "It has the FDA's breakthrough\ntherapy designation, and breakthrough infections were rare.",
    "The sponsor calls it “a\nbreakthrough”.",
    'The sponsor calls it "a breakthrough".',
    "Nobody knows whether it works; whether it can cure is asked.",
    "The trial MIRACLE, see [its page](https://example.org/a-promising-drug).",
    "Message.[^a]\n\n[^a]: A revolutionary drug, a news\n    report of a breakthrough, 2025.",
)


@pytest.mark.parametrize("text", NO_PRAISE)
def test_what_is_no_praise_of_ours_may_stand(tmp_path: Path, text: str) -> None:
    write(tree(tmp_path) / DISEASE_FILE, f"{DISEASE}\n{text}\n")
    problems: list[Problem] = []
    read_content(tmp_path, problems)
    assert problems == []


def test_all_problems_come_at_once_in_order(tmp_path: Path) -> None:
    root = tree(tmp_path)
    write(root / DISEASE_FILE, f"{DISEASE}\n[a](/a/) NCT1\n[b](/b/)\n")
    write(root / TRIAL_FILE, "Text.\n")
    write(root / "data/registry.json", "{")
    found = problems_of(root)
    assert len(found) == 5
    assert found == sorted(found)


def test_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    root = tree(tmp_path)
    path = root / TRIAL_FILE
    path.parent.mkdir()
    path.write_bytes(b"---\nsummary: \xff\n---\n")
    assert f"{TRIAL_FILE}:2: is not UTF-8" in problems_of(root)


def test_parts_of_data_that_do_not_belong_together_are_named(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    (root / f"data/studies/{nct(2)}.json").unlink()
    assert problems_of(root) == [
        f"data/searches/leukemia.txt:2: data/studies/{nct(2)}.json is missing"
    ]
    (root / "data/searches/leukemia.txt").unlink()
    assert problems_of(root) == [
        "data/searches/leukemia.txt: is missing, and registry.json names it"
    ]
    (root / "data/registry.json").unlink()
    assert problems_of(root) == [
        "data/registry.json: is missing, and there are studies or searches"
    ]


def test_a_folder_where_a_file_should_be_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path)
    for path in (TRIAL_FILE, f"data/studies/{nct(1)}.json", "data/changes/2026-05.jsonl"):
        (root / path).mkdir(parents=True)
    found = problems_of(root)
    assert len(found) == 3
    assert all("cannot be read" in problem for problem in found)


def test_without_templates_there_is_one_clear_line(tmp_path: Path) -> None:
    root = tree(tmp_path)
    shutil.rmtree(root / "templates")
    assert problems_of(root) == ["templates: is missing"]


def test_a_feed_can_be_linked_to(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
    write(root / DISEASE_FILE, f"{DISEASE}\n[feed](/leukemia/feed.xml)\n")
    assert website.build(root)


def test_yaml_surprises_stay_what_was_written(tmp_path: Path) -> None:
    root = tree(tmp_path)
    write(
        root / DISEASE_FILE,
        DISEASE.replace("Invented leukemia", "NO").replace(": Leukemia", ": 010"),
    )
    problems: list[Problem] = []
    (disease,) = read_content(root, problems).diseases
    assert problems == []
    assert (disease.header.name, disease.header.search.condition) == ("NO", "010")


HEADERS = {
    "as they are": "name: A\nsearch:\n  condition: [B, 'c: d']\nsummary: >-\n  One\n  two\n",
    "a list in a list": "- " * 100 + "a",
    "lists upon lists": "[" * 100_000,
    "no YAML": "name: A: B\n",
    "a comment behind a sign": "name: >#-\n  A\n",
    "a tab in a value": "name: A\tB\n",
    "a question in a list": "name: [A?B, C]\n",
    "a tag": "name: [!A, B]\n",
    "a mark in the middle": "name:\n\ufeff  A\n",
    "an old end of line": "name: [A:\n\x85, B]\n",
    "two documents": "name: A\n---\nname: B\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_means_the_same_without_libyaml(text: str, monkeypatch: Any) -> None:
    def read() -> tuple[Any, list[Problem], dict[Place, int]]:
        problems: list[Problem] = []
        lines: dict[Place, int] = {}
        made = read_header(text, "a.md", 2, dict[str, Any], problems, lines)
        return made, problems, lines

    quick = read()
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    assert read() == quick


def test_the_schemas_in_the_docs_are_those_of_the_code() -> None:
    for name, content in schemas.render():
        assert (PROJECT / "docs/schema" / name).read_bytes() == content, "run: build.py schema"


def test_the_documented_example_is_sound_and_fits_its_schema(tmp_path: Path) -> None:
    guide = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    example = next(part for part in guide.split("```") if "claims:" in part and "---" in part)
    root = tree(tmp_path)
    path = f"content/trials/{nct(1)}.md"
    write(root / path, example.lstrip("\n").replace("https://…", "https://a.example/b"))
    problems: list[Problem] = []
    read = read_content(root, problems).trials[nct(1)]
    assert problems == []
    assert read.header.claims
    assert all(getattr(read.header.claims, name) for name in Claims.__dataclass_fields__)
    schema = json.loads(dict(schemas.render())["trial.schema.json"])
    header = yaml.load(example.split("---")[1], Loader=yaml.BaseLoader)
    jsonschema.validate(header, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**header, "status": "Recruiting"}, schema)
