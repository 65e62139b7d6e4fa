"""NCBI's E-utilities with NCBI's etiquette: who asks is named, requests are paced, and repeated only while that may help.

httpx and tenacity rather than Bio.Entrez: its addresses cannot be changed, it repeats a refused request without a pause
and does not see half an answer. All requests are POSTs, so that the key stands in no address and no log.

Source:
    NCBI, E-utilities usage guidelines (NBK25497).
"""

import os
import time
from collections.abc import Callable
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from helpers.core.errors import EgressError, StageError

BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
_ATTEMPTS = 8
_LONGEST_PAUSE_S = 60.0
_LONGEST_ASKED_S = 300.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Checked = TypeVar("Checked")


class Settings(BaseModel):
    """Who asks, where, and how patiently."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    email: str
    api_key: SecretStr = SecretStr("")
    base_url: str = BASE_URL
    interval_s: float | None = None  # seconds between requests; None: a tenth more than 1/3 or, with a key, than 1/10
    backoff_s: float = 1.0  # first pause after a failure; it doubles, up to a minute


class PassingError(Exception):
    """An answer that another try may better; `pause_s` is what the server asked for."""

    def __init__(self, what: str, pause_s: float = 0.0) -> None:
        super().__init__(what)
        self.pause_s = pause_s


class RefusedError(Exception):
    """NCBI does not take this request, now or later."""


def settings() -> Settings:
    """Settings from the environment: `NCBI_EMAIL`, and optionally `NCBI_API_KEY` and `NCBI_EUTILS_URL`.

    Raises:
        EgressError: If there is no e-mail address, or the URL would send the key in clear over a network.
    """
    email = os.environ.get("NCBI_EMAIL", "")
    if "@" not in email:
        raise EgressError(
            "NCBI wants to know who asks",
            found="no e-mail address in NCBI_EMAIL",
            expected="the address of whoever answers for these requests",
            remedy="export NCBI_EMAIL=you@example.org; a query then sends its words, this address and `clintune`",
        )
    url = httpx.URL(os.environ.get("NCBI_EUTILS_URL") or BASE_URL)
    if url.scheme != "https" and url.host not in _LOOPBACK:
        raise EgressError("NCBI_EUTILS_URL is not encrypted", found=url.scheme, expected="https")
    key = SecretStr(os.environ.get("NCBI_API_KEY", ""))
    return Settings(email=email, api_key=key, base_url=str(url).rstrip("/"))


class Client:
    """POSTs to the E-utilities, paced, and repeated while that may help."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._clock, self._sleep = settings, clock, sleep
        self._interval_s = settings.interval_s or (0.11 if settings.api_key.get_secret_value() else 0.37)
        self._ready = clock()
        self._grow = wait_exponential(multiplier=settings.backoff_s, max=_LONGEST_PAUSE_S)
        local = httpx.URL(settings.base_url).host in _LOOPBACK
        self._http = httpx.Client(timeout=httpx.Timeout(120, connect=20), trust_env=not local)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def post(self, name: str, params: dict[str, str], check: Callable[[bytes], Checked]) -> Checked:
        """What `check` makes of the answer; it raises `PassingError` where the answer is not whole.

        Raises:
            StageError: After several tries, or at once on a status that no try betters.
            RefusedError: On status 400.
        """
        again = Retrying(
            stop=stop_after_attempt(_ATTEMPTS), wait=self._pause, sleep=self._sleep, reraise=True,
            retry=retry_if_exception_type(PassingError),
        )  # fmt: skip
        try:
            return again(self._once, name, params, check)
        except PassingError as error:
            raise StageError(
                "NCBI's E-utilities gave no whole answer",
                found=f"{error}, in each of {_ATTEMPTS} tries",
                remedy="run the stage again later: finished requests are kept",
            ) from None

    def _once(self, name: str, params: dict[str, str], check: Callable[[bytes], Checked]) -> Checked:
        wait_s = self._ready - self._clock()
        if wait_s > 0:
            self._sleep(wait_s)
        self._ready = self._clock() + self._interval_s
        who = {"db": "pubmed", "tool": "clintune", "email": self._settings.email}
        key = self._settings.api_key.get_secret_value()
        try:
            response = self._http.post(
                f"{self._settings.base_url}/{name}.fcgi", data={**params, **who, **({"api_key": key} if key else {})}
            )
        except httpx.RequestError as error:
            raise PassingError(type(error).__name__) from None
        status = response.status_code
        if status == 429 or status >= 500:
            after = response.headers.get("Retry-After", "")
            raise PassingError(f"status {status}", min(float(after), _LONGEST_ASKED_S) if after.isdecimal() else 0.0)
        if status == 400:
            raise RefusedError
        if status != 200:
            raise StageError("NCBI's E-utilities do not serve this request", found=f"status {status}", expected="200")
        return check(response.content)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return max(self._grow(state), error.pause_s if isinstance(error, PassingError) else 0.0)
