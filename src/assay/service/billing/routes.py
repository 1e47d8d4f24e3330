"""Accepted work billed, issued, disputed, credited and paid, by the buyer's finance."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from assay.service.actor import Actor
from assay.service.billing import actions, corrections, papers, store
from assay.service.billing.costs import costs
from assay.service.billing.forecasts import VendorRecord, forecast
from assay.service.billing.schemas import (
    AllWaiting,
    Costs,
    CountSpan,
    CreditLine,
    CreditNote,
    CreditNotes,
    DaySpan,
    Dispute,
    DisputeAnswer,
    Disputes,
    Forecast,
    Invoice,
    InvoiceLine,
    Issue,
    MoneySpan,
    NewCreditNote,
    NewDispute,
    NewInvoice,
    NewSettlement,
    Payment,
    Settlement,
    ShareSpan,
    VendorCosts,
    VendorForecast,
    Waiting,
)
from assay.service.billing.tables import (
    CreditNoteRow,
    DisputeRow,
    InvoiceLineRow,
    InvoiceRow,
    SettlementRow,
)
from assay.service.billing.waiting import waiting
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.vendors import actions as vendors
from assay.sourcing.budget import Span
from assay.sourcing.money import Money

router = APIRouter(route_class=TransactionRoute, tags=["billing"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("billing.read"))]
Biller = Annotated[Actor, Depends(Require("billing.change"))]
InvoiceForm = Literal["json", "pdf", "lines.csv", "versions.csv"]
NoteForm = Literal["json", "pdf"]


@router.get("/projects/{project}/unbilled")
def list_waiting(session: Transaction, _: Reader, project: str) -> AllWaiting:
    """List accepted work that no invoice bills yet."""
    row = projects.project(session, project)
    return AllWaiting(
        waiting=[
            Waiting(
                decision=entry.decision.id,
                batch=entry.batch.id,
                vendor=entry.batch.vendor_id,
                images=len(entry.decision.items),
                decided=entry.decision.decided,
                rate_card=None if entry.card is None else entry.card.id,
            )
            for entry in waiting(session, row, None)
        ]
    )


@router.get("/projects/{project}/costs")
def show_costs(session: Transaction, _: Reader, project: str) -> Costs:
    """Show what a project costs so far: by vendor, by component, by month, by accepted image."""
    found = costs(session, project)
    currency = found.project.currency
    names = vendors.names(session, [entry.vendor for entry in found.vendors])
    return Costs(
        currency=currency,
        budget_minor=found.project.budget_minor,
        net_minor=sum(entry.net_minor for entry in found.vendors),
        credited_minor=sum(entry.credited_minor for entry in found.vendors),
        paid_minor=found.paid_minor,
        owed_minor=found.owed_minor,
        waiting_images=found.waiting_images,
        vendors=[
            VendorCosts(
                vendor=entry.vendor,
                vendor_name=names[entry.vendor],
                images=entry.images,
                net_minor=entry.net_minor,
                credited_minor=entry.credited_minor,
                per_image=_exact(entry.per_image(currency)),
                score=entry.score,
                per_point=_exact(entry.per_point(currency)),
                components=entry.components,
            )
            for entry in found.vendors
        ],
        months=found.months,
    )


@router.get("/projects/{project}/costs/forecast")
def show_forecast(
    session: Transaction,
    _: Reader,
    project: str,
    images: Annotated[
        int | None,
        Query(ge=0, le=10**6, description="Images still to order; else all that need labels."),
    ] = None,
    vendor: Annotated[
        str | None, Query(max_length=64, description="Who labels them; else the last awarded.")
    ] = None,
) -> Forecast:
    """Say how far the budget goes: spent, owed, out at vendors, and what the rest will cost."""
    row = projects.project(session, project)
    made = forecast(session, row, images=images, vendor_id=vendor)
    found, names = made.found, vendors.names(session, [entry.vendor for entry in made.vendors])
    return Forecast(
        currency=row.currency,
        budget_minor=found.budget.minor,
        spent_minor=found.spent.minor,
        owed_minor=found.owed.minor,
        out=_money(found.out),
        rest=_money(found.rest),
        total=_money(found.total),
        left=_money(found.left),
        suffices=found.suffices,
        images_out=found.images_out,
        images_rest=found.images_rest,
        paid_per_image=made.paid_per_image,
        lasts=CountSpan(**vars(found.lasts)),
        ends_on=DaySpan(**vars(found.ends_on)),
        done_on=DaySpan(**vars(found.done_on)),
        vendors=[
            _vendor_forecast(entry, names[entry.vendor], does_the_rest=entry.vendor == made.rest_at)
            for entry in made.vendors
        ],
    )


@router.post("/projects/{project}/invoices", status_code=201)
def draft(
    session: Transaction, actor: Biller, project: str, response: Response, body: NewInvoice
) -> Invoice:
    """Bill all accepted work of a vendor that no invoice bills yet."""
    row = actions.draft(session, actor, project, vendor_id=body.vendor)
    return _invoice(session, row, response)


@router.get("/projects/{project}/invoices")
def list_invoices(session: Transaction, actor: Reader, project: str, part: Listed) -> Page[Invoice]:
    """List a project's invoices."""
    projects.project(session, project)
    by = (InvoiceRow.created, InvoiceRow.id)
    query = store.invoices(actor).where(InvoiceRow.project_id == project)
    return page(session, query, part, by=by, shown=lambda row: _invoice(session, row))


