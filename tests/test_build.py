"""The command line: exit statuses, and what it prints where."""

import ast
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import build
from tests.records import nct, record
from tests.registry_server import RegistryServer
from tests.trees import PROJECT, snapshot_of, tree, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "a tree")


def test_site_says_which_file_to_open(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--root", str(root), "site"]) == 0
    assert f"Open {root / 'site' / 'index.html'}" in capsys.readouterr().out
    assert (root / "site/index.html").exists()


def test_without_a_command_it_is_site(root: Path, tmp_path: Path) -> None:
    assert build.main(["--root", str(root), "site", "--out", str(tmp_path / "out")]) == 0
    assert build.main(["--root", str(root)]) == 0
    assert snapshot_of(root / "site") == snapshot_of(tmp_path / "out")


def test_problems_go_to_stderr_one_a_line_with_status_1(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root / "content/pages/a.md", "no header")
    write(root / "content/pages/b.md", "no header")
    for command in ("site", "check", "update"):
        assert build.main(["--root", str(root), command]) == 1
        printed = capsys.readouterr()
        assert [line.split(":")[0] for line in printed.err.splitlines()] == [
            "content/pages/a.md",
            "content/pages/b.md",
        ]
        assert not printed.out
    assert not (root / "site").exists()
    assert not (root / "data").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["update", "--on", "tomorrow"],
        ["update", "--on", "20260131"],
        ["--root", "/nowhere", "site"],
        ["site", "--base-url", "nonsense"],
        ["site", "--base-url", "https://[bad/"],
        ["site", "--base-url", "https://?"],
        ["site", "--base-url", "https://monitor.example/?page=1"],
        ["site", "--base-url", "https://monitor.example/#top"],
        ["site", "--base-url", "https://monitor.example/?"],
        ["site", "--base-url", "https://monitor.example/#"],
        ["site", "--base-url", "https://monitor.example/\x01"],
        ["site", "--base-url", "https://monitor.example/\u202e"],
        ["site", "--base-url", "https://monitor.example/\udcff"],
        ["site", "--base-url", 'https://monitor.example/"><script>'],
        ["site", "--base-url", "https://name:word@monitor.example/"],
        ["serve", "--port", "0"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "0080000"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build.main(arguments)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err) < 2_000


def test_update_prints_and_writes_the_commit_message(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = tmp_path / "message"
    with RegistryServer([record(1), record(2)]) as server:
        monkeypatch.setenv("MONITOR_REGISTRY", server.base_url)
        update = ["--root", str(root), "update", "--message", str(message)]
        assert build.main([*update, "--on", "2026-05-01"]) == 0
        assert message.read_text() == "Baseline: 2 trials seen, nothing to compare with\n"
        server.put(record(2, statusModule__overallStatus="COMPLETED"))
        assert build.main([*update, "--on", "2026-05-02"]) == 0
        assert message.read_text() == (
            f"1 trial changed (1 major): 2 trials seen\n\n{nct(2)}: Completed (was: recruiting)\n"
        )
        capsys.readouterr()
        assert build.main([*update, "--on", "2026-05-01"]) == 1
        assert "before the last check" in capsys.readouterr().err


def test_a_registry_that_cannot_be_reached_is_one_clear_line(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RegistryServer() as server:
        gone = server.base_url
    assert build.main(["--root", str(root), "update", "--registry", gone]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be reached" in line


@pytest.mark.parametrize("name", ["content", "templates", "data", "", "content/new", "data/x/y"])
def test_the_site_is_not_built_over_what_it_is_made_from(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data").mkdir()
    before = snapshot_of(root)
    assert build.main(["--root", str(root), "site", "--out", str(root / name)]) == 1
    assert "name another folder" in capsys.readouterr().err
    assert snapshot_of(root) == before


def test_a_file_in_the_way_is_one_clear_line(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root / "out", "")
    assert build.main(["--root", str(root), "site", "--out", str(root / "out")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_port_in_use_is_named_with_the_way_out(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert build.main(["--root", str(root), "serve", "--port", str(port)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"port {port}" in line
    assert "--port" in line


@pytest.mark.parametrize("command", [[], ["update"], ["serve"]])
def test_without_the_packages_it_says_how_to_get_them(root: Path, command: list[str]) -> None:
    bare = [sys.executable, "-S", "build.py", "--root", str(root), *command]
    done = subprocess.run(bare, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "make site" in line


def test_an_older_python_says_which_one_is_needed(root: Path) -> None:
    """It reads build.py, though it lacks what later Pythons have."""
    older = "import datetime, runpy, sys; del datetime.UTC; sys.version_info = (3, 9, 6);"
    older += "sys.argv.pop(0); runpy.run_path('build.py', run_name='__main__')"
    bare = [sys.executable, "-S", "-c", older, "build.py", "--root", str(root), "update"]
    done = subprocess.run(bare, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "3.11 or later" in line
    assert "make site" in line
    ast.parse((PROJECT / "build.py").read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("command", ["site", "check"])
def test_long_work_shows_progress_on_a_terminal_and_none_when_piped(
    command: str, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build.main(["--root", str(root), command]) == 0
    assert capsys.readouterr().err == ""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    write(root / "content/diseases/other.md", "")
    assert build.main(["--root", str(root), command]) == 1
    progress, _, problems = terminal.getvalue().rpartition("\r\x1b[K")  # which clears the line
    assert "reading content/ and data/" in progress
    assert problems.lstrip("\r").startswith("content/diseases/other.md")


def test_what_the_terminal_cannot_encode_stops_nothing(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "build.py", "--root", root, "site", "--out", root / "木"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"\\u6728" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["site"],
        ["check"],
        ["digest", "--since", "2020-01-01"],
        ["announce", "--since", "2020-01-01", "--dry-run"],
    ],
)
def test_where_nobody_reads_on_it_ends_quietly(root: Path, command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program = [sys.executable, str(PROJECT / "build.py"), "--root", str(root), *command]
    ended = subprocess.run(program, stdout=writer, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (141, b"")
    write(root / "content/trials/NCT1.md", "")  # a fault, which goes to stderr
    ended = subprocess.run(program, stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert ended.returncode == 141


def test_schemas_are_written_below_the_tree(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert build.main(["--root", str(root), "schema"]) == 0
    assert (root / "docs/schema/trial.schema.json").exists()
    assert not any(elsewhere.iterdir())


def test_help_names_every_command() -> None:
    command = [sys.executable, "build.py", "--help"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert all(verb in done.stdout for verb in ("site", "update", "check", "serve"))


@pytest.mark.soak
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_a_console_without_some_character_stops_nothing(root: Path, encoding: str) -> None:
    with RegistryServer([record(1)]) as server:
        for day, why in (("2026-05-01", ""), ("2026-05-02", "Age ≥ 18 → 20 日本")):
            server.put(record(1, statusModule__overallStatus="SUSPENDED",
                              statusModule__whyStopped=why))  # fmt: skip
            done = subprocess.run(
                [sys.executable, "build.py", "--root", root, "update", "--on", day],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "MONITOR_REGISTRY": server.base_url,
                    "PYTHONIOENCODING": encoding,
                },
                capture_output=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, b"")
    assert b"Age" in done.stdout
    reported = done.stdout.decode(encoding)
    assert ("日本" in reported) == (encoding == "utf-8")
    assert ("\\u65e5" in reported) == (encoding != "utf-8")


RUNNER = {
    "SITE_URL": "https://somebody.github.io/monitor/",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "somebody/monitor",
    "GITHUB_REF_NAME": "trunk/1",
    "GITHUB_REF_TYPE": "branch",
}
OWN = "name: Test Monitor\nbegan: 2026\ndescription: An invented monitor.\n"


def test_what_a_site_does_not_say_of_itself_the_runner_does(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Address, host of the ids, repository and branch; content/site.yaml wins where it has them."""
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    publish = ["--root", str(root), "site", "--publish"]

    def feed() -> str:
        assert build.main(publish) == 0
        return (root / "site/feed.xml").read_text()

    def page() -> str:
        return (root / "site/leukemia/index.html").read_text()

    write(root / "content/site.yaml", OWN)
    assert "<id>tag:somebody.github.io,2026:feed:/</id>" in feed()
    assert 'href="https://somebody.github.io/monitor/feed.xml"' in feed()
    assert "https://github.com/somebody/monitor/edit/trunk/1/content/diseases" in page()
    moved = (
        "url: https://trials.org/\nid_host: somebody.github.io\n"
        "repository: https://git.org/a/b\nbranch: live\n"
    )
    write(root / "content/site.yaml", OWN + moved)
    assert "<id>tag:somebody.github.io,2026:feed:/</id>" in feed()
    assert 'href="https://trials.org/feed.xml"' in feed()
    assert "https://git.org/a/b/edit/live/content/diseases" in page()


@pytest.mark.parametrize("name", ["SITE_URL", "GITHUB_SERVER_URL"])
def test_a_wrong_address_of_the_runner_is_one_clear_line(
    name: str, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "content/site.yaml", OWN)
    for each, value in (RUNNER | {name: "https://monitor.example/?"}).items():
        monkeypatch.setenv(each, value)
    assert build.main(["--root", str(root), "site", "--publish"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name}: ")
    assert "not an address" in line


def test_the_base_url_is_the_host_of_ids_where_nothing_else_says_one(root: Path) -> None:
    write(root / "content/site.yaml", OWN)
    site = ["--root", str(root), "site", "--base-url", "https://trials.org/below/"]
    assert build.main(site) == 0
    feed = (root / "site/feed.xml").read_text()
    assert "<id>tag:trials.org,2026:feed:/</id>" in feed
    assert 'href="https://trials.org/below/feed.xml"' in feed
    write(root / "content/site.yaml", f"{OWN}url: https://monitor.example/\n")
    assert build.main(site) == 0
    assert "<id>tag:monitor.example,2026:feed:/</id>" in (root / "site/feed.xml").read_text()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("url: https://clinical-trial-monitor.example/", "url"),
        ("url: https://owner.github.io/monitor/", "url"),
        ("id_host: monitor.example", "id_host"),
        ("repository: https://github.com/OWNER/monitor", "repository"),
        ("repository: https://github.example/a/b", "repository"),
        ("", ""),
    ],
)
def test_a_placeholder_is_not_published(
    root: Path,
    line: str,
    word: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    write(root / "content/site.yaml", f"{OWN}{line}\n")
    assert build.main(["--root", str(root), "site", "--publish"]) == bool(line)
    printed = capsys.readouterr().err
    assert printed.startswith(f"content/site.yaml: {word}: ") == bool(line), printed
    assert (root / "site").exists() != bool(line)
    assert build.main(["--root", str(root), "site"]) == 0  # to look at, any address will do


def test_without_an_address_nothing_is_published(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    write(root / "content/site.yaml", OWN)
    assert build.main(["--root", str(root), "site", "--publish"]) == 1
    assert "not-published.example/ is a placeholder" in capsys.readouterr().err
