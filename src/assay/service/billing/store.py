"""Queries about what is billed; a vendor's are bound to its own, and to what was issued."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from sqlalchemy import Select, exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assay.service.acceptance.tables import DecisionRow
from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.billing.tables import (
    BilledDecisionRow,
    BilledVersionRow,
    CreditNoteRow,
    DisputeRow,
    InvoiceLineRow,
    InvoiceRow,
    SeriesRow,
    SettlementRow,
)
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.problems import there
from assay.sourcing import Quantities


def invoices(actor: Actor) -> Select[InvoiceRow]:
    """Select the invoices that an actor may see: a vendor its own once they are issued."""
    query = select(InvoiceRow)
    if actor.kind == "vendor":
        query = query.where(InvoiceRow.vendor_id == actor.organisation, InvoiceRow.state != "draft")
    return query


def invoice(session: Session, actor: Actor, identifier: str, *, lock: bool = False) -> InvoiceRow:
    """Return an invoice that an actor may see, or say that there is none."""
    query = invoices(actor).where(InvoiceRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "invoice")


def lines(session: Session, invoice_id: str) -> Sequence[InvoiceLineRow]:
    """Return the lines of an invoice in their order."""
    query = select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == invoice_id)
    return session.scalars(query.order_by(InvoiceLineRow.place)).all()


def unbilled(session: Session, project_id: str, vendor_id: str | None) -> Sequence[DecisionRow]:
    """Return decisions that accepted work which no invoice bills yet, oldest first."""
    query = (
        select(DecisionRow)
        .join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        .where(
            BatchRow.project_id == project_id,
            DecisionRow.decision == "accept",
            ~exists().where(BilledDecisionRow.decision_id == DecisionRow.id),
        )
    )
    if vendor_id is not None:
        query = query.where(BatchRow.vendor_id == vendor_id)
    return session.scalars(query.order_by(DecisionRow.decided, DecisionRow.id)).all()


def projects_of(session: Session, vendor_id: str) -> Sequence[str]:
    """Return the projects in which something was decided about a vendor's work."""
    query = (
        select(BatchRow.project_id)
        .join(DecisionRow, DecisionRow.batch_id == BatchRow.id)
        .where(BatchRow.vendor_id == vendor_id)
    )
    return session.scalars(query.distinct().order_by(BatchRow.project_id)).all()


def drafted(session: Session, vendor_id: str) -> Sequence[tuple[DecisionRow, str, str, int]]:
    """Return decisions that drafts bill, each with its project, its card and what it comes to."""
    query = (
        select(
            DecisionRow,
            InvoiceRow.project_id,
            BilledDecisionRow.rate_card_id,
            func.coalesce(func.sum(InvoiceLineRow.amount_minor), 0),
        )
        .join(BilledDecisionRow, BilledDecisionRow.decision_id == DecisionRow.id)
        .join(InvoiceRow, InvoiceRow.id == BilledDecisionRow.invoice_id)
        .outerjoin(InvoiceLineRow, InvoiceLineRow.decision_id == DecisionRow.id)
        .where(InvoiceRow.vendor_id == vendor_id, InvoiceRow.number.is_(None))
        .group_by(DecisionRow.id, InvoiceRow.project_id, BilledDecisionRow.rate_card_id)
    )
    return [
        (decision, project, card, int(minor))
        for decision, project, card, minor in session.execute(query)
    ]


def is_billed(session: Session, batch_id: str) -> bool:
    """Say whether an invoice bills a batch."""
    query = select(exists().where(BilledDecisionRow.batch_id == batch_id))
    return bool(session.scalar(query))


def accepted_versions(
    session: Session, decision: DecisionRow
) -> Sequence[tuple[ItemVersionRow, str]]:
    """Return the versions that a decision accepted, each with the name that the vendor knows."""
    query = (
        select(ItemVersionRow, BatchItemRow.alias)
        .join(BatchItemRow, BatchItemRow.id == ItemVersionRow.batch_item_id)
        .where(ItemVersionRow.batch_id == decision.batch_id)
    )
    accepted = set(decision.items)
    return [(row, alias) for row, alias in session.execute(query) if row.id in accepted]


