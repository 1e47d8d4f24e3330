"""Connected regions equal those of a dense labelling."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from assay import LabelMap
from assay.errors import ParameterError
from assay.labels.regions import find_regions
from maps import adversarial_maps, dense_maps, drawn


def dense_regions(dense: NDArray[Any], connectivity: int) -> NDArray[np.int64]:
    """Number the regions of a dense map one value at a time, in order of their first pixel."""
    structure = np.ones((3, 3)) if connectivity == 8 else None
    numbered = np.zeros(dense.shape, np.int64)
    for value in np.unique(dense):
        labels, _ = ndimage.label(dense == value, structure)
        numbered[labels > 0] = labels[labels > 0] + numbered.max()
    _, first, inverse = np.unique(numbered, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].reshape(dense.shape)


def assert_regions_equal(dense: NDArray[Any], connectivity: Any) -> None:
    label_map = LabelMap.from_dense(dense)
    regions = find_regions(label_map, connectivity=connectivity)
    expected = dense_regions(dense, connectivity)
    painted = np.repeat(regions.of_run, label_map.lengths).reshape(dense.shape)
    np.testing.assert_array_equal(painted, expected)
    np.testing.assert_array_equal(regions.area, np.bincount(expected.ravel()))
    for number, (rows, columns) in enumerate(ndimage.find_objects(expected + 1)):
        box = (regions.top, regions.left, regions.bottom, regions.right)
        assert [int(side[number]) for side in box] == [
            rows.start,
            columns.start,
            rows.stop,
            columns.stop,
        ]
        assert set(dense[expected == number]) == {regions.value[number]}


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("name", adversarial_maps())
def test_regions_of_adversarial_maps_equal_a_dense_labelling(name: str, connectivity: int) -> None:
    assert_regions_equal(adversarial_maps()[name], connectivity)


@settings(max_examples=80, deadline=None)
@given(dense_maps(highest=3), st.sampled_from([4, 8]))
def test_regions_equal_a_dense_labelling(dense: NDArray[Any], connectivity: int) -> None:
    assert_regions_equal(dense, connectivity)


def test_regions_of_a_real_map_equal_a_dense_labelling(shared_data: Path) -> None:
    path = min((shared_data / "camvid" / "valannot").glob("*.png"))
    assert_regions_equal(np.asarray(Image.open(path)), 8)


def test_pixels_that_touch_at_a_corner_are_one_region_only_with_eight_neighbours() -> None:
    diagonal = drawn("1. .1")
    assert len(find_regions(diagonal, connectivity=4)) == 4
    assert len(find_regions(diagonal, connectivity=8)) == 2


def test_another_connectivity_is_refused() -> None:
    with pytest.raises(ParameterError, match="give 4 or 8"):
        find_regions(drawn("1"), connectivity=6)  # type: ignore[arg-type]  # on purpose
