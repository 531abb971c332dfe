"""Serves the website on this machine, and reads the tree again when a file changes."""

import mimetypes
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from watchfiles import watch

from monitor import website
from monitor.problems import Refused


def serve(root: Path, port: int) -> None:
    """Serve a tree's website on 127.0.0.1 until interrupted; render a page on request.

    Raises Refused where the tree is at fault at the start, and where the port is in use. Later
    faults are printed, and the last sound website stays.
    """
    address = f"http://127.0.0.1:{port}/"
    site = _sound(root, address)
    try:
        server = _Server(port, site)
    except OSError as error:
        raise Refused(f"port {port}: {error.strerror}. Name another with --port") from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{len(site.by_path)} files at {address} (Ctrl-C ends)", flush=True)
    for edited in _sites(root, address, site.records):
        server.site = edited
        print("read again", flush=True)
    server.shutdown()


def _sites(root: Path, address: str, records: website.Records | None) -> Iterator[website.Website]:
    """Yield the website after each edit that leaves it sound; print the problems of others."""
    folders = [root / name for name in ("content", "data", "templates")]
    for changes in watch(*(folder for folder in folders if folder.is_dir()), raise_interrupt=False):
        if any(Path(path).is_relative_to(root / "data") for _, path in changes):
            records = None
        try:
            site = _sound(root, address, records)
            records = site.records
            yield site
        except Refused as refused:
            print(*refused.problems, sep="\n", file=sys.stderr, flush=True)
        except OSError as error:  # a file that an editor is still saving
            print(error, file=sys.stderr, flush=True)


class _Server(ThreadingHTTPServer):
    """Serves a website, which `serve` replaces by the one after an edit."""

    def __init__(self, port: int, site: website.Website) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site


class _Handler(BaseHTTPRequestHandler):
    """Answers with a page as GitHub Pages would, or with the problems that it has."""

    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        path = unquote(urlsplit(self.path).path).lstrip("/")
        path += "index.html" if path == "" or path.endswith("/") else ""
        if path not in site.by_path and f"{path}/index.html" in site.by_path:
            self.send_response(301)
            self.send_header("Location", f"/{quote(path)}/")
            self.end_headers()
            return
        page = path if path in site.by_path else "404.html"
        try:
            content = site.file(page)
        except Refused as refused:
            self._send(500, "text/plain", "\n".join(refused.problems).encode())
            return
        kind = mimetypes.guess_type(page)[0] or "application/octet-stream"
        self._send(200 if page == path else 404, kind, content)

    do_HEAD = do_GET  # noqa: N815  # the name is the base class's

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def _sound(root: Path, address: str, records: website.Records | None = None) -> website.Website:
    """Return the website of a tree. Raises Refused with its problems."""
    site = website.plan(root, address, records=records)
    if site.problems:
        raise Refused(*site.problems)
    return site
