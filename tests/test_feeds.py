"""Feeds as their subscribers meet them: which there are, what an entry says, what never changes."""

import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from typing import Any

import feedparser
import pytest
import reader as reading
from lxml import etree

from monitor import website
from monitor.catalog.catalog import Catalog
from monitor.catalog.rewind import study_at
from monitor.catalog.trial import LONGEST, gist
from monitor.changes import wording
from monitor.changes.marked_text import Message
from monitor.data import changelog
from monitor.data.change import KINDS, Change
from monitor.data.reader import read_data
from monitor.exports import feeds
from monitor.exports.feed_list import feeds_of
from monitor.pages.renderer import Renderer
from tests.accept import copy_tree
from tests.miniature_days import write_days
from tests.records import STATUS, nct, place, record
from tests.registry_server import RegistryServer
from tests.replay import replay
from tests.trees import BASE, DISEASE, PROJECT, REAL, Site, entries, night, sorted_tree, tree, write
from tests.vocabulary_tree import vocabulary_tree


def items(site: Mapping[str, bytes], folder: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(site[f"{folder}feed.json"])["items"]
    return items


def folders(site: Mapping[str, bytes]) -> list[str]:
    """Return the folders of feeds in all three forms; a trial's major changes are Atom alone."""
    return [path.removesuffix("feed.json") for path in site if path.endswith("feed.json")]


# Every feed


@cache
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(PROJECT / "tests" / "atom.rng"))


