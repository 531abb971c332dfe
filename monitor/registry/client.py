"""A client of the ClinicalTrials.gov API v2: the version, a search, studies by id.

Facts about the service come from its OpenAPI description (2.0.3) and from live observation in 2026:
pages in no stable order unless sorted, page tokens that return nonsense when parameters differ,
errors as plain text. So every response is checked, and a walk through pages that cannot be shown to
be complete is an error, never a shorter result.
"""

import gzip
import io
import ipaddress
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from monitor.registry.study import NCT_ID

Record = dict[str, Any]

FIELDS = "ProtocolSection,HasResults,DocumentSection,AnnotationSection"
"""The sections requested. Results, the largest part of a record, are not transferred."""

_FORM = {"fields": FIELDS, "markupFormat": "markdown"}
PAGE_SIZE = 1000  # the service's maximum; it silently lowers a larger number to it
BATCH = 100  # ids in one request: its address stays under 2,000 characters
ATTEMPTS = 3  # at a response that arrives incomplete or damaged
LONGEST_PAUSE = 120  # seconds, whatever a Retry-After says
EMPTY_PAGES = 100  # a walk may have this many more pages than studies
MOST_RECEIVED = 50_000_000  # bytes of one response as transferred: a full page has some 4 MB
MOST_UNPACKED = 200_000_000  # bytes unpacked, usually 30 MB: a megabyte of gzip can hold a gigabyte
LONGEST_INTEGER = 30  # digits
_RETRIED = (429, 500, 502, 503, 504)
_ID_AT_END = re.compile(r"(NCT[0-9]{8})/?$")


class RegistryError(Exception):
    """The registry could not be reached, or its response cannot be trusted; in one line."""


class _Incomplete(Exception):
    """A response that is cut short or damaged: the request is worth repeating."""


@dataclass(frozen=True)
class Version:
    """The response of /version."""

    api_version: str
    data_timestamp: str  # when the data was last loaded, UTC without a zone


@dataclass(frozen=True)
class Merged:
    """The registry redirects an id to the study that took over."""

    nct_id: str


class _Answer(NamedTuple):
    """A response of the service, whole and unpacked."""

    status: int
    kind: str  # its content type
    location: str  # where it redirects to; "" where it does not
    body: bytes
    value: Record | None = None  # the JSON object of a response with status 200

    @property
    def text(self) -> str:
        """Return the body as a text."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_text(self) -> bool:
        """Return whether it is a text of the service, and no page of a proxy."""
        return self.kind.startswith("text/plain")


class _PoliteRetry(Retry):
    """urllib3's retries, with a pause before the first one as well."""

    def get_backoff_time(self) -> float:
        return max(self.backoff_factor, super().get_backoff_time())


