"""Invoices and credit notes as PDF, set by typst."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.resources import files
from itertools import groupby
from typing import Any

from assay.errors import SourceError
from assay.render.document import Document
from assay.render.invoice.wording import amount, price, quantity, sum_of
from assay.render.writing import count, noun, visible
from assay.sourcing.corrections import CreditNote
from assay.sourcing.invoice import Invoice, InvoiceLine
from assay.sourcing.work import Citation


@dataclass(frozen=True)
class Sheet:
    """Everything that is printed, as written.

    Parameters
    ----------
    facts
        For the template.
    dated
        Day that the file states of itself: equal invoices give equal bytes.
    """

    facts: Document
    dated: date


def invoice_pdf(invoice: Invoice) -> bytes:
    """Return an invoice as PDF.

    Raises
    ------
    SourceError
        When typst is not installed.
    """
    return _typeset(invoice_sheet(invoice))


def credit_note_pdf(note: CreditNote) -> bytes:
    """Return a credit note as PDF.

    Raises
    ------
    SourceError
        When typst is not installed.
    """
    return _typeset(credit_note_sheet(note))


def invoice_sheet(invoice: Invoice) -> Sheet:
    """Return what an invoice says on paper."""
    facts = {
        **_parties(invoice),
        "title": "Invoice",
        "number": visible(invoice.number),
        "dates": [
            ["Issued", invoice.issued_on.isoformat()],
            ["Due", invoice.due_on.isoformat()],
        ],
        "subtitle": "Written by the buyer for the vendor (self-billing), from accepted work.",
        "quantity_title": "Quantity",
        "price_title": "Price",
        "groups": list(_groups(invoice)),
        "sums": _sums(invoice),
        "total": ["To be paid", sum_of(invoice.total)],
        "notes": [_free(invoice.tax.note)] if invoice.tax and invoice.tax.note else [],
        "evidence": [_evidence(citation) for citation in invoice.citations],
        "cards": _cards(invoice),
        "digest": f"SHA-256 {_short(invoice.digest)}",
    }
    return Sheet(facts, invoice.issued_on)


def credit_note_sheet(note: CreditNote) -> Sheet:
    """Return what a credit note says on paper."""
    invoice = note.invoice
    lines = [
        {
            "text": f"Line {line.line + 1}: {_free(line.reason)}",
            "quantity": "",
            "price": amount(invoice.lines[line.line].amount),
            "amount": amount(-line.amount),
        }
        for line in note.lines
    ]
    tax = [] if invoice.tax is None else [[_tax_name(invoice), amount(-note.tax_amount)]]
    facts = {
        **_parties(invoice),
        "title": "Credit note",
        "number": visible(note.number),
        "dates": [["Issued", note.issued_on.isoformat()], ["Invoice", visible(invoice.number)]],
        "subtitle": f"Takes back part of invoice {visible(invoice.number)} "
        f"of {invoice.issued_on.isoformat()}.",
        "quantity_title": "",
        "price_title": "Invoiced",
        "groups": [{"title": "Not owed", "note": "", "lines": lines}],
        "sums": [["Sum", amount(-note.net)], *tax],
        "total": ["Credited", sum_of(-note.total)],
        "notes": [],
        "evidence": [],
        "cards": [],
        "digest": f"invoice SHA-256 {_short(invoice.digest)}",
    }
    return Sheet(facts, note.issued_on)


def _parties(invoice: Invoice) -> Document:
    return {
        "vendor": [_free(line) for line in invoice.vendor.splitlines()] or [""],
        "buyer": [_free(line) for line in invoice.buyer.splitlines()] or [""],
        "currency": invoice.currency,
    }


def _groups(invoice: Invoice) -> Iterator[Document]:
    """Yield lines by batch, those that settle a period last or where they stand."""
    for citation, lines in groupby(invoice.lines, key=lambda line: line.citation):
        yield {
            "title": "Settlement of the period" if citation is None else visible(citation.batch),
            "note": ""
            if citation is None
            else f"{noun(len(citation.versions), 'accepted image')}, "
            f"decision {visible(citation.decision)}",
            "lines": [_line(line) for line in lines],
        }


def _line(line: InvoiceLine) -> Document:
    return {
        "text": visible(line.charge.text),
        "quantity": quantity(line.charge),
        "price": price(line.charge, line.amount.currency),
        "amount": amount(line.amount),
    }


def _sums(invoice: Invoice) -> list[list[str]]:
    sums = [["Sum", amount(invoice.net)]]
    if invoice.tax is not None:
        sums.append([_tax_name(invoice), amount(invoice.tax_amount)])
    return sums


def _tax_name(invoice: Invoice) -> str:
    tax = invoice.tax
    return "" if tax is None else f"{_free(tax.name)} {tax.percent:f}\xa0%"


def _evidence(citation: Citation) -> Document:
    return {
        "batch": visible(citation.batch),
        "images": count(len(citation.versions)),
        "decision": visible(citation.decision),
        "digest": _short(citation.digest),
    }


def _cards(invoice: Invoice) -> list[Document]:
    versions = dict.fromkeys(line.price_version for line in invoice.lines)
    return [{"name": _free(str(version)), "digest": _short(version.digest)} for version in versions]


def _free(text: str) -> str:
    """Return what somebody wrote so that it can be broken anywhere: no word runs over the page."""
    return re.sub(r"\S{12}", "\\g<0>\u200b", visible(text))


def _short(digest: str) -> str:
    """Return both ends of a digest: the whole one stands in the JSON document."""
    return f"{digest[:16]}…{digest[-8:]}"


def _typeset(sheet: Sheet) -> bytes:
    try:
        import typst  # noqa: PLC0415 - part of the extra "service", and 80 MB
    except ImportError:
        raise SourceError(
            "PDF needs typst. Install it with the service: pip install 'assay[service]'."
        ) from None
    template = files("assay.render").joinpath("templates", "invoice.typ").read_bytes()
    made: Any = typst.compile(
        template,
        format="pdf",
        sys_inputs={"facts": json.dumps(sheet.facts)},
        timestamp=datetime.combine(sheet.dated, time(), UTC),
    )
    return bytes(made)
