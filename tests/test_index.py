"""The list of all trials: its pages without script, and the data of its scripts."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import website
from monitor.catalog.catalog import DiseaseView, page_order
from monitor.catalog.trial import Trial
from monitor.content.markdown_checks import Text
from monitor.content.reader import Disease
from monitor.content.schema import DiseaseHeader, Search
from monitor.pages.trial_index import scripts
from monitor.registry.ages import ages_of
from monitor.registry.study import study_from
from tests.records import nct, place, record
from tests.test_website import broken_links
from tests.trees import Site, tree
from tests.vocabulary_tree import vocabulary_tree


def trial(number: int = 1, **changes: Any) -> Trial:
    return Trial(nct(number), study_from(record(number, **changes)), None, ("leukemia",))


def value(script: bytes, name: str) -> Any:
    """Return what a script assigns."""
    start = f"{name} = ".encode()
    assert script.startswith(start)
    assert script.endswith(b";\n")
    return json.loads(script.removeprefix(start)[:-2])


def scripts_of(*trials: Trial) -> tuple[Any, Any]:
    """Return what the scripts of a list of these trials assign: its index and its locations."""
    header = DiseaseHeader(name="Leukemia", search=Search(condition="Leukemia"))
    disease = Disease("leukemia", header, Text("", "", 1), ())
    _, files = scripts(DiseaseView(disease, trials, (), True))
    return value(files["index.js"], "TRIALS"), value(files["locations.js"], "TRIAL_LOCATIONS")


def test_what_a_record_does_not_have_is_a_gap() -> None:
    bare = study_from({"protocolSection": {"identificationModule": {"nctId": nct(1)}}})
    index, locations = scripts_of(Trial(nct(1), bare, None, ()), Trial(nct(2), None, None, ()))
    first, second = index["rows"]
    assert first[0] == nct(1)
    assert index["pills"][first[3]][1] == "unknown"
    assert first[10:] == [0, []]
    assert len(second) == 10
    assert locations["rows"] == {}


def test_the_files_of_one_night_have_one_mark_and_those_of_another_another() -> None:
    (index, locations), (other, _) = scripts_of(trial()), scripts_of(trial(2))
    assert index["mark"] == locations["mark"]
    assert index["mark"] != other["mark"]


def test_a_trial_that_is_gone_is_not_open() -> None:
    index, locations = scripts_of(replace(trial(), is_gone=True))
    assert [group for _, group in index["pills"]] != ["open"]
    assert locations["rows"] == {}


def at(status: str, lat: float = 42.3601, **more: Any) -> dict[str, Any]:
    point = {"lat": lat, "lon": -71.0589}
    return place("A Hospital", "Boston", "United States", status=status, geoPoint=point, **more)


def test_only_open_locations_are_near() -> None:
    places = [
        at("RECRUITING"),
        at("RECRUITING"),
        at("COMPLETED", 1),
        at("", 2),
        place("x", "Leeds", "England"),
    ]
    _, locations = scripts_of(
        trial(contactsLocationsModule__locations=places),
        trial(2, contactsLocationsModule__locations=places, statusModule__overallStatus="UNKNOWN"),
        replace(trial(3, contactsLocationsModule__locations=places), is_gone=True),
        Trial(nct(4), None, None, ()),
    )
    boston = "Boston, United States"
    leeds = ["Leeds, England", None, None]  # the page looks for it among its cities
    assert locations["places"] == [[boston, 42.36, -71.06], [boston, 2, -71.06], leeds]
    assert locations["rows"] == {nct(1): [0, 1, 2]}


@given(st.text(), st.text())
def test_any_text_comes_back_from_a_harmless_script(title: str, country: str) -> None:
    study = study_from(
        record(1, contactsLocationsModule__locations=[at("") | {"country": country}])
    )
    changed = Trial(nct(1), replace(study, brief_title=title), None, ())
    header = DiseaseHeader(name="Leukemia", search=Search(condition="Leukemia"))
    view = DiseaseView(Disease("leukemia", header, Text("", "", 1), ()), (changed,), (), True)
    _, files = scripts(view)
    for script in files.values():
        assert script.isascii()
        assert b"<" not in script
    assert value(files["index.js"], "TRIALS")["rows"][0][0] == nct(1)


@pytest.mark.parametrize(
    ("minimum", "maximum", "groups"),
    [
        ("18 Years", "75 Years", "adults older-adults"),
        ("18 Years", "64 Years", "adults"),
        ("", "17 Years", "infants children"),
        ("N/A", "1 Day", "infants"),
        ("6 Months", "215 Months", "infants children"),
        ("65 Years", "N/A", "older-adults"),
        ("N/A", "N/A", "infants children adults older-adults"),
        ("1 Year", "21 Years", "children adults"),
    ],
)
def test_age_groups_from_the_limits(minimum: str, maximum: str, groups: str) -> None:
    ages = ages_of(minimum, maximum)
    assert ages
    assert " ".join(ages.groups) == groups


@pytest.mark.parametrize("limit", ["about 18", "9" * 400 + " Years"])
def test_a_limit_that_cannot_be_read_is_no_age(limit: str) -> None:
    assert ages_of(limit, "75 Years") is None
    assert ages_of("", "") is None


@pytest.mark.parametrize(
    ("groups", "certain"),
    [
        (["CHILD", "ADULT"], None),  # to 18 years, or to 64
        (["CHILD", "ADULT", "OLDER_ADULT"], (18, 64)),
        (["ADULT"], None),
    ],
)
def test_age_groups_alone_take_nobody_for_sure_but_between_two_others(
    groups: list[str], certain: tuple[float, float] | None
) -> None:
    ages = ages_of("", "", groups)
    assert ages
    assert ages.certain == certain


# In the site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return the site of a list of three pages, with four open trials."""
    return website.build(vocabulary_tree(tmp_path_factory.mktemp("many") / "tree"))


