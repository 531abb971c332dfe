"""Texts: when two are the same, plurals, shortening, slugs. Knows nothing of the registry.

A table lists what is only typography, and so no difference (docs/data.md has it for people).
Everything else is meaning: signs, operators, ranges, decimal points, brackets that group, the minus
in CD19- and HER2-, units, exponents.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple


class Rule(NamedTuple):
    """A kind of typography, and how to remove it from a text."""

    name: str
    apply: Callable[[str], str]
    example: tuple[str, str]  # two texts that are the same
    beyond_ascii: bool = False  # whether ASCII texts have none of it


def _replace(
    pattern: str, new: str | Callable[[re.Match[str]], str], within: str = ""
) -> Callable[[str], str]:
    """Return a function that replaces all matches.

    `within` are characters of which every match has one: texts without any are skipped quickly.
    """
    compiled = re.compile(pattern)
    if not within:
        return lambda text: compiled.sub(new, text)
    return lambda text: compiled.sub(new, text) if any(s in text for s in within) else text


def _replace_each(table: dict[str, str]) -> Callable[[str], str]:
    """Return a function that replaces each character of a key by its value."""
    translation = str.maketrans({character: new for old, new in table.items() for character in old})
    return lambda text: text.translate(translation)


_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~^|=&$%@:;,'\"/?])")


def unescape(markdown: str) -> str:
    r"""Return the registry's Markdown text without its backslashes: `\>` is `>`."""
    return _ESCAPE.sub(r"\1", markdown) if "\\" in markdown else markdown


_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{2,31});")
_TIMES_ESCAPED = 3  # each form that a text is copied through escapes it again


def _without_entities(text: str) -> str:
    for _ in range(_TIMES_ESCAPED):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda it: html.unescape(it[0]), text)
    return text


def _without_tags(text: str) -> str:
    return _TAG.sub(lambda tag: _INSTEAD.get(tag[1].lower(), ""), text) if "<" in text else text


_TAG = re.compile(r"<(/?(?:sup|sub|br|p|b|i|u|em|strong))\s*/?>", re.IGNORECASE)
_INSTEAD = {"sup": "^", "br": " ", "p": " ", "/p": " "}


def _exponent(raised: re.Match[str]) -> str:
    return "^" + unicodedata.normalize("NFKC", raised[0]).replace("−", "-")


def _is_inside_a_word(sign: re.Match[str]) -> bool:
    before, after = sign.string[: sign.start()][-1:], sign.string[sign.end() :][:1]
    return before.isalpha() and after.isalpha()


def _fraction(fraction: re.Match[str]) -> str:
    before = " " if fraction.string[: fraction.start()][-1:].isdigit() else ""
    return before + unicodedata.normalize("NFKC", fraction[0])


_LETTER = r"[^\W\d_]"
_BIDI = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides, isolates
_INVISIBLE = f"\u00ad\u061c\u180e\u200b-\u200f{_BIDI}\u2060-\u2065\u206a-\u206f\ufe00-\ufe0f\ufeff"

_CYRILLIC, _LATIN = "АВЕЅІЈКМНОРСТХаеѕіјорсху", "ABESIJKMHOPCTXaesijopcxy"
_LOOKALIKES = str.maketrans(_CYRILLIC, _LATIN)
_LOOKALIKE_WORD = rf"\b(?=\w*[A-Za-z])\w*[{_CYRILLIC}]\w*|(?<=[A-Za-z]\s)[{_CYRILLIC}]\b"
"""A word with letters of both alphabets, or a single letter after a Latin word."""

_GREEK = dict(
    zip(
        "αβγδεκλß",  # the last is German, and used for a beta
        ("alpha", "beta", "gamma", "delta", "epsilon", "kappa", "lambda", "beta"),
        strict=True,
    )
)

