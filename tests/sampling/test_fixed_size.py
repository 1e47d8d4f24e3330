"""The fixed-size plan holds both risks, exactly checked on the batches that are worst."""

import math

import numpy as np
import pytest
from scipy.stats import hypergeom

from assay.errors import ParameterError
from assay.sampling import Limits, Population
from assay.sampling.characteristic import make_values
from assay.sampling.fixed_size import (
    FixedSizeParameters,
    bounds,
    decide,
    fixed_test,
    tail_exponent,
)

LIMITS = Limits(0.88, 0.80)
NOTHING = FixedSizeParameters()


def test_the_exponent_is_the_divergence_of_two_coins_where_spread_is_largest() -> None:
    for mean, critical in ((0.8, 0.84), (0.2, 0.5), (0.5, 0.9)):
        divergence = critical * math.log(critical / mean) + (1 - critical) * math.log(
            (1 - critical) / (1 - mean)
        )
        found = tail_exponent(critical - mean, 1 - mean, math.sqrt(mean * (1 - mean)))
        assert found == pytest.approx(divergence)


@pytest.mark.parametrize("size", [600, 2000, 20_000])
def test_both_risks_hold_for_batches_of_right_and_wrong_exactly(size: int) -> None:
    test = fixed_test(Population.of(size), LIMITS, NOTHING)
    needed = math.ceil(test.critical * test.size - 1e-9)
    bad, good = int(LIMITS.bad * size), math.ceil(LIMITS.good * size)
    assert hypergeom.sf(needed - 1, size, bad, test.size) <= LIMITS.consumer_risk
    assert hypergeom.cdf(needed - 1, size, good, test.size) <= LIMITS.producer_risk


def test_a_stated_spread_saves_images_and_keeps_the_risks_where_it_holds() -> None:
    batch, parameters = Population.of(1000), FixedSizeParameters(spread=0.1)
    assert fixed_test(batch, LIMITS, parameters).size < fixed_test(batch, LIMITS, NOTHING).size / 5
    generator = np.random.default_rng(1)
    for mean, wrong in ((LIMITS.bad, 1), (LIMITS.good, -1)):
        values = make_values(generator, 1000, 1000, mean, 0.098)
        found = decide(values, batch, LIMITS, parameters)
        assert (found.verdicts == wrong).mean() <= 0.05


def test_a_batch_smaller_than_the_plan_is_looked_at_as_a_whole() -> None:
    batch = Population.of(50)
    assert fixed_test(batch, LIMITS, NOTHING).size == 50
    values = np.vstack([np.full(50, 0.83), np.full(50, 0.85)])
    found = decide(values, batch, LIMITS, NOTHING)
    assert found.verdicts.tolist() == [-1, 1]


def test_nothing_is_decided_before_the_last_planned_look() -> None:
    batch = Population.of(1000)
    size = fixed_test(batch, LIMITS, NOTHING).size
    found = decide(np.ones((1, size - 1)), batch, LIMITS, NOTHING)
    assert (int(found.verdicts[0]), int(found.looked[0])) == (0, size - 1)
    early = bounds(np.ones(size - 1), batch, LIMITS, NOTHING)
    # Perfect so far: what is left may all be worthless, or all perfect.
    assert early.lower.tolist() == pytest.approx(np.arange(1, size) / 1000)
    assert (early.upper == 1).all()


def test_bounds_at_the_planned_size_hold_the_sample_mean_and_pass_the_limit_of_the_verdict() -> (
    None
):
    batch = Population.of(1000)
    size = fixed_test(batch, LIMITS, NOTHING).size
    found = bounds(np.full(size, 0.9), batch, LIMITS, NOTHING)
    assert LIMITS.bad < found.lower[-1] < 0.9 < found.upper[-1]


def test_items_that_are_known_to_be_worthless_leave_less_room() -> None:
    whole = Population.of(400)
    lost = Population(np.ones(380), known_weight=20.0, known_sum=0.0)
    parameters = FixedSizeParameters(spread=0.1)
    assert (
        fixed_test(lost, LIMITS, parameters).critical
        > fixed_test(whole, LIMITS, parameters).critical
    )


def test_weights_that_differ_are_refused_with_the_way_out() -> None:
    with pytest.raises(ParameterError, match="use the sequential plan"):
        fixed_test(Population(np.array([1.0, 2.0])), LIMITS, NOTHING)


@pytest.mark.parametrize("spread", [-0.1, 0.6, math.nan])
def test_a_spread_that_scores_cannot_have_is_refused(spread: float) -> None:
    with pytest.raises(ParameterError, match=r"0 to 0\.5"):
        FixedSizeParameters(spread)
