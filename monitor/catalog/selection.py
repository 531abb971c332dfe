"""Which trials of a disease a filter selects: one meaning, for tables, feeds and links to the list.

A filter is questions with values. A trial matches when it has one of the values of each question;
what its record does not state is no match. The list's script (static/trials.js) reads the same
questions and values from the fragment of its address.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

from monitor.catalog.trial import Trial
from monitor.content import TrialsBlock
from monitor.registry import AGE_GROUPS, STATUS_GROUPS
from monitor.text import slug_of

PHASES = {
    "early-1": ("EARLY_PHASE1", "Early phase 1"),
    "1": ("PHASE1", "Phase 1"),
    "2": ("PHASE2", "Phase 2"),
    "3": ("PHASE3", "Phase 3"),
    "4": ("PHASE4", "Phase 4"),
    "na": ("NA", "Not applicable"),
}
"""Key -> the registry's code, and its label. A trial of phase 1/2 has both."""

Filter = Mapping[str, Sequence[str]]
"""Question -> keys of the values, any of which will do."""


def statuses_of(trial: Trial) -> tuple[str, ...]:
    """The group of its status."""
    return (trial.status_group,)


def phases_of(trial: Trial) -> tuple[str, ...]:
    """Keys of its phases; () where the record gives none."""
    codes = trial.study.phases if trial.study else ()
    return tuple(key for key, (code, _) in PHASES.items() if code in codes)


def countries_of(trial: Trial) -> tuple[str, ...]:
    """Slugs of the countries where it runs."""
    return tuple(slug_of(country) for country in trial.study.countries) if trial.study else ()


def age_groups_of(trial: Trial) -> tuple[str, ...]:
    """The age groups of which at least some can join; () where no ages are known."""
    return trial.ages.groups if trial.ages else ()


OWN: dict[str, Callable[[Trial], tuple[str, ...]]] = {
    "status": statuses_of,
    "phase": phases_of,
    "age": age_groups_of,
    "country": countries_of,
}
"""Questions that the record answers by itself; all others are facets of the vocabulary."""

LABELS: dict[str, Mapping[str, str]] = {
    "status": {key: group.heading for key, group in STATUS_GROUPS.items()},
    "phase": {key: label for key, (_, label) in PHASES.items()},
    "age": {key: label for key, (label, _, _) in AGE_GROUPS.items()},
}


def values_of(trial: Trial, question: str, disease: str) -> tuple[str, ...]:
    """The keys that a trial has for a question."""
    if question in OWN:
        return OWN[question](trial)
    sorting = trial.sortings.get(disease)
    return tuple(sorting.yes.get(question, ())) if sorting else ()


def matches(trial: Trial, wanted: Filter, disease: str) -> bool:
    """Whether a trial has one of the values of each question."""
    return all(
        not set(values).isdisjoint(values_of(trial, question, disease))
        for question, values in wanted.items()
        if values
    )


def filter_of(block: TrialsBlock) -> dict[str, tuple[str, ...]]:
    """The filter that a block of a text writes down."""
    wanted = {
        "status": block.status,
        "phase": block.phase,
        "country": tuple(map(slug_of, block.country)),
        **(block.filter or {}),
    }
    return {question: values for question, values in wanted.items() if values}


def selected(
    block: TrialsBlock, trials: Sequence[Trial], everything: Mapping[str, Trial], disease: str
) -> list[Trial]:
    """The trials of a block: those it puts first, those it names, then those that match.

    `trials` are those of the disease, in page order; `everything` is by id.
    """
    named = [everything.get(i) or Trial(i, None, None, ()) for i in block.nct_ids]
    wanted = filter_of(block)
    if not wanted:
        return named
    left_out = {*block.nct_ids, *(block.leave_out or {})}
    found = [t for t in trials if t.nct_id not in left_out and matches(t, wanted, disease)]
    order = ORDERS.get(block.order)
    return named + (sorted(found, key=order) if order else found)


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
"""How a block may order its trials; "status" is the order of the disease's list."""


def fragment(wanted: Filter) -> str:
    """Write a filter as the list's address has it, behind "#": "stage=in-remission&phase=2,3"."""
    return "&".join(
        f"{question}={','.join(quote(value, safe='') for value in values)}"
        for question, values in wanted.items()
        if values
    )


def unknown_words(
    block: TrialsBlock, facets: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (place in the block's header, message) for each word that no question has.

    `facets` are those of the disease: key -> its values by key.
    """
    known = {**facets, "age": AGE_GROUPS}
    for question, values in (block.filter or {}).items():
        if question not in known:
            names = ", ".join(known)
            yield ("filter", question), f"there is no facet {question!r}; there are {names}"
            continue
        for value in values:
            if value not in known[question]:
                names = ", ".join(known[question])
                message = f"{question} has no value {value!r}; it has {names}"
                yield ("filter", question), message
