"""What a night brought, as text: printed by `update`, and the nightly job's commit message."""

from collections import defaultdict

from monitor import stories, terms
from monitor.changelog import RANKS, Change
from monitor.github import plain
from monitor.update import Report


def message(report: Report) -> str:
    """A subject line, and below it each trial with what changed, the weightiest first."""
    by_trial: dict[str, list[Change]] = defaultdict(list)
    for change in report.changes:
        by_trial[change.nct_id].append(change)
    ranked = sorted(by_trial.items(), key=lambda item: (min(c.order for c in item[1]), item[0]))
    lines = [_subject(report, len(ranked))]
    if report.changes:
        lines.append("")
    for nct_id, changes in ranked:
        told = "; ".join(told.title for told in stories.tell_all(changes))
        lines.append(f"{nct_id}: {plain(told)}")
    return "\n".join(lines) + "\n"


def _subject(report: Report, trials: int) -> str:
    seen = f"{terms.many(len(report.records), 'trial')} seen"
    if report.baseline:
        return f"Baseline: {seen}, nothing to compare with"
    if not report.changes:
        return f"No changes: {seen}"
    counts = [sum(change.rank == rank for change in report.changes) for rank in RANKS]
    ranks = ", ".join(f"{count} {rank}" for count, rank in zip(counts, RANKS, strict=True) if count)
    return f"{terms.many(trials, 'trial')} changed ({ranks}): {seen}"
