"""JSON Schemas of the files in content/, for text editors that complete and check them."""

import json
from collections.abc import Iterator

from monitor.content.front_matter import schema
from monitor.content.glossary import Term
from monitor.content.helplines import Helpline
from monitor.content.schema import DiseaseHeader, GuideHeader, PageHeader, TrialHeader
from monitor.content.site import Site
from monitor.content.sources import Source
from monitor.content.vocabulary import Vocabulary

SHAPES = {
    "trial": (TrialHeader, "Header of content/trials/<NCT>.md"),
    "disease": (DiseaseHeader, "Header of content/diseases/<slug>.md"),
    "guide": (GuideHeader, "Header of content/guides/<slug>.md"),
    "helplines": (tuple[Helpline, ...], "content/helplines.yaml"),
    "page": (PageHeader, "Header of content/pages/<slug>.md"),
    "site": (Site, "content/site.yaml"),
    "sources": (dict[str, Source], "content/sources.yaml"),
    "glossary": (tuple[Term, ...], "content/glossary.yaml"),
    "vocabulary": (Vocabulary, "content/vocabulary/<name>.yaml"),
}


def render() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of each schema."""
    for name, (shape, title) in SHAPES.items():
        text = json.dumps(schema(shape, title), ensure_ascii=False, indent=2)
        yield f"{name}.schema.json", f"{text}\n".encode()
