"""Following single trials: their feeds, the list of feeds, and what the watch list looks into."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.test_content import problems_of
from tests.trees import Site, entries, night, tree, write

BASE = "https://monitor.example/base/"


def assigned(script: bytes, name: str) -> Any:
    """Return what a generated script sets."""
    left, _, right = script.decode("ascii").partition(" = ")
    assert left == name
    assert right.endswith(";\n")
    assert "<" not in right
    return json.loads(right[:-2])


def test_a_trial_has_all_its_changes_in_its_own_feed(site: Mapping[str, bytes]) -> None:
    ids = [f"tag:monitor.example,2026:{nct(2)}/{day}" for day in ("2026-05-03", "2026-05-02")]
    reported = entries(site, f"trials/{nct(2)}/")
    assert [item["id"] for item in reported] == ids  # the first is a minor one


def test_a_digest_is_only_its_own_part_in_the_feed_of_a_trial(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer(record(number) for number in (1, 2, 3)) as server:
        night(root, server, "2026-05-01")
        for number in (1, 2):
            server.put(record(number, statusModule__overallStatus="SUSPENDED"))
        night(root, server, "2026-06-01")
    site = Site(root)
    title = json.loads(site["feed.json"])["items"][0]["title"]
    reported = f"Paused (was: recruiting): Invented Study 1, {nct(1)}"
    assert title == f"2 trials changed during a gap, among them: {reported}"
    (item,) = entries(site, f"trials/{nct(1)}/")
    assert item["id"] == f"tag:monitor.example,2026:{nct(1)}/2026-06-01"
    assert item["title"].startswith("Paused")
    assert item["url"] == f"{BASE}trials/{nct(1)}/#d2026-06-01"
    assert nct(2) not in item["content_html"]
    assert "after a gap" in item["content_html"]
    watch = assigned(site["static/watch-index.js"], "WATCH")
    assert watch["trials"][nct(1)][2][0][2].startswith("Paused")


def test_a_trial_without_changes_has_a_feed_to_wait_on(site: Mapping[str, bytes]) -> None:
    for name in ("feed.xml", "rss.xml"):
        parsed = feedparser.parse(site[f"trials/{nct(9)}/{name}"])
        assert parsed.bozo == 0
        (only,) = parsed.entries
        assert only.title.startswith("You now follow: ")
        assert nct(9) in parsed.feed.title


def test_a_trials_page_leads_to_its_feeds(site: Mapping[str, bytes]) -> None:
    page = site[f"trials/{nct(1)}/index.html"].decode()
    head, _, body = page.partition("<body>")
    for name in ("feed.xml", "rss.xml", "feed.json"):
        assert f'href="../../trials/{nct(1)}/{name}"' in head
        assert f'href="../../trials/{nct(1)}/{name}"' in body[body.index(">History<") :]


def test_the_list_of_feeds_can_be_imported(site: Mapping[str, bytes]) -> None:
    lines = etree.fromstring(site["feeds/feeds.opml"]).iter("outline")
    addresses = [line.get("xmlUrl", "") for line in lines if line.get("xmlUrl")]
    folders = ("", "feeds/major/", "changes/digest/", "leukemia/", "leukemia/feeds/major/")
    assert addresses[:5] == [f"{BASE}{folder}feed.xml" for folder in folders]
    assert all(address.removeprefix(BASE) in site for address in addresses)
    assert b'href="../feeds/feeds.opml"' in site["feeds/index.html"]


def test_the_list_of_feeds_survives_odd_names(tmp_path: Path) -> None:
    root = tree(tmp_path)
    disease = root / "content/diseases/leukemia.md"
    write(disease, disease.read_text().replace("Invented leukemia", "'<A> & \"B\"'"))
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
    body = etree.fromstring(Site(root)["feeds/feeds.opml"]).find("body")
    assert body is not None
    assert body[3].get("text") == '<A> & "B"'
    assert body[3][0].get("text") == '<A> & "B": Test Monitor'


def test_the_watch_list_knows_title_status_and_changes(site: Mapping[str, bytes]) -> None:
    watch = assigned(site["static/watch-index.js"], "WATCH")
    name, status, changes, title, diseases = watch["trials"][nct(1)]
    assert (name, title) == ("Invented Study 1", "")
    assert watch["pills"][status] == ["closed", "Closed to new"]
    assert [watch["diseases"][number] for number in diseases] == ["leukemia"]
    reported = "Closed to new participants (was: recruiting); 4 enrolled (200 planned)"
    assert changes == [["2026-05-02", 0, reported]]
    assert watch["ranks"][0] == "major"
    assert watch["pills"][watch["trials"][nct(9)][1]] == ["unknown", "No record"]
    assert watch["trials"][nct(4)][3].startswith("Hostile <script>")


def test_the_page_says_what_it_keeps_and_works_from_a_folder(site: Mapping[str, bytes]) -> None:
    page = site["watch/index.html"].decode()
    assert "Kept in this browser only; no message is sent" in page
    assert "This page needs script" in page
    assert '"../watch/index.html"' in site["about/index.html"].decode()


@pytest.mark.parametrize("slug", ["watch", "search"])
def test_their_addresses_are_taken(tmp_path: Path, slug: str) -> None:
    root = tree(tmp_path)
    write(root / f"content/pages/{slug}.md", "---\ntitle: X\n---\nText.\n")
    assert any(f"/{slug}/ is taken" in problem for problem in problems_of(root))
