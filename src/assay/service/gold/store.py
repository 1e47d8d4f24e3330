"""Queries about gold; none of them serves a vendor."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.gold.tables import ExposureRow, GoldRow, ProposalRow
from assay.service.problems import there
from assay.sourcing.lives import BatchState


def proposals(project_id: str) -> Select[ProposalRow]:
    """Select what experts have handed in."""
    return select(ProposalRow).where(ProposalRow.project_id == project_id)


def proposal(session: Session, project_id: str, identifier: str) -> ProposalRow:
    """Return one of them, or say that there is none."""
    return there(
        session.scalar(proposals(project_id).where(ProposalRow.id == identifier)), "proposal"
    )


def golds(project_id: str) -> Select[GoldRow]:
    """Select all versions of a project's gold."""
    return select(GoldRow).where(GoldRow.project_id == project_id)


def gold(session: Session, project_id: str, identifier: str, *, lock: bool = False) -> GoldRow:
    """Return a version of gold, or say that there is none."""
    query = golds(project_id).where(GoldRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "gold")


def versions(session: Session, asset_id: str) -> list[GoldRow]:
    """Return the versions of an image's gold, oldest first."""
    query = select(GoldRow).where(GoldRow.asset_id == asset_id)
    return list(session.scalars(query.order_by(GoldRow.number)))


def waiting(session: Session, project_id: str, ontology_id: str) -> list[tuple[str, str]]:
    """Return name of the image and labels of every proposal that waits for a second expert."""
    query = (
        select(AssetRow.name, GoldRow.labels)
        .join(AssetRow, AssetRow.id == GoldRow.asset_id)
        .where(GoldRow.project_id == project_id, GoldRow.ontology_id == ontology_id)
        .where(GoldRow.state == "proposed")
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def exposures(asset_id: str) -> Select[ExposureRow]:
    """Select which vendors have seen an image."""
    return select(ExposureRow).where(ExposureRow.asset_id == asset_id)


def exposure_counts(session: Session, asset_ids: Iterable[str]) -> dict[str, int]:
    """Return how many vendors have seen each of some images."""
    query = (
        select(ExposureRow.asset_id, func.count())
        .where(ExposureRow.asset_id.in_(list(asset_ids)))
        .group_by(ExposureRow.asset_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def given_to(session: Session, asset_id: str) -> list[tuple[str, str]]:
    """Return vendor and batch of all work that an image was given out in, for any reason."""
    query = (
        select(BatchRow.vendor_id, func.min(BatchRow.id))
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .where(BatchItemRow.asset_id == asset_id)
        .where((BatchRow.state != BatchState.CANCELLED) | BatchRow.sent.is_not(None))
        .group_by(BatchRow.vendor_id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def pool(session: Session, project_id: str) -> dict[str, dict[str, int]]:
    """Return for each stratum how many gold images are in force and how many wait."""
    query = (
        select(GoldRow.stratum, GoldRow.state, func.count())
        .where(GoldRow.project_id == project_id, GoldRow.state.in_(("active", "proposed")))
        .group_by(GoldRow.stratum, GoldRow.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for stratum, state, count in session.execute(query):
        counts.setdefault(stratum, {"active": 0, "proposed": 0})[state] = count
    return counts


def seen(session: Session, project_id: str) -> dict[str, int]:
    """Return for each vendor how many gold images in force it has seen."""
    query = (
        select(OrganisationRow.id, func.count(GoldRow.id))
        .join(ExposureRow, ExposureRow.vendor_id == OrganisationRow.id)
        .join(GoldRow, GoldRow.asset_id == ExposureRow.asset_id)
        .where(GoldRow.project_id == project_id, GoldRow.state == "active")
        .group_by(OrganisationRow.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def untouched(session: Session, project_id: str, tier: str | None) -> dict[str, str]:
    """Return the images of which gold can be made, with their stratum.

    Those are no duplicates, have no gold yet, and were never given out.
    """
    query = (
        select(AssetRow.id, func.coalesce(AssetRow.strata["stratum"].as_string(), ""))
        .where(AssetRow.project_id == project_id, AssetRow.duplicate_of.is_(None))
        .where(AssetRow.id.not_in(select(GoldRow.asset_id)))
        .where(AssetRow.id.not_in(select(BatchItemRow.asset_id)))
    )
    if tier is not None:
        query = query.where(AssetRow.tier == tier)
    return dict(iter(session.execute(query.order_by(AssetRow.id))))


def handed_in(
    session: Session, project_id: str, vendor_id: str, tier: str | None
) -> dict[str, str]:
    """Return the images that a vendor handed in as ordinary work and that no gold is of."""
    query = (
        select(AssetRow.id, func.coalesce(AssetRow.strata["stratum"].as_string(), ""))
        .join(BatchItemRow, BatchItemRow.asset_id == AssetRow.id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .join(ItemVersionRow, ItemVersionRow.batch_item_id == BatchItemRow.id)
        .where(BatchRow.project_id == project_id, BatchRow.vendor_id == vendor_id)
        .where(BatchRow.purpose == "production", ItemVersionRow.labels.is_not(None))
        .where(AssetRow.id.not_in(select(GoldRow.asset_id)))
        .distinct()
    )
    if tier is not None:
        query = query.where(AssetRow.tier == tier)
    return dict(iter(session.execute(query.order_by(AssetRow.id))))


def first_labels(session: Session, row: GoldRow) -> Sequence[Any]:
    """Return what was handed in first for an image as ordinary work: version, labels, policy."""
    query = (
        select(ItemVersionRow.id, ItemVersionRow.labels, BatchRow.policy)
        .join(BatchItemRow, BatchItemRow.id == ItemVersionRow.batch_item_id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchItemRow.asset_id == row.asset_id, BatchItemRow.role != "gold")
        .where(BatchRow.purpose == "production", BatchRow.ontology_id == row.ontology_id)
        .where(ItemVersionRow.number == 1, ItemVersionRow.labels.is_not(None))
        .order_by(ItemVersionRow.id)
    )
    return session.execute(query).all()


def named(session: Session, identifiers: Iterable[str]) -> list[AssetRow]:
    """Return images by their ids, sorted by name."""
    query = select(AssetRow).where(AssetRow.id.in_(list(identifiers)))
    return list(session.scalars(query.order_by(AssetRow.name)))
