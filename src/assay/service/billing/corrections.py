"""What can be done to an issued invoice: disputes and credit notes, a function each."""

from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.billing import store, values
from assay.service.billing.tables import CreditNoteRow, DisputeRow, InvoiceRow
from assay.service.ids import new_id
from assay.service.problems import ConflictError, NotFoundError
from assay.sourcing import (
    INVOICE_LIFE,
    Answer,
    CreditNote,
    Dispute,
    InvoiceState,
    InvoiceStep,
)
from assay.sourcing.corrections import whole_credit


def dispute(
    session: Session,
    actor: Actor,
    identifier: str,
    *,
    line: int | None,
    versions: list[str],
    reason: str,
) -> DisputeRow:
    """Doubt an issued invoice, one of its lines, or some of the versions that it bills.

    Raises
    ------
    StateError
        When the invoice is neither issued nor disputed.
    """
    invoice = store.invoice(session, actor, identifier, lock=True)
    invoice.state = INVOICE_LIFE.after(invoice.state, InvoiceStep.DISPUTE, by=actor.kind)
    value = values.invoice_value(session, invoice, today=clock.now().date())
    doubt = Dispute(
        value.number, line, reason, actor.user, clock.now(), tuple(sorted(set(versions)))
    )
    doubt.check_against(value)
    invoice.version += 1
    row = DisputeRow(
        id=new_id("dsp"),
        invoice_id=invoice.id,
        line=line,
        versions=list(doubt.versions),
        reason=reason,
        opened_by=actor.user,
        opened_for=actor.organisation,
        opened=doubt.opened_at,
        answer=None,
        explanation="",
        answered_by=None,
        answered=None,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"dispute": row.id, "line": line, "by": actor.kind}
    record(session, actor, "invoice.disputed", subject=invoice.id, facts=facts)
    return row


def answer(
    session: Session,
    actor: Actor,
    identifier: str,
    dispute_id: str,
    *,
    upheld: bool,
    explanation: str,
    credit: list[dict[str, Any]],
) -> DisputeRow:
    """Answer a dispute; what is not owed is credited in the same step.

    Raises
    ------
    ConflictError
        When it was answered before, or credits something although it is declined.
    """
    if credit and not upheld:
        raise ConflictError("A dispute that is declined credits nothing. Uphold it, or leave it.")
    invoice = store.invoice(session, actor, identifier, lock=True)
    row = store.dispute(session, invoice.id, dispute_id)
    _check_open(row)
    # The credit comes first: whoever counts a number and then writes the log never waits for one
    # who does it the other way round.
    if credit:
        _credit(session, actor, invoice, credit)
    _close(session, actor, invoice, row, Answer.UPHELD if upheld else Answer.DECLINED, explanation)
    _settle(session, actor, invoice)
    return row


def withdraw(session: Session, actor: Actor, identifier: str, dispute_id: str) -> DisputeRow:
    """Withdraw a dispute of one's own organisation."""
    invoice = store.invoice(session, actor, identifier, lock=True)
    row = store.dispute(session, invoice.id, dispute_id)
    if row.opened_for != actor.organisation:
        raise NotFoundError("dispute")
    _close(session, actor, invoice, row, Answer.WITHDRAWN, "Withdrawn.")
    _settle(session, actor, invoice)
    return row


def _check_open(row: DisputeRow) -> None:
    if row.answer is not None:
        raise ConflictError(f"This dispute is {row.answer}. Open another one.")


def _close(
    session: Session,
    actor: Actor,
    invoice: InvoiceRow,
    row: DisputeRow,
    how: Answer,
    explanation: str,
) -> None:
    _check_open(row)
    row.answer, row.explanation = how.value, explanation
    row.answered_by, row.answered = actor.user, clock.now()
    invoice.version += 1
    facts: dict[str, Fact] = {"dispute": row.id, "answer": how.value}
    record(session, actor, "dispute.answered", subject=invoice.id, facts=facts)


def _settle(session: Session, actor: Actor, invoice: InvoiceRow) -> None:
    """Let an invoice be owed again once the last dispute is answered."""
    session.flush()
    if invoice.state == InvoiceState.DISPUTED and all(
        row.answer is not None for row in store.disputes(session, invoice.id)
    ):
        invoice.state = INVOICE_LIFE.after(invoice.state, InvoiceStep.SETTLE, by=actor.kind)


def credit(
    session: Session, actor: Actor, identifier: str, *, lines: list[dict[str, Any]], whole: str
) -> CreditNoteRow:
    """Take back part of an issued invoice, or all that is left of it.

    Parameters
    ----------
    lines
        What is not owed, with ``line``, ``amount_minor`` and ``reason``.
    whole
        Reason for taking back everything that is left; "" where ``lines`` say what.

    Raises
    ------
    StateError
        When the invoice is a draft.
    ConflictError
        When nothing is left of it.
    """
    invoice = store.invoice(session, actor, identifier, lock=True)
    INVOICE_LIFE.after(invoice.state, InvoiceStep.CREDIT, by=actor.kind)
    stated = lines
    if whole:
        value = values.invoice_value(session, invoice, today=clock.now().date())
        after = values.credit_note_values(session, invoice, value)
        stated = [
            {"line": line.line, "amount_minor": line.amount.minor, "reason": line.reason}
            for line in whole_credit(value, whole, after=after)
        ]
        if not stated:
            raise ConflictError(f"Nothing is left of invoice {invoice.number}.")
    return _credit(session, actor, invoice, stated)


def _credit(
    session: Session, actor: Actor, invoice: InvoiceRow, lines: list[dict[str, Any]]
) -> CreditNoteRow:
    today = clock.now().date()
    value = values.invoice_value(session, invoice, today=today)
    after = values.credit_note_values(session, invoice, value)
    # Checked before a number is taken.
    note = CreditNote("draft", value, today, values.credit_lines(lines, value.currency), after)
    number = store.next_number(session, f"C-{today.year}")
    row = CreditNoteRow(
        id=new_id("crn"),
        invoice_id=invoice.id,
        place=len(after),
        number=f"C-{today.year}-{number:04}",
        issued_on=today,
        lines=lines,
        net_minor=note.net.minor,
        tax_minor=note.tax_amount.minor,
        total_minor=note.total.minor,
        created=clock.now(),
    )
    session.add(row)
    invoice.owed_minor -= row.total_minor
    if not whole_credit(value, "nothing is left", after=(*after, note)):
        invoice.state = INVOICE_LIFE.after(invoice.state, InvoiceStep.CREDIT, by=actor.kind)
    invoice.version += 1
    session.flush()
    facts: dict[str, Fact] = {"number": row.number, "total_minor": row.total_minor}
    record(session, actor, "invoice.credited", subject=invoice.id, facts=facts)
    return row
