"""Objects in a bucket of an S3 API, by obstore."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore, S3Store

from assay.service.storage.objects import PIECE, Listed, absent, checked_name, unavailable

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ClientConfig, S3Config

#: A store that is away is told within seconds: whoever waits for it holds a request.
_CONNECT, _REQUEST = timedelta(seconds=5), timedelta(seconds=60)
_RETRIES, _RETRIED = 3, timedelta(seconds=20)

#: Bytes of a part of a long object, and how many are on their way at once.
_PART, _PARTS = 1 << 23, 2


@dataclass(frozen=True, slots=True)
class S3Objects:
    """Objects in a bucket of an S3 API.

    Parameters
    ----------
    store
        The bucket, as obstore knows it.
    """

    store: ObjectStore = field(repr=False)

    @classmethod
    def open(cls, bucket: str, prefix: str = "", *, endpoint: str | None = None) -> "S3Objects":
        """Return the objects of a bucket; credentials come from the environment."""
        address = endpoint or os.environ.get("AWS_ENDPOINT_URL", "")
        config: S3Config = {"endpoint": address} if address else {}
        # Plain http is for a store in the same house, and only where the address says so.
        options: ClientConfig = {
            "allow_http": address.startswith("http://"),
            "connect_timeout": _CONNECT,
            "timeout": _REQUEST,
        }
        store = S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options=options,
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRIED},
        )
        return cls(store)

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Upload an object, in parts where it is long; an upload that breaks off leaves none."""
        # Pieces are drawn here and not by the library, whose runtime takes no call from within:
        # they may come from the store themselves.
        with _remote_faults(name):
            writer = obstore.open_writer(
                self.store, checked_name(name), buffer_size=_PART, max_concurrency=_PARTS
            )
        for piece in pieces:
            with _remote_faults(name):
                writer.write(piece)
        # What is never closed never becomes an object.
        with _remote_faults(name):
            writer.close()

    def get(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield an object."""
        options: GetOptions = {}
        if stop is not None:
            options["range"] = (start, stop)
        elif start:
            options["range"] = {"offset": start}
        with _remote_faults(name):
            found = obstore.get(self.store, checked_name(name), options=options)
            stream = found.stream(min_chunk_size=PIECE)
        return _streamed(stream, name)

    def find(self, name: str) -> Listed | None:
        """Return an object's size and time."""
        with _remote_faults(name):
            try:
                known = obstore.head(self.store, checked_name(name))
            except (NotFoundError, FileNotFoundError):
                return None
        return Listed(name, known["size"], known["last_modified"])

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Yield the objects below a prefix."""
        with _remote_faults(prefix):
            for page in obstore.list(self.store, checked_name(prefix) if prefix else None):
                for known in page:
                    yield Listed(known["path"], known["size"], known["last_modified"])

    def delete(self, name: str) -> None:
        """Delete an object."""
        with _remote_faults(name), suppress(NotFoundError, FileNotFoundError):
            obstore.delete(self.store, checked_name(name))


def _streamed(stream: Iterable[bytes], name: str) -> Iterator[bytes]:
    with _remote_faults(name):
        for piece in stream:
            yield bytes(piece)


@contextmanager
def _remote_faults(name: str) -> Iterator[None]:
    """Tell faults of the object store as what they are to the caller."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise absent(name) from error
    except (BaseError, OSError) as error:
        raise unavailable(name, error) from error
