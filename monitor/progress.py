"""Progress of long work, shown to a person at a terminal."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Shows a line in place of the last one."""


def silent(_: str) -> None:
    """Show nothing."""
