"""Exact plans by attributes are the smallest that hold both risks."""

import numpy as np
import pytest
from scipy.stats import beta, hypergeom

from assay.sampling import Limits, Population
from assay.sampling.attributes import (
    ATTRIBUTES,
    AttributesParameters,
    LotTest,
    decide,
    exact_test,
    faulty_in_lot,
    probability_of_acceptance,
    smallest_test,
)
from assay.sampling.sizes import gold_size, upper_share

LIMITS = Limits(0.98, 0.90)


@pytest.mark.parametrize(("lot", "passable", "intolerable"), [(30, 1, 8), (60, 2, 12), (90, 0, 9)])
def test_no_smaller_sample_holds_both_risks(lot: int, passable: int, intolerable: int) -> None:
    found = smallest_test(lot, passable, intolerable, LIMITS)
    assert 1 - probability_of_acceptance(lot, passable, found) <= LIMITS.producer_risk
    assert probability_of_acceptance(lot, intolerable, found) <= LIMITS.consumer_risk
    for size in range(found.size):
        for most in range(size + 1):
            smaller = LotTest(size, most)
            assert (
                1 - probability_of_acceptance(lot, passable, smaller) > LIMITS.producer_risk
                or probability_of_acceptance(lot, intolerable, smaller) > LIMITS.consumer_risk
            )


def test_one_faulty_image_too_many_ends_the_looking() -> None:
    batch = Population.of(500)
    test = exact_test(batch, LIMITS, AttributesParameters())
    values = np.ones((1, test.size))
    values[0, : test.most + 1] = 0
    found = decide(values, batch, LIMITS, AttributesParameters())
    assert (int(found.verdicts[0]), int(found.looked[0])) == (-1, test.most + 1)


def test_as_many_faulty_images_as_allowed_pass() -> None:
    batch = Population.of(500)
    test = exact_test(batch, LIMITS, AttributesParameters())
    values = np.ones((1, test.size))
    values[0, : test.most] = 0
    found = decide(values, batch, LIMITS, AttributesParameters())
    assert (int(found.verdicts[0]), int(found.looked[0])) == (1, test.size)


def test_a_batch_too_small_for_its_limits_is_looked_at_as_a_whole() -> None:
    assert exact_test(Population.of(8), LIMITS, AttributesParameters()) == LotTest(8, 0)


def test_too_many_lost_items_sink_a_batch_without_a_look() -> None:
    batch = Population(np.ones(90), known_weight=10.0, known_sum=0.0)
    found = decide(np.zeros((1, 0)), batch, LIMITS, AttributesParameters())
    assert int(found.verdicts[0]) == -1


def test_bounds_of_a_lot_are_those_of_every_count_tried_in_turn() -> None:
    for lot, size, faulty in ((40, 10, 0), (40, 10, 2), (75, 30, 5)):
        low, high = faulty_in_lot(lot, size, faulty, LIMITS)
        possible = range(faulty, lot - size + faulty + 1)
        kept = [c for c in possible if hypergeom.cdf(faulty, lot, c, size) > LIMITS.consumer_risk]
        assert high == max(kept)
        kept = [
            c for c in possible if hypergeom.sf(faulty - 1, lot, c, size) > LIMITS.producer_risk
        ]
        assert low == min(kept)


def test_the_plan_takes_shares_only() -> None:
    assert ATTRIBUTES.shares_only


def test_gold_without_an_error_bounds_the_rate_as_clopper_and_pearson_do() -> None:
    # The rule of three: 59 images without an error show a rate below 5 %.
    assert gold_size(0.05).rows[0] == (0, 59)
    for seen, images in gold_size(0.03, errors=4).rows:
        assert beta.ppf(0.95, seen + 1, images - seen) <= 0.03
        assert beta.ppf(0.95, seen + 1, images - 1 - seen) > 0.03
        assert upper_share(seen, images) == pytest.approx(beta.ppf(0.95, seen + 1, images - seen))


def test_a_finite_batch_needs_fewer_gold_images_and_never_more_than_it_has() -> None:
    stream, batch = gold_size(0.05), gold_size(0.05, lot=120)
    for (seen, images), (_, endless) in zip(batch.rows, stream.rows, strict=False):
        assert seen < images <= 120
        assert images < endless
        assert upper_share(seen, images, lot=120) < 0.05


def test_every_image_with_an_error_bounds_nothing() -> None:
    assert upper_share(7, 7) == 1.0
