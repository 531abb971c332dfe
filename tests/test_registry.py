"""The registry client against the test registry: what it asks, believes and refuses."""

import itertools
import re
import time
from collections.abc import Iterator

import pytest

from monitor.registry import client
from monitor.registry.client import Merged, Registry, RegistryError, Version, is_loopback
from tests.records import Record, nct, record
from tests.registry_server import Answer, Fault, Faults, RegistryServer

CONTACT = "https://example.org/contact"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    """Five studies, on pages of two."""
    monkeypatch.setattr(client, "PAGE_SIZE", 2)
    with RegistryServer(invented(number) for number in range(1, 6)) as running:
        yield running


@pytest.fixture
def registry(server: RegistryServer) -> Iterator[Registry]:
    with Registry(server.base_url, CONTACT) as session:
        yield session


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Time that passes only where somebody sleeps: what was slept, in turn."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + sum(pauses))
    return pauses


def invented(number: int) -> Record:
    """A study that is not the same in Latin-1."""
    return record(number, identificationModule__acronym="ÜBER")


def ids(studies: Iterator[Record]) -> list[str]:
    return [study["protocolSection"]["identificationModule"]["nctId"] for study in studies]


def refusal(registry: Registry, condition: str = "leukemia") -> str:
    """The one line a search ends with."""
    with pytest.raises(RegistryError) as error:
        ids(registry.search(condition))
    line = str(error.value)
    assert line.isprintable(), "one line"
    assert "object at 0x" not in line
    return line


ALL = [nct(number) for number in range(1, 6)]


# What is asked


def test_a_search_brings_each_study_once(server: RegistryServer, registry: Registry) -> None:
    server.put(invented(6))
    server.hide(nct(6))
    assert sorted(ids(registry.search("leukemia"))) == ALL
    assert len(server.requests) == 3


def test_studies_come_whole_but_for_results(server: RegistryServer, registry: Registry) -> None:
    study = invented(1)
    asked = {"documentSection": {"largeDocumentModule": {"noSap": True}}}
    not_asked: Record = {
        "resultsSection": {"x": {}},
        "derivedSection": {"miscInfoModule": {"x": 1}},
    }
    server.put(study | asked | not_asked)
    assert registry.look_up(nct(1)) == study | asked
    assert next(registry.studies([nct(1)])) == study | asked


def test_later_pages_repeat_every_parameter(server: RegistryServer, registry: Registry) -> None:
    ids(registry.search("leukemia"))
    first, *later = [dict(request.params) for request in server.requests]
    assert first["query.cond"] == "leukemia"
    assert first["sort"] == "StudyFirstPostDate:asc"
    assert first["pageSize"] == "2"
    assert len({page.pop("pageToken") for page in later}) == 2
    assert later == [first, first]
    assert not server.ignored


def test_nothing_found(registry: Registry) -> None:
    assert ids(registry.search("gout")) == []


def test_version(registry: Registry) -> None:
    assert registry.version() == Version("2.0.5", "2026-08-14T09:00:05")


