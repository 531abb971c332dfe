"""Words that exclude each other, in a text and in what stands for it.

"Approved for B-cell ALL", where all that its sources speak of is T-cell ALL, is a slip of the pen
that no number gives away.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import permutations

_PEOPLE = {
    "children": r"\bchild(?:ren|hood)?\b|\bpediatric|\bbab(?:y|ies)\b|\binfants?|\bteenage",
    "adults": r"\badults?\b",
}
_GROUPS: tuple[dict[str, str], ...] = (
    {
        "Ph-positive": r"\b(?:Ph|Philadelphia)-positive|\bPh\+",
        "Ph-negative": r"\b(?:Ph|Philadelphia)-negative|\bwithout (?:the Phil|BCR::ABL1)",
    },
    {
        "B-cell": r"\bB-(?:cell|lineage|lymphoblastic|ALL\b)|\bB (?:or T )?lymphoblast",
        "T-cell": r"\bT-(?:cell (?:ALL|LBL)|ALL\b|LBL\b|lymphoblast)|\bT lymphoblast",
    },
    {
        "newly diagnosed": r"\bnewly diagnosed|\bfirst (?:treatment|remission)|\buntreated",
        "relapsed or refractory": r"\brelapsed\b|\brefractory|\bcame back|\bresisted",
    },
    _PEOPLE,
    {
        "the chronic phase": r"\bchronic phase",
        "the accelerated phase": r"\baccelerated phase",
        "the blast phase": r"\bblast (?:phase|crisis)",
    },
    {
        "an approval": r"\bapprov(?:ed|es)\b|\bgranted\b|\bauthori[sz]ed\b",
        "a refusal or withdrawal": r"\bwithdr[ae]w|\brefused\b|\bdeclined\b|\brejected\b",
    },
    {
        "suspended": r"\bsuspended\b",
        "completed": r"\bcompleted\b",
        "terminated": r"\bterminated\b",
    },
    {
        "a comparison": r"\bcompared with\b|\bagainst\b|\bin(?:stead| place) of\b|\bor another\b",
        "an addition": r"\badded to\b|\bon top of\b|\btogether with\b",
    },
    {
        "MRD-negative": r"\bMRD[- ]negative|\bwithout (?:detectable )?MRD|\bno MRD",
        "MRD-positive": r"\bMRD[- ]positive|\bwith (?:detectable )?MRD",
    },
    {
        "under the skin": r"\bunder the skin|\bsubcutaneous",
        "into a vein": r"\binto a vein|\binfusion|\bintravenous",
    },
    {
        "more": r"\bmore (?:often|frequent)|\b(?:higher|longer|increased?|rose|raised)\b(?! risk)",
        "less": r"\bless (?:often|frequent)"
        r"|\b(?:lower|lowered|shorter|decreased?|fell|reduced)\b(?! risk)",
    },
)
_WORDS = tuple(
    (
        re.compile(pattern, re.IGNORECASE),
        {name: re.compile(other, re.IGNORECASE) for name, other in group.items() if name != mine},
    )
    for group in _GROUPS
    for mine, pattern in group.items()
)
_BOTH = re.compile(
    r"\b(?:adults|children) (?:and|or) (?:adults|children)\b|\badults as well as children\b",
    re.IGNORECASE,
)
_LIVES = tuple(
    (name, re.compile(_PEOPLE[name], re.IGNORECASE), re.compile(_PEOPLE[other], re.IGNORECASE))
    for name, other in permutations(_PEOPLE)
)
_DENIED = re.compile(
    r"\b(?:not|no|nor|nobody|never|without|neither|unlike|than|instead of|outside)\b"
    r"[^.;:()]{0,60}$",
    re.IGNORECASE,
)


def rivals(text: str, says: Iterable[str], around: str = "") -> Iterator[tuple[int, str, str]]:
    """(where, the words, what the sources say) of each that stands against all of its sources.

    `around` is the text that the same sources stand for: where it has both, nobody mixed them up.
    """
    lines = [*says]
    for words, others in _WORDS:
        found = _told(words, text)
        if not found or any(map(words.search, lines)):
            continue
        for rival, other in others.items():
            if any(_told(other, one) for one in lines) and not other.search(around or text):
                yield found.start(), found[0], rival
    if both := _told(_BOTH, text):
        for rival, one, other in _LIVES:
            if any(map(one.search, lines)) and not any(map(other.search, lines)):
                yield both.start(), both[0], rival


def is_denied(before: str) -> bool:
    """Whether what stands before a word in its sentence denies it."""
    return bool(_DENIED.search(before))


def _told(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first of them that a text does not deny."""
    return next((one for one in words.finditer(text) if not is_denied(text[: one.start()])), None)
