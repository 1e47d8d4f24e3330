"""How long a backup and a restoration take, on both databases."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from assay.service.actor import SYSTEM
from assay.service.audit.anchoring import Anchoring
from assay.service.audit.record import record
from assay.service.database import Database
from assay.service.migrations import upgrade
from assay.service.operations.backup import check_backup, make_backup
from assay.service.operations.restore import restore
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs, open_objects
from staging.postgresql import named, postgresql_server, say
from studies.study import Study, table

T = TypeVar("T")

TEXT = """
A service with {entries:,} entries of the audit log and {files:,} stored files of {kilobytes} kB
each ({megabytes:.0f} MB), kept in a folder on the same disk. *Again* is a second backup at the
same place after ten more files. A check reads every byte and compares every digest; a restoration
also writes it, fills an empty database and holds the log against its anchors. One process, on a
machine of {cores} cores that was busy with other things.

{table}

Every restored service had all files, each with its digest, and a log that its anchors bear out.
"""


def run(*, quick: bool) -> Study:
    """Back up, check, restore, and time each."""
    entries, files, size = (2_000, 100, 100_000) if quick else (10_000, 1_000, 200_000)
    with tempfile.TemporaryDirectory(prefix="backups") as folder:
        rows = [
            measure(Path(folder) / kind, kind, entries, files, size)
            for kind in ("SQLite", "PostgreSQL")
        ]
    titles = ["Database", "Backup", "Again", "Check", "Restoration", "Files a second"]
    text = TEXT.format(
        entries=entries,
        files=files,
        kilobytes=size // 1000,
        megabytes=files * size / 1e6,
        cores=os.cpu_count(),
        table=table(titles, rows),
    )
    return Study("Backup and restoration", text)


def measure(
    home: Path, kind: str, entries: int, files: int, size: int, storage: str = ""
) -> list[str]:
    """Back up, check and restore a service, with all files in a folder or below a bucket's prefix.

    Parameters
    ----------
    home
        A folder, made here.
    kind
        Of database.
    entries, files, size
        Entries of the log, stored files, and the bytes of each.
    storage
        Address of a place for files; folders of ``home`` by default.
    """
    home.mkdir()
    at = storage or f"file://{home}"
    with _databases(kind, home) as (url, other):
        settings = Settings(data_dir=home / "data", database_url=url, storage_url=f"{at}/files")
        database, blobs = Database(url), open_blobs(settings.storage, settings.key_file)
        anchoring = Anchoring.of(settings, database)
        upgrade(database)
        _fill(database, blobs, entries, files, size)
        anchoring.anchor()
        place = open_objects(f"{at}/backups")
        first, _ = _timed(lambda: make_backup(database, blobs, place, _quiet))
        _fill(database, blobs, 0, 10, size)
        again, manifest = _timed(lambda: make_backup(database, blobs, place, _quiet))
        vault = Blobs(place, blobs.keyring)
        checked, found = _timed(lambda: check_backup(vault, manifest, _quiet))
        target = Database(other)
        restored, done = _timed(
            lambda: restore(
                target,
                Blobs(open_objects(f"{at}/restored"), blobs.keyring),
                vault,
                manifest,
                anchors=anchoring.store,
                key=anchoring.key.public,
                accept_loss=False,
                tell=_quiet,
            )
        )
        if found.faults or done.files != files + 10:
            raise AssertionError(found.faults)
        target.close()
        database.close()
    times = (first, again, checked, restored)
    return [kind, *(f"{each:.1f} s" for each in times), f"{done.files / restored:.0f}"]


def _fill(database: Database, blobs: Blobs, entries: int, files: int, size: int) -> None:
    with database.writing() as session:
        for number in range(entries):
            record(session, SYSTEM, "study.done", subject="study", facts={"number": number})
    for _ in range(files):
        blobs.put([os.urandom(size)])


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = do()
    return time.perf_counter() - begun, result


def _quiet(_done: int, _all: int) -> None:
    """Be told, and say nothing."""


@contextmanager
def _databases(kind: str, home: Path) -> Iterator[tuple[str, str]]:
    """Make two empty databases."""
    if kind == "SQLite":
        yield f"sqlite:///{home / 'one.db'}", f"sqlite:///{home / 'other.db'}"
        return
    with postgresql_server() as address:
        for name in ("one", "other"):
            say(address, f"CREATE DATABASE {name}")
        yield named(address, "one"), named(address, "other")
