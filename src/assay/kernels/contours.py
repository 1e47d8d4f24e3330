"""Contour pixels of one map that lie within a tolerance of the other map's contour."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def count_hits(
    rows, starts, stops, values,
    other_starts, other_stops, other_values, other_first_of_row,
    group_of_value, reach, cursors, hits, totals,
):  # fmt: skip
    """Add, per value, contour pixels to ``totals`` and those that the other map has to ``hits``.

    Spans are those of :func:`assay.kernels.surfaces.edge_spans`: half-open columns, sorted by row,
    then column.  ``other_first_of_row`` has the other's first span of each row, and one entry more.
    Values whose ``group_of_value`` is negative are passed over; the others belong to a group of one
    tolerance: ``reach[group, k]`` is how many columns a disc of that tolerance is wide, to each
    side, ``k`` rows from its centre, and -1 beyond the disc.  ``cursors`` is scratch of shape
    (groups, 2 * reach.shape[1] - 1).

    A span is matched in pieces of 64 columns, one bit each.  The own row is looked at first, then
    rows further and further away, until no bit is left: most pixels are matched at once.  Within a
    row calls come from left to right, so a cursor into each row around it only advances.
    """
    height = np.int64(other_first_of_row.size) - 1
    groups, rows_of_reach = reach.shape
    middle = rows_of_reach - 1
    one = np.uint64(1)
    all_bits = np.uint64(0xFFFFFFFFFFFFFFFF)
    current = np.int64(-1)
    for i in range(np.uint64(rows.size)):
        value = values[i]
        group = group_of_value[value]
        if group < 0:
            continue
        g = np.uint64(group)
        y = np.int64(rows[i])
        if y != current:
            current = y
            for h in range(groups):
                for shift in range(-middle, middle + 1):
                    if 0 <= y + shift < height and reach[h, abs(shift)] >= 0:
                        cursors[h, middle + shift] = other_first_of_row[y + shift]
        first = np.int64(starts[i])
        end = np.int64(stops[i])
        totals[value] += end - first
        left = first
        while left < end:
            right = min(left + 64, end)
            missing = all_bits >> np.uint64(64 - (right - left))
            for step in range(2 * middle + 1):
                away = (step + 1) >> 1
                shift = away if step & 1 else -away
                sideways = np.int64(reach[g, np.uint64(away)])
                if sideways < 0:
                    break
                row = y + shift
                if row < 0 or row >= height:
                    continue
                last = np.uint64(other_first_of_row[np.uint64(row + 1)])
                cursor = np.uint64(middle + shift)
                k = np.uint64(cursors[g, cursor])
                behind = left - sideways
                while k < last and np.int64(other_stops[k]) <= behind:
                    k += one
                cursors[g, cursor] = k
                ahead = right + sideways
                while k < last:
                    low = np.int64(other_starts[k])
                    if low >= ahead:
                        break
                    if other_values[k] == value:
                        low = max(low - sideways, left)
                        high = min(np.int64(other_stops[k]) + sideways, right)
                        if high > low:
                            covered = (all_bits >> np.uint64(64 - (high - low))) << np.uint64(
                                low - left
                            )
                            missing &= ~covered
                    k += one
                if missing == 0:
                    break
            found = right - left
            while missing != 0:
                missing &= missing - one
                found -= 1
            hits[value] += found
            left = right
