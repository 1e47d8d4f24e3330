"""Tail probabilities against enumeration, drawing, and SciPy."""

import numpy as np
import pytest
from scipy import stats

from assay.honesty.chance import binomial_tail, mean_test, permutation_tail, rate_interval
from assay.honesty.deciding import adjust
from assay.honesty.gold_only import rank_test


def test_the_permutation_tail_is_that_of_all_permutations() -> None:
    rng = np.random.default_rng(3)
    choices = [rng.normal(0, 0.2, 6) for _ in range(7)]
    sums = np.array([0.0])
    for values in choices:
        sums = (sums[:, None] + values).ravel()
    for quantile in (0.6, 0.9, 0.99, 0.999):
        observed = float(np.quantile(sums, quantile))
        exact = float((sums >= observed).mean())
        assert permutation_tail(observed, choices) == pytest.approx(exact, rel=0.3)


def test_the_permutation_tail_holds_its_level() -> None:
    """Pairs who have nothing to do with each other: p-values are uniform, also when skewed."""
    rng = np.random.default_rng(4)
    p_values = []
    for _ in range(1000):
        values = rng.exponential(0.1, (12, 10)) ** 1.5
        p_values.append(permutation_tail(float(values[:, 0].sum()), list(values)))
    for level in (0.2, 0.05, 0.01):
        share = float((np.array(p_values) <= level).mean())
        assert share == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / 1000) + 0.002)


def test_a_pair_that_is_always_first_cannot_be_surer_than_the_number_of_pairs_allows() -> None:
    choices = [np.array([0.9, 0.1, 0.0])] * 8
    assert permutation_tail(8 * 0.9, choices) == pytest.approx((1 / 3) ** 8)
    assert permutation_tail(8 * 0.9 - 1e-6, choices) >= (1 / 3) ** 8


def test_values_that_do_not_differ_show_nothing() -> None:
    assert permutation_tail(1.0, []) == 1.0
    assert permutation_tail(0.5, [np.array([0.25, 0.25])] * 2) == 1.0
    assert permutation_tail(-1.0, [np.array([0.1, 0.4])] * 3) > 0.9


def test_the_binomial_tail_is_scipys() -> None:
    for successes in range(13):
        expected = stats.binom.sf(successes - 1, 12, 0.3)
        assert binomial_tail(successes, 12, 0.3) == pytest.approx(expected, rel=1e-9)


def test_the_interval_of_a_rate_is_wilsons() -> None:
    for successes, trials in ((0, 5), (3, 9), (40, 40)):
        expected = stats.binomtest(successes, trials).proportion_ci(method="wilson")
        assert rate_interval(successes, trials) == pytest.approx((expected.low, expected.high))
    assert np.isnan(rate_interval(0, 0)).all()


def test_the_test_of_a_mean_is_students() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 20)
    mean, low, high, p_value = mean_test(values, 0.1)
    expected = stats.ttest_1samp(values, 0.1, alternative="greater")
    assert p_value == pytest.approx(expected.pvalue)
    assert (low + high) / 2 == pytest.approx(mean)
    interval = stats.ttest_1samp(values, 0).confidence_interval()
    assert (low, high) == pytest.approx((interval.low, interval.high))
    assert np.isnan(mean_test(values[:1], 0.1)[3])
    assert np.isnan(mean_test(values[:0], 0.1)[0])


def test_the_rank_test_is_mann_and_whitneys() -> None:
    rng = np.random.default_rng(2)
    for size in (8, 20, 60):
        first, second = rng.normal(0.4, 1, size).round(1), rng.normal(0, 1, 25).round(1)
        expected = stats.mannwhitneyu(first, second, alternative="greater", method="asymptotic")
        assert rank_test(first, second) == pytest.approx(expected.pvalue, rel=1e-9)
    assert rank_test(np.ones(9), np.ones(9)) == 1.0


def test_adjusted_p_values_are_benjamini_and_hochbergs() -> None:
    p_values = np.random.default_rng(5).random(40) ** 2
    np.testing.assert_allclose(adjust(p_values), stats.false_discovery_control(p_values))
    assert adjust(np.array([])).size == 0
    assert np.isnan(adjust(np.array([np.nan]))).all()