def faults(site: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what is wrong with the feeds of a site, each in its forms."""
    for path, body in site.items():
        if path.endswith("feed.xml") and not grammar().validate(etree.fromstring(body)):
            yield f"{path}: {grammar().error_log.last_error}"
        if path.endswith(("feed.xml", "rss.xml")) and feedparser.parse(body).bozo:
            yield f"{path}: feedparser"
    for folder in folders(site):
        rss = etree.fromstring(site[f"{folder}rss.xml"])
        channel = rss.find("channel")
        for tag in ("title", "link", "description", "pubDate", "lastBuildDate", "language"):
            if channel is None or not channel.findtext(tag):
                yield f"{folder}rss.xml: {tag}"
        for item in rss.iter("item"):
            for tag in ("title", "link", "description", "guid", "pubDate"):
                if not item.findtext(tag):
                    yield f"{folder}rss.xml: an item without {tag}"
        feed = json.loads(site[f"{folder}feed.json"])
        if feed["version"] != "https://jsonfeed.org/version/1.1":
            yield f"{folder}feed.json: version"
        ids = [item["id"] for item in feed["items"]]
        same = [entry.id for entry in feedparser.parse(site[f"{folder}feed.xml"]).entries]
        guids = [item.findtext("guid") for item in rss.iter("item")]
        if len(set(ids)) < len(ids) or ids != same or ids != guids:
            yield f"{folder}: ids"
        for item in feed["items"]:
            yield from (f"{folder}: {fault}" for fault in body_faults(item))
        for name in ("feed.xml", "rss.xml", "feed.json"):
            if len(site[folder + name]) > 500_000:
                yield f"{folder}{name}: size"


KEPT = {"a", "p", "ul", "li", "strong", "ins", "del", "h2", "time"}
"""Elements that the usual sanitisers of readers let through, or whose loss loses no word."""


def body_faults(item: dict[str, Any]) -> Iterator[str]:
    body = item["content_html"]
    html = etree.HTML(body)
    for element in html.iter():
        if element.tag not in KEPT | {"html", "body"}:
            yield f"<{element.tag}> may be dropped"
        for name, value in element.attrib.items():
            if name != "href" or not str(value).startswith("https://"):
                yield f"{name!r}={value!r}"
    if re.search(r"\b(today|yesterday|tonight|\d+ (days?|hours?) ago)\b", body):
        yield "a relative date"
    for key in ("title", "summary", "content_html", "date_published", "date_modified", "tags"):
        if not item[key]:
            yield f"no {key}"


def test_every_feed_is_sound(site: Mapping[str, bytes]) -> None:
    assert len(folders(site)) > 30
    assert list(faults(site)) == []


def test_the_grammar_refuses_what_the_standard_forbids() -> None:
    """So that a grammar that lets everything pass is noticed."""
    space = 'xmlns="http://www.w3.org/2005/Atom"'
    whole = (
        f"<feed {space}><id>x:y</id><title>T</title><updated>2026-01-01T00:00:00Z</updated></feed>"
    )
    assert grammar().validate(etree.fromstring(whole))
    for part in ("<id>x:y</id>", "<title>T</title>", "<updated>2026-01-01T00:00:00Z</updated>"):
        assert not grammar().validate(etree.fromstring(whole.replace(part, "")))
    assert not grammar().validate(etree.fromstring(whole.replace("2026-01-01T", "1 Jan ")))


# Which there are


def test_a_disease_has_a_feed_for_each_kind_country_and_treatment(
    site: Mapping[str, bytes],
) -> None:
    addresses = {folder.removeprefix("leukemia/feeds/") for folder in folders(site)}
    assert {f"{kind}/" for kind in KINDS} <= addresses
    assert {"all/", "major/", "country-atlantis/", "country-lemuria/"} <= addresses
    assert {"country-lemuria/all/", "intervention-examplumab/"} <= addresses


def test_a_facet_has_what_its_title_says_and_nothing_else(site: Mapping[str, bytes]) -> None:
    everything = {item["id"]: item for item in items(site, "leukemia/feeds/all/")}
    status = entries(site, "leukemia/feeds/status/")
    assert [item["id"] for item in status] == [f"tag:monitor.example,2026:{nct(1)}/2026-05-02"]
    assert status[0] == everything[status[0]["id"]]
    assert "kind:status" in status[0]["tags"]
    for item in entries(site, "leukemia/feeds/major/"):
        assert item["id"] in everything or item["id"].endswith("/major/2026-06-01")


@pytest.fixture(scope="module")
def after_a_gap(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return the site after a gap in which three trials ended, two of both diseases."""
    root = tree(tmp_path_factory.mktemp("gap"))
    second = DISEASE.replace("Invented leukemia", "Invented lymphoma")
    write(root / "content/diseases/lymphoma.md", second.replace(": Leukemia", ": Lymphoma"))
    there = {"contactsLocationsModule__locations": [place("Hospital", "Testville", "Lemuria")]}
    with RegistryServer() as server:
        server.match = lambda one, query: query == "Leukemia" or nct(2) not in str(one)
        for day, status in (("2026-05-01", "RECRUITING"), ("2026-06-01", "COMPLETED")):
            for number, more in ((1, {}), (2, {}), (3, there)):
                server.put(record(number, statusModule__overallStatus=status, **more))
            night(root, server, day)
        night(root, server, "2026-06-08")
    return Site(root)


def test_after_a_gap_a_trial_of_two_diseases_stands_once(after_a_gap: Mapping[str, bytes]) -> None:
    (everything,) = entries(after_a_gap, "")
    assert everything["id"] == "tag:monitor.example,2026:leukemia/2026-06-01"
    for number in (1, 2, 3):
        assert everything["content_html"].count(f"({nct(number)})") == 1
    (lymphoma,) = entries(after_a_gap, "lymphoma/")
    what = "Completed (was: recruiting): Invented Study 1"
    title = f"2 trials changed during a gap, among them: {what}, {nct(1)}"
    assert lymphoma["title"] == title
    assert "Invented lymphoma: 2 trials changed during a gap" in lymphoma["summary"]
    (week,) = entries(after_a_gap, "changes/digest/")
    assert "3 major" in after_a_gap["changes/digest/2026-W23/index.html"].decode()
    assert week["content_html"].count(f"({nct(1)})") == 1


def test_after_a_gap_a_facet_has_only_the_trials_that_match_it(
    after_a_gap: Mapping[str, bytes],
) -> None:
    (lemuria,) = entries(after_a_gap, "leukemia/feeds/country-lemuria/")
    assert lemuria["id"] == "tag:monitor.example,2026:leukemia/country-lemuria/2026-06-01"
    assert (
        lemuria["title"] == f"Completed (was: recruiting): Invented Study 3, {nct(3)}, after a gap"
    )
    assert nct(3) in lemuria["content_html"]
    assert nct(1) not in lemuria["content_html"]


def test_of_a_trial_of_many_diseases_a_summary_has_their_short_names(tmp_path: Path) -> None:
    root = tree(tmp_path)
    for name in ("AB", "CD"):
        header = f"name: Invented {name}\nshort_name: {name}"
        text = DISEASE.replace("name: Invented leukemia", header)
        write(root / f"content/diseases/{name.lower()}.md", text)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
    (entry,) = entries(Site(root), f"trials/{nct(1)}/")
    assert "AB · CD · Invented leukemia · " in entry["summary"]


def test_a_country_that_a_trial_left_hears_of_it(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        there = [place("New Hospital", "Testville", "Lemuria", status="RECRUITING")]
        server.put(record(1, contactsLocationsModule__locations=there))
        night(root, server, "2026-05-02")
    site = Site(root)
    for country in ("atlantis", "lemuria"):
        assert len(entries(site, f"leukemia/feeds/country-{country}/")) == 1


def test_where_a_trial_runs_later_changes_no_feed_of_a_night_before(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, statusModule__overallStatus="SUSPENDED"))
        night(root, server, "2026-05-02")
        before = Site(root)
        there = [place("New Hospital", "Testville", "Lemuria", status="RECRUITING")]
        moved = {"contactsLocationsModule__locations": there}
        server.put(record(1, statusModule__overallStatus="SUSPENDED", **moved))
        night(root, server, "2026-05-03")
    site = Site(root)
    for folder in ("leukemia/feeds/country-atlantis/", "leukemia/"):
        assert entries(site, folder)[1:] == entries(before, folder)
    assert len(entries(site, "leukemia/feeds/country-lemuria/")) == 1


def test_a_value_of_a_facet_has_a_feed_and_with_an_age_group_where_three_match(
    tmp_path: Path,
) -> None:
    root = sorted_tree(tmp_path)
    young = {"eligibilityModule__minimumAge": "1 Year", "eligibilityModule__maximumAge": "17 Years"}

    def of(kind: str, number: int, **more: Any) -> dict[str, Any]:
        title = f"{kind} Acute Lymphoblastic Leukemia"
        return record(number, identificationModule__briefTitle=title, **more)

    with RegistryServer([of("Ph-positive", number, **young) for number in (1, 2, 3)]) as server:
        server.put(of("KMT2A-rearranged", 4, **young))
        night(root, server, "2026-05-01")
        server.put(of("Ph-positive", 1, **young, **{STATUS: "SUSPENDED"}))
        server.put(of("KMT2A-rearranged", 4, **young, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
    site = Site(root)
    base = "acute-lymphoblastic-leukemia/feeds/"
    for feed in ("subtype-ph-positive/", "subtype-ph-positive-children/"):
        (entry,) = entries(site, f"{base}{feed}")
        assert nct(1) in entry["id"]
        assert "subtype:ph-positive" in entry["tags"]
    title = json.loads(site[f"{base}subtype-ph-positive-children/feed.json"])["title"]
    assert title == "Invented leukemia: Ph-positive, children: Test Monitor"
    assert f"{base}subtype-ph-positive/all/feed.xml" in site
    assert f"{base}subtype-ph-positive-children/all/feed.xml" in site
    assert f"{base}subtype-kmt2a/feed.xml" in site
    assert f"{base}subtype-kmt2a-children/feed.xml" not in site  # one trial alone
    assert f"{base}subtype-ph-positive-adults/feed.xml" not in site


def listed(site: Mapping[str, bytes], path: str) -> dict[str, list[str]]:
    """Return address of a feed -> the titles of the folders that it is in, and its own."""
    lines = [line for line in etree.fromstring(site[path]).iter("outline") if line.get("xmlUrl")]
    return {
        line.get("xmlUrl", "").removeprefix(BASE).removesuffix("feed.xml"): [
            *(str(folder.get("title")) for folder in reversed([*line.iterancestors("outline")])),
            str(line.get("title")),
        ]
        for line in lines
    }


def test_opml_lists_every_feed_by_disease_and_group(site: Mapping[str, bytes]) -> None:
    of_disease = listed(site, "leukemia/feeds/feeds.opml")
    own = {f for f in folders(site) if f.startswith("leukemia/") and not f.endswith("/all/")}
    assert of_disease.keys() == own
    everything = listed(site, "feeds/feeds.opml")
    assert everything.keys() == own | {"", "feeds/major/", "changes/digest/"}
    for address, titles in everything.items():
        title = feedparser.parse(site[f"{address}feed.xml"]).feed.title
        assert titles[-1] == title
        assert titles[:-1] == (
            ["Invented leukemia", *of_disease[address][:-1]] if address in own else []
        )
    assert of_disease["leukemia/feeds/country-atlantis/"][0] == "By country of the locations"


def test_a_list_to_begin_with_has_five_feeds(site: Mapping[str, bytes]) -> None:
    few = listed(site, "feeds/starter.opml")
    assert len(few) == 5
    assert few.keys() <= {*folders(site)}


def test_a_drug_called_like_a_value_of_a_facet_keeps_its_feed_and_is_listed_once(
    tmp_path: Path,
) -> None:
    root = vocabulary_tree(tmp_path, [record(1)])
    path = root / "content/diseases/leukemia.md"
    header = "interventions:\n  - name: Antibody\n  - name: Examplumab\nvocabulary:"
    write(path, path.read_text("utf-8").replace("vocabulary:", header))
    site = Site(root)
    lists = (listed(site, "leukemia/feeds/feeds.opml"), site["feeds/index.html"].decode())
    for feed, in_lists in (
        ("intervention-antibody/", False),
        ("intervention-examplumab/", True),
        ("treatment-antibody/", True),
    ):
        address = f"leukemia/feeds/{feed}"
        assert {f"{address}feed.xml", f"{address}all/feed.xml"} <= site.keys()
        assert [address in one for one in lists] == [in_lists, in_lists]


# What an entry says


def test_an_entry_can_be_acted_on_without_opening_it(site: Mapping[str, bytes]) -> None:
    entry = next(
        i for i in items(site, "leukemia/feeds/all/") if i["id"].endswith(f"{nct(2)}/2026-05-02")
    )
    body = entry["content_html"]
    assert "102 planned (was 200)" in body
    assert "recruiting; ages 18 to 75 years; Atlantis; lead sponsor Example University" in body
    for link in (f"{BASE}trials/{nct(2)}/", f"https://clinicaltrials.gov/study/{nct(2)}"):
        assert f'href="{link}"' in body
    assert f"https://clinicaltrials.gov/study/{nct(2)}?tab=history" in body
    assert "102 planned (was 200)" in entry["summary"]
    assert (
        "Invented leukemia · phase 2 · recruiting · ages 18 to 75 years · Atlantis."
        in entry["summary"]
    )
    assert entry["title"] != entry["summary"]


def test_an_entry_keeps_saying_what_held_that_night(tmp_path: Path) -> None:
    root = tree(tmp_path)
    first = record(1, designModule__enrollmentInfo={"count": 90, "type": "ESTIMATED"})
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        server.put(first)
        night(root, server, "2026-05-02")
        before = entries(Site(root), "")
        server.put(
            record(
                1,
                designModule__enrollmentInfo={"count": 90, "type": "ESTIMATED"},
                statusModule__overallStatus="TERMINATED",
                designModule__phases=["PHASE3"],
                identificationModule__briefTitle="Quite Another Title",
                identificationModule__acronym="QUITE",
                sponsorCollaboratorsModule__leadSponsor={"name": "Other University"},
            )
        )
        night(root, server, "2026-05-03")
    after = entries(Site(root), "")
    assert after[1:] == before
    assert "QUITE" in after[0]["title"]


def test_better_wording_keeps_every_id(
    site: Mapping[str, bytes], miniature: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = wording.describe

    def better_words(change: Change) -> Message:
        return Message(f"Better: {described(change).title}")

    monkeypatch.setattr("monitor.changes.combine.describe", better_words)
    better = website.build(miniature)
    for folder in folders(site):
        old, new = items(site, folder), items(better, folder)
        assert [item["id"] for item in old] == [item["id"] for item in new]
        assert [item["date_modified"] for item in old] == [item["date_modified"] for item in new]
    assert any("Better: " in item["title"] for item in items(better, ""))


def brought(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """Return the newest entry after a night that changed a record."""
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, **changes))
        night(root, server, "2026-05-02")
    return entries(Site(root), "feeds/all/")[0]


SPONSOR = "sponsorCollaboratorsModule__leadSponsor"


@pytest.mark.parametrize(
    ("changes", "title", "summary"),
    [
        ({STATUS: "SUSPENDED", "statusModule__whyStopped": "FDA asked."},
         f"Paused (was: recruiting): Invented Study 1, {nct(1)}",
         "Paused (was: recruiting). Sponsor's stated reason: “FDA asked.” Invented leukemia · "
         "phase 2 · suspended · ages 18 to 75 years · Atlantis."),
        ({SPONSOR: {"name": "Sample Co., Ltd."}},
         f"Lead sponsor: Sample Co., Ltd. (was: Example University): Invented Study 1, {nct(1)}",
         "Lead sponsor: Sample Co., Ltd. (was: Example University). Invented leukemia · phase 2 · "
         "recruiting · ages 18 to 75 years · Atlantis."),
        ({"identificationModule__briefTitle": "Another Title"},
         f"Title: Another Title (was: Invented Study 1): {nct(1)}",
         "Title: Another Title (was: Invented Study 1). Invented leukemia · phase 2 · recruiting · "
         "ages 18 to 75 years · Atlantis."),
        ({"designModule__phases": ["UNCLEAR"]},
         f"Phase: Unclear (was: Phase 2): Invented Study 1, {nct(1)}",
         "Phase: Unclear (was: Phase 2). Invented leukemia · phase: unclear · recruiting · "
         "ages 18 to 75 years · Atlantis."),
        ({"armsInterventionsModule__armGroups": [
            {"label": "Examplumab", "type": "EXPERIMENTAL", "description": "Weekly."},
            {"label": "Chemotherapy", "type": "ACTIVE_COMPARATOR"}]},
         f"Arm “Examplumab”: description changed: Invented Study 1, {nct(1)}",
         "Arm “Examplumab”: description changed. Invented leukemia · phase 2 · recruiting · "
         "ages 18 to 75 years · Atlantis."),
    ],
)  # fmt: skip
def test_a_title_says_what_happened_to_which_trial(
    tmp_path: Path, changes: dict[str, Any], title: str, summary: str
) -> None:
    entry = brought(tmp_path, **changes)
    assert entry["title"] == title
    assert entry["summary"] == summary


def test_what_weighs_more_leads_the_title(tmp_path: Path) -> None:
    places = [
        place(f"Hospital {number}", "Port Sample", status="RECRUITING") for number in range(9)
    ]
    closed = [{**one, "status": "NOT_YET_RECRUITING"} for one in places]
    new = place("New Hospital", "Testville", "Lemuria", status="RECRUITING")
    root = tree(tmp_path)
    at = "contactsLocationsModule__locations"
    with RegistryServer([record(1, **{at: closed})]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, **{at: [*places, new]}))
        night(root, server, "2026-05-02")
    (entry,) = entries(Site(root), "")
    assert entry["title"].startswith("9 locations now recruiting in Atlantis (+1 change): ")


def test_a_long_title_is_cut_at_words(tmp_path: Path) -> None:
    title = "A Phase 2 Study to Evaluate the Safety and Efficacy of Examplumab " + "And More " * 20
    entry = brought(tmp_path, identificationModule__acronym="", **{STATUS: "TERMINATED"})
    assert len(entry["title"]) <= LONGEST
    root = tree(tmp_path / "long")
    with RegistryServer([record(1, identificationModule__briefTitle=title)]) as server:
        night(root, server, "2026-05-01")
        there = [place("A Hospital With Quite a Long Name Indeed", "Testville", "Lemuria")]
        server.put(
            record(
                1,
                identificationModule__briefTitle=title,
                contactsLocationsModule__locations=there,
            )
        )
        night(root, server, "2026-05-02")
    site = Site(root)
    (entry,) = entries(site, "")
    assert len(entry["title"]) <= LONGEST
    assert re.search(rf": Examplumab( And| More)*…, {nct(1)}$", entry["title"])
    assert " A Phase 2 Study to Evaluate the Safety and Efficacy of" in entry["summary"]
    first = json.loads(site[f"trials/{nct(1)}/feed.json"])["items"][-1]
    assert first["title"].startswith("You now follow: A Phase 2 Study")
    assert len(first["title"]) <= LONGEST


def test_a_long_title_for_another_is_said_to_be_reworded(tmp_path: Path) -> None:
    words = "Children and " * 9
    title = f"A Study of Examplumab in {words}Adults"
    entry = brought(tmp_path, identificationModule__briefTitle=title)
    assert entry["title"].startswith("Title reworded: Examplumab in Children and Children")
    assert entry["title"].endswith(f"…, {nct(1)}")
    assert entry["summary"].startswith(f"Title: {title} (was: Invented Study 1).")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A Study of the Safety and Effectiveness of Examplumab in Adults", "Examplumab in Adults"),
        ("Clinical Study on the Safety and Efficacy of EX23 Injection", "EX23 Injection"),
        ("Safety and Efficiency of γδ T Cells", "γδ T Cells"),
        ("A Phase I Study to Evaluate the Safety, and Preliminary Efficacy of mRNA-1 ± Examplumab",
         "mRNA-1 ± Examplumab"),
        ("Pharmacokinetics of Examplumab", "Pharmacokinetics of Examplumab"),
        ("Study of an Arm", "Study of an Arm"),
    ],
)  # fmt: skip
def test_a_title_begins_with_what_no_others_says(title: str, expected: str) -> None:
    assert gist(title) == expected


