"""The business: money, vendors, pilots, prices, invoices."""

from assay.sourcing.corrections import Answer, CreditLine, CreditNote, Dispute
from assay.sourcing.gates import GATES, Gate
from assay.sourcing.invoice import Invoice, InvoiceLine, Tax, closing_lines, lines_of
from assay.sourcing.lives import INVOICE_LIFE, InvoiceState, InvoiceStep
from assay.sourcing.money import Money
from assay.sourcing.pilot import Difference, PilotReport, VendorResult, Verdict
from assay.sourcing.pilot_terms import Bid, PilotTerms
from assay.sourcing.price import Charge, PriceComponent
from assay.sourcing.price_registry import PRICE_COMPONENTS
from assay.sourcing.profile import Certificate, ProviderType, VendorProfile
from assay.sourcing.quote import Demand, PilotFacts, Quote, Share, Volume, compare_quotes
from assay.sourcing.ramp import RampProposal, RampStep, RampTerms, propose
from assay.sourcing.rate_card import Price, RateCard
from assay.sourcing.scorecard import GateTerms, Question, Scorecard, ScoredVendor, ranked
from assay.sourcing.vendor import PilotTimes, Vendor
from assay.sourcing.work import AcceptedItem, AcceptedWork, Citation, MeasuredQuality, Quantities

__all__ = [
    "GATES",
    "INVOICE_LIFE",
    "PRICE_COMPONENTS",
    "AcceptedItem",
    "AcceptedWork",
    "Answer",
    "Bid",
    "Certificate",
    "Charge",
    "Citation",
    "CreditLine",
    "CreditNote",
    "Demand",
    "Difference",
    "Dispute",
    "Gate",
    "GateTerms",
    "Invoice",
    "InvoiceLine",
    "InvoiceState",
    "InvoiceStep",
    "MeasuredQuality",
    "Money",
    "PilotFacts",
    "PilotReport",
    "PilotTerms",
    "PilotTimes",
    "Price",
    "PriceComponent",
    "ProviderType",
    "Quantities",
    "Question",
    "Quote",
    "RampProposal",
    "RampStep",
    "RampTerms",
    "RateCard",
    "Scorecard",
    "ScoredVendor",
    "Share",
    "Tax",
    "Vendor",
    "VendorProfile",
    "VendorResult",
    "Verdict",
    "Volume",
    "closing_lines",
    "compare_quotes",
    "lines_of",
    "propose",
    "ranked",
]
