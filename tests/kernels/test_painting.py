"""Layers of spans to runs, against painting a dense array layer by layer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay import LabelMap
from assay.errors import LabelMapError
from assay.labels.painting import fill, paint
from assay.labels.polygon import Polygon
from assay.labels.spans import Spans, spans_of
from maps import dense_maps, drawn

Layer = tuple[Spans, int]


def layer(value: int, *stretches: tuple[int, int, int]) -> Layer:
    table = np.array(stretches, np.int32).reshape(-1, 3)
    return Spans(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()), value


def slow_paint(height: int, width: int, layers: list[Layer], background: int) -> LabelMap:
    dense = np.full((height, width), background, np.uint16)
    for spans, value in layers:
        for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
            dense[row, start:stop] = value
    return LabelMap.from_dense(dense)


@given(
    masks=st.lists(dense_maps(highest=1, shape=(17, 23)), max_size=9),
    background=st.sampled_from([0, 3, 65535]),
    seed=st.integers(0, 99),
)
@settings(max_examples=150, deadline=None)
def test_later_layers_cover_earlier_ones(
    masks: list[np.ndarray[tuple[int, ...], np.dtype[np.uint16]]], background: int, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(0, 4, len(masks)).tolist()
    layers = [
        (spans_of(LabelMap.from_dense(mask), 1), value)
        for mask, value in zip(masks, values, strict=True)
    ]
    painted = paint(17, 23, layers, background=background)
    assert painted == slow_paint(17, 23, layers, background)


@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(50, 200))
@settings(max_examples=20, deadline=None)
def test_deep_stacks_of_layers_are_exact(seed: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    layers = []
    for _ in range(depth):
        starts = rng.integers(0, 60, 8)
        stops = starts + rng.integers(1, 70 - starts)
        rows = np.sort(rng.choice(12, 8, replace=False))
        stretches = np.c_[rows, starts, stops].tolist()
        layers.append(layer(int(rng.integers(0, 9)), *map(tuple, stretches)))
    assert paint(12, 70, layers) == slow_paint(12, 70, layers, 0)


def test_neighbouring_spans_of_one_value_become_one_run() -> None:
    painted = paint(1, 9, [layer(2, (0, 0, 4), (0, 4, 7)), layer(2, (0, 6, 9))])
    assert painted.ends.tolist() == [9]


def test_no_layer_leaves_the_background() -> None:
    assert paint(3, 4, [], background=7) == LabelMap.filled(3, 4, 7)
    assert paint(3, 4, [layer(1)]) == LabelMap.filled(3, 4)


def test_values_at_the_ends_of_their_range_are_painted() -> None:
    assert paint(1, 3, [layer(65535, (0, 1, 2))]).values.tolist() == [0, 65535, 0]
    assert paint(1, 3, [layer(0, (0, 1, 2))], background=65535).values.tolist() == [65535, 0, 65535]


def test_a_polygon_is_painted_where_it_lies() -> None:
    triangle = Polygon((np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]),))
    # The slanted edge passes through centres (3.5, 0.5) … (0.5, 3.5): a right edge, so outside.
    assert paint(4, 4, [(fill(triangle, 4, 4), 1)]) == drawn("111. 11.. 1... ....")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (layer(70_000, (0, 0, 1)), "value 70000"),
        (layer(-1, (0, 0, 1)), "value -1"),
        (layer(1, (0, 0, 1), (3, 0, 1)), "reaches row 3"),
        (layer(1, (0, 0, 5)), "column 4, outside a 3×4 frame"),
    ],
)
def test_a_layer_outside_frame_or_range_is_refused(bad: Layer, words: str) -> None:
    with pytest.raises(LabelMapError, match=words):
        paint(3, 4, [layer(1, (0, 0, 1)), bad])


def test_an_impossible_frame_is_refused() -> None:
    triangle = Polygon((np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]),))
    with pytest.raises(LabelMapError, match="0×4 px"):
        fill(triangle, 0, 4)
    with pytest.raises(LabelMapError, match="4294967295"):
        fill(triangle, 1, 2**32 - 1)
