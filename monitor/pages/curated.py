"""What people wrote -> HTML, by the address of the page that shows it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from monitor.catalog.basis import Basis
from monitor.content.markdown_checks import Text
from monitor.pages import markdown as markup
from monitor.pages.markdown import Rendered
from monitor.pages.renderer import RECORD, Press
from monitor.problems import Problem


@dataclass(frozen=True)
class Curated:
    """All texts."""

    texts: dict[str, Rendered] = field(default_factory=dict)  # by the address of their page
    links: list[tuple[str, str, int]] = field(default_factory=list)
    """(address, file, line) of each link to another page of this site."""


def render(
    basis: Basis, press: Press, with_page: Collection[str], problems: list[Problem]
) -> Curated:
    """Render all, adding a Problem for each link that is none. `with_page` are trials' ids."""

    def url(nct_id: str) -> str:
        return f"/trials/{nct_id}/" if nct_id in with_page else RECORD.format(nct_id)

    made = Curated()
    for address, text in _written(basis):
        link = press.relative(address)
        rendered = markup.render_text(
            text, link, url, basis.glossary, basis.content.sources, problems
        )
        made.texts[address] = rendered
        made.links.extend((href, text.path, line) for href, line in rendered.links)
    return made


def _written(basis: Basis) -> Iterator[tuple[str, Text]]:
    for disease in basis.content.diseases:
        yield f"{disease.slug}/", disease.text
    for guide in basis.content.guides.values():
        yield f"{guide.slug}/guide/", guide.text
    for page in basis.pages:
        yield f"{page.slug}/", page.text
    for trial in basis.content.trials.values():
        yield f"trials/{trial.nct_id}/", trial.text
