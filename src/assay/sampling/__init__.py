"""Which items to look at, and what they say of the batch: acceptance plans with stated risks."""

from assay.sampling.betting import STRATEGIES, Strategy
from assay.sampling.plan import AcceptancePlan, Bounds, Outcomes, Verdict
from assay.sampling.population import Limits, Population
from assay.sampling.registry import PLANS

__all__ = [
    "PLANS",
    "STRATEGIES",
    "AcceptancePlan",
    "Bounds",
    "Limits",
    "Outcomes",
    "Population",
    "Strategy",
    "Verdict",
]
