"""Acceptance plans by name."""

from assay.plugins import Registry
from assay.sampling.attributes import ATTRIBUTES
from assay.sampling.fixed_size import FIXED_SIZE
from assay.sampling.iso2859 import ISO_2859
from assay.sampling.plan import AcceptancePlan
from assay.sampling.sequential import SEQUENTIAL

PLANS: Registry[AcceptancePlan] = Registry(
    "acceptance plan",
    "assay.acceptance_plans",
    lambda: (SEQUENTIAL, FIXED_SIZE, ATTRIBUTES, ISO_2859),
)
