import base64
import json
import time

import fhir_stand_in
import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from helpers.collect.health_records import fhir_auth
from helpers.core.errors import EgressError, StageError


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def ec_key():
    return ec.generate_private_key(ec.SECP384R1())


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verified(token, public):
    """Header and claims of a JWT whose signature `public` has made."""
    header, claims, signature = token.split(".")
    signed, raw = f"{header}.{claims}".encode(), decode(signature)
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(raw, signed, padding.PKCS1v15(), hashes.SHA384())
    else:
        der = encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
        public.verify(der, signed, ec.ECDSA(hashes.SHA384()))
    return json.loads(decode(header)), json.loads(decode(claims))


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "RS384"), ("ec", "ES384")])
def test_an_assertion_is_signed_and_says_who_for_whom_and_how_long(kind, algorithm, rsa_key, ec_key):
    key = rsa_key if kind == "rsa" else ec_key
    header, claims = verified(fhir_auth.assertion("me", "https://a.org/token", pem(key), key_id="k1"), key.public_key())
    assert header == {"alg": algorithm, "typ": "JWT", "kid": "k1"}
    assert claims["iss"] == claims["sub"] == "me" and claims["aud"] == "https://a.org/token"
    assert 0 < claims["exp"] - time.time() <= 300
    again = verified(fhir_auth.assertion("me", "https://a.org/token", pem(key)), key.public_key())
    assert again[1]["jti"] != claims["jti"] and "kid" not in again[0]


def test_a_key_file_must_be_its_owners_alone(tmp_path, ec_key):
    file = tmp_path / "key.pem"
    file.write_text(pem(ec_key))
    file.chmod(0o640)
    with pytest.raises(StageError, match=r"mode 640.*mode 600"):
        fhir_auth.assertion("me", "x", str(file))
    file.chmod(0o600)
    verified(fhir_auth.assertion("me", "x", str(file)), ec_key.public_key())


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (lambda: "/nowhere/key.pem", "cannot be read"),
        (lambda: "-----BEGIN PRIVATE KEY-----\nsecret\n", "cannot be read"),
        (lambda: pem(ed25519.Ed25519PrivateKey.generate()), "of another kind"),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "of another kind"),
        (lambda: pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "of another kind"),
    ],
)
def test_other_keys_are_refused_and_not_quoted(key, message):
    with pytest.raises(StageError, match=message) as caught:
        fhir_auth.assertion("me", "x", key())
    assert "secret" not in str(caught.value)


@pytest.fixture
def stand_in():
    with fhir_stand_in.running(fhir_stand_in.StandIn([])) as server:
        yield server


def access(stand_in, client):
    return fhir_auth.Access("my_card", base=httpx.URL(stand_in.url), client=client, pause_s=0.001)


@pytest.fixture
def client():
    with httpx.Client(trust_env=False) as one:
        yield one


def test_without_credentials_no_header_is_sent(stand_in, client):
    assert access(stand_in, client).header() == {} and not access(stand_in, client).renewable()


def test_a_bearer_token_is_the_cards_own(stand_in, client, monkeypatch):
    monkeypatch.setenv("CLINTUNE_FHIR_OTHER_TOKEN", "theirs")
    assert access(stand_in, client).header() == {}
    monkeypatch.setenv("CLINTUNE_FHIR_MY_CARD_TOKEN", "mine")
    assert access(stand_in, client).header() == {"Authorization": "Bearer mine"}


@pytest.mark.parametrize("name", ["CLIENT_ID", "KEY"])
def test_half_of_the_credentials_is_refused(stand_in, client, monkeypatch, name):
    monkeypatch.setenv(f"CLINTUNE_FHIR_MY_CARD_{name}", "x")
    with pytest.raises(StageError, match="not complete"):
        access(stand_in, client)


def smart(stand_in, key, *, life_s=300, endpoint=None):
    """Make the server one that gives tokens t1, t2, … for assertions that `key` has signed; returns what was posted."""
    forms, endpoint = [], endpoint or stand_in.url.replace("/fhir", "/token")

    def token(form):
        verified(form["client_assertion"], key.public_key())
        forms.append(form)
        return 200, {"access_token": f"t{len(forms)}", "token_type": "bearer", "expires_in": life_s}

    stand_in.extra["/fhir/.well-known/smart-configuration"] = (200, {"token_endpoint": endpoint})
    stand_in.extra["/token"] = token
    return forms


@pytest.fixture
def smart_client(monkeypatch, ec_key):
    monkeypatch.setenv("CLINTUNE_FHIR_MY_CARD_CLIENT_ID", "me")
    monkeypatch.setenv("CLINTUNE_FHIR_MY_CARD_KEY", pem(ec_key))


@pytest.mark.usefixtures("smart_client")
def test_a_smart_token_is_asked_for_once_with_a_signed_assertion(stand_in, client, ec_key):
    forms = smart(stand_in, ec_key)
    one = access(stand_in, client)
    assert one.header() == one.header() == {"Authorization": "Bearer t1"}
    (form,) = forms
    assert form["grant_type"] == "client_credentials" and form["scope"] == "system/*.read"
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = verified(form["client_assertion"], ec_key.public_key())[1]
    assert claims["iss"] == "me" and claims["aud"] == stand_in.url.replace("/fhir", "/token")


@pytest.mark.usefixtures("smart_client")
def test_a_smart_token_is_renewed_before_it_ends_and_after_a_refusal(stand_in, client, ec_key):
    smart(stand_in, ec_key, life_s=10)
    short = access(stand_in, client)
    assert [short.header()["Authorization"] for _ in range(2)] == ["Bearer t1", "Bearer t2"]
    smart(stand_in, ec_key)
    refused = access(stand_in, client)
    assert refused.header()["Authorization"] == "Bearer t1" and refused.renewable()
    assert refused.header()["Authorization"] == "Bearer t2"


@pytest.mark.usefixtures("smart_client")
def test_a_stumbling_token_endpoint_is_asked_again_with_a_new_assertion(stand_in, client, ec_key):
    forms = smart(stand_in, ec_key)
    stand_in.faults = lambda path, before: "503" if path == "/token" and before < 2 else ""
    assert access(stand_in, client).header()["Authorization"].startswith("Bearer t")
    assert len({form["client_assertion"] for form in forms}) == len(forms)


@pytest.mark.usefixtures("smart_client")
@pytest.mark.parametrize(
    ("answer", "found"),
    [((400, {"error": "invalid_client", "error_description": "Kowalska"}), "invalid_client"),
     ((400, {"error": "Kowalska"}), "an answer without access_token"), ((200, []), "an answer without access_token")],
)  # fmt: skip
def test_a_refused_token_is_named_by_its_standard_error_alone(stand_in, client, ec_key, answer, found):
    smart(stand_in, ec_key)
    stand_in.extra["/token"] = answer
    with pytest.raises(StageError, match=f"gave no token. Found: {found}") as caught:
        access(stand_in, client).header()
    assert "Kowalska" not in str(caught.value)


@pytest.mark.usefixtures("smart_client")
def test_no_assertion_goes_to_an_endpoint_without_encryption(stand_in, client, ec_key):
    forms = smart(stand_in, ec_key, endpoint="http://a.org/token")
    with pytest.raises(EgressError):
        access(stand_in, client).header()
    assert not forms
    stand_in.extra["/fhir/.well-known/smart-configuration"] = (404, {})
    with pytest.raises(StageError, match="names no token endpoint"):
        access(stand_in, client).header()
