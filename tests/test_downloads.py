"""The files of /data/, as programs and spreadsheets read them; the sitemap; status.json."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from monitor import website
from monitor.exports import sitemap
from monitor.exports.downloads import SEPARATOR
from monitor.exports.tables import tables_of
from tests.records import nct, place, record
from tests.registry_server import RegistryServer
from tests.trees import BASE, Site, log, night, sorted_tree, tree, write
from tests.vocabulary_tree import MAXIMUM, MINIMUM, vocabulary_tree


def rows(site: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(site[f"data/{name}.csv"].decode(), newline="")))


@pytest.mark.parametrize("name", ["trials", "changes"])
def test_json_fits_its_schema(site: Mapping[str, bytes], name: str) -> None:
    schema = json.loads(site[f"data/{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(site[f"data/{name}.json"])
    jsonschema.validate(document, schema)
    assert len(document[name]) == len(rows(site, name)) > 4
    spoilt = document | {name: [document[name][0] | {"unknown": 1}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoilt, schema)


def test_csv_is_what_its_descriptor_says(site: Mapping[str, bytes]) -> None:
    package = json.loads(site["data/datapackage.json"])
    for resource in package["resources"]:
        content = site[f"data/{resource['path']}"]
        fields = resource["schema"]["fields"]
        lines = rows(site, resource["name"])
        assert [*lines[0]] == [field["name"] for field in fields]
        assert all(None not in row and None not in row.values() for row in lines)
        for field in fields:
            if field["type"] == "integer":
                cells = [row[field["name"]].lstrip("-") for row in lines]
                assert all(cell.isdigit() or not cell for cell in cells)
        for key in resource["schema"].get("primaryKey", ()):
            assert len({row[key] for row in lines}) == len(lines)
        assert content.endswith(b"\r\n")
        assert not content.startswith(b"\xef\xbb\xbf")


def test_csv_and_json_say_the_same(site: Mapping[str, bytes]) -> None:
    trials = {row["nct_id"]: row for row in json.loads(site["data/trials.json"])["trials"]}
    for row in rows(site, "trials"):
        whole = trials[row["nct_id"]]
        assert row["overall_status"].lstrip("'") == (whole["overall_status"] or "").lstrip("'")
        assert row["countries"].lstrip("'") == SEPARATOR.join(whole["countries"] or [])
        assert row["is_gone"] == str(whole["is_gone"]).lower()
    first = trials[nct(1)]
    assert first["enrollment"] == 4
    assert first["enrollment_type"] == "ACTUAL"
    assert first["primary_completion_date"] == "2028-06"


SIGNS = [*"=+-@＝＋－＠", "\t=", "  =", "\u3000＝", "\u00a0="]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    root = tree(tmp_path)
    titles = {n: f'{sign}HYPERLINK("https://evil.example","x")' for n, sign in enumerate(SIGNS, 1)}
    acronym, title = "identificationModule__acronym", "identificationModule__briefTitle"
    with RegistryServer(record(n, **{acronym: words}) for n, words in titles.items()) as server:
        night(root, server, "2026-05-01")
        for number, words in titles.items():
            server.put(record(number, **{acronym: words, title: words}))
        night(root, server, "2026-05-02")
    site = Site(root)
    both = {name: [[*row.values()] for row in rows(site, name)] for name in ("trials", "changes")}
    for listed in both.values():
        assert sum("HYPERLINK" in "".join(row) for row in listed) == len(SIGNS)
    cells = [cell for listed in both.values() for row in listed for cell in row]
    assert not [
        cell
        for cell in cells
        if cell.lstrip(" \u3000\u00a0").startswith((*"=+-@＝＋－＠", "\t", "\r"))
    ]


def test_each_column_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Also where a facet is called like a field of the record."""
    root = vocabulary_tree(tmp_path)
    for name in ("vocabulary/invented.yaml", "diseases/leukemia.md"):
        path = root / "content" / name
        write(path, re.sub(r"\bsubtype\b", "enrollment", path.read_text()))
    header = website.build(root)["data/trials.csv"].decode().splitlines()[0].split(",")
    assert len(header) == len(set(header))
    assert {"enrollment", "facet-enrollment"} <= set(header)


def test_every_column_is_explained(miniature: Path, site: Mapping[str, bytes]) -> None:
    page = site["data/index.html"].decode()
    for table in tables_of(website.read_catalog(miniature), BASE):
        for column in table.columns:
            assert f"<code>{column.name}</code>" in page
    assert "public domain" in page
    assert "CC BY 4.0" in page


