"""A provider that answers what it must not, and what is made of it: nobody is signed in."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from assay.errors import ParameterError
from assay.service.accounts import provider as speaking
from assay.service.accounts.knocking import Refusals
from assay.service.accounts.provider import Proof, Provider
from assay.service.app import create_app
from assay.service.audit.tables import EntryRow
from assay.service.settings import Settings, read_settings
from service.accounts.browsers import Browser, move_in
from service.accounts.providers import (
    CLIENT_ID,
    CLIENT_SECRET,
    PUBLIC_URL,
    BentProvider,
    Traveller,
    new_key,
    signing_in_by,
    unsigned,
)
from service.house import House

DISCOVERY = "/.well-known/openid-configuration"

STRANGE_KEY = new_key("strange")


@pytest.fixture
def provider() -> Iterator[BentProvider]:
    with BentProvider() as running:
        yield running


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """The service, once for all providers: none knows what another said."""
    folder = tmp_path_factory.mktemp("bent")
    shutil.copy(sqlite_template, folder / "assay.db")
    settings = Settings(data_dir=folder, workers=0, anchor_seconds=0, logins_per_minute=1000)
    app = create_app(settings)
    with TestClient(app, base_url=PUBLIC_URL) as client:
        furnished = House.furnish(app, client)
        move_in(furnished, "ada@buyer.test", ["lead"])
        yield furnished


@pytest.fixture
def house(furnished: House, provider: BentProvider) -> House:
    return goes_by(furnished, provider)


def goes_by(house: House, provider: BentProvider, **more: object) -> House:
    """Let people sign in by a provider of whom nothing is known yet."""
    settings = signing_in_by(house.app.state.settings, provider.issuer, **more)
    house.app.state.provider = Provider.of(settings)
    # A storm of refusals is not what is tried here.
    house.app.state.refusals = Refusals()
    return house


def tries(house: House, provider: BentProvider, more: str = "") -> Response:
    """Go all the way; return the answer on coming back, or that to the completion."""
    traveller = Traveller.of(house)
    begun = traveller.begins()
    if begun.status_code != 201:
        return begun
    back = traveller.comes_back(provider.lets_in(begun.json()["address"]) + more)
    if back.status_code != 303:
        assert traveller.completes().status_code == 401
        return back
    return traveller.completes()


def refused(answer: Response) -> bool:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code == 401


def test_one_that_is_not_bent_signs_in(house: House, provider: BentProvider) -> None:
    answer = tries(house, provider)
    assert answer.status_code == 201
    sent = provider.sent[0]
    assert sent["grant_type"] == "authorization_code"
    assert sent["redirect_uri"] == f"{PUBLIC_URL}/api/v1/session/oidc/callback"
    assert sent["auth"].startswith("Basic ")
    assert "client_secret" not in sent


def without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def but(**changed: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {**claims, **changed}


def later(claim: str, seconds: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {**claims, claim: claims["iat"] + seconds}


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(but(nonce="anon_of_somebody_else"), id="another nonce"),
        pytest.param(without("nonce"), id="no nonce"),
        pytest.param(later("exp", -61), id="expired"),
        pytest.param(without("exp"), id="no end"),
        pytest.param(but(exp=True), id="end is no number"),
        pytest.param(later("nbf", 90), id="not yet"),
        pytest.param(lambda claims: {**claims, "iat": claims["iat"] + 90}, id="of the future"),
        pytest.param(without("iat"), id="no beginning"),
        pytest.param(but(aud="another-client"), id="for another"),
        pytest.param(but(aud=["another-client"]), id="for others"),
        pytest.param(but(aud=[]), id="for nobody"),
        pytest.param(without("aud"), id="no audience"),
        pytest.param(but(aud=[CLIENT_ID, "another-client"]), id="for two, party not named"),
        pytest.param(but(azp="another-client"), id="party is another"),
        pytest.param(but(iss="https://login.example.org"), id="another issuer"),
        pytest.param(without("iss"), id="no issuer"),
        pytest.param(without("sub"), id="no subject"),
        pytest.param(but(sub=""), id="empty subject"),
        pytest.param(but(sub=7), id="subject is a number"),
        pytest.param(but(sub="s" * 256), id="long subject"),
        pytest.param(but(sub="a\0b"), id="subject with NUL"),
        pytest.param(but(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), id="with another token"),
    ],
)
def test_a_token_that_says_what_it_must_not_proves_nothing(
    house: House, provider: BentProvider, claim: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    provider.claim = claim
    assert refused(tries(house, provider))
    with house.app.state.database.reading() as session:
        last = session.query(EntryRow).order_by(EntryRow.sequence.desc()).first()
        assert last is not None
        assert last.action == "sign-in.refused"


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(later("exp", -50), id="clocks differ by less than a minute"),
        pytest.param(but(aud=[CLIENT_ID]), id="for one in a list"),
        pytest.param(but(aud=[CLIENT_ID, "x"], azp=CLIENT_ID), id="for two, party named"),
    ],
)
def test_a_token_that_may_say_so_signs_in(
    house: House, provider: BentProvider, claim: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    provider.claim = claim
    assert tries(house, provider).status_code == 201


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ({"email": " Kim@Buyer.test", "email_verified": True}, "kim@buyer.test"),
        ({"email": "kim@bücher.test", "email_verified": True}, "kim@bücher.test"),
        ({"email": "\N{KELVIN SIGN}im@buyer.test", "email_verified": True}, None),
        ({"email": "kim@buyer.test\0", "email_verified": True}, None),
        ({"email": ["kim@buyer.test"], "email_verified": True}, None),
        ({"email": "kim@buyer.test", "email_verified": "true"}, None),
        ({"email": "kim@buyer.test"}, None),
        ({"email_verified": True}, None),
    ],
)
def test_no_address_becomes_another(said: dict[str, object], understood: str | None) -> None:
    assert Proof.of({"iss": "https://login.example.org", "sub": "1", **said}).email == understood


ADDRESS = {"email": "ada@buyer.test", "email_verified": True}


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"sub": "ada-1", **ADDRESS}, 201),
        ({"sub": "ada-1", **ADDRESS, "email_verified": False}, 401),
        ({"sub": "ada-1"}, 401),
        ({"sub": "eve-1", **ADDRESS}, 401),
        (ADDRESS, 401),
    ],
)
def test_an_address_that_is_not_in_the_token_is_asked_for(
    house: House, provider: BentProvider, person: dict[str, object], status: int
) -> None:
    provider.claim = without("email", "email_verified")
    provider.person = person
    assert tries(house, provider).status_code == status


def test_what_is_said_beside_the_token_does_not_go_before_it(
    house: House, provider: BentProvider
) -> None:
    provider.claim = without("email_verified")
    provider.person = {"sub": "ada-1", **ADDRESS}
    assert refused(tries(house, provider))
    assert "/person" not in provider.asked
    provider.claim = without("email")
    provider.person = {"sub": "ada-1", "email": "ada@buyer.test", "email_verified": False}
    assert refused(tries(house, provider))


def shared(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign by the secret that both know."""
    key = OctKey.import_key(CLIENT_SECRET)
    return jwt.encode({**header, "alg": "HS256"}, claims, key, algorithms=["HS256"])


