"""Which regions touch along an edge, and how long the edge is.

Runs tile every row.  Beside each other, two runs share one edge; between rows, two cursors meet
every pair of runs that share a column, and the columns that they share.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def _meet(neighbour, one, other):
    if one == other:
        return
    # -1: none yet, -2: more than one.
    if neighbour[one] != other:
        neighbour[one] = other if neighbour[one] == -1 else -2
    if neighbour[other] != one:
        neighbour[other] = one if neighbour[other] == -1 else -2


@kernel
def only_neighbours(ends, row_starts, width, region_of_run, neighbour):
    """Fill in each region's only neighbour: -1 where it has none, -2 where it has several.

    ``neighbour`` is int32 and holds -1 throughout.  Corners do not count: what touches a region
    only there does not enclose it.
    """
    for y in range(row_starts.size - 1):
        below = row_starts[y]
        below_stop = row_starts[y + 1]
        for run in range(below, below_stop - 1):
            _meet(neighbour, region_of_run[run], region_of_run[run + 1])
        if y == 0:
            continue
        above = row_starts[y - 1]
        while below < below_stop:
            _meet(neighbour, region_of_run[above], region_of_run[below])
            above_end = np.int64(ends[above]) + width
            below_end = np.int64(ends[below])
            above += np.int64(above_end <= below_end)
            below += np.int64(below_end <= above_end)


@kernel
def border_lengths(ends, values, row_starts, width, region_of_run, place, lengths):
    """Add, for the regions whose ``place`` is not negative, shared edges by the other's value.

    ``lengths`` is int64 of shape (places, values) and starts at zero: pixel edges that the region
    shares with pixels of other regions of each value.  The frame of the image is no neighbour.
    """
    for y in range(row_starts.size - 1):
        below = row_starts[y]
        below_stop = row_starts[y + 1]
        for run in range(below, below_stop - 1):
            if place[region_of_run[run]] >= 0:
                lengths[place[region_of_run[run]], values[run + 1]] += 1
            if place[region_of_run[run + 1]] >= 0:
                lengths[place[region_of_run[run + 1]], values[run]] += 1
        if y == 0:
            continue
        above = row_starts[y - 1]
        position = np.int64(y) * width
        while below < below_stop:
            above_end = np.int64(ends[above]) + width
            below_end = np.int64(ends[below])
            stop = min(above_end, below_end)
            one = region_of_run[above]
            other = region_of_run[below]
            if one != other:
                if place[one] >= 0:
                    lengths[place[one], values[below]] += stop - position
                if place[other] >= 0:
                    lengths[place[other], values[above]] += stop - position
            position = stop
            above += np.int64(above_end == stop)
            below += np.int64(below_end == stop)


@kernel
def mark_accompanied(
    ends, row_starts, width, region_of_run, value_of_region, chosen, boxes, large, reach, marked
):
    """Set ``marked`` for each chosen region near a large region of its value.

    ``boxes`` is int64 of shape (regions, 4): top, left, bottom, right.  Near means that a run of
    the large region comes within ``reach`` columns and rows of the box.
    """
    height = row_starts.size - 1
    for place in range(chosen.size):
        region = chosen[place]
        top = max(boxes[region, 0] - reach, 0)
        bottom = min(boxes[region, 2] + reach, height)
        left = boxes[region, 1] - reach
        right = boxes[region, 3] + reach
        value = value_of_region[region]
        found = False
        for y in range(top, bottom):
            offset = y * width
            low = row_starts[y]
            high = row_starts[y + 1] - 1
            # The first run of the row that ends right of ``left``.
            while low < high:
                middle = (low + high) >> 1
                if np.int64(ends[middle]) - offset > left:
                    high = middle
                else:
                    low = middle + 1
            start = np.int64(ends[low - 1]) - offset if low > row_starts[y] else np.int64(0)
            while low < row_starts[y + 1] and start < right:
                other = region_of_run[low]
                if value_of_region[other] == value and large[other]:
                    found = True
                    break
                start = np.int64(ends[low]) - offset
                low += 1
            if found:
                break
        marked[region] = found
