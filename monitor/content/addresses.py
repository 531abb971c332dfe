"""The first parts of addresses that pages from data use; no text and no disease can have them."""

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
