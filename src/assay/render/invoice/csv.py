"""Invoices as CSV: their lines, and the accepted versions that they are paid for."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from assay.render.tables import Cell, table_text
from assay.sourcing.invoice import Invoice

_LINES = (
    "invoice", "line", "component", "text", "unit", "quantity", "per", "price", "amount",
    "amount_minor", "currency", "batch", "decision", "images", "versions_sha256", "rate_card",
    "rate_card_version",
)  # fmt: skip
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_VERSIONS = ("invoice", "batch", "decision", "version", "item")


def invoice_csv(invoice: Invoice) -> str:
    """Return one row for each line; ``amount`` is ``quantity × price / per``, rounded once."""
    return table_text(_LINES, _line_rows(invoice))


def invoice_versions_csv(invoice: Invoice, *, items: Mapping[str, str] = _NO_NAMES) -> str:
    """Return one row for each accepted version, in the order over which its digest is taken.

    ``items`` names the image of a version, as the vendor knows it.
    """
    rows = (
        (invoice.number, citation.batch, citation.decision, version, items.get(version, ""))
        for citation in invoice.citations
        for version in citation.versions
    )
    return table_text(_VERSIONS, rows)


def _line_rows(invoice: Invoice) -> Iterator[tuple[Cell, ...]]:
    for place, line in enumerate(invoice.lines, 1):
        charge, cited, card = line.charge, line.citation, line.price_version
        yield (
            invoice.number,
            place,
            charge.component,
            charge.text,
            charge.unit,
            charge.quantity,
            charge.per,
            charge.price,
            line.amount.major,
            line.amount.minor,
            invoice.currency,
            *(("", "", "", "") if cited is None else (
                cited.batch, cited.decision, len(cited.versions), cited.digest)),
            card.name,
            card.version,
        )  # fmt: skip
