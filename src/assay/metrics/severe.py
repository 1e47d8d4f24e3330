"""Severe errors: regions missed or invented as a whole."""

import numpy as np
from numpy.typing import NDArray

from assay.labels import Ontology
from assay.metrics.matching import FOUND_SHARE
from assay.metrics.measure import Measure, Metric, NoParameters
from assay.metrics.overlap import share
from assay.metrics.pair import Pair

COLUMNS = ("objects", "missed", "invented")


def count_severe(pair: Pair, parameters: NoParameters) -> NDArray[np.int64]:
    """Count reference regions, missed ones and invented ones of each class.

    Regions are 8-connected and have at least the class's ``minimum_region_px`` pixels; of a
    candidate region only the pixels on scored reference count.

    Returns
    -------
    int64 of shape (classes, 3): objects, missed, invented.

    Examples
    --------
    >>> from assay import LabelClass, LabelMap
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> reference = LabelMap.from_dense([[2, 1, 1], [1, 1, 1]])
    >>> candidate = LabelMap.from_dense([[1, 1, 1], [1, 1, 2]])
    >>> count_severe(Pair(reference, candidate, ontology), NoParameters()).tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    del parameters
    matching = pair.matching
    ontology = pair.ontology
    minimum = np.zeros(ontology.size, np.int64)
    minimum[1 : ontology.first_void] = [label.minimum_region_px for label in ontology.classes]
    reference = matching.reference
    counted = reference.area >= minimum[reference.value]
    enough = matching.candidate_scored >= minimum[matching.candidate.value]
    return np.stack(
        [
            _per_class(reference.value[counted], ontology),
            _per_class(reference.value[counted & matching.missed], ontology),
            _per_class(matching.candidate.value[enough & matching.invented], ontology),
        ],
        axis=1,
    )


def _per_class(values: NDArray[np.uint16], ontology: Ontology) -> NDArray[np.int64]:
    return np.bincount(values, minlength=ontology.size)[1 : ontology.first_void]


def severe_error_rate(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return ``(missed + invented) / (objects + invented)`` over all classes, shape (...).

    0: every region has its answer; 1: none has.  NaN where there is no region at all.

    Examples
    --------
    >>> float(severe_error_rate(np.array([[8, 1, 2], [2, 0, 0]])))
    0.25
    """
    objects, missed, invented = np.moveaxis(np.asarray(counts), -1, 0).sum(axis=-1)
    return share(missed + invented, objects + invented)


def missed_rate(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each class's reference regions that are missed, shape (..., classes).

    NaN where the reference has no region of the class.
    """
    objects, missed, _ = np.moveaxis(np.asarray(counts), -1, 0)
    return share(missed, objects)


def _rate(counts: NDArray[np.int64], ontology: Ontology) -> NDArray[np.float64]:
    del ontology
    return severe_error_rate(counts)


def _missed(counts: NDArray[np.int64], ontology: Ontology) -> NDArray[np.float64]:
    del ontology
    return missed_rate(counts)


_HOW = f"""
A **region** is a set of pixels of one class that touch, corners included, of at least the class's
`minimum_region_px`. A reference region is *missed* when the candidate gives its class to less than
{FOUND_SHARE:.0%} of its pixels. A candidate region is *invented* when less than {FOUND_SHARE:.0%}
of its scored pixels have its class in the reference. Pixels whose reference is void count for
neither.

A quarter and not a half, because thin objects such as poles lose half of themselves when they are
drawn one pixel beside, and that is a matter of shape, not a lost object. Two objects that touch
are one region; a label map does not know instances.
"""

MEASURES = (
    Measure(
        "severe",
        "Regions in the reference, regions missed, regions invented, per class.",
        "Counts what overlap scores hide: an object may be a thousandth of the pixels and still "
        "be the pedestrian.\n" + _HOW,
        COLUMNS,
        count_severe,
    ),
)

METRICS = (
    Metric(
        "severe_error_rate",
        "Share of regions that were missed or invented.",
        "`(missed + invented) / (objects + invented)`, over all classes; 0 is best.\n" + _HOW,
        "Severe-error rate",
        "severe",
        "overall",
        _rate,
        higher_is_better=False,
    ),
    Metric(
        "missed_rate",
        "Share of a class's regions that were missed.",
        "`missed / objects`, per class; 0 is best, NaN where the reference has none.\n" + _HOW,
        "Missed rate",
        "severe",
        "class",
        _missed,
        higher_is_better=False,
    ),
)
