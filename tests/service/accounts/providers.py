"""Two providers of sign-ins: a real one in a process of its own, and one that is bent as told."""

import base64
import gzip
import json
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx2
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from assay.service.settings import Settings
from service.accounts.browsers import Browser
from service.house import House

CLIENT_ID, CLIENT_SECRET = "assay-tests", "a secret of tests & of <nothing> else"

PUBLIC_URL = "http://assay.test"


def signing_in_by(settings: Settings, issuer: str, **more: object) -> Settings:
    """Return settings of a service whose people sign in by a provider."""
    named = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "public_url": PUBLIC_URL,
    }
    return Settings(**{**settings.model_dump(), **named, **more})


@dataclass
class Traveller:
    """Somebody at a browser of their own, on the way to the provider and back."""

    client: TestClient

    @classmethod
    def of(cls, house: House) -> Self:
        """Open a browser."""
        return cls(TestClient(house.app, base_url=PUBLIC_URL, follow_redirects=False))

    def begins(self, **body: str) -> Response:
        """Ask where to go."""
        return self.client.post("/api/v1/session/oidc", json=body)

    def goes(self, subject: str, **body: str) -> str:
        """Go to the provider and be let in; return the address to come back to."""
        begun = self.begins(**body)
        assert begun.status_code == 201, begun.text
        let_in = httpx2.post(begun.json()["address"], data={"sub": subject})
        assert let_in.status_code == 302, let_in.text
        return let_in.headers["location"]

    def comes_back(self, address: str) -> Response:
        """Follow the address."""
        return self.client.get(address)

    def completes(self, **body: str) -> Response:
        """Ask for the session."""
        return self.client.post("/api/v1/session/oidc/completion", json=body)

    def tries(self, subject: str, **body: str) -> Response:
        """Go all the way; return the first answer that is no success, or the session's."""
        back = self.comes_back(self.goes(subject))
        return self.completes(**body) if back.status_code == 303 else back

    def signs_in(self, subject: str, **body: str) -> Browser:
        """Go all the way and return the session."""
        answer = self.tries(subject, **body)
        assert answer.status_code == 201, answer.text
        return Browser(self.client, answer.cookies["assay_session"], answer.json()["csrf_token"])


@dataclass(frozen=True)
class RealProvider:
    """oidc-provider-mock, which lets in whoever asks as whoever they want to be."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Say who somebody is."""
        httpx2.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    """Run the provider in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    provider = RealProvider(f"http://127.0.0.1:{port}")
    try:
        for _ in range(600):
            try:
                httpx2.get(f"{provider.issuer}/.well-known/openid-configuration")
                break
            except httpx2.TransportError:
                assert process.poll() is None, "the provider ended"
                time.sleep(0.05)
        yield provider
    finally:
        process.terminate()
        process.wait()


def new_key(name: str) -> RSAKey:
    """Make a key for signatures."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


#: Making one takes long.
FIRST_KEY = new_key("first")


def _unchanged(document: dict[str, Any]) -> dict[str, Any]:
    return document


@dataclass
class BentProvider:
    """A provider that signs what it is told to.

    Parameters
    ----------
    describe, claim
        Change its description, and the claims of a token.
    person
        What it says of a person beside the token, to whoever has the access token.
    sign
        Makes the token; by the provider's key, as it should be, unless told otherwise.
    answers
        Statuses and bodies in place of its own, by path.
    packs, trickles
        Whether it packs its answers, and whether it sends a byte now and then.
    asked, sent
        Paths that it was asked for, and the fields that it was sent.
    """

    describe: Callable[[dict[str, Any]], dict[str, Any]] = _unchanged
    claim: Callable[[dict[str, Any]], dict[str, Any]] = _unchanged
    person: dict[str, object] = field(default_factory=dict)
    sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    packs: bool = False
    trickles: bool = False
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    nonces: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: FIRST_KEY)

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bearer = {"auth": self.headers.get("authorization", "")}
                self._answer(*provider.answer(self.path, bearer))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                fields = dict(parse_qsl(body)) | {"auth": self.headers.get("authorization", "")}
                provider.sent.append(fields)
                self._answer(*provider.answer(self.path, fields))

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                if provider.packs:
                    body = gzip.compress(body)
                    self.send_header("content-encoding", "gzip")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                try:
                    for at in range(len(body)) if provider.trickles else ():
                        self.wfile.write(body[at : at + 1])
                        time.sleep(0.05)
                    self.wfile.write(b"" if provider.trickles else body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def lets_in(self, address: str) -> str:
        """Let somebody in who came by an address; return the address to come back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_hex(8)
        self.nonces[code] = asked["nonce"]
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def answer(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """Answer a request."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        document: object = {}
        match path:
            case "/.well-known/openid-configuration":
                document = self.describe(
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/authorize",
                        "token_endpoint": f"{self.issuer}/token",
                        "jwks_uri": f"{self.issuer}/keys",
                        "userinfo_endpoint": f"{self.issuer}/person",
                    }
                )
            case "/keys":
                document = {"keys": [self.key.as_dict(private=False)]}
            case "/person" if fields["auth"] == "Bearer access":
                document = self.person
            case "/token":
                token = self.token(self.nonces.pop(fields["code"]))
                document = {"access_token": "access", "token_type": "Bearer", "id_token": token}
        return 200, json.dumps(document).encode()

    def token(self, nonce: str) -> str:
        """Return a token."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "ada-1",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "email": "ada@buyer.test",
            "email_verified": True,
            "name": "Ada",
        }
        header = {"alg": "RS256", "kid": self.key.kid}
        sign = self.sign or (lambda head, said: jwt.encode(head, said, self.key))
        return sign(header, self.claim(claims))


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token that nobody has signed."""
    parts = [json.dumps(part).encode() for part in ({**header, "alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
