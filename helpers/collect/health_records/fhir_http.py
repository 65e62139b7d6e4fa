"""Ask a FHIR server: encrypted or not at all, again when it stumbles, and with an error by name when it refuses."""

import email.utils
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from helpers.core.errors import EgressError, StageError

ATTEMPTS = 6
LONGEST_PAUSE_S = 300.0
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Passing(Exception):  # noqa: N818  (never seen by a user: it means try again)
    """An answer that may be better the next time."""

    def __init__(self, what: str, after_s: float | None = None) -> None:
        super().__init__(what)
        self.after_s = after_s


def checked(url: str | httpx.URL) -> httpx.URL:
    """Return an address to which a token may be sent: https, or http on this very machine.

    Raises:
        EgressError: If it is neither.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if (address.scheme == "https" and address.host) or (address.scheme == "http" and is_local(address)):
        return address
    raise EgressError(
        "A FHIR server must be reached through encryption",
        found=f"scheme {address.scheme or 'none'}" if address.scheme in ("", "http") else "another scheme",
        expected="https://…, or http:// on 127.0.0.1",
        remedy="mend the source's path in the task",
    )


def is_local(address: httpx.URL) -> bool:
    """Whether an address is this very machine."""
    return address.host in _LOOPBACK


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port are the same."""
    default = {"https": 443, "http": 80}
    ends = [(url.scheme, url.host, url.port or default.get(url.scheme)) for url in (one, other)]
    return ends[0] == ends[1]


def client(base: httpx.URL) -> httpx.Client:
    """A client for one server; it follows no redirect, for a token must not go elsewhere."""
    return httpx.Client(timeout=httpx.Timeout(60.0), trust_env=not is_local(base), follow_redirects=False)


def send(
    ask: Callable[[], httpx.Response], read: Callable[[httpx.Response], Any], *, what: str, pause_s: float = 1.0
) -> Any:
    """Ask until there is a whole answer, and return what `read` makes of it.

    Args:
        ask: Makes the request.
        read: Reads a response that is not 408, 425, 429 or 5xx; raises `Passing` where it is not whole.
        what: What is asked for, in an error's words.
        pause_s: Seconds before the second try; doubled with each, unless the server says how long (`Retry-After`).

    Raises:
        StageError: If there is no whole answer after `ATTEMPTS` tries.
    """
    tries = Retrying(
        stop=stop_after_attempt(ATTEMPTS), wait=lambda state: _pause(state, pause_s),
        retry=retry_if_exception_type(Passing), reraise=True,
    )  # fmt: skip
    try:
        return tries(lambda: _once(ask, read))
    except Passing as last:
        raise StageError(
            f"The FHIR server gave no whole answer for {what}", found=f"{last} after {ATTEMPTS} tries",
            remedy="run the stage again later: finished pages are kept",
        ) from None  # fmt: skip


def _once(ask: Callable[[], httpx.Response], read: Callable[[httpx.Response], Any]) -> Any:
    try:
        response = ask()
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise Passing(type(error).__name__) from None
    if response.status_code in _PASSING:
        raise Passing(f"status {response.status_code}", _retry_after(response.headers.get("Retry-After", "")))
    return read(response)


def _pause(state: RetryCallState, pause_s: float) -> float:
    asked = getattr(state.outcome.exception(), "after_s", None) if state.outcome else None
    backoff = pause_s * 2 ** (state.attempt_number - 1) * random.uniform(1.0, 1.25)
    return min(backoff if asked is None else asked, LONGEST_PAUSE_S)


def _retry_after(header: str) -> float | None:
    """Seconds of a Retry-After header, which gives seconds or a date; None where it gives neither."""
    if header.strip().isdigit():
        return float(header)
    try:
        then = email.utils.parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
