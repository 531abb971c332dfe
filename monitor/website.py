"""The offline half: content/, data/ and templates/ -> the files of the website.

A pure function of the tree: no clock, no network. It gives everything or, with every problem named,
nothing. The files that a trial has for itself are made while its record is being read, by several
processes; then all trials are known, and the rest is made in the same way.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from monitor.catalog.basis import Trial, basis_of
from monitor.catalog.catalog import Catalog, build_catalog
from monitor.changes.wording import tell
from monitor.content.reader import read_content
from monitor.data import changelog
from monitor.data.changelog import Change
from monitor.data.reader import Make, Reading, read_facts, read_seen, read_study, study_files
from monitor.exports import calendar as calendars
from monitor.exports import downloads, opml, sitemap
from monitor.exports.feed_list import editors_feed, feeds_of
from monitor.files import Job, by_path
from monitor.memory import Memory
from monitor.pages import search_index as lookups
from monitor.pages.curated import Curated, render
from monitor.pages.site_pages import Pages
from monitor.parallel import each
from monitor.problems import Problem, Refused
from monitor.registry.study import Facts, Study
from monitor.review.status import Standing, findings, standings
from monitor.trial_files import NAMES, TrialFiles

Put = Callable[[Job], Sequence[Any]]
"""What is done with each job, in any process; what it gives is gathered."""


def build(root: Path, base_url: str = "") -> dict[str, bytes]:
    """Path -> bytes of the whole website; `base_url` overrides the one in content/site.yaml.

    Raises Refused with every Problem of content/ and data/.
    """
    return dict(make(root, base_url, lambda job: [*job.files().items()]))


def make(
    root: Path,
    base_url: str,
    put: Put,
    processes: int = 1,
    memory: Memory | None = None,
) -> list[Any]:
    """Make the whole website as jobs, each done by `put`; all that it gave.

    `memory` is what an earlier build learned; it becomes what this one did. Raises Refused with
    every Problem of content/, data/ and templates/.
    """
    memory = memory or Memory()
    read = _read(root, base_url, put, processes, memory)
    memory.compiled = read.own.press.engine.used
    memory.facts = {
        trial.digest: trial.study
        for trial in read.catalog.trials.values()
        if trial.study and not trial.record
    }
    return _rest(read, standings(read.catalog), put, processes)


def check(
    root: Path, edited: Collection[str] | None = None, processes: int = 1
) -> tuple[int, list[Problem]]:
    """Build everything, write nothing: how many files, and what to warn of.

    `edited` are the files that a proposal changes (standing.findings). Raises Refused with every
    Problem, claims that the record contradicts among them.
    """
    count = lambda job: [*job.files()]  # noqa: E731
    read = _read(root, "", count, processes, Memory())
    stand = standings(read.catalog)
    told = list(findings(read.catalog, stand, edited))
    read.problems.extend(problem for is_error, problem in told if is_error)
    files = _rest(read, stand, count, processes)
    return len(files), [problem for is_error, problem in told if not is_error]


def read_catalog(root: Path) -> Catalog:
    """What the website is made of. Raises Refused with every Problem of content/ and data/."""
    problems: list[Problem] = []
    ground = _Ground(root, problems)
    data, _ = ground.records(lambda *_: (), {}, 1)()
    if problems:
        raise Refused(*problems)
    return build_catalog(ground.basis, data)


class _Ground:
    """What a build begins with: all of the tree but its records."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.root = root
        self.problems = problems
        self.content = read_content(root, problems)
        self.seen = read_seen(root, problems)
        self.log = changelog.read(root, problems, use=tell)
        self.basis = basis_of(self.content, self.seen.night, self.seen.searches, self.log)

    def records(self, make: Make, known: Mapping[str, Facts], processes: int) -> Reading[Facts]:
        """Begin to read them."""
        whole = self.content.trials
        return read_facts(self.root, self.problems, self.seen, whole, known, make, processes)


@dataclass(frozen=True)
class _Read:
    """A tree that was read, and what was made meanwhile."""

    catalog: Catalog
    log: list[Change]
    own: TrialFiles
    curated: Curated
    made: list[Any]
    problems: list[Problem]


