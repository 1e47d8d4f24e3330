"""Queries about batches, and about what was given to whom; a vendor's see its own sent ones."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow, VendorGroupRow
from assay.service.gold.tables import ExposureRow, GoldRow
from assay.service.problems import NotFoundError, there


def batches(actor: Actor) -> Select[BatchRow]:
    """Select the batches that an actor may see: a vendor its own, once they were sent."""
    query = select(BatchRow)
    if actor.kind == "vendor":
        query = query.where(BatchRow.vendor_id == actor.organisation, BatchRow.sent.is_not(None))
    return query


def batch(session: Session, actor: Actor, identifier: str, *, lock: bool = False) -> BatchRow:
    """Return a batch that an actor may see, or say that there is none."""
    query = batches(actor).where(BatchRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "batch")


def items(batch_id: str) -> Select[BatchItemRow]:
    """Select the items of a batch."""
    return select(BatchItemRow).where(BatchItemRow.batch_id == batch_id)


def items_of_round(session: Session, row: BatchRow) -> list[tuple[BatchItemRow, AssetRow]]:
    """Return the items that a batch asks for in its present round with their images, by alias."""
    query = (
        select(BatchItemRow, AssetRow)
        .join(AssetRow, AssetRow.id == BatchItemRow.asset_id)
        .where(BatchItemRow.batch_id == row.id, BatchItemRow.round == row.round)
        .order_by(BatchItemRow.alias)
    )
    return [(found[0], found[1]) for found in session.execute(query)]


def count_of_round(session: Session, row: BatchRow) -> int:
    """Return how many items a batch asks for in its present round."""
    query = select(func.count()).where(
        BatchItemRow.batch_id == row.id, BatchItemRow.round == row.round
    )
    return session.scalar(query) or 0


def last_number(session: Session, project_id: str) -> int:
    """Return the number of a project's newest batch, 0 for none."""
    query = select(func.max(BatchRow.number)).where(BatchRow.project_id == project_id)
    return session.scalar(query) or 0


def vendor(session: Session, identifier: str, *, lock: bool = False) -> OrganisationRow:
    """Return a vendor, or say that there is none."""
    query = select(OrganisationRow).where(
        OrganisationRow.id == identifier, OrganisationRow.kind == "vendor"
    )
    return there(session.scalar(query.with_for_update(key_share=True) if lock else query), "vendor")


def groups(session: Session) -> dict[str, str]:
    """Return the group of every vendor that shares one."""
    return {row.vendor_id: row.name for row in session.scalars(select(VendorGroupRow))}


@dataclass(frozen=True)
class Given:
    """What of a project's images was given to whom.

    Parameters
    ----------
    groups
        Of each image, the vendor groups that have got it for any reason.
    overlap
        Images that are meant for more groups than one.
    """

    groups: dict[str, frozenset[str]]
    overlap: frozenset[str]


def given(session: Session, project_id: str) -> Given:
    """Return what was given to whom; what was cancelled before it was sent was not given."""
    shared = groups(session)
    held: defaultdict[str, set[str]] = defaultdict(set)
    overlap: set[str] = set()
    query = (
        select(BatchItemRow.asset_id, BatchItemRow.role, BatchRow.vendor_id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchRow.project_id == project_id)
        .where(or_(BatchRow.state != "cancelled", BatchRow.sent.is_not(None)))
    )
    for asset_id, role, vendor_id in session.execute(query):
        held[asset_id].add(shared.get(vendor_id, vendor_id))
        if role == "overlap":
            overlap.add(asset_id)
    shown = (
        select(ExposureRow.asset_id, ExposureRow.vendor_id)
        .join(AssetRow, AssetRow.id == ExposureRow.asset_id)
        .where(AssetRow.project_id == project_id)
    )
    for asset_id, vendor_id in session.execute(shown):
        held[asset_id].add(shared.get(vendor_id, vendor_id))
    return Given({key: frozenset(found) for key, found in held.items()}, frozenset(overlap))


def piloted(session: Session, project_id: str, group: str) -> frozenset[str]:
    """Return the images that a vendor group was given in pilots.

    Vendors know that a pilot is scored and that others get the same images, so these hide nothing:
    they are spent, and need no honest images beside them.
    """
    shared = groups(session)
    query = (
        select(BatchItemRow.asset_id, BatchRow.vendor_id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchRow.project_id == project_id, BatchRow.purpose == "pilot")
    )
    return frozenset(
        asset_id
        for asset_id, vendor_id in session.execute(query)
        if shared.get(vendor_id, vendor_id) == group
    )


def stream(session: Session, project_id: str, tier: str) -> list[tuple[str, str]]:
    """Return identifier and stratum of the images of a tier that may need labels.

    Those are no duplicates, and none of which gold is; labels of retired gold are known, too, so
    that such an image never becomes work.
    """
    query = (
        select(AssetRow.id, AssetRow.strata)
        .where(AssetRow.project_id == project_id, AssetRow.tier == tier)
        .where(AssetRow.duplicate_of.is_(None), AssetRow.id.not_in(select(GoldRow.asset_id)))
    )
    return [
        (identifier, str(strata.get("stratum", "")))
        for identifier, strata in session.execute(query.order_by(AssetRow.id))
    ]


def gold_in_force(
    session: Session, project_id: str, ontology_id: str
) -> list[tuple[GoldRow, AssetRow]]:
    """Return the gold in force under a version of the classes, with its images."""
    query = (
        select(GoldRow, AssetRow)
        .join(AssetRow, AssetRow.id == GoldRow.asset_id)
        .where(GoldRow.project_id == project_id, GoldRow.ontology_id == ontology_id)
        .where(GoldRow.state == "active")
        .order_by(GoldRow.asset_id)
    )
    return [(found[0], found[1]) for found in session.execute(query)]


def assets_by_id(session: Session, project_id: str, identifiers: list[str]) -> list[AssetRow]:
    """Return images of a project, or say that one of them is not there."""
    query = select(AssetRow).where(AssetRow.project_id == project_id, AssetRow.id.in_(identifiers))
    rows = list(session.scalars(query.order_by(AssetRow.id)))
    if len(rows) != len(set(identifiers)):
        raise NotFoundError("image")
    return rows


def counts(session: Session, batch_id: str) -> dict[str, int]:
    """Return how many items of each role a batch has."""
    query = (
        select(BatchItemRow.role, func.count())
        .where(BatchItemRow.batch_id == batch_id)
        .group_by(BatchItemRow.role)
    )
    return {found[0]: found[1] for found in session.execute(query)}


def exposures(session: Session, batch_id: str) -> list[ExposureRow]:
    """Return what of gold a batch has shown."""
    return list(session.scalars(select(ExposureRow).where(ExposureRow.batch_id == batch_id)))
