"""``assay backup`` and ``assay keys``: what the service knows, elsewhere and under new keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assay.cli.extra import service_extra, settings_of
from assay.cli.output import make_console, progress, say
from assay.render.console import print_lines
from assay.render.writing import count, noun

if TYPE_CHECKING:
    from assay.service.database import Database
    from assay.service.operations.backup import Manifest
    from assay.service.settings import Settings
    from assay.service.storage.blobs import Blobs
    from assay.service.storage.objects import Objects


@dataclass(frozen=True)
class _Service:
    """The service's parts, in a process of their own."""

    settings: "Settings"
    database: "Database"
    blobs: "Blobs"


def run_make(place: str, *, anew: bool, data: Path | None) -> None:
    """Make a backup, and say what it holds."""
    with _service(data) as service:
        from assay.service.operations.backup import make_backup

        with progress("Copying") as advance:
            objects = _place(place, service.settings)
            made = make_backup(service.database, service.blobs, objects, advance, anew=anew)
    print_lines(make_console(), [f"backup: {made.name}", *_facts(made)])


def run_check(place: str, *, name: str, data: Path | None) -> None:
    """Check a backup; leave with 1 where anything of it is damaged."""
    with _service(data, old=False) as service:
        from assay.service.operations.backup import check_backup, read_manifest
        from assay.service.storage.blobs import Blobs

        objects = _place(place, service.settings)
        manifest = read_manifest(objects, name)
        with progress("Reading") as advance:
            found = check_backup(Blobs(objects, service.blobs.keyring), manifest, advance)
    lines = [f"backup: {manifest.name}", *_facts(manifest), f"digests that match: {found.files:,}"]
    print_lines(make_console(), [*found.faults, *lines])
    if found.faults:
        raise typer.Exit(1)


def run_restore(place: str, *, name: str, data: Path | None, accept_loss: bool) -> None:
    """Restore a backup, and say what was restored."""
    with _service(data, old=False) as service:
        from assay.service.audit.anchoring import signing_key
        from assay.service.audit.anchors import AnchorStore
        from assay.service.operations.backup import read_manifest
        from assay.service.operations.restore import restore
        from assay.service.storage.blobs import Blobs

        settings = service.settings
        objects = _place(place, settings)
        with progress("Restoring") as advance:
            done = restore(
                service.database,
                service.blobs,
                Blobs(objects, service.blobs.keyring),
                read_manifest(objects, name),
                anchors=AnchorStore(_place(settings.anchors, settings)),
                key=signing_key(settings.audit_key).public,
                accept_loss=accept_loss,
                tell=advance,
            )
    lines = [
        f"restored: {done.manifest.name}",
        f"rows: {count(done.rows)}",
        f"files whose digests match: {count(done.files)}",
        f"signed heads that the audit log was held against: {count(done.heads)}",
    ]
    lost = [f"entries of the audit log that are lost: {count(done.lost)}"] if done.lost else []
    print_lines(make_console(), [*lines, *lost])


def run_add_key(identifier: str, *, data: Path | None) -> None:
    """Add a master key."""
    settings = settings_of(data)
    with service_extra():
        from assay.service.storage.opening import add_master_key
    add_master_key(settings.key_file, identifier)
    say(
        f"The master key {identifier} is the first of {settings.key_file}. Keep a copy of that "
        "file apart from the data, restart the service, then run `assay keys rotate`.\n"
    )


def run_rotate(*, data: Path | None) -> None:
    """Rotate to the newest master key."""
    with _service(data) as service:
        from assay.service.operations.keys import rotate_keys

        with progress("Wrapping keys") as advance:
            rotated = rotate_keys(service.database, service.blobs, advance)
        current = service.blobs.keyring.current
    say(
        f"{noun(rotated, 'file')} changed to the master key {current}. Keep the older keys for "
        "backups that were made before.\n"
    )


@contextmanager
def _service(data: Path | None, *, old: bool = True) -> Iterator[_Service]:
    """Open the service's database and files; ``old`` where there must be a service already."""
    settings = settings_of(data)
    with service_extra():
        from assay.service.database import Database
        from assay.service.migrations import upgrade
        from assay.service.storage.opening import open_blobs
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    blobs = open_blobs(settings.storage, settings.key_file, endpoint=settings.storage_endpoint)
    database = Database(settings.database)
    if old:
        upgrade(database)
    try:
        yield _Service(settings, database, blobs)
    finally:
        database.close()


def _place(url: str, settings: "Settings") -> "Objects":
    from assay.service.storage.opening import open_objects

    return open_objects(url, endpoint=settings.storage_endpoint)


def _facts(manifest: "Manifest") -> list[str]:
    return [
        f"rows: {count(sum(part.lines for part in manifest.tables.values()))}",
        f"files: {count(manifest.files.lines)}",
        f"entries of the audit log: {count(manifest.log_size)}",
    ]