def test_changes_are_the_log(miniature: Path, site: Mapping[str, bytes]) -> None:
    rows = json.loads(site["data/changes.json"])["changes"]
    reported = [(row["date"], row["nct_id"], row["kind"], row["old"], row["new"]) for row in rows]
    assert reported == [(c.date, c.nct_id, c.kind, c.old, c.new) for c in log(miniature)]


def test_status_says_when_the_last_good_check_was(site: Mapping[str, bytes]) -> None:
    status = json.loads(site["status.json"])
    assert status["checked"] == "2026-06-01"
    assert status["source"] == "replay"
    assert status["trials"] == len(rows(site, "trials"))


def test_before_the_first_night_nothing_is_claimed(tmp_path: Path) -> None:
    site = Site(tree(tmp_path))
    assert json.loads(site["status.json"])["checked"] is None
    assert json.loads(site["data/trials.json"])["trials"] == []


def test_the_sitemap_has_every_page(site: Mapping[str, bytes]) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [loc.text for loc in etree.fromstring(site["sitemap.xml"]).iter(f"{space}loc")]
    pages = {BASE + p.removesuffix("index.html") for p in site if p.endswith("index.html")}
    assert set(listed) == pages
    assert len(listed) == len(pages)
    assert f"Sitemap: {BASE}sitemap.xml" in site["robots.txt"].decode()


def test_a_large_sitemap_is_split(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 3)
    site = website.build(miniature)
    parts = [path for path in site if path.startswith("sitemap-")]
    assert len(parts) > 3
    listed = site["sitemap.xml"].decode()
    assert all(BASE + part in listed for part in parts)


WRONG = [
    ("trials", "overall_status", "BANANA"),
    ("trials", "phases", ["PHASE9"]),
    ("trials", "sex", "OTHER"),
    ("trials", "nct_id", "NCT1"),
    ("trials", "nct_id", None),
    ("trials", "enrollment", -5),
    ("trials", "enrollment", "4"),
    ("trials", "start_date", "2026-13"),
    ("trials", "start_date_type", "GUESSED"),
    ("trials", "is_gone", "yes"),
    ("trials", "has_record", None),
    ("trials", "open_locations", -1),
    ("trials", "countries", "Atlantis; Lemuria"),
    ("trials", "diseases", ["no-such-page"]),
    ("trials", "last_change", "2026-05"),
    ("trials", "record", "javascript:alert(1)"),
    ("trials", "facets", {"lineage": ["b-cell"]}),
    ("trials", "facets", {}),
    ("changes", "kind", "banana"),
    ("changes", "rank", None),
    ("changes", "date", "1 May 2026"),
    ("changes", "catch_up", "no"),
    ("changes", "days_moved", "92"),
]


@pytest.mark.parametrize(("name", "column", "value"), WRONG)
def test_a_schema_refuses_a_wrong_value(
    site: Mapping[str, bytes], name: str, column: str, value: object
) -> None:
    schema = json.loads(site[f"data/{name}.schema.json"])
    document = json.loads(site[f"data/{name}.json"])
    document[name][0] |= {column: value}
    with pytest.raises(jsonschema.ValidationError) as refused:
        jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert column in list(refused.value.absolute_path)


def test_a_code_that_is_new_in_the_registry_is_one_of_the_codes(tmp_path: Path) -> None:
    root = tree(tmp_path)
    with RegistryServer([record(1, statusModule__overallStatus="REOPENED")]) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    schema = json.loads(site["data/trials.schema.json"])
    jsonschema.validate(json.loads(site["data/trials.json"]), schema)


def test_a_value_that_holds_the_separator_stays_one_value(tmp_path: Path) -> None:
    root = tree(tmp_path)
    conditions = {"conditionsModule__conditions": ["A|B leukemia", "C; D", "E, F"]}
    with RegistryServer([record(1, **conditions)]) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    assert rows(site, "trials")[0]["conditions"].split("|") == ["A∣B leukemia", "C; D", "E, F"]
    (trial,) = json.loads(site["data/trials.json"])["trials"]
    assert trial["conditions"] == ["A|B leukemia", "C; D", "E, F"]


