"""What a night writes, and what it says."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import build
from monitor import website
from monitor.problems import Refused
from monitor.registry import client
from monitor.reports.night import message
from tests.conftest import sampled
from tests.records import Record, nct, record
from tests.registry_server import Answer, Faults, RegistryServer
from tests.trees import DISEASE, PROJECT, SITE, entries, log, night, snapshot_of, tree, write


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with RegistryServer([record(1), record(2), record(3)]) as server:
        yield server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "a tree")


def said(root: Path) -> list[tuple[str, str, str]]:
    return [(change.date, change.nct_id, change.kind) for change in log(root)]


def test_first_night_is_a_silent_baseline(root: Path, server: RegistryServer) -> None:
    ran = night(root, server, "2026-05-01")
    assert ran.report.baseline
    assert not ran.report.changes
    written = snapshot_of(root / "data")
    assert set(written) == {
        *(f"studies/{nct(number)}.json" for number in (1, 2, 3)),
        "searches/leukemia.txt",
        "registry.json",
    }
    assert written["searches/leukemia.txt"].decode() == "".join(f"{nct(n)}\n" for n in (1, 2, 3))
    assert json.loads(written["registry.json"])["source"] == "replay"


def test_same_night_again_writes_nothing(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    assert night(root, server, "2026-05-02").written
    before = snapshot_of(root / "data")
    ran = night(root, server, "2026-05-02")
    assert ran.written == []
    assert snapshot_of(root / "data") == before


def test_a_repost_changes_no_more_than_the_record(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    again = record(1)
    again["derivedSection"] = {"miscInfoModule": {"versionHolder": "2026-05-02"}}
    server.put(again)
    assert night(root, server, "2026-05-02").written == ["data/registry.json"]


def test_status_change_is_logged_with_the_sponsors_reason(
    root: Path, server: RegistryServer
) -> None:
    night(root, server, "2026-05-01")
    server.put(record(1, statusModule__overallStatus="SUSPENDED", statusModule__whyStopped="FDA"))
    night(root, server, "2026-05-02")
    (change,) = [change for change in log(root) if change.kind == "status"]
    assert (change.old, change.new, change.why_stopped) == ("RECRUITING", "SUSPENDED", "FDA")
    assert not change.catch_up


def test_new_is_registered_lately_and_tracked_is_not(root: Path, server: RegistryServer) -> None:
    server.put(record(9))
    night(root, server, "2026-05-01")
    first_post = "statusModule__studyFirstPostDateStruct"
    lately, long_ago = ({"date": f"{year}-05-01", "type": "ACTUAL"} for year in (2026, 2019))
    for number, posted in ((4, lately), (5, long_ago), (6, None), (10, long_ago), (11, None)):
        server.put(record(number, **{first_post: posted}))
    night(root, server, "2026-05-02")
    kinds = {4: "new", 5: "tracked", 6: "tracked", 10: "new", 11: "new"}  # 9 was the highest id
    assert said(root) == [("2026-05-02", nct(number), kind) for number, kind in kinds.items()]


def test_missing_for_one_night_is_nothing(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.hide(nct(2))
    night(root, server, "2026-05-02")
    night(root, server, "2026-05-02")  # the same night twice is one night
    server.put(record(2))
    night(root, server, "2026-05-03")
    assert said(root) == []


def test_left_on_the_second_night_and_followed_still(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.hide(nct(2))
    night(root, server, "2026-05-02")
    night(root, server, "2026-05-03")
    night(root, server, "2026-05-04")
    assert said(root) == [("2026-05-03", nct(2), "left")]
    server.put(record(2, statusModule__overallStatus="COMPLETED"))
    server.hide(nct(2))
    night(root, server, "2026-05-05")
    assert said(root)[1:] == [("2026-05-05", nct(2), "status")]
    server.put(record(2, statusModule__overallStatus="COMPLETED"))
    night(root, server, "2026-05-06")
    assert said(root)[2:] == [("2026-05-06", nct(2), "tracked")]


def test_removed_on_the_second_night_and_once(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.remove(nct(2))
    for day in range(2, 6):
        night(root, server, f"2026-05-0{day}")
    assert said(root) == [("2026-05-03", nct(2), "removed")]
    assert (root / f"data/studies/{nct(2)}.json").exists()


def test_merged_names_the_study_that_took_over(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.merge(nct(2), nct(1))
    night(root, server, "2026-05-02")
    night(root, server, "2026-05-03")
    (change,) = log(root)
    assert (change.kind, change.nct_id, change.new) == ("removed", nct(2), nct(1))


def test_merged_where_only_the_redirect_says_so(root: Path, server: RegistryServer) -> None:
    """The id is asked for alone, and answered with a 301 that drops the query."""

    def not_by_alias(answer: Answer) -> None:
        asked = answer.request.params.get("filter.ids", "")
        if asked and answer.payload:
            kept = [item for item in answer.payload["studies"] if id_of(item) in asked]
            answer.payload.update(studies=kept, totalCount=len(kept))

    night(root, server, "2026-05-01")
    server.merge(nct(2), nct(1))
    del server.find(nct(1))["protocolSection"]["identificationModule"]["nctIdAliases"]  # type: ignore[index]
    server.put(record(9, identificationModule__nctIdAliases=[nct(2)]))
    server.hide(nct(9))
    server.always = not_by_alias
    night(root, server, "2026-05-02")
    assert server.requests[-2].path.endswith(f"/studies/{nct(2)}")
    (change,) = log(root)
    assert (change.kind, change.nct_id, change.new) == ("removed", nct(2), nct(9))


def id_of(item: Record) -> str:
    return str(item["protocolSection"]["identificationModule"]["nctId"])


def test_data_that_reloads_while_it_is_read_is_read_again(
    root: Path, server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two pages, a trial moves to another one: neither is it lost nor is a mixture kept."""
    monkeypatch.setattr(client, "PAGE_SIZE", 2)
    night(root, server, "2026-05-01")

    def reload(answer: Answer) -> None:
        server.data_timestamp = "2026-05-02T09:00:05"
        for number in (1, 2, 3):
            server.put(record(number, statusModule__overallStatus="COMPLETED"))

    server.requests.clear()
    server.faults.extend([None, reload])
    night(root, server, "2026-05-02")
    assert [request.path.rpartition("/")[2] for request in server.requests] == [
        "version", "studies", "studies", "version",
        "version", "studies", "studies", "version",
    ]  # fmt: skip
    assert [change.nct_id for change in log(root)] == [nct(1), nct(2), nct(3)]
    assert json.loads((root / "data/registry.json").read_text())["data_timestamp"] == (
        "2026-05-02T09:00:05"
    )


