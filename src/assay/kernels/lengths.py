"""Run lengths to run ends."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def place_lengths(lengths, width, ends, row_starts):
    """Sum run lengths (uint32) into ends and find where rows start; return how many runs fit.

    ``ends`` has the size of ``lengths`` and ``row_starts`` one entry more than there are rows.  The
    result is ``lengths.size`` where the runs are sound, and else the index of the first run that
    is empty, crosses a row's end, or lies beyond the last row; one more than ``lengths.size`` where
    the runs end before the map does.
    """
    height = row_starts.size - 1
    row_starts[0] = 0
    position = np.int64(0)
    row_end = np.int64(width)
    y = 0
    for i in range(lengths.size):
        length = np.int64(lengths[i])
        position += length
        if length == 0 or position > row_end or y == height:
            return i
        ends[i] = position
        if position == row_end:
            row_end += width
            y += 1
            row_starts[y] = i + 1
    return lengths.size if y == height else lengths.size + 1
