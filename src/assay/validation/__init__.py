"""Rules that find faults in a delivery without knowing what is right."""

from assay.validation.batch import Batch
from assay.validation.faults import Faults
from assay.validation.history import History
from assay.validation.registry import VALIDATION_RULES
from assay.validation.spec import BatchRule, ItemRule, Need, ValidationRule
from assay.validation.subject import Subject

__all__ = [
    "VALIDATION_RULES",
    "Batch",
    "BatchRule",
    "Faults",
    "History",
    "ItemRule",
    "Need",
    "Subject",
    "ValidationRule",
]
