"""Queries about reports, and what they are made of."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.gold.tables import GoldRow
from assay.service.problems import there
from assay.service.reports.tables import ReportRow


def reports(project_id: str) -> Select[ReportRow]:
    """Select the reports of a project."""
    return select(ReportRow).where(ReportRow.project_id == project_id)


def report(session: Session, project_id: str, identifier: str) -> ReportRow:
    """Return a report, or say that there is none."""
    return there(session.scalar(reports(project_id).where(ReportRow.id == identifier)), "report")


def gold_work(session: Session, project_id: str, ontology_id: str) -> list[Any]:
    """Return first submissions of hidden gold under a version of the classes.

    Rows of vendor's organisation and name, image, right labels, and the vendor's labels.
    """
    query = (
        select(
            BatchRow.vendor_id,
            OrganisationRow.name,
            BatchItemRow.asset_id,
            GoldRow.labels,
            ItemVersionRow.labels,
        )
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .join(OrganisationRow, OrganisationRow.id == BatchRow.vendor_id)
        .join(GoldRow, GoldRow.id == BatchItemRow.gold_id)
        .join(ItemVersionRow, ItemVersionRow.batch_item_id == BatchItemRow.id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.ontology_id == ontology_id,
            ItemVersionRow.number == 1,
            ItemVersionRow.labels.is_not(None),
        )
        .order_by(OrganisationRow.name, BatchRow.vendor_id, BatchItemRow.asset_id)
    )
    return list(session.execute(query))


def outgoing(session: Session, assets: Mapping[str, object]) -> dict[str, str]:
    """Return the image of each asset as it left the house."""
    query = select(AssetRow.id, AssetRow.outgoing).where(AssetRow.id.in_(list(assets)))
    return dict(iter(session.execute(query)))
