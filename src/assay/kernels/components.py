"""Connected components of all values at once, by union-find over runs."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def _root(parents, run):
    # Path halving: every other link is shortened on the way up.
    while parents[run] != run:
        parents[run] = parents[parents[run]]
        run = parents[run]
    return run


@kernel
def _join(parents, first, second):
    first = _root(parents, first)
    second = _root(parents, second)
    # The smaller run is the root, so that regions are numbered by their first pixel.
    if first < second:
        parents[second] = first
    elif second < first:
        parents[first] = second


@kernel
def label_runs(ends, values, row_starts, width, diagonal, region_of_run):
    """Give each run the number of its region, in order of first pixels; return how many.

    Runs tile each row, so two cursors over neighbouring rows meet every pair of runs that share
    a column.  Runs that touch only at a corner share an end column with the neighbour in
    between; they are joined where ``diagonal`` is true.
    """
    height = row_starts.size - 1
    parents = region_of_run
    for run in range(ends.size):
        parents[run] = run
    for y in range(1, height):
        above = row_starts[y - 1]
        above_stop = row_starts[y]
        below = above_stop
        below_stop = row_starts[y + 1]
        while above < above_stop and below < below_stop:
            if values[above] == values[below]:
                _join(parents, above, below)
            above_end = np.int64(ends[above]) + width
            below_end = np.int64(ends[below])
            if above_end < below_end:
                above += 1
            elif below_end < above_end:
                below += 1
            else:
                if diagonal and above + 1 < above_stop:
                    if values[above] == values[below + 1]:
                        _join(parents, above, below + 1)
                    if values[above + 1] == values[below]:
                        _join(parents, above + 1, below)
                above += 1
                below += 1
    count = 0
    for run in range(ends.size):
        # In place: a root's number is at most its own index, and a parent comes before its run,
        # so it holds its region's number already.
        if parents[run] == run:
            region_of_run[run] = count
            count += 1
        else:
            region_of_run[run] = region_of_run[parents[run]]
    return count


@kernel
def measure_regions(ends, values, row_starts, width, region_of_run, value, area, box):
    """Fill in each region's value, area in pixels, and box (top, left, bottom, right)."""
    for region in range(area.size):
        area[region] = 0
        box[region, 0] = -1
    for y in range(row_starts.size - 1):
        start = np.int64(0)
        for run in range(row_starts[y], row_starts[y + 1]):
            end = np.int64(ends[run]) - y * width
            region = region_of_run[run]
            area[region] += end - start
            if box[region, 0] < 0:
                value[region] = values[run]
                box[region, 0] = y
                box[region, 1] = start
                box[region, 3] = end
            box[region, 1] = min(box[region, 1], start)
            box[region, 2] = y + 1
            box[region, 3] = max(box[region, 3], end)
            start = end
