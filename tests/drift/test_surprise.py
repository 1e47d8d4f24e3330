"""A batch's surprise is a standard normal number while nothing changes, whatever the scores."""

from itertools import combinations
from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.drift.surprise import NO_COMPARISON, compare

Numbers = NDArray[np.float64]


def plain(before: Numbers, batch: Numbers) -> float:
    empty = np.empty((len(before), 0)), np.empty((len(batch), 0))
    return compare(before, batch, *empty).surprise


def exact_surprise(before: Numbers, batch: Numbers) -> float:
    """The slow twin: every way to draw the batch from all images, ties counting half."""
    scores = np.concatenate([before, batch])
    sums = np.array([sum(draw) for draw in combinations(scores, len(batch))])
    worse, equal = (sums < batch.sum() - 1e-12).mean(), np.isclose(sums, batch.sum()).mean()
    return NormalDist().inv_cdf(float(worse + equal / 2))


@pytest.mark.parametrize("seed", range(12))
def test_surprise_is_the_quantile_among_all_draws(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = 0.85 - 0.06 * rng.gamma(1.0, size=16)
    exact = exact_surprise(scores[:12], scores[12:])
    assert plain(scores[:12], scores[12:]) == pytest.approx(exact, abs=0.25)


@pytest.mark.parametrize("images", [1, 2, 5, 20])
def test_skewed_scores_surprise_as_a_normal_number_does(images: int) -> None:
    rng = np.random.default_rng(images)
    found = []
    for _ in range(1500):
        scores = 0.9 - 0.05 * rng.gamma(1.0, size=max(60, 8 * images) + images)
        found.append(plain(scores[:-images], scores[-images:]))
    values = np.array(found)
    assert abs(values.mean()) < 0.1
    # One of sixty-one is the worst of sixty-one at most.
    assert 0.8 < values.std() < 1.08
    assert (values < -1.645).mean() == pytest.approx(0.05, abs=0.025)


def test_successive_surprises_are_independent() -> None:
    rng = np.random.default_rng(7)
    pairs = []
    for _ in range(1500):
        scores = 0.9 - 0.05 * rng.gamma(1.0, size=60)
        pairs.append((plain(scores[:40], scores[40:50]), plain(scores[:50], scores[50:])))
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 0.07


def test_a_shift_of_images_that_a_covariate_explains_does_not_surprise() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(400):
        dusk = np.concatenate([rng.random(80) < 0.25, rng.random(20) < 0.8]).astype(float)
        scores = 0.85 - 0.1 * dusk + 0.04 * rng.standard_normal(100)
        columns = dusk.reshape(-1, 1)
        found.append(compare(scores[:80], scores[80:], columns[:80], columns[80:]).surprise)
    assert np.mean(found) == pytest.approx(0.0, abs=0.15)
    assert np.std(found) < 1.05


def test_images_of_a_kind_never_seen_before_say_nothing() -> None:
    before, batch = np.linspace(0.7, 0.9, 30), np.full(5, 0.2)
    night = np.concatenate([np.zeros(30), np.ones(5)]).reshape(-1, 1)
    assert compare(before, batch, night[:30], night[30:]) == NO_COMPARISON


def test_equal_scores_never_surprise() -> None:
    assert plain(np.full(20, 0.8), np.full(5, 0.8)) == 0.0


def test_a_fall_after_equal_scores_surprises_as_much_as_so_few_images_can() -> None:
    # One image of six is the worst in one of six draws, and no more surprising than that.
    assert plain(np.full(5, 0.8), np.array([0.5])) == pytest.approx(NormalDist().inv_cdf(1 / 6))
    assert plain(np.full(60, 0.8), np.full(10, 0.5)) < -5


def test_too_few_images_before_say_nothing() -> None:
    assert plain(np.linspace(0.7, 0.9, 4), np.full(5, 0.2)) == 0.0
    assert plain(np.linspace(0.7, 0.9, 40), np.empty(0)) == 0.0


def test_repeated_and_constant_covariates_change_nothing() -> None:
    rng = np.random.default_rng(5)
    scores, column = rng.random(40), rng.random((40, 1))
    once = compare(scores[:30], scores[30:], column[:30], column[30:])
    more = np.column_stack([column, column, np.ones(40)])
    again = compare(scores[:30], scores[30:], more[:30], more[30:])
    assert again.surprise == pytest.approx(once.surprise)
    assert again.difference == pytest.approx(once.difference)