TYPOGRAPHY: tuple[Rule, ...] = (
    Rule("Markdown's escapes", unescape, (r"Age \> 18", "Age > 18")),
    Rule(
        "HTML's entities",
        _without_entities,
        ("Age &gt; 18 &amp;amp; well", "Age > 18 & well"),
    ),
    Rule("HTML's tags", _without_tags, ("<b>10<sup>9</sup></b>/L", "10^9/L")),
    Rule("raised exponents", _replace("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", _exponent), ("10⁹/L", "10^9/L"), True),
    Rule("fractions in one character", _replace("[¼-¾⅐-⅞]", _fraction), ("2½", "2 1/2"), True),
    Rule("signs of trade", _replace("[™®©℠]", ""), ("Examplex®", "Examplex"), True),
    Rule(
        "signs of numbers, of degrees", _replace_each({"№": "No ", "º˚": "°"}), ("№7", "No 7"), True
    ),
    Rule("accents as apostrophes", _replace_each({"´": "'"}), ("Crohn´s", "Crohn's"), True),
    Rule(
        "Unicode form",
        lambda text: unicodedata.normalize("NFKC", text),
        ("ＥＣＯＧ：１", "ECOG: 1"),
        True,
    ),
    Rule(
        "what is not seen",
        _replace(f"[{_INVISIBLE}]", ""),
        ("neuro\u00adpathy", "neuropathy"),
        True,
    ),
    Rule(
        "forms of one sign",
        _replace_each(
            {
                "‐‑‒–—―−": "-",
                "‘’‚‛′ʼ": "'",
                "“”„‟«»″": '"',
                "【〔": "(",
                "】〕": ")",
                "。、": ".",
                "⩾≧": "≥",
                "⩽≦": "≤",
                "∼≈≃≅〜": "~",
                "×✕": "x",
                "⁄∕": "/",
            }
        ),
        ("“B‑cell” – 1–2 × ULN", '"B-cell" - 1-2 x ULN'),
        True,
    ),
    Rule("decimal points in the middle", _replace(r"(?<=\d)·(?=\d)", "."), ("1·5", "1.5"), True),
    Rule("the sign for and", _replace("&", " and "), ("A & B", "A and B")),
    Rule(
        "letters that look the same",
        _replace(_LOOKALIKE_WORD, lambda word: word[0].translate(_LOOKALIKES)),
        ("Hepatitis С, АLL", "Hepatitis C, ALL"),  # with Cyrillic С and А
        True,
    ),
    Rule(
        "Greek letters",
        _replace(
            f"(?<![Α-ω])[αβγδεκλΓΔΛ](?![Α-ω])|(?<!{_LETTER})ß(?!{_LETTER})",
            lambda letter: _GREEK[letter[0].lower()],
        ),
        ("TGF-β", "TGF-beta"),
        True,
    ),
    Rule("letter case", str.casefold, ("ADULTS", "adults")),
    Rule("at least, in two signs", _replace(r">\s?=|=>", "≥", ">"), (">= 18", "≥ 18")),
    Rule("at most, in two signs", _replace(r"<\s?=|=<", "≤", "<"), ("=< 2", "≤ 2")),
    Rule(
        "plus or minus, in two signs",
        _replace(r"\+/-|(?<!\w)\+-(?=\s?\d)", "±", "+"),
        ("+/- 2", "± 2"),
    ),
    Rule(
        "about a number, as a sign",
        _replace(r"\bapprox(?:\.|imately\b)?\s*(?=\d)", "~"),
        ("approximately 36 months", "~36 months"),
    ),
    Rule("kinds of bracket", _replace_each({"[{": "(", "]}": ")"}), ("[PFS]", "(PFS)")),
    Rule(
        "kinds of quote",
        _replace(
            rf"`|(?<![\w'])'(?=\w)|(?<={_LETTER})'(?!\w)",
            lambda quote: "'" if _is_inside_a_word(quote) else '"',
        ),
        ("'wet'", '"wet"'),
    ),
    Rule(
        "emphasis", _replace(r"_+|(?<!\d)\*+|\*+(?![\da-z])", " ", "*_"), ("**all** _of_", "all of")
    ),
    Rule(
        "separators of thousands",
        _replace(
            r"(?<![\w.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+)(?!,?\d)",
            lambda number: re.sub(r"\D", "", number[0]),
        ),
        ("1,000 and 50 000", "1000 and 50000"),
    ),
    Rule("a naught left out", _replace(r"(?<![\w.])\.(?=\d)", "0.", "."), (".5 mg", "0.5 mg")),
    Rule("powers of a metre", _replace(r"(?<=m)\^(?=[23](?!\d))", "", "^"), ("mg/m^2", "mg/m2")),
    Rule(
        "times a number",
        _replace(r"(?<![^\W\d_])x(?=\d)|(?<=\d)\s?\*\s?(?=\d)", " x "),
        ("1.0*10^9", "1.0 x10^9"),
    ),
    Rule("dashes of a range", _replace(r"(?<=\d)\s*[-~]\s*(?=\d)", "-", "-~"), ("0 ~ 1", "0-1")),
    Rule("colons of a ratio", _replace(r"(?<=\d)\s*:\s*(?=\d)", ":", ":"), ("1 : 1", "1:1")),
    Rule(
        "dashes between words",
        _replace(rf"(?<=\w)-+(?={_LETTER})|(?<={_LETTER})\s+-+\s+(?={_LETTER})", " ", "-"),
        ("Progression-free - all", "Progression free all"),
    ),
    Rule(
        "strokes between words",
        _replace(rf"(?<={_LETTER})\s*/\s*(?={_LETTER})", " ", "/"),
        ("5 mg/kg and/or", "5 mg kg and or"),
    ),
    Rule(
        "spaces, and points, commas, colons between words",
        lambda text: " ".join(_tokens(text)),
        ("Adults ,  at  least 18years.", "adults, at least 18 years"),
    ),
)
"""The rules of `identity`, in the order of application."""

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # written without spaces
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)*|[{_IDEOGRAPHS}]|{_LETTER}(?:(?![{_IDEOGRAPHS}])\w)*|[^\s.,;:]"
)
_TOKEN_OF_ASCII = re.compile(r"[0-9]+(?:[.,:][0-9]+)*|[a-z][a-z0-9]*|[^\s.,;:]")


