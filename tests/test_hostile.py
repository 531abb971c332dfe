"""A record in which every text is an attack, from the registry to each thing that is published."""

import copy
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from monitor import website
from monitor.registry.client import Registry
from monitor.reports.night import message, summary
from tests.github import obeyed
from tests.records import Record, nct, place, record
from tests.registry_server import RegistryServer
from tests.trees import Ran, night, tree

HARMLESS = "Harmless words"
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "attribute": "' onmouseover='alert(1)' x=\"",
    "address": "javascript:alert(1)//https://evil.example",
    "Markdown": "[x](javascript:alert(1)) ![y](https://evil.example/z.png)\n\n# Big\n\n<b>b</b>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "end of CDATA": "]]></content></entry><script>alert(1)</script><!--",
    "end of data": "</script><script>alert(1)</script>\u2028\u2029\\u003c",
    "template": "{{ 7 * 7 }}{% raw %}{{ config }}",
    "formula": "=HYPERLINK(A1)",
    "calendar": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:y",
    "command": "::add-mask::e",
    "old command": "x ##[add-mask]e",
    "mention": "@everyone fixes #1 closes GH-2 https://github.com/a/b/issues/3",
    "direction": "\u202egnitiurcer\u2066 \x00\x07\ufffe",
    "path": "../../../etc/passwd\n$(id)`id`",
}


def every_text(value: Any, text: str) -> Any:
    """Return `value`, each text in it replaced but for ids, dates, ages and what is a choice."""
    if isinstance(value, dict):
        kept = {"nctId", "date", "minimumAge", "maximumAge", "statusVerifiedDate", "type"}
        return {key: v if key in kept else every_text(v, text) for key, v in value.items()}
    if isinstance(value, list):
        return [every_text(item, text) for item in value]
    return text if isinstance(value, str) else value


def attacked(number: int, text: str) -> Record:
    whole = record(
        number,
        identificationModule__acronym="A",
        statusModule__whyStopped="B",
        conditionsModule__keywords=["C"],
        contactsLocationsModule__locations=[place("D", "E", state="F", status="G")],
        referencesModule__references=[{"pmid": "1", "citation": "H", "type": "RESULT"}],
        referencesModule__seeAlsoLinks=[{"label": "I", "url": "https://example.org"}],
        documentSection={"largeDocumentModule": {"largeDocs": [{"label": "J", "filename": "k"}]}},
    )
    return dict(every_text(copy.deepcopy(whole), text))


class Nights:
    """A night with harmless words, then one with others; all that comes of it.

    A record whose words change, and one that is new, for each text.
    """

    def __init__(self, root: Path, texts: Sequence[str]) -> None:
        self.ids = [nct(number) for number in range(1, 2 * len(texts) + 1)]
        first = [attacked(number, HARMLESS) for number, _ in enumerate(texts, 1)]
        with RegistryServer([*first, record(99)]) as server:
            server.match = lambda record, query: True
            night(root, server, "2026-05-01")
            for number, text in enumerate((*texts, *texts), 1):
                server.put(attacked(number, text))
            self.ran: Ran = night(root, server, "2026-05-02")
            with Registry(server.base_url, "") as registry:
                self.messages = message(self.ran.report), summary(self.ran.report, registry)
        self.site = website.build(root)


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[tuple[str, tuple[str, ...]]] = set()
        self.leads: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.scripts += tag == "script"
        self.leads += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def pages(site: dict[str, bytes]) -> Iterator[tuple[str, Elements]]:
    """Yield (name, Elements) of every page, and of the body of every feed entry."""
    for path, body in site.items():
        if path.endswith(".html"):
            yield path, Elements(body.decode())
        elif path.endswith("feed.json"):
            for item in json.loads(body)["items"]:
                yield f"{path} {item['id']}", Elements(item["content_html"])


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([*ATTACKS.values()], id="all"),
        *(pytest.param([text], id=name, marks=pytest.mark.soak) for name, text in ATTACKS.items()),
    ],
)
def test_no_word_of_a_record_is_more_than_a_word(tmp_path: Path, texts: list[str]) -> None:
    nights = Nights(tree(tmp_path / "attacked"), texts)
    harmless = Nights(
        tree(tmp_path / "harmless"),
        ["Other words, as harmless as they are long, so that what cuts others cuts them"]
        * len(texts),
    )
    assert nights.ran.report.changes

    attacked_pages, usual_pages = ([*pages(each.site)] for each in (nights, harmless))
    known = {element for _, page in usual_pages for element in page.elements}
    for path, page in attacked_pages:
        assert page.elements <= known, path
        for lead in page.leads:
            assert urlsplit(lead).scheme in ("", "https", "http", "mailto", "tel"), path
            assert "//evil" not in lead, path
    scripts = [Counter({p: e.scripts for p, e in each}) for each in (usual_pages, attacked_pages)]
    assert scripts[0] == scripts[1]

    for path, body in nights.site.items():
        if path.endswith(".xml"):
            etree.fromstring(body)
        if path.endswith(("leukemia/feeds/all/feed.xml", "leukemia/feeds/all/rss.xml")):
            feed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
            assert not feed.bozo, path
        elif path.endswith((".json", ".webmanifest")):
            json.loads(body)
        elif path.endswith(".ics"):
            lines = body.split(b"\r\n")
            usual = harmless.site[path].split(b"\r\n")
            assert lines.count(b"BEGIN:VEVENT") == usual.count(b"BEGIN:VEVENT"), path
        elif path.endswith(".csv"):
            for row in csv.reader(io.StringIO(body.decode(), newline="")):
                assert not [cell for cell in row if re.match(r"\s*[=+\-@]|[\t\r\n]", cell)], path
        assert re.fullmatch(r"(?!.*\.\.)[\w./-]+", path, re.ASCII)

    assert_only_words(nights.ids, *nights.messages)


def assert_only_words(ids: Sequence[str], commit: str, run_summary: str) -> None:
    """Compare what a night tells GitHub with what GitHub would obey, link or render."""
    for text in (commit, run_summary):
        assert obeyed(text) == []
        assert not re.search(r"@everyone|#1\b|GH-2|://github", text)
        assert all(nct_id in text for nct_id in ids)
    assert Elements(run_summary.replace("\\<", "&lt;")).elements <= {
        ("details", ()),
        ("summary", ()),
    }
    assert not re.search(r"(?<!\\)\]\(javascript", run_summary)
