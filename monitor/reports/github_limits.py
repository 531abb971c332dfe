"""GitHub's limits on the length of texts, and cutting between entries."""

from collections.abc import Callable, Sequence

ISSUE = 65_000  # GitHub takes 65,536 characters of an issue or a comment
RELEASE = 124_000  # 125,000 of a release
SUMMARY = 500_000  # 1 MiB of a run's summary, from all steps of a job that write to it
COMMIT = 1_000_000  # nobody reads a longer message


def fitted(
    head: str,
    entries: Sequence[str],
    tail: str,
    most: int,
    left: Callable[[int], str] = "And {:,} more that have no room here.".format,
) -> str:
    """Return head, entries and tail as one text with as many whole entries as there is room for.

    `left` words how many are left out. Sizes are bytes, of which a text has never fewer than
    characters.
    """
    text = "".join([head, *entries, tail])
    if _size(text) <= most:
        return text
    room = most - _size(head) - _size(tail) - _size(left(len(entries))) - 2
    count = 0
    for entry in entries:
        room -= _size(entry)
        if room < 0:
            break
        count += 1
    return "".join([head, *entries[:count], f"\n{left(len(entries) - count)}\n", tail])


def _size(text: str) -> int:
    return len(text.encode())
