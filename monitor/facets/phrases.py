"""Plain phrases of a vocabulary, compiled once, and where a text has them.

A text is taken word by word; what a phrase begins with decides which patterns are tried there. So a
text costs the same however long the vocabulary is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label")

_TOKEN = re.compile(r"[a-z0-9]+|[<>=≤≥]+")
_PART = re.compile(r"\{([^{}]*)\}| ?\.\.\. ?|[ -]+|[^\W_]+|.")
_ABBREVIATION = re.compile(r"[A-Z]{1,4}")
_GAP = r"(?:[ -]+[^\s.;:]+){0,3}?[ -]+"


class Match(NamedTuple, Generic[Label]):
    """A phrase in a text."""

    start: int
    end: int
    label: Label


class _Entry(NamedTuple, Generic[Label]):
    pattern: re.Pattern[str]  # of all phrases of a label that begin with one word, longest first
    label: Label
    exact: frozenset[str]  # those which are found in capitals only, in small letters


class Phrases(Generic[Label]):
    """Phrases, each with a label: finds all of them in one pass."""

    def __init__(
        self, phrases: Iterable[tuple[str, Label]], lists: Mapping[str, tuple[str, ...]]
    ) -> None:
        by_start: dict[tuple[str, Label], set[str]] = defaultdict(set)
        exact: dict[Label, set[str]] = defaultdict(set)
        for phrase, label in phrases:
            for text in _expanded(phrase, lists):
                source = pattern(text, lists)
                if _ABBREVIATION.fullmatch(text):
                    exact[label].add(text.lower())
                for start in _starts(text):
                    by_start[start, label].add(source)
        self._entries: dict[str, list[_Entry[Label]]] = defaultdict(list)
        for (start, label), sources in by_start.items():
            longest = sorted(sources, key=lambda source: (-len(source), source))
            compiled = re.compile(f"(?:{'|'.join(longest)})")
            self._entries[start].append(_Entry(compiled, label, frozenset(exact[label])))
        self._known = self._entries.keys()

    def find(self, text: str, words: str) -> Iterator[Match[Label]]:
        """Every phrase in `words`, the small letters of `text`, as they begin."""
        entries = self._entries
        for token in _TOKEN.finditer(words):
            for entry in entries.get(token[0], ()):
                start = token.start()
                found = entry.pattern.match(words, start)
                if found:
                    end = found.end()
                    if found[0] in entry.exact and not text[start:end].rstrip("s").isupper():
                        continue
                    yield Match(start, end, entry.label)
                elif shared := _SHARED.match(words, token.end()):
                    # "B- or T-cell": what stands behind the last belongs to the first, too.
                    whole = f"{token[0]}-{words[shared.end() : shared.end() + 60]}"
                    if (found := entry.pattern.match(whole)) and found.end() > token.end() - start:
                        yield Match(start, token.end(), entry.label)


_SHARED = re.compile(
    r"(?:-?(?: ?/ ?|, ?| ?or ?| and | and/or )(?:or |and )?[a-z0-9]{1,4}\+?)+[- ](?=[a-z])"
)


def pattern(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """A phrase as the source of a pattern for words in small letters.

    Hyphens and spaces are the same, a longer word may stand in the plural and in British spelling.
    """
    source = []
    for part in _PART.finditer(phrase.strip()):
        text = part[0]
        if part[1] is not None:
            others = sorted(lists.get(part[1], ()), key=len, reverse=True)
            source.append(f"(?:{'|'.join(pattern(other, lists) for other in others)})")
        elif "..." in text:
            source.append(_GAP)
        elif not text.strip(" -"):
            is_last = part.end() == len(phrase.strip())
            source.append("-(?![a-z0-9])" if is_last and "-" in text else "[ -]+")
        elif text.isalnum():
            source.append(_word(text.lower()))
        else:
            source.append(rf" ?{re.escape(text)}" if text in "+/(" else re.escape(text))
    return "".join(source).replace(r" ?\( ?", r" ?\(")


def _word(word: str) -> str:
    """A word with its other spellings, as a whole word."""
    spelt = word.replace("em", "a?em").replace("tumor", "tumou?r")
    plural = "s?" if word.isalpha() and len(word) > 2 and not word.endswith("s") else ""
    return f"{spelt}{plural}(?![a-z0-9])"


def _expanded(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A phrase with the list that it begins with written out."""
    if not phrase.startswith("{"):
        yield phrase
        return
    name, _, rest = phrase[1:].partition("}")
    for other in lists.get(name, ()):
        yield from _expanded(other + rest, lists)


def _starts(phrase: str) -> set[str]:
    """The words with which a text may have this phrase begin."""
    first = _TOKEN.match(phrase.lower())
    if not first:
        return set()
    words = {first[0], first[0].replace("em", "aem"), first[0].replace("tumor", "tumour")}
    return words | {f"{word}s" for word in words}
