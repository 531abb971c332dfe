"""The offline half: content/, data/ and templates/ -> the files of the website.

A pure function of the tree: no clock, no network. It gives everything or, with every problem named,
nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from monitor import calendars, changelog, downloads, feeds, lookups, reuse, sitemap
from monitor.basis import Trial, basis_of
from monitor.catalog import Catalog, build_catalog
from monitor.changelog import Change
from monitor.content import read_content
from monitor.facets import Feed, editors_feed, feeds_of, trial_feeds
from monitor.feeds import FeedWriter, recent
from monitor.files import Job, by_path, digest
from monitor.pages import Pages
from monitor.problems import Problem, Refused
from monitor.snapshot import read_facts, read_study
from monitor.standing import Standing, findings, standings
from monitor.study import Facts
from monitor.wording import tell


def build(root: Path, base_url: str = "") -> dict[str, bytes]:
    """Path -> bytes of the whole website; `base_url` overrides the one in content/site.yaml.

    Raises Refused with every Problem of content/ and data/.
    """
    made = (job.files() for job in plan(root, base_url))
    return {path: content for files in made for path, content in files.items()}


def plan(
    root: Path, base_url: str = "", processes: int = 1, known: dict[str, Facts] | None = None
) -> list[Job]:
    """The whole website as jobs, each of which can be done by itself, the long ones first.

    `known` are facts that were read before, by the digest of their record; they become those of
    this tree. Raises Refused with every Problem of content/ and data/: what the jobs make is sound.
    """
    problems: list[Problem] = []
    catalog, log = _join(root, problems, processes, known or {})
    if known is not None:
        known.clear()
        known |= {
            trial.digest: trial.study
            for trial in catalog.trials.values()
            if trial.study and not trial.record
        }
    return _jobs(root, base_url, catalog, log, standings(catalog), problems)


def _jobs(
    root: Path,
    base_url: str,
    catalog: Catalog,
    log: list[Change],
    stand: dict[str, Standing],
    problems: list[Problem],
) -> list[Job]:
    """The jobs of a catalog. Raises Refused with `problems` and all others, if there are any."""
    if not (root / "templates").is_dir():
        raise Refused(*problems, Problem("templates", 0, "is missing"))
    made_from = json.dumps(
        [reuse.of_code(), reuse.of_folders(root, "content", "templates"), base_url]
    )
    found = feeds_of(catalog)
    read = partial(read_study, root)
    at = base_url or catalog.site.url
    pages = Pages(catalog, found, stand, read, root / "templates", at, problems)
    writer = FeedWriter(catalog, pages.base_url, pages.entry_html)
    jobs = [
        lookups.job(catalog, pages.texts),  # which are all there once the pages are planned
        calendars.job(catalog, pages.base_url),
        downloads.job(catalog, log),
        feeds.lists_job(catalog, found, pages.base_url),
        *map(writer.job, (*found, editors_feed(catalog, stand))),
        *pages.jobs(),
    ]
    for trial, feed in zip(catalog.trials.values(), trial_feeds(catalog), strict=True):
        job = pages.trial(trial) + writer.job(feed)
        jobs.append(replace(job, key=_key(trial, feed, catalog, made_from)))
    jobs.append(sitemap.job(catalog, [path for job in jobs for path in job.paths], pages.base_url))
    made = _Made(by_path(jobs))
    for path in pages.firsts.values():  # where a mistake in a template would show
        made[path]
    problems += [*_broken_links(pages, made), *_doubled_places(pages, made)]
    if problems:
        raise Refused(*problems)
    return [made.done(job) for job in jobs]


def _key(trial: Trial, feed: Feed, catalog: Catalog, made_from: str) -> str:
    """The digest of all that a trial's own files are made from; "" for one with a curated text.

    Of the night that is: which of its dates have passed, and what decides on its feeds' length.
    """
    if trial.curated or trial.study is None:
        return ""
    night, entries = catalog.night, trial.entries
    dates = [getattr(trial.study, name) for name in DATES]
    parts = [
        made_from,
        trial.digest,
        [change.dump() for change in trial.history],
        [(e.id, e.what, e.is_minor, e.days_unseen) for e in entries],
        [trial.diseases, trial.is_gone, trial.took_over],
        [night.source, bool(night.checked), catalog.checked.year],
        [
            given and (given.last_day <= catalog.checked, given.date > night.checked)
            for given in dates
        ],
        len(recent(catalog, feed.entries)),
    ]
    return digest(json.dumps(parts).encode())


DATES = [name for name in Facts.__dataclass_fields__ if name.endswith("_date")]
"""What of a record is held against the day of the night."""


class _Made:
    """Files that are made when they are asked for, and kept."""

    def __init__(self, jobs: dict[str, Job]) -> None:
        self.jobs = jobs
        self.files: dict[str, bytes] = {}

    def __contains__(self, path: str) -> bool:
        return path in self.jobs

    def __getitem__(self, path: str) -> bytes:
        if path not in self.files:
            self.files |= self.jobs[path].files()
        return self.files[path]

    def done(self, job: Job) -> Job:
        """The job without the work that was done already."""
        if job.key or job.paths[0] not in self.files:
            return job
        files = {path: self.files[path] for path in job.paths}
        return Job(job.paths, files.items)


def check(root: Path, edited: Collection[str] | None = None) -> tuple[int, list[Problem]]:
    """Build everything, write nothing: how many files, and what to warn of.

    `edited` are the files that a proposal changes (standing.findings). Raises Refused with every
    Problem, claims that the record contradicts among them.
    """
    problems: list[Problem] = []
    catalog, log = _join(root, problems)
    stand = standings(catalog)
    told = list(findings(catalog, stand, edited))
    problems += [problem for is_error, problem in told if is_error]
    files = sum(len(job.files()) for job in _jobs(root, "", catalog, log, stand, problems))
    return files, [problem for is_error, problem in told if not is_error]


def read_catalog(root: Path) -> Catalog:
    """What the website is made of. Raises Refused with every Problem of content/ and data/."""
    problems: list[Problem] = []
    catalog, _ = _join(root, problems)
    if problems:
        raise Refused(*problems)
    return catalog


def _join(
    root: Path,
    problems: list[Problem],
    processes: int = 1,
    known: Mapping[str, Facts] = MappingProxyType({}),
) -> tuple[Catalog, list[Change]]:
    content = read_content(root, problems)
    data = read_facts(root, problems, content.trials, known, processes)
    log = changelog.read(root, problems, use=tell)
    basis = basis_of(content, data.night, data.searches, log)
    return build_catalog(basis, data), log


def _broken_links(pages: Pages, files: _Made) -> list[Problem]:
    problems = []
    for href, path, line in pages.links:
        address, _, anchor = href.lstrip("/").partition("#")
        target = f"{address}index.html" if address == "" or address.endswith("/") else address
        if target not in files:
            problems.append(Problem(path, line, f"{href} leads nowhere on this site"))
        elif anchor and not re.search(rf'\bid="{re.escape(anchor)}"'.encode(), files[target]):
            problems.append(Problem(path, line, f"{href}: the page has no such place"))
    return problems


def _doubled_places(pages: Pages, files: _Made) -> Iterator[Problem]:
    """Headings of curated texts that take a name which their page has already."""
    for address in pages.texts:
        counts = Counter(re.findall(rb'\bid="([^"]+)"', files[f"{address}index.html"]))
        for place in sorted(place.decode() for place, count in counts.items() if count > 1):
            message = f"the page has two places named {place!r}: word a heading differently"
            yield Problem(f"/{address}", 0, message)
