"""Renders curated Markdown to safe HTML. Only here: markdown, nh3.

Whatever a pull request brings is hostile until it has been through here.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from monitor.content import Glossary, Sources, Text, split_trial_lists, with_notes
from monitor.problems import Problem

_TAGS = {
    *("a", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr"),
    *("li", "ol", "p", "pre", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "class", "id", "title"},
    "div": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "li": {"id"},
    "sup": {"id"},
}
_TRIALS = "\ue000"  # a trials table, until the text is clean; content/ may not have it


@dataclass(frozen=True)
class Heading:
    """A line of a table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Part:
    """The text below a heading of the second level; the first part may have none."""

    id: str
    heading: Markup
    lead: Markup  # up to the first heading of the third level
    items: tuple[Markup, ...]  # from each of these to the next

    @property
    def has_lists(self) -> bool:
        """Return whether it has lists of trials."""
        return any('class="fold first list"' in html for html in (self.lead, *self.items))


@dataclass(frozen=True)
class Rendered:
    """A curated text as HTML, its headings, and the internal links in it."""

    html: Markup
    headings: tuple[Heading, ...]
    links: tuple[tuple[str, int], ...]  # (address from the site's root, line in the file)

    @property
    def chapters(self) -> dict[str, str]:
        """Return its headings of the second level, id -> text."""
        return {heading.id: heading.text for heading in self.headings if heading.level == 2}

    def with_tables(self, tables: Sequence[Markup]) -> "Rendered":
        """Return the text with tables of trials, in order, at their places; or with none."""
        place = re.compile(f"<p>{_TRIALS}([0-9]+){_TRIALS}</p>")
        html = place.sub(lambda match: str(tables[int(match[1])]) if tables else "", self.html)
        return replace(self, html=Markup(html))  # noqa: S704  # both are clean

    def gathered(self) -> "Rendered":
        """Return the text with the paragraph before each list folded into it, lists in rows."""
        lists = re.compile(
            r"(?:<p>(?P<words>(?:(?!<p>).)*?)</p>\s*)?"
            r'(?P<head><details class="fold first list"><summary>.*?</summary>)',
            re.DOTALL,
        )

        def inside(match: re.Match[str]) -> str:
            words = match["words"]
            return match["head"] + (f'<p class="sub">{words}</p>' if words else "")

        html = lists.sub(inside, self.html)
        rows = re.compile(r'(?:<details class="fold first list">.*?</details>\s*)+', re.DOTALL)
        html = rows.sub(lambda match: f'<div class="lists">{match[0]}</div>', html)
        return replace(self, html=Markup(html))  # noqa: S704  # clean before

    @property
    def parts(self) -> Iterator[Part]:
        """Yield the text, cut at its headings; the folded notes are a part without one."""
        for html in _CUT.split(self.html):
            heading = _HEADING.match(html)
            lead, *items = re.split("(?=<h3)", html[heading.end() :] if heading else html)
            if lead.strip() or items:
                yield Part(
                    heading[1] if heading else "",
                    Markup(heading[2] if heading else ""),  # noqa: S704  # all of it is clean
                    Markup(lead.strip()),  # noqa: S704
                    tuple(map(Markup, items)),
                )


_CUT = re.compile('(?=<h2 id="(?!sources))|(?=<details class="fold sources)')
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


class _Links(Treeprocessor):
    """Checks every link, and points internal ones to where they are from the page."""

    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__()
        self.link = link
        self.hrefs: list[str] = []
        self.places: list[str] = []  # links to a place on the same page
        self.refused: list[tuple[str, str]] = []

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "img":
                self.refused.append((element.get("src", ""), "pictures are not used in texts"))
            if element.tag != "a":
                continue
            href = element.get("href", "")
            if href.startswith("/") and not href.startswith("//"):
                self.hrefs.append(href)
                element.set("href", self.link(href.lstrip("/")))
            elif href.startswith("#fnref:"):
                continue  # of a note that a text defines itself, which is a problem of its own
            elif href.startswith("#"):
                self.places.append(href)
            elif not re.fullmatch(r"https?://[^\s/]\S*|mailto:\S+", href):
                why = "a link begins with https://, with / for this site, or with # for this page"
                self.refused.append((href, why))

    def without_place(self, html: str) -> Iterator[tuple[str, str]]:
        """Yield (link, why it is refused) for each link to a place that the page lacks."""
        for href in self.places:
            if f'id="{href[1:]}"' not in html:
                yield href, "the page has no such place"


