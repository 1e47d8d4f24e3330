"""All classes of a map eroded at once, by a square, without a dense image.

A class eroded by a square of ``2d + 1`` pixels is what is left when every run loses ``d`` pixels
at both ends and then every row is intersected with the ``2d`` rows around it.  The rows are
intersected by doubling: of windows of one row, then two, four, and so on, so ``2d + 1`` rows take
about ``log2(2d + 1)`` passes.

Pieces are what is left of the runs: half-open column spans ``starts`` to ``stops`` (int32) with
their ``values`` (uint16), in the order of rows and columns; ``row_starts`` (int64) has the first
piece of each row and, at the end, the number of pieces.  In a row, pieces of one class stand at
least ``2d + 1`` columns apart, because one foreign pixel clears that many, and pieces of two
classes at least ``2d``; so a row of ``width`` columns holds at most
``(width + 2d) // (2d + 1)`` pieces.  That is the room that callers give, and one more place,
because a piece is written before it is known to count.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def shrink_runs(
    ends, values, row_starts, width, chosen, distance,
    out_starts, out_stops, out_values, out_row_starts,
):  # fmt: skip
    """Cut ``distance`` pixels off both ends of every run whose value is flagged in ``chosen``."""
    height = row_starts.size - 1
    one = np.uint64(1)
    count = np.uint64(0)
    for y in range(height):
        out_row_starts[y] = count
        base = np.int64(y) * width
        left = np.int64(0)
        for i in range(np.uint64(row_starts[y]), np.uint64(row_starts[y + 1])):
            right = np.int64(ends[i]) - base
            # Long runs are rare in most rows: the length is the cheaper and the likelier refusal.
            if right - left > 2 * distance and chosen[values[i]]:
                out_starts[count] = left + distance
                out_stops[count] = right - distance
                out_values[count] = values[i]
                count += one
            left = right
    out_row_starts[height] = count


@kernel
def intersect_rows(
    starts, stops, values, row_starts, offset, rows,
    out_starts, out_stops, out_values, out_row_starts,
):  # fmt: skip
    """Intersect each of the first ``rows`` rows with the row ``offset`` below it, class by class.

    There are at least ``rows + offset`` rows.  Row ``y`` of the result stands for the rows ``y``
    to ``y + offset`` of what came in, so results are anchored at their topmost row.
    """
    count = np.uint64(0)
    for y in range(rows):
        out_row_starts[y] = count
        i = np.uint64(row_starts[y])
        j = np.uint64(row_starts[y + offset])
        last_i = np.uint64(row_starts[y + 1])
        last_j = np.uint64(row_starts[y + offset + 1])
        while i < last_i and j < last_j:
            upper_stop = stops[i]
            lower_stop = stops[j]
            start = max(starts[i], starts[j])
            stop = min(upper_stop, lower_stop)
            # Written without a branch: whether pieces meet is hard to predict.
            out_starts[count] = start
            out_stops[count] = stop
            out_values[count] = values[i]
            count += np.uint64((start < stop) & (values[i] == values[j]))
            i += np.uint64(upper_stop <= lower_stop)
            j += np.uint64(lower_stop <= upper_stop)
    out_row_starts[rows] = count


@kernel
def replace_pieces(
    ends, values, row_starts, width, piece_starts, piece_stops, piece_row_starts, first_row, rows,
    replacement, out_ends, out_values, out_row_starts,
):  # fmt: skip
    """Write the run list with every piece replaced by ``replacement``; return the run count.

    Row ``k`` of the ``rows`` rows of pieces lies at row ``first_row + k`` of the map.  A piece
    lies strictly inside a run, so each makes two runs more: that is the room to give.
    """
    height = row_starts.size - 1
    one = np.uint64(1)
    count = np.uint64(0)
    for y in range(height):
        out_row_starts[y] = count
        base = np.int64(y) * width
        piece = np.uint64(0)
        last_piece = np.uint64(0)
        if first_row <= y < first_row + rows:
            piece = np.uint64(piece_row_starts[y - first_row])
            last_piece = np.uint64(piece_row_starts[y - first_row + 1])
        for i in range(np.uint64(row_starts[y]), np.uint64(row_starts[y + 1])):
            end = np.int64(ends[i])
            value = values[i]
            while piece < last_piece and base + piece_stops[piece] < end:
                out_ends[count] = base + piece_starts[piece]
                out_values[count] = value
                out_ends[count + one] = base + piece_stops[piece]
                out_values[count + one] = replacement
                count += one + one
                piece += one
            out_ends[count] = end
            out_values[count] = value
            count += one
    out_row_starts[height] = count
    return np.int64(count)
