"""Rework: the named items again, with fresh gold among fresh honest images."""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest

from assay.errors import AssayError
from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.tables import EntryRow
from assay.service.batches.rework import hide_gold, rework
from assay.service.batches.tables import BatchRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.ids import new_id
from service.batches.work import Work, draw, items, prepare, step
from service.house import House


def judged(house: House, work: Work, size: int = 20) -> Any:
    """Send a batch, and write that everything was delivered and judged; one item is bad."""
    batch = draw(house, work, size=size)
    step(house.lead, batch, "sending")
    inside = items(house, batch)
    worst = next(item["id"] for item in inside if item["role"] == "work")
    with house.app.state.database.writing() as session:
        row = session.get_one(BatchRow, batch["id"])
        row.state = "judged"
        delivery = DeliveryRow(
            id=new_id("del"),
            batch_id=row.id,
            vendor_id=row.vendor_id,
            number=1,
            round=1,
            file_name="x.zip",
            blob="0" * 64,
            size=1,
            state="judged",
            format="index-png",
            findings=[],
            errors=0,
            warnings=0,
            items=size,
            received=clock.now(),
            judged=clock.now(),
        )
        session.add(delivery)
        session.flush()
        session.add_all(
            [
                _version(delivery, item, labels=None if item["id"] == worst else "1" * 64)
                for item in inside
            ]
        )
    return batch


def _version(delivery: DeliveryRow, item: dict[str, Any], *, labels: str | None) -> ItemVersionRow:
    gold = item["role"] == "gold"
    return ItemVersionRow(
        id=new_id("ver"),
        delivery_id=delivery.id,
        batch_item_id=item["id"],
        batch_id=delivery.batch_id,
        number=1,
        round=1,
        first=True,
        labels=labels,
        label_digest=labels,
        pixels=768,
        objects=1,
        vertices=4,
        errors=0,
        warnings=0,
        findings=[],
        suspicion=0.0,
        score=1.0 if gold else None,
        severe=0 if gold else None,
        created=clock.now(),
    )


def send_back(house: House, batch: Any, **more: Any) -> Any:
    body = {"decision": "send back", "reason": "Cars are cut.", **more}
    return house.lead.post(f"/batches/{batch['id']}/decisions", json=body)


def spoil(house: House, item: str, **found: Any) -> None:
    """Write other findings of an item."""
    with house.app.state.database.writing() as session:
        for row in session.query(ItemVersionRow).filter(ItemVersionRow.batch_item_id == item):
            for name, value in found.items():
                setattr(row, name, value)


def of_round(house: House, batch: Any, number: int) -> list[dict[str, Any]]:
    return [item for item in items(house, batch) if item["round"] == number]


def test_a_batch_that_is_sent_back_asks_again_with_fresh_gold(house: House) -> None:
    work = prepare(house)
    batch = judged(house, work)
    before = items(house, batch)
    named = [item["item"] for item in before if item["role"] == "work"][:10]
    assert send_back(house, batch, items=[*named, *named[:2]]).status_code == 201
    house.work()
    asked = of_round(house, batch, 2)
    fresh = [item for item in asked if item["item"] not in {i["item"] for i in before}]
    # As in the first round, one in ten is gold.
    assert Counter(item["role"] for item in fresh) == {"gold": 1, "overlap": 2, "work": 7}
    assert {item["item"] for item in asked} == {*named, *(item["item"] for item in fresh)}
    assert not {item["asset"] for item in fresh} & {item["asset"] for item in before}


def test_the_package_of_a_round_holds_what_that_round_asks_for(house: House) -> None:
    batch = judged(house, prepare(house))
    send_back(house, batch)
    waiting = house.vendor.get(f"/vendor/batches/{batch['id']}/package")
    assert waiting.status_code == 409
    house.work()
    answer = house.vendor.get(f"/vendor/batches/{batch['id']}/package")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        listed = [item["item"] for item in json.loads(package.read("manifest.json"))["items"]]
    assert listed == sorted(item["item"] for item in of_round(house, batch, 2))
    seen = house.vendor.seen(f"/vendor/batches/{batch['id']}")
    assert (seen["state"], seen["round"], seen["images"]) == ("rework", 2, 11)


