"""The test registry's answers, and faults that change one before it is sent."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.registry_server import RegistryServer


class Refusal(Exception):
    """A refusal of the registry: status, text and headers of an answer that is no JSON."""

    def __init__(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers or {}


class Request(NamedTuple):
    """A request as received; keys of `headers` may be in any case."""

    path: str
    params: dict[str, str]
    headers: Message
    url: str  # path and query, as received
    at: float  # time.monotonic()


@dataclass
class Answer:
    """An answer before it is sent, which a fault may change."""

    registry: RegistryServer
    request: Request
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    payload: Any = None  # the JSON body; None where there is only text
    text: str = ""
    charset: str = "utf-8"
    dropped: bool = False
    recode: Callable[[bytes], bytes] = bytes  # on the (zipped) body, before Content-Length is set
    send: Callable[[bytes], Iterable[bytes]] = lambda body: (body,)  # after it is set
    raw: Iterable[bytes] | None = None  # bytes to send instead of all that

    def say(self, status: int, text: str, content_type: str = "text/plain; charset=UTF-8") -> None:
        """Answer with text instead of JSON. Errors are text/plain, never JSON [L]."""
        self.status, self.text, self.payload = status, text, None
        self.headers["Content-Type"] = content_type


Fault = Callable[[Answer], None]

_CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def _slowly(head: bytes, piece: bytes, pieces: int, pause: float) -> Iterator[bytes]:
    yield head
    clock = threading.Event()  # not time.sleep, which tests of the client replace
    for _ in range(pieces):
        clock.wait(pause)
        yield piece


class Faults:
    """Functions that return faults for `RegistryServer.faults`."""

    @staticmethod
    def status(code: int, text: str = "", **headers: str) -> Fault:
        """Answer `code` with a text: 429, 500, 503... `Retry_After="5"` gives that header."""

        def fault(answer: Answer) -> None:
            answer.say(code, text or f"Error {code}")
            answer.headers |= {name.replace("_", "-"): value for name, value in headers.items()}

        return fault

    @staticmethod
    def drop() -> Fault:
        """Close the connection before a byte of the answer."""
        return lambda answer: setattr(answer, "dropped", True)

    @staticmethod
    def cut(keep: float = 0.5) -> Fault:
        """Send a part of the body, fewer bytes than Content-Length says, and close."""
        return lambda answer: setattr(answer, "send", lambda body: (body[: int(len(body) * keep)],))

    @staticmethod
    def cut_quietly(keep: float = 0.5) -> Fault:
        """Send a truncated body with a Content-Length to match: of gzip, a truncated gzip."""
        return lambda answer: setattr(answer, "recode", lambda body: body[: int(len(body) * keep)])

    @staticmethod
    def drip(pieces: int = 5, pause: float = 0.02) -> Fault:
        """Send the body in some pieces, with a pause before each."""

        def send(body: bytes) -> Iterator[bytes]:
            size = max(1, -(-len(body) // pieces))
            for start in range(0, len(body), size):
                time.sleep(pause)
                yield body[start : start + size]

        return lambda answer: setattr(answer, "send", send)

    @staticmethod
    def drip_headers(pieces: int = 50, pause: float = 0.02) -> Fault:
        """Send endless headers, one piece at a time."""
        return lambda answer: setattr(
            answer, "raw", _slowly(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", pieces, pause)
        )

    @staticmethod
    def drip_chunk(pieces: int = 50, pause: float = 0.02) -> Fault:
        """Send a chunk with an endless size line."""
        return lambda answer: setattr(
            answer, "raw", _slowly(_CHUNKED + b"5;extension=", b"x", pieces, pause)
        )

    @staticmethod
    def endless(most: int = 1 << 30) -> Fault:
        """Send an endless body (up to `most` bytes, in case nobody stops it)."""
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        return lambda answer: setattr(
            answer, "raw", _slowly(_CHUNKED, chunk, most // 0x10000, pause=0)
        )

    @staticmethod
    def bomb(size: int = 1 << 28) -> Fault:
        """Send a small gzip that unpacks to `size` bytes."""
        body = gzip.compress(b" " * (1 << 20)) * (size >> 20)  # members, one after the other

        def fault(answer: Answer) -> None:
            answer.headers["Content-Encoding"] = "gzip"
            answer.recode = lambda _: body

        return fault

    @staticmethod
    def wrong_total(by: int = 1) -> Fault:
        """Send a totalCount that is wrong by `by`."""
        return lambda answer: answer.payload.update(totalCount=answer.payload["totalCount"] + by)

    @staticmethod
    def repeat_token() -> Fault:
        """Send a later page whose nextPageToken is that of its request."""
        return lambda answer: answer.payload.update(
            nextPageToken=answer.request.params["pageToken"]
        )

    @staticmethod
    def duplicate(index: int = 0) -> Fault:
        """Send a page with one of its studies a second time, at the end."""
        return lambda answer: answer.payload["studies"].append(answer.payload["studies"][index])

    @staticmethod
    def page_twice() -> Fault:
        """Send a later page with the studies of the first one."""

        def fault(answer: Answer) -> None:
            params = {k: v for k, v in answer.request.params.items() if k != "pageToken"}
            answer.payload["studies"] = answer.registry.page(params)["studies"]

        return fault

    @staticmethod
    def lose(index: int = 0) -> Fault:
        """Send a page without one of its studies, which totalCount still counts."""
        return lambda answer: answer.payload["studies"].pop(index)

    @staticmethod
    def empty_page() -> Fault:
        """Send no studies, and a token for the same place: allowed, not an error [S]."""

        def fault(answer: Answer) -> None:
            offset = answer.registry.offset_of(answer.request.params)
            answer.payload.update(studies=[], nextPageToken=answer.registry.token_for(offset))

        return fault

    @staticmethod
    def html(text: str = "<!DOCTYPE html><title>Maintenance</title>\n") -> Fault:
        """Send a web page with status 200 instead of JSON."""
        return lambda answer: answer.say(200, text, "text/html; charset=UTF-8")

    @staticmethod
    def bad_json() -> Fault:
        """Send a complete body of type JSON that does not parse."""
        return lambda answer: answer.say(200, json.dumps(answer.payload)[:-1], "application/json")

    @staticmethod
    def deep(levels: int = 100_000) -> Fault:
        """Send JSON that is nested too deeply for any parser."""
        return lambda answer: answer.say(200, "[" * levels, "application/json")

    @staticmethod
    def latin1() -> Fault:
        """Send the body in Latin-1 instead of UTF-8, with the same Content-Type."""
        return lambda answer: setattr(answer, "charset", "latin-1")

    @staticmethod
    def other_json(payload: Any = None) -> Fault:
        """Send JSON of another shape."""
        other = {"unexpected": True} if payload is None else payload
        return lambda answer: setattr(answer, "payload", other)

    @staticmethod
    def new_data(timestamp: str) -> Fault:
        """Send a good answer, and load new data afterwards."""
        return lambda answer: setattr(answer.registry, "data_timestamp", timestamp)
