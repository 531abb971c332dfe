"""Replay days of registry records through `update`, against a registry on this machine.

    python -m tests.replay FOLDER [--root TREE]

FOLDER has a YYYY-MM-DD.jsonl for each day: on the first day all records, one a line; on later days
the records that changed, and {"gone": "NCT…"} for one that the search no longer finds. TREE
(default: this project) has content/; its data/ is continued, so remove it to start again.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from monitor.content.reader import read_content
from monitor.problems import Problem, Refused
from monitor.registry.client import Registry
from monitor.reports.night import message
from monitor.update import Report, check_registry, write
from tests.registry_server import RegistryServer


def replay(folder: Path, root: Path) -> Iterator[tuple[date, Report, list[str]]]:
    """Run a night for each file of `folder`, in order; yield (date, Report, files written)."""
    problems: list[Problem] = []
    content = read_content(root, problems)
    if problems:
        raise Refused(*problems)
    with RegistryServer() as server, Registry(server.base_url, content.site.url) as registry:
        server.match = lambda record, query: True  # the search finds all records of the files
        for path in sorted(folder.glob("*.jsonl")):
            on = date.fromisoformat(path.stem)
            for line in path.read_text("utf-8").splitlines():
                record = json.loads(line)
                if "gone" in record:
                    server.hide(record["gone"])
                else:
                    server.put(record)
            server.data_timestamp = f"{on}T00:00:00"
            report = check_registry(root, content.searches, content.named, registry, on)
            yield on, report, write(root, report)


def main() -> int:
    """Replay a folder and print what changed; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    options = parser.parse_args()
    try:
        printed: set[str] = set()
        for on, report, _ in replay(options.folder, options.root.resolve()):
            print(f"{on}  {message(report)}", end="")
            for warning in report.warnings:
                if warning not in printed:
                    print(f"warning: {warning}", file=sys.stderr)
            printed.update(report.warnings)
    except Refused as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
