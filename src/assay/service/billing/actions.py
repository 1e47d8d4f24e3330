"""What can be done to bill accepted work, a function each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.billing import store, values
from assay.service.billing.tables import (
    BilledDecisionRow,
    BilledVersionRow,
    HoursRow,
    InvoiceLineRow,
    InvoiceRow,
    SettlementRow,
)
from assay.service.billing.waiting import Waiting, priced, waiting
from assay.service.deliveries import store as deliveries
from assay.service.ids import new_id
from assay.service.problems import ConflictError, NotFoundError, ServiceError, check_version
from assay.service.projects import store as projects
from assay.service.projects.tables import ProjectRow
from assay.service.vendors import store as vendors
from assay.service.vendors.tables import RateCardRow
from assay.service.vendors.values import card_value
from assay.sourcing import (
    INVOICE_LIFE,
    AcceptedWork,
    InvoiceLine,
    InvoiceState,
    InvoiceStep,
    Money,
    closing_lines,
)


def report_hours(session: Session, actor: Actor, batch_id: str, *, seconds: int) -> HoursRow:
    """Report the hours of a batch, or correct them while no invoice bills it.

    Raises
    ------
    ConflictError
        When an invoice bills the batch.
    """
    batch = deliveries.batch(session, actor, batch_id)
    projects.project(session, batch.project_id, lock=True)
    if store.is_billed(session, batch.id):
        raise ConflictError("An invoice bills this batch. Open a dispute about the line.")
    row = session.get(HoursRow, batch.id)
    if row is None:
        row = HoursRow(batch_id=batch.id)
        session.add(row)
    row.seconds, row.reported_by, row.reported = seconds, actor.user, clock.now()
    record(session, actor, "hours.reported", subject=batch.id, facts={"seconds": seconds})
    return row


def draft(session: Session, actor: Actor, project_id: str, *, vendor_id: str) -> InvoiceRow:
    """Bill all accepted work of a vendor that no invoice bills yet.

    However often and from wherever it is called, a decision is billed once: the project is locked
    while it runs, and the database keeps one row for each decision and each version.  What a vendor
    proposes is such a draft, too: finance issues it or throws it away.

    Raises
    ------
    ConflictError
        When nothing waits, or no agreed card prices it.
    """
    project = projects.project(session, project_id, lock=True)
    vendor = vendors.vendor(session, vendor_id)
    work = waiting(session, project, vendor.id)
    if not work:
        raise ConflictError(
            f"No accepted work of {vendor.name} waits for an invoice. Accept a batch first."
        )
    row = _new_invoice(session, project, vendor)
    lines: list[tuple[InvoiceLine, str | None, str]] = []
    for entry in priced(session, work):
        card = entry.card
        lines += [(line, entry.accepted.decision, card.id) for line in entry.lines]
        _remember(session, row, entry.waiting, card, entry.accepted)
    if not lines:
        raise ConflictError(
            f"Nothing is owed for what was accepted of {vendor.name}: its card charges for units "
            "of which there are none."
        )
    _add_lines(session, row, lines)
    facts: dict[str, Fact] = {
        "project": project.id,
        "vendor": vendor.id,
        "decisions": [entry.decision.id for entry in work],
        "net_minor": row.net_minor,
    }
    done = "invoice.proposed" if actor.kind == "vendor" else "invoice.drafted"
    record(session, actor, done, subject=row.id, facts=facts)
    return row


def propose(session: Session, actor: Actor, project_id: str) -> InvoiceRow:
    """Draft an invoice of all of a vendor's own work that waits in a project.

    Raises
    ------
    NotFoundError
        When the vendor has nothing to do with the project.
    """
    if project_id not in store.projects_of(session, actor.organisation):
        raise NotFoundError("project")
    return draft(session, actor, project_id, vendor_id=actor.organisation)


def _new_invoice(session: Session, project: ProjectRow, vendor: OrganisationRow) -> InvoiceRow:
    row = InvoiceRow(
        id=new_id("inv"),
        project_id=project.id,
        vendor_id=vendor.id,
        state=InvoiceState.DRAFT.value,
        number=None,
        currency=project.currency,
        vendor=_letterhead(vendor.name, vendors.profile(session, vendor.id).address),
        buyer="",
        issued_on=None,
        due_on=None,
        tax=None,
        net_minor=0,
        tax_minor=0,
        total_minor=0,
        owed_minor=0,
        digest=None,
        paid_on=None,
        payment="",
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    return row


def _letterhead(name: str, address: str) -> str:
    return "\n".join(line for line in (name, *address.splitlines()) if line.strip())


def _remember(
    session: Session,
    row: InvoiceRow,
    entry: Waiting,
    card: RateCardRow,
    accepted: AcceptedWork,
) -> None:
    """Write down what is billed; a second row for a decision or a version cannot be written."""
    measured = accepted.quantities
    session.add(
        BilledDecisionRow(
            decision_id=entry.decision.id,
            invoice_id=row.id,
            rate_card_id=card.id,
            batch_id=entry.batch.id,
            **vars(measured),
        )
    )
    session.flush()
    versions = [
        {
            "version_id": version.id,
            "batch_item_id": version.batch_item_id,
            "decision_id": entry.decision.id,
            "invoice_id": row.id,
        }
        for version, _ in store.accepted_versions(session, entry.decision)
    ]
    if versions:
        session.execute(insert(BilledVersionRow), versions)


def _add_lines(
    session: Session, row: InvoiceRow, lines: Sequence[tuple[InvoiceLine, str | None, str]]
) -> None:
    for place, (line, decision, card) in enumerate(lines):
        session.add(
            InvoiceLineRow(
                invoice_id=row.id,
                place=place,
                decision_id=decision,
                rate_card_id=card,
                component=line.charge.component,
                text=line.charge.text,
                unit=line.charge.unit,
                quantity=line.charge.quantity,
                per=line.charge.per,
                price=f"{line.charge.price:f}",
                amount_minor=line.amount.minor,
            )
        )
    total = Money.total((line.amount for line, _, _ in lines), row.currency).minor
    row.net_minor = row.total_minor = row.owed_minor = total
    session.flush()


def discard(session: Session, actor: Actor, identifier: str) -> None:
    """Throw a draft away; what it billed waits for an invoice again.

    Raises
    ------
    ConflictError
        When it was issued: then a credit note takes it back.
    """
    row = store.invoice(session, actor, identifier)
    projects.project(session, row.project_id, lock=True)
    row = store.invoice(session, actor, identifier, lock=True)
    if row.state != InvoiceState.DRAFT:
        raise ConflictError(f"Invoice {row.number} was issued. Take it back by a credit note.")
    _check_tiers(session, row)
    for settled in session.query(SettlementRow).where(SettlementRow.invoice_id == row.id):
        session.delete(settled)
    for table in (InvoiceLineRow, BilledVersionRow, BilledDecisionRow):
        session.execute(delete(table).where(table.invoice_id == row.id))
    session.delete(row)
    record(session, actor, "invoice.discarded", subject=row.id)


def _check_tiers(session: Session, row: InvoiceRow) -> None:
    """Refuse to take units out of the middle: those billed later have gone on in their tiers."""
    for identifier in store.cards_billed_later(session, row):
        card = session.get_one(RateCardRow, identifier)
        if any(stated.get("tiers") for stated in card.document["price"].values()):
            raise ConflictError(
                "A later invoice goes on in the volume tiers of this draft. Throw that one away "
                "first, or issue this one and credit what is not owed."
            )


def issue(
    session: Session,
    actor: Actor,
    identifier: str,
    *,
    due_on: date,
    buyer: str,
    tax: dict[str, Any] | None,
) -> InvoiceRow:
    """Issue a draft: it gets its number, and nothing of it changes any more.

    Parameters
    ----------
    buyer
        Name and address of the buyer, a line each; "" for the name of its organisation.
    """
    row = store.invoice(session, actor, identifier, lock=True)
    state = INVOICE_LIFE.after(row.state, InvoiceStep.ISSUE, by=actor.kind)
    today = clock.now().date()
    row.buyer = buyer.strip() or session.get_one(OrganisationRow, actor.organisation).name
    row.issued_on, row.due_on, row.tax = today, due_on, tax
    row.number = f"{today.year}-{store.next_number(session, str(today.year)):04}"
    issued = values.invoice_value(session, row, today=today)
    row.tax_minor, row.total_minor = issued.tax_amount.minor, issued.total.minor
    row.owed_minor = row.total_minor
    row.digest = issued.digest
    row.state = state
    row.version += 1
    session.flush()
    facts: dict[str, Fact] = {
        "number": row.number,
        "vendor": row.vendor_id,
        "total_minor": row.total_minor,
        "currency": row.currency,
        "digest": row.digest,
    }
    record(session, actor, "invoice.issued", subject=row.id, facts=facts)
    return row


def pay(
    session: Session,
    actor: Actor,
    identifier: str,
    *,
    expected: int,
    paid_on: date,
    reference: str,
) -> InvoiceRow:
    """Note that what is owed was paid.

    Raises
    ------
    StaleError
        When the invoice has changed since it was read, for example by a credit note.
    """
    row = store.invoice(session, actor, identifier, lock=True)
    check_version(row.version, expected)
    row.state = INVOICE_LIFE.after(row.state, InvoiceStep.PAY, by=actor.kind)
    row.paid_on, row.payment = paid_on, reference
    row.version += 1
    facts: dict[str, Fact] = {
        "number": row.number,
        "paid_minor": row.owed_minor,
        "paid_on": paid_on.isoformat(),
        "reference": reference,
    }
    record(session, actor, "invoice.paid", subject=row.id, facts=facts)
    return row


def settle(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    vendor_id: str,
    rate_card_id: str,
    first: date,
    last: date,
) -> SettlementRow:
    """Close a period of a card: what its commitment lacks becomes a draft.

    Raises
    ------
    ConflictError
        When the period is not over, or overlaps one that was settled.
    """
    project = projects.project(session, project_id, lock=True)
    card = vendors.rate_card(session, vendor_id, rate_card_id)
    _check_period(session, project, card, first, last)
    invoiced = store.invoiced_under(session, card.id, first, last)
    lines = closing_lines(Money(card.currency, invoiced), card_value(card))
    row = None
    if lines:
        row = _new_invoice(session, project, vendors.vendor(session, vendor_id))
        _add_lines(session, row, [(line, None, card.id) for line in lines])
    settled = SettlementRow(
        id=new_id("set"),
        project_id=project.id,
        rate_card_id=card.id,
        first_day=first,
        last_day=last,
        invoiced_minor=invoiced,
        lacking_minor=0 if row is None else row.net_minor,
        invoice_id=None if row is None else row.id,
        created=clock.now(),
    )
    session.add(settled)
    session.flush()
    facts: dict[str, Fact] = {
        "rate_card": card.id,
        "period": f"{first} to {last}",
        "lacking_minor": settled.lacking_minor,
    }
    record(session, actor, "period.settled", subject=settled.id, facts=facts)
    return settled


def _check_period(
    session: Session, project: ProjectRow, card: RateCardRow, first: date, last: date
) -> None:
    if card.agreed is None or card.project_id not in {None, project.id}:
        raise NotFoundError("agreed rate card of this project")
    if card.currency != project.currency:
        raise ConflictError(f"The card is in {card.currency}, the project in {project.currency}.")
    if last < first:
        raise ServiceError(f"The period from {first} to {last} has no day. Exchange them.")
    if last >= clock.now().date():
        raise ConflictError(f"The period lasts until {last}. Settle it when it is over.")
    other = store.overlapping(session, card.id, first, last)
    if other is not None:
        raise ConflictError(
            f"The period from {other.first_day} to {other.last_day} is settled. Take days after it."
        )
