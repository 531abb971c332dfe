"""Whatever comes in or goes out has a limit: answers of the registry, texts for GitHub, names."""

import resource
import threading
import time
from collections.abc import Iterator

import pytest

from monitor.registry import client
from monitor.registry.client import Registry, RegistryError
from tests.records import nct, record
from tests.registry_server import Answer, Fault, Faults, RegistryServer


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with RegistryServer([record(1)]) as running:
        yield running


# Answers of the registry


def waiting(answer: Answer) -> None:
    """Nothing at all, for a while."""

    def silence() -> Iterator[bytes]:
        threading.Event().wait(0.6)
        yield b""

    answer.raw = silence()


@pytest.mark.parametrize(
    "fault", [Faults.drip(100), Faults.drip_headers(), Faults.drip_chunk(), waiting]
)
def test_the_deadline_holds_wherever_an_answer_drips(server: RegistryServer, fault: Fault) -> None:
    """A byte each 0.02 seconds, in the headers, in a chunk's size or in the body."""
    server.always = fault
    start = time.monotonic()
    why = pytest.raises(RegistryError, match=r"no whole answer within 0\.1 seconds, 3 times")
    with Registry(server.base_url, "", timeout=5, deadline=0.1) as registry, why:
        list(registry.search("leukemia"))
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("fault", [Faults.endless(), Faults.bomb()])
def test_an_answer_without_end_is_not_kept(
    server: RegistryServer, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte sent, a quarter of one in 260 KB of gzip."""
    monkeypatch.setattr(client, "MOST_RECEIVED", 4_000_000)
    monkeypatch.setattr(client, "MOST_UNPACKED", 16_000_000)
    server.always = fault
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    why = pytest.raises(RegistryError, match=r"the answer has more than (4|16) MB, 3 times")
    with Registry(server.base_url, "") as registry, why:
        list(registry.search("leukemia"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000, "kilobytes"


def test_after_a_drip_the_next_answer_is_taken(server: RegistryServer) -> None:
    server.faults.extend([Faults.drip_headers(), Faults.bomb(1 << 20), None])
    with Registry(server.base_url, "", timeout=5, deadline=0.2) as registry:
        (found,) = registry.search("leukemia")
    assert found["protocolSection"]["identificationModule"]["nctId"] == nct(1)
