"""content/: what people write by pull request, read and checked.

A file is sound or it is a Problem with its line; nothing is guessed and nothing passes silently.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as item
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from monitor.headers import STRICT, Field, Words, model, read_header
from monitor.problems import Problem
from monitor.study import NCT_ID

RESERVED = frozenset({"trials", "changes", "feeds", "data", "glossary", "static", "404"})
"""First parts of addresses that are taken."""


@model(frozen=True, config=STRICT)
class Site:
    """content/site.yaml: what the whole website is called and where it stands."""

    name: Words
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]  # where it is published
    began: Annotated[
        int, Field(ge=2020, le=2100)
    ]  # the year; part of every feed entry's id, for ever
    description: Words
    repository: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""  # where corrections go


@model(frozen=True, config=STRICT)
class Search:
    """What finds a disease's studies."""

    condition: Words  # goes to the registry as query.cond


@model(frozen=True, config=STRICT)
class DiseaseHeader:
    """The front matter of content/diseases/<slug>.md."""

    name: Words
    search: Search
    short_name: str = ""  # as in "ALL"
    summary: str = ""  # stands at the top of the page
    checked: date | None = None  # when an editor last held the text against its sources
    checked_against: date | None = None  # the registry data it was held against


@model(frozen=True, config=STRICT)
class TrialHeader:
    """The front matter of content/trials/<NCT>.md."""

    summary: Words  # who it is for, what is tested against what
    checked: date | None = None
    checked_against: date | None = None


@model(frozen=True, config=STRICT)
class PageHeader:
    """The front matter of content/pages/<slug>.md."""

    title: Words
    summary: str = ""


@dataclass(frozen=True)
class Text:
    """Markdown, and where it stands."""

    markdown: str
    path: str  # from the root of the tree
    first_line: int  # of the Markdown in its file


@dataclass(frozen=True)
class TrialList:
    """A fenced block of NCT ids in a disease's text; the site makes a table of it."""

    nct_ids: tuple[str, ...]
    line: int  # of the opening fence


@dataclass(frozen=True)
class Disease:
    """A disease: how it is searched for and what is said about it."""

    slug: str
    header: DiseaseHeader
    text: Text
    trial_lists: tuple[TrialList, ...]


@dataclass(frozen=True)
class TrialText:
    """What the editors say about one trial."""

    nct_id: str
    header: TrialHeader
    text: Text


@dataclass(frozen=True)
class Page:
    """A page of its own, such as /about/."""

    slug: str
    header: PageHeader
    text: Text


@dataclass(frozen=True)
class Content:
    """Everything that people wrote."""

    site: Site
    diseases: tuple[Disease, ...] = ()
    trials: dict[str, TrialText] = item(default_factory=dict)
    pages: tuple[Page, ...] = ()
    named: frozenset[str] = frozenset()  # every NCT id that content/ mentions

    @property
    def searches(self) -> dict[str, str]:
        """Disease slug -> query.cond."""
        return {disease.slug: disease.header.search.condition for disease in self.diseases}


def read_content(root: Path, problems: list[Problem]) -> Content:
    """Read content/ below `root`, adding to `problems` whatever is wrong with it."""
    reader = _Reader(root, problems)
    site = reader.yaml_file(root / "content" / "site.yaml", Site)
    diseases, trials, pages = [], {}, []
    for path in reader.files("diseases"):
        header, text = reader.markdown_file(path, DiseaseHeader)
        reader.slug(path)
        lists = tuple(reader.trial_lists(text))
        if header:
            diseases.append(Disease(path.stem, header, text, lists))
    for path in reader.files("trials"):
        about, text = reader.markdown_file(path, TrialHeader)
        if not NCT_ID.fullmatch(path.stem):
            reader.problem(path, 0, "the file's name is not an NCT id and .md")
        elif about:
            trials[path.stem] = TrialText(path.stem, about, text)
    for path in reader.files("pages"):
        heading, text = reader.markdown_file(path, PageHeader)
        reader.slug(path)
        if heading:
            pages.append(Page(path.stem, heading, text))
    for page in pages:
        if any(page.slug == disease.slug for disease in diseases):
            reader.problem(root / page.text.path, 0, f"a disease has the address /{page.slug}/ too")
    named = frozenset(trials) | reader.named
    fallback = Site(name="-", url="https://invalid.example", began=2026, description="-")
    return Content(site or fallback, tuple(diseases), trials, tuple(pages), named)


