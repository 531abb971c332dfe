"""Splits a study into passages: a piece of the record, its place, and its parents."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.facets.phrases import small
from monitor.registry import EXCLUSION, OTHER, SECTIONS, Study, parse_criteria
from monitor.text import unescape

TITLE, CONDITION, KEYWORD = "title", "condition", "keyword"
INCLUSION = "inclusion"
ARM, INTERVENTION, SUMMARY, DESCRIPTION = "arm", "intervention", "summary", "description"
DESIGN = "design"

_PLAIN = str.maketrans("‐‑–—−’‘“”（），＋®™", "-----''\"\"(),+  ")
"""Typography that means nothing, sign by sign, so that places in a text stay the same."""


@dataclass(slots=True, eq=False)
class Passage:
    """A piece of a record. A record has a hundred, and most are never looked at again."""

    kind: str  # one of the above
    name: str  # "inclusion"
    number: int  # 3 for the third of these; 0 where there is one
    text: str  # in one line, without escapes, with plain dashes and quotes
    above: tuple["Passage", ...] = ()  # the headings and items above it, nearest last
    _words: str = ""

    @property
    def where(self) -> str:
        """Return the name of its place: "inclusion 3"."""
        return f"{self.name} {self.number}" if self.number else self.name

    @property
    def words(self) -> str:
        """Return the text in lower case, of equal length."""
        if not self._words:
            self._words = small(self.text)
        return self._words


def passages(study: Study) -> Iterator[Passage]:
    """Yield the passages of a record that may name its participants or treatments."""
    for name, text in (
        ("title", study.brief_title),
        ("official title", study.official_title),
        ("acronym", study.acronym),
    ):
        if text:
            yield Passage(TITLE, name, 0, _one_line(text))
    for kind, texts in ((CONDITION, study.conditions), (KEYWORD, study.keywords)):
        for number, text in enumerate(texts, 1):
            yield Passage(kind, kind, number, _one_line(text))
    yield from _criteria(study.criteria)
    for number, intervention in enumerate(study.interventions, 1):
        for text in (intervention.name, *intervention.other_names):
            yield Passage(INTERVENTION, INTERVENTION, number, _one_line(text))
    if study.primary_purpose:
        purpose = study.primary_purpose.replace("_", " ").lower()
        yield Passage(DESIGN, "primary purpose", 0, purpose)
    if study.brief_summary:
        yield Passage(SUMMARY, SUMMARY, 0, _one_line(study.brief_summary))


def arms(study: Study) -> Iterator[Passage]:
    """Yield what a record says of its groups, of which each may be for some of the people."""
    for number, arm in enumerate(study.arms, 1):
        for text in (arm.label, arm.description):
            if text:
                yield Passage(ARM, ARM, number, _one_line(text))


def descriptions(study: Study) -> Iterator[Passage]:
    """Yield the long descriptions of a record."""
    if study.detailed_description:
        yield Passage(DESCRIPTION, DESCRIPTION, 0, _one_line(study.detailed_description))
    for number, intervention in enumerate(study.interventions, 1):
        if intervention.description:
            yield Passage(DESCRIPTION, INTERVENTION, number, _one_line(intervention.description))


def _criteria(text: str) -> Iterator[Passage]:
    numbers = dict.fromkeys(SECTIONS, 0)
    above: list[tuple[float, Passage]] = []  # (level, passage), the outermost first
    items = parse_criteria(text)
    for item, after in zip(items, (*items[1:], None), strict=False):
        section = item.section
        numbers[section] += 1
        kind = EXCLUSION if section == EXCLUSION else INCLUSION
        name = "criterion" if section == OTHER else section
        # "ALL:" is a heading, whether those after it stand further in or not.
        is_heading = item.text.endswith(":") and after is not None and after.level == item.level
        level = item.level - 0.5 if is_heading else item.level
        while above and (above[-1][0] >= level or above[-1][1].kind != kind):
            above.pop()
        passages_above = tuple([each for _, each in above]) if above else ()
        passage = Passage(kind, name, numbers[section], _one_line(item.text), passages_above)
        yield passage
        above.append((level, passage))


def _one_line(text: str) -> str:
    if text.isascii() and text.isprintable() and "\\" not in text and "  " not in text:
        return text.strip()
    plain = unescape(text)
    return " ".join((plain if plain.isascii() else plain.translate(_PLAIN)).split())


_QUOTED = 160  # letters of a passage that are quoted whole


def piece(text: str, start: int, end: int) -> str:
    """Return a text, cut around a phrase where it is long, between words."""
    if len(text) <= _QUOTED:
        return text
    first, last = max(0, start - _QUOTED // 2), min(len(text), end + _QUOTED // 2)
    cut = text[first:last]
    if first:
        cut = f"… {cut.partition(' ')[2] or cut}"
    return f"{cut.rpartition(' ')[0] or cut} …" if last < len(text) else cut
