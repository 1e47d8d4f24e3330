import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assay.service import clock
from assay.service.deliveries import actions
from assay.service.jobs.tables import JobRow
from service.deliveries.batches import ALIASES, archive, send_batch, truth, upload
from service.house import House

RIGHT = {alias: truth(alias) for alias in ALIASES}


def test_an_archive_comes_in_parts_and_is_judged(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    delivery = upload(house.vendor, batch, archive(tmp_path, RIGHT), parts=3)
    assert delivery["state"] == "received"
    assert house.work() == 1
    seen = house.vendor.seen(f"/vendor/deliveries/{delivery['id']}")
    assert (seen["state"], seen["items"], seen["errors"]) == ("judged", 4, 0)
    judged = house.lead.seen(f"/deliveries/{delivery['id']}")
    assert (judged["gold_items"], judged["gold_score"], judged["gold_severe"]) == (2, 1.0, 0)


def test_an_upload_has_a_bounded_number_of_parts(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_PARTS", 3)
    batch, data = send_batch(house), archive(tmp_path, RIGHT)
    order = {"file_name": "labels.zip", "size": 9, "sha256": "0" * 64}
    path = (
        f"/vendor/uploads/{house.vendor.made(f'/vendor/batches/{batch.id}/uploads', order)['id']}"
    )
    codes = [
        house.vendor.patch(path, content=b"x", headers={"upload-offset": str(offset)}).status_code
        for offset in range(4)
    ]
    assert codes == [200, 200, 200, 409]
    upload(house.vendor, batch, data, parts=3)


def test_gold_is_scored_and_the_vendor_is_not_told(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    wrong = truth("b2")
    wrong[wrong == 2] = 1
    data = archive(tmp_path, {**RIGHT, "b2": wrong})
    delivery = upload(house.vendor, batch, data)["id"]
    house.work()
    items = {i["item"]: i for i in house.lead.seen(f"/deliveries/{delivery}/items")["items"]}
    assert items["d4"]["score"] == 1.0
    assert items["b2"]["score"] < 0.6
    assert items["b2"]["severe"] == 1
    assert items["a1"]["score"] is None
    told = house.vendor.seen(f"/vendor/deliveries/{delivery}/items")["items"]
    assert {frozenset(item) for item in told} == {
        frozenset({"item", "version", "readable", "errors", "warnings", "findings"})
    }


def test_the_same_bytes_are_one_delivery_however_often_they_are_sent(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    data = archive(tmp_path, RIGHT)
    vendor = house.vendor
    with ThreadPoolExecutor(10) as senders:
        found = list(senders.map(lambda _: upload(vendor, batch, data), range(10)))
    assert len({delivery["id"] for delivery in found}) == 1
    assert house.work() == 1
    assert len(house.lead.seen("/deliveries", params={"batch": batch.id})["items"]) == 1


def test_a_missing_item_is_an_error_and_counts_as_nothing(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    data = archive(tmp_path, {alias: RIGHT[alias] for alias in ("a1", "b2", "c3")})
    delivery = upload(house.vendor, batch, data)["id"]
    house.work()
    items = {i["item"]: i for i in house.lead.seen(f"/deliveries/{delivery}/items")["items"]}
    assert (items["d4"]["readable"], items["d4"]["score"], items["d4"]["errors"]) == (False, 0.0, 1)
    assert items["d4"]["suspicion"] == 1.0


def test_bytes_that_are_no_archive_are_refused_and_the_batch_waits_again(house: House) -> None:
    batch = send_batch(house)
    delivery = upload(house.vendor, batch, b"PK\x03\x04 but not really")["id"]
    house.work()
    seen = house.vendor.seen(f"/vendor/deliveries/{delivery}")
    assert seen["state"] == "refused"
    assert seen["findings"][0]["remedy"]


def test_bytes_changed_on_the_way_are_refused_and_the_true_ones_taken(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    data = archive(tmp_path, RIGHT)
    order = {
        "file_name": "x.zip",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    begun = house.vendor.made(f"/vendor/batches/{batch.id}/uploads", order)["id"]
    headers = {"upload-offset": "0"}
    changed = data[:-1] + bytes([data[-1] ^ 1])
    house.vendor.patch(f"/vendor/uploads/{begun}", content=changed, headers=headers)
    first = house.vendor.made(f"/vendor/uploads/{begun}/completion")["id"]
    house.work()
    seen = house.vendor.seen(f"/vendor/deliveries/{first}")
    assert [finding["rule"] for finding in seen["findings"]] == ["upload-digest"]
    second = upload(house.vendor, batch, data)["id"]
    assert second != first
    house.work()
    assert house.vendor.seen(f"/vendor/deliveries/{second}")["state"] == "judged"


def test_a_part_must_follow_what_is_there(house: House) -> None:
    batch = send_batch(house)
    order = {"file_name": "x.zip", "size": 10, "sha256": "0" * 64}
    path = house.vendor.made(f"/vendor/batches/{batch.id}/uploads", order)["id"]
    path = f"/vendor/uploads/{path}"

    def send(part: bytes, offset: int) -> int:
        headers = {"upload-offset": str(offset)}
        return house.vendor.patch(path, content=part, headers=headers).status_code

    assert send(b"1234", 0) == 200
    assert send(b"1234", 0) == 409
    assert send(b"12345678", 4) == 413
    assert send(b"", 4) == 422
    assert house.vendor.seen(path)["received"] == 4
    early = house.vendor.post(f"{path}/completion")
    assert early.status_code == 409
    assert "from byte 4" in early.json()["detail"]


def test_another_vendor_s_upload_batch_and_delivery_do_not_exist(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    data = archive(tmp_path, RIGHT)
    delivery = upload(house.vendor, batch, data)["id"]
    order = {"file_name": "x.zip", "size": 10, "sha256": "0" * 64}
    assert house.rival.post(f"/vendor/batches/{batch.id}/uploads", json=order).status_code == 404
    assert house.rival.get(f"/vendor/deliveries/{delivery}").status_code == 404
    assert house.rival.get(f"/vendor/deliveries/{delivery}/items").status_code == 404
    assert house.rival.seen("/vendor/deliveries")["items"] == []
    assert house.vendor.get(f"/deliveries/{delivery}").status_code == 403


def test_an_archive_is_served_as_an_attachment_of_no_kind(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    data = archive(tmp_path, RIGHT)
    delivery = upload(house.vendor, batch, data)["id"]
    house.work()
    answer = house.lead.get(f"/deliveries/{delivery}/archive")
    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_what_was_found_is_told_on_a_schedule_that_says_nothing_of_gold(
    house: House, tmp_path: Path
) -> None:
    worker = house.app.state.worker
    settings = worker._bench.settings.model_copy(update={"publish_seconds": 3600})
    worker._bench = replace(worker._bench, settings=settings)
    batch = send_batch(house)
    delivery = upload(house.vendor, batch, archive(tmp_path, RIGHT))
    path = f"/vendor/deliveries/{delivery['id']}"
    assert house.work() == 1
    assert house.vendor.seen(path)["state"] == "received"
    with house.app.state.database.writing() as session:
        job = session.scalars(select(JobRow).where(JobRow.kind == "tell-delivery")).one()
        assert clock.now() < job.not_before < clock.now() + timedelta(seconds=3600)
        job.not_before = clock.now()
    assert house.work() == 1
    seen = house.vendor.seen(path)
    assert (seen["state"], seen["items"]) == ("judged", 4)
    assert house.lead.seen(f"/deliveries/{delivery['id']}")["gold_score"] == 1.0
