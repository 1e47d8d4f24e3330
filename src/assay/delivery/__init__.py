"""What a vendor hands over: items read lazily, and the findings about them."""

from assay.delivery.delivery import Delivery, Item, Reading
from assay.delivery.finding import Finding, Region, Rule, Severity
from assay.delivery.work_table import NOBODY_KNOWN, WorkTable

__all__ = [
    "NOBODY_KNOWN",
    "Delivery",
    "Finding",
    "Item",
    "Reading",
    "Region",
    "Rule",
    "Severity",
    "WorkTable",
]
