"""Escapes the registry's words for GitHub: commit messages, releases, issues, summaries."""

import re

_JOINER = "\u2060"  # U+2060, shown as nothing: it parts a mark from what would make it a command
_CALLS = re.compile(r"(@|#|\bGH-|://)(?=[\w#\[])")  # "##[error]" is a command, wherever it is


def plain(text: str) -> str:
    """Return one line without mentions, issue links, closing words or workflow commands."""
    line = _CALLS.sub(rf"\1{_JOINER}", " ".join(text.split()))
    return re.sub(r"^(:|#)", rf"{_JOINER}\1", line)


_MARKS = re.compile(r"([\\`*_\[\]<>#|~&])")


def markdown(text: str) -> str:
    """Return the same without marks of Markdown or HTML."""
    return _MARKS.sub(r"\\\1", plain(text))
