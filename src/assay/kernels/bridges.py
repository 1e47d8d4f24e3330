"""Where holes are joined to the ring on their left."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def nearest_left(edge_columns, edge_tops, edge_bottoms, edge_ranks, columns, heights, ranks, found):
    """Find the vertical edge that a ray to the left meets first, for every query point.

    Vertical edges come sorted by column.  A query sees only edges whose rank is below its own,
    and those in its own column too.  Filled in: ``found`` (int64), the place of the edge, or -1.

    The walk to the left ends at the first edge that spans the height.  In an outline that is a
    few columns away, however long the outline.
    """
    for query in range(columns.size):
        found[query] = -1
        place = np.searchsorted(edge_columns, columns[query], side="right") - 1
        while place >= 0:
            if (
                edge_tops[place] <= heights[query] <= edge_bottoms[place]
                and edge_ranks[place] < ranks[query]
            ):
                found[query] = place
                break
            place -= 1
