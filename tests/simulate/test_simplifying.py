"""Simplified outlines stay within their tolerance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.simulate.simplifying import simplify


def rings() -> st.SearchStrategy[np.ndarray]:
    corner = st.tuples(st.integers(0, 30), st.integers(0, 30))
    return st.lists(corner, min_size=3, max_size=40).map(lambda points: np.array(points, float))


@settings(max_examples=60, deadline=None)
@given(ring=rings(), tolerance=st.floats(0.1, 10))
def test_no_dropped_vertex_is_farther_away_than_the_tolerance(
    ring: np.ndarray, tolerance: float
) -> None:
    shapely = pytest.importorskip("shapely")
    kept = simplify(ring, tolerance_px=tolerance)
    assert len(kept) >= 3
    outline = shapely.LineString(np.concatenate([kept, kept[:1]]))
    distances = shapely.distance(shapely.points(ring), outline)
    assert distances.max() <= tolerance + 1e-9


@settings(max_examples=60, deadline=None)
@given(ring=rings(), tolerance=st.floats(0.1, 10))
def test_what_is_kept_are_vertices_in_their_order(ring: np.ndarray, tolerance: float) -> None:
    kept = iter(simplify(ring, tolerance_px=tolerance).tolist())
    following = next(kept)
    for vertex in ring.tolist():
        if vertex == following:
            following = next(kept, None)
    assert following is None


def test_three_vertices_are_kept_whatever_the_tolerance() -> None:
    flat = np.array([[0, 0], [4, 1], [9, 0], [4, 0.5]])
    assert simplify(flat, tolerance_px=100.0).tolist() == [[0, 0], [4, 1], [9, 0]]


def test_vertices_in_one_place_are_thinned_to_three() -> None:
    assert simplify(np.zeros((5, 2)), tolerance_px=1.0).tolist() == [[0, 0]] * 3
