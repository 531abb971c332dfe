"""What is studied: the values of facets about treatments, without what is only given along."""

import re
from collections.abc import Iterator, Sequence

from monitor.content import TREATMENT
from monitor.facets.passages import INTERVENTION, TITLE, piece
from monitor.facets.people import Evidence
from monitor.facets.reading import SAYS, Compiled, Key, Read
from monitor.facets.sorting import YES, Reason

_BEFORE = re.compile(
    r"\b(?:after|following|prior|previous\w*|pre-?treated|fail\w*|progress\w*|exposed|undergone"
    r"|undergoing|receiving|received|who have had|candidates for|resistant|refractory|intoleran\w*"
    r"|ineligible|eligible for)\b[^.;:]*$"
)
_AGAINST = re.compile(r"\b(?:versus|vs\.?|compared (?:with|to)|without|no)\b[^.;:]{0,40}$")


def evidence(reads: Sequence[Read], words: Compiled) -> Iterator[tuple[Key, Evidence]]:
    """What titles and interventions name, but for what is only given along with it."""
    named: list[tuple[Key, Evidence, bool]] = []
    for read in reads:
        passage = read.passage
        if passage.kind not in (TITLE, INTERVENTION):
            continue
        for said in read.said:
            facet, value = words.values[said.label.key]
            if facet.about != TREATMENT or said.label.role != SAYS:
                continue
            before = passage.words[: said.start]
            is_title = passage.kind == TITLE
            if is_title and (_BEFORE.search(before) or _AGAINST.search(before)):
                continue
            reason = Reason(passage.where, piece(passage.text, said.start, said.end))
            each = Evidence(YES, 2 if is_title else 1, is_strict=True, reason=reason)
            named.append((said.label.key, each, is_title or not value.background))
    is_anything = any(is_studied for _, _, is_studied in named)
    for key, each, is_studied in named:
        if is_studied or not is_anything:
            yield key, each
