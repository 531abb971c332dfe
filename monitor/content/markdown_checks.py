"""Curated Markdown before it is rendered: what may not stand in it, and its lists of trials.

A check is a small function that yields (line, message); `check` runs them all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.problems import Problem
from monitor.registry import NCT_ID

Found = Iterator[tuple[int, str]]  # (line from the start of the text, counted from 0; message)


@dataclass(frozen=True)
class Text:
    """Markdown, and where it stands."""

    markdown: str
    path: str  # from the root of the tree
    first_line: int  # of the Markdown in its file


@dataclass(frozen=True)
class TrialList:
    """A fenced block of NCT ids in a disease's text; the site makes a table of it."""

    nct_ids: tuple[str, ...]
    line: int  # of the opening fence


_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})\s*(?P<info>\S*)\s*$")
_TAG = re.compile(r"<(?!https?://|mailto:)[A-Za-z/!?][^>]*>?")
_NOTE = re.compile(r"\[\^(?P<name>[^\]]+)\](?P<colon>:?)")
_CODE = re.compile(r"`[^`]*`")
_NCT_LIKE = re.compile(r"\bNCT[- ]?[0-9OIl]+\b")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_HEADING = re.compile(r"^(#|#{5,})\s")


LONGEST = 60_000  # characters of a text: the page of a disease is the longest there is
DESCRIPTION = 12_000  # of the description of one trial: more is read by nobody


def check(text: Text, problems: list[Problem], *, has_lists: bool, longest: int) -> None:
    """Add a Problem for whatever may not stand in a text; lists of trials may if `has_lists`."""
    if len(text.markdown) > longest:
        message = f"the text has {len(text.markdown):,} characters: {longest:,} at most"
        problems.append(Problem(text.path, text.first_line, message))
    checks = (*_CHECKS, _lists if has_lists else _no_lists)
    problems += [
        Problem(text.path, text.first_line + line, message)
        for each in checks
        for line, message in each(text.markdown)
    ]


PLACEHOLDER = "WRITE HERE"  # what the template of a description leaves to its editor

PRAISE = (
    (
        r"breakthroughs?(?!\s+(?:therapy|device|designation|infection|pain|bleed|seizure))",
        "what is new in it",
    ),
    (r"revolution(?:ary|i[sz]\w+)|groundbreaking|cutting-edge", "what is new in it"),
    (r"game[- ]chang(?:ers?|ing)|unprecedented", "what changed, in numbers"),
    (r"miracles?|miraculous|wonder[- ]drugs?", "what was measured"),
    (r"promising|impressive|exciting|remarkable|astonishing", "what was measured"),
    (r"most\s+important", "why it matters"),
)
"""Words that praise, and what to say instead. Only those that can hardly be meant otherwise: no
"works" and no "cure", which an honest sentence needs, too."""

_PRAISE = re.compile(
    # A group for each row. Not in capitals: a trial may be called MIRACLE.
    rf"\b(?!(?-i:[A-Z]{{2}}))(?:{'|'.join(f'({words})' for words, _ in PRAISE)})\b",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"“[^”]*”"  # somebody's words
    r'|(?<!: )(?<!- )"[^"\n]*"'  # those too, but not a value of a header in quotes
    r"|^\[\^[^\]\n]+\]:(?:.+\n?)+"  # a source, which may be called what it likes
    r"|^# .*"  # a comment in a header
    r"|https?://[^\s>)]+"
    r"|`[^`\n]*`",
    re.MULTILINE,
)


def characters(whole: str) -> Found:
    """What no file of content/ may hold, header and text alike."""
    for number, line in enumerate(whole.split("\n")):
        if PLACEHOLDER in line:
            yield number, f"{PLACEHOLDER} is still to be replaced by your own words"
        if _CONTROL.search(line):
            yield number, "holds a control character"
        for found in _NCT_LIKE.findall(line):
            if not NCT_ID.fullmatch(found):
                yield number, f"{found!r} is not an NCT id: NCT and eight digits"


def praise(whole: str) -> Found:
    """Words that praise what they should describe, outside quotations and sources."""
    ours = _NOT_OURS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), whole)
    for found in _PRAISE.finditer(ours):
        said, (_, instead) = " ".join(found[0].split()), PRAISE[(found.lastindex or 0) - 1]
        yield (
            ours.count("\n", 0, found.start()),
            f"{said!r} is praise: say {instead}, with its source (in quotes it may stand)",
        )


_SOURCE = re.compile(r"(?P<words>.*?)\s*<?(?P<url>https?://[^\s<>/]+\.[^\s<>]+)>?")


