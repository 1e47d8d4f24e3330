"""Speaking to the service over HTTP, as any program would."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx2

from assay.errors import AssayError, SourceError

#: Bytes sent at once where the service does not say otherwise.
_PART_BYTES = 4 * 2**20

#: Times that a request is sent when the connection fails, and seconds before the second.
_TRIES, _PAUSE_S = 4, 0.5


class RefusedError(AssayError):
    """What the service refused, in its own words.

    Parameters
    ----------
    status
        HTTP status.
    detail
        What to do.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Client:
    """Somebody who speaks to the service: signed in by a session or a token.

    Parameters
    ----------
    address
        Where the service is, such as ``http://127.0.0.1:8080``.
    token
        Of a program; "" for nobody, or for :meth:`sign_in`.
    """

    def __init__(self, address: str, *, token: str = "") -> None:
        self.address = address.rstrip("/")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=300)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str, *, code: str | None = None) -> None:
        """Open a session; every later request belongs to it."""
        body = {"email": email, "password": password, "code": code}
        opened = self.post("/session", body)
        self._http.headers["x-csrf-token"] = opened["csrf_token"]

    def get(self, path: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """Return what is at a path."""
        return self._json("GET", path, params=parameters)

    def post(
        self, path: str, body: object = None, *, version: int | None = None, **parameters: object
    ) -> Any:  # noqa: ANN401 - JSON
        """Have something made or done, once even if the connection fails on the way."""
        headers = {"idempotency-key": uuid4().hex}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return self._json("POST", path, json=body, params=parameters, headers=headers)

    def put(self, path: str, body: object = None, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """Set something."""
        return self._json("PUT", path, json=body, params=parameters)

    def patch(self, path: str, version: int, body: object) -> Any:  # noqa: ANN401 - JSON
        """Change the version of something that was read."""
        return self._json("PATCH", path, json=body, headers={"if-match": f'"{version}"'})

    def delete(self, path: str) -> None:
        """Take something away."""
        self._json("DELETE", path)

    def send(self, path: str, data: bytes, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """Post bytes as they are."""
        return self._json(
            "POST",
            path,
            content=data,
            params=parameters,
            headers={"content-type": "application/octet-stream"},
        )

    def bytes_at(self, path: str) -> bytes:
        """Return the bytes at a path."""
        return self._ask("GET", path).content

    def all_of(self, path: str, **parameters: object) -> Iterator[Any]:
        """Yield every entry of a list, however long."""
        cursor: dict[str, str] = {}
        while True:
            part = self.get(path, limit=200, **parameters, **cursor)
            yield from part["items"]
            if part["next"] is None:
                return
            cursor = {"cursor": part["next"]}

    def deliver(self, batch: str, archive: Path) -> Any:  # noqa: ANN401 - JSON
        """Upload an archive for a batch of one's own, and return the delivery that it became.

        Raises
        ------
        SourceError
            When there is no such file, or it is empty.
        RefusedError
            When the service does not take it.
        """
        digest, size = _digest(archive)
        order = {"file_name": archive.name, "size": size, "sha256": digest}
        upload = self.post(f"/vendor/batches/{batch}/uploads", order)
        path, step = f"/vendor/uploads/{upload['id']}", min(upload["part_bytes"], _PART_BYTES)
        with archive.open("rb") as file:
            while upload["received"] < size:
                file.seek(upload["received"])
                upload = self._add_part(path, file.read(step), upload["received"])
        return self.post(f"{path}/completion")

    def wait(self, path: str, *, until: str, field: str = "state", seconds: float = 600) -> Any:  # noqa: ANN401 - JSON
        """Return what is at a path once a field has left a value behind.

        Raises
        ------
        SourceError
            When it has not within the time.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            found = self.get(path)
            if found[field] != until:
                return found
            time.sleep(0.1)
        raise SourceError(f"{path} was still {until} after {seconds:.0f} s. Is a worker running?")

    def _add_part(self, path: str, part: bytes, offset: int) -> Any:  # noqa: ANN401 - JSON
        headers = {
            "upload-offset": str(offset),
            "content-type": "application/octet-stream",
        }
        try:
            return self._json("PATCH", path, content=part, headers=headers)
        except httpx2.TransportError:
            # Whether it arrived is not known: the service says how much is here.
            return self.get(path)

    def _json(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        response = self._ask(method, path, **more)
        return response.json() if response.content else None

    def _ask(self, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 - as httpx2 takes it
        response = self._reach(method, path, more)
        if response.is_error:
            raise RefusedError(response.status_code, _detail(response))
        return response

    def _reach(self, method: str, path: str, more: Mapping[str, Any]) -> httpx2.Response:
        """Send a request until the connection holds; a part of an upload only once."""
        for pause in (*(_PAUSE_S * 2**attempt for attempt in range(_TRIES - 1)), None):
            try:
                return self._http.request(method, path, **more)
            except httpx2.TransportError as error:
                if method == "PATCH" and "content" in more:
                    raise
                if pause is None:
                    raise SourceError(
                        f"{self.address} does not answer ({error}). Is the service running there?"
                    ) from None
                time.sleep(pause)
        raise AssertionError("The last try returns or raises.")


def _detail(response: httpx2.Response) -> str:
    try:
        document: Mapping[str, Any] = response.json()
    except json.JSONDecodeError:
        return f"The service answered {response.status_code} and nothing that says why."
    faults = "; ".join(
        f"{fault['field']}: {fault['message']}" for fault in document.get("errors", ())
    )
    detail = str(document.get("detail", response.status_code))
    return f"{detail} ({faults})" if faults else detail


def _digest(archive: Path) -> tuple[str, int]:
    if not archive.is_file():
        raise SourceError(f"There is no file {str(archive)!r}. Pack the labels into one archive.")
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = archive.stat().st_size
    if size == 0:
        raise SourceError(f"{str(archive)!r} is empty. Pack the labels into it.")
    return digest, size
