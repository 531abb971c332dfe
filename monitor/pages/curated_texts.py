"""Renders curated texts to HTML, by the address of their page."""

from dataclasses import dataclass, field

from monitor.catalog import Catalog
from monitor.content import Text, nesting
from monitor.pages import markdown
from monitor.pages.markdown import Rendered
from monitor.pages.renderer import Renderer
from monitor.problems import Problem
from monitor.registry import record_url


@dataclass(frozen=True)
class CuratedTexts:
    """All texts."""

    by_address: dict[str, Rendered] = field(default_factory=dict)
    links: list[tuple[str, str, int]] = field(default_factory=list)
    """(address, file, line) of each link to another page of this site."""


def render_texts(catalog: Catalog, renderer: Renderer, problems: list[Problem]) -> CuratedTexts:
    """Render all, adding a Problem for each link that is none."""

    def url(nct_id: str) -> str:
        return f"/trials/{nct_id}/" if nct_id in catalog.trials else record_url(nct_id)

    texts = CuratedTexts()
    for page in catalog.content.texts:
        text, link = page.text, renderer.relative(page.address)
        # A paragraph that `check` calls tangled would take minutes.
        readable = Text("", text.path, 1) if any(nesting(text.markdown)) else text
        rendered = markdown.render_text(
            readable, link, url, catalog.glossary, catalog.content.sources, problems
        )
        texts.by_address[page.address] = rendered
        texts.links.extend((href, text.path, line) for href, line in rendered.links)
    return texts