class _TrialLinks(InlineProcessor):
    """NCT ids become links: to the trial's page, or to the registry where there is none."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, url: Callable[[str], str]) -> None:
        super().__init__(r"\bNCT[0-9]{8}\b")
        self.url = url

    # The base class describes an older way to give the result, too.
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[Element, int, int]:
        element = Element("a", href=self.url(m[0]))
        element.text = m[0]
        return element, m.start(), m.end()


class _Terms(Treeprocessor):
    """The first mention of each glossary term on a page becomes a link to its entry."""

    LEFT_ALONE = frozenset({"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})

    def __init__(self, glossary: Glossary, link: Callable[[str], str]) -> None:
        super().__init__()
        self.glossary = glossary
        self.link = link
        self.seen: set[str] = set()

    def run(self, root: Element) -> None:
        if root.tag in self.LEFT_ALONE or root.get("class") == "footnote":
            return
        children = list(root)
        root.text, links = self._linked(root.text or "")
        root[0:0] = links
        for child in children:
            self.run(child)
            child.tail, links = self._linked(child.tail or "")
            after = list(root).index(child) + 1
            root[after:after] = links

    def _linked(self, text: str) -> tuple[str, list[Element]]:
        """Return the text up to the first link, and the links, each with the text after it."""
        head, links, done = text, list[Element](), 0
        for start, end, term in self.glossary.mentions(text):
            if term.id in self.seen:
                continue
            self.seen.add(term.id)
            if links:
                links[-1].tail = text[done:start]
            else:
                head = text[:start]
            link = Element("a", {"class": "term", "href": self.link(f"glossary/#{term.id}")})
            link.text, link.tail, done = text[start:end], text[end:], end
            links.append(link)
        return head, links


class _Ours(Extension):
    def __init__(self, links: _Links, trials: _TrialLinks, terms: _Terms) -> None:
        super().__init__()
        self.links, self.trials, self.terms = links, trials, terms

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.inlinePatterns.register(self.trials, "trials", 5)
        md.treeprocessors.register(self.links, "links", 1)
        md.treeprocessors.register(self.terms, "terms", -1)  # when all escapes are undone


def render_text(
    text: Text,
    link: Callable[[str], str],
    trial_url: Callable[[str], str],
    glossary: Glossary,
    sources: Sources,
    problems: list[Problem],
) -> Rendered:
    """Return a curated text as HTML, with a note for each cited source.

    `link` makes a page's own link from an address; `trial_url` gives an address ("/trials/…") or a
    URL for an id.
    """
    links = _Links(link)
    converter = _converter(_Ours(links, _TrialLinks(trial_url), _Terms(glossary, link)))
    written = split_trial_lists(text.markdown, _TRIALS)
    source = with_notes(written, sources)
    if source != written:
        source += "\n\n## Sources\n\n///Footnotes Go Here///\n"
    try:
        html = _with_notes_folded(_clean(converter.convert(source)))
    except RecursionError:
        problems.append(Problem(text.path, text.first_line, "lists are nested too deeply"))
        return Rendered(Markup(), (), ())
    problems += [
        Problem(text.path, _line_of(text, href), f"{href or 'an empty link'}: {why}")
        for href, why in (*links.refused, *links.without_place(html))
    ]
    hrefs = tuple((href, _line_of(text, href)) for href in links.hrefs)
    tokens: list[dict[str, Any]] = converter.toc_tokens  # type: ignore[attr-defined]
    return Rendered(Markup(html), tuple(_headings(tokens)), hrefs)  # noqa: S704  # it is clean


def _converter(ours: _Ours) -> Markdown:
    """Return a converter of Markdown to HTML, for one text."""
    return Markdown(
        extensions=["footnotes", "toc", "tables", "sane_lists", ours],
        extension_configs={
            "footnotes": {
                "BACKLINK_TEXT": "↩",
                "BACKLINK_TITLE": "Back to the text, note {}",
                "USE_DEFINITION_ORDER": True,  # with_notes defines them as they are met
            },
            "toc": {"toc_depth": "2-3"},
        },
        output_format="html",
    )


def _clean(html: str) -> str:
    """Return HTML without what could do harm."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _with_notes_folded(html: str) -> str:
    """Return the HTML with its sources in a closed <details>."""
    head, place, notes = html.rpartition('<h2 id="sources')
    if not place or "footnote" not in notes:
        return html
    id_, _, notes = f"sources{notes}".partition('">Sources</h2>')
    count = notes.count('id="fn:')
    title = f'<h2 id="{id_}">Sources ({count})</h2>'
    return f'{head}<details class="fold sources"><summary>{title}</summary>{notes}</details>'


def _headings(tokens: list[dict[str, Any]]) -> list[Heading]:
    headings = []
    for token in tokens:
        headings.append(Heading(token["level"], token["id"], token["name"]))
        headings += _headings(token["children"])
    return headings


def _line_of(text: Text, needle: str) -> int:
    match = re.search(rf"\]\(\s*<?{re.escape(needle)}{'' if needle else ' *[)]'}", text.markdown)
    return text.first_line + (text.markdown.count("\n", 0, match.start()) if match else 0)
