"""Tracing along pixel edges: filling and painting give back the map, for every map."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from numpy.typing import NDArray
from PIL import Image

from assay import LabelMap
from assay.labels.painting import fill, paint
from assay.labels.polygon import Polygon
from assay.labels.regions import find_regions
from assay.labels.tracing import trace
from maps import adversarial_maps, dense_maps, drawn

NOWHERE = 65535


def repainted(label_map: LabelMap) -> LabelMap:
    height, width = label_map.shape
    layers = [(fill(region.polygon, height, width), region.value) for region in trace(label_map)]
    return paint(height, width, layers, background=NOWHERE)


def corners(polygon: Polygon) -> list[list[list[int]]]:
    return [ring.astype(int).tolist() for ring in polygon.rings]


def assert_outlines_are_sound(label_map: LabelMap) -> None:
    """Whole corners that turn, valid polygons, outer ring first and clockwise, exact areas."""
    regions = find_regions(label_map, connectivity=4)
    traced = trace(label_map)
    assert [region.value for region in traced] == regions.value.tolist()
    assert [region.polygon.area for region in traced] == regions.area.tolist()
    for region in traced:
        outer, *holes = region.polygon.rings
        assert shapely.Polygon(outer, holes).is_valid
        # shapely takes y upwards, so its anticlockwise is clockwise on the screen.
        assert shapely.LinearRing(outer).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
        for ring in (outer, *holes):
            assert np.array_equal(ring, np.rint(ring))
            steps = np.roll(ring, -1, axis=0) - ring
            horizontal = steps[:, 1] == 0
            assert ((steps != 0).sum(axis=1) == 1).all()
            assert (horizontal != np.roll(horizontal, 1)).all()


@given(dense=dense_maps(highest=3))
@settings(max_examples=200, deadline=None)
def test_tracing_and_painting_give_back_the_map(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    assert repainted(label_map) == label_map


@given(dense=dense_maps(highest=2, max_side=12))
@settings(max_examples=120, deadline=None)
def test_outlines_are_valid_polygons_with_exact_areas(dense: NDArray[np.uint16]) -> None:
    assert_outlines_are_sound(LabelMap.from_dense(dense))


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_come_back(name: str) -> None:
    label_map = LabelMap.from_dense(adversarial_maps()[name])
    assert repainted(label_map) == label_map
    assert_outlines_are_sound(label_map)


@pytest.mark.parametrize("size", [(1, 9), (9, 1), (3, 3), (4, 3)])
def test_every_small_binary_map_comes_back(size: tuple[int, int]) -> None:
    height, width = size
    for code in range(2 ** (height * width)):
        bits = (code >> np.arange(height * width)) & 1
        label_map = LabelMap.from_dense(bits.reshape(size))
        assert repainted(label_map) == label_map


@pytest.mark.parametrize("radius", [3, 5, 20])
def test_a_disc_keeps_every_pixel(radius: int) -> None:
    # A peer's contour through pixel centres gives an IoU of .58, .75 and .94 here.
    rows, columns = np.indices((50, 50)) - 24.5
    disc = LabelMap.from_dense(np.hypot(rows, columns) <= radius)
    assert repainted(disc) == disc


def test_diagonal_neighbours_are_regions_of_their_own() -> None:
    traced = trace(drawn("1. .1"), values=[1])
    assert [corners(region.polygon) for region in traced] == [
        [[[0, 0], [1, 0], [1, 1], [0, 1]]],
        [[[1, 1], [2, 1], [2, 2], [1, 2]]],
    ]


def test_holes_that_touch_at_a_corner_are_two_rings() -> None:
    (region,) = trace(drawn("1111 1.11 11.1 1111"), values=[1])
    assert corners(region.polygon) == [
        [[0, 0], [4, 0], [4, 4], [0, 4]],
        [[1, 2], [2, 2], [2, 1], [1, 1]],
        [[2, 3], [3, 3], [3, 2], [2, 2]],
    ]


def test_a_bay_closed_by_a_corner_is_a_hole() -> None:
    (region,) = trace(drawn("111 1.1 11."), values=[1])
    outer, hole = corners(region.polygon)
    assert outer == [[0, 0], [3, 0], [3, 2], [2, 2], [2, 3], [0, 3]]
    assert hole == [[1, 2], [2, 2], [2, 1], [1, 1]]


def test_only_the_values_asked_for_are_traced() -> None:
    label_map = drawn("112 332 111")
    assert [region.value for region in trace(label_map, values={2, 3})] == [2, 3]
    assert trace(label_map, values=()) == ()
    assert trace(label_map, values=[9]) == ()


def test_corners_at_the_end_of_a_wide_map_are_exact() -> None:
    wide = 3_000_001
    label_map = LabelMap.from_runs(2, wide, [wide - 1, wide, 2 * wide], [1, 2, 1])
    (one, two) = trace(label_map)
    assert corners(two.polygon) == [
        [[wide - 1, 0], [wide, 0], [wide, 1], [wide - 1, 1]],
    ]
    assert one.polygon.area == 2 * wide - 1


@pytest.mark.parametrize(
    "pattern",
    ["camvid/valannot/*.png", "coco_panoptic20/masks/*.png", "dubai_aerial/Tile 2/masks/*.png"],
)
def test_real_maps_come_back(shared_data: Path, pattern: str) -> None:
    paths = sorted(shared_data.glob(pattern))[:12]
    assert paths
    for path in paths:
        pixels = np.asarray(Image.open(path)).astype(np.int64)
        if pixels.ndim == 3:
            pixels = pixels @ np.array([1, 256, 65536])
        _, dense = np.unique(pixels, return_inverse=True)
        label_map = LabelMap.from_dense(dense.reshape(pixels.shape[:2]))
        assert repainted(label_map) == label_map
