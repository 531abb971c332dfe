"""How long comparing takes: 3,500 pairs of whole records, next to reading them.

    python -m tests.bench_compare

Not a test: a time on one machine says little. The ratio to plain reading, in one run, says more.
Real records where they lie beside the project, invented ones otherwise.
"""

import itertools
import time
from collections.abc import Callable

from monitor.changes.watched import compare
from monitor.data.snapshot import dump, normalise, parse
from monitor.registry.study import study_from
from tests.records import record
from tests.trees import REAL

PAIRS = 3500
Pair = tuple[bytes, bytes]


def real_pairs() -> list[Pair]:
    """Consecutive versions of real records."""
    pairs: list[Pair] = []
    for folder in sorted((REAL / "registry" / "edits").glob("NCT*")):
        versions = [dump(normalise(parse(path.read_bytes()))) for path in sorted(folder.iterdir())]
        pairs += itertools.pairwise(versions)
    return pairs


def invented_pairs() -> list[Pair]:
    """One that moved its dates and one that did not change."""
    moved = record(1, statusModule__startDateStruct={"date": "2026-09-01", "type": "ESTIMATED"})
    return [(dump(record(1)), dump(moved)), (dump(record(2)), dump(record(2)))]


def timed(what: str, run: Callable[[], object], base: float = 0) -> float:
    """Run it once and say how long it took, and how that compares to `base`."""
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    print(f"{what:<44} {seconds * 1000:8.0f} ms" + (f"  {seconds / base:5.2f}" if base else ""))
    return seconds


def main() -> None:
    """Print the table."""
    found = real_pairs()
    pairs = list(itertools.islice(itertools.cycle(found or invented_pairs()), PAIRS))
    size = sum(len(a) + len(b) for a, b in pairs) / len(pairs) / 2
    print(f"{PAIRS} pairs of {'real' if found else 'invented'} records, {size / 1000:.0f} KB each")
    base = timed("read both as JSON", lambda: [(parse(a), parse(b)) for a, b in pairs])
    timed("compare their bytes", lambda: [a == b for a, b in pairs], base)
    records = [(parse(a), parse(b)) for a, b in pairs]
    timed(
        "make Studies of both", lambda: [(study_from(a), study_from(b)) for a, b in records], base
    )
    studies = [(study_from(a), study_from(b)) for a, b in records]
    timed("compare the Studies", lambda: [compare(a, b) for a, b in studies], base)
    same = [(a, study_from(record)) for (a, _), (record, _) in zip(studies, records, strict=True)]
    timed("compare Studies that are equal", lambda: [compare(a, b) for a, b in same], base)


if __name__ == "__main__":
    main()
