"""Windows and decimated pictures, against slices of the dense map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import LabelMapError, ParameterError
from assay.labels.windows import decimated, window
from maps import dense_maps, drawn


@given(dense=dense_maps(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_window_is_the_slice_of_the_dense_map(
    dense: NDArray[np.uint16], data: st.DataObject
) -> None:
    height, width = dense.shape
    top = data.draw(st.integers(0, height - 1))
    left = data.draw(st.integers(0, width - 1))
    bottom = data.draw(st.integers(top + 1, height))
    right = data.draw(st.integers(left + 1, width))
    cut = window(LabelMap.from_dense(dense), top=top, left=left, bottom=bottom, right=right)
    assert cut == LabelMap.from_dense(dense[top:bottom, left:right])


@pytest.mark.parametrize("edges", [(0, 0, 3, 2), (0, 0, 2, 4), (-1, 0, 2, 2), (1, 1, 1, 2)])
def test_a_window_that_is_empty_or_leaves_the_map_is_refused(
    edges: tuple[int, int, int, int],
) -> None:
    top, left, bottom, right = edges
    with pytest.raises(LabelMapError, match="no window of a 2×3 map"):
        window(drawn("111 222"), top=top, left=left, bottom=bottom, right=right)


@given(dense=dense_maps(), step=st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_a_decimated_map_holds_the_middle_of_each_block(
    dense: NDArray[np.uint16], step: int
) -> None:
    rows, columns = (
        [min(start + step // 2, side - 1) for start in range(0, side, step)] for side in dense.shape
    )
    picked = decimated(LabelMap.from_dense(dense), step=step)
    assert np.array_equal(picked, dense[np.ix_(rows, columns)])


def test_labels_are_picked_and_never_averaged() -> None:
    stripes = np.tile(np.array([1, 3], np.uint16), (8, 8))
    assert set(np.unique(decimated(LabelMap.from_dense(stripes), step=3))) <= {1, 3}


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(ParameterError, match="step is 0"):
        decimated(drawn("11"), step=0)
