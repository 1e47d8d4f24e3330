"""The business: money, vendors, pilots."""

from assay.sourcing.money import Money
from assay.sourcing.pilot import Difference, PilotReport, VendorResult, Verdict
from assay.sourcing.vendor import Vendor

__all__ = ["Difference", "Money", "PilotReport", "Vendor", "VendorResult", "Verdict"]
