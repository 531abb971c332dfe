"""Tests of the test registry: on invented records, then against the official description."""

from __future__ import annotations

import copy
import gzip
import http.client
import json
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests

from tests import registry_fields, registry_server
from tests.registry_server import Answer, Faults, Record, RegistryServer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "registry"
needs_shared = pytest.mark.skipif(
    not (SHARED / "openapi.yaml").is_file(),
    reason=f"NOT CHECKED AGAINST THE OFFICIAL API DESCRIPTION: {SHARED}/openapi.yaml is missing",
)


def invented(number: int, **changes: str) -> Record:
    """A trial nobody registered; its dates and titles follow from its number."""
    status = {
        "overallStatus": changes.get("status", "RECRUITING"),
        "startDateStruct": {"date": "2020-01", "type": "ACTUAL"},
        "studyFirstPostDateStruct": {"date": f"2021-01-{number:02}", "type": "ACTUAL"},
        "lastUpdatePostDateStruct": {"date": f"2022-01-{29 - number:02}", "type": "ACTUAL"},
    }
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT990000{number:02}",
                "briefTitle": changes.get("title", f"Études of naïve cells {number}"),
            },
            "statusModule": status,
            "conditionsModule": {"conditions": [changes.get("condition", "Acute Leukemia")]},
            "designModule": {"enrollmentInfo": {"count": 100 - number, "type": "ESTIMATED"}},
            "contactsLocationsModule": {
                "locations": [
                    {"facility": "A", "city": "Zürich", "geoPoint": {"lat": 47.4, "lon": 8.5}},
                    {"facility": "B"},
                ]
            },
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": "2026-08-14"}},
        "hasResults": False,
    }


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with RegistryServer(invented(number) for number in range(1, 6)) as server:
        yield server


def get(registry: RegistryServer, path: str = "/studies", **params: Any) -> requests.Response:
    """GET without following redirects; `query_cond` stands for `query.cond`."""
    query = {re.sub("^(query|filter)_", r"\1.", name): params[name] for name in params}
    return requests.get(registry.base_url + path, query, timeout=5, allow_redirects=False)


def ids(page: Any) -> list[str]:
    """The ids on a page."""
    return [s["protocolSection"]["identificationModule"]["nctId"] for s in page["studies"]]


def nct(*numbers: int) -> list[str]:
    return [f"NCT990000{number:02}" for number in numbers]


def walk(registry: RegistryServer, **params: Any) -> list[Any]:
    """All pages of a list."""
    pages = [get(registry, **params).json()]
    while token := pages[-1].get("nextPageToken"):
        pages.append(get(registry, **params, pageToken=token).json())
    return pages


def assert_refused(response: requests.Response, status: int, text: str) -> None:
    assert (response.status_code, response.text) == (status, text)
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"


# Version, single study, wrong paths


def test_version(registry: RegistryServer) -> None:
    registry.data_timestamp = "2026-08-17T09:00:04"
    expected = {"apiVersion": "2.0.5", "dataTimestamp": "2026-08-17T09:00:04"}
    assert get(registry, "/version").json() == expected


def test_a_study_comes_whole_in_utf8_and_gzip(registry: RegistryServer) -> None:
    response = get(registry, "/studies/nct099000001")  # an id in another spelling
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Encoding"] == "gzip"
    assert json.loads(response.content.decode("utf-8")) == invented(1)
    plain = requests.get(response.url, headers={"Accept-Encoding": ""}, timeout=5)
    assert "Content-Encoding" not in plain.headers
    assert plain.json() == invented(1)


def test_unknown_and_malformed_ids(registry: RegistryServer) -> None:
    unknown = get(registry, "/studies/NCT99999999")
    assert_refused(unknown, 404, "NCT number NCT99999999 not found")
    for bad in ("NCT123456789", "NCT00000000", "ABC", "NCT12x", "99000001"):
        malformed = get(registry, f"/studies/{bad}")
        assert_refused(malformed, 400, "Parameter `nctId` has incorrect format")


def test_unknown_parameter(registry: RegistryServer) -> None:
    refused = get(registry, **{"filter.phase": "PHASE1"})
    assert_refused(refused, 400, "`filter.phase` is unknown parameter")
    refused = get(registry, "/studies/NCT99000001", sort="StartDate")
    assert_refused(refused, 400, "`sort` is unknown parameter")
    assert get(registry, "/version", fields="NCTId").status_code == 400
    assert get(registry, fields=["NCTId", "BriefTitle"]).status_code == 400, "given twice"


