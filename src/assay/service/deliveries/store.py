"""Queries about uploads and deliveries; a vendor's are bound to its own organisation."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.assets.tables import AssetRow
from assay.service.batches import store as batches
from assay.service.batches.tables import BatchItemRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow, PartRow, UploadRow
from assay.service.problems import there

#: A batch that an actor may see; a vendor sees its own once they were sent.
batch = batches.batch


def batch_items(session: Session, batch_id: str) -> list[BatchItemRow]:
    """Return the items of a batch in the order in which they were sent."""
    query = select(BatchItemRow).where(BatchItemRow.batch_id == batch_id)
    return list(session.scalars(query.order_by(BatchItemRow.place)))


def image_sizes(session: Session, batch_id: str) -> dict[str, tuple[int, int]]:
    """Return height and width of each image of a batch."""
    query = (
        select(AssetRow.id, AssetRow.height, AssetRow.width)
        .join(BatchItemRow, BatchItemRow.asset_id == AssetRow.id)
        .where(BatchItemRow.batch_id == batch_id)
    )
    return {asset: (height, width) for asset, height, width in session.execute(query)}


def upload(session: Session, actor: Actor, identifier: str, *, lock: bool = False) -> UploadRow:
    """Return an upload of one's own organisation."""
    query = select(UploadRow).where(
        UploadRow.id == identifier, UploadRow.organisation_id == actor.organisation
    )
    return there(session.scalar(query.with_for_update() if lock else query), "upload")


def parts(session: Session, upload_id: str) -> list[PartRow]:
    """Return the parts of an upload that are durable, in order."""
    query = select(PartRow).where(PartRow.upload_id == upload_id)
    return list(session.scalars(query.order_by(PartRow.offset)))


def count_parts(session: Session, upload_id: str) -> int:
    """Return in how many parts an upload has come so far."""
    query = select(func.count()).where(PartRow.upload_id == upload_id)
    return session.scalar(query) or 0


def deliveries(actor: Actor) -> Select[DeliveryRow]:
    """Select the deliveries that an actor may see: all for the buyer, a vendor's own."""
    query = select(DeliveryRow)
    if actor.kind == "vendor":
        query = query.where(DeliveryRow.vendor_id == actor.organisation)
    return query


def delivery(session: Session, actor: Actor, identifier: str) -> DeliveryRow:
    """Return a delivery that an actor may see."""
    return there(session.scalar(deliveries(actor).where(DeliveryRow.id == identifier)), "delivery")


def same_bytes(session: Session, batch_id: str, digest: str) -> DeliveryRow | None:
    """Return the delivery of a batch that has these bytes."""
    query = select(DeliveryRow).where(DeliveryRow.batch_id == batch_id, DeliveryRow.blob == digest)
    return session.scalar(query)


def count_deliveries(session: Session, batch_id: str) -> int:
    """Return how many deliveries a batch has had."""
    query = select(func.count()).where(DeliveryRow.batch_id == batch_id)
    return session.scalar(query) or 0


def versions(delivery_id: str) -> Select[ItemVersionRow]:
    """Select the item versions that a delivery brought."""
    return select(ItemVersionRow).where(ItemVersionRow.delivery_id == delivery_id)


def versions_so_far(session: Session, batch_id: str) -> dict[str, list[ItemVersionRow]]:
    """Return the versions of each item of a batch, oldest first."""
    query = select(ItemVersionRow).where(ItemVersionRow.batch_id == batch_id)
    found: dict[str, list[ItemVersionRow]] = {}
    for row in session.scalars(query.order_by(ItemVersionRow.number)):
        found.setdefault(row.batch_item_id, []).append(row)
    return found


def newest_versions(session: Session, batch_id: str) -> dict[str, ItemVersionRow]:
    """Return the newest version of each item of a batch that has one."""
    return {item: rows[-1] for item, rows in versions_so_far(session, batch_id).items()}
