"""The confusion matrix, with named axes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import LabelMapError
from assay.labels import LabelMap, Ontology


@dataclass(frozen=True, eq=False)
class Confusion:
    """Pixels by (reference class, candidate class); confusions of many images add up.

    Parameters
    ----------
    classes
        Names of the classes, in the order of both axes.
    counts
        int64, shape (classes, classes + 1): reference in rows, candidate in columns; the last
        column counts pixels that the candidate left unlabelled, undeclared or void.  Pixels whose
        reference is void or unlabelled are not scored and appear nowhere.

    Examples
    --------
    >>> confusion = Confusion(("road", "car"), np.array([[6, 1, 1], [0, 3, 1]]))
    >>> confusion.overlap[:, 0].tolist()  # pixels that agree
    [6, 3]
    """

    classes: tuple[str, ...]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        expected = (len(self.classes), len(self.classes) + 1)
        if self.counts.shape != expected:
            raise LabelMapError(
                f"A confusion of {expected[0]} classes has shape {expected}, "
                f"not {self.counts.shape}. Reference goes in rows, unlabelled in the last column."
            )
        counts = np.asarray(self.counts, np.int64).view()
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)

    @classmethod
    def empty(cls, ontology: Ontology) -> Self:
        """Return a confusion of no pixels."""
        classes = len(ontology.classes)
        return cls(ontology.names, np.zeros((classes, classes + 1), np.int64))

    def __add__(self, other: "Confusion") -> "Confusion":
        if self.classes != other.classes:
            raise LabelMapError(
                f"Confusions over {self.classes} and {other.classes} cannot be added. "
                "Count both with one ontology."
            )
        return Confusion(self.classes, self.counts + other.counts)

    @property
    def pixels(self) -> int:
        """Number of scored pixels."""
        return int(self.counts.sum())

    @property
    def correct(self) -> int:
        """Number of scored pixels on which both maps agree."""
        return int(np.trace(self.counts))

    @cached_property
    def overlap(self) -> NDArray[np.int64]:
        """Counts of the ``overlap`` measure, shape (classes, 3): both, reference, candidate."""
        square = self.counts[:, :-1]
        return np.stack([np.diagonal(square), self.counts.sum(axis=1), square.sum(axis=0)], axis=1)


def count_confusion(reference: LabelMap, candidate: LabelMap, ontology: Ontology) -> Confusion:
    """Count the confusion of two maps of one image by merging their runs.

    Parameters
    ----------
    reference, candidate
        Maps of one size whose indexes lie below ``ontology.size``; use
        :class:`assay.metrics.Pair`, which checks both.
    ontology
        Says which indexes are classes and which are void.
    """
    size = ontology.size
    flat = np.zeros(size * size, np.int64)
    kernels.pairs.count_pairs(
        reference.ends, reference.values, candidate.ends, candidate.values, size, flat
    )
    joint = flat.reshape(size, size)[1 : ontology.first_void]
    classes = joint[:, 1 : ontology.first_void]
    unlabelled = joint[:, 0] + joint[:, ontology.first_void :].sum(axis=1)
    return Confusion(ontology.names, np.column_stack([classes, unlabelled]))
