"""Whatever comes in or goes out has a limit: answers of the registry, texts for GitHub, names."""

import re
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import website
from monitor.registry import client
from monitor.registry.client import Registry, RegistryError
from monitor.reports import release_notes, review_issue
from monitor.reports.github_limits import COMMIT, ISSUE, RELEASE, SUMMARY, fitted
from monitor.reports.night import message, summary
from monitor.reports.preview import preview
from tests.records import nct, record
from tests.registry_server import Answer, Fault, Faults, RegistryServer
from tests.trees import night, tree, write


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
        (study,) = registry.search("leukemia")
    assert study["protocolSection"]["identificationModule"]["nctId"] == nct(1)


# Texts for GitHub


@given(
    st.text(max_size=50),
    st.lists(st.text(max_size=60), max_size=30),
    st.text(max_size=50),
    st.integers(400, 2000),
)
def test_a_text_is_cut_by_whole_entries(
    head: str, entries: list[str], tail: str, most: int
) -> None:
    entries = [f"{number}:{entry}\n" for number, entry in enumerate(entries)]
    text = fitted(head, entries, tail, most)
    assert len(text) <= len(text.encode()) <= most
    assert text.startswith(head)
    assert text.endswith(tail)
    whole = head + "".join(entries) + tail
    if len(whole.encode()) <= most:
        assert text == whole
    else:
        (left,) = re.findall(r"\nAnd (\d+) more that have no room here\.\n", text)
        assert text.startswith(head + "".join(entries[: len(entries) - int(left)]))
        assert int(left) > 0


@pytest.mark.soak
def test_what_goes_to_github_fits_whatever_the_registry_sends(tmp_path: Path) -> None:
    """Three hundred described trials, each renamed at length on one night."""
    root, numbers = tree(tmp_path), range(1, 101)
    for number in numbers:
        text = f"---\nsummary: Text {number}.\nchecked_against: 2026-05-01\n---\nText.\n"
        write(root / f"content/trials/{nct(number)}.md", text)
    with RegistryServer(record(number) for number in numbers) as server:
        night(root, server, "2026-05-01")
        before = website.build(root)
        for number in numbers:
            title = f"Étude {number} " + "sehr lang " * 300
            change = {
                "identificationModule__briefTitle": title,
                "statusModule__overallStatus": "SUSPENDED",
                "statusModule__whyStopped": title,
            }
            server.put(record(number, **change))
        report = night(root, server, "2026-05-02").report
        with Registry(server.base_url, "") as registry:
            shown = summary(report, registry)
    issue = review_issue.markdown(website.read_catalog(root), "https://monitor.example/")
    assert 50_000 < len(issue.encode()) <= ISSUE < 65_536
    (left,) = re.findall(r"And (\d+) more that have no room here\.", issue)
    assert issue.count("checked against the record of") == 100 - int(left)
    assert issue.rstrip().endswith("/review/")
    assert len(shown.encode()) <= SUMMARY
    assert "more, in the log and in the commit" in shown
    assert len(message(report).encode()) <= COMMIT
    _, release = release_notes(website.read_catalog(root), "https://m.example/", "2026-05-02")
    assert len(release.encode()) <= RELEASE < 125_000
    assert "more that have no room here" in release
    assert release.rstrip().endswith("Compiled data, not fetched from the registry.")
    for most in (ISSUE, 20_000):
        reported = preview(before, website.build(root), most)
        assert len(reported.encode()) <= most
        assert "more that have no room here" in reported
