"""A live FHIR R4 server: its patients by search, then of each patient every resource that a timeline is made of.

The source's path is `fhir+https://host/base`, or `fhir+http://127.0.0.1:port/base` on this machine. A query after it
chooses the patients (`fhir+https://host/base?organization=12`). Credentials: see `fhir_auth`.

Every finished page is kept in a folder of mode 0700, so that a collection that was interrupted asks for none of them again.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from helpers.clinical import fhir_events, fhir_references
from helpers.collect import intake, permission
from helpers.collect.health_records import fhir_auth, fhir_bulk, fhir_http, fhir_records, fhir_store
from helpers.collect.health_records.fhir_store import Item
from helpers.collect.health_records.labels import Labels
from helpers.core import files, paths
from helpers.core.errors import RecordError, StageError

PREFIX = "fhir+"
PAGE_SIZE = 200

_MISSING = (400, 403, 404, 405, 406, 410, 501)


def rows(
    address: str,
    table: Labels,
    *,
    card: str,
    scratch: Path | None = None,
    cards: Path = paths.DATA_CARDS,
    pause_s: float = 1.0,
) -> Iterator[intake.Row]:
    """Read a server: one row a patient, and the quarantine rows of what is set aside.

    Args:
        address: As the source's path gives it, with `fhir+`.
        table: What tells the labels.
        card: The source's data card, which names the credentials and, in `hosts`, the server (but for this machine).
        scratch: Where finished pages are kept; for None they go when the reading ends.
        cards: Folder of the data cards.
        pause_s: As `fhir_http.send`.

    Raises:
        EgressError: If the server would be reached without encryption, or its card does not name it.
        ApprovalError: If there is no card.
        RecordError: If it answers with an OperationOutcome or anything else that is no Bundle, is not R4, or its paging
            leads to another server or in a circle.
        StageError: If it refuses the credentials, or gives no whole answer after several tries.
    """
    base = fhir_http.checked(address.removeprefix(PREFIX))
    query, base = base.params, base.copy_with(query=None, fragment=None)
    if not fhir_http.is_local(base):
        permission.check_host(card, base.host, folder=cards)
    with tempfile.TemporaryDirectory(prefix="fhir-", dir=scratch) as passing, fhir_http.client(base) as client:
        folder = scratch / f"fhir-{card}" if scratch else Path(passing)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        access = fhir_auth.Access(card, base=base, client=client, pause_s=pause_s)
        server = Server(base, client, access, folder, pause_s=pause_s)
        offered = server.types() or set(fhir_events.READ)
        kinds = [kind for kind in fhir_events.READ if kind in offered]
        for kind in sorted(set(fhir_events.READ) - set(kinds)):
            yield intake.Row(kind, "metadata", {}, "the server offers no resources of this type")
        seen: set[str] = set()
        for page in server.search("Patient", {**query, "_count": str(PAGE_SIZE)}):
            for item in fhir_bulk.entries("Patient", page):
                yield from _patient(server, item, kinds, table, seen)


class Server:
    """Pages and single resources of one server, each asked for once and kept.

    Args:
        base: Its address.
        client: Sends the requests.
        access: Gives the Authorization header.
        folder: Where answers are kept.
        pause_s: As `fhir_http.send`.
    """

    def __init__(
        self, base: httpx.URL, client: httpx.Client, access: fhir_auth.Access, folder: Path, *, pause_s: float
    ) -> None:
        self.base, self._client, self._access, self._folder, self._pause_s = base, client, access, folder, pause_s

    def types(self) -> set[str]:
        """Resource types that the server's CapabilityStatement offers; none where it has no such statement.

        Raises:
            RecordError: If the server speaks another version of FHIR.
        """
        found = self._read(self._url("metadata"), "metadata", missing_ok=True)
        version = str(found.get("fhirVersion") or "4.0.1")
        if not version.startswith(("4.0.", "4.3.")):
            raise RecordError("The FHIR server speaks another version", found=version[:10], expected="4.0.1 (R4)")
        return {str(one.get("type")) for part in _objects(found, "rest") for one in _objects(part, "resource")}

    def search(self, kind: str, query: Mapping[str, str]) -> Iterator[bytes]:
        """The pages of a search, all of them fetched before the first is given, for a server forgets a search in time."""
        first = self._url(kind).copy_with(params=query)
        pages = self._pages(first, kind)
        if pages is None:  # an interrupted search that the server no longer knows begins again
            self._file(first).unlink(missing_ok=True)
            pages = self._pages(first, kind)
        if pages is None:
            raise StageError(
                f"The FHIR server names a next page of {kind} that it does not have", remedy="run the stage again later"
            )
        for page in pages:
            yield self._file(page).read_bytes()

    def resource(self, key: str) -> dict[str, Any] | None:
        """A single resource by its key, None where this server does not have it; no other server is asked."""
        kind = fhir_references.local(key).partition("/")[0]
        url = self.base.join(key) if "://" in key else self._url(key)
        if key.startswith("urn:") or not str(url).startswith(f"{str(self.base).rstrip('/')}/"):
            return None
        found = self._read(url, kind, missing_ok=True)
        return found if found.get("resourceType") == kind else None

    def _pages(self, first: httpx.URL, kind: str) -> list[httpx.URL] | None:
        """Addresses of all pages of a search, each of them kept; None if one is gone."""
        pages: list[httpx.URL] = []
        following: httpx.URL | None = first
        while following is not None:
            if following in pages:
                raise RecordError(
                    f"The FHIR server's pages of {kind} go round in a circle", found=f"{len(pages)} pages"
                )
            bundle = self._read(following, kind, missing_ok=bool(pages))
            if not bundle and pages:
                self._file(following).unlink(missing_ok=True)
                return None
            if bundle.get("resourceType") != "Bundle":
                self._file(following).unlink(missing_ok=True)
                raise RecordError(f"The FHIR server answered a search for {kind} with no Bundle", expected="a Bundle")
            pages.append(following)
            following = self._next(bundle, following, kind)
        return pages

    def _next(self, bundle: Mapping[str, Any], page: httpx.URL, kind: str) -> httpx.URL | None:
        named = next((one.get("url") for one in _objects(bundle, "link") if one.get("relation") == "next"), None)
        if not named:
            return None
        try:
            following = page.join(str(named))
        except httpx.InvalidURL:
            raise RecordError(f"The link to the next page of {kind} is no address") from None
        if not fhir_http.same_origin(following, self.base):
            raise RecordError(
                f"The next page of {kind} lies on another server", expected="the scheme, host and port of the source",
                remedy="a server behind a proxy must name its outer address in its links",
            )  # fmt: skip
        return following

    def _url(self, path: str) -> httpx.URL:
        return self.base.copy_with(path=f"{self.base.path.rstrip('/')}/{path}")

    def _file(self, url: httpx.URL) -> Path:
        return self._folder / f"{hashlib.sha256(str(url).encode()).hexdigest()}.json"

    def _read(self, url: httpx.URL, kind: str, *, missing_ok: bool = False) -> dict[str, Any]:
        """The answer, from its file if it was whole before; empty for one that is missing and may be."""
        kept = self._file(url)
        if kept.is_file():
            return json.loads(kept.read_bytes())
        read = _binary if kind == "Binary" else _whole
        status, answer = fhir_http.send(lambda: self._ask(url), read, what=kind, pause_s=self._pause_s)
        if status == 401 and self._access.renewable():
            status, answer = fhir_http.send(lambda: self._ask(url), read, what=kind, pause_s=self._pause_s)
        if status in _MISSING and missing_ok:
            status, answer = 200, {}
        if status in (401, 403):
            raise StageError(
                f"The FHIR server refused {kind}", found=f"status {status}", expected="credentials that may read it",
                remedy="set the environment's names of helpers/collect/health_records/fhir_auth.py for this data card",
            )  # fmt: skip
        if status != 200 or answer.get("resourceType") == "OperationOutcome":
            raise RecordError(
                f"The FHIR server refused {kind}", expected="status 200 and a resource or a Bundle",
                found=f"status {status}, OperationOutcome {fhir_store.outcome(answer)}",
                remedy="check the source's address and its query",
            )  # fmt: skip
        files.write_text(kept, json.dumps(answer))
        return answer

    def _ask(self, url: httpx.URL) -> httpx.Response:
        return self._client.get(url, headers={"Accept": "application/fhir+json", **self._access.header()})


def _whole(response: httpx.Response) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer; no JSON beside a status that says more."""
    try:
        return response.status_code, fhir_store.parse(response.content)
    except RecordError:
        if response.status_code == 200:
            raise fhir_http.Passing("half a page, or no JSON") from None
        return response.status_code, {}