def _tokens(text: str) -> list[str]:
    """Return numbers, words and signs; points, commas and colons only within a number."""
    return (_TOKEN_OF_ASCII if text.isascii() else _TOKEN).findall(text)


_FOR_ASCII = tuple(rule.apply for rule in TYPOGRAPHY if not rule.beyond_ascii)
_FOR_ALL = tuple(rule.apply for rule in TYPOGRAPHY)


@lru_cache(maxsize=50_000)
def identity(text: str) -> str:
    """Return a key that is equal for two texts if they differ only in TYPOGRAPHY."""
    for apply in _FOR_ASCII if text.isascii() else _FOR_ALL:
        text = apply(text)
    return text


def same(a: str, b: str) -> bool:
    """Return whether two texts are the same but for TYPOGRAPHY."""
    return a == b or identity(a) == identity(b)


_LETTERS = {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
_ABBREVIATIONS = {
    "incorporated": "inc",
    "limited": "ltd",
    "corporation": "corp",
    "company": "co",
    "saint": "st",
    "mount": "mt",
    "fort": "ft",
}


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))


SPELLING: tuple[Rule, ...] = (
    Rule("accents", _without_accents, ("Hôpital", "Hopital"), True),
    Rule("letters of one alphabet", _replace_each(_LETTERS), ("Łódź", "Lodz"), True),
    Rule(
        "apostrophes",
        _replace(r"(?<=\w)['’‘`´\"“”](?=\w)", ""),
        ("Children's", "Childrens"),
    ),
    Rule("quotes and brackets", _replace(r"[()\[\]\"“”„«»'’‘]", " "), ("A (Main)", "A Main")),
    Rule(
        "words in short",
        _replace(
            rf"(?i)\b(?:{'|'.join(_ABBREVIATIONS)})\b", lambda word: _ABBREVIATIONS[word[0].lower()]
        ),
        ("Saint Louis, Limited", "St. Louis, Ltd."),
    ),
    Rule("an article before", _replace(r"(?i)^\s*the\s+", ""), ("The A Clinic", "A Clinic")),
)
"""Spellings of names that are no difference; applied before TYPOGRAPHY."""

