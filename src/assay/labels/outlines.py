"""What can be wrong with an outline as somebody drew it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.polygon import Ring

#: Pairs of sides that are held against each other at most: a third of a second.
MOST_PAIRS = 10**8
_MOST_CROSSINGS = 1000
#: Vertices nearer to each other than this are one.
_SAME_PX = 1e-6


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where a ring crosses itself.

    Parameters
    ----------
    points
        float64, shape (crossings, 2): x and y of each.
    loop_px
        float64, shape (crossings,): area of the smaller of the two loops that a crossing makes.
    pairs
        How many pairs of sides were looked at.
    complete
        Whether the search came to its end; of a ring of absurd complexity only a part is looked at.
    """

    points: NDArray[np.float64]
    loop_px: NDArray[np.float64]
    pairs: int = 0
    complete: bool = True

    def __len__(self) -> int:
        return len(self.points)


def distinct(ring: Ring) -> Ring:
    """Return a ring without vertices that repeat the one before, the closing one included.

    Examples
    --------
    >>> distinct(np.array([[0, 0], [4, 0], [4, 0], [4, 4], [0, 0.0]])).tolist()
    [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]
    """
    fresh = np.ones(len(ring), np.bool_)
    fresh[repeats(ring)] = False
    kept = ring[fresh]
    closed = len(kept) > 1 and bool((np.abs(kept[-1] - kept[0]) <= _SAME_PX).all())
    return kept[:-1] if closed else kept


def repeats(ring: Ring) -> NDArray[np.int64]:
    """Return the vertices that repeat the one before; one that closes the ring does not.

    Examples
    --------
    >>> repeats(np.array([[0, 0], [4, 0], [4, 0], [4, 4], [0, 0.0]])).tolist()
    [2]
    """
    same = (np.abs(np.diff(ring, axis=0)) <= _SAME_PX).all(axis=1)
    return np.flatnonzero(same) + 1


def has_no_area(ring: Ring) -> bool:
    """Say whether all vertices lie on one line, or in one point.

    A bow-tie whose two halves cancel has area all the same.

    Examples
    --------
    >>> has_no_area(np.array([[0, 0], [2, 2], [5, 5.0]]))
    True
    """
    arms = ring - ring[0]
    lengths = np.hypot(*arms.T)
    far = int(lengths.argmax())
    if lengths[far] <= _SAME_PX:
        return True
    across = arms[:, 0] * arms[far, 1] - arms[:, 1] * arms[far, 0]
    return bool(np.abs(across).max() <= _SAME_PX * lengths[far])


def crossings(ring: Ring, *, most_pairs: int = MOST_PAIRS) -> Crossings:
    """Find where sides of a ring cross.

    Sides that only touch, or run along each other, do not cross: the bridge to a hole, walked
    there and back, is sound.

    Parameters
    ----------
    ring
        Vertices, shape (n, 2), finite.
    most_pairs
        Pairs of sides that are looked at before the search is given up.

    Examples
    --------
    >>> bow_tie = np.array([[0, 0], [4, 4], [4, 0], [0, 4.0]])
    >>> found = crossings(bow_tie)
    >>> found.points.tolist(), found.loop_px.tolist()
    ([[2.0, 2.0]], [4.0])
    """
    points = np.ascontiguousarray(distinct(ring))
    if len(points) < 4:
        return Crossings(np.empty((0, 2)), np.empty(0))
    tops = np.minimum(points[:, 1], np.roll(points[:, 1], -1))
    firsts, seconds = (np.empty(_MOST_CROSSINGS, np.int64) for _ in range(2))
    order = np.argsort(tops, kind="stable").astype(np.int64)
    count, pairs = kernels.outlines.find_crossings(points, order, most_pairs, firsts, seconds)
    first, second = firsts[:count], seconds[:count]
    places = np.lexsort((second, first))
    measured = _measured(points, first[places], second[places])
    return Crossings(*measured, min(pairs, most_pairs), pairs <= most_pairs)


def _measured(
    points: Ring, first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where pairs of sides cross, and the area of the loop from the one to the other."""
    # Relative to a vertex, so that large coordinates do not cancel.
    ring = points - points[0]
    ahead = np.roll(ring, -1, axis=0)
    start, along = ring[first], ahead[first] - ring[first]
    other = ahead[second] - ring[second]
    share = _cross(ring[second] - start, other) / _cross(along, other)
    places = start + share[:, None] * along
    turned = np.concatenate([[0.0], np.cumsum(_cross(ring, ahead))])
    between = turned[second] - turned[first + 1]
    loop = between + _cross(places, ahead[first]) + _cross(ring[second], places)
    smaller = np.minimum(np.abs(loop), np.abs(turned[-1] - loop)) / 2
    return places + points[0], smaller


def spikes(ring: Ring, *, length_px: float, width_px: float) -> NDArray[np.float64]:
    """Find where an outline runs out and back along nearly the same line.

    Parameters
    ----------
    ring
        Vertices, shape (n, 2), finite.
    length_px
        Shortest run that counts, at least.
    width_px
        Distance of the two ways at the foot of the spike, at most.

    Returns
    -------
    ndarray
        float64, shape (spikes, 2): their tips.

    Examples
    --------
    >>> ring = np.array([[0, 0], [9, 0], [9, 9], [4, 9], [4, 20], [3.8, 9], [0, 9.0]])
    >>> spikes(ring, length_px=4, width_px=0.5).tolist()
    [[4.0, 20.0]]
    """
    points = distinct(ring)
    if len(points) < 3:
        return np.empty((0, 2))
    back, ahead = np.roll(points, 1, axis=0) - points, np.roll(points, -1, axis=0) - points
    lengths = np.hypot(*back.T), np.hypot(*ahead.T)
    short = np.minimum(*lengths)
    width = np.abs(_cross(back, ahead)) / np.maximum(*lengths)
    folded = (back * ahead).sum(axis=1) > 0
    tips: NDArray[np.float64] = points[folded & (short >= length_px) & (width <= width_px)]
    return tips


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0], np.float64)
