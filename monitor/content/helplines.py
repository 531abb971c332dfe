"""content/helplines.yaml: organisations that answer questions, by country and disease."""

import re
from typing import Annotated

from monitor.content.front_matter import (
    EXPLAINED,
    Checked,
    Day,
    Field,
    Place,
    Words,
    model,
    read_header,
)
from monitor.content.sources import Address, Citation, Keys, Sources, citations
from monitor.problems import Problem

EVERYBODY = "all"


def _listed(value: object) -> object:
    """Return a single text as a list of one."""
    return [value] if isinstance(value, str) else value


@model(frozen=True, config=EXPLAINED)
class Helpline:
    """An organisation that answers, and where that was read."""

    country: Words
    """Where it is for: "United States"."""
    name: Words
    url: Address
    source: Keys
    """Where the number was read: keys of content/sources.yaml."""
    read: Day
    """The day on which that was read."""
    phone: Annotated[str, Field(pattern=r"^([+0-9][0-9 ()./-]{4,24})?$")] = ""
    """As people dial it there, in digits; empty where it has none."""
    hours: str = ""
    languages: Annotated[tuple[Words, ...], Checked(_listed)] = ()
    for_: Annotated[tuple[Words, ...], Checked(_listed), Field(alias="for", min_length=1)] = (
        EVERYBODY,
    )
    """The diseases it is for, by the names of their files; `all` for every disease."""

    def is_for(self, slug: str) -> bool:
        """Return whether it is for a disease."""
        return slug in self.for_ or EVERYBODY in self.for_


def read_helplines(
    text: str,
    path: str,
    slugs: frozenset[str],
    sources: Sources,
    problems: list[Problem],
    cited: list[Citation],
) -> tuple[Helpline, ...]:
    """Return the helplines of the YAML `text`, adding Problems and, to `cited`, their citations."""
    lines: dict[Place, int] = {}
    helplines = read_header(text, path, 1, tuple[Helpline, ...], problems, lines) or ()
    for index, helpline in enumerate(helplines):
        cited += citations(helpline.source, path, lines, (index, "source"))
        for slug in helpline.for_:
            if slug not in (EVERYBODY, *slugs):
                message = f"{slug!r} is no disease here: {', '.join((EVERYBODY, *sorted(slugs)))}"
                problems.append(Problem(path, lines[index, "for"], message))
            if slug in slugs and not _is_named(slug, helpline, sources):
                message = f"for: no source of {helpline.name} says that it is for {slug}"
                problems.append(Problem(path, lines[index, "for"], message))
        if not _is_sourced(helpline, sources):
            message = f"{helpline.phone} is not in the `says` lines of its source"
            problems.append(Problem(path, lines[index, "phone"], message))
        others = " ".join(helpline.languages[1:])  # the first is the country's
        for key, value in (("hours", helpline.hours), ("languages", others)):
            if unread := _unread(value, helpline, sources):
                message = f"{', '.join(map(repr, unread))} is not in the `says` lines of its source"
                problems.append(Problem(path, lines[index, key], message))
    return helplines


def _is_named(slug: str, helpline: Helpline, sources: Sources) -> bool:
    """Return whether a helpline or its sources name a kind of disease: leukemia, myeloma."""
    cited = [sources.by_key[key] for key in helpline.source if key in sources.by_key]
    says = " ".join((helpline.name, *(line for each in cited for line in each.says)))
    kind = slug.rpartition("-")[2]
    return not cited or kind in says.lower().replace("aemia", "emia")


def _unread(value: str, helpline: Helpline, sources: Sources) -> list[str]:
    """Return the words of a value that no source of a helpline has."""
    cited = [sources.by_key[key] for key in helpline.source if key in sources.by_key]
    says = " ".join(f"{each.title} {' '.join(each.says)}" for each in cited).lower()
    words = re.findall(r"[\w-]{4,}|[0-9]+", value.lower())
    return [word for word in words if cited and word not in says]


def _is_sourced(helpline: Helpline, sources: Sources) -> bool:
    """Return whether a source quotes the number; a key without a source is another problem."""
    cited = [sources.by_key[key] for key in helpline.source if key in sources.by_key]
    number = _digits(helpline.phone)
    return not cited or any(number in _digits(line) for each in cited for line in each.says)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