def strange(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign by another's key under the name of the provider's."""
    return jwt.encode(header, claims, STRANGE_KEY)


def enclosed(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign by another's key that the token brings along."""
    brought = {**header, "kid": "strange", "jwk": STRANGE_KEY.as_dict(private=False)}
    return jwt.encode(brought, claims, STRANGE_KEY)


def cut(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Leave the signature out."""
    return strange(header, claims).rpartition(".")[0] + "."


@pytest.mark.parametrize(
    "sign", [unsigned, shared, strange, enclosed, cut, lambda *_: "x", lambda *_: "é.é.é"]
)
def test_a_token_that_the_provider_did_not_sign_proves_nothing(
    house: House, provider: BentProvider, sign: Callable[[dict[str, Any], dict[str, Any]], str]
) -> None:
    provider.sign = sign
    assert refused(tries(house, provider))


def test_a_public_key_is_no_shared_secret(house: House, provider: BentProvider) -> None:
    secret = OctKey.import_key(json.dumps(provider.key.as_dict(private=False)))
    provider.sign = lambda header, claims: jwt.encode(
        {**header, "alg": "HS256"}, claims, secret, algorithms=["HS256"]
    )
    assert refused(tries(house, provider))


def test_a_new_key_is_fetched_once_and_a_known_one_is_not(
    house: House, provider: BentProvider
) -> None:
    for _ in range(2):
        assert tries(house, provider).status_code == 201
    assert provider.asked.count("/keys") == 1
    provider.key = new_key("second")
    assert tries(house, provider).status_code == 201
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count(DISCOVERY) == 1


def test_what_is_in_a_header_that_we_do_not_know_is_not_used(
    house: House, provider: BentProvider
) -> None:
    registry = JWSRegistry(strict_check_header=False)
    provider.sign = lambda header, claims: jwt.encode(
        {**header, "tenant": "x"}, claims, provider.key, registry=registry
    )
    assert tries(house, provider).status_code == 201


@pytest.mark.parametrize(
    "keys",
    [
        {"keys": [7, {"kty": "RSA"}, {"kty": "RSA", "n": "AQ", "e": "AQAB", "kid": "first"}]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "first"}]},
        {"keys": [{"kty": "RSA", "n": "AQAB" * 2000, "e": "AQAB", "kid": "first"}]},
        {"keys": {}},
        {},
    ],
)
def test_keys_that_are_none_prove_nothing(
    house: House, provider: BentProvider, keys: dict[str, Any]
) -> None:
    provider.answers["/keys"] = 200, json.dumps(keys).encode()
    assert refused(tries(house, provider))


@pytest.mark.parametrize("status", [400, 401])
def test_a_code_that_is_not_taken_proves_nothing(
    house: House, provider: BentProvider, status: int
) -> None:
    provider.answers["/token"] = status, b'{"error": "invalid_grant"}'
    assert refused(tries(house, provider))


def test_tokens_without_an_id_token_prove_nothing(house: House, provider: BentProvider) -> None:
    provider.answers["/token"] = 200, b'{"access_token": "x", "token_type": "Bearer"}'
    assert refused(tries(house, provider))


def test_an_answer_in_the_name_of_another_provider_is_refused(
    house: House, provider: BentProvider
) -> None:
    assert refused(tries(house, provider, "&iss=https://login.example.org"))
    assert tries(house, provider, f"&iss={provider.issuer}").status_code == 201


def test_one_that_says_who_answers_always_does(house: House, provider: BentProvider) -> None:
    provider.describe = but(authorization_response_iss_parameter_supported=True)
    assert refused(tries(house, provider))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (DISCOVERY, (200, b'{"issuer": "' + b"x" * 300_000 + b'"}')),
        (DISCOVERY, (200, b"[" * 200_000)),
        (DISCOVERY, (200, b"[]")),
        (DISCOVERY, (200, b"<html>")),
        (DISCOVERY, (404, b"{}")),
        (DISCOVERY, (302, b"{}")),
        (DISCOVERY, (500, b"")),
        ("/keys", (200, b" " * 300_000)),
        ("/keys", (503, b"")),
        ("/token", (200, b"x" * 300_000)),
        ("/token", (500, b'{"error": "invalid_grant"}')),
        ("/token", (200, b"[]")),
        ("/token", (302, b"")),
    ],
)
def test_what_is_no_answer_is_told_as_the_provider_s_fault(
    house: House, provider: BentProvider, path: str, answer: tuple[int, bytes]
) -> None:
    provider.answers[path] = answer
    told = tries(house, provider)
    assert told.status_code == 503
    assert told.headers["retry-after"]
    assert "does not answer as it should" in told.json()["detail"]


def test_packed_answers_are_not_unpacked(house: House, provider: BentProvider) -> None:
    provider.packs = True
    assert Traveller.of(house).begins().status_code == 503


def test_one_that_trickles_is_waited_for_so_long_and_no_longer(
    house: House, provider: BentProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_ALTOGETHER_S", 0.2)
    provider.trickles = True
    begun = time.monotonic()
    assert Traveller.of(house).begins().status_code == 503
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://login.example.org"},
        {"token_endpoint": None},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "https://login.example.org/token"},
        {"userinfo_endpoint": "http://192.0.2.1/person"},
        {"jwks_uri": "http://localhost.example.org/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://a@localhost/authorize"},
        {"token_endpoint_auth_methods_supported": 7},
    ],
)
def test_a_description_that_leads_elsewhere_is_not_followed(
    house: House, provider: BentProvider, changed: dict[str, object]
) -> None:
    provider.describe = but(**changed)
    assert Traveller.of(house).begins().status_code == 503
    assert provider.asked == [DISCOVERY]


def test_one_that_is_down_costs_a_moment_and_nothing_else(furnished: House) -> None:
    with BentProvider() as ended:
        house = goes_by(furnished, ended)
    told = Traveller.of(house).begins()
    assert told.status_code == 503
    assert "password" in told.json()["detail"]
    assert house.nobody.get("/health/ready").status_code == 200


def test_where_there_is_no_provider_one_is_told_so(furnished: House) -> None:
    furnished.app.state.provider = None
    assert furnished.nobody.seen("/session/oidc") == {"provider": None}
    traveller = Traveller.of(furnished)
    begun = traveller.begins()
    assert begun.status_code == 409
    assert "ASSAY_OIDC_ISSUER" in begun.json()["detail"]
    assert traveller.comes_back("/api/v1/session/oidc/callback").status_code == 401
    assert traveller.completes().status_code == 401


def test_one_that_takes_the_secret_in_the_body_gets_it_there(
    house: House, provider: BentProvider
) -> None:
    provider.describe = but(token_endpoint_auth_methods_supported=["client_secret_post"])
    assert tries(house, provider).status_code == 201
    assert provider.sent[0]["client_secret"] == CLIENT_SECRET
    assert provider.sent[0]["auth"] == ""


def test_a_public_client_has_the_verifier_alone(furnished: House, provider: BentProvider) -> None:
    house = goes_by(furnished, provider, oidc_client_secret=None)
    assert tries(house, provider).status_code == 201
    assert {"client_id", "code_verifier"} <= {*provider.sent[0]}
    assert provider.sent[0]["auth"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSAY_OIDC_ISSUER", "http://login.example.org"),
        ("ASSAY_OIDC_ISSUER", "https://login.example.org?x=1"),
        ("ASSAY_OIDC_ISSUER", "login.example.org"),
        ("ASSAY_OIDC_CLIENT_ID", ""),
        ("ASSAY_PUBLIC_URL", ""),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("ASSAY_OIDC_ISSUER", "https://login.example.org")
    monkeypatch.setenv("ASSAY_OIDC_CLIENT_ID", "assay")
    monkeypatch.setenv("ASSAY_OIDC_CLIENT_SECRET", "hush")
    monkeypatch.setenv("ASSAY_PUBLIC_URL", "https://labels.example.org")
    assert "hush" not in repr(read_settings())
    monkeypatch.setenv(name, value)
    with pytest.raises(ParameterError, match="ASSAY_OIDC_ISSUER"):
        read_settings()


def test_its_session_ends_like_any_other(house: House, provider: BentProvider) -> None:
    answer = tries(house, provider)
    browser = Browser(house.client, answer.cookies["assay_session"], answer.json()["csrf_token"])
    assert browser.ask("DELETE", "/session").status_code == 204
    assert not browser.works()
