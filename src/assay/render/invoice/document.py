"""Invoices and credit notes as JSON documents."""

from assay.render.document import Document
from assay.sourcing.corrections import CreditNote
from assay.sourcing.invoice import Invoice, InvoiceLine
from assay.sourcing.work import Citation

SCHEMA = "assay.invoice/1"
CREDIT_SCHEMA = "assay.credit-note/1"


def invoice_document(invoice: Invoice) -> Document:
    """Return an invoice as plain values, ready for :func:`assay.render.document.dump`.

    Amounts are whole minor units, prices texts: no reader rounds them.
    """
    return {
        "schema": SCHEMA,
        "number": invoice.number,
        "vendor": invoice.vendor,
        "buyer": invoice.buyer,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "currency": invoice.currency,
        "lines": [_line(place, line) for place, line in enumerate(invoice.lines)],
        "net_minor": invoice.net.minor,
        "tax": None
        if invoice.tax is None
        else {
            "name": invoice.tax.name,
            "percent": f"{invoice.tax.percent:f}",
            "note": invoice.tax.note,
            "amount_minor": invoice.tax_amount.minor,
        },
        "total_minor": invoice.total.minor,
        "evidence": [_citation(citation) for citation in invoice.citations],
        "digest": invoice.digest,
    }


def credit_note_document(note: CreditNote) -> Document:
    """Return a credit note as plain values; the invoice is cited by number and digest."""
    return {
        "schema": CREDIT_SCHEMA,
        "number": note.number,
        "invoice": {"number": note.invoice.number, "digest": note.invoice.digest},
        "vendor": note.invoice.vendor,
        "buyer": note.invoice.buyer,
        "issued_on": note.issued_on.isoformat(),
        "currency": note.invoice.currency,
        "lines": [
            {"line": line.line, "reason": line.reason, "amount_minor": line.amount.minor}
            for line in note.lines
        ],
        "net_minor": note.net.minor,
        "tax_minor": note.tax_amount.minor,
        "total_minor": note.total.minor,
    }


def _line(place: int, line: InvoiceLine) -> Document:
    charge, version = line.charge, line.price_version
    return {
        "line": place,
        "component": charge.component,
        "text": charge.text,
        "unit": charge.unit,
        "quantity": charge.quantity,
        "per": charge.per,
        "price": f"{charge.price:f}",
        "amount_minor": line.amount.minor,
        "rate_card": {
            "name": version.name,
            "version": version.version,
            "digest": version.digest,
        },
        "decision": None if line.citation is None else line.citation.decision,
    }


def _citation(citation: Citation) -> Document:
    return {
        "decision": citation.decision,
        "batch": citation.batch,
        "images": len(citation.versions),
        "digest": citation.digest,
        "versions": list(citation.versions),
    }
