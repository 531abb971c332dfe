"""Checks curated Markdown before it is rendered, and finds its fenced blocks.

A check is a small function that yields (line, message); `check` runs them all.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.problems import Problem
from monitor.registry import NCT_ID

Mistakes = Iterator[tuple[int, str]]  # (line from the start of the text, counted from 0; message)


@dataclass(frozen=True)
class Text:
    """Markdown, and where it stands."""

    markdown: str
    path: str  # from the root of the tree
    first_line: int  # of the Markdown in its file


_FEW_TICKS = re.compile(r"\s*`{1,2}\s*trials\s*$")
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})\s*(?P<info>\S*)\s*$")
_TAG = re.compile(r"<(?!https?://|mailto:)[A-Za-z/!?][^>]*>?")
_NOTE = re.compile(r"\s{0,3}\[\^(?P<name>[^\]]+)\]:")
_CODE = re.compile(r"`[^`]*`")
NCT_LIKE = re.compile(r"(?<![\w/-])(?:NCT|Nct|nct)[-–— ]?[0-9OIl]{3,}\b|\bNCT[-–— ]?[0-9OIl]+\b")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_INVISIBLE = re.compile("[\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u2066-\u206f\ufeff]")
_CYRILLIC = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z0-9]")
_MERGE = re.compile(r"<{7}|>{7}|={7}$|\|{7}")
_BULLET = re.compile(r"\s*[•·▪◦‣●○∙]\s")
_LINK_OPEN = re.compile(r"\[(?!\^)[^\]\[]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?=$|[\s\]])")
_LINK_TURNED = re.compile(r"\([^()]+\)\[(?:https?://|/)[^\]\s]*\]")
_LINK_APART = re.compile(r"\[(?!\^)[^\]\[]+\]\s+\((?:https?://|/)[^)]*\)")
_LINK_NO_END = re.compile(r"\[(?!\^)[^\]\[]*\((?:https?://|/)[^)\s]*\)")
_NOTE_OPEN = re.compile(
    r"\^\[[a-z0-9-]+\]|\[\s*\^[^\]\s]*(?=\s|$)|(?<!\[)\^[a-z0-9][a-z0-9-]*\]|\[[a-z0-9-]+\^\]"
)
_HEADING = re.compile(r"^(#|#{5,})\s")
_HEADING_CLOSE = re.compile(r"^#{2,6}[^#\s]")
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_DASH = re.compile(r"\s*[–—]\s+\S")


LONGEST = 60_000  # characters of a text: the page of a disease is the longest there is
DESCRIPTION = 12_000  # of the description of one trial: more is read by nobody


def check(text: Text, problems: list[Problem], *, has_lists: bool, longest: int) -> None:
    """Add a Problem for whatever a text may not have; lists of trials may if `has_lists`."""
    if len(text.markdown) > longest:
        message = f"the text has {len(text.markdown):,} characters: {longest:,} at most"
        problems.append(Problem(text.path, text.first_line, message))
    checks = _CHECKS if has_lists else (*_CHECKS, _no_lists)
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
    r"|^  (?:publisher|title|note):.*"  # a source, which may be called what it likes
    r"|^# .*"  # a comment in a header
    r"|https?://[^\s>)]+"
    r"|`[^`\n]*`",
    re.MULTILINE,
)


_EFFECT = re.compile(
    r"\b(?:works|cures|heals)\b(?!\s+(?:by|with|through|like|together|on|in|at|as|for\s+the)\b)"
    r"|\b(?:is|are)\s+(?:a\s+cure|curative)\b|\bsaves?\s+lives\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:whether|if|how|what|why|where|not|no|never|nobody|nothing|none|cannot|can't|asks?|asked"
    r"|tests?|may|might|could|would|hop(?:e|es|ed|ing)|unknown|unclear)\b|n[’']t\b|\?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.?!\n]*(?:\n(?!\s*\n|[-#])[^.?!\n]*)*[.?!]?")

_EXPERT = r"(?:physicians?|doctors?|oncologists?|ha?ematologists?|clinicians?|specialists?)"
_OURS = r"(?:this|our|these) (?:web)?(?:site|pages?|texts?|descriptions?|guides?)"
_REVIEWED = re.compile(
    rf"\b{_EXPERT}\s+(?:\w+\s+){{0,3}}(?:reviewed|checked|approved|read|wrote|written)\s+{_OURS}\b"
    rf"|\b{_OURS}\s+(?:\w+\s+){{0,3}}(?:reviewed|checked|approved|read|written)\s+by\s+(?:\w+\s+)?"
    rf"{_EXPERT}\b|\bmedically\s+reviewed\b",
    re.IGNORECASE,
)
_TYPED = re.compile(
    r"\b(?:(?:early[- ])?phase\s+(?:[0-4](?:\s*/\s*[0-4])?|I{1,3}|IV)\b"
    r"|recruit\w*|(?:is|are|now|currently|still|already|not\s+yet)\s+(?:open|closed|enroll?ing|"
    r"completed|terminated|suspended|withdrawn|paused|halted|stopped|on\s+hold)\b|open\s+(?:now|to\s+new)\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?(?:b|i|em|strong|sup|sub|br|p)>"
    r"|\*\*|(?<!\w)\*\w[^*\n]*\*|__|`|\]\(|^#{1,6} |\[\^"
)


def effects(whole: str) -> Mistakes:
    """Yield the sentences that state that a treatment works, without doubt or denial."""
    for line, words, before, after in _own_statements(whole, _EFFECT):
        if not _HEDGE.search(before + after):
            yield line, f"{words!r} promises: say what is asked, or what was measured"


def reviewers(whole: str) -> Mistakes:
    """Yield the sentences that state that a physician reviewed this site, which is untrue."""
    for line, words, before, _ in _own_statements(whole, _REVIEWED):
        if not _HEDGE.search(before):
            yield line, f"{words!r}: no physician reviewed this site"


def _own_statements(whole: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, str, str]]:
    """Yield (line, words, what stands before them in their sentence, the rest of it) of matches.

    Quotations, and what else is not in our words, are passed over.
    """
    ours = _NOT_OURS.sub(_blank_lines, whole)
    spans = [sentence.span() for sentence in _SENTENCE.finditer(ours)]
    for match in pattern.finditer(ours):
        start, end = next(span for span in spans if span[0] <= match.start() < span[1])
        line, words = ours.count("\n", 0, match.start()), " ".join(match[0].split())
        yield line, words, ours[start : match.start()], ours[match.start() : end]


def _blank_lines(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def typed(value: str) -> str:
    """Return the status or phase in a text, which is the registry's to state; "" for none."""
    match = _TYPED.search(value)
    return match[0] if match else ""


