"""Queries about pilots and awards."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.gold.tables import ExposureRow, GoldRow
from assay.service.pilots.tables import AwardRow, PilotRow
from assay.service.problems import there


def pilots(project_id: str) -> Select[PilotRow]:
    """Select the pilots of a project."""
    return select(PilotRow).where(PilotRow.project_id == project_id)


def pilot(session: Session, project_id: str, identifier: str, *, lock: bool = False) -> PilotRow:
    """Return a pilot of a project, or say that there is none."""
    query = pilots(project_id).where(PilotRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "pilot")


def batches(session: Session, pilot_id: str) -> list[tuple[BatchRow, str]]:
    """Return the batch of each vendor of a pilot, with the vendor's name, by name."""
    query = (
        select(BatchRow, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.id == BatchRow.vendor_id)
        .where(BatchRow.pilot_id == pilot_id)
        .order_by(OrganisationRow.name, OrganisationRow.id)
    )
    return [(found[0], found[1]) for found in session.execute(query)]


def unseen_gold(
    session: Session, project_id: str, ontology_id: str, tier: str, vendors: list[str]
) -> list[AssetRow]:
    """Return images of a tier with gold in force that none of some vendors has been given."""
    shown = select(ExposureRow.asset_id).where(ExposureRow.vendor_id.in_(vendors))
    given = (
        select(BatchItemRow.asset_id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchRow.vendor_id.in_(vendors))
        .where((BatchRow.state != "cancelled") | BatchRow.sent.is_not(None))
    )
    query = (
        select(AssetRow)
        .join(GoldRow, GoldRow.asset_id == AssetRow.id)
        .where(AssetRow.project_id == project_id, AssetRow.tier == tier)
        .where(GoldRow.state == "active", GoldRow.ontology_id == ontology_id)
        .where(AssetRow.id.not_in(shown), AssetRow.id.not_in(given))
    )
    return list(session.scalars(query.order_by(AssetRow.id)))


def images(session: Session, row: PilotRow, ontology_id: str) -> list[tuple[AssetRow, str | None]]:
    """Return the images of a pilot with the right labels of each that has gold in force."""
    gold = (
        select(GoldRow.asset_id, GoldRow.labels)
        .where(GoldRow.asset_id.in_(row.assets), GoldRow.state == "active")
        .where(GoldRow.ontology_id == ontology_id)
    )
    labels = dict(iter(session.execute(gold)))
    query = select(AssetRow).where(AssetRow.id.in_(row.assets)).order_by(AssetRow.name)
    return [(asset, labels.get(asset.id)) for asset in session.scalars(query)]


def first_labels(session: Session, batch_id: str) -> dict[str, str]:
    """Return for each image of a batch the labels that the vendor handed in first.

    Only the first submission counts: what comes later was made knowing what was found in it.
    """
    query = (
        select(BatchItemRow.asset_id, ItemVersionRow.labels)
        .join(ItemVersionRow, ItemVersionRow.batch_item_id == BatchItemRow.id)
        .where(BatchItemRow.batch_id == batch_id, ItemVersionRow.labels.is_not(None))
        .order_by(ItemVersionRow.number.desc())
    )
    return {asset: labels for asset, labels in session.execute(query) if labels is not None}


def turnaround_hours(session: Session, batch: BatchRow) -> float | None:
    """Return how long a vendor took from being sent a batch to handing in an archive of it."""
    query = select(func.min(DeliveryRow.received)).where(
        DeliveryRow.batch_id == batch.id, DeliveryRow.state == "judged"
    )
    received = session.scalar(query)
    if received is None or batch.sent is None:
        return None
    return float((received - batch.sent).total_seconds() / 3600)


def awards(project_id: str) -> Select[AwardRow]:
    """Select the awards of a project."""
    return select(AwardRow).where(AwardRow.project_id == project_id)


def find_award(session: Session, project_id: str, identifier: str) -> AwardRow:
    """Return an award of a project, or say that there is none."""
    return there(session.scalar(awards(project_id).where(AwardRow.id == identifier)), "award")


def award(session: Session, project_id: str, vendor_id: str) -> AwardRow | None:
    """Return the award by which a vendor may do production work of a project, or None."""
    query = awards(project_id).where(AwardRow.vendor_id == vendor_id, AwardRow.revoked.is_(None))
    return session.scalar(query.order_by(AwardRow.awarded.desc()).limit(1))
