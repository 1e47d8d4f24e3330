"""Queries about decisions."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.acceptance.tables import DecisionRow
from assay.service.actor import Actor
from assay.service.batches.tables import BatchRow


def decisions(actor: Actor) -> Select[DecisionRow]:
    """Select the decisions that an actor may see: a vendor those on its own work."""
    query = select(DecisionRow)
    if actor.kind == "vendor":
        query = query.join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        query = query.where(BatchRow.vendor_id == actor.organisation)
    return query


def of_round(session: Session, batch: BatchRow) -> DecisionRow | None:
    """Return the decision about a batch in its present round."""
    query = select(DecisionRow).where(
        DecisionRow.batch_id == batch.id, DecisionRow.round == batch.round
    )
    return session.scalar(query)


def sent_batches(session: Session, project_id: str, vendor_id: str) -> list[BatchRow]:
    """Return a vendor's production batches of a project in the order in which they were sent."""
    query = select(BatchRow).where(
        BatchRow.project_id == project_id,
        BatchRow.vendor_id == vendor_id,
        BatchRow.purpose == "production",
        BatchRow.sent.is_not(None),
        BatchRow.state != "cancelled",
    )
    return list(session.scalars(query.order_by(BatchRow.sent, BatchRow.id)))


def last_decision(session: Session, batch_id: str) -> DecisionRow | None:
    """Return the newest decision about a batch."""
    query = select(DecisionRow).where(DecisionRow.batch_id == batch_id)
    return session.scalar(query.order_by(DecisionRow.round.desc()).limit(1))


def of_vendor(session: Session, vendor_id: str, project_id: str | None) -> list[DecisionRow]:
    """Return the decisions about a vendor's batches, oldest first."""
    query = select(DecisionRow).join(BatchRow, BatchRow.id == DecisionRow.batch_id)
    query = query.where(BatchRow.vendor_id == vendor_id)
    if project_id is not None:
        query = query.where(BatchRow.project_id == project_id)
    return list(session.scalars(query.order_by(DecisionRow.decided, DecisionRow.id)))
