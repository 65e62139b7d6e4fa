"""A small E-utilities server on 127.0.0.1 that is as strict, and as unreliable, as the real one."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from publications import citation, pubmed_set

FAULTS = ("too many", "server error", "half a page", "cut connection")
_PRIVATE = ("tool", "email", "api_key", "WebEnv")


class Entrez:
    """Serves `pmids`; every `fault_every`-th request fails, each kind of fault in turn."""

    def __init__(self, pmids, *, rate_per_s=60, fault_every=0):
        self.pmids, self.rate_per_s, self.fault_every = list(pmids), rate_per_s, fault_every
        self.hidden = set()  # ids that the search finds and that no longer exist
        self.forgets, self.always, self.shuffles, self.phrases = False, "", False, []
        self.paths, self.arrivals, self.keys, self.faults = [], [], [], []
        self.done, self.complaints = [], []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}/entrez/eutils"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def fault(self, path, params):
        """Write the request down, check NCBI's rules, and say what shall go wrong with it."""
        with self._lock:
            now = time.monotonic()
            self.paths.append(path)
            self.arrivals.append(now)
            self.keys.append(params.get("api_key", ""))
            if not params.get("tool") or "@" not in params.get("email", ""):
                self.complaints.append("nobody asks")
            if sum(now - at < 1 for at in self.arrivals) > self.rate_per_s:
                self.complaints.append("too fast")
            if self.fault_every and len(self.arrivals) % self.fault_every == 0:
                self.faults.append(FAULTS[len(self.faults) % len(FAULTS)])
                return self.faults[-1]
            return self.always

    def answer(self, name, params):
        """Status, type and body of a request that is served."""
        if name == "esearch.fcgi":
            found = {"count": str(len(self.pmids)), "idlist": self.pmids[: int(params["retmax"])]}
            if params.get("usehistory") == "y":
                found |= {"webenv": "MCID_1", "querykey": "1"}
            if self.phrases:
                found["errorlist"] = {"phrasesnotfound": self.phrases, "fieldsnotfound": []}
            return 200, "application/json", json.dumps({"esearchresult": found})
        if "id" in params:
            ids = params["id"].split(",")
        elif self.forgets or (params["WebEnv"], params["query_key"]) != ("MCID_1", "1"):
            error = "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
            return 400, "text/xml", error
        else:
            start = int(params["retstart"])
            ids = (self.pmids[::-1] if self.shuffles else self.pmids)[start : start + int(params["retmax"])]
        known = [pmid for pmid in ids if pmid in self.pmids and pmid not in self.hidden]
        return 200, "text/xml", pubmed_set(*map(citation, known))


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            params = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            fault = server.fault(self.path, params)
            if fault in ("too many", "server error"):
                echo = {
                    "error": "API rate limit exceeded",
                    "api-key": params.get("api_key"),
                    "query": params.get("term"),
                }
                return self._send(429 if fault == "too many" else 500, "application/json", json.dumps(echo))
            status, kind, body = server.answer(self.path.rsplit("/", 1)[1], params)
            if fault == "half a page":
                return self._send(status, kind, body[: len(body) // 2])
            if fault == "cut connection":
                self._send(status, kind, body, cut=True)
                return self.connection.close()
            server.done.append((self.path, *sorted((k, v) for k, v in params.items() if k not in _PRIVATE), status))
            return self._send(status, kind, body)

        def do_GET(self):
            server.complaints.append("a GET, whose address may be logged")
            self._send(405, "text/plain", "")

        def _send(self, status, kind, body, cut=False):
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if cut else data)
            if cut:
                self.close_connection = True

        def log_message(self, *_):
            pass

    return Handler
