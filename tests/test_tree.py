"""The tree is all there is: links, names and droppings, the same for whatever looks at it."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

import build
from monitor import tree as the_tree
from monitor import website
from monitor.problems import Refused
from monitor.reports import git
from monitor.reports.preview import against
from monitor.tree import is_input, unfit
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, SITE, log, night, tree, write

DESCRIPTION = """---
summary: A study.
claims:
  ages: 18 to 75 years
sources: [NCT99000001]
checked: 2026-05-01
checked_against: 2026-05-01
---
Text.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with two trials, a description and a page."""
    root = tree(tmp_path / "a tree")
    write(root / f"content/trials/{nct(1)}.md", DESCRIPTION)
    write(root / "content/pages/about.md", "---\ntitle: About\n---\nText.\n")
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    return root


def problems_of(root: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        website.check(root)
    return refused.value.problems


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("content/pages/passwords.md", "/etc/passwd"),
        ("templates/static/passwords", "/etc/passwd"),
        ("content/pages/settings.md", "../site.yaml.txt/../../../../outside.md"),
        ("content/pages/data.md", "../../data/registry.json"),
        ("data/studies/NCT99000009.json", "../../content/site.yaml"),
        ("templates/more", "/etc"),
        ("content/pages/nothing.md", "nowhere.md"),
        ("content/pages/itself.md", "itself.md"),
        ("content/pages/above", ".."),
    ],
)
def test_a_link_that_leads_out_is_refused_and_not_read(
    root: Path, path: str, target: str, tmp_path: Path
) -> None:
    write(tmp_path / "outside.md", "---\ntitle: Outside\n---\nText.\n")
    (root / path).symlink_to(target)
    (problem,) = problems_of(root)
    assert problem.startswith(f"{path}: is a link ")
    assert build.main(["--root", str(root), "site"]) == 1
    assert not (root / "site").exists()


@pytest.mark.parametrize("name", the_tree.FOLDERS)
def test_a_whole_folder_that_is_a_link_is_refused(root: Path, tmp_path: Path, name: str) -> None:
    (root / name).rename(tmp_path / "elsewhere")
    (root / name).symlink_to(tmp_path / "elsewhere")
    assert problems_of(root) == [f"{name}: is a link: the folder itself has to stand here"]


def test_a_link_that_stays_inside_is_followed_by_all_that_look(root: Path) -> None:
    """A folder and a file as links: a build, `check --against` and `preview` see an edit behind."""
    (root / "content/trials").rename(root / "content/descriptions")
    (root / "content/trials").symlink_to("descriptions")
    (root / "data/studies").rename(root / "data/records")
    (root / "data/studies").symlink_to("records")
    (root / "templates/static").rename(root / "templates/files")
    (root / "templates/static").symlink_to("files")
    (root / "content/pages/more.md").symlink_to("about.md")
    for command in ("init -q", "add -A", "-c user.name=A -c user.email=a@b.c commit -qm A"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    before = website.build(root)
    assert "static/style.css" in before
    other = DESCRIPTION.replace("A study", "Another study")
    write(root / f"content/descriptions/{nct(1)}.md", other)
    write(root / "content/pages/about.md", "---\ntitle: About\n---\nBetter.\n")
    write(root / "templates/files/style.css", "/* other */")
    after = website.build(root)
    pages = {"more/index.html", "about/index.html", f"trials/{nct(1)}/index.html"}
    assert {*pages, "static/style.css"} <= {path for path in after if before[path] != after[path]}
    edited = git.edited(root, "HEAD")
    assert {f"content/trials/{nct(1)}.md", "content/pages/more.md"} <= edited
    reported = against(root, "HEAD")
    assert "+ Another study." in reported
    assert "/more/" in reported
    with RegistryServer([record(1, statusModule__overallStatus="SUSPENDED"), record(2)]) as server:
        night(root, server, "2026-05-02")
    assert [change.kind for change in log(root)] == ["status"]
    assert (root / "data/studies").is_symlink()


DROPPINGS = (".#about.md", "._about.md", ".about.md.swp", "about.md~", "#about.md#", ".DS_Store")


@pytest.mark.parametrize("name", [*DROPPINGS, "about.md.bak", "Thumbs.db", "desktop.ini"])
def test_what_editors_and_systems_leave_is_skipped(root: Path, name: str) -> None:
    before = website.build(root)
    garbage = b"\x00\x05\x16\x07\xff"
    for folder in ("content/pages", "content/trials", "content/diseases", "templates/static"):
        (root / folder / name).write_bytes(garbage)
    for folder, ending in (("studies", ".json"), ("searches", ".txt"), ("changes", ".jsonl")):
        (root / "data" / folder).mkdir(exist_ok=True)
        (root / "data" / folder / name.replace(".md", ending)).write_bytes(garbage)
    (root / "templates" / name.replace(".md", ".html")).write_bytes(garbage)
    assert website.build(root) == before
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-02")
    assert website.check(root)[1] == []


def test_a_lock_of_an_editor_that_leads_nowhere_is_skipped(root: Path) -> None:
    """Emacs: a link to user@host, beside each file that is being edited."""
    (root / "content/pages/.#about.md").symlink_to("somebody@host.123:1")
    assert website.check(root)[1] == []


def test_a_folder_among_the_static_files_is_published_with_its_files(root: Path) -> None:
    write(root / "templates/static/fonts/a/b.woff2", "font")
    write(root / "templates/static/fonts/.DS_Store", "no")
    site = website.build(root)
    assert [path for path in site if "fonts" in path] == ["static/fonts/a/b.woff2"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("aux.md", "device"),
        ("CON.md", "device"),
        ("nul", "device"),
        ("com1.md", "device"),
        ("a:b.md", "':'"),
        ("what?.md", "'?'"),
        ("a\\b.md", "'\\\\'"),
        ("a.md.", "end with"),
        (f"{'a' * 200}.md", "203 characters"),
    ],
)
def test_names_that_some_checkout_cannot_hold_are_refused(root: Path, name: str, why: str) -> None:
    write(root / "content/pages" / name, "---\ntitle: A\n---\nText.\n")
    place = f"content/pages/{name}: "
    assert any(why in problem for problem in problems_of(root) if problem.startswith(place))
    assert why in unfit(name)


def test_names_that_are_one_on_other_systems_are_refused(root: Path) -> None:
    for name in ("a.css", "A.css", "caf\u00e9.css", "cafe\u0301.css"):
        write(root / "templates/static" / name, "x")
    reported = problems_of(root)
    assert len(reported) == 2
    assert all("is the same file as" in problem for problem in reported)


def test_usual_names_are_fit() -> None:
    for name in ("NCT99000001.json", "2026-05.jsonl", "console.md", "auxiliary.md", "lpt.md"):
        assert not unfit(name)
        assert is_input(name)


# Texts


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "![" * 15_000,
        "[a](" * 10_000,
        "[a][" * 10_000,
        "[" * 3_000 + "a" + "]" * 3_000,
        "1. " * 15_000,
    ],
    ids=lambda text: str(text)[:4],
)
def test_a_text_that_would_take_minutes_is_named_at_once(root: Path, text: str) -> None:
    write(root / "content/pages/about.md", f"---\ntitle: About\n---\nA line.\n\n{text}\n")
    start = time.process_time()
    reported = problems_of(root)
    assert time.process_time() - start < 10
    assert re.search(
        r"^content/pages/about.md:\d+: (more than 50 . are open here, none closed"
        r"|lists are nested too deeply)$",
        "\n".join(reported),
        re.MULTILINE,
    ), reported


def test_a_value_without_end_is_named(root: Path) -> None:
    long = "a word " * 27_000
    place = f"content/trials/{nct(1)}.md"
    write(root / place, DESCRIPTION.replace("A study.", long))
    assert f"{place}:2: has 188,999 characters: 4,000 at most" in problems_of(root)
    write(root / place, DESCRIPTION + "a" * 5_000_000)
    assert problems_of(root) == [f"{place}: has more than 4 MB"]


def test_long_names_become_addresses_that_a_disk_can_hold(root: Path) -> None:
    """Of a treatment, by an editor; of a country, by the registry."""
    name = "Examplumab " * 20
    with_treatment = DISEASE.replace("---\nText", f"interventions:\n  - name: {name}\n---\nText")
    write(root / "content/diseases/leukemia.md", with_treatment)
    country = {"facility": "A", "city": "B", "country": "Republic " * 100}
    with RegistryServer([record(1), record(2)]) as server:
        server.put(record(1, contactsLocationsModule__locations=[country]))
        night(root, server, "2026-05-02")
    assert build.main(["--root", str(root), "site"]) == 0
    folders = {path.name for path in (root / "site/leukemia/feeds").iterdir()}
    assert any(name.startswith("intervention-examplumab-examplumab") for name in folders)
    assert any(name.startswith("country-republic-republic") for name in folders)


def test_a_tree_that_is_itself_behind_a_link_is_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert website.check(tmp_path / "link")[1] == []
    assert build.main(["--root", str(tmp_path / "link"), "check"]) == 0


def test_a_tree_without_content_says_so(tmp_path: Path) -> None:
    shutil.copytree(tree(tmp_path / "a") / "templates", tmp_path / "b/templates")
    assert problems_of(tmp_path / "b") == ["content/site.yaml: is missing"]
    write(tmp_path / "b/content/site.yaml", SITE)
    assert website.check(tmp_path / "b")[0]
