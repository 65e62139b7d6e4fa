"""A small FHIR server on 127.0.0.1 that serves given resources in pages, and stumbles as it is told."""

import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE = 20
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "throttled",
           "diagnostics": "Ana Prueba is not to be seen"}]}  # fmt: skip


class StandIn:
    """What the server knows and has seen.

    Args:
        resources: Served by type, and by patient.
        faults: (path with query, how often it was asked before) -> the name of a fault of `_answer`, "" for none.
        token: Needed as a bearer token; "" for an open server.
    """

    def __init__(self, resources, *, faults=lambda path, before: "", token=""):
        self.by_type, self.by_key = {}, {}
        for one in resources:
            self.by_type.setdefault(one["resourceType"], []).append(one)
            self.by_key[f"{one['resourceType']}/{one['id']}"] = one
        self.faults, self.token = faults, token
        self.asked, self.answered, self.headers = Counter(), Counter(), []
        self.content_type = {}  # path -> another than application/fhir+json
        self.extra = {}  # path -> (status, body) or a function of the form that was posted
        self.url = ""


@contextmanager
def running(stand_in):
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def do_GET(self):
            _answer(stand_in, self)

        def do_POST(self):
            _answer(stand_in, self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}/fhir"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(stand_in, handler):
    path = handler.path
    length = int(handler.headers.get("Content-Length") or 0)
    form = {name: values[0] for name, values in parse_qs(handler.rfile.read(length).decode()).items()}
    fault = stand_in.faults(path, stand_in.asked[path])
    stand_in.asked[path] += 1
    stand_in.headers.append(dict(handler.headers))
    status, body = _respond(stand_in, path, form, handler.headers)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    extra = {}
    if fault.isdigit():
        status, content = int(fault), json.dumps(OUTCOME).encode()
        extra = {"Retry-After": "0"} if fault == "429" else {}
    elif fault == "outcome":
        content = json.dumps(OUTCOME).encode()
    elif fault == "half json":
        content = content[: len(content) // 2]
    elif fault == "foreign next":
        content = json.dumps({**body, "link": [{"relation": "next", "url": "http://127.0.0.1:9/steal"}]}).encode()
    elif fault == "circle":
        content = json.dumps({**body, "link": [{"relation": "next", "url": path}]}).encode()
    elif fault == "announce more":
        content = json.dumps({**body, "total": len(body["entry"]) + 3}).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", stand_in.content_type.get(path, "application/fhir+json"))
    handler.send_header("Content-Length", str(len(content)))
    for name, value in extra.items():
        handler.send_header(name, value)
    handler.end_headers()
    if fault == "half page":  # the connection breaks off
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True
        return
    handler.wfile.write(content)
    if status == 200 and not fault:
        stand_in.answered[path] += 1


def _respond(stand_in, path, form, headers):
    parts = urlsplit(path)
    name = parts.path.removeprefix("/fhir/")
    if parts.path in stand_in.extra:
        found = stand_in.extra[parts.path]
        return found(form) if callable(found) else found
    if stand_in.token and headers.get("Authorization") != f"Bearer {stand_in.token}":
        return 401, OUTCOME
    if name == "metadata":
        kinds = [{"type": kind} for kind in stand_in.by_type]
        return 200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": kinds}]}
    if "/" in name:
        return (200, stand_in.by_key[name]) if name in stand_in.by_key else (404, OUTCOME)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return 200, _page(stand_in, name, query)


def _page(stand_in, kind, query):
    found = stand_in.by_type.get(kind, [])
    if "patient" in query:
        wanted = f"Patient/{query['patient']}"
        found = [one for one in found if (one.get("subject") or one.get("patient") or {}).get("reference") == wanted]
    if "_id" in query:
        found = [one for one in found if one["id"] in query["_id"].split(",")]
    start, size = int(query.get("from", 0)), min(PAGE, int(query["_count"]))
    page = {
        "resourceType": "Bundle", "type": "searchset", "total": len(found), "link": [],
        "entry": [{"resource": one, "search": {"mode": "match"}} for one in found[start : start + size]],
    }  # fmt: skip
    if start + size < len(found):
        following = urlencode({**query, "from": start + size})
        page["link"].append({"relation": "next", "url": f"{stand_in.url}/{kind}?{following}"})
    return page