def billed_versions(session: Session, invoice_id: str) -> dict[str, list[tuple[str, str]]]:
    """Return, for each decision that an invoice bills, its versions with their items' names."""
    query = (
        select(BilledVersionRow, BatchItemRow.alias)
        .join(BatchItemRow, BatchItemRow.id == BilledVersionRow.batch_item_id)
        .where(BilledVersionRow.invoice_id == invoice_id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row, alias in session.execute(query):
        found.setdefault(row.decision_id, []).append((row.version_id, alias))
    return found


def billed_before(session: Session, rate_card_id: str) -> Quantities:
    """Return how much was billed under a card: volume tiers go on from there."""
    table = BilledDecisionRow
    columns = (table.images, table.pixels, table.objects, table.vertices, table.seconds)
    sums = (func.coalesce(func.sum(column), 0) for column in columns)
    found = session.execute(select(*sums).where(table.rate_card_id == rate_card_id)).one()
    return Quantities(*(int(value) for value in found))


def invoiced_under(session: Session, rate_card_id: str, first: date, last: date) -> int:
    """Return what a period's issued invoices bill for work under a card, in minor units.

    What credit notes took back of it is taken off.
    """
    lines = (
        select(InvoiceLineRow.invoice_id, InvoiceLineRow.place, InvoiceLineRow.amount_minor)
        .join(InvoiceRow, InvoiceRow.id == InvoiceLineRow.invoice_id)
        .where(
            InvoiceLineRow.rate_card_id == rate_card_id,
            InvoiceLineRow.decision_id.is_not(None),
            InvoiceRow.issued_on >= first,
            InvoiceRow.issued_on <= last,
        )
    )
    billed = {(invoice, place): minor for invoice, place, minor in session.execute(lines)}
    invoices = {invoice for invoice, _ in billed}
    notes = session.scalars(select(CreditNoteRow).where(CreditNoteRow.invoice_id.in_(invoices)))
    credited = sum(
        line["amount_minor"]
        for note in notes
        for line in note.lines
        if (note.invoice_id, line["line"]) in billed
    )
    return int(sum(billed.values()) - credited)


def cards_billed_later(session: Session, row: InvoiceRow) -> Sequence[str]:
    """Return the rate cards of an invoice under which a later one bills."""
    later = select(BilledDecisionRow.rate_card_id).join(
        InvoiceRow, InvoiceRow.id == BilledDecisionRow.invoice_id
    )
    query = select(BilledDecisionRow.rate_card_id).where(
        BilledDecisionRow.invoice_id == row.id,
        BilledDecisionRow.rate_card_id.in_(later.where(InvoiceRow.created > row.created)),
    )
    return session.scalars(query.distinct()).all()


def settlements(project_id: str) -> Select[SettlementRow]:
    """Select the periods of a project that were settled."""
    return select(SettlementRow).where(SettlementRow.project_id == project_id)


def overlapping(
    session: Session, rate_card_id: str, first: date, last: date
) -> SettlementRow | None:
    """Return a settled period of a card that has a day in common with another period."""
    return session.scalar(
        select(SettlementRow)
        .where(
            SettlementRow.rate_card_id == rate_card_id,
            SettlementRow.first_day <= last,
            SettlementRow.last_day >= first,
        )
        .limit(1)
    )


def disputes(session: Session, invoice_id: str) -> Sequence[DisputeRow]:
    """Return the disputes about an invoice, oldest first."""
    query = select(DisputeRow).where(DisputeRow.invoice_id == invoice_id)
    return session.scalars(query.order_by(DisputeRow.opened, DisputeRow.id)).all()


def dispute(session: Session, invoice_id: str, identifier: str) -> DisputeRow:
    """Return a dispute about an invoice, or say that there is none."""
    return there(
        session.scalar(
            select(DisputeRow).where(
                DisputeRow.invoice_id == invoice_id, DisputeRow.id == identifier
            )
        ),
        "dispute",
    )


def credit_notes(session: Session, invoice_id: str) -> Sequence[CreditNoteRow]:
    """Return the credit notes of an invoice in their order."""
    query = select(CreditNoteRow).where(CreditNoteRow.invoice_id == invoice_id)
    return session.scalars(query.order_by(CreditNoteRow.place)).all()


def next_number(session: Session, series: str) -> int:
    """Return the next number of a series; nobody else gets it, and none is left out."""
    query = select(SeriesRow).where(SeriesRow.name == series).with_for_update()
    row = session.scalar(query)
    if row is None:
        _begin_series(session, series)
        row = session.scalars(query).one()
    row.last += 1
    session.flush()
    return row.last


def _begin_series(session: Session, series: str) -> None:
    """Add a series, unless somebody else does so at the same moment."""
    with suppress(IntegrityError), session.begin_nested():
        session.execute(insert(SeriesRow).values(name=series, last=0))
