"""The boundary band of every class: its pixels within a distance of its boundary."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels import LabelMap

#: Distance of values that are no class: they have no band and no interior, and stay as they are.
NO_BAND = -1


class _Pieces(NamedTuple):
    """What is left of runs; the arrays of :mod:`assay.kernels.erosion`, with room to spare."""

    starts: NDArray[np.uint32]
    stops: NDArray[np.uint32]
    values: NDArray[np.uint16]


def boundary_band(
    label_map: LabelMap, *, distance_px: int | NDArray[np.int64], interior: int
) -> LabelMap:
    """Return the map with the interior of every class replaced by one extra index.

    A pixel belongs to the interior of its class when the whole square of ``2 d + 1`` pixels round
    it does, that is, when every other class and the frame of the image are farther than ``d``
    pixels away (Chebyshev distance).  What keeps its value is the band of Boundary IoU: the
    class minus the class eroded ``d`` times by a 3×3 square, outside of the image counting as
    another class.

    Parameters
    ----------
    label_map
        Any label map.
    distance_px
        Width ``d`` of the band in pixels, 0 or more: one for all values, or int64 with one entry
        per value, so that classes may differ.  With 0 the band is empty.  Values with
        :data:`NO_BAND` keep all their pixels; they still bound their neighbours.
    interior
        Index to write, 0 to 65535; the map must not hold it.

    Raises
    ------
    ParameterError
        When the map holds ``interior``, or ``distance_px`` lacks an entry for one of its values.

    Notes
    -----
    Source: Cheng, Girshick, Dollár, Berg and Kirillov, "Boundary IoU: Improving Object-Centric
    Image Segmentation Evaluation", CVPR 2021, section 4.

    Examples
    --------
    >>> label_map = LabelMap.from_dense([[1, 1, 1, 1, 2], [1, 1, 1, 1, 2], [1, 1, 1, 1, 2]])
    >>> boundary_band(label_map, distance_px=1, interior=9).to_dense().tolist()
    [[1, 1, 1, 1, 2], [1, 9, 9, 1, 2], [1, 1, 1, 1, 2]]
    """
    runs = np.bincount(label_map.values, minlength=1)
    distances = _distances(distance_px, runs.size)
    _check(runs, interior, distances)
    present = np.flatnonzero(runs)
    wanted = np.unique(distances[present])
    # Replacing one class's interior leaves the others' boundaries where they are, so classes of
    # different widths can go one after the other.
    band = label_map
    for distance in wanted[wanted > NO_BAND].tolist():
        chosen = distances == distance
        if distance == 0:
            lookup = np.arange(2**16, dtype=np.uint16)
            lookup[: chosen.size][chosen] = interior
            band = band.relabel(lookup)
        elif min(label_map.shape) > 2 * distance:
            band = _replace_interior(band, chosen, distance, interior)
    return band


def _distances(distance_px: int | NDArray[np.int64], size: int) -> NDArray[np.int64]:
    if isinstance(distance_px, np.ndarray):
        return distance_px
    return np.full(size, distance_px, np.int64)


def _check(runs: NDArray[np.intp], interior: int, distances: NDArray[np.int64]) -> None:
    """Refuse what does not fit a map that has so many runs of each value."""
    if runs.size > distances.size:
        raise ParameterError(
            f"The map holds index {runs.size - 1}, but distance_px has {distances.size} entries. "
            "Give one entry per index."
        )
    if distances.min() < NO_BAND:
        raise ParameterError(f"distance_px is {distances.min()}; give 0 or more pixels.")
    if not 0 <= interior < 2**16 or (interior < runs.size and runs[interior]):
        raise ParameterError(
            f"The interior cannot become index {interior}: choose one from 0 to 65535 that the "
            "map does not hold."
        )


def _replace_interior(
    label_map: LabelMap, chosen: NDArray[np.bool_], distance: int, interior: int
) -> LabelMap:
    # A band map made before holds ``interior``, which is never eroded itself.
    flags = np.zeros(max(chosen.size, interior + 1), np.bool_)
    flags[: chosen.size] = chosen
    flags[interior] = False
    pieces, number = _erode(label_map, flags, distance)
    room = label_map.ends.size + 2 * number
    ends, values = np.empty(room, np.uint32), np.empty(room, np.uint16)
    row_starts = np.empty(label_map.height + 1, np.int64)
    count = kernels.erosion.replace_pieces(
        label_map.ends, label_map.values, label_map.row_starts, pieces.starts, pieces.stops,
        number, np.uint64(distance * label_map.width), np.uint16(interior),
        ends, values, row_starts,
    )  # fmt: skip
    return LabelMap(*label_map.shape, ends[:count].copy(), values[:count].copy(), row_starts)


def _erode(label_map: LabelMap, chosen: NDArray[np.bool_], distance: int) -> tuple[_Pieces, int]:
    """Return the interior of the chosen values, moved up by ``distance`` rows, and its size."""
    window = 2 * distance + 1
    result, scratch = _room(label_map, window), _room(label_map, window)
    number = kernels.erosion.shrink_runs(
        label_map.ends, label_map.values, chosen, distance, *result
    )
    rows = 1
    while rows < window:
        step = min(rows, window - rows)
        number = kernels.erosion.intersect_shifted(
            *result, number, np.uint64(step * label_map.width), *scratch
        )
        result, scratch = scratch, result
        rows += step
    return result, number


def _room(label_map: LabelMap, window: int) -> _Pieces:
    """Allocate for as many pieces as there can be; see :mod:`assay.kernels.erosion`."""
    room = 2 * (1 + label_map.height * ((label_map.width + window - 1) // window))
    return _Pieces(np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint16))
