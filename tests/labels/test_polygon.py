"""Polygons: sound or refused."""

import numpy as np
import pytest

from assay.errors import LabelMapError
from assay.labels.polygon import Polygon


def test_a_hole_that_turns_the_other_way_is_taken_off_the_area() -> None:
    outer = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    hole = np.array([[2.0, 2], [2, 5], [5, 5], [5, 2]])
    assert Polygon((outer, hole)).area == 91.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_vertex_that_is_not_finite_is_refused_by_name(bad: float) -> None:
    ring = np.array([[0.0, 0], [4, 0], [bad, 4]])
    with pytest.raises(LabelMapError, match="Vertex 2 of ring 0 is"):
        Polygon((ring,))


def test_a_ring_of_two_vertices_is_refused() -> None:
    square = np.array([[0.0, 0], [4, 0], [4, 4]])
    with pytest.raises(LabelMapError, match=r"Ring 1 has shape \(2, 2\)"):
        Polygon((square, np.array([[0.0, 0], [4, 0]])))


def test_a_ring_of_another_type_or_shape_is_refused() -> None:
    with pytest.raises(LabelMapError, match="Ring 0 is int64"):
        Polygon((np.zeros((3, 2), np.int64),))
    with pytest.raises(LabelMapError, match="Ring 0 is list"):
        Polygon(([[0, 0], [1, 0], [1, 1]],))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(LabelMapError, match=r"shape \(3, 3\)"):
        Polygon((np.zeros((3, 3)),))
    with pytest.raises(LabelMapError, match="at least one ring"):
        Polygon(())


def test_rings_cannot_be_changed_but_the_callers_array_can() -> None:
    ring = np.array([[0.0, 0], [4, 0], [4, 4]])
    polygon = Polygon((ring,))
    with pytest.raises(ValueError, match="read-only"):
        polygon.rings[0][0, 0] = 1.0
    ring[0, 0] = 1.0
