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
        _weight(matching.missed, matching.objects)[matching.reference.of_run],
        candidate.ends,
        candidate.values,
        _weight(matching.invented, matching.sizeable)[matching.candidate.of_run],
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


def _weight(unanswered: NDArray[np.bool_], sizeable: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return 0 for regions with an answer, 1 for noise without, 2 for objects without."""
    return unanswered.astype(np.uint8) * (1 + sizeable.astype(np.uint8))


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
        """\
A score says how many pixels are wrong; the anatomy says why. Every wrong scored pixel gets exactly
one kind, so the parts sum to all wrong pixels.

| kind | what went wrong | who can mend it |
|---|---|---|
| `boundary_offset` | an outline runs beside the true one | care, zoom, better tools |
| `missed_region` | something is there and was not labelled as such | attention, review |
| `invented_region` | something was labelled that is not there | attention, stray clicks |
| `swapped_class` | something was found and given the wrong name | guideline, training |
| `unlabelled` | no class was given, or an undeclared one, or void | export settings, completeness |

## How a pixel gets its kind

The first rule that holds decides.

1. **No class.** The candidate is unlabelled, undeclared or void there: `unlabelled`.
2. **Whole regions.** The pixel lies in a reference region that the candidate misses, or in a
   candidate region that the reference does not have, at least one of the two no smaller than its
   class's `minimum_region_px` (see `severe`):
    * missed *and* made up: something is there under another name, `swapped_class`;
    * a thing given to stuff: `missed_region`, for what shows through a hole in a car is part of the
      car that is lost; stuff given to a thing: `invented_region`;
    * only missed: `missed_region`; only made up: `invented_region`.
3. **Outlines.** A border of the reference lies within the `boundary_tolerance_px` of the pixel's
   reference class, in a square around the pixel: `boundary_offset`. The frame of the image is not
   a border.
4. **Specks** too small for rule 2 and away from every border: as rule 2.
5. **Parts.** Both regions exist in both maps, but a part has changed sides: a thing given to stuff
   is `missed_region`, stuff given to a thing `invented_region`, and the same kind of class
   `swapped_class`.

## When it misleads

* A whole surface given to its neighbour, all pavement called road say, is a `missed_region`: a map
  cannot tell pavement that was overlooked from pavement that was misnamed. The confusion matrix
  shows which class took its place.
* A thin object drawn beside itself, so that not a quarter of it is met, is missed in one place and
  invented in the other. Larger tolerances do not change that; compare `boundary_f`.
* Kinds depend on the ontology: which classes are things, how small a region may be, how far an
  outline may be off. Fix it before the pilot.

## Source

Assay's own rules, checked against faults that were planted in simulated scenes; the decision record
*Why pixels are wrong* has the figures. The idea of sorting errors into exclusive kinds is from
Hoiem, Chodpathumwan and Dai 2012, *Diagnosing Error in Object Detectors*, and Bolya et al. 2020,
*TIDE*.
""",
        ERROR_KINDS,
        count_anatomy,
    ),
)
