"""Why pixels are wrong: every wrong pixel has exactly one kind."""

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap
from assay.metrics.measure import Measure, NoParameters
from assay.metrics.pair import Pair

#: Kinds of wrong pixel, in the order of the measure's columns.
ERROR_KINDS = (
    "boundary_offset",
    "missed_region",
    "invented_region",
    "swapped_class",
    "unlabelled",
)

#: Values of an error map besides the kinds, which are 1 to 5 in order.
RIGHT, NOT_SCORED = 0, 6


def error_map(pair: Pair) -> LabelMap:
    """Return the kind of every pixel: 0 right, 1 to 5 in the order of ERROR_KINDS, 6 not scored.

    Examples
    --------
    >>> from assay import LabelClass, LabelMap, Ontology
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> reference = LabelMap.from_dense([[2, 1, 1, 1], [1, 1, 1, 1]])
    >>> candidate = LabelMap.from_dense([[1, 1, 1, 0], [1, 1, 1, 1]])
    >>> error_map(Pair(reference, candidate, ontology)).to_dense().tolist()
    [[2, 0, 0, 5], [0, 0, 0, 0]]
    """
    reference, candidate, ontology = pair.reference, pair.candidate, pair.ontology
    matching = pair.matching
    tolerances = np.zeros(ontology.size, np.int64)
    things = np.zeros(ontology.size, np.bool_)
    for index, label in enumerate(ontology.classes, 1):
        tolerances[index] = label.boundary_tolerance_px
        things[index] = label.kind == "thing"
    ends = np.empty(reference.pixels, np.uint32)
    kinds = np.empty(reference.pixels, np.uint16)
    row_starts = np.empty(reference.height + 1, np.int64)
    count = kernels.errors.classify_errors(
        reference.ends,
        reference.values,
        reference.row_starts,
        reference.width,
        matching.missed[matching.reference.of_run],
        candidate.ends,
        candidate.values,
        matching.invented[matching.candidate.of_run],
        ontology.first_void,
        tolerances,
        things,
        np.empty(2 * int(tolerances.max()) + 1, np.int64),
        np.empty(reference.width, np.uint8),
        ends,
        kinds,
        row_starts,
    )
    return LabelMap(*reference.shape, ends[:count].copy(), kinds[:count].copy(), row_starts)


def count_anatomy(pair: Pair, parameters: NoParameters) -> NDArray[np.int64]:
    """Count the wrong pixels of each reference class by kind.

    Returns
    -------
    int64 of shape (classes, 5), columns in the order of ERROR_KINDS; the sum is the number of
    wrong scored pixels.
    """
    del parameters
    first_void = pair.ontology.first_void
    size = max(pair.ontology.size, NOT_SCORED + 1)
    counts = np.zeros(size * size, np.int64)
    reference, errors = pair.reference, error_map(pair)
    kernels.pairs.count_pairs(
        reference.ends, reference.values, errors.ends, errors.values, size, counts
    )
    return counts.reshape(size, size)[1:first_void, 1:NOT_SCORED]


MEASURES = (
    Measure(
        "anatomy",
        "Wrong pixels by kind: offset, missed, invented, swapped, unlabelled.",
        """Every wrong scored pixel has exactly one kind, found in this order:

1. **unlabelled**: the candidate gives no class, an undeclared one, or void.
2. The pixel lies in a reference region that the candidate misses as a whole, or in a candidate
   region that the reference does not have (see `severe`): in both, **swapped class**, because
   something is there under another name; only in the first, **missed region**; only in the
   second, **invented region**.
3. The regions on both sides exist in both maps, so a border between them lies elsewhere than it
   should. Within the class's `boundary_tolerance_px` (in a square around the pixel) of a border of
   the reference it is a **boundary offset**. The frame of the image is not a border.
4. Further in, a part of a region is lost: a thing labelled as stuff is **missed region**, stuff
   labelled as a thing is **invented region**, and the same kind of class is **swapped class**.

The parts sum to all wrong pixels. Offsets are a matter of care and tools, missed and invented
regions of attention, swapped classes of guideline and training.
""",
        ERROR_KINDS,
        count_anatomy,
    ),
)
