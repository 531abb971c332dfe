"""Reads data/ except the log: registry.json, searches and studies, naming every damaged file."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from monitor.data import shapes
from monitor.data.shapes import Shape
from monitor.data.snapshot import Check, Data, dump, normalise, parse
from monitor.data.transaction import STAGE, is_unfinished
from monitor.problems import Problem
from monitor.registry import NCT_ID, ShapeError, Study, study_from
from monitor.tree import members


def read_data(root: Path, problems: list[Problem]) -> Data:
    """Return the Data below `root`, adding a Problem for each damaged file; data/ may be absent."""
    if is_unfinished(root / "data"):
        message = "an update was killed while it wrote: the next `python build.py update` ends it"
        problems.append(Problem(f"data/{STAGE}", 0, message))
    damaged: list[Problem] = []
    studies = {}
    for path in study_files(root):
        content = _read_bytes(root, path, damaged)
        study = None if content is None else _study(root, path, content, damaged)
        if study:
            studies[study.nct_id] = study
    data = Data(_read_check(root, damaged), _read_searches(root, damaged), studies)
    problems += damaged or _contradictions(data)
    return data


def _contradictions(data: Data) -> Iterator[Problem]:
    """Yield a Problem for each file of data/ that contradicts another."""
    if not data.last_check.checked and (data.studies or data.searches):
        yield Problem("data/registry.json", 0, "is missing, and there are studies or searches")
        return
    for slug in sorted(data.last_check.searches.keys() - data.searches.keys()):
        yield Problem(f"data/searches/{slug}.txt", 0, "is missing, and registry.json names it")
    for slug, ids in data.searches.items():
        if not ids:
            yield Problem(f"data/searches/{slug}.txt", 0, "is empty")
        for number, nct_id in enumerate(ids, 1):
            if nct_id not in data.studies:
                message = f"data/studies/{nct_id}.json is missing"
                yield Problem(f"data/searches/{slug}.txt", number, message)


def study_files(root: Path) -> list[Path]:
    """Return the paths of all snapshots, sorted by id."""
    return members(root / "data" / "studies", ".json")


def unlike_written(root: Path, paths: Iterable[Path]) -> list[Problem]:
    """Return a Problem for each of some sound snapshots that differs from what `update` writes."""
    message = "is not as `update` writes it (sorted keys, indent 2, no contacts): restore it"
    return [
        Problem(_name(root, path), 0, message)
        for path in paths
        if not _is_as_written(path.read_bytes())
    ]


def _is_as_written(content: bytes) -> bool:
    try:
        return dump(normalise(parse(content))) == content
    except ShapeError:  # `update` would have kept the record as it was
        return False


def _read_check(root: Path, problems: list[Problem]) -> Check:
    """Return data/registry.json; an empty one where it is absent or damaged."""
    path = root / "data" / "registry.json"
    value = _read_json(root, path, problems) if path.exists() else {}
    if value is None:
        return Check()
    try:
        return _check(value)
    except (TypeError, ValueError) as error:
        problems.append(Problem(_name(root, path), 0, str(error)))
        return Check()


def _check(value: Any) -> Check:
    """Return the value of registry.json as a Check. Raises ValueError where it is none."""
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    unknown = value.keys() - Check.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    check = Check(**value)
    for name, (has_shape, words) in CHECK.items():
        if not has_shape(getattr(check, name)):
            raise ValueError(f"{name} is not {words}")
    return check


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _table(item: Shape) -> Shape:
    """Return the shape of an object of such items, which may be empty."""
    return lambda value: isinstance(value, dict) and all(map(item, value.values()))


_TEXT = shapes.text, "a text"
_DAY = (lambda value: value == "" or _is_date(value)), "a date: YYYY-MM-DD"
_DAYS = _table(_is_date), "an object with dates: YYYY-MM-DD"

CHECK: dict[str, tuple[Shape, str]] = {
    "api_version": _TEXT,
    "data_timestamp": _TEXT,
    "source": _TEXT,
    "checked": _DAY,
    "logged_since": _DAY,
    "searches": (_table(shapes.text), "an object with texts"),
    "followed_since": _DAYS,
    "absent": _DAYS,
    "missing": (_table(_table(_is_date)), "an object with objects with dates: YYYY-MM-DD"),
    "unknown": (lambda value: value == [] or shapes.TEXTS(value), "a list of texts"),
}
"""Field of Check -> its shape, and that in words."""


def _read_searches(root: Path, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Return data/searches: disease slug -> the ids that its search returned at the last check."""
    searches = {}
    for path in members(root / "data" / "searches", ".txt"):
        content = _read_bytes(root, path, problems)
        if content is None:
            continue
        ids = content.decode("utf-8", "replace").removesuffix("\n").split("\n") if content else []
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
        why = getattr(error, "msg", str(error))  # json's, without its line and column
        problems.append(Problem(_name(root, path), line, f"is not JSON: {why}"))
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
