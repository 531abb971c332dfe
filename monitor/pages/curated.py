"""What people wrote -> HTML, by the address of the page that shows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from monitor.catalog import Catalog
from monitor.content import Text
from monitor.pages import markdown
from monitor.pages.disease_page import has_guide
from monitor.pages.markdown import Rendered
from monitor.pages.renderer import Renderer
from monitor.problems import Problem
from monitor.registry import NCT_ID, record_url


@dataclass(frozen=True)
class Curated:
    """All texts."""

    texts: dict[str, Rendered] = field(default_factory=dict)  # by the address of their page
    links: list[tuple[str, str, int]] = field(default_factory=list)
    """(address, file, line) of each link to another page of this site."""


def render(catalog: Catalog, renderer: Renderer, problems: list[Problem]) -> Curated:
    """Render all, adding a Problem for each link that is none."""

    def url(nct_id: str) -> str:
        return f"/trials/{nct_id}/" if nct_id in catalog.trials else record_url(nct_id)

    made = Curated()
    for address, text in _written(catalog):
        link = renderer.relative(address)
        rendered = markdown.render_text(
            text, link, url, catalog.glossary, catalog.content.sources, problems
        )
        made.texts[address] = rendered
        made.links.extend((href, text.path, line) for href, line in rendered.links)
    return made


def _written(catalog: Catalog) -> Iterator[tuple[str, Text]]:
    for view in catalog.diseases:
        slug, text = view.disease.slug, view.disease.text
        if slug in catalog.content.guides or not has_guide(view, catalog):
            yield f"{slug}/", text
        else:
            yield f"{slug}/", key_questions(text, f"{slug}/guide/", catalog)
            yield f"{slug}/guide/", text
    for guide in catalog.content.guides.values():
        yield f"{guide.slug}/guide/", guide.text
    for page in catalog.pages:
        yield f"{page.slug}/", page.text
    for trial in catalog.content.trials.values():
        yield f"trials/{trial.nct_id}/", trial.text


SHOWN = 6  # key questions on a disease's page


def key_questions(text: Text, guide: str, catalog: Catalog) -> Text:
    """Shorten a text that is its own guide to its key questions: of each, what is not known.

    Lists of trials become lines of links; the sources stand in the guide.
    """
    section = re.search(r"^## Key questions.*?(?=^## |\Z)", text.markdown, re.DOTALL | re.MULTILINE)
    if not section:
        return replace(text, markdown="")
    _, *questions = re.split(r"^### ", section[0], flags=re.MULTILINE)
    lead = (
        f"What trials are asking. What is known, with its sources, stands in the [guide](/{guide})."
    )
    short = ["## Key questions", lead]
    for question in questions[:SHOWN]:
        title, *paragraphs = re.sub(r"\[\^[^\]]+\]", "", question).strip().split("\n\n")
        unknown = [p for p in paragraphs if p.startswith("Not known")] or paragraphs
        ids = NCT_ID.findall("".join(p for p in paragraphs if p.startswith("```")))
        names = [_link(catalog, nct_id) for nct_id in dict.fromkeys(ids)]
        short += [f"### {title}", *unknown[:1], *[f"Trials: {', '.join(names)}"] * bool(names)]
    if questions[SHOWN:]:
        short.append(f"[All {len(questions)} questions, with sources](/{guide})")
    return replace(text, markdown="\n\n".join(short))


def _link(catalog: Catalog, nct_id: str) -> str:
    """A trial in Markdown, by the name that people have for it."""
    trial = catalog.trials.get(nct_id)
    name = re.sub(r"([\\\[\]*_`<])", r"\\\1", trial.known_as if trial else "")
    return f"[{name}](/trials/{nct_id}/)" if name else nct_id
