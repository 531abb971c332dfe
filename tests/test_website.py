"""The website as its readers meet it: whole, the same each time, safe, readable by feed readers."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from lxml import etree

from monitor import website
from monitor.exports import feeds
from monitor.files import MARK, Bundle, replaced, require_distinct
from monitor.parallel import in_shares
from monitor.problems import Refused
from tests.accept import MINIATURE, copy_tree
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import BASE, PROJECT, SOURCES, Site, entries, night, snapshot_of, tree, write
from tests.vocabulary_tree import BOSTON, WHERE, vocabulary_tree


def test_the_miniature_days_give_the_committed_data(miniature: Path) -> None:
    assert snapshot_of(miniature / "data") == snapshot_of(MINIATURE / "data")


def test_the_miniature_gives_the_expected_site(site: Mapping[str, bytes]) -> None:
    """A page changed? If it was meant: python -m tests.accept, and read the difference."""
    expected = snapshot_of(MINIATURE / "site")
    pages = {path: body for path, body in site.items() if not path.startswith("static/")}
    assert pages.keys() == expected.keys()
    different = [path for path, body in pages.items() if body != expected[path]]
    assert different == []


@pytest.mark.soak
def test_two_builds_are_byte_identical(miniature: Path, tmp_path: Path) -> None:
    """In two processes, with other hash seeds, time zones and languages."""
    for name, seed, zone in (("one", "1", "UTC"), ("two", "2", "Asia/Kolkata")):
        command = [sys.executable, "build.py", "--root", str(miniature), "site"]
        command += ["--out", str(tmp_path / name)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    one, two = snapshot_of(tmp_path / "one"), snapshot_of(tmp_path / "two")
    assert len(one) > 20
    assert one == two


# Links


class _Page(HTMLParser):
    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src") and value:
                self.links.append(value)


def pages_of(site: Mapping[str, bytes]) -> dict[str, _Page]:
    return {path: _Page(body) for path, body in site.items() if path.endswith(".html")}


def broken_links(site: Mapping[str, bytes], base: str = BASE) -> Iterator[str]:
    """Yield internal links that lead nowhere, seen from a web server and from a folder."""
    pages = pages_of(site)
    for path, page in pages.items():
        for link in page.links:
            whole = urljoin(base + path, link)
            if not whole.startswith(base):
                continue
            target = urlsplit(whole).path.removeprefix(urlsplit(base).path)
            if path == "404.html" or target == "" or target.endswith("/"):
                target += "index.html" if target == "" or target.endswith("/") else ""
            anchor = urlsplit(whole).fragment
            if "=" in anchor:
                anchor = ""  # a question to the page's script: "status=open"
            if target not in site or (anchor and anchor not in pages[target].ids):
                yield f"{path}: {link}"


def test_no_page_has_a_broken_internal_link(site: Mapping[str, bytes]) -> None:
    assert list(broken_links(site)) == []


def test_no_page_names_one_id_twice(site: Mapping[str, bytes]) -> None:
    for path, page in pages_of(site).items():
        assert len(page.ids) == len(set(page.ids)), path


def test_links_work_from_the_file_system(site: Mapping[str, bytes]) -> None:
    for path, page in pages_of(site).items():
        if path != "404.html":
            internal = [link for link in page.links if not re.match(r"[a-z]+:|#", link)]
            assert not [link for link in internal if link.startswith("/") or link.endswith("/")]


def test_pages_ask_nobody_else_for_anything(site: Mapping[str, bytes]) -> None:
    for path, body in site.items():
        if path.endswith(".html"):
            loads = re.findall(
                rb'<(?:script|img|iframe|link rel="stylesheet")[^>]*(?:src|href)="([^"]+)', body
            )
            outside = [link for link in loads if re.match(rb"https?:", link)]
            assert all(link.startswith(BASE.encode()) for link in outside), path
            assert b" style=" not in body
            assert b" onclick=" not in body


# What is said


def test_every_page_says_how_old_it_is_and_what_it_is_not(site: Mapping[str, bytes]) -> None:
    for path, body in site.items():
        if path.endswith(".html"):
            text = body.decode()
            said = re.sub(r"<[^>]+>", "", text)
            assert said.count("Sample data of 1 June 2026") == 1, path
            assert "compiled, not fetched from the registry" in said, path
            assert said.count("Not medical advice.") == 1, path
            assert "no physician has reviewed" in said, path


def test_fetched_data_is_not_called_compiled(miniature: Path, tmp_path: Path) -> None:
    copy = copy_tree(tmp_path / "tree")
    shutil.copytree(miniature / "data", copy / "data")
    night = copy / "data/registry.json"
    write(night, night.read_text().replace('"replay"', '"https://clinicaltrials.gov/api/v2"'))
    fetched = Site(copy)
    pages = {path: fetched[path] for path in fetched if path.endswith(".html")}
    assert not [path for path, body in pages.items() if b"Sample data" in body]
    assert all(b"Registry data of" in body for body in pages.values())


def test_a_partial_record_says_plainly_what_is_missing(site: Mapping[str, bytes]) -> None:
    text = site[f"trials/{nct(3)}/index.html"].decode()
    assert "Missing from our copy of the record: a summary, ages, the full criteria," in text
    assert "Not given" not in text  # one line names all of them


def test_a_listed_trial_without_a_record_shows_the_curated_text_alone(
    site: Mapping[str, bytes],
) -> None:
    page = site["leukemia/index.html"].decode()
    table = page[page.index('<table class="rows trials') :]
    rows = [row.split("</tr>")[0] for row in table.split("<tr>")]
    (row,) = {row for row in rows if nct(9) in row and "<td>" in row}
    assert "No record" in row
    assert "It has no record" in row  # the second sentence: the first is on whom it is for
    assert "Open" not in row


def test_table_facts_come_from_the_record(site: Mapping[str, bytes]) -> None:
    page = site["leukemia/index.html"].decode()
    (row,) = {row.split("</tr>")[0] for row in page.split("<tr>") if f"{nct(1)}</span>" in row}
    for fact in ("Closed to new", "2</td>", "Example University", "18 to 75</td>"):
        assert fact in row


def test_drugs_that_decide_are_named_before_biopsies(tmp_path: Path) -> None:
    drugs = [
        {"type": "PROCEDURE", "name": "Biospecimen Collection"},
        {"type": "DRUG", "name": "Cyclophosphamide"},
        {"type": "DRUG", "name": "Dexamethasone"},
        {"type": "DRUG", "name": "Examplumab"},
    ]
    one = record(1, armsInterventionsModule__interventions=drugs)
    site = Site(vocabulary_tree(tmp_path / "tree", [one]))
    page = site[f"trials/{nct(1)}/index.html"].decode()
    assert "Given or done: Examplumab, Cyclophosphamide, Dexamethasone" in page


def test_empty_data_builds_and_says_so(tmp_path: Path) -> None:
    site = website.build(tree(tmp_path))
    assert b"No registry data yet" in site["index.html"]
    assert list(broken_links(site)) == []


WAITING = """---
name: Waiting leukemia
search:
  condition: Waiting Leukemia
