"""Betting against a claimed mean is fair when the claim is true, whatever the order and bets."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError, UnknownNameError
from assay.sampling import STRATEGIES, Population, Strategy
from assay.sampling.betting import MIXTURE, expected_values, log_capital, strategy_of
from sampling.populations import orders, weighted_mean

BATCHES: list[tuple[list[float], list[float] | None]] = [
    ([0.9, 0.8, 0.7, 0.95, 0.2], None),
    ([1.0, 1.0, 0.0, 1.0, 1.0, 0.0], None),
    ([0.9, 0.1, 0.6, 0.8], [4.0, 1.0, 1.0, 2.0]),
    ([0.0, 1.0, 1.0, 0.5], [3.0, 1.0, 1.0, 1.0]),
]


def test_what_was_high_leaves_less_for_the_rest() -> None:
    expected = expected_values(np.array([1.0, 1.0, 0.0]), Population.of(4), 0.75)
    assert expected.tolist() == pytest.approx([3 / 4, 2 / 3, 1 / 2])


def test_known_items_take_their_part_of_the_claimed_sum() -> None:
    batch = Population(np.ones(3), known_weight=1.0, known_sum=0.0)
    # Mean 0.6 of four items leaves 2.4 for three.
    assert expected_values(np.array([0.8]), batch, 0.6).tolist() == pytest.approx([0.8])


def test_a_value_is_compared_with_the_weighted_mean_of_what_is_left() -> None:
    batch = Population(np.array([2.0, 1.0, 1.0]))
    # 0.5 × 4 = 2 in all; the first takes 2 × 0.6, so 0.8 is left for a weight of 2.
    expected = expected_values(np.array([0.6, 0.9]), batch, 0.5)
    assert expected.tolist() == pytest.approx([0.5, 0.4])


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
@pytest.mark.parametrize(("values", "weights"), BATCHES)
def test_the_capital_is_one_on_average_over_every_order_when_the_claim_is_exact(
    values: list[float], weights: list[float] | None, strategy: Strategy
) -> None:
    mean = weighted_mean(values, weights)
    looks = len(values) - 1
    total = sum(
        probability * np.exp(log_capital(x[:looks], batch, mean, strategy))
        for probability, x, batch in orders(values, weights)
    )
    assert np.asarray(total).tolist() == pytest.approx([1.0] * looks)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
@pytest.mark.parametrize(("values", "weights"), BATCHES)
@pytest.mark.parametrize("risk", [0.05, 0.2, 0.4])
def test_a_true_claim_is_refuted_in_no_more_orders_than_the_risk(
    values: list[float], weights: list[float] | None, strategy: Strategy, risk: float
) -> None:
    mean = weighted_mean(values, weights)
    for claim in (mean, mean + 0.05):
        refuted = sum(
            probability
            for probability, x, batch in orders(values, weights)
            if (log_capital(x, batch, claim, strategy) >= -np.log(risk)).any()
        )
        assert refuted <= risk + 1e-12


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.floats(0.05, 0.95),
    st.integers(0, 10),
)
def test_the_mixture_equals_its_slow_twin(values: list[float], mean: float, more: int) -> None:
    batch = Population.of(len(values) + more)
    found = log_capital(np.array(values), batch, mean, MIXTURE)
    shares = {1.0: 1 / 2, 0.6: 1 / 6, 0.3: 1 / 6, 0.1: 1 / 6}
    parts, seen = dict(shares), 0.0
    for place, value in enumerate(values):
        expected = (mean * batch.size - seen) / (batch.size - place)
        if expected <= 1e-9:
            return  # nothing is left to bet on; tested below
        for fraction in parts:
            parts[fraction] *= 1 + fraction * (value / expected - 1)
        seen += value
        if math.isinf(found[place]):
            assert seen > mean * batch.size - 1e-6
            return
        assert math.exp(found[place]) == pytest.approx(sum(parts.values()), rel=1e-6, abs=1e-12)


def test_a_sum_that_is_passed_refutes_beyond_doubt_and_for_good() -> None:
    capital = log_capital(np.array([1.0, 1.0, 0.0, 0.0]), Population.of(4), 0.4, MIXTURE)
    assert not math.isinf(capital[0])
    assert np.isinf(capital[1:]).all()


def test_a_claim_that_leaves_only_zeros_is_not_refuted_by_zeros() -> None:
    capital = log_capital(np.array([1.0, 1.0, 0.0, 0.0]), Population.of(4), 0.5, MIXTURE)
    assert np.isfinite(capital).all()


def test_a_lower_claim_loses_more() -> None:
    values = np.random.default_rng(1).random(30)
    claims = np.linspace(0.1, 0.9, 9)[:, np.newaxis]
    capital = log_capital(values, Population.of(100), claims, MIXTURE)
    assert (np.diff(capital, axis=0) <= 1e-12).all()


def test_an_unknown_strategy_names_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="Known: mixture, agrapa, plug-in"):
        strategy_of("hope")


@pytest.mark.parametrize("weights", [[1.0, 0.0], [1.0, math.nan], [-1.0]])
def test_weights_are_above_zero(weights: list[float]) -> None:
    with pytest.raises(ParameterError, match="above 0"):
        Population(np.array(weights))
