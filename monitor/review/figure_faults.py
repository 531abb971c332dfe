"""Figures of a passage that no source has, or has beside others."""

import re
from collections.abc import Iterator

from monitor.content import sentence_spans
from monitor.review.cited import Cited, Fault
from monitor.review.figure_contexts import Fraction, fractions, is_share
from monitor.review.figures import DATE, NUMBER, PERCENT, Figure, FigureSet, figures, mismatched
from monitor.review.swapped_figures import swapped

NOT_FOUND = re.compile(r"\b(?:did not find|(?:not|n[’']t) (?:be )?found|found no|find no)\b")
"""In a sentence on what the editors looked for: it has no source."""

_OPENED = re.compile(r"\s*\(")


def figures_without_source(cited: Cited) -> Iterator[Fault]:
    """Yield each figure that nothing which the passage rests on has."""
    if not cited.has_sources:
        return
    text = cited.text
    worked_out = {*_worked_out(text, cited.figures_from.figure_set)}
    for figure in figures(text):
        if not (
            cited.figures_from.figure_set.supports(figure)
            or figure.start in worked_out
            or _is_our_search(text, figure)
            or _is_in_a_name(figure, cited)
        ):
            yield Fault(figure.start, figure.text, _without_source(figure, cited))


def _without_source(figure: Figure, cited: Cited) -> str:
    if cited.keys:
        says = f"the `says` lines of {cited.sources}"
        return f"{figure.text!r} is not in {says}: correct it, or cite the source that has it"
    remedy = "add `source:` to the definition" if cited.term_names else "put a note after it"
    return f"{figure.text!r} has no source: {remedy}"


def figures_in_other_places(cited: Cited) -> Iterator[Fault]:
    """Yield figures that a source has with other figures, or the other way round."""
    if not cited.has_sources:
        return
    text, says = cited.text, cited.backing.says
    for at, end in sentence_spans(text):
        inside = [figure for figure in figures(text) if at <= figure.start < end]
        for figure, line in mismatched(inside, says):
            message = f"{figure.text!r} is not what the source has beside these figures: {line}"
            yield Fault(figure.start, figure.text, message)
    for first, second, line in swapped(text, says):
        both = f"{first.text!r} and {second.text!r}"
        message = f"{both}: the source has them the other way round: {line}"
        yield Fault(second.start, both, message)


def _worked_out(text: str, source: FigureSet) -> Iterator[int]:
    """Yield the positions of numbers that follow from a percentage and a number in a source."""
    for each in fractions(text):  # "22 of 53", where the source says 42% of 53
        if source.supports(each.whole) and is_share(each, source.figures):
            yield each.part.start
    for part in figures(text):  # "8 (72.7%)", where the source says 72.7% of 11
        for share in figures(text):
            if share.kind == PERCENT and _OPENED.fullmatch(text, part.end, share.start):
                wholes = (whole for whole in source.figures if whole.kind == NUMBER)
                if any(is_share(Fraction(part, whole), [share]) for whole in wholes):
                    yield part.start


def _is_our_search(text: str, figure: Figure) -> bool:
    """Return whether a date is in a sentence on what the editors did not find."""
    return figure.kind == DATE and any(
        start <= figure.start < end and NOT_FOUND.search(text[start:end])
        for start, end in sentence_spans(text)
    )


def _is_in_a_name(figure: Figure, cited: Cited) -> bool:
    """Return whether a number is part of a trial's name: IntReALL HR 2010."""
    names = (trial.header.short_name for trial in cited.library.content.trials.values())
    return any(
        match.start() <= figure.start < match.end()
        for name in names
        if figure.text in name
        for match in re.finditer(re.escape(name), cited.text)
    )
