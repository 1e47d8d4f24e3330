"""What is left over goes, and nothing else does."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, select

from assay.service import clock
from assay.service.deliveries.tables import PartRow
from assay.service.jobs.queue import enqueue
from assay.service.jobs.tables import JobRow
from assay.service.operations.backup import make_backup
from assay.service.operations.housekeeping import PutAway
from assay.service.storage.blobs import Blobs
from assay.service.storage.local import LocalObjects
from assay.service.tables import METADATA
from service.authorisation.scene import furnish
from service.deliveries.batches import send_batch
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
HOOK = {"name": "x", "url": "https://example.com/hook", "events": ["question.asked"]}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets so many days pass, counted from the present."""
    present = clock.now

    def pass_by(days: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: present() + timedelta(days=days))

    return pass_by


def put_away(house: House) -> PutAway:
    done: PutAway = house.app.state.housekeeping.put_away()
    return done


def test_answers_and_orphans_go_after_their_time_and_nothing_else(house: House, later: Any) -> None:
    once = {"idempotency-key": "once"}
    first = house.lead.made("/projects", PROJECT, headers=once)
    blobs = house.app.state.blobs
    blobs.objects.put("data/00/orphan", [b"1"])
    assert put_away(house) == PutAway(0, 0, 0, 0)
    assert house.lead.made("/projects", PROJECT, headers=once) == first
    later(8)
    assert put_away(house) == PutAway(answers=1, parts=0, files=0, fragments=1)
    later(0)
    assert house.lead.made("/projects", PROJECT, headers=once)["id"] != first["id"]


def test_a_file_of_a_transaction_that_was_undone_goes_at_the_second_look(
    house: House, later: Any
) -> None:
    blobs = house.app.state.blobs
    digest = blobs.put([b"pixels"]).digest
    later(6)
    assert put_away(house).files == 0
    later(8)
    assert put_away(house).files == 0
    later(8.9)
    assert put_away(house).files == 0
    assert blobs.has(digest)
    later(9.1)
    assert put_away(house).files == 1
    assert list(blobs.objects.list()) == []
    assert put_away(house).files == 0


def test_a_file_that_is_put_again_between_the_looks_stays(house: House, later: Any) -> None:
    blobs = house.app.state.blobs
    blobs.put([b"pixels"])
    later(8)
    put_away(house)
    later(9.1)
    blobs.put([b"pixels"])
    # The disk dates what is written by the true clock.
    for listed in blobs.objects.list("blobs"):
        moment = clock.now().timestamp()
        os.utime(blobs.objects.folder / listed.name, (moment, moment))
    assert put_away(house).files == 0
    later(16.5)
    assert put_away(house).files == 0
    later(17.6)
    assert put_away(house).files == 1


def test_nothing_goes_that_a_waiting_job_may_need(house: House, later: Any) -> None:
    database, blobs = house.app.state.database, house.app.state.blobs
    digest = blobs.put([b"labels that only another file names"]).digest
    with database.writing() as session:
        enqueue(session, "tell-delivery", key="k", organisation="o", payload={})
    for days in (8, 10, 30):
        later(days)
        assert put_away(house).files == 0
    with database.writing() as session:
        session.scalars(select(JobRow)).one().state = "done"
    put_away(house)
    later(32)
    assert put_away(house).files == 1
    assert not blobs.has(digest)


def test_what_a_removed_webhook_was_sealed_with_goes(house: House, later: Any) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    path = f"/projects/{project}/webhooks"
    stays, goes = (house.lead.made(path, HOOK)["webhook"]["id"] for _ in range(2))
    assert house.lead.delete(f"{path}/{goes}").status_code == 204
    blobs = house.app.state.blobs
    assert len(list(blobs.digests())) == 2
    for days in (8, 10):
        later(days)
        put_away(house)
    assert len(list(blobs.digests())) == 1
    later(0)
    house.lead.seen(f"{path}/{stays}")
    renewed = house.lead.post(f"{path}/{stays}/secret")
    assert renewed.status_code == 201, renewed.text


