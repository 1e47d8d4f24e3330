import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray

from assay import LabelMap
from assay.labels.shape import Shape, united
from assay.labels.spans import Spans, spans_of
from maps import dense_maps, drawn

NOTHING = Spans(*(np.empty(0, np.int32) for _ in range(3)))


def dense(spans: Spans, shape: tuple[int, int]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
        mask[row, start:stop] = True
    return mask


def test_a_pixel_of_several_parts_is_counted_once() -> None:
    square = spans_of(drawn("11. 11. ..."), 1)
    bar = spans_of(drawn(".11 ... ..."), 1)
    shape = Shape("annotation 1", "car", 2, (), (square, bar))
    assert shape.spans.area == 5
    assert str(shape) == "annotation 1 (car)"


def test_parts_of_nothing_are_nothing() -> None:
    assert len(united([])) == 0
    assert united([NOTHING, NOTHING]) == NOTHING
    assert united([NOTHING]) is NOTHING


@settings(max_examples=60, deadline=None)
@given(dense_maps(shape=(9, 13)), dense_maps(shape=(9, 13)))
def test_uniting_is_a_logical_or(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> None:
    parts = [spans_of(LabelMap.from_dense(labels), 1) for labels in (first, second)]
    both = united(parts)
    assert np.array_equal(dense(both, first.shape), (first == 1) | (second == 1))
    # As few spans as there can be: neighbours are joined.
    assert both == spans_of(LabelMap.from_dense(dense(both, first.shape)), 1)
