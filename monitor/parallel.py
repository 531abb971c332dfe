"""Work on many things, shared among forked processes."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processes may work at once: one where forking is not safe."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def in_shares(
    work: Callable[[Sequence[Thing]], Result], things: Sequence[Thing], processes: int
) -> list[Result]:
    """Return the result of `work` for each process's share of the things.

    The processes are forked: they see what this one has in memory, and only results are copied. An
    error in one of them is raised here.
    """
    if processes < 2:
        return [work(things)]
    forking = multiprocessing.get_context("fork")
    running = []
    for number in range(processes):
        receiver, sender = forking.Pipe(duplex=False)
        process = forking.Process(
            target=_send, args=(sender, work, things[number::processes]), daemon=True
        )
        process.start()
        sender.close()  # so that the end of the process is the end of the pipe
        running.append((process, receiver))
    results = []
    for process, receiver in running:
        try:
            result, error = receiver.recv()
        except EOFError:
            result, error = None, RuntimeError("a process ended before its work was done")
        process.join()
        if error:
            raise error
        results.append(result)
    return results


def _send(
    sender: Connection, work: Callable[[Sequence[Thing]], Result], share: Sequence[Thing]
) -> None:
    """Send (result, None), or (None, error)."""
    try:
        sender.send((work(share), None))
    except Exception as error:  # it is raised again where it can be dealt with
        sender.send((None, error))
