"""Outlines of regions along pixel edges, from runs.

Every run has two vertical unit edges: its left one, walked upwards (number ``2 * run``), and its
right one, walked downwards (``2 * run + 1``), so that the region lies on the walker's right.  What
follows an edge depends on the two rows at its head alone; linking all edges and following the
links gives the outlines without a look at any pixel.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def link_edges(ends, row_starts, width, region_of_run, columns, rows, links):
    """Link each vertical edge to the one that the outline takes next; return the corner count.

    ``region_of_run`` numbers 4-connected regions; runs numbered below 0 are left out.  Filled in:
    ``columns`` (int64) and ``links`` (int64), per edge, and ``rows`` (int32), per run; links of
    runs left out are -1.

    Where two pixels of a region touch at a corner only, the outline turns left and passes between
    the *other* two pixels: their region is what the ring goes round, so each ring goes round
    one 4-connected piece of the rest and never visits a corner twice.

    Each search along a row stays within the extent of one run of the other row and stops at the
    first run of the region, so all searches together take time linear in the runs.
    """
    height = row_starts.size - 1
    for y in range(height):
        column = np.int64(0)
        for run in range(row_starts[y], row_starts[y + 1]):
            columns[2 * run] = column
            column = np.int64(ends[run]) - y * width
            columns[2 * run + 1] = column
            rows[run] = y
            links[2 * run] = -1
            links[2 * run + 1] = -1

    # Outlines turn at the top of the first row and at the bottom of the last.
    for run in range(row_starts[1]):
        if region_of_run[run] >= 0:
            links[2 * run] = 2 * run + 1
    for run in range(row_starts[height - 1], row_starts[height]):
        if region_of_run[run] >= 0:
            links[2 * run + 1] = 2 * run

    for y in range(height - 1):
        upper_first = row_starts[y]
        upper_stop = row_starts[y + 1]
        lower_first = upper_stop
        lower_stop = row_starts[y + 2]

        # Right edges of the upper row, walked down to the row between.
        lower = lower_first
        for run in range(upper_first, upper_stop):
            region = region_of_run[run]
            if region < 0:
                continue
            x = columns[2 * run + 1]
            while columns[2 * lower + 1] < x:
                lower += 1
            # ``lower`` lies below left; below right lies it or, where it stops here, the next one.
            right = lower
            if columns[2 * lower + 1] == x:
                right = lower + 1
            if right < lower_stop and region_of_run[right] == region:
                # Left turn: along the top of ``right``, until the upper row is of the region.
                link = 2 * right + 1
                other = run + 1
                while other < upper_stop and columns[2 * other] <= columns[2 * right + 1]:
                    if region_of_run[other] == region:
                        link = 2 * other
                        break
                    other += 1
            elif region_of_run[lower] == region:
                link = 2 * lower + 1
            else:
                # Right turn: back along the bottom of the run, until the lower row is of it.
                link = 2 * run
                other = lower - 1
                while other >= lower_first and columns[2 * other + 1] >= columns[2 * run]:
                    if region_of_run[other] == region:
                        link = 2 * other + 1
                        break
                    other -= 1
            links[2 * run + 1] = link

        # Left edges of the lower row, walked up: the same, turned by half a turn.
        upper = upper_first
        for run in range(lower_first, lower_stop):
            region = region_of_run[run]
            if region < 0:
                continue
            x = columns[2 * run]
            while columns[2 * upper + 1] <= x:
                upper += 1
            left = upper
            if columns[2 * upper] == x:
                left = upper - 1
            if left >= upper_first and region_of_run[left] == region:
                link = 2 * left
                other = run - 1
                while other >= lower_first and columns[2 * other + 1] >= columns[2 * left]:
                    if region_of_run[other] == region:
                        link = 2 * other + 1
                        break
                    other -= 1
            elif region_of_run[upper] == region:
                link = 2 * upper
            else:
                link = 2 * run + 1
                other = upper + 1
                while other < upper_stop and columns[2 * other] <= columns[2 * run + 1]:
                    if region_of_run[other] == region:
                        link = 2 * other
                        break
                    other += 1
            links[2 * run] = link

    corners = 0
    for edge in range(links.size):
        if links[edge] >= 0 and columns[links[edge]] != columns[edge]:
            corners += 2
    return corners


@kernel
def follow_links(columns, rows, links, region_of_run, points, ring_starts, ring_regions):
    """Write the corners of every ring, in order of first edges; return the number of rings.

    ``points`` (float64, shape (corners, 2)) has room for all corners, ``ring_starts`` (int64) for
    one entry per ring and one more, ``ring_regions`` (int32) for one per ring; a ring has at least
    four corners.  ``links`` is used up.
    """
    corner = 0
    ring = 0
    for first in range(links.size):
        if links[first] < 0:
            continue
        ring_starts[ring] = corner
        ring_regions[ring] = region_of_run[first // 2]
        edge = np.int64(first)
        while links[edge] >= 0:
            link = links[edge]
            links[edge] = -1
            if columns[link] != columns[edge]:
                # Straight continuations are dropped, so corners alternate between the axes.
                y = rows[edge // 2] + edge % 2
                points[corner, 0] = columns[edge]
                points[corner, 1] = y
                points[corner + 1, 0] = columns[link]
                points[corner + 1, 1] = y
                corner += 2
            edge = link
        ring += 1
    ring_starts[ring] = corner
    return ring
