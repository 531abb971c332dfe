"""Compiles the plain phrases of a vocabulary once, and finds them in texts.

A text is taken word by word; what a phrase begins with decides which patterns are tried there. So a
text costs the same however long the vocabulary is.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label")

_TOKEN = re.compile(r"[a-z0-9]+|[<>=≤≥]+")
_PIECE = re.compile(r"[a-z0-9]+|[<>=≤≥]+|[^a-z0-9<>=≤≥]+")
_PART = re.compile(r"\{([^{}]*)\}| ?\.\.\. ?|[ -]+|[^\W_]+|.")
_ABBREVIATION = re.compile(r"[A-Z]{1,4}")
_GAP = r"(?:[ -]+(?!(?:no|not|without|never|after|before|until|or)\b)[^\s.,;:()]+){0,4}?[ -]+"

_GAP_AFTER = dict.fromkeys("<>=≤≥", " ?") | {"}": "(?:[ -]+|(?<=[<>=≤≥]))"}
"""What a space in a phrase is after a sign, and after a list, whose last may be one: "<5%"."""


class Match(NamedTuple, Generic[Label]):
    """A phrase in a text."""

    start: int
    end: int
    label: Label

    def is_within(self, other: "Match[Label]") -> bool:
        """Return whether it covers nothing that the other does not."""
        return other.start <= self.start and self.end <= other.end

    def overlaps(self, other: "Match[Label]") -> bool:
        """Return whether the two have letters in common."""
        return self.start < other.end and other.start < self.end


class _Entry(NamedTuple, Generic[Label]):
    pattern: re.Pattern[str]  # of all phrases of a label that begin with one word, longest first
    label: Label
    exact: frozenset[str]  # those which are found in capitals only, in small letters
    needed: frozenset[str]  # a text without any of these words has none of them; empty: not known


class Phrases(Generic[Label]):
    """Phrases, each with a label: finds all of them in one pass.

    Only a phrase whose label `is_noun` is also found in the plural.
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, Label]],
        lists: Mapping[str, tuple[str, ...]],
        is_noun: Callable[[Label], bool] = lambda _: True,
    ) -> None:
        texts: dict[tuple[str, Label], set[str]] = defaultdict(set)
        for phrase, label in phrases:
            for text in _expanded(phrase, lists):
                texts[_first(text), label].add(text)
        self._entries: dict[str, list[_Entry[Label]]] = defaultdict(list)
        for (first, label), group in texts.items():
            sources = {pattern(text, lists, has_plural=is_noun(label)) for text in group}
            longest = sorted(sources, key=lambda source: (-len(source), source))
            exact = {text.lower() for text in group if _ABBREVIATION.fullmatch(text)}
            needed = [_needed(text, lists) for text in group]
            entry = _Entry(
                _compiled(f"(?:{'|'.join(longest)})"),
                label,
                frozenset(exact),
                frozenset().union(*needed) if all(needed) else frozenset(),
            )
            for start in _spellings(first):
                self._entries[start].append(entry)

    def find(self, text: str) -> list[Match[Label]]:
        """Return all phrases of a text, by their start."""
        return self.find_each([text])[0]

    def find_each(self, texts: Sequence[str]) -> list[list[Match[Label]]]:
        """Return the phrases of each text; all texts are searched at once."""
        whole = "\n".join([text.replace("\n", " ") for text in texts])
        words = small(whole)
        pieces = _PIECE.findall(words)  # words, and what stands between them
        active = self._active(set(pieces))
        ends = list(accumulate(map(len, pieces)))
        matches: list[list[Match[Label]]] = [[] for _ in texts]
        starts = [0, *accumulate([len(text) + 1 for text in texts])]
        line = 0
        for number in [number for number, piece in enumerate(pieces) if piece in active]:
            after = ends[number]
            start = after - len(pieces[number])
            while start >= starts[line + 1]:
                line += 1
            for entry in active[pieces[number]]:
                match = entry.pattern.match(words, start)
                if match:
                    end = match.end()
                    if entry.exact and match[0] in entry.exact and not _is_upper(whole[start:end]):
                        continue
                elif words.startswith(_JOINTS, after) and _has_shared(entry, words, start, after):
                    end = after + words.startswith("-", after)
                else:
                    continue
                matches[line].append(Match(start - starts[line], end - starts[line], entry.label))
        return matches

    def _active(self, text_words: set[str]) -> dict[str, list[_Entry[Label]]]:
        """Return the entries that can occur in a text of these words."""
        active = {}
        for start in text_words & self._entries.keys():
            entries = [
                entry
                for entry in self._entries[start]
                if not entry.needed or not entry.needed.isdisjoint(text_words)
            ]
            if entries:
                active[start] = entries
        return active