---
## Trials that take it

It may be one of these.[^book]

```trials
title: With a record
ids: [NCT99000001, NCT99000009]
```

What fills itself waits for the first night.

```trials
title: By a filter
filter:
  age: [infants]
```
"""


@pytest.mark.parametrize("has_data", [True, False])
def test_a_disease_that_is_not_followed_yet_has_its_whole_text_and_no_dead_link(
    tmp_path: Path, has_data: bool
) -> None:
    root = vocabulary_tree(tmp_path, [record(1, **{WHERE: [BOSTON]})])
    if not has_data:
        shutil.rmtree(root / "data")
    write(root / "content/sources.yaml", SOURCES)
    write(root / "content/diseases/waiting.md", WAITING)
    site = website.build(root)
    page = site["waiting/index.html"].decode()
    assert "It may be one of these." in page
    with_record = "1 open of 2<" if has_data else "2 trials<"
    assert f"<strong>With a record</strong>: {with_record}" in page
    assert "<strong>By a filter</strong>: none yet" in page
    assert ('id="page-map"' in page) == has_data
    assert list(broken_links(site)) == []


# Hostile input


def test_hostile_text_reaches_no_page_unescaped(site: Mapping[str, bytes]) -> None:
    for path, body in site.items():
        if path.endswith("feed.json"):  # titles there are plain text, bodies are not
            feed = json.loads(body)
            assert not [item for item in feed["items"] if "<script>" in item["content_html"]]
        elif not path.endswith((".ics", ".csv", ".json")):  # plain text
            assert b"<script>" not in body, path
        assert b"\x0b" not in body or path.endswith(".png"), path
        for link in _Page(body).links if path.endswith(".html") else ():
            assert re.match(r"https?://|[a-z0-9._/-]|#|\.\./|tel:", link, re.IGNORECASE), link
            assert "javascript:" not in link
    trial = site[f"trials/{nct(4)}/index.html"].decode()
    assert "&lt;script&gt;" in trial
    scripts = re.findall('<script src="../../static/([a-z]+).js"( defer)?></script>', trial)
    data = trial.count('<script type="application/ld+json">')  # that no browser runs
    assert data == 1
    assert len(scripts) + data == trial.count("<script")  # our own, and no other


def test_hostile_content_is_cleaned(tmp_path: Path) -> None:
    root = tree(tmp_path)
    disease = root / "content/diseases/leukemia.md"
    write(disease, disease.read_text() + "\n`<script>x</script>` **bold** <https://a.example/>\n")
    page = Site(root)["leukemia/index.html"].decode()
    assert "<code>&lt;script&gt;x&lt;/script&gt;</code> <strong>bold</strong>" in page


# Feeds


FEEDS = ("", "feeds/all/", "leukemia/", "leukemia/feeds/all/", f"trials/{nct(5)}/")


@pytest.mark.parametrize("folder", FEEDS)
@pytest.mark.parametrize("name", ["feed.xml", "rss.xml"])
def test_feeds_are_read_without_complaint(
    site: Mapping[str, bytes], folder: str, name: str
) -> None:
    parsed = feedparser.parse(site[folder + name])
    assert parsed.bozo == 0
    assert parsed.feed.title
    dates = [entry.published for entry in parsed.entries]
    assert dates
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids))
    assert all(id_.startswith("tag:monitor.example,2026:") for id_ in ids)
    assert all(entry.link.startswith(BASE) for entry in parsed.entries)
    assert [entry.published_parsed for entry in parsed.entries] == sorted(
        (entry.published_parsed for entry in parsed.entries), reverse=True
    )


@pytest.mark.parametrize("folder", FEEDS)
def test_atom_has_what_the_standard_requires(site: Mapping[str, bytes], folder: str) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = etree.fromstring(site[f"{folder}feed.xml"])
    for element in (feed, *feed.findall(f"{atom}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(atom + name)) == 1
            assert element.findtext(atom + name)
    assert feed.findall(f"{atom}author")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{atom}link")}
    assert links["self"] == f"{BASE}{folder}feed.xml"
    newest = max(e.findtext(f"{atom}updated", "") for e in feed.findall(f"{atom}entry"))
    assert feed.findtext(f"{atom}updated") == newest


@pytest.mark.parametrize("folder", FEEDS)
def test_rss_has_what_the_standard_requires(site: Mapping[str, bytes], folder: str) -> None:
    channel = etree.fromstring(site[f"{folder}rss.xml"]).find("channel")
    assert channel is not None
    assert channel.findtext("link", "").startswith(BASE)
    assert not channel.findtext("link", "").endswith("xml")
    for item in channel.findall("item"):
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert item.findtext("pubDate")


@pytest.mark.parametrize("folder", FEEDS)
def test_json_feed_says_the_same(site: Mapping[str, bytes], folder: str) -> None:
    feed = json.loads(site[f"{folder}feed.json"])
    atom = feedparser.parse(site[f"{folder}feed.xml"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    assert [item["title"] for item in feed["items"]] == [entry.title for entry in atom.entries]


def test_minor_nights_are_only_in_the_twin(site: Mapping[str, bytes]) -> None:
    default, everything = (entries(site, folder) for folder in ("", "feeds/all/"))
    minor = {item["id"] for item in everything} - {item["id"] for item in default}
    assert minor == {f"tag:monitor.example,2026:{nct(2)}/2026-05-03"}


def test_the_gap_is_one_digest_and_belongs_to_the_disease(site: Mapping[str, bytes]) -> None:
    newest = json.loads(site["leukemia/feed.json"])["items"][0]
    assert newest["id"] == "tag:monitor.example,2026:leukemia/2026-06-01"
    assert newest["title"].startswith("New location: New Hospital, Testville, Lemuria: ")
    assert newest["title"].endswith(f"{nct(5)}, after a gap")
    assert "New location: New Hospital, Testville, Lemuria" in newest["content_html"]


def history(tmp_path: Path, steps: list[tuple[str, dict[int, Any]]]) -> Path:
    """Return a tree after some nights; a step is (date, {number: record, "left" or "removed"})."""
    root = tree(tmp_path / "tree")
    with RegistryServer(record(number) for number in range(1, 4)) as server:
        for on, changes in steps:
            for number, what in changes.items():
                if what == "left":
                    server.hide(nct(number))
                elif what == "removed":
                    server.remove(nct(number))
                else:
                    server.put(what)
            night(root, server, on)
    return root


def test_the_feed_of_a_disease_tells_the_end_of_a_trial(tmp_path: Path) -> None:
    paused = record(2, statusModule__overallStatus="SUSPENDED")
    steps: list[tuple[str, dict[int, Any]]] = [
        ("2026-05-01", {}),
        ("2026-05-02", {2: paused}),
        ("2026-05-03", {2: "left", 3: "removed"}),
        ("2026-05-04", {}),
    ]
    root = history(tmp_path, steps)
    site = Site(root)
    reported = [item["title"] for item in entries(site, "leukemia/")]
    assert [title.split(":")[0] for title in reported] == [
        "No longer in the registry",
        "Off our list",
        "Paused (was",
    ]


def test_a_removed_trial_is_not_shown_as_open(tmp_path: Path) -> None:
    root = history(
        tmp_path, [("2026-05-01", {}), ("2026-05-02", {3: "removed"}), ("2026-05-03", {})]
    )
    write(
        root / "content/diseases/leukemia.md",
        (root / "content/diseases/leukemia.md").read_text() + f"\n```trials\n{nct(3)}\n```\n",
    )
    site = Site(root)
    trial = site[f"trials/{nct(3)}/index.html"].decode()
    assert "The registry no longer has this record" in trial
    assert 'class="pill open"' not in trial
    page = site["leukemia/index.html"].decode()
    assert "<b>2</b> <strong>open</strong>" in page
    (row,) = {row.split("</tr>")[0] for row in page.split("<tr>") if f"{nct(3)}</span>" in row}
    assert 'class="pill withdrawn"' in row


def test_a_trial_that_came_back_is_shown_as_it_is(tmp_path: Path) -> None:
    root = history(
        tmp_path,
        [
            ("2026-05-01", {}),
            ("2026-05-02", {3: "removed"}),
            ("2026-05-03", {}),
            ("2026-05-04", {3: record(3)}),
        ],
    )
    trial = Site(root)[f"trials/{nct(3)}/index.html"].decode()
    assert "no longer has this record" not in trial
    assert 'class="pill open"' in trial


def test_a_heading_that_takes_the_pages_own_place_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path)
    disease = root / "content/diseases/leukemia.md"
    write(disease, disease.read_text() + "\n## Main\n\nText.\n")
    with pytest.raises(Refused, match="two places named 'main'"):
        website.build(root)


def test_ids_of_old_entries_do_not_change_when_a_trial_leaves(tmp_path: Path) -> None:
    steps: list[tuple[str, dict[int, Any]]] = [
        ("2026-05-01", {}),
        ("2026-06-01", {2: record(2, statusModule__overallStatus="SUSPENDED")}),
    ]
    before = entries(Site(history(tmp_path / "a", steps)), "")
    steps += [("2026-06-02", {2: "left"}), ("2026-06-03", {})]
    after = entries(Site(history(tmp_path / "b", steps)), "")
    assert [item["id"] for item in before] == ["tag:monitor.example,2026:leukemia/2026-06-01"]
    assert before[0]["id"] in [item["id"] for item in after]


@pytest.mark.soak
def test_a_huge_digest_is_still_delivered(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer(record(number) for number in range(1, 81)) as server:
        night(root, server, "2026-05-01")
        for number in range(1, 81):
            title = f"A long title about many things {number} " * 400
            server.put(record(number, identificationModule__briefTitle=title))
        night(root, server, "2026-06-01")
    site = Site(root)
    (entry,) = entries(site, "leukemia/feeds/all/")
    assert entry["title"].startswith("80 trials changed during a gap, among them: ")
    assert "80 trials changed during a gap" in entry["summary"]
    assert all(len(body) <= feeds.MOST_BYTES for path, body in site.items() if "feed" in path)
    address = entry["url"].removeprefix(BASE)
    page, _, anchor = address.partition("#")
    assert f'id="{anchor}"'.encode() in site[f"{page}index.html"]


def test_every_link_of_every_entry_leads_somewhere(site: Mapping[str, bytes]) -> None:
    for folder in FEEDS:
        for item in json.loads(site[f"{folder}feed.json"])["items"]:
            page, _, anchor = item["url"].removeprefix(BASE).partition("#")
            place = f'id="{anchor}"' if anchor else "<h1"
            assert place.encode() in site[f"{page}index.html"]


def test_rss_names_itself(site: Mapping[str, bytes]) -> None:
    channel = etree.fromstring(site["leukemia/rss.xml"]).find("channel")
    assert channel is not None
    link = channel.find("{http://www.w3.org/2005/Atom}link")
    assert link is not None
    assert link.get("href") == f"{BASE}leukemia/rss.xml"
    assert link.get("type") == "application/rss+xml"


def test_odd_phases_and_dates_break_nothing(tmp_path: Path) -> None:
    odd = record(
        1,
        designModule__phases=["", "PHASE²"],
        top__annotationSection={
            "annotationModule": {
                "unpostedAnnotation": {"unpostedEvents": [{"type": "X", "date": "May 2, 2026"}]}
            }
        },
    )
    root = history(tmp_path, [("2026-05-01", {}), ("2026-05-02", {1: odd})])
    assert b"May 2, 2026" in Site(root)["feed.xml"]


def test_entry_ids_stay_when_the_site_moves(miniature: Path, site: Mapping[str, bytes]) -> None:
    moved = website.build(miniature, "https://elsewhere.example/x/")
    ids = [[i["id"] for i in json.loads(s["feed.json"])["items"]] for s in (site, moved)]
    assert ids[0] == ids[1]
    assert b"https://elsewhere.example/x/trials/" in moved["feed.xml"]


@pytest.mark.soak
def test_a_feed_has_its_limits(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer(record(number) for number in range(1, 106)) as server:
        night(root, server, "2026-05-01")
        for number in range(1, 106):
            server.put(record(number, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-05-02")
    site = Site(root)
    assert len(feedparser.parse(site["feed.xml"]).entries) == feeds.MOST_ENTRIES
    assert all(len(body) <= feeds.MOST_BYTES for path, body in site.items() if "feed" in path)


# Nothing half-written


def test_a_refused_build_leaves_the_site_as_it_was(miniature: Path, tmp_path: Path) -> None:
    copy = copy_tree(tmp_path / "tree")
    shutil.copytree(miniature / "data", copy / "data")
    website.write(copy, copy / "site")
    before = snapshot_of(copy / "site")
    write(copy / "content/diseases/other.md", "no header")
    with pytest.raises(Refused):
        website.write(copy, copy / "site")
    assert snapshot_of(copy / "site") == before
    assert {path.name for path in copy.iterdir()} == {"content", "data", "site", "templates"}


def test_a_build_that_is_killed_leaves_the_site_as_it_was(miniature: Path, tmp_path: Path) -> None:
    copy = copy_tree(tmp_path / "tree")
    shutil.copytree(miniature / "data", copy / "data")
    website.write(copy, copy / "site")
    before = snapshot_of(copy / "site")
    write(copy / "content/pages/new.md", "---\ntitle: New\n---\nA new page.\n")
    script = """if True:
        import os, sys
        from pathlib import Path
        from monitor import files, website
        write, left = files.write_files, int(sys.argv[2])
        def killed(folder, some):
            def until():
                for number, file in enumerate(some):
                    if number == left:
                        os.kill(os.getpid(), 9)
                    yield file
            return write(folder, until())
        files.write_files = killed
        website.write(Path(sys.argv[1]), Path(sys.argv[1]) / "site")
    """
    command = [sys.executable, "-c", script, str(copy), "40"]
    assert subprocess.run(command, cwd=PROJECT, check=False).returncode == -9
    assert snapshot_of(copy / "site") == before
    website.write(copy, copy / "site")
    assert "new/index.html" in snapshot_of(copy / "site")
    assert not [path for path in copy.iterdir() if path.name.startswith(".")]


def test_a_kill_between_old_and_new_is_mended_by_the_next_build(tmp_path: Path) -> None:
    out = tmp_path / "site"
    with replaced(out) as folder:
        (folder / "index.html").write_text("1")
    out.rename(tmp_path / ".site.old")  # where a kill leaves it
    with pytest.raises(Refused), replaced(out):
        raise Refused("a mistake in the tree")
    assert (out / "index.html").read_text() == "1"


def test_two_builds_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    out = tmp_path / "site"
    with replaced(out) as folder:
        (folder / "index.html").write_text("1")
        with pytest.raises(Refused, match="another build is writing"), replaced(out):
            pass
        (folder / "about.html").write_text("1")
    assert set(snapshot_of(out)) == {MARK, "index.html", "about.html"}


def test_shares_of_several_processes_are_the_same_website(miniature: Path, tmp_path: Path) -> None:
    for processes in (1, 3):
        website.write(miniature, tmp_path / f"{processes}", "https://monitor.example/", processes)
    assert snapshot_of(tmp_path / "1") == snapshot_of(tmp_path / "3")


def test_an_error_in_another_process_is_raised_here() -> None:
    def work(share: Sequence[int]) -> int:
        return 1 // int(min(share))

    with pytest.raises(ZeroDivisionError):
        in_shares(work, [1, 0, 2], 3)


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "out/mine.txt", "3")
    with pytest.raises(Refused, match="did not write"), replaced(tmp_path / "out"):
        pass
    assert set(snapshot_of(tmp_path)) == {"out/mine.txt"}


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", ""])
def test_no_file_leaves_the_output_folder(path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        require_distinct([Bundle((path,), list)])


def test_two_pages_for_one_address_are_refused() -> None:
    with pytest.raises(ValueError, match="two pages"):
        require_distinct([Bundle(("a",), list), Bundle(("a",), list)])