def markup(value: str) -> str:
    """Return the Markdown in a plain text; "" for none."""
    match = _MARKUP.search(value)
    return match[0] if match else ""


_FOLDED = re.compile(r"[^\W\d_]{2,}- (?!(?:and|or|to|nor)\b)[^\W\d_]+")


def folded_hyphen(value: str) -> str:
    """Return a word that a line's end took apart, "re- induction"; "" where there is none.

    YAML joins the lines of a folded text by a space.
    """
    match = _FOLDED.search(value)
    return match[0] if match else ""


def characters(whole: str) -> Mistakes:
    """Yield the characters that no file of content/ may have."""
    for number, line in enumerate(whole.split("\n")):
        if PLACEHOLDER in line:
            yield number, f"{PLACEHOLDER} is still to be replaced by your own words"
        if _CONTROL.search(line):
            yield number, "holds a control character"
        if hidden := _INVISIBLE.search(line):
            yield number, _invisible(line, hidden)
        if _CYRILLIC.search(line):
            yield number, "holds a Cyrillic letter that looks like ours: retype the word there"
        if _MERGE.match(line) and (line[0] in "<>|" or _is_merge(whole)):
            yield number, "git could not merge here: keep one version, without the marks"
        for id_ in NCT_LIKE.findall(line):
            if not NCT_ID.fullmatch(id_):
                yield number, f"{id_!r} is not an NCT id: NCT and eight digits"


def _is_merge(whole: str) -> bool:
    return bool(re.search(r"^<{7} ", whole, re.MULTILINE))


def _invisible(line: str, hidden: re.Match[str]) -> str:
    """Return the name of the invisible character and the words before it."""
    name = unicodedata.name(hidden[0], f"U+{ord(hidden[0]):04X}").lower()
    before = line[max(0, hidden.start() - 20) : hidden.start()].strip()
    where = f"after {before!r}" if before else "at the beginning"
    return f"holds a character that nobody sees ({name}), {where}: retype the words there"


def praise(whole: str) -> Mistakes:
    """Yield words of praise outside quotations and sources."""
    ours = _NOT_OURS.sub(_blank_lines, whole)
    for match in _PRAISE.finditer(ours):
        words, (_, instead) = " ".join(match[0].split()), PRAISE[(match.lastindex or 0) - 1]
        yield (
            ours.count("\n", 0, match.start()),
            f"{words!r} is praise: say {instead}, with its source (in quotes it may stand)",
        )


def nct_ids(whole: str) -> set[str]:
    """Return the NCT ids that a file names."""
    return {id_ for id_ in NCT_LIKE.findall(whole) if NCT_ID.fullmatch(id_)}


