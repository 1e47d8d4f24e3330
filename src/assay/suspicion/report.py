"""What looking for label errors found, as values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding
from assay.labels import LabelMap, Ontology
from assay.suspicion.calibration import Calibration
from assay.suspicion.suspect import Suspect

#: How an item fared: judged, or why not.
ItemStatus = Literal["judged", "unreadable", "no_evidence"]


@dataclass(frozen=True)
class SuspectItem:
    """One image.

    Parameters
    ----------
    key
        Item.
    status
        ``"judged"``; ``"unreadable"`` where the delivery's labels cannot be read; or
        ``"no_evidence"`` where nobody else says anything of the image.
    height, width
        Size in pixels; 0 where unreadable.
    score
        How suspicious, by the method; NaN where it was not judged.
    suspects
        Number of suspicious regions.
    judged_px, differing_px
        Pixels of which something could be said, and those where it differs from the label.
    """

    key: str
    status: ItemStatus
    height: int
    width: int
    score: float
    suspects: int
    judged_px: int
    differing_px: int


@dataclass(frozen=True, eq=False)
class SuspectExhibit:
    """A suspect and its surroundings, for the gallery.

    Parameters
    ----------
    suspect
        The region.
    top, left
        First row and column of the window.
    labels, rival
        Both maps in the window.
    doubt
        uint8, shape of the window: 1 less the share of the label, in 255ths; 0 where nothing can
        be said.
    image
        Photograph of the window, uint8 of shape (any, any, 3), or None.
    """

    suspect: Suspect
    top: int
    left: int
    labels: LabelMap
    rival: LabelMap
    doubt: NDArray[np.uint8]
    image: NDArray[np.uint8] | None


@dataclass(frozen=True, eq=False)
class SuspectReport:
    """Images and regions of a delivery, the most suspicious first.

    Parameters
    ----------
    candidate
        Whose labels these are.
    evidence
        ``"soft maps"`` or ``"other labels"``.
    sources
        Names of the soft maps or of the others.
    ontology
        Whose classes they speak of.
    method
        Name of the method.
    settings
        Its parameters by name.
    items
        Every image, the most suspicious first; those that were not judged last.
    suspects
        Regions, the most suspicious first; at most ``top``.
    found
        Number of suspicious regions in all images.
    kinds
        Number of regions of each kind among ``suspects``.
    top
        How many regions were asked for.
    findings
        Faults of the delivery's files and of the evidence.
    exhibits
        The first suspects with their surroundings.
    version
        Of Assay.
    calibration
        Turns scores into probabilities, where verdicts were given.
    """

    candidate: str
    evidence: Literal["soft maps", "other labels"]
    sources: tuple[str, ...]
    ontology: Ontology
    method: str
    settings: Mapping[str, Any]
    items: tuple[SuspectItem, ...]
    suspects: tuple[Suspect, ...]
    found: int
    kinds: Mapping[str, int]
    top: int
    findings: tuple[Finding, ...]
    exhibits: tuple[SuspectExhibit, ...]
    version: str
    calibration: Calibration | None = None

    @property
    def judged_items(self) -> int:
        """Number of images that were judged."""
        return sum(item.status == "judged" for item in self.items)

    def probability(self, suspect: Suspect) -> float:
        """Return how probably a suspect is an error; NaN without verdicts."""
        return math.nan if self.calibration is None else self.calibration.probability(suspect.score)
