"""Sorts a study: `sort` returns an answer for each value of each facet, with its passages."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.content import Value, Vocabulary
from monitor.facets import people, studied
from monitor.facets.passages import CONDITION, INCLUSION, KEYWORD, SUMMARY, TITLE, passages
from monitor.facets.people import RANKS, Evidence
from monitor.facets.reading import Compiled, Key, Read, compiled, read
from monitor.facets.sorting import NO, YES, Sorting
from monitor.registry import Study

_REASONS = 3  # passages that are kept of an answer


@lru_cache(20_000)
def sort(study: Study, vocabulary: Vocabulary) -> Sorting:
    """Return the answer for each value of each facet, with its evidence.

    What was sorted is remembered: `serve` asks again after each edit.
    """
    words = compiled(vocabulary)
    reads = read(list(passages(study)), words)
    said: dict[Key, list[Evidence]] = defaultdict(list)
    for key, each in (*people.evidence(reads, words), *studied.evidence(study, reads, words)):
        said[key].append(each)
    answers = _Answers(words)
    for key in words.values:
        answers.weigh(key, said.get(key, ()))
    answers.leave_what_is_unlikely(reads)
    answers.add_what_is_meant()
    answers.add_who_is_left_out()
    return answers.sorting


@dataclass
class _Answers:
    """Answers as they come about, each with what it rests on."""

    words: Compiled
    because: dict[Key, Sequence[Evidence]] = field(default_factory=dict)

    def weigh(self, key: Key, said: Iterable[Evidence]) -> None:
        """Take what weighs most; among equals a yes: who is named somewhere can join."""
        ranked = sorted(said, key=lambda each: (each.rank, each.answer != YES, not each.is_strict))
        if not ranked:
            return
        best = ranked[0]
        because = [each for each in ranked if each.answer == best.answer]
        # "T-cell and non-T-cell": both can join, so it rules nobody out.
        if any(each.answer != best.answer and each.rank == best.rank for each in ranked):
            because = [each._replace(is_strict=False) for each in because]
        self.because[key] = because

    def leave_what_is_unlikely(self, reads: Iterable[Read]) -> None:
        """Remove answers for groups that only lists name and the title's treatment excludes.

        Lists of conditions hold all stages of a disease, those before a transplant, too.
        """
        titles = (read for read in reads if read.passage.kind == TITLE)
        for key in {key for title in titles for key in title.found.named}:
            for facet, others in self.words.values[key][1].hardly_for.items():
                for other in others:
                    said = self.because.get((facet, other), ())
                    if said and said[0].rank in (RANKS[CONDITION], RANKS[KEYWORD]):
                        del self.because[facet, other]

    def add_what_is_meant(self) -> None:
        """Add a yes to the values that a value implies."""
        for key, value in self._those(YES):
            for facet, others in value.means.items():
                # Who has MRD counts as in remission, and may be in relapse, too.
                is_other = facet != key[0]
                because = [
                    each._replace(
                        rank=max(RANKS[TITLE], each.rank), is_strict=each.is_strict and is_other
                    )
                    for each in self.because[key]
                ]
                for other in others:
                    self._confirm((facet, other), key, because)

    def add_who_is_left_out(self) -> None:
        """Add a no to excluded groups, and a yes to the opposite of a no."""
        for key, value in self._those(NO):
            if value.opposite:
                self._answer((key[0], value.opposite), self._strict(key), YES)
        for key, value in self._those(YES):
            for other in (*value.rules_out, *filter(None, (value.opposite,))):
                lowest = RANKS[INCLUSION if other in value.leads_to else SUMMARY]
                strict = [each for each in self._strict(key) if each.rank <= lowest]
                self._leave_out((key[0], other), strict)
            # Criteria that take those who came further, if only some, and name nobody before.
            for other in value.comes_after:
                said = [each for each in self.because[key] if each.rank == RANKS[INCLUSION]]
                self._leave_out((key[0], other), said)

    def _leave_out(self, target: Key, because: Sequence[Evidence]) -> None:
        """Add a no for groups that these passages exclude, unless they also name them."""
        because = [each for each in because if target not in each.named]
        # A list of conditions has those, too, who are kept out by the criteria.
        if because and self._is_outweighed(target, because[0]):
            del self.because[target]
        self._answer(target, because, NO)

    def _those(self, answer: str) -> list[tuple[Key, Value]]:
        return [
            (key, value)
            for key, (_, value) in self.words.values.items()
            if key in self.because and self.because[key][0].answer == answer
        ]

    def _strict(self, key: Key) -> list[Evidence]:
        return [each for each in self.because[key] if each.is_strict]

    def _is_outweighed(self, target: Key, by: Evidence) -> bool:
        reasons = self.because.get(target, ())
        return bool(reasons) and by.rank == RANKS[INCLUSION] and reasons[0].rank >= RANKS[CONDITION]

    def _answer(self, key: Key, because: Sequence[Evidence], answer: str) -> None:
        """Add an answer where there is none."""
        if because and key in self.words.values and key not in self.because:
            self.because[key] = [each._replace(answer=answer) for each in because]

    def _confirm(self, key: Key, by: Key, because: Sequence[Evidence]) -> None:
        """Add a yes, or this evidence to a yes.

        "Measurable disease, including MRD" is no no to those in remission.
        """
        earlier = [
            each
            for each in self.because.get(key, ())
            if each.answer == YES or (by not in each.named and each.rank < self.because[by][0].rank)
        ]
        if key in self.words.values and (not earlier or earlier[0].answer == YES):
            self.because[key] = [*earlier, *because]

    @property
    def sorting(self) -> Sorting:
        yes: dict[str, tuple[str, ...]] = {}
        no: dict[str, tuple[str, ...]] = {}
        reasons = {}
        for facet, value in self.words.values:
            because = self.because.get((facet, value))
            if because:
                answers = yes if because[0].answer == YES else no
                answers[facet] = (*answers.get(facet, ()), value)
                unique = dict.fromkeys(each.reason for each in because)
                reasons[facet, value] = tuple(unique)[:_REASONS]
        return Sorting(yes, no, reasons)
