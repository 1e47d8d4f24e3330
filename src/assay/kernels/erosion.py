"""All classes of a map eroded at once, by a square, without a dense image.

A class eroded by a square of ``2d + 1`` pixels is what is left when every run loses ``d`` pixels
at both ends and then every row is intersected with the ``2d`` rows around it.  The rows are
intersected by doubling: of windows of one row, then two, four, and so on, so ``2d + 1`` rows take
about ``log2(2d + 1)`` passes.

Pieces are what is left of the runs: half-open stretches ``starts`` to ``stops`` (uint32, linear
like the ends of runs) with their ``values`` (uint16), in order; none crosses a row's end.  Hence
the row ``n`` below is the same list less ``n * width``, and no pass has to know about rows.

In a row, pieces of one class stand at least ``2d + 1`` columns apart, because one foreign pixel
clears that many, and pieces of two classes at least ``2d``; so a row of ``width`` columns holds at
most ``(width + 2d) // (2d + 1)`` pieces.  Callers give twice the room that this makes for the
map, because a list is written in two parts of unknown size, and one more place for each part,
because a piece is written before it is known to count.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def shrink_runs(ends, values, chosen, distance, out_starts, out_stops, out_values):
    """Cut ``distance`` pixels off both ends of each run of a value flagged in ``chosen``.

    Return the number of pieces.
    """
    one = np.uint64(1)
    count = np.uint64(0)
    start = np.int64(0)
    for i in range(np.uint64(ends.size)):
        end = np.int64(ends[i])
        # Long runs are rare in most maps: the length is the cheaper and the likelier refusal.
        if end - start > 2 * distance and chosen[values[i]]:
            out_starts[count] = start + distance
            out_stops[count] = end - distance
            out_values[count] = values[i]
            count += one
        start = end
    return np.int64(count)


@kernel
def _meet(starts, stops, values, i, j, shift, count, out_starts, out_stops, out_values):
    """Write where piece ``i`` meets piece ``j`` moved up by ``shift``; return the next places.

    Written without a branch: whether pieces meet, and which ends first, is hard to predict.
    """
    stop_i = np.uint64(stops[i])
    stop_j = np.uint64(stops[j]) - shift
    start = max(np.uint64(starts[i]), np.uint64(starts[j]) - shift)
    stop = min(stop_i, stop_j)
    out_starts[count] = start
    out_stops[count] = stop
    out_values[count] = values[i]
    count += np.uint64((start < stop) & (values[i] == values[j]))
    return i + np.uint64(stop_i <= stop_j), j + np.uint64(stop_j <= stop_i), count


@kernel
def intersect_shifted(starts, stops, values, pieces, shift, out_starts, out_stops, out_values):
    """Intersect pieces with themselves moved up by ``shift`` pixels (uint64), class by class.

    ``shift`` is a whole number of rows, at least one; what is moved out of the map is gone.
    Return the number of pieces.

    Each step waits for the one before it, so the two halves of the list are walked in turns, which
    takes little longer than one of them.  The second half is written to the second half of the
    room, and moved up at the end.
    """
    one = np.uint64(1)
    last = np.uint64(pieces)
    half = last >> one
    i = np.uint64(0)
    j = np.uint64(0)
    while j < last and stops[j] <= shift:
        j += one
    # A piece is no longer than the shift, so the second cursor is always ahead of the first.
    k = half
    m = max(j, half)
    while m < last and np.uint64(stops[m]) - shift <= np.uint64(starts[half]):
        m += one
    first = np.uint64(0)
    base = np.uint64(out_starts.size) >> one
    second = base
    while i < half and j < last and m < last:
        i, j, first = _meet(
            starts, stops, values, i, j, shift, first, out_starts, out_stops, out_values
        )
        k, m, second = _meet(
            starts, stops, values, k, m, shift, second, out_starts, out_stops, out_values
        )
    while i < half and j < last:
        i, j, first = _meet(
            starts, stops, values, i, j, shift, first, out_starts, out_stops, out_values
        )
    while m < last:
        k, m, second = _meet(
            starts, stops, values, k, m, shift, second, out_starts, out_stops, out_values
        )
    for place in range(base, second):
        out_starts[first] = out_starts[place]
        out_stops[first] = out_stops[place]
        out_values[first] = out_values[place]
        first += one
    return np.int64(first)


@kernel
def replace_pieces(
    ends, values, row_starts, starts, stops, pieces, shift, replacement,
    out_ends, out_values, out_row_starts,
):  # fmt: skip
    """Write the run list with every piece replaced by ``replacement``; return the run count.

    Pieces, moved down by ``shift`` pixels (uint64), lie strictly inside runs, so each makes two
    runs more: that is the room to give.
    """
    height = np.uint64(row_starts.size - 1)
    one = np.uint64(1)
    last = np.uint64(pieces)
    piece = np.uint64(0)
    count = np.uint64(0)
    for y in range(height):
        out_row_starts[y] = count
        for i in range(np.uint64(row_starts[y]), np.uint64(row_starts[y + one])):
            end = np.uint64(ends[i])
            value = values[i]
            while piece < last and stops[piece] + shift < end:
                out_ends[count] = starts[piece] + shift
                out_values[count] = value
                out_ends[count + one] = stops[piece] + shift
                out_values[count + one] = replacement
                count += one + one
                piece += one
            out_ends[count] = end
            out_values[count] = value
            count += one
    out_row_starts[height] = count
    return np.int64(count)


@kernel
def shorten_runs(ends, values, chosen, loss, out_starts, out_stops, out_values):
    """Cut ``loss`` pixels off the right end of each run of a value flagged in ``chosen``.

    What is left are the places where a stretch of ``loss + 1`` pixels can start.  Pieces of a row
    stand at least ``loss`` columns apart; see above for the room.  Return the number of pieces.
    """
    one = np.uint64(1)
    count = np.uint64(0)
    start = np.int64(0)
    for i in range(np.uint64(ends.size)):
        end = np.int64(ends[i])
        if end - start > loss and chosen[values[i]]:
            out_starts[count] = start
            out_stops[count] = end - loss
            out_values[count] = values[i]
            count += one
        start = end
    return np.int64(count)


@kernel
def mark_regions(starts, pieces, ends, region_of_run, marked):
    """Set ``marked`` for the region of every piece; pieces lie inside runs, in order."""
    run = np.uint64(0)
    for piece in range(np.uint64(pieces)):
        while ends[run] <= starts[piece]:
            run += np.uint64(1)
        marked[region_of_run[run]] = True
