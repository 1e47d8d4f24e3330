"""Two maps of one image, and what several measures need of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.errors import LabelMapError
from assay.labels import LabelMap, Ontology
from assay.metrics.confusion import Confusion, count_confusion
from assay.metrics.covering import cover
from assay.metrics.matching import Matching, match_regions


@dataclass(frozen=True)
class Pair:
    """A reference and a candidate map of one image, with the ontology of both.

    Derived values that several measures share are computed once, at first use.

    Raises
    ------
    LabelMapError
        When sizes differ, or a map holds an index that the ontology does not have.

    Examples
    --------
    >>> from assay import LabelClass, LabelMap, Ontology
    >>> ontology = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> pair = Pair(LabelMap.from_dense([[1, 1]]), LabelMap.from_dense([[1, 0]]), ontology)
    >>> pair.confusion.counts.tolist()
    [[1, 1]]
    """

    reference: LabelMap
    candidate: LabelMap
    ontology: Ontology

    def __post_init__(self) -> None:
        if self.reference.shape != self.candidate.shape:
            raise LabelMapError(
                f"Reference is {self.reference.height}×{self.reference.width} px, candidate "
                f"{self.candidate.height}×{self.candidate.width} px. "
                "Export the candidate at the size of the image."
            )
        for name, label_map in (("Reference", self.reference), ("Candidate", self.candidate)):
            highest = int(label_map.values.max())
            if highest >= self.ontology.size:
                raise LabelMapError(
                    f"{name} holds index {highest}, but the ontology has {self.ontology.size} "
                    "indexes. Read the map with the same ontology."
                )

    @cached_property
    def confusion(self) -> Confusion:
        """Joint pixel counts; reference void and unlabelled pixels are left out."""
        return count_confusion(self.reference, self.candidate, self.ontology)

    @cached_property
    def matching(self) -> Matching:
        """Connected regions of both maps, and which are missed or invented."""
        return match_regions(self.reference, self.candidate, self.ontology)

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """Which indexes of the reference are scored, shape (ontology.size,): classes only."""
        index = np.arange(self.ontology.size)
        return (index > 0) & (index < self.ontology.first_void)

    @cached_property
    def scored_candidate(self) -> LabelMap:
        """The candidate with index ``ontology.size`` wherever the reference is not scored.

        For measures of shape: what a candidate says of void makes no boundary.
        """
        return cover(self.candidate, self.reference, hidden=~self.scored, mark=self.ontology.size)
