"""An object store that fails: busy, silent, cut off in the middle, or with other bytes."""

import hashlib
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from unittest.mock import patch
from urllib.parse import urlsplit

from assay.service.storage import s3

How = Literal["busy", "silent", "cut", "changed"]

#: The library is as patient as it is, but not for minutes.
_PATIENCE: dict[str, Any] = {
    "_REQUEST": timedelta(seconds=1),
    "_RETRIED": timedelta(seconds=2),
    "_RETRIES": 1,
}


class FailingStore:
    """Stands before an S3 API, and fails the n-th request.

    Parameters
    ----------
    endpoint
        The API.
    first
        Number of the request; 0 for none.
    how
        ``busy`` (503), ``silent`` (no answer) and ``cut`` (the body ends in the middle) last until
        it is healed; ``changed`` flips a bit of what is sent or fetched, once.
    """

    def __init__(self, endpoint: str, first: int, how: How) -> None:
        self.passed = 0
        self.failed = 0
        self._first = first
        self.how = how
        self._counts = False
        self._healed = threading.Event()
        self._lock = threading.Lock()
        self.endpoint = urlsplit(endpoint).netloc
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.store = self

    @property
    def address(self) -> str:
        """Return where it stands."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def begin(self) -> None:
        """Count from now on."""
        self._counts = True

    def heal(self) -> None:
        """Fail no more."""
        self._first = 0
        self._healed.set()

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Stand there for a while."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        thread.start()
        try:
            with patch.multiple(s3, **_PATIENCE):
                yield self
        finally:
            self.heal()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def fails(self) -> bool:
        """Count a request; say whether it fails."""
        with self._lock:
            self.passed += self._counts
            lasting = self.how != "changed" and self.passed > self._first
            fails = self._first > 0 and (self.passed == self._first or lasting)
            self.failed += fails
            if fails and self.how == "changed":
                self._first = 0
        return fails

    def wait(self) -> None:
        """Say nothing, until it is healed."""
        self._healed.wait(30)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    store: FailingStore


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def answer(self) -> None:
        """Pass a request on, or fail it."""
        with suppress(ConnectionError):
            self._answer(self.server.store)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer  # noqa: N815 - as the library has them

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, store: FailingStore) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        how = store.how if store.fails() else ""
        if how == "busy":
            self._send(503, {}, b"")
            return
        if how == "silent":
            store.wait()
            self.close_connection = True
            return
        sent = _changed(body) if how == "changed" else body
        if not self._is_as_signed(sent):
            self._send(400, {}, _MISMATCH)
            return
        status, headers, told = self._ask(store, sent)
        if how == "changed" and not body:
            told = _changed(told)
        self._send(status, headers, told, cut=how == "cut")

    def _is_as_signed(self, body: bytes) -> bool:
        """Return whether a body has the digest that its request was signed for, as S3 demands."""
        signed = self.headers.get("x-amz-content-sha256", "")
        return len(signed) != 64 or hashlib.sha256(body).hexdigest() == signed

    def _ask(self, store: FailingStore, body: bytes) -> tuple[int, dict[str, str], bytes]:
        api = http.client.HTTPConnection(store.endpoint, timeout=30)
        try:
            api.request(self.command, self.path, body or None, dict(self.headers))
            told = api.getresponse()
            return told.status, dict(told.getheaders()), told.read()
        finally:
            api.close()

    def _send(
        self, status: int, headers: Mapping[str, str], body: bytes, *, cut: bool = False
    ) -> None:
        self.send_response_only(status)
        kept = {name.lower(): value for name, value in headers.items()}
        kept.pop("transfer-encoding", None)
        if self.command != "HEAD":
            kept["content-length"] = str(len(body))
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut


_MISMATCH = b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>"


def _changed(body: bytes) -> bytes:
    """Return other bytes of the same length."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :] if body else body
