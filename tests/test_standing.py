"""A description and a registry that moves on: reported to readers, and nobody's failed check."""

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import build
from monitor import website
from monitor.reports import review_issue as upkeep
from tests.records import Record, nct, record
from tests.registry_server import RegistryServer
from tests.test_website import broken_links
from tests.trees import DISEASE, entries, night, tree, write

FILE = f"content/trials/{nct(1)}.md"
PAGE = f"trials/{nct(1)}/index.html"
TEXT = """---
summary: For people who like to be asked.
claims:
  ages: {ages}
  drugs: [{drug}]
sources: [NCT99000001]
checked: 2026-05-01
checked_against: {against}
---
Text.
"""
LIMIT = "eligibilityModule__maximumAge"


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with RegistryServer([record(1), record(2)]) as server:
        yield server


@pytest.fixture
def root(tmp_path: Path, server: RegistryServer) -> Path:
    """A tree with a first night and a description that is true of it."""
    root = tree(tmp_path / "a tree")
    night(root, server, "2026-05-01")
    describe(root)
    return root


def describe(
    root: Path,
    ages: str = "18 to 75 years",
    drug: str = "examplumab",
    against: str = "2026-05-01",
    path: str = FILE,
) -> None:
    write(root / path, TEXT.format(ages=ages, drug=drug, against=against))


def check(
    root: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, list[str], list[str]]:
    """The exit status of `check`, its errors, its warnings."""
    status = build.main(["--root", str(root), "check", *more])
    lines = capsys.readouterr().err.splitlines()
    warnings = [line for line in lines if line.startswith("warning: ")]
    return status, [line for line in lines if line not in warnings], warnings


def words(root: Path, path: str) -> str:
    text = re.sub(r"<[^>]+>", " ", website.build(root)[path].decode())
    return " ".join(unescape(text).split())


