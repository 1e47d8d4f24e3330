"""What fails on the way is told, undone or resolved; nothing is done half or twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.audit.chain import Tip
from assay.service.audit.verify import Anchors, verify
from assay.service.database import Database
from assay.service.storage.local import LocalObjects
from service.deliveries.batches import send_batch
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
ONCE = {"idempotency-key": "once"}


def names(house: House) -> list[str]:
    return [project["name"] for project in house.lead.seen("/projects")["items"]]


def test_a_lost_reply_to_the_commit_is_resolved_by_the_idempotency_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, writing = house.lead, Database.writing

    @contextmanager
    def committed_unheard(database: Database) -> Iterator[Session]:
        with writing(database) as session:
            yield session
        raise OperationalError("COMMIT", {}, OSError("connection reset"))

    monkeypatch.setattr(Database, "writing", committed_unheard)
    answer = lead.post("/projects", json=PROJECT, headers=ONCE)
    assert answer.status_code == 503
    assert "same Idempotency-Key" in answer.json()["detail"]
    monkeypatch.undo()
    again = lead.post("/projects", json=PROJECT, headers=ONCE)
    assert again.status_code == 201
    assert again.headers["idempotent-replay"] == "true"
    assert names(house) == ["Streets"]


def test_a_connection_lost_before_the_commit_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, writing = house.lead, Database.writing

    @contextmanager
    def lost(database: Database) -> Iterator[Session]:
        with writing(database) as session:
            yield session
            raise OperationalError("INSERT", {}, OSError("connection reset"))

    monkeypatch.setattr(Database, "writing", lost)
    assert lead.post("/projects", json=PROJECT, headers=ONCE).status_code == 503
    monkeypatch.undo()
    assert names(house) == []
    assert "idempotent-replay" not in lead.post("/projects", json=PROJECT, headers=ONCE).headers
    assert names(house) == ["Streets"]


def test_what_cannot_be_recorded_does_not_happen(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_tip: Tip, *_: object) -> None:
        raise OperationalError("INSERT", {}, OSError("no space left"))

    lead = house.lead
    monkeypatch.setattr(Tip, "follow", full)
    assert lead.post("/projects", json=PROJECT).status_code == 503
    monkeypatch.undo()
    assert names(house) == []


def test_a_full_disk_refuses_a_part_and_the_upload_goes_on_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, vendor = send_batch(house), house.vendor
    order = {"file_name": "a.zip", "size": 4, "sha256": "0" * 64}
    upload = vendor.made(f"/vendor/batches/{batch.id}/uploads", order)["id"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    path, begin = f"/vendor/uploads/{upload}", {"upload-offset": "0"}
    refused = vendor.patch(path, content=b"PK\3\4", headers=begin)
    assert refused.status_code == 503
    assert "disk is full" in refused.json()["detail"]
    assert str(house.app.state.settings.data_dir) not in refused.text
    monkeypatch.undo()
    assert vendor.seen(path)["received"] == 0
    objects = house.app.state.blobs.objects
    assert isinstance(objects, LocalObjects)
    assert list(objects.list("incoming")) == []
    assert vendor.patch(path, content=b"PK\3\4", headers=begin).json()["received"] == 4


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour_breaks_no_log(
    house: House, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    present = clock.now
    house.lead.made("/projects", PROJECT)
    monkeypatch.setattr(clock, "now", lambda: present() + timedelta(hours=hours))
    house.lead.made("/projects", PROJECT)
    monkeypatch.undo()
    house.lead.made("/projects", PROJECT)
    lines = house.person("auditor").get("/audit/log").content.splitlines()
    assert verify(lines, Anchors()).sound
    assert len(names(house)) == 3
