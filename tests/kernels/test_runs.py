"""Dense rows to runs and back, against plain loops."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import LabelMapError
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


def breaks_a_rule(
    ends: list[int], values: list[int], row_starts: list[int], height: int, width: int
) -> bool:
    """Read the rules of a run list one by one."""
    if row_starts[0] != 0 or row_starts[-1] != len(ends):
        return True
    for y in range(height):
        first, last = row_starts[y], row_starts[y + 1]
        if not 0 <= first < last <= len(ends):
            return True
        row_ends, row_values = ends[first:last], values[first:last]
        before = [y * width, *row_ends[:-1]]
        if any(end <= start for start, end in zip(before, row_ends, strict=True)):
            return True
        if row_ends[-1] != (y + 1) * width:
            return True
        if any(a == b for a, b in pairwise(row_values)):
            return True
    return False


@given(dense=dense_maps(max_side=9), data=st.data())
@settings(max_examples=300, deadline=None)  # the first example compiles
def test_a_run_list_is_refused_exactly_when_it_breaks_a_rule(
    dense: NDArray[np.uint16], data: st.DataObject
) -> None:
    sound = LabelMap.from_dense(dense)
    ends, values, row_starts = sound.ends.copy(), sound.values.copy(), sound.row_starts.copy()
    changed: NDArray[Any] = data.draw(st.sampled_from([ends, values, row_starts]))
    place = data.draw(st.integers(0, changed.size - 1))
    changed[place] = data.draw(st.integers(0, sound.pixels + 3))
    height, width = sound.shape
    if breaks_a_rule(ends.tolist(), values.tolist(), row_starts.tolist(), height, width):
        with pytest.raises(LabelMapError, match=r"^Run \d+ of a"):
            LabelMap(height, width, ends, values, row_starts)
    else:
        LabelMap(height, width, ends, values, row_starts)


@pytest.mark.parametrize(
    ("ends", "values", "row_starts", "rule"),
    [
        ([2, 4], [1, 2], [0, 0, 2], "row_starts must rise"),
        ([2, 4], [1, 2], [0, 1, 3], "row_starts must rise"),
        ([2, 2, 4], [1, 2, 3], [0, 1, 3], "ends must strictly increase"),
        ([1, 2, 4], [1, 1, 3], [0, 2, 3], "neighbouring runs of a row must differ"),
        ([1, 4], [1, 2], [0, 1, 2], "must stop at the row's end"),
    ],
)
def test_the_broken_rule_of_a_run_list_is_named(
    ends: list[int], values: list[int], row_starts: list[int], rule: str
) -> None:
    with pytest.raises(LabelMapError, match=rule):
        LabelMap(2, 2, np.array(ends, np.uint32), np.array(values, np.uint16), np.array(row_starts))
