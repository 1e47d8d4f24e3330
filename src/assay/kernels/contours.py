"""Contour pixels of one map that lie within a tolerance of the other map's contour."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def count_hits(
    rows, starts, stops, values,
    other_starts, other_stops, other_values, other_first_of_row,
    other_has, group_of_value, shifts, reach, cursors, hits, totals,
):  # fmt: skip
    """Add, per value, contour pixels to ``totals`` and those that the other map has to ``hits``.

    Spans are those of :func:`assay.kernels.surfaces.edge_spans`: half-open columns, sorted by row,
    then column.  ``other_first_of_row`` has the other's first span of each row, and one entry more,
    and ``other_has`` says which values it has spans of.  Values whose ``group_of_value`` is
    negative are passed over; the others belong to a group of one tolerance.  Rows are looked at in
    the order of ``shifts`` (int64, rows down from the pixel's own): the own row first, then rows
    further and further away.  ``reach[group, step]`` is how many columns to each side the disc of
    the group reaches in the row ``shifts[step]``, and -1 where it has no pixel; all later steps are
    -1, too.  ``cursors`` is scratch shaped like it.

    A span is matched in pieces of 64 columns, one bit each, until no bit is left: most pixels are
    matched in the first rows.  Within a row calls come from left to right, so the cursors into the
    rows around it only advance.  Indexes are unsigned, because numba tests a signed one for being
    negative at every access.
    """
    height = np.int64(other_first_of_row.size) - 1
    groups = np.uint64(reach.shape[0])
    steps = np.uint64(reach.shape[1])
    zero = np.uint64(0)
    one = np.uint64(1)
    all_bits = np.uint64(0xFFFFFFFFFFFFFFFF)
    current = np.int64(-1)
    for i in range(np.uint64(rows.size)):
        value = values[i]
        if group_of_value[value] < 0:
            continue
        group = np.uint64(group_of_value[value])
        y = np.int64(rows[i])
        if y != current:
            current = y
            for step in range(zero, steps):
                row = y + shifts[step]
                if 0 <= row < height:
                    for g in range(zero, groups):
                        cursors[g, step] = other_first_of_row[np.uint64(row)]
        left = np.int64(starts[i])
        stop = np.int64(stops[i])
        totals[value] += stop - left
        if not other_has[value]:
            continue
        while left < stop:
            right = min(left + 64, stop)
            missing = all_bits >> np.uint64(64 - (right - left))
            for step in range(zero, steps):
                sideways = reach[group, step]
                if sideways < 0:
                    break
                row = y + shifts[step]
                if row < 0 or row >= height:
                    continue
                last = np.uint64(other_first_of_row[np.uint64(row + 1)])
                k = np.uint64(cursors[group, step])
                while k < last and other_stops[k] + sideways <= left:
                    k += one
                cursors[group, step] = k
                while k < last:
                    low = other_starts[k] - sideways
                    if low >= right:
                        break
                    if other_values[k] == value:
                        low = max(low, left)
                        high = min(other_stops[k] + sideways, right)
                        covered = all_bits >> np.uint64(64 - (high - low))
                        missing &= ~(covered << np.uint64(low - left))
                    k += one
                if missing == zero:
                    break
            found = right - left
            while missing != zero:
                missing &= missing - one
                found -= 1
            hits[value] += found
            left = right
