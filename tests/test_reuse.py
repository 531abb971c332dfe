"""Builds over what an earlier build left: always the same website as from nothing."""

import errno
import gc
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

import build
from monitor import memory, reuse, website
from monitor import parallel as workers
from monitor.catalog.basis import Trial
from monitor.data import reader as records
from monitor.exports.feed_list import trial_feed
from monitor.exports.feeds import FeedWriter
from monitor.files import MADE, MANIFEST, MEMORY, Output
from monitor.memory import Memory
from monitor.pages.renderer import Press
from monitor.pages.templates import Engine
from monitor.problems import Problem, Refused
from monitor.registry.study import Study, study_from
from tests.accept import copy_tree, make_data
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, night, snapshot_of, tree, write

PARTIAL_RECORDS = (
    {"protocolSection": {"identificationModule": {"nctId": nct(77)}}},
    {
        "protocolSection": {
            "identificationModule": {"nctId": nct(78), "nctIdAliases": ["NCT00000001"]},
            "armsInterventionsModule": {"interventions": [{"name": "A", "otherNames": ["B"]}]},
            "contactsLocationsModule": {"locations": [{"geoPoint": {"lat": 1, "lon": 2.5}}]},
        }
    },
)
NOTES = (MADE, MANIFEST, MEMORY)
"""What a build notes for the next one, beside the website."""


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
    return {path: body for path, body in found.items() if path not in NOTES}


def test_nothing_is_made_where_nothing_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot_of(root / "site")
    monkeypatch.setattr(website, "make", None)
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
    for name in (MADE, MEMORY):
        (root / "site" / name).write_bytes(note.encode("latin-1"))
        write(root / "templates/page.html", (root / "templates/page.html").read_text() + " ")
        assert built(root) == whole
        (root / "site" / name).unlink()
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
    monkeypatch.setattr("monitor.parallel.FEW", 0)
    monkeypatch.setattr("monitor.parallel.SHARE", 3)
    for number in ("1", "2", "3"):
        out = tmp_path / number
        command = ["--root", str(root), "site", "--out", str(out), "--processes", number]
        assert build.main(command) == 0
    assert snapshot_of(tmp_path / "1") == snapshot_of(tmp_path / "2") == snapshot_of(tmp_path / "3")


# Byte for byte as from nothing, whatever was edited


def fresh(root: Path, out: Path) -> dict[str, bytes]:
    """The website of a tree, made from nothing."""
    shutil.rmtree(out, ignore_errors=True)
    assert build.main(["--root", str(root), "site", "--out", str(out)]) == 0
    return {path: body for path, body in snapshot_of(out).items() if path not in NOTES}


class Edits:
    """A registry and a tree, and what may happen to them from one build to the next."""

    def __init__(self, root: Path, server: RegistryServer, random: Random) -> None:
        self.root, self.server, self.random = root, server, random
        self.day = date(2026, 5, 1)
        self.night()

    def night(self) -> None:
        """Anything from a quiet night to a month later; records change, come and go."""
        self.day += timedelta(days=self.random.choice([0, 1, 1, 1, 5, 40, 300]))
        for number in self.random.sample(range(1, 13), self.random.randrange(2)):
            when = f"2026-{self.random.randrange(1, 13):02}"
            last = self.day + timedelta(days=self.random.randrange(-3, 4))
            status = self.random.choice(["RECRUITING", "COMPLETED", "SUSPENDED", "WITHDRAWN"])
            edits = {
                "statusModule__overallStatus": status,
                "statusModule__primaryCompletionDateStruct": {"date": when, "type": "ESTIMATED"},
                "statusModule__lastUpdatePostDateStruct": {"date": str(last)[: len(when)]},
            }
            self.server.put(record(number, **edits))
        night(self.root, self.server, self.day.isoformat())

    def gone(self) -> None:
        """A study leaves the registry."""
        number = self.random.randrange(1, 13)
        if self.server.find(nct(number)):
            self.server.remove(nct(number))
        self.night()

    def described(self) -> None:
        """A description comes, goes or is edited."""
        path = self.root / f"content/trials/{nct(self.random.randrange(1, 13))}.md"
        if path.exists() and self.random.random() < 0.4:
            path.unlink()
        else:
            text = f"---\nsummary: Words {self.random.random()}\n---\nText.\n"
            write(path, text)

    def renamed(self) -> None:
        """The disease has another name; the repository is said, or not."""
        disease = self.root / "content/diseases/leukemia.md"
        write(disease, re.sub("name: .*", f"name: Leukemia {self.random.random()}", DISEASE))
        said = self.random.choice(["", "repository: https://github.example/a/b\n"])
        write(self.root / "content/site.yaml", SITE + said)

    def template(self) -> None:
        """A template is edited."""
        path = self.root / "templates/trial.html"
        write(path, path.read_text().replace("<h1>", f"<h1><!-- {self.random.random()} -->"))

    def out(self) -> None:
        """Somebody touches the output."""
        files = sorted(p for p in (self.root / "site").rglob("*") if p.is_file())
        path = self.random.choice(files)
        if self.random.random() < 0.5:
            path.write_bytes(path.read_bytes().replace(b"e", b"i", 3))
        elif path.name != MANIFEST:  # without it, the folder is nobody's
            path.unlink()

    def killed(self) -> None:
        """A build is killed half way."""
        left = self.random.randrange(1, 60)
        step = self.random.choice(["_put", "_move"])
        real = getattr(Output, step)

        def dying(self: Output, *what: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return real(self, *what)

        self.described()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Output, step, dying)
            build.main(["--root", str(self.root), "site", "--processes", "1"])

    ALL = (night, night, night, night, gone, described, renamed, template, out, killed)