def test_data_that_reloads_again_and_again_is_not_believed(
    root: Path, server: RegistryServer
) -> None:
    night(root, server, "2026-05-01")
    before = snapshot_of(root / "data")
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    server.always = lambda answer: setattr(server, "data_timestamp", str(len(server.requests)))
    server.requests.clear()
    with pytest.raises(Refused, match="loaded new data 2 times while it was read"):
        night(root, server, "2026-05-02")
    assert len(server.requests) == 6, "begun again once"
    assert snapshot_of(root / "data") == before


def test_after_sixty_days_there_is_one_entry_a_disease(
    root: Path, server: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root / "content/diseases/lymphoma.md", DISEASE.replace("Leukemia", "Lymphoma"))
    server.match = lambda record, query: query in str(record)
    for number in range(1, 40):
        server.put(record(number))
    for number in range(40, 50):
        server.put(record(number, **LYMPHOMA))
    update = ["--root", str(root), "update", "--registry", server.base_url, "--on"]
    assert build.main([*update, "2026-05-01"]) == 0
    for number in range(1, 40):
        server.put(record(number, statusModule__overallStatus="COMPLETED"))
    for number in range(40, 50):
        server.put(record(number, **LYMPHOMA, statusModule__overallStatus="COMPLETED"))
    capsys.readouterr()
    assert build.main([*update, "2026-06-30"]) == 0
    assert capsys.readouterr().out.startswith("49 trials changed (49 major): ")
    site = website.build(root)
    for address, count in (("", 2), ("leukemia/", 1), ("lymphoma/", 1)):
        assert len(entries(site, address)) == count, address
    server.put(record(1))
    assert build.main([*update, "2026-07-01"]) == 0
    newest, digest = entries(website.build(root), "leukemia/")
    assert nct(1) in newest["id"]
    assert digest["title"].startswith("39 trials changed during a gap, among them: ")


