"""Signs of work that was not done, for a person to look into; never a verdict."""

from assay.honesty.case import Case, DraftFacts, ItemFacts
from assay.honesty.deciding import Plan, examine
from assay.honesty.registry import DETECTORS
from assay.honesty.report import Check, Flag, HonestyReport, SharedShape
from assay.honesty.spec import Detector, Kind, Measurement, Need, NoParameters, Sighting

__all__ = [
    "DETECTORS",
    "Case",
    "Check",
    "Detector",
    "DraftFacts",
    "Flag",
    "HonestyReport",
    "ItemFacts",
    "Kind",
    "Measurement",
    "Need",
    "NoParameters",
    "Plan",
    "SharedShape",
    "Sighting",
    "examine",
]
