"""Scanlines to runs and samples, against filters undone pixel by pixel."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap, kernels
from maps import adversarial_maps, dense_maps
from pngs import filtered


def runs(scanlines: bytes, height: int, width: int, *, room: int | None = None) -> LabelMap:
    raw = np.frombuffer(scanlines, np.uint8)
    capacity = height * width if room is None else room
    ends, values = np.empty(capacity, np.uint32), np.empty(capacity, np.uint16)
    row_starts = np.empty(height + 1, np.int64)
    code, count = kernels.png.scanline_runs(
        raw,
        width,
        np.empty(width + 1, np.uint64),
        ends,
        values,
        row_starts,
    )
    assert code == kernels.png.DONE
    return LabelMap(height, width, ends[:count], values[:count], row_starts)


@st.composite
def filtered_maps(draw: st.DrawFn) -> tuple[NDArray[np.uint8], list[int]]:
    dense = draw(dense_maps(highest=draw(st.sampled_from([1, 4, 255])), max_side=40))
    if draw(st.booleans()):
        # Rows longer than a block of 64 pixels, which has its own path.
        dense = np.repeat(dense, draw(st.integers(2, 12)), axis=1)
    codes = draw(st.lists(st.integers(0, 4), min_size=len(dense), max_size=len(dense)))
    return dense.astype(np.uint8), codes


@settings(max_examples=120, deadline=None)  # the first example compiles
@given(filtered_maps())
def test_runs_equal_the_dense_map_whatever_the_filters(
    case: tuple[NDArray[np.uint8], list[int]],
) -> None:
    dense, codes = case
    assert runs(filtered(dense, codes), *dense.shape) == LabelMap.from_dense(dense)


@pytest.mark.parametrize("code", range(5))
@pytest.mark.parametrize("name", adversarial_maps())
def test_runs_equal_adversarial_maps(name: str, code: int) -> None:
    dense = adversarial_maps()[name].astype(np.uint8)
    expected = LabelMap.from_dense(dense)
    assert runs(filtered(dense, [code] * len(dense)), *dense.shape) == expected


def test_average_settles_one_below_a_flat_row_above() -> None:
    # Above 9 9 9 9; residual zero: (0 + 9) // 2 = 4, 6, 7, 8, and then 8 for ever.
    scanlines = filtered(np.full((1, 9), 9, np.uint8), [0]) + bytes([3]) + bytes(9)
    assert runs(scanlines, 2, 9).to_dense()[1].tolist() == [4, 6, 7, 8, 8, 8, 8, 8, 8]


def test_unknown_filter_is_named_with_its_row() -> None:
    raw = np.array([0, 1, 1, 5, 1, 1], np.uint8)
    ends, values = np.empty(4, np.uint32), np.empty(4, np.uint16)
    result = kernels.png.scanline_runs(
        raw, 2, np.empty(3, np.uint64), ends, values, np.empty(3, np.int64)
    )
    assert result == (kernels.png.BAD_FILTER, 1)


def test_a_row_that_might_not_fit_stops_before_it_is_written() -> None:
    raw = np.frombuffer(filtered(np.array([[1, 2], [3, 4]], np.uint8), [0, 0]), np.uint8)
    ends, values = np.full(3, 77, np.uint32), np.full(3, 77, np.uint16)
    result = kernels.png.scanline_runs(
        raw, 2, np.empty(3, np.uint64), ends, values, np.empty(3, np.int64)
    )
    assert result == (kernels.png.NO_ROOM, 1)
    assert ends.tolist() == [1, 2, 77]


@settings(max_examples=120, deadline=None)  # the first example compiles
@given(filtered_maps(), st.sampled_from([1, 2, 3, 4, 6, 8]))
def test_rows_of_any_pixel_size_are_unfiltered(
    case: tuple[NDArray[np.uint8], list[int]], step: int
) -> None:
    dense, codes = case
    raw = np.frombuffer(filtered(dense, codes, step), np.uint8)
    out = np.empty(dense.size, np.uint8)
    rows = kernels.png.unfilter_rows(raw, dense.shape[0], dense.shape[1], step, out)
    assert rows == len(dense)
    assert (out.reshape(dense.shape) == dense).all()


def test_unfiltering_stops_at_an_unknown_filter() -> None:
    raw = np.array([0, 1, 9, 1], np.uint8)
    assert kernels.png.unfilter_rows(raw, 2, 1, 1, np.empty(2, np.uint8)) == 1


@settings(max_examples=120, deadline=None)  # the first example compiles
@given(dense_maps(highest=5), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_translation_equals_a_dense_lookup(dense: NDArray[Any], table: list[int]) -> None:
    label_map = LabelMap.from_dense(dense)
    ends, values = label_map.ends.copy(), label_map.values.copy()
    row_starts, counts = label_map.row_starts.copy(), np.zeros(6, np.int64)
    lookup = np.array(table, np.uint16)
    count = kernels.png.translate_runs(ends, values, row_starts, lookup, counts)
    height, width = label_map.shape
    translated = LabelMap(height, width, ends[:count], values[:count], row_starts)
    assert translated == LabelMap.from_dense(lookup[dense])
    assert counts.tolist() == np.bincount(dense.ravel(), minlength=6).tolist()


@settings(max_examples=120, deadline=None)  # the first example compiles
@given(dense_maps(highest=5), st.integers(1, 4))
def test_color_runs_equal_the_dense_colours(dense: NDArray[Any], channels: int) -> None:
    palette = np.random.default_rng(3).integers(0, 256, (6, channels)).astype(np.uint8)
    ends, colors = np.empty(dense.size, np.uint32), np.empty(dense.size, np.uint32)
    row_starts = np.empty(len(dense) + 1, np.int64)
    count = kernels.png.color_runs(
        palette[dense].reshape(-1, channels), dense.shape[1], colors, ends, row_starts
    )
    keys = [int.from_bytes(row.tobytes()) for row in palette]
    label_map = LabelMap.from_dense(dense)
    assert ends[:count].tolist() == label_map.ends.tolist()
    assert colors[:count].tolist() == [keys[value] for value in label_map.values]
    assert row_starts.tolist() == label_map.row_starts.tolist()