def _binary(response: httpx.Response) -> tuple[int, dict[str, Any]]:
    """As `_whole`, for servers that give the content of a Binary itself."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code != 200 or "json" in kind:
        return _whole(response)
    return 200, {"resourceType": "Binary", "contentType": kind, "data": base64.b64encode(response.content).decode()}


def _objects(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _patient(server: Server, item: Item, kinds: list[str], table: Labels, seen: set[str]) -> Iterator[intake.Row]:
    with fhir_store.opened() as store:
        problems = list(fhir_store.fill(store, [item]))
        yield from problems
        found = store.execute("select key from resource where kind = 'Patient'").fetchone()
        if problems or not found or found[0] in seen:
            return
        seen.add(found[0])
        for kind in kinds:
            query = {"patient": found[0].removeprefix("Patient/"), "_count": str(PAGE_SIZE)}
            count, announced = 0, 0
            for number, page in enumerate(server.search(kind, query), start=1):
                items = list(fhir_bulk.entries(f"{kind} page {number}", page))
                total = json.loads(page).get("total")
                count, announced = count + len(items), max(announced, total if isinstance(total, int) else 0)
                yield from fhir_store.fill(store, items)
            if count < announced:
                yield intake.Row(kind, "search", {}, f"{announced - count} {kind} were announced and did not come")
        yield from fhir_records.rows(store, table, elsewhere=server.resource)
