"""Scores of the outline: how far two maps draw the same boundaries.

Overlap hardly sees the outline of a large region: these measures look at nothing else.  One policy
for void holds for both.  Where the reference is void or unlabelled, nobody can be right or wrong
about a boundary, so what a candidate draws there does not count, and neither does the border of
the void itself: it is the same in both maps for the band, and no contour at all.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.metrics.band import NO_BAND, boundary_band
from assay.metrics.measure import Measure, Metric, NoParameters
from assay.metrics.overlap import ByCounts, mean_of_known, share
from assay.metrics.pair import Pair

BAND_COLUMNS = ("intersection", "reference", "candidate")

CONTOUR_COLUMNS = ("reference_hits", "reference_total", "candidate_hits", "candidate_total")


@dataclass(frozen=True)
class BandWidth:
    """How wide the boundary band is.

    Parameters
    ----------
    distance_px
        Width in pixels, at least 1; by default a share of the image's diagonal.
    diagonal_share
        That share: 0.02 in the paper.  The width is rounded to whole pixels, at least 1.

    Examples
    --------
    >>> BandWidth().pixels(1024, 2048)
    46
    """

    distance_px: int | None = None
    diagonal_share: float = 0.02

    def __post_init__(self) -> None:
        if self.distance_px is not None and self.distance_px < 1:
            raise ParameterError(
                f"distance_px is {self.distance_px}; give at least 1 pixel, or leave it out for a "
                "share of the diagonal."
            )
        if not 0 < self.diagonal_share <= 1:
            raise ParameterError(
                f"diagonal_share is {self.diagonal_share}; give a share above 0 and up to 1."
            )

    def pixels(self, height: int, width: int) -> int:
        """Return the width of the band of an image of that size, in pixels."""
        if self.distance_px is not None:
            return self.distance_px
        return max(1, round(self.diagonal_share * math.hypot(height, width)))


def count_bands(pair: Pair, parameters: BandWidth) -> NDArray[np.int64]:
    """Count the pixels of each class in both maps' boundary bands, in each one's.

    Pixels whose reference is void or unlabelled are hidden from both maps: they are in no band,
    and bound the classes beside them in both maps alike, as the frame of the image does.

    Returns
    -------
    int64 of shape (classes, 3): intersection, reference, candidate.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> reference = LabelMap.from_dense([[1] * 5] * 3)
    >>> candidate = LabelMap.from_dense([[1, 1, 1, 1, 2]] * 3)
    >>> count_bands(Pair(reference, candidate, ontology), BandWidth()).tolist()
    [[9, 12, 10], [0, 0, 3]]
    """
    ontology, hidden = pair.ontology, pair.ontology.size
    interior = hidden + 1
    distance = parameters.pixels(*pair.reference.shape)
    distances = np.full(hidden + 1, NO_BAND, np.int64)
    distances[1 : ontology.first_void] = distance
    first = boundary_band(pair.reference, distance_px=distances, interior=interior)
    second = boundary_band(pair.scored_candidate, distance_px=distances, interior=interior)
    size = interior + 1
    joint = np.zeros(size * size, np.int64)
    kernels.pairs.count_pairs(first.ends, first.values, second.ends, second.values, size, joint)
    table = joint.reshape(size, size)
    classes = slice(1, ontology.first_void)
    return np.column_stack(
        [np.diagonal(table)[classes], table.sum(axis=1)[classes], table.sum(axis=0)[classes]]
    )


def boundary_iou(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the intersection over union of each class's boundary bands, shape (..., classes).

    Parameters
    ----------
    counts
        Of the measure ``boundary_iou``, shape (..., classes, 3).

    Returns
    -------
    ``intersection / (reference + candidate - intersection)``; NaN where the class is in neither
    map.

    Notes
    -----
    Source: Cheng, Girshick, Dollár, Berg and Kirillov, "Boundary IoU: Improving Object-Centric
    Image Segmentation Evaluation", CVPR 2021, section 4.

    Examples
    --------
    >>> boundary_iou(np.array([[10, 12, 10], [0, 0, 0]])).round(3).tolist()
    [0.833, nan]
    """
    _check_columns(counts, BAND_COLUMNS)
    both, reference, candidate = np.moveaxis(counts, -1, 0)
    return share(both, reference + candidate - both)


