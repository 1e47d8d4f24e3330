"""What fusing several annotators gave, as values."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.consensus.contested import ContestedRegion
from assay.consensus.fusing import FusionPlan
from assay.consensus.skill import ClassSkill
from assay.delivery import Finding
from assay.labels import LabelMap, Ontology
from assay.report import Score


@dataclass(frozen=True)
class AnnotatorResult:
    """One annotator, as the consensus sees them.

    Parameters
    ----------
    name
        Who.
    images
        Images with a map of theirs.
    skills
        Estimated skill in each class that anybody voted for.
    with_others
        Mean IoU with the majority of the others: what no model and no vote of their own colours.
    with_fused
        Mean IoU with the fused maps.
    with_reference
        Mean IoU with the reference, where one was given; images without a map are left out.
    """

    name: str
    images: int
    skills: tuple[ClassSkill, ...]
    with_others: Score
    with_fused: Score
    with_reference: Score | None = None


@dataclass(frozen=True)
class FusedItem:
    """One image, fused or not.

    Parameters
    ----------
    key
        Item.
    status
        ``"fused"``, or ``"unreadable"`` where no annotator has a map that can be read.
    height, width
        Size in pixels; 0 where unreadable.
    annotators
        Number of annotators with a map of it.
    contested_px
        Pixels on which annotators disagree and the uncertainty reaches the plan's limit.
    disputed_px
        Pixels on which annotators disagree at all.
    tied_px
        Ties that an annotator's higher skill decided.
    open_px
        Ties that nothing decided: unlabelled, or void, as the plan says.
    silent_px
        Pixels on which every annotator abstains.
    uncertainty
        Mean over the image's pixels.
    regions
        Contested regions, whether listed or not.
    score
        Mean IoU with the reference, where one was given; NaN where there is nothing to score.
    """

    key: str
    status: Literal["fused", "unreadable"]
    height: int = 0
    width: int = 0
    annotators: int = 0
    contested_px: int = 0
    disputed_px: int = 0
    tied_px: int = 0
    open_px: int = 0
    silent_px: int = 0
    uncertainty: float = float("nan")
    regions: int = 0
    score: float = float("nan")

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.height * self.width


@dataclass(frozen=True, eq=False)
class ContestedExhibit:
    """A contested region with what surrounds it.

    Parameters
    ----------
    found
        The region.
    top, left
        Where the cut-out lies in the image.
    fused, uncertainty
        The cut-out of the fused map, and of the uncertainty in steps of 1/255.
    maps
        Of each annotator; None where there is none.
    image
        Of the photograph, uint8 of shape (height, width, 3), or None.
    """

    found: ContestedRegion
    top: int
    left: int
    fused: LabelMap
    uncertainty: LabelMap
    maps: tuple[LabelMap | None, ...]
    image: NDArray[np.uint8] | None = None


@dataclass(frozen=True, eq=False)
class FusionReport:
    """Everything about one consensus, except the fused maps themselves.

    Parameters
    ----------
    ontology, plan
        Classes, and how it was made.
    method
        The method used in the end; another than the plan's where the guard stepped in.
    neighbours
        Whether contested pixels asked their neighbours.
    rounds, settled
        Steps of the estimate, 0 where the method takes none, and whether it came to rest.
    patterns
        Number of distinct vote patterns.
    priors
        Ontology index and estimated share of each class that has votes.
    items
        One per image.
    annotators
        In the order given.
    regions
        Contested regions of all images, worst first, as many as the plan lists.
    exhibits
        The worst of them with what surrounds them.
    reference
        Name of the reference, ``""`` where none was given.
    score
        Mean IoU of the fused maps with it.
    warnings
        What the guard and the estimate say.
    findings
        Faults of files, by the name of the annotator; ``""`` for those of the panel.
    digest
        SHA-256 over keys and fused maps: equal for equal results.
    version
        Of Assay.
    """

    ontology: Ontology
    plan: FusionPlan
    method: str
    neighbours: bool
    rounds: int
    settled: bool
    patterns: int
    priors: tuple[tuple[int, float], ...]
    items: tuple[FusedItem, ...]
    annotators: tuple[AnnotatorResult, ...]
    regions: tuple[ContestedRegion, ...]
    exhibits: tuple[ContestedExhibit, ...]
    reference: str
    score: Score | None
    warnings: tuple[Finding, ...]
    findings: tuple[tuple[str, Finding], ...]
    digest: str
    version: str

    @property
    def fell_back(self) -> bool:
        """Whether a majority replaced the plan's method."""
        return self.method != self.plan.method

    @property
    def fused(self) -> tuple[FusedItem, ...]:
        """The items that were fused."""
        return tuple(item for item in self.items if item.status == "fused")

    @property
    def pixels(self) -> int:
        """Pixels of all fused images."""
        return sum(item.pixels for item in self.items)

    def total(self, column: str) -> int:
        """Return a count of pixels of all images, such as ``"contested_px"``."""
        return sum(int(getattr(item, column)) for item in self.items)

    @property
    def nearest(self) -> tuple[AnnotatorResult, ...]:
        """Annotators, the nearest to the majority of the others first; unknown ones last."""

        def rank(entry: tuple[int, AnnotatorResult]) -> tuple[bool, float, int]:
            place, annotator = entry
            known = annotator.with_others.known
            return not known, -annotator.with_others.value if known else 0.0, place

        return tuple(annotator for _, annotator in sorted(enumerate(self.annotators), key=rank))
