"""Reads all of content/ into one Content, and reports every mistake as a Problem with its line."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as item
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, TypeVar

from monitor.content import markdown_checks as texts
from monitor.content.addresses import ADDRESSES
from monitor.content.claims import unknown_claims
from monitor.content.front_matter import Place, read_header
from monitor.content.glossary import Glossary, read_glossary
from monitor.content.helplines import Helpline, read_helplines
from monitor.content.markdown_checks import Text
from monitor.content.schema import REQUIRED, DiseaseHeader, GuideHeader, PageHeader, TrialHeader
from monitor.content.site import Site
from monitor.content.sources import Citation, Sources, citations, keys_in, read_sources
from monitor.content.trials_block import TrialsBlock, trials_blocks
from monitor.content.vocabulary import Vocabulary, read_vocabulary
from monitor.problems import Problem
from monitor.registry import NCT_ID
from monitor.text import slug_of
from monitor.tree import members

MOST_BYTES = 4_000_000  # of a file


@dataclass(frozen=True)
class Disease:
    """A disease: its search, its text, its vocabulary."""

    slug: str
    header: DiseaseHeader
    text: Text
    trial_lists: tuple[TrialsBlock, ...]
    vocabulary: Vocabulary | None = None  # with the facets that it uses
    lines: dict[Place, int] = item(default_factory=dict)  # of each value in its header

    @property
    def short_name(self) -> str:
        """Return its short name; its name where it has none."""
        return self.header.short_name or self.header.name

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return f"{self.slug}/"


@dataclass(frozen=True)
class Guide:
    """The long text on a disease; each heading of the second level begins a chapter."""

    slug: str  # of the disease
    header: GuideHeader
    text: Text
    trial_lists: tuple[TrialsBlock, ...]

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return f"{self.slug}/guide/"


@dataclass(frozen=True)
class TrialText:
    """The editors' description of a trial."""

    nct_id: str
    header: TrialHeader
    text: Text
    lines: dict[Place, int] = item(default_factory=dict)  # of each value in its header

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return f"trials/{self.nct_id}/"


@dataclass(frozen=True)
class Page:
    """A page of text, such as /about/."""

    slug: str
    header: PageHeader
    text: Text

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return f"{self.slug}/"


class Mention(NamedTuple):
    """A line of a file that names a trial."""

    path: str
    line: int
    nct_id: str


@dataclass(frozen=True)
class Content:
    """The content of content/."""

    site: Site
    diseases: tuple[Disease, ...] = ()
    trials: dict[str, TrialText] = item(default_factory=dict)
    pages: tuple[Page, ...] = ()
    glossary: Glossary = item(default_factory=Glossary)
    sources: Sources = item(default_factory=Sources)
    guides: dict[str, Guide] = item(default_factory=dict)  # by the disease's slug
    helplines: tuple[Helpline, ...] = ()
    helpline_lines: dict[Place, int] = item(default_factory=dict)  # of each value, by index
    mentions: tuple[Mention, ...] = ()
    vocabularies: dict[str, Vocabulary] = item(default_factory=dict)  # by the file's name

    @property
    def searches(self) -> dict[str, str]:
        """Return disease slug -> query.cond."""
        return {disease.slug: disease.header.search.condition for disease in self.diseases}

    def helplines_for(self, slugs: Collection[str]) -> dict[str, list[Helpline]]:
        """Return country -> helplines for these diseases, those for one of them alone first."""
        suitable = [each for each in self.helplines if any(map(each.is_for, slugs))]
        suitable.sort(key=lambda each: not any(slug in each.for_ for slug in slugs))
        by_country: dict[str, list[Helpline]] = {}
        for each in suitable:
            by_country.setdefault(each.country, []).append(each)
        return by_country

    @property
    def texts(self) -> tuple[Disease | Guide | Page | TrialText, ...]:
        """Return all that has a text and an address."""
        return (*self.diseases, *self.guides.values(), *self.pages, *self.trials.values())

    @property
    def named(self) -> frozenset[str]:
        """Return the trials that are followed because a text names them; sources do not count."""
        mentions = (each for each in self.mentions if each.path != self.sources.path)
        return frozenset({*self.trials, *(each.nct_id for each in mentions)})


