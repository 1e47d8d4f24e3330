"""Envelope encryption: each object has a key of its own, wrapped by a master key.

Data is sealed in chunks by AES-256-GCM, so that a file of any size is sealed and opened in bounded
memory.  A chunk's nonce is its number and whether it is the last, as in the STREAM construction
(Hoang, Reyhanitabar, Rogaway and Vizár 2015): chunks that are missing, swapped, repeated or taken
from another object do not open.  A data key is used for one object only, so that no nonce recurs.

A data key is wrapped by AES-256-GCM under a master key, with the object's id as associated data:
a wrapped key does not open under another name.  Rotation wraps the data keys anew and leaves the
data as it is.
"""

import base64
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.errors import StorageError

#: Bytes of data in a sealed chunk; each is 16 bytes longer when sealed.
CHUNK = 1 << 18

_TAG = 16
_NONCE = 12


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key that only a master key opens.

    Parameters
    ----------
    master
        Id of that master key.
    sealed
        Nonce and sealed key, 60 bytes.
    """

    master: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys at hand.

    Parameters
    ----------
    current
        Id of the key that wraps what is new.
    keys
        32 secret bytes by id; never shown.

    Examples
    --------
    >>> ring = Keyring.parse(new_master_key("2026"))
    >>> ring.current
    '2026'
    >>> key = new_data_key()
    >>> ring.unwrap(ring.wrap(key, "blob-1"), "blob-1") == key
    True
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Return the keys of a text: ``ID:BASE64``, one a line or with commas, the newest first.

        Raises
        ------
        StorageError
            When a key is not 32 bytes in base64, an id comes twice, or there is none.
        """
        pairs = [_key(word) for word in text.replace(",", "\n").split()]
        if not pairs:
            raise StorageError(f"There is no master key. {_HOW}")
        keys = dict(pairs)
        if len(keys) < len(pairs):
            raise StorageError("Two master keys have the same id. Give each its own.")
        return cls(pairs[0][0], keys)

    def wrap(self, key: bytes, name: str) -> WrappedKey:
        """Return a data key, wrapped for the object of that name by the current master key."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, key, _bound(self.current, name))
        return WrappedKey(self.current, nonce + sealed)

    def unwrap(self, wrapped: WrappedKey, name: str) -> bytes:
        """Return the data key of the object of that name.

        Raises
        ------
        StorageError
            When its master key is not at hand, or the wrapped key was made for another object.
        """
        master = self.keys.get(wrapped.master)
        if master is None:
            raise StorageError(
                f"The object {name} is sealed under the master key {wrapped.master!r}, which is "
                f"not at hand (there are: {', '.join(self.keys)}). Add it to the master keys."
            )
        nonce, sealed = wrapped.sealed[:_NONCE], wrapped.sealed[_NONCE:]
        try:
            return AESGCM(master).decrypt(nonce, sealed, _bound(wrapped.master, name))
        except (InvalidTag, ValueError) as error:
            raise StorageError(
                f"The key of the object {name} does not open. It was damaged or is another "
                f"object's, or the master key {wrapped.master!r} is not the one of that name. "
                "Restore it from a backup."
            ) from error

    def rewrap(self, wrapped: WrappedKey, name: str) -> WrappedKey:
        """Return a data key wrapped by the current master key; as it is where it already is."""
        if wrapped.master == self.current:
            return wrapped
        return self.wrap(self.unwrap(wrapped, name), name)


def new_master_key(name: str) -> str:
    """Return a new master key as the line that settings take."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_data_key() -> bytes:
    """Return a new key for one object."""
    return secrets.token_bytes(32)


def seal(data: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """Yield data sealed, a chunk at a time.

    Parameters
    ----------
    data
        Pieces of any size.
    key
        Of this object alone; a key that sealed anything else before must not be given.
    name
        Id of the object; needed to open it.

    Examples
    --------
    >>> key = new_data_key()
    >>> sealed = list(seal([b"pixels", b" and more"], key, "blob-1"))
    >>> b"".join(unseal(sealed, key, "blob-1"))
    b'pixels and more'
    """
    cipher, bound = AESGCM(key), name.encode()
    held, number = b"", 0
    for place, chunk in enumerate(_regrouped(data, CHUNK)):
        if place:
            yield cipher.encrypt(_nonce(number, last=False), held, bound)
        held, number = chunk, place
    yield cipher.encrypt(_nonce(number, last=True), held, bound)


def unseal(
    sealed: Iterable[bytes], key: bytes, name: str, *, first: int = 0, ends: bool = True
) -> Iterator[bytes]:
    """Yield the data of a sealed object; each piece is checked before it is given out.

    Parameters
    ----------
    sealed
        The object, or whole chunks of it.
    key, name
        As they sealed it.
    first
        Number of the first chunk.
    ends
        Whether the last chunk is the object's last.

    Raises
    ------
    StorageError
        When anything was changed, cut, added, swapped, or is of another object.
    """
    cipher, bound = AESGCM(key), name.encode()
    held, number = b"", first
    try:
        for place, chunk in enumerate(_regrouped(sealed, CHUNK + _TAG), first):
            if place > first:
                yield cipher.decrypt(_nonce(number, last=False), held, bound)
            held, number = chunk, place
        yield cipher.decrypt(_nonce(number, last=ends), held, bound)
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            f"The object {name} is damaged from byte {number * CHUNK} on. Restore it from a backup."
        ) from error


def sealed_size(size: int) -> int:
    """Return how long data of a size is when it is sealed.

    Examples
    --------
    >>> sealed_size(0), sealed_size(CHUNK) - CHUNK, sealed_size(CHUNK + 1) - CHUNK
    (16, 16, 33)
    """
    return size + _TAG * max(1, -(-size // CHUNK))


def _regrouped(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of one size; the last may be shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        whole = len(held) - len(held) % size
        for start in range(0, whole, size):
            yield bytes(held[start : start + size])
        del held[:whole]
    if held:
        yield bytes(held)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes([last])


def _bound(master: str, name: str) -> bytes:
    """Return what a wrapped key is bound to; no id has a newline."""
    return f"{master}\n{name}".encode()


def _key(word: str) -> tuple[str, bytes]:
    name, _, encoded = word.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not name or len(key) != 32:
        raise StorageError(f"A master key is not an id and 32 bytes in base64. {_HOW}")
    return name, key


_HOW = "Each line is ID:BASE64, the newest first; `assay keys add` adds one."
