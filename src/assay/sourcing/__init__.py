"""The business: money, vendors, pilots."""

from assay.sourcing.money import Money
from assay.sourcing.pilot import Difference, PilotReport, VendorResult, Verdict
from assay.sourcing.pilot_terms import Bid, PilotTerms
from assay.sourcing.vendor import Vendor

__all__ = [
    "Bid",
    "Difference",
    "Money",
    "PilotReport",
    "PilotTerms",
    "Vendor",
    "VendorResult",
    "Verdict",
]
