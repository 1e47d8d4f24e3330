"""How wide regions are: whether a square of a given side fits into them."""

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels.labelmap import LabelMap
from assay.labels.regions import Regions


def holds_square(label_map: LabelMap, regions: Regions, *, side_px: int) -> NDArray[np.bool_]:
    """Return which regions hold a square of ``side_px × side_px`` pixels, shape (regions,).

    A region that holds none is nowhere that wide: it is a line, a thread or a fleck.  The frame of
    the image is an edge like any other.

    Parameters
    ----------
    label_map
        The map.
    regions
        Its regions; with any connectivity, because a square is connected.
    side_px
        Side of the square, 1 or more pixels.

    Raises
    ------
    ParameterError
        When the side is less than 1.

    Notes
    -----
    Runs are shortened by ``side_px - 1`` pixels and each row is intersected with the rows below,
    by doubling: an erosion by the square, as in :mod:`assay.metrics.band`.

    Examples
    --------
    >>> from assay.labels import find_regions
    >>> label_map = LabelMap.from_dense([[1, 1, 2], [1, 1, 2], [1, 1, 2]])
    >>> holds_square(label_map, find_regions(label_map), side_px=2).tolist()
    [True, False]
    """
    if side_px < 1:
        raise ParameterError(f"side_px is {side_px}; give 1 or more pixels.")
    marked = np.zeros(len(regions), np.bool_)
    if side_px > min(label_map.shape):
        return marked
    chosen = np.ones(int(label_map.values.max()) + 1, np.bool_)
    # As many pieces as fit into the rows, and at most one a run more with every doubling.
    passes = (side_px - 1).bit_length()
    fitting = label_map.height * ((label_map.width + side_px - 1) // side_px)
    room = 2 * (1 + min(fitting, label_map.ends.size << passes))
    result, scratch = (
        (np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint16))
        for _ in range(2)
    )
    number = kernels.erosion.shorten_runs(
        label_map.ends, label_map.values, chosen, side_px - 1, *result
    )
    rows = 1
    while rows < side_px:
        step = min(rows, side_px - rows)
        number = kernels.erosion.intersect_shifted(
            *result, number, np.uint64(step * label_map.width), *scratch
        )
        result, scratch = scratch, result
        rows += step
    kernels.erosion.mark_regions(result[0], number, label_map.ends, regions.of_run, marked)
    return marked