def test_a_reader_that_shows_the_body_alone_has_the_disease(site: Mapping[str, bytes]) -> None:
    for item in items(site, "leukemia/"):
        if item["id"].count("/") == 1 and ":NCT" in item["id"]:
            assert "Invented leukemia. On that day: " in item["content_html"]


def test_a_removed_trial_says_what_its_status_was(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.remove(nct(1))
        night(root, server, "2026-05-02")
        night(root, server, "2026-05-03")
    (entry,) = entries(Site(root), "")
    assert entry["title"] == f"No longer in the registry: Invented Study 1, {nct(1)}"
    assert "last known status, before removal: recruiting" in entry["summary"]
    assert "last known status, before removal: recruiting" in entry["content_html"]


@pytest.mark.parametrize(
    ("number", "more", "kind"),
    [
        (9, {"statusModule__studyFirstPostDateStruct": None}, "new"),  # an id above all others
        (9, {}, "new"),  # likewise, whatever its date
        (2, {"statusModule__studyFirstPostDateStruct": None}, "tracked"),
        (2, {}, "tracked"),
        (2, {"statusModule__studyFirstPostDateStruct": {"date": "2026-04-20"}}, "new"),
    ],
)
def test_a_trial_with_an_id_above_all_others_is_new(
    tmp_path: Path, number: int, more: dict[str, Any], kind: str
) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(5)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(number, **more))
        night(root, server, "2026-05-02")
        night(root, server, "2026-05-04")
    site = Site(root)
    (entry,) = entries(site, "feeds/all/")
    assert f"kind:{kind}" in entry["tags"]
    assert len(entries(site, "")) == (kind == "new")