def test_wrong_path_is_a_proxys_html(registry: RegistryServer) -> None:
    root = registry.base_url.removesuffix("/api/v2")
    wrong = ("/study", "/studies/", "/studies/NCT99000001/x", "/versions", "")
    for url in [root + "/version", *(registry.base_url + path for path in wrong)]:
        response = requests.get(url, timeout=5)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "text/html"
        assert "NCT" not in response.text


def test_what_it_does_not_do(registry: RegistryServer) -> None:
    """Refused where the answer would be another one, noted where an answer still makes sense."""
    assert "does not do /studies/metadata" in get(registry, "/studies/metadata").text
    assert_refused(get(registry, format="csv"), 400, "The test registry does not do format=csv")
    assert requests.post(f"{registry.base_url}/studies", timeout=5).status_code == 501
    assert get(registry, query_intr="CAR-T", markupFormat="markdown").status_code == 200
    assert registry.ignored == {"query.intr"}
    get(registry, "/studies/NCT99000001", markupFormat="legacy")
    assert registry.ignored == {"query.intr", "markupFormat"}


# Records that come and go


def test_put_hide_remove(registry: RegistryServer) -> None:
    everything = {"query_cond": "leukemia", "sort": "StudyFirstPostDate:asc"}
    registry.hide("NCT99000002")
    registry.remove("NCT99000003")
    registry.put(sixth := invented(6))
    sixth["hasResults"] = True  # put took a copy
    assert get(registry, "/studies/NCT99000006").json() == invented(6)
    assert ids(get(registry, **everything).json()) == nct(1, 4, 5, 6)
    assert get(registry, "/studies/NCT99000002").json() == invented(2)
    by_id = get(registry, filter_ids="NCT99000002,NCT99000003", sort="StartDate")
    assert ids(by_id.json()) == nct(2)
    assert get(registry, "/studies/NCT99000003").status_code == 404
    registry.put(invented(2))
    assert ids(get(registry, **everything).json()) == nct(1, 2, 4, 5, 6)


def test_merged_study(registry: RegistryServer) -> None:
    registry.merge("NCT99000001", "NCT99000002")
    registry.merge("NCT99000002", "NCT99000003")
    for old in nct(1, 2):
        moved = get(registry, f"/studies/{old}", fields="NCTId")
        assert moved.status_code == 301
        assert moved.headers["Location"] == "/api/v2/studies/NCT99000003"
    followed = requests.get(
        f"{registry.base_url}/studies/NCT99000001", {"fields": "NCTId"}, timeout=5
    ).json()
    assert followed["hasResults"] is False, "the redirect drops the query string"
    aliases = followed["protocolSection"]["identificationModule"]["nctIdAliases"]
    assert sorted(aliases) == nct(1, 2)
    found = get(registry, filter_ids="NCT99000001|NCT99000002|NCT99000003").json()
    assert ids(found) == nct(3), "one study, once"


def test_requests_are_kept(registry: RegistryServer) -> None:
    url = f"{registry.base_url}/studies"
    agent = {"User-Agent": "python-requests/2 test"}
    requests.get(url, {"query.cond": "ü|,"}, headers=agent, timeout=5)
    (seen,) = registry.requests
    assert (seen.path, seen.params) == ("/api/v2/studies", {"query.cond": "ü|,"})
    assert seen.headers["user-agent"] == "python-requests/2 test"
    assert seen.url == "/api/v2/studies?query.cond=%C3%BC%7C%2C"


def test_no_answers_once_closed() -> None:
    with requests.Session() as session:
        with RegistryServer([invented(1)]) as registry:
            assert session.get(f"{registry.base_url}/version", timeout=5).ok
        with pytest.raises(requests.ConnectionError):
            session.get(f"{registry.base_url}/version", timeout=5)


# Finding


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("leukemia ACUTE", [1, 2, 3, 4, 5]),
        ("lymphoma", [6, 7]),
        ("lymphoma OR (acute AND leukemia)", [1, 2, 3, 4, 5, 6, 7]),
        ('"naïve cells 3"', [3]),
        ("leuk", []),
    ],
)
def test_query_cond(registry: RegistryServer, query: str, found: list[int]) -> None:
    registry.put(invented(6, condition="Lymphoma"))
    registry.put(invented(7, condition="Other", title="Of LYMPHOMA"))
    page = get(registry, query_cond=query, sort="StudyFirstPostDate:asc").json()
    assert ids(page) == nct(*found)


