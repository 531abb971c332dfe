"""Builds over what an earlier build left: always the same website as from nothing."""

import shutil
from pathlib import Path

import pytest

import build
from monitor import reuse, website
from monitor.files import MADE, MANIFEST
from tests.accept import copy_tree, make_data
from tests.trees import snapshot_of, write


@pytest.fixture(scope="module")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_tree(tmp_path_factory.mktemp("reuse") / "miniature")
    make_data(root)
    build.main(["--root", str(root)])
    return root


@pytest.fixture
def root(miniature: Path, tmp_path: Path) -> Path:
    """A tree with its built site."""
    return shutil.copytree(miniature, tmp_path / "tree")


def built(root: Path) -> dict[str, bytes]:
    """What a build leaves, less what it notes for the next one."""
    assert build.main(["--root", str(root)]) == 0
    found = snapshot_of(root / "site")
    return {path: body for path, body in found.items() if path not in (MADE, MANIFEST)}


def test_nothing_is_made_where_nothing_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot_of(root / "site")
    monkeypatch.setattr(website, "plan", None)
    assert build.main(["--root", str(root)]) == 0
    assert "as they were" in capsys.readouterr().out
    assert snapshot_of(root / "site") == before


@pytest.mark.parametrize("harm", ["altered", "removed", "same size"])
def test_a_file_that_was_touched_is_made_anew(root: Path, harm: str) -> None:
    whole = built(root)
    page = root / "site/leukemia/index.html"
    if harm == "removed":
        page.unlink()
    else:
        body = page.read_bytes()
        page.write_bytes(body.swapcase() if harm == "same size" else body + b"x")
    assert built(root) == whole


@pytest.mark.parametrize("note", ["", "{", "[]", '{"tree": "", "files": 3}', "\x00\xff"])
def test_a_damaged_or_lost_note_does_no_harm(root: Path, note: str) -> None:
    whole = built(root)
    (root / "site" / MADE).write_bytes(note.encode("latin-1"))
    assert built(root) == whole
    (root / "site" / MADE).unlink()
    assert built(root) == whole


def test_the_same_tree_for_another_address_is_another_website(root: Path) -> None:
    there = ["--root", str(root), "site", "--base-url", "https://elsewhere.example/"]
    assert build.main(there) == 0
    assert b"https://elsewhere.example/" in (root / "site/feed.xml").read_bytes()
    built(root)
    assert b"https://elsewhere.example/" not in (root / "site/feed.xml").read_bytes()


@pytest.mark.parametrize("name", ["templates/base.html", "content/site.yaml", "data/registry.json"])
def test_another_tree_has_another_digest(root: Path, name: str) -> None:
    before = reuse.of_tree(root, "")
    write(root / name, (root / name).read_text() + "\n")
    assert reuse.of_tree(root, "") != before


def test_other_code_and_other_libraries_have_another_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reuse.of_code()
    copy = shutil.copytree(reuse.CODE, tmp_path / "monitor")
    monkeypatch.setattr(reuse, "CODE", copy)
    assert reuse.of_code() == before
    write(copy / "terms.py", (copy / "terms.py").read_text() + "\n")
    changed = reuse.of_code()
    assert changed != before
    monkeypatch.setattr(reuse, "version", lambda name: "99")
    assert reuse.of_code() != changed


def test_the_website_is_the_same_by_however_many_processes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.workers.FEW", 0)
    monkeypatch.setattr("monitor.workers.SHARE", 3)
    for number in ("1", "2", "3"):
        out = tmp_path / number
        command = ["--root", str(root), "site", "--out", str(out), "--processes", number]
        assert build.main(command) == 0
    assert snapshot_of(tmp_path / "1") == snapshot_of(tmp_path / "2") == snapshot_of(tmp_path / "3")