def test_pages_in_one_order_lead_to_each_other(site: Mapping[str, bytes]) -> None:
    assert list(broken_links(site)) == []
    pages = [site[f"leukemia/trials/{page}index.html"].decode() for page in ("", "2/", "3/")]
    assert "leukemia/trials/4/index.html" not in site
    assert [page.count('<th scope="row">') for page in pages] == [50, 50, 1]
    order = [part[:11] for page in pages for part in page.split('<span class="id">')[1:]]
    index = value(site["leukemia/trials/index.js"], "TRIALS")
    assert sorted(order) == sorted(row[0] for row in index["rows"])
    assert [' rel="next"' in page for page in pages] == [True, True, False]
    assert [' rel="prev"' in page for page in pages] == [False, True, True]


def test_what_tests_no_treatment_of_the_disease_comes_after_what_does(tmp_path: Path) -> None:
    phase_4 = {"designModule__phases": ["PHASE4"]}
    purpose = "designModule__designInfo__primaryPurpose"
    records = [
        record(1, identificationModule__briefTitle="Examplumab in relapsed leukemia"),
        record(2, identificationModule__briefTitle="Sedation for eye surgery", **phase_4),
        record(
            3,
            identificationModule__briefTitle="Fever in relapsed leukemia",
            **{**phase_4, purpose: "SUPPORTIVE_CARE"},
        ),
    ]
    page = Site(vocabulary_tree(tmp_path / "tree", records))["leukemia/trials/index.html"]
    order = [part[:11] for part in page.decode().split('<span class="id">')[1:]]
    assert order == [nct(1), nct(3), nct(2)]


AIMS = {
    ("INTERVENTIONAL", "TREATMENT"): "",
    ("INTERVENTIONAL", ""): "",
    ("", ""): "",
    ("INTERVENTIONAL", "SUPPORTIVE_CARE"): "its main purpose is supportive care",
    ("OBSERVATIONAL", ""): "An observational study",
    ("EXPANDED_ACCESS", ""): "Expanded access: a treatment outside a trial",
    ("NEW_KIND", "TREATMENT"): "Not registered as a trial of a treatment",
}


@pytest.mark.parametrize("kind", AIMS, ids=str)
def test_find_yours_and_the_list_agree_on_what_tests_a_treatment(
    tmp_path: Path, kind: tuple[str, str]
) -> None:
    study_type, purpose = (word or None for word in kind)
    design = {"studyType": study_type, "designInfo": {"primaryPurpose": purpose}}
    one = record(1, identificationModule__briefTitle="Examplumab in relapsed leukemia")
    one["protocolSection"]["designModule"] = design
    root = vocabulary_tree(tmp_path / "tree", [one])
    (row,) = value(Site(root)["leukemia/find/index.js"], "FIND")["rows"]
    assert AIMS[kind] in row[7]
    assert page_order(website.read_catalog(root).trials[nct(1)])[2] == bool(row[7])


def test_only_the_first_page_is_scripted_and_its_controls_are_hidden(
    site: Mapping[str, bytes],
) -> None:
    assert b"static/trials.js" in site["leukemia/trials/index.html"]
    assert b"static/trials.js" not in site["leukemia/trials/2/index.html"]
    mark = value(site["leukemia/trials/index.js"], "TRIALS")["mark"]
    assert f'data-mark="{mark}"'.encode() in site["leukemia/trials/index.html"]


def test_a_disease_that_nobody_asked_for_yet_has_no_list(tmp_path: Path) -> None:
    site = Site(tree(tmp_path / "tree"))
    assert "leukemia/index.html" in site
    assert not [path for path in site if path.startswith("leukemia/trials/")]