def test_match_can_be_replaced(registry: RegistryServer) -> None:
    registry.match = lambda record, query: query == "all"
    registry.hide("NCT99000001")
    assert len(ids(get(registry, query_cond="all").json())) == 4
    assert get(registry, query_cond="leukemia").json() == {"studies": []}


def test_filter_ids(registry: RegistryServer) -> None:
    page = get(registry, filter_ids="nct99000001,NCT99999999|NCT99000004").json()
    assert sorted(ids(page)) == nct(1, 4)
    refused = get(registry, filter_ids="NCT99000001,NCT9900000x")
    assert_refused(refused, 400, "Parameter `filter.ids` has incorrect format")


# Order


def test_order_without_sort_is_never_the_same_twice(registry: RegistryServer) -> None:
    orders = [ids(get(registry).json()) for _ in range(4)]
    assert all(a != b for a, b in pairwise(orders))
    assert all(sorted(order) == nct(1, 2, 3, 4, 5) for order in orders)


def test_walk_without_sort_goes_wrong(registry: RegistryServer) -> None:
    found = [one for page in walk(registry, pageSize=2) for one in ids(page)]
    assert set(found) != set(nct(1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("StudyFirstPostDate", [5, 4, 3, 2, 1, 6]),
        ("StudyFirstPostDate:asc", [1, 2, 3, 4, 5, 6]),
        ("LastUpdatePostDate:asc", [5, 4, 3, 2, 1, 6]),
        ("EnrollmentCount", [5, 4, 3, 2, 1, 6]),
        ("EnrollmentCount:desc", [1, 2, 3, 4, 5, 6]),
        ("StartDate,EnrollmentCount", [5, 4, 3, 2, 1, 6]),
        ("StudyFirstPostDate:asc|EnrollmentCount", [1, 2, 3, 4, 5, 6]),
        ("protocolSection.statusModule.studyFirstPostDateStruct.date:asc", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_sort(registry: RegistryServer, sort: str, order: list[int]) -> None:
    registry.put({"protocolSection": {"identificationModule": {"nctId": "NCT99000006"}}})
    assert ids(get(registry, sort=sort).json()) == nct(*order)
    assert ids(get(registry, sort=sort).json()) == nct(*order)


def test_sort_refused(registry: RegistryServer) -> None:
    for sort in ("BriefTitle", "Nonsense", "StartDate:up", "StartDate,EnrollmentCount,StartDate",
                 "StartDateStruct", "StartDate,,", "NCTId"):  # fmt: skip
        assert get(registry, sort=sort).status_code == 400


# Pages


def test_walk(registry: RegistryServer) -> None:
    pages = walk(registry, sort="StudyFirstPostDate:asc", pageSize=2, countTotal="true")
    assert [ids(page) for page in pages] == [nct(1, 2), nct(3, 4), nct(5)]
    assert [page.get("totalCount") for page in pages] == [5, None, None]
    assert "nextPageToken" not in pages[-1]
    assert "nextPageToken" not in get(registry, pageSize=5).json(), "a page just full"


def test_nothing_found(registry: RegistryServer) -> None:
    page = get(registry, query_cond="gout", countTotal="true").json()
    assert page == {"studies": [], "totalCount": 0}


def test_page_size() -> None:
    def small(number: int) -> Record:
        return {"protocolSection": {"identificationModule": {"nctId": f"NCT9900{number:04}"}}}

    with RegistryServer(small(number) for number in range(1, 1004)) as registry:
        sizes = {"": 10, "0": 10, "1000": 1000, "1001": 1000, "999999": 1000, "7": 7}
        for given, size in sizes.items():
            page = get(registry, **({"pageSize": given} if given else {})).json()
            assert len(page["studies"]) == size
        for bad in ("-1", "ten", "1.5"):
            refused = get(registry, pageSize=bad)
            assert_refused(refused, 400, "Parameter `pageSize` has incorrect format")


def test_token_with_other_parameters_gives_wrong_rows(registry: RegistryServer) -> None:
    registry.put(invented(1, condition="Gout"))
    params = {"query_cond": "leukemia", "sort": "StudyFirstPostDate:asc"}
    token = get(registry, **params, pageSize=2).json()["nextPageToken"]
    right = get(registry, **params, pageToken=token)
    wrong = get(registry, sort="StudyFirstPostDate:asc", pageToken=token)
    assert wrong.status_code == 200
    assert ids(right.json()) == nct(4, 5)
    assert ids(wrong.json()) == nct(3, 4, 5)
    smaller = get(registry, **params, pageSize=1, pageToken=token)
    assert ids(smaller.json()) == nct(4), "the page size may change"
    assert get(registry, pageToken="x").status_code == 400


# Fields

LEAVES = "NCTId,OverallStatus|LocationCity,HasResults"
LEAVES_OF_1 = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000001"},
        "statusModule": {"overallStatus": "RECRUITING"},
        "contactsLocationsModule": {"locations": [{"city": "Zürich"}]},
    },
    "hasResults": False,
}


def test_fields_of_a_study_and_of_a_page(registry: RegistryServer) -> None:
    assert get(registry, "/studies/NCT99000001", fields=LEAVES).json() == LEAVES_OF_1
    page = get(registry, fields=LEAVES, filter_ids="NCT99000001").json()
    assert page == {"studies": [LEAVES_OF_1]}
    assert get(registry, fields="Acronym", pageSize=1).json()["studies"] == [{}], "it lacks that"


@pytest.mark.parametrize(
    "fields",
    ["StatusModule", "protocolSection.statusModule", "StatusModule,OverallStatus",
     "OverallStatus,StatusModule", "StartDate|StatusModule|StartDateStruct"],
)  # fmt: skip
def test_a_branch_brings_all_below(registry: RegistryServer, fields: str) -> None:
    expected = {"protocolSection": {"statusModule": invented(1)["protocolSection"]["statusModule"]}}
    assert get(registry, "/studies/NCT99000001", fields=fields).json() == expected


def test_fields_refused(registry: RegistryServer) -> None:
    for fields in ("", "NCTId,", "Nonsense", "NCTId,Nonsense", "nctid", "@query"):
        assert get(registry, fields=fields).status_code == 400
        assert get(registry, "/studies/NCT99000001", fields=fields).status_code == 400


# Faults


def test_faults_come_in_turn_and_then_always(registry: RegistryServer) -> None:
    registry.faults.extend([Faults.status(503), None, Faults.status(429, "Slow", Retry_After="2")])
    answers = [get(registry, "/version") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 200, 429, 200]
    assert_refused(answers[2], 429, "Slow")
    assert answers[2].headers["Retry-After"] == "2"
    registry.always = Faults.status(500)
    assert [get(registry, "/version").status_code for _ in range(2)] == [500, 500]


def test_dropped_connection(registry: RegistryServer) -> None:
    registry.faults.append(Faults.drop())
    with pytest.raises(requests.ConnectionError):
        get(registry)
    assert get(registry).status_code == 200


def test_cut_body(registry: RegistryServer) -> None:
    host = urlsplit(registry.base_url).netloc
    registry.faults.append(Faults.cut())
    connection = http.client.HTTPConnection(host, timeout=5)
    connection.request("GET", "/api/v2/studies")
    response = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as short:
        response.read()
    connection.close()
    assert int(response.headers["Content-Length"]) == len(short.value.partial) + (
        short.value.expected or 0
    )
    registry.faults.append(Faults.cut())
    with pytest.raises(requests.RequestException):
        get(registry)


def test_truncated_gzip(registry: RegistryServer) -> None:
    whole = get(registry, "/studies/NCT99000001").content
    registry.faults.append(Faults.cut_quietly())
    response = requests.get(f"{registry.base_url}/studies/NCT99000001", timeout=5, stream=True)
    raw = response.raw.read(decode_content=False)
    assert len(raw) == int(response.headers["Content-Length"])
    with pytest.raises(EOFError):
        gzip.decompress(raw)
    # requests says nothing of it: only the JSON, broken off, tells.
    registry.faults.append(Faults.cut_quietly())
    part = get(registry, "/studies/NCT99000001").content
    assert len(part) < len(whole)
    assert whole.startswith(part)


def test_slow_drip(registry: RegistryServer) -> None:
    registry.faults.append(Faults.drip(pieces=4, pause=0.02))
    start = time.monotonic()
    assert get(registry, "/studies/NCT99000001").json() == invented(1)
    assert time.monotonic() - start >= 0.08
    registry.faults.append(Faults.drip(pieces=1, pause=1))
    with pytest.raises(requests.RequestException):
        requests.get(f"{registry.base_url}/version", timeout=0.1)


def test_faults_of_pages(registry: RegistryServer) -> None:
    params = {"sort": "StudyFirstPostDate:asc", "pageSize": 2, "countTotal": "true"}
    registry.faults.extend([Faults.wrong_total(-2), Faults.duplicate(), Faults.lose()])
    first, second, third = walk(registry, **params)
    assert first["totalCount"] == 3
    assert ids(second) == nct(3, 4, 3)
    assert ids(third) == []
    assert [ids(page) for page in walk(registry, **params)] == [nct(1, 2), nct(3, 4), nct(5)]


def test_repeated_token(registry: RegistryServer) -> None:
    token = get(registry, pageSize=2).json()["nextPageToken"]
    registry.always = Faults.repeat_token()
    assert get(registry, pageSize=2, pageToken=token).json()["nextPageToken"] == token


def test_empty_page_in_the_middle(registry: RegistryServer) -> None:
    registry.faults.extend([None, Faults.empty_page()])
    pages = walk(registry, sort="StudyFirstPostDate:asc", pageSize=2)
    assert [ids(page) for page in pages] == [nct(1, 2), [], nct(3, 4), nct(5)]


def test_bodies_that_are_not_what_they_say(registry: RegistryServer) -> None:
    registry.faults.extend([Faults.html(), Faults.bad_json(), Faults.latin1()])
    html, bad, latin1 = (get(registry, "/studies/NCT99000001") for _ in range(3))
    assert {r.status_code for r in (html, bad, latin1)} == {200}
    assert html.headers["Content-Type"] == "text/html; charset=UTF-8"
    for response in (bad, latin1):
        assert response.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.JSONDecodeError):
        bad.json()
    with pytest.raises(UnicodeDecodeError):
        latin1.content.decode("utf-8")
    assert json.loads(latin1.content.decode("latin-1")) == invented(1)


