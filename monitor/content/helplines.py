"""content/helplines.yaml: organisations that answer questions, by country and disease."""

from typing import Annotated

from monitor.content.front_matter import (
    EXPLAINED,
    Day,
    Field,
    Listed,
    Place,
    Words,
    model,
    read_header,
)
from monitor.content.sources import Citation, Keys, citations
from monitor.content.web_addresses import WebAddress
from monitor.problems import Problem

EVERYBODY = "all"


@model(frozen=True, config=EXPLAINED)
class Helpline:
    """An organisation that answers, and where that was read."""

    country: Words
    """Where it is for: "United States"."""
    name: Words
    url: WebAddress
    source: Keys
    """Where the number was read: keys of content/sources.yaml."""
    read: Day
    """The day on which that was read."""
    phone: Annotated[str, Field(pattern=r"^([+0-9][0-9 ()./-]{4,24})?$")] = ""
    """As people dial it there, in digits; empty where it has none."""
    hours: str = ""
    languages: Annotated[tuple[Words, ...], Listed] = ()
    for_: Annotated[tuple[Words, ...], Listed, Field(alias="for", min_length=1)] = (EVERYBODY,)
    """The diseases it is for, by the names of their files; `all` for every disease."""

    def is_for(self, slug: str) -> bool:
        """Return whether it is for a disease."""
        return slug in self.for_ or EVERYBODY in self.for_


def read_helplines(
    text: str,
    path: str,
    slugs: frozenset[str],
    lines: dict[Place, int],
    problems: list[Problem],
    cited: list[Citation],
) -> tuple[Helpline, ...]:
    """Return the helplines of the YAML `text`, adding the lines of their values, and Problems.

    Adds to `cited` the sources that they cite.
    """
    helplines = read_header(text, path, 1, tuple[Helpline, ...], problems, lines) or ()
    for index, helpline in enumerate(helplines):
        cited += citations(helpline.source, path, lines, (index, "source"))
        for slug in helpline.for_:
            if slug not in (EVERYBODY, *slugs):
                message = f"{slug!r} is no disease here: {', '.join((EVERYBODY, *sorted(slugs)))}"
                problems.append(Problem(path, lines[index, "for"], message))
    return helplines