def read_content(root: Path, problems: list[Problem]) -> Content:
    """Return content/ below `root`, adding a Problem for each mistake."""
    reader = _Reader(root, problems)
    folder = root / "content"
    site = reader.yaml_file(folder / "site.yaml", Site)
    reader.check_channels(folder / "site.yaml", site)
    sources = reader.sources(folder / "sources.yaml")
    vocabularies = reader.vocabularies()
    slugs = frozenset(path.stem for path in members(folder / "diseases", ".md"))
    diseases = reader.diseases(slugs, vocabularies)
    guides = reader.guides(slugs)
    trials = reader.trials()
    reader.check_descriptions(trials.values(), tuple(vocabularies.values()))
    pages = reader.pages(diseases)
    glossary = reader.glossary(folder / "glossary.yaml")
    helpline_lines: dict[Place, int] = {}
    helplines = reader.helplines(folder / "helplines.yaml", slugs, helpline_lines)
    reader.check_citations(sources)
    return Content(
        site=site or Site(name="-", began=2026, description="-"),
        diseases=diseases,
        trials=trials,
        pages=pages,
        glossary=glossary,
        sources=sources,
        guides=guides,
        helplines=helplines,
        helpline_lines=helpline_lines,
        mentions=tuple(reader.mentions),
        vocabularies=vocabularies,
    )


PLAIN_TEXTS: dict[type, tuple[str, ...]] = {
    TrialHeader: ("short_name", "summary", "status_doubt"),
    DiseaseHeader: ("name", "short_name", "summary"),
    GuideHeader: ("title", "summary"),
    PageHeader: ("title",),
}
"""Values of headers that are shown as plain text and say nothing that the registry says."""

Header = TypeVar("Header")

_MARKDOWN = (".md", ".markdown", ".mdown", ".txt")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _hint(word: str, words: Iterable[str]) -> str:
    """Return ": is … meant?" for the most similar of some words; "" where none is similar."""
    close = get_close_matches(word, list(words), 1)
    return f": is {close[0]!r} meant?" if close else ""


