"""What changed on some days, as the text of a release on GitHub."""

from monitor.catalog import Catalog, WeekItem, WeekSummary, summarize
from monitor.registry import terms
from monitor.reports.escape import markdown, plain
from monitor.text import cut, many

LONGEST_TITLE = 200


def release_title(summary: WeekSummary) -> str:
    """What it brought, by disease, in one line."""
    return plain(cut(summary.headline, LONGEST_TITLE))


def release_notes(
    catalog: Catalog, base_url: str, since: str, until: str = "9999"
) -> tuple[WeekSummary, str]:
    """Return what changed on some days (ISO, both included): as values, and as a release's text."""
    made = summarize(catalog, (entry for entry in catalog.entries if since <= entry.date <= until))
    base = base_url.rstrip("/") + "/"
    lines = [f"Changes since {terms.day(since)}: {made.counted}."]
    for section in made.sections:
        lines += ["", f"## {section.title}", ""]
        for item in section.items:
            day = terms.day(item.entry.date)
            lines.append(f"- {day}: {_link(item, base)}: {markdown(item.what)}")
    if made.added:
        lines += ["", "## Older trials, now found by our search", ""]
        lines += [f"- {_link(item, base)}" for item in made.added]
    if made.minor:
        count = many(sum(count for _, count in made.minor), "minor edit")
        lines += ["", f"And {count}: {made.minor_counted}."]
    lines += ["", f"Every change: {base}changes/. Not medical advice; not reviewed by a physician."]
    if not catalog.night.is_fetched:
        lines.append("Compiled data, not fetched from the registry.")
    return made, "\n".join(lines) + "\n"


def _link(item: WeekItem, base: str) -> str:
    name, nct_id = markdown(item.night.name), item.night.trial.nct_id
    return f"[{name}]({base}{item.entry.address})" + (f" ({nct_id})" if name != nct_id else "")
