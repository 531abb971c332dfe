"""The list of all trials: its pages without script, and what the script is given."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import website
from monitor.catalog.catalog import Catalog, build_catalog
from monitor.catalog.trial import Trial
from monitor.content.reader import read_content
from monitor.data.changelog import read
from monitor.data.reader import read_data
from monitor.pages.trial_index import age_groups, index_js, locations_js
from monitor.problems import Problem
from monitor.registry.study import study_from
from tests.miniature_days import HOSTILE
from tests.records import nct, place, record
from tests.registry_server import RegistryServer
from tests.test_website import broken_links
from tests.trees import night, tree

CHILD, ADULT, OLDER = "CHILD", "ADULT", "OLDER_ADULT"


def trial(number: int = 1, **changes: Any) -> Trial:
    return Trial(nct(number), study_from(record(number, **changes)), None, ("leukemia",))


def value(script: bytes, name: str) -> Any:
    """What a script assigns."""
    start = f"{name} = ".encode()
    assert script.startswith(start)
    assert script.endswith(b";\n")
    return json.loads(script.removeprefix(start)[:-2])


def listed(*trials: Trial) -> Any:
    return value(index_js(trials), "TRIALS")


def located(*trials: Trial) -> Any:
    return value(locations_js(trials), "TRIAL_LOCATIONS")


# What the index says


def test_it_agrees_with_the_record() -> None:
    index = listed(trial(), trial(2, statusModule__overallStatus="COMPLETED"))
    first = index["rows"][0]
    assert first[:5] == [nct(1), "Invented Study 1", 0, "", ""]
    _, _, _, _, _, phases, ages, countries, drugs, sponsor, phase, years, conditions, _ = first
    assert [index["phases"][one] for one in phases] == ["Phase 2"]
    assert [index["ages"][one][:5] for one in ages] == ["Adult", "Older"]
    assert [index["countries"][one] for one in countries] == ["Atlantis"]
    assert [index["interventions"][one] for one in drugs] == ["Examplumab"]
    assert index["sponsors"][sponsor] == "Example University"
    assert (index["words"][phase], index["words"][years]) == ("Phase 2", "18 to 75 years")
    assert [index["conditions"][one] for one in conditions] == ["Acute Lymphoblastic Leukemia"]
    assert index["statuses"] == ["Recruiting", "Completed"]
    assert index["open"] == [0]


def test_what_a_record_does_not_have_is_not_given() -> None:
    bare = study_from({"protocolSection": {"identificationModule": {"nctId": nct(1)}}})
    index = listed(Trial(nct(1), bare, None, ()))
    _, title, status, _, _, phases, ages, countries, drugs, sponsor, *_ = index["rows"][0]
    assert title == nct(1)
    assert index["statuses"][status] == "Not given"
    facets = {"phases": phases, "ages": ages, "countries": countries, "interventions": drugs}
    for name, numbers in facets.items():
        assert [index[name][one] for one in numbers] == ["Not given"], name
    assert index["sponsors"][sponsor] == "Not given"


def test_a_trial_without_a_record_has_a_short_row() -> None:
    index = listed(Trial(nct(9), None, None, ()))
    assert index["rows"] == [[nct(9), nct(9), 0, "", ""]]
    assert index["statuses"] == ["Without a record yet"]


def test_one_drug_in_two_spellings_is_one_choice() -> None:
    def given_to(number: int, name: str) -> Trial:
        return trial(number, armsInterventionsModule__interventions=[{"name": name}])

    index = listed(
        given_to(1, "VINCRISTINE"), given_to(2, "Vincristine"), given_to(3, "Vincristine")
    )
    assert index["interventions"] == ["Vincristine"]


def test_a_trial_that_is_gone_is_not_open() -> None:
    index = listed(replace(trial(), is_gone=True))
    assert index["statuses"] == ["No longer in the registry"]
    assert index["open"] == []


@pytest.mark.parametrize(
    ("minimum", "maximum", "expected"),
    [
        ("18 Years", "75 Years", (ADULT, OLDER)),
        ("18 Years", "64 Years", (ADULT,)),
        ("18 Years", "65 Years", (ADULT, OLDER)),
        ("18 Years", "", (ADULT, OLDER)),
        ("", "17 Years", (CHILD,)),
        ("", "18 Years", (CHILD, ADULT)),
        ("N/A", "1 Day", (CHILD,)),
        ("6 Months", "215 Months", (CHILD,)),
        ("1 Year", "216 Months", (CHILD, ADULT)),
        ("65 Years", "N/A", (OLDER,)),
        ("N/A", "N/A", ()),
        ("", "", ()),
        ("about 18", "75 Years", ()),  # no limit that one could compute with
        ("18 Years", HOSTILE, ()),
        ("9" * 400 + " Years", "", ()),
    ],
)
def test_age_groups_from_the_limits(minimum: str, maximum: str, expected: tuple[str, ...]) -> None:
    made = record(1, eligibilityModule__minimumAge=minimum, eligibilityModule__maximumAge=maximum)
    assert age_groups(study_from(made)) == expected


def test_the_registrys_own_age_groups_come_first() -> None:
    assert age_groups(study_from(record(1, eligibilityModule__stdAges=[CHILD]))) == (CHILD,)


# Where one can join


def at(status: str, lat: float = 42.3601, **more: Any) -> dict[str, Any]:
    point = {"lat": lat, "lon": -71.0589}
    return place("A Hospital", "Boston", "United States", status=status, geoPoint=point, **more)


def test_only_open_locations_are_near() -> None:
    places = [at("RECRUITING"), at("RECRUITING"), at("COMPLETED", 1), at("", 2), place("x", "y")]
    index = located(
        trial(contactsLocationsModule__locations=places),
        trial(2, contactsLocationsModule__locations=places, statusModule__overallStatus="UNKNOWN"),
        replace(trial(3, contactsLocationsModule__locations=places), is_gone=True),
        Trial(nct(4), None, None, ()),
    )
    boston = "Boston, United States"
    assert index["places"] == [[boston, 42.36, -71.06], [boston, 2, -71.06]]
    assert index["rows"] == [[0, 1], [], [], []]


# Hostile text


@given(st.text(), st.text())
def test_any_text_comes_back_from_a_harmless_script(title: str, country: str) -> None:
    study = study_from(
        record(1, contactsLocationsModule__locations=[at("") | {"country": country}])
    )
    made = Trial(nct(1), replace(study, brief_title=title), None, ())
    for script in (index_js([made]), locations_js([made])):
        assert script.isascii()
        assert b"<" not in script
    assert listed(made)["rows"][0][1] == (title or nct(1))


# In the site


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """203 trials: 120 recruiting, 83 completed."""
    root = tree(tmp_path_factory.mktemp("many") / "tree")
    done = {"statusModule__overallStatus": "COMPLETED"}
    records = [record(n, **(done if n > 120 else {})) for n in range(1, 204)]
    with RegistryServer(records) as server:
        night(root, server, "2026-05-01")
    return root


def catalog_of(root: Path) -> Catalog:
    problems: list[Problem] = []
    content, data = read_content(root, problems), read_data(root, problems)
    return build_catalog(content, data, read(root, problems))


def test_pages_of_a_hundred_in_one_order(root: Path) -> None:
    site = website.build(root)
    names = [f"leukemia/trials/{page}index.html" for page in ("", "2/", "3/")]
    pages = [site[name].decode() for name in names]
    assert "leukemia/trials/4/index.html" not in site
    assert [page.count('<th scope="row">') for page in pages] == [100, 100, 3]
    order = [part[:11] for page in pages for part in page.split('<span class="id">')[1:]]
    assert order == [trial.nct_id for trial in catalog_of(root).diseases[0].trials]
    index = value(site["leukemia/trials/index.js"], "TRIALS")
    assert order == [row[0] for row in index["rows"]]
    assert len(value(site["leukemia/trials/locations.js"], "TRIAL_LOCATIONS")["rows"]) == 203


def test_pages_lead_to_each_other_and_to_each_status(root: Path) -> None:
    site = website.build(root)
    assert list(broken_links(site)) == []
    first, second, third = (
        site[f"leukemia/trials/{page}index.html"].decode() for page in ("", "2/", "3/")
    )
    assert ' rel="next"' in first
    assert ' rel="prev"' not in first
    assert ' rel="prev"' in second
    assert ' rel="next"' in second
    assert ' rel="next"' not in third
    assert "(120)</h2>" in first
    assert "(120, continued)</h2>" in second
    assert '<a href="../../../leukemia/trials/index.html#group-1"><b>120</b>' in second
    assert '<a href="#group-2"><b>83</b>' in second
    assert '<a href="../../leukemia/trials/2/index.html#group-2"><b>83</b>' in first


def test_only_the_first_page_is_scripted_and_its_controls_are_hidden(root: Path) -> None:
    site = website.build(root)
    assert b"static/trials.js" in site["leukemia/trials/index.html"]
    assert b"static/trials.js" not in site["leukemia/trials/2/index.html"]
    assert b" hidden>\n<label>Search" in site["leukemia/trials/index.html"]


def test_a_disease_that_nobody_asked_for_yet_has_no_list(tmp_path: Path) -> None:
    site = website.build(tree(tmp_path / "tree"))
    assert "leukemia/index.html" in site
    assert not [path for path in site if path.startswith("leukemia/trials/")]
