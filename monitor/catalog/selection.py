"""Filters of trials, with one meaning for tables in texts, feeds and links to the list.

A filter maps questions to values. A trial matches if it has one of the values of each question; a
value that its record does not state is no match. The list's script (static/trials.js) reads the
same questions and values from the fragment of its address.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

from monitor.catalog.trial import AGE, Trial
from monitor.content import TrialsBlock
from monitor.registry import AGE_GROUPS, terms
from monitor.text import slug_of

PHASES = {
    "early-1": "EARLY_PHASE1",
    "1": "PHASE1",
    "2": "PHASE2",
    "3": "PHASE3",
    "4": "PHASE4",
    "na": "NA",
}
"""Key in addresses -> the registry's code. A trial of phase 1/2 has both."""

Filter = Mapping[str, Sequence[str]]
"""Question -> keys of values, of which a trial needs one."""


def statuses_of(trial: Trial) -> tuple[str, ...]:
    """Return the group of a trial's status, as a tuple of one."""
    return (trial.status_group,)


def phases_of(trial: Trial) -> tuple[str, ...]:
    """Return the keys of a trial's phases; () where its record has none."""
    codes = trial.study.phases if trial.study else ()
    return tuple(key for key, code in PHASES.items() if code in codes)


def countries_of(trial: Trial) -> tuple[str, ...]:
    """Return the slugs of the countries where a trial runs."""
    return tuple(slug_of(country) for country in trial.study.countries) if trial.study else ()


def age_groups_of(trial: Trial) -> tuple[str, ...]:
    """Return the age groups of which at least some people can join; () without ages."""
    return trial.sorting.yes.get(AGE, ())


RECORD_QUESTIONS: dict[str, Callable[[Trial], tuple[str, ...]]] = {
    "status": statuses_of,
    "phase": phases_of,
    AGE: age_groups_of,
    "country": countries_of,
}
"""Questions answered by fields of the record; all others are facets of the vocabulary."""

LABELS: dict[str, Mapping[str, str]] = {
    "status": {key: group.heading for key, group in terms.STATUS_GROUPS.items()},
    "phase": {key: terms.PHASE[code] for key, code in PHASES.items()},
    AGE: {key: label for key, (label, _, _) in AGE_GROUPS.items()},
}


def values_of(trial: Trial, question: str, disease: str) -> tuple[str, ...]:
    """Return the keys of a trial's values for a question."""
    if question in RECORD_QUESTIONS:
        return RECORD_QUESTIONS[question](trial)
    sorting = trial.sortings.get(disease)
    return tuple(sorting.yes.get(question, ())) if sorting else ()


def matches(trial: Trial, filter_: Filter, disease: str) -> bool:
    """Return whether a trial has one of the values of each question."""
    return all(
        not set(values).isdisjoint(values_of(trial, question, disease))
        for question, values in filter_.items()
        if values
    )


def filter_of(block: TrialsBlock) -> dict[str, tuple[str, ...]]:
    """Return the filter of a block in a text; {} for a block of ids alone."""
    questions = {
        "status": block.status,
        "phase": block.phase,
        "country": tuple(map(slug_of, block.country)),
        **(block.filter or {}),
    }
    return {question: values for question, values in questions.items() if values}


def selected(
    block: TrialsBlock, trials: Sequence[Trial], everything: Mapping[str, Trial], disease: str
) -> list[Trial]:
    """Return the trials of a block: its first ones, its ids, then those that match its filter.

    `trials` are those of the disease, in page order; `everything` maps ids to all trials.
    """
    named = [everything.get(i) or Trial(i, None, None, ()) for i in block.nct_ids]
    filter_ = filter_of(block)
    if not filter_:
        return named
    left_out = {*block.nct_ids, *(block.leave_out or {})}
    rest = [t for t in trials if t.nct_id not in left_out and matches(t, filter_, disease)]
    order = ORDERS.get(block.order)
    return named + (sorted(rest, key=order) if order else rest)


def _newest(trial: Trial) -> tuple[int, ...]:
    return (-int(trial.nct_id[3:]),)


def _latest_phase(trial: Trial) -> tuple[int, ...]:
    keys = list(PHASES)
    return (-max((keys.index(phase) for phase in phases_of(trial) if phase != "na"), default=-1),)


def _last_change(trial: Trial) -> tuple[int, ...]:
    day = trial.entries[0].date if trial.entries else ""
    return (-int(day.replace("-", "") or 0),)


ORDERS: dict[str, Callable[[Trial], tuple[int, ...] | str]] = {
    "phase": _latest_phase,
    "newest": _newest,
    "updated": _last_change,
    "name": lambda trial: trial.short_name.casefold(),
}
"""Order of a block -> sort key; "status" is the order of the disease's list."""


def fragment(filter_: Filter) -> str:
    """Return a filter as in the list's address, after "#": "stage=in-remission&phase=2,3"."""
    return "&".join(
        f"{question}={','.join(quote(value, safe='') for value in values)}"
        for question, values in filter_.items()
        if values
    )


def unknown_words(
    block: TrialsBlock, facets: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (place in the block's header, message) for each question and value that do not exist.

    `facets` are those of the disease: key -> its values by key.
    """
    questions = {**facets, AGE: AGE_GROUPS}
    for question, values in (block.filter or {}).items():
        if question not in questions:
            names = ", ".join(questions)
            yield ("filter", question), f"there is no facet {question!r}; there are {names}"
            continue
        for value in values:
            if value not in questions[question]:
                names = ", ".join(questions[question])
                message = f"{question} has no value {value!r}; it has {names}"
                yield ("filter", question), message
