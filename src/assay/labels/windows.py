"""A rectangle cut out of a label map, and a small picture of the whole."""

import numpy as np
from numpy.typing import NDArray

from assay.errors import LabelMapError, ParameterError
from assay.labels.labelmap import LabelMap


def window(label_map: LabelMap, *, top: int, left: int, bottom: int, right: int) -> LabelMap:
    """Cut out the pixels in rows ``top`` to ``bottom`` and columns ``left`` to ``right``.

    Parameters
    ----------
    label_map
        The map.
    top, left, bottom, right
        Window in pixels, ends excluded, as :class:`~assay.labels.regions.Regions` gives them.

    Raises
    ------
    LabelMapError
        When the window is empty or leaves the map.

    Examples
    --------
    >>> label_map = LabelMap.from_dense([[1, 1, 2], [3, 3, 3]])
    >>> window(label_map, top=0, left=1, bottom=2, right=3).to_dense().tolist()
    [[1, 2], [3, 3]]
    """
    if not (0 <= top < bottom <= label_map.height and 0 <= left < right <= label_map.width):
        raise LabelMapError(
            f"Rows {top} to {bottom} and columns {left} to {right} are no window of a "
            f"{label_map.height}×{label_map.width} map. Clip the window to the map."
        )
    runs = slice(int(label_map.row_starts[top]), int(label_map.row_starts[bottom]))
    sizes = np.diff(label_map.row_starts[top : bottom + 1])
    rows = np.repeat(np.arange(top, bottom), sizes)
    stops = label_map.ends[runs].astype(np.int64) - rows * label_map.width
    starts = stops - label_map.lengths[runs]
    inside = (stops > left) & (starts < right)
    ends = (rows - top) * (right - left) + np.minimum(stops, right) - left
    return LabelMap.from_runs(
        bottom - top, right - left, ends[inside], label_map.values[runs][inside]
    )


def decimated(label_map: LabelMap, *, step: int) -> NDArray[np.uint16]:
    """Return the label in the middle of each block of ``step × step`` pixels.

    For pictures of large maps.  Labels are picked, never averaged: a mean of two class indexes
    would be a third class.

    Parameters
    ----------
    label_map
        The map.
    step
        Side of a block in pixels; the last blocks of a row or column may be smaller.

    Returns
    -------
    ndarray
        uint16, shape (⌈height / step⌉, ⌈width / step⌉).

    Raises
    ------
    ParameterError
        When the step is less than 1.

    Examples
    --------
    >>> decimated(LabelMap.from_dense([[1, 1, 2, 2, 3], [1, 4, 2, 5, 6]]), step=2).tolist()
    [[4, 5, 6]]
    """
    if step < 1:
        raise ParameterError(f"step is {step}; give 1 or more pixels.")
    rows, columns = (
        np.minimum(np.arange(0, side, step) + step // 2, side - 1) for side in label_map.shape
    )
    # Linear positions rise from row to row, so one search finds all their runs.
    places = rows[:, None] * label_map.width + columns[None, :]
    picked: NDArray[np.uint16] = label_map.values[
        np.searchsorted(label_map.ends, places.astype(np.uint32), side="right")
    ]
    return picked
