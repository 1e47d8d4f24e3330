"""Distances between the edges of two maps: Hausdorff, average surface distance, surface Dice.

Libraries differ here, so: edges are pixels (not the lines between them), the frame of the image is
an edge, a Hausdorff percentile is taken of each direction and the larger one counts, and averages
are over the edge pixels of both maps together.  That is MONAI's definition; medpy pools both
directions before the percentile, and DeepMind's surface-distance measures between pixels and
weighs by length.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels import LabelMap
from assay.metrics.pair import Pair

Distances = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """How far each edge pixel of one map lies from the nearest edge pixel of the other.

    Parameters
    ----------
    classes
        Names of the classes.
    from_reference, from_candidate
        One array per class, in pixels or the unit of the spacing: the distance of every edge pixel
        of the reference to the candidate's edge, and the other way round.  Empty where the map
        does not have the class; infinite where only the other one lacks it.
    """

    classes: tuple[str, ...]
    from_reference: tuple[Distances, ...]
    from_candidate: tuple[Distances, ...]


def surface_distances(pair: Pair, *, spacing: tuple[float, float] = (1.0, 1.0)) -> SurfaceDistances:
    """Measure the distances between the edges of every class.

    A pixel of a class is on its edge when one of its four neighbours is not of the class or lies
    outside the image.  Where the reference is void or unlabelled nothing is scored: such pixels
    are on no edge of either map, and make none of their neighbours one.  Distances run between
    pixel centres, exactly (Euclidean, no transform of a whole image).

    Parameters
    ----------
    pair
        Reference and candidate of one image.
    spacing
        Height and width of a pixel, above 0, in the unit that distances shall have; pixels by
        default.  Medical images give it in millimetres.

    Raises
    ------
    ParameterError
        When the spacing is not two finite numbers above 0.

    Examples
    --------
    >>> from assay import LabelClass, LabelMap, Ontology
    >>> ontology = Ontology((LabelClass("road", 1, (0, 0, 0)), LabelClass("car", 2, (9, 9, 9))))
    >>> reference = LabelMap.from_dense([[1, 1, 1, 1, 2, 2]])
    >>> candidate = LabelMap.from_dense([[1, 1, 1, 1, 1, 1]])
    >>> distances = surface_distances(Pair(reference, candidate, ontology))
    >>> distances.from_candidate[0].tolist()  # road: two pixels too many
    [0.0, 0.0, 0.0, 0.0, 1.0, 2.0]
    >>> distances.from_reference[1].tolist()  # car: there is none to be near to
    [inf, inf]
    """
    if len(spacing) != 2 or not all(0 < side < np.inf for side in spacing):
        raise ParameterError(
            f"spacing is {spacing}; give the height and the width of a pixel, both above 0."
        )
    size = pair.ontology.size
    first = find_edges(pair.reference, np.append(~pair.scored, True), frame=True)
    second = find_edges(pair.scored_candidate, np.arange(size + 1) == size, frame=True)
    classes = range(1, pair.ontology.first_void)
    return SurfaceDistances(
        pair.ontology.names,
        tuple(nearest_distances(first[index], second[index], spacing) for index in classes),
        tuple(nearest_distances(second[index], first[index], spacing) for index in classes),
    )


def hausdorff_distance(distances: SurfaceDistances, *, percentile: float = 95.0) -> Distances:
    """Return the (robust) Hausdorff distance of every class in pixels, shape (classes,).

    The larger of both directions' percentiles, interpolated linearly; 100 gives the classical
    Hausdorff distance.  NaN where neither map has the class, infinite where only one has.

    Source: Huttenlocher et al., "Comparing images using the Hausdorff distance", PAMI 1993;
    Maier-Hein et al., "Metrics reloaded", Nature Methods 2024 (HD95).

    Raises
    ------
    ParameterError
        When ``percentile`` lies outside 0 to 100.

    Examples
    --------
    >>> near, far = np.array([0.0, 1.0, 1.0]), np.array([0.0, 3.0])
    >>> hausdorff_distance(SurfaceDistances(("car",), (near,), (far,)), percentile=100.0).tolist()
    [3.0]
    """
    if not 0 <= percentile <= 100:
        raise ParameterError(f"percentile is {percentile}; give a number from 0 to 100.")
    return np.array(
        [
            max(_percentile(first, percentile), _percentile(second, percentile))
            for first, second in zip(
                distances.from_reference, distances.from_candidate, strict=True
            )
        ]
    )


def average_surface_distance(distances: SurfaceDistances) -> Distances:
    """Return the average symmetric surface distance of every class in pixels, shape (classes,).

    The mean over the edge pixels of both maps together.  NaN where neither map has the class,
    infinite where only one has.

    Source: Heimann et al., "Comparison and evaluation of methods for liver segmentation from CT
    datasets", IEEE TMI 2009, section III-B.

    Examples
    --------
    >>> near, far = np.array([0.0, 1.0, 1.0]), np.array([0.0, 3.0])
    >>> average_surface_distance(SurfaceDistances(("car",), (near,), (far,))).tolist()
    [1.0]
    """
    return np.array(
        [
            (first.sum() + second.sum()) / (first.size + second.size)
            if first.size + second.size
            else np.nan
            for first, second in zip(
                distances.from_reference, distances.from_candidate, strict=True
            )
        ]
    )


def surface_dice(distances: SurfaceDistances, *, tolerance: float) -> Distances:
    """Return the surface Dice (normalised surface distance) of every class, shape (classes,).

    The share of both maps' edge pixels that lie within the tolerance of the other map's edge.  NaN
    where neither map has the class, 0 where only one has.  The measure ``boundary_f`` asks nearly
    the same, without the frame, at each class's own tolerance, and adds up over images.

    Source: Nikolov et al., "Clinically applicable segmentation of head and neck anatomy for
    radiotherapy", JMIR 2021 (first arXiv:1809.04430, 2018).

    Parameters
    ----------
    distances
        Of :func:`surface_distances`.
    tolerance
        Largest distance that counts as agreement, 0 or more, in the unit of the distances.

    Raises
    ------
    ParameterError
        When ``tolerance`` is negative or not finite.

    Examples
    --------
    >>> near, far = np.array([0.0, 1.0, 1.0]), np.array([0.0, 3.0])
    >>> surface_dice(SurfaceDistances(("car",), (near,), (far,)), tolerance=1.0).tolist()
    [0.8]
    """
    if not 0 <= tolerance < np.inf:
        raise ParameterError(f"tolerance is {tolerance}; give a finite number of 0 or more.")
    both = [
        np.concatenate(sides)
        for sides in zip(distances.from_reference, distances.from_candidate, strict=True)
    ]
    return np.array([(values <= tolerance).mean() if values.size else np.nan for values in both])


def _percentile(values: Distances, percentile: float) -> float:
    """Return the percentile; of nothing, nothing is far.  Infinite values are all or none."""
    if not values.size:
        return np.nan
    return float(np.inf if np.isinf(values[0]) else np.percentile(values, percentile))


@dataclass(frozen=True, eq=False)
class EdgeSpans:
    """Edge pixels of one value: half-open column spans, sorted by row, then column."""

    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]

    @property
    def pixels(self) -> int:
        """Number of edge pixels."""
        return int((self.stops - self.starts).sum())


def find_edges(
    label_map: LabelMap, unscored: NDArray[np.bool_], *, frame: bool
) -> tuple[EdgeSpans, ...]:
    """Return the edge spans of every value; values flagged in ``unscored`` have and make none.

    With ``frame`` the frame of the image is an edge, too.
    """
    room = 4 * label_map.ends.size
    rows, starts, stops = (np.empty(room, np.int32) for _ in range(3))
    values = np.empty(room, np.uint16)
    count = kernels.surfaces.edge_spans(
        label_map.ends, label_map.values, label_map.row_starts, label_map.width, unscored,
        frame, rows, starts, stops, values,
    )  # fmt: skip
    order = np.argsort(values[:count], kind="stable")
    limits = np.searchsorted(values[order], np.arange(unscored.size + 1))
    return tuple(
        EdgeSpans(rows[places], starts[places], stops[places])
        for places in (order[limits[v] : limits[v + 1]] for v in range(unscored.size))
    )


def nearest_distances(
    spans: EdgeSpans, other: EdgeSpans, spacing: tuple[float, float]
) -> Distances:
    """Return the distance of each edge pixel to the nearest of the other spans; inf for none."""
    if not other.rows.size:
        return np.full(spans.pixels, np.inf)
    if not spans.rows.size:
        return np.empty(0)
    top, bottom = int(other.rows[0]), int(other.rows[-1])
    first_of_row = np.searchsorted(other.rows, np.arange(top, bottom + 2))
    squares = np.empty(spans.pixels, np.float64)
    height, width = spacing
    kernels.surfaces.nearest_edges(
        spans.rows, spans.starts, spans.stops, other.rows, other.starts, other.stops,
        first_of_row, float(height) ** 2, float(width) ** 2, squares,
    )  # fmt: skip
    return np.sqrt(squares)
