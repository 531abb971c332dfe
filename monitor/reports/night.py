"""The report of a night: the commit message, and the summary of the workflow's run."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from monitor.changes import describe_night
from monitor.data import MAJOR, RANKS, Change
from monitor.registry import Registry, history_url
from monitor.reports.escape import markdown, plain
from monitor.reports.github_limits import COMMIT, SUMMARY, fitted
from monitor.text import many
from monitor.update import Report

LISTED = 30  # lines of a kind in a summary


def message(report: Report) -> str:
    """Return the commit message: a subject, and each trial's changes, weightiest first."""
    lines = [f"{one.nct_id}: {plain(one.messages)}\n" for one in _by_trial(report.changes)]
    head = f"{_subject(report)}\n" + ("\n" if lines else "")
    return fitted(head, lines, "", COMMIT, "And {:,} more, in data/changes/".format)


def summary(report: Report, registry: Registry) -> str:
    """Return a Markdown summary: changes, warnings, cost."""
    return "\n".join(_summary(report, registry)) + "\n"


def _summary(report: Report, registry: Registry) -> Iterator[str]:
    yield f"### {_subject(report)}"
    by_trial = list(_by_trial(report.changes))
    major = [one for one in by_trial if one.rank == MAJOR]
    if major:
        yield from ("", "**Major**", "", *_first(map(_line, major)))
    if report.warnings:
        yield from ("", "**Look into this**", "")
        yield from _first(f"- {markdown(warning)}" for warning in report.warnings)
    if others := by_trial[len(major) :]:
        title = f"{many(len(others), 'trial')} with lesser changes"
        yield from ("", f"<details><summary>{title}</summary>", "", *_first(map(_line, others)))
        yield from ("", "</details>")
    counts = ", ".join(f"{slug} {len(ids):,}" for slug, ids in sorted(report.searches.items()))
    yield from ("", f"Data of {markdown(report.check.data_timestamp)} (UTC). Found: {counts}.")
    cost = f"{registry.received / 1e6:.1f} MB, {registry.seconds:.0f} seconds"
    yield f"{many(registry.requests, 'request')}, {cost}."


class _TrialNight(NamedTuple):
    """A trial's changes of the night."""

    nct_id: str
    rank: str  # the highest
    messages: str


def _line(one: _TrialNight) -> str:
    return f"- [{one.nct_id}]({history_url(one.nct_id)}): {markdown(one.messages)}"


def _first(lines: Iterable[str]) -> Iterator[str]:
    entries = [f"{line}\n" for line in lines]
    shown = fitted(
        "", entries[:LISTED], "", SUMMARY // 5, lambda left: f"- and {left:,} more of these"
    )
    yield shown.rstrip("\n")
    if len(entries) > LISTED:
        yield f"- and {len(entries) - LISTED:,} more, in the log and in the commit"


def _by_trial(changes: Iterable[Change]) -> Iterator[_TrialNight]:
    """Yield each trial with changes, the weightiest first."""
    by_trial: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_trial[change.nct_id].append(change)
    for nct_id, own in sorted(by_trial.items(), key=lambda i: (min(c.order for c in i[1]), i[0])):
        messages = "; ".join(message.title for message in describe_night(own))
        yield _TrialNight(nct_id, RANKS[min(change.order for change in own)[0]], messages)


def _subject(report: Report) -> str:
    seen = f"{many(len(report.records), 'trial')} seen"
    followed = "; ".join(f"{slug}, {many(n, 'trial')}" for slug, n in report.followed.items())
    if report.baseline:
        return f"Baseline: {seen}, nothing to compare with"
    if not report.changes:
        return f"Now following: {followed} ({seen})" if followed else f"No changes: {seen}"
    trials = len({change.nct_id for change in report.changes})
    counts = [sum(change.rank == rank for change in report.changes) for rank in RANKS]
    ranks = ", ".join(f"{count} {rank}" for count, rank in zip(counts, RANKS, strict=True) if count)
    also = f"; now following: {followed}" if followed else ""
    return f"{many(trials, 'trial')} changed ({ranks}): {seen}{also}"
