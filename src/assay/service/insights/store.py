"""Counts and sums for insights, made by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from assay.service.acceptance.tables import DecisionRow
from assay.service.accounts.tables import OrganisationRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.billing.tables import InvoiceRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.gold.tables import BlindScoreRow
from assay.service.review.tables import ReviewRow


def batches_by_state(session: Session, project_id: str) -> Sequence[Any]:
    """Count batches and their images by vendor and state."""
    query = (
        select(
            BatchRow.vendor_id,
            OrganisationRow.name,
            BatchRow.state,
            func.count(func.distinct(BatchRow.id)),
            func.count(BatchItemRow.id),
        )
        .join(OrganisationRow, OrganisationRow.id == BatchRow.vendor_id)
        .outerjoin(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .where(BatchRow.project_id == project_id)
        .group_by(BatchRow.vendor_id, OrganisationRow.name, BatchRow.state)
        .order_by(OrganisationRow.name, BatchRow.vendor_id, BatchRow.state)
    )
    return session.execute(query).all()


@dataclass(frozen=True)
class GoldScore:
    """What a hidden gold image of a batch scored when it was first handed in."""

    vendor: str
    batch: str
    number: int
    sent: datetime
    score: float


def gold_scores(session: Session, project_id: str) -> list[GoldScore]:
    """Return first submissions of hidden gold, in the order in which batches were sent."""
    query = (
        select(
            BatchRow.vendor_id, BatchRow.id, BatchRow.number, BatchRow.sent, ItemVersionRow.score
        )
        .join(ItemVersionRow, ItemVersionRow.batch_id == BatchRow.id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.purpose == "production",
            ItemVersionRow.score.is_not(None),
            ItemVersionRow.number == 1,
        )
        .order_by(BatchRow.sent, BatchRow.number, ItemVersionRow.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [GoldScore(*row) for row in rows]


def blind_scores(session: Session, project_id: str) -> list[tuple[str, float]]:
    """Return, with their vendor, scores of ordinary work whose image became gold afterwards."""
    query = (
        select(BatchRow.vendor_id, BlindScoreRow.score)
        .join(ItemVersionRow, ItemVersionRow.id == BlindScoreRow.version_id)
        .join(BatchRow, BatchRow.id == ItemVersionRow.batch_id)
        .where(BatchRow.project_id == project_id)
        .order_by(BlindScoreRow.version_id)
    )
    return [(vendor, score) for vendor, score in session.execute(query)]


def decisions(session: Session, project_id: str) -> Sequence[Any]:
    """Count decisions by vendor: all, acceptances, acceptances in the first round, sent back."""
    accepted = DecisionRow.decision == "accept"
    query = (
        select(
            BatchRow.vendor_id,
            func.count(),
            func.sum(case((accepted, 1), else_=0)),
            func.sum(case((and_(accepted, DecisionRow.round == 1), 1), else_=0)),
            func.sum(case((DecisionRow.decision == "send back", 1), else_=0)),
        )
        .join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        .where(BatchRow.project_id == project_id)
        .group_by(BatchRow.vendor_id)
    )
    return session.execute(query).all()


def items_in_rounds(session: Session, project_id: str) -> Sequence[Any]:
    """Count the items of accepted batches by vendor: all, and those that were done again."""
    query = (
        select(
            BatchRow.vendor_id,
            func.count(),
            func.sum(case((BatchItemRow.round > 1, 1), else_=0)),
        )
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchRow.project_id == project_id, BatchRow.state == "accepted")
        .group_by(BatchRow.vendor_id)
    )
    return session.execute(query).all()


def open_batches(session: Session, project_id: str) -> Sequence[BatchRow]:
    """Return the batches that somebody must do something about, the oldest first."""
    query = select(BatchRow).where(
        BatchRow.project_id == project_id,
        BatchRow.state.in_(("drawn", "packed", "sent", "delivered", "judged", "rework")),
    )
    return session.scalars(query.order_by(BatchRow.created, BatchRow.id)).all()


def draft_invoices(session: Session, project_id: str) -> Sequence[InvoiceRow]:
    """Return the invoices that were not issued yet, the oldest first."""
    query = select(InvoiceRow).where(
        InvoiceRow.project_id == project_id, InvoiceRow.number.is_(None)
    )
    return session.scalars(query.order_by(InvoiceRow.created, InvoiceRow.id)).all()


def last_delivery(session: Session, batch_id: str) -> DeliveryRow | None:
    """Return the newest delivery for a batch."""
    query = select(DeliveryRow).where(DeliveryRow.batch_id == batch_id)
    return session.scalar(query.order_by(DeliveryRow.number.desc()).limit(1))


def rule_counts(session: Session, vendor_id: str, project_id: str | None) -> dict[str, list[Any]]:
    """Count findings by rule over a vendor's newest item versions: items, faults, one remedy."""
    query = (
        select(ItemVersionRow.findings)
        .join(BatchRow, BatchRow.id == ItemVersionRow.batch_id)
        .where(BatchRow.vendor_id == vendor_id)
    )
    if project_id is not None:
        query = query.where(BatchRow.project_id == project_id)
    counted: dict[str, list[Any]] = {}
    for found in session.scalars(query.execution_options(yield_per=500)):
        for rule in {finding["rule"] for finding in found}:
            mine = [finding for finding in found if finding["rule"] == rule]
            entry = counted.setdefault(rule, [0, 0, mine[0]["severity"], mine[0]["remedy"]])
            entry[0] += 1
            entry[1] += len(mine)
    return counted


def reviews_by_outcome(session: Session, project_id: str) -> Sequence[Any]:
    """Count verdicts of reviewers by vendor and outcome, with their mean score."""
    query = (
        select(BatchRow.vendor_id, ReviewRow.outcome, func.count(), func.avg(ReviewRow.score))
        .join(BatchRow, BatchRow.id == ReviewRow.batch_id)
        .where(BatchRow.project_id == project_id, ReviewRow.state == "given")
        .group_by(BatchRow.vendor_id, ReviewRow.outcome)
        .order_by(BatchRow.vendor_id, ReviewRow.outcome)
    )
    return session.execute(query).all()
