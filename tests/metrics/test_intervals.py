"""Intervals by leaving images out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.metrics import Metric
from assay.metrics.intervals import Estimate, estimate_difference, estimate_score
from assay.metrics.overlap import METRICS, ByCounts
from assay.metrics.quantiles import student_quantile
from maps import TINY

BY_NAME = {metric.name: metric for metric in METRICS}
ACCURACY, IOU, MEAN_IOU = BY_NAME["pixel_accuracy"], BY_NAME["iou"], BY_NAME["mean_iou"]


def one_class(*right: int, pixels: int = 100) -> NDArray[np.int64]:
    """Counts of images of one class, with ``right`` pixels right in each."""
    return np.array([[[r, pixels, r]] for r in right], np.int64)


def mean_right(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score that is a plain mean over images of equal size, and not cut to 0 to 1."""
    right, pixels = counts[..., 0].sum(axis=-1), counts[..., 1].sum(axis=-1)
    return np.asarray(right / np.maximum(pixels, 1), np.float64)


PLAIN_MEAN = Metric("plain", "", "", "", "overlap", "overall", ByCounts(mean_right), share=False)


def test_the_interval_of_a_mean_is_the_t_interval_of_textbooks() -> None:
    right = np.array([90, 80, 95, 70, 85])
    found = estimate_score(PLAIN_MEAN, one_class(*right), TINY, confidence=0.9)
    error = right.std(ddof=1) / 100 / np.sqrt(5)
    assert found.value == pytest.approx(0.84)
    assert found.standard_error == pytest.approx(error)
    assert found.high == pytest.approx(0.84 + student_quantile(0.95, 4) * error)
    assert found.low == pytest.approx(0.84 - student_quantile(0.95, 4) * error)


def test_the_interval_of_a_difference_is_the_paired_t_interval() -> None:
    first, second = np.array([90, 60, 95, 40]), np.array([88, 59, 91, 39])
    found = estimate_difference(ACCURACY, one_class(*first), one_class(*second), TINY)
    gap = (first - second) / 100
    error = gap.std(ddof=1) / 2
    assert found.value == pytest.approx(gap.mean())
    assert found.standard_error == pytest.approx(error)
    assert found.high == pytest.approx(gap.mean() + student_quantile(0.975, 3) * error)


def test_pairing_finds_a_small_steady_difference_that_spread_would_hide() -> None:
    hard = np.array([95, 30, 60, 80, 45, 70])
    found = estimate_difference(ACCURACY, one_class(*hard + 2), one_class(*hard), TINY)
    alone = estimate_score(ACCURACY, one_class(*hard), TINY)
    assert found.low > 0
    assert float(alone.high - alone.low) > 0.3


def test_a_difference_turns_its_sign_when_the_vendors_swap() -> None:
    first, second = one_class(90, 60, 95, 40), one_class(80, 66, 90, 41)
    one = estimate_difference(MEAN_IOU, first, second, TINY)
    two = estimate_difference(MEAN_IOU, second, first, TINY)
    assert one.value == -two.value
    assert one.low == pytest.approx(-two.high)


@pytest.mark.parametrize("right", [(99, 100, 100, 60), (1, 0, 0, 40), (100, 100, 99, 100)])
def test_intervals_of_shares_stay_within_0_and_1(right: tuple[int, ...]) -> None:
    found = estimate_score(ACCURACY, one_class(*right), TINY)
    assert 0 <= float(found.low) < float(found.value) < float(found.high) <= 1


def test_intervals_of_high_shares_are_longer_downwards() -> None:
    found = estimate_score(ACCURACY, one_class(99, 97, 99, 80, 95), TINY)
    assert float(found.value - found.low) > float(found.high - found.value)


def test_perfect_on_every_image_is_a_point() -> None:
    found = estimate_score(ACCURACY, one_class(100, 100, 100), TINY)
    assert found.value == found.low == found.high == 1.0
    assert found.standard_error == 0


def test_one_image_has_a_score_but_no_interval() -> None:
    found = estimate_score(MEAN_IOU, one_class(90), TINY)
    assert found.value == pytest.approx(90 / 100)
    assert np.isnan([found.low, found.high, found.standard_error]).all()


def two_classes(*images: tuple[int, int]) -> NDArray[np.int64]:
    """Images of 100 px of the first class, and 10 px of the second where given 0 to 10."""
    second = [[0, 0, 0] if right < 0 else [right, 10, right] for _, right in images]
    return np.array([[[a, 100, a], b] for (a, _), b in zip(images, second, strict=True)], np.int64)


def test_a_class_in_one_image_alone_has_no_interval() -> None:
    found = estimate_score(IOU, two_classes((90, -1), (80, 5), (95, -1)), TINY)
    assert found.value[1] == 0.5
    assert np.isnan(found.low[1])
    assert np.isfinite(found.low[0])


def test_only_images_with_the_class_give_degrees_of_freedom() -> None:
    counts = two_classes((90, -1), (80, 5), (95, -1), (70, 8), (90, 6))
    found = estimate_score(IOU, counts, TINY)
    assert found.images.tolist() == [5, 3]


def test_a_class_in_no_image_is_nan() -> None:
    found = estimate_score(IOU, two_classes((90, -1), (80, -1)), TINY)
    assert np.isnan([found.value[1], found.low[1], found.high[1]]).all()


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_confidence_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ParameterError, match=r"give a level such as 0\.95"):
        estimate_score(ACCURACY, one_class(1, 2), TINY, confidence=level)


def test_counts_without_an_image_axis_are_refused() -> None:
    with pytest.raises(ParameterError, match="images, classes, columns"):
        estimate_score(ACCURACY, one_class(1, 2)[0], TINY)


def test_vendors_judged_on_different_images_are_refused() -> None:
    with pytest.raises(ParameterError, match="the same images"):
        estimate_difference(ACCURACY, one_class(1, 2), one_class(1, 2, 3), TINY)


def covered(found: Estimate, truth: float) -> bool:
    return bool(found.low <= truth <= found.high)


@pytest.mark.parametrize("images", [20, 60])
def test_difference_intervals_cover_the_truth_as_often_as_they_say(images: int) -> None:
    """A small, seeded version of ``studies/coverage.py``."""
    rng = np.random.default_rng(20260101)
    pixels = rng.lognormal(8, 0.7, (20_000, 2)).astype(np.int64)
    hard = rng.normal(0, 0.5, (20_000, 1))
    pool = []
    for level in (-2.2, -2.0):
        lost = 1 / (1 + np.exp(-(level + hard + rng.normal(0, 0.6, pixels.shape))))
        right = (pixels * (1 - lost)).astype(np.int64)
        pool.append(np.stack([right, pixels, right + pixels // 20], axis=-1))
    truth = float(MEAN_IOU.score(pool[0].sum(0), TINY) - MEAN_IOU.score(pool[1].sum(0), TINY))
    hits = 0
    for _ in range(1500):
        drawn = rng.integers(0, 20_000, images)
        hits += covered(estimate_difference(MEAN_IOU, pool[0][drawn], pool[1][drawn], TINY), truth)
    # 95 % of 1,500 has a standard error of 0.56 %; three of them, plus the promise of 1.5 %.
    assert 0.935 - 0.0169 <= hits / 1500 <= 0.965 + 0.0169
