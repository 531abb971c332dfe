"""data/ -> what was seen: the night, the searches and the studies, every damaged file named.

Records are read by several processes. What is made of one record alone can be made where it is
read, so that a record is read once and never kept.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from monitor.data.snapshot import Data, Known_co, Night, parse, study_path
from monitor.data.transaction import STAGE, is_unfinished
from monitor.files import digest
from monitor.parallel import each
from monitor.problems import Problem, Refused
from monitor.registry.json_object import ShapeError
from monitor.registry.study import NCT_ID, Facts, Study, study_from


def read_data(root: Path, problems: list[Problem]) -> Data[Study]:
    """Read data/ below `root`, adding a Problem for each damaged file; it may be absent."""
    seen = read_seen(root, problems)
    return _read(root, problems, seen, lambda study: study, {}, lambda *_: (), 1)()[0]


def read_seen(root: Path, problems: list[Problem]) -> Data[Any]:
    """The same without the studies: the night, and what each search found."""
    if is_unfinished(root / "data"):
        told = "an update was killed while it wrote: the next `python build.py update` finishes it"
        problems.append(Problem(f"data/{STAGE}", 0, told))
    return Data(_read_night(root, problems), _read_searches(root, problems), {})


Make = Callable[[Facts, str, Callable[[], Study]], Sequence[Any]]
"""What is made of a study while its record is at hand: of the facts, the record's digest, and what
gives the whole study."""
Reading = Callable[[], tuple[Data[Known_co], list[Any]]]
"""Waits for what was read, and for what was made of it."""


def read_facts(
    root: Path,
    problems: list[Problem],
    seen: Data[Any],
    whole: Container[str],
    known: Mapping[str, Facts],
    make: Make,
    processes: int,
) -> Reading[Facts]:
    """Begin to read the studies, the work of so many processes.

    For most only the facts are kept; those in `whole` are kept whole. `known` are the facts of
    sound records by the digest of their bytes, which are read only if `make` asks for the study.
    """
    others = {sum_: facts for sum_, facts in known.items() if facts.nct_id not in whole}

    def kept(study: Study) -> Facts:
        return study if study.nct_id in whole else study.facts

    return _read(root, problems, seen, kept, others, make, processes)


def read_study(root: Path, nct_id: str) -> Study:
    """One whole study, known to be there. Raises Refused where it is damaged meanwhile."""
    problems: list[Problem] = []
    path = study_path(root, nct_id)
    content = _read_bytes(root, path, problems)
    study = None if content is None else _study(root, path, content, problems)
    if study is None:
        raise Refused(*problems)
    return study


def _read(
    root: Path,
    problems: list[Problem],
    seen: Data[Any],
    keep: Callable[[Study], Known_co],
    known: Mapping[str, Known_co],
    make: Make,
    processes: int,
) -> Reading[Known_co]:
    def one(path: Path) -> tuple[str, Known_co | None, Sequence[Any], list[Problem]]:
        found: list[Problem] = []
        content = _read_bytes(root, path, found)
        if content is None:
            return "", None, (), found
        sum_ = digest(content)
        facts = known.get(sum_)
        if facts and facts.nct_id == path.stem:
            read = partial(read_study, root, path.stem)
            return sum_, None, make(facts, sum_, read), found  # this process knows the facts
        study = _study(root, path, content, found)
        if study is None:
            return "", None, (), found
        facts = keep(study)
        return sum_, facts, make(facts, sum_, lambda: study), found

    running = each(one, study_files(root), processes)

    def gather() -> tuple[Data[Known_co], list[Any]]:
        studies: dict[str, Known_co] = {}
        digests: dict[str, str] = {}
        made: list[Any] = []
        for sum_, fresh, own, found in running:
            problems.extend(found)
            if sum_:
                facts = fresh or known[sum_]
                studies[facts.nct_id], digests[facts.nct_id] = facts, sum_
                made += own
        data = replace(seen, studies=studies, digests=digests)
        if not any(problem.path.startswith("data/") for problem in problems):
            problems.extend(_contradictions(data))
        return data, made

    return gather


def _contradictions(data: Data[Facts]) -> Iterator[Problem]:
    """Where the parts of data/, each sound by itself, do not belong to one night."""
    if not data.night.checked and (data.studies or data.searches):
        yield Problem("data/registry.json", 0, "is missing, and there are studies or searches")
        return
    for slug in sorted(data.night.searches.keys() - data.searches.keys()):
        yield Problem(f"data/searches/{slug}.txt", 0, "is missing, and registry.json names it")
    for slug, ids in data.searches.items():
        if not ids:
            yield Problem(f"data/searches/{slug}.txt", 0, "is empty")
        for number, nct_id in enumerate(ids, 1):
            if nct_id not in data.studies:
                message = f"data/studies/{nct_id}.json is missing"
                yield Problem(f"data/searches/{slug}.txt", number, message)


def study_files(root: Path) -> list[Path]:
    """All snapshots, sorted by id."""
    return sorted((root / "data" / "studies").glob("*.json"))


def _read_night(root: Path, problems: list[Problem]) -> Night:
    """data/registry.json; a Night that never was where there is none."""
    path = root / "data" / "registry.json"
    value = _read_json(root, path, problems) if path.exists() else {}
    if value is None:
        return Night()
    try:
        return _night(value)
    except (TypeError, ValueError) as error:
        problems.append(Problem(_name(root, path), 0, str(error)))
        return Night()


def _night(value: Any) -> Night:
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    unknown = value.keys() - Night.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    night = Night(**value)
    versions = (night.api_version, night.data_timestamp, night.source)
    texts = (*versions, night.checked, night.logged_since)
    tables = (night.searches, night.absent, night.missing)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("api_version, data_timestamp, checked, logged_since, source are texts")
    if not all(isinstance(table, dict) for table in tables):
        raise ValueError("searches, missing and absent are objects")
    if not isinstance(night.unknown, list):
        raise ValueError("unknown is a list")
    waiting = [nights.values() for nights in night.missing.values() if isinstance(nights, dict)]
    dates = [night.checked or "2000-01-01", *night.absent.values(), *chain(*waiting)]
    if len(waiting) < len(night.missing) or not all(map(_is_date, dates)):
        raise ValueError("checked, and each night in missing and absent, are dates: YYYY-MM-DD")
    return night


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read_searches(root: Path, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """data/searches: what each disease's search returned on the last good night."""
    searches = {}
    for path in sorted((root / "data" / "searches").glob("*.txt")):
        content = _read_bytes(root, path, problems)
        if content is None:
            continue
        ids = content.decode("utf-8", "replace").split("\n")[:-1]
        for number, nct_id in enumerate(ids, 1):
            if not NCT_ID.fullmatch(nct_id):
                problems.append(Problem(_name(root, path), number, f"{nct_id!r} is not an NCT id"))
            elif number > 1 and nct_id <= ids[number - 2]:
                problems.append(Problem(_name(root, path), number, "ids are sorted, each once"))
        searches[path.stem] = tuple(ids)
    return searches


def _study(root: Path, path: Path, content: bytes, problems: list[Problem]) -> Study | None:
    record = _json(root, path, content, problems)
    if record is None:
        return None
    try:
        study = study_from(record)
    except ShapeError as error:
        problems.append(Problem(_name(root, path), 0, str(error)))
        return None
    if study.nct_id != path.stem:
        problems.append(Problem(_name(root, path), 0, f"holds the record of {study.nct_id}"))
        return None
    return study


def _read_json(root: Path, path: Path, problems: list[Problem]) -> Any:
    content = _read_bytes(root, path, problems)
    return None if content is None else _json(root, path, content, problems)


def _json(root: Path, path: Path, content: bytes, problems: list[Problem]) -> Any:
    try:
        value = parse(content)
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        problems.append(Problem(_name(root, path), line, f"is not JSON: {error}"))
        return None
    if value is None:
        problems.append(Problem(_name(root, path), 1, "is empty"))
    return value


def _read_bytes(root: Path, path: Path, problems: list[Problem]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        problems.append(Problem(_name(root, path), 0, f"cannot be read: {error.strerror}"))
        return None


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