def _read(root: Path, base_url: str, put: Put, processes: int, memory: Memory) -> _Read:
    problems: list[Problem] = []
    has_templates = (root / "templates").is_dir()
    if not has_templates:
        problems.append(Problem("templates", 0, "is missing"))
    ground = _Ground(root, problems)
    own = TrialFiles(root, ground.basis, base_url, memory.compiled)
    problems += own.press.engine.compiled()
    described, is_sound = ground.content.trials, not problems

    def made_of(facts: Facts, sum_: str, read: Callable[[], Study]) -> Sequence[Any]:
        if facts.nct_id in described or not is_sound:
            return ()
        return _tried(put, own.alone(ground.basis.trial(facts.nct_id, facts, sum_), read))

    reading = ground.records(made_of, memory.facts, processes)
    with_page = described.keys() | {path.stem for path in study_files(root)}
    curated = render(ground.basis, own.press, with_page, problems)
    data, both = reading()
    made, found = _parted(both)
    problems += found
    if not has_templates:
        raise Refused(*problems)
    return _Read(build_catalog(ground.basis, data), ground.log, own, curated, made, problems)


def _tried(put: Put, job: Job) -> Sequence[Any]:
    """What it gave, or the problems that it met."""
    try:
        return put(job)
    except Refused as refused:
        if not all(isinstance(problem, Problem) for problem in refused.found):
            raise
        return refused.found


def _parted(made: Iterable[Any]) -> tuple[list[Any], list[Problem]]:
    """What was made, and the problems among it."""
    both = [*made]
    return (
        [each for each in both if not isinstance(each, Problem)],
        [each for each in both if isinstance(each, Problem)],
    )


def _rest(read: _Read, stand: dict[str, Standing], put: Put, processes: int) -> list[Any]:
    """Make what names many trials, and what has a text; all that was made. Raises Refused."""
    catalog, own, problems = read.catalog, read.own, read.problems
    found, base_url = feeds_of(catalog), own.press.base_url
    texts = read.curated.texts
    pages = Pages(catalog, found, stand, own.press, texts)
    jobs = [
        lookups.job(catalog, texts),
        calendars.job(catalog, base_url),
        downloads.job(catalog, read.log),
        opml.job(catalog, found, base_url),
        *map(own.writer.job, (*found, editors_feed(catalog, stand))),
        *pages.jobs(),
        *(own.job(trial, pages.trial(trial)) for trial in catalog.trials.values() if _told(trial)),
    ]
    alone = [trial for trial in catalog.trials.values() if not _told(trial)]
    paths = [path for job in jobs for path in job.paths]
    paths += [f"{trial.address}{name}" for trial in alone for name in NAMES]
    jobs.append(sitemap.job(catalog, paths, base_url))
    problems += _broken_links(read.curated, _Files(by_path(jobs), paths, own, catalog))
    if problems:  # what is wrong with the texts is told all at once
        jobs = [job for job in jobs if job.paths[0].removesuffix("index.html") in texts]
    made, missed = _parted(chain.from_iterable(each(partial(_tried, put), jobs, processes)))
    if problems or missed:
        raise Refused(*problems, *missed)
    return [*read.made, *made]


def _told(trial: Trial) -> bool:
    """Whether its page says more than its record."""
    return trial.curated is not None or trial.study is None


class _Files:
    """The files of a website, each made when it is asked for."""

    def __init__(
        self, jobs: dict[str, Job], paths: Iterable[str], own: TrialFiles, catalog: Catalog
    ) -> None:
        self.jobs = jobs
        self.paths = frozenset(paths)
        self.own = own
        self.catalog = catalog
        self.made: dict[str, bytes] = {}

    def __contains__(self, path: str) -> bool:
        return path in self.paths

    def __getitem__(self, path: str) -> bytes:
        if path not in self.made:
            self.made |= (self.jobs.get(path) or self._alone(path.split("/")[1])).files()
        return self.made[path]

    def _alone(self, nct_id: str) -> Job:
        read = partial(read_study, self.own.root, nct_id)
        return self.own.alone(self.catalog.trials[nct_id], read)


def _broken_links(curated: Curated, files: _Files) -> list[Problem]:
    problems = []
    for href, path, line in curated.links:
        address, _, anchor = href.lstrip("/").partition("#")
        target = f"{address}index.html" if address == "" or address.endswith("/") else address
        if target not in files:
            problems.append(Problem(path, line, f"{href} leads nowhere on this site"))
        elif anchor and not re.search(rf'\bid="{re.escape(anchor)}"'.encode(), files[target]):
            problems.append(Problem(path, line, f"{href}: the page has no such place"))
    return problems