class _Reader:
    """Reads files; collects problems, citations and mentions of NCT ids."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.root = root
        self.problems = problems
        self.cited: list[Citation] = []
        self.mentions: list[Mention] = []

    def problem(self, path: Path | str, line: int, message: str) -> None:
        name = path if isinstance(path, str) else self._name(path)
        self.problems.append(Problem(name, line, message))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def files(self, folder: str, suffix: str = ".md") -> list[Path]:
        paths = members(self.root / "content" / folder)
        for path in paths:
            if path.suffix != suffix:
                hint = f": it is {path.stem}.md" if path.suffix.lower() in _MARKDOWN else ""
                self.problem(path, 0, f"only {suffix} files belong here{hint}")
        return [path for path in paths if path.suffix == suffix]

    def diseases(
        self, slugs: frozenset[str], vocabularies: dict[str, Vocabulary]
    ) -> tuple[Disease, ...]:
        diseases = []
        for path in self.files("diseases"):
            header, text, lines = self.markdown_file(path, DiseaseHeader, has_lists=True)
            blocks = trials_blocks(text, self.problems)
            if self.is_address(path) and header:
                self.check_treatments(path, header)
                self.check_related(path, header, slugs, lines)
                vocabulary = self.facets(path, header, lines, vocabularies)
                diseases.append(Disease(path.stem, header, text, blocks, vocabulary, lines))
        return tuple(diseases)

    def guides(self, slugs: frozenset[str]) -> dict[str, Guide]:
        guides = {}
        for path in self.files("guides"):
            header, text, _ = self.markdown_file(path, GuideHeader, has_lists=True)
            blocks = trials_blocks(text, self.problems)
            if path.stem not in slugs:
                self.problem(path, 0, "a guide has the name of a disease's file")
            elif header:
                guides[path.stem] = Guide(path.stem, header, text, blocks)
        return guides

    def trials(self) -> dict[str, TrialText]:
        trials = {}
        for path in self.files("trials"):
            header, text, lines = self.markdown_file(path, TrialHeader, longest=texts.DESCRIPTION)
            if not NCT_ID.fullmatch(path.stem):
                right = path.stem.upper()
                hint = f": it is {right}.md, in capitals" if NCT_ID.fullmatch(right) else ""
                self.problem(path, 0, f"the file's name is not an NCT id and .md{hint}")
            elif header:
                trials[path.stem] = TrialText(path.stem, header, text, lines)
                self.cited += citations(header.sources, text.path, lines, ("sources",))
        return trials

    def pages(self, diseases: Iterable[Disease]) -> tuple[Page, ...]:
        pages = []
        for path in self.files("pages"):
            header, text, _ = self.markdown_file(path, PageHeader)
            if any(path.stem == disease.slug for disease in diseases):
                self.problem(path, 0, f"a disease has the address /{path.stem}/ too")
            elif self.is_address(path) and header:
                pages.append(Page(path.stem, header, text))
        return tuple(pages)

    def vocabularies(self) -> dict[str, Vocabulary]:
        """Return every vocabulary without a mistake, by the name of its file."""
        vocabularies = {}
        for path in self.files("vocabulary", ".yaml"):
            text = self._read(path)
            vocabulary = text and read_vocabulary(text, self._name(path), self.problems)
            if vocabulary:
                vocabularies[path.stem] = vocabulary
        return vocabularies

    def facets(
        self,
        path: Path,
        header: DiseaseHeader,
        lines: dict[Place, int],
        vocabularies: dict[str, Vocabulary],
    ) -> Vocabulary | None:
        """Return the vocabulary of a disease with its facets; None without a sound one."""
        if not header.vocabulary:
            if header.facets:
                self.problem(path, lines["facets",], "'facets' need 'vocabulary', too")
            return None
        vocabulary = vocabularies.get(header.vocabulary)
        if vocabulary is None:
            if not (self.root / "content/vocabulary" / f"{header.vocabulary}.yaml").exists():
                message = f"'vocabulary': there is no content/vocabulary/{header.vocabulary}.yaml"
                self.problem(path, lines["vocabulary",], message)
            return None
        if vocabulary.diseases and path.stem not in vocabulary.diseases:
            message = f"content/vocabulary/{header.vocabulary}.yaml has no names for {path.stem!r}"
            self.problem(path, lines["vocabulary",], message)
        unknown = [key for key in header.facets if key not in vocabulary.by_key]
        for key in unknown:
            message = f"'facets': {key!r} is unknown; known are {', '.join(vocabulary.by_key)}"
            self.problem(path, lines["facets", header.facets.index(key)], message)
        return None if unknown else vocabulary.of(path.stem, header.facets)

    def is_address(self, path: Path) -> bool:
        """Return whether the file's name can be an address; a Problem if not."""
        if not _SLUG.fullmatch(path.stem):
            self.problem(path, 0, "a file's name is its address: small letters, digits, hyphens")
        elif path.stem in ADDRESSES:
            self.problem(path, 0, f"the address /{path.stem}/ is taken")
        else:
            return True
        return False

    def check_treatments(self, path: Path, header: DiseaseHeader) -> None:
        """Check that the treatments' names make different addresses."""
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

    def check_channels(self, path: Path, site: Site | None) -> None:
        """Check that no two channels have the same name."""
        names = [channel.name for channel in site.channels] if site else []
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problem(path, 0, f"channels: two have the name {name!r}")

    def glossary(self, path: Path) -> Glossary:
        text = self._optional(path) or "[]"
        return read_glossary(text, self._name(path), self.problems, self.cited)

    def helplines(
        self, path: Path, slugs: frozenset[str], lines: dict[Place, int]
    ) -> tuple[Helpline, ...]:
        text, name = self._optional(path) or "[]", self._name(path)
        return read_helplines(text, name, slugs, lines, self.problems, self.cited)

    def check_related(
        self, path: Path, header: DiseaseHeader, slugs: frozenset[str], lines: dict[Place, int]
    ) -> None:
        """Check that related diseases exist."""
        for index, slug in enumerate(header.related):
            if slug not in slugs - {path.stem}:
                hint = _hint(slug, slugs - {path.stem})
                self.problem(path, lines["related", index], f"{slug!r} is no other disease{hint}")

    def sources(self, path: Path) -> Sources:
        return read_sources(self._optional(path) or "{}", self._name(path), self.problems)

    def check_citations(self, sources: Sources) -> None:
        """Check that every key that a text cites is one of the sources."""
        for key, path, line in self.cited:
            if key not in sources:
                hint = _hint(key, sources.by_key)
                self.problem(path, line, f"{key!r} is no key of content/sources.yaml{hint}")

    def markdown_file(
        self,
        path: Path,
        shape: type[Header],
        *,
        has_lists: bool = False,
        longest: int = texts.LONGEST,
    ) -> tuple[Header | None, Text, dict[Place, int]]:
        """Return the header (None if unsound), the text, and the line of each header value."""
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
        self.check_plain(name, header, lines_of, PLAIN_TEXTS.get(shape, ()))
        for number, line in enumerate(lines[1:end], 2):
            if "[^" in line:
                self.problem(path, number, "notes ([^name]) belong in the text, not in the header")
        return header, text, lines_of

    def check_plain(
        self, name: str, header: object, lines: dict[Place, int], fields: tuple[str, ...]
    ) -> None:
        """Check that plain texts of a header have no Markdown and nothing of the registry."""
        for key in fields:
            value = str(getattr(header, key, ""))
            line = lines.get((key,), 0)
            if (mark := texts.markup(value)) and mark != "[^":
                self.problem(name, line, f"{key!r} is plain text, without Markdown: {mark}")
            if word := texts.folded_hyphen(value):
                message = f"{key!r}: {word!r} has a space in it: end no line with a hyphen"
                self.problem(name, line, message)
            if key != "status_doubt" and (copied := texts.typed(value)):
                message = f"{key!r}: {copied!r} is never typed: the site takes it from the registry"
                self.problem(name, line, message)

    def check_descriptions(
        self, descriptions: Iterable[TrialText], vocabularies: Sequence[Vocabulary]
    ) -> None:
        """Check that summaries are not copies, and that claims have words and dates."""
        by_summary: dict[str, TrialText] = {}
        for each in descriptions:
            header, path = each.header, each.text.path
            first = by_summary.setdefault(" ".join(header.summary.split()), each)
            if first is not each:
                message = f"has the summary of {first.text.path}: one of the two is a copy"
                self.problem(path, each.lines[("summary",)], message)
            if not header.claims:
                continue
            for claim, message, place in unknown_claims(header.claims, vocabularies):
                self.problem(path, each.lines[place], f"'claims.{claim}': {message}")
            line = each.lines[("claims",)]
            for name in ("checked", "checked_against", "sources"):
                if not getattr(header, name) and (name,) not in each.lines:
                    self.problem(path, line, f"claims need {name!r}, too: {REQUIRED[name]}")

    def _optional(self, path: Path) -> str | None:
        return self._read(path) if path.exists() else None

    def _read(self, path: Path) -> str | None:
        """Return the text of a file; None, with a Problem, where it is absent, empty or no text."""
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
                ids = sorted(texts.nct_ids(line))
                self.mentions += [Mention(self._name(path), number, nct_id) for nct_id in ids]
            if text.strip():
                return text
            self.problem(path, 0, "is empty")
        return None
