"""Pairs of annotators against dense twins: overlaps, outlines, means, and who stands apart."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.errors import ParameterError
from assay.metrics import Pair
from assay.metrics.boundary import boundary_f, count_contours
from assay.metrics.measure import NoParameters
from assay.metrics.overlap import iou, mean_iou
from assay.metrics.pairwise import (
    PairSeries,
    boundary_distance,
    count_overlaps,
    estimate_mean,
    estimate_pair,
    estimate_standing,
    measure_outlines,
    pairs_of,
)
from assay.metrics.patterns import count_patterns
from maps import TINY, drawn
from metrics.panels import ABSENT, panels

Dense = NDArray[np.uint16]
VOID = TINY.first_void


def encoded(maps: Sequence[Dense]) -> list[LabelMap]:
    return [LabelMap.from_dense(dense) for dense in maps]


@given(maps=panels())
@settings(max_examples=60, deadline=None)
def test_overlaps_are_those_of_every_pixel(maps: list[Dense]) -> None:
    found = count_overlaps(count_patterns([encoded(maps)]), TINY)
    for place, (one, two) in enumerate(pairs_of(len(maps))):
        both = (maps[one] < VOID) & (maps[two] < VOID)
        for value in range(VOID):
            first, second = (maps[k] == value for k in (one, two))
            assert found[place, value].tolist() == [
                (first & second & both).sum(), (first & both).sum(), (second & both).sum()
            ]  # fmt: skip


def slow_contour(dense: Dense, value: int, hidden: NDArray[np.bool_]) -> list[tuple[int, int]]:
    height, width = dense.shape
    found = []
    for y, x in np.argwhere((dense == value) & ~hidden).tolist():
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            inside = 0 <= v < height and 0 <= u < width
            if inside and not hidden[v, u] and dense[v, u] != value:
                found.append((y, x))
                break
    return found


@given(maps=panels(raters=3))
@settings(max_examples=25, deadline=None)
def test_outlines_are_those_of_every_contour_pixel(maps: list[Dense]) -> None:
    maps = [dense for dense in maps if dense.max() < ABSENT]
    found = measure_outlines(encoded(maps), TINY)
    for place, (one, two) in enumerate(pairs_of(len(maps))):
        hidden = (maps[one] >= VOID) | (maps[two] >= VOID)
        for index, label in enumerate(TINY.classes):
            sides = [slow_contour(maps[k], index + 1, hidden) for k in (one, two)]
            away = [
                [min((math.dist(p, q) for q in other), default=math.inf) for p in side]
                for side, other in (sides, sides[::-1])
            ]
            hits = [sum(d <= label.boundary_tolerance_px for d in side) for side in away]
            compared = all(sides)
            assert found[place, index] == pytest.approx(
                [
                    hits[0], len(away[0]), hits[1], len(away[1]),
                    sum(away[0] + away[1]) if compared else 0,
                    len(away[0] + away[1]) if compared else 0,
                ]
            )  # fmt: skip


def test_outlines_are_scored_as_the_measure_boundary_f_scores_them() -> None:
    rng = np.random.default_rng(8)
    first, second = (LabelMap.from_dense(rng.integers(1, 4, (12, 15))) for _ in range(2))
    found = measure_outlines([first, second], TINY)[0, :, :4]
    assert found.tolist() == count_contours(Pair(first, second, TINY), NoParameters()).tolist()
    assert boundary_f(found.astype(np.int64)).shape == (3,)


def test_outlines_one_pixel_apart_worked_by_hand() -> None:
    maps = [drawn("111222 111222"), drawn("112222 112222")]
    counts = measure_outlines(maps, TINY)[0]
    assert boundary_distance(counts)[:2].tolist() == [1.0, 1.0]
    assert math.isnan(boundary_distance(counts)[2])


def series(
    counts: Sequence[NDArray[np.int64]], images: Sequence[Sequence[int]]
) -> list[PairSeries]:
    return [
        PairSeries(one, two, np.array(where, np.int64), np.asarray(found, np.int64))
        for (one, two), where, found in zip(pairs_of(3), images, counts, strict=True)
    ]


def overlap(both: int, first: int, second: int) -> list[list[int]]:
    """Counts of unlabelled, which never occurs, and of one class."""
    return [[0, 0, 0], [both, first, second]]


def mean_class_iou(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return mean_iou(counts[..., 1:, :])


PANEL = series(
    [
        np.array([overlap(9, 10, 10), overlap(8, 10, 10), overlap(9, 10, 10)]),
        np.array([overlap(5, 10, 10), overlap(6, 10, 10)]),
        np.array([overlap(5, 10, 10), overlap(5, 10, 10)]),
    ],
    [[0, 1, 2], [0, 1], [0, 1]],
)


def test_the_mean_over_pairs_counts_every_pair_alike() -> None:
    found = estimate_mean(PANEL, mean_class_iou, images=3)
    ious = [26 / 34, 11 / 29, 10 / 30]
    assert float(found.value) == pytest.approx(np.mean(ious))
    assert found.images == 3
    assert found.low < found.value < found.high


def test_the_interval_of_a_mean_leaves_images_out_of_every_pair() -> None:
    found = estimate_mean(PANEL, mean_class_iou, images=3)
    left_out = [
        np.mean([17 / 23, 6 / 14, 5 / 15]),
        np.mean([18 / 22, 5 / 15, 5 / 15]),
        np.mean([17 / 23, 11 / 29, 10 / 30]),
    ]
    expected = math.sqrt(2 / 3 * sum((value - np.mean(left_out)) ** 2 for value in left_out))
    assert float(found.standard_error) == pytest.approx(expected)


def test_a_pair_is_judged_on_its_common_images() -> None:
    found = estimate_pair(PANEL[1], mean_class_iou)
    assert float(found.value) == pytest.approx(11 / 29)
    assert found.images == 2
    by_class = estimate_pair(PANEL[1], lambda counts: iou(counts[..., 1:, :]))
    assert by_class.value.tolist() == pytest.approx([11 / 29])


def test_pairs_without_a_common_image_are_left_out_of_the_mean() -> None:
    lonely = [
        PANEL[0], PairSeries(0, 2, np.zeros(0, np.int64), np.zeros((0, 2, 3), np.int64)), PANEL[2]
    ]  # fmt: skip
    found = estimate_mean(lonely, mean_class_iou, images=3)
    assert float(found.value) == pytest.approx(np.mean([26 / 34, 10 / 30]))


def test_who_agrees_less_than_the_others_do_stands_apart() -> None:
    gaps = [estimate_standing(PANEL, k, mean_class_iou, images=3) for k in range(3)]
    # Annotator 2 labelled images 0 and 1: there the two others agree to 17 / 23.
    assert float(gaps[2].value) == pytest.approx(np.mean([11 / 29, 10 / 30]) - 17 / 23)
    assert gaps[2].value < 0 < gaps[0].value


def test_two_annotators_cannot_stand_apart() -> None:
    found = estimate_standing(PANEL[:1], 0, mean_class_iou, images=3)
    assert math.isnan(found.value)


@given(maps=panels(raters=4), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_scores_are_the_same_in_any_order_of_annotators(maps: list[Dense], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(4)
    straight = iou(count_overlaps(count_patterns([encoded(maps)]), TINY))
    shuffled = iou(count_overlaps(count_patterns([encoded([maps[k] for k in order])]), TINY))
    places = {pair: place for place, pair in enumerate(pairs_of(4))}
    for place, (one, two) in enumerate(pairs_of(4)):
        old = places[tuple(sorted((int(order[one]), int(order[two]))))]  # type: ignore[index]  # two numbers
        assert np.array_equal(shuffled[place], straight[old], equal_nan=True)


def test_counts_of_another_shape_are_refused() -> None:
    with pytest.raises(ParameterError, match="first_hits, first_total"):
        boundary_distance(np.zeros((2, 4)))
