"""Dense rows to runs and back, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from maps import adversarial_maps, dense_maps

Dense = NDArray[np.uint8] | NDArray[np.uint16]


def slow_runs(dense: Dense) -> tuple[list[int], list[int], list[int]]:
    """Ends, values and row starts, pixel by pixel."""
    ends: list[int] = []
    values: list[int] = []
    row_starts = [0]
    height, width = dense.shape
    for y in range(height):
        for x in range(width):
            if x + 1 == width or dense[y, x + 1] != dense[y, x]:
                ends.append(y * width + x + 1)
                values.append(int(dense[y, x]))
        row_starts.append(len(ends))
    return ends, values, row_starts


def assert_encodes_exactly(dense: Dense) -> None:
    ends, values, row_starts = slow_runs(dense)
    label_map = LabelMap.from_dense(dense)
    assert label_map.ends.tolist() == ends
    assert label_map.values.tolist() == values
    assert label_map.row_starts.tolist() == row_starts
    assert np.array_equal(label_map.to_dense(), dense)


@given(dense=dense_maps(max_side=90), wide=st.booleans(), lift=st.sampled_from([0, 1, 120, 250]))
@settings(max_examples=150, deadline=None)  # the first example compiles
def test_a_dense_map_becomes_the_runs_that_a_pixel_loop_finds(
    dense: NDArray[np.uint16], *, wide: bool, lift: int
) -> None:
    # 250 and its neighbours set every bit of a byte; 60 000 sets high bits of two bytes.
    lifted = dense + np.uint16(lift + (60_000 if wide else 0))
    assert_encodes_exactly(lifted if wide else lifted.astype(np.uint8))


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_become_the_runs_that_a_pixel_loop_finds(name: str) -> None:
    dense = adversarial_maps()[name]
    assert_encodes_exactly(dense.astype(np.uint8))
    assert_encodes_exactly(dense.astype(np.uint16))


def test_a_change_at_any_column_of_any_width_is_found() -> None:
    for width in range(1, 150):
        for change in {0, width // 3, width // 2, width - 1}:
            dense = np.ones((2, width), np.uint8)
            dense[:, change] = 255
            assert_encodes_exactly(dense)


def test_a_dense_array_that_is_not_contiguous_encodes_as_its_copy() -> None:
    dense = np.arange(48, dtype=np.uint16).reshape(6, 8) // 5
    assert LabelMap.from_dense(dense.T[::2]) == LabelMap.from_dense(dense.T[::2].copy())
