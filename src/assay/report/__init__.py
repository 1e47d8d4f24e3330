"""What was inspected and what it says: values only, rendered elsewhere."""

from assay.metrics.anatomy import ERROR_KINDS
from assay.report.anatomy import Anatomy
from assay.report.exhibit import Exhibit
from assay.report.plan import Plan
from assay.report.report import ClassScores, ItemScores, Report, StratumScores
from assay.report.score import Score

__all__ = [
    "ERROR_KINDS",
    "Anatomy",
    "ClassScores",
    "Exhibit",
    "ItemScores",
    "Plan",
    "Report",
    "Score",
    "StratumScores",
]
