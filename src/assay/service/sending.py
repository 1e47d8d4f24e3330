"""Stored files on their way out: whole or from some byte on, never whole in memory.

A download that broke off goes on where it ended (RFC 9110, section 14): one range of bytes, and
``If-Range`` with the ``ETag``, which is the file's SHA-256 and so never another file's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse

from assay.service.problems import ServiceError
from assay.service.storage.blobs import Blobs

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


class StoredFile(StreamingResponse):
    """A stored file, or some bytes of it; routes that answer with one say so by this class."""


class RangeError(ServiceError):
    """Bytes that a file does not have."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file has {size:,} bytes, and none where you ask for some. If you have that many, "
            "you have all of it."
        )
        self.headers = {"content-range": f"bytes */{size}"}


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes of a file, from ``start`` to before ``stop``.

    Examples
    --------
    >>> ByteRange.parse("bytes=100-", 500)
    ByteRange(start=100, stop=500)
    >>> ByteRange.parse("bytes=100-199", 150)
    ByteRange(start=100, stop=150)
    >>> ByteRange.parse("bytes=-10", 500)
    ByteRange(start=490, stop=500)

    What is no range, or several at once, is passed over, as the standard allows:

    >>> ByteRange.parse("bytes=0-1,4-5", 500), ByteRange.parse("bytes=9-1", 500)
    (None, None)
    """

    start: int
    stop: int

    @classmethod
    def parse(cls, header: str, size: int) -> "ByteRange | None":
        """Return the bytes that a header asks for; None where it asks for the whole.

        Raises
        ------
        RangeError
            When a file of that size has none of them.
        """
        found = _RANGE.fullmatch(header)
        if found is None or found.groups() == ("", ""):
            return None
        first, last = found.groups()
        if first and last and int(first) > int(last):
            return None
        start = int(first) if first else max(0, size - int(last))
        stop = min(size, int(last) + 1) if first and last else size
        if start >= stop:
            raise RangeError(size)
        return cls(start, stop)


def send_file(
    request: Request, digest: str, *, name: str, media_type: str = "application/octet-stream"
) -> StoredFile:
    """Return a stored file as an attachment, or the bytes of it that the request asks for.

    Parameters
    ----------
    request
        May have ``Range`` and ``If-Range``.
    digest
        Of the file.
    name
        Under which it is saved.
    media_type
        What it is.

    Raises
    ------
    RangeError
        When the file has none of the bytes.
    StorageError
        When it is absent.
    """
    blobs: Blobs = request.app.state.blobs
    envelope = blobs.envelope(digest)
    size = envelope.blob.size
    wanted = _wanted(request.headers, f'"{digest}"', size)
    part = wanted or ByteRange(0, size)
    headers = {
        "accept-ranges": "bytes",
        "etag": f'"{digest}"',
        "content-length": str(part.stop - part.start),
        "content-disposition": _attachment(name),
    }
    if wanted is None:
        return StoredFile(blobs.get(digest), 200, headers, media_type)
    headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    pieces = blobs.stretch(envelope, part.start, part.stop)
    return StoredFile(pieces, HTTPStatus.PARTIAL_CONTENT, headers, media_type)


def _wanted(headers: Mapping[str, str], tag: str, size: int) -> ByteRange | None:
    """Return the range that is asked for, if it is of the file as it is."""
    if headers.get("if-range", tag).strip() != tag:
        return None
    return ByteRange.parse(headers.get("range", "").strip(), size)


def _attachment(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
