"""Where outlines cross themselves, and where objects lie over each other."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def find_crossings(points, order, budget, firsts, seconds):
    """Find pairs of sides of a closed ring that properly cross; return (count, pairs looked at).

    ``points`` is float64 of shape (n, 2); side ``i`` runs from vertex ``i`` to the next one.
    ``order`` lists the sides by their upper end.  Sides that touch, overlap or share a vertex do
    not cross, so a bridge to a hole does not count.  ``firsts`` and ``seconds`` (int64) take the
    lower and the higher side of each pair.  The search ends early when they are full or ``budget``
    pairs were looked at, and then more than ``budget`` is returned.

    Sides are swept downwards: each is held against those that begin before it ends, so a ring of
    short sides costs little however many it has.
    """
    n = points.shape[0]
    count = 0
    looked = 0
    for place in range(n):
        i = order[place]
        k = i + 1 if i + 1 < n else 0
        ax = points[i, 0]
        ay = points[i, 1]
        bx = points[k, 0]
        by = points[k, 1]
        bottom = max(ay, by)
        left = min(ax, bx)
        right = max(ax, bx)
        for other in range(place + 1, n):
            j = order[other]
            m = j + 1 if j + 1 < n else 0
            cx = points[j, 0]
            cy = points[j, 1]
            dx = points[m, 0]
            dy = points[m, 1]
            if min(cy, dy) >= bottom:
                break
            looked += 1
            if looked > budget:
                return count, looked
            if max(cx, dx) <= left or min(cx, dx) >= right:
                continue
            # Which side of the one line the ends of the other lie on, both ways.
            c_side = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            d_side = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            if not ((c_side < 0 < d_side) or (d_side < 0 < c_side)):
                continue
            a_side = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
            b_side = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
            if not ((a_side < 0 < b_side) or (b_side < 0 < a_side)):
                continue
            if count == firsts.size:
                return count, budget + 1
            firsts[count] = min(i, j)
            seconds[count] = max(i, j)
            count += 1
    return count, looked


@kernel
def find_overlaps(order, rows, starts, stops, owners, lower, upper, lefts, rights, lines):
    """Find stretches of rows that two owners cover; return (count, complete).

    ``order`` lists spans by row, then start; the spans of one owner are disjoint.  For each
    stretch: ``lower`` and ``upper`` take the owners (int32, the lower number first), ``lefts``,
    ``rights`` and ``lines`` its columns and its row (int32).  The search ends when they are full,
    and then ``complete`` is false.
    """
    active = np.empty(order.size, np.int64)
    size = 0
    count = 0
    line = np.int64(-1)
    for place in range(order.size):
        span = order[place]
        if rows[span] != line:
            line = rows[span]
            size = 0
        start = starts[span]
        kept = 0
        for k in range(size):
            other = active[k]
            if stops[other] <= start:
                continue
            active[kept] = other
            kept += 1
            if owners[other] == owners[span]:
                continue
            if count == lines.size:
                return count, False
            lower[count] = min(owners[other], owners[span])
            upper[count] = max(owners[other], owners[span])
            lefts[count] = start
            rights[count] = min(stops[other], stops[span])
            lines[count] = line
            count += 1
        active[kept] = span
        size = kept + 1
    return count, True
