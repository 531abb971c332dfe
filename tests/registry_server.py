"""A registry for tests, which answers over HTTP as the ClinicalTrials.gov API v2 does.

Sources of its behaviour: [S] the official OpenAPI description, API 2.0.3; [L] observed on the live
service in 2026; [T] a choice of this test registry, where nobody has recorded what the live service
does. Uses only the standard library.
"""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.registry_faults import Answer, Fault, Faults, Refusal, Request
from tests.registry_fields import PIECES, SORTABLE, prune, values, wanted

__all__ = ["Answer", "Fault", "Faults", "Record", "RegistryServer", "Request"]

Record = dict[str, Any]
Params = dict[str, str]

API = "/api/v2"
NCT_ID = re.compile(r"[Nn][Cc][Tt]0*([1-9]\d{0,7})")  # [S]
STUDY_PARAMETERS = {"format", "markupFormat", "fields"}  # [S]
DONE = {"query.cond", "filter.ids", "sort", "countTotal", "pageSize", "pageToken"}
NO_EFFECT = {  # [T] accepted, and added to `ignored`
    "query.term", "query.locn", "query.titles", "query.intr", "query.outc", "query.spons",
    "query.lead", "query.id", "query.patient", "aggFilters", "geoDecay", "postFilter.ids",
    *(f"{prefix}.{name}" for prefix in ("filter", "postFilter")
      for name in ("overallStatus", "geo", "advanced", "synonyms")),
}  # fmt: skip
LIST_PARAMETERS = STUDY_PARAMETERS | DONE | NO_EFFECT  # [S]
CHOICES = {"format": ("json",), "markupFormat": ("markdown", "legacy"),
           "countTotal": ("true", "false")}  # fmt: skip
NOT_DONE = {"metadata", "enums", "search-areas"}  # [S] under /studies, but not supported here
PROXY_404 = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>\n"


def words_match(record: Record, query: str) -> bool:
    """Return whether all words of `query` (or of one side of an OR) are in the record [T].

    In conditions, keywords and titles, whatever their case. The live service accepts Essie
    expressions and expands synonyms [S]; this is deliberately simpler.
    """
    texts = [values(record, PIECES[piece])
             for piece in ("Condition", "Keyword", "BriefTitle", "OfficialTitle")]  # fmt: skip
    words = set(re.findall(r"\w+", json.dumps(texts, ensure_ascii=False).lower()))
    sides = [set(re.findall(r"\w+", side.lower())) for side in re.split(r"\bOR\b", query)]
    return any(side - {"and"} <= words for side in sides)


def _malformed(name: str) -> Refusal:
    """Return the 400 for a malformed value; [L] for `nctId`, [T] for other parameters."""
    return Refusal(400, f"Parameter `{name}` has incorrect format")


def _full_id(text: str, parameter: str) -> str:
    """Return an id in its full form (`nct123` is NCT00000123 [S]). Raises Refusal."""
    if not (match := NCT_ID.fullmatch(text)):
        raise _malformed(parameter)
    return f"NCT{int(match[1]):08}"


def _id_of(record: Record) -> str:
    return str(record["protocolSection"]["identificationModule"]["nctId"])


