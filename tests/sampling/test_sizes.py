"""How many images: the answers hold when they are tried."""

import math

import numpy as np
import pytest
from scipy.stats import t as student

from assay.errors import ParameterError
from assay.sampling.review import ReviewTime, review_cost
from assay.sampling.sizes import gold_size, pilot_size
from assay.sampling.terms import AcceptTerms

TERMS = AcceptTerms.from_toml("[mean]\ngood = 0.88\nbad = 0.8\n[severe]\ngood = 0.02\nbad = 0.15\n")


@pytest.mark.parametrize(("difference", "spread"), [(0.03, 0.1), (0.05, 0.08), (-0.1, 0.2)])
def test_a_pilot_of_the_answered_size_shows_the_difference_as_often_as_asked(
    difference: float, spread: float
) -> None:
    found = pilot_size(difference, spread)
    images = int(found.images)
    drawn = np.random.default_rng(4).normal(difference, spread, (4000, images))
    reach = student.ppf(0.975, images - 1) * drawn.std(axis=1, ddof=1) / math.sqrt(images)
    shown = (np.abs(drawn.mean(axis=1)) > reach).mean()
    assert shown == pytest.approx(0.8, abs=0.035)
    assert found.power_simulated == pytest.approx(shown, abs=0.035)


def test_fewer_images_show_larger_differences_only() -> None:
    images, differences = zip(*pilot_size(0.03, 0.1).curve, strict=True)
    assert list(images) == sorted(set(images))
    assert list(differences) == sorted(differences, reverse=True)


def test_a_tiny_difference_needs_more_images_than_are_simulated() -> None:
    found = pilot_size(0.0001, 0.3)
    assert found.images > 10_000
    assert math.isnan(found.power_simulated)


@pytest.mark.parametrize(
    ("difference", "spread", "confidence", "power"),
    [(0, 0.1, 0.95, 0.8), (0.03, 0, 0.95, 0.8), (0.03, 0.1, 1, 0.8), (0.03, 0.1, 0.95, 0)],
)
def test_a_pilot_without_sense_is_refused(
    difference: float, spread: float, confidence: float, power: float
) -> None:
    with pytest.raises(ParameterError, match="give"):
        pilot_size(difference, spread, confidence=confidence, power=power)


def test_a_batch_that_is_too_small_for_its_errors_says_so_by_having_fewer_rows() -> None:
    assert gold_size(0.5, lot=3).rows == ((0, 2), (1, 3))
    assert gold_size(0.01, lot=20).rows == ((0, 19),)


@pytest.mark.parametrize(("share", "confidence"), [(0.0, 0.95), (1.0, 0.95), (0.1, 1.0)])
def test_a_share_without_sense_is_refused(share: float, confidence: float) -> None:
    with pytest.raises(ParameterError, match="give"):
        gold_size(share, confidence=confidence)


def test_clear_batches_cost_less_than_borderline_ones_and_none_more_than_all_of_it() -> None:
    found = review_cost(TERMS, 200, ReviewTime(4.0, 2.0), repetitions=200)
    rows = {row.name: row for row in found.situations}
    assert list(rows) == ["clearly bad", "bad", "borderline", "good", "clearly good"]
    assert rows["clearly bad"].images < rows["borderline"].images
    assert rows["clearly good"].images < rows["borderline"].images
    assert rows["clearly bad"].accepted == 0
    assert rows["clearly good"].accepted == 1
    for row in rows.values():
        assert row.images <= row.images_most * 1.2 <= 240
        assert row.minutes == pytest.approx(4 * row.images, rel=0.1)
    assert found.all_minutes == 800


def test_minutes_without_a_spread_are_the_images_times_the_mean() -> None:
    looked = np.array([0, 3, 10])
    assert ReviewTime(4.0, 0.0).draw(np.random.default_rng(1), looked).tolist() == [0, 12, 40]


def test_minutes_of_many_images_have_the_mean_and_spread_of_their_sum() -> None:
    drawn = ReviewTime(4.0, 2.0).draw(np.random.default_rng(1), np.full(20_000, 25))
    assert drawn.mean() == pytest.approx(100, rel=0.01)
    assert drawn.std() == pytest.approx(2.0 * 5, rel=0.03)


def test_a_tier_of_unknown_size_is_asked_for() -> None:
    terms = AcceptTerms.from_toml("[[tier]]\nname = 'test'\ngood = 0.9\nbad = 0.8")
    with pytest.raises(ParameterError, match="Name the table of tiers"):
        review_cost(terms, 100, ReviewTime(4.0, 2.0))
    found = review_cost(terms, 100, ReviewTime(4.0, 2.0), tier_sizes={"test": 20}, repetitions=50)
    assert all(row.images <= 100 for row in found.situations)


@pytest.mark.parametrize(("minutes", "spread"), [(0, 1), (-3, 1), (4, -1), (math.nan, 1)])
def test_minutes_without_sense_are_refused(minutes: float, spread: float) -> None:
    with pytest.raises(ParameterError, match="Give minutes above 0"):
        ReviewTime(minutes, spread)
