"""The words by which records name a disease or a stage of treatment, for `review`.

Patterns run over texts without case, escapes and odd dashes (items.normal). `rivals` are terms of
which a trial that is for one and never names the other is not for the other.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """How a record says that somebody has this, or is at this point."""

    says: re.Pattern[str]
    rivals: tuple[str, ...] = ()
    rival_unless: tuple[str, str] | None = None  # a rival, where the record never names the other
    excludes: tuple[str, ...] = ()  # to keep these people out is to say this
    blurred_by: tuple[
        str, ...
    ] = ()  # where the titles say this too, nobody can tell which is meant


_PH = r"(?:ph|philadelphia(?: chromosome)?(?: \(ph1?\))?|bcr[-:/ ]{0,3}abl1?)"
_FUSION = r"(?:t\(9;22\)|bcr[-:/ ]{1,3}abl1? (?:fusion|rearrange\w*|translocation|transcript))"
_DISEASE = (
    r"(?:acute|all|leuk\w+|lymphoblast\w*|lymphoma\w*|non-hodgkin\w*|malignan\w+|neoplasm\w*|lbl"
    r"|prolymphocyt\w+|precursor\w*|lineage|nhl)"
)
# One \b stands before all that begin with a word: with one in each, it takes four times as long.
_B_DISEASES = r"(?:b-?all|bcp-?all|b-?nhl|b-?lbl|dlbcl|lbcl|cll|pre-?b)\b"
_B_DISEASES_NAMED = (
    r"chronic lymphocytic leukemia|small lymphocytic lymphoma|mantle cell|follicular lymphoma"
    r"|marginal zone|burkitt|waldenstr|hairy cell|primary mediastinal"
)
_T_DISEASES = r"t-?all\b|t-?lbl\b|etp-all\b|early t[- ]|ptcl\b|ctcl\b"
_T_DISEASES_NAMED = r"mycosis fungoides|s[eé]zary|angioimmunoblastic"


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _marker(number: int) -> str:
    expressed = rf"express\w* (?:of )?cd ?{number}\b(?! chim)"
    return rf"\bcd ?{number}[- ]?(?:(?:tumou?r )?express\w*|positiv\w*|\+)|{expressed}"


POPULATION: dict[str, Term] = {
    "Philadelphia-positive": Term(
        _re(rf"\b{_PH}[- ]?(?:positive|pos\b|\+)|{_FUSION}"),
        rivals=("Philadelphia-negative",),
        rival_unless=("T-cell", "B-cell"),  # it is a change of B cells, but for the rarest cases
        excludes=("Philadelphia-negative",),
    ),
    "Philadelphia-negative": Term(
        _re(
            rf"\b{_PH}[- ]?(?:negative|neg\b|-(?![a-z0-9]))"
            rf"|\b(?:no|without|absence of)(?: the)? (?:{_PH}|{_FUSION})"
        ),
        rivals=("Philadelphia-positive",),
        excludes=("Philadelphia-positive",),
    ),
    "Philadelphia-like": Term(_re(rf"\b{_PH}1?[- ]?like\b")),
    "KMT2A-rearranged": Term(
        _re(r"\b(?:kmt2a(?:-?r)?|mll(?:-?r)?)\b(?![- ](?:non|germ|wild|neg|unre))|\b11q23")
    ),
    "B-cell": Term(
        _re(
            rf"\b(?:b[- ]?(?:cell|lineage|precursor|lymphoblast\w*|{_DISEASE})|{_B_DISEASES})"
            rf"|{_B_DISEASES_NAMED}"
        ),
        rivals=("T-cell",),
    ),
    "T-cell": Term(
        # Not the T cells of a treatment: "CAR T-cell therapy", "T-cell engager".
        _re(
            r"\b(?:t(?<!car[- ]t)(?<!receptor t)(?<!engineered t)"
            rf"[- ](?:cell[- ]|lineage )?{_DISEASE}"
            rf"|t[- ]?(?:cell|lineage) (?:or|and) b\b|b[- ]?(?:cell)? ?(?:or|and) t[- ]cell"
            rf"|{_T_DISEASES})|{_T_DISEASES_NAMED}"
        ),
        rivals=("B-cell",),
    ),
    "CD19-positive": Term(_re(_marker(19))),
    "CD22-positive": Term(_re(_marker(22))),
}

LINE: dict[str, Term] = {
    "newly diagnosed": Term(
        _re(
            r"\bnewly[- ]diagnosed|\b(?:previously )?untreated\b|\bfront-?\s?line"
            r"|\b(?:treatment|therapy)[- ]na[iï]ve|\bnew(?:ly)? diagnos"
        ),
        rivals=("relapsed or refractory",),
    ),
    "relapsed or refractory": Term(
        _re(
            r"\brelapsed\b|\brefractory\b(?! to (?:platelet|transfusion))|\brecurrent\b|\br/r\b"
            r"|\b(?:in|first|second|later|subsequent|marrow|after|at|or|with) relapses?\b"
            r"(?![- ]free)"
            r"|\brelapse[/ ]refractory|\bhave relapsed|\bresistant\b"
        ),
        rivals=("newly diagnosed", "in remission"),
        blurred_by=(
            "in remission",
        ),  # "to extend remission in relapsed ALL": they are in remission
    ),
    "in remission": Term(
        _re(
            r"\bin (?:\w+ ){0,4}(?:remission|cr[123]?)\b"
            r"|\b(?:first|second|1st|2nd) (?:\w+ )?remission"
            r"|\b(?:mrd|(?:minimal|measurable) residual disease)(?: \(mrd\))?[- ]?(?:positive|\+)"
            r"|\b(?:extend|prolong|maintain|sustain)\w* (?:\w+ )?remissions?"
            r"|\bcr[12]\b|\bno (?:sign|evidence) of (?:cancer|disease)\b"
        ),
    ),
}
"""A person in remission after a relapse is both: so remission has no rivals of its own."""
