"""Short names of trials beside the ids of others, and links whose words name others."""

import re
from collections.abc import Iterator
from itertools import chain

from monitor.content import sentence_spans
from monitor.registry import NCT_ID
from monitor.review.backing import Library
from monitor.review.cited import Cited, Fault
from monitor.review.sponsor_names import PROTOCOL

_ID = r"NCT[0-9]{8}"
_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<name>{PROTOCOL.pattern})\s*\(\s*(?P<id>{_ID})\s*\)",  # E1910 (NCT…)
        rf"(?P<id>{_ID})\s*\(\s*(?P<name>{PROTOCOL.pattern})\s*\)",
        rf"\[(?P<name>{PROTOCOL.pattern})\]\(/trials/(?P<id>{_ID})",  # [E1910](/trials/NCT…/)
        rf"(?P<name>{PROTOCOL.pattern})\s*\(\[[^\]]*\]\(/trials/(?P<id>{_ID})",  # E1910 ([…](/…))
        rf"(?P<id>{_ID}) is (?:the trial )?(?:known as |called )?(?P<name>{PROTOCOL.pattern})",
    )
)
_LINK = re.compile(rf"\[(?P<words>[^\]\[]+)\]\(/trials/(?P<id>{_ID})")


def names_of_other_trials(cited: Cited) -> Iterator[Fault]:
    """Yield each short name of a described trial that stands with the id of another one."""
    library, text = cited.library, cited.text
    for start, end in sentence_spans(text):
        names = {*PROTOCOL.findall(text, start, end)} - library.protocols_of(cited.about)
        ids = {*NCT_ID.findall(text, start, end)} - {cited.about}
        if len(names) == len(ids) == 1:
            yield from _other_id(library, start, names.pop(), ids.pop())
    for match in chain.from_iterable(pair.finditer(text) for pair in _PAIRS):
        yield from _other_id(library, match.start(), match["name"], match["id"])


def _other_id(library: Library, start: int, name: str, nct_id: str) -> Iterator[Fault]:
    if library.trial_of.get(name, nct_id) != nct_id:
        message = f"{name} is {library.trial_of[name]}, not {nct_id}: correct one of them"
        yield Fault(start, name, message)


def links_to_other_trials(cited: Cited) -> Iterator[Fault]:
    """Yield each name in the words of a link that the trial it leads to does not have."""
    for link in _LINK.finditer(cited.text):
        for name, message in _misleading(cited.library, link["words"], link["id"]):
            yield Fault(link.start(), name, message)


def _misleading(library: Library, words: str, nct_id: str) -> Iterator[tuple[str, str]]:
    trials = library.content.trials
    if nct_id not in trials:
        return
    header = trials[nct_id].header
    record = " ".join(library.backing([nct_id]).record)
    own = f"{header.short_name} {header.summary} {header.claims} {record}"
    for other, trial in trials.items():
        name = trial.header.short_name
        if other != nct_id and _holds(words, name) and not _holds(own, name):
            yield name, f"{name} is {other}, but this link leads to {nct_id}"
    drugs = {drug.generic for drug in library.names.find(own)}
    names = [drug.text for drug in library.names.find(words) if drug.generic not in drugs]
    names += [name for _, name in library.abbreviations.missing(words, own)]
    for name in names:
        message = f"this link leads to {nct_id}, whose record and description do not name"
        yield name, f"{message} {name!r}"


def _holds(text: str, name: str) -> bool:
    """Return whether a text has a name as whole words."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))
