"""What may stand in the headers of content/: one shape for each kind of file.

Docstrings below the fields of a trial's header become the descriptions of its JSON Schema.
"""

from monitor.content.claims import Claims
from monitor.content.front_matter import EXPLAINED, STRICT, Day, Words, model
from monitor.content.sources import Keys


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
    vocabulary: str = ""  # content/vocabulary/<this>.yaml: its trials are sorted by it
    facets: tuple[Words, ...] = ()  # which of its facets, in the order of pages; none is all
    checked: Day | None = None  # when an editor last held the text against its sources
    checked_against: Day | None = None  # the registry data it was held against
    related: tuple[Words, ...] = ()  # slugs of other diseases


@model(frozen=True, config=EXPLAINED)
class TrialHeader:
    """The front matter of content/trials/<NCT>.md. Status and phase are never written there."""

    summary: Words
    """One or two sentences: for whom it is, and what is tested against what."""
    short_name: str = ""
    """What people call the trial, where the registry has no acronym: AALL1731."""
    status_doubt: str = ""
    """Why the status in the record here can't be trusted, in a sentence. The trial then counts as
    unknown, with this sentence beside it, until the registry changes its status."""
    claims: Claims | None = None
    """What the text rests on, held against the registry's record every night."""
    sources: Keys = ()
    """What the claims were read in: keys of content/sources.yaml; the NCT id is the record."""
    checked: Day | None = None
    """The day on which you held the text against its sources."""
    checked_against: Day | None = None
    """The day of the registry data that you held it against, as the trial's page says it."""


@model(frozen=True, config=STRICT)
class GuideHeader:
    """The front matter of content/guides/<slug>.md, the long text on a disease."""

    title: str = ""
    summary: str = ""
    checked: Day | None = None
    checked_against: Day | None = None


@model(frozen=True, config=STRICT)
class PageHeader:
    """The front matter of content/pages/<slug>.md."""

    title: Words
    summary: str = ""


NEEDED = {
    "checked": "the day on which you read the sources (YYYY-MM-DD)",
    "checked_against": "the day of the registry data you read, as the trial's page says it",
    "sources": "where you read what you claim: keys of content/sources.yaml, or the NCT id",
}
"""What a description with claims has to say about how they were checked."""
