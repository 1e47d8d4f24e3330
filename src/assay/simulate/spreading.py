"""Labels growing into their neighbours, one pixel a step."""

import numpy as np
from numpy.typing import NDArray

Dense = NDArray[np.uint16]
Mask = NDArray[np.bool_]

#: Slices of a pixel and its neighbour above, below, left and right.
_NEIGHBOURS = (
    ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
    ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
    ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
)


def spread(dense: Dense, sources: Mask, into: Mask, *, steps: int | None = None) -> Dense:
    """Return a copy in which ``into`` takes the values of the nearest ``sources``.

    Parameters
    ----------
    dense
        uint16, shape (height, width).
    sources, into
        bool, same shape, disjoint: pixels whose values grow, and pixels that they grow into.
    steps
        How many pixels far, along rows and columns; until nothing is left when None.

    Examples
    --------
    >>> dense = np.array([[5, 0, 0, 0]], np.uint16)
    >>> spread(dense, dense == 5, dense == 0, steps=2).tolist()
    [[5, 5, 5, 0]]
    """
    grown, settled, left = dense.copy(), sources.copy(), into.copy()
    step = 0
    while steps is None or step < steps:
        reached = np.zeros_like(left)
        for here, there in _NEIGHBOURS:
            fresh = left[here] & settled[there] & ~reached[here]
            grown[here][fresh] = grown[there][fresh]
            reached[here] |= fresh
        if not reached.any():
            break
        settled |= reached
        left &= ~reached
        step += 1
    return grown


def touches(mask: Mask) -> Mask:
    """Return the pixels with a neighbour above, below, left or right in the mask."""
    near = np.zeros_like(mask)
    for here, there in _NEIGHBOURS:
        near[here] |= mask[there]
    return near
