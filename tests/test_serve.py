"""`serve`, as a person uses it who edits a text and looks at the page again."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.trees import PROJECT, tree, write

PATIENCE = 30  # seconds; an edit shows within two on a quiet machine


class Served:
    """A tree that is served."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.process = subprocess.Popen(
            [sys.executable, "build.py", "--root", root, "serve", "--port", str(port)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def get(self, path: str = "") -> tuple[int, str]:
        """Return the status and the text of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def wait_for(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, "it never came"
            time.sleep(0.05)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    site = Served(tree(tmp_path / "tree"))
    try:
        site.wait_for(lambda: site.get()[0] == 200)
        yield site
    finally:
        site.process.kill()
        site.process.communicate()


def test_an_edit_shows_and_a_mistake_leaves_what_was_there(served: Served) -> None:
    disease = served.root / "content/diseases/leukemia.md"
    sound = disease.read_text("utf-8")

    write(disease, sound.replace("Text in Markdown.", "Better words."))
    served.wait_for(lambda: "Better words." in served.get("leukemia/")[1])

    write(disease, sound.replace("name:", "nmae:"))
    line = served.process.stderr.readline() if served.process.stderr else ""
    assert line.startswith("content/diseases/leukemia.md:")
    assert "Better words." in served.get("leukemia/")[1]

    write(disease, sound.replace("Text in Markdown.", "The best words."))
    served.wait_for(lambda: "The best words." in served.get("leukemia/")[1])


def test_addresses_are_those_of_a_web_server(served: Served) -> None:
    assert served.get("leukemia") == served.get("leukemia/")
    assert served.get("static/style.css")[0] == 200
    status, page = served.get("nothing/here/")
    assert status == 404
    assert "<html" in page
