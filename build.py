#!/usr/bin/env python3
"""The command line: see `python build.py --help`. The only file that reads the clock.

Each command imports what it needs: `update` loads no template engine.
"""

from __future__ import annotations  # for Pythons too old for the rest, which say so

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.problems import Problem, Refused

if TYPE_CHECKING:
    from monitor.content import Publisher

_UNANSWERED = 3  # exit status: nobody knows whether a message arrived
_UNREAD = 141  # exit status where the reader of a pipe has ended: 128 and SIGPIPE
_SET_UP = "`make site` sets up .venv and builds the site; without make see docs/code.md"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status: 0 for success, 1 for a fault of the input.

    argparse exits with 2 for wrong usage. A command ends quietly where nobody reads what it prints.
    """
    try:
        try:
            return _run(arguments)
        finally:
            print(end="", flush=True)
    except BrokenPipeError:  # build.py review | head -1
        nobody = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nobody, stream.fileno())  # Python flushes both when it exits
        return _UNREAD


def _run(arguments: list[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # escape characters that the terminal lacks
            stream.reconfigure(errors="backslashreplace")
    if sys.version_info < (3, 11):  # noqa: UP036  # an older one reads this file, and no other
        print("Python 3.11 or later is needed: make site PYTHON=python3.11", file=sys.stderr)
        return 1
    try:
        options = _parser().parse_args(arguments)
        try:
            options.run(options)
        finally:
            _progress()("")  # leaves no rest of it behind a shorter line
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("monitor"):
            raise
        print(f"{error.name} is not installed. {_SET_UP}", file=sys.stderr)
        return 1
    except Refused as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
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
    inputs = [options.root / name for name in ("content", "data", "templates")]
    if out == options.root or any(map(out.is_relative_to, inputs)):
        raise Refused(f"{out} is part of what the website is built from: name another folder")
    publisher, progress = _publisher(options), _progress()
    count = website.write(options.root, out, options.base_url, processors(), publisher, progress)
    print(f"{count} files. Open {out / 'index.html'}")


def _update(options: argparse.Namespace) -> None:
    from monitor.content import read_content
    from monitor.registry import API, Registry
    from monitor.reports import night
    from monitor.update import check_registry, write

    problems: list[Problem] = []
    content = read_content(options.root, problems)
    if problems:
        raise Refused(*problems)
    address = options.registry or API
    site = content.site.completed(_runner())
    with Registry(address, site.repository or site.url) as registry:
        report = check_registry(
            options.root,
            content.searches,
            content.named,
            registry,
            options.on or _now().date(),
            accept_shrinkage=options.accept_shrinkage,
            progress=_progress(),
        )
        # Before anything is written: a change without words must not get into the log.
        message, summary = night.message(report), night.summary(report, registry)
    for path, text in ((options.message, message), (options.summary, summary)):
        if path:
            path.write_text(text, "utf-8")
    write(options.root, report)
    _warn(report.warnings)
    print(message, end="")


def _check(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.parallel import processors
    from monitor.reports import git as revisions

    edited = revisions.edited(options.root, options.against) if options.against else None
    today, progress = _now().date(), _progress()
    count, warnings = website.check(options.root, edited, processors(), today, progress)
    _warn(warnings)
    print(f"content/ and data/ are sound: they make {count} files")


def _preview(options: argparse.Namespace) -> None:
    from monitor.reports import preview

    print(preview.against(options.root, options.against, options.most), end="")


def _review(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.reports import review_issue

    catalog = website.read_catalog(options.root, _publisher(options))
    print(review_issue.markdown(catalog, options.base_url or catalog.site.url), end="")


def _schema(options: argparse.Namespace) -> None:
    from monitor.content import schema_files
    from monitor.files import write_atomically

    folder = options.out or options.root / "docs" / "schema"
    for name, content in schema_files.render():
        write_atomically(folder / name, content)


def _digest(options: argparse.Namespace) -> None:
    from monitor import website
    from monitor.content import NO_ADDRESS, leads_nowhere
    from monitor.reports import release_notes, release_title

    catalog = website.read_catalog(options.root, _publisher(options))
    days = (options.since.isoformat(), options.until.isoformat())
    summary, text = release_notes(catalog, catalog.site.url, *days)
    if summary.is_major or not options.only_if_major:
        if leads_nowhere(catalog.site.url) and not options.title:
            _warn([NO_ADDRESS])
        print(f"{release_title(summary)}\n" if options.title else text, end="")


def _announce(options: argparse.Namespace) -> None:
    from monitor.content import NO_ADDRESS, leads_nowhere
    from monitor.reports import announce

    publisher = _publisher(options)
    if options.list:
        print(*announce.channels(options.root, publisher), sep="\n")
        return
    if options.arrived:
        name, mark, now = options.channel, options.arrived, _now()
        print(announce.arrived(options.root, name, mark, now, os.environ, publisher))
        return
    if options.saved:
        messages = [announce.Announcement.load(options.saved.read_text("utf-8"))]
    else:
        names = [options.channel] if options.channel else []
        since, unsure, mark = options.since, options.unsure_since, options.mark
        messages = [*announce.announcements(options.root, publisher, since, names, unsure, mark)]
    has_links = not any(leads_nowhere(message.url) for message in messages)
    if options.save and not has_links:
        raise Refused(NO_ADDRESS)  # nobody could send it
    if options.save:
        options.save.write_text("".join(one.dump() for one in messages), "utf-8")
    elif options.dry_run:
        _warn([] if has_links else [NO_ADDRESS])
        print(*map(announce.printed, messages), sep="\n")
    else:
        try:
            announce.send_all(messages, os.environ)
        except announce.Unanswered as error:
            print(error, file=sys.stderr)
            sys.exit(_UNANSWERED)


def _serve(options: argparse.Namespace) -> None:
    from monitor.serve import serve

    serve(options.root, options.port)


def _warn(warnings: Sequence[Problem | str]) -> None:
    """Print warnings, one a line, to stderr."""
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


def _now() -> datetime:
    """Return the time in UTC."""
    from datetime import UTC  # not in older Pythons, which read this file to say so

    return datetime.now(UTC)


def _publisher(options: argparse.Namespace) -> Publisher:
    """Return the runner with --publish; nobody without it."""
    from monitor.website import NOBODY

    return _runner() if options.publish else NOBODY


def _runner() -> Publisher:
    """Return the addresses that GitHub's runner provides; SITE_URL comes from GitHub Pages."""
    from monitor.content import Publisher

    variable = os.environ.get
    repository, branch = variable("GITHUB_REPOSITORY", ""), variable("GITHUB_REF_NAME", "")
    server = variable("GITHUB_SERVER_URL", "https://github.com")
    publisher = Publisher(
        url=variable("SITE_URL", ""),
        repository=f"{server}/{repository}" if repository else "",
        branch=branch if variable("GITHUB_REF_TYPE") == "branch" else "",
    )
    for name, value in (("SITE_URL", publisher.url), ("GITHUB_SERVER_URL", publisher.repository)):
        try:
            _url(value)
        except argparse.ArgumentTypeError as error:
            raise Refused(f"{name}: {error}") from None
    return publisher


