"""Edges of all classes as spans, and the nearest edge pixel of another map."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def edge_spans(ends, values, row_starts, width, unscored, frame, rows, starts, stops, classes):
    """Find the edge pixels of every run whose value is scored; return the number of spans.

    A pixel is on the edge when one of its four neighbours has another value or, where ``frame``
    is true, lies outside the image; a neighbour whose value is flagged in ``unscored`` makes no
    edge.  Spans come sorted by row, then column, disjoint.

    Room: a row's spans are separated by inner stretches, and each inner stretch begins where a
    run of the row, of the row above or of the row below does; so four spans per run suffice.
    """
    height = row_starts.size - 1
    count = np.uint64(0)
    one = np.uint64(1)
    for y in range(height):
        first = np.uint64(row_starts[y])
        last = np.uint64(row_starts[y + 1])
        has_above = y > 0
        has_below = y < height - 1
        border = frame and not (has_above and has_below)
        base = np.int64(y) * width
        above = np.uint64(row_starts[y - 1]) if y > 0 else np.uint64(0)
        below = last
        left = np.int64(0)
        for i in range(first, last):
            right = np.int64(ends[i]) - base
            value = values[i]
            if unscored[value]:
                left = right
                continue
            # Columns from ``free`` to ``inner`` can be inside, as far as this row tells.
            free = left + 1
            if (i == first and not frame) or (i > first and unscored[values[i - one]]):
                free = left
            inner = right - 1
            if (i + one == last and not frame) or (i + one < last and unscored[values[i + one]]):
                inner = right
            if border:
                inner = left
            open_from = left
            x = free
            while x < inner:
                stop = inner
                inside = True
                if has_above:
                    while np.int64(ends[above]) - (base - width) <= x:
                        above += one
                    stop = min(stop, np.int64(ends[above]) - (base - width))
                    inside = values[above] == value or unscored[values[above]]
                if has_below:
                    while np.int64(ends[below]) - (base + width) <= x:
                        below += one
                    stop = min(stop, np.int64(ends[below]) - (base + width))
                    inside = inside and (values[below] == value or unscored[values[below]])
                if inside:
                    if x > open_from:
                        rows[count] = y
                        starts[count] = open_from
                        stops[count] = x
                        classes[count] = value
                        count += one
                    open_from = stop
                x = stop
            if right > open_from:
                rows[count] = y
                starts[count] = open_from
                stops[count] = right
                classes[count] = value
                count += one
            left = right
    return np.int64(count)


@kernel
def nearest_edges(
    rows, starts, stops, other_rows, other_starts, other_stops, first_of_row, high, wide, out,
):  # fmt: skip
    """Write to ``out`` each edge pixel's squared distance to the nearest edge pixel of the other.

    ``high`` and ``wide`` are the squared height and width of a pixel; where both are 1.0, squared
    distances are whole numbers and float64 holds them exactly.

    Both span lists are sorted by row, then column; the other one is not empty.  ``first_of_row``
    has one entry per row and one more: where the other's spans of the row begin; rows are counted
    from ``other_rows[0]``, which is row 0 of ``first_of_row``.

    The search walks rows outward from the pixel's own and ends when the rows alone are farther
    than the best so far; within a row it halves.
    """
    one = np.uint64(1)
    top = np.int64(other_rows[0])
    height = np.int64(first_of_row.size) - 1
    count = np.uint64(0)
    for i in range(rows.size):
        y = np.int64(rows[i]) - top
        for x in range(starts[i], stops[i]):
            # Rows from the nearest that can hold an edge at all.
            away = max(np.int64(0), -y, y - (height - 1))
            best = np.inf
            while away * away * high < best:
                for side in range(2):
                    row = y - away if side == 0 else y + away
                    if row < 0 or row >= height or (side == 1 and away == 0):
                        continue
                    low = np.uint64(first_of_row[row])
                    end = np.uint64(first_of_row[row + 1])
                    if low == end:
                        continue
                    # ``low`` becomes the last span that starts at or before x, if any does.
                    beyond = end
                    while beyond - low > one:
                        middle = (low + beyond) >> one
                        if other_starts[middle] <= x:
                            low = middle
                        else:
                            beyond = middle
                    gap = max(
                        np.int64(0), np.int64(other_starts[low]) - x, x - other_stops[low] + 1
                    )
                    if low + one < end:
                        gap = min(gap, np.int64(other_starts[low + one]) - x)
                    best = min(best, gap * gap * wide + away * away * high)
                away += 1
                if y - away < 0 and y + away >= height:
                    break
            out[count] = best
            count += one


@kernel
def hide_runs(
    first_ends,
    first_values,
    second_ends,
    second_values,
    hidden,
    mark,
    ends,
    values,
    row_starts,
    width,
):
    """Write the second map with ``mark`` wherever the first map's value is flagged in ``hidden``.

    Return the number of runs; ``ends`` and ``values`` need room for the runs of both maps.
    """
    i = np.uint64(0)
    j = np.uint64(0)
    one = np.uint64(1)
    count = np.uint64(0)
    row_end = np.int64(0)
    for y in range(row_starts.size - 1):
        row_starts[y] = count
        row_first = count
        row_end += width
        while True:
            first_end = first_ends[i]
            second_end = second_ends[j]
            end = min(first_end, second_end)
            value = second_values[j]
            if hidden[first_values[i]]:
                value = mark
            if count > row_first and values[count - one] == value:
                ends[count - one] = end
            else:
                ends[count] = end
                values[count] = value
                count += one
            if first_end == end:
                i += one
            if second_end == end:
                j += one
            if end == row_end:
                break
    row_starts[row_starts.size - 1] = count
    return np.int64(count)
