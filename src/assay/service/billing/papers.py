"""Invoices and credit notes as files to keep: JSON, CSV, PDF."""

from fastapi.responses import Response
from sqlalchemy.orm import Session

from assay.render.document import dump
from assay.render.invoice.csv import invoice_csv, invoice_versions_csv
from assay.render.invoice.document import credit_note_document, invoice_document
from assay.render.invoice.pdf import credit_note_pdf, invoice_pdf
from assay.service import clock
from assay.service.actor import Actor
from assay.service.billing import store, values
from assay.service.problems import NotFoundError


def invoice_paper(session: Session, actor: Actor, identifier: str, form: str) -> Response:
    """Return an invoice as a file; ``form`` is what its name ends with."""
    row = store.invoice(session, actor, identifier)
    value = values.invoice_value(session, row, today=clock.now().date())
    name = f"invoice-{value.number}"
    match form:
        case "json":
            return _file(dump(invoice_document(value)).encode(), "application/json", f"{name}.json")
        case "pdf":
            return _file(invoice_pdf(value), "application/pdf", f"{name}.pdf")
        case "lines.csv":
            return _file(invoice_csv(value).encode(), "text/csv", f"{name}-lines.csv")
        case _:
            names = {
                version: alias
                for versions in store.billed_versions(session, row.id).values()
                for version, alias in versions
            }
            text = invoice_versions_csv(value, items=names)
            return _file(text.encode(), "text/csv", f"{name}-versions.csv")


def credit_note_paper(
    session: Session, actor: Actor, identifier: str, note_id: str, form: str
) -> Response:
    """Return a credit note as a file."""
    row = store.invoice(session, actor, identifier)
    places = {entry.id: entry.place for entry in store.credit_notes(session, row.id)}
    if note_id not in places:
        raise NotFoundError("credit note")
    value = values.invoice_value(session, row, today=clock.now().date())
    note = values.credit_note_values(session, row, value)[places[note_id]]
    name = f"credit-note-{note.number}"
    if form == "pdf":
        return _file(credit_note_pdf(note), "application/pdf", f"{name}.pdf")
    return _file(dump(credit_note_document(note)).encode(), "application/json", f"{name}.json")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
