"""Sorts a study: `sort` returns an answer for each value of each facet, with its passages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.content import Value, Vocabulary
from monitor.facets import people, studied
from monitor.facets.passages import CONDITION, INCLUSION, KEYWORD, SUMMARY, TITLE, passages
from monitor.facets.people import RANKS, Evidence
from monitor.facets.reading import CompiledVocabulary, Reading, compiled, match_record
from monitor.facets.sorting import NO, YES, Sorting, ValueKey, grouped
from monitor.registry import Study

_REASONS = 3  # passages that are kept of an answer


@lru_cache(20_000)
def sort(study: Study, vocabulary: Vocabulary) -> Sorting:
    """Return the answer for each value, with its reasons; cached, as `serve` asks again."""
    ready = compiled(vocabulary)
    readings = match_record(list(passages(study)), ready)
    evidence_of: dict[ValueKey, list[Evidence]] = defaultdict(list)
    for key, each in (*people.evidence(readings, ready), *studied.evidence(study, readings, ready)):
        evidence_of[key].append(each)
    answers = _Answers(ready)
    for key in ready.values:
        answers.weigh(key, evidence_of.get(key, ()))
    # What is improbable implies and excludes nothing; what is implied may exclude, too.
    answers.drop_unlikely(readings)
    answers.add_implied()
    answers.add_excluded()
    return answers.sorting


@dataclass
class _Answers:
    """The evidence for the answer of each value; all evidence of a value has one answer."""

    vocabulary: CompiledVocabulary
    evidence: dict[ValueKey, Sequence[Evidence]] = field(default_factory=dict)

    def weigh(self, key: ValueKey, evidence: Iterable[Evidence]) -> None:
        """Keep what weighs most; among equals a yes: who is named somewhere can join."""
        ranked = sorted(
            evidence, key=lambda each: (each.rank, each.answer != YES, not each.is_strict)
        )
        if not ranked:
            return
        best = ranked[0]
        evidence = [each for each in ranked if each.answer == best.answer]
        # "T-cell and non-T-cell": both can join, so it rules nobody out.
        if any(each.answer != best.answer and each.rank == best.rank for each in ranked):
            evidence = [each._replace(is_strict=False) for each in evidence]
        self.evidence[key] = evidence

    def drop_unlikely(self, readings: Iterable[Reading]) -> None:
        """Remove groups that only lists name, where the title's treatment is hardly for them.

        A trial of a transplant may list all stages of a disease among its conditions.
        """
        titles = (reading for reading in readings if reading.passage.kind == TITLE)
        for key in {key for title in titles for key in title.matches.named}:
            for facet, others in self.vocabulary.values[key][1].hardly_for.items():
                for other in others:
                    own = self.evidence.get((facet, other), ())
                    if own and own[0].rank in (RANKS[CONDITION], RANKS[KEYWORD]):
                        del self.evidence[facet, other]

    def add_implied(self) -> None:
        """Add a yes to the values that a value implies."""
        for key, value in self._with_answer(YES):
            for facet, others in value.means.items():
                # Who has MRD counts as in remission, and may be in relapse, too.
                is_other = facet != key[0]
                evidence = [
                    each._replace(
                        rank=max(RANKS[TITLE], each.rank), is_strict=each.is_strict and is_other
                    )
                    for each in self.evidence[key]
                ]
                for other in others:
                    self._confirm((facet, other), key, evidence)

    def add_excluded(self) -> None:
        """Add a yes to the opposite of a no, and then a no to the groups that a yes excludes.

        In this order: who is kept out says whom a trial is for, and that may exclude others.
        """
        for key, value in self._with_answer(NO):
            if value.opposite:
                strict = [each for each in self.evidence[key] if each.is_strict]
                self._add((key[0], value.opposite), strict, YES)
        for key, value in self._with_answer(YES):
            # None is left where criteria for an earlier value have excluded this one.
            evidence = [each for each in self.evidence[key] if each.answer == YES]
            for other in value.excluded:
                lowest = RANKS[INCLUSION if other in value.leads_to else SUMMARY]
                strict = [each for each in evidence if each.is_strict and each.rank <= lowest]
                self._exclude((key[0], other), strict)
            # A title may be for people who came further and others, too; criteria name them all.
            limits = [each for each in evidence if each.is_strict or each.rank == RANKS[INCLUSION]]
            for other in value.comes_after:
                self._exclude((key[0], other), limits)

    def _with_answer(self, answer: str) -> list[tuple[ValueKey, Value]]:
        """Return the values with an answer, in the vocabulary's order."""
        return [
            (key, value)
            for key, (_, value) in self.vocabulary.values.items()
            if key in self.evidence and self.evidence[key][0].answer == answer
        ]

    def _add(self, key: ValueKey, evidence: Sequence[Evidence], answer: str) -> None:
        """Add an answer where there is none."""
        if evidence and key not in self.evidence:
            self.evidence[key] = [each._replace(answer=answer) for each in evidence]

    def _exclude(self, key: ValueKey, evidence: Sequence[Evidence]) -> None:
        """Add a no to a group that these passages exclude, unless they also name it.

        A yes stays, but for one of the lists of conditions and keywords against criteria: such a
        list may name those, too, who cannot join.
        """
        evidence = [each for each in evidence if key not in each.named]
        if evidence and key in self.evidence:
            is_only_listed = self.evidence[key][0].rank >= RANKS[CONDITION]
            if is_only_listed and evidence[0].rank == RANKS[INCLUSION]:
                del self.evidence[key]
        self._add(key, evidence, NO)

    def _confirm(self, key: ValueKey, by: ValueKey, evidence: Sequence[Evidence]) -> None:
        """Add a yes, or more evidence to it; a no stays where it weighs more than `by`."""
        own = self.evidence.get(key, ())
        if own and own[0].answer == NO:
            if own[0].rank < self.evidence[by][0].rank:
                return
            own = ()
        if key in self.vocabulary.values:
            self.evidence[key] = [*own, *evidence]

    @property
    def sorting(self) -> Sorting:
        """Return the answers, each with its first reasons."""
        in_order = [key for key in self.vocabulary.values if key in self.evidence]
        reasons = {}
        for key in in_order:
            unique = dict.fromkeys(each.reason for each in self.evidence[key])
            reasons[key] = tuple(unique)[:_REASONS]
        return grouped({key: self.evidence[key][0].answer for key in in_order}, reasons)
