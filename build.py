#!/usr/bin/env python3
"""The command line: see `python build.py --help`. The only place that reads the clock.

Each command imports what it needs: to see that nothing changed takes no template engine.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.problems import Problem, Refused
from monitor.text import many


def main(arguments: list[str] | None = None) -> int:
    """Run one command. The exit status: 0 done, 1 the input is at fault (2: wrong usage)."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except Refused as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 1
    except OSError as error:  # a folder that cannot be written, a port that is in use
        print(error, file=sys.stderr)
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
    count = website.write(options.root, out, options.base_url, processors())
    print(f"{count} files. Open {out / 'index.html'}")


def _update(options: argparse.Namespace) -> None:
    from monitor.content import read_content
    from monitor.data import REAL_REGISTRY
    from monitor.registry import Registry
    from monitor.reports import night as report
    from monitor.update import look, write

    problems: list[Problem] = []
    content = read_content(options.root, problems)
    if problems:
        raise Refused(*problems)
    address = options.registry or REAL_REGISTRY
    with Registry(address, content.site.repository or content.site.url) as registry:
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

    print(preview.against(options.root, options.against), end="")


def _review(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import review_issue as upkeep

    catalog = website.read_catalog(options.root)
    print(upkeep.markdown(catalog, options.base_url or catalog.site.url), end="")


def _schema(options: argparse.Namespace) -> None:
    from monitor.content import schema_files as schemas
    from monitor.files import write_atomically

    for name, content in schemas.render():
        write_atomically(options.out / name, content)


def _digest(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import release_notes, release_title

    catalog = website.read_catalog(options.root)
    days = (options.since.isoformat(), options.until.isoformat())
    summary, text = release_notes(catalog, catalog.site.url, *days)
    if summary.is_major or not options.only_if_major:
        print(f"{release_title(summary)}\n" if options.title else text, end="")


def _announce(options: argparse.Namespace) -> None:
    from monitor.content import read_content
    from monitor.reports import announce

    problems: list[Problem] = []
    site = read_content(options.root, problems).site
    if problems:
        raise Refused(*problems)
    channels = {channel.name: channel for channel in site.channels}
    if options.list:
        if options.repository and options.repository != site.repository:
            raise Refused(f"{options.repository} is not the repository in content/site.yaml")
        print(*channels, sep="\n")
        return
    if options.saved:
        found = [announce.Announcement.load(options.saved.read_text("utf-8"))]
    else:
        names = [options.channel] if options.channel else []
        found = [
            *announce.announcements(
                options.root, options.since, names, options.note, options.base_url
            )
        ]
    failed = []
    for one in found:
        if options.dry_run:
            print(announce.printed(one))
        elif options.save:
            options.save.write_text(one.dump(), "utf-8")
        else:
            try:
                announce.send(channels[one.channel], one, os.environ)
            except announce.Failed as error:
                failed.append(f"{one.channel}: {error}")
            else:
                print(f"{one.channel}: {many(len(one.items), 'entry')} sent")
    if failed:
        raise Refused(*failed)


def _serve(options: argparse.Namespace) -> None:
    from monitor.serve import serve

    serve(options.root, options.port)


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
    parser.set_defaults(run=_site, out=None, base_url="")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND")
    site = verbs.add_parser("site", help="build the website from the tree, offline")
    site.add_argument("--out", type=Path, help="where to put it (default: site/ in the tree)")
    site.add_argument("--base-url", type=_url, default="", help="where it will be published")
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
    shown.set_defaults(run=_preview)
    looked = verbs.add_parser("review", help="print which descriptions an editor should look at")
    looked.add_argument("--base-url", type=_url, default="", help="where the site is published")
    looked.set_defaults(run=_review)
    schema = verbs.add_parser("schema", help="write the headers of content/ as JSON Schemas")
    schema.add_argument("--out", type=Path, default=Path("docs/schema"), help="a folder")
    schema.set_defaults(run=_schema)
    week = verbs.add_parser("digest", help="print what changed since a day, as Markdown")
    week.add_argument("--since", type=_date, metavar="YYYY-MM-DD", required=True)
    week.add_argument("--until", type=_date, metavar="YYYY-MM-DD", default=date.max)
    week.add_argument(
        "--only-if-major", action="store_true", help="print nothing when nothing major changed"
    )
    week.add_argument("--title", action="store_true", help="print the title alone")
    week.set_defaults(run=_digest)
    told = verbs.add_parser("announce", help="send what is new to the channels of site.yaml")
    told.add_argument(
        "--since",
        metavar="YYYY-MM-DD|REVISION",
        default="",
        help="a day, or a git revision whose log was sent (default: the day of the last check)",
    )
    told.add_argument("--channel", metavar="NAME", default="", help="this channel alone")
    told.add_argument("--dry-run", action="store_true", help="print the messages, send nothing")
    told.add_argument("--list", action="store_true", help="print the names of the channels")
    told.add_argument("--repository", default="", help="list them only for this repository")
    told.add_argument("--base-url", type=_url, default="", help="where the site is published")
    told.add_argument("--note", default="", help="a line for the end of each message")
    told.add_argument("--save", type=Path, metavar="FILE", help="write a message, send nothing")
    told.add_argument("--saved", type=Path, metavar="FILE", help="send the message of a file")
    told.set_defaults(run=_announce)
    local = verbs.add_parser("serve", help="build, serve, and build again when a file changes")
    local.add_argument("--port", type=int, choices=range(1, 65536), metavar="N", default=8000)
    local.set_defaults(run=_serve)
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: YYYY-MM-DD") from None


def _url(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise argparse.ArgumentTypeError(f"{text!r} does not begin with https://")
    return text


def _folder(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
