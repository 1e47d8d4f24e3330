import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import LinearRing

from assay import kernels

points = st.tuples(st.integers(-3, 9), st.integers(-3, 9))
rings = st.lists(points, min_size=3, max_size=9, unique=True).map(
    lambda ring: np.array(ring, np.float64)
)


@settings(max_examples=150, deadline=None)
@given(rings)
def test_a_ring_that_crosses_itself_is_never_simple(ring: NDArray[np.float64]) -> None:
    # The kernel ignores mere touching, which shapely does not, so only one way holds.
    if kernels.crossings.crosses_itself(ring):
        assert not LinearRing(ring).is_simple


@pytest.mark.parametrize(
    ("ring", "crosses"),
    [
        ([(0, 0), (4, 4), (4, 0), (0, 4)], True),
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 0), (2, 0), (2, 4)], False),
        ([(0, 0), (9, 0), (9, 9), (0, 9), (0, 4), (3, 4), (3, 6), (5, 6), (5, 4), (3, 4), (0, 4)],
         False),
        ([(0, 0), (4, 0), (4, 4), (2, -1), (0, 4)], True),
    ],
    ids=["bow-tie", "square", "spike", "keyhole", "dent through the opposite side"],
)  # fmt: skip
def test_only_proper_crossings_count(ring: list[tuple[int, int]], crosses: bool) -> None:
    assert kernels.crossings.crosses_itself(np.array(ring, np.float64)) == crosses


@settings(max_examples=80, deadline=None)
@given(rings)
def test_a_ring_is_measured_as_its_slow_twin_does(ring: NDArray[np.float64]) -> None:
    height, width = 5, 7
    rows = np.clip(ring[:, 1], 0, height)
    crossed = float(np.abs(rows - np.roll(rows, 1)).sum())
    over = np.maximum(-ring, ring - np.array([width, height]))
    outside = max(0.0, float(over.max()))
    assert kernels.crossings.measure_ring(ring, height, width) == (crossed, outside)
