"""Compares the texts of content/ with their sources and the records of their trials.

A number or a date has to be in a `says` line (or the title) of a source that it cites, or
in the record of a trial that it is about. So has a drug, and the number of a protocol; and what a
line denies, no text may say. What cannot be checked this way meets a reader's eye in the preview,
beside the lines it rests on.

`backing` gathers what sources and records say, `cited` joins it to a passage of a text, COMPARISONS
say what is wrong between the two; here each text is cut into passages, and faults get lines.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from monitor.content import (
    CitedPassage,
    Content,
    Disease,
    Term,
    Text,
    TrialText,
    cited_passages,
    keys_in,
    sentences,
)
from monitor.problems import Problem
from monitor.review.backing import Backing, Library, StudyOf
from monitor.review.cited import Cited, Comparison, Fault, contradicted, distinct
from monitor.review.exclusive_words import contradicted_words
from monitor.review.figure_faults import figures_in_other_places, figures_without_source
from monitor.review.figures import figures
from monitor.review.helpline_faults import helpline_problems
from monitor.review.name_faults import (
    names_in_definition,
    names_without_note,
    names_without_source,
    strangers,
    wrong_brands,
)
from monitor.review.trial_faults import links_to_other_trials, names_of_other_trials
from monitor.review.wording_faults import (
    approvals_without_note,
    definition_against_lines,
    other_measures,
    passage_against_all_lines,
    passage_against_lines,
    sentences_against_lines,
)

COMPARISONS: tuple[Comparison, ...] = (
    figures_in_other_places,
    figures_without_source,
    names_of_other_trials,
    links_to_other_trials,
    names_without_source,
    sentences_against_lines,
    passage_against_lines,
    passage_against_all_lines,
    approvals_without_note,
    names_without_note,
)
"""Of a passage with what it rests on. Of two faults of the same words in one place the first is
reported: so a comparison that quotes a line comes before one that only misses it."""


def unsupported(content: Content, study_of: StudyOf) -> Iterator[Problem]:
    """Yield the statements of content/ that their sources and records do not support."""
    library = Library(content, study_of)
    for disease in content.diseases:
        yield from _disease_problems(disease, library)
    for trial in content.trials.values():
        yield from _trial_problems(trial, library)
    for page in content.pages:
        yield from _text_problems(page.text, library, is_ours=True)
    glossary = content.glossary
    for term in glossary.terms:
        line = glossary.lines.get(term.id, 0)
        faults = _definition_faults(term, glossary.path, line, library)
        yield from _at_line(glossary.path, line, faults)
    yield from helpline_problems(content)


def _at_line(path: str, line: int, faults: Iterable[Fault]) -> Iterator[Problem]:
    """Yield the Problems of a text in one line of a header or list."""
    return (Problem(path, line, fault.message) for fault in distinct(faults))


def _text_problems(
    text: Text, library: Library, about: str = "", *, is_ours: bool = False
) -> Iterator[Problem]:
    """Yield the Problems of a text; `about` is the id of the trial that it describes.

    Without a note, what is ours (a page about this site) needs no source.
    """
    reported: set[tuple[int, str]] = set()
    for passage in cited_passages(text):
        cited = Cited(passage, library, about)
        comparisons = COMPARISONS if passage.keys or not is_ours else ()
        for fault in distinct(chain.from_iterable(compare(cited) for compare in comparisons)):
            line = passage.line_at(fault.start)
            reported.add((line, fault.words))
            yield Problem(text.path, line, fault.message)
    for number, line_text in enumerate(text.markdown.split("\n"), text.first_line):
        yield from _at_line(text.path, number, wrong_brands(line_text, library))
    if about and library.has_records([about]):
        for line, fault in strangers(text, about, library):
            if (line, fault.words) not in reported:
                yield Problem(text.path, line, fault.message)


def _disease_problems(disease: Disease, library: Library) -> Iterator[Problem]:
    """Yield the Problems of a disease's page, of its guide, and of the summary of both."""
    guide = library.content.guides.get(disease.slug)
    texts = [disease.text, *([guide.text] if guide else [])]
    for text in texts:
        yield from _text_problems(text, library)
    keys = {key for text in texts for _, key in keys_in(text.markdown)}
    first_chapter = texts[-1].markdown.lstrip().partition("\n## ")[0]
    first_keys = {key for _, key in keys_in(first_chapter)}
    faults = _disease_faults(disease, library, library.backing(keys), library.backing(first_keys))
    yield from _at_line(disease.text.path, disease.lines.get(("summary",), 0), faults)