def test_an_upload_that_nobody_goes_on_with_lapses(house: House, later: Any) -> None:
    batch, vendor = send_batch(house), house.vendor
    order = {"file_name": "a.zip", "size": 8, "sha256": "0" * 64}
    path = vendor.made(f"/vendor/batches/{batch.id}/uploads", order)["id"]
    path = f"/vendor/uploads/{path}"
    vendor.patch(path, content=b"PK\3\4", headers={"upload-offset": "0"})
    with house.app.state.database.reading() as session:
        [part] = session.scalars(select(PartRow.blob))
    later(6)
    assert put_away(house).parts == 0
    later(8)
    assert put_away(house).parts == 1
    later(10)
    put_away(house)
    assert not house.app.state.blobs.has(part)
    later(0)
    assert vendor.seen(path)["state"] == "lapsed"
    for refused in (
        vendor.patch(path, content=b"rest", headers={"upload-offset": "4"}),
        vendor.post(f"{path}/completion"),
    ):
        assert refused.status_code == 409
        assert "Begin another" in refused.json()["detail"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_a_row_names_stays(house: House, tmp_path: Path, later: Any) -> None:
    furnish(house, tmp_path)
    blobs = house.app.state.blobs
    there = set(blobs.digests())
    named = there & set(words(house))
    assert len(named) > 5
    for days in (30, 32):
        later(days)
        put_away(house)
    assert named <= set(blobs.digests())


def words(house: House) -> list[str]:
    """Return every text of every row that says what is there now."""
    past = {"audit_entries", "jobs", "upload_parts"}
    with house.app.state.database.reading() as session:
        return [
            value
            for table in METADATA.sorted_tables
            if table.name not in past
            for column in table.columns
            if isinstance(column.type, String)
            for value in session.scalars(select(column))
        ]


def test_bytes_that_are_not_what_was_announced_cost_nobody_a_file(house: House) -> None:
    """A vendor sends, under a wrong digest, bytes that are a file of somebody else."""
    batch, vendor = send_batch(house), house.vendor
    blobs = house.app.state.blobs
    package = b"a file of the buyer's"
    digest = blobs.put([package]).digest
    finish(house, batch.id, package, announced="1" * 64)
    assert blobs.has(digest)
    # And the other way round: a digest is known, the bytes are not.
    other = b"x" * len(package)
    delivery = finish(house, batch.id, other, announced=digest)
    found = vendor.seen(f"/vendor/deliveries/{delivery}")
    assert found["state"] == "refused"
    assert [finding["rule"] for finding in found["findings"]] == ["upload-digest"]


def finish(house: House, batch: str, content: bytes, *, announced: str) -> str:
    assert sha256(content).hexdigest() != announced
    order = {"file_name": "a.zip", "size": len(content), "sha256": announced}
    upload = house.vendor.made(f"/vendor/batches/{batch}/uploads", order)["id"]
    path = f"/vendor/uploads/{upload}"
    house.vendor.patch(path, content=content, headers={"upload-offset": "0"})
    delivery: str = house.vendor.made(f"{path}/completion")["id"]
    house.work()
    return delivery


def test_a_backup_goes_on_without_a_file_that_was_just_put_away(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, gone = house.app.state.blobs, "0" * 64
    kept = blobs.put([b"pixels"]).digest
    monkeypatch.setattr(Blobs, "digests", lambda _: iter([gone, kept]))
    place = LocalObjects(tmp_path / "backups")
    manifest = make_backup(house.app.state.database, blobs, place, lambda _done, _all: None)
    assert manifest.files.lines == 1


def test_metrics_say_what_was_put_away(house: House, later: Any) -> None:
    house.app.state.blobs.objects.put("data/00/orphan", [b"1"])
    token = house.admin
    assert "assay_housekeeping_seconds 0.0" in token.get("/metrics").text
    later(2)
    put_away(house)
    later(0)
    text = token.get("/metrics").text
    assert 'assay_put_away_total{what="fragments"} 1.0' in text
    assert 'assay_put_away_total{what="files"} 0.0' in text
