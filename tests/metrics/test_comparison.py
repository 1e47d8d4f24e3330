"""Vendors against each other on the same images."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.metrics import Metric
from assay.metrics.comparison import (
    images_needed,
    probability_of_better,
    rank_probabilities,
    smallest_difference,
)
from assay.metrics.overlap import METRICS, ByCounts, pixel_accuracy
from assay.metrics.quantiles import student_quantile
from assay.metrics.resampling import Resampling
from maps import TINY

BY_NAME = {metric.name: metric for metric in METRICS}
ACCURACY = BY_NAME["pixel_accuracy"]
ERROR_RATE = Metric(
    "error", "", "", "", "overlap", "overall",
    ByCounts(lambda counts: 1 - pixel_accuracy(counts)), higher_is_better=False,
)  # fmt: skip


def one_class(*right: int) -> NDArray[np.int64]:
    return np.array([[[r, 100, r]] for r in right], np.int64)


def often_better(metric: Metric, first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    resampling = Resampling(len(first))
    one, two = (resampling.scores(metric, counts, TINY) for counts in (first, second))
    return probability_of_better(one, two, higher_is_better=metric.higher_is_better)


def test_a_vendor_better_on_every_image_is_better_on_every_resample() -> None:
    assert often_better(ACCURACY, one_class(92, 64, 83, 71), one_class(90, 61, 81, 70)) == 1.0


def test_a_vendor_against_itself_is_a_tie() -> None:
    assert often_better(ACCURACY, one_class(92, 64, 83), one_class(92, 64, 83)) == 0.5


def test_vendors_that_win_on_different_images_are_close() -> None:
    found = often_better(ACCURACY, one_class(95, 60, 95, 61), one_class(60, 93, 60, 95))
    assert 0.3 < found < 0.7


def test_of_an_error_rate_the_lower_is_better() -> None:
    assert often_better(ERROR_RATE, one_class(92, 64, 83), one_class(90, 61, 81)) == 1.0


def test_probabilities_of_both_directions_sum_to_one() -> None:
    first, second = one_class(92, 64, 83, 71, 90), one_class(90, 67, 81, 72, 90)
    one, two = often_better(ACCURACY, first, second), often_better(ACCURACY, second, first)
    assert one + two == pytest.approx(1)


def test_resamples_without_a_score_are_left_out() -> None:
    scores = np.array([0.5, np.nan, 0.7, 0.2])
    assert probability_of_better(scores, np.array([0.4, 0.1, np.nan, 0.3])) == 0.5
    assert math.isnan(probability_of_better(np.array([np.nan]), np.array([0.1])))


def test_ranks_worked_by_hand() -> None:
    scores = [np.array([0.9, 0.5, 0.8]), np.array([0.8, 0.6, 0.8]), np.array([0.1, 0.7, 0.2])]
    # 1: a b c   2: c b a   3: a and b tie before c
    expected = np.array([[1.5, 0.5, 1.0], [0.5, 2.5, 0.0], [1.0, 0.0, 2.0]]) / 3
    np.testing.assert_allclose(rank_probabilities(scores), expected)


def test_ranks_turn_round_where_lower_is_better() -> None:
    scores = [np.array([0.1, 0.2]), np.array([0.3, 0.4])]
    assert rank_probabilities(scores, higher_is_better=False).tolist() == [[1, 0], [0, 1]]
    assert rank_probabilities(scores).tolist() == [[0, 1], [1, 0]]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_each_vendor_has_one_rank_and_each_rank_one_vendor(
    vendors: int, resamples: int, seed: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, (vendors, resamples)) / 4
    probabilities = rank_probabilities(list(scores))
    np.testing.assert_allclose(probabilities.sum(axis=0), 1)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities >= 0).all()


def test_ranks_leave_out_resamples_without_a_score() -> None:
    ranks = rank_probabilities([np.array([np.nan, 0.2]), np.array([0.9, 0.1])])
    assert ranks.tolist() == [[1, 0], [0, 1]]
    assert np.isnan(rank_probabilities([np.array([np.nan]), np.array([0.9])])).all()


def test_the_smallest_difference_is_interval_plus_power() -> None:
    expected = (student_quantile(0.975, 29) + student_quantile(0.8, 29)) * 0.004
    assert smallest_difference(0.004, 30) == pytest.approx(expected)
    assert smallest_difference(0.0, 30) == 0
    assert math.isnan(smallest_difference(math.nan, 30))


def test_a_difference_of_the_smallest_size_is_found_as_often_as_the_power_says() -> None:
    rng = np.random.default_rng(8)
    images, spread = 25, 0.05
    true = smallest_difference(spread / 5, images, confidence=0.9, power=0.8)
    gaps = rng.normal(true, spread, (20_000, images))
    error = gaps.std(axis=1, ddof=1) / 5
    found = gaps.mean(axis=1) - student_quantile(0.95, images - 1) * error > 0
    assert found.mean() == pytest.approx(0.8, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-3, 0.5), st.floats(1e-3, 0.2), st.integers(2, 500))
def test_images_needed_is_the_inverse_of_the_smallest_difference(
    difference: float, error: float, images: int
) -> None:
    number = images_needed(difference, error, images)
    one_image = error * math.sqrt(images)

    def reach(count: float) -> float:
        return smallest_difference(one_image / math.sqrt(count), int(count))

    assert reach(number) <= difference * (1 + 1e-9)
    assert number == 2 or reach(number - 1) > difference * (1 - 1e-9)


def test_no_difference_is_never_shown_and_no_spread_needs_two_images() -> None:
    assert images_needed(0.0, 0.01, 50) == math.inf
    assert images_needed(-0.01, 0.0, 50) == 2
    assert images_needed(-0.01, 0.01, 50) == images_needed(0.01, 0.01, 50)
    assert math.isnan(images_needed(math.nan, 0.01, 50))


def test_values_out_of_range_are_refused() -> None:
    with pytest.raises(ParameterError, match="2 images or more"):
        smallest_difference(0.1, 1)
    with pytest.raises(ParameterError, match="power is 1"):
        smallest_difference(0.1, 5, power=1.0)
    with pytest.raises(ParameterError, match="it is 0 or more"):
        images_needed(0.1, -0.1, 5)
