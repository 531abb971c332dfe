"""Values for scripts in the browser: each assigns one name, as no page may fetch() a file."""

import json
from typing import Any


def assignment(name: str, value: Any) -> bytes:
    """`NAME = …;` in ASCII (so U+2028 is an escape) and without "<" (so `</script>` is none)."""
    data = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f"{name} = {data};\n".encode()
