"""One ring for a polygon with holes: it fills the same pixels, here and in pycocotools."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

from assay import LabelMap
from assay.labels.keyhole import keyhole
from assay.labels.painting import fill
from assay.labels.polygon import Polygon
from assay.labels.tracing import trace
from maps import dense_maps, drawn


def square(left: float, top: float, side: float) -> NDArray[np.float64]:
    corners: NDArray[np.float64] = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    placed: NDArray[np.float64] = corners * side + np.array([left, top])
    return placed


def assert_one_ring_is_exact(polygon: Polygon, height: int, width: int) -> None:
    ring = Polygon((keyhole(polygon),))
    assert fill(ring, height, width) == fill(polygon, height, width)


@given(dense=dense_maps(highest=2, max_side=16))
@settings(max_examples=150, deadline=None)
def test_one_ring_fills_the_pixels_of_the_polygon(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    for region in trace(label_map):
        assert_one_ring_is_exact(region.polygon, *label_map.shape)


@given(seed=st.integers(0, 2**32 - 1), rings=st.integers(2, 6))
@settings(max_examples=100, deadline=None)
def test_rings_in_any_position_are_joined_exactly(seed: int, rings: int) -> None:
    rng = np.random.default_rng(seed)
    polygon = Polygon(
        tuple(rng.integers(-10, 90, (rng.integers(3, 9), 2)) / 2.0 for _ in range(rings))
    )
    assert_one_ring_is_exact(polygon, 36, 40)


@given(dense=dense_maps(highest=2, max_side=16))
@settings(max_examples=100, deadline=None)
def test_pycocotools_fills_the_same_pixels(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    height, width = label_map.shape
    for region in trace(label_map):
        ring = keyhole(region.polygon)
        (theirs,) = coco_mask.frPyObjects([ring.ravel().tolist()], height, width)
        mask = np.zeros((height, width), np.uint8, order="F")
        spans = fill(region.polygon, height, width)
        for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
            mask[row, start:stop] = 1
        assert theirs["counts"] == coco_mask.encode(mask)["counts"]


def test_a_polygon_without_holes_is_its_ring() -> None:
    polygon = Polygon((square(2, 3, 5),))
    assert keyhole(polygon) is polygon.rings[0]


def test_bridges_run_along_pixel_edges_inside_the_region() -> None:
    (region,) = trace(drawn("11111111 1.11.111 11111111"), values=[1])
    ring = keyhole(region.polygon)
    # From (0, 1) to the first hole at (1, 1), and from (2, 1), its right edge, to the second.
    steps = [tuple(map(int, vertex)) for vertex in ring]
    assert steps.count((0, 1)) == 2
    assert steps.count((1, 1)) == 2
    assert steps.count((2, 1)) >= 2
    assert steps.count((4, 1)) == 2
    # Four corners of each ring; the first bridge passes a new landing twice and its hole's
    # anchor once more, the second lands on a corner: that and the anchor are passed once more.
    assert len(steps) == 12 + 3 + 2


def test_a_hole_that_touches_the_hole_on_its_left_needs_no_bridge() -> None:
    (region,) = trace(drawn("11111 1.111 11.11 11111"), values=[1])
    ring = keyhole(region.polygon)
    assert (ring != np.roll(ring, 1, axis=0)).any(axis=1).all()
    assert_one_ring_is_exact(region.polygon, 4, 5)


def test_two_outer_rings_are_joined_too() -> None:
    assert_one_ring_is_exact(Polygon((square(20, 2, 6), square(1, 9, 6))), 30, 30)
    # Slanted edges offer no vertical one to land on.
    diamond = np.array([[5.0, 0.0], [10.0, 5.0], [5.0, 10.0], [0.0, 5.0]])
    assert_one_ring_is_exact(Polygon((diamond, diamond * 0.5 + 2.5, diamond + 12.0)), 30, 30)


def test_a_chain_of_ten_thousand_holes_is_joined() -> None:
    holes = 10_000
    dense = np.ones((3, 2 * holes + 1), np.uint8)
    dense[1, 1::2] = 0
    (region,) = trace(LabelMap.from_dense(dense), values=[1])
    assert len(region.polygon.rings) == holes + 1
    assert_one_ring_is_exact(region.polygon, 3, 2 * holes + 1)


def test_real_regions_are_joined_exactly(shared_data: Path) -> None:
    paths = sorted((shared_data / "camvid" / "valannot").glob("*.png"))[:100:20]
    assert paths
    for path in paths:
        label_map = LabelMap.from_dense(np.asarray(Image.open(path)))
        for region in trace(label_map):
            assert_one_ring_is_exact(region.polygon, *label_map.shape)
