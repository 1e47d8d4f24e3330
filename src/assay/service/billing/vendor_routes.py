"""What a vendor's manager does about its bills: hours, invoices, disputes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from assay.service.actor import Actor
from assay.service.billing import actions, corrections, papers, store
from assay.service.billing.routes import InvoiceForm, NoteForm
from assay.service.billing.schemas import NewDispute
from assay.service.billing.tables import CreditNoteRow, DisputeRow, InvoiceLineRow, InvoiceRow
from assay.service.billing.vendor_schemas import (
    AllOwnWaiting,
    Hours,
    NewHours,
    OwnCreditLine,
    OwnCreditNote,
    OwnCreditNotes,
    OwnDispute,
    OwnDisputes,
    OwnDraft,
    OwnInvoice,
    OwnInvoiceLine,
    OwnPrice,
    OwnWaiting,
    ProposedInvoice,
)
from assay.service.billing.waiting import OwnWork, own_work
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, prefix="/vendor", tags=["vendor"])

Listed = Annotated[Stretch, Depends(stretch)]
Manager = Annotated[Actor, Depends(Require("billing.own"))]


@router.put("/batches/{batch}/hours")
def report_hours(session: Transaction, actor: Manager, batch: str, body: NewHours) -> Hours:
    """Report the hours of a batch, or correct them while no invoice bills it."""
    row = actions.report_hours(session, actor, batch, seconds=body.seconds)
    return Hours(batch=row.batch_id, seconds=row.seconds, reported=row.reported)


@router.get("/unbilled")
def list_waiting(session: Transaction, actor: Manager) -> AllOwnWaiting:
    """List your accepted work that no issued invoice bills, with its price and what it comes to."""
    return AllOwnWaiting(waiting=[_waiting(entry) for entry in own_work(session, actor)])


@router.post("/invoices", status_code=201)
def propose(session: Transaction, actor: Manager, body: ProposedInvoice) -> OwnDraft:
    """Propose an invoice of all that waits in a project; the buyer's finance checks and issues it.

    The lines follow from what was accepted and from your agreed rate card.
    """
    row = actions.propose(session, actor, body.project)
    return OwnDraft(
        id=row.id,
        project=row.project_id,
        currency=row.currency,
        net_minor=row.net_minor,
        lines=[_line(line) for line in store.lines(session, row.id)],
    )


@router.get("/invoices")
def list_invoices(session: Transaction, actor: Manager, part: Listed) -> Page[OwnInvoice]:
    """List your invoices."""
    by = (InvoiceRow.created, InvoiceRow.id)
    query = store.invoices(actor)
    return page(session, query, part, by=by, shown=lambda row: _invoice(session, row))


@router.get("/invoices/{invoice}")
def show(session: Transaction, actor: Manager, invoice: str) -> OwnInvoice:
    """Show one of your invoices."""
    return _invoice(session, store.invoice(session, actor, invoice))


@router.get("/invoices/{invoice}/paper/{form}", response_class=Response)
def invoice_paper(
    session: Transaction, actor: Manager, invoice: str, form: InvoiceForm
) -> Response:
    """Download an invoice: as JSON, as PDF, its lines or its accepted versions as CSV."""
    return papers.invoice_paper(session, actor, invoice, form)


@router.post("/invoices/{invoice}/disputes", status_code=201)
def dispute(session: Transaction, actor: Manager, invoice: str, body: NewDispute) -> OwnDispute:
    """Doubt an invoice."""
    row = corrections.dispute(
        session, actor, invoice, line=body.line, versions=list(body.versions), reason=body.reason
    )
    return _dispute(actor, row)


@router.get("/invoices/{invoice}/disputes")
def list_disputes(session: Transaction, actor: Manager, invoice: str) -> OwnDisputes:
    """List the disputes about an invoice."""
    row = store.invoice(session, actor, invoice)
    rows = store.disputes(session, row.id)
    return OwnDisputes(disputes=[_dispute(actor, entry) for entry in rows])


@router.post("/invoices/{invoice}/disputes/{identifier}/withdrawal", status_code=201)
def withdraw(session: Transaction, actor: Manager, invoice: str, identifier: str) -> OwnDispute:
    """Withdraw a dispute of your own."""
    return _dispute(actor, corrections.withdraw(session, actor, invoice, identifier))


@router.get("/invoices/{invoice}/credit-notes")
def list_credit_notes(session: Transaction, actor: Manager, invoice: str) -> OwnCreditNotes:
    """List the credit notes of an invoice."""
    row = store.invoice(session, actor, invoice)
    rows = store.credit_notes(session, row.id)
    return OwnCreditNotes(credit_notes=[_credit_note(entry) for entry in rows])


@router.get("/invoices/{invoice}/credit-notes/{identifier}/paper/{form}", response_class=Response)
def credit_note_paper(
    session: Transaction, actor: Manager, invoice: str, identifier: str, form: NoteForm
) -> Response:
    """Download a credit note as JSON or PDF."""
    return papers.credit_note_paper(session, actor, invoice, identifier, form)


def _invoice(session: Transaction, row: InvoiceRow) -> OwnInvoice:
    return OwnInvoice(
        id=row.id,
        state=row.state,
        number=row.number,
        currency=row.currency,
        issued_on=row.issued_on,
        due_on=row.due_on,
        net_minor=row.net_minor,
        tax_minor=row.tax_minor,
        total_minor=row.total_minor,
        owed_minor=row.owed_minor,
        digest=row.digest,
        paid_on=row.paid_on,
        lines=[_line(line) for line in store.lines(session, row.id)],
    )


def _line(row: InvoiceLineRow) -> OwnInvoiceLine:
    return OwnInvoiceLine(
        line=row.place,
        component=row.component,
        text=row.text,
        unit=row.unit,
        quantity=row.quantity,
        per=row.per,
        price=row.price,
        amount_minor=row.amount_minor,
        rate_card=row.rate_card_id,
        decision=row.decision_id,
    )


def _waiting(entry: OwnWork) -> OwnWaiting:
    card = entry.card
    return OwnWaiting(
        project=entry.project.id,
        batch=entry.decision.batch_id,
        decision=entry.decision.id,
        decided=entry.decision.decided,
        images=len(entry.decision.items),
        currency=entry.project.currency,
        price=None
        if card is None
        else OwnPrice(
            rate_card=card.id, name=card.document["name"], version=card.number, digest=card.digest
        ),
        net_minor=None if entry.lacks is not None else entry.net_minor,
        lacks=entry.lacks,
        drafted=entry.drafted,
    )


def _dispute(actor: Actor, row: DisputeRow) -> OwnDispute:
    return OwnDispute(
        id=row.id,
        invoice=row.invoice_id,
        line=row.line,
        versions=row.versions,
        reason=row.reason,
        by_vendor=row.opened_for == actor.organisation,
        opened=row.opened,
        answer=row.answer,
        explanation=row.explanation,
        answered=row.answered,
    )


def _credit_note(row: CreditNoteRow) -> OwnCreditNote:
    return OwnCreditNote(
        id=row.id,
        number=row.number,
        issued_on=row.issued_on,
        lines=[OwnCreditLine(**line) for line in row.lines],
        net_minor=row.net_minor,
        tax_minor=row.tax_minor,
        total_minor=row.total_minor,
    )
