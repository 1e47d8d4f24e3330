"""Accepted work of the first vendor, with a rate card that prices it."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from assay.service import clock
from assay.service.acceptance.tables import DecisionRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.ids import new_id
from service.deliveries.batches import ALIASES, Batch, archive, send_batch, truth, upload
from service.house import House

#: 4 images, 4 × 768 pixels, 4 cars.
CARD: dict[str, Any] = {
    "name": "Standard",
    "currency": "EUR",
    "valid_from": "2020-01-01",
    "price": {"per-image": {"price": "1.20"}, "management-fee": {"percent": 10}},
}


def agree(house: House, card: object = None) -> str:
    """Let the first vendor offer a card and finance agree to it; return its id."""
    identifier: str = house.vendor.made("/vendor/rate-cards", card or CARD)["id"]
    path = f"/vendors/{house.vendor.organisation}/rate-cards/{identifier}/agreement"
    house.person("finance").made(path, {})
    return identifier


def deliver_and_accept(house: House, tmp_path: Path) -> Batch:
    """Let the first vendor deliver four images, and accept them: the long way."""
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, {alias: truth(alias) for alias in ALIASES}))
    house.work()
    body = {"decision": "accept", "override": True, "reason": "Seen by us."}
    house.lead.made(f"/batches/{batch.id}/decisions", body)
    return batch


def accept(house: House, *, low: float = 0.9) -> Batch:
    """Write four delivered and accepted images into the database: the short way."""
    batch = send_batch(house)
    with house.app.state.database.writing() as session:
        delivery = _delivery(house, batch)
        session.add(delivery)
        session.flush()
        items = session.scalars(select(BatchItemRow).where(BatchItemRow.batch_id == batch.id))
        versions = [_version(delivery, item) for item in items]
        session.add_all(versions)
        session.get_one(BatchRow, batch.id).state = "accepted"
        claim = {"name": "mean", "verdict": "accept", "estimate": 0.95, "low": low, "high": 0.99}
        session.add(
            DecisionRow(
                id=new_id("dec"),
                batch_id=batch.id,
                round=1,
                decision="accept",
                plan_verdict="accept",
                overridden=False,
                reason="",
                evidence={"claims": [claim]},
                items=[version.id for version in versions],
                decided_by=house.lead.user,
                decided=clock.now(),
            )
        )
    return batch


def bill(house: House, batch: Batch) -> dict[str, Any]:
    """Draft an invoice of all that waits."""
    body = {"vendor": house.vendor.organisation}
    made: dict[str, Any] = house.person("finance").made(f"/projects/{batch.project}/invoices", body)
    return made


def issue(house: House, invoice: dict[str, Any], **more: object) -> dict[str, Any]:
    """Issue a draft."""
    body = {"due_on": "2099-01-31", **more}
    made: dict[str, Any] = house.person("finance").made(f"/invoices/{invoice['id']}/issue", body)
    return made


def _delivery(house: House, batch: Batch) -> DeliveryRow:
    return DeliveryRow(
        id=new_id("del"),
        batch_id=batch.id,
        vendor_id=house.vendor.organisation,
        number=1,
        round=1,
        file_name="labels.zip",
        blob="0" * 64,
        size=1,
        state="judged",
        format="index-png",
        findings=[],
        errors=0,
        warnings=0,
        items=4,
        received=clock.now(),
        judged=clock.now(),
    )


def _version(delivery: DeliveryRow, item: BatchItemRow) -> ItemVersionRow:
    return ItemVersionRow(
        id=new_id("ver"),
        delivery_id=delivery.id,
        batch_item_id=item.id,
        batch_id=delivery.batch_id,
        number=1,
        round=1,
        first=True,
        labels="0" * 64,
        label_digest="0" * 64,
        pixels=768,
        objects=1,
        vertices=8,
        errors=0,
        warnings=0,
        findings=[],
        suspicion=0.0,
        score=None,
        severe=None,
        created=clock.now(),
    )
