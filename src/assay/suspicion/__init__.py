"""Labels that are probably wrong, ranked without knowing what is right."""

from assay.suspicion.kinds import KINDS, Kind
from assay.suspicion.methods import METHODS
from assay.suspicion.report import SuspectExhibit, SuspectItem, SuspectReport
from assay.suspicion.rules import RULES, as_finding
from assay.suspicion.spec import Method
from assay.suspicion.suspect import Judgement, Suspect
from assay.suspicion.view import Tile, View, view_of_model, view_of_votes

__all__ = [
    "KINDS",
    "METHODS",
    "RULES",
    "Judgement",
    "Kind",
    "Method",
    "Suspect",
    "SuspectExhibit",
    "SuspectItem",
    "SuspectReport",
    "Tile",
    "View",
    "as_finding",
    "view_of_model",
    "view_of_votes",
]
