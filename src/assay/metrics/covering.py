"""Cover of one map by what another map holds: unscored pixels are hidden from a candidate."""

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap


def cover(
    label_map: LabelMap, other: LabelMap, *, hidden: NDArray[np.bool_], mark: int
) -> LabelMap:
    """Return the map with ``mark`` wherever ``other`` holds a hidden value.

    Parameters
    ----------
    label_map, other
        Maps of one size.
    hidden
        bool, one entry per value of ``other``: which of its values hide.
    mark
        Index to write, 0 to 65535.

    Examples
    --------
    >>> candidate = LabelMap.from_dense([[1, 1, 2, 2]])
    >>> reference = LabelMap.from_dense([[1, 3, 3, 2]])
    >>> void = np.array([False, False, False, True])
    >>> cover(candidate, reference, hidden=void, mark=4).to_dense().tolist()
    [[1, 4, 4, 2]]
    """
    if not hidden[other.values].any():
        return label_map
    room = label_map.ends.size + other.ends.size
    ends, values = np.empty(room, np.uint32), np.empty(room, np.uint16)
    row_starts = np.empty(label_map.height + 1, np.int64)
    count = kernels.surfaces.hide_runs(
        other.ends, other.values, label_map.ends, label_map.values, hidden, np.uint16(mark),
        ends, values, row_starts, label_map.width,
    )  # fmt: skip
    return LabelMap(*label_map.shape, ends[:count].copy(), values[:count].copy(), row_starts)
