"""Objects by name; what is put is there whole, or not at all.

A folder (:mod:`assay.service.storage.local`) or a bucket of an S3 API
(:mod:`assay.service.storage.s3`).  No conditional writes, which object stores do differently or not
at all: names are random or made of the content, so that two writers of one name write the same.
"""

import errno
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.errors import ParameterError, StorageError, StorageUnavailableError

#: Bytes read at a time.
PIECE = 1 << 18

#: Where files of a folder lie while they are written.
INCOMING = "incoming"

_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,200}(/(?!\.)[A-Za-z0-9._-]{1,200}){0,6}")


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of an object without reading it.

    Parameters
    ----------
    name
        Its name, parts joined by ``/``.
    size
        Bytes.
    modified
        When it was put.
    """

    name: str
    size: int
    modified: datetime


class Objects(Protocol):
    """Bytes by name."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep some bytes, in the place of what had that name; durable when it returns."""

    def get(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of that name from one place to another, a piece at a time."""

    def find(self, name: str) -> Listed | None:
        """Return what is known of a name; None where there is nothing."""

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Yield all below a prefix, whole parts of names, in no order that means anything."""

    def delete(self, name: str) -> None:
        """Forget a name; nothing happens where there is none."""


def checked_name(name: str) -> str:
    """Return a name that leads nowhere else."""
    if not _NAME.fullmatch(name):
        raise ParameterError(f"{name!r} is no name of an object. Take letters, digits and dashes.")
    return name


def absent(name: str) -> StorageError:
    """Return the error of a name that nothing has."""
    return StorageError(f"There is no object {name}. Restore it from a backup, or send it again.")


#: No space, no quota, a disk that fails, a disk that cannot be written.
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})


def is_disk_fault(error: BaseException) -> bool:
    """Return whether a disk or a store of objects failed."""
    return isinstance(error, StorageUnavailableError) or (
        isinstance(error, OSError) and error.errno in _DISK
    )


def unavailable(name: str, error: BaseException) -> StorageUnavailableError:
    """Return the error of a storage that failed."""
    kind = type(error).__name__
    return StorageUnavailableError(
        f"The storage failed at {name or 'a listing'} ({kind}). Nothing was kept. Look whether the "
        "disk is full or the object store is down, then try again."
    )