def is_loopback(base_url: str) -> bool:
    """Return whether an address is on this machine: a replay, not the real registry."""
    try:
        host = urlsplit(base_url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Registry:
    """A session with a registry: one request at a time, a second apart (no pause on this machine).

    Every method that sends a request raises RegistryError where the response cannot be trusted.
    """

    def __init__(
        self,
        base_url: str,
        contact: str,
        *,
        timeout: float = 60,  # seconds without a byte
        deadline: float = 300,  # seconds for one whole response: a slow trickle outlives a timeout
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._pause = 0.0 if is_loopback(base_url) else 1.0
        self._timeout = (min(10.0, timeout), timeout)
        self._deadline = deadline
        self._last_request = -self._pause
        self._started = time.monotonic()
        self.requests = 0  # so far, repeated ones included
        self.received = 0  # bytes of responses as transferred, without headers
        self._session = requests.Session()
        retry = _PoliteRetry(
            total=4,
            status_forcelist=_RETRIED,
            backoff_factor=self._pause,
            raise_on_status=False,
            retry_after_max=LONGEST_PAUSE,
            redirect=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        # The service refuses clients that pose as a browser; it accepts this form.
        self._session.headers["User-Agent"] = (
            f"python-requests/{requests.__version__} clinical-trial-monitor (+{contact})"
        )
        self._session.headers["Accept-Encoding"] = "gzip"  # the only one that _get unpacks

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def seconds(self) -> float:
        """Return the seconds since the session began."""
        return time.monotonic() - self._started

    def version(self) -> Version:
        """Return the version of the API and the time of its data."""
        answer = self._ask("version", {}, ("apiVersion", "dataTimestamp"), "the version")
        return Version(str(answer["apiVersion"]), str(answer["dataTimestamp"]))

    def search(self, condition: str) -> Iterator[Record]:
        """Yield every record that `query.cond=condition` matches, each once, in no set order.

        RegistryError may come after the last record, where the walk proves incomplete: then none of
        the records may be used.
        """
        return self._walk({"query.cond": condition}, f"the search for {condition!r}")

    def studies(self, nct_ids: Sequence[str]) -> Iterator[Record]:
        """Yield the records with these ids; an id that the registry does not have is left out.

        A merged id yields the record that took over, with the id among its aliases.
        """
        for start in range(0, len(nct_ids), BATCH):
            ids = nct_ids[start : start + BATCH]
            yield from self._walk({"filter.ids": ",".join(ids)}, f"{len(ids)} studies by id")

    def look_up(self, nct_id: str) -> Record | Merged | None:
        """Return a record; Merged where another took over; None where the registry has none."""
        failed = f"{nct_id} could not be looked up"
        answer = self._fetch(f"studies/{nct_id}", _FORM, ("protocolSection",), failed)
        if answer.value is not None:
            if _id_of(answer.value) != nct_id:
                raise RegistryError(f"{failed}: the registry gave {_id_of(answer.value)}")
            return answer.value
        if answer.status == 301:
            target = _ID_AT_END.search(urlsplit(answer.location).path)
            if target:
                return Merged(target[1])
        # A wrong address is a 404 as well, as HTML from a proxy: only a text with the id counts.
        if answer.status == 404 and answer.is_text and nct_id in answer.text:
            return None
        raise RegistryError(_refusal(failed, answer))

    def _walk(self, query: dict[str, str], what: str) -> Iterator[Record]:
        """Yield the records on all pages of a query, each once; `what` names it in errors."""
        parameters = {
            **query,
            **_FORM,
            "pageSize": str(PAGE_SIZE),
            # A date that never changes: sorting by one that does would lose studies between pages.
            "sort": "StudyFirstPostDate:asc",
            "countTotal": "true",
        }
        seen: set[str] = set()
        tokens: set[str] = set()
        total: int | None = None
        while True:
            page = self._ask("studies", parameters, ("studies",), what)
            total = _total(page, total, what)
            for record in page["studies"]:
                nct_id = _id_of(record)
                if nct_id not in seen:
                    seen.add(nct_id)
                    yield record
            token = page.get("nextPageToken")
            if not token:
                break
            if not isinstance(token, str):
                raise RegistryError(f"{what}: the registry's page token is no text")
            if token in tokens:
                raise RegistryError(f"{what}: the registry repeats a page token")
            tokens.add(token)
            if len(tokens) > total + EMPTY_PAGES:
                raise RegistryError(f"{what}: the registry's pages have no end")
            parameters["pageToken"] = token
        if len(seen) != total:
            raise RegistryError(f"{what}: the registry counts {total} studies but gave {len(seen)}")

    def _ask(
        self, path: str, parameters: dict[str, str], required: tuple[str, ...], what: str
    ) -> Record:
        """Return the JSON object at a path, which has the required keys."""
        answer = self._fetch(path, parameters, required, what)
        if answer.value is None:
            raise RegistryError(_refusal(f"{what} failed", answer))
        return answer.value

    def _fetch(
        self, path: str, parameters: dict[str, str], required: tuple[str, ...], what: str
    ) -> _Answer:
        """Return a response, with its JSON object if its status is 200; repeat incomplete ones."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._get(path, parameters)
                if answer.status != 200:
                    return answer
                return answer._replace(value=_parsed(answer, required))
            except _Incomplete as error:
                if attempt == ATTEMPTS:
                    raise RegistryError(f"{what}: {error}, {ATTEMPTS} times") from error
                time.sleep(self._pause * 2**attempt)
        raise AssertionError("unreachable")

    def _get(self, path: str, parameters: dict[str, str]) -> _Answer:
        """Send one request; return the response."""
        time.sleep(max(0.0, self._last_request + self._pause - time.monotonic()))
        self.requests += 1
        try:
            return _within(self._deadline, lambda: self._receive(path, parameters))
        finally:
            self._last_request = time.monotonic()

    def _receive(self, path: str, parameters: dict[str, str]) -> _Answer:
        """Read a whole response. Raises _Incomplete where it is cut short, late or too large."""
        end = time.monotonic() + self._deadline
        try:
            with self._session.get(
                f"{self.base_url}/{path}",
                params=parameters,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                # Not iter_content: it waits for a whole chunk however slowly that trickles in, and
                # does not report a truncated gzip.
                body = bytearray()
                self.requests += len(response.raw.retries.history) if response.raw.retries else 0
                while part := response.raw.read1(1 << 16, decode_content=False):
                    body += part
                    self.received += len(part)
                    if len(body) > MOST_RECEIVED:
                        raise _Incomplete(_too_large(MOST_RECEIVED))
                    if time.monotonic() > end:
                        raise _Incomplete(_too_late(self._deadline))
                headers = response.headers
                is_packed = body and headers.get("Content-Encoding") == "gzip"
                return _Answer(
                    response.status_code,
                    headers.get("Content-Type", ""),
                    headers.get("Location", ""),
                    _unpacked(body) if is_packed else bytes(body),
                )
        except requests.RequestException as error:
            raise RegistryError(
                f"{self.base_url}/{path} cannot be reached: {_cause(error)}"
            ) from error
        except (HTTPError, OSError, EOFError, zlib.error) as error:
            raise _Incomplete(f"the answer was cut short or damaged ({_cause(error)})") from error


Result = TypeVar("Result")


def _within(seconds: float, act: Callable[[], Result]) -> Result:
    """Return the result of `act`. Raises _Incomplete after that many seconds.

    A socket timeout starts again with each byte, and headers or chunk extensions may trickle in for
    ever. A thread that still waits then ends with the process.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(act())
        except BaseException as error:  # raised below, in the calling thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise _Incomplete(_too_late(seconds))
    if errors:
        raise errors[0]
    return results[0]


def _unpacked(body: bytearray) -> bytes:
    """Return the content of a gzip. Raises _Incomplete where it is larger than MOST_UNPACKED."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        text = file.read(MOST_UNPACKED + 1)
    if len(text) > MOST_UNPACKED:
        raise _Incomplete(_too_large(MOST_UNPACKED))
    return text


def _too_late(seconds: float) -> str:
    return f"no whole answer within {seconds:g} seconds"


def _too_large(most: int) -> str:
    return f"the answer has more than {most // 1_000_000:,} MB"


def _parsed(answer: _Answer, required: tuple[str, ...]) -> Record:
    """Return a body as a JSON object. Raises _Incomplete where it is none, or lacks a key."""
    if "json" not in answer.kind:
        raise _Incomplete("the answer is not JSON")
    try:
        # Not response.json(), which lets Latin-1 pass.
        value = json.loads(answer.body, parse_constant=_refuse_constant, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise _Incomplete("the answer is damaged JSON") from error
    if not isinstance(value, dict) or not all(key in value for key in required):
        raise _Incomplete(f"the answer lacks {' and '.join(required)}")
    if "studies" in required and not isinstance(value["studies"], list):
        raise _Incomplete("the answer's studies are not a list")
    return value


def _total(page: Record, total: int | None, what: str) -> int:
    """Return the number of studies that a page gives, or `total`, that of the pages before it.

    Raises RegistryError where there is none, or where the two differ.
    """
    count: Any = page.get("totalCount", total)
    if total is None and (not isinstance(count, int) or isinstance(count, bool)):
        raise RegistryError(f"{what}: the registry did not say how many studies it has")
    if total is not None and count != total:
        raise RegistryError(f"{what}: the registry counts {total} studies, then {count}")
    return int(count)


def _id_of(record: Any) -> str:
    """Return the NCT id of a record. Raises RegistryError where it has none."""
    try:
        nct_id = record["protocolSection"]["identificationModule"]["nctId"]
    except (KeyError, TypeError):
        nct_id = None
    if not isinstance(nct_id, str) or not NCT_ID.fullmatch(nct_id):
        raise RegistryError(f"the registry gave a study whose id is {nct_id!r}")
    return nct_id


def _integer(digits: str) -> int | float:
    """Return a whole number; one of very many digits as a float, which cannot fail."""
    return int(digits) if len(digits) < LONGEST_INTEGER else float(digits)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _refusal(what: str, answer: _Answer) -> str:
    reason = " ".join(answer.text.split())[:200] if answer.is_text else ""
    return f"{what}: the registry answered {answer.status}{reason and f' ({reason})'}"


def _cause(error: BaseException) -> str:
    """Return the message of the innermost exception, without the wrapping of three libraries."""
    while inner := (
        error.__cause__
        or error.__context__
        or next((argument for argument in error.args if isinstance(argument, BaseException)), None)
    ):
        error = inner
    return " ".join(str(error).split()) or type(error).__name__
