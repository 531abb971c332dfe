"""The changes of some days, as the text of a release on GitHub."""

from collections.abc import Iterable, Iterator

from monitor.catalog import Catalog, ChangeSummary, SummaryItem, summarize
from monitor.registry import terms
from monitor.reports.escape import markdown, plain
from monitor.reports.github_limits import RELEASE, fitted
from monitor.text import many, shortened

LONGEST_TITLE = 200
AFTER_GAP = "What is marked “after a gap” was found after a gap in the checks: it happened before."


def release_title(summary: ChangeSummary) -> str:
    """Return the headline of a week, cut to one line."""
    return plain(shortened(summary.headline, LONGEST_TITLE))


def release_notes(
    catalog: Catalog, base_url: str, since: str, until: str = "9999"
) -> tuple[ChangeSummary, str]:
    """Return what changed on some days (ISO, both included): as values, and as a release's text."""
    changed = summarize(
        catalog, (entry for entry in catalog.entries if since <= entry.date <= until)
    )
    head = f"Changes since {terms.day(since)}: {changed.counted}.\n"
    if changed.is_after_gap:
        head += f"{AFTER_GAP}\n"
    sections = [
        (section.title, [_line(item, base_url) for item in section.items])
        for section in changed.sections
    ]
    sections.append(
        ("Older trials, now found by our search", [_link(item, base_url) for item in changed.added])
    )
    tail = ""
    if changed.minor:
        count = many(sum(count for _, count in changed.minor), "minor edit")
        tail = f"\nAnd {count}: {changed.minor_counted}.\n"
    tail += (
        f"\nEvery change: {base_url}changes/. Not medical advice; not reviewed by a physician.\n"
    )
    if not catalog.last_check.is_fetched:
        tail += "Compiled data, not fetched from the registry.\n"
    return changed, fitted(head, list(_entries(sections)), tail, RELEASE)


def _line(item: SummaryItem, base_url: str) -> str:
    entry = item.entry
    line = f"{terms.day(entry.date)}: {_link(item, base_url)}: {markdown(entry.main_message)}"
    return f"{line} (after a gap)" if entry.is_after_gap else line


def _entries(sections: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield each line of a list, the first one of each with its heading."""
    for title, lines in sections:
        for number, line in enumerate(lines):
            yield ("" if number else f"\n## {title}\n\n") + f"- {line}\n"


def _link(item: SummaryItem, base: str) -> str:
    name, nct_id = markdown(item.night.name), item.night.trial.nct_id
    return f"[{name}]({base}{item.entry.address})" + (f" ({nct_id})" if name != nct_id else "")