def test_new_data_between_pages(registry: RegistryServer) -> None:
    registry.faults.append(Faults.new_data("2026-08-17T09:00:05"))
    assert len(ids(get(registry).json())) == 5
    assert get(registry, "/version").json()["dataTimestamp"] == "2026-08-17T09:00:05"


def test_a_fault_of_ones_own_leaves_the_records_alone(registry: RegistryServer) -> None:
    def fault(answer: Answer) -> None:
        answer.payload["protocolSection"]["statusModule"].clear()
        answer.registry.put(invented(6))

    registry.faults.append(fault)
    assert get(registry, "/studies/NCT99000001").json() != invented(1)
    assert get(registry, "/studies/NCT99000001").json() == invented(1)
    assert get(registry, "/studies/NCT99000006").json() == invented(6)


def test_a_fault_that_does_not_fit_is_the_tests_error() -> None:
    def ask() -> None:
        with RegistryServer() as registry:
            registry.faults.append(Faults.wrong_total())
            with pytest.raises(requests.ConnectionError):
                get(registry, "/version")

    with pytest.raises(KeyError, match="totalCount"):
        ask()


# Against the official description


@pytest.fixture(scope="module")
def openapi() -> Any:
    """The official description, as published."""
    yaml = pytest.importorskip("yaml", reason="NOT CHECKED: PyYAML is not installed")
    return yaml.safe_load((SHARED / "openapi.yaml").read_text("utf-8"))