def _progress() -> Callable[[str], None]:
    """Return a function that shows a line on a terminal in place of the last one."""
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
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, run, help_, add_options in _COMMANDS:
        command = commands.add_parser(name, help=help_)
        add_options(command)
        command.set_defaults(run=run)
    return parser


def _site_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, help="where to put it (default: site/ in the tree)")
    command.add_argument("--base-url", type=_url, default="", help="where it will be published")
    _publish_option(command)


def _update_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--registry",
        type=_url,
        default=os.environ.get("MONITOR_REGISTRY", ""),
        help="base URL of a ClinicalTrials.gov v2 API (MONITOR_REGISTRY sets it too)",
    )
    command.add_argument(
        "--on",
        type=_date,
        metavar="YYYY-MM-DD",
        help="the date that changes are recorded under (default: today in UTC)",
    )
    command.add_argument(
        "--accept-shrinkage", action="store_true", help="believe a search that finds far less"
    )
    command.add_argument("--message", type=Path, help="write what changed to a file, for a commit")
    command.add_argument(
        "--summary", type=Path, help="write it to a file as Markdown, with the cost"
    )


def _check_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--against",
        metavar="REVISION",
        default="",
        help="a git revision: only texts that differ from it answer for what the registry says",
    )


def _preview_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--against", metavar="REVISION", required=True, help="a git revision")
    command.add_argument(
        "--most", type=int, metavar="BYTES", default=65_000, help="how long it may be"
    )


