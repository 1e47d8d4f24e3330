"""Rows of billing as the values that the library prices, sums and prints."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy.orm import Session

from assay.service.acceptance.tables import DecisionRow
from assay.service.billing import store
from assay.service.billing.tables import (
    CreditNoteRow,
    HoursRow,
    InvoiceLineRow,
    InvoiceRow,
)
from assay.service.vendors.tables import RateCardRow
from assay.sourcing import (
    AcceptedItem,
    AcceptedWork,
    Charge,
    Citation,
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    MeasuredQuality,
    Money,
    Tax,
)
from assay.sourcing.invoice import PriceVersion

_PLACES = Decimal("0.0001")

#: What the claim of a batch's mean is also called: the score that policies judge by.
_MEAN_IS = "weighted_iou"


def accepted_work(session: Session, decision: DecisionRow) -> AcceptedWork:
    """Return what a decision accepted, measured.

    Gold is among it: it is paid like any image, so that no bill tells which images are gold.
    """
    hours = session.get(HoursRow, decision.batch_id)
    return AcceptedWork(
        decision=decision.id,
        batch=decision.batch_id,
        decided_at=decision.decided,
        items=tuple(
            AcceptedItem(row.id, alias, row.pixels, row.objects, row.vertices)
            for row, alias in store.accepted_versions(session, decision)
        ),
        seconds=0 if hours is None else hours.seconds,
        qualities=tuple(_qualities(decision.evidence)),
    )


def _qualities(evidence: Mapping[str, Any]) -> list[tuple[str, MeasuredQuality]]:
    """Return the measures of a decision's claims; bounds are rounded away from the estimate.

    So a bound never reaches a step by rounding.
    """
    found = []
    for claim in evidence.get("claims", ()):
        if claim["estimate"] is None:
            continue
        low = Decimal(claim["low"]).quantize(_PLACES, ROUND_FLOOR)
        high = Decimal(claim["high"]).quantize(_PLACES, ROUND_CEILING)
        estimate = min(max(Decimal(claim["estimate"]).quantize(_PLACES), low), high)
        quality = MeasuredQuality(estimate, low, high)
        found.append((claim["name"], quality))
        if claim["name"] == "mean":
            found.append((_MEAN_IS, quality))
    return found


def invoice_value(session: Session, row: InvoiceRow, *, today: date) -> Invoice:
    """Return an invoice; a draft is dated today and has no number yet."""
    cited = {
        decision: tuple(sorted(version for version, _ in versions))
        for decision, versions in store.billed_versions(session, row.id).items()
    }
    lines = store.lines(session, row.id)
    cards = {line.rate_card_id: session.get_one(RateCardRow, line.rate_card_id) for line in lines}
    batches = {decision: session.get_one(DecisionRow, decision).batch_id for decision in cited}
    value = Invoice(
        number=row.number or "draft",
        vendor=row.vendor,
        buyer=row.buyer,
        issued_on=row.issued_on or today,
        due_on=row.due_on or today,
        lines=tuple(
            _line(line, row.currency, cards[line.rate_card_id], batches, cited) for line in lines
        ),
        tax=None if row.tax is None else tax_value(row.tax),
    )
    if row.digest is not None and value.digest != row.digest:
        raise AssertionError(f"Invoice {row.number} is not what was issued.")
    return value


def _line(
    line: InvoiceLineRow,
    currency: str,
    card: RateCardRow,
    batches: Mapping[str, str],
    cited: Mapping[str, tuple[str, ...]],
) -> InvoiceLine:
    citation = None
    if line.decision_id is not None:
        versions = cited[line.decision_id]
        citation = Citation(line.decision_id, batches[line.decision_id], versions)
    return InvoiceLine(
        Charge(line.component, line.text, line.unit, line.quantity, line.per, Decimal(line.price)),
        Money(currency, line.amount_minor),
        PriceVersion(card.document["name"], card.number, card.digest),
        citation,
    )


def tax_value(stated: Mapping[str, Any]) -> Tax:
    """Return a tax as it is stored."""
    return Tax(stated["name"], Decimal(stated["percent"]), stated["note"])


def credit_note_values(
    session: Session, row: InvoiceRow, invoice: Invoice
) -> tuple[CreditNote, ...]:
    """Return the credit notes of an invoice, each knowing those before it."""
    notes: list[CreditNote] = []
    for entry in store.credit_notes(session, row.id):
        notes.append(credit_note_value(entry, invoice, tuple(notes)))
    return tuple(notes)


def credit_note_value(
    row: CreditNoteRow, invoice: Invoice, after: tuple[CreditNote, ...]
) -> CreditNote:
    """Return one credit note."""
    return CreditNote(
        row.number, invoice, row.issued_on, credit_lines(row.lines, invoice.currency), after
    )


def credit_lines(stated: list[dict[str, Any]], currency: str) -> tuple[CreditLine, ...]:
    """Return lines of a credit note as they are stored or sent."""
    return tuple(
        CreditLine(line["line"], Money(currency, line["amount_minor"]), line["reason"])
        for line in stated
    )
