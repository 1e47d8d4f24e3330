"""Joint histogram of two maps by merging their run lists."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def count_pairs(first_ends, first_values, second_ends, second_values, size, counts):
    """Add the pixels of each (first, second) value pair to ``counts[first * size + second]``.

    Both run lists cover the same pixels.  Two cursors move to the nearer end; the moves are
    written without branches because the order of ends is unpredictable.
    """
    i = 0
    j = 0
    position = np.uint32(0)
    stop = first_ends[first_ends.size - 1]
    while position < stop:
        first_end = first_ends[i]
        second_end = second_ends[j]
        end = min(first_end, second_end)
        counts[np.intp(first_values[i]) * size + np.intp(second_values[j])] += np.int64(
            end - position
        )
        position = end
        i += np.intp(first_end == end)
        j += np.intp(second_end == end)
