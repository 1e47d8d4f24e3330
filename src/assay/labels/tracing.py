"""Regions of a label map as polygons along pixel edges."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.labelmap import LabelMap
from assay.labels.polygon import Polygon, Ring
from assay.labels.regions import Regions, find_regions


@dataclass(frozen=True, eq=False)
class TracedRegion:
    """A connected region and its outline.

    Parameters
    ----------
    value
        Class index.
    polygon
        The outer ring first, clockwise on the screen; then the holes, anticlockwise.
    """

    value: int
    polygon: Polygon


def trace(
    label_map: LabelMap, *, values: Collection[int] | None = None
) -> tuple[TracedRegion, ...]:
    """Trace every 4-connected region along the edges of its pixels.

    Filling the polygons and painting them gives back the map, pixel for pixel; unlike contours
    through pixel centres, which shrink a disc of radius 3 to little more than half its area.

    Vertices have whole coordinates and mark corners only.  Rings touch each other in corners at
    most, and never themselves, so each polygon is valid in the sense of OGC 06-103r4 (simple
    features) and its :attr:`~assay.labels.Polygon.area` is the number of its pixels.

    Parameters
    ----------
    label_map
        The map.
    values
        Class indexes to trace; all by default, unlabelled (0) included.

    Returns
    -------
    tuple of TracedRegion
        In order of the regions' first pixels.

    Examples
    --------
    >>> region, hole = trace(LabelMap.from_dense([[1, 1, 1], [1, 0, 1], [1, 1, 1]]))
    >>> [ring.astype(int).tolist() for ring in region.polygon.rings]
    [[[0, 0], [3, 0], [3, 3], [0, 3]], [[1, 2], [2, 2], [2, 1], [1, 1]]]
    >>> region.polygon.area, hole.value
    (8.0, 0)
    """
    regions = find_regions(label_map, connectivity=4)
    traced = _wanted(regions, values)
    of_run = np.where(traced[regions.of_run], regions.of_run, np.int32(-1))
    rings, ring_regions = _rings(label_map, of_run)
    # Stable, so that within a region the ring of its first pixel, the outer one, stays first.
    order = np.argsort(ring_regions, kind="stable")
    numbers, firsts = np.unique(ring_regions[order], return_index=True)
    sorted_rings = [rings[place] for place in order.tolist()]
    stops = [*firsts[1:].tolist(), len(rings)]
    return tuple(
        TracedRegion(value, Polygon.unchecked(tuple(sorted_rings[first:stop])))
        for value, first, stop in zip(
            regions.value[numbers].tolist(), firsts.tolist(), stops, strict=False
        )
    )


def _wanted(regions: Regions, values: Collection[int] | None) -> NDArray[np.bool_]:
    if values is None:
        return np.ones(len(regions), bool)
    return np.isin(regions.value, np.fromiter(values, np.int64, len(values)))


def _rings(label_map: LabelMap, of_run: NDArray[np.int32]) -> tuple[list[Ring], NDArray[np.int32]]:
    points, ring_starts, ring_regions = outline_arrays(label_map, of_run)
    points.setflags(write=False)
    rings = [points[first:stop] for first, stop in pairwise(ring_starts.tolist())]
    return rings, ring_regions


def outline_arrays(
    label_map: LabelMap, of_run: NDArray[np.int32]
) -> tuple[Ring, NDArray[np.int64], NDArray[np.int32]]:
    """Return the corners of all rings, where each ring starts (and one more), and its region.

    Parameters
    ----------
    label_map
        The map.
    of_run
        int32, shape (runs,): number of each run's 4-connected region; below 0 to leave it out.
    """
    runs = of_run.size
    columns = np.empty(2 * runs, np.int64)
    links = np.empty(2 * runs, np.int64)
    rows = np.empty(runs, np.int32)
    corners = kernels.tracing.link_edges(
        label_map.ends, label_map.row_starts, label_map.width, of_run, columns, rows, links
    )
    points = np.empty((corners, 2), np.float64)
    ring_starts = np.empty(corners // 4 + 1, np.int64)
    ring_regions = np.empty(corners // 4, np.int32)
    count = kernels.tracing.follow_links(
        columns, rows, links, of_run, points, ring_starts, ring_regions
    )
    return points, ring_starts[: count + 1], ring_regions[:count]
