"""Polygons to spans, against a crossing count per pixel centre in whole numbers."""

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from assay import kernels
from assay.labels.painting import fill
from assay.labels.polygon import Polygon
from assay.labels.spans import Spans

SQUARE = np.array([[2.0, 2.0], [12.0, 2.0], [12.0, 12.0], [2.0, 12.0]])


def pixels(spans: Spans, height: int, width: int) -> NDArray[np.bool_]:
    """Dense mask of spans."""
    mask = np.zeros((height, width), bool)
    for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
        mask[row, start:stop] = True
    return mask


def slow_fill(
    rings: list[NDArray[np.int64]], scale: int, height: int, width: int
) -> NDArray[np.bool_]:
    """Count crossings left of every centre in exact integers; vertices are in 1/scale pixels."""
    inside = np.zeros((height, width), bool)
    y = ((2 * np.arange(height) + 1) * scale)[:, None]
    x = ((2 * np.arange(width) + 1) * scale)[None, :]
    for ring in rings:
        doubled = 2 * ring
        for (x0, y0), (x1, y1) in zip(doubled, np.roll(doubled, -1, axis=0), strict=True):
            if y0 > y1:
                x0, y0, x1, y1 = x1, y1, x0, y0  # noqa: PLW2901 - from left to right
            crosses = (y0 <= y) & (y < y1)
            inside ^= crosses & ((x1 - x0) * (y - y0) <= (x - x0) * (y1 - y0))
    return inside


