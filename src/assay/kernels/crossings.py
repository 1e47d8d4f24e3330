"""What a ring would cost to fill, how far it leaves the frame, and whether it crosses itself."""

from assay.kernels._compile import kernel


@kernel
def crosses_itself(points):
    """Say whether two sides of a closed ring (float64, shape (n, 2)) properly cross.

    Sides that touch, overlap or share a vertex do not cross, so a bridge to a hole does not count.
    Every pair of sides is looked at: the caller bounds ``n``.
    """
    n = points.shape[0]
    for i in range(n - 2):
        ax = points[i, 0]
        ay = points[i, 1]
        bx = points[i + 1, 0]
        by = points[i + 1, 1]
        for j in range(i + 2, n):
            k = j + 1 if j + 1 < n else 0
            cx = points[j, 0]
            cy = points[j, 1]
            dx = points[k, 0]
            dy = points[k, 1]
            # Which side of the one line the ends of the other lie on, both ways.
            c_side = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            d_side = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            if not ((c_side < 0 < d_side) or (d_side < 0 < c_side)):
                continue
            a_side = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
            b_side = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
            if (a_side < 0 < b_side) or (b_side < 0 < a_side):
                return True
    return False


@kernel
def measure_ring(points, height, width):
    """Return (rows crossed by all sides together, pixels that the ring reaches out of the frame).

    Both are what filling and reporting need before anything is filled; rows outside the frame are
    not counted, because filling skips them.
    """
    crossed = 0.0
    outside = 0.0
    n = points.shape[0]
    before = min(max(points[n - 1, 1], 0.0), float(height))
    for i in range(n):
        x = points[i, 0]
        y = points[i, 1]
        outside = max(outside, -x, x - width, -y, y - height)
        here = min(max(y, 0.0), float(height))
        crossed += abs(here - before)
        before = here
    return crossed, outside
