"""What is studied: the values of facets about treatments, without what is only given along."""

import re
from collections.abc import Iterator, Sequence

from monitor.content import TREATMENT
from monitor.facets import language
from monitor.facets.passages import DESIGN, INTERVENTION, TITLE, piece
from monitor.facets.people import Evidence
from monitor.facets.reading import CONTRARY, Compiled, Key, Read
from monitor.facets.sorting import YES, Reason
from monitor.registry import Study

_MEANWHILE = re.compile(r"\b(?:undergoing|receiving|during|patients on)\b[^.;:]*$")
_NAMING = (TITLE, INTERVENTION, DESIGN)
_FREE = re.compile(
    r"[- ](?:free|na[iï]ve|resistant|refractory|sensitive|induced|related|patients|recipients"
    r"|survivors|technique)\b"
)
_AGAINST = re.compile(
    r"(?<!-)\b(?:versus(?!-)|vs\.?|compared (?:with|to)|(?<!with or )without|no)\b[^.;:]{0,40}$"
)
_CONDITIONING = re.compile(
    r"\bconditioning (?:with|using)\b(?:(?!\b(?:for|followed|before|prior)\b)[^.;:])*$"
)
_HELP = ("SUPPORTIVE_CARE", "PREVENTION")


def _is_aside(before: str, *, is_own: bool) -> bool:
    """Whether a title names what comes next as something else than what is studied."""
    return bool(
        language.is_past_treatment(before)
        or _AGAINST.search(before)
        or _CONDITIONING.search(before)
        or (not is_own and _MEANWHILE.search(before))
    )


def evidence(
    study: Study, reads: Sequence[Read], words: Compiled
) -> Iterator[tuple[Key, Evidence]]:
    """What titles and interventions name, but for what is only given along with it."""
    named: list[tuple[Key, Evidence, bool]] = []
    given = {
        said.label.key for read in reads if read.passage.kind == INTERVENTION for said in read.said
    }
    for read in reads:
        passage = read.passage
        if passage.kind not in _NAMING:
            continue
        for said in read.said:
            facet, value = words.values[said.label.key]
            if facet.about != TREATMENT or said.label.role == CONTRARY:
                continue
            if value.background and study.study_type == "OBSERVATIONAL":
                continue
            before = passage.words[: said.start]
            is_title = passage.kind != INTERVENTION
            # "Undergoing a transplant" is studied, too, where the record lists it; not where help
            # to those who undergo it is the purpose.
            is_own = said.label.key in given and study.primary_purpose not in _HELP
            if is_title and _is_aside(before, is_own=is_own):
                continue
            if _FREE.match(passage.words, said.end):
                continue
            reason = Reason(passage.where, piece(passage.text, said.start, said.end))
            each = Evidence(
                YES, 2 if is_title else 1, is_strict=True, named=read.found.named, reason=reason
            )
            named.append((said.label.key, each, is_title or not value.background))
    is_anything = any(is_studied for _, _, is_studied in named)
    for key, each, is_studied in named:
        if is_studied or not is_anything:
            yield key, each