LYMPHOMA: Record = {
    "conditionsModule__conditions": ["Lymphoma"],
    "identificationModule__officialTitle": "Invented",
}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB; where none may be mounted, a folder."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], check=False
    ).returncode  # fmt: skip
    yield disk
    if mounted:
        subprocess.run(["umount", disk], check=True)


def test_on_a_full_disk_nothing_is_half_written(small_disk: Path, server: RegistryServer) -> None:
    root = small_disk
    write(root / "content/site.yaml", SITE)
    write(root / "content/diseases/leukemia.md", DISEASE)
    night(root, server, "2026-05-01")
    for number in range(1, 60):
        server.put(record(number, descriptionModule__briefSummary="long " * 2000))
    before = snapshot_of(root / "data")
    command = [sys.executable, "build.py", "--root", root, "update", "--registry", server.base_url]
    is_small = shutil.disk_usage(root).total < 10**6
    # Where nothing can be mounted, no file may grow beyond 5 KB instead.
    limit: list[str] = [] if is_small else ["prlimit", "--fsize=5000"]
    done = subprocess.run(
        [*limit, *map(str, command), "--on", "2026-05-02"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    why = "No space left on device" if is_small else "File too large"
    assert re.fullmatch(rf"data/\S+ cannot be written: {why}. Nothing was changed", line)
    assert snapshot_of(root / "data") == before
    for number in range(1, 60):
        server.put(record(number))
    night(root, server, "2026-05-02")
    assert len(list((root / "data/studies").iterdir())) == 59


def test_trials_that_content_names_are_fetched_by_id(root: Path, server: RegistryServer) -> None:
    server.put(record(7, conditionsModule__conditions=["Something Else"]))
    server.match = lambda record, query: (
        "Leukemia" in str(record["protocolSection"]["conditionsModule"])
    )
    disease = root / "content/diseases/leukemia.md"
    write(disease, f"{disease.read_text()}\nSee {nct(7)} and {nct(8)}.\n")
    ran = night(root, server, "2026-05-01")
    assert (root / f"data/studies/{nct(7)}.json").exists()
    assert ran.report.warnings == [f"content/ names {nct(8)}, which the registry does not have"]
    assert nct(7) not in (root / "data/searches/leukemia.txt").read_text()


def test_an_edited_query_is_a_baseline_of_its_own(root: Path, server: RegistryServer) -> None:
    server.put(record(4, conditionsModule__conditions=["Lymphoma"]))
    server.put(record(1, statusModule__overallStatus="NOT_YET_RECRUITING"))
    night(root, server, "2026-05-01")
    disease = root / "content/diseases/leukemia.md"
    write(disease, disease.read_text().replace("Leukemia", "Leukemia OR Lymphoma"))
    server.put(record(1))
    night(root, server, "2026-05-02")
    assert said(root) == [
        ("2026-05-02", nct(1), "status")
    ]  # known records are compared all the same


def test_another_source_is_a_baseline(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    path = root / "data/registry.json"
    path.write_text(path.read_text().replace('"replay"', '"https://registry.example/api/v2"'))
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    ran = night(root, server, "2026-05-02")
    assert ran.report.baseline
    assert said(root) == []
    assert "COMPLETED" in (root / f"data/studies/{nct(1)}.json").read_text()


def test_after_a_gap_changes_are_marked_as_catch_up(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    night(root, server, "2026-05-15")
    server.put(record(2, statusModule__overallStatus="COMPLETED"))
    night(root, server, "2026-05-30")
    assert [change.catch_up for change in log(root)] == [False, True]


def test_going_back_in_time_is_refused(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-02")
    with pytest.raises(Refused, match="before the last check"):
        night(root, server, "2026-05-01")


@pytest.mark.parametrize("odd", ["nct99000001", "NCT1", "../../x", " NCT99000001"])
def test_a_study_with_an_odd_id_is_not_believed(
    root: Path, server: RegistryServer, odd: str
) -> None:
    def renamed(answer: Answer) -> None:
        if answer.payload and answer.payload.get("studies"):
            study = copy.deepcopy(answer.payload["studies"][0])
            study["protocolSection"]["identificationModule"]["nctId"] = odd
            answer.payload["studies"][0] = study

    server.always = renamed
    with pytest.raises(Refused, match="whose id is"):
        night(root, server, "2026-05-01")
    assert not (root / "data").exists()


def test_new_values_and_fields_are_named_once(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.put(
        record(1, designModule__phases=["PHASE9"], brandNewModule__a="b", statusModule__mood="good")
    )
    assert night(root, server, "2026-05-02").report.warnings == [
        f"new to this program: {what} (in {nct(1)}); kept as it is"
        for what in (
            "the field protocolSection.brandNewModule",
            "the field protocolSection.statusModule.mood",
            "the value 'PHASE9' of protocolSection.designModule.phases",
        )
    ]
    assert b"brandNewModule" in (root / f"data/studies/{nct(1)}.json").read_bytes()
    assert night(root, server, "2026-05-03").report.warnings == []
    server.put(record(2, designModule__phases=["PHASE9"]))
    assert night(root, server, "2026-05-04").report.warnings == []
    assert website.build(root)


@pytest.mark.parametrize(
    "fault",
    [
        Faults.wrong_total(),
        Faults.lose(),
        Faults.status(500),
        Faults.html(),
        Faults.bad_json(),
        Faults.cut_quietly(),
    ],
    ids=["count", "lost study", "500", "html", "json", "cut"],
)
def test_a_failing_registry_changes_nothing(
    root: Path, server: RegistryServer, fault: object
) -> None:
    night(root, server, "2026-05-01")
    before = snapshot_of(root / "data")
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    server.always = lambda answer: fault(answer) if "studies" in answer.request.path else None  # type: ignore[operator]
    with pytest.raises(Refused) as refused:
        night(root, server, "2026-05-02")
    assert len(refused.value.problems) == 1
    assert "\n" not in refused.value.problems[0]
    assert snapshot_of(root / "data") == before


def test_a_search_that_shrinks_much_is_not_believed(root: Path, server: RegistryServer) -> None:
    for number in range(4, 30):
        server.put(record(number))
    night(root, server, "2026-05-01")
    for number in range(10, 30):
        server.hide(nct(number))
    with pytest.raises(Refused, match="found 9 studies, 29 last time"):
        night(root, server, "2026-05-02")
    assert night(root, server, "2026-05-02", accept_shrinkage=True).report.check.checked


@pytest.mark.parametrize("accept", [False, True])
def test_a_search_that_finds_nothing_is_an_error(
    root: Path, server: RegistryServer, accept: bool
) -> None:
    server.match = lambda record, query: False
    with pytest.raises(Refused, match="found 0 studies"):
        night(root, server, "2026-05-01", accept_shrinkage=accept)
    assert not (root / "data").exists()


def test_there_and_back_and_there_again_on_one_day_is_three_changes(
    root: Path, server: RegistryServer
) -> None:
    night(root, server, "2026-05-01")
    for status in ("SUSPENDED", "RECRUITING", "SUSPENDED"):
        server.put(record(1, statusModule__overallStatus=status))
        night(root, server, "2026-05-02")
    assert [change.new for change in log(root)] == ["SUSPENDED", "RECRUITING", "SUSPENDED"]


def test_a_record_of_unknown_shape_is_kept_out_and_named(
    root: Path, server: RegistryServer
) -> None:
    night(root, server, "2026-05-01")
    server.put(record(1, designModule__phases="PHASE2"))
    server.put(record(2, statusModule__overallStatus="COMPLETED"))
    ran = night(root, server, "2026-05-02")
    assert ran.report.warnings == [
        f"{nct(1)} is kept as it was: protocolSection.designModule.phases: expected a list"
    ]
    assert said(root) == [("2026-05-02", nct(2), "status")]


ODD = {
    "2^64": f"{2**64}",
    "-2^70": f"{-(2**70)}",
    "5,000 digits": "9" * 5000,
    "infinite": "1e400",
    "1e30": "1e30",
    "half a person": "0.5",
    "a text": '"12"',
    "300 levels": "[" * 300 + "]" * 300,
    "200 objects": '{"a":' * 200 + "1" + "}" * 200,
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_one_odd_value_keeps_its_study_as_it_was(
    root: Path, server: RegistryServer, value: str
) -> None:
    """As a number of participants; what else may stand anywhere: test_odd_records.py."""

    def odd(answer: Answer) -> None:
        if "studies" in answer.request.path:
            text = json.dumps(answer.payload).replace('"odd"', value)
            answer.say(200, text, "application/json")

    night(root, server, "2026-05-01")
    before = (root / f"data/studies/{nct(1)}.json").read_bytes()
    server.put(record(1, designModule__enrollmentInfo={"count": "odd", "type": "ACTUAL"}))
    server.put(record(2, statusModule__overallStatus="COMPLETED"))
    server.always = odd
    (warning,) = night(root, server, "2026-05-02").report.warnings
    assert warning.startswith(f"{nct(1)} is kept as it was: ")
    assert (root / f"data/studies/{nct(1)}.json").read_bytes() == before
    assert said(root) == [("2026-05-02", nct(2), "status")]


# A disease by its file

PSORIASIS = DISEASE.replace("Invented leukemia", "Psoriasis")


def cream(number: int, **changes: Any) -> Record:
    """A study that the search for leukemia does not find."""
    return record(
        number,
        conditionsModule__conditions=["Psoriasis"],
        identificationModule__officialTitle="A Sample Cream",
        **changes,
    )


def search_for(root: Path, condition: str) -> str:
    """Write the second disease's file; return its name."""
    path = "content/diseases/psoriasis.md"
    write(root / path, PSORIASIS.replace("condition: Leukemia", f"condition: {condition}"))
    return path


def test_a_misspelt_disease_is_skipped_and_its_file_named(
    root: Path, server: RegistryServer
) -> None:
    """It never found anything; the others' night goes on, night after night."""
    path = search_for(root, "Psoriasys")
    for number in (11, 12):
        server.put(cream(number))
    for on, status in (("2026-05-01", "RECRUITING"), ("2026-05-02", "COMPLETED")):
        server.put(record(1, statusModule__overallStatus=status))
        report = night(root, server, on).report
        assert report.warnings == [
            f"{path}: the search for 'Psoriasys' has never found anything: skipped"
        ]
    assert said(root) == [("2026-05-02", nct(1), "status")]
    assert website.build(root)
    search_for(root, "Psoriasis")  # mended: a baseline of its own
    report = night(root, server, "2026-05-03").report
    assert report.followed == {"psoriasis": 2}
    assert message(report).splitlines() == ["Now following: psoriasis, 2 trials (5 trials seen)"]
    server.put(cream(11, statusModule__overallStatus="COMPLETED"))
    night(root, server, "2026-05-04")
    assert said(root)[1:] == [("2026-05-04", nct(11), "status")]


def test_the_night_that_adds_a_disease_says_so_with_its_changes(
    root: Path, server: RegistryServer
) -> None:
    server.put(cream(11))
    night(root, server, "2026-05-01")
    search_for(root, "Psoriasis")
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    subject = message(night(root, server, "2026-05-02").report).splitlines()[0]
    assert subject == (
        "1 trial changed (1 major): 4 trials seen; now following: psoriasis, 1 trial"
    )
    assert message(night(root, server, "2026-05-03").report) == "No changes: 4 trials seen\n"


def test_a_query_edited_to_a_misspelling_loses_no_trial(root: Path, server: RegistryServer) -> None:
    search_for(root, "Psoriasis")
    server.put(cream(11))
    night(root, server, "2026-05-01")
    search_for(root, "Psoriasys")
    for on in ("2026-05-02", "2026-05-03"):
        assert len(night(root, server, on).report.warnings) == 1
    server.put(cream(11, statusModule__overallStatus="COMPLETED"))
    night(root, server, "2026-05-04")
    assert said(root) == [("2026-05-04", nct(11), "status")]
    search_for(root, "Psoriasis")  # as it was: no baseline
    server.put(cream(12))
    night(root, server, "2026-05-05")
    assert said(root)[1:] == [("2026-05-05", nct(12), "new")]


def test_a_search_that_had_results_and_has_none_is_not_believed(
    root: Path, server: RegistryServer
) -> None:
    search_for(root, "Psoriasis")
    server.put(cream(11))
    night(root, server, "2026-05-01")
    server.hide(nct(11))
    with pytest.raises(Refused, match="the search for 'Psoriasis' found 0 studies, 1 last time"):
        night(root, server, "2026-05-02")


def test_where_no_search_finds_anything_its_file_is_named(
    root: Path, server: RegistryServer
) -> None:
    write(root / "content/diseases/leukemia.md", DISEASE.replace("condition: L", "condition: X"))
    with pytest.raises(Refused, match=r"see content/diseases/leukemia\.md"):
        night(root, server, "2026-05-01")


class Killed(BaseException):
    """The process ends here."""


class Dying:
    """A function of `os`, but the process is killed at the call with this number."""

    def __init__(self, real: Callable[..., None], fatal: int) -> None:
        self.real, self.left = real, fatal

    def __call__(self, *arguments: object, **named: object) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1
        self.real(*arguments, **named)


@pytest.mark.parametrize("step", sampled(["fsync", "replace"], 1))
@pytest.mark.parametrize("next_run", sampled(["2026-05-02", "2026-05-03"], 1))
def test_a_night_that_is_killed_has_happened_or_not(
    tmp_path: Path, next_run: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each of its steps in turn, while a trial is paused; the next run sees it go on.

    Either the pause was logged, and is then taken back, or nobody was notified of it.
    """
    reported = set()
    for fatal in range(12):
        root = tree(tmp_path / f"tree {fatal}")
        with RegistryServer([record(1), record(2), record(3)]) as fresh:
            night(root, fresh, "2026-05-01")
            fresh.put(record(1, statusModule__overallStatus="SUSPENDED"))
            fresh.put(record(2, designModule__enrollmentInfo={"count": 9, "type": "ACTUAL"}))
            with monkeypatch.context() as patch:
                patch.setattr(os, step, Dying(getattr(os, step), fatal))
                with suppress(Killed):
                    night(root, fresh, "2026-05-02")
            fresh.put(record(1))
            night(root, fresh, next_run)
        assert snapshot_of(root / "data").keys() <= {
            *(f"studies/{nct(number)}.json" for number in (1, 2, 3)),
            *("searches/leukemia.txt", "registry.json", "changes/2026-05.jsonl"),
        }
        changes = log(root)
        assert sum(change.kind == "enrollment" for change in changes) == 1
        reported.add(tuple((c.date, c.new) for c in changes if c.kind == "status"))
        assert website.read_catalog(root)
    assert reported == {(), (("2026-05-02", "SUSPENDED"), (next_run, "RECRUITING"))}


def test_half_a_night_is_not_built(root: Path, server: RegistryServer) -> None:
    """Until the next update has finished it."""
    night(root, server, "2026-05-01")
    write(root / "data/.unfinished/list", "+registry.json\n")
    with pytest.raises(Refused, match="an update was killed while it wrote"):
        website.build(root)
    night(root, server, "2026-05-01")
    assert website.build(root)


@pytest.mark.parametrize(
    "damage", sampled(["<<<<<<< HEAD", "\udc80", '{"date": "2026-05-', "[" * 10**5], 2)
)
def test_a_damaged_line_of_the_log_loses_no_night(
    root: Path, server: RegistryServer, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays where it is until somebody mends it, and so do its neighbours; nothing is built."""
    night(root, server, "2026-05-01")
    for day, status in (("2026-05-02", "SUSPENDED"), ("2026-05-03", "RECRUITING")):
        server.put(record(1, statusModule__overallStatus=status))
        night(root, server, day)
    path = root / "data/changes/2026-05.jsonl"
    first, second = path.read_bytes().splitlines()
    bad = damage.encode("utf-8", "surrogateescape")
    path.write_bytes(b"\n".join([first, bad, second, b""]))
    server.put(record(1, statusModule__overallStatus="COMPLETED"))
    ran = night(root, server, "2026-05-04")
    (warning,) = ran.report.warnings
    assert warning.startswith("data/changes/2026-05.jsonl:2: is not a change")
    *kept, added = path.read_bytes().splitlines()
    assert kept == [first, bad, second]
    assert json.loads(added)["new"] == "COMPLETED"
    for command in ("check", "site"):
        assert build.main(["--root", str(root), command]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("data/changes/2026-05.jsonl:2: is not a change")
        assert len(line) < 300
    path.write_bytes(path.read_bytes().replace(bad + b"\n", b""))
    assert [change.new for change in log(root)] == ["SUSPENDED", "RECRUITING", "COMPLETED"]
    assert website.build(root)


def test_a_new_version_of_the_api_is_named_once(root: Path, server: RegistryServer) -> None:
    night(root, server, "2026-05-01")
    server.api_version = "2.1.0"
    warnings = night(root, server, "2026-05-02").report.warnings
    assert [warning.split(":")[0] for warning in warnings] == [
        "the registry's API is version 2.1.0 now, it was 2.0.5"
    ]
    assert night(root, server, "2026-05-03").report.warnings == []