Header = TypeVar("Header")

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})\s*(?P<info>\S*)\s*$")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TAG = re.compile(r"<(?!https?://|mailto:)[A-Za-z/!?][^>]*>?")
_NOTE = re.compile(r"\[\^(?P<name>[^\]]+)\](?P<colon>:?)")
_CODE = re.compile(r"`[^`]*`")
_NCT_LIKE = re.compile(r"\bNCT[- ]?[0-9]+\b")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")


class _Reader:
    """Reads files and collects problems; `named` gathers the NCT ids that were met."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.root = root
        self.problems = problems
        self.named: set[str] = set()

    def problem(self, path: Path | str, line: int, message: str) -> None:
        name = path if isinstance(path, str) else self._name(path)
        self.problems.append(Problem(name, line, message))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def files(self, folder: str) -> list[Path]:
        found = sorted((self.root / "content" / folder).glob("*"))
        for path in found:
            if path.suffix != ".md" and not path.name.startswith("."):
                self.problem(path, 0, "only .md files belong here")
        return [path for path in found if path.suffix == ".md"]

    def slug(self, path: Path) -> None:
        if not _SLUG.fullmatch(path.stem):
            self.problem(path, 0, "a file's name is its address: small letters, digits, hyphens")
        elif path.stem in RESERVED:
            self.problem(path, 0, f"the address /{path.stem}/ is taken")

    def yaml_file(self, path: Path, shape: type[Header]) -> Header | None:
        text = self._read(path)
        return (
            None if text is None else read_header(text, self._name(path), 1, shape, self.problems)
        )

    def markdown_file(self, path: Path, shape: type[Header]) -> tuple[Header | None, Text]:
        name = self._name(path)
        whole = self._read(path) or ""
        lines = whole.split("\n")
        if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
            if whole:
                self.problem(path, 1, "begins with a header between two lines of ---")
            return None, Text("", name, 1)
        end = next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        header = read_header("\n".join(lines[1:end]), name, 2, shape, self.problems)
        text = Text("\n".join(lines[end + 1 :]), name, end + 2)
        self._check_text(text)
        return header, text

    def trial_lists(self, text: Text) -> Iterator[TrialList]:
        """The fenced blocks marked `trials`, each id checked."""
        for number, ids in _blocks(text.markdown):
            line = text.first_line + number
            seen: dict[str, int] = {}
            for offset, given in enumerate(ids, 1):
                nct_id = given.strip()
                if not nct_id:
                    continue
                if not NCT_ID.fullmatch(nct_id):
                    message = f"{nct_id!r} is not an NCT id: NCT and eight digits, one a line"
                    self.problem(text.path, line + offset, message)
                elif nct_id in seen:
                    message = f"{nct_id} stands in this list already, in line {seen[nct_id]}"
                    self.problem(text.path, line + offset, message)
                else:
                    seen[nct_id] = line + offset
            yield TrialList(tuple(seen), line)

    def _read(self, path: Path) -> str | None:
        try:
            text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            self.problem(path, 0, "is missing")
            return None
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            self.problem(path, line, "is not UTF-8")
            return None
        for number, line_text in enumerate(text.split("\n"), 1):
            if _CONTROL.search(line_text):
                self.problem(path, number, "holds a control character")
            for found in _NCT_LIKE.findall(line_text):
                if NCT_ID.fullmatch(found):
                    self.named.add(found)
                else:
                    self.problem(path, number, f"{found!r} is not an NCT id: NCT and eight digits")
        return text

    def _check_text(self, text: Text) -> None:
        in_code = False
        used: dict[str, int] = {}
        defined: dict[str, int] = {}
        for number, line in enumerate(text.markdown.split("\n"), text.first_line):
            if _FENCE.match(line.strip()):
                in_code = not in_code
            if in_code:
                continue
            tag = _TAG.search(_CODE.sub("", line))
            if tag:
                message = f"HTML is not used here, only Markdown: {tag[0][:40]}"
                self.problem(text.path, number, message)
            for found in _NOTE.finditer(line):
                notes = defined if found["colon"] and found.start() == 0 else used
                if notes is defined and found["name"] in defined:
                    self.problem(text.path, number, f"note [^{found['name']}] is defined twice")
                notes.setdefault(found["name"], number)
        for name in used.keys() - defined.keys():
            self.problem(text.path, used[name], f"note [^{name}] is not defined")
        for name in defined.keys() - used.keys():
            self.problem(text.path, defined[name], f"note [^{name}] is not used")


def _blocks(markdown: str) -> Iterator[tuple[int, list[str]]]:
    """(line of the opening fence, counted from 0; the lines inside) of each `trials` block."""
    fence, start, inside = "", 0, list[str]()
    for number, line in enumerate(markdown.split("\n")):
        mark = _FENCE.match(line.strip())
        if not fence and mark:
            fence, start, inside = mark["fence"] + mark["info"], number, []
        elif fence and mark and not mark["info"]:
            if fence.lstrip("`~") == "trials":
                yield start, inside
            fence = ""
        elif fence:
            inside.append(line)


def split_trial_lists(markdown: str, placeholder: str) -> str:
    """The text with each `trials` block replaced by a paragraph: `placeholder` and its number."""
    lines = markdown.split("\n")
    for index, (start, inside) in reversed(list(enumerate(_blocks(markdown)))):
        lines[start : start + len(inside) + 2] = ["", f"{placeholder}{index}{placeholder}", ""]
    return "\n".join(lines)
