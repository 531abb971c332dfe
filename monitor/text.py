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


_LOOSE = re.compile(
    r"(?:[\s,;:–-]+(?:in|with|for|of|and|or|the|to|an?|on|from|by|vs))*[\s,;:–-]*$", re.IGNORECASE
)
"""What would hang in the air before the dots."""


def shortened(text: str, longest: int) -> str:
    """Cut a text between two words where it is too long."""
    if len(text) <= longest:
        return text
    return f"{_LOOSE.sub('', text[: longest - 1].rsplit(' ', 1)[0])}…"


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


def slug_of(name: str) -> str:
    """A name as a part of an address: small letters without accents, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
