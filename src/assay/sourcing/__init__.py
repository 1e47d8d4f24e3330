"""The business: money, vendors, pilots, prices, invoices."""

from assay.sourcing.corrections import Answer, CreditLine, CreditNote, Dispute
from assay.sourcing.invoice import Invoice, InvoiceLine, Tax, closing_lines, lines_of
from assay.sourcing.invoice_life import INVOICE_LIFE, InvoiceState, InvoiceStep, next_state
from assay.sourcing.money import Money
from assay.sourcing.pilot import Difference, PilotReport, VendorResult, Verdict
from assay.sourcing.pilot_terms import Bid, PilotTerms
from assay.sourcing.price import Charge, PriceComponent
from assay.sourcing.price_registry import PRICE_COMPONENTS
from assay.sourcing.rate_card import Price, RateCard
from assay.sourcing.vendor import Vendor
from assay.sourcing.work import AcceptedItem, AcceptedWork, Citation, MeasuredQuality, Quantities

__all__ = [
    "INVOICE_LIFE",
    "PRICE_COMPONENTS",
    "AcceptedItem",
    "AcceptedWork",
    "Answer",
    "Bid",
    "Charge",
    "Citation",
    "CreditLine",
    "CreditNote",
    "Difference",
    "Dispute",
    "Invoice",
    "InvoiceLine",
    "InvoiceState",
    "InvoiceStep",
    "MeasuredQuality",
    "Money",
    "PilotReport",
    "PilotTerms",
    "Price",
    "PriceComponent",
    "Quantities",
    "RateCard",
    "Tax",
    "Vendor",
    "VendorResult",
    "Verdict",
    "closing_lines",
    "lines_of",
    "next_state",
]
