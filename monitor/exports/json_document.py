"""Writes JSON that people can read, too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_ROW = json.JSONEncoder(ensure_ascii=False).encode


def json_document(head: Mapping[str, Any], **lists: Sequence[Mapping[str, Any]]) -> bytes:
    """Return an object as indented JSON, with each item of its `lists` on a line of its own."""
    text = json.dumps(head, ensure_ascii=False, indent=1)
    for name, items in lists.items():
        lines = ",\n".join(map(_ROW, items))
        text = f'{text[:-2]},\n "{name}": [\n{lines}\n ]\n}}'
    return f"{text}\n".encode()
