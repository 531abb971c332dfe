"""The format of data/studies, data/searches and data/registry.json.

A snapshot is the registry's own record without what must not be kept (people's contacts), what is
not shown (results) and what changes although the study does not. A record is always serialised in
the same way, so that equal bytes mean that nothing changed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from monitor.registry import API, ShapeError, Study
from monitor.tree import members

# Never to be changed: orjson writes small floats as 0.00004, json as 4e-05.
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE

KEPT = ("protocolSection", "hasResults", "documentSection", "annotationSection")
"""The sections of a record that are kept: the derived and results sections are not."""

_CONTACTS = {"centralContacts", "contacts"}  # under contactsLocationsModule and its locations

# Characters that XML 1.0 cannot represent: one of them would break a whole feed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


_DEEPEST = 100  # levels; real records have a dozen
_LARGEST = 2**63


def normalise(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a registry record that is kept, with its lists in the order received.

    Idempotent. Raises ShapeError where a record has a number or a depth that JSON libraries refuse.
    """
    return {key: _clean(record[key], 0) for key in KEPT if record.get(key) is not None}


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, int | float):
        if not -_LARGEST <= value < _LARGEST:
            raise ShapeError("it has a number beyond reason")
        return value
    if depth > _DEEPEST:
        raise ShapeError(f"it is nested more than {_DEEPEST} levels deep")
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            _clean(key, depth): _clean(item, depth + 1)
            for key, item in value.items()
            if key not in _CONTACTS
        }
    return value


def dump(value: Any) -> bytes:
    """Return a value as JSON as in data/: keys sorted, indent 2, UTF-8, one final newline."""
    return orjson.dumps(value, option=_OPTIONS)


def parse(content: bytes) -> Any:
    """Return the value of strict UTF-8 JSON. Raises ValueError with the line as `lineno`."""
    return orjson.loads(content)


@dataclass(frozen=True)
class Check:
    """A check of the registry: data/registry.json has the last successful one."""

    api_version: str = ""
    data_timestamp: str = ""  # when the registry loaded its data: UTC without a zone
    checked: str = ""  # ISO date of the last successful check; "" before the first
    source: str = ""  # base URL that was asked; "replay" for a loopback address
    searches: dict[str, str] = field(default_factory=dict)  # disease slug -> query.cond
    followed_since: dict[str, str] = field(default_factory=dict)
    """Disease slug -> ISO date of the first night of its search; it never changes."""
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    """Disease slug -> NCT id -> date since which the search lacks it, unconfirmed."""
    absent: dict[str, str] = field(default_factory=dict)
    """NCT id -> date on which the registry first did not have it (any more)."""
    logged_since: str = ""  # ISO date of the last baseline: from then on every change is in the log
    unknown: list[str] = field(default_factory=list)
    """Fields and codes that are new to this program, each named once by `update`."""

    def since(self, slug: str) -> str:
        """Return the ISO date of a disease's first night; if absent, that of the last baseline."""
        return self.followed_since.get(slug, self.logged_since)

    @property
    def checked_on(self) -> date:
        """Return the day of the last check; date.min before the first."""
        return date.fromisoformat(self.checked) if self.checked else date.min

    @property
    def is_fetched(self) -> bool:
        """Return whether the data comes from the real registry."""
        return self.source == API

    def dump(self) -> bytes:
        """Return the content of data/registry.json."""
        return dump({name: getattr(self, name) for name in sorted(self.__dataclass_fields__)})


@dataclass(frozen=True)
class Data:
    """The content of data/, except the log of changes."""

    last_check: Check
    searches: dict[str, tuple[str, ...]]  # disease slug -> NCT ids, sorted
    studies: Mapping[str, Study]  # by NCT id


def study_path(root: Path, nct_id: str) -> Path:
    """Return the path of a study's snapshot."""
    return root / "data" / "studies" / f"{nct_id}.json"


def files(
    root: Path, studies: Mapping[str, bytes], searches: Mapping[str, Iterable[str]], check: Check
) -> dict[str, bytes | None]:
    """Return a check's files except the log: path below data/ -> content, None to remove it."""
    contents: dict[str, bytes | None] = {
        f"searches/{path.name}": None for path in members(root / "data" / "searches", ".txt")
    }
    for slug, ids in sorted(searches.items()):
        contents[f"searches/{slug}.txt"] = "".join(f"{nct_id}\n" for nct_id in sorted(ids)).encode()
    for nct_id, content in sorted(studies.items()):
        contents[f"studies/{nct_id}.json"] = content
    return {**contents, "registry.json": check.dump()}
