"""What may stand in the headers of content/: one shape for each kind of file.

Docstrings below the fields of a trial's header become the descriptions of its JSON Schema.
"""

from typing import Annotated

from monitor.content import markdown_checks as texts
from monitor.content.claims import Claims
from monitor.content.front_matter import EXPLAINED, STRICT, Checked, Day, Words, model


@model(frozen=True, config=STRICT)
class Search:
    """What finds a disease's studies."""

    condition: Words  # goes to the registry as query.cond


@model(frozen=True, config=STRICT)
class Treatment:
    """A treatment whose trials have a feed of their own."""

    name: Words
    also: tuple[Words, ...] = ()  # other names and spellings, codes, brands


@model(frozen=True, config=STRICT)
class DiseaseHeader:
    """The front matter of content/diseases/<slug>.md."""

    name: Words
    search: Search
    short_name: str = ""  # as in "ALL"
    summary: str = ""  # stands at the top of the page
    interventions: tuple[Treatment, ...] = ()  # each has a feed
    checked: Day | None = None  # when an editor last held the text against its sources
    checked_against: Day | None = None  # the registry data it was held against


def _source(given: object) -> str:
    text = " ".join(str(given).split())
    if not texts.cited(text)[1]:
        raise ValueError("names no address: write 'Publisher, title, year. <https://…>'")
    return text


Source = Annotated[str, Checked(_source)]


@model(frozen=True, config=EXPLAINED)
class TrialHeader:
    """The front matter of content/trials/<NCT>.md. Status and phase are never written there."""

    summary: Words
    """One or two sentences: for whom it is, and what is tested against what."""
    short_name: str = ""
    """What people call the trial, where the registry has no acronym: AALL1731."""
    claims: Claims | None = None
    """What the text rests on, held against the registry's record every night."""
    sources: tuple[Source, ...] = ()
    """What the claims were read in: "Publisher, title, year. <https://…>"."""
    checked: Day | None = None
    """The day on which you held the text against its sources."""
    checked_against: Day | None = None
    """The day of the registry data that you held it against, as the trial's page says it."""

    @property
    def cited(self) -> list[tuple[str, str]]:
        """The words and the URL of each source."""
        return [texts.cited(source) for source in self.sources]


@model(frozen=True, config=STRICT)
class PageHeader:
    """The front matter of content/pages/<slug>.md."""

    title: Words
    summary: str = ""


NEEDED = {
    "checked": "the day on which you read the sources (YYYY-MM-DD)",
    "checked_against": "the day of the registry data you read, as the trial's page says it",
    "sources": "where you read what you claim, as 'Publisher, title, year. <https://…>'",
}
"""What a description with claims has to say about how they were checked."""
