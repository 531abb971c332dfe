"""Compares helplines with their sources: a wrong number would cost somebody a call."""

import re
from collections.abc import Iterator

from monitor.content import Content, Helpline
from monitor.problems import Problem


def helpline_problems(content: Content) -> Iterator[Problem]:
    """Yield what helplines state and no line of their sources has."""
    slugs = [disease.slug for disease in content.diseases]
    by_key = content.sources.by_key
    for index, helpline in enumerate(content.helplines):
        cited = [by_key[key] for key in helpline.source if key in by_key]
        lines = [line for source in cited for line in (source.title, *source.says)]
        for field, message in _faults(helpline, lines, slugs) if cited else ():
            yield Problem("content/helplines.yaml", content.helpline_lines[index, field], message)


def _faults(helpline: Helpline, lines: list[str], slugs: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for each value of a helpline that these lines lack."""
    says, sources = " ".join(lines).lower(), ", ".join(helpline.source)
    number = _digits(helpline.phone)
    if not any(number in _digits(line) for line in lines):
        yield "phone", f"{helpline.phone} is not in the `says` lines of {sources}: correct one"
    languages = " ".join(helpline.languages[1:])  # the first is the country's
    for field, value in (("hours", helpline.hours), ("languages", languages)):
        words = re.findall(r"[\w-]{4,}|[0-9]+", value.lower())
        if unsourced := [repr(word) for word in words if word not in says]:
            yield field, f"{', '.join(unsourced)} is not in the `says` lines of {sources}"
    for slug in slugs:
        kind = slug.rpartition("-")[2]  # leukemia, myeloma
        if slug in helpline.for_ and kind not in f"{helpline.name} {says}".lower().replace(
            "aemia", "emia"
        ):
            yield "for", f"no line of {sources} says that {helpline.name} is for {slug}"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
