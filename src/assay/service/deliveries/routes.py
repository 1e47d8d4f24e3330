"""What the buyer sees of deliveries."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow
from assay.service.deliveries import store
from assay.service.deliveries.schemas import DeliveredItem, Delivery, findings
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.schemas import Page
from assay.service.sending import StoredFile, send_file

router = APIRouter(route_class=TransactionRoute, prefix="/deliveries", tags=["deliveries"])

Reader = Annotated[Actor, Depends(Require("deliveries.read"))]
Listed = Annotated[Stretch, Depends(stretch)]
Batch = Annotated[str | None, Query(max_length=64, description="Only those of a batch.")]


@router.get("")
def list_deliveries(
    session: Transaction, actor: Reader, part: Listed, batch: Batch = None
) -> Page[Delivery]:
    """List deliveries."""
    query = store.deliveries(actor)
    if batch is not None:
        query = query.where(DeliveryRow.batch_id == batch)
    by = (DeliveryRow.received, DeliveryRow.id)
    return page(session, query, part, by=by, shown=lambda row: _delivery(session, row))


@router.get("/{delivery}")
def show_delivery(session: Transaction, actor: Reader, delivery: str) -> Delivery:
    """Show a delivery, with what its hidden gold scored."""
    return _delivery(session, store.delivery(session, actor, delivery))


@router.get("/{delivery}/items")
def list_items(
    session: Transaction, actor: Reader, delivery: str, part: Listed
) -> Page[DeliveredItem]:
    """List the items of a delivery, with the scores of those that are gold."""
    row = store.delivery(session, actor, delivery)
    items = {item.id: item for item in store.batch_items(session, row.batch_id)}
    by = (ItemVersionRow.created, ItemVersionRow.id)
    return page(
        session, store.versions(row.id), part, by=by, shown=lambda version: _item(version, items)
    )


@router.get("/{delivery}/archive", response_class=StoredFile)
def take_archive(
    session: Transaction, actor: Reader, request: Request, delivery: str
) -> StoredFile:
    """Take a delivery's archive as it came; it is a stranger's file."""
    row = store.delivery(session, actor, delivery)
    return send_file(request, row.blob, name=row.file_name)


def _delivery(session: Session, row: DeliveryRow) -> Delivery:
    gold = [
        version for version in session.scalars(store.versions(row.id)) if version.score is not None
    ]
    scores = [version.score for version in gold if version.score is not None]
    return Delivery(
        id=row.id,
        batch=row.batch_id,
        vendor=row.vendor_id,
        number=row.number,
        round=row.round,
        file_name=row.file_name,
        sha256=row.blob,
        size=row.size,
        state=row.state,
        format=row.format,
        items=row.items,
        errors=row.errors,
        warnings=row.warnings,
        findings=findings(row.findings),
        gold_items=len(gold),
        gold_score=sum(scores) / len(scores) if scores else None,
        gold_severe=sum(bool(version.severe) for version in gold) if gold else None,
        received=row.received,
        judged=row.judged,
    )


def _item(version: ItemVersionRow, items: Mapping[str, BatchItemRow]) -> DeliveredItem:
    item = items[version.batch_item_id]
    return DeliveredItem(
        id=version.id,
        item=item.alias,
        asset=item.asset_id,
        role=item.role,
        version=version.number,
        round=version.round,
        first=version.first,
        readable=version.labels is not None,
        label_digest=version.label_digest,
        errors=version.errors,
        warnings=version.warnings,
        suspicion=version.suspicion,
        score=version.score,
        severe=version.severe,
        findings=findings(version.findings),
    )