def _is_upper(text: str) -> bool:
    """Return whether an abbreviation is in capitals, but for a plural s."""
    return text.rstrip("s").isupper()


def small(text: str) -> str:
    """Return a text in lower case, of equal length."""
    words = text.lower()
    if len(words) == len(text):
        return words
    return "".join(one if len(one) == 1 else sign for sign in text for one in [sign.lower()])


_JOINTS = ("-", "/", ",", " or", " and", " /")  # after the first of several: "B- or T-cell"
_LETTERS = 4  # of a word that may abbreviate a longer one: B, pre


def _has_shared(entry: _Entry[Label], words: str, start: int, after: int) -> bool:
    """Return whether the word after a list belongs to this item too: "B- or T-cell"."""
    shared = _SHARED.match(words, after) if after - start <= _LETTERS else None
    if not shared:
        return False
    whole = f"{words[start:after]}-{words[shared.end() : shared.end() + 60]}"
    match = entry.pattern.match(whole)
    return bool(match and match.end() > after - start)


@lru_cache(20_000)
def _compiled(source: str) -> re.Pattern[str]:
    """Compile a pattern once: the vocabularies of several diseases share most of theirs."""
    return re.compile(source)


_SHARED = re.compile(
    r"(?:-?(?: ?/ ?|, ?| ?or ?| and | and/or )(?:or |and )?[a-z0-9]{1,4}\+?)+[- ](?=[a-z])"
)


def pattern(phrase: str, lists: Mapping[str, tuple[str, ...]], *, has_plural: bool = True) -> str:
    """Return the pattern of a phrase, for texts in lower case.

    Hyphens and spaces are the same, a longer word may be in the plural and in British spelling.
    """
    source = []
    phrase = phrase.strip()
    for part in _PART.finditer(phrase):
        text = part[0]
        is_last = part.end() == len(phrase)
        if part[1] is not None:
            others = sorted(lists.get(part[1], ()), key=len, reverse=True)
            source.append(f"(?:{'|'.join(pattern(other, lists) for other in others)})")
        elif "..." in text:
            source.append(_GAP)
        elif not text.strip(" -"):
            gap = _GAP_AFTER.get(phrase[part.start() - 1 : part.start()], "[ -]+")
            source.append("-(?![a-z0-9])" if is_last and "-" in text else gap)
        elif text.isalnum():
            source.append(_word(text.lower(), has_plural=has_plural or not is_last))
        else:
            sign = "[;:,]" if text == ";" else re.escape(text)  # "t(4,11)" for t(4;11)
            source.append(f" ?{sign}" if text in "+/(" else sign)
    return "".join(source).replace(r" ?\( ?", r" ?\(")


def _word(word: str, *, has_plural: bool) -> str:
    """Return the pattern of a whole word with its other spellings."""
    spelt = word.replace("em", "a?em").replace("tumor", "tumou?r")
    if not has_plural or not word.isalpha() or len(word) < 3 or word.endswith("s"):
        plural = ""
    elif word.endswith("y"):
        spelt, plural = spelt[:-1], "(?:y|ies)"
    else:
        plural = "s?"
    return f"{spelt}{plural}(?![a-z0-9])"


def _expanded(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield a phrase once for each word of the list that it begins with."""
    if not phrase.startswith("{"):
        yield phrase
        return
    name, _, rest = phrase[1:].partition("}")
    for other in lists.get(name, ()):
        yield from _expanded(other + rest, lists)


def _first(phrase: str) -> str:
    """Return the first word of a phrase in lower case; "" where it has none."""
    first = _TOKEN.match(phrase.lower())
    return first[0] if first else ""


def _spellings(word: str) -> set[str]:
    """Return the spellings of a word: British, plural."""
    words = {word, word.replace("em", "aem"), word.replace("tumor", "tumour")} - {""}
    return words | {f"{word}s" for word in words} | {f"{word[:-1]}ies" for word in words}


def _needed(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return words one of which any text with this phrase has; none for a single word."""
    fixed = _TOKEN.findall(re.sub(r"\{[^{}]*\}", " ", phrase.lower()))[1:]
    if fixed:
        return _spellings(max(fixed, key=len))
    needed: set[str] = set()
    for name in re.findall(r"\{([^{}]*)\}", phrase)[:1]:
        for other in lists.get(name, ()):
            words = _TOKEN.findall(re.sub(r"\{[^{}]*\}", " ", other.lower()))
            if not words:
                return set()
            needed |= _spellings(max(words, key=len))
    return needed
