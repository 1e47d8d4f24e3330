"""Spans: sound or refused, and taken from a map."""

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import LabelMapError
from assay.labels.spans import Spans, spans_of
from maps import dense_maps, drawn


def spans(*stretches: tuple[int, int, int]) -> Spans:
    """Spans from (row, start, stop) triples."""
    table = np.array(stretches, np.int32).reshape(-1, 3)
    return Spans(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def test_the_area_counts_pixels() -> None:
    assert spans((0, 2, 4), (0, 4, 5), (7, 0, 9)).area == 12
    assert spans().area == 0


@pytest.mark.parametrize(
    "stretches",
    [
        [(0, 3, 3)],  # empty
        [(0, 4, 3)],  # backwards
        [(0, -1, 3)],
        [(-1, 0, 3)],
        [(1, 0, 3), (0, 0, 3)],  # rows out of order
        [(0, 5, 6), (0, 0, 3)],  # columns out of order
        [(0, 0, 3), (0, 2, 6)],  # overlap
    ],
)
def test_unsound_spans_are_refused_with_their_values(stretches: list[tuple[int, int, int]]) -> None:
    with pytest.raises(LabelMapError, match=r"Span \d covers columns"):
        spans(*stretches)


def test_spans_of_another_type_are_refused() -> None:
    with pytest.raises(LabelMapError, match="rows of spans is int64"):
        Spans(*np.zeros((3, 0), np.int64))


def test_spans_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        spans((0, 0, 2)).stops[0] = 5


def test_spans_of_a_value_are_its_runs() -> None:
    label_map = drawn("1122 2111 3333")
    assert spans_of(label_map, 1) == spans((0, 0, 2), (1, 1, 4))
    assert spans_of(label_map, 2) == spans((0, 2, 4), (1, 0, 1))
    assert len(spans_of(label_map, 9)) == 0


@given(dense=dense_maps())
@settings(max_examples=60, deadline=None)
def test_spans_of_a_value_cover_its_pixels(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    for value in range(5):
        found = spans_of(label_map, value)
        covered = np.zeros(dense.shape, bool)
        for row, start, stop in zip(found.rows, found.starts, found.stops, strict=True):
            covered[row, start:stop] = True
        assert np.array_equal(covered, dense == value)
        assert found.area == covered.sum()