def test_a_moved_date_says_by_how_many_days(tmp_path: Path) -> None:
    root = tree(tmp_path)
    field = "statusModule__primaryCompletionDateStruct"
    with RegistryServer() as server:
        for day, date in enumerate(("2028-06-01", "2028-09-01", "2028-08-01"), 1):
            server.put(record(1, **{field: {"date": date, "type": "ESTIMATED"}}))
            night(root, server, f"2026-05-0{day}")
        server.put(record(1, statusModule__overallStatus="SUSPENDED"))
        night(root, server, "2026-05-04")
    changes = rows(Site(root), "changes")
    moved = {(row["date"], row["kind"]): row["days_moved"] for row in changes}
    assert moved["2026-05-02", "dates"] == "92"
    assert moved["2026-05-03", "dates"] == "-31"
    assert moved["2026-05-04", "status"] == ""


def test_a_row_says_whether_there_is_a_record_and_how_many_places_are_open(
    tmp_path: Path,
) -> None:
    root = tree(tmp_path)
    write(root / "content/trials" / f"{nct(9)}.md", "---\nsummary: Nothing is known.\n---\n")
    spots = [place("One", "Here", "Atlantis", status=s) for s in ("RECRUITING", "WITHDRAWN")]
    some = record(1, contactsLocationsModule__locations=spots)
    silent = record(2, contactsLocationsModule__locations=[place("One", "Here", "Atlantis")])
    with RegistryServer([some, silent]) as server:
        night(root, server, "2026-05-01")
    of = {row["nct_id"]: row for row in rows(Site(root), "trials")}
    assert [of[nct(n)]["open_locations"] for n in (1, 2, 9)] == ["1", "", ""]
    assert [of[nct(n)]["has_record"] for n in (1, 2, 9)] == ["true", "true", "false"]


def test_a_change_says_which_trial_it_is_of_and_where_it_is_reported(
    site: Mapping[str, bytes],
) -> None:
    titles = {row["nct_id"]: row["brief_title"] for row in rows(site, "trials")}
    for row in rows(site, "changes"):
        assert row["brief_title"] == titles[row["nct_id"]]
        assert row["diseases"] == "leukemia"
        page, _, anchor = row["link"].removeprefix(BASE).partition("#")
        assert f'id="{anchor}"' in site[f"{page}index.html"].decode()


def test_facets_are_columns_and_one_object(tmp_path: Path) -> None:
    root = sorted_tree(tmp_path)
    title = "Newly Diagnosed Ph-positive Acute Lymphoblastic Leukemia"
    silent = record(2, armsInterventionsModule={}, identificationModule__officialTitle="")
    with RegistryServer([record(1, identificationModule__briefTitle=title), silent]) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    trial, other = json.loads(site["data/trials.json"])["trials"]
    row, _ = rows(site, "trials")
    assert trial["facets"].keys() == other["facets"].keys()
    assert trial["facets"].keys() == {"subtype", "stage", "treatment", "age"}
    assert trial["facets"].keys() <= row.keys()
    assert other["facets"]["subtype"] == {"yes": [], "no": []}
    assert row["subtype"] == "ph-positive"
    assert trial["facets"]["subtype"]["yes"] == ["ph-positive"]
    assert "newly-diagnosed" in trial["facets"]["stage"]["yes"]
    jsonschema.validate(
        {**json.loads(site["data/trials.json"])}, json.loads(site["data/trials.schema.json"])
    )


def test_age_is_a_facet_by_the_limits_and_not_stated_without_any(tmp_path: Path) -> None:
    root = tree(tmp_path)
    trials = [
        record(1, **{MINIMUM: "1 Year", MAXIMUM: "17 Years"}),
        record(2, **{MINIMUM: "18 Years", MAXIMUM: None}),
        record(3, **{MINIMUM: None, MAXIMUM: None}),
    ]
    with RegistryServer(trials) as server:
        night(root, server, "2026-05-01")
    site = Site(root)
    facets = {t["nct_id"]: t["facets"] for t in json.loads(site["data/trials.json"])["trials"]}
    others = ["infants", "adults", "older-adults"]
    assert facets[nct(1)]["age"] == {"yes": ["children"], "no": others}
    grown = {"yes": ["adults", "older-adults"], "no": ["infants", "children"]}
    assert facets[nct(2)]["age"] == grown
    assert facets[nct(3)]["age"] == {"yes": [], "no": []}
    cells = {row["nct_id"]: row["age"] for row in rows(site, "trials")}
    assert cells == {nct(1): "children", nct(2): "adults|older-adults", nct(3): ""}