class RegistryServer:
    """A registry: `with RegistryServer(records) as registry: get(registry.base_url + ...)`."""

    api_version = "2.0.5"  # [L]

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.data_timestamp = "2026-08-14T09:00:05"  # UTC without a zone [S]
        self.match: Callable[[Record, str], bool] = words_match  # decides on query.cond
        self.requests: list[Request] = []
        self.faults: deque[Fault | None] = deque()  # of the next answers; None for no fault
        self.always: Fault | None = None  # of every answer when `faults` is empty
        self.ignored: set[str] = set()  # parameters that were accepted without effect
        self.closed = False
        self._records: dict[str, Record] = {}
        self._hidden: set[str] = set()
        self._tokens: dict[str, int] = {}
        self._lists = 0  # number of pages sent
        self._lock = threading.RLock()
        for record in records:
            self.put(record)
        handler = type("Handler", (_Handler,), {"registry": self})
        self._server = _Server(handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}{API}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.closed = True
        self._server.shutdown()
        self._server.server_close()
        if self._server.errors and error is None:
            raise self._server.errors[0]

    def put(self, record: Record) -> None:
        """Add a whole or partial record, or replace the one with its id; undo `hide`."""
        with self._lock:
            self._records[_id_of(record)] = copy.deepcopy(record)
            self._hidden.discard(_id_of(record))

    def hide(self, nct_id: str) -> None:
        """Hide a study from query.cond, but not from its id: searches do lose studies for a day."""
        self._hidden.add(_id_of(self._records[nct_id]))

    def remove(self, nct_id: str) -> None:
        """Remove a study: 404 by its id, missing from every list."""
        with self._lock:
            del self._records[nct_id]

    def merge(self, old_id: str, new_id: str) -> None:
        """Merge a study into another: `old_id` becomes one of its nctIdAliases, and a 301 [S]."""
        with self._lock:
            old = self._records.pop(old_id, {})
            new = self._records[new_id]["protocolSection"]["identificationModule"]
            aliases = [old_id, *values(old, PIECES["NCTIdAlias"])]
            new["nctIdAliases"] = [*new.get("nctIdAliases", []), *aliases]

    def find(self, nct_id: str) -> Record | None:
        """Return the record with an id or, failing that, with that alias; None without either."""
        alias = PIECES["NCTIdAlias"]
        return self._records.get(nct_id) or next(
            (record for record in self._records.values() if nct_id in values(record, alias)), None
        )

    def token_for(self, offset: int) -> str:
        """Return a new page token for the rows from `offset` on."""
        token = hashlib.sha1(f"{offset} {len(self._tokens)}".encode()).hexdigest()[:16]
        self._tokens[token] = offset
        return token

    def offset_of(self, params: Params) -> int:
        """Return the offset of a request's page; a token that was never sent is a 400 [T]."""
        if "pageToken" not in params:
            return 0
        if params["pageToken"] not in self._tokens:
            raise _malformed("pageToken")
        return self._tokens[params["pageToken"]]

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, with the next fault applied."""
        with self._lock:
            self.requests.append(request)
            answer = Answer(self, request)
            try:
                answer.payload = self._payload(request)
                answer.headers["Content-Type"] = "application/json"
            except Refusal as refusal:
                answer.say(refusal.status, refusal.text)
                answer.headers |= refusal.headers
            fault = self.faults.popleft() if self.faults else self.always
            if fault:
                answer.payload = copy.deepcopy(answer.payload)
                fault(answer)
            return answer

    def _payload(self, request: Request) -> Any:
        """Return the JSON value for a request. Raises Refusal."""
        path = unquote(request.path)
        place = path.removeprefix(API) if path.startswith(API) else ""
        if place == "/version":
            self._check(request, set())
            return {"apiVersion": self.api_version, "dataTimestamp": self.data_timestamp}
        if place == "/studies":
            self._check(request, LIST_PARAMETERS)
            return self.page(request.params)
        if single := re.fullmatch("/studies/([^/]+)", place):
            if single[1] in NOT_DONE:
                raise Refusal(400, f"The test registry does not do {place}")
            self._check(request, STUDY_PARAMETERS)
            return self._study(_full_id(single[1], "nctId"), request.params)
        # [L] not the service itself but the proxy before it
        raise Refusal(404, PROXY_404, {"Content-Type": "text/html"})

    def _check(self, request: Request, parameters: set[str]) -> None:
        """Refuse other parameters, unknown fields [L], and impossible values [S]."""
        names = [name for name, _ in parse_qsl(urlsplit(request.url).query, True)]
        for name, value in request.params.items():
            if name not in parameters:
                raise Refusal(400, f"`{name}` is unknown parameter")
            if names.count(name) > 1:  # [S] lists are one value (explode: false); text [T]
                raise Refusal(400, f"Parameter `{name}` is given more than once")
            if value not in CHOICES.get(name, (value,)):
                raise Refusal(400, f"The test registry does not do {name}={value}")
            if name in NO_EFFECT or value == "legacy":
                self.ignored.add(name)
        try:
            wanted(request.params.get("fields"))
        except KeyError as unknown:  # [L] that it is a 400, [T] its text
            raise Refusal(400, f"Parameter `fields` contains unknown field {unknown}") from None

    def _study(self, nct_id: str, params: Params) -> Record:
        """Return a single study. Unknown: 404 [L]; an alias: 301 without the query string [L]."""
        record = self.find(nct_id)
        if record is None:
            raise Refusal(404, f"NCT number {nct_id} not found")
        if _id_of(record) != nct_id:
            raise Refusal(301, "", {"Location": f"{API}/studies/{_id_of(record)}"})
        return dict(prune(record, wanted(params.get("fields"))))

    def page(self, params: Params) -> Record:
        """Return a page of the list."""
        page_size = params.get("pageSize", "0")
        if not re.fullmatch(r"\d+", page_size):  # [S] has a minimum of 0
            raise _malformed("pageSize")
        size = min(int(page_size) or 10, 1000)  # 0 is the default, more than 1,000 is 1,000 [S]
        offset = self.offset_of(params)
        self._lists += 1
        rows = self._sorted(self._selected(params), params.get("sort", ""))
        # The rows are those of *this* request's parameters: a token that came with others is not
        # refused, and gives wrong rows [L].
        tree = wanted(params.get("fields"))
        page: Record = {"studies": [prune(row, tree) for row in rows[offset : offset + size]]}
        if offset + size < len(rows):
            page["nextPageToken"] = self.token_for(offset + size)  # absent on the last page [S]
        if params.get("countTotal") == "true" and "pageToken" not in params:
            page["totalCount"] = len(rows)  # on the first page only [S]
        return page

    def _selected(self, params: Params) -> list[Record]:
        """Return the studies that match the query and the filter, by id."""
        rows = [self._records[key] for key in sorted(self._records)]
        if query := params.get("query.cond"):
            rows = [row for row in rows
                    if _id_of(row) not in self._hidden and self.match(row, query)]  # fmt: skip
        if (ids := params.get("filter.ids")) is not None:  # one malformed: all fails [L]
            matches = [self.find(_full_id(one, "filter.ids")) for one in re.split("[,|]", ids)]
            wanted_ids = {_id_of(row) for row in matches if row}  # unknown ids are left out [L]
            rows = [row for row in rows if _id_of(row) in wanted_ids]
        return rows

    def _sorted(self, rows: list[Record], sort: str) -> list[Record]:
        """Return `rows` in the requested order: by at most two keys, dates or numbers [S].

        Of numbers only EnrollmentCount is supported, and @relevance is not.
        """
        keys = [key.partition(":") for key in re.split("[,|]", sort) if sort]
        if len(keys) > 2 or any(way not in ("", "asc", "desc") for _, _, way in keys):
            raise _malformed("sort")
        for name, _, _ in keys:
            if name not in SORTABLE:
                raise Refusal(400, f"Parameter `sort` can't use `{name}`")  # [L], text [T]
        if not keys and rows:  # no order, and not the same one twice [S][L]
            turn = self._lists % len(rows)
            return rows[turn:] + rows[:turn]
        for name, _, direction in reversed(keys):  # ties stay in the order of their ids [T]
            way = direction or ("asc" if name == "EnrollmentCount" else "desc")  # [S]
            valued = [(own[0], row) for row in rows if (own := values(row, SORTABLE[name]))]
            # A test may put anything into a date; numbers and texts are not compared.
            valued.sort(
                key=lambda p: (isinstance(p[0], str), p[0] if isinstance(p[0], int | str) else 0),
                reverse=way == "desc",
            )
            last = [row for row in rows if not values(row, SORTABLE[name])]  # always last [S]
            rows = [row for _, row in valued] + last
        return rows


class _Server(ThreadingHTTPServer):
    """A server that keeps exceptions: mistakes in a test's own fault or match, or in this file."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.errors: list[BaseException] = []

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if error and not isinstance(error, ConnectionError):  # a client may go away
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    """Receives requests and sends the registry's answers."""

    registry: RegistryServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: object) -> None:
        """Say nothing: `RegistryServer.requests` has it all."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        params = dict(parse_qsl(url.query, keep_blank_values=True))
        request = Request(url.path, params, self.headers, self.path, time.monotonic())
        answer = None if self.registry.closed else self.registry.answer(request)
        if answer is None or answer.dropped:
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer.raw is not None:
            self.close_connection = True
            for piece in answer.raw:
                self.wfile.write(piece)
            return
        text = answer.text
        if answer.payload is not None:
            text = json.dumps(answer.payload, ensure_ascii=False)
        body = text.encode(answer.charset, "replace")
        is_json = answer.headers.get("Content-Type") == "application/json"
        if body and is_json and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            answer.headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        body = answer.recode(body)
        self.send_response(answer.status)
        answer.headers["Content-Length"] = str(len(body))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        left = len(body)
        for piece in answer.send(body):
            self.wfile.write(piece)
            left -= len(piece)
        self.close_connection = self.close_connection or left != 0
