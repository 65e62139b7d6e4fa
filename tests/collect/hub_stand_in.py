"""A server on this machine that answers as the Hugging Face hub does for one data set: what it holds, and its files."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(folder, *, commit, broken=""):
    """Serve `folder` as owner/name at `commit`; gives the address, and the paths asked for.

    Any other commit is answered 404 with the hub's own error code. Of a file whose name ends in `broken` the
    server gives half, and hangs up.
    """
    asked = []
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            asked.append(self.path)
            self._answer()

        def do_HEAD(self):
            self._answer(body=False)

        def _answer(self, *, body=True):
            path = self.path.split("?")[0]
            info, resolve = f"/api/datasets/owner/name/revision/{commit}", f"/datasets/owner/name/resolve/{commit}/"
            name = path.removeprefix(resolve)
            if path == info:
                siblings = [{"rfilename": name} for name in files]
                held = {"id": "owner/name", "sha": commit, "siblings": siblings, "private": False, "gated": False}
                self._send(200, json.dumps(held).encode(), {"Content-Type": "application/json"}, body)
            elif path.startswith(f"/api/datasets/owner/name/tree/{commit}"):
                tree = [
                    {"type": "file", "path": n, "size": len(d), "oid": hashlib.sha1(d).hexdigest()}
                    for n, d in files.items()
                ]
                self._send(200, json.dumps(tree).encode(), {"Content-Type": "application/json"}, body)
            elif path.startswith(resolve) and name in files:
                tag = hashlib.sha1(files[name]).hexdigest()
                self._send(200, files[name], {"ETag": f'"{tag}"', "X-Repo-Commit": commit}, body)
            else:
                self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"}, body)

        def _send(self, status, data, headers, body):
            self.send_response(status)
            for key, value in ({"Content-Length": str(len(data))} | headers).items():
                self.send_header(key, value)
            self.end_headers()
            if body:
                cut = bool(broken) and self.path.endswith(broken)
                self.wfile.write(data[: len(data) // 2] if cut else data)
                self.close_connection = cut

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
