"""content/: what people write by pull request, read and checked.

A file is sound or it is a Problem with its line; nothing is guessed and nothing passes silently.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as item
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from monitor.content import markdown_checks as texts
from monitor.content.addresses import ADDRESSES
from monitor.content.claims import unknown_words
from monitor.content.front_matter import Place, read_header
from monitor.content.glossary import Glossary, read_glossary
from monitor.content.helplines import Helpline, read_helplines
from monitor.content.markdown_checks import Text
from monitor.content.schema import (
    NEEDED,
    DiseaseHeader,
    GuideHeader,
    PageHeader,
    TrialHeader,
)
from monitor.content.site import Site
from monitor.content.sources import Citation, Sources, citations, keys_in, read_sources
from monitor.content.trials_block import TrialsBlock, trials_blocks
from monitor.content.vocabulary import Vocabulary, read_vocabulary
from monitor.problems import Problem
from monitor.registry import NCT_ID
from monitor.text import slug_of
from monitor.tree import members

MOST_BYTES = 4_000_000  # of a file: nobody writes more, and every check reads all of it


@dataclass(frozen=True)
class Disease:
    """A disease: how it is searched for and what is said about it."""

    slug: str
    header: DiseaseHeader
    text: Text
    trial_lists: tuple[TrialsBlock, ...]
    vocabulary: Vocabulary | None = None  # for this disease, with the facets that it uses
    lines: dict[Place, int] = item(default_factory=dict)  # of each value in its header


@dataclass(frozen=True)
class Guide:
    """The long text on a disease, in chapters: each begins with a heading of the second level."""

    slug: str  # of the disease
    header: GuideHeader
    text: Text
    trial_lists: tuple[TrialsBlock, ...]


@dataclass(frozen=True)
class TrialText:
    """What the editors say about one trial."""

    nct_id: str
    header: TrialHeader
    text: Text
    lines: dict[Place, int] = item(default_factory=dict)  # of each value in its header


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
    glossary: Glossary = item(default_factory=Glossary)
    sources: Sources = item(default_factory=Sources)
    guides: dict[str, Guide] = item(default_factory=dict)  # by the disease's slug
    helplines: tuple[Helpline, ...] = ()
    mentions: tuple[tuple[str, int, str], ...] = ()  # (file, line, NCT id) of each in a text
    vocabularies: dict[str, Vocabulary] = item(default_factory=dict)  # by the file's name

    @property
    def searches(self) -> dict[str, str]:
        """Disease slug -> query.cond."""
        return {disease.slug: disease.header.search.condition for disease in self.diseases}


def read_content(root: Path, problems: list[Problem]) -> Content:
    """Read content/ below `root`, adding to `problems` whatever is wrong with it."""
    reader = _Reader(root, problems)
    site = reader.yaml_file(root / "content" / "site.yaml", Site)
    reader.channels(root / "content" / "site.yaml", site)
    sources = reader.sources(root / "content" / "sources.yaml")
    vocabularies = reader.vocabularies()
    diseases, trials, pages = [], {}, []
    of_diseases = reader.files("diseases")
    slugs = frozenset(path.stem for path in of_diseases)
    for path in of_diseases:
        header, text, lines = reader.markdown_file(path, DiseaseHeader, has_lists=True)
        blocks = trials_blocks(text, problems)
        if reader.slug(path) and header:
            reader.treatments(path, header)
            reader.related(path, header, slugs, lines)
            words = reader.facets(path, header, lines, vocabularies)
            diseases.append(Disease(path.stem, header, text, blocks, words, lines))
    guides = {}
    for path in reader.files("guides"):
        title, text, _ = reader.markdown_file(path, GuideHeader, has_lists=True)
        blocks = trials_blocks(text, problems)
        if path.stem not in slugs:
            reader.problem(path, 0, "a guide has the name of a disease's file")
        elif title:
            guides[path.stem] = Guide(path.stem, title, text, blocks)
    for path in reader.files("trials"):
        about, text, lines = reader.markdown_file(path, TrialHeader, longest=texts.DESCRIPTION)
        if not NCT_ID.fullmatch(path.stem):
            right = path.stem.upper()
            meant = f": it is {right}.md, in capitals" if NCT_ID.fullmatch(right) else ""
            reader.problem(path, 0, f"the file's name is not an NCT id and .md{meant}")
        elif about:
            trials[path.stem] = TrialText(path.stem, about, text, lines)
            reader.cited += citations(about.sources, text.path, lines, ("sources",))
    reader.descriptions(trials.values(), tuple(vocabularies.values()))
    for path in reader.files("pages"):
        heading, text, _ = reader.markdown_file(path, PageHeader)
        if any(path.stem == disease.slug for disease in diseases):
            reader.problem(path, 0, f"a disease has the address /{path.stem}/ too")
        elif reader.slug(path) and heading:
            pages.append(Page(path.stem, heading, text))
    glossary = reader.glossary(root / "content" / "glossary.yaml")
    helplines = reader.helplines(root / "content" / "helplines.yaml", slugs, sources)
    reader.citations(sources)
    named = frozenset(trials) | reader.named
    fallback = Site(name="-", began=2026, description="-")
    return Content(
        site=site or fallback,
        diseases=tuple(diseases),
        trials=trials,
        pages=tuple(pages),
        named=named,
        glossary=glossary,
        sources=sources,
        guides=guides,
        helplines=helplines,
        mentions=tuple(reader.mentions),
        vocabularies=vocabularies,
    )


PLAIN: dict[type, tuple[str, ...]] = {
    TrialHeader: ("short_name", "summary", "status_doubt"),
    DiseaseHeader: ("name", "short_name", "summary"),
    GuideHeader: ("title", "summary"),
    PageHeader: ("title",),
}
"""Values of headers that are shown as plain text and say nothing that the registry says."""

Header = TypeVar("Header")

_MARKDOWN = (".md", ".markdown", ".mdown", ".txt")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _Reader:
    """Reads files and collects problems; `named` gathers the NCT ids that were met."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.root = root
        self.problems = problems
        self.named: set[str] = set()
        self.cited: list[Citation] = []
        self.mentions: list[tuple[str, int, str]] = []

    def problem(self, path: Path | str, line: int, message: str) -> None:
        name = path if isinstance(path, str) else self._name(path)
        self.problems.append(Problem(name, line, message))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def files(self, folder: str, suffix: str = ".md") -> list[Path]:
        found = members(self.root / "content" / folder)
        for path in found:
            if path.suffix != suffix:
                meant = f": it is {path.stem}.md" if path.suffix.lower() in _MARKDOWN else ""
                self.problem(path, 0, f"only {suffix} files belong here{meant}")
        return [path for path in found if path.suffix == suffix]

    def vocabularies(self) -> dict[str, Vocabulary]:
        """Every sound vocabulary, by the name of its file."""
        known = {}
        for path in self.files("vocabulary", ".yaml"):
            text = self._read(path)
            words = text and read_vocabulary(text, self._name(path), self.problems)
            if words:
                known[path.stem] = words
        return known

    def facets(
        self,
        path: Path,
        header: DiseaseHeader,
        lines: dict[Place, int],
        known: dict[str, Vocabulary],
    ) -> Vocabulary | None:
        """The vocabulary that a disease names, with its facets alone."""
        if not header.vocabulary:
            if header.facets:
                self.problem(path, lines["facets",], "'facets' need 'vocabulary', too")
            return None
        words = known.get(header.vocabulary)
        if words is None:
            if not (self.root / "content/vocabulary" / f"{header.vocabulary}.yaml").exists():
                message = f"'vocabulary': there is no content/vocabulary/{header.vocabulary}.yaml"
                self.problem(path, lines["vocabulary",], message)
            return None
        if words.diseases and path.stem not in words.diseases:
            message = f"content/vocabulary/{header.vocabulary}.yaml has no names for {path.stem!r}"
            self.problem(path, lines["vocabulary",], message)
        unknown = [key for key in header.facets if key not in words.by_key]
        for key in unknown:
            message = f"'facets': {key!r} is unknown; known are {', '.join(words.by_key)}"
            self.problem(path, lines["facets", header.facets.index(key)], message)
        return None if unknown else words.of(path.stem, header.facets)

    def slug(self, path: Path) -> bool:
        """Whether the file's name can be an address."""
        if not _SLUG.fullmatch(path.stem):
            self.problem(path, 0, "a file's name is its address: small letters, digits, hyphens")
        elif path.stem in ADDRESSES:
            self.problem(path, 0, f"the address /{path.stem}/ is taken")
        else:
            return True
        return False

    def treatments(self, path: Path, header: DiseaseHeader) -> None:
        """Each treatment's name is an address, too: no two may want the same."""
        names: dict[str, str] = {}
        for treatment in header.interventions:
            slug = slug_of(treatment.name)
            if not slug:
                self.problem(
                    path, 0, f"{treatment.name!r} holds no letter from a to z and no digit"
                )
            elif slug in names:
                message = f"interventions: {names[slug]!r} and {treatment.name!r} are one address"
                self.problem(path, 0, message)
            names[slug] = treatment.name

    def yaml_file(self, path: Path, shape: type[Header]) -> Header | None:
        text = self._read(path)
        return (
            None if text is None else read_header(text, self._name(path), 1, shape, self.problems)
        )

    def channels(self, path: Path, site: Site | None) -> None:
        """The name of a channel is its own."""
        names = [channel.name for channel in site.channels] if site else []
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problem(path, 0, f"channels: two have the name {name!r}")

    def glossary(self, path: Path) -> Glossary:
        text = self._read(path) if path.exists() else None
        return read_glossary(text or "[]", self._name(path), self.problems, self.cited)

    def helplines(
        self, path: Path, slugs: frozenset[str], sources: Sources
    ) -> tuple[Helpline, ...]:
        text, name = self._read(path) if path.exists() else None, self._name(path)
        return read_helplines(text or "[]", name, slugs, sources, self.problems, self.cited)

    def related(
        self, path: Path, header: DiseaseHeader, slugs: frozenset[str], lines: dict[Place, int]
    ) -> None:
        """A disease is related to others that stand here."""
        for index, slug in enumerate(header.related):
            if slug not in slugs - {path.stem}:
                close = get_close_matches(slug, slugs - {path.stem}, 1)
                meant = f": is {close[0]!r} meant?" if close else ""
                self.problem(path, lines["related", index], f"{slug!r} is no other disease{meant}")

    def sources(self, path: Path) -> Sources:
        """What the texts cite. That it names a trial is no reason to ask the registry for it."""
        named = self.named.copy()
        text = self._read(path) if path.exists() else None
        self.named = named
        return read_sources(text or "{}", self._name(path), self.problems)

    def citations(self, sources: Sources) -> None:
        """Every key that a text cites is one of the sources."""
        for key, path, line in self.cited:
            if key not in sources:
                close = get_close_matches(key, sources.by_key, 1)
                meant = f": is {close[0]!r} meant?" if close else ""
                self.problem(path, line, f"{key!r} is no key of content/sources.yaml{meant}")

    def markdown_file(
        self,
        path: Path,
        shape: type[Header],
        *,
        has_lists: bool = False,
        longest: int = texts.LONGEST,
    ) -> tuple[Header | None, Text, dict[Place, int]]:
        """The header, the text, and in which line each value of the header stands."""
        name = self._name(path)
        whole = self._read(path)
        lines_of: dict[Place, int] = {}
        if whole is None:
            return None, Text("", name, 1), lines_of
        lines = whole.split("\n")
        if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
            self.problem(path, 1, "begins with a header between two lines of ---")
            return None, Text("", name, 1), lines_of
        end = next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        header = read_header("\n".join(lines[1:end]), name, 2, shape, self.problems, lines_of)
        text = Text("\n".join(lines[end + 1 :]), name, end + 2)
        texts.check(text, self.problems, has_lists=has_lists, longest=longest)
        self.cited += [
            Citation(key, name, text.first_line + line) for line, key in keys_in(text.markdown)
        ]
        self.plain(name, header, lines_of, PLAIN.get(shape, ()))
        for number, line in enumerate(lines[1:end], 2):
            if "[^" in line:
                self.problem(path, number, "notes ([^name]) belong in the text, not in the header")
        return header, text, lines_of

    def plain(
        self, name: str, header: object, lines: dict[Place, int], fields: tuple[str, ...]
    ) -> None:
        """What is plain text holds no Markdown, and what the registry says is not typed."""
        for key in fields:
            value = str(getattr(header, key, ""))
            line = lines.get((key,), 0)
            if (mark := texts.markup(value)) and mark != "[^":
                self.problem(name, line, f"{key!r} is plain text, without Markdown: {mark}")
            if key != "status_doubt" and (said := texts.typed(value)):
                message = f"{key!r}: {said!r} is never typed: the site takes it from the registry"
                self.problem(name, line, message)

    def descriptions(self, found: Iterable[TrialText], vocabularies: Sequence[Vocabulary]) -> None:
        """What only shows when descriptions are seen together, or as a whole."""
        said: dict[str, TrialText] = {}
        for each in found:
            header, path = each.header, each.text.path
            first = said.setdefault(" ".join(header.summary.split()), each)
            if first is not each:
                message = f"has the summary of {first.text.path}: one of the two is a copy"
                self.problem(path, each.lines[("summary",)], message)
            if not header.claims:
                continue
            for claim, message, place in unknown_words(header.claims, vocabularies):
                self.problem(path, each.lines[place], f"'claims.{claim}': {message}")
            line = each.lines[("claims",)]
            for name in ("checked", "checked_against", "sources"):
                if not getattr(header, name) and (name,) not in each.lines:
                    self.problem(path, line, f"claims need {name!r}, too: {NEEDED[name]}")

    def _read(self, path: Path) -> str | None:
        """The text of a file; None, and a Problem, where it has none."""
        try:
            if path.stat().st_size > MOST_BYTES:
                self.problem(path, 0, f"has more than {MOST_BYTES // 1_000_000} MB")
                return None
            content = path.read_bytes()
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            self.problem(path, 0, "is missing")
        except OSError as error:
            self.problem(path, 0, f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.problem(path, content[: error.start].count(b"\n") + 1, "is not UTF-8")
        else:
            for number, message in (
                *texts.characters(text),
                *texts.praise(text),
                *texts.effects(text),
                *texts.reviewers(text),
            ):
                self.problem(path, number + 1, message)
            for number, line in enumerate(text.split("\n"), 1):
                ids = texts.nct_ids(line)
                self.named |= ids
                self.mentions += [(self._name(path), number, nct_id) for nct_id in sorted(ids)]
            if text.strip():
                return text
            self.problem(path, 0, "is empty")
        return None
