"""Which regions hold a square, against a dense twin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import ParameterError
from assay.labels import find_regions, holds_square
from maps import adversarial_maps, dense_maps, drawn


def dense_twin(label_map: LabelMap, side: int) -> list[bool]:
    regions = find_regions(label_map)
    owner = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
    if side > min(label_map.shape):
        return [False] * len(regions)
    windows = np.lib.stride_tricks.sliding_window_view(owner, (side, side))
    uniform = (windows == windows[..., :1, :1]).all(axis=(2, 3))
    inside = set(windows[..., 0, 0][uniform].tolist())
    return [region in inside for region in range(len(regions))]


@settings(max_examples=60, deadline=None)
@given(dense=dense_maps(), side=st.integers(1, 7))
def test_squares_equal_the_dense_twin(dense: NDArray[np.uint16], side: int) -> None:
    label_map = LabelMap.from_dense(dense)
    found = holds_square(label_map, find_regions(label_map), side_px=side)
    assert found.tolist() == dense_twin(label_map, side)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 8])
def test_squares_of_adversarial_maps_equal_the_dense_twin(side: int) -> None:
    for dense in adversarial_maps().values():
        label_map = LabelMap.from_dense(dense)
        found = holds_square(label_map, find_regions(label_map), side_px=side)
        assert found.tolist() == dense_twin(label_map, side)


def test_a_diagonal_line_of_one_pixel_holds_no_square_of_two() -> None:
    label_map = drawn("2111 1211 1121 1112")
    regions = find_regions(label_map)
    assert holds_square(label_map, regions, side_px=2)[regions.value == 2].tolist() == [False]


def test_a_side_below_one_pixel_is_refused() -> None:
    label_map = drawn("11 11")
    with pytest.raises(ParameterError, match="side_px is 0; give 1 or more"):
        holds_square(label_map, find_regions(label_map), side_px=0)
