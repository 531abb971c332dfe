"""The headers of the Markdown files in content/, one class for each kind of file.

Docstrings below fields become the descriptions of the JSON Schemas.
"""

from monitor.content.claims import Claims
from monitor.content.front_matter import EXPLAINED, STRICT, Day, Words, model
from monitor.content.sources import Keys


@model(frozen=True, config=STRICT)
class Search:
    """The search for a disease's studies."""

    condition: Words  # the registry's query.cond


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
    summary: str = ""  # at the top of its page
    interventions: tuple[Treatment, ...] = ()  # each has a feed
    vocabulary: str = ""  # content/vocabulary/<this>.yaml sorts its trials
    facets: tuple[Words, ...] = ()  # those of the vocabulary that it uses, in order; () for all
    checked: Day | None = None  # when an editor last compared the text with its sources
    checked_against: Day | None = None  # the day of the registry data in that comparison
    related: tuple[Words, ...] = ()  # slugs of other diseases


@model(frozen=True, config=EXPLAINED)
class TrialHeader:
    """The front matter of content/trials/<NCT>.md. Status and phase are never written there."""

    summary: Words
    """One or two sentences: who can join, and what is compared with what."""
    short_name: str = ""
    """What people call the trial, where the registry has no acronym: AALL1731."""
    status_doubt: str = ""
    """Why the status in the record here can't be trusted, in a sentence. The trial then counts as
    unknown, with this sentence beside it, until the registry changes its status."""
    claims: Claims | None = None
    """The facts that the text rests on, compared with the registry's record every night."""
    sources: Keys = ()
    """The sources of the claims: keys of content/sources.yaml; the NCT id is the record."""
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


REQUIRED = {
    "checked": "the day on which you read the sources (YYYY-MM-DD)",
    "checked_against": "the day of the registry data you read, as the trial's page says it",
    "sources": "where you read what you claim: keys of content/sources.yaml, or the NCT id",
}
"""Keys that a description with claims needs -> what they hold."""
