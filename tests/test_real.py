"""Real registry data, where somebody has put it beside the project; skipped loudly elsewhere.

Nothing of that data is in the project. The folders hold days of records for `tests.replay`.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest

from monitor import website
from tests.replay import replay
from tests.test_website import broken_links, pages_of
from tests.trees import PROJECT, REAL, log, snapshot_of, tree, write

pytestmark = pytest.mark.real


def folder(name: str) -> Path:
    path = REAL / name
    if not path.is_dir():
        pytest.skip(f"NOT TESTED ON REAL DATA: {path} is missing")
    return path


@pytest.mark.soak
def test_the_committed_data_is_the_replay_of_the_compiled_days(tmp_path: Path) -> None:
    """data/ as committed, until the first night that reached the real registry."""
    if '"source": "replay"' not in (PROJECT / "data/registry.json").read_text("utf-8"):
        pytest.skip("data/ has been fetched since; the compiled days are history")
    days = folder("facts/days")
    shutil.copytree(PROJECT / "content", tmp_path / "content")
    for path in (tmp_path / "content/diseases").glob("*.md"):
        if not (PROJECT / "data/searches" / f"{path.stem}.txt").exists():
            path.unlink()  # no day of its trials was compiled
            (tmp_path / "content/guides" / path.name).unlink(missing_ok=True)
        else:  # those that went are named as related, and by helplines
            write(path, re.sub(r"(?m)^related:\n(?:  .*\n)+", "", path.read_text("utf-8")))
    (tmp_path / "content/helplines.yaml").unlink()
    *_, (last, _, _) = replay(days, tmp_path)
    committed = snapshot_of(PROJECT / "data")
    assert snapshot_of(tmp_path / "data") == committed
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / f"{last}.jsonl").write_bytes(_whole_state(days))
    ((_, _, written),) = replay(tmp_path / "again", tmp_path)
    assert written == []
    assert snapshot_of(tmp_path / "data") == committed


def _whole_state(days: Path) -> bytes:
    """Every record as it stands after the last day, as one day's file."""
    state: dict[str, str] = {}
    for path in sorted(days.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            state[json.loads(line)["protocolSection"]["identificationModule"]["nctId"]] = line
    return "".join(f"{line}\n" for line in state.values()).encode()


@pytest.fixture(scope="module")
def hundred_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree after a hundred real nights of 438 trials, and its website."""
    days = folder("registry/days")
    root = tree(tmp_path_factory.mktemp("hundred nights"))
    disease = "---\nname: ALL\nsearch:\n  condition: Acute Lymphoblastic Leukemia\n---\nText.\n"
    write(root / "content/diseases/leukemia.md", disease)
    for _ in replay(days, root):
        pass
    return root


@pytest.fixture(scope="module")
def site(hundred_nights: Path) -> dict[str, bytes]:
    return website.build(hundred_nights)


def raw_days() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(day, the record before, the record after), read without any of our code."""
    state: dict[str, dict[str, Any]] = {}
    for path in sorted(folder("registry/days").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            if "gone" in record:
                continue
            nct_id = record["protocolSection"]["identificationModule"]["nctId"]
            if nct_id in state:
                yield path.stem, state[nct_id], record
            state[nct_id] = record


@pytest.mark.soak
@pytest.mark.parametrize(
    ("field", "module", "key"),
    [
        ("overall_status", "statusModule", "overallStatus"),
        ("brief_title", "identificationModule", "briefTitle"),
        ("lead_sponsor", "sponsorCollaboratorsModule", "leadSponsor.name"),
        ("enrollment", "designModule", "enrollmentInfo.count"),
        ("minimum_age", "eligibilityModule", "minimumAge"),
    ],
)
def test_every_change_of_a_value_is_logged_and_no_other(
    hundred_nights: Path, field: str, module: str, key: str
) -> None:
    def value(record: dict[str, Any]) -> Any:
        part: Any = record["protocolSection"].get(module, {})
        for name in key.split("."):
            part = (part or {}).get(name)
        return part.lower() if isinstance(part, str) else part  # letter case is no change

    there = Counter(
        (day, after["protocolSection"]["identificationModule"]["nctId"])
        for day, before, after in raw_days()
        if value(before) != value(after)
    )
    logged = Counter((c.date, c.nct_id) for c in log(hundred_nights) if c.field == field)
    assert there
    assert logged == there


@pytest.mark.soak
def test_the_site_of_a_hundred_nights_is_sound(
    hundred_nights: Path, site: dict[str, bytes]
) -> None:
    trials = len(list((hundred_nights / "data/studies").iterdir()))
    assert trials == 440
    assert sum(bool(re.fullmatch("trials/NCT[0-9]+/index.html", path)) for path in site) == trials
    assert list(broken_links(site)) == []
    for path, page in pages_of(site).items():
        assert len(page.ids) == len(set(page.ids)), path
    for path, body in site.items():
        if path.endswith((".xml", ".rss")):
            assert feedparser.parse(body).bozo == 0, path


@pytest.mark.soak
def test_reposts_make_no_entries(hundred_nights: Path) -> None:
    """NCT07328503 was re-posted 25 times in two months; it began to recruit once."""
    entries = [c for c in log(hundred_nights) if c.nct_id == "NCT07328503"]
    assert [(c.date, c.kind, c.new) for c in entries] == [("2026-05-15", "status", "RECRUITING")]
