"""Places in a page that show the night: left open when it is made, stamped when it is written.

A page that is made from one record changes each night all the same, as it says how old the data is.
So what only the night decides is stamped on it last, and a page that an earlier night left is
stamped anew where it was stamped then: it need not be made again.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

Stamp = tuple[
    int, int, str
]  # where in the page's bytes, how many of them, the name of what it says


class Stamps:
    """What is stamped tonight: `says` gives the text for a name."""

    def __init__(self, says: Callable[[str], str]) -> None:
        self.says = says
        # Nobody can guess it, so no text of a record can hold it; and it is the same in a URL.
        self.mark = secrets.token_hex(8)

    def place(self, name: str) -> Markup:
        """What a page holds until it is stamped. A name has letters, digits, dots, hyphens, _."""
        return Markup(f"{self.mark}{name}{self.mark}")  # noqa: S704  # letters and digits

    def stamp(self, page: bytes) -> tuple[bytes, list[Stamp]]:
        """A page that was just made, with every place filled."""
        parts = page.split(self.mark.encode())
        return self._filled(parts[::2], [name.decode() for name in parts[1::2]])

    def renew(self, page: bytes, stamps: Sequence[Stamp]) -> tuple[bytes, list[Stamp]]:
        """A page of an earlier night, with tonight's stamps in the places of those it has."""
        between, end = [], 0
        for at, length, _ in stamps:
            between.append(page[end:at])
            end = at + length
        return self._filled([*between, page[end:]], [name for _, _, name in stamps])

    def _filled(self, between: list[bytes], names: Iterable[str]) -> tuple[bytes, list[Stamp]]:
        """Pieces of a page with what is said between them."""
        done, stamps, length = [between[0]], list[Stamp](), len(between[0])
        for name, after in zip(names, between[1:], strict=True):
            said = self.says(name).encode()
            stamps.append((length, len(said), name))
            done += [said, after]
            length += len(said) + len(after)
        return b"".join(done), stamps
