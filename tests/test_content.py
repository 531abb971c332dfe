"""Bad input is reported with file and line, all at once."""

from pathlib import Path

import pytest

from monitor import website
from monitor.content import read_content
from monitor.problems import Problem, Refused
from tests.records import nct
from tests.trees import DISEASE, SITE, tree, write

GOOD_TRIAL = "---\nsummary: For adults.\nchecked: 2026-08-01\n---\nText.\n"
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
        f"{nct(1)} stands in this list already, in line 9",
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
}


@pytest.mark.parametrize(("path", "text", "line", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_named_with_its_line(
    tmp_path: Path, path: str, text: str, line: int, message: str
) -> None:
    root = tree(tmp_path)
    write(root / path, text)
    found = problems_of(root)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert any(problem.startswith(place) and message in problem for problem in found), found
    assert all("\n" not in problem for problem in found)


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