def _review_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--base-url", type=_url, default="", help="where the site is published")
    _publish_option(command)


def _schema_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, help="a folder (default: docs/schema in the tree)")


def _digest_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--since", type=_date, metavar="YYYY-MM-DD", required=True)
    command.add_argument("--until", type=_date, metavar="YYYY-MM-DD", default=date.max)
    command.add_argument(
        "--only-if-major", action="store_true", help="print nothing when nothing major changed"
    )
    command.add_argument("--title", action="store_true", help="print the title alone")
    _publish_option(command)


def _serve_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=_port, metavar="N", default=8000)


def _announce_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--since",
        metavar="YYYY-MM-DD|REVISION",
        default="",
        help="a day, or a git revision whose log was sent (default: the day of the last check)",
    )
    command.add_argument("--channel", metavar="NAME", default="", help="this channel alone")
    command.add_argument(
        "--unsure-since",
        metavar="REVISION",
        default="",
        help="list the entries between this revision and --since apart: they may not have arrived",
    )
    command.add_argument(
        "--mark", metavar="COMMIT", default="", help="end ntfy messages in this commit"
    )
    outcome = command.add_mutually_exclusive_group()
    outcome.add_argument("--dry-run", action="store_true", help="print the messages, send nothing")
    outcome.add_argument(
        "--arrived", metavar="COMMIT", help="print whether --channel has the message of this commit"
    )
    outcome.add_argument("--list", action="store_true", help="print the names of the channels")
    outcome.add_argument("--save", type=Path, metavar="FILE", help="write a message, send nothing")
    outcome.add_argument("--saved", type=Path, metavar="FILE", help="send the message of a file")
    _publish_option(command)


def _publish_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--publish",
        action="store_true",
        help="take what content/site.yaml leaves out from GitHub's runner; refuse placeholders",
    )


def _date(text: str) -> date:
    try:
        if len(text) != len("2026-01-31"):  # later Pythons also read 20260131
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: YYYY-MM-DD") from None


def _port(text: str) -> int:
    is_short = text.isascii() and text.isdigit() and len(text) <= len("65535")
    if not is_short or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 1 to 65535")
    return int(text)


def _url(text: str) -> str:
    if not text:
        return ""
    from monitor.content import base_address

    try:
        return base_address(text).rstrip("/") + "/"
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from None


def _folder(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


_COMMANDS = (
    ("site", _site, "build the website from the tree, offline", _site_options),
    ("update", _update, "ask the registry, write data/, print what changed", _update_options),
    ("check", _check, "validate content/ and data/, write nothing", _check_options),
    ("preview", _preview, "print what changes on the site, as Markdown", _preview_options),
    ("review", _review, "print which descriptions an editor should look at", _review_options),
    ("schema", _schema, "write the headers of content/ as JSON Schemas", _schema_options),
    ("digest", _digest, "print what changed since a day, as Markdown", _digest_options),
    ("announce", _announce, "send what is new to the channels of site.yaml", _announce_options),
    ("serve", _serve, "serve the site on this machine, from the files as they are", _serve_options),
)
"""(name, function, help, function that adds its options)."""


if __name__ == "__main__":
    sys.exit(main())
