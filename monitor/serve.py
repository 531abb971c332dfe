"""The website on this machine, built again when a file changes. Only here: watchfiles."""

import mimetypes
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchfiles import watch

from monitor import website
from monitor.problems import Refused


def serve(root: Path, port: int) -> None:
    """Serve on 127.0.0.1 until interrupted. The site is kept in memory; nothing is written.

    Raises Refused where the tree is at fault to begin with; later faults are printed, and the last
    good site stays.
    """
    address = f"http://127.0.0.1:{port}/"
    files = website.build(root, address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            path += "index.html" if path == "" or path.endswith("/") else ""
            found = path if path in files else "404.html"
            self.send_response(200 if found == path else 404)
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(files[found])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{len(files)} files at {address} (Ctrl-C ends)", flush=True)
    for _ in watch(*(root / name for name in ("content", "data", "templates"))):
        try:
            files = website.build(root, address)
            print("built again", flush=True)
        except Refused as refused:
            print(*refused.problems, sep="\n", file=sys.stderr, flush=True)
    server.shutdown()
