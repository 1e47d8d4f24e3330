"""Objects in a folder, one file each: written aside, flushed to the disk, renamed."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from assay.service.crashing import crash_point
from assay.service.storage.objects import (
    INCOMING,
    PIECE,
    Listed,
    absent,
    checked_name,
    unavailable,
)


@dataclass(frozen=True, slots=True)
class LocalObjects:
    """Objects in a folder, one file each, that only the server's user reads.

    Parameters
    ----------
    folder
        Made when the first object is put.
    """

    folder: Path

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file under a temporary name, flush it to the disk, then rename it."""
        path = self._path(name)
        with _local_faults(name):
            _make_folder(path.parent)
            _make_folder(self.folder / INCOMING)
        temporary = self.folder / INCOMING / secrets.token_hex(12)
        try:
            _write(temporary, pieces, name)
            with _local_faults(name):
                temporary.replace(path)
                crash_point("object-renamed")
                _flush_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    def get(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield a file."""
        try:
            file = self._path(name).open("rb")
            file.seek(start)
        except FileNotFoundError as error:
            raise absent(name) from error
        except OSError as error:
            raise unavailable(name, error) from error
        return _pieces(file, name, stop)

    def find(self, name: str) -> Listed | None:
        """Return a file's size and time."""
        with _local_faults(name):
            try:
                return self._listed(self._path(name))
            except FileNotFoundError:
                return None

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Yield the files below a folder."""
        start = self._path(prefix) if prefix else self.folder
        with _local_faults(prefix):
            for folder, _, names in os.walk(start):
                for name in names:
                    # What was renamed or deleted meanwhile is no longer there to be listed.
                    with suppress(FileNotFoundError):
                        yield self._listed(Path(folder, name))

    def delete(self, name: str) -> None:
        """Remove a file."""
        with _local_faults(name):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / checked_name(name)

    def _listed(self, path: Path) -> Listed:
        known = path.stat()
        modified = datetime.fromtimestamp(known.st_mtime, tz=UTC)
        return Listed(path.relative_to(self.folder).as_posix(), known.st_size, modified)


def _write(path: Path, pieces: Iterable[bytes], name: str) -> None:
    """Write a new file and flush it to the disk."""
    with _local_faults(name):
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    with file:
        crash_point("object-temporary")
        for piece in pieces:
            with _local_faults(name):
                file.write(piece)
        with _local_faults(name):
            file.flush()
            crash_point("object-written")
            os.fsync(file.fileno())
            crash_point("object-synced")


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into the one that it lies in."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(file: BinaryIO, name: str, stop: int | None) -> Iterator[bytes]:
    with file:
        while True:
            with _local_faults(name):
                piece = file.read(PIECE if stop is None else min(PIECE, stop - file.tell()))
            if not piece:
                return
            yield piece


@contextmanager
def _local_faults(name: str) -> Iterator[None]:
    """Tell faults of the disk as what they are to the caller."""
    try:
        yield
    except OSError as error:
        raise unavailable(name, error) from error
