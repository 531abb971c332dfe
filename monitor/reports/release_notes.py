"""What changed on some days, as the text of a release on GitHub."""

from monitor.catalog import Catalog, WeekSummary, summarize
from monitor.registry import terms
from monitor.reports.escape import markdown
from monitor.text import many


def release_notes(
    catalog: Catalog, base_url: str, since: str, until: str = "9999"
) -> tuple[WeekSummary, str]:
    """Return what changed on some days (ISO, both included): as values, and as a release's text."""
    made = summarize(entry for entry in catalog.entries if since <= entry.date <= until)
    base = base_url.rstrip("/") + "/"
    lines = [f"Changes since {terms.day(since)}: {made.counted}."]
    for section in made.sections:
        lines += ["", f"## {section.title}", ""]
        for item in section.items:
            link = f"[{markdown(item.night.name)}]({base}{item.entry.address})"
            lines.append(f"- {terms.day(item.entry.date)}: {link}: {markdown(item.what)}")
    if made.counts[2]:
        lines += ["", f"Of {many(made.counts[2], 'trial night')} only wording or the like."]
    lines += ["", f"Every change: {base}changes/. Not medical advice; not reviewed by a physician."]
    if not catalog.night.is_fetched:
        lines.append("Compiled data, not fetched from the registry.")
    return made, "\n".join(lines) + "\n"
