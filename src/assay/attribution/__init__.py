"""Whose error it is: shared by all, one vendor's, or one annotator's."""

from assay.attribution.report import Cause, Instance, SystematicError, SystematicReport, Verdict
from assay.attribution.settings import AttributionSettings

__all__ = [
    "AttributionSettings",
    "Cause",
    "Instance",
    "SystematicError",
    "SystematicReport",
    "Verdict",
]
