"""The sequential plan keeps its risks, decides by the end, and agrees with the bounds it draws."""

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.sampling import Limits, Population, Verdict
from assay.sampling.characteristic import make_values, maker_of, play
from assay.sampling.sequential import SEQUENTIAL, SequentialParameters, bounds, decide
from sampling.populations import orders

LIMITS = Limits(0.88, 0.80)
PLAIN = SequentialParameters()


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.25])
def test_a_batch_at_a_limit_gets_the_wrong_verdict_no_more_often_than_stated(
    spread: float,
) -> None:
    generator, batch = np.random.default_rng(7), Population.of(150)
    for mean, wrong in ((LIMITS.bad, 1), (LIMITS.good, -1)):
        values = make_values(generator, 600, batch.size, mean, spread)
        found = decide(values, batch, LIMITS, PLAIN)
        # Five standard errors above 5 %: a true excess would be seen, chance is not.
        assert (found.verdicts == wrong).mean() <= 0.05 + 5 * np.sqrt(0.05 * 0.95 / 600)


def test_no_order_of_a_tiny_bad_batch_is_accepted_more_often_than_stated() -> None:
    limits = Limits(0.8, 0.5, 0.2, 0.2)
    values = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    accepted = sum(
        probability
        for probability, x, batch in orders(values)
        if decide(x[np.newaxis], batch, limits, PLAIN).acceptance
    )
    assert accepted <= 0.2


def test_every_batch_is_decided_by_its_last_item() -> None:
    generator, batch = np.random.default_rng(3), Population.of(40)
    for mean in (0.7, 0.8, 0.84, 0.88, 0.95):
        found = play(
            SEQUENTIAL,
            batch,
            LIMITS,
            PLAIN,
            maker_of(generator, 40, mean, 0.2),
            100,
        )
        assert (found.verdicts != 0).all()
        assert (found.looked <= 40).all()


def test_where_the_last_item_refutes_both_claims_the_middle_decides() -> None:
    for value, verdict in ((0.835, Verdict.REJECT), (0.845, Verdict.ACCEPT)):
        found = decide(np.full((1, 1), value), Population.of(1), LIMITS, PLAIN)
        assert Verdict.of(int(found.verdicts[0])) is verdict


def test_fewer_looks_than_needed_leave_the_batch_open() -> None:
    found = decide(np.full((1, 3), 0.9), Population.of(500), LIMITS, PLAIN)
    assert (int(found.verdicts[0]), int(found.looked[0])) == (0, 3)


def test_nothing_looked_at_decides_nothing() -> None:
    found = decide(np.zeros((1, 0)), Population.of(5), LIMITS, PLAIN)
    assert (int(found.verdicts[0]), int(found.looked[0])) == (0, 0)


def test_a_batch_of_known_items_alone_is_decided_without_a_look() -> None:
    lost = Population(np.ones(0), known_weight=4.0, known_sum=0.0)
    found = decide(np.zeros((1, 0)), lost, LIMITS, PLAIN)
    assert int(found.verdicts[0]) == -1


def test_bounds_only_tighten_and_hold_the_true_mean() -> None:
    generator, batch = np.random.default_rng(5), Population.of(120)
    missed = 0
    for values in make_values(generator, 100, 120, 0.83, 0.15):
        found = bounds(values, batch, Limits(0.88, 0.8, 0.05, 0.05), PLAIN)
        assert (np.diff(found.lower) >= 0).all()
        assert (np.diff(found.upper) <= 0).all()
        missed += bool((found.lower > 0.83 + 1e-9).any() or (found.upper < 0.83 - 1e-9).any())
    # Two bounds at 5 % each.
    assert missed <= 20


def test_the_verdict_falls_at_the_look_at_which_a_bound_passes_its_limit() -> None:
    generator, batch = np.random.default_rng(11), Population.of(200)
    for mean in (0.75, 0.95):
        for values in make_values(generator, 20, 200, mean, 0.12):
            found = decide(values[np.newaxis], batch, LIMITS, PLAIN)
            looked = int(found.looked[0])
            drawn = bounds(values[:looked], batch, LIMITS, PLAIN)
            if found.verdicts[0] == 1:
                assert drawn.lower[-1] > LIMITS.bad
                assert looked == 1 or drawn.lower[-2] <= LIMITS.bad
            else:
                assert drawn.upper[-1] < LIMITS.good
                assert looked == 1 or drawn.upper[-2] >= LIMITS.good


def test_bounds_of_a_whole_batch_close_on_its_mean() -> None:
    values = np.random.default_rng(2).random(30)
    found = bounds(values, Population.of(30), Limits(0.6, 0.4), PLAIN)
    assert found.lower[-1] == pytest.approx(values.mean(), abs=0.0011)
    assert found.upper[-1] == pytest.approx(values.mean(), abs=0.0011)


@pytest.mark.parametrize(("good", "bad"), [(0.8, 0.8), (0.7, 0.8), (1.2, 0.8), (0.8, -0.1)])
def test_limits_are_in_order(good: float, bad: float) -> None:
    with pytest.raises(ParameterError, match="0 ≤ bad < good ≤ 1"):
        Limits(good, bad)


def test_bounds_of_many_looks_are_drawn_in_parts_that_join() -> None:
    values = make_values(np.random.default_rng(8), 1, 3000, 0.84, 0.1)[0]
    long = bounds(values, Population.of(3000), LIMITS, PLAIN)
    short = bounds(values[:200], Population.of(3000), LIMITS, PLAIN)
    assert long.lower[:200].tolist() == short.lower.tolist()
    assert long.upper[:200].tolist() == short.upper.tolist()
