"""Compares the statements of a text with its sources and the records of its trials.

A number or a date has to be in a `says` line (or the title) of a source that it cites, or
in the record of a trial that it is about. So has a drug, and the number of a protocol; and what a
line denies, no text may say. What cannot be checked this way meets a reader's eye in the preview,
beside the lines it rests on.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from monitor.content import (
    DATE,
    NUMBER,
    PERCENT,
    CitedPassage,
    Content,
    Disease,
    Figure,
    FigureSet,
    Source,
    Term,
    Text,
    TrialText,
    Vocabulary,
    cited_passages,
    figure_set,
    figures,
    keys_in,
    mismatched,
    sentence_spans,
    sentences,
    swapped,
)
from monitor.problems import Problem
from monitor.registry import NCT_ID, Study
from monitor.review.abbreviations import Abbreviations
from monitor.review.clauses import GENE, MARKER, Reader
from monitor.review.denials import denied, lost_denials, new_denials, wrong_admissions
from monitor.review.drug_mentions import DrugNames, drug_names
from monitor.review.exclusive_words import rivals
from monitor.review.figure_contexts import (
    Fraction,
    fractions,
    is_share,
    other_end_points,
    other_wholes,
    reversed_bounds,
    swapped_names,
    swapped_with_without,
)
from monitor.review.joints import dropped_conjunctions, swapped_conjunctions
from monitor.review.pairings import exchanged_pairs
from monitor.review.sponsor_names import PROTOCOL

StudyOf = Callable[[str], Study | None]
"""The record of a trial by its id, or None where there is none here."""


def lines_of_source(source: Source) -> tuple[str, ...]:
    """Return the lines of a source, its title included."""
    return (f"{source.title}, {', '.join(map(str, source.year))}", source.publisher, *source.says)


def lines_of_record(study: Study) -> Iterator[str]:
    """Yield the short facts of a record: titles, groups, measures, ages, dates, numbers."""
    yield from (study.nct_id, study.brief_title, study.acronym, study.official_title)
    yield study.brief_summary
    yield from study.conditions
    for arm in study.arms:
        yield from (arm.label, *arm.interventions)
    for intervention in study.interventions:
        yield from (intervention.name, *intervention.other_names)
    for outcome in (*study.primary_outcomes, *study.secondary_outcomes):
        yield from (outcome.measure, outcome.time_frame)
    yield f"ages {study.minimum_age.lower()}, {study.maximum_age.lower()}"
    if study.enrollment:
        yield f"{study.enrollment.count} people"
    if study.lead_sponsor:
        yield study.lead_sponsor.name
    for when in (
        *(study.start_date, study.primary_completion_date, study.completion_date),
        *(study.first_post_date, study.last_update_post_date, study.results_first_post_date),
    ):
        yield when.date if when else ""


def details_of_record(study: Study) -> Iterator[str]:
    """Yield a record's long texts; their many small numbers support nothing by themselves."""
    yield from (study.criteria, study.detailed_description)
    yield from study.keywords
    for arm in study.arms:
        yield arm.description
    for intervention in study.interventions:
        yield intervention.description
    for outcome in (*study.primary_outcomes, *study.secondary_outcomes):
        yield outcome.description


@dataclass(frozen=True)
class Backing:
    """What one source or record says."""

    names: DrugNames
    says: tuple[str, ...] = ()  # of a source
    record: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    @cached_property
    def figure_set(self) -> FigureSet:
        """Return the figures in it."""
        long = (each for each in figure_set(self.details).figures if _is_particular(each))
        short = figure_set((*self.says, *self.record))
        return FigureSet((*short.figures, *long), short.has_median)

    @cached_property
    def drugs(self) -> frozenset[str]:
        """Return the drugs that it names, by their generic names."""
        return frozenset(drug.generic for line in self.lines for drug in self.names.find(line))

    @cached_property
    def words(self) -> frozenset[str]:
        """Return its words, in lower case."""
        return frozenset(re.findall(r"[a-z]+", " ".join(self.lines).lower()))

    @cached_property
    def protocols(self) -> frozenset[str]:
        """Return the numbers of protocols in it."""
        return frozenset(match[0] for line in self.lines for match in PROTOCOL.finditer(line))

    @property
    def lines(self) -> tuple[str, ...]:
        """Return all lines."""
        return (*self.says, *self.record, *self.details)


