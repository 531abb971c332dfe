"""Reads which treatments are studied, without those that only accompany them."""

import re
from collections.abc import Iterator, Sequence

from monitor.content import TREATMENT
from monitor.facets import language
from monitor.facets.passages import DESIGN, INTERVENTION, TITLE, piece
from monitor.facets.people import Evidence
from monitor.facets.reading import CONTRARY, Compiled, Key, Read, Said
from monitor.facets.sorting import YES, Reason
from monitor.registry import Study

_MEANWHILE = re.compile(
    r"\b(?:undergoing|receiving|during|patients on|bridg\w+(?: therapy)? (?:to|for))\b[^.;:]*$"
)
_CAUSED = re.compile(
    r"\b(?:(?:caused|induced) by|(?:related|due|secondary) to|associated with) [^.;:]*$"
)
_TO = re.compile(r"[^.;:]{0,60}\b(?:in|to|for)\b")
_PREVENTION = re.compile(r"\b(?:prevent\w*|reduc\w+|prophylaxis)\b")
_NAMING = (TITLE, INTERVENTION, DESIGN)
_FREE = re.compile(
    r"[- ](?:free|na[iï]ve|resistan\w+|refractory|sensitive|induced|related|patients|recipients"
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
    """Return whether the next words of a title are not what is studied."""
    return bool(
        language.is_past_treatment(before)
        or _AGAINST.search(before)
        or _CONDITIONING.search(before)
        or _CAUSED.search(before)
        or (not is_own and _MEANWHILE.search(before))
    )


def _is_to_prevent(said: Said, read: Read) -> bool:
    """Return whether a treatment is to prevent what follows: "methotrexate to prevent GVHD"."""
    return any(
        each.label.key != said.label.key
        and _TO.match(read.passage.words, said.end, each.start)
        and _PREVENTION.search(read.passage.words, each.start, each.end)
        for each in read.said
    )


def evidence(
    study: Study, reads: Sequence[Read], words: Compiled
) -> Iterator[tuple[Key, Evidence]]:
    """Yield the treatments of titles and interventions, without accompanying ones."""
    listed = {
        said.label.key for read in reads if read.passage.kind == INTERVENTION for said in read.said
    }
    named: list[tuple[Key, Evidence, bool]] = []
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
            is_title = passage.kind != INTERVENTION
            # "Undergoing a transplant" is studied, too, where the record lists it; not where help
            # to those who undergo it is the purpose.
            is_own = said.label.key in listed and study.primary_purpose not in _HELP
            if is_title and _is_aside(passage.words[: said.start], is_own=is_own):
                continue
            if _FREE.match(passage.words, said.end):
                continue
            if is_title and value.background and _is_to_prevent(said, read):
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