@st.composite
def ring_sets(draw: st.DrawFn) -> list[NDArray[np.int64]]:
    """Rings on a grid, crossing themselves, each other and the frame."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    reach = draw(st.sampled_from([20, 120, 3000]))
    most = draw(st.sampled_from([5, 12, 90]))
    return [
        rng.integers(-reach // 4, reach, (rng.integers(3, most + 1), 2))
        for _ in range(draw(st.integers(1, 4)))
    ]


@given(rings=ring_sets(), scale=st.sampled_from([1, 2, 4, 10]), side=st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_every_centre_is_decided_as_in_exact_arithmetic(
    rings: list[NDArray[np.int64]], scale: int, side: int
) -> None:
    # With scale 10 vertices are not representable; multiples of 5 alone are, and lie on centres.
    grid = [ring // 5 * 5 if scale == 10 else ring for ring in rings]
    polygon = Polygon(tuple(ring / scale for ring in grid))
    expected = slow_fill(grid, scale, side, side + 3)
    assert np.array_equal(pixels(fill(polygon, side, side + 3), side, side + 3), expected)


@given(seed=st.integers(0, 2**32 - 1), vertices=st.integers(3, 60))
@settings(max_examples=60, deadline=None)
def test_simple_float_polygons_agree_with_shapely(seed: int, vertices: int) -> None:
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.random(vertices)) * 2 * np.pi
    radii = rng.uniform(1.0, 25.0, vertices)
    ring = np.c_[20 + radii * np.cos(angles), 18 + radii * np.sin(angles)]
    shape = shapely.Polygon(ring)
    if not shape.is_valid:
        return
    rows, columns = np.indices((40, 44)) + 0.5
    expected = shapely.contains_xy(shape, columns.ravel(), rows.ravel()).reshape(40, 44)
    assert np.array_equal(pixels(fill(Polygon((ring,)), 40, 44), 40, 44), expected)


def test_a_square_of_ten_has_a_hundred_pixels_whatever_peers_say() -> None:
    assert fill(Polygon((SQUARE,)), 20, 20).area == 100
    # Peers, as documented in fill: OpenCV paints the outline's pixels too.
    painted = cv2.fillPoly(np.zeros((20, 20), np.uint8), [SQUARE.astype(np.int32)], 1)
    assert int(painted.sum()) == 121
    encoded = coco_mask.frPyObjects([SQUARE.ravel().tolist()], 20, 20)
    assert int(coco_mask.area(encoded)[0]) == 100


@pytest.mark.parametrize("shift", [0.0, 0.5, 0.49999, 0.50001])
def test_left_and_top_edges_through_centres_are_inside_right_and_bottom_ones_outside(
    shift: float,
) -> None:
    mask = pixels(fill(Polygon((SQUARE + shift,)), 20, 20), 20, 20)
    first = 2 if shift <= 0.5 else 3
    assert np.flatnonzero(mask.any(axis=0)).tolist() == list(range(first, first + 10))
    assert np.flatnonzero(mask.any(axis=1)).tolist() == list(range(first, first + 10))


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_triangles_that_share_edges_tile_the_plane(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hub = rng.uniform(0, 30, 2)
    angles = np.sort(rng.random(9)) * 2 * np.pi
    rim = hub + np.c_[np.cos(angles), np.sin(angles)] * rng.uniform(1, 40, (9, 1))
    covered = np.zeros((30, 30), int)
    for first, second in zip(rim, np.roll(rim, -1, axis=0), strict=True):
        covered += pixels(fill(Polygon((np.array([hub, first, second]),)), 30, 30), 30, 30)
    whole = pixels(fill(Polygon((rim,)), 30, 30), 30, 30)
    # Where the hub lies inside the rim; a gap between angles above half a turn overlaps.
    if np.diff(angles, append=angles[0] + 2 * np.pi).max() < np.pi:
        assert np.array_equal(covered, whole.astype(int))


def test_a_closing_vertex_and_the_direction_change_nothing() -> None:
    closed = np.vstack([SQUARE, SQUARE[:1]])
    assert fill(Polygon((closed,)), 20, 20) == fill(Polygon((SQUARE,)), 20, 20)
    assert fill(Polygon((SQUARE[::-1],)), 20, 20) == fill(Polygon((SQUARE,)), 20, 20)


def test_a_ring_within_a_ring_is_a_hole_and_one_within_that_an_island() -> None:
    rings = tuple(np.array([7.0, 7.0]) + (SQUARE - 7.0) * part for part in (1.0, 0.6, 0.2))
    assert fill(Polygon(rings), 20, 20).area == 100 - 36 + 4


def test_shapes_without_a_centre_have_no_pixel() -> None:
    sliver = np.array([[1.6, 1.6], [2.4, 1.6], [2.4, 9.0], [1.6, 9.0]])
    for ring in (sliver, np.full((3, 2), 4.5), SQUARE + 100.0, SQUARE - 100.0):
        assert len(fill(Polygon((ring,)), 20, 20)) == 0


@pytest.mark.parametrize("far", [1e9, 1e18, 1e200, 1.7e308])
def test_huge_coordinates_neither_overflow_nor_hang(far: float) -> None:
    square = np.array([[-far, -far], [far, -far], [far, far], [-far, far]])
    assert fill(Polygon((square,)), 20, 30).area == 600
    # A diamond about the frame, and one of whose edges passes below it.
    diamond = np.array([[0.0, -far], [far, 0.0], [0.0, far], [-far, 0.0]])
    assert fill(Polygon((diamond,)), 20, 30).area == 600
    wedge = np.array([[-far, 5.0], [far, 5.0], [far, far], [-far, far]])
    assert fill(Polygon((wedge,)), 20, 30).area == 15 * 30


def test_a_crowded_row_is_exact() -> None:
    rng = np.random.default_rng(3)
    ring = rng.integers(-40, 400, (4000, 2))
    for height, width in ((60, 70), (3, 200_000)):
        expected = slow_fill([ring * 500 if width > 1000 else ring], 1, height, width)
        polygon = Polygon(((ring * 500 if width > 1000 else ring).astype(float),))
        assert np.array_equal(pixels(fill(polygon, height, width), height, width), expected)


def test_crossings_are_held_for_a_band_of_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = np.random.default_rng(5).integers(-40, 300, (300, 2))
    module = kernels.polygons
    python = module.fill_rings.py_func  # the same source, interpreted, so that the limit is read
    monkeypatch.setattr(module, "_BAND_CROSSINGS", 400)
    rows, starts, stops = python(ring.astype(float), np.array([0, 300]), 90, 80)
    expected = slow_fill([ring], 1, 90, 80)
    assert np.array_equal(pixels(Spans(rows, starts, stops), 90, 80), expected)