@pytest.mark.parametrize("seed", range(2))
def test_a_build_over_another_is_as_one_from_nothing(tmp_path: Path, seed: int) -> None:
    """After each of a row of edits to data, content, templates and the output."""
    random = Random(seed)
    root = tree(tmp_path / "tree")
    with RegistryServer(record(number) for number in range(1, 10)) as server:
        edits = Edits(root, server, random)
        for _ in range(8):
            random.choice(Edits.ALL)(edits)
            assert built(root) == fresh(root, tmp_path / "fresh")


def test_a_usual_night_makes_the_pages_of_the_studies_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path / "tree")
    with RegistryServer(record(number) for number in range(1, 10)) as server:
        night(root, server, "2026-05-01")
        built(root)
        server.put(record(4, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-05-02")
    made: list[str] = []
    page = Press._trial

    def noted(self: Press, trial: Trial, *others: Any) -> bytes:
        made.append(trial.nct_id)
        return page(self, trial, *others)

    monkeypatch.setattr(Press, "_trial", noted)
    site = built(root)
    assert made == [nct(4)]
    for number in range(1, 10):
        assert b"Registry data of 2 May 2026" in site[f"trials/{nct(number)}/index.html"]


def test_a_refusal_comes_from_a_worker_as_it_was() -> None:
    refused = Refused(Problem("b", 2, "x"), Problem("a", 1, "y"), "z")

    def work(number: int) -> int:
        if number == 300:
            raise refused
        return number

    with pytest.raises(Refused) as raised:
        list(workers.each(work, range(400), 2))
    assert raised.value.found == refused.found
    assert list(workers.each(lambda n: n * 2, range(400), 2)) == list(range(0, 800, 2))


@pytest.mark.parametrize("name", ["trial", "trials", "changes", "home", "watch", "digest"])
def test_nothing_is_written_where_a_template_is_wrong(root: Path, name: str) -> None:
    before = snapshot_of(root / "site")
    page = root / f"templates/{name}.html"
    write(page, page.read_text().replace("{% block main %}", "{% block main %}{{ nobody }}"))
    write(root / "content/pages/about.md", "---\ntitle: New\n---\nNew.\n")
    assert build.main(["--root", str(root)]) == 1
    assert snapshot_of(root / "site") == before


@pytest.mark.parametrize("step", ["_put", "_move"])
def test_a_full_disk_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], step: str
) -> None:
    """While files are made, yesterday's website stays; while they are moved, each is old or new."""
    before = snapshot_of(root / "site")
    write(root / "content/pages/about.md", "---\ntitle: New\n---\nNew.\n")
    write(root / "templates/base.html", (root / "templates/base.html").read_text() + " ")
    whole = fresh(root, root.parent / "fresh")
    real, left = getattr(Output, step), 5

    def full(self: Output, *what: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, *what)

    with monkeypatch.context() as patch:
        patch.setattr(Output, step, full)
        assert build.main(["--root", str(root), "site", "--processes", "1"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    after = {p: body for p, body in snapshot_of(root / "site").items() if p not in NOTES}
    if step == "_put":
        assert snapshot_of(root / "site") == before
    assert all(body in (before.get(path), whole.get(path)) for path, body in after.items())
    assert built(root) == whole


@pytest.mark.parametrize("is_first", [True, False])
def test_what_a_killed_build_had_staged_is_taken_away(root: Path, is_first: bool) -> None:
    whole = built(root)
    if is_first:
        shutil.rmtree(root / "site")
    write(root / "site/.stage/index.html", "half")
    write(root / "templates/page.html", (root / "templates/page.html").read_text() + " ")
    assert built(root).keys() == whole.keys()
    assert not (root / "site/.stage").exists()


# By several machines


def test_parts_built_apart_and_copied_together_are_the_website(root: Path, tmp_path: Path) -> None:
    """Two processes, each of which knows nothing of the other."""
    joined = tmp_path / "joined"
    running = []
    for part in ("1/2", "2/2"):
        command = [sys.executable, "build.py", "--root", str(root), "site", "--part", part]
        command += ["--out", str(tmp_path / part[0])]
        running.append(subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL))
    assert [process.wait() for process in running] == [0, 0]
    parts = [snapshot_of(tmp_path / number) for number in ("1", "2")]
    assert not {p for p in parts[0].keys() & parts[1].keys() if p not in NOTES}
    for number in ("1", "2"):
        shutil.copytree(tmp_path / number, joined, dirs_exist_ok=True)
    found = {p: body for p, body in snapshot_of(joined).items() if p not in NOTES}
    assert found == built(root)


# What is remembered of records


def test_facts_are_remembered_as_they_were_read(tmp_path: Path) -> None:
    known = {f"{i}": study_from(record(i)).facts for i in range(1, 30)}
    known |= {f"odd {n}": study_from(each).facts for n, each in enumerate(PARTIAL_RECORDS)}
    learned = Memory(known, {"key": bytes(range(256))})
    memory.remember(tmp_path, "code", learned)
    assert memory.recall(tmp_path, "code") == learned
    assert memory.recall(tmp_path, "other code") == Memory()
    noted = tmp_path / MEMORY
    noted.write_bytes(noted.read_bytes()[:-9] + b"damaged}}")
    assert memory.recall(tmp_path, "code") == Memory()


def test_templates_are_compiled_once_and_anew_when_they_change(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "content/pages/about.md", "---\ntitle: Old\n---\nOld.\n")
    built(root)
    seen: list[str] = []
    compile_ = Engine.compile

    def noted(self: Engine, source: Any, name: Any = None, *others: Any, **more: Any) -> Any:
        seen.append(name)
        return compile_(self, source, name, *others, **more)

    monkeypatch.setattr(Engine, "compile", noted)
    write(root / "content/pages/about.md", "---\ntitle: New\n---\nNew.\n")
    built(root)
    assert seen == []
    page = root / "templates/page.html"
    write(page, page.read_text().replace("<h1>", "<h1><!-- new -->"))
    assert b"<!-- new -->" in built(root)["about/index.html"]
    assert seen == ["page.html"]


def test_a_page_and_its_feeds_leave_no_cycle_for_the_garbage_collector(root: Path) -> None:
    """It is switched off while a website is made."""
    catalog = website.read_catalog(root)
    press = Press(catalog, root / "templates", catalog.site.url)
    trial = next(trial for trial in catalog.trials.values() if trial.entries and not trial.curated)
    read = partial(records.read_study, root, trial.nct_id)

    def make() -> None:
        press.trial(trial, read, {}, None).files()
        writer = FeedWriter(catalog, catalog.site.url, press.entry_html)
        writer.job(trial_feed(catalog, trial)).files()

    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        make()
        gc.collect()
        assert not [each for each in gc.garbage if isinstance(each, Study)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_a_record_that_is_known_is_read_no_more_and_one_that_changed_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path / "tree")
    with RegistryServer(record(number) for number in range(1, 10)) as server:
        night(root, server, "2026-05-01")
        built(root)
        server.put(record(4, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-05-02")
    seen: list[str] = []

    def noted(whole: Any) -> Study:
        study = study_from(whole)
        seen.append(study.nct_id)
        return study

    monkeypatch.setattr(records, "study_from", noted)
    built(root)
    assert seen == [nct(4)]


def test_a_known_record_under_another_name_is_still_a_problem(root: Path) -> None:
    studies = root / "data/studies"
    shutil.copy(studies / f"{nct(1)}.json", studies / "NCT99999999.json")
    assert build.main(["--root", str(root)]) == 1


def test_other_code_makes_the_whole_website_anew(tmp_path: Path) -> None:
    """Edits of the program itself, nights and texts in turn, each build by the program on disk."""
    root = tree(tmp_path / "tree")
    program = tmp_path / "program"
    program.mkdir()
    shutil.copy(PROJECT / "build.py", program)
    shutil.copytree(PROJECT / "monitor", program / "monitor")

    def built_by_it(out: Path) -> dict[str, bytes]:
        command = [sys.executable, str(program / "build.py"), "--root", str(root)]
        subprocess.run([*command, "site", "--out", str(out)], check=True, capture_output=True)
        found = snapshot_of(out)
        return {path: body for path, body in found.items() if not path.startswith(".")}

    terms = program / "monitor/terms.py"
    layout = program / "monitor/layout.py"
    edits: list[Callable[[], object]] = [
        lambda: write(terms, terms.read_text().replace('"Recruiting"', '"Taking people"')),
        lambda: write(root / f"content/trials/{nct(1)}.md", "---\nsummary: Words\n---\nText.\n"),
        lambda: write(layout, layout.read_text().replace('"its status"', '"a status"')),
        lambda: write(terms, terms.read_text().replace('"Taking people"', '"Recruiting"')),
    ]
    with RegistryServer(record(number) for number in range(1, 5)) as server:
        server.put(record(3, statusModule__overallStatus=None))
        for day, edit in enumerate(edits, 1):
            night(root, server, f"2026-05-0{day}")
            built_by_it(tmp_path / "over")
            edit()
            over = built_by_it(tmp_path / "over")
            assert over == built_by_it(tmp_path / f"fresh {day}")
            is_renamed = b"Taking people" in over[f"trials/{nct(2)}/index.html"]
            assert is_renamed == (day < 4)
    assert b"a status" in over[f"trials/{nct(3)}/index.html"]
