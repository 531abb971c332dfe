"""Shares work on many items among forked processes."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def processors() -> int:
    """Return the number of processes to use: 1 where forking is not safe."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def in_shares(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], processes: int
) -> list[Result]:
    """Return the results of `work`, one for each process's share of the items.

    The processes are forked: they share the memory of this one, and only results are copied. Raises
    the error of a process that fails.
    """
    if processes < 2:
        return [work(items)]
    forking = multiprocessing.get_context("fork")
    running = []
    for number in range(processes):
        receiver, sender = forking.Pipe(duplex=False)
        process = forking.Process(
            target=_send, args=(sender, work, items[number::processes]), daemon=True
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
    sender: Connection, work: Callable[[Sequence[Item]], Result], share: Sequence[Item]
) -> None:
    """Do the work; send (result, None), or (None, error)."""
    try:
        sender.send((work(share), None))
    except Exception as error:  # raised again in the parent process
        sender.send((None, error))
