"""A polygon with holes as one ring."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.polygon import Polygon, Ring


def keyhole(polygon: Polygon) -> Ring:
    """Join all rings of a polygon into one, for formats that have no holes.

    Every hole is joined to the ring on its left by a bridge of zero width, walked there and back.
    Under the even-odd rule the two ways cancel, so the one ring fills exactly the pixels of the
    polygon.  In polygons from :func:`~assay.labels.trace` bridges run along pixel edges, inside
    the region, and are as short as can be.

    Parameters
    ----------
    polygon
        Any polygon.  A ring with no vertical edge of another ring on its left, such as a second
        outer ring, is joined to the leftmost vertex of all.

    Returns
    -------
    ndarray
        float64, shape (n, 2), x then y; not closed by a repeated vertex.

    Examples
    --------
    >>> outer = np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]])
    >>> hole = np.array([[3.0, 4.0], [3.0, 6.0], [5.0, 6.0], [5.0, 4.0]])
    >>> keyhole(Polygon((outer, hole))).astype(int).tolist()  # bridge from (0, 4) to (3, 4)
    [[0, 0], [9, 0], [9, 9], [0, 9], [0, 4], [3, 4], [3, 6], [5, 6], [5, 4], [3, 4], [0, 4]]
    """
    if len(polygon.rings) == 1:
        return polygon.rings[0]
    joints = _joints(polygon)
    walk = np.concatenate(list(_walk(joints)))[:-1]  # the last vertex closes the ring
    fresh = (walk != np.roll(walk, 1, axis=0)).any(axis=1)
    # A bridge of length zero repeats a vertex; a polygon that is a mere point keeps its three.
    return walk[fresh] if fresh.sum() >= 3 else walk


@dataclass(frozen=True, eq=False)
class _Joints:
    """Rings that start at their leftmost vertex, and where each is joined to which other one."""

    rings: tuple[Ring, ...]
    root: int
    #: Per ring: the rings joined to it, in the order in which a walk meets them.
    children: tuple[list[int], ...]
    #: Per ring: the vertex of its parent after which the bridge begins, and where it begins.
    positions: NDArray[np.int64]
    landings: Ring


def _joints(polygon: Polygon) -> _Joints:
    rings = tuple(
        np.roll(ring, -int(np.lexsort((ring[:, 1], ring[:, 0]))[0]), axis=0)
        for ring in polygon.rings
    )
    anchors = np.array([ring[0] for ring in rings])
    by_column = np.argsort(anchors[:, 0], kind="stable")
    ranks = np.empty(len(rings), np.int64)
    ranks[by_column] = np.arange(len(rings))
    root = int(by_column[0])
    parents, positions, landings = _nearest_edges(rings, anchors, ranks, root)
    reach = np.abs(landings[:, 1] - _vertices_at(rings, parents, positions)[:, 1])
    children: tuple[list[int], ...] = tuple([] for _ in rings)
    for ring in np.lexsort((reach, positions)).tolist():
        if ring != root:
            children[parents[ring]].append(ring)
    return _Joints(rings, root, children, positions, landings)


def _nearest_edges(
    rings: tuple[Ring, ...], anchors: Ring, ranks: NDArray[np.int64], root: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Ring]:
    """Return, per ring, the ring and vertex whose edge lies nearest on the left, and where."""
    sizes = [len(ring) for ring in rings]
    points = np.concatenate(rings)
    ahead = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    ring_of = np.repeat(np.arange(len(rings)), sizes)
    position_of = np.concatenate([np.arange(size) for size in sizes])
    upright = np.flatnonzero((points[:, 0] == ahead[:, 0]) & (points[:, 1] != ahead[:, 1]))
    edges = upright[np.argsort(points[upright, 0], kind="stable")]
    found = np.empty(len(rings), np.int64)
    kernels.bridges.nearest_left(
        points[edges, 0].copy(),
        np.minimum(points[edges, 1], ahead[edges, 1]),
        np.maximum(points[edges, 1], ahead[edges, 1]),
        ranks[ring_of[edges]],
        anchors[:, 0].copy(), anchors[:, 1].copy(), ranks, found,
    )  # fmt: skip
    met = found >= 0
    parents = np.full(len(rings), root, np.int64)
    positions = np.zeros(len(rings), np.int64)
    landings = np.repeat(anchors[root : root + 1], len(rings), axis=0)
    parents[met] = ring_of[edges[found[met]]]
    positions[met] = position_of[edges[found[met]]]
    landings[met] = np.c_[points[edges[found[met]], 0], anchors[met, 1]]
    return parents, positions, landings


def _vertices_at(
    rings: tuple[Ring, ...], parents: NDArray[np.int64], positions: NDArray[np.int64]
) -> Ring:
    pairs = zip(parents.tolist(), positions.tolist(), strict=True)
    return np.array([rings[parent][position] for parent, position in pairs])


def _walk(joints: _Joints) -> Iterator[Ring]:
    """Yield stretches of the one ring, in order; a stack, because holes nest a million deep."""
    stack = [_stretches(joints, joints.root)]
    while stack:
        for stretch in stack[-1]:
            if isinstance(stretch, int):
                stack.append(_stretches(joints, stretch))
                break
            yield stretch
        else:
            stack.pop()


def _stretches(joints: _Joints, ring: int) -> Iterator[Ring | int]:
    """Yield the closed ring from its leftmost vertex, and the number of each ring to walk."""
    vertices = joints.rings[ring]
    places = [0, *(int(joints.positions[child]) + 1 for child in joints.children[ring])]
    for child, (first, stop) in zip(joints.children[ring], pairwise(places), strict=True):
        landing = joints.landings[child : child + 1]
        yield vertices[first:stop]
        yield landing
        yield child
        yield landing
    yield vertices[places[-1] :]
    yield vertices[:1]