def test_a_true_description_says_what_it_rests_on(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(root, capsys) == (0, [], [])
    page = words(root, PAGE)
    assert "How we checked : 2 facts match the record" in page
    assert "has changed since this text was checked" not in page
    assert "otherwise" not in page
    assert "1 description in all; 0 to look at" in words(root, "review/index.html")
    assert upkeep.markdown(website.read_catalog(root), "https://monitor.example/") == ""


def test_a_false_claim_is_an_error_that_says_what_the_registry_has(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(root, ages="1 to 21 years", drug="exampulmab")
    status, errors, warnings = check(root, capsys)
    assert (status, warnings) == (1, [])
    assert errors == [
        f"{FILE}:4: ages: 1 to 21 years: the registry says otherwise:"
        " the record's ages are 18 to 75 years",
        f"{FILE}:5: drugs: exampulmab: the registry says otherwise:"
        " is “Examplumab” meant? the record's interventions are “Examplumab”",
    ]


def test_contradictions_come_together_with_everything_else(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(root, ages="children")
    write(root / "content/diseases/leukemia.md", f"{DISEASE}\n[a](/nowhere/)\n")
    _, errors, _ = check(root, capsys)
    assert len(errors) == 2
    assert "/nowhere/ leads nowhere" in errors[0]
    assert "the registry says otherwise" in errors[1]


def moved(root: Path, server: RegistryServer, **changes: object) -> Record:
    server.put(record(1, **changes))
    night(root, server, "2026-05-02")
    return record(1, **changes)


def test_what_the_registry_moved_is_reported_beside_the_text_and_fails_nothing(
    root: Path, server: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    moved(root, server, **{LIMIT: "65 Years"})
    status, errors, warnings = check(root, capsys)
    assert (status, errors) == (0, [])
    (warning,) = warnings
    assert f"{FILE}:4: ages: 18 to 75 years: the registry says otherwise" in warning
    page = words(root, PAGE)
    assert "The registry now says otherwise." in page
    assert "Our text says: “Ages: 18 to 75 years”. The record's ages are 18 to 65" in page
    assert "Maximum age: 65 years (was: 75 years)" in page
    assert page.index("says otherwise") < page.index("For people who", page.index("In our words"))
    listed = words(root, "review/index.html")
    assert "1 description in all; 1 to look at" in listed
    assert nct(1) in listed


def test_a_change_that_contradicts_nothing_is_reported_too(
    root: Path, server: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    moved(root, server, statusModule__overallStatus="SUSPENDED")
    assert check(root, capsys) == (0, [], [])
    page = words(root, PAGE)
    assert "The record has changed since this text was checked" in page
    assert "2 May 2026: Paused" in page


def test_minor_edits_that_no_claim_rests_on_are_not_told(
    root: Path, server: RegistryServer
) -> None:
    references = [{"citation": "An article", "pmid": "1"}]
    moved(root, server, referencesModule__references=references)
    assert "has changed since" not in words(root, PAGE)


def test_a_text_that_was_checked_again_is_quiet_again(
    root: Path, server: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    moved(root, server, **{LIMIT: "65 Years"})
    describe(root, ages="18 to 65 years", against="2026-05-02")
    assert check(root, capsys) == (0, [], [])
    assert "0 to look at" in words(root, "review/index.html")
    assert "since this text was checked" not in words(root, PAGE)


def test_editors_have_a_feed_and_a_list_for_one_issue(root: Path, server: RegistryServer) -> None:
    moved(root, server, **{LIMIT: "65 Years"})
    files = website.build(root)
    feed = files["review/feed.xml"].decode()
    assert f"<id>tag:monitor.example,2026:review/{nct(1)}/2026-05-02</id>" in feed
    assert "To look at: Invented Study 1: Maximum age" in feed
    assert "<updated>2026-05-02T10:00:00+00:00</updated>" in feed
    assert f"{nct(1)}/2026-05-02" in files["leukemia/feed.xml"].decode()
    assert "review/" not in files["feeds/feeds.opml"].decode()
    reported = upkeep.markdown(website.read_catalog(root), "https://monitor.example/base/")
    assert f"https://monitor.example/base/trials/{nct(1)}/" in reported
    assert "**contradicted**: ages: 18 to 75 years" in reported
    assert "2 May 2026: Maximum age: 65 years (was: 75 years)" in reported
    assert "https://monitor.example/base/review/" in reported


def test_a_record_that_was_taken_anew_is_no_news_and_no_error(
    root: Path, server: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "data/registry.json"
    path.write_text(path.read_text().replace('"replay"', '"https://registry.example/api/v2"'))
    moved(root, server, **{LIMIT: "65 Years"})  # another source: a baseline, nothing is logged
    status, errors, warnings = check(root, capsys)
    assert (status, errors) == (0, [])
    assert len(warnings) == 1
    assert "The registry now says otherwise" in words(root, PAGE)
    describe(root, ages="adults")
    assert "copy of the record was taken on 2 May 2026" in words(root, PAGE)


def test_a_description_without_a_record_is_left_alone(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / FILE).unlink()
    describe(root, ages="children", path=f"content/trials/{nct(9)}.md")
    assert check(root, capsys) == (0, [], [])


def test_a_summary_needs_claims(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root / FILE, "---\nsummary: For anybody.\n---\nText.\n")
    status, errors, _ = check(root, capsys)
    assert status == 1
    assert errors == [
        f"{FILE}:2: the description has no `claims`: without them nothing checks its summary"
    ]
    assert "match the record" not in words(root, PAGE)


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def history(root: Path, server: RegistryServer) -> Path:
    """The tree in git: the registry moved away from one description, another is still true."""
    write(root / ".gitignore", "site/\n")
    describe(root, path=f"content/trials/{nct(2)}.md", drug="Examplumab ")
    text = (root / f"content/trials/{nct(2)}.md").read_text()
    write(root / f"content/trials/{nct(2)}.md", text.replace("For people", "For others"))
    moved(root, server, **{LIMIT: "65 Years"})
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A tree")
    git(root, "checkout", "--quiet", "-b", "proposal")
    return root


def test_a_proposal_does_not_answer_for_texts_it_leaves_alone(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(history / "content/pages/new.md", "---\ntitle: New\n---\nText.\n")
    status, errors, warnings = check(history, capsys, "--against", "main")
    assert (status, errors) == (0, [])
    assert len(warnings) == 1


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_proposal_answers_for_the_text_it_edits(
    history: Path, capsys: pytest.CaptureFixture[str], is_committed: bool
) -> None:
    path = history / FILE
    path.write_text(path.read_text().replace("Text.", "A better text."))
    if is_committed:
        git(history, "commit", "--quiet", "--all", "--message", "An edit")
    status, errors, warnings = check(history, capsys, "--against", "main")
    assert (status, warnings) == (1, [])
    assert "the record's ages are 18 to 65 years" in errors[0]


def test_a_new_text_answers_for_itself(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (history / FILE).unlink()
    git(history, "commit", "--quiet", "--all", "--message", "Away")
    describe(history, against="2026-05-01")
    git(history, "branch", "--force", "main")
    status, errors, _ = check(history, capsys, "--against", "main")
    assert status == 1
    assert "says otherwise" in errors[0]


def test_a_day_that_has_not_come_is_named(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(history, ages="18 to 65 years", against="2026-05-03")
    _, errors, _ = check(history, capsys, "--against", "main")
    assert errors == [
        f"{FILE}:8: checked_against: 2026-05-03 is later than the registry data here: 2026-05-02"
    ]


def test_a_revision_that_is_none_is_one_clear_line(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, errors, _ = check(history, capsys, "--against", "nowhere")
    assert status == 1
    assert len(errors) == 1
    assert "nowhere" in errors[0]


def test_preview_shows_what_a_proposal_does_to_the_site(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = history / FILE
    path.write_text(path.read_text().replace("Text.", "A ```better``` text."))
    write(history / "content/pages/new.md", "---\ntitle: New page\n---\nText.\n")
    assert build.main(["--root", str(history), "preview", "--against", "main"]) == 0
    reported = capsys.readouterr().out
    assert "| Pages | 1 |" in reported
    assert "- `` /new/ ``: `` New page" in reported
    assert f"### `` /trials/{nct(1)}/ ``" in reported
    assert "- Text.\n+ A better text." in reported
    assert "in the same way" in reported  # the menu of every page
    said = reported.partition("## Sentences that change, and what they rest on")[2]
    assert f"### {FILE}:10\n\n````diff\n- Text.\n+ A ```better``` text." in said
    assert f"- `{nct(1)}`, the record: " in said
    git(history, "stash", "--include-untracked")
    build.main(["--root", str(history), "preview", "--against", "main"])
    assert "Nothing that a reader could see." in capsys.readouterr().out


# A disease that was not asked for yet


def test_a_disease_without_data_has_a_page_and_no_feeds(root: Path, server: RegistryServer) -> None:
    write(root / "content/diseases/new.md", DISEASE.replace("Invented leukemia", "Another disease"))
    files = website.build(root)
    page = words(root, "new/index.html")
    assert "the list of trials is to follow" in page
    assert "opened in" not in page
    own = {path for path in files if path.startswith("new/")}
    assert own == {"new/index.html"}
    assert "Another disease" not in files["feeds/index.html"].decode().partition("<main")[2]
    assert b"base/new/" not in files["feeds/feeds.opml"]
    assert "Guides; trial lists to follow. Another disease" in words(root, "index.html")
    assert list(broken_links(files)) == []
    ran = night(root, server, "2026-05-02")
    assert ran.report.changes == []
    files = website.build(root)
    assert "opened in May" in words(root, "new/index.html")
    assert "new/feed.xml" in files
    assert entries(files, "new/") == []


def test_the_start_page_stays_short_however_many_diseases_are_followed(tmp_path: Path) -> None:
    """The first in full, the others by name with what is open."""
    root = tree(tmp_path)
    for name in ("Invented lymphoma", "Psoriasis"):
        text = DISEASE.replace("Invented leukemia", name)
        write(root / f"content/diseases/{name.split()[-1].lower()}.md", text)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
    home = website.build(root)["index.html"].decode()
    assert home.count('class="card big"') == 1
    cards = re.findall(r'<li><span><a href="([a-z]+)/index.html">.*?>(\d+) open<', home)
    assert cards == [("lymphoma", "2"), ("psoriasis", "2")]
