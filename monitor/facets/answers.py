"""Sorts a study: `sort` returns an answer for each value of each facet, with its passages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.content import Value, Vocabulary
from monitor.facets.evidence import IMPLIED_RANK, PEOPLE_RANKS, Evidence
from monitor.facets.passages import CONDITION, INCLUSION, KEYWORD, SUMMARY, TITLE, passages
from monitor.facets.people import people_evidence
from monitor.facets.reading import CompiledVocabulary, Reading, compiled, match_record
from monitor.facets.sorting import NO, YES, Sorting, ValueKey, grouped
from monitor.facets.studied import treatment_evidence
from monitor.registry import Study

_REASONS = 3  # passages that are kept of an answer


@lru_cache(20_000)
def sort(study: Study, vocabulary: Vocabulary) -> Sorting:
    """Return the groups that a trial belongs to, as mail is sorted: nothing is put in order.

    The groups are the values of the vocabulary's facets. Each has an answer, yes or no, with its
    reasons, or is not stated. Cached, as `serve` asks again.
    """
    ready = compiled(vocabulary)
    readings = match_record(list(passages(study)), ready)
    evidence: dict[ValueKey, list[Evidence]] = defaultdict(list)
    for key, each in people_evidence(readings, ready):
        evidence[key].append(each)
    for key, each in treatment_evidence(study, readings, ready):
        evidence[key].append(each)
    answers = _Answers(ready)
    for key in ready.values:
        answers.keep_strongest(key, evidence.get(key, ()))
    # What is improbable implies and excludes nothing; what is implied may exclude, too.
    answers.drop_unlikely(readings)
    answers.add_implied()
    answers.add_excluded()
    return answers.sorting


@dataclass
class _Answers:
    """The answer of each value, as the evidence that is kept for it."""

    vocabulary: CompiledVocabulary
    kept: dict[ValueKey, Sequence[Evidence]] = field(default_factory=dict)
    """Value -> its evidence. All of it has one answer; the rank of the first is the answer's."""

    def keep_strongest(self, key: ValueKey, evidence: Iterable[Evidence]) -> None:
        """Keep the evidence with the strongest answer; of equally strong ones, yes beats no."""
        ranked = sorted(
            evidence, key=lambda each: (each.rank, each.answer != YES, not each.is_strict)
        )
        if not ranked:
            return
        best = ranked[0]
        agreeing = [each for each in ranked if each.answer == best.answer]
        # "T-cell and non-T-cell": both can join, so it rules nobody out.
        is_divided = any(each.answer != best.answer and each.rank == best.rank for each in ranked)
        self.kept[key] = (
            [each._replace(is_strict=False) for each in agreeing] if is_divided else agreeing
        )

    def drop_unlikely(self, readings: Iterable[Reading]) -> None:
        """Remove groups that only lists name, and that hardly ever get the title's treatment.

        A trial of a transplant may list all stages of a disease among its conditions.
        """
        titles = (reading for reading in readings if reading.passage.kind == TITLE)
        for key in {key for title in titles for key in title.matches.named}:
            for facet, others in self.vocabulary.values[key][1].hardly_for.items():
                for other in others:
                    own = self.kept.get((facet, other), ())
                    if own and own[0].rank in (PEOPLE_RANKS[CONDITION], PEOPLE_RANKS[KEYWORD]):
                        del self.kept[facet, other]

    def add_implied(self) -> None:
        """Add a yes to the values that a value implies."""
        for key, value in self._with_answer(YES):
            for facet, others in value.means.items():
                # Who has MRD counts as in remission, and may be in relapse, too.
                is_other = facet != key[0]
                implying = [
                    each._replace(
                        # The greater number is the weaker rank.
                        rank=max(IMPLIED_RANK, each.rank),
                        is_strict=each.is_strict and is_other,
                    )
                    for each in self.kept[key]
                ]
                for other in others:
                    self._imply((facet, other), key, implying)

    def add_excluded(self) -> None:
        """Add a yes to the opposite of a no, and then a no to the groups that a yes excludes.

        In this order: who is kept out says whom a trial is for, and that may exclude others.
        """
        for key, value in self._with_answer(NO):
            if value.opposite:
                strict = [each for each in self.kept[key] if each.is_strict]
                self._answer_if_open((key[0], value.opposite), YES, strict)
        for key, value in self._with_answer(YES):
            # None is left where criteria for an earlier value have excluded this one.
            own = [each for each in self.kept[key] if each.answer == YES]
            for other in value.excluded:
                weakest = PEOPLE_RANKS[INCLUSION if other in value.leads_to else SUMMARY]
                strict = [each for each in own if each.is_strict and each.rank <= weakest]
                self._rule_out((key[0], other), strict)
            # A title may be for people who came further and others, too; criteria name them all.
            criteria = PEOPLE_RANKS[INCLUSION]
            limits = [each for each in own if each.is_strict or each.rank == criteria]
            for other in value.comes_after:
                self._rule_out((key[0], other), limits)

    def _with_answer(self, answer: str) -> list[tuple[ValueKey, Value]]:
        """Return the values with an answer, in the vocabulary's order."""
        return [
            (key, value)
            for key, (_, value) in self.vocabulary.values.items()
            if key in self.kept and self.kept[key][0].answer == answer
        ]

    def _answer_if_open(self, key: ValueKey, answer: str, evidence: Sequence[Evidence]) -> None:
        """Answer a value by evidence for another one, where it has no answer of its own."""
        if evidence and key not in self.kept:
            self.kept[key] = [each._replace(answer=answer) for each in evidence]

    def _rule_out(self, key: ValueKey, evidence: Sequence[Evidence]) -> None:
        """Answer no for a group, by evidence for another one in passages that do not name it.

        A yes stays, unless it comes from conditions or keywords and the criteria exclude the group:
        such lists also name people who cannot join.
        """
        excluding = [each for each in evidence if key not in each.named]
        if excluding and key in self.kept:
            is_only_listed = self.kept[key][0].rank >= PEOPLE_RANKS[CONDITION]
            if is_only_listed and excluding[0].rank == PEOPLE_RANKS[INCLUSION]:
                del self.kept[key]
        self._answer_if_open(key, NO, excluding)

    def _imply(self, key: ValueKey, by: ValueKey, evidence: Sequence[Evidence]) -> None:
        """Answer yes for a value that `by` implies, unless a no outranks the evidence for `by`."""
        own = self.kept.get(key, ())
        if own and own[0].answer == NO:
            if own[0].rank < self.kept[by][0].rank:
                return
            own = ()
        if key in self.vocabulary.values:
            self.kept[key] = [*own, *evidence]

    @property
    def sorting(self) -> Sorting:
        """Return the answers, each with its first reasons."""
        in_order = [key for key in self.vocabulary.values if key in self.kept]
        reasons = {}
        for key in in_order:
            unique = dict.fromkeys(each.reason for each in self.kept[key])
            reasons[key] = tuple(unique)[:_REASONS]
        return grouped({key: self.kept[key][0].answer for key in in_order}, reasons)
