"""The website on this machine, built again when a file changes. Only here: watchfiles."""

import mimetypes
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

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
            if path not in files and f"{path}/index.html" in files:
                self.send_response(301)
                self.send_header("Location", f"/{quote(path)}/")
                self.end_headers()
                return
            found = path if path in files else "404.html"
            self.send_response(200 if found == path else 404)
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(files[found])

        do_HEAD = do_GET  # noqa: N815  # the name is the base class's

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{len(files)} files at {address} (Ctrl-C ends)", flush=True)
    folders = [root / name for name in ("content", "data", "templates")]
    for _ in watch(*(folder for folder in folders if folder.is_dir()), raise_interrupt=False):
        try:
            files = website.build(root, address)
            print("built again", flush=True)
        except Refused as refused:
            print(*refused.problems, sep="\n", file=sys.stderr, flush=True)
        except OSError as error:  # a file that is half saved
            print(error, file=sys.stderr, flush=True)
    server.shutdown()
