"""The kernels of suspicion equal slow twins that look at every pixel with every other."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap, kernels
from assay.labels import find_regions
from maps import adversarial_maps, dense_maps

Dense = NDArray[np.uint16]
SHAPE = (9, 11)


def near(pixels: Dense, y: int, x: int, value: int, distance: int) -> bool:
    rows = slice(max(0, y - distance), y + distance + 1)
    columns = slice(max(0, x - distance), x + distance + 1)
    return bool((pixels[rows, columns] == value).any())


def marks_twin(
    labels: Dense, rival: Dense, tolerances: NDArray[np.int64], alone: NDArray[np.bool_]
) -> Any:
    out = np.zeros(labels.shape, int)
    of, _ = owners(labels)
    for y, x in np.argwhere(labels != rival):
        own, other = labels[y, x], rival[y, x]
        distance = max(tolerances[own], tolerances[other])
        outline = near(labels, y, x, other, distance) and near(rival, y, x, own, distance)
        out[y, x] = 1 if outline and not alone[of[y, x]] else 2
    return out.tolist()


@settings(deadline=None)
@given(dense_maps(shape=SHAPE), dense_maps(shape=SHAPE), st.lists(st.integers(0, 3), min_size=5))
def test_marks_equal_the_twin(labels: Dense, rival: Dense, tolerances: list[int]) -> None:
    marks = np.empty(SHAPE, np.uint8)
    wide = np.array(tolerances, np.int64)
    of, area = owners(labels)
    alone = area % 3 == 0
    kernels.suspicion.mark_differences(labels, rival, wide, of, alone, marks)
    assert marks.tolist() == marks_twin(labels, rival, wide, alone)


def owners(dense: Dense) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    label_map = LabelMap.from_dense(dense)
    regions = find_regions(label_map)
    return np.repeat(regions.of_run, label_map.lengths).reshape(dense.shape), regions.area


def bridges_twin(whole: Dense, parts: Dense, figures: Any, least: int, reach: int) -> Any:
    of_whole, _ = owners(whole)
    of_parts, area = owners(parts)
    out = np.zeros(whole.shape, bool)
    for y, x in np.argwhere(whole != parts):
        value = whole[y, x]
        rows = slice(max(0, y - reach), y + reach + 1)
        columns = slice(max(0, x - reach), x + reach + 1)
        met = (parts[rows, columns] == value) & (of_whole[rows, columns] == of_whole[y, x])
        met &= area[of_parts[rows, columns]] >= least
        out[y, x] = figures[value] and np.unique(of_parts[rows, columns][met]).size > 1
    return out.tolist()


@settings(deadline=None)
@given(dense_maps(shape=SHAPE), dense_maps(shape=SHAPE), st.integers(1, 3), st.integers(0, 4))
def test_bridges_equal_the_twin(whole: Dense, parts: Dense, reach: int, least: int) -> None:
    figures = np.array([False, False, True, True, True])
    of_whole, _ = owners(whole)
    of_parts, area = owners(parts)
    bridges = np.zeros(SHAPE, np.bool_)
    kernels.suspicion.mark_bridges(
        whole, of_whole, parts, of_parts, figures, area >= least, reach, bridges
    )
    assert bridges.tolist() == bridges_twin(whole, parts, figures, least, reach)


def enclosing_twin(dense: Dense) -> list[tuple[int, int, bool]]:
    of, area = owners(dense)
    padded = np.pad(dense.astype(int), 1, constant_values=-1)
    out = []
    for region in range(area.size):
        beside = set()
        for y, x in np.argwhere(of == region):
            for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                row, column = y + down, x + across
                inside = 0 <= row < dense.shape[0] and 0 <= column < dense.shape[1]
                if not inside:
                    beside.add(-1)
                elif of[row, column] != region:
                    beside.add(int(padded[row + 1, column + 1]))
        values = beside - {-1}
        out.append((min(values, default=65535), max(values, default=0), -1 in beside))
    return out


def check_enclosing(dense: Dense) -> None:
    label_map = LabelMap.from_dense(dense)
    regions = find_regions(label_map)
    least = np.full(len(regions), 65535, np.uint16)
    most = np.zeros(len(regions), np.uint16)
    open_regions = np.zeros(len(regions), np.bool_)
    kernels.suspicion.enclosing_values(
        label_map.ends, label_map.values, label_map.row_starts, label_map.width,
        regions.of_run, least, most, open_regions,
    )  # fmt: skip
    found = list(zip(least.tolist(), most.tolist(), open_regions.tolist(), strict=True))
    assert found == enclosing_twin(dense)


@settings(deadline=None)
@given(dense_maps(max_side=10))
def test_enclosing_values_equal_the_twin(dense: Dense) -> None:
    check_enclosing(dense)


@pytest.mark.parametrize("name", ["one pixel", "one row", "one column", "rings"])
def test_enclosing_values_of_adversarial_maps_equal_the_twin(name: str) -> None:
    check_enclosing(adversarial_maps()[name].astype(np.uint16))
