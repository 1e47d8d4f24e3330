"""Restoring: into an empty database, every file read and compared, no old log passed for the new.

Files come first and rows last, in one transaction: a restoration that is killed leaves an empty
database and can be done again.
"""

import json
from dataclasses import dataclass

from sqlalchemy import exists, inspect, select, text
from sqlalchemy.orm import Session

from assay.errors import AuditError, SourceError, StorageError
from assay.service.actor import SYSTEM
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.heads import PublicKey
from assay.service.audit.loss import accept_loss as continue_after_loss
from assay.service.audit.loss import entries_if_cut
from assay.service.audit.record import record
from assay.service.audit.verify import Anchors, verify
from assay.service.crashing import crash_point
from assay.service.database import Database
from assay.service.migrations import upgrade
from assay.service.operations.backup import (
    Manifest,
    Progress,
    copy_blob,
    in_hands,
    read_digests,
)
from assay.service.operations.rows import read_rows, split_lines
from assay.service.storage.blobs import Blobs
from assay.service.tables import METADATA

_LOG_TABLE = "audit_entries"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Parameters
    ----------
    manifest
        From which backup.
    rows
        Rows of all tables.
    files
        Files, each read and compared with its digest.
    heads
        Signed heads that its log was held against; with none, an old backup is not recognised.
    lost
        Entries of the audit log that signed heads count and the backup lacks; 0 for a backup that
        is as new as the anchors.
    """

    manifest: Manifest
    rows: int
    files: int
    heads: int
    lost: int


def restore(
    database: Database,
    blobs: Blobs,
    vault: Blobs,
    manifest: Manifest,
    *,
    anchors: AnchorStore,
    key: PublicKey,
    accept_loss: bool,
    tell: Progress,
) -> Restored:
    """Put a backup into an empty service.

    Parameters
    ----------
    database, blobs
        The service's; the database has no rows.
    vault, manifest
        The backup.
    anchors, key
        Signed heads of the log, and the key that checks them.
    accept_loss
        Whether to take a backup that lacks what signed heads count; see
        :mod:`assay.service.audit.loss`.
    tell
        Told how far it is.

    Raises
    ------
    SourceError
        When the database is not empty.
    StorageError
        When a file is absent or damaged; no row was written.
    AuditError
        When the log in the backup is not the one that was anchored, or ends before it and that
        is not accepted; nothing was written.
    """
    _check_empty(database, manifest)
    known = anchors.read(key)
    lost = _compare_log(vault, manifest, known, accept_loss=accept_loss)
    digests = read_digests(vault, manifest)
    in_hands(digests, lambda digest: _bring(vault, blobs, digest), tell)
    crash_point("restore-files-kept")
    upgrade(database, revision=manifest.revision)
    with database.writing() as session:
        rows = sum(_fill(session, vault, manifest, table) for table in _in_order(manifest))
        crash_point("restore-rows-written")
    upgrade(database)
    if lost:
        continue_after_loss(database, anchors, key)
    with database.writing() as session:
        facts = {"log_size": manifest.log_size, "entries_lost": lost}
        record(session, SYSTEM, "backup.restored", subject=manifest.name, facts=facts)
    return Restored(manifest, rows, len(digests), len(known.heads), lost)


def _bring(vault: Blobs, blobs: Blobs, digest: str) -> None:
    """Copy a file and read it; what lay there before, damaged, is copied over."""
    copy_blob(vault, blobs, digest)
    try:
        blobs.check(digest)
    except StorageError:
        copy_blob(vault, blobs, digest, anew=True)
        blobs.check(digest)


def _check_empty(database: Database, manifest: Manifest) -> None:
    known = inspect(database.engine)
    with database.reading() as session:
        there = [table for table in METADATA.sorted_tables if known.has_table(table.name)]
        filled = [table.name for table in there if session.scalar(select(exists(select(table))))]
        version = _version(session) if known.has_table("alembic_version") else ""
    if filled or (there and version != manifest.revision):
        reason = f"{filled[0]} has rows" if filled else "it has tables of another version"
        raise SourceError(
            f"The database is not empty: {reason}. Restore into a new one, so that nothing is lost "
            "and nothing is mixed."
        )


def _compare_log(vault: Blobs, manifest: Manifest, known: Anchors, *, accept_loss: bool) -> int:
    """Return how many entries the backup's log lacks, if it is the anchored one and may."""
    part = manifest.tables[_LOG_TABLE]
    lines = (_line(row) for row in split_lines(vault.get(part.digest)))
    verdict = verify(lines, known)
    entries = entries_if_cut(verdict)
    if verdict.fault is not None and not accept_loss:
        raise AuditError(
            f"This backup is older than what was signed: {verdict.fault.reason} Take a newer one; "
            "if there is none, accept the loss with --accept-loss."
        )
    return max(0, known.size - entries)


def _in_order(manifest: Manifest) -> list[str]:
    """Return the tables so that each comes after those that it refers to."""
    known = [table.name for table in METADATA.sorted_tables if table.name in manifest.tables]
    unknown = manifest.tables.keys() - set(known)
    if unknown:
        raise StorageError(
            f"The backup has tables that this version of Assay lacks: {', '.join(sorted(unknown))}."
            " Take the version that made it."
        )
    return known


def _line(row: bytes) -> bytes:
    line: str = json.loads(row)["line"]
    return line.encode()


def _fill(session: Session, vault: Blobs, manifest: Manifest, name: str) -> int:
    part = manifest.tables[name]
    rows = read_rows(session, METADATA.tables[name], split_lines(vault.get(part.digest)))
    if rows != part.lines:
        raise StorageError(f"The backup's table {name} has {rows} rows, not {part.lines}.")
    return rows


def _version(session: Session) -> str:
    return session.scalar(text("SELECT version_num FROM alembic_version")) or ""