@dataclass(frozen=True)
class Backings:
    """All that a piece of text rests on."""

    parts: tuple[Backing, ...]

    def supports(self, figure: Figure) -> bool:
        """Return whether one of the sources has a figure."""
        return any(part.figure_set.supports(figure) for part in self.parts)

    @property
    def figures(self) -> Iterator[Figure]:
        """Yield the figures in them."""
        return chain.from_iterable(part.figure_set.figures for part in self.parts)

    @property
    def drugs(self) -> frozenset[str]:
        """Return the drugs that they name."""
        return frozenset().union(*(part.drugs for part in self.parts))

    @property
    def words(self) -> frozenset[str]:
        """Return their words, in lower case."""
        return frozenset().union(*(part.words for part in self.parts))

    @property
    def protocols(self) -> frozenset[str]:
        """Return the numbers of protocols in them."""
        return frozenset().union(*(part.protocols for part in self.parts))

    @property
    def says(self) -> tuple[str, ...]:
        """Return the lines of the sources among them."""
        return tuple(line for part in self.parts for line in part.says)


def _is_particular(figure: Figure) -> bool:
    is_small = figure.value < 100 and figure.value == int(figure.value)
    return figure.kind != NUMBER or bool(figure.unit) or not is_small


@dataclass(frozen=True)
class Checker:
    """Compares texts with the sources and records of a tree."""

    content: Content
    study_of: StudyOf

    def problems(self) -> Iterator[Problem]:
        """Yield the statements of content/ that nothing supports."""
        content = self.content
        for disease in content.diseases:
            guide = content.guides.get(disease.slug)
            texts = [disease.text, *([guide.text] if guide else [])]
            for text in texts:
                yield from self.of_text(text)
            keys = {key for text in texts for _, key in keys_in(text.markdown)}
            line = disease.lines.get(("summary",), 0)
            backing = self.backing(keys)
            yield from self._of_line(disease.header.summary, backing, disease.text.path, line)
            for message in self._of_disease(disease, backing, texts[-1].markdown):
                yield Problem(disease.text.path, line, message)
        for nct_id, trial in content.trials.items():
            yield from self.of_text(trial.text, nct_id)
            for place in ("summary", "status_doubt"):
                yield from self._of_summary(nct_id, trial, place)
        for page in content.pages:
            yield from self.of_text(page.text, is_ours=True)
        glossary = content.glossary
        for term in glossary.terms:
            line = glossary.lines.get(term.id, 0)
            cites = term.source
            for name in () if cites else self._names_in(term):
                message = f"{name!r}: a definition that names something needs `source:`"
                yield Problem(glossary.path, line, message)
            passage = CitedPassage(term.definition, cites, glossary.path, ((0, line),), cites)
            for _, message in (
                *self._of_passage(passage, "", term.names),
                *_otherwise(term, self.backing(cites).says),
            ):
                yield Problem(glossary.path, line, message)
            for _, message in self._brands(term.definition):
                yield Problem(glossary.path, line, message)

    def _of_disease(self, disease: Disease, backing: Backings, markdown: str) -> Iterator[str]:
        """Yield what a disease's summary says otherwise than the sources of its page and guide.

        What the disease is, the first chapter says.
        """
        header = disease.header
        lines = [line for part in backing.parts for line in part.lines]
        lines += [f"{header.name} {header.short_name}"]
        for _, name in (
            self.abbreviations.unnamed(header.summary, " ".join(lines)) if backing.parts else ()
        ):
            yield f"no source of this page names {name!r}"
        first = markdown.lstrip().partition("\n## ")[0]
        says = self.backing({key for _, key in keys_in(first)}).says
        for _, words, rival in rivals(header.summary, says, vocabularies=self.vocabularies):
            yield f"{words!r}: the sources of the first chapter only mention {rival}"

    def of_text(self, text: Text, about: str = "", *, is_ours: bool = False) -> Iterator[Problem]:
        """Yield the unsupported statements of a text. `about`: the id of its trial."""
        for passage in cited_passages(text):
            if passage.keys or not is_ours:
                for start, message in self._of_passage(passage, about):
                    yield Problem(text.path, passage.line_at(start), message)
            if not (passage.keys or is_ours or about):
                for start, message in self._uncited(passage.text):
                    yield Problem(text.path, passage.line_at(start), message)
        for number, line in enumerate(text.markdown.split("\n"), text.first_line):
            for _, message in self._brands(line):
                yield Problem(text.path, number, message)
        if about and self._are_here([about]):
            yield from self._strangers(text, about)

    def _strangers(self, text: Text, about: str) -> Iterator[Problem]:
        """Yield drugs and protocols of a description that its record and sources do not name."""
        header = self.content.trials[about].header
        claims = header.claims
        keys = {about, *header.sources, *(key for _, key in keys_in(text.markdown))}
        claimed = (*claims.drugs, *claims.compared_with) if claims else ()
        whole = self.backing(keys, claimed)
        supported, ids = whole.drugs, {about, *NCT_ID.findall(text.markdown)}
        protocols = whole.protocols.union(*map(self._protocols_of, ids))
        for number, line in enumerate(text.markdown.split("\n"), text.first_line):
            names = [drug.text for drug in self.names.find(line) if drug.generic not in supported]
            names += [name for name in PROTOCOL.findall(line) if name not in protocols]
            for name in names:
                message = f"neither a source here nor the record names {name!r}"
                yield Problem(text.path, number, message)

    def _of_summary(self, nct_id: str, trial: TrialText, place: str) -> Iterator[Problem]:
        """Yield a Problem for each number of a summary that its trial, claims and sources lack."""
        text, line = getattr(trial.header, place), trial.lines.get((place,), 0)
        keys = {*trial.header.sources, *(key for _, key in keys_in(trial.text.markdown))}
        claims = trial.header.claims
        backing = self.backing({nct_id, *keys}, (claims.ages,) if claims else ())
        yield from self._of_line(text, backing, trial.text.path, line)
        says = self.backing(set(trial.header.sources) - {nct_id}).says
        for _, words, rival in rivals(text, says, vocabularies=self.vocabularies):
            message = f"{words!r}: its sources only mention {rival}"
            yield Problem(trial.text.path, line, message)
        for _, words, other, source in self.reader.mixed_up(text, says):
            yield Problem(
                trial.text.path, line, f"{words!r}: the source says {other!r} of the same: {source}"
            )
        if place == "summary":
            lines = chain.from_iterable(part.lines for part in backing.parts)
            said = (sentence.text for sentence in sentences(trial.text))
            for message in _measures(text, " ".join((*lines, *said))):
                yield Problem(trial.text.path, line, message)
            name = trial.header.short_name
            for _, words, rival in rivals(name, [text], vocabularies=self.vocabularies):
                message = f"{words!r} in the short name: the summary says {rival}"
                yield Problem(trial.text.path, trial.lines.get(("short_name",), line), message)

    def _of_line(self, text: str, backing: Backings, path: str, line: int) -> Iterator[Problem]:
        for figure in figures(text):
            if not backing.supports(figure):
                yield Problem(path, line, f"{figure.text!r} is in none of its sources")
        for _, message in self._brands(text):
            yield Problem(path, line, message)

    def _of_passage(
        self, passage: CitedPassage, about: str, more: tuple[str, ...] = ()
    ) -> Iterator[tuple[int, str]]:
        text = passage.text
        ids = {*NCT_ID.findall(text), *([about] if about else [])}
        backing = self.backing({*passage.keys, *ids})
        # A note says where a figure is from: then the record of the description is not meant.
        cited = self.backing({*passage.keys, *(ids - {about})}) if passage.keys else backing
        if self._are_here(passage.keys):
            yield from self._of_figures(passage, cited, backing.says)
        yield from self._names_of_others(text, about)
        for at, end in sentence_spans(text):
            own = _of_sentence(text[at:end], text, backing.says, passage, self.vocabularies)
            alone = _approvals(text[at:end])
            yield from ((at + start, words) for start, words in (own if passage.keys else alone))
        if self._are_here({*passage.keys, about}):
            yield from self._of_names(passage, backing, about, more)
        elif passage.keys and self._are_here(passage.keys):
            # Instead of the record, all sources of the description and its claims.
            header = self.content.trials[about].header
            claims = header.claims
            drugs = (*claims.drugs, *claims.compared_with) if claims else ()
            whole = self.backing({*passage.keys, *ids, *header.sources}, drugs)
            yield from self._of_names(passage, whole, about, more)
        if not passage.keys:
            yield from self._against_everything(text)
            return
        for start, words, line in (
            *swapped_conjunctions(text, backing.says),
            *dropped_conjunctions(text, backing.says),
        ):
            yield start, f"{words!r}: 'and' and 'or' are not the same. The source says: {line}"
        for start, one, two, line in swapped_names(text, backing.says):
            yield start, f"{one!r} and {two!r}: the source has them the other way round: {line}"
        for start, words, other, line in self.reader.mixed_up(text, backing.says):
            yield start, f"{words!r}: the source says {other!r} of the same: {line}"

    def _are_here(self, keys: Collection[str]) -> bool:
        """Return whether each record among these keys is in data/."""
        return all(self.study_of(key) for key in keys if NCT_ID.fullmatch(key))

    def _of_names(
        self, passage: CitedPassage, backing: Backings, about: str, more: tuple[str, ...]
    ) -> Iterator[tuple[int, str]]:
        """Yield the drugs, protocols, markers and bodies that no source of a passage names."""
        text = passage.text
        ids = {*NCT_ID.findall(text), *([about] if about else [])}
        if passage.keys or (about and not passage.beside):
            yield from self._unnamed_things(passage, {*passage.beside, *ids}, about, more)
        if not passage.keys:
            return
        yield from self._bodies(text, backing, passage)
        for drug in self.names.find(text):
            if drug.generic not in backing.drugs:
                yield drug.start, _unnamed(drug.text, passage)
        own = " ".join((*(line for part in backing.parts for line in part.lines), *more))
        for start, name in self.abbreviations.unnamed(text, own):
            if MARKER.fullmatch(name):
                yield start, _unnamed(name, passage)
        named = backing.protocols.union(*map(self._protocols_of, ids))
        for protocol in PROTOCOL.finditer(text):
            if protocol[0] not in named:
                yield protocol.start(), _unnamed(protocol[0], passage)

    def _names_in(self, term: Term) -> list[str]:
        """Return the drugs and abbreviations in a definition, without those of its term."""
        drugs = [drug.text for drug in self.names.find(term.definition)]
        own = " ".join(term.names)
        return drugs + [name for _, name in self.abbreviations.unnamed(term.definition, own)]

    def _against_everything(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield statements without a source that contradict all sources of content/."""
        for at, end in sentence_spans(text):
            if _NO.search(text, at, end) or _OPEN.search(text, at, end):
                continue
            for start, words, other, line in self.reader.mixed_up(
                text[at:end], self.everything, drugs=False
            ):
                yield at + start, f"{words!r}: all that is known here says {other!r}: {line}"

    def _unnamed_things(
        self, passage: CitedPassage, keys: Collection[str], about: str, more: tuple[str, ...]
    ) -> Iterator[tuple[int, str]]:
        """Markers, genes, diseases and bodies that nothing beside a sentence names."""
        header = self.content.trials[about].header if about else None
        cited = [f"{header.summary} {header.claims}"] if header else []
        for key in (*keys, *(header.sources if header else ())):
            trial = self.content.trials.get(key)
            cited += [trial.header.short_name] if trial else []
            cited += [line for part in self.backing([key]).parts for line in part.lines]
        for start, name in self.abbreviations.unnamed(passage.text, " ".join((*cited, *more))):
            yield start, _unnamed(name, passage)

    def _bodies(
        self, text: str, backing: Backings, passage: CitedPassage
    ) -> Iterator[tuple[int, str]]:
        """Yield names in capitals (mostly companies and groups) that no source has."""
        for match in _PROPER.finditer(text):
            if match[0] not in _PLACES and match[0].lower() not in backing.words:
                yield match.start(), _unnamed(match[0], passage)
        for match in _MAKER.finditer(text):
            if match["name"].lower() not in backing.words:
                yield match.start(), _unnamed(match["name"], passage)

    def _uncited(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the drugs, markers and genes of which a sentence of a page states something.

        A description has sources in its header.
        """
        for at, end in sentence_spans(text):
            sentence = text[at:end].strip()
            if _POINTS.search(sentence):
                continue
            named = [drug.text for drug in self.names.find(sentence)]
            named += [*MARKER.findall(sentence), *GENE.findall(sentence)]
            if named:
                yield at, f"{named[0]!r}: what is said of it needs a source: put a note after it"

    def _of_figures(
        self, passage: CitedPassage, cited: Backings, says: tuple[str, ...]
    ) -> Iterator[tuple[int, str]]:
        """Yield figures that no source has, or has about something else."""
        text = passage.text
        counted = {  # "22 of 53", where the source says 42% of 53
            each.part.start
            for each in fractions(text)
            if cited.supports(each.whole) and is_share(each, cited.figures)
        }
        counted |= {  # "8 (72.7%)", where the source says 72.7% of 11
            part.start
            for part in figures(text)
            for share in figures(text)
            if _OPENED.fullmatch(text, part.end, share.start) and share.kind == PERCENT
            for whole in cited.figures
            if whole.kind == NUMBER and is_share(Fraction(part, whole), [share])
        }
        for figure in figures(text):
            if not (
                cited.supports(figure)
                or figure.start in counted
                or _is_our_search(text, figure)
                or self._is_in_a_name(text, figure)
            ):
                yield figure.start, _unknown(figure, passage)
        for at, end in sentence_spans(text):
            inside = [figure for figure in figures(text) if at <= figure.start < end]
            for figure, line in mismatched(inside, says):
                yield figure.start, f"{figure.text!r}: with these figures the source has: {line}"
        for first, second, line in swapped(text, says):
            both = f"{first.text!r} and {second.text!r}"
            yield second.start, f"{both}: the source has them the other way round: {line}"

    def _is_in_a_name(self, text: str, figure: Figure) -> bool:
        """Return whether a number is part of a trial's name: IntReALL HR 2010."""
        names = (trial.header.short_name for trial in self.content.trials.values())
        return any(
            match.start() <= figure.start < match.end()
            for name in names
            if figure.text in name
            for match in re.finditer(re.escape(name), text)
        )

    def _brands(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield each brand in brackets after the name of another drug."""
        for drug in self.names.find(text):
            brackets = _BRACKETS.match(text, drug.end)
            if not brackets:
                continue
            other = self.names.called(brackets[1])
            if other not in ("", drug.generic):
                yield drug.start, f"{brackets[1]} is {other}, and no name of {drug.text}"
            elif not other and _BRAND.fullmatch(brackets[1]):
                yield drug.start, f"{brackets[1]} is no name of {drug.text} that is known here"

    def _names_of_others(self, text: str, about: str) -> Iterator[tuple[int, str]]:
        """Yield each short name of a described trial with the id of another one."""
        for start, end in sentence_spans(text):
            names = {*PROTOCOL.findall(text, start, end)} - self._protocols_of(about)
            ids = {*NCT_ID.findall(text, start, end)} - {about}
            if len(names) == len(ids) == 1:
                name, nct_id = names.pop(), ids.pop()
                if self._owners.get(name, nct_id) != nct_id:
                    yield start, f"{name} is {self._owners[name]}, and not {nct_id}"
        for match in chain.from_iterable(pair.finditer(text) for pair in _PAIRS):
            owner = self._owners.get(match["name"])
            if owner and owner != match["id"]:
                yield match.start(), f"{match['name']} is {owner}, and not {match['id']}"

        for link in _LINK.finditer(text):
            yield from ((link.start(), words) for words in self._misled(link["words"], link["id"]))

    def _misled(self, words: str, nct_id: str) -> Iterator[str]:
        """Yield each name in the words of a link that is not of the trial it leads to."""
        trial = self.content.trials.get(nct_id)
        if trial is None:
            return
        header, study = trial.header, self.study_of(nct_id)
        own = f"{header.short_name} {header.summary} {header.claims}"
        own += " ".join(lines_of_record(study)) if study else ""
        for other, one in self.content.trials.items():
            name = one.header.short_name
            if other != nct_id and _holds(words, name) and not _holds(own, name):
                yield f"{name} is {other}, and this link leads to {nct_id}"
        drugs = {drug.generic for drug in self.names.find(own)}
        for drug in self.names.find(words):
            if drug.generic not in drugs:
                yield f"{drug.text!r}: this link leads to {nct_id}, which does not name it"
        for _, name in self.abbreviations.missing(words, own):
            yield f"{name!r}: this link leads to {nct_id}, which does not name it"

    @cached_property
    def _owners(self) -> dict[str, str]:
        ids = self.content.trials
        return {protocol: nct_id for nct_id in ids for protocol in self._protocols_of(nct_id)}

    def _protocols_of(self, nct_id: str) -> frozenset[str]:
        """Return the protocol numbers in a described trial's short name."""
        trial = self.content.trials.get(nct_id)
        return frozenset(PROTOCOL.findall(trial.header.short_name)) if trial else frozenset()

    @cached_property
    def names(self) -> DrugNames:
        """Return the medicines that are known by name."""
        return drug_names(self.content)

    @cached_property
    def abbreviations(self) -> Abbreviations:
        """Return the names in capitals."""
        return Abbreviations(self.content, self.names)

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """Return the lines of all sources and of the glossary."""
        sources = self.content.sources.by_key.values()
        terms = self.content.glossary.terms
        said = (f"{term.term}: {term.definition}" for term in terms)
        return (*(line for source in sources for line in source.says), *said)

    @cached_property
    def reader(self) -> Reader:
        """Takes texts apart."""
        return Reader(self.names, self.vocabularies)

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """Return all vocabularies."""
        return tuple(self.content.vocabularies.values())

    def backing(self, keys: Collection[str], more: tuple[str, ...] = ()) -> Backings:
        """Return the sources of a text that cites these keys or is about these trials."""
        for key in keys:
            if key not in self._backings:
                self._backings[key] = self._backing(key)
        parts = [self._backings[key] for key in sorted(keys)]
        return Backings((*parts, Backing(self.names, more)) if more else tuple(parts))

    def _backing(self, key: str) -> Backing:
        if source := self.content.sources.by_key.get(key):
            return Backing(self.names, lines_of_source(source))
        study = self.study_of(key)
        if study is None:
            return Backing(self.names)
        return Backing(
            self.names,
            record=tuple(lines_of_record(study)),
            details=tuple(details_of_record(study)),
        )

    @cached_property
    def _backings(self) -> dict[str, Backing]:
        return {}


_POINTS = re.compile(
    r"^So\b|\b(?:open|whether|not known|under study|ask)\b|[?:]$|\]\(/|\bNCT[0-9]", re.IGNORECASE
)
"""Of a sentence that concludes, asks, leaves open, or points to a list, page or record."""
_OPENED = re.compile(r"\s*\(")
_BRAND = re.compile(r"[A-Z][a-z]{4,}")
_BRACKETS = re.compile(r"\s*\(([^()]+)\)")
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


def _holds(text: str, name: str) -> bool:
    """Return whether a text has a name as whole words."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))


_PROPER = re.compile(r"(?<=[a-z,;:(] )[A-Z][a-z]{3,}\b")  # not the first word of a sentence
_MAKER = re.compile(r"\b(?P<name>[A-Z][\w-]{2,})(?:, which makes\b| is the sponsor\b)")
_PLACES = frozenset(  # that a source may have in other words, and months
    [
        *("United", "Kingdom", "States", "American", "Europe", "European", "England", "English"),
        *("Italian", "German", "French", "Spanish", "Japanese", "Chinese", "Canadian"),
        *(
            "Australian",
            "Britain",
            "British",
            "January",
            "February",
            "March",
            "April",
            "June",
            "July",
            "August",
        ),
        *("September", "October", "November", "December"),
    ]
)
_OWN = re.compile(r"\s*(?:It|(?:The|This) (?:trial|study)) (?:is|was) (?:\w+ )?not for\b")


def _of_sentence(
    text: str,
    around: str,
    says: tuple[str, ...],
    passage: CitedPassage,
    vocabularies: Sequence[Vocabulary],
) -> Iterator[tuple[int, str]]:
    """Yield (position, message) for each difference of a sentence from its sources."""
    for start, words, rival in rivals(text, says, around, vocabularies):
        yield start, f"{words!r}: the sources only mention {rival}: {_cited(passage)}"
    for start, words, line in (*lost_denials(text, says), *wrong_admissions(text, says)):
        yield start, f"{words!r}: the source denies that: {line}"
    has_record = any(map(NCT_ID.fullmatch, passage.keys))
    if says and not has_record and not _OWN.match(text) and not _NOT_FOUND.search(text):
        for start, words in new_denials(text, says):
            yield start, f"{words!r}: a denial that {_cited(passage)} does not have"
    for start, words, line in swapped_with_without(text, says):
        yield start, f"{words!r}: 'with' and 'without' are exchanged. The source says: {line}"
    for start, one, two, line in swapped_names(text, says):
        yield start, f"{one!r} and {two!r}: the source has them the other way round: {line}"
    for start, words, line in exchanged_pairs(text, (*says, " ".join(says))):
        source = line if line in says else _cited(passage)
        yield start, f"{words}: the source pairs these the other way round: {source}"
    for figure, line in reversed_bounds(text, says):
        yield figure.start, f"{figure.text!r} is the other end in the source: {line}"
    for fraction, line in other_wholes(text, says):
        said = f"{fraction.part.text} of {fraction.whole.text}"
        yield fraction.part.start, f"{said!r} is of another whole in the source: {line}"
    for figure, line in other_end_points(text, says):
        yield figure.start, f"{figure.text!r} is of something else in the source: {line}"


def _otherwise(term: Term, says: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield what a definition denies and its source affirms."""
    name = re.sub(r"\s*\(.*", "", term.term)
    sentences = [part for line in says for part in re.split(r"(?<=[.;]) ", line)]
    own = [part for part in sentences if name.lower() in part.lower()]
    for start, words, line in denied(term.definition, own):
        yield start, f"{words!r}: its source says of {name}: {line}"
    for start, words, rival in rivals(term.definition, own, in_order=True):
        yield start, f"{words!r}: of {name} its source only mentions {rival}"


_APPROVED = re.compile(
    r"\b(?:is|are|(?:has|have) been) (?:(?:also|now|already|fully) )?(?:approved|authori[sz]ed)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(?:no|not|nobody|none|neither|never)\b", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:what|which|whether|if|once|until|before|after|when)\b", re.IGNORECASE)


def _approvals(text: str) -> Iterator[tuple[int, str]]:
    """Yield (position, message) for each approval that no source supports."""
    match = _APPROVED.search(text)
    if match and not _OPEN.search(text) and not _NO.search(text[: match.start()]):
        yield match.start(), f"{match[0]!r}: an approval needs a source: put a note after it"


def _unknown(figure: Figure, passage: CitedPassage) -> str:
    if not passage.keys:
        return f"{figure.text!r} has no source: put a note after it (a definition: `source:`)"
    return f"{figure.text!r} is not in the `says` lines of {_cited(passage)}"


def _unnamed(name: str, passage: CitedPassage) -> str:
    return f"no cited source names {name!r}: {_cited(passage)}"


def _cited(passage: CitedPassage) -> str:
    return ", ".join(passage.keys)


_MEASURES = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "overall survival": r"\boverall\b[\w\s-]{0,20}survival|\bOS\b",
        "event-free survival": r"\bevent[- ]free|\bEFS\b",
        "disease-free survival": r"\bdisease[- ]free|\bDFS\b",
        "relapse-free survival": r"\b(?:relapse|recurrence)[- ]free|\bRFS\b",
        "progression-free survival": r"\bprogression[- ]free|\bPFS\b",
    }.items()
}


def _measures(text: str, cited: str) -> Iterator[str]:
    """Yield the kinds of survival in a text, where its sources have only other kinds."""
    mine = [name for name, words in _MEASURES.items() if words.search(text)]
    theirs = [name for name, words in _MEASURES.items() if words.search(cited)]
    if theirs:
        yield from (
            f"{name!r}: its sources only mention {theirs[0]}" for name in mine if name not in theirs
        )


_NOT_FOUND = re.compile(r"\b(?:did not find|(?:not|n[’']t) (?:be )?found|found no|find no)\b")


def _is_our_search(text: str, figure: Figure) -> bool:
    """Return whether a date is in a sentence on what the editors did not find."""
    return figure.kind == DATE and any(
        start <= figure.start < end and _NOT_FOUND.search(text[start:end])
        for start, end in sentence_spans(text)
    )
