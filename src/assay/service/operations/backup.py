"""Backups: everything that the service knows, while it runs, at a place of its own.

A place holds any number of backups. Files are kept there once, sealed as they are in the service;
tables are sealed files like the others, so that a stolen backup shows nothing. A backup exists as
soon as its manifest does, which is written last.

The tables are read in one transaction, and files after it: what a row names is there already when
the row is.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from assay.errors import SourceError, StorageError
from assay.service import clock
from assay.service.audit.tables import TipRow
from assay.service.crashing import crash_point
from assay.service.database import Database
from assay.service.operations.rows import write_rows
from assay.service.storage.blobs import Blobs
from assay.service.storage.objects import Objects
from assay.service.tables import METADATA

_SCHEMA = "assay.backup/1"
#: Manifests are small: a line for each table.
_MANIFEST_BYTES = 1_000_000

#: Files at once, and in one go.
_HANDS, _HANDFUL = 8, 256

T = TypeVar("T")

#: Told how many files are done, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup.

    Parameters
    ----------
    digest
        Its blob.
    lines
        Lines that it has.
    """

    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Parameters
    ----------
    name
        When it was made, as ``20261126T010203Z``: its name.
    revision
        Version of the tables.
    tables
        A part for each table.
    files
        A part with the digest of every file of the service.
    log_size, log_digest
        Where the audit log ended.
    """

    name: str
    revision: str
    tables: Mapping[str, Part]
    files: Part
    log_size: int
    log_digest: str

    @property
    def text(self) -> bytes:
        """Return the manifest as it is stored."""
        return json.dumps({"schema": _SCHEMA, **asdict(self)}, indent=2).encode() + b"\n"

    @classmethod
    def parse(cls, text: bytes) -> "Manifest":
        """Return the manifest that a text holds.

        Raises
        ------
        StorageError
            When it holds none.
        """
        try:
            fields: dict[str, Any] = json.loads(text)
            if fields.pop("schema") != _SCHEMA:
                raise StorageError("The backup was made by a later version of Assay. Take that.")
            fields["tables"] = {name: Part(**part) for name, part in fields["tables"].items()}
            return cls(**{**fields, "files": Part(**fields["files"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError("The manifest of the backup is damaged. Take another.") from error


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a backup found.

    Parameters
    ----------
    manifest
        The backup.
    files
        Files whose every byte was read and has its digest.
    faults
        What is wrong, a sentence each.
    """

    manifest: Manifest
    files: int
    faults: tuple[str, ...]


def make_backup(
    database: Database, blobs: Blobs, place: Objects, tell: Progress, *, anew: bool = False
) -> Manifest:
    """Add a backup to a place.

    Parameters
    ----------
    database, blobs
        The service's.
    place
        Where backups are.
    tell
        Told how far it is.
    anew
        Whether to copy again what is there already: mends what a check found damaged.
    """
    vault = Blobs(place, blobs.keyring)
    with snapshot(database) as session:
        tip = session.get(TipRow, 1)
        parts = {
            table.name: _keep(vault, write_rows(session, table)) for table in METADATA.sorted_tables
        }
        revision = session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    crash_point("backup-tables-kept")
    digests = sorted(blobs.digests())
    copied = in_hands(digests, lambda digest: _copy_if_there(blobs, vault, digest, anew=anew), tell)
    digests = [digest for digest, there in zip(digests, copied, strict=True) if there]
    manifest = Manifest(
        name=clock.now().strftime("%Y%m%dT%H%M%S.%fZ"),
        revision=revision,
        tables=parts,
        files=_keep(vault, (f"{digest}\n".encode() for digest in digests)),
        log_size=tip.size if tip else 0,
        log_digest=tip.digest if tip else "",
    )
    crash_point("backup-files-kept")
    place.put(f"backups/{manifest.name}", [manifest.text])
    return manifest


def read_manifest(place: Objects, name: str = "") -> Manifest:
    """Return a backup of a place, the newest where no name is given.

    Raises
    ------
    SourceError
        When there is none.
    StorageError
        When it is damaged.
    """
    names = sorted(listed.name for listed in place.list("backups"))
    wanted = f"backups/{name}" if name else (names[-1] if names else "")
    if wanted not in names:
        known = ", ".join(each.rpartition("/")[2] for each in names) or "none"
        raise SourceError(f"There is no backup {name or 'here'} (there are: {known}).")
    return Manifest.parse(b"".join(place.get(wanted))[:_MANIFEST_BYTES])


def check_backup(vault: Blobs, manifest: Manifest, tell: Progress) -> Checked:
    """Read every byte of a backup, and compare it with its digest."""
    faults: list[str] = []
    digests = [part.digest for part in manifest.tables.values()]
    try:
        digests += read_digests(vault, manifest)
    except StorageError as error:
        faults.append(str(error))

    def check(digest: str) -> str:
        try:
            vault.check(digest)
        except StorageError as error:
            return str(error)
        return ""

    found = [fault for fault in in_hands(digests, check, tell) if fault]
    return Checked(manifest, len(digests) - len(found), (*faults, *found))


def in_hands(digests: Sequence[str], do: Callable[[str], T], tell: Progress) -> list[T]:
    """Do something for each of many files, several at once: each waits for the disk or the net.

    The first fault ends it.
    """
    results: list[T] = []
    with ThreadPoolExecutor(_HANDS) as pool:
        for start in range(0, len(digests), _HANDFUL):
            tell(start, len(digests))
            results += pool.map(do, digests[start : start + _HANDFUL])
    tell(len(digests), len(digests))
    return results


def read_digests(vault: Blobs, manifest: Manifest) -> list[str]:
    """Return the digests of the service's files in a backup."""
    return b"".join(vault.get(manifest.files.digest)).decode("ascii").split()


def copy_blob(source: Blobs, target: Blobs, digest: str, *, anew: bool = False) -> None:
    """Copy a blob as it lies, sealed; data of the same size stays, unless it is copied anew."""
    envelope = source.envelope(digest)
    name = envelope.data_name
    found, there = source.objects.find(name), target.objects.find(name)
    if found is None:
        raise StorageError(f"The data of the blob {digest} is gone. Restore it from a backup.")
    if anew or there is None or there.size != found.size:
        target.objects.put(name, source.objects.get(name))
    target.store(envelope)


def _copy_if_there(source: Blobs, target: Blobs, digest: str, *, anew: bool) -> bool:
    """Copy a blob; return whether it is still there: housekeeping removes what nothing needs."""
    try:
        copy_blob(source, target, digest, anew=anew)
    except StorageError:
        if source.has(digest):
            raise
        return False
    return True


def _keep(vault: Blobs, lines: Iterable[bytes]) -> Part:
    counted = _Lines(lines)
    return Part(vault.put(counted).digest, counted.number)


class _Lines:
    """Lines that are counted as they go by."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.number = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.number += 1
            yield line


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    """Open the database as it is at one moment, in nobody's way.

    A reader of SQLite keeps writers from committing, so that one is copied first, which is quick.
    """
    if not database.is_sqlite:
        engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine) as session:
            yield session
        return
    with TemporaryDirectory(prefix="assay-backup-") as folder:
        file = Path(folder) / "copy.db"
        _copy_sqlite(database, file)
        copy = Database(f"sqlite:///{file}")
        try:
            with copy.reading() as session:
                yield session
        finally:
            copy.close()


def _copy_sqlite(database: Database, file: Path) -> None:
    source = database.engine.raw_connection()
    target = sqlite3.connect(file)
    try:
        driver: Any = source.driver_connection
        driver.backup(target)
    finally:
        target.close()
        source.close()