def test_ids_go_in_batches_that_fit_an_address(
    server: RegistryServer, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE_SIZE", 60)  # so that addresses with a token count too
    wanted = [nct(number) for number in range(1, 251)]
    for number in range(6, 251):
        server.put(record(number))
    server.remove(nct(7))
    assert sorted(ids(registry.studies(wanted))) == sorted(set(wanted) - {nct(7)})
    assert len(server.requests) == 2 + 2 + 1
    host = "https://clinicaltrials.gov".ljust(40)
    assert max(len(host + request.url) for request in server.requests) < 2000
    assert list(registry.studies([])) == []


def test_who_is_asking(server: RegistryServer, registry: Registry) -> None:
    registry.version()
    agent = server.requests[0].headers["User-Agent"]
    assert agent.startswith("python-requests/")
    assert "clinical-trial-monitor" in agent
    assert CONTACT in agent


# How fast


def test_no_pause_on_this_machine(registry: Registry, slept: list[float]) -> None:
    ids(registry.search("leukemia"))
    assert sum(slept) == 0


def test_elsewhere_requests_start_a_second_apart(
    server: RegistryServer, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retries included, and those of damaged answers."""
    monkeypatch.setattr(client, "is_loopback", lambda url: False)
    server.faults.extend([None, Faults.status(429), Faults.drop(), Faults.drop(), None,
                          Faults.bad_json(), Faults.html()])  # fmt: skip
    with Registry(server.base_url, CONTACT) as registry:
        registry.version()
        assert sum(slept) == 0, "the first one need not wait"
        ids(registry.search("leukemia"))
        registry.look_up(nct(1))
    starts = [request.at for request in server.requests]
    assert len(starts) == 1 + 3 + 5 + 1
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(starts))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/api/v2", True),
        ("http://localhost/api/v2", True),
        ("http://[::1]:8000", True),
        ("https://clinicaltrials.gov/api/v2", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://192.168.0.1/", False),
    ],
)
def test_what_is_this_machine(url: str, here: bool) -> None:
    assert client.is_loopback(url) is here


# What passes


@pytest.mark.parametrize(
    "fault", [Faults.status(429), Faults.status(500), Faults.status(503), Faults.drop()]
)
def test_a_short_outage_is_sat_out(
    server: RegistryServer, registry: Registry, fault: Fault
) -> None:
    server.faults.extend([fault, fault, None, fault])
    assert sorted(ids(registry.search("leukemia"))) == ALL
    server.faults.append(fault)
    assert registry.look_up(nct(1)) == invented(1)


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_outage_is_an_error(server: RegistryServer, registry: Registry, status: int) -> None:
    server.always = Faults.status(status, "Come back\nlater")
    assert f"answered {status} (Come back later)" in refusal(registry)
    assert 3 <= len(server.requests) <= 10
    with pytest.raises(RegistryError, match=f"{nct(1)}.*{status}"):
        registry.look_up(nct(1))


def test_connections_that_always_break_are_an_error(
    server: RegistryServer, registry: Registry
) -> None:
    server.always = Faults.drop()
    assert re.search(r"/studies cannot be reached: .*closed connection", refusal(registry))


DAMAGE = {
    "cut": (Faults.cut(), "cut short"),
    "quietly truncated gzip": (Faults.cut_quietly(), "damaged"),
    "empty": (Faults.cut_quietly(0), "damaged"),
    "bad JSON": (Faults.bad_json(), "damaged JSON"),
    "JSON without a bottom": (Faults.deep(), "damaged JSON"),
    "HTML": (Faults.html(), "not JSON"),
    "Latin-1": (Faults.latin1(), "damaged JSON"),
    "other JSON": (lambda answer: setattr(answer, "payload", [1]), "lacks studies"),
    "no list": (lambda answer: answer.payload.update(studies={}), "not a list"),
}


@pytest.mark.parametrize(("fault", "said"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_answers_are_asked_for_again(
    server: RegistryServer, registry: Registry, fault: Fault, said: str
) -> None:
    server.faults.extend([fault, fault, None, fault])
    assert sorted(ids(registry.search("leukemia"))) == ALL
    server.requests.clear()
    server.always = fault
    assert said in refusal(registry)
    assert len(server.requests) == 3


def test_damage_without_gzip(server: RegistryServer, registry: Registry) -> None:
    registry._session.headers["Accept-Encoding"] = "identity"
    server.faults.extend([Faults.cut(), Faults.cut_quietly()])
    assert sorted(ids(registry.search("leukemia"))) == ALL
    assert len(server.requests) == 2 + 3


def test_silence_ends(server: RegistryServer) -> None:
    server.always = Faults.drip(pieces=1, pause=0.5)
    with Registry(server.base_url, CONTACT, timeout=0.1) as registry:
        assert "timed out" in refusal(registry)


# What is not believed


def no_total(answer: Answer) -> None:
    answer.payload.pop("totalCount", None)


def list_as_token(answer: Answer) -> None:
    answer.payload["nextPageToken"] = ["a", "list"]


NO_ROWS = {"studies": [], "totalCount": 5}


def no_id(answer: Answer) -> None:
    answer.payload["studies"][0]["protocolSection"].clear()


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([Faults.wrong_total()], "counts 6 studies but gave 5"),
        ([Faults.wrong_total(-1)], "counts 4 studies but gave 5"),
        ([no_total], "did not say how many"),
        ([Faults.wrong_total(-1), Faults.other_json(NO_ROWS)], "counts 4 studies, then 5"),
        ([None, Faults.lose()], "counts 5 studies but gave 4"),
        ([None, Faults.page_twice()], "counts 5 studies but gave 3"),
        ([None, Faults.repeat_token()], "repeats a page token"),
        ([list_as_token], "page token is no text"),
    ],
)
def test_a_walk_that_is_not_whole(
    server: RegistryServer, registry: Registry, faults: list[Fault | None], said: str
) -> None:
    server.faults.extend(faults)
    line = refusal(registry)
    assert said in line
    assert "'leukemia'" in line
    server.faults.extend(faults)
    with pytest.raises(RegistryError, match=f"5 studies by id.*{said}"):
        ids(registry.studies(ALL))


def test_a_study_without_an_id(server: RegistryServer, registry: Registry) -> None:
    server.faults.append(no_id)
    assert "whose id is None" in refusal(registry)


def test_a_study_that_comes_twice_counts_once(server: RegistryServer, registry: Registry) -> None:
    server.faults.append(Faults.duplicate())
    assert sorted(ids(registry.search("leukemia"))) == ALL


def test_an_empty_page_is_not_the_end(server: RegistryServer, registry: Registry) -> None:
    server.faults.extend([None, Faults.empty_page()])
    assert sorted(ids(registry.search("leukemia"))) == ALL


def test_a_bad_query_shows_the_registrys_own_words(
    server: RegistryServer, registry: Registry
) -> None:
    text = "Invalid query in parameter `query.cond`:\n  extraneous ')'"
    server.always = Faults.status(400, text)
    line = refusal(registry, "leukemia)")
    assert "400" in line
    assert "Invalid query in parameter `query.cond`: extraneous ')'" in line
    assert len(server.requests) == 1, "asking again would not help"


def test_a_malformed_id_shows_the_registrys_own_words(registry: Registry) -> None:
    with pytest.raises(RegistryError, match=r"`filter\.ids` has incorrect format"):
        ids(registry.studies([nct(1), "NCT1x"]))
    with pytest.raises(RegistryError, match="`nctId` has incorrect format"):
        registry.look_up("NCT1x")


def test_being_shut_out_is_not_tried_again(server: RegistryServer, registry: Registry) -> None:
    server.always = lambda answer: answer.say(403, "<html>\nForbidden", "text/html")
    assert "403" in refusal(registry)
    assert len(server.requests) == 1


def test_nobody_listens() -> None:
    with RegistryServer() as closed:
        pass
    with Registry(closed.base_url, CONTACT) as registry:
        line = refusal(registry)
    assert line.startswith(f"{closed.base_url}/studies cannot be reached: ")
    assert line.endswith("Connection refused")


# One study


def test_look_up(server: RegistryServer, registry: Registry) -> None:
    server.hide(nct(1))
    assert registry.look_up(nct(1)) == invented(1)
    assert registry.look_up(nct(999)) is None


def test_a_merged_study_names_the_one_that_took_over(
    server: RegistryServer, registry: Registry
) -> None:
    server.merge(nct(1), nct(2))
    assert registry.look_up(nct(1)) == Merged(nct(2))
    assert ids(registry.studies([nct(1)])) == [nct(2)]
    (taken_over,) = registry.studies([nct(1), nct(2)])
    assert taken_over["protocolSection"]["identificationModule"]["nctIdAliases"] == [nct(1)]


def moved(location: str) -> Fault:
    def fault(answer: Answer) -> None:
        answer.say(301, "")
        answer.headers["Location"] = location

    return fault


def test_merged_wherever_the_address_points(server: RegistryServer, registry: Registry) -> None:
    server.always = moved(f"https://registry.example/api/v2/studies/{nct(2)}?fields=NCTId")
    assert registry.look_up(nct(1)) == Merged(nct(2))


@pytest.mark.parametrize(
    "fault",
    [
        lambda answer: answer.say(404, f"<html>{nct(1)} not found", "text/html"),
        lambda answer: answer.say(404, "not found"),
        moved("/maintenance"),
        moved(""),
    ],
    ids=["HTML 404", "404 of something else", "moved elsewhere", "moved nowhere"],
)
def test_doubt_is_never_absence(server: RegistryServer, registry: Registry, fault: Fault) -> None:
    server.always = fault
    with pytest.raises(RegistryError, match=f"^{nct(1)} could not be looked up: .*answered [34]"):
        registry.look_up(nct(1))


@pytest.mark.parametrize(
    "fault", [fault for fault, _ in list(DAMAGE.values())[:-1]], ids=list(DAMAGE)[:-1]
)
def test_a_damaged_study_is_asked_for_again(
    server: RegistryServer, registry: Registry, fault: Fault
) -> None:
    server.faults.extend([fault, fault])
    assert registry.look_up(nct(1)) == invented(1)
    server.requests.clear()
    server.always = fault
    with pytest.raises(RegistryError, match=f"^{nct(1)} could not be looked up: "):
        registry.look_up(nct(1))
    assert len(server.requests) == 3


def test_a_slow_drip_ends_in_time(server: RegistryServer) -> None:
    server.always = Faults.drip(pieces=100, pause=0.02)
    start = time.monotonic()
    with Registry(server.base_url, CONTACT, timeout=1, deadline=0.1) as registry:
        assert "0.1 seconds, 3 times" in refusal(registry)
    assert time.monotonic() - start < 1.5, "2 seconds each, if it were awaited"


def half_silent(answer: Answer) -> None:
    def send(body: bytes):  # type: ignore[no-untyped-def]
        yield body[:50]
        time.sleep(0.5)
        yield body[50:]

    answer.send = send


def scrambled(answer: Answer) -> None:
    answer.recode = lambda body: body[:30] + b"\xff" * 20 + body[50:]


@pytest.mark.parametrize("fault", [half_silent, scrambled])
def test_silence_and_damage_within_a_body(server: RegistryServer, fault: Fault) -> None:
    server.faults.extend([fault, fault])
    with Registry(server.base_url, CONTACT, timeout=0.1) as registry:
        assert sorted(ids(registry.search("leukemia"))) == ALL
        server.always = fault
        assert "3 times" in refusal(registry)


def test_a_dropped_connection_is_reported_plainly(
    server: RegistryServer, registry: Registry
) -> None:
    server.always = Faults.drop()
    assert refusal(registry).endswith(
        "cannot be reached: Remote end closed connection without response"
    )


def test_no_wait_for_hours(server: RegistryServer, registry: Registry, slept: list[float]) -> None:
    server.faults.append(Faults.status(429, Retry_After="7200"))
    assert sorted(ids(registry.search("leukemia"))) == ALL
    assert 0 < sum(slept) <= 300


def test_another_study_than_the_one_asked_for(server: RegistryServer, registry: Registry) -> None:
    def other(answer: Answer) -> None:
        answer.payload["protocolSection"]["identificationModule"]["nctId"] = nct(2)

    def empty(answer: Answer) -> None:
        answer.payload["protocolSection"].clear()

    for fault in (other, empty):
        server.faults.append(fault)
        with pytest.raises(RegistryError):
            registry.look_up(nct(1))


def test_pages_without_end(server: RegistryServer, registry: Registry) -> None:
    server.always = Faults.empty_page()
    assert "no end" in refusal(registry)


def test_the_search_that_failed_is_named(server: RegistryServer, registry: Registry) -> None:
    for fault in (Faults.status(400, "no"), Faults.html()):
        server.always = fault
        assert "the search for 'leukemia'" in refusal(registry)


def test_an_address_that_is_none() -> None:
    assert not is_loopback("http://[")
    with pytest.raises(RegistryError), Registry("http://[", CONTACT) as registry:
        registry.version()