def test_an_entry_is_of_ten_o_clock_and_has_categories(site: Mapping[str, bytes]) -> None:
    for item in entries(site, "feeds/all/"):
        day = item["id"].rpartition("/")[2]
        assert item["date_published"] == item["date_modified"] == f"{day}T10:00:00+00:00"
    atom = feedparser.parse(site["leukemia/feeds/status/feed.xml"])
    categories = {
        (tag.scheme.rpartition(":")[2], tag.term): tag.label for tag in atom.entries[0].tags
    }
    assert categories == {
        ("kind", "enrollment"): "Number of participants",
        ("kind", "status"): "Status: opened, closed, paused, stopped",
        ("rank", "major"): "major",
        ("disease", "leukemia"): "Invented leukemia",
        ("trial", nct(1)): "Invented Study 1",
        ("country", "atlantis"): "Atlantis",
        ("age", "adults"): "Adults (18 to 64)",
        ("age", "older-adults"): "Older adults (65 and older)",
        ("lineage", "b-cell"): "B-cell",
        ("treatment", "antibody"): "Antibody",
    }
    assert all(tag.scheme.startswith("tag:monitor.example,2026:") for tag in atom.entries[0].tags)


def test_what_a_second_check_of_a_day_adds_moves_the_date_of_the_change(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
        first = entries(Site(root), "")
        server.put(record(1, **{STATUS: "SUSPENDED", "designModule__phases": ["PHASE3"]}))
        server.put(record(2, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
        again = entries(Site(root), "")
    assert first[0]["id"] == again[0]["id"]
    assert "(+1 change)" in again[0]["title"]
    assert again[0]["date_published"] == first[0]["date_published"]
    assert [i["date_modified"] for i in first] == ["2026-05-02T10:00:00+00:00"]
    assert [i["date_modified"] for i in again] == ["2026-05-02T10:01:00+00:00"] * 2


def test_no_feed_is_empty_and_its_first_entry_never_changes(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1)]) as server:
        night(root, server, "2026-05-01")
        first = Site(root)
        server.put(record(1, **{STATUS: "SUSPENDED"}))
        night(root, server, "2026-05-02")
    later = Site(root)
    for folder in folders(first):
        (only,) = items(first, folder)
        assert only["title"].startswith("You now follow: ")
        assert only["date_published"] == "2026-05-01T10:00:00+00:00"
        assert items(later, folder)[-1] == only
    about = [json.loads(first[f"{folder}feed.json"])["description"] for folder in folders(first)]
    assert len(set(about)) == len(about)
    icon = json.loads(first["feed.json"])["icon"]
    assert first[icon.removeprefix(BASE)].startswith(b"\x89PNG")


# What a subscriber gets, night by night


class Subscriber:
    """The PyPI package `reader`, subscribed to feeds of a site that changes every night."""

    def __init__(self, addresses: list[str]) -> None:
        self.files: dict[str, bytes] = {}
        self.seen: dict[str, set[str]] = {address: set() for address in addresses}
        self.reader = reading.make_reader(":memory:")

    @contextmanager
    def subscribed(self) -> Iterator["Subscriber"]:
        files = self.files

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = files[self.path.lstrip("/")]
                self.send_response(200)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.base = f"http://127.0.0.1:{server.server_port}/"
        for address in self.seen:
            self.reader.add_feed(f"{self.base}{address}feed.xml")
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def night(self, root: Path) -> Counter[str]:
        """Build the feeds, let the reader update, compare what it received with the log."""
        catalog, feeds_now = feeds_at(root, list(self.seen))
        self.files.update(feeds_now)
        counts: Counter[str] = Counter()
        by_address = {f.address: f for feed in feeds_of(catalog) for f in feed.both}
        for address, seen in self.seen.items():
            result = self.reader.update_feed(f"{self.base}{address}feed.xml")
            expected = {
                f"{feeds.tag_prefix(catalog)}:{e.id}"
                for e in feeds.recent(catalog, by_address[address].entries)
            }
            received = {e.id for e in self.reader.get_entries(feed=f"{self.base}{address}feed.xml")}
            new = result.new if result else 0
            assert new == len(expected - seen), address
            assert (result.modified if result else 0) == 0, address
            seen.update(expected)
            assert received >= expected, address
            titles = [e.title or "" for e in self.reader.get_entries()]
            assert max(map(len, titles)) <= LONGEST
            counts["new"] += new
        counts["nights"] += 1
        return counts


def feeds_at(root: Path, addresses: list[str]) -> tuple[Catalog, Mapping[str, bytes]]:
    catalog = website.read_catalog(root)
    rows = feeds_of(catalog)
    renderer = Renderer(catalog, root / "templates", catalog.site.url)
    wanted = [
        replace(feed, twin=None) for row in rows for feed in row.both if feed.address in addresses
    ]
    writer = feeds.FeedWriter(catalog, renderer.base_url, renderer.entry_html)
    return catalog, dict(chain.from_iterable(map(writer.files, wanted)))


def follow(folder: Path, root: Path, slug: str) -> Counter[str]:
    addresses = ["", "feeds/all/", f"{slug}/", f"{slug}/feeds/all/", f"{slug}/feeds/locations/"]
    addresses += ["changes/digest/", f"{slug}/feeds/major/"]
    counts: Counter[str] = Counter()
    with Subscriber(addresses).subscribed() as subscriber:
        for _ in replay(folder, root):
            counts += subscriber.night(root)
    return counts


def test_a_reader_gets_each_nights_entries_once(tmp_path: Path) -> None:
    write_days(tmp_path / "days")
    root = copy_tree(tmp_path / "miniature")
    counts = follow(tmp_path / "days", root, "leukemia")
    assert counts["nights"] == 4
    assert counts["new"] > 10


@pytest.mark.soak
@pytest.mark.real
def test_a_reader_follows_the_real_days(tmp_path: Path) -> None:
    folder = REAL / "facts" / "days"
    if not folder.is_dir():
        pytest.skip(f"no real registry data at {folder}")
    root = tree(tmp_path)
    counts = follow(folder, root, "leukemia")
    assert counts["nights"] > 30
    assert counts["new"] > 50


def test_what_held_on_a_night_is_what_its_snapshot_said(tmp_path: Path) -> None:
    """Taking back what the log says of later nights gives the record of each night."""
    write_days(tmp_path / "days")
    check_rewinding(tmp_path / "days", copy_tree(tmp_path / "miniature"))


@pytest.mark.soak
@pytest.mark.real
def test_what_held_on_a_real_night_is_what_its_snapshot_said(tmp_path: Path) -> None:
    folder = REAL / "registry" / "days"
    if not folder.is_dir():
        pytest.skip(f"no real registry data at {folder}")
    assert check_rewinding(folder, tree(tmp_path)) > 1000


def check_rewinding(folder: Path, root: Path) -> int:
    nights: dict[str, dict[str, tuple[Any, ...]]] = {}
    for on, _, written in replay(folder, root):
        if any(path.startswith("data/changes") for path in written):
            nights[on.isoformat()] = facts_of(root)
    studies = read_data(root, []).studies
    logged: dict[str, list[Change]] = defaultdict(list)
    for change in changelog.read(root, []):
        logged[change.nct_id].append(change)
    held = 0
    for on_day, then in nights.items():
        for nct_id, facts in then.items():
            rewound = study_at(studies[nct_id], on_day, logged[nct_id])
            assert facts_at(rewound) == facts, (nct_id, on_day)
            held += 1
    assert held > 3
    return held


def facts_of(root: Path) -> dict[str, tuple[Any, ...]]:
    return {i: facts_at(study) for i, study in read_data(root, []).studies.items()}


def facts_at(study: Any) -> tuple[Any, ...]:
    """Return what a record says, without case, white space and a sponsor's class: no changes."""
    sponsor = study.lead_sponsor.name if study.lead_sponsor else ""
    texts = (study.overall_status, sponsor, study.brief_title, study.acronym)
    phases = () if study.phases == ("NA",) else study.phases
    return (phases, *(" ".join(text.casefold().split()) for text in texts))


@pytest.mark.parametrize(("status", "is_offered"), [("RECRUITING", True), ("COMPLETED", False)])
def test_beside_its_places_a_trial_offers_to_tell_when_one_opens(
    tmp_path: Path, status: str, is_offered: bool
) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1, **{STATUS: status})]) as server:
        night(root, server, "2026-05-01")
    page = Site(root)[f"trials/{nct(1)}/index.html"].decode()
    link = f'feeds/index.html#trial={nct(1)}&how=mail">Tell me when one opens</a>'
    assert (link in page.replace("&amp;", "&")) == is_offered
