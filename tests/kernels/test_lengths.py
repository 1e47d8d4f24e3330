import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from assay import LabelMap, kernels
from maps import dense_maps


def placed(lengths: list[int], height: int, width: int) -> tuple[int, list[int], list[int]]:
    ends = np.zeros(len(lengths), np.uint32)
    row_starts = np.zeros(height + 1, np.int64)
    fit = kernels.lengths.place_lengths(np.array(lengths, np.uint32), width, ends, row_starts)
    return fit, ends.tolist(), row_starts.tolist()


@settings(max_examples=60, deadline=None)
@given(dense_maps())
def test_lengths_give_back_the_ends_and_row_starts_of_any_map(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    fit, ends, row_starts = placed(label_map.lengths.tolist(), *label_map.shape)
    assert fit == label_map.ends.size
    assert ends == label_map.ends.tolist()
    assert row_starts == label_map.row_starts.tolist()


@pytest.mark.parametrize(
    ("lengths", "fault"),
    [
        ([2, 0, 1, 3], 1),
        ([2, 2, 2], 1),
        ([3, 3, 1], 2),
        ([3, 2], 3),
        ([2**32 - 1], 0),
    ],
    ids=["empty run", "run across rows", "run beyond the map", "runs end early", "huge run"],
)
def test_the_first_run_that_does_not_fit_is_named(lengths: list[int], fault: int) -> None:
    assert placed(lengths, 2, 3)[0] == fault
