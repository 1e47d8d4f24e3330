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
    matching, ontology = pair.matching, pair.ontology
    of_reference, of_candidate = matching.reference.value, matching.candidate.value
    return np.stack(
        [
            _per_class(of_reference[matching.objects], ontology),
            _per_class(of_reference[matching.objects & matching.missed], ontology),
            _per_class(of_candidate[matching.sizeable & matching.invented], ontology),
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
## What a severe error is

A **region** is a set of pixels of one class that touch, corners included, of at least the class's
`minimum_region_px`.

* A reference region is **missed** when the candidate gives its class to less than {FOUND_SHARE:.0%}
  of its pixels.
* A candidate region is **invented** when less than {FOUND_SHARE:.0%} of its scored pixels have its
  class in the reference.

Pixels whose reference is void or unlabelled count for neither, and a candidate region that lies
more on them than beside them is not judged: the buyer did not say what is there.

A quarter and not a half, because thin objects such as poles lose half of themselves when they are
drawn one pixel beside, and that is a matter of shape, not a lost object.

## When it misleads

* A label map knows no instances: two cars that touch are one region, so a car missed beside one
  that was found is not counted. A car cut in two by a pole is two.
* Regions of every class count alike, a patch of lawn as a person. Look at the class table; set
  `minimum_region_px` so that flecks do not count.
* A long region, all pavement say, is found when a quarter of it is, however much is lost. Overlap
  scores and the error anatomy tell that.

## Source

Assay's own definition: the question of detection, "found at all?", asked of connected regions.
Regions on void are left out as in Kirillov et al. 2019, *Panoptic Segmentation*, section 4.2.
"""

MEASURES = (
    Measure(
        "severe",
        "Regions in the reference, regions missed, regions invented, per class.",
        """\
Counts what overlap scores hide: an object may be a thousandth of the pixels and still be the
pedestrian. Columns: `objects` (reference regions), `missed` of them, and `invented` candidate
regions.
"""
        + _HOW,
        COLUMNS,
        count_severe,
    ),
)

METRICS = (
    Metric(
        "severe_error_rate",
        "Share of regions that were missed or invented.",
        """\
Of all regions that are there or were claimed, how many are lost or made up? 0 is best.

## Formula

    severe-error rate = (missed + invented) / (objects + invented), summed over all classes

It is 1 when nothing was found, and NaN where there is no region at all.
"""
        + _HOW,
        "Severe-error rate",
        "severe",
        "overall",
        _rate,
        higher_is_better=False,
    ),
    Metric(
        "missed_rate",
        "Share of a class's regions that were missed.",
        """\
Of a class's regions in the reference, how many were missed? 0 is best. For a critical class this is
the number to put in a contract.

## Formula

    missed rate = missed / objects

NaN where the reference has no region of the class.
"""
        + _HOW,
        "Missed rate",
        "severe",
        "class",
        _missed,
        higher_is_better=False,
    ),
)
