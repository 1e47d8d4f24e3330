"""A file read by position: no shared cursor, so that any process and thread may read at once."""

import mmap
import os
import weakref
from pathlib import Path
from typing import Any, BinaryIO

from assay.errors import MalformedError, StorageUnavailableError


class PositionedFile:
    """An open file that survives pickling: the receiver opens the path again when it first reads.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        status = path.stat()
        self._stamp = (status.st_size, status.st_mtime_ns)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_descriptor": None}

    @property
    def size(self) -> int:
        """Size in bytes when the file was first opened."""
        return self._stamp[0]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset`` on."""
        descriptor = self._open()
        data = os.pread(descriptor, length, offset)
        if len(data) == length or not data:
            return data
        # One pread returns at most 2 GiB, and may be interrupted.
        parts = [data]
        have = len(data)
        while have < length and (data := os.pread(descriptor, length - have, offset + have)):
            parts.append(data)
            have += len(data)
        return b"".join(parts)

    def stream(self) -> BinaryIO:
        """Return the file opened from its start, with a cursor of its own."""
        return self._path.open("rb")

    def mapped(self) -> memoryview:
        """Return the whole file as memory that the operating system loads as it is touched.

        Nothing is kept: a worker of bounded address space must not inherit a large mapping.
        """
        if not self.size:
            return memoryview(b"")
        return memoryview(mmap.mmap(self._open(), self.size, access=mmap.ACCESS_READ))

    def _open(self) -> int:
        if self._descriptor is None:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, descriptor)
            self._descriptor = descriptor
            status = os.fstat(descriptor)
            if (status.st_size, status.st_mtime_ns) != self._stamp:
                raise MalformedError(
                    "entry-unreadable",
                    "The file changed while it was being read.",
                    "Wait until the upload has finished, then run again.",
                )
        return self._descriptor


class SpooledFile(PositionedFile):
    """A temporary file without a name, which vanishes with its processes.

    A process that gets it by pickling opens it through the descriptor of the process that made it.

    Parameters
    ----------
    descriptor
        Open for reading; from here on owned by this object.
    """

    def __init__(self, descriptor: int) -> None:
        self._owner = (os.getpid(), descriptor)
        self._path = Path(f"/proc/{os.getpid()}/fd/{descriptor}")
        self._descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)
        status = os.fstat(descriptor)
        self._stamp = (status.st_size, status.st_mtime_ns)


def no_room(error: OSError) -> StorageUnavailableError:
    """Return what to say when unpacking into a temporary file failed: our fault, no vendor's."""
    return StorageUnavailableError(
        f"There is no room to unpack the archive ({error.strerror}). "
        "Set TMPDIR to a folder on a larger disk."
    )
