"""A week in one page and one entry, and the same as the text of a release."""

import re
from pathlib import Path
from typing import Any

import markdown as mark
import pytest

import build
from monitor import website
from monitor.reports.release_notes import release_notes
from tests.records import nct, place, record
from tests.registry_server import RegistryServer
from tests.trees import DISEASE, Site, entries, night, tree, write

ADDRESS = "changes/digest/2026-W19/"  # 4 to 10 May


def weeks(tmp_path: Path, last: str = "2026-05-11", **more: Any) -> Path:
    """Return a tree: a trial paused on Tuesday; on Sunday one was retitled, one plans for fewer."""
    root = tree(tmp_path)
    with RegistryServer(record(number) for number in (1, 2, 3)) as server:
        night(root, server, "2026-05-03")
        server.put(record(1, statusModule__overallStatus="SUSPENDED", **more))
        night(root, server, "2026-05-05")
        server.put(record(2, identificationModule__officialTitle="Renamed"))
        server.put(record(3, designModule__enrollmentInfo={"count": 90, "type": "ESTIMATED"}))
        night(root, server, "2026-05-10")
        night(root, server, last)
    return root


def test_a_week_is_grouped_by_what_matters(tmp_path: Path) -> None:
    site = Site(weeks(tmp_path))
    page = site[f"{ADDRESS}index.html"].decode()
    assert "4 May 2026 to 10 May 2026: 1 major, 1 notable, 1 minor" in page
    said = "Invented leukemia: 1 paused, 1 other change"
    assert f'<p class="lead">{said}.</p>' in page
    assert f"10 May 2026</a>: {said}</li>" in site["changes/digest/index.html"].decode()
    assert page.index("Status: opened, closed") < page.index("Number of participants")
    assert "Renamed" not in page
    assert "And 1 minor edit: titles (1)." in page
    (entry,) = entries(site, "changes/digest/")
    assert entry["id"] == "tag:monitor.example,2026:digest/2026-W19"
    assert entry["date_published"].startswith("2026-05-10")
    assert entry["title"] == "Week of 4 May 2026: Invented leukemia: 1 paused, 1 other change"
    assert ADDRESS in site["changes/digest/index.html"].decode().replace("../../", "")


