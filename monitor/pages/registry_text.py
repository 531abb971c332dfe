"""Renders the registry's text to safe HTML: paragraphs, flat lists, names that stay in one line."""

import re

from markupsafe import Markup, escape

from monitor.text import unescape

_BULLET = re.compile(r"\s*(?:[*•-]|[0-9]{1,2}[.)])\s+")


def prose(text: str) -> Markup:
    """Return the registry's text as paragraphs and flat lists, the rest escaped."""
    blocks = []
    in_list = False
    for line in _joined(str(escape(text.strip()))):
        if bullet := _BULLET.match(line):
            words = unescape(line[bullet.end() :])
            blocks.append(f"<li>{words}</li>" if in_list else f"\n<ul><li>{words}</li>")
        else:
            blocks.append(f"{'</ul>' if in_list else ''}\n<p>{unescape(line)}</p>")
        in_list = bullet is not None
    end = "</ul>" if in_list else ""
    return Markup("".join(blocks)[1:] + end)  # noqa: S704  # escaped above


def _joined(text: str) -> list[str]:
    """Return the lines of a text, continuation lines joined to their paragraph."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped:
            goes_on = False
        elif goes_on and not _BULLET.match(line):
            lines[-1] += f" {stripped}"
        else:
            lines.append(stripped)
            goes_on = True
    return lines


_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(
    r"""
    (?<![\w-])
    (?= [\w-]{4,18} (?![\w-]) )  # not too long for a line
    (?= [a-z-]*[A-Z0-9]  # a capital or a figure behind small letters,
      | (?:\w+-)? \w{1,3} (?: - | (?!\w) ) )  # or a short part, the first or the second
    \w+ (?:-\w+)+
    """,
    re.VERBOSE,
)
"""What a line may not end in: CAR-T, obe-cel, WU-CART-007, e-mail; not event-free, full-dose."""


def unbroken(text: str) -> Markup:
    """Keep names with hyphens in one line, in a text or in HTML; all else as it is, escaped."""
    pieces = _TAG.split(str(escape(text)))
    pieces[::2] = [_NAME.sub(r'<span class="whole">\g<0></span>', words) for words in pieces[::2]]
    return Markup("".join(pieces))  # noqa: S704  # escaped above
