"""The first parts of the addresses of pages from data, which no text or disease may take."""

from typing import NamedTuple


class SitePart(NamedTuple):
    """A part of the site."""

    section: str = ""  # the section that the menu marks as open on its pages
    menu: str = ""  # its word in the menu; "" for none


ADDRESSES = {
    "trials": SitePart("trials"),
    "changes": SitePart("changes", "Changes"),
    "feeds": SitePart("alerts", "Get alerts"),
    "watch": SitePart("mine", "My trials"),
    "guides": SitePart("guides", "Guides"),
    "glossary": SitePart("guides"),
    "search": SitePart("search"),
    "data": SitePart(),
    "review": SitePart(),
    "static": SitePart(),
    "404": SitePart(),
}
"""By first part, in the order of the menu."""