def test_a_week_of_trials_that_left_has_a_title_that_says_so(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.match = lambda one, query: nct(2) not in str(one)
        for day in ("2026-05-04", "2026-05-05", "2026-05-11"):
            night(root, server, day)
    site = Site(root)
    (entry,) = entries(site, "changes/digest/")
    assert entry["title"] == "Week of 4 May 2026: Invented leukemia: 1 off our list"
    left = entries(site, "")[0]
    assert " Invented leukemia · phase 2 · recruiting" in left["summary"]
    assert "<p>Invented leukemia. On that day: phase 2" in left["content_html"]


def test_a_week_that_is_not_over_is_not_reported(tmp_path: Path) -> None:
    site = Site(weeks(tmp_path, last="2026-05-10"))
    assert f"{ADDRESS}index.html" not in site
    assert entries(site, "changes/digest/") == []


def printed(capsys: pytest.CaptureFixture[str], root: Path, *more: str) -> str:
    assert build.main(["--root", str(root), "digest", *more]) == 0
    return capsys.readouterr().out


def test_the_release_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = weeks(tmp_path)
    text = printed(capsys, root, "--since", "2026-05-04", "--only-if-major")
    assert text.startswith("Changes since 4 May 2026: 1 major, 1 notable, 1 minor.\n")
    assert "## Status: opened, closed, paused, stopped" in text
    assert f"https://monitor.example/base/trials/{nct(1)}/#d2026-05-05" in text
    assert "Not medical advice" in text


def test_links_that_lead_nowhere_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = weeks(tmp_path)
    site = root / "content/site.yaml"
    write(site, re.sub("(?m)^url: .*\n", "", site.read_text("utf-8")))
    assert build.main(["--root", str(root), "digest", "--since", "2026-05-04"]) == 0
    assert capsys.readouterr().err == (
        "warning: content/site.yaml has no url, so its links would lead nowhere\n"
    )


def test_nothing_is_printed_where_nothing_major_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = weeks(tmp_path)
    assert printed(capsys, root, "--since", "2026-05-06", "--only-if-major") == ""
    assert "1 notable, 1 minor" in printed(capsys, root, "--since", "2026-05-06")
    days = ("--since", "2026-05-01", "--until", "2026-05-09")
    assert "2026: 1 major." in printed(capsys, root, *days)


def test_a_release_calls_nobody_and_links_nothing_of_the_registrys(tmp_path: Path) -> None:
    title = "@octocat fixes #12 <img src=x onerror=alert(1)> [x](https://evil.example) **b** `c`"
    root = weeks(tmp_path, identificationModule__acronym=title)
    _, text = release_notes(website.read_catalog(root), "https://monitor.example/", "2026-05-01")
    assert "@octocat" not in text
    assert "#12" not in text
    html = mark.markdown(text)
    assert "<img" not in html
    assert 'href="https://evil.example"' not in html
    assert "<strong>b" not in html
    assert "<code>c" not in html


def test_older_trials_stand_apart_and_are_no_edits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(5)]) as server:
        night(root, server, "2026-05-03")
        server.put(record(1))  # registered long ago, by its date and its id
        server.put(record(5, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-05-05")
        night(root, server, "2026-05-11")
    page = Site(root)[f"{ADDRESS}index.html"].decode()
    assert "1 major, 1 older trial added" in page
    assert "Older trials, now found by our search (1)" in page
    assert "minor edit" not in page
    text = printed(capsys, root, "--since", "2026-05-04")
    assert "## Older trials, now found by our search\n\n- [Invented Study 1]" in text
    assert "minor edit" not in text


def test_what_a_gap_brought_is_said_to_be_older(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1), record(2)]) as server:
        night(root, server, "2026-05-01")
        server.put(record(1, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-06-02")
        server.put(record(2, statusModule__overallStatus="COMPLETED"))
        night(root, server, "2026-06-03")
        night(root, server, "2026-06-08")
    page = Site(root)["changes/digest/2026-W23/index.html"].decode()
    text = printed(capsys, root, "--since", "2026-06-01")
    for words in (page, text):
        assert "found after a gap in the checks: it happened" in words
        assert words.count("Completed (was: recruiting) (after a gap)") == 1
        assert words.count("Completed (was: recruiting)") == 2
    assert "after a gap" not in printed(capsys, root, "--since", "2026-06-03")


def test_a_headline_counts_by_disease(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path)
    other = DISEASE.replace("name: Invented leukemia", "name: Another\nshort_name: AN").replace(
        "Leukemia", "Other"
    )
    write(root / "content/diseases/another.md", other)
    later = {"statusModule__primaryCompletionDateStruct": {"date": "2029-09", "type": "ESTIMATED"}}
    with RegistryServer(record(number) for number in (1, 2, 3, 4, 5)) as server:
        server.match = lambda one, query: (
            query == "Leukemia" or not {nct(4), nct(5)} & set(re.findall(r"NCT\d+", str(one)))
        )
        night(root, server, "2026-05-03")
        for number in (1, 2):
            server.put(record(number, statusModule__overallStatus="TERMINATED"))
        server.put(record(3, **later))
        server.put(record(4, statusModule__overallStatus="SUSPENDED"))
        night(root, server, "2026-05-04")
        server.put(record(5, designModule__phases=["PHASE3"]))
        night(root, server, "2026-05-05")
    title = printed(capsys, root, "--since", "2026-05-04", "--title")
    assert title == (
        "Invented leukemia: 2 stopped, 1 paused, 1 date slipped, 1 other change. "
        "AN: 2 stopped, 1 date slipped\n"
    )


def test_what_a_headline_has_no_words_for_is_counted_and_minor_edits_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path)
    write(root / "content/diseases/another.md", DISEASE.replace("Invented leukemia", "Another"))
    known = {
        "statusModule__overallStatus": "UNKNOWN",
        "statusModule__lastKnownStatus": "RECRUITING",
    }
    places = [place("Clinic", "Port Sample"), place("New Clinic", "Port Sample")]
    with RegistryServer(record(number) for number in range(1, 6)) as server:
        night(root, server, "2026-05-03")
        server.put(record(1, **known))
        server.put(record(2, contactsLocationsModule__locations=places))
        server.put(record(3, outcomesModule__primaryOutcomes=[{"measure": "Length of life"}]))
        server.put(record(4, designModule__phases=["PHASE3"]))
        server.put(record(5, identificationModule__officialTitle="Renamed"))
        night(root, server, "2026-05-04")
    title = printed(capsys, root, "--since", "2026-05-04", "--title")
    assert title == (  # both diseases have the same trials
        "Another, Invented leukemia: 1 main measure changed, 1 trial with new locations, "
        "1 now of unknown status, 1 other change\n"
    )
