"""Speaking to the provider of sign-ins: with little time, few bytes, and nothing taken on trust.

Its description and its keys are fetched when they are first needed and kept for an hour; keys are
fetched anew when a token names one that is not among them.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import structlog
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from joserfc.jwk import KeySet

from assay.service import clock
from assay.service.accounts.id_token import (
    UnknownKeyError,
    UntrustedTokenError,
    read_id_token,
    signing_keys,
)
from assay.service.problems import RefusedError, ServiceError
from assay.service.settings import Settings, is_web_address

_LOG = structlog.get_logger(__name__)

#: Where the provider sends people back to; it must know this address.
CALLBACK = "/api/v1/session/oidc/callback"

_SCOPES = "openid email profile"

#: Seconds for each thing that is waited for, and for a whole answer.
_PATIENCE_S, _ALTOGETHER_S = 5.0, 10.0

#: Descriptions and keys of large providers have some thousands of bytes.
_MOST_BYTES = 256 * 1024

#: Seconds for which a description and keys are good.
_KEPT_S = 3600.0


class ProviderError(ServiceError):
    """A provider that cannot be reached, or does not answer as it must."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True)
class Asked:
    """What is known of a question to the provider, to which its answer must fit.

    Parameters
    ----------
    state
        What comes back with the person.
    nonce
        What comes back within the token.
    verifier
        What proves that whoever asks for the token is who sent the person.
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Brought:
    """What a person brings back from the provider, as parameters of an address: not trusted yet.

    Parameters
    ----------
    code
        What the provider gives a token for, if it let them in.
    error
        Why it did not.
    issuer
        Who says to have sent them back (RFC 9207).
    """

    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True)
class Proof:
    """Whom the provider has proved somebody to be.

    Parameters
    ----------
    issuer, subject
        Who it is, for ever.
    email
        The address, in small letters, if the provider has made sure of it.
    name
        What to call them; may be empty.
    """

    issuer: str
    subject: str
    email: str | None
    name: str

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """Read it from the claims of a token that holds."""
        name = claims.get("name")
        return cls(
            issuer=claims["iss"],
            subject=claims["sub"],
            email=_verified_address(claims),
            name=name if isinstance(name, str) else "",
        )


@dataclass(frozen=True)
class _Description:
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    auth_method: str
    says_who_answers: bool
    read: float

    @classmethod
    def of(cls, document: Mapping[str, Any], issuer: str, *, secret: bool) -> Self:
        """Check and read it."""
        if document.get("issuer") != issuer:
            raise ValueError(f"it says that its issuer is {document.get('issuer')!r}")
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        about_people = document.get("userinfo_endpoint")
        named = {place: document.get(place) for place in places}
        for place, address in {**named, "userinfo_endpoint": about_people or issuer}.items():
            if not _is_endpoint(address, issuer):
                raise ValueError(f"its {place} is no https address")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in methods or "client_secret_post" not in methods
        with_secret = "client_secret_basic" if basic else "client_secret_post"
        return cls(
            **{place: str(address) for place, address in named.items()},
            userinfo_endpoint=about_people,
            auth_method=with_secret if secret else "none",
            says_who_answers=document.get("authorization_response_iss_parameter_supported") is True,
            read=time.monotonic(),
        )


class Provider:
    """The provider of sign-ins.

    Parameters
    ----------
    issuer
        Its address, as it calls itself.
    client_id, client_secret
        What it calls us, and what we prove it with; no secret for a public client.
    public_url
        Where people reach us.
    """

    def __init__(
        self, issuer: str, *, client_id: str, client_secret: str | None, public_url: str
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._public_url = public_url.rstrip("/")
        self._described: _Description | None = None
        self._keys: KeySet | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the one that the settings name, if any."""
        if settings.oidc_issuer is None:
            return None
        secret = settings.oidc_client_secret
        return cls(
            settings.oidc_issuer,
            client_id=settings.oidc_client_id or "",
            client_secret=secret.get_secret_value() if secret else None,
            public_url=settings.public_url or "",
        )

    @property
    def host(self) -> str:
        """What people know it by."""
        return urlsplit(self.issuer).netloc

    def page(self, path: str) -> str:
        """Return the address of a page of our own; whatever the path says, it is of our origin."""
        return f"{self._public_url}/{path.removeprefix('/')}"

    def question(self, asked: Asked) -> str:
        """Return the address to send a person to.

        Raises
        ------
        ProviderError
            When the provider cannot be reached, or does not describe itself as it must.
        """
        described = self._description()
        with self._client(described) as client:
            address, _ = client.create_authorization_url(
                described.authorization_endpoint,
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return str(address)

    def prove(self, asked: Asked, brought: Brought) -> Proof:
        """Return whom the provider has let in.

        Parameters
        ----------
        asked
            The question.
        brought
            What the person came back with.

        Raises
        ------
        ProviderError
            When the provider cannot be reached, or does not answer as it must.
        RefusedError
            When what it answers does not prove anybody.
        """
        said = brought.issuer
        if said != self.issuer and (said is not None or self._description().says_who_answers):
            raise _refused("The answer is another provider's.")
        if brought.code is None:
            # What it says is anybody's text: it goes into the log, and into no answer.
            raise _refused(f"It let nobody in: {(brought.error or '')[:100]!r}.")
        tokens = self._exchange(brought.code, asked.verifier)
        text = tokens.get("id_token")
        if not isinstance(text, str):
            raise _refused("There is no ID token in the answer.")
        access_token = tokens.get("access_token")
        try:
            claims = self._claims(text, asked.nonce, access_token)
        except UntrustedTokenError as error:
            raise _refused(str(error)) from None
        return Proof.of(claims if "email" in claims else self._with_address(claims, access_token))

    def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        described = self._description()
        with self._client(described) as client, self._answering():
            try:
                found: Mapping[str, Any] = client.fetch_token(
                    described.token_endpoint,
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                )
            except OAuthError as error:
                raise _refused(f"The code was not taken: {error.error}.") from None
        return found

    def _claims(self, text: str, nonce: str, access_token: object) -> Mapping[str, Any]:
        def read(keys: KeySet) -> Mapping[str, Any]:
            return read_id_token(
                text,
                keys,
                issuer=self.issuer,
                client_id=self._client_id,
                nonce=nonce,
                access_token=access_token if isinstance(access_token, str) else None,
                now=int(clock.now().timestamp()),
            )

        described, keys = self._description(), self._keys
        if keys is not None:
            try:
                return read(keys)
            except UnknownKeyError:
                _LOG.info("oidc-keys-read-anew", issuer=self.issuer)
        self._keys = keys = signing_keys(self._fetch(described.jwks_uri))
        return read(keys)

    def _with_address(self, claims: Mapping[str, Any], access_token: object) -> Mapping[str, Any]:
        """Add what a provider says of a person elsewhere than in the token (Core, 5.3)."""
        endpoint = self._description().userinfo_endpoint
        if endpoint is None or not isinstance(access_token, str):
            return claims
        said = self._fetch(endpoint, {"authorization": f"Bearer {access_token}"})
        if said.get("sub") != claims["sub"]:
            raise _refused("What it says of the person is of somebody else.")
        # Address and assurance are taken together: one says nothing of another's address.
        told = {name: said.get(name) for name in ("email", "email_verified")}
        return {"name": said.get("name"), **claims, **told}

    def _description(self) -> _Description:
        described = self._described
        if described is not None and time.monotonic() - described.read < _KEPT_S:
            return described
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        document = self._fetch(address)
        with self._answering():
            secret = self._client_secret is not None
            described = _Description.of(document, self.issuer, secret=secret)
        # Keys are as old as the description beside them.
        self._described, self._keys = described, None
        return described

    def _fetch(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        with self._answering(), httpx2.Client(**_manners()) as client:
            response = client.get(address, headers=headers)
            response.raise_for_status()
            document = response.json()
            if response.status_code != HTTPStatus.OK or not isinstance(document, dict):
                raise ValueError(f"{address} is no JSON object")
            return document

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn every way in which a provider fails into words for people, and a line of the log."""
        try:
            yield
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            ValueError,
            TypeError,
            RecursionError,
        ) as error:
            _LOG.warning("oidc-provider-failed", issuer=self.issuer, why=str(error) or repr(error))
            raise ProviderError(
                f"The provider of sign-ins at {self.host} does not answer as it should. Try again "
                "in a minute, or sign in with a password; if it lasts, tell whoever runs Assay."
            ) from None

    def _client(self, described: _Description) -> Any:  # noqa: ANN401 - Authlib has no types
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method=described.auth_method,
            redirect_uri=f"{self._public_url}{CALLBACK}",
            scope=_SCOPES,
            code_challenge_method="S256",
            **_manners(),
        )


class _Bounded(httpx2.BaseTransport):
    """Answers of few bytes within little time; packed ones are refused, as they can be any size."""

    def __init__(self) -> None:
        self._inner = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read all of its answer."""
        begun, body = time.monotonic(), bytearray()
        response = self._inner.handle_request(request)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise httpx2.ReadError("The answer is packed.", request=request)
            for part in response.iter_raw():
                body += part
                if len(body) > _MOST_BYTES:
                    raise httpx2.ReadError(f"More than {_MOST_BYTES} bytes.", request=request)
                if time.monotonic() - begun > _ALTOGETHER_S:
                    raise httpx2.ReadTimeout(f"More than {_ALTOGETHER_S:g} s.", request=request)
        finally:
            response.close()
        headers = {"content-type": response.headers.get("content-type", "")}
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body))

    def close(self) -> None:
        """Give the connections back."""
        self._inner.close()


def _manners() -> dict[str, Any]:
    return {
        "transport": _Bounded(),
        "timeout": _PATIENCE_S,
        "follow_redirects": False,
        "headers": {"accept": "application/json", "accept-encoding": "identity"},
    }


def _verified_address(claims: Mapping[str, Any]) -> str | None:
    email = claims.get("email")
    # Text such as "true" is no assurance.
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return None
    small = email.strip().lower()
    # Made small, some letters become others: the sign of Kelvin is no k, but its small one is.
    is_itself = email.isascii() or small == email
    return small if is_itself and small.isprintable() else None


def _is_endpoint(address: object, issuer: str) -> bool:
    """Say whether an address is as safe as that of the provider itself; it may have a query."""
    same = isinstance(address, str) and urlsplit(address).scheme == urlsplit(issuer).scheme
    return same and is_web_address(str(address).partition("?")[0])


def _refused(why: str) -> RefusedError:
    _LOG.warning("oidc-not-proved", why=why)
    return RefusedError(
        None, "The provider of sign-ins did not prove who you are. Sign in again.", why="not proved"
    )
