"""A study as passages: what each piece of a record says, where it stands, and below what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from monitor.registry import EXCLUSION, OTHER, SECTIONS, Study, parse_criteria
from monitor.text import unescape

TITLE, CONDITION, KEYWORD = "title", "condition", "keyword"
INCLUSION = "inclusion"
ARM, INTERVENTION, SUMMARY, DESCRIPTION = "arm", "intervention", "summary", "description"
DESIGN = "design"

_PLAIN = str.maketrans("‐‑–—−’‘“”（），＋", "-----''\"\"(),+")
"""Typography that means nothing, sign by sign, so that places in a text stay the same."""


@dataclass(slots=True)
class Passage:
    """A piece of a record."""

    kind: str  # one of the above
    where: str  # "inclusion 3"
    text: str  # in one line, without escapes, with plain dashes and quotes
    above: tuple["Passage", ...] = ()  # the headings and items that it stands below, nearest last
    words: str = field(init=False)  # the text in small letters, of the same length

    def __post_init__(self) -> None:
        words = self.text.lower()
        self.words = words if len(words) == len(self.text) else self.text


def passages(study: Study) -> Iterator[Passage]:
    """Everything in a record that may say whom it is for or what it studies."""
    for kind, where, texts in (
        (TITLE, TITLE, (study.brief_title,)),
        (TITLE, "official title", (study.official_title,)),
        (TITLE, "acronym", (study.acronym,)),
    ):
        yield from (_passage(kind, where, text) for text in texts if text)
    yield from _numbered(CONDITION, study.conditions)
    yield from _numbered(KEYWORD, study.keywords)
    yield from _criteria(study.criteria)
    for number, arm in enumerate(study.arms, 1):
        for text in (arm.label, arm.description):
            if text:
                yield _passage(ARM, f"arm {number}", text)
    for number, given in enumerate(study.interventions, 1):
        for text in (given.name, *given.other_names):
            yield _passage(INTERVENTION, f"intervention {number}", text)
    if study.brief_summary:
        yield _passage(SUMMARY, SUMMARY, study.brief_summary)


def _numbered(kind: str, texts: Iterable[str]) -> Iterator[Passage]:
    return (_passage(kind, f"{kind} {number}", text) for number, text in enumerate(texts, 1))


def _criteria(text: str) -> Iterator[Passage]:
    numbers = {section: count(1) for section in SECTIONS}
    above: list[tuple[float, Passage]] = []  # (level, passage), the outermost first
    items = parse_criteria(text)
    for item, after in zip(items, (*items[1:], None), strict=False):
        kind = EXCLUSION if item.section == EXCLUSION else INCLUSION
        name = "criterion" if item.section == OTHER else item.section
        where = f"{name} {next(numbers[item.section])}"
        # "ALL:" is a heading, whether those after it stand further in or not.
        is_heading = item.text.endswith(":") and after is not None and after.level == item.level
        level = item.level - 0.5 if is_heading else item.level
        while above and (above[-1][0] >= level or above[-1][1].kind != kind):
            above.pop()
        passage = Passage(kind, where, _one_line(item.text), tuple(each for _, each in above))
        yield passage
        above.append((level, passage))


def _passage(kind: str, where: str, text: str) -> Passage:
    return Passage(kind, where, _one_line(text))


def _one_line(text: str) -> str:
    plain = unescape(text)
    return " ".join((plain if plain.isascii() else plain.translate(_PLAIN)).split())


_QUOTED = 160  # letters of a passage that are quoted whole


def piece(text: str, start: int, end: int) -> str:
    """A text, or what stands around a phrase in a long one, cut between words."""
    if len(text) <= _QUOTED:
        return text
    first, last = max(0, start - _QUOTED // 2), min(len(text), end + _QUOTED // 2)
    cut = text[first:last]
    if first:
        cut = f"… {cut.partition(' ')[2] or cut}"
    return f"{cut.rpartition(' ')[0] or cut} …" if last < len(text) else cut