def test_without_names_it_is_what_is_missing_or_not_good_enough(house: House) -> None:
    batch = judged(house, prepare(house))
    first = {item["item"] for item in items(house, batch)}
    send_back(house, batch)
    again = [item for item in of_round(house, batch, 2) if item["item"] in first]
    assert len(again) == 1


def test_gold_that_is_done_again_is_gold_no_more(house: House) -> None:
    batch = judged(house, prepare(house))
    inside = items(house, batch)
    gold = next(item["item"] for item in inside if item["role"] == "gold")
    others = [item["item"] for item in inside if item["role"] == "work"][:2]
    assert send_back(house, batch, items=[gold, *others]).status_code == 201
    now = {item["item"]: item for item in items(house, batch)}
    assert now[gold]["gold"] is None
    assert now[gold]["round"] == 2


def test_a_list_in_which_gold_stands_out_is_refused(house: House) -> None:
    batch = judged(house, prepare(house))
    inside = items(house, batch)
    gold = [item["item"] for item in inside if item["role"] == "gold"]
    others = [item["item"] for item in inside if item["role"] == "work"][:3]
    refused = send_back(house, batch, items=[*gold, *others])
    assert refused.status_code == 422
    assert "2 of the 5 items to be done again are gold" in refused.json()["detail"]
    assert house.lead.seen(f"/batches/{batch['id']}")["state"] == "judged"
    assert send_back(house, batch, items=["nobody"]).status_code == 422


def test_gold_in_which_the_vendor_was_shown_a_fault_needs_no_cover(house: House) -> None:
    batch = judged(house, prepare(house))
    gold = next(item for item in items(house, batch) if item["role"] == "gold")
    spoil(house, gold["id"], errors=1)
    assert send_back(house, batch, items=[gold["item"]]).status_code == 201


def test_without_names_no_more_gold_is_asked_for_than_hides(house: House) -> None:
    batch = judged(house, prepare(house))
    gold = {item["item"] for item in items(house, batch) if item["role"] == "gold"}
    for item in items(house, batch):
        if item["role"] == "gold":
            spoil(house, item["id"], score=0.2)
    send_back(house, batch)
    again = {item["item"] for item in of_round(house, batch, 2)}
    # One other item is wanting, which hides no gold.
    assert not again & gold


def test_weak_gold_is_asked_for_as_seldom_as_other_weak_items_are_looked_at(house: House) -> None:
    batch = judged(house, prepare(house))
    inside = items(house, batch)
    gold = {item["item"] for item in inside if item["role"] == "gold"}
    names = [item["item"] for item in inside]
    kept = {0.0: 0, 0.25: 0, 1.0: 0}
    with house.app.state.database.reading() as session:
        row = session.get_one(BatchRow, batch["id"])
        for seed in range(200):
            row.seed = seed
            for looked in kept:
                kept[looked] += len(gold & {*hide_gold(session, row, names, looked=looked)})
        session.rollback()
    assert (kept[0.0], kept[1.0]) == (0, 400)
    assert abs(kept[0.25] - 100) < 30


def test_where_gold_is_used_up_the_round_goes_without_and_the_log_says_so(house: House) -> None:
    batch = judged(house, prepare(house, gold=2))
    assert send_back(house, batch).status_code == 201
    assert len(of_round(house, batch, 2)) == 1
    with house.app.state.database.reading() as session:
        lines = [row.line for row in session.query(EntryRow) if row.subject == batch["id"]]
    assert any('"shortage":"1 gold images' in line for line in lines)


def test_rework_of_nothing_is_refused(house: House) -> None:
    batch = judged(house, prepare(house))
    with house.app.state.database.writing() as session:
        row = session.get_one(BatchRow, batch["id"])
        with pytest.raises(AssayError, match="Name the items"):
            rework(session, SYSTEM, row, [])
