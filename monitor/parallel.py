"""The same work on many things, by several processes where that pays."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.pool import Pool
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")

SHARE = 32  # things that a worker takes at a time, at most
SHARES = 64  # that each worker would take, so that none is left with the longest at the end
FEW = 200  # things for which starting workers costs more than it saves

_given: tuple[Callable[[Any], Any], Sequence[Any], int]  # for the workers, which are forked with it


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def each(work: Callable[[Thing], Made], things: Sequence[Thing], processes: int) -> Iterator[Made]:
    """What `work` makes of each thing, in order.

    Workers are forked: they see what this process has in memory, and only what they return is
    copied. They begin at once, and this process may do something else before it asks for the first.
    Where forking is not safe (macOS, Windows) this process does it all.
    """
    global _given  # noqa: PLW0603  # what is forked needs no argument
    if processes < 2 or len(things) < FEW or sys.platform != "linux":
        return map(work, things)
    share = max(1, min(SHARE, len(things) // (SHARES * processes)))
    _given = work, things, share
    # An interrupt is for this process, which ends its workers.
    forking = multiprocessing.get_context("fork")
    pool = forking.Pool(processes, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    return _gathered(pool, pool.imap(_share, range(0, len(things), share)))


def _gathered(pool: Pool, shares: Iterator[list[Made]]) -> Iterator[Made]:
    with pool:
        for made in shares:
            yield from made


def _share(start: int) -> list[Any]:
    work, things, share = _given
    return [work(thing) for thing in things[start : start + share]]
