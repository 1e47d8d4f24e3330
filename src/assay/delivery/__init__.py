"""What a vendor hands over: items read lazily, and the findings about them."""

from assay.delivery.delivery import Delivery, Item, Reading
from assay.delivery.finding import Finding, Region, Rule, Severity

__all__ = ["Delivery", "Finding", "Item", "Reading", "Region", "Rule", "Severity"]