@router.get("/invoices/{invoice}")
def show(session: Transaction, actor: Reader, invoice: str, response: Response) -> Invoice:
    """Show an invoice."""
    return _invoice(session, store.invoice(session, actor, invoice), response)


@router.delete("/invoices/{invoice}", status_code=204)
def discard(session: Transaction, actor: Biller, invoice: str) -> None:
    """Throw a draft away: what it billed waits for an invoice again."""
    actions.discard(session, actor, invoice)


@router.post("/invoices/{invoice}/issue", status_code=201)
def issue(
    session: Transaction, actor: Biller, invoice: str, response: Response, body: Issue
) -> Invoice:
    """Issue a draft: it gets its number, and nothing of it changes any more."""
    tax = None if body.tax is None else body.tax.model_dump()
    row = actions.issue(session, actor, invoice, due_on=body.due_on, buyer=body.buyer, tax=tax)
    return _invoice(session, row, response)


@router.post("/invoices/{invoice}/payment", status_code=201)
def pay(
    session: Transaction,
    actor: Biller,
    invoice: str,
    expected: ExpectedVersion,
    response: Response,
    body: Payment,
) -> Invoice:
    """Note that what is owed was paid."""
    row = actions.pay(
        session,
        actor,
        invoice,
        expected=expected,
        paid_on=body.paid_on,
        reference=body.reference,
    )
    return _invoice(session, row, response)


@router.get("/invoices/{invoice}/paper/{form}", response_class=Response)
def invoice_paper(session: Transaction, actor: Reader, invoice: str, form: InvoiceForm) -> Response:
    """Download an invoice: as JSON, as PDF, its lines or its accepted versions as CSV."""
    return papers.invoice_paper(session, actor, invoice, form)


@router.post("/projects/{project}/settlements", status_code=201)
def settle(session: Transaction, actor: Biller, project: str, body: NewSettlement) -> Settlement:
    """Close a period of a rate card: what its commitment lacks becomes a draft."""
    row = actions.settle(
        session,
        actor,
        project,
        vendor_id=body.vendor,
        rate_card_id=body.rate_card,
        first=body.first_day,
        last=body.last_day,
    )
    return _settlement(row)


@router.get("/projects/{project}/settlements")
def list_settlements(
    session: Transaction, _: Reader, project: str, part: Listed
) -> Page[Settlement]:
    """List the periods of a project that were settled."""
    projects.project(session, project)
    by = (SettlementRow.created, SettlementRow.id)
    return page(session, store.settlements(project), part, by=by, shown=_settlement)


@router.post("/invoices/{invoice}/disputes", status_code=201)
def dispute(session: Transaction, actor: Biller, invoice: str, body: NewDispute) -> Dispute:
    """Doubt an issued invoice."""
    row = corrections.dispute(
        session, actor, invoice, line=body.line, versions=list(body.versions), reason=body.reason
    )
    return _dispute(session, actor, row)


@router.get("/invoices/{invoice}/disputes")
def list_disputes(session: Transaction, actor: Reader, invoice: str) -> Disputes:
    """List the disputes about an invoice."""
    row = store.invoice(session, actor, invoice)
    rows = store.disputes(session, row.id)
    return Disputes(disputes=[_dispute(session, actor, entry) for entry in rows])