def _disease_faults(
    disease: Disease, library: Library, backing: Backing, first_chapter: Backing
) -> Iterator[Fault]:
    """Yield the faults of a disease's summary; what the disease is, the first chapter says."""
    header = disease.header
    yield from _header_faults(header.summary, backing, library)
    lines = " ".join((*backing.lines, f"{header.name} {header.short_name}"))
    unnamed = library.abbreviations.unnamed(header.summary, lines) if backing.lines else ()
    for start, name in unnamed:
        yield Fault(start, name, f"no source of this page or its guide names {name!r}")
    for rival in contradicted_words(
        header.summary, first_chapter.says, vocabularies=library.vocabularies
    ):
        yield contradicted(rival)


def _trial_problems(trial: TrialText, library: Library) -> Iterator[Problem]:
    """Yield the Problems of a description: of its text, and of each sentence in its header."""
    path, header = trial.text.path, trial.header
    yield from _text_problems(trial.text, library, trial.nct_id)
    summary = trial.lines.get(("summary",), 0)
    faults = _summary_faults(trial, header.summary, library)
    yield from _at_line(path, summary, chain(faults, _measure_faults(trial, library)))
    doubt = trial.lines.get(("status_doubt",), 0)
    yield from _at_line(path, doubt, _summary_faults(trial, header.status_doubt, library))
    short_name = trial.lines.get(("short_name",), summary)
    yield from _at_line(path, short_name, _short_name_faults(trial, library))


def _short_name_faults(trial: TrialText, library: Library) -> Iterator[Fault]:
    header, vocabularies = trial.header, library.vocabularies
    for start, words, answer, _ in contradicted_words(
        header.short_name, [header.summary], vocabularies=vocabularies
    ):
        message = f"{words!r} in the short name: the summary says otherwise ({answer})"
        yield Fault(start, words, message)


def _summary_faults(trial: TrialText, text: str, library: Library) -> Iterator[Fault]:
    """Yield the faults of a summary, or of the doubt about a status, of a description."""
    header = trial.header
    yield from _header_faults(text, _grounds(trial, library), library)
    says = library.backing(set(header.sources) - {trial.nct_id}).says
    for answer in (
        *contradicted_words(text, says, vocabularies=library.vocabularies),
        *library.clause_reader.mixed_up(text, says),
    ):
        yield contradicted(answer)


def _measure_faults(trial: TrialText, library: Library) -> Iterator[Fault]:
    own = (sentence.text for sentence in sentences(trial.text))
    return other_measures(trial.header.summary, (*_grounds(trial, library).lines, *own))


def _grounds(trial: TrialText, library: Library) -> Backing:
    """Return all that a description rests on: record, claimed ages, sources of header and text."""
    header = trial.header
    cited = {key for _, key in keys_in(trial.text.markdown)}
    ages = (header.claims.ages,) if header.claims else ()
    return library.backing({trial.nct_id, *header.sources, *cited}, ages)


def _definition_faults(term: Term, path: str, line: int, library: Library) -> Iterator[Fault]:
    """Yield the faults of a definition, which is compared like a sentence with a note."""
    for name in () if term.source else names_in_definition(term, library):
        yield Fault(0, name, f"a definition that names {name!r} needs a source: add `source:`")
    passage = CitedPassage(term.definition, term.source, path, ((0, line),), term.source)
    cited = Cited(passage, library, term_names=term.names)
    yield from chain.from_iterable(compare(cited) for compare in COMPARISONS)
    yield from definition_against_lines(term, library.backing(term.source).says)
    yield from wrong_brands(term.definition, library)


def _header_faults(text: str, backing: Backing, library: Library) -> Iterator[Fault]:
    """Yield the faults of any text in a header: figures without a source, and brands."""
    for figure in figures(text):
        if not backing.figure_set.supports(figure):
            message = f"{figure.text!r} is in none of its sources"
            yield Fault(figure.start, figure.text, message)
    yield from wrong_brands(text, library)
