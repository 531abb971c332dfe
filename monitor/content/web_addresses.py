"""Addresses on the web, as people write them in content/ and on the command line."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from monitor.content.front_matter import Checked, Field

_IN_ADDRESS = re.compile(r"""[^\s"'<>\\`{}|^\x00-\x1f\x7f-\x9f\u200b-\u206f\ud800-\udfff]+""")
_NO_ADDRESS = "is not an address of the form https://host/path"


def web_address(value: object) -> str:
    """Return a value as an address on the web. Raises ValueError otherwise."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:  # an open bracket, a port beyond 65,535
        is_address = False
    if not is_address or not _IN_ADDRESS.fullmatch(text):
        raise ValueError(_NO_ADDRESS)
    return text


def base_address(value: object) -> str:
    """Return a value as an address that paths can be added to. Raises ValueError otherwise."""
    if re.search("[?#@]", str(value)):
        raise ValueError(f"{_NO_ADDRESS}, without ?, # and @")
    return web_address(value)


WebAddress = Annotated[str, Checked(web_address), Field(examples=["https://…"])]
BaseAddress = Annotated[str, Checked(lambda value: base_address(value) if value else "")]
"""An address that paths are added to; "" for none."""
