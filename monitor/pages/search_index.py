"""Data of the search, the glossary and the last changes, for scripts in the browser.

Each is a script that sets one name, as a page opened from a folder may not fetch() anything. Pages
load it only when it is wanted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from html.parser import HTMLParser
from typing import Any

from monitor.catalog import Catalog, DiseaseView, Trial, page_order
from monitor.data import RANKS
from monitor.files import Bundle
from monitor.pages.countries import in_sentence, names_of
from monitor.pages.markdown import Rendered
from monitor.pages.pills import pill
from monitor.pages.rows import name_of
from monitor.pages.scripts import assignment
from monitor.pages.trial_index import same_words
from monitor.text import slug_of

LAST = 10  # changes of a trial that the page of followed trials can show


def bundle(catalog: Catalog, texts: Mapping[str, Rendered]) -> Bundle:
    """Return the bundle of the search's scripts."""
    names = ["watch-index", "search-index", *(["glossary"] if catalog.glossary.terms else [])]
    return Bundle(tuple(f"static/{name}.js" for name in names), partial(render, catalog, texts))


def render(catalog: Catalog, texts: Mapping[str, Rendered]) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) for each script. `texts`: address of a page -> curated text."""
    yield "static/watch-index.js", assignment("WATCH", _trials(catalog))
    if terms := catalog.glossary.terms:
        explained = {term.id: (term.term, term.definition) for term in terms}
        yield "static/glossary.js", assignment("GLOSSARY", explained)
    yield "static/search-index.js", assignment("SEARCH", _search(catalog, texts))


def _trials(catalog: Catalog) -> dict[str, Any]:
    """Return id -> name, pill, [date, rank, change], title, diseases as numbers.

    The title is "" where the name says it. `ranks`, `pills` and `diseases` are what is counted.
    """
    pills = sorted({pill(trial) for trial in catalog.trials.values()})
    slugs = [view.disease.slug for view in catalog.followed]
    return {
        "pills": [[each.group, each.word] for each in pills],
        "ranks": RANKS,
        "diseases": slugs,
        "trials": {
            trial.nct_id: [
                name := name_of(trial),
                pills.index(pill(trial)),
                [[e.date, RANKS.index(e.rank), e.main_message] for e in trial.entries[:LAST]],
                "" if trial.title == name else trial.title,
                [slugs.index(slug) for slug in trial.diseases if slug in slugs],
            ]
            for trial in catalog.trials.values()
        },
    }


def _search(catalog: Catalog, texts: Mapping[str, Rendered]) -> dict[str, Any]:
    """Return the searchable items in the three kinds of `search.js`."""
    statuses = sorted({pill(trial).word for trial in catalog.trials.values()})
    return {
        "statuses": statuses,
        "trials": [
            [trial.nct_id, trial.title, statuses.index(pill(trial).word), "; ".join(_words(trial))]
            for trial in sorted(catalog.trials.values(), key=page_order)
        ],
        "texts": [list(section) for section in _sections(catalog, texts)],
        "terms": [
            [term.id, term.term, ", ".join(term.also), term.definition]
            for term in catalog.glossary.terms
        ],
        "same": _same(catalog),
        "lists": [_list(view) for view in catalog.followed],
    }


def _list(view: DiseaseView) -> list[Any]:
    """Return [slug, name, has "Find yours", countries] of a disease's list.

    A country: its key in the list, its name in a sentence, its open trials, all, its names.
    """
    counts = Counter(name for trial in view.trials for name in _countries(trial))
    open_ = Counter(name for trial in view.open_trials for name in _countries(trial))
    has_finder = view.disease.vocabulary is not None
    return [
        view.disease.slug,
        view.disease.short_name,
        has_finder,
        [
            [slug_of(name), in_sentence(name), open_[name], count, *names_of(name)]
            for name, count in sorted(counts.items())
        ],
    ]


def _countries(trial: Trial) -> tuple[str, ...]:
    return trial.study.countries if trial.study else ()


def _same(catalog: Catalog) -> list[list[str]]:
    """Return groups of equal spellings of all vocabularies, each once."""
    groups = (same_words(view.disease.vocabulary) for view in catalog.diseases)
    return [list(group) for group in dict.fromkeys(tuple(g) for each in groups for g in each)]


def _words(trial: Trial) -> Iterator[str]:
    """Yield the searchable words of a trial besides its id and title."""
    study = trial.study
    if study is None:
        return
    names = [*study.aliases, trial.known_as, study.acronym, *study.conditions]
    names += [item.name for item in study.interventions]
    names += [study.lead_sponsor.name] if study.lead_sponsor else []
    yield from dict.fromkeys(filter(None, names))


def _sections(
    catalog: Catalog, texts: Mapping[str, Rendered]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield (address, title, heading, text) for each part of a curated text."""
    for address, title, summary, at in _written(catalog):
        html = texts[address].with_tables(()).html if address in texts else ""
        for place, heading, text in sections(f"<p>{escape(summary)}</p>{html}"):
            yield f"{address}{f'#{place}' if place else at}", title, heading, text


def _written(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Yield (address, title, summary, start of text) for each page with a curated text."""
    for view in catalog.diseases:
        header = view.disease.header
        yield view.disease.address, header.name, header.summary, ""
    for guide in catalog.content.guides.values():
        yield guide.address, guide.header.title or "Guide", guide.header.summary, ""
    for trial in catalog.trials.values():
        if trial.summary_shown:
            yield trial.address, trial.title, trial.summary_shown, "#curated"
    for page in catalog.pages:
        yield page.address, page.header.title, page.header.summary, ""


def sections(html: str) -> list[tuple[str, str, str]]:
    """Return (id of the heading or "", heading, text) for each part of a text."""
    reader = _Sections()
    reader.feed(html)
    reader.close()
    joined = [(place, *(" ".join("".join(t).split()) for t in both)) for place, *both in reader.all]
    return [(place, heading, text) for place, heading, text in joined if text]


class _Sections(HTMLParser):
    """Gathers text by heading. Trials tables are left out, and what only leads to a note."""

    BLOCKS = frozenset({"p", "li", "td", "th", "div", "br", "dt", "dd", "tr", "pre", "blockquote"})
    HEADINGS = frozenset({"h2", "h3", "h4"})
    LEFT_OUT = frozenset({"table", "sup", "a"})

    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, list[str], list[str]]] = [("", [], [])]
        self.in_heading = False
        self.skipped: list[str] = []  # the elements inside one that is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        classes = (attributes.get("class") or "").split()
        if self.skipped or tag == "sup" or {"trials", "footnote-backref"} & set(classes):
            if tag in self.LEFT_OUT:
                self.skipped.append(tag)
        elif tag in self.HEADINGS and attributes.get("id"):
            self.all.append((attributes["id"] or "", [], []))
            self.in_heading = True
        elif tag in self.BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and self.skipped[-1] == tag:
            self.skipped.pop()
        elif tag in self.HEADINGS:
            self.in_heading = False

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            _, heading, text = self.all[-1]
            (heading if self.in_heading else text).append(data)