def mean_boundary_iou(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean Boundary IoU over the classes present in either map, shape (...).

    Examples
    --------
    >>> float(mean_boundary_iou(np.array([[1, 2, 1], [0, 0, 0], [0, 0, 3]])))
    0.25
    """
    return mean_of_known(boundary_iou(counts))


class _Contours(NamedTuple):
    """Contour pixels of all classes: column spans, sorted by row, then column."""

    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    values: NDArray[np.uint16]


def count_contours(pair: Pair, parameters: NoParameters) -> NDArray[np.int64]:
    """Count the contour pixels of each class in both maps, and those that the other one has.

    A contour pixel of a class has one of its four neighbours in another class, or left
    unlabelled by the candidate.  The frame of the image makes no contour: nobody drew it.  A
    neighbour whose reference is void or unlabelled makes none either.  A contour pixel is a hit
    when the other map has a contour pixel of the same class within the class's
    ``boundary_tolerance_px`` (Euclidean distance of pixel centres, exact).

    Returns
    -------
    int64 of shape (classes, 4): reference hits and total, candidate hits and total.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((
    ...     LabelClass("road", 1, (9, 9, 9), boundary_tolerance_px=1),
    ...     LabelClass("car", 2, (0, 0, 142), boundary_tolerance_px=0),
    ... ))
    >>> reference = LabelMap.from_dense([[1, 1, 1, 2, 2, 2]])
    >>> candidate = LabelMap.from_dense([[1, 1, 2, 2, 2, 2]])
    >>> count_contours(Pair(reference, candidate, ontology), NoParameters()).tolist()
    [[1, 1, 1, 1], [0, 1, 0, 1]]
    """
    del parameters
    ontology = pair.ontology
    hidden = np.arange(ontology.size + 1) == ontology.size
    first = _contours(pair.reference, np.append(~pair.scored, True))
    second = _contours(pair.scored_candidate, hidden)
    discs = _discs(ontology)
    counts = np.zeros((4, ontology.size + 1), np.int64)
    height = pair.reference.height
    _count_hits(first, second, height, discs, counts[:2])
    _count_hits(second, first, height, discs, counts[2:])
    return np.ascontiguousarray(counts[:, 1 : ontology.first_void].T)


def boundary_precision(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of the candidate's contour pixels that the reference has.

    Shape (..., classes); NaN where the candidate has no contour of the class.

    Examples
    --------
    >>> boundary_precision(np.array([[9, 10, 3, 4]])).tolist()
    [0.75]
    """
    _check_columns(counts, CONTOUR_COLUMNS)
    return share(counts[..., 2], counts[..., 3])


def boundary_recall(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of the reference's contour pixels that the candidate has.

    Shape (..., classes); NaN where the reference has no contour of the class.

    Examples
    --------
    >>> boundary_recall(np.array([[9, 10, 3, 4]])).tolist()
    [0.9]
    """
    _check_columns(counts, CONTOUR_COLUMNS)
    return share(counts[..., 0], counts[..., 1])


def boundary_f(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the harmonic mean of boundary precision and recall of each class.

    Parameters
    ----------
    counts
        Of the measure ``boundary_f``, shape (..., classes, 4).

    Returns
    -------
    Shape (..., classes).  NaN where neither map has a contour of the class, 0 where only one has:
    a boundary missed or invented as a whole.

    Notes
    -----
    Source: Csurka, Larlus and Perronnin, "What is a good evaluation measure for semantic
    segmentation?", BMVC 2013, section 2.2 (per class, at a tolerance); Perazzi et al., "A
    Benchmark Dataset and Evaluation Methodology for Video Object Segmentation", CVPR 2016 (DAVIS),
    section 4.

    Examples
    --------
    >>> boundary_f(np.array([[3, 4, 6, 8], [0, 5, 0, 0], [0, 0, 0, 0]])).tolist()
    [0.75, 0.0, nan]
    """
    _check_columns(counts, CONTOUR_COLUMNS)
    reference_hits, reference_total, candidate_hits, candidate_total = np.moveaxis(counts, -1, 0)
    # 2PR / (P + R) with P and R as fractions of totals; nothing is divided by 0 but nothing.
    part = 2 * reference_hits * candidate_hits
    whole = reference_hits * candidate_total + candidate_hits * reference_total
    present = (reference_total + candidate_total) > 0
    return np.where(present & (whole == 0), 0.0, share(part, whole))


def mean_boundary_f(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean boundary F over the classes with a contour in either map, shape (...).

    Examples
    --------
    >>> float(mean_boundary_f(np.array([[3, 4, 6, 8], [0, 5, 0, 0], [0, 0, 0, 0]])))
    0.375
    """
    return mean_of_known(boundary_f(counts))


def _check_columns(counts: NDArray[np.int64], columns: tuple[str, ...]) -> None:
    if counts.ndim < 2 or counts.shape[-1] != len(columns):
        raise ParameterError(
            f"Counts have shape (..., classes, {len(columns)}), these have {counts.shape}. "
            f"Give the columns {', '.join(columns)}."
        )


def _contours(label_map: LabelMap, unscored: NDArray[np.bool_]) -> _Contours:
    room = 4 * label_map.ends.size
    rows, starts, stops = (np.empty(room, np.int32) for _ in range(3))
    values = np.empty(room, np.uint16)
    count = kernels.surfaces.edge_spans(
        label_map.ends, label_map.values, label_map.row_starts, label_map.width, unscored,
        False, rows, starts, stops, values,
    )  # fmt: skip
    return _Contours(rows[:count], starts[:count], stops[:count], values[:count])


class _Discs(NamedTuple):
    """The tolerance of each index as a disc of pixels, row by row from its centre outward."""

    groups: NDArray[np.int64]
    shifts: NDArray[np.int64]
    reach: NDArray[np.int64]


def _discs(ontology: Ontology) -> _Discs:
    """Return the discs of an ontology's tolerances; see :mod:`assay.kernels.contours`."""
    tolerances = np.array([label.boundary_tolerance_px for label in ontology.classes], np.int64)
    radii, group_of_class = np.unique(tolerances, return_inverse=True)
    groups = np.full(ontology.size + 1, -1, np.int64)
    groups[1 : ontology.first_void] = group_of_class
    away = np.arange(1, int(radii[-1]) + 1)
    shifts = np.append(0, np.column_stack([-away, away]))
    left = radii[:, np.newaxis] ** 2 - shifts**2
    # Squares up to 1,000,000 are exact in floating point, and so is the floor of their roots.
    reach = np.where(left >= 0, np.sqrt(np.maximum(left, 0)).astype(np.int64), -1)
    return _Discs(groups, shifts, reach)


def _count_hits(
    contours: _Contours,
    other: _Contours,
    height: int,
    discs: _Discs,
    counts: NDArray[np.int64],
) -> None:
    first_of_row = np.searchsorted(other.rows, np.arange(height + 1))
    other_has = np.bincount(other.values, minlength=discs.groups.size) > 0
    kernels.contours.count_hits(
        *contours, other.starts, other.stops, other.values, first_of_row,
        other_has, *discs, np.empty_like(discs.reach), counts[0], counts[1],
    )  # fmt: skip


MEASURES = (
    Measure(
        "boundary_iou",
        "Pixels near the boundary of each class: in both maps, in the reference, in the candidate.",
        """\
Counts only the **boundary band** of each class: its pixels from which another class, or the frame
of the image, is at most `d` pixels away, in a square round the pixel. Both maps get a band; three
counts come out per class.

| column | counts |
|---|---|
| `intersection` | pixels that lie in the class's band of both maps |
| `reference` | pixels in its band of the reference |
| `candidate` | pixels in its band of the candidate |

## Settings

* `diagonal_share`: `d` as a share of the image's diagonal, rounded, at least 1 px. The default of
  0.02 is the paper's: 46 px for 2048×1024.
* `distance_px`: `d` in pixels, for images of several sizes that should be judged alike, or for a
  tighter band.

## Void

Pixels whose reference is void or unlabelled are hidden from both maps. They are in no band, and
they bound the classes beside them in both maps alike, as the frame does, so that a candidate that
draws on across void gains and loses nothing.

## Source

Cheng, Girshick, Dollár, Berg, Kirillov: *Boundary IoU*, CVPR 2021. The band is that of the
authors' code: `d` erosions by a 3×3 square, with zeros outside of the image.
""",
        BAND_COLUMNS,
        count_bands,
        BandWidth,
    ),
    Measure(
        "boundary_f",
        "Contour pixels of each class, and those that the other map draws within the tolerance.",
        """\
Compares the drawn lines. A **contour pixel** of a class has a pixel of another class, or one that
the candidate left unlabelled, above, below, left or right of it. It is a **hit** when the other map
has a contour pixel of the same class within the class's `boundary_tolerance_px`, measured between
pixel centres in a straight line.

| column | counts |
|---|---|
| `reference_hits` | contour pixels of the reference that the candidate has |
| `reference_total` | contour pixels of the reference |
| `candidate_hits` | contour pixels of the candidate that the reference has |
| `candidate_total` | contour pixels of the candidate |

## Setting the tolerance

`boundary_tolerance_px` in the ontology, per class, 2 by default. Ask what your model or your
reviewers can tell apart; a fence needs more than a car. 0 asks for the very same pixels.

## What is no contour

* **The frame.** A class that is cut off by the image ends there in every map; counting it would
  give points for nothing.
* **The border of void.** Pixels whose reference is void or unlabelled are hidden from both maps and
  make no contour of their neighbours. A candidate's line inside void is neither right nor wrong.

A class that fills the whole scored image has no contour in either map, and no score.

## Source

Csurka, Larlus, Perronnin: *What is a good evaluation measure for semantic segmentation?*, BMVC
2013; Perazzi et al.: DAVIS, CVPR 2016. DAVIS dilates both contours by a disc and compares
foreground and background; here the distance is exact and every class has its own contour.
""",
        CONTOUR_COLUMNS,
        count_contours,
    ),
)

METRICS = (
    Metric(
        "boundary_iou",
        "Intersection over union of the boundary bands of each class.",
        """\
IoU that looks only at the pixels near the outline, so it asks the same care of a bus as of a
bicycle. Pixel IoU forgives a sloppy outline as soon as the object is large.

## Formula

    Boundary IoU = intersection / (reference + candidate − intersection)

over the boundary bands (see the measure `boundary_iou`). Classes in neither map have none (NaN).

## When it misleads

* **Objects thinner than twice the band** lie in it wholly: their Boundary IoU is their IoU.
* **The band is wide**: 2 % of the diagonal is 46 px at 2048×1024. An outline 3 px off still scores
  0.9. For contracts that speak of pixels use `boundary_f`, or set `distance_px`.
* **Missed objects** lower it as much as shaky lines do. The error anatomy tells them apart.
* It does not depend on the side that draws: swap both maps and it stays.

## Source

Cheng et al., CVPR 2021. Theirs is per object; here all objects of a class make one mask, as in
their semantic setting.
""",
        "Boundary IoU",
        "boundary_iou",
        "class",
        ByCounts(boundary_iou),
    ),
    Metric(
        "mean_boundary_iou",
        "Mean Boundary IoU over the classes present in either map.",
        """\
Every class counts alike. Classes in neither map are left out; a class that the candidate invents
counts with 0.

## Formula

    mean Boundary IoU = mean of Boundary IoU(c) over the classes c in either map

Pixels are summed over all images first. NaN where no class is present.

## When it misleads

Like any mean over classes: one rare class weighs as much as the road. Read the class table.
""",
        "Mean Boundary IoU",
        "boundary_iou",
        "overall",
        ByCounts(mean_boundary_iou),
    ),
    Metric(
        "boundary_f",
        "Share of contour pixels drawn within tolerance (F1 of precision and recall), per class.",
        """\
How much of the outline is where it should be, given the tolerance that you set for the class. The
score to put in a guideline that says "within 2 pixels".

## Formula

    precision = candidate_hits / candidate_total
    recall = reference_hits / reference_total
    F = 2 · precision · recall / (precision + recall)

NaN where neither map has a contour of the class; 0 where only one has, or none is hit.

## When it misleads

* **The tolerance is everything.** The same delivery scores 0.5 at 0 px and 0.95 at 3 px. Never
  compare scores of different tolerances, or of images of different sizes at one tolerance.
* **Ragged outlines have more pixels.** A tree weighs more than the road in its image; that is what
  its outline costs to draw, too.
* **It does not see what lies inside.** A filled hole costs the hole's outline only.

## Source

Csurka et al., BMVC 2013; Perazzi et al., CVPR 2016.
""",
        "Boundary F",
        "boundary_f",
        "class",
        ByCounts(boundary_f),
    ),
    Metric(
        "mean_boundary_f",
        "Mean boundary F over the classes with a contour in either map.",
        """\
Every class counts alike, each at its own tolerance. Classes without a contour in either map are
left out; a contour that only one map has counts with 0.

## Formula

    mean boundary F = mean of boundary F(c) over the classes c with a contour in either map

Contour pixels are summed over all images first. NaN where there is no contour at all.

## When it misleads

Classes with generous tolerances lift it. State the tolerances beside the score.
""",
        "Mean boundary F",
        "boundary_f",
        "overall",
        ByCounts(mean_boundary_f),
    ),
)
