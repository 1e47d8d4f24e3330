"""Which regions lie beside each other."""

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.labelmap import LabelMap
from assay.labels.regions import Regions

#: In :func:`enclosing_regions`: the region has several neighbours, touches the frame, or is alone.
OPEN = -1


def enclosing_regions(label_map: LabelMap, regions: Regions) -> NDArray[np.int32]:
    """Return the region that encloses each region, shape (regions,); ``OPEN`` where none does.

    A region is enclosed when it does not touch the frame and every pixel edge of its border
    belongs to one other region: a hole, seen from outside.

    Parameters
    ----------
    label_map
        The map.
    regions
        Its 8-connected regions.

    Examples
    --------
    >>> from assay.labels import find_regions
    >>> label_map = LabelMap.from_dense([[1, 1, 1], [1, 2, 1], [1, 1, 1]])
    >>> enclosing_regions(label_map, find_regions(label_map)).tolist()
    [-1, 0]
    """
    neighbour = np.full(len(regions), OPEN, np.int32)
    kernels.contacts.only_neighbours(
        label_map.ends, label_map.row_starts, label_map.width, regions.of_run, neighbour
    )
    height, width = label_map.shape
    at_frame = (
        (regions.top == 0)
        | (regions.left == 0)
        | (regions.bottom == height)
        | (regions.right == width)
    )
    neighbour[at_frame | (neighbour < 0)] = OPEN
    return neighbour


def border_lengths(
    label_map: LabelMap, regions: Regions, chosen: NDArray[np.intp], *, size: int
) -> NDArray[np.int64]:
    """Return how many pixel edges some regions share with pixels of each value.

    Parameters
    ----------
    label_map
        The map.
    regions
        Its regions.
    chosen
        Which regions are asked for.
    size
        Number of values; all of the map's are below it.

    Returns
    -------
    ndarray
        int64, shape (chosen, size).  Edges within a region and at the frame are not counted.

    Examples
    --------
    >>> from assay.labels import find_regions
    >>> label_map = LabelMap.from_dense([[1, 2, 2], [1, 2, 3]])
    >>> border_lengths(label_map, find_regions(label_map), np.array([1]), size=4).tolist()
    [[0, 2, 0, 2]]
    """
    place = np.full(len(regions), -1, np.int64)
    place[chosen] = np.arange(chosen.size)
    lengths = np.zeros((chosen.size, size), np.int64)
    kernels.contacts.border_lengths(
        label_map.ends, label_map.values, label_map.row_starts, label_map.width,
        regions.of_run, place, lengths,
    )  # fmt: skip
    return lengths


def accompanied_regions(
    label_map: LabelMap,
    regions: Regions,
    chosen: NDArray[np.intp],
    *,
    large: NDArray[np.bool_],
    reach_px: int,
) -> NDArray[np.bool_]:
    """Return which of some regions lie near a large region of the same value, shape (regions,).

    A fleck beside a large region of its class is a piece of a ragged outline; one by itself is
    not.

    Parameters
    ----------
    label_map
        The map.
    regions
        Its regions.
    chosen
        Which regions are asked for; the others are False.
    large
        bool, shape (regions,): which regions count as large.  No chosen one does.
    reach_px
        How far from the box of a region, along rows and columns, a pixel of a large region of the
        same value may be.

    Examples
    --------
    >>> from assay.labels import find_regions
    >>> label_map = LabelMap.from_dense([[1, 1, 2, 1, 2, 2, 1]])
    >>> regions = find_regions(label_map)
    >>> flecks = np.array([2, 4])
    >>> accompanied_regions(
    ...     label_map, regions, flecks, large=regions.area > 1, reach_px=2
    ... ).tolist()
    [False, False, True, False, False]
    """
    marked = np.zeros(len(regions), np.bool_)
    boxes = np.stack([regions.top, regions.left, regions.bottom, regions.right], axis=1)
    kernels.contacts.mark_accompanied(
        label_map.ends, label_map.row_starts, label_map.width, regions.of_run, regions.value,
        chosen, boxes, large, reach_px, marked,
    )  # fmt: skip
    return marked