def split_trial_lists(markdown: str, placeholder: str) -> str:
    """Return the text with a numbered placeholder for each list of trials."""
    lines = markdown.split("\n")
    blocks = [block for block in fenced(markdown) if block[1] == "trials"]
    for index, (start, _, inside) in reversed(list(enumerate(blocks))):
        lines[start : start + len(inside) + 2] = ["", f"{placeholder}{index}{placeholder}", ""]
    return "\n".join(lines)


OPEN = "open"  # instead of the word of a fence that is never closed


def fenced(markdown: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (line of the opening fence, its word, its lines) for each fenced block.

    One that is not closed ends, as OPEN and with nothing inside, where a heading or another one
    begins: what follows is a text like any other.
    """
    start, word, inside = -1, "", list[str]()
    for number, line in enumerate(markdown.split("\n")):
        mark = _FENCE.match(line.strip())
        if start >= 0 and (line.startswith("## ") or (mark and mark["info"])):
            yield start, OPEN, []
            start = -1
        if start < 0:
            if mark:
                start, word, inside = number, mark["info"], []
        elif mark:
            yield start, word, inside
            start = -1
        else:
            inside.append(line)
    if start >= 0:
        yield start, OPEN, []


def outside_fences(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) for each line outside fenced blocks."""
    hidden: set[int] = set()
    for start, word, inside in fenced(markdown):
        hidden |= {start} if word == OPEN else set(range(start, start + len(inside) + 2))
    for number, line in enumerate(markdown.split("\n")):
        if number not in hidden:
            yield number, line


def _fences(markdown: str) -> Mistakes:
    for number, line in outside_fences(markdown):
        if _FEW_TICKS.match(line):
            yield number, "a list of trials begins with three ticks: ```trials"
    for start, word, _ in fenced(markdown):
        if word == OPEN:
            yield start, "this block is not closed: ``` belongs on a line of its own below the ids"
        elif word != "trials":
            yield start, "a fence (```) is for lists of trials: ```trials, the ids, and ``` again"


def _rows(markdown: str) -> Mistakes:
    """Yield lines that Markdown renders as rules or as underlines of headings."""
    before = ""
    for number, line in outside_fences(markdown):
        if _RULE.match(line) and not _is_merge(markdown):
            yield number, f"{line.strip()[:3]} belongs only around the header: leave it out"
        elif _ROW.match(line) and not _ROW.match(before):
            yield number, "tables are not used here: write a list, or a list of trials"
        before = line


def _bullets(markdown: str) -> Mistakes:
    before = ""
    for number, line in outside_fences(markdown):
        is_first = not before.strip() or _DASH.match(before)
        before = line
        if _BULLET.match(line) or (is_first and _DASH.match(line)):
            yield number, f"an item of a list begins with a hyphen, not {line.strip()[0]}"


def _links(markdown: str) -> Mistakes:
    for number, line in outside_fences(markdown):
        text = _CODE.sub("", line)
        if match := _LINK_TURNED.search(text):
            yield number, f"{match[0]!r}: write the words in [ ], then the address in ( )"
        elif match := _LINK_APART.search(text):
            yield number, f"{match[0]!r}: no space between the words of a link and its address"
        elif match := _LINK_OPEN.search(text) or _LINK_NO_END.search(text):
            yield number, f"{match[0]!r} is an unclosed link: [words](address)"
        if match := _NOTE_OPEN.search(text):
            yield number, f"{match[0]!r} is an unclosed note: [^key]"


def _headings(markdown: str) -> Mistakes:
    for number, line in enumerate(markdown.split("\n")):
        if _HEADING.match(line):
            yield number, "headings are ## to ####: the page's title is the first"
        elif _HEADING_CLOSE.match(line):
            yield number, "a heading has a space after its #"


def _tags(markdown: str) -> Mistakes:
    for number, line in enumerate(markdown.split("\n")):
        tag = _TAG.search(_CODE.sub("", line))
        if tag:
            yield number, f"HTML is not used here, only Markdown: {tag[0][:40]}"


def _notes(markdown: str) -> Mistakes:
    """Yield the notes that a text defines itself; `reader` checks the sources of others."""
    for number, line in enumerate(markdown.split("\n")):
        if match := _NOTE.match(line):
            key = match["name"]
            yield (
                number,
                f"[^{key}]: sources belong in content/sources.yaml, and texts cite their keys",
            )


def _no_lists(markdown: str) -> Mistakes:
    for start, word, _ in fenced(markdown):
        if word == "trials":
            yield start, "only a disease's text can have a list of trials"


DEEPEST = 50  # brackets in brackets


def nesting(markdown: str) -> Mistakes:
    """Yield the places where unclosed brackets would take minutes to parse."""
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


_CHECKS: tuple[Callable[[str], Mistakes], ...] = (
    *(_fences, _headings, _tags, _notes),
    *(_rows, _bullets, _links, nesting),
)
