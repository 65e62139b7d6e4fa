"""Who may read a FHIR server: a bearer token, or SMART Backend Services, both from the environment.

Names carry the data card's name in capitals, so that no token goes to another source's server. For the card `my_hospital`:

- `CLINTUNE_FHIR_MY_HOSPITAL_TOKEN`: a bearer token, sent as it is; or
- `CLINTUNE_FHIR_MY_HOSPITAL_CLIENT_ID` and `…_KEY`: the client's id, and its private key (RSA, or EC on P-384) as PEM or as
  the path of a PEM file of mode 0600; `…_KEY_ID` and `…_SCOPE` (default `system/*.read`) where the server wants them.

Source: HL7 SMART App Launch 2.2, Backend Services and Asymmetric Client Authentication.
"""

import base64
import json
import os
import re
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from helpers.collect.health_records import fhir_http
from helpers.core.errors import StageError

_LIFE_S = 240  # of an assertion; the specification allows 300
_EARLY_S = 30  # a token is renewed so long before it ends
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_OAUTH_ERROR = re.compile(
    "invalid_(?:request|client|grant|scope)|unauthorized_client|unsupported_grant_type|access_denied|server_error"
)


class Access:
    """The Authorization header for one server. A SMART token is asked for when first needed, and again before it ends.

    Args:
        card: The data card's name.
        base: Address of the server.
        client: Asks for tokens.
        pause_s: As `fhir_http.send`.

    Raises:
        StageError: If a key is named without a client's id or the other way round.
    """

    def __init__(self, card: str, *, base: httpx.URL, client: httpx.Client, pause_s: float = 1.0) -> None:
        self._prefix, self._base, self._client, self._pause_s = f"CLINTUNE_FHIR_{card.upper()}_", base, client, pause_s
        self._token, self._ends = self._setting("TOKEN"), float("inf")
        self._is_smart = not self._token and bool(self._setting("CLIENT_ID"))
        if bool(self._setting("CLIENT_ID")) != bool(self._setting("KEY")):
            raise StageError(
                "A FHIR server's credentials are not complete",
                found=f"only one of {self._prefix}CLIENT_ID and {self._prefix}KEY",
                expected="both of them, or a token",
            )

    def header(self) -> dict[str, str]:
        """The header to send, empty where the environment names no credentials.

        Raises:
            StageError: If no token can be had.
        """
        if self._is_smart and (not self._token or time.monotonic() > self._ends - _EARLY_S):
            self._token, self._ends = self._fresh()
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def renewable(self) -> bool:
        """Forget a token that the server has refused; True if another can be had."""
        self._token = "" if self._is_smart else self._token
        return self._is_smart

    def _setting(self, name: str) -> str:
        return os.environ.get(self._prefix + name, "").strip()

    def _fresh(self) -> tuple[str, float]:
        endpoint = fhir_http.checked(self._endpoint())
        form = {
            "grant_type": "client_credentials",
            "scope": self._setting("SCOPE") or "system/*.read",
            "client_assertion_type": _ASSERTION,
        }

        def ask() -> httpx.Response:  # a new assertion each time: servers refuse one they have seen
            signed = assertion(
                self._setting("CLIENT_ID"), str(endpoint), self._setting("KEY"), key_id=self._setting("KEY_ID")
            )
            return self._client.post(endpoint, data=form | {"client_assertion": signed})

        answer = fhir_http.send(ask, _json, what="an access token", pause_s=self._pause_s)
        token, life_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token:
            named = _OAUTH_ERROR.fullmatch(str(answer.get("error", "")))
            raise StageError(
                "The authorization server gave no token", found=named[0] if named else "an answer without access_token",
                remedy="check the client's id, key and scope, and that its public key is registered",
            )  # fmt: skip
        return token, time.monotonic() + (life_s if isinstance(life_s, int) else 60)

    def _endpoint(self) -> str:
        where = f"{str(self._base).rstrip('/')}/.well-known/smart-configuration"
        found = fhir_http.send(
            lambda: self._client.get(where), _json, what="its SMART configuration", pause_s=self._pause_s
        ).get("token_endpoint")
        if not isinstance(found, str):
            raise StageError(
                "The FHIR server names no token endpoint", expected="token_endpoint in .well-known/smart-configuration"
            )
        return found


def assertion(client_id: str, audience: str, key: str, *, key_id: str = "") -> str:
    """A signed JWT by which a client proves who it is: RS384 for an RSA key, ES384 for an EC key.

    Args:
        client_id: Its issuer and subject.
        audience: The token endpoint.
        key: PEM, or the path of a PEM file of mode 0600.
        key_id: `kid` of the registered public key.

    Raises:
        StageError: If the key cannot be read, others may read its file, or it is of another kind.
    """
    private = _private(key)
    is_rsa = isinstance(private, rsa.RSAPrivateKey)
    header = {"alg": "RS384" if is_rsa else "ES384", "typ": "JWT"} | ({"kid": key_id} if key_id else {})
    ends = int(time.time()) + _LIFE_S
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "exp": ends, "jti": str(uuid.uuid4())}
    signing = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
    if is_rsa:
        signature = private.sign(signing.encode(), padding.PKCS1v15(), hashes.SHA384())
    else:  # a JWT wants the two numbers side by side (RFC 7518, section 3.4)
        r, s = decode_dss_signature(private.sign(signing.encode(), ec.ECDSA(hashes.SHA384())))
        signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    return f"{signing}.{_base64(signature)}"


def _private(key: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    expected = "PEM of an RSA key of 2048 bits or more, or of an EC key on P-384, without a password"
    try:
        pem = key.encode() if "-----BEGIN" in key else _secret_file(Path(key))
        found = serialization.load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise StageError(
            "The FHIR client's key cannot be read", found=type(error).__name__, expected=expected
        ) from None
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size >= 2048:
        return found
    if isinstance(found, ec.EllipticCurvePrivateKey) and isinstance(found.curve, ec.SECP384R1):
        return found
    raise StageError("The FHIR client's key is of another kind", found=type(found).__name__, expected=expected)


def _secret_file(path: Path) -> bytes:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise StageError(
            "Others may read the FHIR client's key", found=f"mode {mode:o}", expected="mode 600", remedy="chmod 600 it"
        )
    return path.read_bytes()


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
