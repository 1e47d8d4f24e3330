"""Which vertices of a polygon its painted pixels need."""

import numpy as np

from assay.kernels._compile import kernel

#: A crossing this near to a pixel's centre is taken to lie on either side of it.
_EDGE = 1e-7


@kernel
def _crossing(x, y, other_x, other_y, row):
    """Return (whether an edge crosses a row of centres, where), by the rule of ``fill_rings``."""
    centre = row + 0.5
    if (y <= centre) == (other_y <= centre):
        return False, 0.0
    return True, x + (centre - y) / (other_y - y) * (other_x - x)


@kernel
def _shows(ax, ay, bx, by, cx, cy, height):
    """Say whether a pixel's centre lies between the way from a over b to c and the way past b."""
    top = max(np.floor(min(ay, by, cy)) - 1, 0.0)
    bottom = min(np.ceil(max(ay, by, cy)) + 1, np.float64(height))
    row = top
    while row < bottom:
        low = np.inf
        high = -np.inf
        for edge in range(3):
            if edge == 0:
                crosses, place = _crossing(ax, ay, bx, by, row)
            elif edge == 1:
                crosses, place = _crossing(bx, by, cx, cy, row)
            else:
                crosses, place = _crossing(ax, ay, cx, cy, row)
            if crosses:
                low = min(low, place)
                high = max(high, place)
        if high - low > 2 * _EDGE and np.ceil(low - 0.5 - _EDGE) < np.ceil(high - 0.5 + _EDGE):
            return True
        row += 1.0
    return False


@kernel
def _strays(ax, ay, bx, by, cx, cy, tolerance):
    """Say whether b lies farther than a tolerance from the segment between a and c."""
    dx = cx - ax
    dy = cy - ay
    length = dx * dx + dy * dy
    share = 0.0
    if length > 0:
        share = min(1.0, max(0.0, ((bx - ax) * dx + (by - ay) * dy) / length))
    off_x = bx - ax - share * dx
    off_y = by - ay - share * dy
    return off_x * off_x + off_y * off_y > tolerance * tolerance


@kernel
def keep_needed(ring, height, tolerance, most_passes, keep):
    """Drop vertices one by one as long as no pixel changes; return how many are left.

    ``ring`` (float64, shape (n, 2), n ≥ 3) is closed by itself; ``keep`` (bool, n) is filled in.
    A vertex goes when it lies within ``tolerance`` of the segment between its kept neighbours and
    no pixel's centre lies in the triangle of the three: then the painted pixels stay the same,
    whatever else the ring does.  At least three stay.
    """
    size = ring.shape[0]
    following = np.empty(size, np.int64)
    for i in range(size):
        keep[i] = True
        following[i] = i + 1 if i + 1 < size else 0
    left = size
    for _ in range(most_passes):
        before = left
        start = 0
        while not keep[start]:
            start += 1
        first = start
        while True:
            middle = following[first]
            last = following[middle]
            if left > 3 and not _strays(
                ring[first, 0], ring[first, 1], ring[middle, 0], ring[middle, 1],
                ring[last, 0], ring[last, 1], tolerance,
            ) and not _shows(
                ring[first, 0], ring[first, 1], ring[middle, 0], ring[middle, 1],
                ring[last, 0], ring[last, 1], height,
            ):  # fmt: skip
                keep[middle] = False
                following[first] = last
                left -= 1
                if middle == start:
                    break
                continue
            first = middle
            if first == start:
                break
        if left == before:
            break
    return left
