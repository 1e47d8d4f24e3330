"""``assay backup`` and ``assay keys`` as whoever runs the service runs them."""

from pathlib import Path

import pytest

from assay.service.actor import SYSTEM
from assay.service.audit.anchoring import Anchoring
from assay.service.audit.record import record
from assay.service.database import Database
from assay.service.migrations import upgrade
from assay.service.settings import Settings
from assay.service.storage.opening import open_blobs
from cli.conftest import Run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data of a service with one file and an anchored log of one entry."""
    folder = tmp_path / "data"
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    folder.mkdir(mode=0o700)
    upgrade(database)
    open_blobs(settings.storage, settings.key_file).put([b"pixels"])
    with database.writing() as session:
        record(session, SYSTEM, "project.begun", subject="prj_a")
    Anchoring.of(settings, database).anchor()
    database.close()
    return folder


def test_a_backup_is_made_checked_and_restored_elsewhere(
    run: Run, data: Path, tmp_path: Path
) -> None:
    place, other = tmp_path / "backups", tmp_path / "other"
    made = run("backup", "make", place, "--data", data)
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[1:] == ["rows: 2", "files: 1", "entries of the audit log: 1"]
    checked = run("backup", "check", place, "--data", data)
    assert checked.out.splitlines()[-1].startswith("digests that match: ")
    assert checked.code == 0
    other.mkdir(mode=0o700)
    for name in ("master-keys", "audit-key"):
        (data / name).rename(other / name)
    (data / "anchors").rename(other / "anchors")
    restored = run("backup", "restore", place, "--data", other)
    assert restored.code == 0, restored.err
    assert restored.out.splitlines()[1:] == [
        "rows: 2",
        "files whose digests match: 1",
        "signed heads that the audit log was held against: 1",
    ]
    again = run("backup", "restore", place, "--data", other)
    assert again.code == 2
    assert "has rows" in again.err


def test_a_damaged_backup_exits_with_one(run: Run, data: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    run("backup", "make", place, "--data", data)
    for file in (place / "data").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-1])
    checked = run("backup", "check", place, "--data", data)
    assert checked.code == 1
    assert "is damaged" in checked.out


def test_master_keys_are_added_and_rotated(run: Run, data: Path) -> None:
    added = run("keys", "add", "2027", "--data", data)
    assert added.code == 0, added.err
    assert "run `assay keys rotate`" in added.out
    rotated = run("keys", "rotate", "--data", data)
    assert rotated.out.startswith("1 file changed to the master key 2027.")
    assert run("keys", "add", "2027", "--data", data).code == 2


def test_a_log_that_reaches_its_heads_has_lost_nothing(run: Run, data: Path) -> None:
    outcome = run("audit", "accept-loss", "--data", data)
    assert outcome.out == "Nothing is lost: the log reaches every signed head.\n"
