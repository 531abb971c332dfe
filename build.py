#!/usr/bin/env python3
"""The command line: see `python build.py --help`. The only place that reads the clock.

Each command imports what it needs: to see that nothing changed takes no template engine.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.problems import Problem, Refused

if TYPE_CHECKING:
    from monitor.content import Publisher

_SET_UP = "`make site` sets up .venv and builds the site; without make see docs/code.md"


def main(arguments: list[str] | None = None) -> int:
    """Run one command. The exit status: 0 done, 1 the input is at fault (2: wrong usage)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what the terminal has no letter for is escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        options.run(options)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("monitor"):
            raise
        print(f"{error.name} is not installed. {_SET_UP}", file=sys.stderr)
        return 1
    except Refused as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:  # a folder that cannot be written, a disk that is full
        place = f"{error.filename}: " if error.filename else ""
        print(f"{place}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _site(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.parallel import processors

    out = (options.out or options.root / "site").resolve()
    if any(out == options.root / name for name in ("", "content", "data", "templates")):
        raise Refused(f"{out} is what the website is made from: name another folder")
    publisher = _publisher() if options.publish else website.NOBODY
    count = website.write(options.root, out, options.base_url, processors(), publisher)
    print(f"{count} files. Open {out / 'index.html'}")


def _update(options: argparse.Namespace) -> None:
    from datetime import UTC  # which older Pythons lack; they are to get as far as _SET_UP

    from monitor.content import read_content
    from monitor.registry import API, Registry
    from monitor.reports import night as report
    from monitor.update import look, write

    problems: list[Problem] = []
    content = read_content(options.root, problems)
    if problems:
        raise Refused(*problems)
    address = options.registry or API
    site = content.site.completed(_publisher())
    with Registry(address, site.repository or site.url) as registry:
        brought = look(
            options.root,
            content.searches,
            content.named,
            registry,
            options.on or datetime.now(UTC).date(),
            accept_shrinkage=options.accept_shrinkage,
            progress=_progress(),
        )
        # Before anything is written: what cannot be told is no news.
        message, summary = report.message(brought), report.summary(brought, registry)
    for path, text in ((options.message, message), (options.summary, summary)):
        if path:
            path.write_text(text, "utf-8")
    write(options.root, brought)
    for warning in brought.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(message, end="")


def _check(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.parallel import processors
    from monitor.reports import git as revisions

    changed = revisions.edited(options.root, options.against) if options.against else None
    files, warnings = website.check(options.root, changed, processors())
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"content/ and data/ are sound: they make {files} files")


def _preview(options: argparse.Namespace) -> None:
    from monitor.reports import preview

    print(preview.against(options.root, options.against, options.most), end="")


def _review(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import review_issue as upkeep

    publisher = _publisher() if options.publish else website.NOBODY
    catalog = website.read_catalog(options.root, publisher)
    print(upkeep.markdown(catalog, options.base_url or catalog.site.url), end="")


def _schema(options: argparse.Namespace) -> None:
    from monitor.content import schema_files as schemas
    from monitor.files import write_atomically

    folder = options.out or options.root / "docs" / "schema"
    for name, content in schemas.render():
        write_atomically(folder / name, content)


def _digest(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import release_notes, release_title

    publisher = _publisher() if options.publish else website.NOBODY
    catalog = website.read_catalog(options.root, publisher)
    days = (options.since.isoformat(), options.until.isoformat())
    summary, text = release_notes(catalog, catalog.site.url, *days)
    if summary.is_major or not options.only_if_major:
        print(f"{release_title(summary)}\n" if options.title else text, end="")


def _announce(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import announce

    publisher = _publisher() if options.publish else website.NOBODY
    if options.list:
        print(*announce.channels(options.root, publisher), sep="\n")
        return
    if options.saved:
        messages = [announce.Announcement.load(options.saved.read_text("utf-8"))]
    else:
        names = [options.channel] if options.channel else []
        since, note = options.since, options.note
        messages = [*announce.announcements(options.root, publisher, since, names, note)]
    if options.save:
        options.save.write_text("".join(one.dump() for one in messages), "utf-8")
    elif options.dry_run:
        print(*map(announce.printed, messages), sep="\n")
    else:
        announce.send_all(messages, os.environ)


def _serve(options: argparse.Namespace) -> None:
    from monitor.serve import serve

    serve(options.root, options.port)


def _publisher() -> "Publisher":
    """Return what a runner of GitHub knows; SITE_URL is what GitHub Pages says."""
    from monitor.content import Publisher

    known = os.environ.get
    repository, branch = known("GITHUB_REPOSITORY", ""), known("GITHUB_REF_NAME", "")
    server = known("GITHUB_SERVER_URL", "https://github.com")
    return Publisher(
        url=known("SITE_URL", ""),
        repository=f"{server}/{repository}" if repository else "",
        branch=branch if known("GITHUB_REF_TYPE") == "branch" else "",
    )


def _progress() -> Callable[[str], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: print(f"\r\x1b[K{text}", end="\r", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="A monitor of clinical trials: asks a registry what changed, builds a site.",
        epilog="Without a command: site.",
    )
    parser.add_argument(
        "--root",
        type=_folder,
        default=Path(__file__).resolve().parent,
        help="work on another tree: its content/, data/, templates/ and site/",
    )
    parser.set_defaults(run=_site, out=None, base_url="", publish=False)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND")
    site = verbs.add_parser("site", help="build the website from the tree, offline")
    site.add_argument("--out", type=Path, help="where to put it (default: site/ in the tree)")
    site.add_argument("--base-url", type=_url, default="", help="where it will be published")
    _publishing(site)
    site.set_defaults(run=_site)
    night = verbs.add_parser("update", help="ask the registry, write data/, print what changed")
    night.add_argument(
        "--registry",
        type=_url,
        default=os.environ.get("MONITOR_REGISTRY", ""),
        help="base URL of a ClinicalTrials.gov v2 API (MONITOR_REGISTRY sets it too)",
    )
    night.add_argument(
        "--on",
        type=_date,
        metavar="YYYY-MM-DD",
        help="the date that changes are recorded under (default: today in UTC)",
    )
    night.add_argument(
        "--accept-shrinkage", action="store_true", help="believe a search that finds far less"
    )
    night.add_argument("--message", type=Path, help="write what changed to a file, for a commit")
    night.add_argument("--summary", type=Path, help="write it to a file as Markdown, with the cost")
    night.set_defaults(run=_update)
    check = verbs.add_parser("check", help="validate content/ and data/, write nothing")
    check.add_argument(
        "--against",
        metavar="REVISION",
        default="",
        help="a git revision: only texts that differ from it answer for what the registry says",
    )
    check.set_defaults(run=_check)
    shown = verbs.add_parser("preview", help="print what changes on the site, as Markdown")
    shown.add_argument("--against", metavar="REVISION", required=True, help="a git revision")
    shown.add_argument(
        "--most", type=int, metavar="BYTES", default=65_000, help="how long it may be"
    )
    shown.set_defaults(run=_preview)
    looked = verbs.add_parser("review", help="print which descriptions an editor should look at")
    looked.add_argument("--base-url", type=_url, default="", help="where the site is published")
    _publishing(looked)
    looked.set_defaults(run=_review)
    schema = verbs.add_parser("schema", help="write the headers of content/ as JSON Schemas")
    schema.add_argument("--out", type=Path, help="a folder (default: docs/schema in the tree)")
    schema.set_defaults(run=_schema)
    week = verbs.add_parser("digest", help="print what changed since a day, as Markdown")
    week.add_argument("--since", type=_date, metavar="YYYY-MM-DD", required=True)
    week.add_argument("--until", type=_date, metavar="YYYY-MM-DD", default=date.max)
    week.add_argument(
        "--only-if-major", action="store_true", help="print nothing when nothing major changed"
    )
    week.add_argument("--title", action="store_true", help="print the title alone")
    _publishing(week)
    week.set_defaults(run=_digest)
    sender = verbs.add_parser("announce", help="send what is new to the channels of site.yaml")
    _announcing(sender)
    _publishing(sender)
    sender.set_defaults(run=_announce)
    local = verbs.add_parser("serve", help="build, serve, and build again when a file changes")
    local.add_argument("--port", type=int, choices=range(1, 65536), metavar="N", default=8000)
    local.set_defaults(run=_serve)
    return parser


def _announcing(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--since",
        metavar="YYYY-MM-DD|REVISION",
        default="",
        help="a day, or a git revision whose log was sent (default: the day of the last check)",
    )
    command.add_argument("--channel", metavar="NAME", default="", help="this channel alone")
    command.add_argument("--note", default="", help="a line for the end of each message")
    ways = command.add_mutually_exclusive_group()
    ways.add_argument("--dry-run", action="store_true", help="print the messages, send nothing")
    ways.add_argument("--list", action="store_true", help="print the names of the channels")
    ways.add_argument("--save", type=Path, metavar="FILE", help="write a message, send nothing")
    ways.add_argument("--saved", type=Path, metavar="FILE", help="send the message of a file")


def _publishing(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--publish",
        action="store_true",
        help="take what content/site.yaml leaves out from GitHub's runner; refuse placeholders",
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: YYYY-MM-DD") from None


def _url(text: str) -> str:
    if not text:
        return ""
    from monitor.content import address

    try:
        return address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from None


def _folder(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
