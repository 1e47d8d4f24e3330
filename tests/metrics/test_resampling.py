"""Resamples of images."""

import tracemalloc

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.metrics import resampling as room
from assay.metrics.overlap import METRICS
from assay.metrics.resampling import Resampling
from maps import TINY

BY_NAME = {metric.name: metric for metric in METRICS}
COUNTS = np.random.default_rng(5).integers(0, 2**21, (17, 3, 3))


def test_a_resample_draws_as_many_images_as_there_are() -> None:
    weights = np.concatenate(list(Resampling(17, resamples=50, seed=1).weights()))
    assert weights.shape == (50, 17)
    assert (weights.sum(axis=1) == 17).all()
    assert (weights >= 0).all()


def test_totals_are_the_sums_of_the_drawn_images() -> None:
    resampling = Resampling(17, resamples=20, seed=4)
    weights = np.concatenate(list(resampling.weights())).astype(np.int64)
    for total, often in zip(resampling.totals(COUNTS), weights, strict=True):
        assert (total == np.repeat(COUNTS, often, axis=0).sum(axis=0)).all()


def test_equal_seeds_give_equal_resamples_and_other_seeds_do_not() -> None:
    one, two = (Resampling(17, resamples=30, seed=9).totals(COUNTS) for _ in range(2))
    assert (one == two).all()
    assert (one != Resampling(17, resamples=30, seed=10).totals(COUNTS)).any()


def test_vendors_and_metrics_share_their_resamples() -> None:
    resampling = Resampling(17, resamples=40)
    better = COUNTS.copy()
    better[:, :, 0] += 1  # one more pixel right on every image: better on every resample
    for name in ("pixel_accuracy", "mean_iou"):
        gap = [resampling.scores(BY_NAME[name], counts, TINY) for counts in (better, COUNTS)]
        assert (gap[0] > gap[1]).all()


def test_blocks_do_not_change_the_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Resampling(17, resamples=40).totals(COUNTS)
    monkeypatch.setattr(room, "_CHUNK", 17 * 3)
    assert len(list(Resampling(17, resamples=40).weights())) == 14
    assert (Resampling(17, resamples=40).totals(COUNTS) == whole).all()


def test_a_class_that_was_not_drawn_has_no_score_there() -> None:
    counts = np.zeros((4, 2, 3), np.int64)
    counts[:, 0] = 10
    counts[0, 1] = 5
    scores = Resampling(4, resamples=200).scores(BY_NAME["iou"], counts, TINY)
    weights = np.concatenate(list(Resampling(4, resamples=200).weights()))
    assert (np.isnan(scores[:, 1]) == (weights[:, 0] == 0)).all()
    assert not np.isnan(
        Resampling(4, resamples=200).scores(BY_NAME["mean_iou"], counts, TINY)
    ).any()


def test_resamples_spread_as_the_standard_error_says() -> None:
    rng = np.random.default_rng(3)
    right = rng.integers(0, 101, 400)
    counts = np.array([[[r, 100, 100]] for r in right])
    scores = Resampling(400, resamples=4000).scores(BY_NAME["pixel_accuracy"], counts, TINY)
    assert scores.std() == pytest.approx(right.std() / 100 / 20, rel=0.05)
    assert scores.mean() == pytest.approx(right.mean() / 100, abs=0.002)


def test_ten_thousand_images_of_twenty_classes_stay_below_100_mb() -> None:
    counts = np.ones((10_000, 20, 3), np.int64)
    tracemalloc.start()
    try:
        Resampling(10_000, resamples=150).totals(counts)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


def test_one_image_is_drawn_again_and_again() -> None:
    assert (Resampling(1, resamples=3).totals(COUNTS[:1]) == COUNTS[:1]).all()


@pytest.mark.parametrize(("images", "resamples"), [(0, 5), (5, 0)])
def test_nothing_to_draw_is_refused(images: int, resamples: int) -> None:
    with pytest.raises(ParameterError, match="at least one of each"):
        Resampling(images, resamples=resamples)


def test_counts_of_other_images_are_refused() -> None:
    with pytest.raises(ParameterError, match="the 5 images that are resampled"):
        Resampling(5).totals(COUNTS)