def cited(source: str) -> tuple[str, str]:
    """The words of "Publisher, title, year. <https://…>", and its URL or ""."""
    found = _SOURCE.fullmatch(source)
    if not found:
        return source, ""
    return found["words"] or found["url"].split("/")[2], found["url"]


def nct_ids(whole: str) -> set[str]:
    """The NCT ids that a file names."""
    return {found for found in _NCT_LIKE.findall(whole) if NCT_ID.fullmatch(found)}


def trial_lists(text: Text) -> tuple[TrialList, ...]:
    """The lists of trials of a text, in order."""
    return tuple(
        TrialList(
            tuple(dict.fromkeys(line.strip() for line in inside if NCT_ID.fullmatch(line.strip()))),
            text.first_line + start,
        )
        for start, info, inside in _fenced(text.markdown)
        if info == "trials"
    )


def split_trial_lists(markdown: str, placeholder: str) -> str:
    """The text with each list of trials replaced by a paragraph: `placeholder` and its number."""
    lines = markdown.split("\n")
    blocks = [block for block in _fenced(markdown) if block[1] == "trials"]
    for index, (start, _, inside) in reversed(list(enumerate(blocks))):
        lines[start : start + len(inside) + 2] = ["", f"{placeholder}{index}{placeholder}", ""]
    return "\n".join(lines)


def _fenced(markdown: str) -> Iterator[tuple[int, str, list[str]]]:
    """(line of the opening fence, its word, the lines inside); without an end, to the last line."""
    start, info, inside = -1, "", list[str]()
    for number, line in enumerate(markdown.split("\n")):
        mark = _FENCE.match(line.strip())
        if start < 0:
            if mark:
                start, info, inside = number, mark["info"], []
        elif mark and not mark["info"]:
            yield start, info, inside
            start = -1
        else:
            inside.append(line)
    if start >= 0:
        yield start, "", inside


def _fences(markdown: str) -> Found:
    for start, info, inside in _fenced(markdown):
        if info != "trials":
            yield start, "a fence (```) is for lists of trials: ```trials, the ids, and ``` again"
        elif not any(line.strip() for line in inside):
            yield start, "a list of trials without trials"


def _headings(markdown: str) -> Found:
    for number, line in enumerate(markdown.split("\n")):
        if _HEADING.match(line):
            yield number, "headings are ## to ####: the page's title is the first"


def _tags(markdown: str) -> Found:
    for number, line in enumerate(markdown.split("\n")):
        tag = _TAG.search(_CODE.sub("", line))
        if tag:
            yield number, f"HTML is not used here, only Markdown: {tag[0][:40]}"


def _notes(markdown: str) -> Found:
    used: dict[str, int] = {}
    defined: dict[str, int] = {}
    for number, line in enumerate(markdown.split("\n")):
        for found in _NOTE.finditer(line):
            notes = defined if found["colon"] and found.start() == 0 else used
            if notes is defined and found["name"] in defined:
                yield number, f"note [^{found['name']}] is defined twice"
            notes.setdefault(found["name"], number)
    for name in sorted(used.keys() - defined.keys()):
        yield used[name], f"note [^{name}] is not defined"
    for name in sorted(defined.keys() - used.keys()):
        yield defined[name], f"note [^{name}] is not used"


def _lists(markdown: str) -> Found:
    for start, info, inside in _fenced(markdown):
        seen: dict[str, int] = {}
        for number, line in enumerate(inside if info == "trials" else (), start + 1):
            nct_id = line.strip()
            if nct_id in seen:
                yield number, f"{nct_id} stands in this list already"
            elif nct_id and not NCT_ID.fullmatch(nct_id) and not _NCT_LIKE.search(nct_id):
                yield number, f"{nct_id!r} is not an NCT id: NCT and eight digits, one a line"
            seen[nct_id or f"{number}"] = number


def _no_lists(markdown: str) -> Found:
    for start, info, _ in _fenced(markdown):
        if info == "trials":
            yield start, "a list of trials can only stand in a disease's text"


DEEPEST = 50  # brackets in brackets


def nesting(markdown: str) -> Found:
    """Where brackets are opened and not closed, so often that a paragraph takes minutes to read."""
    for mark in ("[]", "()"):
        depth = 0
        for number, line in enumerate(markdown.split("\n")):
            if not line.strip():
                depth = 0
            for character in re.findall(f"[{re.escape(mark)}]", line):
                depth = max(0, depth + (1 if character == mark[0] else -1))
                if depth > DEEPEST:
                    yield number, f"more than {DEEPEST} {mark[0]} are open here, none closed"
                    return


_CHECKS: tuple[Callable[[str], Found], ...] = (_fences, _headings, _tags, _notes, nesting)
