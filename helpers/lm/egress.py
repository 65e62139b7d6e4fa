"""The egress guard: nothing reaches a host before cards, de-identification report and agreement let it.

`permit` is asked before a socket opens, whoever wants to send: inference, hosted training, tracking, a push to a hub. What
it gives knows the texts that may go and where to; a client made by it reaches that one origin and follows no redirect.
Addresses on this machine pass the same checks, for a port may be a tunnel; only there may the connection be unencrypted.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

import httpx2
import pyarrow.parquet as pq

from helpers.core import data_cards, deid_report, ledger, manifests
from helpers.core.data_cards import Card
from helpers.core.errors import EgressError, PhiError
from helpers.core.outbound import Outbound
from helpers.core.settings import Egress

Purpose = Literal["inference", "training", "tracking", "hub"]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Permit:
    """Leave to send some texts to one origin."""

    url: str
    host: str
    purpose: Purpose
    texts: frozenset[bytes]  # SHA-256 of every text that may be sent
    any_text: bool  # whether texts that no report covers may be sent too: requests to a served model

    def check(self, texts: Iterable[str]) -> None:
        """Refuse texts other than those of the permitted files, as after an edit in memory.

        Raises:
            EgressError: With their number.
        """
        other = 0 if self.any_text else sum(_hash(text) not in self.texts for text in texts)
        if other:
            raise EgressError(
                f"{other} text(s) about to be sent to {self.host} are not those that the report is about",
                expected="the records of 02_preprocess, unchanged",
                remedy="read them again from 02, or run 02 on what is to be sent",
            )

    def client(self, *, timeout_s: float) -> httpx2.Client:
        """A client that reaches this origin only; it follows no redirect, for records must not go elsewhere."""
        return httpx2.Client(
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=self.host not in _LOOPBACK,  # a proxy is the network's business, but not for this very machine
            event_hooks={"request": [self._check_origin]},
        )

    def _check_origin(self, request: httpx2.Request) -> None:
        if _origin(urlsplit(str(request.url))) != _origin(urlsplit(self.url)):
            raise EgressError(
                "A request was about to leave for another host", found=request.url.host, expected=self.host
            )


def permit(
    leaving: Outbound, url: str, *, purpose: Purpose, today: date | None = None, any_text: bool = False
) -> Permit:
    """Let the records of these files be sent, or what was made of them; the decision goes on the run's ledger.

    Args:
        leaving: Records that are sent, or from which a model or figures were made.
        url: Where to; https, or http on this machine.
        purpose: For training only the sides train and validation may leave.
        today: Approvals must not have expired before; the day of the call when None.
        any_text: Ask for leave to send texts that no report covers, which `terms` must allow.

    Raises:
        EgressError: Naming every reason at once.
    """
    files, report, terms = leaving.files, leaving.report, leaving.terms
    where = urlsplit(url)
    host = _host(where)
    problems = [*_address(where, host), *_agreement(terms, host, any_text=any_text), *_sides(files, purpose)]
    found: list[Card] = []
    try:
        deid_report.require(report, records_files=files)  # first, for the sources of other records tell nothing
        found, forbidden = _cards(leaving, today=today or date.today(), host=host)
        problems += forbidden
        has_real_persons = any(card.persons == "real" for card in found)
        deid_report.require_evidence(report, records_files=files, has_real_persons=has_real_persons)
    except PhiError as error:
        problems.append(str(error))
    ledger.append(
        leaving.run_dir,
        "gate:egress",
        stage=leaving.stage,
        passed=not problems,
        purpose=purpose,
        host=host,
        **terms.model_dump(),
        cards=[card.name for card in found],
        records={name: manifests.sha256(file) for name, file in files.items() if file.is_file()},
        reasons=problems,
    )
    if problems:
        raise EgressError(
            f"Nothing was sent to {host or 'that address'}: {len(problems)} reason(s) forbid it",
            found="; ".join(problem.rstrip(".") for problem in problems),
            expected="cards that permit `third_party` and the host, a passing report for exactly these records, and the "
            "profile's egress.agreement, hosts, region and retention_days",
            remedy="agree with the provider and the owner of the data, then fill in `egress` in the profile; do not widen a "
            "card without its owner",
        )
    texts = frozenset(_hash(text) for file in files.values() for text in _column(file, "text"))
    return Permit(url.rstrip("/"), host, purpose, texts, any_text)


def _address(where: SplitResult, host: str) -> list[str]:
    if not host or where.username or where.password:
        return ["the address has no plain host"]
    if where.scheme == "https" or (where.scheme == "http" and host in _LOOPBACK):
        return []
    return [f"{where.scheme or 'no scheme'} to {host} is not encrypted: https is needed"]


def _agreement(terms: Egress, host: str, *, any_text: bool) -> list[str]:
    problems = []
    if not terms.agreement.strip():
        problems.append("the profile names no agreement with the provider (egress.agreement)")
    if host not in terms.hosts:
        problems.append(f"the agreement does not cover {host} (egress.hosts: {', '.join(terms.hosts) or 'none'})")
    if not terms.region.strip():
        problems.append("the profile names no region (egress.region)")
    if terms.retention_days is None:
        problems.append("the profile does not say how long the provider keeps the data (egress.retention_days)")
    if any_text and not terms.unreviewed_requests:
        problems.append("requests that no report covers may not be passed on (egress.unreviewed_requests)")
    return problems


def _cards(leaving: Outbound, *, today: date, host: str) -> tuple[list[Card], list[str]]:
    """The cards of all sources in the files, and what in them forbids the host."""
    names = sorted({name for file in leaving.files.values() for name in _column(file, "source")})
    found, problems = [], []
    for name in names:
        folder = data_cards.folder_of(name, folder=leaving.cards, own_folder=leaving.beside)
        card, faults = data_cards.examine(folder / f"{name}.md", today=today)
        problems += faults
        if card is None:
            continue
        found.append(card)
        if "third_party" not in card.permitted_uses:
            problems.append(f"{name} does not permit `third_party`")
        elif not card.may_go_to(host):
            problems.append(f"{name} does not name {host} in third_parties")
    return found, problems


def _sides(files: Mapping[str, Path], purpose: Purpose) -> list[str]:
    problems = [] if files else ["it is not known from which records this comes"]
    if purpose == "training" and (closed := sorted(set(files) - {"train", "validation"})):
        problems.append(f"{', '.join(closed)} must not be trained on")
    return problems


def _column(file: Path, name: str) -> list[Any]:
    return pq.read_table(file, columns=[name]).column(name).to_pylist()


def _host(where: SplitResult) -> str:
    return (where.hostname or "").rstrip(".").lower()


def _origin(where: SplitResult) -> tuple[str, str, int | None]:
    return where.scheme, _host(where), where.port or _PORTS.get(where.scheme)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
