"""The descriptions that need an editor, as Markdown for an issue."""

from collections.abc import Iterator

from monitor.catalog import (
    ADDRESS,
    Catalog,
    PageDoubt,
    ReviewStatus,
    page_doubts,
    review_statuses,
)
from monitor.registry import terms
from monitor.reports.escape import markdown as plain
from monitor.reports.github_limits import ISSUE, fitted
from monitor.text import many


def markdown(catalog: Catalog, base_url: str) -> str:
    """Return the list, contradicted claims first; "" where there is nothing to do."""
    waiting = [one for one in review_statuses(catalog).values() if one.needs_an_editor]
    doubts = page_doubts(catalog)
    if not (waiting or doubts):
        return ""
    head = ""
    if doubts:
        verb = "is" if len(doubts) == 1 else "are"
        head += (
            f"{many(len(doubts), 'statement')} on pages of diseases {verb} contradicted by a"
            " record. Compare each with the record, and mend the text.\n"
        )
    if waiting:
        verb = "was" if len(waiting) == 1 else "were"
        head += (
            f"The registry has moved on since {many(len(waiting), 'description')} of ours {verb}"
            " checked. Read each again, compare it with the record, and put the new day after"
            " `checked` and `checked_against`.\n"
        )
    if replaced := sum(bool(one.replaced_on) for one in waiting):
        head += (
            f"\nOf {many(replaced, 'description')} the record was replaced, and nobody knows"
            " what changed before: so it is for each after a first night. Nothing is wrong.\n"
        )
    entries = [_doubt(one, base_url) for one in doubts]
    entries += ["".join(f"{line}\n" for line in _lines(one, base_url)) for one in waiting]
    return fitted(f"{head}\n", entries, f"\nThe whole list: {base_url}{ADDRESS}\n", ISSUE)


def _doubt(one: PageDoubt, base: str) -> str:
    page = f"[the page on {plain(one.name)}]({base}{one.address})"
    subject = f"a list for {one.says}" if one.is_list else f"“{one.says}”"
    return (
        f"- {page}, line {one.line}, {plain(subject)}\n"
        f"  - **contradicted** by the record of {one.nct_id}: {plain(one.because)}\n"
    )


def _lines(one: ReviewStatus, base: str) -> Iterator[str]:
    name = plain(one.trial.short_name)
    link = f"[{name}]({base}{one.trial.address}) ({one.trial.nct_id})"
    against = terms.day(one.checked_against) if one.checked_against else "an unknown day"
    yield f"- {link}, checked against the record of {against}"
    for verdict in one.contradicted:
        yield f"  - **contradicted**: {plain(verdict.name)}: {plain(verdict.because)}"
    for entry in one.entries[:5]:
        yield f"  - {terms.day(entry.date)}: {plain(entry.all_messages)}"
    if one.replaced_on:
        yield f"  - the record was replaced on {terms.day(one.replaced_on)}"
