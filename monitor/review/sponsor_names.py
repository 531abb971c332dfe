"""Compares names of organisations, without abbreviations, legal forms and accents."""

import re
import unicodedata
from collections.abc import Iterator

from monitor.text import normal

_FORMS = frozenset(
    [
        *("the", "of", "for", "and", "at", "in", "a", "inc", "incorporated", "llc", "ltd"),
        *("limited", "gmbh", "ag", "co", "corp", "corporation", "company", "plc", "sa", "bv", "ab"),
    ]
)

GROUPS = (
    "Children's Oncology Group (COG)",
    "SWOG Cancer Research Network",
    "ECOG-ACRIN Cancer Research Group",
    "Alliance for Clinical Trials in Oncology",
    "NRG Oncology",
    "Canadian Cancer Trials Group",
    "Pediatric Oncology Group (POG)",
    "Cancer and Leukemia Group B (CALGB)",
    "GIMEMA",
    "HOVON",
    "UNICANCER",
    "EORTC",
    "BMT CTN",
)
"""Groups of hospitals that run trials together; another body is often the sponsor on paper."""

NUMBERS = {
    "Children's Oncology Group": (
        r"(?:COG-)?A(?:ALL|AML|CCL|CNS|DVL|EWS|GCT|HEP|HOD|LTE|NBL|NHL|OST|REN|RST)\d{2}[0-9A-Z]{2,4}"
    ),
    "SWOG": r"(?:SWOG-)?S\d{4}[A-Z]?",
    "ECOG-ACRIN": r"(?:ECOG-(?:ACRIN-)?)?(?:E\d{4}|EA[A-Z]?\d{3,4})",
    "Alliance": r"(?:Alliance-)?A\d{6}",
    "Cancer and Leukemia Group B (CALGB)": r"CALGB-\d{4,6}",
    "BMT CTN": r"BMT ?CTN[ #-]*\d{4}",
    "GIMEMA": r"GIMEMA(?: ?\w+)?|LAL\d{4}",
}
"""How some groups number their protocols, whoever the sponsor is: AALL1731, S1318, EA9181."""

PROTOCOL = re.compile(r"\b[A-Z]{1,5}[0-9]{3,}[A-Z0-9]*\b(?<!NCT[0-9]{8})")
"""What looks like the number of a protocol, of these groups or of any other one."""


def group_of(number: str) -> str:
    """Return the group whose protocols are numbered so; "" where it is unknown."""
    groups = (name for name, form in NUMBERS.items() if re.fullmatch(form, number, re.IGNORECASE))
    return next(groups, "")


def numbers_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the first number of each group in a text, and the group."""
    for name, form in NUMBERS.items():
        if number := re.search(rf"\b(?:{form})\b", text):
            yield number[0], name


OWNERS = {
    "celgene": "bristol myers squibb",
    "juno": "bristol myers squibb",
    "kite": "gilead",
    "janssen": "johnson johnson",
    "genentech": "roche",
    "hoffmann la roche": "roche",
    "pharmacyclics": "abbvie",
    "loxo": "eli lilly",
    "seagen": "pfizer",
    "millennium": "takeda",
    "ariad": "takeda",
    "merck sharp dohme": "merck",
}
"""Companies that a record names and people call by the name of their owner."""


def is_called(name: str, words: str) -> bool:
    """Return whether `words` mean `name`: a part of it in order, or its initials."""
    full, claimed = _words(name), _words(words)
    if not claimed or not full:
        return False
    if _holds(full, claimed) or _holds(claimed, full) or sorted(claimed) == sorted(full):
        return True
    return len(claimed) == 1 and claimed[0] in _short_names(name)


def may_be(name: str, words: str) -> bool:
    """Return whether `words` may mean `name`: in another order, or its owner's company."""
    full, claimed = _words(name), _words(words)
    if len(claimed) > 1 and set(claimed) < set(full):
        return True
    return any(
        _holds(full, part.split()) and _holds(claimed, owner.split()[:1])
        for part, owner in OWNERS.items()
    )


def _holds(full: list[str], part: list[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(full)} "


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", normal(name)).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=\b\w)\.(?=\w?\b)", "", letters)  # M.D. is MD
    return [word for word in re.findall(r"[^\W_]+", plain.replace("'", "")) if word not in _FORMS]


def _short_names(name: str) -> set[str]:
    """Return its words in brackets, initials and capitals (Gruppo … EMatologiche …: GIMEMA)."""
    outside = re.sub(r"\([^)]*\)", " ", name)
    initials = "".join(word[0] for word in _words(outside))
    inside = re.findall(r"\(([^)]{2,12})\)", normal(name))
    capitals = "".join(letter for letter in outside if letter.isupper()).lower()
    return {*inside, *(short for short in (initials, capitals) if len(short) > 2)}