_NAMES_OF_ASCII = tuple(rule.apply for rule in SPELLING if not rule.beyond_ascii)
_NAMES = tuple(rule.apply for rule in SPELLING)


@lru_cache(maxsize=50_000)
def name_identity(name: str) -> str:
    """Return a key that is equal for two names if they differ only in SPELLING and TYPOGRAPHY."""
    for apply in _NAMES_OF_ASCII if name.isascii() else _NAMES:
        name = apply(name)
    return identity(name)


def same_name(a: str, b: str) -> bool:
    """Return whether two names are the same but for SPELLING and TYPOGRAPHY."""
    return a == b or name_identity(a) == name_identity(b)


def words(text: str) -> list[str]:
    """Return the words, numbers and comparison signs of a text, in order, to measure likeness."""
    return [word for word in identity(text).split() if word[0].isalnum() or word in "<>≤≥=±"]


_BIDI_PATTERN = re.compile(f"[{_BIDI}]")


def without_direction_marks(text: str) -> str:
    """Return a text without characters that reverse the direction of the text after them."""
    return text if text.isascii() else _BIDI_PATTERN.sub("", text)


_SAME_FORM = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"'}
)


def normal(text: str) -> str:
    """Return a text for patterns: without escapes, case, final mark and kinds of dash and quote."""
    text = unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME_FORM)
    return " ".join(text.split()).rstrip(" .;,:").casefold()


def many(count: int, what: str) -> str:
    """Return a number with its noun: "1 location", "3 locations", "2 exclusion criteria"."""
    if count == 1:
        return f"1 {what}"
    plural = {"criterion": "criteria", "country": "countries", "entry": "entries"}
    head, _, last = what.rpartition(" ")
    return f"{count:,} {' '.join(filter(None, (head, plural.get(last, last + 's'))))}"


def ordinal(number: int) -> str:
    """Return "first" to "fifth", then "6th", "11th", "22nd"."""
    words = ("", "first", "second", "third", "fourth", "fifth")
    if number < len(words):
        return words[number]
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def blank(match: re.Match[str]) -> str:
    """Return spaces in place of a match, so that positions after it stay what they are."""
    return " " * len(match[0])


def capitalized(text: str) -> str:
    """Return a text with a capital first letter, otherwise unchanged."""
    return text[:1].upper() + text[1:]


_LOOSE_END = re.compile(
    r"(?:[\s,;:.(–—-]+(?:in|with|for|of|and|or|the|to|(?-i:an?)|at|as|on|from|by|vs))*[\s,;:.(…–—-]*$",
    re.IGNORECASE,
)
"""Words and signs that cannot precede an ellipsis. A capital A is a name: "influenza A"."""


def shortened(text: str, length: int) -> str:
    """Return a text of at most `length` characters, cut after a word that can end it."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if not text[length - 1].isspace() and " " in head[length // 2 :]:
        head = head.rsplit(" ", 1)[0]
    return f"{_LOOSE_END.sub('', head)}…"


def sentence(text: str) -> str:
    """Return a text with a full stop, unless it ends with one, as "Example Co., Ltd." does."""
    return text if text.rstrip("”’'\"").endswith((".", "!", "?", "…")) else f"{text}."


def first_sentence(text: str) -> str:
    """Return the first sentence of a summary."""
    return text.split(". ", maxsplit=1)[0].rstrip(".") + "." if text else ""


LONGEST_SLUG = 80  # characters: a file's name with it stays well below the limit of 255


def slug_of(name: str) -> str:
    """Return a name as part of an address: lower case without accents, digits, hyphens.

    A name that is too long is cut, and distinguished by a hash.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= LONGEST_SLUG:
        return slug
    return f"{slug[: LONGEST_SLUG - 9].rstrip('-')}-{sha256(slug.encode()).hexdigest()[:8]}"
