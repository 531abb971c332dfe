"""Bad input is reported with file and line, all at once."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from monitor import website
from monitor.content import schema_files as schemas
from monitor.content.claims import Claims
from monitor.content.front_matter import read_header
from monitor.content.reader import read_content
from monitor.content.schema import DiseaseHeader
from monitor.data import read_data
from monitor.problems import Problem, Refused
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, SOURCES, night, tree, write

GOOD_TRIAL = "---\nsummary: For adults.\nchecked: 2026-08-01\n---\nText.\n"
CLAIMING = """---
summary: For children.
claims:
  drugs: [examplumab]
sources: [book]
checked: 2026-08-01
checked_against: 2026-08-01
---
Text.
"""
HELPLINES = """- country: United States
  name: Somebody
  phone: 1-800-422-6237
  url: https://help.example/
  source: book
  read: 2026-05-01
  languages: [English, Spanish]
  for: all
"""
DISEASE_FILE = "content/diseases/leukemia.md"
SOURCES_FILE = "content/sources.yaml"
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
    "broken YAML": (
        DISEASE_FILE,
        DISEASE.replace("Leukemia\n", '"Leukemia\n'),
        4,
        '" is opened here',
    ),
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
        f"{nct(1)} is already in this list",
    ),
    "malformed id in a text": (DISEASE_FILE, f"{DISEASE}\nSee NCT1234567.\n", 8, "'NCT1234567'"),
    "link to nowhere": (DISEASE_FILE, f"{DISEASE}\n[x](/nowhere/)\n", 8, "/nowhere/ leads nowhere"),
    "anchor to nowhere": (DISEASE_FILE, f"{DISEASE}\n[x](/feeds/#x)\n", 8, "has no such place"),
    "relative link": (DISEASE_FILE, f"{DISEASE}\n[x](trials)\n", 8, "a link begins with"),
    "javascript link": (DISEASE_FILE, f"{DISEASE}\n[x](javascript:alert)\n", 8, "a link begins"),
    "picture": (DISEASE_FILE, f"{DISEASE}\n![x](https://a.example/b.png)\n", 8, "pictures"),
    "HTML": (DISEASE_FILE, f"{DISEASE}\na <b>bold</b> word\n", 8, "HTML is not used here"),
    "control character": (DISEASE_FILE, f"{DISEASE}\na\x07b\n", 8, "control character"),
    "a note without a source": (
        DISEASE_FILE,
        f"{DISEASE}\nA claim.[^bok]\n",
        8,
        "'bok' is no key of content/sources.yaml: is 'book' meant?",
    ),
    "a source in the text": (
        DISEASE_FILE,
        f"{DISEASE}\n[^who]: Someone\n",
        8,
        "sources belong in content/sources.yaml",
    ),
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
    "open fence": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\n{nct(1)}\n",
        8,
        "this block is not closed",
    ),
    "an open list in a header": (
        TRIAL_FILE,
        CLAIMING.replace("[examplumab]", "[examplumab"),
        4,
        "[ is opened here and not closed",
    ),
    "an open quote in a header": (
        TRIAL_FILE,
        CLAIMING.replace("For children.", '"For children.'),
        2,
        '" is opened here and not closed',
    ),
    "curly quotes around a value": (
        TRIAL_FILE,
        CLAIMING.replace("[examplumab]", "[“examplumab”]"),
        4,
        "curly quotes are a part of “examplumab”",
    ),
    "a hyphen before an id": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\n- {nct(1)}\n```\n",
        9,
        f"'- {nct(1)}': write only the id, {nct(1)}",
    ),
    "two ids in a line": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\n{nct(1)} {nct(2)}\n```\n",
        9,
        f"one id per line: this one has {nct(1)} and {nct(2)}",
    ),
    "an address for an id": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\nhttps://clinicaltrials.gov/study/{nct(1)}\n```\n",
        9,
        f"write only the id, {nct(1)}",
    ),
    "a merge": (
        DISEASE_FILE,
        f"{DISEASE}\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> main\n",
        10,
        "git could not merge here",
    ),
    "an open link": (DISEASE_FILE, f"{DISEASE}\n[x](/feeds/ is\n", 8, "is an unclosed link"),
    "a link apart": (DISEASE_FILE, f"{DISEASE}\n[x] (/feeds/)\n", 8, "no space between"),
    "an open note": (DISEASE_FILE, f"{DISEASE}\nA claim.[^book B\n", 8, "is an unclosed note"),
    "a soft hyphen": (DISEASE_FILE, f"{DISEASE}\nblin\xadatumomab\n", 8, "(soft hyphen), after"),
    "a space of no width": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("adults", "adults\u200b"),
        2,
        "(zero width space), after",
    ),
    "a word processor's bullet": (DISEASE_FILE, f"{DISEASE}\n• A\n• B\n", 9, "with a hyphen"),
    "a status in a summary": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("For adults.", "For adults, recruiting now."),
        2,
        "'summary': 'recruiting' is never typed",
    ),
    "a phase in a summary": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("For adults.", "A phase 3 trial for adults."),
        2,
        "'summary': 'phase 3' is never typed",
    ),
    "a word that a line's end takes apart": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("For adults.", "For adults, after re-\n  induction."),
        2,
        "'summary': 're- induction' has a space in it: end no line with a hyphen",
    ),
    "works and cures": (DISEASE_FILE, f"{DISEASE}\nIt works and cures ALL.\n", 8, "promises"),
    "works, in a summary": (TRIAL_FILE, GOOD_TRIAL.replace("For", "It works for"), 2, "promises"),
    "Markdown in a summary": (
        TRIAL_FILE,
        GOOD_TRIAL.replace("adults", "**adults**"),
        2,
        "'summary' is plain text",
    ),
    "small letters": (
        f"content/trials/{nct(1).lower()}.md",
        GOOD_TRIAL,
        0,
        f"is not an NCT id and .md: it is {nct(1)}.md, in capitals",
    ),
    "another ending": (
        f"content/trials/{nct(1)}.markdown",
        GOOD_TRIAL,
        0,
        f"only .md files belong here: it is {nct(1)}.md",
    ),
    "a guide to nothing": ("content/guides/nothing.md", "---\n---\nText.\n", 0, "a disease's file"),
    "related to nothing": (
        DISEASE_FILE,
        DISEASE.replace("search:", "related: [lukemia]\nsearch:"),
        3,
        "'lukemia' is no other disease",
    ),
    "a helpline for nothing": (
        "content/helplines.yaml",
        HELPLINES.replace("for: all", "for: [lukemia]"),
        8,
        "'lukemia' is no disease here: all, leukemia",
    ),
    "a helpline without a source": (
        "content/helplines.yaml",
        HELPLINES.replace("  source: book\n", ""),
        1,
        "'source' is missing",
    ),
    "a helpline with a source that nobody knows": (
        "content/helplines.yaml",
        HELPLINES.replace("source: book", "source: buk"),
        5,
        "'buk' is no key",
    ),
    "a number in letters": (
        "content/helplines.yaml",
        HELPLINES.replace("1-800-422-6237", "1-800-4-CANCER"),
        3,
        "'phone'",
    ),
    "a misspelt key of a list": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\ntitel: A\nfor: [adults]\n\n{nct(1)}\n```\n",
        9,
        "unknown key 'titel': is 'title' meant?",
    ),
    "a list that fills itself, and is left open": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\nfilter:\n  stage: [newly-diagnosed\nlimit: 3\n```\n",
        10,
        "[ is opened here",
    ),
    "a limit of nothing": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\nstatus: open\nlimit: 0\n```\n",
        10,
        "'limit'",
    ),
    "left out and listed": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\nstatus: open\nleave_out:\n  {nct(1)}: old\nids: {nct(1)}\n```\n",
        11,
        f"{nct(1)} is left out, and it is one of the block's ids",
    ),
    "a list with a header and nothing": (
        DISEASE_FILE,
        f"{DISEASE}\n```trials\ntitle: A\n```\n",
        8,
        "without trials",
    ),
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
    "ages that cannot be read": (
        TRIAL_FILE,
        CLAIMING.replace("  drugs: [examplumab]", "  ages: grown-ups"),
        4,
        "write '18 years and older'",
    ),
    "claims without sources": (
        TRIAL_FILE,
        CLAIMING.replace("sources: [book]\n", ""),
        3,
        "claims need 'sources', too",
    ),
    "a source that is no key": (
        TRIAL_FILE,
        CLAIMING.replace("[book]", "\n  - book\n  - Somebody, 2026"),
        7,
        "'Somebody, 2026' is no key of content/sources.yaml",
    ),
    "a source that nobody knows": (
        TRIAL_FILE,
        CLAIMING.replace("[book]", "\n  - book\n  - nobody"),
        7,
        "'nobody' is no key of content/sources.yaml",
    ),
    "a source without an address": (
        SOURCES_FILE,
        SOURCES.replace("  url: https://book.example/\n", ""),
        1,
        "'book.url' is missing",
    ),
    "a source with half an address": (
        SOURCES_FILE,
        SOURCES.replace("https://book.example/", "book.example"),
        5,
        "of the form https://host/path",
    ),
    "a source with half a host": (
        SOURCES_FILE,
        SOURCES.replace("https://book", "https://[book"),
        5,
        "of the form https://host/path",
    ),
    "a source of no year": (SOURCES_FILE, SOURCES.replace("2026\n  url", "MMXX\n  url"), 4, "year"),
    "a key with a capital": (SOURCES_FILE, SOURCES.replace("book:", "Book:", 1), 1, "is no key:"),
    "an address of another source": (
        SOURCES_FILE,
        SOURCES + SOURCES.replace("book:", "other:", 1).replace("A book", "A paper"),
        9,
        "'other' has the address of 'book', in line 1",
    ),
    "a source twice": (SOURCES_FILE, SOURCES + SOURCES.replace("book:", "same:", 1), 9, "the same"),
    "praise in a source": (SOURCES_FILE, SOURCES.replace("85%", "Impressive 85%"), 8, "is praise"),
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
        "of the form https://host/path",
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
    **{
        f"odd {name} in registry.json": ("data/registry.json", f'{{"{name}": {value}}}', 0, name)
        for name, value in {
            "api_version": "2",
            "data_timestamp": "null",
            "source": "[]",
            "checked": '"2026-W34-6"',
            "logged_since": '"soon"',
            "searches": '{"leukemia": 1}',
            "followed_since": '{"leukemia": "2026-05"}',
            "absent": "[]",
            "missing": '{"leukemia": "2026-05-01"}',
            "unknown": "[1]",
        }.items()
    },
    "change that can't be reported": (
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
        "is not of the shape",
    ),
    "template": ("templates/home.html", "{% extends 'base.html' %}\n{% if %}", 2, "Expected"),
}


@pytest.mark.parametrize(("path", "text", "line", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_named_with_its_line(
    tmp_path: Path, path: str, text: str, line: int, message: str
) -> None:
    root = tree(tmp_path)
    write(root / TRIAL_FILE, CLAIMING)
    write(root / SOURCES_FILE, SOURCES)
    write(root / path, text)
    reported = problems_of(root)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert any(problem.startswith(place) and message in problem for problem in reported), reported
    assert all("\n" not in problem for problem in reported)


NO_PRAISE = (
    "It has the FDA's breakthrough\ntherapy designation, and breakthrough infections were rare.",
    "The sponsor calls it “a\nbreakthrough”.",
    'The sponsor calls it "a breakthrough".',
    "Nobody knows whether it works; whether it can cure is asked.",
    "The trial MIRACLE, see [its page](https://example.org/a-promising-drug).",
)


@pytest.mark.parametrize("text", NO_PRAISE)
def test_what_is_no_praise_of_ours_may_stand(tmp_path: Path, text: str) -> None:
    write(tree(tmp_path) / DISEASE_FILE, f"{DISEASE}\n{text}\n")
    problems: list[Problem] = []
    read_content(tmp_path, problems)
    assert problems == []


SOUND = (
    "It asks whether the drug works, and how it works; nobody knows if it cures.",
    "A drug that works by blocking a signal.",
    "[A link](https://a.example/b_(c)) and [another](/feeds/), (see it) [sic] (1).",
    "The FDA's *name* for it, 5 < 6 and a_b_c.",
    "Text\n====\n\nAnd [x][y].",
)


@pytest.mark.parametrize("text", SOUND)
def test_sound_texts_are_left_alone(tmp_path: Path, text: str) -> None:
    write(tree(tmp_path) / DISEASE_FILE, f"{DISEASE}\n{text}\n")
    problems: list[Problem] = []
    read_content(tmp_path, problems)
    assert problems == []


def test_an_open_block_is_one_problem(tmp_path: Path) -> None:
    text = f"```trials\n{nct(1)}\n\nA claim.[^book]\n\n## More\n\n```trials\n{nct(2)}\n```\n"
    root = tree(tmp_path)
    write(root / SOURCES_FILE, SOURCES)
    write(root / DISEASE_FILE, f"{DISEASE}\n{text}")
    assert len(problems_of(root)) == 1


def test_a_bad_date_hides_nothing(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
    write(root / SOURCES_FILE, SOURCES)
    ages = CLAIMING.replace("  drugs: [examplumab]", "  ages: 90 years and older\n  sponsr: X")
    write(root / TRIAL_FILE, ages.replace("checked: 2026-08-01", "checked: 1 August"))
    with pytest.raises(Refused) as refused:
        website.check(root)
    said = "\n".join(refused.value.problems)
    assert ":7: 'checked': is not a date" in said
    assert ":5: unknown key 'claims.sponsr'" in said
    assert "claims need" not in said
    assert ":4: ages: 90 years and older: the registry says otherwise" in said


BLOCK = """```trials
title: New trials
for: [ph-negative, adults]
filter:
  stage: newly-diagnosed
  subtype: [ph-negative, ph-like]
status: open
phase: ["2", "3"]
country: [Germany]
order: newest
limit: 5
first: NCT99000002
leave_out:
  NCT99000003: It ended.

NCT99000001
```
"""


def test_a_list_can_say_whom_it_is_for_and_fill_itself(tmp_path: Path) -> None:
    write(tree(tmp_path) / DISEASE_FILE, f"{DISEASE}\n{BLOCK}")
    problems: list[Problem] = []
    (disease,) = read_content(tmp_path, problems).diseases
    assert problems == []
    (block,) = disease.trial_lists
    assert block.for_ == ("ph-negative", "adults")
    assert block.filter == {
        "stage": ("newly-diagnosed",),
        "subtype": ("ph-negative", "ph-like"),
    }
    assert (block.status, block.phase, block.country) == (("open",), ("2", "3"), ("Germany",))
    assert (block.title, block.order, block.limit) == ("New trials", "newest", 5)
    assert block.leave_out == {nct(3): "It ended."}
    assert block.nct_ids == (nct(2), nct(1))
    assert block.is_living
    assert (block.line, block.line_of("for", 1), block.line_of("ids", 0)) == (8, 10, 23)
    assert website.build(tmp_path)


def test_guides_and_helplines_are_read(tmp_path: Path) -> None:
    root = tree(tmp_path)
    write(root / SOURCES_FILE, SOURCES)
    write(root / "content/guides/leukemia.md", f"---\n---\n## A chapter\n\nSee {nct(1)}.[^book]\n")
    write(root / "content/helplines.yaml", HELPLINES)
    problems: list[Problem] = []
    content = read_content(root, problems)
    assert problems == []
    assert content.guides["leukemia"].text.markdown.startswith("## A chapter")
    assert content.named == {nct(1)}
    (helpline,) = content.helplines
    assert helpline.is_for("leukemia")
    assert (helpline.phone, helpline.languages) == ("1-800-422-6237", ("English", "Spanish"))


def test_all_problems_come_at_once_in_order(tmp_path: Path) -> None:
    root = tree(tmp_path)
    write(root / DISEASE_FILE, f"{DISEASE}\n[a](/a/) NCT1\n[b](/b/)\n")
    write(root / TRIAL_FILE, "Text.\n")
    write(root / "data/registry.json", "{")
    reported = problems_of(root)
    assert len(reported) == 5
    assert reported == sorted(reported)


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"  ", b" "),
        (b'"briefTitle"', b'"zTitle"'),
        (b'"briefTitle"', b'"centralContacts": [], "briefTitle"'),
        (b'"briefTitle"', b'"briefTitle": 1e99, "briefTitle"'),
        (b"\n", b"\r\n"),
    ],
)
def test_a_record_that_update_would_not_write_so_is_named(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    website.check(root)
    path = root / f"data/studies/{nct(1)}.json"
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(Refused) as refused:
        website.check(root)
    assert [problem.partition(" (")[0] for problem in refused.value.problems] == [
        f"data/studies/{nct(1)}.json: is not as `update` writes it"
    ]
    website.build(root)  # the site is as sound as the record


def test_the_last_id_of_a_search_counts_without_a_line_end(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    search = root / "data/searches/leukemia.txt"
    search.write_text(search.read_text().rstrip("\n"))
    assert read_data(root, []).searches["leukemia"] == (nct(1), nct(2))
    write(root / "data/changes/2026-06.jsonl", "")
    website.check(root)  # raises nothing


def test_a_folder_where_a_file_should_be_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path)
    for path in (TRIAL_FILE, f"data/studies/{nct(1)}.json", "data/changes/2026-05.jsonl"):
        (root / path).mkdir(parents=True)
    reported = problems_of(root)
    assert len(reported) == 3
    assert all("cannot be read" in problem for problem in reported)


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


ODD_HEADERS = {
    "lists in lists": "- " * 100 + "a",
    "lists upon lists": "[" * 100_000,
    "a comment behind a sign": "name: >#-\n  A\n",
    "a tag": "name: [!A, B]\n",
    "a mark in the middle": "name:\n\ufeff  A\n",
    "an old end of line": "name: [A:\n\x85, B]\n",
    "two documents": "name: A\n---\nname: B\n",
    "a reference": "name: &a A\nother: *a\n",
}


@pytest.mark.parametrize("text", ODD_HEADERS.values(), ids=ODD_HEADERS.keys())
def test_an_odd_header_is_a_problem_with_a_line_of_it(text: str) -> None:
    problems: list[Problem] = []
    read_header(text, "a.md", 2, DiseaseHeader, problems)
    assert problems
    assert all(2 <= problem.line <= 2 + text.count("\n") for problem in problems)


def test_the_schemas_in_the_docs_are_those_of_the_code() -> None:
    for name, content in schemas.render():
        assert (PROJECT / "docs/schema" / name).read_bytes() == content, "run: build.py schema"


def test_the_documented_example_is_sound_and_fits_its_schema(tmp_path: Path) -> None:
    guide = (PROJECT / "docs/descriptions.md").read_text("utf-8")
    example = next(part for part in guide.split("```") if "claims:" in part and "---" in part)
    root = tree(tmp_path)
    path = f"content/trials/{nct(1)}.md"
    write(root / path, example.lstrip("\n"))
    write(root / SOURCES_FILE, SOURCES.replace("book:", "somebody-2026:", 1))
    shutil.copytree(PROJECT / "content/vocabulary", root / "content/vocabulary")
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
