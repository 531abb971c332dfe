"""The first parts of the addresses of pages from data, which no text or disease may take."""

from typing import NamedTuple


class Address(NamedTuple):
    """A part of the site."""

    section: str = ""  # the section that the menu marks as open on its pages
    menu: str = ""  # its word in the menu; "" for none


ADDRESSES = {
    "trials": Address("trials"),
    "changes": Address("changes", "Changes"),
    "feeds": Address("alerts", "Get alerts"),
    "watch": Address("mine", "My trials"),
    "guides": Address("guides", "Guides"),
    "glossary": Address("guides"),
    "search": Address("search"),
    "data": Address(),
    "review": Address(),
    "static": Address(),
    "404": Address(),
}
"""By first part, in the order of the menu."""
