"""Names of countries: the registry's, short ones, in a sentence, and those people type."""

_PLAIN = {
    "Czech Republic": "Czechia",
    "Korea, Republic of": "South Korea",
    "Russian Federation": "Russia",
    "Turkey (Türkiye)": "Turkey",
}
_SHORT = {**_PLAIN, "United Kingdom": "UK", "United States": "US"}
_OTHERS = {
    "Korea, Republic of": ("Korea",),
    "South Korea": ("Korea", "Korea, Republic of"),
    "Netherlands": ("Holland", "The Netherlands"),
    "Turkey (Türkiye)": ("Türkiye",),
    "United Kingdom": ("Britain", "Great Britain", "England", "Scotland", "Wales"),
    "United States": ("USA", "America"),
}


def short(country: str) -> str:
    """Return a name for a narrow column."""
    return _SHORT.get(country, country)


def in_sentence(country: str) -> str:
    """Return a name as a sentence has it: "the United States"."""
    name = _PLAIN.get(country, country)
    has_article = name.startswith(("United ", "Netherlands", "Philippines"))
    return f"the {name}" if has_article else name


def names_of(country: str) -> list[str]:
    """Return what people may type for a country, the registry's name first."""
    return list(dict.fromkeys((country, short(country), *_OTHERS.get(country, ()))))
