"""How many vertices of an outline its pixels need."""

import numpy as np

from assay import kernels
from assay.labels.polygon import Ring

#: A vertex nearer than this to the line between its neighbours may be one that nobody needs.
TOLERANCE_PX = 0.49
_MOST_PASSES = 40


def needed_vertices(ring: Ring, *, height: int) -> Ring:
    """Return the vertices of a ring that are left when those that paint nothing are dropped.

    A vertex is dropped when it lies less than half a pixel from the line between its neighbours
    and no pixel's centre lies between the two ways, so the painted pixels do not change by one
    (but for centres that lie on an edge to a ten-millionth of a pixel, where rounding decides).
    What is left depends on where one begins, and a few more might go; it is enough to show that a
    bill counts vertices that nobody sees.

    Parameters
    ----------
    ring
        Vertices of a closed ring, shape (n, 2), finite.  A repeated first vertex at the end of more
        than three is no vertex.
    height
        Height of the frame in pixels: outside of it no pixel is painted.

    Returns
    -------
    Ring
        Some of the vertices in their order; all of a ring of three or fewer.

    Examples
    --------
    >>> square = np.array([[0, 0], [5, 0], [10, 0], [10, 10], [5.1, 10.2], [0, 10.0]])
    >>> needed_vertices(square, height=20).tolist()
    [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]
    """
    open_ring = ring[:-1] if len(ring) > 3 and (ring[0] == ring[-1]).all() else ring
    if len(open_ring) <= 3:
        return open_ring
    keep = np.empty(len(open_ring), np.bool_)
    points = np.ascontiguousarray(open_ring)
    kernels.vertices.keep_needed(points, height, TOLERANCE_PX, _MOST_PASSES, keep)
    return points[keep]
