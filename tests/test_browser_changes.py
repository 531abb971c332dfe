"""The pages of changes: their filters and feeds, what is overdue, and a site without changes."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from monitor import website
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import Site, night, sorted_tree, tree

DUE = "statusModule__primaryCompletionDateStruct"
STATUS = "statusModule__overallStatus"
ALL = "acute-lymphoblastic-leukemia"


@pytest.fixture(scope="module")
def before_changes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site after its first night: trials, and no change."""
    root = sorted_tree(tmp_path_factory.mktemp("first night") / "tree")
    with RegistryServer(record(number) for number in (1, 2)) as server:
        night(root, server, "2026-05-01")
    website.write(root, root / "site")
    return root / "site"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with two trials of CAR T cells that paused, one against CD22, and another."""
    root = sorted_tree(tmp_path_factory.mktemp("changed") / "tree")
    path = root / f"content/diseases/{ALL}.md"
    path.write_text(path.read_text().replace("treatment]", "treatment, target]"))
    titles = {
        1: "CD22 CAR-T Cells in Acute Lymphoblastic Leukemia",
        2: "CD19 CAR-T Cells in Acute Lymphoblastic Leukemia",
        3: "Dasatinib in Acute Lymphoblastic Leukemia",
    }
    with RegistryServer() as server:
        for day, status in enumerate(("RECRUITING", "SUSPENDED"), 1):
            for number, title in titles.items():
                drug = {"type": "BIOLOGICAL", "name": title.partition(" in ")[0]}
                more: dict[str, Any] = {"armsInterventionsModule__interventions": [drug]}
                more["identificationModule__briefTitle"] = title
                server.put(record(number, **{STATUS: status}, **more))
            night(root, server, f"2026-05-0{day}")
    website.write(root, root / "site")
    return root / "site"


def test_without_changes_no_page_logs_an_error(page: Page, before_changes: Path) -> None:
    for address in (
        *("", f"{ALL}/", f"{ALL}/trials/", "changes/", "changes/slipped/", "changes/overdue/"),
        *("changes/digest/", "feeds/", "watch/", "search/", "data/", "guides/", "review/"),
        *(f"trials/{nct(1)}/", f"{ALL}/find/"),
    ):
        path = before_changes / address / "index.html"
        assert path.exists()
        page.goto(f"file://{path}")  # `page` fails on whatever its console says
        expect(page.locator("h1")).to_be_visible()


@pytest.mark.soak
def test_without_changes_the_pages_say_since_when_they_watch(
    page: Page, before_changes: Path
) -> None:
    page.goto(f"file://{before_changes}/changes/index.html")
    expect(page.locator("main")).to_contain_text("compared with the records of 1 May 2026")
    expect(page.locator("#changes-filter")).to_have_count(0)
    page.goto(f"file://{before_changes}/changes/slipped/index.html")
    expect(page.locator("main")).to_contain_text("began on 1 May 2026")


def shown(page: Page) -> list[str]:
    return page.locator("#changes > li:visible .id").all_inner_texts()


def feed(page: Page, site: Path) -> str:
    """Return the folder of the feed that the page offers; fail if it does not exist."""
    href = page.locator("#feed").get_attribute("href") or ""
    assert (site / "changes" / href).resolve().exists(), href
    return href.removeprefix("../").removesuffix("feed.xml")


def test_changes_are_filtered_by_treatment_target_and_words(page: Page, changed: Path) -> None:
    page.goto(f"file://{changed}/changes/index.html")
    assert feed(page, changed) == f"{ALL}/feeds/all/"
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Treatment").select_option("car-t")
    assert sorted(shown(page)) == [nct(1), nct(2)]
    assert feed(page, changed) == f"{ALL}/feeds/treatment-car-t/all/"
    expect(page.locator("#feed")).to_have_text("Feed for these")
    page.get_by_label("Target").select_option("cd22")
    assert shown(page) == [nct(1)]
    assert feed(page, changed) == f"{ALL}/feeds/target-cd22/all/"
    expect(page.locator("#feed-about")).to_contain_text("no feed can also choose by treatment")
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    assert shown(page) == [nct(1)]
    page.get_by_label("Treatment").select_option("")
    page.get_by_label("Target").select_option("")
    page.get_by_label("Trial or sponsor").fill("dasatinib acute")
    assert shown(page) == [nct(3)]
    page.get_by_label("Trial or sponsor").fill(nct(2).lower())
    assert feed(page, changed) == f"trials/{nct(2)}/"
    page.get_by_label("Major only").check()
    assert feed(page, changed) == f"trials/{nct(2)}/feeds/major/"


def test_the_changes_shown_are_downloaded_as_rows_of_the_whole_file(
    page: Page, served: str, miniature_files: Mapping[str, bytes]
) -> None:
    page.goto(f"{served}changes/index.html")
    page.get_by_label("Kind").select_option("status")
    nights = page.locator("#changes > li:visible").evaluate_all(
        "rows => rows.flatMap(({ dataset: { date, trials } }) =>"
        " trials.split(' ').map(id => `${date},${id}`))"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (CSV)").click()
    assert download.value.suggested_filename == "changes-shown.csv"
    head, *rows = Path(download.value.path()).read_bytes().decode().splitlines()
    whole = miniature_files["data/changes.csv"].decode()
    assert whole.startswith(head)
    assert {row[:22] for row in rows} == set(nights)
    assert 0 < len(rows) < whole.count("\r\n") - 1
    assert all(row in whole for row in rows)


def test_a_change_leads_to_the_registrys_versions(page: Page, changed: Path) -> None:
    page.goto(f"file://{changed}/changes/index.html")
    link = page.get_by_role("link", name=f"The registry’s versions of {nct(1)}")
    assert (link.get_attribute("href") or "").startswith("https://clinicaltrials.gov/study/")


def due(number: int, date: str, kind: str = "ESTIMATED", **more: Any) -> dict[str, Any]:
    return record(number, **{DUE: {"date": date, "type": kind}}, **more)


def test_what_is_overdue_is_listed_by_days(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer() as server:
        server.put(due(1, "2026-02-01"))
        night(root, server, "2026-05-01")
        server.put(due(1, "2026-04-30"))  # by a later date, which has passed, too
        server.put(due(2, "2026-03"))
        server.put(due(3, "2026-05"))  # the month is not over
        server.put(due(4, "2026-01-01", "ACTUAL"))
        server.put(due(5, "2026-01-01", **{STATUS: "TERMINATED"}))
        server.put(due(6, "2026-01-01", **{STATUS: "UNKNOWN"}))
        night(root, server, "2026-05-02")
    page = Site(root)["changes/overdue/index.html"].decode()
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    assert [nct(2) in rows[0], nct(1) in rows[1], len(rows)] == [True, True, 2]
    assert "32 days" in rows[0]  # since 31 March
    assert "2 days" in rows[1]
    assert "1 Feb 2026 → 30 Apr 2026 (88 days)" in rows[1]


def test_slips_are_listed_with_their_days(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer() as server:
        for day, date in enumerate(("2028-06-01", "2028-09-01"), 1):
            server.put(due(1, date))
            night(root, server, f"2026-05-0{day}")
    site = Site(root)
    page = site["changes/slipped/index.html"].decode()
    assert "1 June 2028" in page
    assert "92 days" in page
    assert "once" in page
    assert '<td data-label="Last moved" class="whole">2 May 2026</td>' in page
    (row,) = csv.DictReader(io.StringIO(site["data/changes.csv"].decode(), newline=""))
    assert row["days_moved"] == "92"
