"""Boundary bands on runs, against erosion class by class, pixel by pixel."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from assay import LabelMap
from assay.errors import ParameterError
from assay.metrics.band import NO_BAND, boundary_band
from maps import adversarial_maps, dense_maps, drawn

INTERIOR = 9


def published_band(mask: NDArray[np.uint8], distance: int) -> NDArray[np.uint8]:
    """The band as the authors of Boundary IoU define it: zeros around, 3×3 erosions."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)
    return np.asarray(mask - eroded[1:-1, 1:-1], np.uint8)


def slow_band(dense: NDArray[np.uint16], distances: list[int], interior: int) -> NDArray[np.uint16]:
    """Replace interiors class by class."""
    out = dense.copy()
    for value, distance in enumerate(distances):
        mask = (dense == value).astype(np.uint8)
        if distance >= 0:
            band = published_band(mask, distance) if distance else np.zeros_like(mask)
            out[(mask == 1) & (band == 0)] = interior
    return out


def assert_equals_the_slow_twin(dense: NDArray[np.uint16], distances: list[int]) -> None:
    found = boundary_band(
        LabelMap.from_dense(dense), distance_px=np.array(distances), interior=INTERIOR
    )
    expected = slow_band(dense, distances, INTERIOR)
    # Equal as values, and in the one canonical form.
    assert found == LabelMap.from_dense(expected)


@given(
    dense=dense_maps(max_side=40), distances=st.lists(st.integers(-1, 9), min_size=5, max_size=5)
)
@settings(max_examples=200, deadline=None)  # the first example compiles
def test_every_class_is_eroded_by_its_own_square(
    dense: NDArray[np.uint16], distances: list[int]
) -> None:
    assert_equals_the_slow_twin(dense, distances)


@pytest.mark.parametrize("distance", [0, 1, 2, 3, 7, 8, 15, 16, 500])
@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_are_eroded_exactly(name: str, distance: int) -> None:
    assert_equals_the_slow_twin(adversarial_maps()[name].astype(np.uint16), [distance] * 5)


@pytest.mark.parametrize("distance", range(1, 12))
def test_bars_as_close_as_eroded_bars_can_be_fit_the_room(distance: int) -> None:
    # Bars of the shortest length that leaves a piece, and widths that end a row at every place.
    bar = 2 * distance + 1
    for width in range(bar, 5 * bar + 1):
        row = (np.arange(width) // bar % 2 + 1).astype(np.uint16)
        assert_equals_the_slow_twin(np.tile(row, (bar + 2, 1)), [distance] * 3)


@pytest.mark.parametrize("distance", [1, 2, 5])
def test_pieces_may_crowd_at_either_end_of_the_map(distance: int) -> None:
    # The list of pieces is walked in two halves, which here cover very unequal numbers of rows.
    bar = 2 * distance + 1
    crowded = np.tile((np.arange(20 * bar) // bar % 2 + 1).astype(np.uint16), (2 * bar, 1))
    crowded[bar:, 7] = 3
    sparse = np.full((9 * bar, 20 * bar), 3, np.uint16)
    sparse[::7, 5] = 1
    for parts in ((crowded, sparse), (sparse, crowded), (sparse, crowded, sparse)):
        assert_equals_the_slow_twin(np.concatenate(parts), [distance] * 4)


def test_one_distance_serves_all_values() -> None:
    dense = adversarial_maps()["rings"].astype(np.uint16)
    one = boundary_band(LabelMap.from_dense(dense), distance_px=1, interior=INTERIOR)
    assert one == LabelMap.from_dense(slow_band(dense, [1, 1, 1], INTERIOR))


def test_the_frame_bounds_a_class_as_another_class_does() -> None:
    band = boundary_band(LabelMap.filled(5, 6, 1), distance_px=2, interior=INTERIOR)
    assert band == drawn("111111 111111 119911 111111 111111")


def test_a_value_without_a_band_keeps_its_pixels_and_bounds_its_neighbours() -> None:
    whole = drawn("11144 11144 11144 11144 11144")
    band = boundary_band(whole, distance_px=np.array([1, 1, 1, 1, NO_BAND]), interior=INTERIOR)
    assert band == drawn("11144 19144 19144 19144 11144")


def test_a_map_smaller_than_the_square_is_all_band() -> None:
    small = drawn("111 111 111")
    assert boundary_band(small, distance_px=2, interior=INTERIOR) == small


@pytest.mark.parametrize("interior", [1, -1, 2**16])
def test_an_interior_that_the_map_holds_is_refused(interior: int) -> None:
    with pytest.raises(ParameterError, match=f"index {interior}"):
        boundary_band(drawn("11 11"), distance_px=1, interior=interior)


def test_too_few_distances_are_refused() -> None:
    with pytest.raises(ParameterError, match="index 3, but distance_px has 3 entries"):
        boundary_band(drawn("13"), distance_px=np.array([1, 1, 1]), interior=INTERIOR)
    with pytest.raises(ParameterError, match="distance_px is -2"):
        boundary_band(drawn("13"), distance_px=-2, interior=INTERIOR)


def test_real_maps_are_eroded_exactly(shared_data: Path) -> None:
    for path in sorted((shared_data / "camvid" / "valannot").iterdir())[:3]:
        dense = np.asarray(Image.open(path)).astype(np.uint16)
        large = cv2.resize(dense, (2048, 1024), interpolation=cv2.INTER_NEAREST).astype(np.uint16)
        for image, distance in ((dense, 2), (dense, 12), (large, 5), (large, 46)):
            found = boundary_band(LabelMap.from_dense(image), distance_px=distance, interior=99)
            assert np.array_equal(found.to_dense(), slow_band(image, [distance] * 12, 99))