@router.post("/invoices/{invoice}/disputes/{identifier}/answer", status_code=201)
def answer(
    session: Transaction, actor: Biller, invoice: str, identifier: str, body: DisputeAnswer
) -> Dispute:
    """Answer a dispute; what is not owed is credited in the same step."""
    row = corrections.answer(
        session,
        actor,
        invoice,
        identifier,
        upheld=body.upheld,
        explanation=body.explanation,
        credit=[line.model_dump() for line in body.credit],
    )
    return _dispute(session, actor, row)


@router.post("/invoices/{invoice}/disputes/{identifier}/withdrawal", status_code=201)
def withdraw(session: Transaction, actor: Biller, invoice: str, identifier: str) -> Dispute:
    """Withdraw a dispute that the buyer opened."""
    row = corrections.withdraw(session, actor, invoice, identifier)
    return _dispute(session, actor, row)


@router.post("/invoices/{invoice}/credit-notes", status_code=201)
def credit(session: Transaction, actor: Biller, invoice: str, body: NewCreditNote) -> CreditNote:
    """Take back part of an issued invoice, or all that is left of it."""
    row = corrections.credit(
        session,
        actor,
        invoice,
        lines=[line.model_dump() for line in body.lines],
        whole=body.whole.strip(),
    )
    return _credit_note(row)


@router.get("/invoices/{invoice}/credit-notes")
def list_credit_notes(session: Transaction, actor: Reader, invoice: str) -> CreditNotes:
    """List the credit notes of an invoice."""
    row = store.invoice(session, actor, invoice)
    rows = store.credit_notes(session, row.id)
    return CreditNotes(credit_notes=[_credit_note(entry) for entry in rows])


@router.get("/invoices/{invoice}/credit-notes/{identifier}/paper/{form}", response_class=Response)
def credit_note_paper(
    session: Transaction, actor: Reader, invoice: str, identifier: str, form: NoteForm
) -> Response:
    """Download a credit note as JSON or PDF."""
    return papers.credit_note_paper(session, actor, invoice, identifier, form)


def _money(span: Span[Money]) -> MoneySpan:
    return MoneySpan(
        low_minor=span.low.minor, expected_minor=span.expected.minor, high_minor=span.high.minor
    )


def _vendor_forecast(entry: VendorRecord, name: str, *, does_the_rest: bool) -> VendorForecast:
    share = entry.acceptance
    return VendorForecast(
        vendor=entry.vendor,
        vendor_name=name,
        rate_card=entry.card.id,
        images_out=entry.work.images,
        batches_measured=len(entry.work.measured),
        batches_accepted=entry.accepted,
        batches_decided=entry.decided,
        acceptance=None
        if share is None
        else ShareSpan(low=str(share.low), expected=str(share.estimate), high=str(share.high)),
        deliveries=entry.deliveries,
        does_the_rest=does_the_rest,
    )


def _exact(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _invoice(session: Transaction, row: InvoiceRow, response: Response | None = None) -> Invoice:
    if response is not None:
        tag(response, row.version)
    return Invoice(
        id=row.id,
        project=row.project_id,
        vendor=row.vendor_id,
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
        payment=row.payment,
        lines=[_line(line) for line in store.lines(session, row.id)],
        created=row.created,
        version=row.version,
    )


def _line(row: InvoiceLineRow) -> InvoiceLine:
    return InvoiceLine(
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


def _settlement(row: SettlementRow) -> Settlement:
    return Settlement(
        id=row.id,
        project=row.project_id,
        rate_card=row.rate_card_id,
        first_day=row.first_day,
        last_day=row.last_day,
        invoiced_minor=row.invoiced_minor,
        lacking_minor=row.lacking_minor,
        invoice=row.invoice_id,
        created=row.created,
    )


def _dispute(session: Transaction, actor: Actor, row: DisputeRow) -> Dispute:
    invoice = store.invoice(session, actor, row.invoice_id)
    return Dispute(
        id=row.id,
        invoice=row.invoice_id,
        line=row.line,
        versions=row.versions,
        reason=row.reason,
        by_vendor=row.opened_for == invoice.vendor_id,
        opened=row.opened,
        answer=row.answer,
        explanation=row.explanation,
        answered=row.answered,
    )


def _credit_note(row: CreditNoteRow) -> CreditNote:
    return CreditNote(
        id=row.id,
        invoice=row.invoice_id,
        number=row.number,
        issued_on=row.issued_on,
        lines=[CreditLine(**line) for line in row.lines],
        net_minor=row.net_minor,
        tax_minor=row.tax_minor,
        total_minor=row.total_minor,
    )
