"""Headings in eligibility criteria: which lines begin the inclusion or the exclusion list.

English ones by patterns, in all their spellings; those of other languages by a table.
"""

import re
from typing import NamedTuple

from monitor.text import name_identity

INCLUSION, EXCLUSION, OTHER = SECTIONS = ("inclusion", "exclusion", "other")

_LONGEST = 160  # characters


class Heading(NamedTuple):
    """A line that begins a section."""

    section: str
    rest: str  # the text after its colon: the first item
    above: tuple[str, ...] = ()  # the heading itself, if it is about a part of the study


_ENGLISH = re.compile(
    r"""^\W*(?P<before>(?:[\w/&,'’-]+\s+){0,4}?)
        (?P<not>non[\s-]+)?(?P<section>inclusion|exclusion|eligibility|ineligibility)s?
        (?P<criteria>\s+criteri(?:a|on)s?)?
        (?P<scope>\b[^:：]{0,80}?)
        (?:(?P<colon>\s*[:：])\W*(?P<after>.*?))?\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_SECTION_OF = {
    "inclusion": INCLUSION,
    "exclusion": EXCLUSION,
    "non-inclusion": EXCLUSION,
    "ineligibility": EXCLUSION,
}
_SENTENCE = re.compile(
    r"\b(?:meets?|meeting|met|not|may|must|apply|defined|fulfil\w*|satisf\w*|is|are|was|were|"
    r"has|have|will|should|time of|any|all of|listed|same)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_ANNOUNCEMENT = re.compile(
    r"(?:.*?\b(?P<not>not|fail)\b)?.*\bfollowing\s(?P<section>inclusion|exclusion)\scriteria\b[^.:：]*[:：]\W*",
    re.IGNORECASE,
)
"""A sentence as a heading: "Subjects who meet any of the following exclusion criteria …:"."""
_OF_A_PART = re.compile(
    r"\b(?:cohort|arm|group|part|phase|stratum|donor|recipient|sibling|control)s?\b", re.IGNORECASE
)
_GENERAL = """
    inclusion exclusion eligibility ineligibility non criteria criterion key main major primary
    general additional other specific basic core selection required minimum
    the of for to in a an all and or study trial protocol enrollment enrolment entry registration
    patient patients participant participants subject subjects people persons parts cohorts arms
    following include includes summary list
"""
_OF_NO_PART = frozenset(_GENERAL.split())

_TRANSLATED = {
    "Spanish": (
        "criterios de inclusión, criterio de inclusión",
        "criterios de exclusión, criterio de exclusión, criterios de no inclusión",
    ),
    "Portuguese": (
        "critérios de inclusão, critério de inclusão",
        "critérios de exclusão, critério de exclusão, critérios de não inclusão",
    ),
    "French": ("critères d'inclusion", "critères d'exclusion, critères de non-inclusion"),
    "French, of one": ("critère d'inclusion", "critère d'exclusion, critère de non-inclusion"),
    "Italian": (
        "criteri di inclusione, criterio di inclusione, criteri d'inclusione",
        "criteri di esclusione, criterio di esclusione, criteri d'esclusione",
    ),
    "Catalan": ("criteris d'inclusió", "criteris d'exclusió"),
    "Romanian": ("criterii de includere", "criterii de excludere"),
    "German": (
        "Einschlusskriterien, Einschlusskriterium",
        "Ausschlusskriterien, Ausschlusskriterium",
    ),
    "Dutch": ("inclusiecriteria", "exclusiecriteria"),
    "Danish, Norwegian, Swedish": (
        "inklusionskriterier, inklusjonskriterier",
        "eksklusionskriterier, eksklusjonskriterier, exklusionskriterier",
    ),
    "Polish": ("kryteria włączenia", "kryteria wyłączenia, kryteria wykluczenia"),
    "Czech": ("zařazovací kritéria, kritéria pro zařazení", "vylučovací kritéria"),
    "Turkish": (
        "dahil edilme kriterleri, dahil etme kriterleri, dahil olma kriterleri",
        "dışlama kriterleri, dışlanma kriterleri, hariç tutma kriterleri, hariç tutulma kriterleri",
    ),
    "Hungarian": ("beválasztási kritériumok", "kizárási kritériumok"),
    "Greek": ("κριτήρια ένταξης, κριτήρια εισαγωγής", "κριτήρια αποκλεισμού"),
    "Ukrainian": ("критерії включення", "критерії виключення, критерії невключення"),
    "Russian": ("критерии включения", "критерии исключения, критерии невключения"),
    "Indonesian": ("kriteria inklusi", "kriteria eksklusi"),
    "Vietnamese": ("tiêu chuẩn lựa chọn, tiêu chuẩn chọn", "tiêu chuẩn loại trừ"),
    "Chinese": (
        "入选标准, 纳入标准, 入组标准, 入選標準, 納入標準, 納入條件, 收案條件",
        "排除标准, 排除標準, 排除條件",
    ),
    "Japanese": ("選択基準, 適格基準, 組入れ基準", "除外基準"),
    "Korean": ("선정기준, 선정 기준, 포함기준, 포함 기준", "제외기준, 제외 기준"),
}
"""Language -> how its inclusion headings, and its exclusion headings, begin."""


def _letters(text: str) -> str:
    """Return the letters and digits of a text without accents and spaces, as a key."""
    return "".join(token for token in name_identity(text).split() if token[0].isalnum())


_SECTION_OF_TRANSLATED = {
    _letters(phrase): section
    for phrases in _TRANSLATED.values()
    for section, words in zip((INCLUSION, EXCLUSION), phrases, strict=True)
    for phrase in words.split(", ")
}
TRANSLATED = tuple(p for pair in _TRANSLATED.values() for words in pair for p in words.split(", "))
_LENGTHS = sorted({len(letters) for letters in _SECTION_OF_TRANSLATED})
_HINT = re.compile(
    r"k(?:r[ií]|ry)t|\Bcriteria|crit[^s]{1,3}r(?!i(?:a|on)\b)|крит|κριτ|chuẩn|准|標準|條件|基準|기준"
)
"""Each of them contains one of these; few other lines do."""


def read(line: str, *, is_item: bool = False) -> Heading | None:
    """Return a line as a Heading; None where it is an item. The line comes without its marker.

    `is_item` says that it had one: a sentence with a marker is an item, whatever it announces.
    """
    if len(line) > _LONGEST:
        return None
    lower = line.lower()
    if "rit" in lower or "ryt" in lower or not line.isascii():  # few lines
        translated = _translated(line) if _HINT.search(lower) else None
        if translated:
            return translated
    if "clusion" not in lower and "eligibility" not in lower:
        return None
    return (None if is_item else _announced(line)) or _english(line)


def _announced(line: str) -> Heading | None:
    match = _ANNOUNCEMENT.fullmatch(line)
    if not match:
        return None
    section = match["section"].lower()
    if match["not"] and section == INCLUSION:
        return None
    return Heading(section, "", (_plain(line),) if _OF_A_PART.search(line) else ())


def _english(line: str) -> Heading | None:
    whole = re.match("[^:：]*", line)
    head = whole[0] if whole else line
    match = _read(line) or _read(_ASIDE.sub("", _ASIDE.sub("", head)) + line[len(head) :])
    if not match:
        return None
    word = f"{'non-' if match['not'] else ''}{match['section'].lower()}"
    return Heading(_SECTION_OF.get(word, OTHER), match["after"] or "", _above(head))


def _read(line: str) -> re.Match[str] | None:
    match = _ENGLISH.match(line)
    if not match or _SENTENCE.search(match["before"]) or _SENTENCE.search(match["scope"]):
        return None
    if not match["colon"] and not match["criteria"] and match["scope"].strip():
        return None
    return match


def _above(head: str) -> tuple[str, ...]:
    """Return the heading, if it says more than which list it begins; else nothing."""
    head = _ASIDE.sub(_of_a_part, head)
    words = [word for word in name_identity(head).split() if word[0].isalnum()]
    return () if _OF_NO_PART.issuperset(words) else (_plain(head),)


def _of_a_part(aside: re.Match[str]) -> str:
    """Return an aside; "" for a sentence about the list as a whole: "(all must be met)"."""
    is_general = _SENTENCE.search(aside[0]) and not _OF_A_PART.search(aside[0])
    return "" if is_general else aside[0]


def _plain(heading: str) -> str:
    return " ".join(heading.strip(" *_#<>").split())


def _translated(line: str) -> Heading | None:
    head, colon, rest = line.replace("：", ":").partition(":")
    letters = _letters(head)
    for length in _LENGTHS:
        section = _SECTION_OF_TRANSLATED.get(letters[:length])
        # Without a colon, only an aside in brackets may follow.
        if section and (colon or length >= len(letters) or re.search(r"[)）\]]\W*$", head)):
            return Heading(section, rest.strip(" *_】"))
    return None
