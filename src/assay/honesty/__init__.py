"""Signs of work that was not done, for a person to look into; never a verdict."""

from assay.honesty.case import Case, DraftFacts, ItemFacts
from assay.honesty.deciding import Plan, adjust, examine
from assay.honesty.gold_only import Gap, GoldOnlyParameters, gap_between
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
    "Gap",
    "GoldOnlyParameters",
    "HonestyReport",
    "ItemFacts",
    "Kind",
    "Measurement",
    "Need",
    "NoParameters",
    "Plan",
    "SharedShape",
    "Sighting",
    "adjust",
    "examine",
    "gap_between",
]
