"""Words that reverse a sentence, each with its opposites: more and fewer.

A mistake that exchanges two of them leaves every number and name where it was. So where a text has
one of a pair, and all that its sources say of the matter has the other, one of the two is wrong.
"""

import re

OPPOSITES: tuple[dict[str, str], ...] = (
    {
        "children": r"\bchild(?:ren|hood)?\b|\bpa?ediatric|\bbab(?:y|ies)\b|\binfants?|\bteenage",
        "adults": r"\badults?\b",
    },
    {
        "an approval": r"\bapprov(?:ed|es)\b|\bgranted\b|\bauthori[sz]ed\b|\bagreed\b|\baccepted\b",
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
        "under the skin": r"\bunder the skin|\bsubcutaneous|\binjected\b|\binjections?\b",
        "into a vein": r"\binto a vein|\binfusions?\b|\bintravenous",
        "into the fluid of the spine": r"\bspin(?:e|al)\b|\bintrathecal",
    },
    {
        "more": r"\bmore (?:often|frequent)|\bmore\b(?! than)"
        r"|\b(?:higher|longer|greater|larger|increased?|rose|raised)\b(?! risk)",
        "fewer or less": r"\b(?:fewer|less) (?:often|frequent)|\b(?:fewer|less)\b(?! fit| than)"
        r"|\b(?:lower|lowered|shorter|smaller|decreased?|fell|reduced)\b(?! risk)",
    },
    {
        "better": r"\bbetter\b|\bgood\b|\bfavou?rable\b|\bgain(?:s|ed)?\b|\bimprov\w+",
        "worse": r"\bworse\b|\bpoor(?:er)?\b|\badverse\b|\bharder\b",
    },
    {"newly diagnosed": r"\bnewly diagnosed\b|\buntreated\b",
     "relapsed": r"\brelapsed\b|\bcame back\b"},
    {"earlier": r"\bearlier\b|\bprevious(?:ly)?\b", "later": r"\blater\b|\bnext\b"},
    {"first": r"\bfirst\b", "second": r"\bsecond\b"},
    {"fast": r"\bfast\b|\bquickly\b|\brapid(?:ly)?\b", "slow": r"\bslow(?:ly)?\b"},
    {"small": r"\bsmall(?:est)?\b|\bfew\b", "large": r"\blarge(?:st)?\b|\bmany\b"},
    {"common": r"\bcommon(?:ly)?\b|\bnormal\b", "rare": r"\brare(?:ly)?\b|\buncommon\b"},
    {"strongly": r"\bstrong(?:ly|er|est)?\b", "weakly": r"\bweak(?:ly|er)?\b"},
    {"it lasts": r"\bstill\b", "it has ended": r"\bno longer\b|\bnot any ?more\b"},
    {"a donor": r"\bdonors?\b|\ballogeneic\b", "the patient": r"\bpatients?['’]|\bautologous\b"},
    {"high": r"\bhigh\b(?!er|est)", "low": r"\blow\b(?!er|est)", "average": r"\baverage\b"},
    {"young": r"\byoung(?:er|est)?\b", "old": r"\bolder\b|\boldest\b|\belderly\b"},
    {"T cells": r"(?<!CAR[- ])\bT[- ]cells?\b(?![- ]engag)", "B cells": r"\bB[- ]cells?\b"},
    {"outweighs": r"\boutweighs?\b", "is outweighed": r"\boutweighed\b"},
    {"high-risk": r"\bhigh[- ]risk\b", "standard-risk": r"\bstandard[- ]risk\b"},
    {"a full approval": r"\b(?:full|regular) approval",
     "a conditional one": r"\b(?:conditional|accelerated)(?:ly)? (?:approv|market)"},
    {"mutated": r"\bmutated\b", "unmutated": r"\bunmutated\b|\bnot mutated\b"},
    {"resistant": r"\bresistant\b", "sensitive": r"\bsensitive\b"},
    {"failed": r"\bfail(?:s|ed)?\b", "succeeded": r"\bsucceed(?:s|ed)?\b|\bworks?\b"},
    {"by chance": r"\bby chance\b|\brandom(?:ly|i[sz]ed)?\b", "by choice": r"\bchoos?es?\b"},
    {"widespread": r"\bwidespread\b", "local": r"\blocali[sz]ed\b|\bin one area\b"},
    {"severe": r"\bsevere\b", "mild": r"\bmild(?:er)?\b"},
    {"open label": r"\bboth\b", "blinded": r"\bneither\b"},
    {"men": r"\bmen\b|\bmale\b|\bboys\b", "women": r"\bwomen\b|\bfemale\b|\bgirls\b"},
    {"the FDA": r"\bFDA\b", "the MHRA": r"\bMHRA\b", "NICE": r"\bNICE\b",
     "the European Commission": r"\bEuropean Commission\b", "the EMA": r"\bEMA\b"},
    {"the United States": r"\bUnited States\b|\bAmerican?\b|\bFDA\b|\bU\.S\.",
     "Europe": r"\bEurope(?:an)?\b|\bEMA\b|\bEU\b",
     "Britain": r"\bBrit(?:ish|ain)\b|\bEngl(?:ish|and)\b|\bUnited Kingdom\b|\bUK\b"
     r"|\bMHRA\b|\bNHS\b"},
)  # fmt: skip
"""A row for each question that words can answer in contrary ways, by the name of the answer."""

PATTERNS: tuple[dict[str, re.Pattern[str]], ...] = tuple(
    {name: re.compile(words, re.IGNORECASE) for name, words in row.items()} for row in OPPOSITES
)
ORDER = {
    "before": re.compile(r"\bbefore\b(?! and\b)", re.IGNORECASE),
    "after": re.compile(r"\bafter\b", re.IGNORECASE),
}
"""Every other text has one of these: they count of the same thing only."""

LIVES = PATTERNS[0]
"""Of children and of adults."""
