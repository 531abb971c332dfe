"""Data files of scripts: each assigns a name, since a page opened from disk may not fetch()."""

import json
from typing import Any


def assignment(name: str, value: Any) -> bytes:
    """Return `NAME = …;` in ASCII without "<": safe within a script element."""
    data = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f"{name} = {data};\n".encode()
