"""Distances to the nearest pixel of one value, up to a reach."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def find_box(ends, values, row_starts, width, label, box):
    """Fill in top, left, bottom, right of all pixels of a value; return whether there are any."""
    box[0] = -1
    for y in range(row_starts.size - 1):
        start = np.int64(0)
        for run in range(row_starts[y], row_starts[y + 1]):
            stop = np.int64(ends[run]) - y * width
            if values[run] == label:
                if box[0] < 0:
                    box[0] = y
                    box[1] = start
                    box[3] = stop
                box[1] = min(box[1], start)
                box[2] = y + 1
                box[3] = max(box[3], stop)
            start = stop
    return box[0] >= 0


@kernel
def measure_nearness(ends, values, row_starts, width, label, top, left, near):
    """Fill in Chebyshev distances to a value, where they are below what ``near`` holds.

    ``near`` (uint8, shape (rows, columns)) is a window of the map that starts at ``top`` and
    ``left``, filled with the reach plus one; all pixels of the value lie in it.  Two passes over
    the eight neighbours are exact for this distance (Borgefors 1986).
    """
    rows, columns = near.shape
    one = np.uint8(1)
    for y in range(rows):
        start = np.int64(0)
        for run in range(row_starts[top + y], row_starts[top + y + 1]):
            stop = np.int64(ends[run]) - (top + y) * width
            if values[run] == label:
                for x in range(start - left, stop - left):
                    near[y, x] = 0
            start = stop
    for y in range(rows):
        for x in range(columns):
            least = near[y, x]
            if x > 0:
                least = min(least, near[y, x - 1] + one)
            if y > 0:
                least = min(least, near[y - 1, x] + one)
                if x > 0:
                    least = min(least, near[y - 1, x - 1] + one)
                if x + 1 < columns:
                    least = min(least, near[y - 1, x + 1] + one)
            near[y, x] = least
    for y in range(rows - 1, -1, -1):
        for x in range(columns - 1, -1, -1):
            least = near[y, x]
            if x + 1 < columns:
                least = min(least, near[y, x + 1] + one)
            if y + 1 < rows:
                least = min(least, near[y + 1, x] + one)
                if x > 0:
                    least = min(least, near[y + 1, x - 1] + one)
                if x + 1 < columns:
                    least = min(least, near[y + 1, x + 1] + one)
            near[y, x] = least
