"""Values for scripts in the browser: each assigns one name, as no page may fetch() a file."""

import json
from typing import Any


def assignment(name: str, value: Any) -> bytes:
    """`NAME = …;` in ASCII (so U+2028 is an escape) and without "<" (so `</script>` is none)."""
    made = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return f"{name} = {made};\n".encode()
