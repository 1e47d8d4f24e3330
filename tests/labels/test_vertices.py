"""Vertices that paint nothing are told from those that a shape needs, and no pixel ever changes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.labels.painting import fill
from assay.labels.polygon import Polygon
from assay.labels.vertices import needed_vertices

SIDE = 40


def painted(ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    spans = fill(Polygon((ring,)), SIDE, SIDE)
    dense = np.zeros((SIDE, SIDE), np.bool_)
    for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
        dense[row, start:stop] = True
    return dense


def needed(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return needed_vertices(ring, height=SIDE)


@st.composite
def rings(draw: st.DrawFn) -> NDArray[np.float64]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(3, 40))
    angles = np.sort(rng.random(size)) * 2 * np.pi
    radii = rng.uniform(4, 19, size) if draw(st.booleans()) else np.full(size, 15.0)
    ring = 20 + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    grid = draw(st.sampled_from([0.0, 1.0, 0.5]))
    ring = np.round(ring / grid) * grid if grid else ring
    if draw(st.booleans()):
        rng.shuffle(ring)  # crosses itself
    # A little off the grid: no centre of a pixel lies on an edge, where rounding would decide.
    return np.asarray(ring + draw(st.sampled_from([0.0, -15.0])) + [0.0137, 0.0071])


@settings(deadline=None, max_examples=300)
@given(rings(), st.integers(1, 5))
def test_dropping_vertices_changes_no_pixel(ring: NDArray[np.float64], pieces: int) -> None:
    dense = subdivided(ring, pieces)
    assert np.array_equal(painted(needed(dense)), painted(dense))
    assert len(needed(dense)) >= 3


def subdivided(ring: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    shares = np.arange(pieces)[:, None] / pieces
    following = np.roll(ring, -1, axis=0)
    return np.concatenate(
        [first + shares * (second - first) for first, second in zip(ring, following, strict=True)]
    )


def test_points_along_edges_are_not_needed() -> None:
    triangle = np.array([[3.0, 2.0], [33.0, 9.0], [14.0, 36.0]])
    assert len(needed(subdivided(triangle, 10))) == 3


def test_stairs_of_pixels_are_needed() -> None:
    stairs = np.array([[0, 0], [3, 0], [3, 1], [4, 1], [4, 2], [5, 2], [5, 8], [0, 8]], np.float64)
    assert len(needed(stairs)) == 8


def test_a_repeated_first_vertex_is_no_vertex() -> None:
    square = np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], np.float64)
    assert len(needed(square)) == 4


def test_a_ring_of_three_keeps_all_even_where_two_are_one_point() -> None:
    there_and_back = np.array([[0, 0], [9, 3], [0, 0]], np.float64)
    assert np.array_equal(needed(there_and_back), there_and_back)


def test_hostile_rings_end_soon() -> None:
    far = np.array([[-1e18, -1e18], [1e18, 0.0], [1e18, 1e18], [0.0, 1e18], [5.0, 5.0]])
    assert len(needed(far)) >= 3
    point = np.full((1000, 2), 3.0)
    assert len(needed(point)) >= 3 or len(needed(point)) == 999
    assert len(needed(np.zeros((0, 2)))) == 0
