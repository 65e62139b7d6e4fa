"""PubMed by query or by ids, with a cache that makes a kill harmless.

A query is searched once (`usehistory`), its ids are written down, and pages of them come from the history server
(`WebEnv`, `query_key`, `retstart`, `retmax`). A page whose history is gone, or that lacks ids, is asked for by its ids;
what then still lacks no longer exists. Each answer is checked and put in place whole, and never asked for again.

Source:
    NCBI, The E-utilities in depth (NBK25499).
"""

import hashlib
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx
from tqdm.auto import tqdm

from helpers.collect import permission, xml_files
from helpers.collect.literature import pubmed
from helpers.collect.literature.eutils import Client, PassingError, RefusedError, Settings
from helpers.core import files, paths
from helpers.core.errors import RecordError, StageError

IDS = "ids:"
MOST_RECORDS = 9_999  # ESearch and the history server give no more of one PubMed query
PAGE = 200  # ids a request, as NCBI recommends


class Found(NamedTuple):
    """What a query or a list of ids came to."""

    files: list[Path]  # each a PubmedArticleSet
    missing: list[str]  # ids that PubMed does not know any more
    ignored: list[str]  # words of the query that PubMed did not find in its index


class _Search(NamedTuple):
    ids: list[str]
    history: dict[str, str]  # WebEnv and query_key; empty where there is none
    ignored: list[str]


def collect(
    query: str,
    folder: Path,
    *,
    card: str,
    settings: Settings,
    cards: Path = paths.DATA_CARDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Found:
    """Bring the citations of a query into files under `folder`; what is there already is not asked for again.

    Args:
        query: As in PubMed's search box, or `ids:` with PubMed ids and commas.
        folder: The cache; each query has a folder of its own in it.
        card: Data card whose `hosts` must name the server; checked before a socket is opened.
        settings: From `settings()`.
        cards: Folder of the data cards.
        clock: Seconds, never going back.
        sleep: Pauses for seconds.

    Raises:
        EgressError, ApprovalError: If the card does not name the host.
        RecordError: If the ids are no numbers, or the query finds nothing or more than `MOST_RECORDS`.
        StageError: If NCBI gives no whole answer after several tries; a later call goes on from there.
    """
    permission.check_host(card, httpx.URL(settings.base_url).host, folder=cards)
    own = folder / hashlib.sha256(f"{settings.base_url}|{query.strip()}".encode()).hexdigest()[:16]
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = Found([], [], [])
    with Client(settings, clock=clock, sleep=sleep) as client:
        search = _ids(query) if query.startswith(IDS) else _search(client, query, own / "search.json")
        found.ignored.extend(search.ignored)
        history = search.history
        for start in tqdm(range(0, len(search.ids), PAGE), desc="PubMed", unit="page", leave=False):
            lacking = search.ids[start : start + PAGE]
            page, by_ids = own / f"page-{start:05d}.xml", own / f"ids-{start:05d}.xml"
            if history and not by_ids.exists():
                turn = {**history, "retstart": str(start), "retmax": str(PAGE)}
                history = history if _fetch(client, page, turn, lacking) else {}
            if page.exists():
                lacking = _take(found, page, lacking)
            if lacking:
                if not _fetch(client, by_ids, {"id": ",".join(lacking)}, lacking):
                    raise StageError(
                        "NCBI refuses to give PubMed records by their ids",
                        found="status 400 or a notice of error",
                        remedy="check NCBI_API_KEY, and run the stage again: finished requests are kept",
                    )
                found.missing.extend(_take(found, by_ids, lacking))
    return found


def _take(found: Found, file: Path, wanted: list[str]) -> list[str]:
    """Add a file to what was found, unless it is empty, and say which of the wanted ids it lacks."""
    given = _ids_in(file.read_bytes())
    if given:
        found.files.append(file)
    return [pmid for pmid in wanted if pmid not in given]


def _ids(query: str) -> _Search:
    ids = [part.strip() for part in query.removeprefix(IDS).split(",") if part.strip()]
    wrong = [part for part in ids if not part.isdecimal()]
    if wrong or not ids:
        raise RecordError(
            "A list of PubMed ids holds something else",
            found=f"{len(wrong)} of {len(ids)} no numbers",
            expected="pubmed:ids: and numbers with commas between them",
        )
    return _Search(list(dict.fromkeys(str(int(part)) for part in ids)), {}, [])


def _search(client: Client, query: str, path: Path) -> _Search:
    if not path.exists():
        asked = {"term": query, "usehistory": "y", "retmax": str(MOST_RECORDS), "retmode": "json"}
        try:
            search = client.post("esearch", asked, _read_search)
        except RefusedError:
            raise RecordError(
                "NCBI refuses a PubMed query", found="status 400", remedy="try it on pubmed.gov; check NCBI_API_KEY"
            ) from None
        files.write_json(path, search._asdict())
    return _Search(**json.loads(path.read_text(encoding="utf-8")))


def _read_search(body: bytes) -> _Search:
    try:
        result = json.loads(body, strict=False)["esearchresult"]
        count, ids = int(result["count"]), [str(number) for number in result["idlist"]]
        history = {"WebEnv": result["webenv"], "query_key": result["querykey"]} if count else {}
        ignored = [word for words in result.get("errorlist", {}).values() for word in words]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PassingError("a search result that is not whole") from None
    if not 0 < count <= MOST_RECORDS:
        raise RecordError(
            "A PubMed query finds nothing, or more than PubMed hands out",
            found=f"{count} records, {len(ignored)} terms not found",
            expected=f"1 to {MOST_RECORDS}",
            remedy="try the query on pubmed.gov; make several sources of a large one, by years for instance",
        )
    if len(ids) != count:
        raise PassingError("a search result that lacks ids")
    return _Search(ids, history, ignored)


def _fetch(client: Client, path: Path, params: dict[str, str], wanted: list[str]) -> bool:
    """Bring a page into its file if it is not there; whether it was given."""

    def check(body: bytes) -> str:
        if not _ids_in(body) <= set(wanted):
            raise RefusedError  # the history holds another order than the search: ask by ids
        return body.decode("utf-8")

    if not path.exists():
        try:
            text = client.post("efetch", {**params, "retmode": "xml"}, check)
        except RefusedError:
            return False
        files.write_text(path, text)
    return True


def _ids_in(body: bytes) -> set[str]:
    try:
        root = xml_files.root(io.BytesIO(body))
        if root != pubmed.ROOT:
            raise RefusedError if root == "eFetchResult" else PassingError(f"XML of another kind than {pubmed.ROOT}")
        return {article.record_id.removeprefix("pubmed:") for article in pubmed.articles(io.BytesIO(body))}
    except RecordError:
        raise PassingError("XML that is not whole") from None
