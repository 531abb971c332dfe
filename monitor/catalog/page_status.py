"""Compares the statements of disease pages with the records of their trials.

A disease's page and its guide name trials in sentences, and list them for certain people. Where a
record says otherwise, the page says so, the editors' page lists it, and `check` names the line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from monitor.catalog.catalog import Catalog
from monitor.catalog.selection import phases_of
from monitor.content import Claims, Disease, Text, TrialsBlock
from monitor.facets import Sorting
from monitor.registry import Study
from monitor.review import misplacement, statements_about


@dataclass(frozen=True)
class PageDoubt:
    """Something that a page states of a trial, and what the trial's record says."""

    address: str  # of the page, from the site's root
    name: str  # of the disease
    path: str
    line: int
    nct_id: str
    says: str  # the page: a sentence; or whom its list is for
    because: str
    is_list: bool = False

    @property
    def message(self) -> str:
        """Return what the record says, for an editor."""
        if self.is_list:
            return f"{self.nct_id} does not belong in a list for {self.says}: {self.because}"
        return f"the record of {self.nct_id} says otherwise: {self.because}"


def page_doubts(catalog: Catalog) -> tuple[PageDoubt, ...]:
    """Return what records contradict on disease pages, in the order of the pages."""
    studies = {nct_id: trial.study for nct_id, trial in catalog.trials.items() if trial.study}
    claims = claims_of(catalog)
    return tuple(
        doubt
        for disease in catalog.content.diseases
        for address, text, blocks in _texts(catalog, disease)
        for doubt in _doubts(catalog, studies, claims, disease, address, text, blocks)
    )


def claims_of(catalog: Catalog) -> dict[str, Claims]:
    """Return NCT id -> the claims of its description."""
    trials = catalog.content.trials.items()
    return {nct_id: claims for nct_id, trial in trials if (claims := trial.header.claims)}


def _texts(
    catalog: Catalog, disease: Disease
) -> Iterator[tuple[str, Text, tuple[TrialsBlock, ...]]]:
    yield f"{disease.slug}/", disease.text, disease.trial_lists
    if guide := catalog.content.guides.get(disease.slug):
        yield f"{disease.slug}/guide/", guide.text, guide.trial_lists


def _doubts(
    catalog: Catalog,
    studies: Mapping[str, Study],
    claims: Mapping[str, Claims],
    disease: Disease,
    address: str,
    text: Text,
    blocks: tuple[TrialsBlock, ...],
) -> Iterator[PageDoubt]:
    name, vocabularies = disease.header.name, tuple(catalog.content.vocabularies.values())
    for one in statements_about(text, studies, claims, vocabularies):
        line, sentence = one.sentence.line, one.sentence.text
        yield PageDoubt(address, name, text.path, line, one.nct_id, sentence, one.because)
    for block in blocks:
        for nct_id, group, because in _misplacements(catalog, disease, block):
            line = block.line_of_id(nct_id)
            yield PageDoubt(address, name, text.path, line, nct_id, group, because, is_list=True)


class _Misplacement(NamedTuple):
    """A trial that is in a list, and not for those whom the list is for."""

    nct_id: str
    group: str  # whom the list is for
    because: str


def _misplacements(
    catalog: Catalog, disease: Disease, block: TrialsBlock
) -> Iterator[_Misplacement]:
    for nct_id in block.nct_ids:
        trial = catalog.trials.get(nct_id)
        if trial is None:
            continue
        sorting = trial.sortings.get(disease.slug, Sorting())
        claims = trial.curated.header.claims if trial.curated else None
        for value in block.for_:
            if because := misplacement(value, trial.study, sorting, claims, disease.vocabulary):
                yield _Misplacement(nct_id, value, because)
        for values in (block.filter or {}).values():
            whys = [
                misplacement(value, trial.study, sorting, claims, disease.vocabulary)
                for value in values
            ]
            if whys and all(whys):
                yield _Misplacement(nct_id, " or ".join(values), whys[0])
        phases = phases_of(trial)
        if block.phase and phases and not set(phases) & set(block.phase):
            because = f"the record says phase {'/'.join(phases)}"
            yield _Misplacement(nct_id, f"phase {' or '.join(block.phase)}", because)
