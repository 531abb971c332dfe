"""The first parts of the site's addresses: taken by pages that are made from data.

No text and no disease can have one of them for its own.
"""

from typing import NamedTuple


class Address(NamedTuple):
    """What stands below an address."""

    section: str = ""  # the part of the site that it belongs to: the menu marks it as open
    menu: str = ""  # its name in the menu; "" where it is not in the menu


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
"""By the first part, in the order of the menu."""
