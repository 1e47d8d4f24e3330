"""Bytes by the SHA-256 of their content, sealed; the same bytes are kept once.

A blob is two objects.  ``data/RANDOM`` holds the sealed bytes.  ``blobs/DIGEST`` is the envelope:
it names the data and holds its wrapped key, and a blob exists as soon as its envelope does.  So a
blob of any size is there whole or not at all; two uploads of the same bytes at once end with
either's envelope, and both are right; and rotating a master key rewrites envelopes of 250 bytes.

What a crash leaves behind is data without an envelope; :meth:`Blobs.collect` removes it after a
day.

A blob that nothing refers to is discarded once nobody has put it for long.  Whoever puts the same
bytes again makes it young again, and the two meet without a lock: the one who discards first says
so (``removing/DIGEST``) and then looks at the age; the one who puts first makes it young and then
looks for that word.  Whichever comes second sees the other.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from time import sleep
from typing import Self

from assay.errors import StorageError, StorageUnavailableError, TooLargeError
from assay.service import clock
from assay.service.crashing import crash_point
from assay.service.storage.objects import INCOMING, Objects
from assay.service.storage.sealing import (
    CHUNK,
    Keyring,
    WrappedKey,
    new_data_key,
    seal,
    sealed_size,
    unseal,
)

#: How old data without an envelope must be before it counts as left behind.
ORPHANED = timedelta(days=1)

#: A blob that is put again is young for so long; whoever discards wants it much older.
YOUNG = timedelta(days=1)

#: Removing a blob takes no longer than so; whoever said that it does was killed.
_REMOVED = timedelta(minutes=10)

#: Envelopes that are read at once.
_HANDS = 8

#: How often whoever puts a blob that is being removed looks again, and after how many seconds.
_TRIES, _WAIT_S = 100, 0.1


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are kept.

    Parameters
    ----------
    digest
        SHA-256 of the bytes, in hexadecimal: their name.
    size
        How many they are.
    """

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a blob's bytes lie, and their key.

    Parameters
    ----------
    blob
        What they are.
    data
        Random id of the data.
    key
        Its key, wrapped.
    """

    blob: Blob
    data: str
    key: WrappedKey

    @property
    def bound(self) -> str:
        """Return what the wrapped key is bound to: it opens for this blob and this data alone."""
        return f"{self.blob.digest}/{self.data}"

    @property
    def data_name(self) -> str:
        """Return the name of the object that holds the sealed bytes."""
        return _data(self.data)

    @property
    def text(self) -> bytes:
        """Return the envelope as it is stored."""
        fields = {
            "size": self.blob.size,
            "data": self.data,
            "master": self.key.master,
            "key": base64.b64encode(self.key.sealed).decode(),
        }
        return json.dumps(fields).encode()

    @classmethod
    def parse(cls, digest: str, text: bytes) -> Self:
        """Return the envelope of a blob.

        Raises
        ------
        StorageError
            When it is damaged.
        """
        try:
            fields = json.loads(text)
            key = WrappedKey(fields["master"], base64.b64decode(fields["key"], validate=True))
            return cls(Blob(digest, int(fields["size"])), str(fields["data"]), key)
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"The envelope of the blob {digest} is damaged. Restore it from a backup."
            ) from error


@dataclass(frozen=True, slots=True)
class Blobs:
    """All blobs of a service.

    Parameters
    ----------
    objects
        Where they lie.
    keyring
        Master keys that wrap the blobs' own.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from assay.service.storage.local import LocalObjects
    >>> from assay.service.storage.sealing import new_master_key
    >>> blobs = Blobs(LocalObjects(Path(mkdtemp())), Keyring.parse(new_master_key("2026")))
    >>> blob = blobs.put([b"pix", b"els"])
    >>> blob.size, b"".join(blobs.get(blob.digest))
    (6, b'pixels')
    """

    objects: Objects
    keyring: Keyring = field(repr=False)

    def put(self, pieces: Iterable[bytes], *, limit: int | None = None) -> Blob:
        """Keep some bytes; they are durable when it returns.

        Parameters
        ----------
        pieces
            The bytes, read once and never held as a whole.
        limit
            Most bytes to take.

        Raises
        ------
        TooLargeError
            When there are more; nothing is kept.
        StorageUnavailableError
            When the storage fails; nothing is kept.
        """
        data, key = secrets.token_hex(16), new_data_key()
        counted = _Counted(pieces, limit)
        self.objects.put(_data(data), seal(counted, key, data))
        crash_point("blob-data-stored")
        blob = Blob(counted.digest, counted.size)
        if self._is_whole(blob) and self._keep_young(blob):
            self._forget(data)
            return blob
        unwrapped = Envelope(blob, data, WrappedKey("", b""))
        self.store(Envelope(blob, data, self.keyring.wrap(key, unwrapped.bound)))
        crash_point("blob-envelope-stored")
        return blob

    def get(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes of a blob, each piece checked before it is given out, and then the whole.

        Raises
        ------
        StorageError
            At once when there is no such blob or its key is not at hand; on the way when it is
            damaged.
        """
        envelope = self.envelope(digest)
        return _checked(self.stretch(envelope, 0, envelope.blob.size), envelope)

    def stretch(self, envelope: Envelope, start: int, stop: int) -> Iterator[bytes]:
        """Yield some of a blob's bytes, each piece checked before it is given out.

        No more is read than the chunks in which they lie.

        Parameters
        ----------
        envelope
            Of the blob.
        start, stop
            From which byte, and before which; something lies between them, or all is empty.

        Raises
        ------
        StorageError
            As :meth:`get`.
        """
        key, size = self.keyring.unwrap(envelope.key, envelope.bound), envelope.blob.size
        first, after = start // CHUNK, max(1, -(-stop // CHUNK))
        ends = after >= max(1, -(-size // CHUNK))
        sealed = self.objects.get(
            envelope.data_name,
            sealed_size(first * CHUNK) if first else 0,
            # To its very end: what was added there is seen.
            None if ends else sealed_size(after * CHUNK),
        )
        chunks = unseal(sealed, key, envelope.data, first=first, ends=ends)
        return _cut(chunks, start - first * CHUNK, stop - first * CHUNK)

    def read(self, digest: str, *, limit: int) -> bytes:
        """Return the bytes of a blob that is known to be small.

        Raises
        ------
        TooLargeError
            When it is larger than the limit.
        StorageError
            As :meth:`get`.
        """
        size = self.find(digest).size
        if size > limit:
            raise TooLargeError(f"The blob {digest} has {size:,} bytes, more than {limit:,}.")
        return b"".join(self.get(digest))

    def check(self, digest: str) -> None:
        """Read every byte of a blob, and compare the whole with its digest.

        Raises
        ------
        StorageError
            As :meth:`get`.
        """
        for _ in self.get(digest):
            pass

    def find(self, digest: str) -> Blob:
        """Return a blob's size without reading it.

        Raises
        ------
        StorageError
            When there is no such blob.
        """
        return self.envelope(digest).blob

    def has(self, digest: str) -> bool:
        """Return whether a blob exists."""
        return self.objects.find(_name(digest)) is not None

    def delete(self, digest: str) -> None:
        """Forget a blob for good; nothing happens where there is none.  Its key goes with it."""
        if self.has(digest):
            self._delete(digest)

    def _delete(self, digest: str) -> None:
        data = self.envelope(digest).data
        self.objects.delete(_name(digest))
        crash_point("removal-half")
        self.objects.delete(_data(data))

    def digests(self) -> Iterator[str]:
        """Yield the digest of every blob."""
        return (listed.name.rpartition("/")[2] for listed in self.objects.list("blobs"))

    def envelope(self, digest: str) -> Envelope:
        """Return the envelope of a blob.

        Raises
        ------
        StorageError
            When there is none, or it is damaged.
        """
        return Envelope.parse(digest, b"".join(self.objects.get(_name(digest))))

    def rotate(self, digest: str) -> bool:
        """Wrap a blob's key by the current master key; return whether it was another's before."""
        envelope = self.envelope(digest)
        key = self.keyring.rewrap(envelope.key, envelope.bound)
        if key is envelope.key:
            return False
        self.store(Envelope(envelope.blob, envelope.data, key))
        return True

    def untouched(self, since: datetime) -> Iterator[str]:
        """Yield the digest of every blob that nobody has put since a moment."""
        for listed in self.objects.list("blobs"):
            if listed.modified < since:
                yield listed.name.rpartition("/")[2]

    def discard(self, digest: str, *, untouched_since: datetime) -> bool:
        """Delete a blob unless somebody has put it since a moment; return whether it was deleted.

        Parameters
        ----------
        digest
            Of a blob that nothing refers to.
        untouched_since
            Much longer ago than :data:`YOUNG`.
        """
        self.objects.put(_removing(digest), [b""])
        crash_point("removal-begun")
        known = self.objects.find(_name(digest))
        old = known is not None and known.modified < untouched_since
        if old:
            self._delete(digest)
        self.objects.delete(_removing(digest))
        return old

    def collect(self, now: datetime) -> int:
        """Remove what crashes left behind; return how many objects that were.

        Files half written and data without an envelope go once they are older than
        :data:`ORPHANED`, so that no upload under way is touched.
        """
        with ThreadPoolExecutor(_HANDS) as hands:
            # Each waits for the disk or the net.
            named = set(hands.map(self._data_of, self.digests()))
        old = now - ORPHANED
        orphans = [
            listed.name
            for prefix in (INCOMING, "removing", "data")
            for listed in self.objects.list(prefix)
            if listed.modified < old and listed.name.rpartition("/")[2] not in named
        ]
        for name in orphans:
            self.objects.delete(name)
        return len(orphans)

    def _data_of(self, digest: str) -> str:
        """Return the data that a listed blob names; "" where it was deleted since."""
        try:
            return self.envelope(digest).data
        except StorageError:
            if self.has(digest):
                raise
            return ""

    def _is_whole(self, blob: Blob) -> bool:
        """Return whether a blob is kept already, so that nothing new need be."""
        if not self.has(blob.digest):
            return False
        try:
            data = self.objects.find(_data(self.envelope(blob.digest).data))
        except StorageError:
            # A damaged envelope is mended by the new one.
            return False
        return data is not None and data.size == sealed_size(blob.size)

    def _keep_young(self, blob: Blob) -> bool:
        """Make a blob young that is kept already; return whether it is still there then."""
        known = self.objects.find(_name(blob.digest))
        if known is None:
            return False
        if known.modified > clock.now() - YOUNG:
            return True
        envelope = self.envelope(blob.digest)
        # Under the current master key: one that is rotated meanwhile stays rotated.
        key = self.keyring.rewrap(envelope.key, envelope.bound)
        self.store(Envelope(blob, envelope.data, key))
        self._wait_while_removed(blob.digest)
        return self._is_whole(blob)

    def _wait_while_removed(self, digest: str) -> None:
        """Wait until nobody is discarding a blob: it takes a moment, and seldom happens at all."""
        for _ in range(_TRIES):
            removing = self.objects.find(_removing(digest))
            if removing is None or removing.modified < clock.now() - _REMOVED:
                return
            sleep(_WAIT_S)
        raise StorageUnavailableError(
            "The same bytes, which nothing referred to, are being removed at this moment. Send "
            "them again in a few minutes."
        )

    def store(self, envelope: Envelope) -> None:
        """Keep the envelope of data that is there: from now on the blob exists."""
        self.objects.put(_name(envelope.blob.digest), [envelope.text])

    def _forget(self, data: str) -> None:
        """Remove data that no envelope names; where that fails, the collection does it later."""
        with suppress(StorageError):
            self.objects.delete(_data(data))


class _Counted:
    """Pieces whose size and digest are known once they have been read."""

    def __init__(self, pieces: Iterable[bytes], limit: int | None) -> None:
        self._pieces = pieces
        self._limit = limit
        self._hash = sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            if self._limit is not None and self.size > self._limit:
                raise TooLargeError(f"More than {self._limit:,} bytes came. Send less at once.")
            self._hash.update(piece)
            yield piece


def _cut(pieces: Iterable[bytes], start: int, stop: int) -> Iterator[bytes]:
    """Yield what lies between two places of pieces that follow each other."""
    place = 0
    for piece in pieces:
        part = piece[max(0, start - place) : max(0, stop - place)]
        place += len(piece)
        if part:
            yield part


def _checked(pieces: Iterable[bytes], envelope: Envelope) -> Iterator[bytes]:
    """Yield the pieces of a blob, and compare the whole with its name at the end."""
    counted = _Counted(pieces, None)
    yield from counted
    if Blob(counted.digest, counted.size) != envelope.blob:
        raise StorageError(
            f"The blob {envelope.blob.digest} holds other bytes. Restore it from a backup."
        )


def _name(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest}"


def _removing(digest: str) -> str:
    return f"removing/{digest}"


def _data(data: str) -> str:
    return f"data/{data[:2]}/{data}"
