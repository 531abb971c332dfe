"""Faults of the input, collected so that a person can correct them all at once."""

from __future__ import annotations  # for Pythons too old for the rest, which say so

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """A fault in content/, data/ or templates/."""

    path: str  # from the root of the tree, with forward slashes
    line: int  # from 1; 0 for the whole file
    message: str  # one line, in plain words

    def __str__(self) -> str:
        message = " ".join(self.message.split())
        return f"{self.path}:{self.line}: {message}" if self.line else f"{self.path}: {message}"


@dataclass(frozen=True)
class Finding:
    """A Problem of a text that can be read: `check` refuses the tree for it, or warns of it."""

    problem: Problem
    is_error: bool


class Refused(Exception):
    """The content, the data or the registry is at fault, and nothing was written.

    `problems` has a line for each fault, sorted, never empty; `causes` are the arguments.
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.causes = problems
        placed = [p for p in problems if isinstance(p, Problem)]
        plain = [p for p in problems if not isinstance(p, Problem)]
        self.problems = [*(str(p) for p in sorted(set(placed))), *plain]
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[Problem | str, ...]]:
        """Return how pickle rebuilds it, in another process."""
        return type(self), self.causes