class Checker:
    """Finds what in an answer is not as the description says."""

    def __init__(self, openapi: Any) -> None:
        self.module = pytest.importorskip(
            "openapi_schema_validator",
            reason="NOT CHECKED: openapi-schema-validator is not installed",
        )
        # Stricter than published: a study may have no names but those described. One addition:
        # real records have modelPredictions, which 2.0.3 describes without saying where it is.
        self.components = copy.deepcopy(openapi["components"])
        for schema in self.components["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        misc = self.components["schemas"]["MiscInfoModule"]["properties"]
        misc["modelPredictions"] = {"$ref": "#/components/schemas/ModelPredictions"}

    def problems(self, name: str, instance: Any) -> list[str]:
        reference = {"$ref": f"#/components/schemas/{name}"}
        validator = self.module.OAS30Validator(
            {"allOf": [reference], "components": self.components},
            format_checker=self.module.oas30_format_checker,
        )
        return sorted(f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(instance))


@pytest.fixture(scope="module")
def checker(openapi: Any) -> Checker:
    return Checker(openapi)


class Real(NamedTuple):
    """Real records, on disk and served."""

    on_disk: dict[str, Record]
    registry: RegistryServer


def read(folder: Path) -> dict[str, Record]:
    """The records of a folder, without what one source added to them of its own."""
    records = {f.stem: json.loads(f.read_text("utf-8")) for f in sorted(folder.glob("NCT*.json"))}
    assert records, f"no records in {folder}"
    for record in records.values():
        record["protocolSection"].get("contactsLocationsModule", {}).pop("locations_nested", None)
    return records


@pytest.fixture(scope="module", params=["studies", "odd"])
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    on_disk = read(SHARED / request.param)
    with RegistryServer(on_disk.values()) as registry:
        yield Real(on_disk, registry)


def parameters(openapi: Any, path: str) -> set[str]:
    parameters = openapi["paths"][path]["get"]["parameters"]
    return {parameter["name"] for parameter in parameters if parameter["in"] == "query"}


@needs_shared
def test_parameters_are_the_official_ones(openapi: Any) -> None:
    assert parameters(openapi, "/studies") == registry_server.LIST_PARAMETERS
    assert parameters(openapi, "/studies/{nctId}") == registry_server.STUDY_PARAMETERS
    assert parameters(openapi, "/version") == set()


def described(openapi: Any) -> dict[tuple[str, ...], str]:
    """Every path of the official study, with the name of its type or the format of its text."""
    schemas = openapi["components"]["schemas"]
    found: dict[tuple[str, ...], str] = {}

    def visit(schema: Any, path: tuple[str, ...]) -> None:
        schema = schema.get("items", schema)
        kind = schema.get("$ref", "").rpartition("/")[2] or schema.get("format", "")
        found[path] = kind
        if kind != "GeoPoint" and path != ("resultsSection",):  # values here, not branches
            for name, below in schemas.get(kind, schema).get("properties", {}).items():
                visit(below, (*path, name))

    visit({"$ref": "#/components/schemas/Study"}, ())
    del found[()]
    return found


@needs_shared
def test_structure_is_the_official_one(openapi: Any) -> None:
    predictions = ("derivedSection", "miscInfoModule", "modelPredictions")
    assert set(described(openapi)) | {predictions} == registry_fields.KNOWN


@needs_shared
def test_pieces_are_those_the_live_service_listed(openapi: Any) -> None:
    """/studies/enums names the pieces of each enum: ours must have the same type at their path."""
    kinds = described(openapi)
    results = ("Baseline", "Outcome", "SeriousEvent", "OtherEvent", "Agreement")
    text = (SHARED / "responses" / "studies_enums_2026-08-16.json").read_text("utf-8")
    for enum in json.loads(text):
        for piece in enum["pieces"]:
            if piece in registry_fields.PIECES:
                assert kinds[registry_fields.PIECES[piece]] == enum["type"], piece
            else:
                assert piece.startswith(results), piece


@needs_shared
def test_sortable_dates_are_the_official_ones(openapi: Any) -> None:
    dates = {"date", "PartialDate", "DateTimeMinutes"}
    assert {
        path for path, kind in described(openapi).items() if kind in dates
    } == registry_fields.DATES


@needs_shared
def test_version_is_as_described(checker: Checker, registry: RegistryServer) -> None:
    version = get(registry, "/version").json()
    recorded = json.loads((SHARED / "responses" / "version_2026-08-14.json").read_text("utf-8"))
    assert not checker.problems("Version", version)
    assert version == recorded


@needs_shared
@pytest.mark.parametrize("fields", [None, "ProtocolSection", "NCTId|BriefTitle|LocationCity"])
def test_pages_are_as_described(checker: Checker, real: Real, fields: str | None) -> None:
    params = {"sort": "StudyFirstPostDate:asc", "pageSize": 50, "countTotal": "true"}
    pages = walk(real.registry, **params, **({"fields": fields} if fields else {}))
    for page in pages:
        assert not checker.problems("PagedStudies", page)
    found = [one for page in pages for one in ids(page)]
    assert sorted(found) == sorted(real.on_disk)
    assert pages[0]["totalCount"] == len(found)


@needs_shared
def test_studies_are_as_described_and_as_on_disk(checker: Checker, real: Real) -> None:
    with requests.Session() as session:
        for one, record in real.on_disk.items():
            study = session.get(f"{real.registry.base_url}/studies/{one}", timeout=5).json()
            assert not checker.problems("Study", study)
            assert study == record


@needs_shared
def test_aliases_on_disk() -> None:
    with RegistryServer(read(SHARED / "odd").values()) as registry:
        for stem in ("NCT00189228", "NCT02300909"):
            module = get(registry, f"/studies/{stem}").json()["protocolSection"]
            (alias, *_) = module["identificationModule"]["nctIdAliases"]
            moved = get(registry, f"/studies/{alias}")
            assert moved.status_code == 301
            assert moved.headers["Location"] == f"/api/v2/studies/{stem}"
            assert ids(get(registry, filter_ids=alias).json()) == [stem]


@needs_shared
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("listpage_empty_total0.json", ""),
        ("listpage_full_5studies_2026-08.json", ""),
        ("listpage_fields_phelan_limit5_20260811.json", "fields"),
        ("listpage_fields_phelan_next_20260811.json", "fields"),
    ],
)
def test_recorded_pages_come_back_the_same(checker: Checker, name: str, fields: str) -> None:
    """The live service's own pages: serve their studies and ask for what they were asked for."""
    recorded = json.loads((SHARED / "responses" / name).read_text("utf-8"))
    assert not checker.problems("PagedStudies", recorded)
    paths = {path for study in recorded["studies"] for path in leaf_paths(study)}
    asked = {piece for piece, path in registry_fields.PIECES.items() if path in paths}
    params = {"fields": ",".join(sorted(asked))} if fields else {}
    with RegistryServer(recorded["studies"]) as registry:
        page = get(registry, pageSize=1000, countTotal="true", **params).json()
    by_id = dict(zip(ids(page), page["studies"], strict=True))
    assert [by_id[one] for one in ids(recorded)] == recorded["studies"]
    assert page["totalCount"] == len(recorded["studies"])
    assert set(page) | {"nextPageToken"} >= set(recorded)


