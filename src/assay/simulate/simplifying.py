"""Outlines with fewer vertices: what a hurried annotator clicks."""

import numpy as np
from numpy.typing import NDArray

from assay.labels.polygon import Ring


def simplify(ring: Ring, *, tolerance_px: float) -> Ring:
    """Drop vertices that lie within a tolerance of the line between their kept neighbours.

    Parameters
    ----------
    ring
        Vertices of a closed ring, shape (n, 2).
    tolerance_px
        Largest distance of a dropped vertex from the new outline.

    Returns
    -------
    Ring
        At least three of the vertices, in their order; the ring itself where it has no more.

    Notes
    -----
    Douglas and Peucker 1973, "Algorithms for the reduction of the number of points required to
    represent a digitized line or its caricature", on the two halves of the ring.

    Examples
    --------
    >>> stairs = np.array([[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [9, 2], [9, 9], [0, 9.0]])
    >>> simplify(stairs, tolerance_px=1.6).tolist()
    [[0.0, 0.0], [9.0, 2.0], [9.0, 9.0], [0.0, 9.0]]
    """
    if len(ring) <= 3:
        return ring
    closed = np.concatenate([ring, ring[:1]])
    far = int(((ring - ring[0]) ** 2).sum(axis=1).argmax())
    keep = np.zeros(len(closed), np.bool_)
    keep[[0, far, len(ring)]] = True
    pending = [(0, far), (far, len(ring))]
    while pending:
        start, stop = pending.pop()
        if stop - start < 2:
            continue
        distances = _distances(closed[start + 1 : stop], closed[start], closed[stop])
        worst = int(distances.argmax())
        if distances[worst] > tolerance_px:
            middle = start + 1 + worst
            keep[middle] = True
            pending += [(start, middle), (middle, stop)]
    return _with_three(ring, keep[:-1])


def _distances(points: Ring, start: Ring, stop: Ring) -> Ring:
    """Return the distances of points from the segment between two others."""
    along = stop - start
    length = float(np.hypot(*along))
    if not length:
        return np.asarray(np.hypot(*(points - start).T), np.float64)
    share = np.clip((points - start) @ along / length**2, 0, 1)
    return np.asarray(np.hypot(*(points - start - share[:, None] * along).T), np.float64)


def _with_three(ring: Ring, keep: NDArray[np.bool_]) -> Ring:
    """Return the kept vertices, with the farthest other ones where fewer than three are left."""
    while keep.sum() < 3:
        start, stop = np.flatnonzero(keep)[[0, -1]]
        distances = _distances(ring, ring[start], ring[stop])
        distances[keep] = -1
        keep[int(distances.argmax())] = True
    return np.ascontiguousarray(ring[keep])
