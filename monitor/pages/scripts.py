"""Values for scripts in the browser: each assigns one name, as no page may fetch() a file."""

import json
from typing import Any


def assignment(name: str, value: Any) -> bytes:
    """Return `NAME = …;` in ASCII without "<": safe within a script element."""
    data = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f"{name} = {data};\n".encode()