def leaf_paths(value: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(value, list):
        return {found for item in value for found in leaf_paths(item, path)}
    if isinstance(value, dict) and path in {(), *registry_fields.BRANCHES}:
        return {found for name in value for found in leaf_paths(value[name], (*path, name))}
    return {path}


@needs_shared
def test_errors_are_as_recorded(openapi: Any, registry: RegistryServer) -> None:
    """The recorded 400s are of filter.advanced, which is not done here: type and status count."""
    text = (SHARED / "responses" / "errors_400_observed_manifest.json").read_text("utf-8")
    (recorded,) = {(e["http_status"], e["content_type"])
                   for e in json.loads(text)["rejected_spellings"]}  # fmt: skip
    refused = get(registry, nonsense=1)
    assert (refused.status_code, refused.headers["Content-Type"].split(";")[0]) == recorded
    for path, answers in (
        ("/studies", [refused]),
        ("/studies/{nctId}", [get(registry, "/studies/X"), get(registry, "/studies/NCT9")]),
    ):
        responses = openapi["paths"][path]["get"]["responses"]
        for answer in answers:
            assert list(responses[str(answer.status_code)]["content"]) == ["text/plain"]
            assert answer.headers["Content-Type"].startswith("text/plain;")


@needs_shared
def test_the_check_bites(checker: Checker) -> None:
    """An answer broken on purpose, in several ways, is refused each time."""

    def broken(change: str) -> list[str]:
        def fault(answer: Answer) -> None:
            study = answer.payload["studies"][0]
            status = study["protocolSection"]["statusModule"]
            match change:
                case "enum":
                    status["overallStatus"] = "RECRUITNG"
                case "date":
                    status["studyFirstPostDateStruct"]["date"] = "2021-13-45"
                case "null":
                    study["hasResults"] = None
                case "type":
                    study["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = "99"
                case "name":
                    study["protocolSection"]["identificationModule"]["nctid"] = "NCT99000001"
                case "section":
                    study["protocol_section"] = {}
                case "page":
                    answer.payload["total"] = 1
                case "missing":
                    del answer.payload["studies"]
                case "required":
                    places = study["protocolSection"]["contactsLocationsModule"]["locations"]
                    del places[0]["geoPoint"]["lon"]

        with RegistryServer([invented(1)]) as registry:
            registry.faults.append(fault)
            return checker.problems("PagedStudies", get(registry).json())

    assert broken("nothing") == []
    for change in ("enum", "date", "null", "type", "name", "section", "page", "missing",
                   "required"):  # fmt: skip
        assert broken(change), change
