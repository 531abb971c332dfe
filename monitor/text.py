"""Strings: how texts are compared, and small words around numbers. Nothing of the registry."""

import re
import unicodedata

_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~^|=&$%@:;,'\"/?])")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*|[<>≤≥=%+±]+")
_SAME = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'}
)


def unescape(markdown: str) -> str:
    r"""The registry's Markdown text without its backslashes: `\>` is `>`."""
    return _ESCAPE.sub(r"\1", markdown) if "\\" in markdown else markdown


def normal(text: str) -> str:
    """A text as it is compared: without escapes, case, end mark, kinds of space, dash, quote."""
    text = unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME)
    return " ".join(text.split()).rstrip(" .;,:").casefold()


def words(text: str) -> list[str]:
    """The words, numbers and comparison signs of a text, in order, for likeness."""
    return _WORD.findall(normal(text))


def many(count: int, what: str) -> str:
    """ "1 location", "3 locations", "2 exclusion criteria"."""
    if count == 1:
        return f"1 {what}"
    plural = {"criterion": "criteria", "country": "countries", "entry": "entries"}
    head, _, last = what.rpartition(" ")
    return f"{count:,} {' '.join(filter(None, (head, plural.get(last, last + 's'))))}"


def ordinal(number: int) -> str:
    """ "first" to "fifth", then "6th", "11th", "22nd"."""
    words = ("", "first", "second", "third", "fourth", "fifth")
    if number < len(words):
        return words[number]
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def capitalized(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def cut(text: str, length: int) -> str:
    """A text of at most so many characters, cut behind a word."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if not text[length - 1].isspace() and " " in head[length // 2 :]:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:.-–—(…") + "…"


def sentence(text: str) -> str:
    """With a point at its end, unless it has an end already, as "Example Co., Ltd." has."""
    return text if text.rstrip("”’'\"").endswith((".", "!", "?", "…")) else f"{text}."


def slug_of(name: str) -> str:
    """A name as a part of an address: small letters without accents, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
