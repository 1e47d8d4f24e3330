"""A backup holds everything, shows nothing, and restores into either database."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from assay.errors import AuditError, SourceError, StorageError
from assay.service.audit import store as log
from assay.service.audit.anchoring import Anchoring
from assay.service.audit.loss import accept_loss
from assay.service.audit.verify import verify
from assay.service.database import Database
from assay.service.migrations import configuration, upgrade
from assay.service.operations.backup import Manifest, Part, check_backup, make_backup, read_manifest
from assay.service.operations.keys import rotate_keys
from assay.service.operations.restore import Restored, restore
from assay.service.operations.rows import write_rows
from assay.service.storage.blobs import Blobs
from assay.service.storage.local import LocalObjects
from assay.service.storage.sealing import Keyring, new_master_key
from assay.service.tables import METADATA
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def quiet(_done: int, _all: int) -> None:
    """Be told of progress, and say nothing."""


@dataclass
class Vault:
    """A place for backups of a house, and an empty house to restore them into."""

    house: House
    place: LocalObjects
    target: Database
    files: Blobs

    @property
    def blobs(self) -> Blobs:
        found: Blobs = self.house.app.state.blobs
        return found

    @property
    def database(self) -> Database:
        found: Database = self.house.app.state.database
        return found

    @property
    def anchoring(self) -> Anchoring:
        found: Anchoring = self.house.app.state.anchoring
        return found

    @property
    def sealed(self) -> Blobs:
        return Blobs(self.place, self.blobs.keyring)

    def make(self) -> Manifest:
        return make_backup(self.database, self.blobs, self.place, quiet)

    def restore(self, manifest: Manifest, *, accept: bool = False) -> Restored:
        return restore(
            self.target,
            self.files,
            self.sealed,
            manifest,
            anchors=self.anchoring.store,
            key=self.anchoring.key.public,
            accept_loss=accept,
            tell=quiet,
        )


@pytest.fixture
def empty(database_url: str, new_database: Callable[[str], str]) -> Iterator[Database]:
    """A database without a table, of the other kind than the one that is backed up."""
    other = "sqlite" if database_url.startswith("postgresql") else "postgresql"
    database = Database(new_database(other))
    yield database
    database.close()


@pytest.fixture
def vault(house: House, tmp_path: Path, empty: Database) -> Vault:
    blobs: Blobs = house.app.state.blobs
    files = Blobs(LocalObjects(tmp_path / "restored-files"), blobs.keyring)
    return Vault(house, LocalObjects(tmp_path / "backups"), empty, files)


def rows_of(database: Database) -> dict[str, bytes]:
    """Return every table as a backup has it, the log without what restoring adds to it."""
    with database.reading() as session:
        tables = {
            table.name: b"".join(write_rows(session, table)) for table in METADATA.sorted_tables
        }
    kept = b"\n".join(
        row for row in tables["audit_entries"].split(b"\n") if b"backup.restored" not in row
    )
    return {**tables, "audit_entries": kept, "audit_tip": b""}


def fill(vault: Vault) -> list[str]:
    """Do some things, and keep some files; return the digests of the files."""
    vault.house.lead.made("/projects", PROJECT, headers={"idempotency-key": "once"})
    vault.house.person("auditor")
    return [vault.blobs.put([b"pixels", bytes([number])]).digest for number in range(3)]


def test_what_is_restored_is_what_there_was(vault: Vault) -> None:
    digests = fill(vault)
    vault.anchoring.anchor()
    manifest = vault.make()
    done = vault.restore(manifest)
    assert (done.files, done.lost) == (3, 0)
    assert done.rows == sum(part.lines for part in manifest.tables.values()) > 5
    assert rows_of(vault.target) == rows_of(vault.database)
    assert b"".join(vault.files.get(digests[0])) == b"pixels\0"
    with vault.target.reading() as session:
        lines = [line.encode() for line in log.all_lines(session)]
    assert b"backup.restored" in lines[-1]
    assert verify(lines, vault.anchoring.store.read(vault.anchoring.key.public)).sound


def test_a_restored_service_goes_on(vault: Vault) -> None:
    fill(vault)
    vault.anchoring.anchor()
    vault.restore(vault.make())
    going_on = Anchoring(vault.target, vault.anchoring.store, vault.anchoring.key)
    going_on.anchor()
    assert not going_on.fault


def test_a_backup_shows_nothing_of_what_it_holds(vault: Vault) -> None:
    fill(vault)
    vault.make()
    for listed in vault.place.list():
        kept = b"".join(vault.place.get(listed.name))
        assert b"Streets" not in kept
        assert b"pixels" not in kept
        assert b"@buyer.test" not in kept


def test_a_second_backup_copies_only_what_is_new(vault: Vault) -> None:
    fill(vault)
    first = vault.make()
    before = {listed.name: listed.modified for listed in vault.place.list("data")}
    vault.blobs.put([b"more"])
    second = vault.make()
    after = {listed.name: listed.modified for listed in vault.place.list("data")}
    assert before.items() <= after.items()
    assert (first.files.lines, second.files.lines) == (3, 4)
    assert read_manifest(vault.place) == second
    assert read_manifest(vault.place, first.name) == first
    assert check_backup(vault.sealed, first, quiet).faults == ()


def test_every_damaged_byte_is_found_and_not_restored(vault: Vault) -> None:
    digest = fill(vault)[1]
    vault.anchoring.anchor()
    manifest = vault.make()
    name = vault.sealed.envelope(digest).data_name
    whole = b"".join(vault.place.get(name))
    vault.place.put(name, [whole[:-1], bytes([whole[-1] ^ 1])])
    (fault,) = check_backup(vault.sealed, manifest, quiet).faults
    assert "damaged" in fault
    with pytest.raises(StorageError, match="damaged"):
        vault.restore(manifest)
    vault.place.delete(name)
    assert len(check_backup(vault.sealed, manifest, quiet).faults) == 1
    with pytest.raises(StorageError, match="is gone"):
        vault.restore(manifest)
    vault.place.put(name, [bytes(len(whole))])
    make_backup(vault.database, vault.blobs, vault.place, quiet, anew=True)
    assert vault.restore(manifest).files == 3


def test_a_backup_older_than_the_signed_log_is_recognised(vault: Vault) -> None:
    fill(vault)
    vault.anchoring.anchor()
    old = vault.make()
    vault.house.lead.made("/projects", PROJECT)
    vault.house.lead.made("/projects", PROJECT)
    vault.anchoring.anchor()
    with pytest.raises(AuditError, match="older than what was signed"):
        vault.restore(old)
    assert vault.restore(old, accept=True).lost == 2
    with vault.target.reading() as session:
        lines = [line.encode() for line in log.all_lines(session)]
    assert b"audit.loss-accepted" in lines[-2]
    assert verify(lines, vault.anchoring.store.read(vault.anchoring.key.public)).sound
    assert vault.anchoring.store.lost_size() == old.log_size + 2
    going_on = Anchoring(vault.target, vault.anchoring.store, vault.anchoring.key)
    going_on.anchor()
    assert verify(lines, vault.anchoring.store.read(vault.anchoring.key.public)).sound


def test_a_log_that_was_changed_is_never_restored(vault: Vault) -> None:
    fill(vault)
    vault.anchoring.anchor()
    with vault.database.writing() as session:
        session.execute(
            text("UPDATE audit_entries SET line = replace(line, 'org_', 'orh_') WHERE sequence = 2")
        )
    manifest = vault.make()
    for accept in (True, False):
        with pytest.raises(AuditError, match="was changed"):
            vault.restore(manifest, accept=accept)
    with pytest.raises(AuditError, match="was changed"):
        accept_loss(vault.database, vault.anchoring.store, vault.anchoring.key.public)


def test_nothing_is_lost_where_nothing_is(vault: Vault) -> None:
    fill(vault)
    vault.anchoring.anchor()
    assert accept_loss(vault.database, vault.anchoring.store, vault.anchoring.key.public) == 0


def test_a_database_that_is_in_use_is_not_restored_into(vault: Vault) -> None:
    fill(vault)
    vault.anchoring.anchor()
    manifest = vault.make()
    vault.restore(manifest)
    with pytest.raises(SourceError, match="has rows"):
        vault.restore(manifest)


def test_a_place_without_a_backup_is_told(vault: Vault) -> None:
    with pytest.raises(SourceError, match="there are: none"):
        read_manifest(vault.place)
    fill(vault)
    made = vault.make()
    with pytest.raises(SourceError, match=made.name):
        read_manifest(vault.place, "20200101T000000Z")
    vault.place.put("backups/20990101T000000Z", [b"{}"])
    with pytest.raises(StorageError, match="is damaged"):
        read_manifest(vault.place)


def test_a_backup_made_under_load_is_one_moment(vault: Vault) -> None:
    fill(vault)
    lead, stopping, answers = vault.house.lead, threading.Event(), list[Any]()

    def work() -> None:
        while not stopping.is_set():
            vault.blobs.put([token_hex(8).encode()])
            answers.append(lead.post("/projects", json=PROJECT).status_code)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        manifests = [vault.make() for _ in range(3)]
    finally:
        stopping.set()
        thread.join()
    assert set(answers) == {201}
    vault.anchoring.anchor()
    done = vault.restore(manifests[-1], accept=True)
    assert done.files == manifests[-1].files.lines
    tables = rows_of(vault.target)
    begun = tables["audit_entries"].count(b'"action":"project.begun"')
    assert tables["projects"].count(b"\n") == begun > 1


def without(vault: Vault, part: Part, columns: set[str]) -> Part:
    """Return a table of a backup as a version that knew these columns alone would have kept it."""
    lines = b"".join(vault.sealed.get(part.digest)).splitlines()
    rows = [json.loads(line) for line in lines]
    earlier = [{name: row[name] for name in row.keys() & columns} for row in rows]
    pieces = [json.dumps(row).encode() + b"\n" for row in earlier]
    return replace(part, digest=vault.sealed.put(pieces).digest)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(
    vault: Vault, new_database: Callable[[str], str]
) -> None:
    fill(vault)
    vault.anchoring.anchor()
    script = ScriptDirectory.from_config(configuration())
    earlier = script.get_revision("head").down_revision
    assert isinstance(earlier, str)
    before = Database(new_database("sqlite"))
    upgrade(before, revision=earlier)
    columns = {
        name: {column["name"] for column in inspect(before.engine).get_columns(name)}
        for name in inspect(before.engine).get_table_names()
    }
    before.close()
    now = vault.make()
    tables = {
        name: without(vault, part, columns[name])
        for name, part in now.tables.items()
        if name in columns
    }
    done = vault.restore(replace(now, revision=earlier, tables=tables))
    assert done.rows == sum(part.lines for part in tables.values()) > 5
    assert {*METADATA.tables} < {*inspect(vault.target.engine).get_table_names()}


def test_master_keys_rotate_while_everything_stays_readable(vault: Vault) -> None:
    digests = fill(vault)
    ring = vault.blobs.keyring
    old = new_master_key("2027")
    new = Keyring("2027", {**Keyring.parse(old).keys, **ring.keys})
    rotated = Blobs(vault.blobs.objects, new)
    assert rotate_keys(vault.database, rotated, quiet) == 3
    assert rotate_keys(vault.database, rotated, quiet) == 0
    alone = Blobs(vault.blobs.objects, Keyring.parse(old))
    assert all(b"".join(alone.get(digest)).startswith(b"pixels") for digest in digests)
    (entry, _) = vault.house.person("auditor").seen(
        "/audit/entries", params={"action": "keys.rotated"}
    )["items"]
    assert entry["facts"] == {"rotated": 3, "blobs": 3}
